"""Judge a ticket again by the travel rules of a moment, for an inquiry years later."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.boarding.aboard import count_aboard
from app.boarding.gate_rules import judge_by_rules, load, without_words
from app.boarding.models import Departure, Scan, Stage
from app.boarding.queries import list_scans_of
from app.boarding.scan_reads import find_as_of
from app.booking.models import Ticket
from app.booking.queries import get_ticket
from app.booking.walk_ons.queries import count_riding
from app.db import db
from app.rules.engine.judge import judge
from app.rules.queries import exemptions_of, prepared_set

SECOND = timedelta(seconds=1)


def judged_at(serial: str, at: datetime, stage: Stage = Stage.GANGWAY) -> dict[str, Any]:
    """The verdict of the travel rules on this ticket at that moment. Raises NotFound `ticket_not_found`.

    A scan judged within that second, or else at the very moment, is judged again on the facts that were kept with
    it, by the set that was used; one that the ticket itself decided (used, another voyage, void) has its verdict and
    reason, and no set. Without one the facts are those known at `at` for a gate of that stage: what was said
    and shown by then, who was aboard; names, times of departure and the ceiling are those of now, which are not kept
    by moment. `scans` then names the moments that were kept.
    """
    ticket = get_ticket(serial)
    scans = list_scans_of(ticket.id)
    near = [scan for scan in scans if abs(scan.moment - at) < SECOND]
    if near:
        kept = min(near, key=lambda scan: abs(scan.moment - at))
        return judge_again(kept) if kept.rule_set is not None else _of(kept)
    return _derived(ticket, at, stage) | {"scans": [scan.moment.isoformat() for scan in scans]}


def judge_again(kept: Scan) -> dict[str, Any]:
    """A scan that a set of rules judged, on the facts that were kept with it; `same`: it comes out as it did then."""
    ticket = kept.ticket
    assert kept.rule_set is not None and ticket is not None  # noqa: S101, PT018 - no set judges without a ticket
    rules = prepared_set(kept.rule_set)
    granted = [one.for_judging for one in exemptions_of([ticket.id])[ticket.id] if one.granted_at <= kept.moment]
    verdict = judge(rules.prepared, kept.facts, granted)
    before = {"outcome": kept.outcome, "reasons": without_words(kept.reasons or ())}
    now = {"outcome": verdict["outcome"], "reasons": verdict["reasons"]}
    return _of(kept) | {"rule_set": rules.number, **now, "same": before == now, "facts": kept.facts}


def _of(kept: Scan) -> dict[str, Any]:
    """Leave out of the gate's answer what travel rules said."""
    return {
        "ticket": kept.serial,
        "at": kept.moment.isoformat(),
        "source": "scan",
        "scan": kept.id,
        "stage": kept.stage,
        "verdict": kept.verdict,
        "reason": kept.reason,
        "rule_set": None,
        "outcome": None,
        "reasons": [],
        "facts": None,
    }


def _derived(ticket: Ticket, at: datetime, stage: Stage) -> dict[str, Any]:
    booking = ticket.passenger.booking
    departure = db.session.scalars(select(Departure).where(Departure.call_id == booking.from_call_id)).one()
    place, holders = find_as_of(departure.id, stage, at, [ticket.serial])
    if place.aboard is not None:
        place = replace(place, aboard=count_aboard(departure, at) + count_riding(departure.call, at))
    holder = holders[ticket.serial]
    found = judge_by_rules(holder, place, load(holder, place))
    answer: dict[str, Any] = {
        "ticket": ticket.serial,
        "at": at.isoformat(),
        "source": "derived",
        "stage": stage.value,
        "rule_set": found.rules.number if found else None,
        "outcome": None,
        "reasons": [],
        "facts": None,
    }
    if found is not None:
        answer |= {"outcome": found.outcome, "reasons": without_words(found.reasons), "facts": found.facts}
    return answer
