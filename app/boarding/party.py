"""Parties: all of one booking at a gate, since those who go aboard together are looked at together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.boarding.gate_rules import asks, judge_by_rules, load_party
from app.boarding.models import Departure, Gate, Scan, Verdict
from app.boarding.scan_reads import find_as_of
from app.booking.eligibility.passenger_facts import list_party
from app.booking.models import Passenger, Ticket
from app.db import db


@dataclass(frozen=True)
class Member:
    """One of those who travel on a booking, as a gate sees them."""

    passenger: Passenger
    ticket: Ticket
    last: Scan | None
    """The last scan of the ticket at this stage of this departure."""
    asks: Sequence[str]
    """The facts that the officer still has to say of this person."""

    @property
    def passed(self) -> bool:
        """Whether this person was let through here."""
        return self.last is not None and self.last.verdict == Verdict.PASS


def list_members(ticket: Ticket, departure: Departure, gate: Gate, now: datetime) -> list[Member]:
    """Everybody who travels on the booking of this ticket, in their order, in a few queries."""
    members = [(one, one.ticket) for one in list_party([ticket.passenger.booking_id]) if one.ticket is not None]
    place, holders = find_as_of(departure.id, gate.stage, now, [ticket.serial for _, ticket in members])
    last = _last_scans([ticket.id for _, ticket in members], departure, gate)
    loaded = load_party(next(iter(holders.values())), place) if holders else None
    found = []
    for passenger, its in members:
        before = last.get(its.id)
        passed = before is not None and before.verdict == Verdict.PASS
        judged = judge_by_rules(holders[its.serial], place, loaded) if loaded and not passed else None
        found.append(Member(passenger, its, before, asks(judged.reasons) if judged else ()))
    return found


def _last_scans(ticket_ids: Sequence[int], departure: Departure, gate: Gate) -> dict[int, Scan]:
    """The last scan of each ticket at this stage of this departure; a pass outweighs what came after it."""
    scans = (
        select(Scan)
        .where(Scan.ticket_id.in_(ticket_ids), Scan.departure_id == departure.id, Scan.stage == gate.stage)
        .order_by(Scan.received_at, Scan.id)
    )
    found: dict[int, Scan] = {}
    for scan in db.session.scalars(scans):
        if scan.ticket_id is not None and not (
            scan.ticket_id in found and found[scan.ticket_id].verdict == Verdict.PASS
        ):
            found[scan.ticket_id] = scan
    return found
