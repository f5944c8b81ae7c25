"""Requirements of the gate on the day of sailing, told person by person before the sale is paid."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.booking.eligibility.passenger_facts import Here, Known, facts_in_party
from app.booking.eligibility.preview import (
    COMPANY,
    PAPERS,
    Failure,
    Line,
    entries_for,
    failures_at_sale,
    failures_on_the_day,
    lines_for,
    of_the_gates,
    strongest_first,
)
from app.booking.eligibility.voyage_facts import SALE, Sailing, rules_moment, sailing_from
from app.booking.models import Passenger
from app.rules.queries import PreparedSet
from app.schedule.models import PortCall


@dataclass(frozen=True)
class Asked:
    """The requirements for one person: what is asked, what fails already, and what they may enter ahead.

    `facts` are what travelers may say of themselves (docs/rules.md has their names), `kinds` the papers that count;
    both are empty where no rule of that day asks for such.
    """

    passenger: Passenger | None
    lines: Sequence[Line]
    failures: Sequence[Failure] = ()
    facts: Sequence[str] = ()
    kinds: Sequence[str] = ()

    @property
    def enters(self) -> bool:
        """Whether there is something to enter ahead."""
        return bool(self.facts or self.kinds)


@dataclass(frozen=True)
class Requirements:
    """The requirements on one journey: those for everybody (`common`), and those for each person alone."""

    number: int
    """Of the set in force on the day of sailing, as published by now."""
    common: Sequence[Line]
    people: Sequence[Asked]
    known: Known | None = None

    @property
    def enters(self) -> bool:
        """Whether somebody may enter something ahead."""
        return any(person.enters for person in self.people)

    @property
    def fails(self) -> bool:
        """Whether a rule fails for somebody that does more than note it."""
        return any(person.failures for person in self.people)

    def of(self, passenger: Passenger) -> Asked:
        """Pick the requirements of that passenger alone."""
        return next(one for one in self.people if one.passenger is not None and one.passenger.id == passenger.id)


def requirements_for(
    rules: PreparedSet,
    party: Sequence[Passenger],
    here: Here,
    known: Known,
    granted: Mapping[int, Sequence[Mapping[str, Any]]],
    *,
    sold: bool,
) -> Requirements:
    """Tell a party what a set of rules asks of them; `granted` are exemptions by ticket id, as the judge takes them."""
    people = []
    for person in party:
        facts = facts_in_party(person, party, here, known, rules.on_travelers, granted)
        exempt = granted.get(person.ticket.id, ()) if person.ticket else ()
        people.append(replace(_asked(rules, json.dumps([facts, list(exempt)]), sold), passenger=person))
    common, people = _shared(people)
    return Requirements(rules.number, common, people, known)


PERSONAS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("adult", {"age_years": 30, "age_months": 360, "infant": False}),
    ("youth", {"age_years": 12, "age_months": 144, "infant": False}),
    ("child", {"age_years": 3, "age_months": 36, "infant": False}),
    ("infant", {"age_years": 0, "age_months": 6, "infant": True}),
)
"""Travelers to judge where none is named yet: one of each age that the regulations tell apart (6, 18, infants)."""


@dataclass(frozen=True)
class VoyageRequirements:
    """The requirements on a journey that is not booked yet: for everybody, and besides for the young."""

    number: int
    common: Sequence[Line]
    grown: Sequence[Line]
    young: Sequence[Line]
    failures: Sequence[Failure]
    """Rules of the sale that fail for whoever would buy now."""


def requirements_on(
    start: PortCall, end: PortCall, now: datetime, sailing: Sailing | None = None
) -> VoyageRequirements | None:
    """Tell the requirements on this journey; None where no set is in force. One query, two the first time.

    None where its setting out was read with its places, unless the rules that count are not those of that moment.
    """
    if sailing is None or sailing.departs_at != rules_moment(start):
        sailing = sailing_from(start)
    if sailing.rules is None or sailing.day is None:
        return None
    return _on_voyage(sailing.rules, json.dumps(sailing.facts(SALE, now, end.port.code)))


ANSWERS = 512
"""So many answers to facts are kept in a process: in a rush a thousand people look at the same voyage in a minute."""


@lru_cache(maxsize=ANSWERS)
def _on_voyage(rules: PreparedSet, facts_of_voyage: str) -> VoyageRequirements:
    known = json.loads(facts_of_voyage)
    found = {}
    for name, person in PERSONAS:
        facts = {**known, "person": person, "ticket": {"discounted": False, "reduction": "none"}}
        found[name] = lines_for(rules.prepared, facts, ())
    common = [line for line in found["adult"] if all(line in lines for lines in found.values())]
    grown = [line for line in found["adult"] if line not in common]
    young: list[Line] = []
    for name in ("youth", "child", "infant"):
        young += [line for line in found[name] if line not in common and line not in grown and line not in young]
    failures = strongest_first(failures_at_sale(rules.prepared, known))
    return VoyageRequirements(rules.number, common, grown, young, failures)


@lru_cache(maxsize=ANSWERS)
def _asked(rules: PreparedSet, facts_and_exemptions: str, sold: bool) -> Asked:
    """Tell what is asked of somebody of these facts, who has these exemptions."""
    facts, granted = json.loads(facts_and_exemptions)
    told, kinds = entries_for(rules.prepared, facts)
    at_sale = [] if sold else failures_at_sale(rules.on_travelers, facts, granted)
    failures = strongest_first([*failures_on_the_day(rules.prepared, facts, granted), *at_sale])
    failed = {failure.rule for failure in failures}
    asking = [rule for rule in rules.prepared if not sold or of_the_gates(rule)]
    lines = [line for line in lines_for(asking, facts, granted) if line.rule not in failed]
    return Asked(None, lines, failures, told, kinds)


def _shared(people: Sequence[Asked]) -> tuple[list[Line], list[Asked]]:
    """Part what is asked of all alike from what is asked of each; papers and company of one stay with that person."""
    first = people[0].lines if people else ()
    common = [
        line
        for line in first
        if (len(people) > 1 or line.topic not in (PAPERS, COMPANY)) and all(line in person.lines for person in people)
    ]
    rest = [
        Asked(
            person.passenger, [line for line in person.lines if line not in common], person.failures, person.facts,
            person.kinds,
        )
        for person in people
    ]  # fmt: skip
    return common, rest
