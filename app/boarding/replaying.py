"""What the travel rules said, or would have said, of a ticket at a moment: for whoever is asked years later."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.boarding.by_rules import judge_by, without_words
from app.boarding.models import Departure, Scan, Stage
from app.boarding.queries import find_load
from app.booking.code import BadTicket, clean_serial
from app.booking.models import Ticket
from app.booking.queries import find_ticket
from app.db import db
from app.errors import NotFound
from app.rules.judge import judge
from app.rules.queries import exemptions_of, prepared_in_force, prepared_set

SECOND = timedelta(seconds=1)


def judged_at(serial: str, at: datetime) -> dict[str, Any]:
    """The verdict of the travel rules on this ticket at that moment. Raises NotFound `ticket_not_found`.

    A scan received within that second, or else at the very moment, is judged again on the facts that were kept with
    it, by the set that was used. Without one the facts are those known at `at`, at the ship's side: what was said and
    shown by then, and the papers and counts of now, which are not kept by moment.
    """
    try:
        ticket = find_ticket(clean_serial(serial))
    except BadTicket:
        ticket = None
    if ticket is None:
        raise NotFound("ticket_not_found")
    kept = _kept(ticket, at)
    return _again(ticket, kept) if kept is not None else _derived(ticket, at)


def _kept(ticket: Ticket, at: datetime) -> Scan | None:
    """The judged scan of that second; of several the nearest to the moment."""
    scans = db.session.scalars(
        select(Scan)
        .where(Scan.ticket_id == ticket.id, Scan.rule_set_id.is_not(None))
        .where(Scan.received_at > at - SECOND, Scan.received_at < at + SECOND)
        .order_by(Scan.received_at, Scan.id)
    ).all()
    return min(scans, key=lambda scan: abs(scan.received_at - at), default=None)


def _again(ticket: Ticket, kept: Scan) -> dict[str, Any]:
    assert kept.rule_set is not None  # noqa: S101 - chosen so
    rules = prepared_set(kept.rule_set)
    granted = [one.for_judging for one in exemptions_of([ticket.id])[ticket.id] if one.granted_at <= kept.received_at]
    verdict = judge(rules.prepared, kept.facts, granted)
    before = {"outcome": kept.outcome, "reasons": without_words(kept.reasons or ())}
    now = {"outcome": verdict["outcome"], "reasons": verdict["reasons"]}
    return {
        "ticket": ticket.serial,
        "at": kept.received_at.isoformat(),
        "source": "scan",
        "scan": kept.id,
        "stage": kept.stage,
        "verdict": kept.verdict,
        "reason": kept.reason,
        "rule_set": rules.number,
        **now,
        "same": before == now,
        "facts": kept.facts,
    }


def _derived(ticket: Ticket, at: datetime) -> dict[str, Any]:
    booking = ticket.passenger.booking
    departure = db.session.scalars(select(Departure).where(Departure.call_id == booking.from_call_id)).one()
    rules = prepared_in_force(at)
    answer: dict[str, Any] = {
        "ticket": ticket.serial,
        "at": at.isoformat(),
        "source": "derived",
        "stage": Stage.GANGWAY.value,
        "rule_set": rules.number if rules else None,
        "outcome": None,
        "reasons": [],
        "facts": None,
    }
    if rules is not None:
        found = judge_by(rules, ticket, departure, Stage.GANGWAY, find_load(departure), at)
        answer |= {"outcome": found.outcome, "reasons": without_words(found.reasons), "facts": found.facts}
    return answer
