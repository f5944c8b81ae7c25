"""Keep users to the ports where they work, at every door of theirs whose address names what belongs to a port.

Doors of administrators are not kept so: they set up the whole house.
"""

from collections.abc import Mapping
from typing import Any

from flask import g
from flask_login import current_user
from sqlalchemy import bindparam, select

from app import config
from app.accounts.models import Role
from app.accounts.queries import list_port_ids
from app.boarding.models import Departure, DepartureStep, Gate
from app.booking.fields import normal_code
from app.booking.models import Booking, Passenger, Ticket
from app.booking.money.models import Receipt, Refund
from app.db import db
from app.errors import Refusal
from app.schedule.models import Port, PortCall

_NAMED: Any = bindparam("named")
_CALLED_AT = select(PortCall.port_id).join(Booking, Booking.voyage_id == PortCall.voyage_id)

PORTS_OF: dict[str, Any] = {
    "departure_id": (
        select(PortCall.port_id).join(Departure, Departure.call_id == PortCall.id).where(Departure.id == _NAMED)
    ),
    "gate_id": select(Gate.port_id).where(Gate.id == _NAMED),
    "voyage_id": select(PortCall.port_id).where(PortCall.voyage_id == _NAMED),
    "request_id": (
        select(PortCall.port_id)
        .join(DepartureStep, DepartureStep.voyage_id == PortCall.voyage_id)
        .where(DepartureStep.id == _NAMED, DepartureStep.departure_id.is_(None))
        .union_all(
            select(PortCall.port_id)
            .join(Departure, Departure.call_id == PortCall.id)
            .join(DepartureStep, DepartureStep.departure_id == Departure.id)
            .where(DepartureStep.id == _NAMED)
        )
    ),
    "code": _CALLED_AT.where(Booking.code == _NAMED),
    "serial": (
        _CALLED_AT.join(Passenger, Passenger.booking_id == Booking.id)
        .join(Ticket, Ticket.passenger_id == Passenger.id)
        .where(Ticket.serial == _NAMED)
    ),
    "passenger_id": _CALLED_AT.join(Passenger, Passenger.booking_id == Booking.id).where(Passenger.id == _NAMED),
    "refund_id": _CALLED_AT.join(Refund, Refund.booking_id == Booking.id).where(Refund.id == _NAMED),
    "number": _CALLED_AT.join(Receipt, Receipt.booking_id == Booking.id).where(Receipt.id == _NAMED),
}
"""The ports of what an address names, by the name of its place in the address; of a voyage all that it calls at."""

PART_OF_THEM = frozenset({"walk_on_id", "scan_id", "paper_id", "position", "leg_id", "step"})
"""Places in addresses that name a part of what another place there names."""


def must_be_at_own_port(named: Mapping[str, Any]) -> None:
    """Raises Refusal `not_your_port` where an address names what belongs to other ports alone.

    A thing that does not exist has no port: its door says so. No query for who works at all ports.
    """
    own = own_ports()
    for place in PORTS_OF if own else ():
        if place in named:
            asked = normal_code(named[place]) if place == "code" else named[place]
            ports = set(db.session.scalars(PORTS_OF[place], {"named": asked}))
            if ports and ports.isdisjoint(own):
                raise Refusal("not_your_port")


def own_ports() -> list[int]:
    """The ports where the signed-in user works; none means all."""
    if not current_user.user.bound or current_user.role == Role.ADMINISTRATOR:
        return []
    if "own_ports" not in g:
        g.own_ports = list_port_ids(current_user.user.id)
    found: list[int] = g.own_ports
    return found


def desk() -> str:
    """The code or name of the port whose lists and board the signed-in user is shown: this house's, or their own."""
    house, own = config.current().port_name, own_ports()
    if own:
        ports = [db.session.get_one(Port, port_id) for port_id in sorted(own)]
        if all(house not in (port.code, port.name) for port in ports):
            return ports[0].code
    return house
