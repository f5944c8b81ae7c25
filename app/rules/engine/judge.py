"""The verdict of a set of rules on one person's facts. Pure; twin of static/js/gate/judge.mjs.

A verdict is the strongest outcome of all rules, with every reason, the strongest first. tests/golden/rules/ holds the
twins to the same verdicts, and `make rules-twin` on random facts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.rules.engine.certlogic import apply, look_up, plain
from app.rules.engine.paths import paths
from app.rules.engine.rule_error import RuleError
from app.rules.facts import STAGES

OUTCOMES = ("pass", "note", "hold", "refer", "refuse_movable", "refuse_void")
"""The weakest first. A plain refusal is stronger than a doubt: an officer cannot talk away what is certain."""

STRENGTH = {outcome: strength for strength, outcome in enumerate(OUTCOMES)}

Verdict = dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """A rule, ready to be judged with."""

    rule: Mapping[str, Any]
    logic: Any
    needed: frozenset[str]
    where: Sequence[tuple[str, Sequence[Any]]]
    excepted: Sequence[tuple[str, Sequence[Any]]]

    @cached_property
    def looks_at(self) -> frozenset[str]:
        """The facts that its logic looks at, also those that may be missing."""
        return frozenset(paths(self.rule["logic"]))

    @property
    def stages(self) -> Sequence[str]:
        """Where it is judged."""
        stages: Sequence[str] = (self.rule.get("where") or {}).get("stage") or STAGES
        return stages

    @property
    def confirmed(self) -> bool:
        """Whether a source confirms it."""
        return bool(self.rule["sure"] != "unconfirmed")


def prepare(rules: Iterable[Mapping[str, Any]]) -> list[Prepared]:
    """Those of the rules that are not off. A rule that looks at a fact that may not be missing must know it."""
    return [
        Prepared(
            rule,
            plain(rule["logic"], "logic"),
            frozenset(paths(rule["logic"])) - set(rule.get("may_miss") or ()),
            _places(rule.get("where")),
            _places(rule.get("except")),
        )
        for rule in rules
        if not rule.get("off")
    ]


def _places(named: Mapping[str, Sequence[Any]] | None) -> list[tuple[str, Sequence[Any]]]:
    """The facts that places are told by, each with the values that are meant."""
    return [("stage" if place == "stage" else f"voyage.{place}", values) for place, values in (named or {}).items()]


def judge(rules: Sequence[Prepared], facts: Any, exemptions: Sequence[Mapping[str, Any]] = ()) -> Verdict:
    """`{"outcome", "reasons", "items"}`: what is to be done, why, and the rules by which things stay behind.

    A reason is `{"rule", "outcome", "why"}`, where `why` is `failed`, `missing` (then `fact` names what is not known),
    `error` (then `error` says its code) or `exempted` (then `exemption` names letter, officer and reason). `exemptions`
    are `{"rule", "letter", "officer", "reason"}`; they make a note of what a rule that allows it would have said.
    """
    try:
        facts = plain(facts, "facts")
    except RuleError as error:
        return _verdict([_error("", error.code)])
    day, stage = look_up("voyage.day", facts), look_up("stage", facts)
    if not isinstance(day, str) or not isinstance(stage, str):
        return _verdict([_error("", "facts")])
    found = [reason for rule in rules if (reason := _reason(rule, facts, day, stage, exemptions))]
    return _verdict(found)


def _reason(
    prepared: Prepared, facts: Any, day: str, stage: str, exemptions: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    rule = prepared.rule
    if not _in_force(rule, day):
        return None
    try:
        if not _applies(prepared, facts):
            return None
        answer = apply(prepared.logic, facts, prepared.needed)
        if answer is True:
            return None
        if answer is not False:
            return _error(rule["code"], "answer")
        reason = {"rule": rule["code"], "outcome": rule["outcome"], "why": "failed"}
        if rule.get("holds_item"):
            reason["holds_item"] = True
    except RuleError as error:
        if error.code != "missing":
            return _error(rule["code"], error.code)
        outcome = rule["missing"]["sale" if stage == "sale" else "gate"]
        reason = {"rule": rule["code"], "outcome": outcome, "why": "missing", "fact": error.fact}
    return _exempted(rule, reason, exemptions)


def is_for(prepared: Prepared, facts: Mapping[str, Any]) -> bool:
    """Whether a rule is in force on the day of these facts, and for here as far as they say where that is."""
    day = look_up("voyage.day", facts)
    try:
        return isinstance(day, str) and _in_force(prepared.rule, day) and _applies(prepared, facts)
    except RuleError:
        return True


def _in_force(rule: Mapping[str, Any], day: str) -> bool:
    first, last = rule.get("valid_from"), rule.get("valid_to")
    return (not first or first <= day) and (not last or day <= last)


def _applies(prepared: Prepared, facts: Any) -> bool:
    """Whether it is a rule for here. Where that is not known, and would decide, RuleError `missing`."""
    unknown = ""
    for name, allowed in prepared.where:
        value = look_up(name, facts)
        if value is None:
            unknown = unknown or name
        elif value not in allowed:
            return False
    if any(look_up(name, facts) in values for name, values in prepared.excepted):
        return False
    if unknown:
        raise RuleError("missing", unknown)
    return True


def _exempted(
    rule: Mapping[str, Any], reason: dict[str, Any], exemptions: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    if not rule.get("exemption"):
        return reason
    for exemption in exemptions:
        if exemption["rule"] == rule["code"]:
            named = {key: exemption[key] for key in ("letter", "officer", "reason")}
            return {"rule": rule["code"], "outcome": "note", "why": "exempted", "exemption": named}
    return reason


def _error(code: str, error: str) -> dict[str, Any]:
    return {"rule": code, "outcome": "refer", "why": "error", "error": error}


def _verdict(reasons: list[dict[str, Any]]) -> Verdict:
    ordered = sorted(reasons, key=lambda reason: -STRENGTH[reason["outcome"]])
    return {
        "outcome": ordered[0]["outcome"] if ordered else "pass",
        "reasons": ordered,
        "items": [reason["rule"] for reason in ordered if reason.get("holds_item")],
    }


def told(verdict: Verdict, rules: Iterable[Mapping[str, Any]], reader: str, language: str) -> list[dict[str, str]]:
    """Word each reason for `reader` (`traveler` or `officer`): its title, sentence and next step.

    A reason that no rule gave (the facts themselves cannot be read) has no words here, only its code.
    """
    by_code = {rule["code"]: rule for rule in rules}
    said = []
    for reason in verdict["reasons"]:
        rule = by_code.get(reason["rule"], {})
        words = {"title": rule.get("title"), "sentence": rule.get(reader), "next": rule.get("next")}
        said.append({"rule": reason["rule"], **{key: text[language] for key, text in words.items() if text}})
    return said
