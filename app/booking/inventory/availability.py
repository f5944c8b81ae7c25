"""Count the places that are left on a voyage, for each class."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.booking.eligibility.decrees import shares_of
from app.booking.eligibility.voyage_facts import Sailing, sailing_in, with_sailing
from app.booking.inventory.uncounted import ended_and_awaited, set_aside_for
from app.booking.models import (
    sale_ends,
)
from app.booking.queries import Ends, _together
from app.db import db
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import ONLINE, FareClass, PlaceKind
from app.seats.places import Room
from app.seats.stocks import LOADS, STOCKS, Key, Stock, flow_back, kept_for_beds, restrict, stock_of


@dataclass(frozen=True)
class Places:
    """Places of one class on one journey, true at the moment of asking.

    `remaining` is what the channel asked for can sell now; quota, sold and held are those of all channels together.
    """

    fare_class: FareClass
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

    @property
    def kind(self) -> PlaceKind:
        """The kind of place that the class sells."""
        return PlaceKind(self.fare_class.kind)

    @property
    def kept(self) -> int:
        """Places that are neither sold nor held, and that the channel asked for cannot sell now."""
        return self.quota - self.sold - self.held - self.remaining


def list_places(voyages: Iterable[Voyage], channel_id: int = ONLINE) -> dict[int, list[Places]]:
    """Per voyage id, the places of each class over the whole voyage (its scarcest leg), in three or four queries."""
    voyages = list(voyages)
    found = _list_places([(voyage, list(voyage.legs)) for voyage in voyages], channel_id)
    answer: dict[int, list[Places]] = defaultdict(list)
    for voyage, places in zip(voyages, found, strict=True):
        answer[voyage.id] = places
    return answer


def list_places_between(
    journeys: Sequence[Ends], channel_id: int = ONLINE, *, sailing: bool = False
) -> list[list[Places]]:
    """The places of each class on each of these journeys, in their order, in three or four queries.

    A class that is not on sale on one of the legs is not sold on the journey.
    """
    legs = [(voyage, voyage.journey(start.id, end.id)) for voyage, start, end in journeys]
    return _list_places(legs, channel_id, _LOADS if sailing else LOADS)


def _list_places(
    journeys: Sequence[tuple[Voyage, Sequence[Leg]]], channel_id: int, loads_of: Any = LOADS
) -> list[list[Places]]:
    voyages = {voyage.id: voyage for voyage, _ in journeys}
    stocks, souls, classes, loads = counted_with(loads_of, voyages.values())
    now = clock.now()
    kept = kept_for_beds(stocks)
    by_leg: dict[int, dict[int, list[tuple[int, Stock]]]] = defaultdict(lambda: defaultdict(list))
    for (leg_id, fare_class_id, channel), stock in stocks.items():
        by_leg[leg_id][fare_class_id].append((channel, stock))
    answer = []
    for voyage, legs in journeys:
        places = []
        load = loads.get(legs[0].id) if legs else None
        sailing = sailing_in(load, load.level) if load is not None and loads_of is _LOADS else None
        off_sale = is_off_sale(voyage, load, now)
        rooms = [_together(by_leg[leg.id], channel_id, souls[leg.id], kept[leg.id]) for leg in legs if leg.id in souls]
        all_classes = 0 if off_sale else min(rooms, default=0)
        for fare_class_id in sorted({kind for leg in legs for kind in by_leg[leg.id]}):
            per_leg = []
            for leg in legs:
                found = by_leg[leg.id].get(fare_class_id, [])
                mine = next((stock for channel, stock in found if channel == channel_id), None)
                room = mine.free if mine else 0
                if mine and leg.id in souls:
                    beds = 0 if mine.kind == PlaceKind.BED else kept[leg.id]
                    room = min(room, souls[leg.id] - beds)
                quota, sold, held = (sum(getattr(s, name) for _, s in found) for name in ("quota", "sold", "held"))
                remaining = 0 if off_sale else max(0, room)
                restricted = mine.restricted if mine and not off_sale else 0
                per_leg.append(
                    Places(classes[fare_class_id], quota, sold, held, remaining, restricted, all_classes, sailing)
                )
            if all(fare_class_id in by_leg[leg.id] for leg in legs):
                places.append(min(per_leg, key=lambda p: p.remaining))
        answer.append(places)
    return answer


def is_off_sale(voyage: Voyage, load: Any, now: datetime) -> bool:
    """Whether nothing is sold from where this leg begins: called off, left, or the sale has ended.

    `load` is its row of LOADS; a leg without one has no documented capacity, and nothing on sale.
    """
    if voyage.cancelled_at or voyage.is_paused(now) or load is None:
        return True
    ends = sale_ends(load.departs_at)
    return bool(load.left_at) or ends is None or ends <= now


def counted(voyages: Iterable[Voyage]) -> tuple[dict[Key, Stock], dict[int, int], dict[int, FareClass]]:
    """The allotments of these voyages, the souls still free by leg, and the classes, as a buyer would find them now.

    A hold past its end is free, and what other channels left unsold is the online channel's, whether or not
    anything has noticed it yet; what a decree withholds, and what is set aside for a group that waits, is not free.
    """
    stocks, souls, classes, _ = counted_with(LOADS, voyages)
    return stocks, souls, classes


def counted_with(
    loads_of: Any, voyages: Iterable[Voyage]
) -> tuple[dict[Key, Stock], dict[int, int], dict[int, FareClass], dict[int, Any]]:
    """Answer as `counted` does, with by leg the rows of `loads_of`: LOADS, with further columns if wanted."""
    now = clock.now()
    legs = {leg.id: leg for voyage in voyages for leg in voyage.legs}
    rows = db.session.execute(_STOCKS_AND_CLASSES, {"legs": sorted(legs)}).all()
    staged = {legs[row.leg_id].voyage_id for row in rows if row.steps is not None or row.flow_back_minutes is not None}
    sets_out = _sets_out(staged) if staged else {}
    stocks = {(row[0], row[1], row[2]): stock_of(row, now, sets_out.get(legs[row.leg_id].voyage_id)) for row in rows}
    loads = {row.leg_id: row for row in db.session.connection().execute(loads_of, {"legs": sorted(legs)})}
    souls = {row.leg_id: row.free for row in loads.values()}
    expired, wishes = ended_and_awaited(legs.values(), now)
    for over, journey in expired:
        for leg_id in journey:
            stocks[leg_id, over.fare_class_id, over.channel_id].held -= over.places
            souls[leg_id] += over.souls
    flow_back(stocks)
    levels = {row.leg_id: row.level for row in loads.values() if row.level is not None}
    restrict(stocks, shares_of(levels))
    if wishes:
        codes = {row.fare_class_id: row.FareClass.code for row in rows}
        set_aside_for(wishes, Room(stocks, souls, levels, codes), now)
    return stocks, souls, {row.fare_class_id: row.FareClass for row in rows}, loads


# Built once, like the holds below: in a rush, putting statements together costs more than running them.
_STOCKS_AND_CLASSES = STOCKS.add_columns(FareClass)


_LOADS = with_sailing(LOADS)


def _sets_out(voyage_ids: Iterable[int]) -> dict[int, datetime | None]:
    """The planned departure of each voyage from its first call."""
    calls = (
        select(PortCall.voyage_id, PortCall.planned_departure)
        .where(PortCall.voyage_id.in_(voyage_ids))
        .order_by(PortCall.position.desc())
    )
    return {row.voyage_id: row.planned_departure for row in db.session.execute(calls)}
