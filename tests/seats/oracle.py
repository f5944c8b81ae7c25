"""What a voyage may sell, worked out anew for every question from the list of what it has sold so far.

Nothing here keeps a counter, and nothing is taken from the application: this is the rule in other words, so that
the two can be held against each other. Slow, and easy to believe.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

BED, NON_SEAT, VEHICLE = "bed", "non_seat", "vehicle"
EVERYBODY = 1
"""The channel that everybody buys from."""

Spot = tuple[int, int, int]
"""A leg (numbered from 0), a class, a channel."""


@dataclass
class Shelf:
    """Places put out for one channel: how many, in which steps `(days before, per cent)`, and until when."""

    quota: int
    steps: list[list[int | None]] | None = None
    leaves_minutes_before: int | None = None
    """From then on what is unsold belongs to everybody."""
    flowed: int = 0
    """Of the quota, what others had left and is on sale whatever the steps say."""


@dataclass(eq=False)
class Sale:
    """A journey that was accepted. `until` is the end of its hold, None once it is paid."""

    first: int
    last: int
    """The first leg that is ridden, and the first one that is not any more."""
    kind: int
    channel: int
    places: int
    souls: int
    until: datetime | None
    gone: bool = False

    def counts(self, leg: int, now: datetime) -> bool:
        """Whether it takes room on that leg at that moment."""
        return not self.gone and self.first <= leg < self.last and (self.until is None or self.until > now)


@dataclass
class Oracle:
    """One voyage."""

    ceilings: list[int]
    """Souls who may sail, by leg."""
    classes: dict[int, str]
    """What each class is: a bed, a place without one, or a vehicle."""
    shelves: dict[Spot, Shelf]
    sets_out: datetime | None
    sales: list[Sale] = field(default_factory=list)
    called_off: bool = False
    shares: dict[int, int] = field(default_factory=dict)
    """Per cent of the places for people that a decree lets be taken, by leg; a leg that is not in it has none."""

    def answer(self, wanted: Sale, now: datetime) -> str:
        """`held`, and then it is among the sales; or `sold_out` or `ship_full`."""
        legs = range(wanted.first, wanted.last)
        if any(self.places_left(leg, wanted.kind, wanted.channel, now) < wanted.places for leg in legs):
            return "sold_out"
        if any(self.allowed(leg, wanted.kind, now) < wanted.places for leg in legs):
            return "restricted_by_rule"
        if any(self.souls_left(leg, wanted.kind, now) < wanted.souls for leg in legs):
            return "ship_full"
        self.sales.append(wanted)
        return "held"

    def remaining(self, first: int, last: int, kind: int, channel: int, now: datetime) -> int | None:
        """What a screen may promise to one person after the other; None where the class is not sold on a leg at all."""
        legs = range(first, last)
        if any(all((leg, kind, other) not in self.shelves for other in self.channels) for leg in legs):
            return None
        if self.called_off:
            return 0
        return min(
            max(
                0,
                min(
                    self.places_left(leg, kind, channel, now),
                    self.souls_left(leg, kind, now),
                    self.allowed(leg, kind, now),
                ),
            )
            for leg in legs
        )

    @property
    def channels(self) -> set[int]:
        """Those that anything is put out for."""
        return {channel for _, _, channel in self.shelves}

    def taken(self, leg: int, kind: int, channel: int, now: datetime) -> int:
        """Places of a shelf that somebody has."""
        return sum(s.places for s in self.sales if (s.kind, s.channel) == (kind, channel) and s.counts(leg, now))

    def souls(self, leg: int, now: datetime) -> int:
        """Everybody who was promised to sail."""
        return sum(s.souls for s in self.sales if s.counts(leg, now))

    def places_left(self, leg: int, kind: int, channel: int, now: datetime) -> int:
        """What the channel may still sell of the class."""
        shelf = self.shelves.get((leg, kind, channel))
        if shelf is None:
            return 0
        taken = self.taken(leg, kind, channel, now)
        if channel != EVERYBODY:
            if self._has_left(leg, kind, channel, now):
                return 0
            return max(0, self._put_out(shelf, now) - taken)
        left_by_others = sum(
            self.shelves[leg, kind, other].quota - self.taken(leg, kind, other, now)
            for other in self.channels - {EVERYBODY}
            if self._has_left(leg, kind, other, now)
        )
        return max(0, self._put_out(shelf, now) + left_by_others - taken)

    def allowed(self, leg: int, kind: int, now: datetime) -> float:
        """What a decree still lets be taken of places like these, whoever sells them; a deck has no decree."""
        if leg not in self.shares or self.classes[kind] == VEHICLE:
            return float("inf")
        alike = [n for n, what in self.classes.items() if what == self.classes[kind]]
        out = sum(shelf.quota for (at, n, _), shelf in self.shelves.items() if at == leg and n in alike)
        taken = sum(s.places for s in self.sales if s.kind in alike and s.counts(leg, now))
        return out * self.shares[leg] // 100 - taken

    def souls_left(self, leg: int, kind: int, now: datetime) -> int:
        """Who may still come. Whoever has no bed leaves room for everybody who may still buy one."""
        left = self.ceilings[leg] - self.souls(leg, now)
        if self.classes[kind] != BED:
            for at, other, channel in self.shelves:
                if at == leg and self.classes[other] == BED:
                    left -= self.shelves[at, other, channel].quota - self.taken(leg, other, channel, now)
        return left

    def _put_out(self, shelf: Shelf, now: datetime) -> int:
        if shelf.steps is None:
            return shelf.quota
        percent = 0
        for days, share in shelf.steps:
            if days is None or (self.sets_out is not None and self.sets_out - now <= timedelta(days=days)):
                percent += share or 0
        return shelf.flowed + (shelf.quota - shelf.flowed) * min(percent, 100) // 100

    def _has_left(self, leg: int, kind: int, channel: int, now: datetime) -> bool:
        shelf = self.shelves.get((leg, kind, channel))
        return (
            shelf is not None
            and (leg, kind, EVERYBODY) in self.shelves
            and shelf.leaves_minutes_before is not None
            and self.sets_out is not None
            and self.sets_out - now <= timedelta(minutes=shelf.leaves_minutes_before)
        )


STEPS: tuple[list[list[int | None]], ...] = (
    [[None, 30], [14, 30], [2, 30]],
    [[None, 50], [3, 50]],
    [[7, 33]],
    [[None, 10], [10, 45], [1, 45]],
)


def a_world(random: Random, now: datetime, sizes: Sequence[int] = (3, 8, 20, 45)) -> Oracle:
    """A voyage as they come: legs, ceilings, classes, channels and plans by chance. Its beds fit under its ceilings."""
    legs = random.randint(1, 7)
    most = random.choice(sizes)
    ceilings = [random.randint(most // 2 + 1, most)] * legs
    if random.random() < 0.4:
        ceilings = [random.randint(1, most) for _ in range(legs)]
    classes = {1: BED} | {n: kind for n, kind in ((2, BED), (3, NON_SEAT), (4, VEHICLE)) if random.random() < 0.5}
    channels = [EVERYBODY] + [channel for channel in (2, 3) if random.random() < 0.4]
    shelves: dict[Spot, Shelf] = {}
    free = list(ceilings)
    for kind in random.sample(sorted(classes), len(classes)):
        for channel in random.sample(channels, len(channels)):
            quota, varies = random.randint(0, most), random.random() < 0.3
            steps = random.choice(STEPS) if random.random() < 0.25 else None
            leaves = random.randint(60, 12 * 24 * 60) if random.random() < 0.4 else None
            for leg in range(legs):
                if random.random() < 0.04:
                    continue
                number = random.randint(0, most) if varies else quota
                if classes[kind] == BED:
                    number = min(number, free[leg])
                    free[leg] -= number
                elif classes[kind] == NON_SEAT:
                    number = min(number, ceilings[leg])
                shelves[leg, kind, channel] = Shelf(number, steps, leaves)
    sets_out = now + timedelta(days=random.randint(2, 20)) if random.random() < 0.95 else None
    restricted = random.random() < 0.3
    shares = {leg: random.choice((0, 33, 70, 70, 99)) for leg in range(legs) if restricted and random.random() < 0.7}
    return Oracle(ceilings, classes, shelves, sets_out, shares=shares)


def a_wish(random: Random, world: Oracle, until: datetime) -> Sale:
    """A party that wants to travel on it: some legs, some class, a channel, up to eight of them."""
    first, last = sorted(random.sample(range(len(world.ceilings) + 1), 2))
    kind = random.choice(sorted(world.classes))
    channel = EVERYBODY if random.random() < 0.6 else random.choice(sorted(world.channels | {EVERYBODY}))
    adults = random.choice((1, 1, 1, 2, 2, 3, 4, 6, 8))
    infants = random.choice((0, 0, 0, 1, adults)) if adults <= 4 else 0
    places = 1 if world.classes[kind] == VEHICLE else adults
    return Sale(first, last, kind, channel, places, adults + infants, until)


def beds_needed(journeys: Iterable[tuple[int, int]], beds: int) -> int:
    """How many numbered beds these journeys (first leg, leg after the last) need when each keeps one for all of it.

    Given out in the order of boarding: known to be the fewest that are possible. Raises AssertionError where a
    bed would have to be shared, which is where more than `beds` ride the same leg.
    """
    free_from: list[int] = []
    for first, last in sorted(journeys):
        bed = next((n for n, leg in enumerate(free_from) if leg <= first), None)
        if bed is None:
            free_from.append(last)
            assert len(free_from) <= beds, "two people in one bed"
        else:
            free_from[bed] = last
    return len(free_from)


def refused_by_fragments(wishes: Sequence[tuple[int, int]], beds: int) -> int:
    """How many a system that gives everybody a numbered bed at once refuses though every leg has a bed free."""
    taken: list[list[tuple[int, int]]] = [[] for _ in range(beds)]
    refused = 0
    for first, last in wishes:
        bed = next((rides for rides in taken if all(last <= f or t <= first for f, t in rides)), None)
        if bed is not None:
            bed.append((first, last))
            continue
        refused += all(sum(f <= leg < t for rides in taken for f, t in rides) < beds for leg in range(first, last))
    return refused


def by_leg(world: Oracle, now: datetime) -> Mapping[Spot, tuple[int, int]]:
    """(places held, places sold) that every shelf must show."""
    told: dict[Spot, tuple[int, int]] = {}
    for leg, kind, channel in world.shelves:
        mine = [s for s in world.sales if (s.kind, s.channel) == (kind, channel) and s.counts(leg, now)]
        held, sold = (sum(s.places for s in mine if (s.until is None) == paid) for paid in (False, True))
        told[leg, kind, channel] = (held, sold)
    return told
