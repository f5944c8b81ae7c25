"""Whole rules in words, two sets compared, and the periods of sets."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.rules.models import RuleSet
from app.rules.shipped import FOLDER, read_rules, read_sets
from app.rules.wording.rule_rows import COMING, ENDED, OFF, USED, compare, periods, rows_of, standing
from app.rules.wording.vocabulary import LANGUAGES
from tests.rules.making import a_rule


def told(rule: dict[str, Any], language: str = "id") -> dict[str, str]:
    return {row.key: row.said.line for row in rows_of(rule, language)}


@pytest.mark.parametrize("file", sorted(f.stem for f in FOLDER.glob("*.json") if f.stem != "sets"))
def test_every_shipped_rule_has_all_its_rows_in_both_languages(file: str) -> None:
    for rule in read_rules(file):
        for language in LANGUAGES:
            rows = told(rule, language)
            assert {"title", "logic", "where", "valid", "outcome", "missing", "source", "sure"} <= set(rows)
            assert ("off" in rows) == bool(rule.get("off"))


def test_a_rule_says_where_when_and_what_follows() -> None:
    rule = a_rule(
        where={"stage": ["terminal", "gangway"], "port": ["IDSMQ"]},
        valid_from="2022-04-19",
        valid_to="2022-05-17",
        exemption={"by": ["official"]},
        may_miss=["person.age_years"],
        **{"except": {"operator": ["PELNI"]}},
    )
    rows = told(rule)
    assert rows["where"] == "tahap: terminal, tangga kapal; pelabuhan: IDSMQ"
    assert rows["except"] == "operator: PELNI"
    assert rows["valid"] == "19 Apr 2022 sampai 17 Mei 2022"
    assert rows["missing"] == "saat membeli: lewat dengan catatan; di gerbang: rujuk ke petugas"
    assert rows["exemption"] == "boleh diberikan oleh: pejabat"
    assert rows["may_miss"] == "umur pada hari berlayar"
    assert told(rule, "en")["valid"] == "19 Apr 2022 to 17 May 2022"
    plain = told(a_rule(holds_item=True, missing={"sale": "note", "gate": "note"}), "en")
    assert (plain["where"], plain["valid"], plain["missing"]) == ("everywhere", "any", "passes with a note")
    assert plain["outcome"].endswith("the thing stays behind, the person passes")
    assert "except" not in plain


def test_two_sets_are_compared_in_words() -> None:
    goes, comes = ({"id": name, "en": name} for name in ("pergi", "datang"))
    older = [
        a_rule(code="stays"), a_rule(code="goes", title=goes), a_rule(code="changes"), a_rule(code="written-otherwise"),
    ]  # fmt: skip
    newer = [
        a_rule(code="stays"),
        a_rule(code="changes", logic={">=": [{"var": "person.age_years"}, 12]}, outcome="note"),
        a_rule(code="written-otherwise", logic={"<=": [6, {"var": "person.age_years"}]}),
        a_rule(code="comes", title=comes),
    ]
    found = compare(older, newer, "id")
    assert [rule["code"] for rule in found.added] == ["comes"]
    assert [rule["code"] for rule in found.removed] == ["goes"]
    assert found.same == 1
    first, second = found.changed
    assert [(row.label, row.before.line, row.after.line) for row in first.rows] == [
        (
            "Yang diminta",
            "umur pada hari berlayar paling sedikit 6 tahun",
            "umur pada hari berlayar paling sedikit 12 tahun",
        ),
        ("Bila tidak terpenuhi", "tahan: lengkapi, lalu pindai lagi", "lewat dengan catatan"),
    ]
    assert [row.label for row in second.rows] == ["Cara menulisnya"]


def test_a_rule_that_a_newer_circular_writes_anew_is_shown_beside_the_older_one() -> None:
    sets = {one.name["en"]: one.rules for one in read_sets()}
    found = compare(sets["SE Menhub 37/2022"], sets["SE Menhub 47/2022"], "id")
    assert [rule["code"] for rule in found.added] == ["se47-under-6"]
    assert not found.removed
    pairs = {(one.before["code"], one.after["code"]) for one in found.changed}
    assert ("se37-dose-2", "se47-dose-2") in pairs
    twice = [a_rule(code="a"), a_rule(code="b")]
    assert len(compare(twice, [a_rule(code="c")], "id").removed) == 2, "which of the two it was nobody knows"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, USED),
        ({"valid_to": "2026-11-26"}, USED),
        ({"valid_to": "2026-11-25"}, ENDED),
        ({"valid_from": "2026-11-26"}, USED),
        ({"valid_from": "2026-11-27"}, COMING),
        ({"off": {"id": "x", "en": "x"}, "valid_to": "2026-11-25"}, OFF),
    ],
)
def test_a_rule_counts_on_its_days_unless_it_is_off(changes: dict[str, Any], expected: str) -> None:
    day = date(2026, 11, 26)
    assert standing(a_rule(**changes), day, day) == expected


def a_set(number: int, day: int) -> RuleSet:
    return RuleSet(number=number, in_force_from=datetime(2022, 4, day, tzinfo=UTC))


def test_each_set_is_in_force_until_the_next_and_never_where_another_began_with_it() -> None:
    found = periods([a_set(1, 1), a_set(2, 5), a_set(4, 9), a_set(3, 9)])
    assert [(p.rule_set.number, p.start.day, p.end and p.end.day, p.overtaken) for p in found] == [
        (4, 9, None, False),
        (3, 9, None, True),
        (2, 5, 9, False),
        (1, 1, 5, False),
    ]
    now = datetime(2022, 4, 9, tzinfo=UTC)
    assert [p.rule_set.number for p in found if p.holds(now)] == [4]
    assert periods([]) == []


def test_the_shipped_sets_differ_in_the_rules_of_their_regulation() -> None:
    sets = {one.name["en"]: one.rules for one in read_sets()}
    found = compare(sets["Ordinary rules"], sets["SE Menhub 47/2022"], "en")
    assert len(found.added) == 6
    assert not found.removed
    assert not found.changed
