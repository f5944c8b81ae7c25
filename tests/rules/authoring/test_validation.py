"""A rule that cannot work is not saved: each fault names the place in the rule and the remedy."""

import json
from random import Random
from typing import Any

import pytest
from babel.support import Translations

from app.config import ROOT
from app.rules.authoring.rule_faults import SENTENCES, RuleFault, RuleFaults
from app.rules.authoring.validation import check, check_set, faults_of
from app.rules.engine.judge import judge, prepare
from app.rules.shipped import read_sets
from tests.rules.making import BOTH, a_rule, some_facts

AGE = {"var": "person.age_years"}
english = Translations.load(ROOT / "app" / "translations", ["en"]).gettext


def told(rule: Any) -> list[tuple[str, str]]:
    return [(fault.path, fault.problem) for fault in faults_of(rule)]


def test_a_good_rule_has_no_faults() -> None:
    check(a_rule())
    check(a_rule(where={"stage": ["quay"], "port": ["IDSMQ"]}, exemption={"by": ["official"]}, valid_to="2022-05-17"))


@pytest.mark.parametrize("rule", [None, [], "x", 5])
def test_what_is_no_object_is_no_rule(rule: Any) -> None:
    assert told(rule) == [("", "not_an_object")]


@pytest.mark.parametrize(
    ("changes", "path", "problem"),
    [
        ({"code": "Not good"}, "code", "code"),
        ({"code": ...}, "code", "required"),
        ({"logic": ...}, "logic", "required"),
        ({"colour": 1}, "colour", "unknown_key"),
        ({"traveler": {"en": "No."}}, "traveler.id", "sentence"),
        ({"traveler": {"id": " ", "en": "No."}}, "traveler.id", "sentence"),
        ({"officer": {"id": "Tidak."}}, "officer.en", "sentence"),
        ({"title": "Judul"}, "title", "sentence"),
        ({"source": ""}, "source", "text"),
        ({"regulation": 5}, "regulation", "text"),
        ({"sure": "maybe"}, "sure", "choice"),
        ({"valid_from": "2022-02-30"}, "valid_from", "day"),
        ({"valid_to": "19 April"}, "valid_to", "day"),
        ({"valid_from": "2022-05-18", "valid_to": "2022-05-17"}, "valid_to", "ends_before"),
        ({"where": {"stage": ["deck"]}}, "where.stage", "choice"),
        ({"where": {"port": []}}, "where.port", "texts"),
        ({"where": {"weather": ["rain"]}}, "where.weather", "choice"),
        ({"except": {"service": "pioneer"}}, "except.service", "texts"),
        ({"outcome": "pass"}, "outcome", "choice"),
        ({"missing": "hold"}, "missing", "not_an_object"),
        ({"missing": {"sale": "note"}}, "missing.gate", "choice"),
        ({"next": ...}, "next", "next"),
        ({"holds_item": "yes"}, "holds_item", "truth"),
        ({"exemption": {"by": ["anybody"]}}, "exemption.by", "choice"),
        ({"exemption": {"by": []}}, "exemption.by", "choice"),
        ({"off": "later"}, "off", "sentence"),
        ({"may_miss": ["person.doses"]}, "may_miss[0]", "unused_fact"),
        ({"logic": 1.5}, "logic", "not_plain"),
        ({"logic": None}, "logic", "operation"),
        ({"logic": {"or": [True, False]}}, "logic.or", "operator"),
        ({"logic": {"and": [True, {"nope": [1]}]}}, "logic.and[1].nope", "operator"),
        ({"logic": {"and": [True]}}, "logic.and", "operands"),
        ({"logic": {"!": True}}, "logic.!", "operation"),
        ({"logic": {"var": ["person.infant"]}}, "logic.var", "path"),
        ({"logic": {"var": "person.agee"}}, "logic.var", "unknown_fact"),
        ({"logic": {"var": "documents[].kind"}}, "logic.var", "unknown_fact"),
        ({"logic": {">=": [AGE, "6"]}}, "logic.>=[1]", "type"),
        ({"logic": {">=": [{"var": "voyage.day"}, 6]}}, "logic.>=[0]", "type"),
        (
            {"logic": {"after": [{"var": "voyage.day"}, {"plusTime": ["2022-01-01", 0, "day"]}]}},
            "logic.after[0]",
            "type",
        ),
        ({"logic": {"===": [AGE, "6"]}}, "logic.===", "never_equal"),
        ({"logic": {"===": [{"var": "stage"}, "deck"]}}, "logic.===[1]", "no_such_value"),
        ({"logic": {"in": [{"var": "identity.kind"}, ["ktp", "sims"]]}}, "logic.in[1]", "no_such_value"),
        ({"logic": {"in": ["gold", {"var": "goods"}]}}, "logic.in[0]", "no_such_value"),
        ({"logic": {"in": [AGE, 6]}}, "logic.in[1]", "type"),
        ({"logic": {"===": [{"plusTime": ["2022-02-30", 0, "day"]}, 1]}}, "logic.===[0].plusTime[0]", "moment"),
        ({"logic": {"after": [{"plusTime": ["2022", 1, "week"]}] * 2}}, "logic.after[0].plusTime[2]", "choice"),
        ({"logic": {"after": [{"plusTime": ["2022", "1", "day"]}] * 2}}, "logic.after[0].plusTime[1]", "type"),
        ({"logic": AGE}, "logic", "answer"),
        ({"logic": {"+": [1, 1]}}, "logic", "answer"),
        (
            {"logic": {"if": [True, {"plusTime": ["2022", 0, "day"]}, {"plusTime": ["2022", 0, "day"]}]}},
            "logic",
            "answer",
        ),
        ({"logic": {"!": [{"plusTime": ["2022", 0, "day"]}]}}, "logic.![0]", "type"),
        ({"logic": {"reduce": [AGE, True, True]}}, "logic.reduce[0]", "type"),
        (
            {"logic": {"reduce": [{"var": "documents"}, {"===": [{"var": "current.kind"}, "pcrr"]}, False]}},
            "logic.reduce[1].===[1]",
            "no_such_value",
        ),
        (
            {"logic": {"reduce": [{"var": "documents"}, {"var": "current.color"}, False]}},
            "logic.reduce[1].var",
            "unknown_fact",
        ),
        (
            {"logic": {"reduce": [{"var": "documents"}, {"<": [AGE, 6]}, False]}},
            "logic.reduce[1].<[0].var",
            "unknown_fact",
        ),
        (
            {"logic": {"reduce": [{"var": "documents"}, {"<": [{"var": "current.kind"}, 6]}, False]}},
            "logic.reduce[1].<[0]",
            "type",
        ),
    ],
)
def test_every_fault_names_its_place(changes: dict[str, Any], path: str, problem: str) -> None:
    assert (path, problem) in told(a_rule(**changes)), told(a_rule(**changes))


PORT = {"var": "voyage.port"}
INFANT = {"var": "person.infant"}


def found_among(step: Any, start: Any = False, items: str = "documents") -> dict[str, Any]:
    return {"reduce": [{"var": items}, step, start]}


def nested(depth: int) -> Any:
    return {"!": [nested(depth - 1)]} if depth else True


def at_time(*operands: Any) -> dict[str, Any]:
    return {"before": [{"plusTime": list(operands)}, {"plusTime": ["2022-01-01", 0, "day"]}]}


@pytest.mark.parametrize(
    ("changes", "path", "problem"),
    [
        # What nobody sees, or no page can carry.
        ({"title": {**BOTH, "id": "a\x00b"}}, "title.id", "hidden"),
        ({"traveler": {**BOTH, "en": "a\ud800b"}}, "traveler.en", "hidden"),
        ({"officer": {**BOTH, "id": "a\u202eb"}}, "officer.id", "hidden"),
        ({"next": {**BOTH, "id": "\u200b"}}, "next.id", "hidden"),
        ({"source": "a\x00b"}, "source", "hidden"),
        ({"where": {"ship": ["KM\u200b Lawit"]}}, "where.ship", "hidden"),
        ({"logic": {"===": [PORT, "\ud800"]}}, "logic.===[1]", "hidden"),
        ({"logic": {"in": [PORT, ["\x00"]]}}, "logic.in[1][0]", "hidden"),
        # Too long, too deep, too large.
        ({"title": {**BOTH, "id": "x" * 101}}, "title.id", "sentence"),
        ({"officer": {**BOTH, "en": "x" * 301}}, "officer.en", "sentence"),
        ({"source": "x" * 601}, "source", "text"),
        ({"where": {"port": ["x" * 121]}}, "where.port", "text"),
        ({"where": {"port": ["IDSMQ"] * 51}}, "where.port", "texts"),
        ({"where": {"port": [" "]}}, "where.port", "text"),
        ({"logic": {"===": [PORT, "x" * 201]}}, "logic.===[1]", "text"),
        ({"logic": nested(41)}, "logic", "not_plain"),
        ({"logic": nested(900)}, "logic", "not_plain"),
        ({"logic": {"and": [True] * 1001}}, "logic", "not_plain"),
        ({"logic": {"and": [{"and": [True] * 200}] * 20}}, "logic", "too_large"),
        # What can never be, or contradicts itself.
        ({"logic": True}, "logic", "no_fact"),
        ({"logic": {"===": [3, 3]}}, "logic", "no_fact"),
        ({"logic": {"!": [True]}}, "logic", "no_fact"),
        ({"where": {"stage": ["sale"]}, "except": {"stage": ["sale", "quay"]}}, "except.stage", "nowhere"),
        ({"except": {"stage": ["sale", "terminal", "quay", "gangway"]}}, "except.stage", "nowhere"),
        ({"where": {"port": ["IDSMQ"]}, "except": {"port": ["IDSMQ"]}}, "except.port", "nowhere"),
        ({"holds_item": True}, "holds_item", "item"),
        ({"sure": "unconfirmed"}, "sure", "unconfirmed"),
        ({"off": {}}, "off.id", "sentence"),
        ({"off": True}, "off", "sentence"),
        ({"off": ""}, "off", "sentence"),
        # A fact compared with what it never is.
        ({"logic": {"in": [AGE, ["6", "7"]]}}, "logic.in[1][0]", "never_equal"),
        ({"logic": {"in": [AGE, [6, "7"]]}}, "logic.in[1][1]", "never_equal"),
        ({"logic": {"in": [AGE, [[6]]]}}, "logic.in[1][0]", "never_equal"),
        ({"logic": {"in": [AGE, []]}}, "logic.in[1]", "texts"),
        ({"logic": {"in": [INFANT, [1, 2]]}}, "logic.in[1][0]", "never_equal"),
        ({"logic": {"in": [5, {"var": "goods"}]}}, "logic.in[0]", "never_equal"),
        ({"logic": {"in": ["pcr", {"var": "documents"}]}}, "logic.in[1]", "type"),
        ({"logic": {"===": [{"var": "voyage.day"}, "2022-02-30"]}}, "logic.===[1]", "moment"),
        ({"logic": {"===": [{"var": "voyage.day"}, "Senin"]}}, "logic.===[1]", "moment"),
        ({"logic": at_time(PORT, 0, "day")}, "logic.before[0].plusTime[0]", "type"),
        ({"logic": at_time("2022-01-01", 10**12, "day")}, "logic.before[0].plusTime[1]", "too_far"),
        ({"logic": at_time("2022-01-01", 9000, "year")}, "logic.before[0].plusTime[1]", "too_far"),
        ({"logic": at_time("2022-01-01", 0, ["day"])}, "logic.before[0].plusTime[2]", "choice"),
        # Logic that would answer neither true nor false.
        ({"logic": {"if": [INFANT, True, 5]}}, "logic", "answer"),
        ({"logic": {"and": [INFANT, AGE]}}, "logic", "answer"),
        ({"logic": found_among({"+": [{"var": "accumulator"}, 1]}, 0)}, "logic", "answer"),
        ({"logic": found_among({"var": "current.signed"}, 0)}, "logic", "answer"),
        ({"logic": found_among("x")}, "logic", "answer"),
        ({"logic": found_among({"var": "accumulator.x"})}, "logic.reduce[1].var", "unknown_fact"),
        ({"logic": found_among({"===": [{"var": "current"}, "pcr"]})}, "logic.reduce[1].===[0]", "type"),
        ({"logic": found_among({"===": [{"var": "current"}, "gold"]}, items="goods")}, "logic.reduce[1].===[1]",
         "no_such_value"),
        ({"logic": {"": [1]}}, "logic.", "operator"),
        ({"logic": {"reduce": [{"var": {}}, True, True]}}, "logic.reduce[0].var", "path"),
        ({"logic": {"reduce": [{"var": "person"}, True, True]}}, "logic.reduce[0].var", "unknown_fact"),
        ({"logic": {"__proto__": [1]}}, "logic.__proto__", "operator"),
    ],
)  # fmt: skip
def test_a_hostile_or_hollow_rule_is_refused_at_its_place(changes: dict[str, Any], path: str, problem: str) -> None:
    faults = list(faults_of(a_rule(**changes)))
    assert (path, problem) in [(fault.path, fault.problem) for fault in faults]
    for fault in faults:
        for message in (fault.message, fault.told(english)):
            assert len(message.encode()) < 600
            assert "{" not in message.replace('{"operator"', "")


def test_what_only_looks_unusual_is_saved() -> None:
    letter = {"===": [{"var": "current.kind"}, "travel_letter"]}
    for changes in (
        {"title": {"id": "<b>Umur</b> & “nama”", "en": "<script>alert(1)</script>"}},
        {"traveler": {"id": "Dua\nbaris", "en": "Two\nlines"}},
        {"where": {"port": ["IDSMQ"]}, "except": {"stage": ["sale"], "port": ["IDKUM"]}},
        {"sure": "unconfirmed", "off": BOTH},
        {"holds_item": True, "outcome": "note"},
        {"logic": False},
        {"logic": {"and": [nested(18), INFANT]}},
        {"logic": {"in": [AGE, [6, 7]]}},
        {"logic": {"in": [PORT, ["IDSMQ", {"var": "voyage.to_port"}]]}},
        {"logic": {"===": [{"var": "voyage.day"}, "2024-02-29"]}},
        {"logic": at_time({"var": "voyage.day"}, -7, "day")},
        {"logic": {"if": [{"and": [INFANT, AGE]}, True, {"!": [AGE]}]}},
        {"logic": found_among({"if": [{"var": "accumulator"}, True, letter]})},
        {"logic": found_among({"if": [{"var": "accumulator"}, True, {"===": [{"var": "current"}, "liquor"]}]},
                              items="goods")},
        {"logic": {">=": [found_among({"+": [{"var": "accumulator"}, {"if": [letter, 1, 0]}]}, 0), 2]}},
    ):  # fmt: skip
        check(a_rule(**changes))


def test_a_refused_rule_says_where_and_what_to_do_in_both_languages() -> None:
    with pytest.raises(RuleFaults) as refused:
        check(a_rule(logic={"and": [True, {"or": [1]}]}, traveler={"en": "No."}))
    said = [(fault.message, fault.told(english)) for fault in refused.value.faults]
    assert said[0][0].startswith("traveler.id: tulis kalimatnya dalam bahasa Indonesia")
    assert said[1][1].startswith("logic.and[1].or: the operator 'or' is not known")


def test_a_type_is_told_in_words() -> None:
    [fault] = faults_of(a_rule(logic={">=": [AGE, "6"]}))
    assert fault.message == "logic.>=[1]: jenisnya salah; di sini diperlukan bilangan bulat."
    assert fault.told(english) == "logic.>=[1]: this is of the wrong type; a whole number is needed here."
    [fault] = faults_of(a_rule(logic={"in": [AGE, ["6"]]}))
    assert "(bilangan bulat / teks)" in fault.message


def test_every_problem_can_be_told() -> None:
    for problem in SENTENCES:
        assert all((RuleFault("a", problem, "v").message, RuleFault("", problem, "v").told(english)))


def test_a_set_has_each_code_once_and_names_the_rule_at_fault() -> None:
    check_set([a_rule(), a_rule(code="another")])
    with pytest.raises(RuleFaults) as refused:
        check_set([a_rule(), a_rule(outcome="no"), None])
    assert [(f.path, f.problem) for f in refused.value.faults] == [
        ("[1].outcome", "choice"), ("[2]", "not_an_object"), ("[1].code", "twice"),
    ]  # fmt: skip


@pytest.mark.parametrize("junk", [{"code": {}}, {"title": 5}, {"missing": []}, {"where": []}, {"exemption": 7}])
def test_whatever_comes_in_the_faults_are_told(junk: dict[str, Any]) -> None:
    for value in (None, [], {}, 0, "", [[]], {"a": {"b": None}}):
        for key in a_rule():
            assert isinstance(json.dumps(told(a_rule(**{**junk, key: value}))), str)
    assert told(a_rule(**junk))


def _spoil(random: Random, value: Any, depth: int = 0) -> Any:
    """The value with something in it replaced, dropped or doubled."""
    junk = (None, True, 0, 1.5, 2**60, "", "x", [], {}, [[]], {"var": "x"}, {"and": []}, {"!": [{}]}, {"a": 1, "b": 2})
    if depth and random.random() < 0.15:
        return random.choice(junk)
    if isinstance(value, dict) and value:
        key = random.choice(list(value))
        spoiled = {**value, key: _spoil(random, value[key], depth + 1)}
        if random.random() < 0.1:
            spoiled.pop(key)
        return spoiled
    if isinstance(value, list) and value:
        at = random.randrange(len(value))
        return [*value[:at], _spoil(random, value[at], depth + 1), *value[at + random.randrange(2) :]]
    return random.choice(junk)


def test_spoiled_rules_are_told_their_faults_and_what_is_saved_can_be_judged() -> None:
    random = Random(11)
    rules = [rule for one in read_sets() for rule in one.rules]
    saved = 0
    for _ in range(6000):
        spoiled = _spoil(random, random.choice(rules))
        faults = list(faults_of(spoiled))
        assert all(fault.message and fault.told(english) for fault in faults)
        if not faults:
            saved += 1
            verdict = judge(prepare([spoiled]), some_facts())
            assert not {r.get("error") for r in verdict["reasons"]} & {"operation", "operands", "logic"}, spoiled
    assert 100 < saved < 3000
