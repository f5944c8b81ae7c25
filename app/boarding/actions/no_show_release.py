"""Release the places of those who are not at the gate at the cut-off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from app import clock, config, outbox
from app.accounts.queries import require_port
from app.boarding.aboard import BOARDED
from app.boarding.models import Departure, DepartureStep, Scan, Step
from app.boarding.no_shows import ADMITTED, cut_off
from app.boarding.queries import get_departure
from app.booking.inventory.lock import lock, locked_bookings
from app.booking.inventory.release import let_go, owe
from app.booking.models import Booking, BookingState, Passenger, PassengerState, Ticket
from app.booking.waitlist.offers import offer_freed
from app.db import action, db
from app.errors import Refusal
from app.events import PlacesChanged


@dataclass(frozen=True)
class Released:
    """A release of places: how many did not come, on which bookings, and whether somebody was offered their places."""

    persons: int
    codes: tuple[str, ...]
    offered: bool


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
        raise Refusal("voyage_cancelled")
    if departure.call.actual_departure is not None:
        raise Refusal("departed")
    if at is None:
        raise Refusal("cut_off_unknown")
    if now < at:
        raise Refusal("before_cut_off", minutes=config.current().no_show_minutes)
    if not departure.boarded:
        raise Refusal("nobody_boarded")
    return at


def _absent(call_id: int, at: datetime) -> Select[int]:
    """Bookings from this call with somebody who was not admitted; whoever bought after the cut-off is still coming."""
    return (
        select(Passenger.booking_id)
        .join(Booking, Booking.id == Passenger.booking_id)
        .join(Ticket, (Ticket.passenger_id == Passenger.id) & Ticket.void_at.is_(None))
        .where(Booking.from_call_id == call_id, Booking.state == BookingState.CONFIRMED, Booking.confirmed_at < at)
        .where(Passenger.state == PassengerState.TRAVELS, ~ADMITTED)
        .distinct()
    )


def _locked_and_aboard(booking_ids: Sequence[int]) -> set[int]:
    """Lock these bookings' passengers, and only then see who of them has been admitted."""
    people = select(Passenger.id).where(Passenger.booking_id.in_(booking_ids)).order_by(Passenger.id)
    ids = list(db.session.scalars(people.with_for_update(key_share=True)))
    passed = (
        select(Ticket.passenger_id).join(Scan, Scan.ticket_id == Ticket.id).where(Ticket.passenger_id.in_(ids), BOARDED)
    )
    return set(db.session.scalars(passed))
