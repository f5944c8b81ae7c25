"""Both twins give every verdict of the golden book."""

import json
import re
from itertools import groupby

import pytest

from app.cli.certlogic import twins
from app.rules import facts
from app.rules.engine.certlogic import look_up
from app.rules.engine.judge import STRENGTH
from app.rules.shipped import FOLDER, read_rules, read_sets
from tests.rules.book import Case, by_clock, cases

pytestmark = pytest.mark.one_engine

BOOK = list(cases())
SHIPPED = {rule["code"]: rule for one in read_sets() for rule in one.rules}


def strongest(outcomes: list[str]) -> str:
    return max(outcomes, key=lambda outcome: STRENGTH[outcome], default="pass")


def test_both_twins_give_every_verdict_of_the_book() -> None:
    here, lines, asked = twins.PythonTwin(), [], []
    for files, group in groupby(BOOK, key=lambda case: case.files):
        lines.append(json.dumps({"rules": read_rules(*files)}))
        asked.append(None)
        for case in group:
            lines.append(json.dumps({"facts": case.facts, "exemptions": case.exemptions}))
            asked.append(case)
    wrong = []
    for line, case, theirs in zip(lines, asked, twins.in_browser(lines), strict=True):
        ours = here.answer(json.loads(line))
        assert twins.same(ours, theirs), line
        if case and (told := _difference(case, ours["verdict"])):
            wrong.append(told)
    assert wrong == []


def _difference(case: Case, verdict: dict) -> str:
    found = {reason["rule"]: reason["outcome"] for reason in verdict["reasons"]}
    if found == case.reasons and verdict["outcome"] == strongest(list(case.reasons.values())):
        return ""
    return f"{case.name}: {found}, not {case.reasons}"


def test_the_facts_of_a_clock_are_the_ones_of_its_case() -> None:
    told = [case for case in BOOK if case.clock]
    assert len(told) > 30
    for case in told:
        for name, value in by_clock(case.clock).items():
            assert look_up(name, case.facts) == value, (case.name, name)


def test_the_facts_of_the_book_are_facts() -> None:
    assert [(case.name, slips) for case in BOOK if (slips := facts.slips(case.facts))] == []


def test_the_book_is_large_and_speaks_of_every_rule_that_ships() -> None:
    assert len(BOOK) >= 1000
    assert len(SHIPPED) >= 80
    assert {case.rule for case in BOOK} >= SHIPPED.keys()
    spoken = {code for case in BOOK for code in case.reasons}
    assert {code for code, rule in SHIPPED.items() if not rule.get("off")} <= spoken


def test_what_is_not_confirmed_is_off_and_says_so() -> None:
    unconfirmed = {code for code, rule in SHIPPED.items() if rule["sure"] == "unconfirmed"}
    assert unconfirmed == {code for code, rule in SHIPPED.items() if rule.get("off")}


WORDS = ("title", "traveler", "officer", "next", "off")
LONGEST = {"title": 50, "traveler": 110, "officer": 110, "next": 100, "off": 100}
"""In letters: three lines of a phone's 360 pixels, and a title in one or two."""


def test_a_shipped_sentence_fits_a_phone_and_both_languages_name_the_same_numbers() -> None:
    wrong = []
    for code, rule in SHIPPED.items():
        for key in WORDS:
            said = rule.get(key) or {}
            numbers = [re.findall(r"[0-9]+(?:[.,x-][0-9]+)*", text) for text in said.values()]
            if said and sorted(numbers[0]) != sorted(number.replace("0.1", "0,1") for number in numbers[1]):
                wrong.append((code, key, said))
            wrong += [(code, key, text) for text in said.values() if len(text) > LONGEST[key]]
    assert wrong == []


def test_what_a_sentence_says_of_hours_is_what_the_logic_asks() -> None:
    for code, rule in SHIPPED.items():
        asked = {int(days) * 1440 for days in re.findall(r"([0-9])x24 jam", rule["officer"]["id"])}
        if rule["outcome"] != "note" and not rule.get("off"):
            assert asked == {number for number in (1440, 4320) if f" {number}]" in str(rule["logic"])}, code


def test_every_file_of_rules_is_in_a_set_and_every_set_begins_at_another_time() -> None:
    told = json.loads((FOLDER / "sets.json").read_text(encoding="utf-8"))
    assert {file for one in told for file in one["files"]} == {p.stem for p in FOLDER.glob("*.json")} - {"sets"}
    assert len({one.in_force_from for one in read_sets()}) == len(told)


@pytest.mark.parametrize("case", [case for case in BOOK if case.rule == "sampit"], ids=lambda case: case.name)
def test_what_happened_at_sampit_in_april_2022_is_what_the_set_of_that_day_says(case: Case) -> None:
    day = case.facts["voyage"]["day"]
    then = [one for one in read_sets() if one.in_force_from.date().isoformat() <= day][-1]
    here = twins.PythonTwin()
    here.answer({"rules": [rule for rule in then.rules if rule["regulation"].startswith("SE Menhub")]})
    assert _difference(case, here.answer({"facts": case.facts})["verdict"]) == ""
