"""Each code has one status, wherever it is raised."""

import ast

from app.config import ROOT
from app.refusals import _CODES, status_of
from app.web.words.sentences import SENTENCES


def raised(kind: str) -> set[str]:
    """The codes that the application writes into a refusal of that kind."""
    return {
        node.args[0].value
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == kind and node.args
        if isinstance(node.args[0], ast.Constant)
    }


def test_no_code_stands_under_two_statuses_and_each_has_a_sentence() -> None:
    codes = [code for codes in _CODES.values() for code in codes.split()]
    assert sorted(codes) == sorted(set(codes))
    # A file's faults bring their own sentences, one for each line.
    assert set(codes) - set(SENTENCES) == {"timetable_faults"}


def test_what_is_not_there_is_404_and_nothing_that_is_refused_is() -> None:
    assert {code for code in raised("NotFound") if status_of(code) != 404} == set()
    assert {code for code in raised("Refusal") if status_of(code) == 404} == set()
