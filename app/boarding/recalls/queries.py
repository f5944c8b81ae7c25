"""Questions about people whom a device let aboard and the server did not accept."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.boarding.aboard import BOARDED
from app.boarding.models import Direction, Scan, Stage, Verdict
from app.boarding.recalls.models import RecallSettlement
from app.boarding.step_offs.models import StepOff
from app.booking.models import Passenger, Ticket
from app.db import db

IS_RECALL = and_(
    Scan.device_verdict == Verdict.PASS,
    Scan.verdict != Verdict.PASS,
    Scan.stage == Stage.GANGWAY,
    Scan.direction == Direction.IN,
    # Somebody who had stepped off, as a phone told later, only came back.
    ~select(StepOff.scan_id).where(StepOff.returned_id == Scan.id).exists(),
)
"""Scans by which somebody may be aboard who is not counted."""


@dataclass(frozen=True)
class Recall:
    """A person whom a device let aboard and the server did not accept."""

    scan: Scan
    """As the device kept it, with the server's verdict and reason."""
    officer: str
    """The name of the officer who let them aboard."""
    passed: Scan | None
    """The scan that has boarded the same ticket, where there is one: then two people may be aboard on it."""
    passed_by: str
    settlement: RecallSettlement | None


_COUNT = (
    select(func.count(Scan.id))
    .outerjoin(RecallSettlement, RecallSettlement.scan_id == Scan.id)
    .where(Scan.departure_id == bindparam("departure"), IS_RECALL, RecallSettlement.scan_id.is_(None))
)


def count_recalls(departure_id: int) -> int:
    """How many of this departure have no end yet."""
    return db.session.scalar(_COUNT, {"departure": departure_id}) or 0


def list_recalls(departure_id: int) -> list[Recall]:
    """Those of this departure, in the order in which they were let aboard; two queries."""
    statement = (
        select(Scan, User.name, RecallSettlement)
        .join(User, User.id == Scan.officer_id)
        .outerjoin(RecallSettlement, RecallSettlement.scan_id == Scan.id)
        .where(Scan.departure_id == departure_id, IS_RECALL)
        .options(
            joinedload(Scan.gate),
            joinedload(Scan.ticket).joinedload(Ticket.passenger).joinedload(Passenger.booking),
            joinedload(RecallSettlement.settler),
        )
        .order_by(Scan.scanned_at, Scan.id)
    )
    found = [(scan, name, settlement) for scan, name, settlement in db.session.execute(statement)]
    passes = _passes([scan.ticket_id for scan, _, _ in found if scan.ticket_id is not None])
    nobody: tuple[Scan | None, str] = (None, "")
    recalls = []
    for scan, name, settlement in found:
        passed, by = passes.get(scan.ticket_id, nobody)
        recalls.append(Recall(scan, name, passed, by, settlement))
    return recalls


def _passes(ticket_ids: Sequence[int]) -> dict[int | None, tuple[Scan, str]]:
    """The scans that have boarded these tickets, each with its officer's name."""
    officer = aliased(User)
    statement = (
        select(Scan, officer.name)
        .join(officer, officer.id == Scan.officer_id)
        .where(Scan.ticket_id.in_(ticket_ids), BOARDED)
        .options(joinedload(Scan.gate))
    )
    return {scan.ticket_id: (scan, name) for scan, name in db.session.execute(statement)} if ticket_ids else {}
