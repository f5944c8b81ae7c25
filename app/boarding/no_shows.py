"""No-shows: passengers not at the gate at the cut-off; their places go to standby, then to the list, then to everybody.

Passengers who were admitted stay; scan and release lock the passenger, so that one of them sees what the other did.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app import clock, config
from app.boarding.aboard import BOARDED
from app.boarding.models import Departure, Scan
from app.booking.models import Booking, BookingState, Passenger, PassengerState, Ticket
from app.db import db
from app.schedule.models import PortCall, Voyage


def cut_off(departure: Departure) -> datetime | None:
    """When the places of those who did not come are given away, by the time as best known; None: no minute is known."""
    leaves = departure.call.departs_at
    if leaves is None or not departure.call.time_known:
        return None
    return leaves - timedelta(minutes=config.current().no_show_minutes)


ADMITTED = select(Scan.id).where(Scan.ticket_id == Ticket.id, BOARDED).exists()
"""Whether a ticket was ever admitted aboard: whoever has stepped off is no no-show."""


def list_absent(departure: Departure) -> list[Passenger]:
    """Those whose journey begins here and who have not been admitted, with their bookings, by booking."""
    at = cut_off(departure)
    if at is None:
        return []
    statement = (
        select(Passenger)
        .join(Passenger.booking)
        .join(Passenger.ticket)
        .where(Booking.from_call_id == departure.call_id, Booking.state == BookingState.CONFIRMED)
        .where(Booking.confirmed_at < at, Passenger.state == PassengerState.TRAVELS, ~ADMITTED)
        .options(contains_eager(Passenger.booking), contains_eager(Passenger.ticket))
        .order_by(Passenger.booking_id, Passenger.position)
    )
    return list(db.session.scalars(statement))


def list_released(departure: Departure) -> list[Passenger]:
    """Those whose journey begins here and whose places were given away because they did not come, by booking."""
    statement = (
        select(Passenger)
        .join(Passenger.booking)
        .where(Booking.from_call_id == departure.call_id, Passenger.state == PassengerState.NO_SHOW)
        .options(contains_eager(Passenger.booking))
        .order_by(Passenger.booking_id, Passenger.position)
    )
    return list(db.session.scalars(statement))


def departures_past_cut_off(call_ids: Iterable[int] | None = None) -> list[int]:
    """Departures (at these calls, or all) past the cut-off and not gone, that board people and still miss somebody."""
    now = clock.now()
    leaves = func.coalesce(PortCall.revised_departure, PortCall.planned_departure)
    statement = (
        select(Departure)
        .join(PortCall, PortCall.id == Departure.call_id)
        .join(Voyage, Voyage.id == PortCall.voyage_id)
        .where(Departure.boarded > 0, PortCall.actual_departure.is_(None), Voyage.cancelled_at.is_(None))
        .where(leaves > now, leaves <= now + timedelta(minutes=config.current().no_show_minutes))
    )
    if call_ids is not None:
        statement = statement.where(PortCall.id.in_(list(call_ids)))
    due = {d.call_id: (d.id, at) for d in db.session.scalars(statement) if (at := cut_off(d)) and at <= now}
    if not due:
        return []
    missing = (
        select(Booking.from_call_id, func.min(Booking.confirmed_at))
        .join(Passenger, Passenger.booking_id == Booking.id)
        .join(Ticket, (Ticket.passenger_id == Passenger.id) & Ticket.void_at.is_(None))
        .where(Booking.from_call_id.in_(due), Booking.state == BookingState.CONFIRMED)
        .where(Passenger.state == PassengerState.TRAVELS, ~ADMITTED)
        .group_by(Booking.from_call_id)
    )
    return sorted(due[call][0] for call, first in db.session.execute(missing) if first and first < due[call][1])
