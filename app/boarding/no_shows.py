"""Those who are not at the gate at the cut-off: their places go to standby, then to the list, then to everybody.

Whoever has been admitted stays; scan and release lock the passenger, so that one of them sees what the other did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from app import clock, config, outbox
from app.accounts.queries import require_port
from app.boarding.models import Departure, DepartureStep, Scan, Step
from app.boarding.queries import ABOARD, get_departure
from app.booking.counters import lock
from app.booking.freed import offer_freed
from app.booking.leaving import let_go, locked_bookings, owe
from app.booking.models import Booking, BookingState, Passenger, PassengerState, Ticket
from app.db import action, db
from app.errors import Refusal
from app.events import PlacesChanged
from app.schedule.models import PortCall, Voyage


@dataclass(frozen=True)
class Released:
    """What a release did: how many did not come, on which bookings, and whether somebody was offered their places."""

    persons: int
    codes: tuple[str, ...]
    offered: bool


def cut_off(departure: Departure) -> datetime | None:
    """When the places of those who did not come are given away, by the time as best known; None: no minute is known."""
    leaves = departure.call.departs_at
    if leaves is None or not departure.call.time_known:
        return None
    return leaves - timedelta(minutes=config.current().no_show_minutes)


@action
def release_no_shows(departure_id: int, officer_id: int | None = None) -> Released:
    """Let everybody whose journey begins here and who was not admitted not travel; a second time nothing more happens.

    `officer_id` is empty where the cut-off itself did it. The whole journey is given back, also to later calls and
    of free tickets; what was paid waits for the operator's counter to decide. Raises NotFound; Refusal `departed`,
    `voyage_cancelled`, `not_your_port`, `cut_off_unknown`, `before_cut_off` with the moment, or `nobody_boarded`:
    where no ticket was looked at, nobody can be said not to have come.
    """
    now = clock.now()
    departure = get_departure(departure_id)
    if officer_id is not None:
        require_port(officer_id, departure.call.port_id)
    at = _must_be_due(departure, now)
    bookings = locked_bookings(db.session.scalars(_absent(departure.call_id, at)))
    aboard = _locked_and_aboard([booking.id for booking in bookings])
    absent = {b.id: [p for p in b.passengers if p.id not in aboard] for b in bookings}
    absent = {booking_id: people for booking_id, people in absent.items() if people}
    if not absent:
        return Released(0, (), False)
    counters = lock({departure.call.voyage_id}, now)
    codes = []
    for booking in bookings:
        people = absent.get(booking.id)
        if booking.state != BookingState.CONFIRMED or not people:
            continue
        try:
            let_go(booking, people, PassengerState.NO_SHOW, counters, now)
        except Refusal:
            continue  # its infants are aboard and no grown-up is: for an officer to look at, not for a clock
        owe(booking, people, PassengerState.NO_SHOW, None, {}, now)
        codes.append(booking.code)
    offered = offer_freed(counters, now)
    counters.room.write()
    outbox.record(PlacesChanged(departure.call.voyage_id))
    persons = sum(len(absent[b.id]) for b in bookings if b.code in codes)
    if officer_id is not None:
        told = {"departure_id": departure.id, "step": Step.RELEASE, "details": {"persons": persons}}
        db.session.add(DepartureStep(**told, at=now, alone=True, state="done", asked_by=officer_id, asked_at=now))
    return Released(persons, tuple(codes), bool(offered))


def _must_be_due(departure: Departure, now: datetime) -> datetime:
    at = cut_off(departure)
    if departure.call.voyage.cancelled_at is not None:
        raise Refusal("voyage_cancelled", 409)
    if departure.call.actual_departure is not None:
        raise Refusal("departed")
    if at is None:
        raise Refusal("cut_off_unknown", 409)
    if now < at:
        raise Refusal("before_cut_off", 409, minutes=config.current().no_show_minutes)
    if not departure.boarded:
        raise Refusal("nobody_boarded", 409)
    return at


def _absent(call_id: int, at: datetime) -> Select[int]:
    """Bookings from this call with somebody who was not admitted; whoever bought after the cut-off is still coming."""
    return (
        select(Passenger.booking_id)
        .join(Booking, Booking.id == Passenger.booking_id)
        .join(Ticket, (Ticket.passenger_id == Passenger.id) & Ticket.void_at.is_(None))
        .where(Booking.from_call_id == call_id, Booking.state == BookingState.CONFIRMED, Booking.confirmed_at < at)
        .where(Passenger.state == PassengerState.TRAVELS, ~_ADMITTED)
        .distinct()
    )


_ADMITTED = select(Scan.id).where(Scan.ticket_id == Ticket.id, ABOARD).exists()


def _locked_and_aboard(booking_ids: Sequence[int]) -> set[int]:
    """Lock these bookings' passengers, and only then see who of them has been admitted."""
    people = select(Passenger.id).where(Passenger.booking_id.in_(booking_ids)).order_by(Passenger.id)
    ids = list(db.session.scalars(people.with_for_update(key_share=True)))
    passed = (
        select(Ticket.passenger_id).join(Scan, Scan.ticket_id == Ticket.id).where(Ticket.passenger_id.in_(ids), ABOARD)
    )
    return set(db.session.scalars(passed))


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
        .where(Booking.confirmed_at < at, Passenger.state == PassengerState.TRAVELS, ~_ADMITTED)
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
        .where(Passenger.state == PassengerState.TRAVELS, ~_ADMITTED)
        .group_by(Booking.from_call_id)
    )
    return sorted(due[call][0] for call, first in db.session.execute(missing) if first and first < due[call][1])
