"""Questions about places, bookings and tickets. They never write."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.booking.models import Booking, BookingState, Passenger, Ticket
from app.db import db
from app.errors import NotFound
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import Allotment, FareClass, LegLoad


@dataclass(frozen=True)
class Places:
    """Places of one class on one journey, true at the moment of asking."""

    fare_class: FareClass
    quota: int
    sold: int
    held: int
    remaining: int


def list_places(voyages: Iterable[Voyage]) -> dict[int, list[Places]]:
    """Per voyage id, the places of each class over the whole voyage (its scarcest leg), in three queries.

    A hold past its end is free, whether or not anything has noticed it yet.
    """
    legs = {leg.id: leg for voyage in voyages for leg in voyage.legs}
    over = _expired(legs.values())
    loads = {load.leg_id: load for load in db.session.scalars(select(LegLoad).where(LegLoad.leg_id.in_(legs)))}
    found: dict[tuple[int, int], list[Places]] = defaultdict(list)
    allotments = select(Allotment).where(Allotment.leg_id.in_(legs)).order_by(Allotment.fare_class_id)
    for allotment in db.session.scalars(allotments):
        free_places = over[allotment.leg_id, allotment.fare_class_id]
        held = allotment.held - free_places
        room = allotment.quota - allotment.sold - held
        if load := loads.get(allotment.leg_id):
            room = min(room, load.ceiling - load.promised + over[allotment.leg_id, 0])
        found[legs[allotment.leg_id].voyage_id, allotment.fare_class_id].append(
            Places(allotment.fare_class, allotment.quota, allotment.sold, held, max(0, room))
        )
    answer: dict[int, list[Places]] = defaultdict(list)
    for (voyage_id, _), per_leg in found.items():
        answer[voyage_id].append(min(per_leg, key=lambda p: p.remaining))
    return answer


def _expired(legs: Iterable[Leg]) -> dict[tuple[int, int], int]:
    """What holds past their end still occupy: places by (leg, class); souls by (leg, 0)."""
    by_voyage: dict[int, list[Leg]] = defaultdict(list)
    for leg in legs:
        by_voyage[leg.voyage_id].append(leg)
    start, end = db.aliased(PortCall), db.aliased(PortCall)
    holds = (
        select(
            Booking.voyage_id,
            Booking.fare_class_id,
            Booking.places,
            Booking.infants,
            start.position,
            end.position,
        )
        .join(start, Booking.from_call_id == start.id)
        .join(end, Booking.to_call_id == end.id)
        .where(Booking.voyage_id.in_(by_voyage))
        .where(Booking.state == BookingState.HELD, Booking.expires_at <= clock.now())
    )
    over: dict[tuple[int, int], int] = defaultdict(int)
    for voyage_id, fare_class_id, places, infants, first, last in db.session.execute(holds):
        for leg in by_voyage[voyage_id]:
            if first <= leg.position < last:
                over[leg.id, fare_class_id] += places
                over[leg.id, 0] += places + infants
    return over


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
    booking = find_booking(code)
    if booking is None:
        raise NotFound("booking_not_found")
    return booking


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
