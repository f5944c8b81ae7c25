"""Rules that close a sale for everybody, by what is known before passengers are named."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from app.rules.engine.judge import Prepared, is_for, judge
from app.rules.engine.paths import numbers

REFUSALS = ("refuse_movable", "refuse_void")

PARTY = "ticket.party"
MINUTES = "voyage.minutes_to_departure"
SHARE = "voyage.share_percent"
"""The share of the places that may be sold is judged with the counting of places, and nowhere else."""

KNOWN_BEFOREHAND = frozenset(
    {
        "stage", "voyage.day", "voyage.port", "voyage.to_port", "voyage.route", "voyage.operator", "voyage.ship",
        "voyage.ship_type", "voyage.service", "voyage.class", "voyage.child_age", "voyage.ppkm_level", "season.name",
        "season.day", PARTY, MINUTES,
    }
)  # fmt: skip
"""The facts of a sale without its travelers."""


def closing(rules: Iterable[Prepared]) -> list[Prepared]:
    """Those of the rules that may refuse to sell a journey, whoever travels."""
    return [
        rule
        for rule in rules
        if rule.confirmed and "sale" in rule.stages and _may_refuse(rule) and rule.looks_at <= KNOWN_BEFOREHAND
    ]


def _may_refuse(rule: Prepared) -> bool:
    """Whether it refuses at the sale when it is not met, or when a fact is not known."""
    return rule.rule["outcome"] in REFUSALS or rule.rule["missing"]["sale"] in REFUSALS


def turning_away(rules: Iterable[Prepared]) -> list[Prepared]:
    """Those of the rules that stand at the sale by name and may refuse to sell to somebody, for what they are.

    A rule that stands everywhere is the gates' as well, and is only told ahead: it may be put right until then.
    """
    rules = [rule for rule in rules if "sale" in ((rule.rule.get("where") or {}).get("stage") or ())]
    closes = closing(rules)
    return [
        rule
        for rule in rules
        if rule.confirmed and _may_refuse(rule) and SHARE not in rule.looks_at and rule not in closes
    ]


def refusing(
    rules: Sequence[Prepared], facts: Mapping[str, Any], unasked: Collection[str] | None = None
) -> tuple[Mapping[str, Any], str] | None:
    """The strongest of these rules that refuses the sale, with the fact for want of which it does so, if any; or None.

    One that is not met refuses, and one that lacks a fact where its `missing` says so; but not for want of those that
    are `unasked`, which are told later. None: for want of nothing.
    """
    for reason in judge(rules, facts)["reasons"]:
        fact = reason.get("fact", "")
        lacks = bool(fact) and unasked is not None and fact not in unasked
        if reason["outcome"] in REFUSALS and (reason["why"] == "failed" or lacks):
            return next(one.rule for one in rules if one.rule["code"] == reason["rule"]), fact
    return None


def concerning(rules: Iterable[Prepared], facts: Mapping[str, Any]) -> list[Prepared]:
    """Those of the rules that are in force on the day of these facts, and not for another place."""
    return [rule for rule in rules if is_for(rule, facts)]


def last_minute(rules: Sequence[Prepared], facts: Mapping[str, Any], least: int) -> int | None:
    """How many whole minutes before departure these rules sell for the last time, `least` or more; None: never.

    An answer can only change at a number that a rule compares the minutes with.
    """
    timed = [rule for rule in rules if MINUTES in rule.looks_at]
    compared = {number + more for rule in timed for number in numbers(rule.rule["logic"]) for more in (0, 1)}
    for minutes in sorted({least, *(number for number in compared if number > least)}):
        at_that = {**facts, "voyage": {**facts["voyage"], "minutes_to_departure": minutes}}
        if refusing(rules, at_that) is None:
            return minutes
    return None
