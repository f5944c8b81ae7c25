"""Statements about a passenger, and the papers they show: facts that no other table knows.

Travelers say what only they know, and enter papers ahead. Facts that must be looked at, only an officer says: a
traveler's word on them is advice for the sale and opens no gate.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.persons import SaidFact
from app.booking.models import Passenger
from app.db import db
from app.errors import Refusal
from app.rules.facts import DOCUMENT_KINDS, RESULTS, slips
from app.rules.wording.vocabulary import ENTER_FIRST, unknown_words
from app.together import Write, insert_many, write_together

DECLARED = frozenset(
    {
        "person.pregnant_weeks",
        "person.unwell",
        "person.special_condition",
        "person.from_abroad",
        "person.foreigner_from_abroad",
        "travel.purpose",
        "travel.companions",
    }
)
"""Facts that travelers say of themselves; an officer may say them for them."""

ADVICE = frozenset({"person.doses", "person.health_app"})
"""Facts that travelers may say to be told ahead what they need; at a gate an officer must have seen them."""

LOOKED_AT = frozenset(
    {
        "identity.name_matches",
        "identity.number_matches",
        "identity.person_matches",
        "ticket.exchanged",
        "baggage.kg",
        "baggage.cm3",
        "goods",
        "documents",
    }
)
"""Facts that only an officer says. Of `documents` only that none were shown: those that are shown have a table."""

LETTERS = frozenset({"doctor_letter", "travel_letter", "reduction_letter", "photo_document"})
"""Papers without a result."""


_SAY = insert_many(Statement, "passenger_id", "fact", "value", "said_by", "said_at")
_TEST = {"kind", "result", "taken_at"}


def record(passenger: Passenger, facts: Mapping[str, Any], said_by: int | None, now: datetime) -> None:
    """Keep these facts; part of the caller's transaction. Raises Refusal as `say` does."""
    must_be_sayable(facts, said_by is not None)
    if facts:
        write_together(write_of([SaidFact(passenger.id, fact, facts[fact], said_by, now) for fact in facts]))


def write_of(said: Sequence[SaidFact]) -> Write:
    """The write by which these statements are kept, to be sent together with others."""
    return _SAY, [vars(one) for one in said]


def for_want_of(rule: Mapping[str, Any], fact: str) -> Mapping[str, Any]:
    """A rule as it speaks to a traveler where a fact is not known (empty: where it is not met).

    Its sentence is then about that fact, and the next step to enter it, where that can be done.
    """
    if not fact:
        return rule
    said = {**rule, "traveler": unknown_words(fact)}
    return {**said, "next": ENTER_FIRST} if fact in DECLARED | ADVICE | {"documents"} else said


def must_be_sayable(facts: Mapping[str, Any], officer: bool, *, papers: bool = False) -> None:
    """Raises Refusal `fact_unknown`, `fact_for_officers` or `fact_value`, with the fact's name.

    `papers`: of `documents` also the tests that the officer has in the hand, as `keep_seen` takes them.
    """
    for fact, value in facts.items():
        if papers and fact == "documents" and value and _are_tests(value):
            continue
        if fact not in DECLARED | ADVICE | LOOKED_AT:
            raise Refusal("fact_unknown", field="facts")
        if not officer and fact in LOOKED_AT:
            raise Refusal("fact_for_officers", field="facts")
        if slips(_nested(fact, value)) or (fact == "documents" and value not in (None, [])) or _negative(value):
            raise Refusal("fact_value", field="facts", fact=fact)


def _are_tests(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(one, dict) and set(one) == _TEST for one in value):
        return False
    kinds = set(DOCUMENT_KINDS) - LETTERS
    return all(one["kind"] in kinds and one["result"] in RESULTS and _moment(one["taken_at"]) for one in value)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None and moment <= clock.now() else None


def keep_seen(passenger_id: int, tests: Iterable[Mapping[str, Any]], officer_id: int, now: datetime) -> None:
    """Keep these tests (kind, result, taken_at) as seen by the officer; part of the caller's transaction."""
    for test in tests:
        told = {"kind": test["kind"], "result": test["result"], "taken_at": _moment(test["taken_at"])}
        same = select(ShownDocument.id).filter_by(passenger_id=passenger_id, withdrawn_at=None, **told)
        if db.session.scalar(same.where(ShownDocument.seen_at.is_not(None)).limit(1)) is None:
            by = {"entered_by": officer_id, "entered_at": now, "seen_by": officer_id, "seen_at": now}
            db.session.add(ShownDocument(passenger_id=passenger_id, **told, **by))
    db.session.flush()


def _nested(fact: str, value: Any) -> dict[str, Any]:
    group, _, name = fact.partition(".")
    return {group: {name: value}} if name else {group: value}


def _negative(value: Any) -> bool:
    return isinstance(value, int) and not 0 <= value < 2**31


def see(document: ShownDocument, officer_id: int, now: datetime) -> None:
    """The officer has it in the hand; part of the caller's transaction."""
    if document.seen_at is None:
        document.seen_by, document.seen_at = officer_id, now
