"""The people of a departure: aboard, still to come, stayed away, turned away; counted and listed by one condition each.

The definitions stand in docs/numbers.md under the same names.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.boarding.models import UNDECIDED, Departure, Scan, Stage, Verdict
from app.booking.models import Booking, BookingState, Passenger, PassengerState, Ticket
from app.booking.people_without_places import DISPLACED, WAITING, counted_without_places
from app.booking.walk_ons.models import WalkOn
from app.db import db
from app.schedule.models import Port, PortCall, Voyage


class Group(StrEnum):
    """People of a departure, by what became of them."""

    BOARDED = "boarded"
    """Admitted aboard at this departure, infants counted."""
    EXPECTED = "expected"
    """Hold a good ticket from here and have not been admitted, while the ship is still to leave."""
    ABSENT = "absent"
    """Did not come: had a good ticket when the ship left, or until their place was released at the cut-off."""
    TURNED_AWAY = "turned_away"
    """Shown at the ship's side and not admitted, and not aboard any ship on that ticket since."""


_GOOD = and_(Booking.state == BookingState.CONFIRMED, Passenger.state == PassengerState.TRAVELS)
_GONE = PortCall.actual_departure.is_not(None)

_CONDITIONS: dict[Group, ColumnElement[bool]] = {
    Group.BOARDED: Passenger.boarded_at.is_not(None),
    Group.EXPECTED: and_(_GOOD, Passenger.boarded_at.is_(None), ~_GONE, Voyage.cancelled_at.is_(None)),
    Group.ABSENT: and_(
        Passenger.boarded_at.is_(None),
        or_(Passenger.state == PassengerState.NO_SHOW, and_(_GOOD, _GONE)),
    ),
    Group.TURNED_AWAY: Passenger.boarded_at.is_(None),
}


@dataclass
class PassengerCounts:
    """The people of one departure: how many in each group, and those aboard by the port that they go to."""

    groups: Counter[Group] = field(default_factory=Counter)
    destinations: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class PeopleCounts:
    """Those whom a board tells of: by departure, and those without a place by the call where they would get on."""

    passengers: dict[int, PassengerCounts]
    waiting: dict[int, int]
    displaced: dict[int, int]


def count_people(departure_ids: Sequence[int], call_ids: Sequence[int]) -> PeopleCounts:
    """The people of these departures, and those who wait for a place from these calls or lost one, in one query."""
    passengers: dict[int, PassengerCounts] = defaultdict(PassengerCounts)
    without: dict[str, dict[int, int]] = {WAITING: {}, DISPLACED: {}}
    if departure_ids:
        asked = {"departures": departure_ids, "calls": call_ids}
        for part, of, port, number in db.session.execute(_PEOPLE, asked):
            if part in without:
                without[part][of] = number
                continue
            found, group = passengers[of], Group.BOARDED if part == WALK_ONS else Group(part)
            found.groups[group] += number
            if group == Group.BOARDED:
                found.destinations[port] += number
    return PeopleCounts(passengers, without[WAITING], without[DISPLACED])


def list_passengers(departure_id: int, group: Group, limit: int, skipped: int = 0, port: str = "") -> list[Passenger]:
    """The people of one group of a departure with their bookings, by booking; only those to that port if asked."""
    statement = _of(group, [departure_id])
    if port:
        end = aliased(PortCall)
        statement = statement.join(end, end.id == Booking.to_call_id).join(Port, Port.id == end.port_id)
        statement = statement.where(Port.name == port)
    booking = contains_eager(Passenger.booking)
    statement = statement.options(
        booking.joinedload(Booking.fare_class), booking.joinedload(Booking.to_call), joinedload(Passenger.ticket)
    ).order_by(Passenger.booking_id, Passenger.position)
    return list(db.session.scalars(statement.limit(limit).offset(skipped)))


def _of(group: Group, departure_ids: Sequence[int] | BindParameter[Any]) -> Select[Passenger]:
    """People of that group of these departures."""
    statement = select(Passenger).join(Passenger.booking)
    if group == Group.TURNED_AWAY:  # their tickets may be for another ship
        shown = (
            select(Scan.departure_id, Ticket.passenger_id)
            .join(Ticket, Ticket.id == Scan.ticket_id)
            .where(Scan.departure_id.in_(departure_ids), Scan.stage == Stage.GANGWAY)
            .where(Scan.verdict != Verdict.PASS, Scan.reason != UNDECIDED)
            # Whom a device let aboard alone, nobody turned away: they are called back (app/boarding/recalls).
            .where(func.coalesce(Scan.device_verdict, "") != Verdict.PASS)
            .distinct()
            .subquery()
        )
        statement = statement.join(shown, shown.c.passenger_id == Passenger.id)
        statement = statement.join(Departure, Departure.id == shown.c.departure_id)
    else:
        statement = statement.join(Departure, Departure.call_id == Booking.from_call_id)
    return (
        statement.join(PortCall, PortCall.id == Departure.call_id)
        .join(Voyage, Voyage.id == PortCall.voyage_id)
        .where(Departure.id.in_(departure_ids), _CONDITIONS[group])
    )


def _counted(group: Group) -> Select[str, int, str, int]:
    end = aliased(PortCall)
    return (
        _of(group, bindparam("departures", expanding=True))
        .with_only_columns(
            literal_column(f"'{group}'", String()).label("part"),
            Departure.id.label("of"),
            Port.name.label("port"),
            func.count(Passenger.id).label("number"),
        )
        .join(end, end.id == Booking.to_call_id)
        .join(Port, Port.id == end.port_id)
        .group_by(Departure.id, Port.name)
    )


WALK_ONS = "walk_on"
"""The part that those without a ticket are in the count of people."""


def _walk_ons(departures: BindParameter[Any]) -> Select[str, int, str, int]:
    """Those aboard without a ticket, by departure and the port that they go to."""
    return (
        select(
            literal_column(f"'{WALK_ONS}'", String()).label("part"),
            Departure.id.label("of"),
            Port.name.label("port"),
            func.count(WalkOn.id).label("number"),
        )
        .join(Departure, Departure.call_id == WalkOn.from_call_id)
        .join(PortCall, PortCall.id == WalkOn.to_call_id)
        .join(Port, Port.id == PortCall.port_id)
        .where(Departure.id.in_(departures), WalkOn.ashore_at.is_(None))
        .group_by(Departure.id, Port.name)
    )


_PEOPLE = union_all(
    *(_counted(group) for group in Group),
    _walk_ons(bindparam("departures", expanding=True)),
    *counted_without_places(bindparam("calls", expanding=True)),
)


def list_aboard(departure: Departure, limit: int, skipped: int = 0) -> list[Passenger]:
    """Everybody who rides the leg on which this departure sets out, wherever they came aboard, by booking."""
    start, end = aliased(PortCall), aliased(PortCall)
    here = departure.call.position
    booking = contains_eager(Passenger.booking)
    statement = (
        select(Passenger)
        .join(Passenger.booking)
        .join(start, start.id == Booking.from_call_id)
        .join(end, end.id == Booking.to_call_id)
        .where(Booking.voyage_id == departure.call.voyage_id, start.position <= here, end.position > here)
        .where(Passenger.boarded_at.is_not(None))
        .options(
            booking.joinedload(Booking.fare_class), booking.joinedload(Booking.to_call), joinedload(Passenger.ticket)
        )
        .order_by(Passenger.booking_id, Passenger.position)
    )
    return list(db.session.scalars(statement.limit(limit).offset(skipped)))
