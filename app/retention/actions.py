"""Delete orders that kept no places and were never paid, some time after their end, with the people on them."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Select, delete, select

from app import clock, config
from app.boarding.models import Scan
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.models import Booking, BookingState, CodeReturn, Displacement, DocumentCorrection, Passenger, Ticket
from app.db import action, db
from app.rules.models import Exemption

BATCH = 500
"""So many orders are deleted at once, that nobody waits long for the tables."""


def has_noted_to_delete() -> bool:
    """Whether there is an order that `delete_noted` would delete."""
    return db.session.scalar(_to_delete().limit(1)) is not None


@action
def delete_noted(limit: int = BATCH) -> int:
    """Delete up to `limit` noted orders that ended `noted_kept_hours` ago; how many there were.

    One that an officer has dealt with (scanned, exempted, corrected, its code given back) stays as evidence.
    """
    orders = list(db.session.scalars(_to_delete().order_by(Booking.expires_at).limit(limit)))
    people = select(Passenger.id).where(Passenger.booking_id.in_(orders))
    for model in (Statement, ShownDocument, Ticket):
        db.session.execute(delete(model).where(model.passenger_id.in_(people)), execution_options=_QUICKLY)
    db.session.execute(delete(Passenger).where(Passenger.booking_id.in_(orders)), execution_options=_QUICKLY)
    db.session.execute(delete(Booking).where(Booking.id.in_(orders)), execution_options=_QUICKLY)
    return len(orders)


_QUICKLY = {"synchronize_session": False}


def _to_delete() -> Select[int]:
    before = clock.now() - timedelta(hours=config.current().noted_kept_hours)
    ended = select(Booking.id).where(Booking.state == BookingState.NOTED, Booking.expires_at <= before)
    return ended.where(*(~dealt_with for dealt_with in _dealt_with()))


def _dealt_with() -> list[ColumnElement[bool]]:
    """Match orders about which, or about whose people, an officer has done something."""
    people = select(Passenger.id).where(Passenger.booking_id == Booking.id)
    tickets = select(Ticket.id).where(Ticket.passenger_id.in_(people))
    return [
        select(Scan.id).where(Scan.ticket_id.in_(tickets)).exists(),
        select(Exemption.id).where(Exemption.ticket_id.in_(tickets)).exists(),
        select(DocumentCorrection.id).where(DocumentCorrection.passenger_id.in_(people)).exists(),
        select(CodeReturn.id).where(CodeReturn.booking_id == Booking.id).exists(),
        select(Displacement.id).where(Displacement.booking_id == Booking.id).exists(),
    ]
