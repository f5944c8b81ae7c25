"""Voyages of chance: are those aboard who went aboard minus who went off? `python -m tests.boarding.souls`.

People board at each call, step off, come back, alight and are let aboard without a ticket; a second phone lets in
copies. What is told arrives in any order. On each leg those aboard by the stays of all tickets
(app/boarding/step_offs/stays.py) must be those whom this story has counted step by step, each copy must be found, and
nobody else. The last line is JSON: how many `voyages` there were, and how many came out `wrong`. The exit status is 1
when any did.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from app.boarding.step_offs.stays import Crossing, Stays, stays_of

BEGAN = datetime(2026, 3, 20, 5, tzinfo=UTC)


@dataclass
class Traveler:
    """A soul with a ticket (an infant or somebody in a vehicle as well), from one call to another."""

    start: int
    end: int
    aboard: bool = False
    ashore: bool = False
    crossings: list[tuple[Crossing, int]] = field(default_factory=list)
    """Each with the call where it was."""
    copies: list[str] = field(default_factory=list)


class Story:
    """One voyage of chance, told in the order in which it happened."""

    def __init__(self, random: Random) -> None:
        self.r, self.minutes, self.count = random, 0, 0
        self.legs = random.choice((1, 1, 2, 3))
        self.souls = [0] * self.legs
        """By leg, counted step by step."""
        self.without_ticket = [0] * self.legs
        self.travelers = [self._traveler() for _ in range(random.randrange(1, 7))]
        for call in range(self.legs):
            for _ in range(random.randrange(1, 9)):
                self._happen(call)
            # The ship leaves, and whoever alights is none of hers any more.
            for one in self.travelers:
                one.aboard = one.aboard and one.end > call + 1

    def _traveler(self) -> Traveler:
        start = self.r.randrange(self.legs)
        return Traveler(start, self.r.randrange(start, self.legs) + 1)

    def _happen(self, call: int) -> None:
        if self.r.random() < 0.1:
            self._walk_on(call)
            return
        one = self.r.choice(self.travelers)
        boards = one.start == call and not one.aboard and not one.ashore
        if boards or (one.ashore and one.crossings[-1][1] == call):
            self._cross(one, call, 1)
        elif one.aboard and one.end > call and self.r.random() < 0.7:
            self._cross(one, call, -1)
        elif one.aboard and one.end > call:
            one.copies.append(self._crossing(one, call, outward=False).id)

    def _cross(self, one: Traveler, call: int, souls: int) -> None:
        self._crossing(one, call, outward=souls < 0)
        one.aboard, one.ashore = souls > 0, souls < 0
        self._count(self.souls, call, one.end, souls)

    def _walk_on(self, call: int) -> None:
        end = self.r.randrange(call, self.legs) + 1
        for souls in (1, -1) if self.r.random() < 0.3 else (1,):
            self._count(self.souls, call, end, souls)
            self._count(self.without_ticket, call, end, souls)

    def _count(self, counts: list[int], call: int, end: int, souls: int) -> None:
        for leg in range(call, end):
            counts[leg] += souls

    def _crossing(self, one: Traveler, call: int, *, outward: bool) -> Crossing:
        self.minutes, self.count = self.minutes + self.r.randrange(1, 30), self.count + 1
        crossing = Crossing(str(self.count), BEGAN + timedelta(minutes=self.minutes), outward)
        one.crossings.append((crossing, call))
        return crossing


def is_right(story: Story) -> bool:
    """Whether the stays of all tickets, in any order, count whom the story has counted, leg by leg."""
    aboard = Counter(dict(enumerate(story.without_ticket)))
    for one in story.travelers:
        told = [crossing for crossing, _ in one.crossings]
        stays = stays_of(story.r.sample(told, len(told)))
        if stays.copies != one.copies or not _takes_turns(stays):
            return False
        if not stays.accepted:
            continue
        calls = {crossing.id: call for crossing, call in one.crossings}
        until = one.end if stays.aboard else calls[stays.steps_off[-1].id]
        aboard.update(range(one.start, until))
    return [aboard[leg] for leg in range(story.legs)] == story.souls


def _takes_turns(stays: Stays) -> bool:
    return len(stays.accepted) - len(stays.steps_off) in (0, 1)


def run(voyages: int, seed: int) -> int:
    """How many of so many voyages come out wrong."""
    random = Random(seed)
    return sum(not is_right(Story(random)) for _ in range(voyages))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voyages", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wrong = run(given.voyages, given.seed)
    print(json.dumps({"voyages": given.voyages, "wrong": wrong, "seed": given.seed}))  # noqa: T201
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
