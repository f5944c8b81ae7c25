"""Ask both twins the same: this one, and the browser's in node."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.rules.engine.certlogic import evaluate, shown
from app.rules.engine.judge import Prepared, judge, prepare
from app.rules.engine.rule_error import RuleError

SCRIPT = Path(__file__).with_name("twin.mjs")


class NoNode(Exception):
    """There is no node on this machine; `make test` installs it."""


def node() -> str:
    """Node: the pinned one beside this Python, else the machine's. Raises NoNode."""
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    found = shutil.which("node", path=places)
    if found is None:
        raise NoNode
    return found


class PythonTwin:
    """The Python twin, asked as node is (see twin.mjs)."""

    def __init__(self) -> None:
        self.rules: list[Prepared] = []

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """{"value"} or {"error"} for a logic, {"rules"} for a set to judge with, {"verdict"} for facts alone."""
        if "rules" in question:
            self.rules = prepare(question["rules"])
            return {"rules": len(self.rules)}
        if "logic" not in question:
            return {"verdict": judge(self.rules, question["facts"], question.get("exemptions", ()))}
        try:
            return {"value": shown(evaluate(question["logic"], question["facts"]))}
        except RuleError as error:
            return {"error": error.code}


def in_browser(lines: Iterable[str], timeout_seconds: int = 600) -> list[dict[str, Any]]:
    """Ask the browser's twin these questions, each a line of JSON. Raises NoNode."""
    told = subprocess.run(
        [node(), str(SCRIPT)],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=timeout_seconds,
    )
    # splitlines would also break at characters that stand inside a text.
    return [json.loads(line) for line in told.stdout.split("\n") if line]


def same(left: Any, right: Any) -> bool:
    """Whether two answers are equal as JSON: true is not 1."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)
