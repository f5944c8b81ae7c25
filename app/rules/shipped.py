"""The rules that come with Dermaga: data/rules/*.json, and in which set each was in force from when on."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app import config
from app.rules.authoring.validation import check_set

FOLDER = config.ROOT / "data" / "rules"


@dataclass(frozen=True)
class ShippedSet:
    """A set of data/rules/sets.json: its name in each language, from when it is in force, and its rules."""

    name: dict[str, str]
    in_force_from: datetime
    rules: list[dict[str, Any]]


def read_rules(*files: str, folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The rules of these files (names without .json), in order. Raises RuleFaults where one cannot be saved."""
    rules = [rule for file in files for rule in json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))]
    check_set(rules)
    return rules


def read_sets(folder: Path = FOLDER) -> list[ShippedSet]:
    """All sets, in the order of their beginning. Raises RuleFaults where a rule cannot be saved."""
    told = json.loads((folder / "sets.json").read_text(encoding="utf-8"))
    sets = [
        ShippedSet(one["name"], datetime.fromisoformat(one["in_force_from"]), read_rules(*one["files"], folder=folder))
        for one in told
    ]
    return sorted(sets, key=lambda one: one.in_force_from)
