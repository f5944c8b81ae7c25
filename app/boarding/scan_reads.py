"""Read what a scan needs, in one statement: the gate at a departure, and whose ticket was shown there.

Rows, for nothing of it is changed; behind the lock of the ticket's holder, where it decides who goes aboard.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SelectLabelStyle,
    String,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.accounts.models import UserPort
from app.boarding.holders import Found, Holder, Place
from app.boarding.models import Departure, Direction, Gate, Scan, Stage, Verdict
from app.boarding.queries import get_departure, get_gate
from app.boarding.step_offs.models import StepOff
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.voyage_facts import sailing_in, set_at_its_moment, with_sailing
from app.booking.models import Booking, Passenger, PassengerState, Ticket
from app.db import UtcDateTime, db
from app.errors import Refusal
from app.rules.models import Exemption
from app.schedule.models import Leg, Port, PortCall
from app.seats.models import Channel, FareClass, LegLoad
from app.seats.stocks import LEVEL

_NOW = bindparam("now", type_=UtcDateTime)
# Short names, for psycopg reads a text of more than 4,095 letters anew each time.
_departure, _load, _gate_port = aliased(Departure, name="d"), aliased(LegLoad, name="l"), aliased(Port, name="h")
_ticket, _person, _fare = aliased(Ticket, name="t"), aliased(Passenger, name="p"), aliased(FareClass, name="f")
_end, _end_port, _companion = aliased(PortCall, name="e"), aliased(Port, name="q"), aliased(Passenger, name="c")
_booking, _channel = aliased(Booking, name="b"), aliased(Channel, name="n")
_SOULS = func.coalesce(_booking.vehicle_persons, _booking.places + _booking.infants)
"""`Booking.souls` of that alias."""
_pass, _pass_gate = aliased(Scan, name="u"), aliased(Gate, name="g")
_off = aliased(StepOff, name="o")


def _text(word: str) -> ColumnElement[str]:
    """A word of ours in the statement itself, shorter than a parameter."""
    return literal_column(f"'{word}'", String())


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
    .where(_companion.booking_id == _booking.id, _companion.state == _text(PassengerState.TRAVELS))
    .correlate(_booking)
    .scalar_subquery()
)
_HOLDER: tuple[Any, ...] = (
    _ticket.id, _ticket.serial, _ticket.issued_at, _ticket.void_at,
    _person.id, _person.name, _person.document_kind, _person.document_number, _person.birth_date,
    _person.infant, _person.state,
    _booking.id, _booking.code, _booking.voyage_id, _booking.from_call_id, _booking.to_call_id, _end_port.code,
    _booking.state, _booking.expires_at <= _NOW,
    _booking.payment, _SOULS, _booking.vehicle_plate,
    _fare.code, _fare.name, _channel.kind, _party,
    _any.where(Statement.passenger_id == _person.id).exists(),
    _any.where(ShownDocument.passenger_id == _person.id).exists(),
    _any.where(Exemption.ticket_id == _ticket.id).exists(),
    _pass.id, _pass.stage, func.coalesce(_pass.decided_at, _pass.received_at), _pass_gate.name,
    _pass.showing_id, _pass.departure_id, _pass.gate_id, _pass.officer_id,
    _off.scan_id, _off.departure_id, _off.at,
)  # fmt: skip
_any_pass = aliased(Scan, name="s")
_aboard = _any_pass.stage == _text(Stage.GANGWAY)
_again = _any_pass.reason == _text("entered_again")
_pass_that_counts = (
    select(_any_pass.id)
    .where(_any_pass.ticket_id == _ticket.id, _any_pass.verdict == _text(Verdict.PASS))
    .where(_any_pass.direction == _text(Direction.IN), or_(_aboard, _any_pass.stage == Gate.stage))
    .order_by(~_aboard, _again, _any_pass.received_at.desc(), _any_pass.id)
    .limit(literal_column("1"))
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
        .outerjoin(_booking, _booking.id == _person.booking_id)
        .outerjoin(_fare, _fare.id == _booking.fare_class_id)
        .outerjoin(_channel, _channel.id == _booking.channel_id)
        .outerjoin(_end, _end.id == _booking.to_call_id)
        .outerjoin(_end_port, _end_port.id == _end.port_id)
        .outerjoin(_pass, _pass.id == _pass_that_counts)
        .outerjoin(_pass_gate, _pass_gate.id == _pass.gate_id)
        .outerjoin(_off, (_off.ticket_id == _ticket.id) & _off.returned_id.is_(None))
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
    aliased(PortCall), aliased(Departure), aliased(_booking), aliased(_booking),
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
_ALL = _shown(_ticket.passenger_id.in_(_OF_VOYAGE), _booking.expires_at)


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
