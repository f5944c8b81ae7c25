"""Questions about gates and departures."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, joinedload, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.queries import list_port_ids
from app.boarding.groups.models import BoardingGroup
from app.boarding.models import (
    MOMENT,
    NOT_DECIDED,
    REQUEST_LASTS,
    Departure,
    DepartureStep,
    Direction,
    Gate,
    Scan,
    Stage,
    Step,
    Verdict,
)
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.models import Booking, Passenger, Ticket
from app.booking.money.models import Refund
from app.db import UtcDateTime, db, get_or_refuse
from app.errors import NotFound
from app.rules.models import Exemption
from app.schedule.models import Leg, PortCall, Voyage
from app.schedule.queries import with_calls_and_legs
from app.seats.models import LegLoad


def get_departure(departure_id: int) -> Departure:
    """The departure with its call. Raises NotFound `departure_not_found`."""
    return get_or_refuse(Departure, departure_id, "departure_not_found")


def list_passes_of_showing(showing_id: str, departure_id: int, gate_id: int, officer_id: int) -> list[str]:
    """The serials of the tickets that passed in this showing, at this place by this officer."""
    here = {"showing_id": showing_id, "departure_id": departure_id, "gate_id": gate_id, "officer_id": officer_id}
    return list(
        db.session.scalars(
            select(Scan.serial).filter_by(**here, verdict=Verdict.PASS, direction=Direction.IN).order_by(Scan.serial)
        )
    )


def find_taken(departure: Departure, step: Step) -> DepartureStep | None:
    """The step as it was taken last, while it still stands; None where it is not in force."""
    stands = departure.call.actual_departure if step == Step.LEAVE else departure.opened_at
    if stands is None:
        return None
    done = (DepartureStep.departure_id == departure.id, DepartureStep.step == step, DepartureStep.state == "done")
    return db.session.scalar(select(DepartureStep).where(*done).order_by(DepartureStep.id.desc()).limit(1))


def list_requests(departure_id: int, now: datetime) -> list[DepartureStep]:
    """List the steps that wait for a second person at this departure, the oldest first."""
    here = DepartureStep.departure_id == departure_id
    return list(db.session.scalars(select(DepartureStep).where(here, _waits(now)).order_by(DepartureStep.id)))


def list_requests_of(voyage_id: int, now: datetime) -> list[DepartureStep]:
    """List the steps about this voyage as a whole that wait for a second person or their moment, the oldest first."""
    here = DepartureStep.voyage_id == voyage_id
    return list(db.session.scalars(select(DepartureStep).where(here, _waits(now)).order_by(DepartureStep.id)))


def list_waiting(user_id: int, now: datetime) -> list[DepartureStep]:
    """All that waits at the ports where the user works, whoever asked for it, the oldest first."""
    return at_ports_of(user_id, list_all_waiting(now))


def list_all_waiting(now: datetime) -> list[DepartureStep]:
    """All that waits for a second person or its moment, with who asked for it, the oldest first."""
    return list(db.session.scalars(_WAITING, {"since": now - REQUEST_LASTS}))


def at_ports_of(user_id: int, steps: Iterable[DepartureStep]) -> list[DepartureStep]:
    """Those of these steps that are about a port where the user works; asks nothing where there is no step."""
    found = list(steps)
    ports = list_port_ids(user_id) if found else []
    return [step for step in found if not ports or any(call.port_id in ports for call in calls_of(step))]


def calls_of(step: DepartureStep) -> list[PortCall]:
    """The calls that a step is about: that of its departure, or all of its voyage."""
    if step.departure is not None:
        return [step.departure.call]
    return list(step.voyage.calls) if step.voyage is not None else []


def departures_with_requests(departures: Iterable[Departure], waiting: Iterable[DepartureStep]) -> set[int]:
    """Those of these departures at which one of these steps waits, also one about the whole voyage; asks nothing."""
    steps = list(waiting)
    departure_ids, voyage_ids = {step.departure_id for step in steps}, {step.voyage_id for step in steps}
    return {d.id for d in departures if d.id in departure_ids or d.call.voyage_id in voyage_ids}


def list_steps(departure: Departure) -> list[DepartureStep]:
    """Everything that was done, asked for, declined or undone at this departure or to its voyage, the latest first."""
    people = joinedload(DepartureStep.asker), joinedload(DepartureStep.settler)
    about = (DepartureStep.departure_id == departure.id) | (DepartureStep.voyage_id == departure.call.voyage_id)
    steps = select(DepartureStep).where(about).options(*people)
    return list(db.session.scalars(steps.order_by(DepartureStep.id.desc()).limit(50)))


def _waits(now: datetime) -> ColumnElement[bool]:
    """Match the steps of which `DepartureStep.waits` is true."""
    return _waits_since(now - REQUEST_LASTS)


def _waits_since(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    since = func.coalesce(DepartureStep.due_at, DepartureStep.asked_at)
    return and_(DepartureStep.state == "waits", since >= moment)


_WAITING = (
    select(DepartureStep)
    .where(_waits_since(bindparam("since", type_=UtcDateTime)))
    .options(joinedload(DepartureStep.asker))
    .order_by(DepartureStep.id)
)


def get_gate(gate_id: int) -> Gate:
    """The gate with its port. Raises NotFound `gate_not_found`."""
    return get_or_refuse(Gate, gate_id, "gate_not_found")


def list_gates() -> list[Gate]:
    """All gates by name."""
    return list(db.session.scalars(select(Gate).order_by(Gate.name)))


def list_departures(first_day: date, last_day: date, port_id: int | None = None) -> list[Departure]:
    """Departures of local days `first_day` to `last_day`, the earliest first, from one port or all.

    They come with their voyages, all calls and legs, in one query.
    """
    asked = {"first_day": first_day, "last_day": last_day, "port_id": port_id}
    found = [
        departure
        for departure in _departures(_OF_DAYS if port_id is None else _OF_DAYS_AND_PORT, asked)
        if departure.call.day and first_day <= departure.call.day <= last_day
        and port_id in (None, departure.call.port_id)
    ]  # fmt: skip
    return sorted(found, key=lambda departure: (*_leaves(departure.call), departure.id))


def list_departures_of(voyage_ids: Collection[int]) -> list[Departure]:
    """All departures of these voyages, by id, with the voyages, all calls and legs, in one query."""
    return sorted(_departures(_OF_VOYAGES, {"voyages": sorted(voyage_ids)}), key=lambda departure: departure.id)


def find_departure_of(call_id: int) -> Departure | None:
    """The departure from that call, or None."""
    return db.session.scalar(_OF_CALL, {"call": call_id})


@dataclass(frozen=True)
class BookingSurroundings:
    """The departure of a booking, and whether the tables have more about it."""

    departure: Departure | None
    refunds: bool
    """Whether money is or was owed back."""
    entered: bool
    """Whether something was said or shown about its people, or one of them is exempt from a rule."""
    group: int | None
    """The number of its boarding group, where it has got one."""


def surroundings_of(booking: Booking) -> BookingSurroundings:
    """Tell what a booking's page needs to know besides the booking itself, in one query."""
    asked = {"call": booking.from_call_id, "booking": booking.id}
    departure, refunds, entered, group = db.session.execute(_SURROUNDINGS, asked).one()
    return BookingSurroundings(departure, bool(refunds), bool(entered), group)


def _departures(statement: Select[Voyage, Departure], asked: Mapping[str, Any]) -> Iterator[Departure]:
    for voyage, departure in db.session.execute(statement, asked).unique():
        if departure is not None:
            call = voyage.call_of(departure.call_id)
            # What the rows have brought along is known, and kept for as long as the departure is.
            set_committed_value(departure, "call", call)
            set_committed_value(call, "voyage", voyage)
            yield departure


def _leaves(call: PortCall) -> tuple[bool, float]:
    planned = call.planned_departure
    return planned is None, planned.timestamp() if planned else 0.0


_WITH_DEPARTURES = (
    with_calls_and_legs(select(Voyage, Departure).select_from(Voyage))
    .outerjoin(Departure, Departure.call_id == PortCall.id)
    .options(lazyload(Departure.call))
    .order_by(Voyage.id, PortCall.position)
)
_HERE = aliased(PortCall)
_ON_DAYS = select(_HERE.voyage_id).where(_HERE.day.between(bindparam("first_day"), bindparam("last_day")))
_OF_DAYS = _WITH_DEPARTURES.where(Voyage.id.in_(_ON_DAYS))
_OF_DAYS_AND_PORT = _WITH_DEPARTURES.where(Voyage.id.in_(_ON_DAYS.where(_HERE.port_id == bindparam("port_id"))))
_OF_VOYAGES = _WITH_DEPARTURES.where(Voyage.id.in_(bindparam("voyages", expanding=True)))
_ITS_PEOPLE = select(Passenger.id).where(Passenger.booking_id == bindparam("booking"))
_ITS_TICKETS = select(Ticket.id).where(Ticket.passenger_id.in_(_ITS_PEOPLE))
_SURROUNDINGS = (
    select(
        Departure,
        select(Refund.id).where(Refund.booking_id == bindparam("booking")).exists(),
        or_(
            select(Statement.id).where(Statement.passenger_id.in_(_ITS_PEOPLE)).exists(),
            select(ShownDocument.id).where(ShownDocument.passenger_id.in_(_ITS_PEOPLE)).exists(),
            select(Exemption.id).where(Exemption.ticket_id.in_(_ITS_TICKETS)).exists(),
        ),
        select(BoardingGroup.number).where(BoardingGroup.booking_id == bindparam("booking")).scalar_subquery(),
    )
    .select_from(PortCall)
    .outerjoin(Departure, Departure.call_id == PortCall.id)
    .where(PortCall.id == bindparam("call"))
    .options(lazyload(Departure.call))
)
_OF_CALL = select(Departure).where(Departure.call_id == bindparam("call"))


# Built once: at a gate, putting a statement together costs more than running it.
_PASS = (
    select(Scan)
    .where(Scan.ticket_id == bindparam("ticket"), Scan.verdict == Verdict.PASS, Scan.stage == bindparam("stage"))
    .where(Scan.direction == Direction.IN)
    .order_by(Scan.received_at, Scan.id)
    .limit(1)
)
_USED = select(Scan.ticket_id, MOMENT).where(
    Scan.ticket_id.in_(bindparam("tickets", expanding=True)),
    Scan.verdict == Verdict.PASS,
    Scan.stage == bindparam("stage"),
)
_LOAD = (
    select(LegLoad)
    .join(Leg, LegLoad.leg_id == Leg.id)
    .where(Leg.voyage_id == bindparam("voyage"), Leg.from_call_id == bindparam("call"))
)


def find_pass(ticket_id: int, stage: str = Stage.GANGWAY) -> Scan | None:
    """The scan that first admitted this ticket at that stage, or None."""
    return db.session.scalar(_PASS, {"ticket": ticket_id, "stage": stage})


def list_used(ticket_ids: Iterable[int], stage: str = Stage.GANGWAY, by: datetime | None = None) -> set[int]:
    """Those of these tickets that were admitted at that stage, by then or at all."""
    rows = db.session.execute(_USED, {"tickets": list(ticket_ids), "stage": stage})
    return {found for found, at in rows if found is not None and (by is None or at <= by)}


def find_last_judged(ticket_id: int) -> Scan | None:
    """The latest scan of this ticket that a set of travel rules judged, or None."""
    statement = (
        select(Scan)
        .where(Scan.ticket_id == ticket_id, Scan.rule_set_id.is_not(None))
        .order_by(Scan.received_at.desc(), Scan.id)
        .limit(1)
    )
    return db.session.scalar(statement)


def find_load(departure: Departure) -> LegLoad | None:
    """The load, read anew, of the leg on which this departure sets out; None where nothing may be carried."""
    leg = {"voyage": departure.call.voyage_id, "call": departure.call_id}
    return db.session.scalar(_LOAD, leg, execution_options={"populate_existing": True})


def list_scans_of(ticket_id: int) -> list[Scan]:
    """Every scan of this ticket, in the order in which they came."""
    statement = select(Scan).where(Scan.ticket_id == ticket_id)
    return list(db.session.scalars(statement.order_by(Scan.received_at, Scan.id)))


def list_scans(
    departure_id: int,
    limit: int = 50,
    admitted: bool | None = None,
    stages: Collection[str] = (),
    *,
    skipped: int = 0,
) -> list[Scan]:
    """The latest scans of a departure, newest first, with gate and passenger; only (not) admitting ones if asked.

    With `stages` only those there. A number with a slip, or something still to compare, has refused nobody.
    """
    statement = (
        select(Scan)
        .where(Scan.departure_id == departure_id)
        .options(
            joinedload(Scan.gate),
            joinedload(Scan.ticket)
            .joinedload(Ticket.passenger)
            .joinedload(Passenger.booking)
            .joinedload(Booking.fare_class),
        )
    )
    if stages:
        statement = statement.where(Scan.stage.in_(stages))
    if admitted is not None:
        passed = Scan.verdict == Verdict.PASS
        statement = statement.where(Scan.direction == Direction.IN)
        statement = statement.where(passed if admitted else ~passed & Scan.reason.not_in(NOT_DECIDED))
    statement = statement.order_by(Scan.received_at.desc(), Scan.id)
    return list(db.session.scalars(statement.limit(limit).offset(skipped)))


def count_scans(departure_id: int) -> list[tuple[str, str, int]]:
    """How often each (verdict, reason) was given at the ship's side, the most frequent first."""
    count = func.count().label("count")
    statement = (
        select(Scan.verdict, Scan.reason, count)
        .where(Scan.departure_id == departure_id, Scan.stage == Stage.GANGWAY, Scan.direction == Direction.IN)
        .group_by(Scan.verdict, Scan.reason)
        .order_by(count.desc(), Scan.reason)
    )
    return [(verdict, reason, n) for verdict, reason, n in db.session.execute(statement)]


def get_scan(scan_id: str, departure_id: int) -> Scan:
    """The kept scan of that id at that departure. Raises NotFound `scan_not_found`."""
    scan = get_or_refuse(Scan, scan_id, "scan_not_found")
    if scan.departure_id != departure_id:
        raise NotFound("scan_not_found")
    return scan
