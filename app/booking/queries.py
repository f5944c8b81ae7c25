"""Questions about bookings and tickets. They never write."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import contains_eager, joinedload

from app import clock
from app.accounts.models import User
from app.booking.models import (
    Booking,
    BookingState,
    CodeReturn,
    Passenger,
    PassengerState,
    PaymentMethod,
    Ticket,
)
from app.booking.read_once import keep
from app.booking.tickets.code import BadTicket, clean_serial
from app.db import db, loaded
from app.errors import NotFound, or_refuse
from app.schedule.models import Leg, PortCall, Ship, Voyage
from app.seats.models import ChannelKind, FareClass, PlaceKind
from app.seats.stocks import Stock, by_kind, persons_that_fit

Ends = tuple[Voyage, PortCall, PortCall]
"""A voyage with the calls where one gets on and off."""


def _together(found: Mapping[int, list[tuple[int, Stock]]], channel_id: int, souls: int, kept: int) -> int:
    """The places for persons on one leg that the channel can sell now, all classes together."""
    had = by_kind(stock for each in found.values() for channel, stock in each if channel == channel_id)
    return persons_that_fit(had[PlaceKind.BED], had[PlaceKind.NON_SEAT], souls, kept)


# Built once, since putting a statement together costs more than running it; and one for all that a booking rides on,
# since each that is asked for when it is first needed costs as much again. A row for each call, with its leg.
_WHOLE = (
    select(Booking, exists().where(Passenger.booking_id == Booking.id).label("named"))
    .join(Booking.voyage)
    .join(Voyage.operator)
    .outerjoin(Voyage.ship)
    .join(Voyage.calls)
    .join(PortCall.port)
    .outerjoin(Leg, Leg.from_call_id == PortCall.id)
    .join(Booking.fare_class)
    .join(Booking.channel)
    .where(Booking.code == bindparam("code"))
    .options(
        contains_eager(Booking.voyage).options(
            contains_eager(Voyage.operator),
            contains_eager(Voyage.ship).lazyload(Ship.operator),
            contains_eager(Voyage.calls).contains_eager(PortCall.port),
            contains_eager(Voyage.legs),
        ),
        contains_eager(Booking.fare_class),
        contains_eager(Booking.channel),
    )
    .order_by(PortCall.position)
)
_PEOPLE = (
    select(Passenger)
    .outerjoin(Passenger.ticket)
    .where(Passenger.booking_id == bindparam("booking_id"))
    .options(contains_eager(Passenger.ticket))
    .order_by(Passenger.position)
)


def find_booking(code: str, *, anew: bool = False) -> Booking | None:
    """The booking of that code with all that it rides on, its passengers and their tickets, or None.

    One query where nobody was named yet, else two.

    With `anew` nothing that was read of them before stands: for whoever has just locked it.
    """
    options = {"populate_existing": True} if anew else {}
    found = db.session.execute(_WHOLE, {"code": code.strip().upper()}, execution_options=options)
    row = found.unique().one_or_none()
    if row is None:
        return None
    booking, named = row
    asked = {"booking_id": booking.id}
    people = db.session.scalars(_PEOPLE, asked, execution_options=options).all() if named else []
    for person in people:
        loaded(person, booking=booking)
    travelling = [person for person in people if person.state == PassengerState.TRAVELS]
    former = [person for person in people if person not in travelling]
    loaded(booking, passengers=travelling, former_passengers=former)
    keep(booking, "party", travelling, Passenger, Ticket)
    return booking


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


def list_tickets_of(code: str) -> Sequence[Any]:
    """The good tickets of a booking as rows, in the order of its passengers: what stands on each, and what is for all.

    Named as in the tables, with `fare_class` (its name), `cancelled_at` (of the voyage) and `boarded_at`.
    """
    return db.session.connection().execute(_TICKETS_OF, {"code": code}).all()


_TICKETS_OF = (
    select(
        Ticket.serial, Ticket.signed, Ticket.void_at, Passenger.name, Passenger.infant, Passenger.boarded_at,
        FareClass.name.label("fare_class"), Booking.vehicle_plate, Booking.state, Booking.expires_at,
        Voyage.cancelled_at,
    )
    .join(Passenger, Passenger.id == Ticket.passenger_id)
    .join(Booking, Booking.id == Passenger.booking_id)
    .join(FareClass, FareClass.id == Booking.fare_class_id)
    .join(Voyage, Voyage.id == Booking.voyage_id)
    .where(Booking.code == bindparam("code"), Passenger.state == PassengerState.TRAVELS, Ticket.void_at.is_(None))
    .order_by(Passenger.position)
)  # fmt: skip


def find_code_by_request(request_id: str) -> str | None:
    """The code of the booking that was made by this request, or None."""
    return db.session.connection().scalar(_CODE_OF_REQUEST, {"request_id": request_id})


_CODE_OF_REQUEST = select(Booking.code).where(Booking.request_id == bindparam("request_id"))


def find_booking_by_request(request_id: str) -> Booking | None:
    """The booking that was made by this request, or None."""
    return db.session.scalar(select(Booking).where(Booking.request_id == request_id))


# Built once: at a gate, putting the statement together costs more than running it.
_TICKET = (
    select(Ticket)
    .where(Ticket.serial == bindparam("serial"))
    .options(
        joinedload(Ticket.passenger, innerjoin=True)
        .joinedload(Passenger.booking, innerjoin=True)
        .joinedload(Booking.fare_class, innerjoin=True)
    )
)
_HOLDERS = (
    select(Passenger.id)
    .join(Ticket, Ticket.passenger_id == Passenger.id)
    .order_by(Passenger.id)
    .with_for_update(of=Passenger, key_share=True)
)
_HOLDER = _HOLDERS.where(Ticket.serial == bindparam("serial"))
_ALL_HOLDERS = _HOLDERS.where(Ticket.serial.in_(bindparam("serials", expanding=True)))
_START, _END = db.aliased(PortCall), db.aliased(PortCall)
_LEGS = (
    select(Leg.id)
    .join(_START, _START.id == bindparam("from_call_id"))
    .join(_END, _END.id == bindparam("to_call_id"))
    .where(Leg.voyage_id == bindparam("voyage_id"))
    .where(Leg.position >= _START.position, Leg.position < _END.position)
    .order_by(Leg.position)
)


def find_ticket(serial: str) -> Ticket | None:
    """The ticket of that serial (as it is printed, without dash) with passenger and booking, or None."""
    return db.session.scalar(_TICKET, {"serial": serial})


def lock_holder(serial: str) -> None:
    """Let nobody change the passenger of that ticket before the running transaction ends.

    All that is read of the ticket afterwards is true until then; a statement that has waited for the lock itself may
    see it as it was before.
    """
    db.session.connection().execute(_HOLDER, {"serial": serial})


def lock_holders(serials: Collection[str]) -> None:
    """Lock the passengers of these tickets, as `lock_holder`, in one order."""
    db.session.connection().execute(_ALL_HOLDERS, {"serials": list(serials)})


def get_ticket(typed: str) -> Ticket:
    """The ticket of a serial as somebody typed it. Raises NotFound `ticket_not_found`, also for what cannot be one."""
    try:
        return or_refuse(find_ticket(clean_serial(typed)), "ticket_not_found")
    except BadTicket:
        raise NotFound("ticket_not_found") from None


def list_moved(booking_id: int) -> list[Booking]:
    """The bookings that passengers of this one were moved to, the first move first."""
    return list(db.session.scalars(select(Booking).where(Booking.moved_from_id == booking_id).order_by(Booking.id)))


def find_booking_moved_to(booking_id: int, document_number: str) -> Booking | None:
    """The booking that the passenger of that document was moved to from this one, or None."""
    statement = (
        select(Booking)
        .join(Passenger, Passenger.booking_id == Booking.id)
        .where(Booking.moved_from_id == booking_id)
        .where(Passenger.document_number == document_number)
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
    return list_leg_ids(booking.voyage_id, booking.from_call_id, booking.to_call_id)


def list_leg_ids(voyage_id: int, from_call_id: int, to_call_id: int) -> list[int]:
    """The legs between two calls of a voyage, in order."""
    journey = {"voyage_id": voyage_id, "from_call_id": from_call_id, "to_call_id": to_call_id}
    return list(db.session.connection().execute(_LEGS, journey).scalars())


def has_expired_holds() -> bool:
    """Whether a hold past its end still waits to be given back."""
    over = select(Booking.id).where(Booking.state == BookingState.HELD, Booking.expires_at <= clock.now())
    return db.session.scalar(over.limit(1)) is not None
