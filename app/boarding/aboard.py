"""Match the scans by which people are aboard, and count those people."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.boarding.models import CAME_BACK, MOMENT, Departure, Direction, Scan, Stage, Verdict
from app.boarding.step_offs.models import StepOff
from app.booking.models import Booking, Passenger, Ticket
from app.db import db
from app.schedule.models import PortCall

BOARDED = and_(
    Scan.verdict == Verdict.PASS,
    Scan.stage == Stage.GANGWAY,
    Scan.direction == Direction.IN,
    Scan.reason != CAME_BACK,
)
"""Scans that first admitted somebody aboard, one of each ticket at most, also where they have stepped off since."""

_ASHORE = select(StepOff.scan_id).where(StepOff.ticket_id == Scan.ticket_id, StepOff.returned_id.is_(None))

ABOARD = BOARDED & ~_ASHORE.where(StepOff.departure_id == Scan.departure_id).exists()
"""Those of them who have not stepped off again at the same call: what every count of people goes by."""


def stepped_off_before(position: Any) -> ColumnElement[bool]:
    """Match scans of people who have stepped off at the call of that position of their voyage, or at an earlier one."""
    left = _ASHORE.join(Departure, Departure.id == StepOff.departure_id).join(
        _CALL_OFF, _CALL_OFF.id == Departure.call_id
    )
    return left.where(_CALL_OFF.position <= position).exists()


_CALL_OFF = aliased(PortCall)


def count_aboard(departure: Departure, at: datetime) -> int:
    """How many souls had been admitted by then of those who ride the leg on which this departure sets out."""
    start, end = aliased(PortCall), aliased(PortCall)
    statement = (
        select(func.count(Scan.id))
        .join(Ticket, Scan.ticket_id == Ticket.id)
        .join(Passenger, Ticket.passenger_id == Passenger.id)
        .join(Booking, Passenger.booking_id == Booking.id)
        .join(start, Booking.from_call_id == start.id)
        .join(end, Booking.to_call_id == end.id)
        .where(BOARDED, at >= MOMENT, ~_ashore_at(departure.call.position, at))
        .where(Booking.voyage_id == departure.call.voyage_id)
        .where(start.position <= departure.call.position, end.position > departure.call.position)
    )
    return db.session.scalar(statement) or 0


def _ashore_at(position: int, at: datetime) -> ColumnElement[bool]:
    """Match scans of people who had stepped off by then at the call of that position or before, and were ashore."""
    left = (
        select(StepOff.scan_id)
        .join(Departure, Departure.id == StepOff.departure_id)
        .join(_CALL_OFF, _CALL_OFF.id == Departure.call_id)
        .where(StepOff.ticket_id == Scan.ticket_id, StepOff.at <= at, _CALL_OFF.position <= position)
    )
    return left.where(or_(StepOff.returned_at.is_(None), StepOff.returned_at > at)).exists()
