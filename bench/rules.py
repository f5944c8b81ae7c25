"""How quickly a passenger is judged: under the ordinary set, under all that ship, in Python and in node."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from app.rules import twins
from app.rules.judge import judge, prepare
from app.rules.shipped import read_rules
from bench.figures import tell
from tests.rules.book import cases

SCRIPT = Path(__file__).with_name("rules.mjs")
SECONDS = 3.0
VOYAGE = 1500
"""Passengers of the largest voyage at Sampit, about."""


def measure() -> None:
    """Verdicts a second and milliseconds a verdict in each twin, and the time for a whole voyage."""
    rules = read_rules("ordinary", "capacity")
    facts = [case.facts for case in cases() if case.files == ("ordinary",)]
    prepared = prepare(rules)
    tell("rules_ordinary", len(prepared), "rules")
    _tell("python", *_timed(prepared, facts))
    started = time.perf_counter()
    for at in range(VOYAGE):
        judge(prepared, facts[at % len(facts)])
    tell("rules_python_voyage_of_1500", time.perf_counter() - started, "s")
    told = subprocess.run(
        [twins.node(), str(SCRIPT)],
        input=json.dumps({"rules": rules, "facts": facts, "seconds": SECONDS}),
        capture_output=True,
        text=True,
        check=True,
    )
    node = json.loads(told.stdout)
    _tell("node", node["verdicts"], node["seconds"])


def _timed(prepared: list[Any], facts: list[Any]) -> tuple[int, float]:
    verdicts, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        for one in facts:
            judge(prepared, one)
        verdicts += len(facts)
    return verdicts, time.perf_counter() - started


def _tell(twin: str, verdicts: int, seconds: float) -> None:
    tell(f"rules_{twin}_verdicts_per_s", verdicts / seconds, "1/s")
    tell(f"rules_{twin}_ms_per_verdict", 1000 * seconds / verdicts, "ms")
