"""What is written down: what each client asked and was told, what was done to the clock, and what the tables say.

All times are seconds. `sent` and `got` are by the machine's clock; `lo` and `hi` are the earliest and the latest that
the server's clock, which jumps, can have shown while the request was with it.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]
Spot = tuple[int, int, int]
"""A leg of the voyage (from 0), a class, a channel."""

HOLD_SECONDS = 15 * 60
COUNTER_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Facts:
    """What is on sale on one voyage, and does not change while people ask for it."""

    voyage_id: int
    calls: list[int]
    legs: list[int]
    quotas: dict[Spot, int]
    ceilings: list[int]
    kinds: dict[int, str]
    """What each class is: bed, non_seat or vehicle."""


@dataclass(frozen=True)
class Row:
    """A booking as the tables have it in the end."""

    request_id: str
    code: str
    voyage_id: int
    first: int
    last: int
    """First leg, and the leg after the last."""
    kind: int
    channel: int
    places: int
    souls: int
    state: str
    tickets: tuple[str, ...] = ()
    """Serials of the good, signed ones, sorted."""


@dataclass
class Tables:
    """What the tables say of some voyages once every hold has ended."""

    rows: list[Row] = field(default_factory=list)
    counters: dict[int, dict[Spot, tuple[int, int]]] = field(default_factory=dict)
    """By voyage: (held, sold) of each allotment."""
    promised: dict[int, list[int]] = field(default_factory=dict)
    """By voyage: souls promised, by leg."""


class ServerClock:
    """The machine's clock and by how much the server's was set off, over time."""

    def __init__(self) -> None:
        self.at: list[float] = [0.0]
        self.offset: list[float] = [0.0]
        self._highest: list[float] = [float("-inf")]
        """The highest that it had shown before each change."""

    def jump(self, at: float, offset: float) -> None:
        """From `at` on it is set off by so much."""
        self._highest.append(max(self._highest[-1], at + self.offset[-1]))
        self.at.append(at)
        self.offset.append(offset)

    def span(self, sent: float, got: float) -> tuple[float, float]:
        """The earliest and the latest that it showed between two moments."""
        first, last = bisect_right(self.at, sent) - 1, bisect_right(self.at, got) - 1
        shown = [sent + self.offset[first], got + self.offset[last]]
        for n in range(first + 1, last + 1):
            shown += [self.at[n] + self.offset[n - 1], self.at[n] + self.offset[n]]
        return min(shown), max(shown)

    def highest(self, until: float) -> float:
        """The latest moment that it has shown up to then."""
        n = bisect_right(self.at, until) - 1
        return max(self._highest[n], until + self.offset[n])

    def reaches(self, moment: float, after: float) -> float:
        """When, on the machine's clock and not before `after`, it first shows `moment`; infinity if never."""
        for n in range(bisect_right(self.at, after) - 1, len(self.at)):
            begin = max(self.at[n], after)
            end = self.at[n + 1] if n + 1 < len(self.at) else float("inf")
            here = max(begin, moment - self.offset[n])
            if here < end:
                return here
        return float("inf")
