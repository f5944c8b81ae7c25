"""The strongest outcome of all rules, with every reason; the same from both twins."""

import json
from typing import Any

import pytest

from app.cli.certlogic import twins
from app.rules.engine.judge import judge, prepare, told
from tests.rules.making import a_rule, some_facts

OK = {"===": [1, 1]}
NEVER = {"===": [1, 2]}


def verdict(rules: list[Any], facts: Any, exemptions: Any = ()) -> dict[str, Any]:
    """What both twins say; they may not differ."""
    ours = judge(prepare(rules), facts, exemptions)
    lines = [json.dumps({"rules": rules}), json.dumps({"facts": facts, "exemptions": list(exemptions)})]
    assert twins.same({"verdict": ours}, twins.in_browser(lines)[1])
    return ours


def outcomes(rules: list[Any], facts: Any, exemptions: Any = ()) -> tuple[str, dict[str, str]]:
    found = verdict(rules, facts, exemptions)
    return found["outcome"], {reason["rule"]: reason["outcome"] for reason in found["reasons"]}


def test_whoever_meets_every_rule_passes() -> None:
    assert verdict([a_rule()], some_facts()) == {"outcome": "pass", "reasons": [], "items": []}


def test_the_strongest_outcome_decides_and_every_reason_is_told_the_strongest_first() -> None:
    names = ["note", "refuse_movable", "hold", "refuse_void", "refer"]
    rules = [a_rule(code=f"r{at}", logic=NEVER, outcome=name) for at, name in enumerate(names)]
    found = verdict(rules, some_facts())
    assert found["outcome"] == "refuse_void"
    assert [reason["outcome"] for reason in found["reasons"]] == [
        "refuse_void",
        "refuse_movable",
        "refer",
        "hold",
        "note",
    ]


def test_reasons_of_one_strength_stay_in_the_order_of_the_set() -> None:
    rules = [a_rule(code=code, logic=NEVER) for code in ("b", "a", "c")]
    assert [reason["rule"] for reason in verdict(rules, some_facts())["reasons"]] == ["b", "a", "c"]


def test_a_missing_fact_never_passes_in_silence() -> None:
    found = verdict([a_rule()], some_facts(person={}))
    assert found["reasons"] == [
        {"rule": "six-or-older", "outcome": "refer", "why": "missing", "fact": "person.age_years"}
    ]
    assert verdict([a_rule()], some_facts(person={}, stage="sale"))["outcome"] == "note"


def test_a_fact_that_is_not_looked_at_may_be_missing() -> None:
    logic = {"if": [{"<": [{"var": "person.age_years"}, 6]}, True, {"===": [{"var": "person.doses"}, 3]}]}
    assert outcomes([a_rule(logic=logic)], some_facts(person={"age_years": 5}))[0] == "pass"
    assert outcomes([a_rule(logic=logic)], some_facts(person={"age_years": 6}))[0] == "refer"


def test_a_rule_may_say_that_a_fact_may_be_missing() -> None:
    rule = a_rule(logic={"!": [{"var": "person.unwell"}]}, may_miss=["person.unwell"])
    assert outcomes([rule], some_facts())[0] == "pass"
    assert outcomes([rule], some_facts(person={"unwell": True}))[0] == "hold"


@pytest.mark.parametrize(
    ("logic", "error"),
    [
        ({"and": [{"var": "person.unwell"}, True]}, "answer"),
        ({">": [{"var": "voyage.port"}, 1]}, "type"),
        ({"===": [{"plusTime": [{"var": "voyage.port"}, 0, "day"]}, 1]}, "moment"),
        ({"nope": [1]}, "operation"),
    ],
)
def test_a_rule_that_cannot_be_judged_refers(logic: Any, error: str) -> None:
    rule = a_rule(logic=logic, may_miss=["person.unwell"])
    assert verdict([rule], some_facts())["reasons"] == [
        {"rule": "six-or-older", "outcome": "refer", "why": "error", "error": error}
    ]


@pytest.mark.parametrize(
    "facts", [None, [], {}, {"stage": "quay"}, {"voyage": {"day": "2022-04-20"}}, some_facts(goods=1.5)]
)
def test_facts_that_cannot_be_read_refer(facts: Any) -> None:
    assert verdict([a_rule()], facts)["reasons"] == [{"rule": "", "outcome": "refer", "why": "error", "error": "facts"}]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [("2022-04-18", "pass"), ("2022-04-19", "hold"), ("2022-05-17", "hold"), ("2022-05-18", "pass")],
)
def test_a_rule_holds_from_its_first_day_to_its_last(day: str, outcome: str) -> None:
    rule = a_rule(logic=NEVER, valid_from="2022-04-19", valid_to="2022-05-17")
    assert outcomes([rule], some_facts(voyage={"day": day}))[0] == outcome


def test_a_rule_that_is_off_says_nothing() -> None:
    assert outcomes([a_rule(logic=NEVER, off={"id": "Belum pasti.", "en": "Not certain."})], some_facts())[0] == "pass"


def test_a_rule_holds_where_it_applies() -> None:
    rule = a_rule(logic=NEVER, where={"stage": ["quay", "gangway"], "operator": ["PELNI"]})
    assert outcomes([rule], some_facts())[0] == "hold"
    assert outcomes([rule], some_facts(stage="terminal"))[0] == "pass"
    assert outcomes([rule], some_facts(voyage={"day": "2022-04-20", "operator": "DLU"}))[0] == "pass"


def test_where_it_is_not_known_whether_a_rule_applies_a_fact_is_missing() -> None:
    rule = a_rule(logic=OK, where={"operator": ["PELNI"], "port": ["IDSMQ"]})
    elsewhere = some_facts(voyage={"day": "2022-04-20", "port": "IDKUM"})
    assert outcomes([rule], elsewhere)[0] == "pass", "another port decides, whoever the operator is"
    here = some_facts(voyage={"day": "2022-04-20", "port": "IDSMQ"})
    assert verdict([rule], here)["reasons"][0]["fact"] == "voyage.operator"


def test_an_excepted_voyage_is_not_judged_and_an_unknown_one_is() -> None:
    rule = a_rule(logic=NEVER, **{"except": {"service": ["pioneer"]}})
    assert outcomes([rule], some_facts(voyage={"day": "2022-04-20", "service": "pioneer"}))[0] == "pass"
    assert outcomes([rule], some_facts(voyage={"day": "2022-04-20", "service": "ordinary"}))[0] == "hold"
    assert outcomes([rule], some_facts())[0] == "hold"


LETTER = {"rule": "six-or-older", "letter": "KSOP/12", "officer": "Pejabat KSOP", "reason": "Berobat"}


def test_an_exemption_makes_a_note_that_names_it() -> None:
    rule = a_rule(logic=NEVER, exemption={"by": ["official"]})
    found = verdict([rule], some_facts(), [LETTER])
    assert (found["outcome"], found["reasons"][0]["why"]) == ("note", "exempted")
    assert found["reasons"][0]["exemption"] == {"letter": "KSOP/12", "officer": "Pejabat KSOP", "reason": "Berobat"}
    assert outcomes([a_rule(exemption={"by": ["official"]})], some_facts(), [LETTER])[0] == "pass"


def test_no_exemption_from_a_rule_that_knows_none_from_another_or_from_an_error() -> None:
    assert outcomes([a_rule(logic=NEVER)], some_facts(), [LETTER])[0] == "hold"
    allowed = a_rule(logic=NEVER, exemption={"by": ["official"]})
    assert outcomes([allowed], some_facts(), [{**LETTER, "rule": "other"}])[0] == "hold"
    assert outcomes([{**allowed, "logic": {"nope": [1]}}], some_facts(), [LETTER])[0] == "refer"


def test_a_thing_stays_behind_and_the_person_passes() -> None:
    rule = a_rule(logic=NEVER, outcome="note", holds_item=True)
    found = verdict([rule], some_facts())
    assert (found["outcome"], found["items"]) == ("note", ["six-or-older"])


def test_the_traveler_and_the_officer_are_told_their_sentence_and_the_next_step() -> None:
    rule = a_rule(logic=NEVER, traveler={"id": "Anda.", "en": "You."}, officer={"id": "Dia.", "en": "They."})
    found = verdict([rule], some_facts())
    assert told(found, [rule], "traveler", "en") == [
        {"rule": "six-or-older", "title": "A sentence.", "sentence": "You.", "next": "A sentence."}
    ]
    assert told(found, [rule], "officer", "id")[0]["sentence"] == "Dia."
    assert told(judge([], None), [], "officer", "id") == [{"rule": ""}]
