"""How a figure is told and how time is counted."""

import json
from collections.abc import Iterable
from pathlib import Path


def tell(bench: str, value: float, unit: str) -> None:
    """One figure as one line of JSON."""
    print(json.dumps({"bench": bench, "value": round(value, 2), "unit": unit}), flush=True)


def percentile(values: Iterable[float], share: float) -> float:
    """The value below or at which `share` (0..1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu_seconds(pids: Iterable[int]) -> float:
    """What the threads of these processes have computed so far, in seconds; the gone count nothing (Linux)."""
    total = 0
    for pid in pids:
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(thread.read_text().split()[0])
            except OSError:
                continue
    return total / 1e9


def children(pid: int) -> list[int]:
    """`pid` and every process under it (Linux)."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            number, _, rest = stat.read_text().partition(" ")
        except OSError:
            continue
        parents.setdefault(int(rest.rpartition(")")[2].split()[1]), []).append(int(number))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found
