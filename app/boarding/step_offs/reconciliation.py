"""Put the steps off of a ticket right where a phone without signal tells of an earlier crossing."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import aliased

from app import outbox
from app.boarding.holders import Holder
from app.boarding.models import CAME_BACK, MOMENT, STEPPED_OFF, Departure, Direction, Scan, Stage, Verdict
from app.boarding.recalls.models import RecallSettlement
from app.boarding.step_offs.models import StepOff
from app.boarding.step_offs.stays import Crossing, stays_of
from app.booking.models import Passenger
from app.booking.queries import list_leg_ids
from app.db import db
from app.events import AboardChanged
from app.schedule.models import PortCall
from app.seats import places


class Row(NamedTuple):
    """A step off as its row has it."""

    scan_id: str
    departure_id: int
    at: datetime
    returned_id: str | None
    returned_at: datetime | None


class _Met(NamedTuple):
    """A crossing as its scan has it."""

    id: str
    at: datetime
    direction: str
    verdict: str
    reason: str
    departure_id: int
    call_id: int


_ends = aliased(PortCall)
_ENDS = select(_ends.position).where(_ends.id == bindparam("to_call")).scalar_subquery()
_OFF = (Scan.direction == Direction.OUT) & Scan.reason.in_((STEPPED_OFF, "not_aboard")) & (PortCall.position < _ENDS)
"""Scans on the way off before the end of the journey, also of tickets of which nobody knew that they were aboard."""
_LET_IN = or_(Scan.verdict == Verdict.PASS, (Scan.device_verdict == Verdict.PASS) & (Scan.reason == "already_used"))
_CROSSINGS = (
    select(Scan.id, MOMENT, Scan.direction, Scan.verdict, Scan.reason, Departure.id, Departure.call_id)
    .join(Departure, Departure.id == Scan.departure_id)
    .join(PortCall, PortCall.id == Departure.call_id)
    .outerjoin(RecallSettlement, RecallSettlement.scan_id == Scan.id)
    .where(Scan.ticket_id == bindparam("ticket"), Scan.stage == Stage.GANGWAY)
    .where(PortCall.voyage_id == bindparam("voyage"), RecallSettlement.scan_id.is_(None))
    .where(or_(_OFF, (Scan.direction == Direction.IN) & _LET_IN))
)
_KNOWN = select(*(getattr(StepOff, name) for name in Row._fields)).where(StepOff.ticket_id == bindparam("ticket"))


def reconcile(holder: Holder) -> None:
    """Make the steps off of this ticket what all of its crossings together say, and every count with them.

    Where the ship has no room any more for somebody who turns out to have come back, all stays as it was, and that
    person is called back.
    """
    asked = {"ticket": holder.ticket_id, "voyage": holder.voyage_id, "to_call": holder.to_call_id}
    connection = db.session.connection()
    met = {row.id: row for row in (_Met(*row) for row in connection.execute(_CROSSINGS, asked))}
    if all(one.direction == Direction.IN for one in met.values()):
        return
    known = {Row(*row) for row in connection.execute(_KNOWN, {"ticket": holder.ticket_id})}
    wanted = _wanted(met)
    if wanted == known:
        return
    before, after = _ashore(known), _ashore(wanted)
    if not _recount(holder, before and met[before.scan_id].call_id, after and met[after.scan_id].call_id):
        return
    connection.execute(delete(StepOff).where(StepOff.ticket_id == holder.ticket_id))
    if wanted:
        connection.execute(insert(StepOff), [{**row._asdict(), "ticket_id": holder.ticket_id} for row in wanted])
    outbox.record(AboardChanged(holder.voyage_id))


def _wanted(met: dict[str, _Met]) -> set[Row]:
    """The steps off that these crossings make.

    Each return has a scan of its own, those that were told as such before others: what is left over are copies.
    """
    stays = stays_of(Crossing(one.id, one.at, one.direction == Direction.OUT) for one in met.values())
    times = [met[scan_id].at for scan_id in stays.accepted[1:]]
    told = sorted((one for one in met.values() if one.reason == CAME_BACK), key=lambda one: one.at)
    alone = [met[scan_id] for scan_id in stays.accepted if met[scan_id].verdict != Verdict.PASS]
    backs = [one.id for one in (*told, *alone)]
    rows = set()
    for number, off in enumerate(stays.steps_off):
        returned = (backs[number], times[number]) if number < min(len(backs), len(times)) else (None, None)
        rows.add(Row(off.id, met[off.id].departure_id, off.at, *returned))
    return rows


def _ashore(rows: set[Row]) -> Row | None:
    return next((row for row in rows if row.returned_id is None), None)


def _recount(holder: Holder, before: int | None, after: int | None) -> bool:
    """Count the passenger where it has changed: off the legs from one call on instead of from another."""
    gone, goes = (list_leg_ids(holder.voyage_id, call, holder.to_call_id) if call else [] for call in (before, after))
    back = [leg for leg in gone if leg not in goes]
    if back and places.come_aboard(back) is None:
        return False
    places.go_ashore([leg for leg in goes if leg not in gone])
    was_off, is_off = (call == holder.from_call_id for call in (before, after))
    if was_off != is_off:
        boarded_at = None if is_off else holder.used_at
        connection = db.session.connection()
        connection.execute(update(Passenger).where(Passenger.id == holder.passenger_id).values(boarded_at=boarded_at))
        count = Departure.boarded + (-1 if is_off else 1)
        connection.execute(update(Departure).where(Departure.call_id == holder.from_call_id).values(boarded=count))
    return True
