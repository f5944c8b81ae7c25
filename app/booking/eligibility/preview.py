"""Foresee before the day of sailing what a set of rules will ask, what fails already, what may be entered ahead.

Pure: from prepared rules and facts alone.

A rule concerns somebody when its answer hangs on what is only seen on the day (a document, a test, the hour). One
that is met or fails by what is known already, without that, asks nothing of them. Rules that are off, not in force on
the day of sailing, or that no source confirms, are never told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.booking.eligibility.statements import ADVICE, DECLARED, for_want_of
from app.booking.eligibility.voyage_facts import SALE
from app.rules.engine.judge import STRENGTH, Prepared, Verdict, judge
from app.rules.engine.paths import texts
from app.rules.facts import DOCUMENT_KINDS, STAGES
from app.rules.sale_rules import KNOWN_BEFOREHAND, PARTY, SHARE

GATES = tuple(stage for stage in STAGES if stage != SALE)

IDENTITY, PAPERS, COMPANY, EXCHANGE, TIMES, LUGGAGE = TOPICS = (
    "identity", "papers", "company", "exchange", "times", "luggage",
)  # fmt: skip
"""The topics of rules, in the order in which they are told."""

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

DOCUMENT = "identity.kind"
"""The kind of document that somebody is known by."""

_SEEN_ON_THE_DAY = ("identity", "documents", "companions", "adult", "baggage", "goods")
_STILL_CHANGES = {
    "voyage": {"minutes_to_departure", "terminal_opened", "souls_aboard", "ceiling", "share_percent"},
    "ticket": {"state", "paid", "used_here", "exchanged", "this_voyage", "this_port"},
}

Words = Mapping[str, str]
"""A sentence in each language."""


@dataclass(frozen=True)
class Line:
    """The request of one rule. `met`: by what was entered ahead it will be met; the papers are still to be brought.

    `own`: the document that the person is known by meets it, and that one is to be brought.
    """

    rule: str
    topic: str
    title: Words
    sentence: Words
    met: bool = False
    own: bool = False


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


def lines_for(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]
) -> Sequence[Line]:
    """The rules whose answer hangs on what is only seen on the day, without the ones that say the same more mildly.

    With them are those of the sale that hang on what travelers enter.
    """
    certain = _certain(facts)
    papers, identity = facts.get("documents"), facts.get("identity", {})
    asked: dict[tuple[str, str], tuple[Prepared, Line]] = {}
    for stage, here in _by_stage(rules):
        missing = _missing(here, {**certain, "stage": stage}, granted)
        shown = {**certain, "stage": stage, "documents": papers}
        unmet = {reason["rule"] for reason in _reasons(here, shown, granted)} if papers else set()
        by_document = [rule for rule in here if DOCUMENT in rule.looks_at] if identity else []
        refused = {r["rule"] for r in _reasons(by_document, {**shown, "identity": identity}, granted)}
        settled = {rule.rule["code"] for rule in by_document} - refused
        for rule in here:
            topic = topic_of(missing.get(rule.rule["code"], ""))
            if topic is None:
                continue
            met = bool(papers) and topic == PAPERS and rule.rule["code"] not in unmet
            line = Line(
                rule.rule["code"], topic, rule.rule["title"], rule.rule["traveler"], met, rule.rule["code"] in settled
            )
            same = (topic, str(rule.rule["logic"]))
            if same not in asked or _strength(rule) > _strength(asked[same][0]):
                asked[same] = (rule, line)
    place = {rule.rule["code"]: number for number, rule in enumerate(rules)}
    return sorted((line for _, line in asked.values()), key=lambda line: (TOPICS.index(line.topic), place[line.rule]))


def _strength(rule: Prepared) -> int:
    return STRENGTH[rule.rule["outcome"]]


def topic_of(fact: str) -> str | None:
    """Name the topic of a rule that looks at this fact; None for what only the gate itself knows."""
    return _TOPICS.get(fact) or _TOPICS.get(fact.partition(".")[0])


def failures_at_sale(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]] = ()
) -> Sequence[Failure]:
    """Those of the rules that are judged at the sale, and are not met now; also for want of what is known by now."""
    here = [rule for rule in rules if rule.confirmed and SALE in rule.stages and SHARE not in rule.looks_at]
    due = KNOWN_BEFOREHAND - {PARTY, "voyage.class"} if "person" not in facts else None
    unknown = [
        _unknown(rule, reason)
        for rule, reason in _more_than_notes(here, {**facts, "stage": SALE}, granted, "missing")
        if due is None or reason["fact"] in due
    ]
    return [*_failed(here, {**facts, "stage": SALE}, granted), *unknown]


def failures_on_the_day(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]
) -> Sequence[Failure]:
    """The rules of the gates that will not be met, by what is known and does not change until then."""
    on_the_day = {name: value for name, value in facts.items() if name not in ("voyage", "ticket")}
    on_the_day |= {group: _without(facts.get(group, {}), gone) for group, gone in _STILL_CHANGES.items()}
    return [
        failure for stage, here in _by_gate(rules) for failure in _failed(here, {**on_the_day, "stage": stage}, granted)
    ]


def _failed(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]]
) -> Sequence[Failure]:
    """Those that are not met by what is known, and that do more than note it."""
    return [_failure(rule) for rule, _ in _more_than_notes(rules, facts, granted, "failed")]


def _more_than_notes(
    rules: Sequence[Prepared], facts: Mapping[str, Any], granted: Sequence[Mapping[str, Any]], why: str
) -> Sequence[tuple[Prepared, Mapping[str, Any]]]:
    by_code = {rule.rule["code"]: rule for rule in rules}
    reasons = [r for r in _reasons(rules, facts, granted) if r["why"] == why and r["outcome"] != "note"]
    return [(by_code[reason["rule"]], reason) for reason in reasons]


def strongest_first(failures: Iterable[Failure]) -> Sequence[Failure]:
    """Each rule once, the strongest first."""
    return sorted({failure.rule: failure for failure in failures}.values(), key=lambda one: -STRENGTH[one.outcome])


def _failure(rule: Prepared) -> Failure:
    told, looks_at = rule.rule, rule.looks_at
    return Failure(
        told["code"], told["outcome"], told["title"], told["traveler"], told["next"], "documents" in looks_at,
        DOCUMENT in looks_at,
    )  # fmt: skip


def _unknown(rule: Prepared, reason: Mapping[str, Any]) -> Failure:
    """A rule of the sale that lacks a fact, with what is to be done: to enter it, where that can be done."""
    told = for_want_of(rule.rule, reason["fact"])
    return Failure(told["code"], reason["outcome"], told["title"], told["traveler"], told["next"], False, False)


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
    return replace(rule, needed=rule.looks_at)


def entries_for(rules: Sequence[Prepared], facts: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[str]]:
    """List what this person may say ahead, and which papers count, by the rules that would ask for such."""
    silent = _certain(facts)
    silent["person"] = {name: silent["person"][name] for name in ("age_years", "age_months", "infant", "named")
                        if name in silent["person"]}  # fmt: skip
    silent.pop("travel", None)
    told: set[str] = set()
    kinds: set[str] = set()
    for stage, here in _by_stage(rules):
        missing = {
            reason["rule"]: reason["fact"]
            for reason in _reasons([_strict(rule) for rule in here], {**silent, "stage": stage}, ())
            if reason["why"] == "missing"
        }
        for rule in here:
            if topic_of(missing.get(rule.rule["code"], "")) == PAPERS:
                told |= rule.looks_at & (DECLARED | ADVICE)
                kinds |= set(texts(rule.rule["logic"])) & set(DOCUMENT_KINDS)
    return sorted(told), [kind for kind in DOCUMENT_KINDS if kind in kinds]


def _certain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without what is only seen on the day, or changes until then."""
    kept = {name: value for name, value in facts.items() if name not in _SEEN_ON_THE_DAY}
    return kept | {group: _without(facts.get(group, {}), gone) for group, gone in _STILL_CHANGES.items()}


def _without(group: Mapping[str, Any], gone: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name not in gone}


def _by_stage(rules: Sequence[Prepared]) -> list[tuple[str, list[Prepared]]]:
    """As `_by_gate`, and after them the rules of the sale alone that look at what travelers enter."""
    alone = [
        rule
        for rule in rules
        if rule.confirmed and not of_the_gates(rule) and any(topic_of(fact) == PAPERS for fact in rule.looks_at)
    ]
    return [*_by_gate(rules), (SALE, alone)]


def of_the_gates(rule: Prepared) -> bool:
    """Whether a gate judges by it as well, and not the sale alone."""
    return any(stage in rule.stages for stage in GATES)


def _by_gate(rules: Sequence[Prepared]) -> list[tuple[str, list[Prepared]]]:
    """The confirmed rules of the gates, each at the first gate where it is asked."""
    parts: dict[str, list[Prepared]] = {stage: [] for stage in GATES}
    for rule in rules:
        first = next((stage for stage in GATES if stage in rule.stages), None)
        if first is not None and rule.confirmed:
            parts[first].append(rule)
    return list(parts.items())
