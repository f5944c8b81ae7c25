"""Both twins answer as the vectors say, and the same on anything else."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.cli.certlogic import suite
from app.config import ROOT
from app.rules.authoring import validation
from app.rules.engine import certlogic
from app.rules.engine.certlogic import apply
from app.rules.engine.rule_error import RuleError
from tests.rules.twin import compare

VECTORS = Path(__file__).with_name("vectors.json")

pytestmark = pytest.mark.one_engine


def test_every_vector_is_answered_as_the_book_says_by_both_twins() -> None:
    assertions, skipped = suite.read(VECTORS.read_text(encoding="utf-8"))
    result = suite.run(assertions, skipped)
    assert (result.python_failed, result.browser_failed) == ([], [])
    assert result.assertions >= 500


def test_the_twins_agree_on_random_pairs_and_every_error_is_met() -> None:
    told = compare(seed=7, pairs=20_000)
    assert told["differences"] == 0
    assert set(told["errors_by_code"]) >= {
        "facts",
        "logic",
        "operation",
        "operands",
        "type",
        "truth",
        "moment",
        "number",
    }
    assert told["errors"] < 16_000, "most errors would prove little"


CODES = [f"{one}{other}" for one in "ABCDEFGHIJKLM" for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"][:249]
"""As many as there are codes of countries."""


def nested(depth: int) -> Any:
    return [] if depth == 1 else [nested(depth - 1)]


@pytest.mark.parametrize(
    ("logic", "data", "expected"),
    [
        ({"in": [{"var": "co"}, CODES]}, {"co": CODES[-1]}, {"expected": True}),
        ({"in": [{"var": "co"}, {"var": "countryCodes"}]}, {"co": "ZZ", "countryCodes": CODES}, {"expected": False}),
        ({"var": "l.999"}, {"l": list(range(1000))}, {"expected": 999}),
        ({"var": "l.0"}, {"l": list(range(1001))}, {"error": "facts"}),
        ({"and": [True] * 1000}, None, {"expected": True}),
        ({"and": [True] * 1001}, None, {"error": "logic"}),
        ({"var": "deep"}, {"deep": nested(39)}, {"expected": nested(39)}),
        ({"var": "deep"}, {"deep": nested(40)}, {"error": "facts"}),
        # An object, its list, and lists of so many ones: 2 + 19 * 1,001 + 979 parts.
        ({"var": "l.20.0"}, {"l": [*[[1] * 1000] * 19, [1] * 977, 1]}, {"expected": None}),
        ({"var": "l.20.0"}, {"l": [*[[1] * 1000] * 19, [1] * 978, 1]}, {"error": "facts"}),
        ({"reduce": [{"var": "l"}, [0] * 18, 0]}, {"l": [1] * 1000}, {"expected": [0] * 18}),
        ({"reduce": [{"var": "l"}, [0] * 19, 0]}, {"l": [1] * 1000}, {"error": "steps"}),
    ],
)
def test_both_twins_take_what_a_limit_allows_and_refuse_one_more(
    logic: Any, data: Any, expected: dict[str, Any]
) -> None:
    case = {"name": "limit", "certLogicExpression": logic, "assertions": [{"data": data, **expected}]}
    assertions, skipped = suite.read(json.dumps({"name": "limits", "cases": [case]}))
    result = suite.run(assertions, skipped)
    assert (result.assertions, result.python_failed, result.browser_failed) == (1, [], [])


def test_every_limit_of_the_logic_is_told_in_the_documentation() -> None:
    documented = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    for limit in (certlogic.DEPTH_MAX, certlogic.ITEMS_MAX, certlogic.PARTS_MAX, certlogic.STEPS_MAX):
        assert f"| {limit:,} |" in documented
    for name in ("CODE_MAX", "TITLE_MAX", "SENTENCE_MAX", "TEXT_MAX", "PLACES_MAX", "PLACE_MAX", "SIZE_MAX"):
        assert f"| {getattr(validation, name):,} |" in documented


def test_a_needed_fact_that_is_looked_at_and_not_known_is_missing() -> None:
    logic = {"if": [{"<": [{"var": "age"}, 6]}, True, {"===": [{"var": "doses"}, 3]}]}
    assert apply(logic, {"age": 5}, {"age", "doses"}) is True
    with pytest.raises(RuleError) as told:
        apply(logic, {"age": 6}, {"age", "doses"})
    assert (told.value.code, told.value.fact) == ("missing", "doses")


def test_the_command_counts_what_passed_in_both_twins(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "suite.json"
    case = {
        "name": "one right, one wrong, one skipped",
        "certLogicExpression": {"===": [{"var": ""}, 1]},
        "assertions": [
            {"data": 1, "expected": True},
            {"data": 2, "expected": True},
            {"data": 3, "expected": True, "directive": "skip"},
        ],
    }
    file.write_text(json.dumps({"name": "x", "cases": [case]}))
    told = app.test_cli_runner().invoke(args=["certlogic", str(file)])
    assert told.exit_code == 1
    assert json.loads(told.stdout.splitlines()[-1]) == {
        "assertions": 2, "skipped": 1, "python_passed": 1, "python_failed": 1, "browser_passed": 1, "browser_failed": 1,
    }  # fmt: skip


def one(expected: Any = True, **marks: Any) -> dict[str, Any]:
    """An assertion on nothing."""
    return {"data": None, "expected": expected, **marks}


def case(*assertions: dict[str, Any], **marks: Any) -> dict[str, Any]:
    """A case whose logic is plainly true."""
    return {"name": "x", "certLogicExpression": True, "assertions": list(assertions), **marks}


@pytest.mark.parametrize(
    ("given", "kept", "left_out"),
    [
        ({"cases": [case(one(), one(directive="skip"))]}, 1, 1),
        ({"cases": [case(one(), one(), directive="skip"), case(one())]}, 1, 2),
        ({"cases": [case(one(), one()), case(one())], "directive": "skip"}, 0, 3),
        ({"cases": [case(one(), directive="only"), case(one(), one()), case(one(), directive="skip")]}, 1, 3),
        ({"cases": [case(one(), one(directive="skip"), directive="only")], "directive": "only"}, 1, 1),
        ({"cases": [case(one(directive="only"), one()), case(one())]}, 3, 0),
        ({"cases": [case(directive=None)]}, 0, 0),
        ({"cases": []}, 0, 0),
    ],
)
def test_what_is_marked_to_be_skipped_or_alone_is_read_at_every_height(
    given: dict[str, Any], kept: int, left_out: int
) -> None:
    assertions, skipped = suite.read(json.dumps({"name": "x", **given}))
    assert (len(assertions), skipped) == (kept, left_out)
    assert suite.run(assertions, skipped).summary()["browser_passed"] == kept


def test_logic_stands_beside_an_assertion_or_above_it() -> None:
    own = one(5, certLogicExpression=5)
    assertions, _ = suite.read(json.dumps({"cases": [case(own, one()), {"assertions": [own]}]}))
    assert [told.logic for told in assertions] == [5, True, 5]
    assert suite.run(assertions).browser_failed == []


def test_numbers_that_no_double_holds_are_answered_by_both_twins() -> None:
    text = '{"cases": [{"certLogicExpression": {"var": ""}, "assertions": [%s]}]}'
    huge = ["1e400", "-1e400", "9" * 5000, "1e-400", "1.0"]
    result = suite.run(*suite.read(text % ", ".join(f'{{"data": {number}, "error": "facts"}}' for number in huge)))
    assert [told.split(": ", 3)[-1] for told in result.python_failed] == [
        f'{{"value": {number}}}, not {{"error": "facts"}}' for number in (0, 1)
    ]
    assert result.browser_failed == result.python_failed


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"", "bukan JSON"),
        (b"\x00\x01", "bukan JSON"),
        (b'{"cases": "\xff"}', "bukan JSON"),
        (b'{"cases": NaN}', "bukan JSON: NaN"),
        (b"[" * 100_000, "terlalu dalam"),
        (b"[]", "cases bukan daftar"),
        (b"5", "cases bukan daftar"),
        (b"{}", "cases bukan daftar"),
        (b'{"cases": {"a": 1}}', "cases bukan daftar"),
        (b'{"cases": [5]}', "cases[0] bukan objek"),
        (b'{"cases": [{"certLogicExpression": true, "issues": []}]}', "cases[0].assertions bukan daftar"),
        (b'{"cases": [{"assertions": ["a"]}]}', "cases[0].assertions[0] bukan objek"),
        (b'{"cases": [{"assertions": [{"data": 1, "expected": 1}]}]}', "[0] tanpa certLogicExpression"),
        (b'{"cases": [{"certLogicExpression": 1, "assertions": [{"data": 1}]}]}', "[0] tanpa expected"),
        (b'{"cases": [{"assertions": [], "directive": "Skip"}]}', "cases[0].directive bukan skip atau only"),
        (b'{"cases": [], "directive": ["skip"]}', "(directive bukan skip atau only)"),
    ],
)
def test_a_file_that_is_no_suite_is_refused_with_the_place_and_the_form(
    app: Flask, tmp_path: Path, text: bytes, told: str
) -> None:
    file = tmp_path / "suite.json"
    file.write_bytes(text)
    answer = app.test_cli_runner().invoke(args=["certlogic", str(file)])
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert told in answer.stderr
    assert "certLogicExpression" in answer.stderr


def test_a_file_that_is_not_there_is_said_to_be_missing(app: Flask, tmp_path: Path) -> None:
    answer = app.test_cli_runner().invoke(args=["certlogic", str(tmp_path / "none.json")])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "none.json" in answer.stderr


def test_a_byte_order_mark_is_no_part_of_a_suite(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "suite.json"
    file.write_text(json.dumps({"name": "x", "cases": [case(one())]}), encoding="utf-8-sig")
    answer = app.test_cli_runner().invoke(args=["certlogic", str(file)])
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["python_passed"] == 1
