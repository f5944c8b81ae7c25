"""Passengers, their order and what was said about them, as the travel rules see them: plain rows, no objects."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select

from app.booking.models import Booking, BookingState, Passenger, PassengerState, PaymentMethod, Ticket
from app.db import db
from app.seats.models import ChannelKind


@dataclass(frozen=True)
class Person:
    """A passenger as the rules see one."""

    id: int
    birth_date: date
    infant: bool
    named: bool
    document_kind: str
    ticket_id: int | None
    """Of the ticket that is good."""
    issued_at: datetime | None


@dataclass(frozen=True)
class Booked:
    """The order of a party as the rules see it, at a moment."""

    to_port: str
    fare_class: str
    state: BookingState
    free: bool
    """Whether a sponsor pays for it."""
    party: int
    """Persons who travel on it."""
    planned_departure: datetime | None
    departs_at: datetime | None


@dataclass(frozen=True)
class SaidFact:
    """A statement, as its row has it."""

    passenger_id: int
    fact: str
    value: Any
    said_by: int | None
    said_at: datetime


_TRAVELING = (
    select(
        Passenger.id, Passenger.birth_date, Passenger.infant, Passenger.name != "", Passenger.document_kind, Ticket.id,
        Ticket.issued_at,
    )
    .outerjoin(Ticket, and_(Ticket.passenger_id == Passenger.id, Ticket.void_at.is_(None)))
    .where(Passenger.state == PassengerState.TRAVELS)
)  # fmt: skip
_PERSONS = _TRAVELING.where(Passenger.booking_id == bindparam("booking")).order_by(Passenger.position)
_PARTIES = (
    _TRAVELING.add_columns(Booking.id)
    .join(Booking, Booking.id == Passenger.booking_id)
    .where(Booking.from_call_id == bindparam("call"), Booking.state == BookingState.CONFIRMED)
    .order_by(Booking.id, Passenger.position)
)


def list_persons(booking_id: int) -> list[Person]:
    """Everybody who travels on this booking, as the rules see them, in one query."""
    return [Person(*row) for row in db.session.connection().execute(_PERSONS, {"booking": booking_id})]


def list_parties(call_id: int) -> dict[int, list[Person]]:
    """Everybody who travels on a paid booking from that call, by booking, as `list_persons`; one query."""
    found: dict[int, list[Person]] = defaultdict(list)
    for *told, booking_id in db.session.connection().execute(_PARTIES, {"call": call_id}):
        found[booking_id].append(Person(*told))
    return found


def person_of(passenger: Passenger) -> Person:
    """The passenger as the rules see one."""
    ticket = passenger.ticket
    return Person(
        passenger.id,
        passenger.birth_date,
        passenger.infant,
        bool(passenger.name),
        passenger.document_kind,
        ticket.id if ticket else None,
        ticket.issued_at if ticket else None,
    )


def booked_of(booking: Booking, party: int, now: datetime) -> Booked:
    """The booking of so many who travel as the rules see it at `now`."""
    return Booked(
        booking.to_call.port.code,
        booking.fare_class.code,
        booking.state_at(now),
        is_free(booking.payment, booking.channel.kind),
        party,
        booking.from_call.planned_departure,
        booking.from_call.departs_at,
    )


def is_free(payment: str | None, channel_kind: str) -> bool:
    """Whether a sponsor pays for it; also on everybody's places, where a decision about the ship led there."""
    return payment == PaymentMethod.FREE or channel_kind == ChannelKind.FREE
