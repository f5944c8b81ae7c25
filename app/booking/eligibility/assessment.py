"""Assess one booking at one moment by the travel rules: to whom it is sold, until when it is paid, what is asked.

Before the gate, the one place that reads what they need to know of a booking: once in a request, and anew where it was
written since.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.passenger_facts import Here, Known, facts_in_party, known_of, list_party
from app.booking.eligibility.requirements import Asked, Requirements, requirements_for
from app.booking.eligibility.sale_closing import closes_at, words_of
from app.booking.eligibility.statements import for_want_of
from app.booking.eligibility.voyage_facts import SALE, Sailing, sailing_of
from app.booking.models import OPEN, Booking, BookingState, Passenger, Ticket
from app.booking.read_once import keep, read_once
from app.errors import Refusal, or_refuse
from app.rules.models import Exemption, RuleSet
from app.rules.queries import exemptions_of
from app.rules.sale_rules import refusing
from app.schedule.models import Operator, Port, PortCall, Season, Ship, Voyage
from app.seats.models import Decree

SAILS_BY = (PortCall, Port, Voyage, Operator, Ship, Season, Decree, RuleSet)
"""Tables of a sailing, save the share of its places, which no answer here looks at."""

KNOWN_BY = (Passenger, Ticket, Statement, ShownDocument)
EXEMPT_BY = (Passenger, Ticket, Exemption)


class Assessment:
    """A booking at a moment as the rules see it, from rows that are read when an answer first needs them.

    All assessments of a booking share what they have read (`read_once`), and none answers from what is stale.
    """

    def __init__(self, booking: Booking, now: datetime) -> None:
        self.booking, self.now = booking, now

    @property
    def sailing(self) -> Sailing:
        """Read the setting out of its journey; one query."""
        return read_once(self.booking, "sailing", lambda: sailing_of(self.booking, self.now), *SAILS_BY)

    @property
    def party(self) -> list[Passenger]:
        """Read who travels on it, unless that was read with the booking; one query."""
        return list(read_once(self.booking, "party", lambda: list_party([self.booking.id]), Passenger, Ticket))

    @property
    def known(self) -> Known:
        """Read what was said and shown about them; two queries."""
        read = self.party
        return read_once(self.booking, "known", lambda: known_of(person.id for person in read), *KNOWN_BY)

    @property
    def exemptions(self) -> Mapping[int, Sequence[Mapping[str, Any]]]:
        """Read the exemptions of their tickets, as the judge takes them, by ticket id; one query."""
        tickets = [person.ticket.id for person in self.party if person.ticket is not None]
        return read_once(self.booking, "exemptions", lambda: _granted(tickets), *EXEMPT_BY)

    def note_nothing_entered(self) -> None:
        """Note that nothing was said or shown about its people, and none is exempt, as was read just now."""
        keep(self.booking, "known", Known({}, {}), *KNOWN_BY)
        keep(self.booking, "exemptions", {}, *EXEMPT_BY)

    @property
    def here(self) -> Here:
        """Place the judge at the sale, at that moment."""
        return Here(SALE, self.now, self.sailing)

    def must_be_sold_to_all(self, people: Sequence[Passenger], *, complete: bool = True) -> None:
        """Refuse the sale to any of these people, who are named on the booking, to whom a rule of it does not sell.

        Unless what is known of them is `complete`, none is refused for want of a fact: it may still be entered before
        paying. One query where no rule could refuse. Raises Refusal `refused_by_rule` with the `index` among them, and
        the rule's sentence.
        """
        rules = self.sailing.rules.turning_away if self.sailing.rules else []
        for index, person in enumerate(people if rules else ()):
            facts = facts_in_party(person, self.party, self.here, self.known, rules, {})
            if found := refusing(rules, facts, () if complete else None):
                raise Refusal("refused_by_rule", field="name", index=index, **words_of(for_want_of(*found)))

    def payable_until(self) -> datetime | None:
        """Tell until when at most it may wait to be paid at the counter: the end of the sale."""
        return closes_at(self.sailing, self.booking.to_call.port.code, self.now)

    def requirements(self) -> Requirements | None:
        """Tell what is asked of everybody who travels on it; None where no set is in force. At most four queries."""
        if self.sailing.rules is None:
            return None
        sold = self.booking.state_at(self.now) == BookingState.CONFIRMED
        return requirements_for(self.sailing.rules, self.party, self.here, self.known, self.exemptions, sold=sold)

    def enterable(self) -> Requirements | None:
        """Tell what is asked where something may be entered ahead: all named, to travel, the ship not gone."""
        booking = self.booking
        if booking.state_at(self.now) not in {BookingState.CONFIRMED, *OPEN}:
            return None
        gone = booking.voyage.cancelled_at or booking.from_call.actual_departure
        asks = self.requirements() if not gone and len(booking.passengers) == booking.souls else None
        return asks if asks and asks.enters else None

    def asked_of(self, position: int) -> tuple[Requirements, Asked, Passenger]:
        """Tell what is asked of one passenger, who may enter something ahead.

        Raises NotFound `passenger_not_found`; Refusal `not_asked` where the rules of the day ask nothing of the kind.
        """
        passenger = or_refuse(self.booking.passenger_at(position), "passenger_not_found")
        asks = self.enterable()
        if asks is None or not asks.of(passenger).enters:
            raise Refusal("not_asked")
        return asks, asks.of(passenger), passenger


def _granted(ticket_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    return {number: [one.for_judging for one in found] for number, found in exemptions_of(ticket_ids).items()}
