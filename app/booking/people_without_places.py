"""People without a place: those who wait for one, and those who lost one to a decision and have no way out yet."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.booking.models import Booking, Displacement
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db

_WAITS = WaitingEntry.state == WaitingState.WAITING
_OPEN = Displacement.way_out == ""


def count_waiting(call_ids: Iterable[int]) -> dict[int, int]:
    """How many people wait for a journey from each of these calls, infants counted; who has an offer waits no more."""
    groups = (
        select(
            WaitingChoice.from_call_id, WaitingEntry.id, (WaitingEntry.places + WaitingEntry.infants).label("people")
        )
        .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
        .where(_WAITS, WaitingChoice.from_call_id.in_(list(call_ids)))
        .distinct()
        .subquery()
    )
    counted = select(groups.c.from_call_id, func.sum(groups.c.people)).group_by(groups.c.from_call_id)
    return {row[0]: row[1] for row in db.session.execute(counted)}


def list_waiting(call_id: int) -> list[WaitingEntry]:
    """The groups that wait for a journey from this call, the first to have come first."""
    here = select(WaitingChoice.entry_id).where(WaitingChoice.from_call_id == call_id)
    return list(
        db.session.scalars(select(WaitingEntry).where(_WAITS, WaitingEntry.id.in_(here)).order_by(WaitingEntry.id))
    )


def count_displaced(call_ids: Iterable[int]) -> dict[int, int]:
    """How many people whose journey began at each of these calls lost their place and have no way out yet."""
    counted = (
        select(Booking.from_call_id, func.sum(Displacement.souls))
        .join(Booking, Booking.id == Displacement.booking_id)
        .where(_OPEN, Booking.from_call_id.in_(list(call_ids)))
        .group_by(Booking.from_call_id)
    )
    return {row[0]: row[1] for row in db.session.execute(counted)}


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
