"""Select who gives way when a voyage has fewer places than it promised: pure, for the preview and the deed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.seats.models import PlaceKind
from app.seats.stocks import Key


@dataclass(frozen=True)
class Rider:
    """A booking with places on a voyage. `stays` where one of its people is aboard already."""

    id: int
    legs: tuple[int, ...]
    fare_class_id: int
    channel_id: int
    places: int
    souls: int
    held: bool
    stays: bool = False

    @property
    def keys(self) -> list[Key]:
        """The keys of its places."""
        return [(leg_id, self.fare_class_id, self.channel_id) for leg_id in self.legs]


class _Taken:
    """The places that some bookings have together, and where they are more than there will be."""

    def __init__(self, riders: Iterable[Rider], quotas: Mapping[Key, int], ceilings: Mapping[int, int]) -> None:
        self._quotas, self._ceilings = quotas, ceilings
        self._places: Counter[Key] = Counter()
        self._souls: Counter[int] = Counter()
        for rider in riders:
            self.add(rider)

    def add(self, rider: Rider, sign: int = 1) -> None:
        for key in rider.keys:
            self._places[key] += sign * rider.places
        for leg_id in rider.legs:
            self._souls[leg_id] += sign * rider.souls

    def is_over(self, rider: Rider) -> bool:
        """Whether somewhere on its journey there is more taken than there will be."""
        return any(self._places[key] > self._quotas.get(key, self._places[key]) for key in rider.keys) or any(
            self._souls[leg_id] > self._ceilings.get(leg_id, self._souls[leg_id]) for leg_id in rider.legs
        )


def who_gives_way(riders: Sequence[Rider], quotas: Mapping[Key, int], ceilings: Mapping[int, int]) -> list[Rider]:
    """Those who lose their places so that the rest fits under these quotas and ceilings; what is not named is wide.

    A booking goes as a whole, for families stay together; holds before confirmed ones, and of each the last to have
    come first. A booking that touches nothing that is too full stays, and so does one with a passenger aboard. At the
    end the first to have come are taken back where those who had to go after them have made room enough, so that nobody
    goes in vain.
    """
    taken, gone = _Taken(riders, quotas, ceilings), []
    for rider in sorted(riders, key=lambda r: (not r.held, -r.id)):
        if not rider.stays and taken.is_over(rider):
            taken.add(rider, -1)
            gone.append(rider)
    for rider in reversed(gone[:]):
        taken.add(rider)
        if taken.is_over(rider):
            taken.add(rider, -1)
        else:
            gone.remove(rider)
    return gone


def fitted(
    quotas: Mapping[Key, int],
    kinds: Mapping[int, str],
    riders: Iterable[Rider],
    ceilings: Mapping[int, int],
    given: Mapping[Key, int],
) -> dict[Key, int]:
    """The quotas under other ceilings: those `given`, and the others kept where they fit.

    Where the beds of a leg together (or its non-seat places) would exceed the ceiling, what is taken keeps its
    place, and what the ceiling leaves is shared out in proportion to what was unsold. Vehicles have a deck of their
    own. `riders` are those who stay.
    """
    taken: Counter[Key] = Counter()
    for rider in riders:
        for key in rider.keys:
            taken[key] += rider.places
    answer = {**quotas, **given}
    for leg_id, ceiling in ceilings.items():
        for kind in (PlaceKind.BED, PlaceKind.NON_SEAT):
            here = [key for key in answer if key[0] == leg_id and kinds[key[1]] == kind]
            others = [key for key in here if key not in given]
            left = ceiling - sum(given.get(key, taken[key]) for key in here)
            unsold = sum(answer[key] - taken[key] for key in others)
            if unsold > left:
                for key in others:
                    share = (answer[key] - taken[key]) * max(0, left) // unsold if unsold > 0 else 0
                    answer[key] = taken[key] + share
    return answer


def too_many(
    quotas: Mapping[Key, int], kinds: Mapping[int, str], ceilings: Mapping[int, int]
) -> Iterator[tuple[int, int, int]]:
    """Where the beds of a leg together (or its non-seat places) exceed its ceiling: leg, their sum, the ceiling."""
    for leg_id, ceiling in ceilings.items():
        for kind in (PlaceKind.BED, PlaceKind.NON_SEAT):
            together = sum(n for key, n in quotas.items() if key[0] == leg_id and kinds[key[1]] == kind)
            if together > ceiling:
                yield leg_id, together, ceiling
