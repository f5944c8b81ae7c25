"""What the gate will ask on the day of sailing, told person by person before anybody pays.

A rule concerns somebody when its answer hangs on what is only seen on the day (a document, a test, the hour). One
that is met or fails by what is known already, without that, asks nothing of them; one that fails is said at once.
Rules that are off, or that no source confirms, are never told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.booking.facts import SALE, Here, Known, judged, known_of, list_party, sailing_day
from app.booking.models import Booking, BookingState, Passenger
from app.booking.restricting import SHARE, sailing_moment
from app.booking.saying import ADVICE, DECLARED
from app.errors import NotFound, Refusal
from app.rules.facts import DOCUMENT_KINDS
from app.rules.judge import STRENGTH, Prepared, Verdict, judge
from app.rules.logic import paths
from app.rules.queries import PreparedSet, exemptions_of, prepared_in_force
from app.schedule.models import PortCall, Voyage

GATES = ("terminal", "quay", "gangway")

IDENTITY, PAPERS, COMPANY, EXCHANGE, TIMES, LUGGAGE = TOPICS = (
    "identity", "papers", "company", "exchange", "times", "luggage",
)  # fmt: skip
"""What a rule asks about, in the order in which it is told."""

_TOPICS = {
    "identity": IDENTITY,
    "person.named": IDENTITY,
    "documents": PAPERS,
    "person": PAPERS,
    "travel": PAPERS,
    "adult": COMPANY,
    "companions": COMPANY,
    "ticket.exchanged": EXCHANGE,
    "voyage.minutes_to_departure": TIMES,
    "voyage.terminal_opened": TIMES,
    "baggage": LUGGAGE,
    "goods": LUGGAGE,
}
"""By fact, or by the group that it lies in."""

_SEEN_ON_THE_DAY = ("identity", "documents", "companions", "adult", "baggage", "goods")
_STILL_CHANGES = {
    "voyage": {"minutes_to_departure", "terminal_opened", "souls_aboard", "ceiling"},
    "ticket": {"state", "paid", "used_here", "exchanged", "this_voyage", "this_port"},
}

Words = Mapping[str, str]
"""A sentence in each language."""


@dataclass(frozen=True)
class Line:
    """What one rule asks. `met`: by what was entered ahead it will be met; the papers are still to be brought."""

    rule: str
    topic: str
    title: Words
    sentence: Words
    met: bool = False


@dataclass(frozen=True)
class Failure:
    """A rule that will not be met on the day, as far as is known.

    `papers`: others can still be brought; `document`: it is about the document that the person is known by.
    """

    rule: str
    outcome: str
    title: Words
    sentence: Words
    next: Words
    papers: bool
    document: bool


@dataclass(frozen=True)
class Asked:
    """What is asked of one person, what fails already, and what they may enter ahead.

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
    """What the rules ask on one journey: of everybody (`common`), and of each person what is theirs alone."""

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
        """What is asked of that passenger alone."""
        return next(one for one in self.people if one.passenger is not None and one.passenger.id == passenger.id)


def set_for(call: PortCall) -> PreparedSet | None:
    """The set of rules in force when a ship sets out from this call."""
    day = sailing_day(call)
    return prepared_in_force(sailing_moment(day, call.departs_at)) if day else None


def requirements_of(booking: Booking, now: datetime) -> Requirements | None:
    """What is asked of everybody who travels on a booking; None where no set is in force. At most six queries."""
    rules = set_for(booking.from_call)
    if rules is None:
        return None
    party = list_party([booking.id])
    known = known_of(person.id for person in party)
    tickets = [person.ticket.id for person in party if person.ticket is not None]
    granted = {number: [one.for_judging for one in found] for number, found in exemptions_of(tickets).items()}
    here = Here(SALE, now)
    people = []
    for person in party:
        facts = judged(person, party, here, known, rules.prepared, granted).facts
        exempt = granted.get(person.ticket.id, ()) if person.ticket else ()
        people.append(_asked(rules.prepared, facts, person, exempt))
    common, people = _shared(people)
    return Requirements(rules.number, common, people, known)


def enterable(booking: Booking, now: datetime) -> Requirements | None:
    """What is asked on a booking where something may be entered ahead: all named, to travel, the ship not gone."""
    if booking.state_at(now) not in {BookingState.HELD, BookingState.CONFIRMED}:
        return None
    gone = booking.voyage.cancelled_at or booking.from_call.actual_departure
    asks = requirements_of(booking, now) if not gone and len(booking.passengers) == booking.souls else None
    return asks if asks and asks.enters else None


def asked_of(booking: Booking, position: int, now: datetime) -> tuple[Requirements, Asked, Passenger]:
    """What is asked of one passenger, who may enter something ahead.

    Raises NotFound `passenger_not_found`; Refusal `not_asked` where the rules of the day ask nothing of the kind.
    """
    passenger = next((person for person in booking.passengers if person.position == position), None)
    if passenger is None:
        raise NotFound("passenger_not_found")
    asks = enterable(booking, now)
    if asks is None or not asks.of(passenger).enters:
        raise Refusal("not_asked", 409)
    return asks, asks.of(passenger), passenger


PERSONAS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("adult", {"age_years": 30, "age_months": 360, "infant": False}),
    ("youth", {"age_years": 12, "age_months": 144, "infant": False}),
    ("child", {"age_years": 3, "age_months": 36, "infant": False}),
    ("infant", {"age_years": 0, "age_months": 6, "infant": True}),
)
"""Who may come, where nobody is named yet: of each of the ages that the regulations tell apart (6, 18, infants)."""


@dataclass(frozen=True)
class VoyageRequirements:
    """What the rules ask on a journey that nobody has booked: of everybody, and besides of the young."""

    number: int
    common: Sequence[Line]
    grown: Sequence[Line]
    young: Sequence[Line]
    failures: Sequence[Failure]
    """Rules of the sale that fail for whoever would buy now."""


def requirements_on(voyage: Voyage, start: PortCall, end: PortCall, now: datetime) -> VoyageRequirements | None:
    """What is asked on this journey; None where no set is in force. One query, two the first time."""
    rules, day = set_for(start), sailing_day(start)
    if rules is None or day is None:
        return None
    told: dict[str, Any] = {
        "day": day.isoformat(), "port": start.port.code, "to_port": end.port.code,
        "route": f"{start.port.code}-{end.port.code}", "operator": voyage.operator.code,
    }  # fmt: skip
    if voyage.ship:
        told |= {"ship": voyage.ship.name} | ({"ship_type": voyage.ship.type} if voyage.ship.type else {})
    found = {}
    for name, person in PERSONAS:
        facts = {"stage": SALE, "voyage": told, "person": person, "ticket": {"discounted": False, "reduction": "none"}}
        found[name] = _lines(rules.prepared, facts, ())
    common = [line for line in found["adult"] if all(line in lines for lines in found.values())]
    grown = [line for line in found["adult"] if line not in common]
    young: list[Line] = []
    for name in ("youth", "child", "infant"):
        young += [line for line in found[name] if line not in common and line not in grown and line not in young]
    at_sale = {**facts, "voyage": {**told, "minutes_to_departure": _minutes(start, now)}}
    return VoyageRequirements(rules.number, common, grown, young, _failures(rules.prepared, at_sale, (), (SALE,)))


def _minutes(start: PortCall, now: datetime) -> int | None:
    if start.departs_at is None or not start.time_known:
        return None
    return int((start.departs_at - now).total_seconds() // 60)


def _asked(
    rules: Sequence[Prepared], facts: dict[str, Any], passenger: Passenger, granted: Sequence[Mapping[str, Any]]
) -> Asked:
    told, kinds = _enterable(rules, facts)
    failures = _failures(rules, facts, granted, (SALE, *GATES))
    failed = {failure.rule for failure in failures}
    lines = [line for line in _lines(rules, facts, granted) if line.rule not in failed]
    return Asked(passenger, lines, failures, told, kinds)


def _shared(people: Sequence[Asked]) -> tuple[list[Line], list[Asked]]:
    """What is asked of everybody alike, and of each the rest; papers and company of one stay with that person."""
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


def _lines(rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]) -> Sequence[Line]:
    """The rules whose answer hangs on what is only seen on the day, without the ones that say the same more mildly."""
    certain = _certain(facts)
    papers = facts.get("documents")
    asked: dict[tuple[str, str], tuple[Prepared, Line]] = {}
    for stage, here in _by_gate(rules):
        missing = _missing(here, {**certain, "stage": stage}, granted)
        shown = {**certain, "stage": stage, "documents": papers}
        unmet = {reason["rule"] for reason in _reasons(here, shown, granted)} if papers else set()
        for rule in here:
            topic = topic_of(missing.get(rule.rule["code"], ""))
            if topic is None:
                continue
            met = bool(papers) and topic == PAPERS and rule.rule["code"] not in unmet
            line = Line(rule.rule["code"], topic, rule.rule["title"], rule.rule["traveler"], met)
            same = (topic, str(rule.rule["logic"]))
            if same not in asked or _strength(rule) > _strength(asked[same][0]):
                asked[same] = (rule, line)
    place = {rule.rule["code"]: number for number, rule in enumerate(rules)}
    return sorted((line for _, line in asked.values()), key=lambda line: (TOPICS.index(line.topic), place[line.rule]))


def _strength(rule: Prepared) -> int:
    return STRENGTH[rule.rule["outcome"]]


def topic_of(fact: str) -> str | None:
    """What a rule asks about that looks at this fact; None for what only the gate itself knows."""
    return _TOPICS.get(fact) or _TOPICS.get(fact.partition(".")[0])


def _failures(
    rules: Sequence[Prepared],
    facts: Mapping[str, Any],
    granted: Sequence[Mapping[str, Any]],
    stages: Collection[str],
) -> Sequence[Failure]:
    """The rules that are not met by what is known, and that do more than note it; the strongest first."""
    on_the_day = {name: value for name, value in facts.items() if name not in ("voyage", "ticket")}
    on_the_day |= {group: _without(facts.get(group, {}), gone) for group, gone in _STILL_CHANGES.items()}
    found: dict[str, Failure] = {}
    at_sale = [rule for rule in rules if _confirmed(rule) and SALE in _stages(rule) and SHARE not in _looks_at(rule)]
    for stage, here in [(SALE, at_sale), *_by_gate(rules)]:
        if stage not in stages:
            continue
        seen = facts if stage == SALE else on_the_day
        for reason in _reasons(here, {**seen, "stage": stage}, granted):
            if reason["why"] != "failed" or reason["outcome"] == "note" or reason["rule"] in found:
                continue
            rule = next(one.rule for one in here if one.rule["code"] == reason["rule"])
            facts_of_rule = paths(rule["logic"])
            on_papers, on_document = "documents" in facts_of_rule, "identity.kind" in facts_of_rule
            found[reason["rule"]] = Failure(
                rule["code"], reason["outcome"], rule["title"], rule["traveler"], rule["next"], on_papers,
                on_document,
            )  # fmt: skip
    return sorted(found.values(), key=lambda one: -STRENGTH[one.outcome])


def _reasons(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]
) -> Sequence[Mapping[str, Any]]:
    verdict: Verdict = judge(rules, facts, granted)
    reasons: Sequence[Mapping[str, Any]] = verdict["reasons"]
    return reasons


def _missing(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """By rule, the fact for want of which it cannot be judged; also where a rule lets it be missing and then fails."""
    reasons = {reason["rule"]: reason for reason in _reasons(rules, facts, granted)}
    open_ends = [r for r in rules if reasons.get(r.rule["code"], {}).get("why") in ("error", "failed")]
    strict = {r["rule"]: r for r in _reasons([_strict(r) for r in open_ends], facts, granted)}
    return {code: reason["fact"] for code, reason in {**reasons, **strict}.items() if reason["why"] == "missing"}


def _strict(rule: Prepared) -> Prepared:
    """The rule as if nothing that it looks at might be missing."""
    return Prepared(rule.rule, rule.logic, frozenset(_looks_at(rule)))


def _enterable(rules: Sequence[Prepared], facts: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[str]]:
    """What this person may say ahead, and which papers count, by the rules that would ask for such."""
    silent = _certain(facts)
    silent["person"] = {name: silent["person"][name] for name in ("age_years", "age_months", "infant", "named")
                        if name in silent["person"]}  # fmt: skip
    silent.pop("travel", None)
    told: set[str] = set()
    kinds: set[str] = set()
    for stage, here in _by_gate(rules):
        missing = {
            reason["rule"]: reason["fact"]
            for reason in _reasons([_strict(rule) for rule in here], {**silent, "stage": stage}, ())
            if reason["why"] == "missing"
        }
        for rule in here:
            if topic_of(missing.get(rule.rule["code"], "")) == PAPERS:
                told |= _looks_at(rule) & (DECLARED | ADVICE)
                kinds |= set(_texts(rule.rule["logic"])) & set(DOCUMENT_KINDS)
    return sorted(told), [kind for kind in DOCUMENT_KINDS if kind in kinds]


def _texts(logic: Any) -> Iterable[str]:
    if isinstance(logic, str):
        yield logic
    elif isinstance(logic, list):
        for item in logic:
            yield from _texts(item)
    elif isinstance(logic, dict):
        for operands in logic.values():
            yield from _texts(operands)


def _certain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without what is only seen on the day, or changes until then."""
    kept = {name: value for name, value in facts.items() if name not in _SEEN_ON_THE_DAY}
    return kept | {group: _without(facts.get(group, {}), gone) for group, gone in _STILL_CHANGES.items()}


def _without(group: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name not in gone}


def _confirmed(rule: Prepared) -> bool:
    return bool(rule.rule["sure"] != "unconfirmed")


def _looks_at(rule: Prepared) -> set[str]:
    return paths(rule.rule["logic"])


def _stages(rule: Prepared) -> Collection[str]:
    stages: Collection[str] = (rule.rule.get("where") or {}).get("stage") or (SALE, *GATES)
    return stages


def _by_gate(rules: Sequence[Prepared]) -> list[tuple[str, list[Prepared]]]:
    """The confirmed rules of the gates, each at the first gate where it is asked."""
    parts: dict[str, list[Prepared]] = {stage: [] for stage in GATES}
    for rule in rules:
        first = next((stage for stage in GATES if stage in _stages(rule)), None)
        if first is not None and _confirmed(rule):
            parts[first].append(rule)
    return list(parts.items())
