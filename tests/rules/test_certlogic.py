"""Both twins answer as the vectors say, and the same on anything else."""

import json
from pathlib import Path

import pytest
from flask import Flask

from app.rules import suite
from app.rules.certlogic import apply
from app.rules.errors import RuleError
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


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cases": [{"assertions": [{"data": 1}]}]}', '{"cases": 5}'])
def test_a_file_that_is_no_suite_is_refused_with_the_form_that_it_should_have(
    app: Flask, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "suite.json"
    file.write_text(text)
    told = app.test_cli_runner().invoke(args=["certlogic", str(file)])
    assert told.exit_code == 1
    assert "certLogicExpression" in told.output
