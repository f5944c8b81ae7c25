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
from app.booking.eligibility.persons import Booked, Person, SaidFact, booked_of, person_of
from app.booking.eligibility.statements import ADVICE
from app.booking.eligibility.voyage_facts import SALE, Sailing, without_none
from app.booking.models import DOCUMENTS_OF_CHILDREN, Booking, BookingState, Passenger, PassengerState
from app.db import db
from app.rules.engine.judge import OUTCOMES, Prepared, Verdict, judge
from app.rules.facts import age_months, age_years, minutes_before
from app.schedule.models import Voyage

ADULT_YEARS = 18
"""From this age on somebody is an adult and answers for those below (the circulars count 6-17 and 18+)."""


@dataclass(frozen=True)
class Known:
    """The statements and documents of some passengers."""

    statements: Mapping[int, Mapping[str, SaidFact]]
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
    select(Statement.passenger_id, Statement.fact, Statement.value, Statement.said_by, Statement.said_at)
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
    ids = sorted(set(passenger_ids))
    return Known(statements_of(ids, at), documents_of(ids, at))


def statements_of(passenger_ids: Sequence[int], at: datetime | None = None) -> dict[int, dict[str, SaidFact]]:
    """The statements about these passengers that count, as known at `at` (None: by now); one query."""
    statements: dict[int, dict[str, SaidFact]] = defaultdict(dict)
    db.session.flush()  # rows asked for by themselves do not wait for what is still to be written
    for row in db.session.connection().execute(_STATEMENTS, {"passengers": passenger_ids}):
        said = SaidFact(*row)
        if at is None or said.said_at <= at:
            before = statements[said.passenger_id].get(said.fact)
            # A traveler's advice does not take the place of what an officer has seen.
            if before is None or said.said_by is not None or before.said_by is None or said.fact not in ADVICE:
                statements[said.passenger_id][said.fact] = said
    return statements


def documents_of(passenger_ids: Sequence[int], at: datetime | None = None) -> dict[int, list[ShownDocument]]:
    """The papers of these passengers that are not withdrawn, as known at `at` (None: by now); one query."""
    documents: dict[int, list[ShownDocument]] = defaultdict(list)
    for shown in db.session.scalars(_DOCUMENTS, {"passengers": passenger_ids}):
        gone = shown.withdrawn_at is not None and (at is None or shown.withdrawn_at <= at)
        if not gone and (at is None or shown.entered_at <= at):
            documents[shown.passenger_id].append(shown)
    return documents


def facts_of(person: Person, booked: Booked, here: Here, known: Known) -> dict[str, Any]:
    """The facts about one passenger by themselves; who goes along is added by `judged`."""
    day = here.sailing.day
    facts = here.sailing.facts(
        here.stage,
        here.now,
        booked.to_port,
        terminal_opened=here.terminal_opened,
        souls_aboard=here.souls_aboard,
        ceiling=here.ceiling,
        **{"class": booked.fare_class},
    )
    facts |= {
        "person": without_none(
            age_years=age_years(person.birth_date, day) if day else None,
            age_months=age_months(person.birth_date, day) if day else None,
            infant=person.infant,
            named=person.named,
        ),
        # As text: what has just been written down is still a word of its own kind, and rules compare strictly.
        "identity": {"kind": str(person.document_kind)},
        "ticket": without_none(
            exists=True,
            state=booked.state.value,
            paid=booked.state == BookingState.CONFIRMED,
            this_voyage=here.this_voyage,
            this_port=here.this_port,
            used_here=here.used_here,
            free=booked.free,
            # Dermaga sells no discounts and no reductions; whoever brings a paper for one pays the difference there.
            discounted=False,
            reduction="none",
            party=booked.party,
        ),
    }
    _add_said(facts, person, here, known.statements.get(person.id, {}))
    _add_shown(facts, booked, here, known.documents.get(person.id, ()))
    return facts


def _add_said(facts: dict[str, Any], person: Person, here: Here, said: Mapping[str, SaidFact]) -> None:
    for name, statement in said.items():
        if statement.value is None or not _counts(statement, person, here):
            continue
        group, _, rest = name.partition(".")
        if rest:
            facts.setdefault(group, {})[rest] = statement.value
        else:
            facts[group] = statement.value


def _counts(statement: SaidFact, person: Person, here: Here) -> bool:
    """Whether a statement counts here: what must be looked at, an officer has said since the name stands as it does."""
    if here.stage != SALE and statement.fact in ADVICE and statement.said_by is None:
        return False
    issued = person.issued_at
    return not (statement.fact.startswith("identity.") and issued is not None and statement.said_at < issued)


def _add_shown(facts: dict[str, Any], booked: Booked, here: Here, shown: Sequence[ShownDocument]) -> None:
    papers = [
        paper_fact(paper, booked)
        for paper in shown
        if here.stage == SALE or (paper.seen_at is not None and paper.seen_at <= here.now)
    ]
    # Seen papers count, also after somebody said that there were none.
    if papers:
        facts["documents"] = papers


def paper_fact(paper: ShownDocument, booked: Booked) -> dict[str, Any]:
    """A paper as the rules see one."""
    return without_none(
        kind=paper.kind,
        issuer=paper.issuer,
        result=paper.result,
        minutes=_minutes(paper.taken_at, booked),
        signed=paper.signed,
    )


def _minutes(taken: datetime, booked: Booked) -> int | None:
    """To the scheduled departure, so that a delay makes no test too old; one taken during a delay counts to its end."""
    until = booked.planned_departure or booked.departs_at
    if until is not None and taken > until:
        until = booked.departs_at
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
    """Judge one passenger of a party, as `judged_person`."""
    facts = facts_in_party(passenger, party, here, known, rules, exemptions)
    return Judged(judge(rules, facts, _granted(person_of(passenger), exemptions)), facts)


def facts_in_party(
    passenger: Passenger,
    party: Sequence[Passenger],
    here: Here,
    known: Known,
    rules: Sequence[Prepared],
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    """The facts by which `judged` judges one passenger of a party."""
    people, booked = [person_of(one) for one in party], booked_of(passenger.booking, len(party), here.now)
    return _facts_among(person_of(passenger), people, booked, here, known, rules, exemptions)


def judged_person(
    person: Person,
    party: Sequence[Person] | None,
    booked: Booked,
    here: Here,
    known: Known,
    rules: Sequence[Prepared],
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]],
) -> Judged:
    """Judge one of a party. `exemptions` are by ticket id, as the judge takes them.

    Where nobody has asked who goes along (`party` is None), nothing hangs on it.

    Those who go along are judged first, each alone: nobody's verdict depends on a person who depends on theirs. A
    passenger who was let through here already is not asked again, and none is where neither passenger nor rules need
    it.
    """
    facts = _facts_among(person, party, booked, here, known, rules, exemptions)
    return Judged(judge(rules, facts, _granted(person, exemptions)), facts)


def _facts_among(
    person: Person,
    party: Sequence[Person] | None,
    booked: Booked,
    here: Here,
    known: Known,
    rules: Sequence[Prepared],
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]],
) -> dict[str, Any]:
    facts = facts_of(person, booked, here, known)
    if party is None:
        return facts
    others = [other for other in party if other.id != person.id]
    outcomes: dict[int, str] = {}
    if hangs_on_others(person, here.sailing.day, rules):
        for other in others:
            if other.ticket_id in here.passed:
                outcomes[other.id] = "pass"
                continue
            alone = facts_of(other, booked, _of_another(here), known)
            outcomes[other.id] = judge(rules, alone, _granted(other, exemptions))["outcome"]
    _add_companions(facts, person, others, outcomes, here.sailing.day)
    return facts


def _of_another(here: Here) -> Here:
    """The same place for somebody whom it has not let through."""
    return replace(here, used_here=None if here.used_here is None else False)


def _granted(person: Person, exemptions: Mapping[int, Sequence[Mapping[str, Any]]]) -> Sequence[Mapping[str, Any]]:
    return exemptions.get(person.ticket_id, ()) if person.ticket_id is not None else ()


def hangs_on_others(person: Person, day: date | None, rules: Sequence[Prepared]) -> bool:
    """Whether a verdict on this passenger needs those on who go along: a child's, or where a rule looks at them."""
    return needs_an_adult(person, day) or any("companions" in rule.looks_at for rule in rules)


def needs_an_adult(person: Person, day: date | None) -> bool:
    """Whether somebody must answer for this person: an infant, or whoever is below ADULT_YEARS on that day."""
    return person.infant or (day is not None and age_years(person.birth_date, day) < ADULT_YEARS)


def _add_companions(
    facts: dict[str, Any],
    person: Person,
    others: Sequence[Person],
    outcomes: Mapping[int, str],
    day: date | None,
) -> None:
    company = company_of(person, others, day)
    facts["companions"] = [
        {**one, **without_none(verdict=outcomes.get(other.id))} for other, one in zip(others, company, strict=True)
    ]
    if needs_an_adult(person, day):
        found = [outcomes[other.id] for other, one in zip(others, company, strict=True) if one["carer"]]
        # Nobody has said whose child it is: one of them who may board is enough.
        facts["adult"] = without_none(
            same_voyage=bool(found), verdict=min(found, key=OUTCOMES.index) if found else None
        )


def company_of(person: Person, others: Sequence[Person], day: date | None) -> list[dict[str, Any]]:
    """Tell of each who goes along the age on that day, and whether they answer for this person."""
    ages = {other.id: age_years(other.birth_date, day) if day else None for other in others}
    carers = _carers(person, others, ages) if needs_an_adult(person, day) else set()
    return [without_none(age_years=ages[other.id], carer=other.id in carers) for other in others]


def _carers(child: Person, others: Sequence[Person], ages: Mapping[int, int | None]) -> set[int]:
    """List who answers for this child: the adults; for an infant without any, the eldest with a document."""
    with_place = [person for person in others if not person.infant]
    adults = {person.id for person in with_place if (ages[person.id] or 0) >= ADULT_YEARS}
    # A young mother has a card of her own; whoever is known by the family card, a KIA or a birth letter is a child.
    known = [person for person in with_place if person.document_kind not in DOCUMENTS_OF_CHILDREN]
    if adults or not (child.infant and known):
        return adults
    return {min(known, key=lambda person: person.birth_date).id}
