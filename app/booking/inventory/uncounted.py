"""Correct the counters of places that are only looked at: by holds that have ended, and by what is set aside."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, bindparam, cast, false, literal, null, select, union_all

from app.booking.inventory.lock import runs_of
from app.booking.inventory.unpaid_limits import KEPT_WHERE_WAITED
from app.booking.inventory.waiting_share import is_beyond_share, set_aside
from app.booking.models import BOOKED_SOULS, Booking, BookingState
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db
from app.schedule.models import Leg, PortCall
from app.seats.models import ONLINE
from app.seats.places import Room


def set_aside_for(wishes: Sequence[Any], room: Room, now: datetime) -> None:
    """Set aside, in a room that is only looked at, what `offer_freed` would for these groups, in their order.

    A group that a rule refuses now, or whose sale is over, keeps nothing from others, whatever was written down.
    """
    runs = runs_of({wish.voyage_id for wish in wishes})
    for wish in wishes:
        run = runs[wish.voyage_id]
        if not is_beyond_share(wish, run, room):
            set_aside(wish, run, room, now)


def ended_and_awaited(legs: Iterable[Leg], now: datetime) -> tuple[list[tuple[Any, list[int]]], list[Any]]:
    """Count what holds past their end still occupy, with its legs; list for whom places were set aside, in order."""
    by_voyage: dict[int, list[Leg]] = defaultdict(list)
    for leg in legs:
        by_voyage[leg.voyage_id].append(leg)
    gone, awaited = [], []
    asked = {"voyages": sorted(by_voyage), "now": now}
    for row in db.session.connection().execute(_GONE_AND_AWAITED, asked):
        if row.aside_until is not None:
            awaited.append(row)
            continue
        gone.append((row, [leg.id for leg in by_voyage[row.voyage_id] if row.first <= leg.position < row.last]))
    return gone, sorted(awaited, key=lambda wish: (wish.turn, wish.id, wish.rank))


_GETS_ON, _GETS_OFF = db.aliased(PortCall), db.aliased(PortCall)
_GONE_AND_AWAITED = union_all(
    select(
        Booking.voyage_id,
        Booking.fare_class_id,
        Booking.channel_id,
        Booking.places,
        BOOKED_SOULS.label("souls"),
        _GETS_ON.position.label("first"),
        _GETS_OFF.position.label("last"),
        cast(null(), WaitingEntry.aside_until.type).label("aside_until"),
        *(literal(0).label(name) for name in ("turn", "id", "rank", "infants", "from_call_id", "to_call_id", "kept")),
        *(cast(false(), Boolean).label(name) for name in ("partial", "standby")),
        literal("").label("asker"),
    )
    .join(_GETS_ON, Booking.from_call_id == _GETS_ON.id)
    .join(_GETS_OFF, Booking.to_call_id == _GETS_OFF.id)
    .where(Booking.voyage_id.in_(bindparam("voyages", expanding=True)))
    .where(Booking.state == BookingState.HELD, Booking.expires_at <= bindparam("now")),
    select(
        WaitingChoice.voyage_id,
        WaitingChoice.fare_class_id,
        literal(ONLINE),
        WaitingEntry.places,
        literal(0),
        _GETS_ON.position,
        _GETS_OFF.position,
        WaitingEntry.aside_until,
        WaitingEntry.turn,
        WaitingEntry.id,
        WaitingChoice.rank,
        WaitingEntry.infants,
        WaitingChoice.from_call_id,
        WaitingChoice.to_call_id,
        KEPT_WHERE_WAITED,
        WaitingEntry.partial,
        WaitingEntry.standby,
        WaitingEntry.asker,
    )
    .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
    .join(_GETS_ON, WaitingChoice.from_call_id == _GETS_ON.id)
    .join(_GETS_OFF, WaitingChoice.to_call_id == _GETS_OFF.id)
    .where(WaitingChoice.voyage_id.in_(bindparam("voyages", expanding=True)))
    .where(WaitingEntry.state == WaitingState.WAITING, WaitingEntry.aside_until > bindparam("now")),
)
"""In one statement: every look at places asks both."""
