"""Questions about gates and departures."""

from datetime import date

from sqlalchemy import select

from app.boarding.models import Departure, Gate, Scan, Verdict
from app.db import db
from app.errors import NotFound
from app.schedule.models import Leg, PortCall
from app.seats.models import LegLoad


def get_departure(departure_id: int) -> Departure:
    """The departure with its call. Raises NotFound `departure_not_found`."""
    departure = db.session.get(Departure, departure_id)
    if departure is None:
        raise NotFound("departure_not_found")
    return departure


def get_gate(gate_id: int) -> Gate:
    """The gate with its port. Raises NotFound `gate_not_found`."""
    gate = db.session.get(Gate, gate_id)
    if gate is None:
        raise NotFound("gate_not_found")
    return gate


def list_gates() -> list[Gate]:
    """All gates by name."""
    return list(db.session.scalars(select(Gate).order_by(Gate.name)))


def list_departures(first_day: date, last_day: date, port_id: int | None = None) -> list[Departure]:
    """Departures of local days `first_day` to `last_day`, the earliest first, from one port or all."""
    statement = (
        select(Departure)
        .join(PortCall, Departure.call_id == PortCall.id)
        .where(PortCall.day.between(first_day, last_day))
        .order_by(PortCall.planned_departure, Departure.id)
    )
    if port_id is not None:
        statement = statement.where(PortCall.port_id == port_id)
    return list(db.session.scalars(statement))


def find_pass(ticket_id: int) -> Scan | None:
    """The scan that admitted this ticket, or None."""
    return db.session.scalar(select(Scan).where(Scan.ticket_id == ticket_id, Scan.verdict == Verdict.PASS))


def find_load(departure: Departure) -> LegLoad | None:
    """The load, read anew, of the leg on which this departure sets out; None where nothing may be carried."""
    statement = (
        select(LegLoad).join(Leg, LegLoad.leg_id == Leg.id).where(Leg.from_call_id == departure.call_id)
    )
    return db.session.scalar(statement, execution_options={"populate_existing": True})


def list_scans(departure_id: int, limit: int = 50) -> list[Scan]:
    """The latest scans of a departure, newest first."""
    statement = select(Scan).where(Scan.departure_id == departure_id)
    return list(db.session.scalars(statement.order_by(Scan.received_at.desc(), Scan.id).limit(limit)))


def get_scan(scan_id: str) -> Scan:
    """The kept scan of that id. Raises NotFound `scan_not_found`."""
    scan = db.session.get(Scan, scan_id)
    if scan is None:
        raise NotFound("scan_not_found")
    return scan
