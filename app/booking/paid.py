"""What was paid for each passenger of a booking."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from app.booking.models import Booking
from app.db import db
from app.fares.queries import Route, price_lists
from app.schedule.models import Voyage


def paid_by_passenger(bookings: Iterable[Booking]) -> dict[int, int | None]:
    """What was paid for each passenger of these bookings, in rupiah, by passenger id; None where it is not known.

    The parts of a booking are together what was paid for it. Where the fares that are known now do not come to that
    sum, whoever has a place shares it evenly, the first one with what is left over; a vehicle's fare is its driver's.
    """
    bookings = list(bookings)
    asked = select(Voyage.id, Voyage.operator_id).where(Voyage.id.in_({b.voyage_id for b in bookings}))
    operators = {row.id: row.operator_id for row in db.session.execute(asked)}
    trips = {b.id: _trip(b, operators[b.voyage_id]) for b in bookings}
    prices = price_lists(trips.values())
    paid: dict[int, int | None] = {}
    for booking in bookings:
        people = list(booking.passengers)
        if booking.amount_idr is None or not people:
            paid |= dict.fromkeys((p.id for p in people), None)
            continue
        price = prices[trips[booking.id]].get(booking.fare_class_id)
        parts = {p.id: ((price.infant if p.infant else price.adult) or 0) if price else 0 for p in people}
        if booking.vehicle_persons is not None or sum(parts.values()) != booking.amount_idr:
            seated = people[:1] if booking.vehicle_persons is not None else [p for p in people if not p.infant]
            share, rest = divmod(booking.amount_idr, len(seated) or 1)
            parts = {p.id: share if p in seated else 0 for p in people}
            parts[people[0].id] += rest
        paid |= parts
    return paid


def _trip(booking: Booking, operator_id: int) -> tuple[Route, date]:
    day = booking.from_call.day_or(booking.created_at)
    return (operator_id, booking.from_call.port_id, booking.to_call.port_id), day
