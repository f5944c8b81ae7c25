"""Each code has one status, wherever it is raised."""

import ast

from app.config import ROOT
from app.refusals import _CODES, status_of
from app.web.words.sentences import SENTENCES


def raised(kind: str, place: int = 0) -> set[str]:
    """The codes that the application writes into calls of that kind, at that place among what they take."""
    return {
        node.args[place].value
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == kind
        if len(node.args) > place and isinstance(node.args[place], ast.Constant)
    }


def test_no_code_stands_under_two_statuses_and_each_has_a_sentence() -> None:
    codes = [code for codes in _CODES.values() for code in codes.split()]
    assert sorted(codes) == sorted(set(codes))
    # A file's faults bring their own sentences, one for each line.
    assert set(codes) - set(SENTENCES) == {"timetable_faults"}


def test_what_is_not_there_is_404_and_nothing_that_is_refused_is() -> None:
    missing = raised("NotFound") | raised("or_refuse", 1) | raised("get_or_refuse", 2)
    assert {code for code in missing if status_of(code) != 404} == set()
    assert {code for code in raised("Refusal") if status_of(code) == 404} == set()
