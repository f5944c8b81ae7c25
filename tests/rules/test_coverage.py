"""Every shipped rule has its cases in the golden book: met, not met, at each of its limits, and a fact not known.

What is a limit is read off the rule: each number that its logic compares with, and its first and last day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from app.rules.engine.certlogic import look_up
from app.rules.engine.judge import judge, prepare
from app.rules.engine.paths import paths
from app.rules.shipped import FOLDER, read_rules
from tests.rules.book import Case, cases

pytestmark = pytest.mark.one_engine

Rule = dict[str, Any]

RULES: list[tuple[str, Rule]] = [
    (path.stem, rule)
    for path in sorted(FOLDER.glob("*.json"))
    if path.stem != "sets"
    for rule in read_rules(path.stem)
    if not rule.get("off")
]
BOOK = list(cases())

AROUND = {"<": (-1, 0), ">=": (-1, 0), "<=": (0, 1), ">": (0, 1), "===": (0,)}
"""The values beside the number compared with, on both sides of the answer."""


@dataclass(frozen=True)
class Heard:
    """A case, and what one rule alone says in it: its reason, or None where it is met or not for there and then."""

    case: Case
    reason: dict[str, Any] | None

    @property
    def day(self) -> str:
        return str(self.case.facts["voyage"]["day"])


def heard(file: str, rule: Rule, book: list[Case]) -> list[Heard]:
    """All cases of the book in which this rule is judged with."""
    alone = prepare([rule])
    return [
        Heard(case, next(iter(judge(alone, case.facts, case.exemptions)["reasons"]), None))
        for case in book
        if file in case.files
    ]


def applies(rule: Rule, case: Case) -> bool:
    """Whether the rule is for the day and place of the case: one that is never met then speaks."""
    never_met = {**rule, "logic": False, "may_miss": [], "exemption": None}
    return [reason["why"] for reason in judge(prepare([never_met]), case.facts)["reasons"]] == ["failed"]


def limits(logic: Any) -> Iterator[tuple[str, int]]:
    """Each fact that is compared with a number, and the values around it."""
    if isinstance(logic, list):
        for one in logic:
            yield from limits(one)
    if not isinstance(logic, dict):
        return
    [(name, operands)] = logic.items()
    if name in AROUND:
        for left, right in pairwise(operands):
            yield from _limit(name, left, right)
    if name != "var":
        yield from limits(operands)


def _limit(name: str, left: Any, right: Any) -> Iterator[tuple[str, int]]:
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
    if isinstance(left, int) and not isinstance(left, bool):
        left, right, name = right, left, turned.get(name, name)
    if isinstance(left, dict) and "var" in left and isinstance(right, int) and not isinstance(right, bool):
        yield from ((left["var"], right + step) for step in AROUND[name])


def has(case: Case, fact: str, value: int) -> bool:
    """Whether a fact, or one of a list, has that value in the case."""
    if fact.startswith("current."):
        items = [*(look_up("documents", case.facts) or ()), *(look_up("companions", case.facts) or ())]
        return any(item.get(fact.removeprefix("current.")) == value for item in items)
    return bool(look_up(fact, case.facts) == value)


def holes(file: str, rule: Rule, book: list[Case]) -> list[str]:
    """What the book does not say of this rule."""
    found = heard(file, rule, book)
    here = [one for one in found if applies(rule, one.case)]
    whys = {one.reason["why"] if one.reason else "met" for one in here}
    looks_at = paths(rule["logic"])
    wanted = {"failed", "met"} if looks_at else {"failed"}
    if rule["code"] == "goods-checked":
        wanted = {"met"}  # It asks only that somebody has looked.
    missing = sorted(wanted - whys)
    unknown = {one.reason["fact"] for one in here if one.reason and one.reason["why"] == "missing"}
    missing += [f"{fact} not known" for fact in sorted(looks_at - set(rule.get("may_miss") or ()) - unknown)]
    for fact, value in sorted(set(limits(rule["logic"]))):
        if not any(has(one.case, fact, value) for one in here):
            missing.append(f"{fact} = {value}")
    for key, step in (("valid_from", -1), ("valid_to", 1)):
        if day := rule.get(key):
            beyond = (date.fromisoformat(day) + timedelta(days=step)).isoformat()
            if not any(one.day == day and one.reason for one in found):
                missing.append(f"{key}: {day} in force")
            if not any(one.day == beyond and _would_speak(rule, one.case) for one in found):
                missing.append(f"{key}: {beyond} not in force")
    return missing


def _would_speak(rule: Rule, case: Case) -> bool:
    """Whether only the day keeps the rule from speaking."""
    return bool(judge(prepare([{**rule, "valid_from": None, "valid_to": None}]), case.facts)["reasons"])


@pytest.mark.parametrize(("file", "rule"), RULES, ids=[rule["code"] for _, rule in RULES])
def test_every_rule_is_met_not_met_at_its_limits_and_not_known(file: str, rule: Rule) -> None:
    assert holes(file, rule, BOOK) == []


def test_a_hole_in_the_book_is_found() -> None:
    [(file, rule)] = [one for one in RULES if one[1]["code"] == "se47-dose-2"]
    torn = [case for case in BOOK if not has(case, "current.minutes", 1441) and "2022-05-18" not in str(case.facts)]
    assert holes(file, rule, torn) == ["current.minutes = 1441", "valid_to: 2022-05-18 not in force"]
    torn = [case for case in BOOK if case.facts.get("person", {}).get("doses") is not None]
    assert holes(file, rule, torn) == ["person.doses not known"]
    assert "failed" in holes(file, rule, [case for case in BOOK if "se47-dose-2" not in case.reasons])


def told_by_the_clock() -> list[Case]:
    return [case for case in BOOK if case.clock]


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
def test_the_book_has_both_sides_of_midnight_in_every_zone(zone: str) -> None:
    hours = {case.clock["departs"][11:19] for case in told_by_the_clock() if case.clock["zone"] == zone}
    assert {"23:59:59", "00:00:00"} <= hours


def test_the_book_has_birthdays_on_the_day_of_sailing_also_of_whoever_was_born_on_29_february() -> None:
    """With their own six, eighteen or two years, and the evening before."""
    born = [(case.clock["born"], case.facts) for case in told_by_the_clock() if "born" in case.clock]
    birthdays = {facts["person"]["age_years"] for birth, facts in born if birth[5:] == facts["voyage"]["day"][5:]}
    assert {2, 6, 18} <= birthdays
    leap = {(facts["voyage"]["day"][5:], facts["person"]["age_years"]) for birth, facts in born if birth[5:] == "02-29"}
    assert {("02-28", 1), ("03-01", 2), ("02-28", 17), ("03-01", 18)} <= leap


def test_the_book_has_samples_of_exactly_24_and_72_hours_by_the_clock() -> None:
    minutes = {
        (paper["kind"], paper["minutes"], bool(case.reasons))
        for case in told_by_the_clock()
        for paper in case.facts.get("documents") or ()
        if "samples" in case.clock
    }
    assert {("antigen", 1440, False), ("antigen", 1441, True), ("pcr", 4320, False), ("pcr", 4321, True)} <= minutes
