"""Read what places are counted from, where they are only looked at: calls, allotments, ended holds and waiting groups.

All of it in one statement, which is built once: a page asks once, however many voyages it shows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    String,
    bindparam,
    cast,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.types import TypeEngine

from app.booking.eligibility.voyage_facts import with_sailing
from app.booking.inventory.unpaid_limits import KEPT_WHERE_WAITED
from app.booking.models import BOOKED_SOULS, Booking, BookingState
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db
from app.schedule.models import DEPARTS_AT, Leg, PortCall, Voyage
from app.seats.models import ONLINE, Allotment, Channel, FareClass, LegLoad, ReleasePlan
from app.seats.stocks import LEVEL, STOCKS


@dataclass(frozen=True)
class FareClassOnSale:
    """A fare class as pages and answers name it."""

    id: int
    code: str
    name: str
    kind: str


@dataclass
class CountedVoyage:
    """A voyage as far as counting its places needs it: its calls by id, and the legs between them."""

    cancelled_at: datetime | None
    paused_until: datetime | None
    sets_out: datetime | None
    """The planned departure from its first call."""
    positions: dict[int, int] = field(default_factory=dict)
    """Of its calls, by their ids."""
    legs: list[tuple[int, int]] = field(default_factory=list)
    """Position and id of each leg, in their order."""

    @property
    def leg_ids(self) -> list[int]:
        """All of its legs, in their order."""
        return [leg_id for _, leg_id in self.legs]

    def legs_within(self, first: int, last: int) -> list[int]:
        """The legs that begin at these positions, or between them; the last one is where one gets off."""
        return [leg_id for position, leg_id in self.legs if first <= position < last]

    def legs_between(self, from_call_id: int, to_call_id: int) -> list[int]:
        """The legs between two calls in order; empty when the second does not come after the first."""
        start, end = self.positions.get(from_call_id), self.positions.get(to_call_id)
        return [] if start is None or end is None else self.legs_within(start, end)

    def is_paused(self, now: datetime) -> bool:
        """Whether its sale pauses at `now`."""
        return self.paused_until is not None and self.paused_until > now


@dataclass(frozen=True)
class PlaceRows:
    """The rows of some voyages, as they were at one moment."""

    voyages: dict[int, CountedVoyage]
    loads: dict[int, Any]
    """By leg with a documented capacity, its row, with the call where it begins."""
    stocks: list[Any]
    ended: list[Any]
    """Holds past their end, which still occupy places."""
    awaited: list[Any]
    """Groups of the waiting list for whom places were set aside, in their order."""


def read_places(statement: CompoundSelect[Any], voyage_ids: Collection[int], now: datetime) -> PlaceRows:
    """The rows of those of these voyages that there are; `statement` is PLACES or one that tells more of the calls."""
    parts: dict[str, list[Any]] = defaultdict(list)
    if voyage_ids:
        for row in db.session.execute(statement, {"voyages": sorted(voyage_ids), "now": now}):
            parts[row.part].append(row)
    voyages: dict[int, CountedVoyage] = {}
    loads = {}
    for row in sorted(parts["call"], key=lambda call: (call.voyage_id, call.position)):
        voyage = voyages.get(row.voyage_id)
        if voyage is None:
            voyage = CountedVoyage(row.cancelled_at, row.sale_paused_until, row.planned_departure)
            voyages[row.voyage_id] = voyage
        voyage.positions[row.call_id] = row.position
        if row.leg_id is not None:
            voyage.legs.append((row.position, row.leg_id))
            if row.free is not None:
                loads[row.leg_id] = row
    stocks = sorted(parts["stock"], key=lambda row: (row.leg_id, row.fare_class_id, row.channel_id))
    awaited = sorted(parts["awaited"], key=lambda wish: (wish.turn, wish.id, wish.rank))
    return PlaceRows(voyages, loads, stocks, parts["ended"], awaited)


_VOYAGES: BindParameter[Any] = bindparam("voyages", expanding=True)
_CALLS = (
    select(
        Voyage.cancelled_at,
        Voyage.sale_paused_until,
        PortCall.voyage_id,
        PortCall.id.label("call_id"),
        PortCall.position,
        PortCall.planned_departure,
        DEPARTS_AT.label("departs_at"),
        PortCall.actual_departure.label("left_at"),
        Leg.id.label("leg_id"),
        (LegLoad.ceiling - LegLoad.promised).label("free"),
        LEVEL.label("level"),
    )
    .select_from(PortCall)
    .outerjoin(Leg, (Leg.voyage_id == PortCall.voyage_id) & (Leg.position == PortCall.position))
    .outerjoin(LegLoad, LegLoad.leg_id == Leg.id)
    .where(PortCall.voyage_id.in_(_VOYAGES))
)
_STOCKS = (
    select(*STOCKS.selected_columns, FareClass.name, Channel.kind.label("channel_kind"))
    .select_from(Leg)
    .join(Allotment, Allotment.leg_id == Leg.id)
    .join(FareClass, FareClass.id == Allotment.fare_class_id)
    .join(Channel, Channel.id == Allotment.channel_id)
    .outerjoin(ReleasePlan, ReleasePlan.id == Allotment.release_plan_id)
    .where(Leg.voyage_id.in_(_VOYAGES))
)
_GETS_ON, _GETS_OFF = db.aliased(PortCall), db.aliased(PortCall)
_ENDED = (
    select(
        Booking.voyage_id,
        Booking.fare_class_id,
        Booking.channel_id,
        Booking.places,
        BOOKED_SOULS.label("souls"),
        _GETS_ON.position.label("first"),
        _GETS_OFF.position.label("last"),
    )
    .select_from(Booking)
    .join(_GETS_ON, Booking.from_call_id == _GETS_ON.id)
    .join(_GETS_OFF, Booking.to_call_id == _GETS_OFF.id)
    .where(Booking.voyage_id.in_(_VOYAGES))
    .where(Booking.state == BookingState.HELD, Booking.expires_at <= bindparam("now"))
)
_AWAITED = (
    select(
        WaitingChoice.voyage_id,
        WaitingChoice.fare_class_id,
        literal(ONLINE).label("channel_id"),
        WaitingEntry.places,
        WaitingEntry.aside_until,
        WaitingEntry.turn,
        WaitingEntry.id,
        WaitingChoice.rank,
        WaitingEntry.infants,
        WaitingChoice.from_call_id,
        WaitingChoice.to_call_id,
        KEPT_WHERE_WAITED.label("kept"),
        WaitingEntry.partial,
        WaitingEntry.standby,
        WaitingEntry.asker,
    )
    .select_from(WaitingChoice)
    .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
    .where(WaitingChoice.voyage_id.in_(_VOYAGES))
    .where(WaitingEntry.state == WaitingState.WAITING, WaitingEntry.aside_until > bindparam("now"))
)


def places_with(calls: Select[*tuple[Any, ...]]) -> CompoundSelect[Any]:
    """The statement of `read_places` with these rows of the calls, whose last columns stay the last ones.

    All its parts in one: `part` names the part of a row, and the columns of the others are empty.
    """
    parts = {"call": calls, "stock": _STOCKS, "ended": _ENDED, "awaited": _AWAITED}
    types: dict[str, TypeEngine[Any]] = {}
    for name, column in _columns([_STOCKS, _ENDED, _AWAITED, calls]):
        types.setdefault(name, column.type)
    stacked: list[Select[*tuple[Any, ...]]] = []
    for part, rows in parts.items():
        own = dict(_columns([rows]))
        told: list[Any] = [literal_column(f"'{part}'", String()).label("part")]
        for name, kind in types.items():
            # The first part says what the columns are called and of what type they are; said in each, it would make the
            # text, which is taken apart for each page, half as long again.
            empty = literal_column("NULL") if stacked else cast(null(), kind)
            told.append(own.get(name, empty) if stacked else own.get(name, empty).label(name))
        stacked.append(rows.with_only_columns(*told))
    return union_all(*stacked)


def _columns(parts: Iterable[Select[*tuple[Any, ...]]]) -> list[tuple[str, Any]]:
    return [(str(column.key), column) for part in parts for column in part.selected_columns]


PLACES = places_with(_CALLS.join(Voyage, Voyage.id == PortCall.voyage_id))
"""Everything that places are counted from, of the voyages `voyages` at `now`."""
PLACES_AND_SAILING = places_with(with_sailing(_CALLS))
"""The same, with what a Sailing is made of as the last columns of its calls."""
PLACES_AND_LOADS = places_with(
    _CALLS.add_columns(LegLoad.certificate, LegLoad.dispensation, LegLoad.ceiling, LegLoad.aboard).join(
        Voyage, Voyage.id == PortCall.voyage_id
    )
)
"""The same, with the papers of the ship and who is aboard."""
