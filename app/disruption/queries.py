"""Questions about lost places, and the voyages that could take their people. Nothing here writes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, true
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.booking.inventory.availability import Places, list_places_between
from app.booking.models import Booking, Displacement, sale_closes_at
from app.booking.money.models import Refund
from app.db import db
from app.schedule.days import earliest_day, latest_day
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import list_voyages, voyages_calling_at

AHEAD = timedelta(days=60)
"""How far ahead another voyage is looked for."""


@dataclass(frozen=True)
class Way:
    """Another voyage of the same operator and route with places enough in the same class."""

    voyage: Voyage
    start: PortCall
    end: PortCall
    places: Places


def find_displacement(booking_id: int) -> Displacement | None:
    """Find the displacement of this booking, or None."""
    return db.session.scalar(select(Displacement).where(Displacement.booking_id == booking_id))


def list_displacements(booking_ids: Iterable[int]) -> dict[int, Displacement]:
    """List the displacements of these bookings, by booking id; those that lost nothing are not in it."""
    found = db.session.scalars(select(Displacement).where(Displacement.booking_id.in_(list(booking_ids))))
    return {displacement.booking_id: displacement for displacement in found}


def list_displaced(voyage_id: int | None = None, port_ids: Collection[int] = ()) -> list[Displacement]:
    """List bookings that lost places on this voyage (on any, those still open), with names; the first come first.

    With `port_ids` only of voyages that call there.
    """
    statement = (
        select(Displacement)
        .options(
            joinedload(Displacement.booking).selectinload(Booking.former_passengers),
            joinedload(Displacement.booking).joinedload(Booking.fare_class),
            joinedload(Displacement.booking).joinedload(Booking.from_call),
            joinedload(Displacement.booking).joinedload(Booking.to_call),
            joinedload(Displacement.booking).selectinload(Booking.voyage),
        )
        .order_by(Displacement.way_out != "", Displacement.voyage_id, Displacement.booking_id)
    )
    if voyage_id is None:
        there = Displacement.voyage_id.in_(voyages_calling_at(port_ids)) if port_ids else true()
        return list(db.session.scalars(statement.where(Displacement.way_out == "", there)))
    return list(db.session.scalars(statement.where(Displacement.voyage_id == voyage_id)))


def list_bookings(booking_ids: Iterable[int]) -> list[Booking]:
    """These bookings with who travels, the first to have come first."""
    statement = (
        select(Booking)
        .where(Booking.id.in_(sorted(booking_ids)))
        .options(
            selectinload(Booking.passengers),
            joinedload(Booking.fare_class),
            joinedload(Booking.from_call),
            joinedload(Booking.to_call),
        )
        .order_by(Booking.id)
    )
    return list(db.session.scalars(statement))


def list_refunds(booking_ids: Iterable[int]) -> dict[int, list[Refund]]:
    """List what is or was owed back, by booking id; a booking without any is not in it."""
    found: dict[int, list[Refund]] = {}
    for refund in db.session.scalars(select(Refund).where(Refund.booking_id.in_(booking_ids)).order_by(Refund.id)):
        found.setdefault(refund.booking_id, []).append(refund)
    return found


def list_moved_to(booking_ids: Iterable[int]) -> dict[int, Booking]:
    """The booking that each of these displaced ones was given instead, where it was.

    Some of their people may have moved elsewhere before, by their own wish: the last booking is the way out.
    """
    statement = (
        select(Booking)
        .join(Displacement, Displacement.booking_id == Booking.moved_from_id)
        .where(Booking.moved_from_id.in_(booking_ids), Displacement.way_out == "moved")
        .options(selectinload(Booking.voyage))
        .order_by(Booking.id)
    )
    return {b.moved_from_id: b for b in db.session.scalars(statement) if b.moved_from_id is not None}


def list_ways(booking: Booking) -> list[Way]:
    """The coming voyages that could take this whole booking in its class, the nearest to its day first."""
    now = clock.now()
    operator_id, first, last = booking.voyage.operator_id, booking.from_call.port_id, booking.to_call.port_id
    voyages = [
        v for v in list_voyages(earliest_day(now) - timedelta(days=1), latest_day(now + AHEAD), first, last)
        if v.operator_id == operator_id and v.id != booking.voyage_id and not v.cancelled_at
    ]  # fmt: skip
    journeys = [
        (voyage, start, end) for voyage in voyages for start, end in [_ends(voyage, first, last)] if is_open(start, now)
    ]
    ways = [
        Way(voyage, start, end, places)
        for (voyage, start, end), offered in zip(journeys, list_places_between(journeys), strict=True)
        for places in offered
        if places.fare_class.id == booking.fare_class_id and places.remaining >= booking.places
    ]
    day = booking.from_call.planned_departure or now
    return sorted(ways, key=lambda way: (abs((way.start.departs_at or now) - day), way.voyage.id))


def _ends(voyage: Voyage, from_port_id: int, to_port_id: int) -> tuple[PortCall, PortCall]:
    """The first call from which one goes from the one port to the other, and where one gets off."""
    return next(
        (start, end)
        for start in voyage.calls
        if start.port_id == from_port_id
        for end in voyage.calls
        if end.port_id == to_port_id and end.position > start.position
    )


def is_open(call: PortCall, now: datetime) -> bool:
    """Whether journeys from this call are still sold."""
    closes = sale_closes_at(call)
    return closes is not None and closes > now and call.actual_departure is None
