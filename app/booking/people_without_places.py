"""People without a place: those who wait for one, and those who lost one to a decision and have no way out yet."""

from typing import Any

from sqlalchemy import BindParameter, Select, String, cast, func, literal_column, null, select
from sqlalchemy.orm import joinedload

from app.booking.models import Booking, Displacement
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db

_WAITS = WaitingEntry.state == WaitingState.WAITING
_OPEN = Displacement.way_out == ""


WAITING, DISPLACED = "waiting", "displaced"
"""The parts of `counted_without_places`."""


def counted_without_places(calls: BindParameter[Any]) -> list[Select[*tuple[Any, ...]]]:
    """How many people wait for a journey from each of these calls, and how many lost one and have no way out yet.

    Infants are counted; who has an offer waits no more. To be asked as parts of one statement: part, call, no port,
    number.
    """
    groups = (
        select(
            WaitingChoice.from_call_id, WaitingEntry.id, (WaitingEntry.places + WaitingEntry.infants).label("people")
        )
        .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
        .where(_WAITS, WaitingChoice.from_call_id.in_(calls))
        .distinct()
        .subquery()
    )
    waiting = _part(WAITING, groups.c.from_call_id, func.sum(groups.c.people)).group_by(groups.c.from_call_id)
    displaced = (
        _part(DISPLACED, Booking.from_call_id, func.sum(Displacement.souls))
        .select_from(Displacement)
        .join(Booking, Booking.id == Displacement.booking_id)
        .where(_OPEN, Booking.from_call_id.in_(calls))
        .group_by(Booking.from_call_id)
    )
    return [waiting, displaced]


def _part(name: str, call: Any, number: Any) -> Select[*tuple[Any, ...]]:
    return select(literal_column(f"'{name}'", String()), call, cast(null(), String()), number)


def list_waiting(call_id: int) -> list[WaitingEntry]:
    """The groups that wait for a journey from this call, the first to have come first."""
    here = select(WaitingChoice.entry_id).where(WaitingChoice.from_call_id == call_id)
    return list(
        db.session.scalars(select(WaitingEntry).where(_WAITS, WaitingEntry.id.in_(here)).order_by(WaitingEntry.id))
    )


def list_open_displacements(call_id: int) -> list[Displacement]:
    """The bookings from this call that lost their places and have no way out yet, the first to have lost them first."""
    statement = (
        select(Displacement)
        .join(Displacement.booking)
        .where(_OPEN, Booking.from_call_id == call_id)
        .options(joinedload(Displacement.booking).joinedload(Booking.fare_class))
        .order_by(Displacement.id)
    )
    return list(db.session.scalars(statement))
