"""How a figure is told and how time is counted."""

import json
import os
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
    """What these processes and those that they started and that have ended have computed so far, in seconds (Linux)."""
    total = 0.0
    for pid in pids:
        try:
            total += sum(map(int, _stat(Path(f"/proc/{pid}/stat"))[13:15])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue
        for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(thread.read_text().split()[0]) / 1e9
            except OSError:
                continue
    return total


def children(pid: int) -> list[int]:
    """`pid` and every process under it (Linux)."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(int(_stat(stat)[1]), []).append(int(stat.parent.name))
        except OSError:
            continue
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def _stat(path: Path) -> list[str]:
    """The fields of proc(5) "stat" that follow the name: state, parent, ..."""
    return path.read_text().rpartition(")")[2].split()
