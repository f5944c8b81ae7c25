"""Runs a test file in the form of the published CertLogic suite with both twins."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.rules import twins


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
    """The file is none: says what is wrong and what it should look like."""


def read(text: str) -> tuple[list[Assertion], int]:
    """The assertions of a suite's text, and how many of it are marked to be skipped. Raises NotASuite."""
    try:
        suite = json.loads(text)
        told = list(_assertions(suite))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotASuite(f"{type(fault).__name__}: {fault}") from None
    kept = [assertion for assertion in told if assertion is not None]
    return kept, len(told) - len(kept)


def _assertions(suite: dict[str, Any]) -> Iterator[Assertion | None]:
    for case in suite["cases"]:
        for given in case["assertions"]:
            if case.get("directive") == "skip" or given.get("directive") == "skip":
                yield None
                continue
            # Some published cases write the logic beside each assertion.
            logic = given["certLogicExpression"] if "certLogicExpression" in given else case["certLogicExpression"]
            expected = {"error": given["error"]} if "error" in given else {"value": given["expected"]}
            yield Assertion(str(case.get("name", "")), logic, given.get("data"), expected)


def run(assertions: list[Assertion], skipped: int = 0) -> Result:
    """Judge them with both twins. Raises NoNode."""
    questions = [{"logic": assertion.logic, "facts": assertion.facts} for assertion in assertions]
    ours = [twins.Here().answer(question) for question in questions]
    theirs = twins.in_browser(json.dumps(question) for question in questions)
    return Result(len(assertions), skipped, _failed(assertions, ours), _failed(assertions, theirs))


def _failed(assertions: list[Assertion], answers: list[dict[str, Any]]) -> list[str]:
    return [
        f"{wanted.case}: {json.dumps(wanted.logic)} on {json.dumps(wanted.facts)}: "
        f"{json.dumps(got)}, not {json.dumps(wanted.expected)}"
        for wanted, got in zip(assertions, answers, strict=True)
        if not twins.same(got, wanted.expected)
    ]
