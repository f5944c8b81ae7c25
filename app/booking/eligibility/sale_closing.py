"""Close the sale of a journey where travel rules say so: sold now or not, until when, and to whom it is not."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app import config
from app.booking.eligibility.passenger_facts import Here, judged, known_of, list_party
from app.booking.eligibility.statements import for_want_of
from app.booking.eligibility.voyage_facts import SALE, Sailing, sailing_of
from app.booking.models import Booking, Passenger, sale_ends
from app.errors import Refusal
from app.rules.sale_rules import PARTY, concerning, last_minute, refusing


class ClosedByRule(Refusal):
    """A rule refuses to sell this journey now. Its sentence and next step stand in the details, in both languages."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        super().__init__("closed_by_rule", **_told(rule))


def _told(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"rule": rule["code"], "sentence": rule["traveler"], "next": rule["next"]}


def closing_rule(
    sailing: Sailing, to_port: str, now: datetime, known: Mapping[str, Any], party: int | None = None
) -> Mapping[str, Any] | None:
    """The rule that refuses to sell this journey now, or None. `known` are more facts of the voyage: its `class`.

    Where nobody has said how many travel, that refuses nothing; a fact that is not known, where the rule says so.
    """
    rules = sailing.rules
    if rules is None or not rules.closing:
        return None
    facts = sailing.facts(SALE, now, to_port, **known)
    here = concerning(rules.closing, facts)
    unasked = (PARTY,) if party is None else ()
    found = refusing(here, {**facts, "ticket": {"party": party}}, unasked) if here else None
    return for_want_of(*found) if found else None


def closes_at(sailing: Sailing, to_port: str, now: datetime) -> datetime | None:
    """When the sale of this journey ends, by the rules and by Dermaga's own minutes; None without a departure."""
    ends, rules = sale_ends(sailing.departs_at), sailing.rules
    if ends is None or sailing.departs_at is None or not sailing.time_known or rules is None:
        return ends
    facts = sailing.facts(SALE, now, to_port)
    here = concerning(rules.closing, facts)
    least = config.current().sale_closes_minutes
    minutes = last_minute(here, facts, least) if here else least
    return ends if minutes is None else sailing.departs_at - timedelta(minutes=minutes)


def must_be_sold_to_all(booking: Booking, people: Sequence[Passenger], now: datetime, complete: bool = True) -> None:
    """No rule of the sale refuses any of these people, who are named on the booking; one query where no rule could.

    Unless what is known of them is `complete`, none refuses for want of a fact: it may still be entered before paying.

    Raises Refusal `refused_by_rule` with the `index` among them, and the rule's sentence.
    """
    sailing = sailing_of(booking, now)
    rules = sailing.rules.turning_away if sailing.rules else []
    if not rules:
        return
    party, here = list_party([booking.id]), Here(SALE, now, sailing)
    known = known_of(person.id for person in people)
    for index, person in enumerate(people):
        facts = judged(person, party, here, known, rules, {}).facts
        if found := refusing(rules, facts, () if complete else None):
            raise Refusal("refused_by_rule", field="name", index=index, **_told(for_want_of(*found)))


def payable_until(booking: Booking, now: datetime) -> datetime | None:
    """Until when at most a booking may wait to be paid at the counter: the end of the sale. One query."""
    return closes_at(sailing_of(booking, now), booking.to_call.port.code, now)
