"""Rules read as sentences: every shipped one, every operator, and whatever else somebody may write."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.rules import facts
from app.rules.engine.certlogic import OPERANDS
from app.rules.shipped import FOLDER, read_rules
from app.rules.wording.amounts import amount
from app.rules.wording.conditions import Said, condition, line
from app.rules.wording.vocabulary import LANGUAGES, NOUNS, TRUTHS, VALUES, fact_word, value_word

RULES = {
    rule["code"]: rule
    for file in sorted(FOLDER.glob("*.json"))
    if file.stem != "sets"
    for rule in read_rules(file.stem)
}

UNREADABLE = ("tidak dapat dibaca", "cannot be read")


def var(name: str) -> dict[str, Any]:
    return {"var": name}


AGE = var("person.age_years")


def paper(kind: str) -> dict[str, Any]:
    wanted = {"===": [var("current.kind"), kind]}
    return {"reduce": [var("documents"), {"if": [var("accumulator"), True, wanted]}, False]}


def texts(said: Said) -> list[str]:
    return [said.text, *(text for part in said.parts for text in texts(part))]


@pytest.mark.parametrize("code", RULES)
def test_every_shipped_rule_reads_as_a_sentence_in_both_languages(code: str) -> None:
    told = [line(RULES[code]["logic"], language) for language in LANGUAGES]
    assert all(told)
    assert told[0] != told[1]
    assert not any(word in sentence for word in UNREADABLE for sentence in told)
    assert not any(sign in sentence for sign in ("{", "_", "var", "[]", "%s") for sentence in told)


def test_every_fact_and_every_value_of_one_has_its_words() -> None:
    named = {fact.name for fact in facts.FACTS}
    assert named == set(NOUNS) | set(TRUTHS)
    assert {f.name for f in facts.FACTS if f.type == facts.TRUTH} == set(TRUTHS)
    assert {choice for fact in facts.FACTS for choice in fact.choices} == set(VALUES)


@pytest.mark.parametrize("case", json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8")))
def test_what_is_asked_is_said_as_people_say_it(case: dict[str, Any]) -> None:
    assert {language: line(case["logic"], language) for language in LANGUAGES} == {"id": case["id"], "en": case["en"]}


def test_several_exceptions_are_one_list_and_what_belongs_together_is_in_brackets() -> None:
    both = {"and": [paper("pcr"), var("ticket.paid")]}
    logic = {"if": [{"<": [AGE, 6]}, True, {"if": [var("person.special_condition"), True, both]}]}
    said = condition(logic, "id")
    assert said.text == "salah satu cukup:"
    assert [part.text for part in said.parts] == [
        "umur pada hari berlayar di bawah 6 tahun",
        "punya kondisi kesehatan khusus atau komorbid",
        "semuanya:",
    ]
    assert said.line.endswith(", atau (ada hasil tes PCR, dan tiketnya sudah dibayar)")


@pytest.mark.parametrize("name", [*OPERANDS, "var", "unheard-of"])
@pytest.mark.parametrize("operands", [[], [None], [1, 2], ["a", {}, []], [{"var": []}] * 3, "text", None, {}])
def test_no_operator_and_no_operand_is_without_words(name: str, operands: Any) -> None:
    for language in LANGUAGES:
        assert line({name: operands}, language)
        assert line({"and": [{name: operands}, True]}, language)
        assert line({"===": [{name: operands}, 3]}, language)


def anything(random: Random, depth: int) -> Any:
    """A logic or something like one."""
    if depth == 0 or random.random() < 0.15:
        names = [fact.name.replace("[]", "") for fact in facts.FACTS] + ["accumulator", "current.kind", "", "nothing"]
        return random.choice([None, True, False, 0, -3, 2**60, 1.5, "ktp", [], {}, {"var": random.choice(names)}])
    if random.random() < 0.1:
        return [anything(random, depth - 1) for _ in range(random.randrange(3))]
    name = random.choice(list(OPERANDS))
    low, high = OPERANDS[name]
    return {name: [anything(random, depth - 1) for _ in range(random.randint(low, min(high, 3)))]}


def test_whatever_is_written_is_told_without_a_fall() -> None:
    random = Random(4)
    for _ in range(3000):
        logic = anything(random, 5)
        for language in LANGUAGES:
            assert line(logic, language), json.dumps(logic)


def test_what_is_too_deep_is_cut_off() -> None:
    deep: Any = True
    for _ in range(500):
        deep = {"!": [{"and": [deep, var("ticket.paid")]}]}
    assert UNREADABLE[0] in line(deep, "id")
    assert UNREADABLE[1] in line({"mod": [3, 2]}, "en")


def test_numbers_have_their_unit() -> None:
    assert amount(100000, "baggage.cm3", "id") == "100.000 cm³"
    assert amount(4320, "documents[].minutes", "en") == "72 hours"
    assert amount(10080, "documents[].minutes", "id") == "7 hari"
    assert (amount(1, "person.doses", "en"), amount(2, "person.doses", "en")) == ("1 dose", "2 doses")
    assert (value_word("IDSMQ", "id"), fact_word("nobody.knows", "en")) == ("IDSMQ", "nobody.knows")
