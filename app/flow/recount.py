"""Check every counter against the rows that it counts: what is kept must be what one would count."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import aliased

from app.boarding.aboard import ABOARD, BOARDED, stepped_off_before
from app.boarding.models import NOT_DECIDED, Departure, Direction, Scan, Stage, Verdict
from app.booking.inventory.offer_end import OFFER_MARK
from app.booking.models import BOOKED_SOULS, Booking, BookingState, Displacement, Passenger, PassengerState, Ticket
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.booking.walk_ons.models import WalkOn
from app.booking.walk_ons.queries import count_by_leg
from app.db import db
from app.schedule.models import Leg, PortCall
from app.seats.models import Allotment, LegLoad


@dataclass(frozen=True)
class Difference:
    """A counter that does not say what its rows say."""

    counter: str
    kept: int
    counted: int

    def __str__(self) -> str:
        return f"{self.counter}: {self.kept} is kept, {self.counted} is counted"


def recount() -> list[Difference]:
    """Count everything again, over the whole database; empty when every place and every soul is accounted for.

    Fifteen queries in one snapshot, whatever else is written meanwhile.
    """
    with _snapshot():
        counted = [*_places(), *_aboard(), *_no_shows(), *_departures(), *_tickets()]
        counted += [*_waiting(), *_journeys(), *_displaced()]
        return [found for found in counted if found.kept != found.counted]


def recount_voyage(voyage_id: int) -> list[Difference]:
    """Count the places and souls of one voyage again: five queries in one snapshot."""
    with _snapshot():
        counted = (*_places(voyage_id), *_aboard(voyage_id))
        return [found for found in counted if found.kept != found.counted]


@contextmanager
def _snapshot() -> Iterator[None]:
    """All queries of the block see the same moment."""
    db.session.rollback()
    snapshot = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    db.session.connection(execution_options=snapshot)
    try:
        yield
    finally:
        db.session.rollback()


def _of(voyage_id: int | None) -> ColumnElement[bool]:
    """Legs of that voyage, or of any."""
    return true() if voyage_id is None else Leg.voyage_id == voyage_id


_START, _END = aliased(PortCall), aliased(PortCall)
_RIDES = (
    (_START.id == Booking.from_call_id)
    & (_END.id == Booking.to_call_id)
    & (Leg.voyage_id == Booking.voyage_id)
    & (Leg.position >= _START.position)
    & (Leg.position < _END.position)
)
"""A booking and the legs that it rides."""


def _sum(number: ColumnElement[int], where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((where, number), else_=0)), 0)


def _places(voyage_id: int | None = None) -> Iterator[Difference]:
    held, sold = Booking.state == BookingState.HELD, Booking.state == BookingState.CONFIRMED
    souls = BOOKED_SOULS + 0
    counted = (
        select(
            Leg.id,
            Booking.fare_class_id,
            Booking.channel_id,
            _sum(Booking.places + 0, held),
            _sum(Booking.places + 0, sold),
            _sum(souls, held | sold),
        )
        .where(_RIDES, held | sold, _of(voyage_id))
        .group_by(Leg.id, Booking.fare_class_id, Booking.channel_id)
    )
    rows: dict[tuple[int, int, int], tuple[int, int]] = {}
    promised: Counter[int] = Counter()
    for leg_id, kind, channel_id, number_held, number_sold, number_souls in db.session.execute(counted):
        rows[leg_id, kind, channel_id] = (number_held, number_sold)
        promised[leg_id] += number_souls
    for allotment in db.session.execute(
        select(Allotment.leg_id, Allotment.fare_class_id, Allotment.channel_id, Allotment.held, Allotment.sold)
        .join(Leg, Leg.id == Allotment.leg_id)
        .where(_of(voyage_id))
    ):
        of_rows = rows.pop((allotment.leg_id, allotment.fare_class_id, allotment.channel_id), (0, 0))
        name = f"leg {allotment.leg_id}, class {allotment.fare_class_id}, channel {allotment.channel_id}"
        yield Difference(f"{name}, held", allotment.held, of_rows[0])
        yield Difference(f"{name}, sold", allotment.sold, of_rows[1])
    for (leg_id, kind, channel_id), (number_held, number_sold) in rows.items():
        name = f"leg {leg_id}, class {kind}, channel {channel_id}, without an allotment"
        yield Difference(name, 0, number_held + number_sold)
    loads = select(LegLoad.leg_id, LegLoad.promised).join(Leg, Leg.id == LegLoad.leg_id).where(_of(voyage_id))
    promised.update(_without_tickets(voyage_id))
    for load in db.session.execute(loads):
        yield Difference(f"leg {load.leg_id}, promised", load.promised, promised.get(load.leg_id, 0))


def _aboard(voyage_id: int | None = None) -> Iterator[Difference]:
    passed = (
        select(Leg.id, func.count(Scan.id).label("number"))
        .where(_RIDES, BOARDED, ~stepped_off_before(Leg.position), _of(voyage_id))
        .where(Scan.ticket_id == Ticket.id, Ticket.passenger_id == Passenger.id, Passenger.booking_id == Booking.id)
        .group_by(Leg.id)
    )
    counted = Counter({row.id: row.number for row in db.session.execute(passed)}) + _without_tickets(voyage_id)
    if voyage_id is None:
        boarded = db.session.scalar(select(func.count(Passenger.id)).where(Passenger.boarded_at.is_not(None))) or 0
        admitted = db.session.scalar(select(func.count(Scan.id)).where(ABOARD)) or 0
        yield Difference("passengers who have boarded", boarded, admitted)
    loads = select(LegLoad.leg_id, LegLoad.aboard).join(Leg, Leg.id == LegLoad.leg_id).where(_of(voyage_id))
    for load in db.session.execute(loads):
        yield Difference(f"leg {load.leg_id}, aboard", load.aboard, counted.get(load.leg_id, 0))


def _without_tickets(voyage_id: int | None) -> Counter[int]:
    return count_by_leg(None if voyage_id is None else [voyage_id])


def _no_shows() -> Iterator[Difference]:
    """Find passengers aboard whose place was given away."""
    both = (
        select(func.count(Scan.id))
        .join(Ticket, Ticket.id == Scan.ticket_id)
        .join(Passenger, Passenger.id == Ticket.passenger_id)
        .where(ABOARD, Passenger.state == PassengerState.NO_SHOW)
    )
    yield Difference("passengers aboard who did not come", db.session.scalar(both) or 0, 0)


def _departures() -> Iterator[Difference]:
    inwards = (Scan.stage == Stage.GANGWAY) & (Scan.direction == Direction.IN)
    refused = inwards & (Scan.verdict != Verdict.PASS) & Scan.reason.not_in(NOT_DECIDED)
    counted = (
        select(
            Departure.id,
            Departure.call_id,
            Departure.boarded,
            Departure.refused,
            func.coalesce(func.sum(case((ABOARD, 1), else_=0)), 0).label("passed"),
            func.coalesce(func.sum(case((refused, 1), else_=0)), 0).label("others"),
        )
        .outerjoin(Scan, Scan.departure_id == Departure.id)
        .group_by(Departure.id)
    )
    aboard = select(WalkOn.from_call_id, func.count(WalkOn.id)).where(WalkOn.ashore_at.is_(None))
    walk_ons = Counter({row[0]: row[1] for row in db.session.execute(aboard.group_by(WalkOn.from_call_id))})
    for row in db.session.execute(counted):
        yield Difference(f"departure {row.id}, boarded", row.boarded, row.passed + walk_ons[row.call_id])
        yield Difference(f"departure {row.id}, refused", row.refused, row.others)


def _tickets() -> Iterator[Difference]:
    counted = (
        select(
            Booking.id,
            BOOKED_SOULS.label("souls"),
            func.count(Passenger.id).label("passengers"),
            func.count(Ticket.id).label("tickets"),
        )
        .outerjoin(Passenger, (Passenger.booking_id == Booking.id) & (Passenger.state == PassengerState.TRAVELS))
        .outerjoin(Ticket, (Ticket.passenger_id == Passenger.id) & (Ticket.signed != "") & Ticket.void_at.is_(None))
        .where(Booking.state == BookingState.CONFIRMED)
        .group_by(Booking.id, Booking.places, Booking.infants, Booking.vehicle_persons)
    )
    for row in db.session.execute(counted):
        yield Difference(f"booking {row.id}, confirmed souls and their passengers", row.souls, row.passengers)
        yield Difference(f"booking {row.id}, confirmed souls and their tickets", row.souls, row.tickets)


def _waiting() -> Iterator[Difference]:
    """Find offers without held places, served groups without bought ones, and groups that wait twice."""
    offered, held = WaitingEntry.state == WaitingState.OFFERED, Booking.state == BookingState.HELD
    bought = Booking.state.in_([BookingState.CONFIRMED, BookingState.CANCELLED])
    an_offer = Booking.request_id.startswith(OFFER_MARK)
    entries = (
        select(
            Booking.id,
            case((an_offer & held, 1), else_=0).label("held"),
            case((offered, 1), else_=0).label("offered"),
            case((WaitingEntry.state == WaitingState.SERVED, 1), else_=0).label("served"),
            case((WaitingEntry.state == WaitingState.SERVED, case((bought, 1), else_=0)), else_=0).label("bought"),
        )
        .outerjoin(WaitingEntry, WaitingEntry.booking_id == Booking.id)
        .where(an_offer | WaitingEntry.id.is_not(None))
    )
    for row in db.session.execute(entries):
        yield Difference(f"booking {row.id}, offered to somebody who waits", row.offered, row.held)
        yield Difference(f"booking {row.id}, bought by somebody who waited", row.served, row.bought)
    twice = (
        select(WaitingChoice.voyage_id, func.count(WaitingEntry.id.distinct()).label("entries"))
        .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
        .where(WaitingEntry.state.in_([WaitingState.WAITING, WaitingState.OFFERED]))
        .group_by(WaitingChoice.voyage_id, WaitingEntry.phone, WaitingEntry.asker)
    )
    for row in db.session.execute(twice):
        yield Difference(f"voyage {row.voyage_id}, entries of one phone at one address that wait", row.entries, 1)


def _journeys() -> Iterator[Difference]:
    """Travelers of a booking that an officer has confirmed take up that time; of a claim that none has seen, perhaps.

    No other does. Where no departure was planned, the time was taken by what was known then, or not at all.
    """
    travels = (Passenger.state == PassengerState.TRAVELS) & (Booking.state == BookingState.CONFIRMED)
    planned = travels & Booking.confirmed_by.is_not(None) & _START.planned_departure.is_not(None)
    takes = Passenger.from_minute.is_not(None)

    def number(of: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((of, 1), else_=0)), 0)

    counted = (
        select(
            Booking.id,
            number(planned).label("planned"),
            number(planned & takes).label("planned_and_takes"),
            number(takes).label("takes"),
            number(takes & travels).label("takes_and_travels"),
        )
        .join(Passenger, Passenger.booking_id == Booking.id)
        .join(_START, _START.id == Booking.from_call_id)
        .group_by(Booking.id)
        .having((number(planned) != number(planned & takes)) | (number(takes) != number(takes & travels)))
    )
    for row in db.session.execute(counted):
        yield Difference(f"booking {row.id}, passengers whose time is taken", row.planned_and_takes, row.planned)
        yield Difference(
            f"booking {row.id}, passengers whose time is taken and who travel", row.takes, row.takes_and_travels
        )


def _displaced() -> Iterator[Difference]:
    """Find people who lost a place to a decision and are in no list with the way out."""
    lost = (Passenger.booking_id == Booking.id) & (Passenger.state == PassengerState.DISPLACED)
    counted = (
        select(Booking.id, func.count(func.distinct(Displacement.id)).label("rows"))
        .join(Passenger, lost)
        .outerjoin(Displacement, Displacement.booking_id == Booking.id)
        .group_by(Booking.id)
    )
    for row in db.session.execute(counted):
        yield Difference(f"booking {row.id}, displaced and in the list of them", 1, row.rows)
    # Some may have moved by their own wish before; after the decision nobody could.
    after, again = aliased(Booking), aliased(Passenger)
    instead = (
        select(Displacement.booking_id, func.max(after.id).label("new"))
        .outerjoin(after, after.moved_from_id == Displacement.booking_id)
        .where(Displacement.way_out == "moved")
        .group_by(Displacement.booking_id)
        .subquery()
    )
    people = select(func.count(Passenger.id)).where(
        Passenger.booking_id == instead.c.booking_id, Passenger.state == PassengerState.DISPLACED
    )
    travels = select(func.count(again.id)).where(again.booking_id == instead.c.new)
    both = select(instead.c.booking_id, travels.scalar_subquery(), people.scalar_subquery())
    for booking_id, given, lost in db.session.execute(both):
        yield Difference(f"booking {booking_id}, displaced and moved to another", given, lost)
