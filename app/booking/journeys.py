"""One person travels in one place at a time, and one contact brings a bounded number: what is checked before a name.

The tables refuse what this looks for (migration 0009); looking first makes the refusal one that a person can act on.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text

from app import config, outbox
from app.booking.counters import OVER, lock
from app.booking.freed import offer_freed
from app.booking.models import BOOKED_SOULS, Booking, BookingState, Passenger
from app.db import db, on_breach
from app.errors import Refusal
from app.events import PlacesChanged
from app.schedule.models import PortCall
from app.seats.models import ONLINE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Whoever is second in a race hears the same, without an index: the database does not say whose row it was.
on_breach("one_journey_at_a_time", lambda: Refusal("already_travels", 409))


def minutes_of(start: PortCall, end: PortCall) -> tuple[int, int] | None:
    """The journey between two calls of a voyage in minutes since 1970 UTC; None where it has no departure at all.

    By the plan and not by revised times: a delay must never make a booking impossible that was possible before.
    Where no arrival is documented the journey lasts `passage_hours`, but not beyond the ship's own leaving from there.
    """
    departs = start.planned_departure or start.departs_at
    if departs is None:
        return None
    arrives = end.planned_arrival
    if arrives is None:
        arrives = departs + timedelta(hours=config.current().passage_hours)
        if end.planned_departure is not None:
            arrives = min(arrives, end.planned_departure)
    first = (departs - _EPOCH) // timedelta(minutes=1)
    return first, max(first + 1, (arrives - _EPOCH) // timedelta(minutes=1))


def must_be_free(numbers: Sequence[str], minutes: tuple[int, int] | None, booking: Booking, now: datetime) -> None:
    """Nobody of these document numbers travels on another booking in that time. Holds that have ended do not count.

    Raises Refusal `document_twice` or `already_travels` with the `index` of the number; nothing tells where that other
    journey goes, for whoever asks may not be its traveler.
    """
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            raise Refusal("document_twice", 422, field="document_number", index=index)
    if minutes is None:
        return
    _expire_holds_of(numbers, now)
    others = select(Passenger.document_number).where(
        Passenger.document_number.in_(numbers),
        Passenger.booking_id != booking.id,
        Passenger.from_minute < minutes[1],
        Passenger.until_minute > minutes[0],
    )
    taken = set(db.session.scalars(others))
    for index, number in enumerate(numbers):
        if number in taken:
            raise Refusal("already_travels", 409, field="document_number", index=index)


def _expire_holds_of(numbers: Sequence[str], now: datetime) -> None:
    """Take back the holds of these persons that are past their end, unless somebody has done so."""
    over = (
        select(Booking.voyage_id)
        .join(Passenger, Passenger.booking_id == Booking.id)
        .where(Passenger.document_number.in_(numbers), OVER)
    )
    voyages = set(db.session.scalars(over, {"now": now}))
    if not voyages:
        return
    counters = lock(voyages, now)
    offer_freed(counters, now)
    counters.room.write()
    for voyage_id in sorted(voyages):
        outbox.record(PlacesChanged(voyage_id))


def must_be_within_limit(booking: Booking, phone: str, now: datetime) -> None:
    """With `booking` this phone number has at most `contact_limit` persons on voyages that have not left.

    Only what everybody can buy counts: bookings of other channels (counter, agent, free programme, reserve) are made
    by staff for many people, often with the office's own number. Raises Refusal `contact_limit`.
    """
    if booking.channel_id != ONLINE:
        return
    if db.engine.dialect.name == "postgresql":
        # Two requests of one number stand in line until the commit; SQLite has one writer anyway.
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:phone, 0))"), {"phone": phone})
    limit = config.current().contact_limit
    leaves = func.coalesce(PortCall.revised_departure, PortCall.planned_departure)
    persons = (
        select(func.coalesce(func.sum(BOOKED_SOULS), 0))
        .join(PortCall, PortCall.id == Booking.from_call_id)
        .where(Booking.phone == phone, Booking.id != booking.id, Booking.channel_id == ONLINE)
        .where(PortCall.actual_departure.is_(None), leaves > now)
        .where(
            (Booking.state == BookingState.CONFIRMED)
            | ((Booking.state == BookingState.HELD) & (Booking.expires_at > now))
        )
    )
    if (db.session.scalar(persons) or 0) + booking.souls > limit:
        raise Refusal("contact_limit", 409, field="phone", limit=limit)
