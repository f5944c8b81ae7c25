"""Read what a scan needs, in one statement: the gate at a departure, and whose ticket was shown there.

Rows, for nothing of it is changed; behind the lock of the ticket's holder, where it decides who goes aboard.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, SelectLabelStyle, bindparam, case, func, literal_column, null, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import UserPort
from app.boarding.models import BoardingTimes, Departure, Gate, Scan, Stage, Verdict
from app.boarding.queries import get_departure, get_gate
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.persons import Booked, Person, is_free
from app.booking.eligibility.voyage_facts import Sailing, sailing_in, set_at_its_moment, with_sailing
from app.booking.models import BOOKED_SOULS, OPEN, Booking, BookingState, Passenger, PassengerState, Ticket
from app.db import UtcDateTime, db
from app.errors import Refusal
from app.rules.models import Exemption
from app.schedule.models import Leg, Port, PortCall
from app.seats.models import Channel, FareClass, LegLoad
from app.seats.stocks import LEVEL


@dataclass(frozen=True)
class PortClock:
    """The clock of a port."""

    zone: str

    @property
    def tz(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class Place:
    """A gate at a departure at a moment, with the load of the leg on which the ship sets out there."""

    now: datetime
    sailing: Sailing
    departure_id: int
    call_id: int
    voyage_id: int
    port_id: int
    planned: datetime | None
    revised: datetime | None
    actual: datetime | None
    precision: str
    opened_at: datetime | None
    gate_id: int
    gate_name: str
    stage: str
    gate_port_id: int
    zone: str
    leg_id: int | None
    leg_ends: int | None
    """The call to which that leg leads."""
    aboard: int | None
    """Empty where nothing may be carried."""
    ceiling: int | None
    works_at: int | None
    """Whether the officer may work at its port: not where it is 1."""

    @property
    def times(self) -> BoardingTimes:
        """The moments by which people board."""
        return BoardingTimes(self.planned, self.revised, self.actual, self.precision, self.opened_at)

    @property
    def clock(self) -> PortClock:
        """The clock at the gate."""
        return PortClock(self.zone)


@dataclass(frozen=True)
class Holder:
    """A ticket that was shown, with its passenger and booking; and where it has passed."""

    ticket_id: int
    serial: str
    issued_at: datetime | None
    void_at: datetime | None
    passenger_id: int
    name: str
    document_kind: str
    document_number: str
    birth_date: date
    infant: bool
    state: str
    """The passenger's."""
    booking_id: int
    booking_code: str
    voyage_id: int
    from_call_id: int
    to_call_id: int
    to_port: str
    kept_state: str
    """The booking's, as it was kept."""
    is_over: bool | None
    """Whether the time has come at which it was to be paid."""
    payment: str | None
    souls: int
    vehicle_plate: str | None
    fare_code: str
    fare_name: str
    channel_kind: str
    party: int
    """Persons who travel on the booking now."""
    said: bool
    """Whether anything was ever said about the passenger, any paper shown, any exemption granted."""
    shown: bool
    exempted: bool
    used_id: str | None
    """The scan that admitted the ticket: at the ship's side, else the first one at this stage."""
    used_stage: str | None
    used_at: datetime | None
    used_gate: str | None
    used_showing_id: str | None
    used_departure_id: int | None
    used_gate_id: int | None
    used_officer_id: int | None

    @property
    def booking_state(self) -> BookingState:
        """The booking's state as it is true at that moment (`Booking.state_at`)."""
        return BookingState.EXPIRED if self.is_over and self.kept_state in OPEN else BookingState(self.kept_state)

    @property
    def person(self) -> Person:
        """The passenger as the rules see one."""
        return Person(
            self.passenger_id,
            self.birth_date,
            self.infant,
            bool(self.name),
            self.document_kind,
            self.ticket_id,
            self.issued_at,
        )

    def booked(self, place: Place) -> Booked:
        """The order as the rules see it at this place, from which the journey sets out."""
        departs_at = place.sailing.departs_at
        free = is_free(self.payment, self.channel_kind)
        return Booked(self.to_port, self.fare_code, self.booking_state, free, self.party, place.planned, departs_at)


class Found(NamedTuple):
    """The place, the holders of the tickets that are there by serial, and what was asked under the scan's id."""

    place: Place
    holders: dict[str, Holder]
    question: str | None


_NOW = bindparam("now", type_=UtcDateTime)
# Short names, for psycopg reads a text of more than 4,095 letters anew each time.
_departure, _load, _gate_port = aliased(Departure, name="d"), aliased(LegLoad, name="l"), aliased(Port, name="h")
_ticket, _person, _fare = aliased(Ticket, name="t"), aliased(Passenger, name="p"), aliased(FareClass, name="f")
_end, _end_port, _companion = aliased(PortCall, name="e"), aliased(Port, name="q"), aliased(Passenger, name="c")
_pass, _pass_gate = aliased(Scan, name="u"), aliased(Gate, name="g")
_any: Select[Any] = select(literal_column("1"))
_work = select(func.max(case((UserPort.port_id == PortCall.port_id, literal_column("2")), else_=literal_column("1"))))
_works_at = _work.where(UserPort.user_id == bindparam("officer")).correlate(PortCall).scalar_subquery()
"""2 where this is one of the officer's ports, 1 where it is not, empty for one who works at all of them."""
_PLACE = (
    _departure.id, PortCall.id, PortCall.voyage_id, PortCall.port_id, PortCall.planned_departure,
    PortCall.revised_departure, PortCall.actual_departure, PortCall.precision, _departure.opened_at, Gate.id, Gate.name,
    Gate.stage, Gate.port_id, _gate_port.zone, Leg.id, Leg.to_call_id, _load.aboard, _load.ceiling,
    _works_at,
)  # fmt: skip
_party = (
    select(func.count())
    .where(_companion.booking_id == Booking.id, _companion.state == PassengerState.TRAVELS)
    .correlate(Booking)
    .scalar_subquery()
)
_HOLDER: tuple[Any, ...] = (
    _ticket.id, _ticket.serial, _ticket.issued_at, _ticket.void_at,
    _person.id, _person.name, _person.document_kind, _person.document_number, _person.birth_date,
    _person.infant, _person.state,
    Booking.id, Booking.code, Booking.voyage_id, Booking.from_call_id, Booking.to_call_id, _end_port.code,
    Booking.state, Booking.expires_at <= _NOW,
    Booking.payment, BOOKED_SOULS, Booking.vehicle_plate,
    _fare.code, _fare.name, Channel.kind, _party,
    _any.where(Statement.passenger_id == _person.id).exists(),
    _any.where(ShownDocument.passenger_id == _person.id).exists(),
    _any.where(Exemption.ticket_id == _ticket.id).exists(),
    _pass.id, _pass.stage, func.coalesce(_pass.decided_at, _pass.received_at), _pass_gate.name,
    _pass.showing_id, _pass.departure_id, _pass.gate_id, _pass.officer_id,
)  # fmt: skip
_first_pass = (
    select(Scan.id)
    .where(Scan.ticket_id == _ticket.id, Scan.verdict == Verdict.PASS)
    .where(or_(Scan.stage == Stage.GANGWAY, Scan.stage == Gate.stage))
    .order_by(Scan.stage != Stage.GANGWAY, Scan.received_at, Scan.id)
    .limit(1)
    .correlate(_ticket, Gate)
    .scalar_subquery()
)


def _shown(tickets: ColumnElement[bool], question: Any) -> Select[*tuple[Any, ...]]:
    """The place with each of these tickets in a row, or alone in one where there is none."""
    return with_sailing(
        select(*_PLACE, *_HOLDER, question, LEVEL)
        .select_from(_departure)
        .join(PortCall, PortCall.id == _departure.call_id)
        .outerjoin(Gate, Gate.id == bindparam("gate"))
        .outerjoin(_gate_port, _gate_port.id == Gate.port_id)
        .outerjoin(Leg, (Leg.voyage_id == PortCall.voyage_id) & (Leg.from_call_id == PortCall.id))
        .outerjoin(_load, _load.leg_id == Leg.id)
        .outerjoin(_ticket, tickets)
        .outerjoin(_person, _person.id == _ticket.passenger_id)
        .outerjoin(Booking, Booking.id == _person.booking_id)
        .outerjoin(_fare, _fare.id == Booking.fare_class_id)
        .outerjoin(Channel, Channel.id == Booking.channel_id)
        .outerjoin(_end, _end.id == Booking.to_call_id)
        .outerjoin(_end_port, _end_port.id == _end.port_id)
        .outerjoin(_pass, _pass.id == _first_pass)
        .outerjoin(_pass_gate, _pass_gate.id == _pass.gate_id)
        .where(_departure.id == bindparam("departure")),
        published_by=_NOW,
        named=False,
    ).set_label_style(SelectLabelStyle.LABEL_STYLE_NONE)


# Built once: at a gate, putting a statement together costs more than running it.
_ONE = _shown(
    _ticket.serial == bindparam("serial"),
    select(Scan.question).where(Scan.id == bindparam("scan")).scalar_subquery(),
)
_SEVERAL = _shown(_ticket.serial.in_(bindparam("serials", expanding=True)), null())
_call_here, _departure_here, _booked, _moved = (
    aliased(PortCall), aliased(Departure), aliased(Booking), aliased(Booking),
)  # fmt: skip
_VOYAGE_HERE = (
    select(_call_here.voyage_id)
    .join(_departure_here, _departure_here.call_id == _call_here.id)
    .where(_departure_here.id == bindparam("departure"))
    .correlate(None)
    .scalar_subquery()
)
_MOVED_HERE = select(_moved.moved_from_id).where(_moved.voyage_id == _VOYAGE_HERE, _moved.moved_from_id.is_not(None))
_booked_person = aliased(Passenger)
_OF_VOYAGE = (
    select(_booked_person.id)
    .join(_booked, _booked.id == _booked_person.booking_id)
    .where(or_(_booked.voyage_id == _VOYAGE_HERE, _booked.id.in_(_MOVED_HERE)))
)
_ALL = _shown(_ticket.passenger_id.in_(_OF_VOYAGE), Booking.expires_at)


def find_shown(departure_id: int, gate_id: int, officer_id: int, now: datetime, serial: str, scan_id: str) -> Found:
    """The place, the ticket of that serial if there is one, and the question that has this scan's id; one query.

    Raises NotFound `departure_not_found`, `gate_not_found`; Refusal `not_your_port` for an officer of another port.
    """
    where = {"departure": departure_id, "gate": gate_id, "officer": officer_id, "now": now}
    return _found(where, db.session.connection().execute(_ONE, {**where, "serial": serial, "scan": scan_id}).all())


def find_all_shown(departure_id: int, gate_id: int, officer_id: int, now: datetime, serials: Collection[str]) -> Found:
    """The place and the tickets of these serials that there are, as `find_shown`; one query."""
    where = {"departure": departure_id, "gate": gate_id, "officer": officer_id, "now": now}
    return _found(where, db.session.connection().execute(_SEVERAL, {**where, "serials": list(serials)}).all())


def find_voyage(
    departure_id: int, gate_id: int, officer_id: int, now: datetime
) -> tuple[Place, dict[str, Holder], dict[str, datetime | None]]:
    """The place, every ticket of its voyage or moved to it, void ones too, and until when each may be paid; one query.

    Raises as `find_shown`.
    """
    where = {"departure": departure_id, "gate": gate_id, "officer": officer_id, "now": now}
    rows = db.session.connection().execute(_ALL, where).all()
    ends = {row[_PLACE_ENDS + 1]: row[_QUESTION] for row in rows}
    return _found(where, rows).place, _holders(rows), ends


def find_as_of(
    departure_id: int, stage: str, now: datetime, serials: Collection[str]
) -> tuple[Place, dict[str, Holder]]:
    """The tickets of these serials as they would be judged at `now` at any gate of that stage; one query."""
    where = {"departure": departure_id, "gate": None, "officer": None, "now": now}
    rows = db.session.connection().execute(_SEVERAL, {**where, "serials": list(serials)}).all()
    return replace(_place(rows[0], now), stage=stage), _holders(rows)


def _found(where: dict[str, Any], rows: Any) -> Found:
    place = _place(rows[0], where["now"]) if rows else None
    if place is None or place.gate_id is None:
        get_departure(where["departure"])
        get_gate(where["gate"])
        raise RuntimeError("a departure or gate came while it was looked for")
    if place.works_at == 1:
        raise Refusal("not_your_port")
    return Found(place, _holders(rows), rows[0][_QUESTION])


_PLACE_ENDS, _HOLDER_ENDS = len(_PLACE), len(_PLACE) + len(_HOLDER)
_QUESTION, _LEVEL = _HOLDER_ENDS, _HOLDER_ENDS + 1


def _place(row: Any, now: datetime) -> Place:
    sailing = set_at_its_moment(sailing_in(row, row[_LEVEL]), now)
    return Place(now, sailing, *row[:_PLACE_ENDS])


def _holders(rows: Iterable[Any]) -> dict[str, Holder]:
    found = {}
    for row in rows:
        told = row[_PLACE_ENDS:_HOLDER_ENDS]
        if told[0] is not None:
            holder = Holder(*told)
            found[holder.serial] = holder
    return found
