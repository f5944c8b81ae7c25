"""Enter ports, operators and ships by hand.

A new port gets its gangways, which belong to boarding; so its action stands on this floor, and the other two beside it.
"""

import re
from typing import TypeVar

from sqlalchemy import select

from app.boarding.models import Gate
from app.db import action, db, get_or_refuse
from app.errors import Refusal
from app.named import must_be_new_name
from app.planning.reference import GATES_PER_PORT
from app.schedule.models import PROVISIONAL, ZONES, Operator, Port, Ship, is_imo_number

M = TypeVar("M", Port, Operator, Ship)


@action
def save_port(
    port_id: int | None,
    name: str,
    zone: str,
    *,
    code: str = "",
    harbour: str = "",
    confirmed_by: str = "",
    as_typed: bool = False,
) -> Port:
    """Make a port with its gangways, or change the one of that id; `zone` is an IANA name.

    Without a `code` it gets a provisional one (`?1`), which nobody can take for a UN/LOCODE. A zone changes the
    hours that people read, not the moments. Raises NotFound `port_not_found`; Refusal `port_code` for one that is
    not made of 2 to 5 capital letters and digits, `code_provisional` for a source that confirms a provisional one,
    `zone`, `port_code_taken`, `port_name_taken` in whatever spelling, `name_near` for what may be a slip of another
    port's name, unless it is meant `as_typed`.
    """
    port = get_or_refuse(Port, port_id, "port_not_found") if port_id else Port()
    with db.session.no_autoflush:
        code = code.strip().upper() or (port.code if port_id else _provisional_code())
        if not (re.fullmatch(r"[A-Z0-9]{2,5}", code) or PROVISIONAL.fullmatch(code) or code == port.code):
            raise Refusal("port_code", field="code")
        if confirmed_by.strip() and PROVISIONAL.fullmatch(code):
            raise Refusal("code_provisional", field="confirmed_by")
        if zone not in ZONES.values() and zone != port.zone:
            raise Refusal("zone", field="zone")
        _only_one(Port, "code", code, port_id, "port_code_taken")
        _only_name(Port, name, port_id, "port_name_taken", as_typed)
        port.code, port.name, port.zone = code, name, zone
        port.harbour, port.confirmed_by = harbour, confirmed_by.strip()
        db.session.add(port)
        db.session.flush()
        add_gates(port)
    return port


def add_gates(port: Port) -> None:
    """The gates of a port that has none yet. Joins the caller's transaction."""
    if db.session.scalar(select(Gate.id).where(Gate.port_id == port.id).limit(1)) is None:
        gates = [Gate(port_id=port.id, name=f"{port.name} · {name}", stage=stage) for name, stage in GATES_PER_PORT]
        db.session.add_all(gates)
        db.session.flush()


@action
def save_operator(
    operator_id: int | None, code: str, name: str, child_age: int | None = None, *, as_typed: bool = False
) -> Operator:
    """Make an operator, or change the one of that id. `child_age`: its terms ask for an adult below so many years.

    Raises NotFound `operator_not_found`; Refusal `operator_code`, `operator_code_taken`, `operator_name_taken` and
    `name_near` as for a port.
    """
    operator = get_or_refuse(Operator, operator_id, "operator_not_found") if operator_id else Operator()
    code = code.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]{2,10}", code):
        raise Refusal("operator_code", field="code")
    _only_one(Operator, "code", code, operator_id, "operator_code_taken")
    _only_name(Operator, name, operator_id, "operator_name_taken", as_typed)
    operator.code, operator.name, operator.child_age = code, name, child_age
    db.session.add(operator)
    db.session.flush()
    return operator


@action
def save_ship(
    ship_id: int | None,
    name: str,
    operator_id: int,
    *,
    type: str = "",
    imo: str = "",
    source_url: str = "",
    note: str = "",
    as_typed: bool = False,
) -> Ship:
    """Make a ship, or change the one of that id.

    Raises NotFound `ship_not_found`, `operator_not_found`; Refusal `imo` for a number whose check digit is wrong,
    `imo_taken`, `ship_name_taken` and `name_near` as for a port.
    """
    ship = get_or_refuse(Ship, ship_id, "ship_not_found") if ship_id else Ship()
    operator = get_or_refuse(Operator, operator_id, "operator_not_found")
    imo = imo.strip().upper().removeprefix("IMO").strip()
    if imo and not is_imo_number(imo):
        raise Refusal("imo", field="imo")
    with db.session.no_autoflush:
        _only_name(Ship, name, ship_id, "ship_name_taken", as_typed)
        if imo:
            _only_one(Ship, "imo", imo, ship_id, "imo_taken")
        ship.name, ship.operator, ship.type, ship.imo = name, operator, type, imo or None
        ship.source_url, ship.note = source_url, note
        db.session.add(ship)
        db.session.flush()
    return ship


def _only_one(kind: type[Port | Operator | Ship], field: str, value: str, own_id: int | None, code: str) -> None:
    """Refuse a value that another row of the kind has."""
    other = db.session.scalar(select(kind.id).where(getattr(kind, field) == value))
    if other is not None and other != own_id:
        raise Refusal(code, field=field)


def _only_name(kind: type[M], name: str, own_id: int | None, code: str, as_typed: bool) -> None:
    own = db.session.get(kind, own_id) if own_id else None
    if own is None or own.name != name:
        must_be_new_name(kind, name, own, taken=code, as_typed=as_typed)


def _provisional_code() -> str:
    taken = set(db.session.scalars(select(Port.code)))
    return next(code for number in range(1, 9999) if (code := f"?{number}") not in taken)
