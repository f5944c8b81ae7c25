"""The golden book of verdicts: tests/golden/rules/*.json, written from the sources before the rules were.

A file names the rule files that are judged with (`files`), the facts of somebody of whom nothing is to be said
(`base`), and cases: why, which facts differ from the base (null: not known), and the outcome of every rule that speaks.
A case with a `clock` also says birth, samples and departure as calendar and clock do: its facts must be made of them.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import config
from app.rules.facts import age_months, age_years, day_at, minutes_before

FOLDER = config.ROOT / "tests" / "golden" / "rules"


@dataclass(frozen=True)
class Case:
    """One expected verdict."""

    name: str
    rule: str
    files: tuple[str, ...]
    facts: dict[str, Any]
    exemptions: list[dict[str, str]]
    reasons: dict[str, str]
    clock: dict[str, Any]


def cases() -> Iterator[Case]:
    """Every case of the book."""
    for path in sorted(FOLDER.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        for group in told["groups"]:
            for case in group["cases"]:
                facts = nested({**told["base"], **case["facts"]})
                name = f"{path.stem}: {group['rule']}: {case['why']}"
                exemptions = case.get("exemptions", [])
                yield Case(
                    name, group["rule"], tuple(told["files"]), facts, exemptions, case["reasons"], case.get("clock", {})
                )


def by_clock(clock: dict[str, Any]) -> dict[str, Any]:
    """The facts of a departure in a `zone`, of somebody `born` then, with `samples` taken then."""
    if not clock:
        return {}
    departs = datetime.fromisoformat(clock["departs"])
    day = day_at(departs, clock["zone"])
    facts: dict[str, Any] = {"voyage.day": day.isoformat()}
    if "born" in clock:
        born = date.fromisoformat(clock["born"])
        facts |= {"person.age_years": age_years(born, day), "person.age_months": age_months(born, day)}
    if "samples" in clock:
        facts["documents"] = [
            {"kind": kind, "result": "negative", "minutes": minutes_before(datetime.fromisoformat(taken), departs)}
            for kind, taken in clock["samples"]
        ]
    return facts


def nested(facts: dict[str, Any]) -> dict[str, Any]:
    """`{"person.age_years": 30}` as `{"person": {"age_years": 30}}`."""
    tree: dict[str, Any] = {}
    for name, value in facts.items():
        *above, last = name.split(".")
        place = tree
        for part in above:
            place = place.setdefault(part, {})
        place[last] = deepcopy(value)
    return tree
