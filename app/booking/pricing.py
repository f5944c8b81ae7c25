"""What a journey costs those who want to travel on it, and how it may be paid."""

from sqlalchemy import select

from app.booking.models import Booking, PaymentMethod
from app.db import db
from app.fares.queries import Price, price_lists
from app.schedule.models import Leg, Voyage
from app.seats.models import ONLINE, Allotment, Channel, ChannelKind


def price_of(booking: Booking) -> Price | None:
    """What one person pays on the booking's journey and class; None where no source gives it."""
    operator_id = db.session.scalar(select(Voyage.operator_id).where(Voyage.id == booking.voyage_id)) or 0
    route = (operator_id, booking.from_call.port_id, booking.to_call.port_id)
    trip = (route, booking.from_call.day or booking.created_at.date())
    return price_lists([trip])[trip].get(booking.fare_class_id)


def amount_of(places: int, infants: int, price: Price | None) -> int | None:
    """Rupiah for everybody; None as soon as one of the parts is not published."""
    if price is None or price.adult is None or (infants and price.infant is None):
        return None
    return places * price.adult + infants * (price.infant or 0)


def payment_methods(booking: Booking) -> list[PaymentMethod]:
    """How this booking may be paid, at most one query.

    One from a free programme's places only by the programme. One from the online channel by the free programme only
    where that has no places of its own on the voyage. All others at the counter.
    """
    if booking.channel_id == ONLINE:
        free = not _has_free_places(booking.voyage_id)
        return [PaymentMethod.FREE, PaymentMethod.COUNTER] if free else [PaymentMethod.COUNTER]
    return [PaymentMethod.FREE if booking.channel.kind == ChannelKind.FREE else PaymentMethod.COUNTER]


def _has_free_places(voyage_id: int) -> bool:
    own = (
        select(Allotment.id)
        .join(Leg, Leg.id == Allotment.leg_id)
        .join(Channel, Channel.id == Allotment.channel_id)
        .where(Leg.voyage_id == voyage_id, Channel.kind == ChannelKind.FREE)
    )
    return db.session.scalar(own.limit(1)) is not None
