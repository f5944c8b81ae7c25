"""Questions about ports and voyages."""

from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import TypeVarTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import contains_eager

from app.db import db, get_or_refuse
from app.errors import or_refuse
from app.schedule.models import UNSTATED_PORT, Leg, Operator, Port, PortCall, Ship, Voyage
from app.text import name_key, one_line

Columns = TypeVarTuple("Columns")


def list_ports() -> list[Port]:
    """The ports one can travel from or to, by name."""
    return list(db.session.scalars(_PORTS))


def list_all_ports() -> list[Port]:
    """Every port by name, also the one that stands where a source names none."""
    return list(db.session.scalars(select(Port).order_by(Port.name)))


_PORTS = select(Port).where(Port.code != UNSTATED_PORT).order_by(Port.name)
IS_PORT_ASKED_FOR = (Port.code == bindparam("code")) | (Port.name_key == bindparam("key"))
"""The port of a code or name, as a part of a question; `port_asked_for` gives its parameters."""
_PORT = select(Port).where(IS_PORT_ASKED_FOR)


def port_asked_for(code_or_name: str) -> dict[str, str]:
    """The parameters of IS_PORT_ASKED_FOR."""
    wanted = one_line(code_or_name)
    return {"code": wanted.upper(), "key": name_key(wanted)}


def find_port(code_or_name: str) -> Port | None:
    """The port of that code or name, in whatever case, or None."""
    return db.session.scalar(_PORT, port_asked_for(code_or_name))


def find_port_asked_for(code_or_name: str | None, field: str) -> Port | None:
    """The port of that code or name; None where none was asked for. Raises NotFound `port_not_found`."""
    if code_or_name is None:
        return None
    return or_refuse(find_port(code_or_name), "port_not_found", field=field)


def voyages_calling_at(port_ids: Collection[int]) -> Select[int]:
    """Select the ids of the voyages that call at any of these ports."""
    return select(PortCall.voyage_id).where(PortCall.port_id.in_(port_ids))


def list_operators_from(port_id: int, since: date) -> list[str]:
    """The codes of the operators with a departure from this port on that local day or later."""
    statement = (
        select(Operator.code)
        .join(Voyage, Voyage.operator_id == Operator.id)
        .join(PortCall, PortCall.voyage_id == Voyage.id)
        .where(PortCall.port_id == port_id, PortCall.day >= since, PortCall.planned_departure.is_not(None))
        .distinct()
        .order_by(Operator.code)
    )
    return list(db.session.scalars(statement))


def get_voyage(voyage_id: int) -> Voyage:
    """The voyage with its calls and legs, in one query. Raises NotFound `voyage_not_found`."""
    return or_refuse(db.session.scalars(_VOYAGE, {"id": voyage_id}).unique().first(), "voyage_not_found")


def find_same_departure(ship_id: int, port_id: int, moment: datetime, but_id: int | None = None) -> Voyage | None:
    """The voyage that is to sail with this ship from this port at that minute, besides the named one; or None."""
    statement = select(Voyage).join(PortCall, PortCall.voyage_id == Voyage.id).where(
        PortCall.sailing_ship_id == ship_id,
        PortCall.port_id == port_id,
        PortCall.planned_departure == moment,
        PortCall.precision == "minute",
    )  # fmt: skip
    if but_id is not None:
        statement = statement.where(Voyage.id != but_id)
    return db.session.scalar(statement.limit(1))


def list_voyages(
    first_day: date, last_day: date, from_port_id: int | None = None, to_port_id: int | None = None
) -> list[Voyage]:
    """Voyages with a departure in these local days, on which one can go from the one port to the other, in one query.

    With ports, it is the departure of one of `Voyage.journeys_between` them that is on one of these days.
    """
    asked = {"first_day": first_day, "last_day": last_day, "from_port_id": from_port_id, "to_port_id": to_port_id}
    statement = _voyages_between(from_port_id is not None, to_port_id is not None)
    return list(db.session.scalars(statement, asked).unique())


def with_calls_and_legs(statement: Select[*Columns]) -> Select[*Columns]:
    """The statement, which has the voyages, with their calls and legs: one query, whose rows are those of the calls.

    The calls are PortCall, and must come in their order. Built once: putting it together costs more than running it.
    """
    leg_of_call = (Leg.voyage_id == PortCall.voyage_id) & (Leg.position == PortCall.position)
    joined = statement.outerjoin(Voyage.calls).outerjoin(Leg, leg_of_call)
    return joined.options(contains_eager(Voyage.calls), contains_eager(Voyage.legs))


_VOYAGE = with_calls_and_legs(select(Voyage)).where(Voyage.id == bindparam("id")).order_by(PortCall.position)


@cache
def _voyages_between(from_port: bool, to_port: bool) -> Select[Voyage]:
    """The statement of `list_voyages`."""
    start, end, between = db.aliased(PortCall), db.aliased(PortCall), db.aliased(PortCall)
    departures = (
        select(start.voyage_id, func.min(start.planned_departure).label("sets_out"))
        .join(end, (end.voyage_id == start.voyage_id) & (end.position > start.position))
        .where(start.day.between(bindparam("first_day"), bindparam("last_day")), start.planned_departure.is_not(None))
        .group_by(start.voyage_id)
    )
    if from_port:
        departures = departures.where(start.port_id == bindparam("from_port_id"))
    if to_port:
        departures = departures.where(end.port_id == bindparam("to_port_id"))
    if from_port or to_port:
        passes = (
            select(between.id)
            .where(between.voyage_id == start.voyage_id, between.port_id.in_((start.port_id, end.port_id)))
            .where(between.position > start.position, between.position < end.position)
        )
        departures = departures.where(start.port_id != end.port_id, ~passes.exists())
    leaves = departures.subquery()
    voyages = with_calls_and_legs(select(Voyage).join(leaves, leaves.c.voyage_id == Voyage.id))
    return voyages.order_by(leaves.c.sets_out, Voyage.id, PortCall.position)


def list_ships() -> list[Ship]:
    """All ships by name."""
    return list(db.session.scalars(select(Ship).order_by(Ship.name)))


def get_ship(ship_id: int) -> Ship:
    """The ship. Raises NotFound `ship_not_found`."""
    return get_or_refuse(Ship, ship_id, "ship_not_found")


def list_operators() -> list[Operator]:
    """All operators by name."""
    return list(db.session.scalars(select(Operator).order_by(Operator.name)))


def get_operator(operator_id: int) -> Operator:
    """The operator. Raises NotFound `operator_not_found`."""
    return get_or_refuse(Operator, operator_id, "operator_not_found")


def get_port(port_id: int) -> Port:
    """The port. Raises NotFound `port_not_found`."""
    return get_or_refuse(Port, port_id, "port_not_found")
