"""Run a test file in the form of the published CertLogic suite with both twins."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from app.cli.certlogic import twins
from app.rules.engine.certlogic import plain
from app.rules.engine.rule_error import RuleError


@dataclass(frozen=True)
class Assertion:
    """One expectation: what the logic answers on these facts, a value or (ours only) an error's code."""

    case: str
    logic: Any
    facts: Any
    expected: dict[str, Any]


@dataclass(frozen=True)
class Result:
    """How a suite came out: the failed ones in words."""

    assertions: int
    skipped: int
    python_failed: list[str]
    browser_failed: list[str]

    def summary(self) -> dict[str, int]:
        """The figures, as the command prints them."""
        return {
            "assertions": self.assertions,
            "skipped": self.skipped,
            "python_passed": self.assertions - len(self.python_failed),
            "python_failed": len(self.python_failed),
            "browser_passed": self.assertions - len(self.browser_failed),
            "browser_failed": len(self.browser_failed),
        }


class NotASuite(Exception):
    """The file is none: says where, and what is wrong there."""


TEXT_MAX = 16 * 1024 * 1024
"""Bytes of a suite; the published one is a fiftieth of that."""

_BEYOND = 10**309
"""Stands for every number that no double holds: Python would write it as Infinity, which is no JSON."""


def read(text: str | bytes) -> tuple[list[Assertion], int]:
    """The assertions of a suite's text, and how many were left out. Raises NotASuite.

    Left out is what is marked `skip`, be it the suite, a case or an assertion; and where a case is marked `only`, every
    case that is not. On the suite or on an assertion `only` changes nothing, as in the published suite's own runner.
    """
    suite = _parsed(text)
    cases = _objects(suite, "cases", "")
    wanted = "only" if any(_directive(case, place) == "only" for place, case in cases) else None
    none = _directive(suite, "") == "skip"
    kept: list[Assertion] = []
    left_out = 0
    for place, case in cases:
        idle = none or _directive(case, place) != wanted
        for at, given in _objects(case, "assertions", place):
            if _directive(given, at) == "skip" or idle:
                left_out += 1
            else:
                kept.append(_assertion(case, given, at))
    return kept, left_out


def _parsed(text: str | bytes) -> Any:
    if len(text) > TEXT_MAX:
        raise NotASuite(f"lebih dari {TEXT_MAX // 1024 // 1024} MB")
    try:
        return json.loads(text, parse_int=_number(int), parse_float=_number(float), parse_constant=_refuse)
    except RecursionError:
        raise NotASuite("terlalu dalam") from None
    except ValueError as fault:
        raise NotASuite(f"bukan JSON: {fault}") from None


def _number(kind: Callable[[str], float]) -> Callable[[str], float]:
    return lambda digits: kind(digits) if isfinite(float(digits)) else _BEYOND


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _objects(whole: Any, key: str, place: str) -> list[tuple[str, dict[str, Any]]]:
    """The objects of the list under a key, each with its place."""
    where = f"{place}.{key}" if place else key
    items = whole.get(key) if isinstance(whole, dict) else None
    if not isinstance(items, list):
        raise NotASuite(f"{where} bukan daftar")
    for at, item in enumerate(items):
        if not isinstance(item, dict):
            raise NotASuite(f"{where}[{at}] bukan objek")
    return [(f"{where}[{at}]", item) for at, item in enumerate(items)]


def _directive(marked: dict[str, Any], place: str) -> str | None:
    directive: str | None = marked.get("directive")
    if directive not in (None, "skip", "only"):
        raise NotASuite(f"{place}.directive bukan skip atau only".lstrip("."))
    return directive


def _assertion(case: dict[str, Any], given: dict[str, Any], place: str) -> Assertion:
    # Some published cases write the logic beside each assertion.
    holder = given if "certLogicExpression" in given else case
    if "certLogicExpression" not in holder:
        raise NotASuite(f"{place} tanpa certLogicExpression")
    if "error" in given:
        expected = {"error": given["error"]}
    elif "expected" in given:
        expected = {"value": _answered(given["expected"])}
    else:
        raise NotASuite(f"{place} tanpa expected")
    return Assertion(str(case.get("name", "")), holder["certLogicExpression"], given.get("data"), expected)


def _answered(value: Any) -> Any:
    """The value as a twin would answer it (3.0 is 3); what neither can answer stays as it is."""
    try:
        return plain(value, "facts")
    except RuleError:
        return value


def run(assertions: list[Assertion], skipped: int = 0) -> Result:
    """Judge them with both twins. Raises NoNode."""
    questions = [{"logic": assertion.logic, "facts": assertion.facts} for assertion in assertions]
    ours = [twins.PythonTwin().answer(question) for question in questions]
    theirs = twins.in_browser(json.dumps(question) for question in questions)
    return Result(len(assertions), skipped, _failed(assertions, ours), _failed(assertions, theirs))


def _failed(assertions: list[Assertion], answers: list[dict[str, Any]]) -> list[str]:
    return [
        f"{wanted.case}: {json.dumps(wanted.logic)} on {json.dumps(wanted.facts)}: "
        f"{json.dumps(got)}, not {json.dumps(wanted.expected)}"
        for wanted, got in zip(assertions, answers, strict=True)
        if not twins.same(got, wanted.expected)
    ]
