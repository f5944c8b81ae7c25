"""Questions about bookings and tickets. They never write."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.accounts.models import User
from app.booking.models import (
    Booking,
    BookingState,
    CodeReturn,
    Passenger,
    PaymentMethod,
    Ticket,
)
from app.booking.tickets.code import BadTicket, clean_serial
from app.db import db
from app.errors import NotFound, or_refuse
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import ChannelKind, PlaceKind
from app.seats.stocks import Stock, by_kind, together

Ends = tuple[Voyage, PortCall, PortCall]
"""A voyage with the calls where one gets on and off."""


def _together(found: Mapping[int, list[tuple[int, Stock]]], channel_id: int, souls: int, kept: int) -> int:
    """The places for persons on one leg that the channel can sell now, all classes together."""
    had = by_kind(stock for each in found.values() for channel, stock in each if channel == channel_id)
    return together(had[PlaceKind.BED], had[PlaceKind.NON_SEAT], souls, kept)


def find_booking(code: str) -> Booking | None:
    """The booking of that code with its passengers and tickets, or None."""
    statement = (
        select(Booking)
        .where(Booking.code == code.strip().upper())
        .options(
            joinedload(Booking.voyage),
            joinedload(Booking.from_call),
            joinedload(Booking.to_call),
            joinedload(Booking.fare_class),
            selectinload(Booking.passengers).joinedload(Passenger.ticket),
        )
    )
    return db.session.scalar(statement)


def get_booking(code: str) -> Booking:
    """The booking of that code. Raises NotFound `booking_not_found`."""
    return or_refuse(find_booking(code), "booking_not_found")


def list_bookings_by_code(codes: Iterable[str]) -> list[Booking]:
    """The bookings of these codes with their voyages and calls, in no order; unknown codes are left out."""
    statement = (
        select(Booking)
        .where(Booking.code.in_(list(codes)))
        .options(joinedload(Booking.voyage), joinedload(Booking.from_call), joinedload(Booking.to_call))
    )
    return list(db.session.scalars(statement))


def claims_channel_of(booking: Booking) -> int:
    """The channel whose programme keeps the claims of the booking's people.

    Who lost a programme's places to a decision may be on those for everybody; the claim is the programme's still.
    """
    first = booking
    while first.payment == PaymentMethod.FREE and first.moved_from_id and first.channel.kind != ChannelKind.FREE:
        before = db.session.get(Booking, first.moved_from_id)
        if before is None:
            break
        first = before
    return first.channel_id


def find_booking_by_request(request_id: str) -> Booking | None:
    """The booking that was made by this request, or None."""
    return db.session.scalar(select(Booking).where(Booking.request_id == request_id))


# Built once: at a gate, putting the statement together costs more than running it.
_TICKETS = select(Ticket).options(
    joinedload(Ticket.passenger, innerjoin=True)
    .joinedload(Passenger.booking, innerjoin=True)
    .joinedload(Booking.fare_class, innerjoin=True)
)
_TICKET = _TICKETS.where(Ticket.serial == bindparam("serial"))
_HOLDER = (
    select(Passenger.id)
    .join(Ticket, Ticket.passenger_id == Passenger.id)
    .where(Ticket.serial == bindparam("serial"))
    .with_for_update(of=Passenger, key_share=True)
)
_START, _END = db.aliased(PortCall), db.aliased(PortCall)
_LEGS = (
    select(Leg.id)
    .join(_START, _START.id == bindparam("from_call_id"))
    .join(_END, _END.id == bindparam("to_call_id"))
    .where(Leg.voyage_id == bindparam("voyage_id"))
    .where(Leg.position >= _START.position, Leg.position < _END.position)
    .order_by(Leg.position)
)


def find_ticket(serial: str, *, lock: bool = False) -> Ticket | None:
    """The ticket of that serial (as it is printed, without dash) with passenger and booking, or None.

    With `lock` nobody changes its passenger before the running transaction ends, and what is read is true until then.
    """
    if lock:
        # A statement of its own: one that has waited for the lock may see the ticket as it was before.
        db.session.connection().execute(_HOLDER, {"serial": serial})
    return db.session.scalar(_TICKET, {"serial": serial})


def get_ticket(typed: str) -> Ticket:
    """The ticket of a serial as somebody typed it. Raises NotFound `ticket_not_found`, also for what cannot be one."""
    try:
        return or_refuse(find_ticket(clean_serial(typed)), "ticket_not_found")
    except BadTicket:
        raise NotFound("ticket_not_found") from None


def find_tickets(serials: Collection[str], *, lock: bool = False) -> dict[str, Ticket]:
    """The tickets of these serials that there are, with passenger and booking, in two queries; `lock` as one ticket."""
    if lock:
        holders = (
            select(Passenger.id)
            .join(Ticket, Ticket.passenger_id == Passenger.id)
            .where(Ticket.serial.in_(serials))
            .order_by(Passenger.id)
            .with_for_update(of=Passenger, key_share=True)
        )
        db.session.connection().execute(holders)
    return {ticket.serial: ticket for ticket in db.session.scalars(_TICKETS.where(Ticket.serial.in_(serials)))}


def list_moved(booking_id: int) -> list[Booking]:
    """The bookings that passengers of this one were moved to, the first move first."""
    return list(db.session.scalars(select(Booking).where(Booking.moved_from_id == booking_id).order_by(Booking.id)))


def find_booking_moved_to(passenger: Passenger) -> Booking | None:
    """The booking that this passenger was moved to, or None."""
    statement = (
        select(Booking)
        .join(Passenger, Passenger.booking_id == Booking.id)
        .where(Booking.moved_from_id == passenger.booking_id)
        .where(Passenger.document_number == passenger.document_number)
        .options(joinedload(Booking.from_call))
        .order_by(Booking.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def list_code_returns(booking_id: int) -> list[tuple[datetime, str]]:
    """When the booking's code was given back at the counter, and by whom; the last one first."""
    statement = (
        select(CodeReturn.at, User.name)
        .join(User, CodeReturn.officer_id == User.id)
        .where(CodeReturn.booking_id == booking_id)
        .order_by(CodeReturn.id.desc())
    )
    return [(at, name) for at, name in db.session.execute(statement)]


def leg_ids_of(booking: Booking) -> list[int]:
    """The legs of the booking's journey in order, without loading its whole voyage."""
    journey = {
        "voyage_id": booking.voyage_id,
        "from_call_id": booking.from_call_id,
        "to_call_id": booking.to_call_id,
    }
    return list(db.session.scalars(_LEGS, journey))


def has_expired_holds() -> bool:
    """Whether a hold past its end still waits to be given back."""
    over = select(Booking.id).where(Booking.state == BookingState.HELD, Booking.expires_at <= clock.now())
    return db.session.scalar(over.limit(1)) is not None
