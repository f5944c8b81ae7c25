"""The facts about a passenger for the travel rules, from rows that are loaded: docs/rules.md has their table.

Unknown facts are left out, and each rule says what that means. `known_of` is two queries and `list_party` one, however
many passengers there are; nothing here asks once for each. Of the voyage itself, `voyage_facts.py` knows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.statements import ADVICE
from app.booking.eligibility.voyage_facts import SALE, Sailing, without_none
from app.booking.models import DOCUMENTS_OF_CHILDREN, Booking, BookingState, Passenger, PassengerState, PaymentMethod
from app.db import db
from app.rules.engine.judge import OUTCOMES, Prepared, Verdict, judge
from app.rules.facts import age_months, age_years, minutes_before
from app.schedule.models import PortCall, Voyage
from app.seats.models import ChannelKind

ADULT_YEARS = 18
"""From this age on somebody is an adult and answers for those below (the circulars count 6-17 and 18+)."""


@dataclass(frozen=True)
class Known:
    """The statements and documents of some passengers."""

    statements: Mapping[int, Mapping[str, Statement]]
    """By passenger id and fact, the last one that counts."""
    documents: Mapping[int, Sequence[ShownDocument]]
    """By passenger id, those not withdrawn."""


@dataclass(frozen=True)
class Here:
    """Where and when somebody is judged, and what only that place knows. Facts that a sale does not know stay empty."""

    stage: str
    now: datetime
    sailing: Sailing
    this_voyage: bool | None = None
    this_port: bool | None = None
    passed: Collection[int] = field(default=frozenset())
    """Tickets that this stage has let through."""
    used_here: bool | None = None
    """Whether it has let the one through who is judged."""
    terminal_opened: bool | None = None
    souls_aboard: int | None = None
    ceiling: int | None = None


# Built once: at a gate, putting a statement together costs more than running it.
_PARTY = (
    select(Passenger)
    .where(Passenger.booking_id.in_(bindparam("bookings", expanding=True)))
    .where(Passenger.state == PassengerState.TRAVELS)
    .order_by(Passenger.booking_id, Passenger.position)
    .options(
        joinedload(Passenger.ticket),
        joinedload(Passenger.booking, innerjoin=True).options(
            joinedload(Booking.fare_class, innerjoin=True),
            joinedload(Booking.channel, innerjoin=True),
            joinedload(Booking.from_call, innerjoin=True),
            joinedload(Booking.to_call, innerjoin=True),
            joinedload(Booking.voyage, innerjoin=True).options(lazyload(Voyage.calls), lazyload(Voyage.legs)),
        ),
    )
)
_STATEMENTS = (
    select(Statement)
    .where(Statement.passenger_id.in_(bindparam("passengers", expanding=True)))
    .order_by(Statement.said_at, Statement.id)
)
_DOCUMENTS = (
    select(ShownDocument)
    .where(ShownDocument.passenger_id.in_(bindparam("passengers", expanding=True)))
    .order_by(ShownDocument.id)
)


def list_party(booking_ids: Iterable[int]) -> list[Passenger]:
    """Everybody who travels on these bookings, with all that their facts are made of, in one query."""
    return list(db.session.scalars(_PARTY, {"bookings": sorted(set(booking_ids))}))


def known_of(passenger_ids: Iterable[int], at: datetime | None = None) -> Known:
    """Load statements and documents of these passengers, as known at `at` (None: by now); two queries."""
    passengers = {"passengers": sorted(set(passenger_ids))}
    statements: dict[int, dict[str, Statement]] = defaultdict(dict)
    for said in db.session.scalars(_STATEMENTS, passengers):
        if at is None or said.said_at <= at:
            before = statements[said.passenger_id].get(said.fact)
            # A traveler's advice does not take the place of what an officer has seen.
            if before is None or said.said_by is not None or before.said_by is None or said.fact not in ADVICE:
                statements[said.passenger_id][said.fact] = said
    documents: dict[int, list[ShownDocument]] = defaultdict(list)
    for shown in db.session.scalars(_DOCUMENTS, passengers):
        gone = shown.withdrawn_at is not None and (at is None or shown.withdrawn_at <= at)
        if not gone and (at is None or shown.entered_at <= at):
            documents[shown.passenger_id].append(shown)
    return Known(statements, documents)


def facts_of(passenger: Passenger, here: Here, known: Known) -> dict[str, Any]:
    """The facts about one passenger by themselves; who goes along is added by `judged`."""
    booking, day = passenger.booking, here.sailing.day
    facts = here.sailing.facts(
        here.stage,
        here.now,
        booking.to_call.port.code,
        terminal_opened=here.terminal_opened,
        souls_aboard=here.souls_aboard,
        ceiling=here.ceiling,
        **{"class": booking.fare_class.code},
    )
    facts |= {
        "person": without_none(
            age_years=age_years(passenger.birth_date, day) if day else None,
            age_months=age_months(passenger.birth_date, day) if day else None,
            infant=passenger.infant,
            named=bool(passenger.name),
        ),
        # As text: what has just been written down is still a word of its own kind, and rules compare strictly.
        "identity": {"kind": str(passenger.document_kind)},
        "ticket": without_none(
            exists=True,
            state=booking.state_at(here.now).value,
            paid=booking.state_at(here.now) == BookingState.CONFIRMED,
            this_voyage=here.this_voyage,
            this_port=here.this_port,
            used_here=here.used_here,
            free=_is_free(booking),
            # Dermaga sells no discounts and no reductions; whoever brings a paper for one pays the difference there.
            discounted=False,
            reduction="none",
        ),
    }
    _add_said(facts, passenger, here, known.statements.get(passenger.id, {}))
    _add_shown(facts, passenger, here, known.documents.get(passenger.id, ()))
    return facts


def _is_free(booking: Booking) -> bool:
    """Whether a sponsor pays for it; also on everybody's places, where a decision about the ship led there."""
    return booking.payment == PaymentMethod.FREE or booking.channel.kind == ChannelKind.FREE


def _add_said(facts: dict[str, Any], passenger: Passenger, here: Here, said: Mapping[str, Statement]) -> None:
    for name, statement in said.items():
        if statement.value is None or not _counts(statement, passenger, here):
            continue
        group, _, rest = name.partition(".")
        if rest:
            facts.setdefault(group, {})[rest] = statement.value
        else:
            facts[group] = statement.value


def _counts(statement: Statement, passenger: Passenger, here: Here) -> bool:
    """Whether a statement counts here: what must be looked at, an officer has said since the name stands as it does."""
    if here.stage != SALE and statement.fact in ADVICE and statement.said_by is None:
        return False
    issued = passenger.ticket.issued_at if passenger.ticket else None
    return not (statement.fact.startswith("identity.") and issued is not None and statement.said_at < issued)


def _add_shown(facts: dict[str, Any], passenger: Passenger, here: Here, shown: Sequence[ShownDocument]) -> None:
    papers = [
        without_none(
            kind=paper.kind,
            issuer=paper.issuer,
            result=paper.result,
            minutes=_minutes(paper.taken_at, passenger.booking.from_call),
            signed=paper.signed,
        )
        for paper in shown
        if here.stage == SALE or (paper.seen_at is not None and paper.seen_at <= here.now)
    ]
    # Seen papers count, also after somebody said that there were none.
    if papers:
        facts["documents"] = papers


def _minutes(taken: datetime, call: PortCall) -> int | None:
    """To the scheduled departure, so that a delay makes no test too old; one taken during a delay counts to its end."""
    until = call.planned_departure or call.departs_at
    if until is not None and taken > until:
        until = call.departs_at
    return minutes_before(taken, until) if until else None


@dataclass(frozen=True)
class Judged:
    """The verdict of a set of rules on one passenger, and the facts that it was found by."""

    verdict: Verdict
    facts: dict[str, Any]


def judged(
    passenger: Passenger,
    party: Sequence[Passenger],
    here: Here,
    known: Known,
    rules: Sequence[Prepared],
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]],
) -> Judged:
    """Judge one passenger of a party. `exemptions` are by ticket id, as the judge takes them.

    Those who go along are judged first, each alone: nobody's verdict depends on a person who depends on theirs. A
    passenger who was let through here already is not asked again, and none is where neither passenger nor rules need
    it.
    """
    facts = facts_of(passenger, here, known)
    facts["ticket"]["party"] = len(party)
    others = [other for other in party if other.id != passenger.id]
    outcomes: dict[int, str] = {}
    if hangs_on_others(passenger, here.sailing.day, rules):
        for other in others:
            if other.ticket is not None and other.ticket.id in here.passed:
                outcomes[other.id] = "pass"
                continue
            alone = facts_of(other, _of_another(here), known)
            alone["ticket"]["party"] = len(party)
            outcomes[other.id] = judge(rules, alone, _granted(other, exemptions))["outcome"]
    _add_companions(facts, passenger, others, outcomes, here.sailing.day)
    return Judged(judge(rules, facts, _granted(passenger, exemptions)), facts)


def _of_another(here: Here) -> Here:
    """The same place for somebody whom it has not let through."""
    return replace(here, used_here=None if here.used_here is None else False)


def _granted(
    passenger: Passenger, exemptions: Mapping[int, Sequence[Mapping[str, Any]]]
) -> Sequence[Mapping[str, Any]]:
    return exemptions.get(passenger.ticket.id, ()) if passenger.ticket is not None else ()


def hangs_on_others(passenger: Passenger, day: date | None, rules: Sequence[Prepared]) -> bool:
    """Whether a verdict on this passenger needs those on who go along: a child's, or where a rule looks at them."""
    return _needs_an_adult(passenger, day) or any("companions" in rule.looks_at for rule in rules)


def _needs_an_adult(passenger: Passenger, day: date | None) -> bool:
    return passenger.infant or (day is not None and age_years(passenger.birth_date, day) < ADULT_YEARS)


def _add_companions(
    facts: dict[str, Any],
    passenger: Passenger,
    others: Sequence[Passenger],
    outcomes: Mapping[int, str],
    day: date | None,
) -> None:
    ages = {person.id: age_years(person.birth_date, day) if day else None for person in others}
    needs_adult = _needs_an_adult(passenger, day)
    carers = _carers(passenger, others, ages) if needs_adult else set()
    facts["companions"] = [
        without_none(age_years=ages[person.id], carer=person.id in carers, verdict=outcomes.get(person.id))
        for person in others
    ]
    if needs_adult:
        found = [outcomes[person.id] for person in others if person.id in carers]
        # Nobody has said whose child it is: one of them who may board is enough.
        facts["adult"] = without_none(
            same_voyage=bool(found), verdict=min(found, key=OUTCOMES.index) if found else None
        )


def _carers(passenger: Passenger, others: Sequence[Passenger], ages: Mapping[int, int | None]) -> set[int]:
    """List who answers for this child: the adults; for an infant without any, the eldest with a document."""
    with_place = [person for person in others if not person.infant]
    adults = {person.id for person in with_place if (ages[person.id] or 0) >= ADULT_YEARS}
    # A young mother has a card of her own; whoever is known by the family card, a KIA or a birth letter is a child.
    known = [person for person in with_place if person.document_kind not in DOCUMENTS_OF_CHILDREN]
    if adults or not (passenger.infant and known):
        return adults
    return {min(known, key=lambda person: person.birth_date).id}
