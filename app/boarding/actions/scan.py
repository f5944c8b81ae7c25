"""What an officer's device, or an official, can cause at a departure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import clock, outbox
from app.accounts.queries import get_user, require_port
from app.boarding.gate_rules import Loaded, judge_by_rules, load_party
from app.boarding.judgement import (
    Judgement,
    ScanAnswer,
    answer_of,
    entered_ahead,
    look_at,
    out_of_time,
    read_shown,
    when_and_where,
)
from app.boarding.models import NOT_DECIDED, Departure, Gate, Scan, Stage, Verdict
from app.boarding.queries import find_load, find_pass, get_departure, get_gate, list_scans_by_id
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.statements import keep_seen, must_be_sayable, record, see
from app.booking.models import Ticket
from app.booking.queries import find_ticket, find_tickets, leg_ids_of
from app.db import action, db
from app.errors import Refusal
from app.events import AboardChanged
from app.idempotency import must_be_the_question, question_text
from app.keys import Keyring
from app.reasons import required_reason
from app.seats import places


@action
def scan(
    scan_id: str,
    shown: str,
    departure_id: int,
    gate_id: int,
    officer_id: int,
    scanned_at: datetime,
    keyring: Keyring,
    said: Mapping[str, Any] | None = None,
    seen: Collection[int] = (),
    showing_id: str = "",
) -> ScanAnswer:
    """Judge what was `shown` (the text of a code, or a typed serial) and keep the scan, admitted or not.

    It passes only when: the signature is good, the ticket is for this voyage and port, it is paid, boarding is open,
    and at the ship's side when it has not been used there and one more soul stays within the ceiling. At the terminal
    and on the quay nobody is counted, and whoever was let in may come back. Where a set of travel rules is in force it
    is asked last, and lets nobody take a place whom it does not let pass.

    `said` are facts (by their names in docs/rules.md) that the officer tells of the holder with this scan, and `seen`
    the papers that they have held in the hand; both are kept before the rules are asked. The same `scan_id` a second
    time gives the first answer; another one of the same `showing_id`, by the same officer at the same gate, is told of
    the pass that never arrived (`recorded`). Raises NotFound for an unknown departure or gate, Refusal
    `fact_unknown` or `fact_value` for what cannot be said, `request_id_reused` where the `scan_id` stands for another
    question (anything but `scanned_at` differs), `not_your_port` for an officer of another port, and nothing else:
    whatever is wrong with the ticket is an answer.
    """
    now = clock.now()
    must_be_sayable(said or {}, officer=True, papers=True)
    departure, gate = get_departure(departure_id), get_gate(gate_id)
    require_port(officer_id, departure.call.port_id)
    digests = _question(keyring, shown, departure_id, gate_id, officer_id, said or {}, seen)
    before = db.session.get(Scan, scan_id)
    if before is not None:
        must_be_the_question(before.question, *digests)
        return answer_of(before, departure, gate)
    serial, fault = read_shown(shown, keyring)
    ticket = find_ticket(serial, lock=True) if serial else None
    judgement = fault or look_at(ticket, departure, gate, now)
    if ticket is not None and judgement is not None and judgement.reason == "already_used" and showing_id:
        used = find_pass(ticket.id)
        if used is not None and _is_same_showing(used, showing_id, departure, gate, officer_id):
            told = Judgement(Verdict.PASS, "recorded", when_and_where(used))
            return replace(answer_of(used, departure, gate), reason=told.reason, details=told.details)
    if judgement is None and ticket is not None:
        papers = (said or {}).get("documents") or ()
        record(ticket.passenger, {k: v for k, v in (said or {}).items() if k != "documents" or not v}, officer_id, now)
        keep_seen(ticket.passenger, papers, officer_id, now)
        _see(seen, ticket, officer_id, now)
        judgement = _judge(ticket, departure, gate, now)
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    asked = _Asked(scan_id, showing_id, digests[0], officer_id, scanned_at, now)
    kept = _keep(asked, judgement, ticket, serial, departure, gate)
    _count([kept], departure)
    db.session.flush()
    return answer_of(kept, departure, gate, judgement)


@action
def scan_party(
    scans: Sequence[tuple[str, str]],
    departure_id: int,
    gate_id: int,
    officer_id: int,
    keyring: Keyring,
    said: Mapping[str, Any] | None = None,
    showing_id: str = "",
) -> list[ScanAnswer]:
    """Judge tickets of one booking together, given as (scan id, serial): a scan for each, as `scan` does it.

    What the officer has `said` is said of each of them. Everything that they share is asked once. Raises NotFound for
    an unknown departure or gate; Refusal `not_your_port`, `fact_unknown`, `fact_value` or `request_id_reused` as
    `scan` does.
    """
    now = clock.now()
    must_be_sayable(said or {}, officer=True)
    departure, gate = get_departure(departure_id), get_gate(gate_id)
    require_port(officer_id, departure.call.port_id)
    before = {kept.id: kept for kept in list_scans_by_id(scan_id for scan_id, _ in scans)}
    tickets = find_tickets([serial for _, serial in scans], lock=True)
    fresh, questions = [], {}
    for scan_id, serial in scans:
        digests = _question(keyring, serial, departure_id, gate_id, officer_id, said or {}, ())
        if scan_id in before:
            must_be_the_question(before[scan_id].question, *digests)
        elif serial in tickets:
            fresh.append((scan_id, tickets[serial], look_at(tickets[serial], departure, gate, now)))
            questions[scan_id] = digests[0]
    good = [ticket.passenger for _, ticket, fault in fresh if fault is None]
    for passenger in good:
        record(passenger, said or {}, officer_id, now)
    loaded = load_party(good[0], now) if good else None
    judged = []
    for scan_id, ticket, fault in fresh:
        judgement = fault or _judge(ticket, departure, gate, now, loaded)
        asked = _Asked(scan_id, showing_id, questions[scan_id], officer_id, now, now)
        judged.append((_keep(asked, judgement, ticket, ticket.serial, departure, gate), judgement))
        db.session.flush()  # who has passed counts for those who travel along
    _count([kept for kept, _ in judged], departure)
    again = [answer_of(kept, departure, gate) for kept in before.values()]
    return again + [answer_of(kept, departure, gate, judgement) for kept, judgement in judged]


@action
def pass_by_supervisor(
    scan_id: str,
    serial: str,
    departure_id: int,
    gate_id: int,
    officer_id: int,
    keyring: Keyring,
    reason: str,
    showing_id: str = "",
) -> ScanAnswer:
    """Let the holder of a good ticket pass although rules or the hour hold them, on a supervisor's word and reason.

    Never above the ceiling, and never with a ticket that is void, used, unpaid or for another ship: those are refused
    as `scan` refuses them. The reason and the supervisor are kept with the scan; `showing_id` is that
    of `scan`. Raises NotFound; Refusal `may_not_exempt`, `not_your_port`, `exemption_reason_missing`,
    `request_id_reused`.
    """
    now = clock.now()
    officer = get_user(officer_id)
    if not (officer.active and officer.may_exempt):
        raise Refusal("may_not_exempt", 403)
    reason = required_reason(reason, "exemption_reason_missing")
    departure, gate = get_departure(departure_id), get_gate(gate_id)
    require_port(officer_id, departure.call.port_id)
    digests = _question(keyring, serial, departure_id, gate_id, officer_id, {"supervisor": reason}, ())
    before = db.session.get(Scan, scan_id)
    if before is not None:
        must_be_the_question(before.question, *digests)
        return answer_of(before, departure, gate)
    ticket = find_ticket(serial, lock=True)
    judgement = look_at(ticket, departure, gate, now)
    if judgement is None and ticket is not None:
        judgement = _pass(ticket, departure, gate, now, {"reason": reason.rstrip("."), "officer": officer.name})
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    asked = _Asked(scan_id, showing_id, digests[0], officer_id, now, now)
    kept = _keep(asked, judgement, ticket, serial, departure, gate)
    _count([kept], departure)
    db.session.flush()
    return answer_of(kept, departure, gate, judgement)


def _pass(ticket: Ticket, departure: Departure, gate: Gate, now: datetime, told: dict[str, Any]) -> Judgement:
    """A supervisor's pass of a good ticket, with what the rules say of it all the same."""
    found = judge_by_rules(ticket, departure, gate.stage, find_load(departure), now)
    if gate.stage != Stage.GANGWAY and (came := find_pass(ticket.id, gate.stage)):
        return Judgement(Verdict.PASS, "entered_again", when_and_where(came), found)
    if gate.stage == Stage.GANGWAY:
        if not places.come_aboard(leg_ids_of(ticket.passenger.booking)):
            return Judgement(Verdict.REFUSE, "ship_full", by_rules=found)
        ticket.passenger.boarded_at = now
    return Judgement(Verdict.PASS, "by_supervisor", told, found)


@dataclass(frozen=True)
class _Asked:
    """What a device asks with one scan, besides the ticket."""

    scan_id: str
    showing_id: str
    question: str
    officer_id: int
    scanned_at: datetime
    now: datetime


def _keep(
    asked: _Asked, judgement: Judgement, ticket: Ticket | None, serial: str, departure: Departure, gate: Gate
) -> Scan:
    """Keep the scan, admitted or not."""
    found = judgement.by_rules
    kept = Scan(
        id=asked.scan_id,
        showing_id=asked.showing_id or None,
        question=asked.question,
        departure_id=departure.id,
        gate_id=gate.id,
        stage=gate.stage,
        officer_id=asked.officer_id,
        ticket_id=ticket.id if ticket else None,
        serial=serial,
        verdict=judgement.verdict,
        reason=judgement.reason,
        details=judgement.details,
        rule_set_id=found.rules.id if found else None,
        outcome=found.outcome if found else None,
        reasons=found.reasons if found else None,
        facts=found.facts if found else None,
        scanned_at=asked.scanned_at,
        received_at=asked.now,
    )
    kept.ticket = ticket
    db.session.add(kept)
    return kept


def _is_same_showing(used: Scan, showing_id: str, departure: Departure, gate: Gate, officer_id: int) -> bool:
    """Whether this pass was given to the very showing that is asked about again, at the same place by the same hand."""
    passed = (used.showing_id, used.departure_id, used.gate_id, used.officer_id)
    return passed == (showing_id, departure.id, gate.id, officer_id)


def _question(
    keyring: Keyring,
    shown: str,
    departure_id: int,
    gate_id: int,
    officer_id: int,
    said: Mapping[str, Any],
    seen: Collection[int],
) -> list[str]:
    """The digest of what is asked, by each key. What is typed at a gate may be anything, an identity number too."""
    text = question_text(
        "scan",
        shown=shown.strip(),
        departure=departure_id,
        gate=gate_id,
        officer=officer_id,
        said=dict(said),
        seen=sorted(set(seen)),
    )
    return keyring.keyed_digests(text)


def _see(seen: Collection[int], ticket: Ticket, officer_id: int, now: datetime) -> None:
    """The officer has these papers of the holder in the hand; others are not theirs to see here."""
    if seen:
        theirs = select(ShownDocument).where(
            ShownDocument.id.in_(seen), ShownDocument.passenger_id == ticket.passenger_id
        )
        for paper in db.session.scalars(theirs):
            see(paper, officer_id, now)
        db.session.flush()


def _count(scans: Sequence[Scan], departure: Departure) -> None:
    """Into the sums of the departure, and tell them; at the ship's side only."""
    counted = [kept for kept in scans if kept.stage == Stage.GANGWAY and kept.reason not in NOT_DECIDED]
    if not counted:
        return
    passed = sum(kept.verdict == Verdict.PASS for kept in counted)
    sums = {Departure.boarded: passed, Departure.refused: len(counted) - passed}
    db.session.execute(
        update(Departure).where(Departure.id == departure.id).values({c: c + n for c, n in sums.items() if n}),
        execution_options={"synchronize_session": False},
    )
    outbox.record(AboardChanged(departure.call.voyage_id))


def _judge(ticket: Ticket, departure: Departure, gate: Gate, now: datetime, loaded: Loaded | None = None) -> Judgement:
    """Whether the holder of a good ticket goes on: by the hour, by the rules, and aboard while there is room."""
    aboard, load = gate.stage == Stage.GANGWAY, find_load(departure)
    out = out_of_time(departure, now)
    if out is None and aboard and (load is None or load.aboard >= load.ceiling):
        return Judgement(Verdict.REFUSE, "ship_full")
    found = judge_by_rules(ticket, departure, gate.stage, load, now, loaded)
    if out is not None and (found is None or not found.open_now):
        return replace(out, by_rules=found if found is not None and found.keeps_the_hour else None)
    if found is not None and not found.lets_pass:
        verdict, reason = found.verdict
        return Judgement(verdict, reason, entered_ahead(found), found)
    if not aboard:
        if came := find_pass(ticket.id, gate.stage):
            return Judgement(Verdict.PASS, "entered_again", when_and_where(came), found)
        return Judgement(Verdict.PASS, "entered", by_rules=found)
    # Only this one counts: somebody else may have come aboard since the load was read.
    if not places.come_aboard(leg_ids_of(ticket.passenger.booking)):
        return Judgement(Verdict.REFUSE, "ship_full", by_rules=found)
    ticket.passenger.boarded_at = now
    return Judgement(Verdict.PASS, "admitted", by_rules=found)
