"""Read the crossings of one ticket at the ship's side as stays aboard: pure, and free of the order in which they came.

Phones without signal tell late of what they saw. By the moments of all crossings together it is settled who is aboard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Crossing:
    """A ticket was let aboard, or shown on the way off, at one moment."""

    id: str
    at: datetime
    outward: bool


@dataclass(frozen=True)
class Stays:
    """The stays aboard of one ticket's passenger."""

    accepted: list[str] = field(default_factory=list)
    """The crossings aboard, the first and each return."""
    steps_off: list[Crossing] = field(default_factory=list)
    """The crossings off the ship, each of which ended a stay."""
    copies: list[str] = field(default_factory=list)
    """The crossings aboard of a ticket that was aboard: somebody else, or the same person twice."""

    @property
    def aboard(self) -> bool:
        """Whether the last stay still lasts."""
        return len(self.accepted) > len(self.steps_off)


def stays_of(crossings: Iterable[Crossing]) -> Stays:
    """Find the stays: no two crossings aboard without one off the ship between, and no two off without one aboard."""
    stays = Stays()
    for crossing in sorted(crossings, key=lambda one: (one.at, one.outward, one.id)):
        if crossing.outward and stays.aboard:
            stays.steps_off.append(crossing)
        elif not crossing.outward:
            (stays.copies if stays.aboard else stays.accepted).append(crossing.id)
    return stays
