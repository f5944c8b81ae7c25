"""Price a journey for those who want to travel on it, and say how it may be paid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.booking.models import Booking, PaymentMethod
from app.booking.read_once import read_once
from app.db import db
from app.fares.models import Tariff
from app.fares.queries import Price, Route, price_lists
from app.schedule.models import Voyage
from app.seats.models import ChannelKind
from app.seats.programmes import find_programme


def price_of(booking: Booking) -> Price | None:
    """Price the booking's journey and class for one person; None where no source gives it. One query in a request."""
    trip = _trip(booking, booking.voyage.operator_id)
    return read_once(booking, "price", lambda: price_lists([trip])[trip].get(booking.fare_class_id), Tariff)


def amount_of(places: int, infants: int, price: Price | None) -> int | None:
    """Rupiah for everybody; None as soon as one of the parts is not published."""
    if price is None or price.adult is None or (infants and price.infant is None):
        return None
    return places * price.adult + infants * (price.infant or 0)


@dataclass(frozen=True)
class Bill:
    """The known part of a booking's sum, and for how many people of which kind no fare is published."""

    known_idr: int
    adults: int = 0
    infants: int = 0


def bill_of(booking: Booking) -> Bill:
    """The sum as far as fares are published; the rest is settled at the counter."""
    if booking.amount_idr is not None:
        return Bill(booking.amount_idr)
    price = price_of(booking)
    adult, infant = (price.adult, price.infant) if price else (None, None)
    known = booking.places * (adult or 0) + booking.infants * (infant or 0)
    return Bill(known, booking.places if adult is None else 0, booking.infants if infant is None else 0)


def payment_methods(booking: Booking, now: datetime) -> list[PaymentMethod]:
    """How this booking may be paid, first by what the counter takes where nothing open was chosen.

    By a free programme only with its own places, and only while it is open.
    """
    if booking.channel.kind != ChannelKind.FREE:
        return [PaymentMethod.COUNTER]
    programme = find_programme(booking.channel_id)
    return [PaymentMethod.FREE] if programme is not None and programme.is_open(now) else []


def paid_by_passenger(bookings: Iterable[Booking]) -> dict[int, int | None]:
    """Share among passengers what was paid for these bookings, in rupiah, by passenger id; None where it is not known.

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
