"""Count the places that are left on a voyage, for each class."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect

from app import clock
from app.booking.eligibility.decrees import shares_of
from app.booking.eligibility.voyage_facts import Sailing, sailing_in
from app.booking.inventory.lock import runs_of
from app.booking.inventory.place_rows import (
    PLACES,
    PLACES_AND_SAILING,
    CountedVoyage,
    FareClassOnSale,
    PlaceRows,
    read_places,
)
from app.booking.inventory.waiting_share import is_beyond_share, set_aside
from app.booking.models import sale_ends
from app.booking.queries import Ends, _together
from app.schedule.models import Voyage
from app.seats.models import ONLINE, ChannelKind, PlaceKind
from app.seats.places import Room
from app.seats.stocks import Key, Stock, flow_back, kept_for_beds, restrict, stock_of


@dataclass(frozen=True)
class Places:
    """Places of one class on one journey, true at the moment of asking.

    `remaining` is what the channel asked for can sell now; quota, sold and held are those of all channels together.
    """

    fare_class: FareClassOnSale
    quota: int
    sold: int
    held: int
    remaining: int
    restricted: int = 0
    """On sale and not taken, but withheld by a decree."""
    together: int = field(default=0, compare=False)
    """The places that the channel asked for can sell now of all classes for persons together, under the ship's one
    ceiling."""
    sailing: Sailing | None = field(default=None, repr=False, compare=False)
    """The setting out of the journey, where it was asked for and a capacity is documented."""
    programmes: frozenset[int] = field(default=frozenset(), repr=False, compare=False)
    """The channels of free programmes, open or not, that have places of this class on each leg, taken or not."""

    @property
    def kind(self) -> PlaceKind:
        """The kind of place that the class sells."""
        return PlaceKind(self.fare_class.kind)

    @property
    def kept(self) -> int:
        """Places that are neither sold nor held, and that the channel asked for cannot sell now."""
        return self.quota - self.sold - self.held - self.remaining


def list_places(voyages: Iterable[Voyage], channel_id: int = ONLINE) -> dict[int, list[Places]]:
    """Per voyage id, the places of each class over the whole voyage (its scarcest leg), in one query."""
    ids = [voyage.id for voyage in voyages]
    found = count_places(ids)
    return {
        voyage_id: found.places(voyage_id, voyage.leg_ids, channel_id) if voyage else []
        for voyage_id, voyage in ((number, found.voyages.get(number)) for number in ids)
    }


def list_places_between(
    journeys: Sequence[Ends], channel_id: int = ONLINE, *, sailing: bool = False
) -> list[list[Places]]:
    """The places of each class on each of these journeys, in their order, in one query.

    A class that is not on sale on one of the legs is not sold on the journey.
    """
    found = count_places({voyage.id for voyage, _, _ in journeys}, PLACES_AND_SAILING if sailing else PLACES)
    return [
        found.places(voyage.id, found.voyages[voyage.id].legs_between(start.id, end.id), channel_id, sailing=sailing)
        for voyage, start, end in journeys
    ]


@dataclass(frozen=True)
class CountedPlaces:
    """The places of some voyages, as a buyer would find them at `now`.

    A hold past its end is free, and what other channels left unsold is the online channel's, whether or not
    anything has noticed it yet; what a decree withholds, and what is set aside for a group that waits, is not free.
    """

    now: datetime
    voyages: dict[int, CountedVoyage]
    """Those that there are, by id."""
    stocks: dict[Key, Stock]
    souls: dict[int, int]
    """Still free, by leg."""
    classes: dict[int, FareClassOnSale]
    loads: dict[int, Any]
    """By leg with a documented capacity, its row of the statement, with the call where it begins."""
    by_leg: dict[int, dict[int, list[tuple[int, Stock]]]]
    """By leg and class, the stocks of the channels."""
    kept: Mapping[int, int]
    """By leg, the souls that places without a bed leave room for."""
    programmes: dict[tuple[int, int], set[int]]
    """By leg and class, the channels of free programmes that have a quota."""

    def is_off_sale(self, voyage_id: int, leg_id: int) -> bool:
        """Whether nothing is sold from where this leg begins: called off, left, paused, or the sale has ended.

        A leg without a documented capacity has nothing on sale.
        """
        voyage, load = self.voyages[voyage_id], self.loads.get(leg_id)
        if voyage.cancelled_at or voyage.is_paused(self.now) or load is None:
            return True
        ends = sale_ends(load.departs_at)
        return bool(load.left_at) or ends is None or ends <= self.now

    def places(
        self, voyage_id: int, legs: Sequence[int], channel_id: int = ONLINE, *, sailing: bool = False
    ) -> list[Places]:
        """The places of each class on these legs of the voyage; `sailing` where the statement has told it."""
        load = self.loads.get(legs[0]) if legs else None
        sets_out = sailing_in(load, load.level) if sailing and load is not None else None
        off_sale = not legs or self.is_off_sale(voyage_id, legs[0])
        rooms = [
            _together(self.by_leg[leg], channel_id, self.souls[leg], self.kept[leg])
            for leg in legs
            if leg in self.souls
        ]
        all_classes = 0 if off_sale else min(rooms, default=0)
        places = []
        for fare_class_id in sorted({kind for leg in legs for kind in self.by_leg[leg]}):
            if not all(fare_class_id in self.by_leg[leg] for leg in legs):
                continue
            free = frozenset.intersection(*(frozenset(self.programmes.get((leg, fare_class_id), ())) for leg in legs))
            told = {"together": all_classes, "sailing": sets_out, "programmes": free}
            per_leg = [self._places_on(leg, fare_class_id, channel_id, off_sale, told) for leg in legs]
            places.append(min(per_leg, key=lambda p: p.remaining))
        return places

    def _places_on(
        self, leg: int, fare_class_id: int, channel_id: int, off_sale: bool, told: Mapping[str, Any]
    ) -> Places:
        found = self.by_leg[leg][fare_class_id]
        mine = next((stock for channel, stock in found if channel == channel_id), None)
        room = mine.free if mine else 0
        if mine and leg in self.souls:
            room = min(room, self.souls[leg] - (0 if mine.kind == PlaceKind.BED else self.kept[leg]))
        quota, sold, held = (sum(getattr(stock, name) for _, stock in found) for name in ("quota", "sold", "held"))
        remaining = 0 if off_sale else max(0, room)
        restricted = mine.restricted if mine and not off_sale else 0
        return Places(self.classes[fare_class_id], quota, sold, held, remaining, restricted, **told)


def count_places(voyage_ids: Collection[int], statement: CompoundSelect[Any] = PLACES) -> CountedPlaces:
    """Count the places of those of these voyages that there are, in one query.

    `statement` is PLACES, or one that tells more of the legs. Where a decree is in force or a group waits it takes
    one or two queries more.
    """
    now = clock.now()
    rows = read_places(statement, voyage_ids, now)
    voyage_of = {leg_id: voyage for voyage in rows.voyages.values() for leg_id in voyage.leg_ids}
    stocks = {
        (row.leg_id, row.fare_class_id, row.channel_id): stock_of(row, now, voyage_of[row.leg_id].sets_out)
        for row in rows.stocks
    }
    classes = {
        row.fare_class_id: FareClassOnSale(row.fare_class_id, row.code, row.name, row.kind) for row in rows.stocks
    }
    programmes: dict[tuple[int, int], set[int]] = defaultdict(set)
    for row in rows.stocks:
        if row.channel_kind == ChannelKind.FREE and row.quota:
            programmes[row.leg_id, row.fare_class_id].add(row.channel_id)
    souls = {leg_id: row.free for leg_id, row in rows.loads.items()}
    _withhold(rows, stocks, souls, classes, now)
    by_leg: dict[int, dict[int, list[tuple[int, Stock]]]] = defaultdict(lambda: defaultdict(list))
    for (leg_id, fare_class_id, channel), stock in stocks.items():
        by_leg[leg_id][fare_class_id].append((channel, stock))
    kept = kept_for_beds(stocks)
    return CountedPlaces(now, rows.voyages, stocks, souls, classes, rows.loads, by_leg, kept, programmes)


def _withhold(
    rows: PlaceRows,
    stocks: dict[Key, Stock],
    souls: dict[int, int],
    classes: Mapping[int, FareClassOnSale],
    now: datetime,
) -> None:
    """Correct the counters by holds that have ended, by what flows back, by decrees, and by what is set aside."""
    for over in rows.ended:
        for leg_id in rows.voyages[over.voyage_id].legs_within(over.first, over.last):
            stocks[leg_id, over.fare_class_id, over.channel_id].held -= over.places
            souls[leg_id] += over.souls
    flow_back(stocks)
    levels = {row.leg_id: row.level for row in rows.loads.values() if row.level is not None}
    restrict(stocks, shares_of(levels))
    if not rows.awaited:
        return
    room = Room(stocks, souls, levels, {fare_class.id: fare_class.code for fare_class in classes.values()})
    runs = runs_of({wish.voyage_id for wish in rows.awaited})
    for wish in rows.awaited:
        # A group that a rule refuses now, or whose sale is over, keeps nothing from others, whatever was written down.
        if not is_beyond_share(wish, runs[wish.voyage_id], room):
            set_aside(wish, runs[wish.voyage_id], room, now)
