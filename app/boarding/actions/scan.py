"""Scan tickets that are shown at a gate, alone or as a party, or pass one as a supervisor."""

from collections.abc import Collection, Sequence
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
    Showing,
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
def scan(showing: Showing, keyring: Keyring) -> ScanAnswer:
    """Judge what was shown (the text of a code, or a typed serial) and keep the scan, admitted or not.

    It passes only when: the signature is good, the ticket is for this voyage and port, it is paid, boarding is open,
    and at the ship's side when it has not been used there and one more soul stays within the ceiling. At the terminal
    and on the quay nobody is counted, and whoever was let in may come back. Where a set of travel rules is in force it
    is asked last, and lets nobody take a place whom it does not let pass.

    The officer's statements and documents seen are kept before the rules are asked. The same `scan_id` a second time
    gives the first answer; another one of the same `showing_id`, by the same officer at the same gate, is told of the
    pass that never arrived (`recorded`). Raises NotFound for an unknown departure or gate, Refusal `fact_unknown` or
    `fact_value` for what cannot be said, `request_id_reused` where the `scan_id` stands for another question (anything
    but `scanned_at` differs), `not_your_port` for an officer of another port, and nothing else: whatever is wrong with
    the ticket is an answer.
    """
    must_be_sayable(showing.said, officer=True, papers=True)
    place = _place(showing, clock.now())
    question, before = _before(showing, keyring)
    if before is not None:
        return answer_of(before, place.departure, place.gate)
    serial, fault = read_shown(showing.shown, keyring)
    ticket = find_ticket(serial, lock=True) if serial else None
    judgement = fault or look_at(ticket, place.departure, place.gate, place.now)
    if ticket is not None and judgement is not None and judgement.reason == "already_used" and showing.showing_id:
        used = find_pass(ticket.id)
        if used is not None and _is_same_showing(used, showing):
            told = answer_of(used, place.departure, place.gate)
            return replace(told, reason="recorded", details=when_and_where(used))
    if judgement is None and ticket is not None:
        _keep_said(showing, ticket, place.now)
        judgement = _judge(ticket, place)
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    return _kept_and_told(showing, question, judgement, ticket, serial, place)


@action
def scan_party(showings: Sequence[Showing], keyring: Keyring) -> list[ScanAnswer]:
    """Judge tickets of one booking together: a scan for each showing of a serial, as `scan` does it.

    All are shown at one gate to one officer, who has said the same of each of them. Everything that they share is
    asked once. Raises NotFound for an unknown departure or gate; Refusal `not_your_port`, `fact_unknown`, `fact_value`
    or `request_id_reused` as `scan` does.
    """
    if not showings:
        return []
    one = showings[0]
    must_be_sayable(one.said, officer=True)
    place = _place(one, clock.now())
    before = {kept.id: kept for kept in list_scans_by_id(showing.scan_id for showing in showings)}
    tickets = find_tickets([showing.shown for showing in showings], lock=True)
    fresh = []
    for showing in showings:
        question = _question(showing, keyring)
        if showing.scan_id in before:
            must_be_the_question(before[showing.scan_id].question, *question)
        elif ticket := tickets.get(showing.shown):
            fresh.append((showing, question[0], ticket, look_at(ticket, place.departure, place.gate, place.now)))
    good = [ticket.passenger for _, _, ticket, fault in fresh if fault is None]
    for passenger in good:
        record(passenger, one.said, one.officer_id, place.now)
    loaded = load_party(good[0], place.now) if good else None
    judged = []
    for showing, asked, ticket, fault in fresh:
        judgement = fault or _judge(ticket, place, loaded)
        judged.append((_keep(showing, asked, judgement, ticket, ticket.serial, place), judgement))
        db.session.flush()  # who has passed counts for those who travel along
    _count([kept for kept, _ in judged], place.departure)
    again = [answer_of(kept, place.departure, place.gate) for kept in before.values()]
    return again + [answer_of(kept, place.departure, place.gate, judgement) for kept, judgement in judged]


@action
def pass_by_supervisor(showing: Showing, keyring: Keyring, reason: str) -> ScanAnswer:
    """Let the holder of a good ticket pass although rules or the hour hold them, on a supervisor's word and reason.

    A serial is shown, and nothing is said with it. Never above the ceiling, and never with a ticket that is void, used,
    unpaid or for another ship: those are refused as `scan` refuses them. The reason and the supervisor are kept with
    the scan. Raises NotFound; Refusal `may_not_exempt`, `not_your_port`, `exemption_reason_missing`,
    `request_id_reused`.
    """
    officer = get_user(showing.officer_id)
    if not (officer.active and officer.may_exempt):
        raise Refusal("may_not_exempt")
    reason = required_reason(reason, "exemption_reason_missing")
    place = _place(showing, clock.now())
    question, before = _before(replace(showing, said={"supervisor": reason}), keyring)
    if before is not None:
        return answer_of(before, place.departure, place.gate)
    ticket = find_ticket(showing.shown, lock=True)
    judgement = look_at(ticket, place.departure, place.gate, place.now)
    if judgement is None and ticket is not None:
        judgement = _pass(ticket, place, {"reason": reason.rstrip("."), "officer": officer.name})
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    return _kept_and_told(showing, question, judgement, ticket, showing.shown, place)


@dataclass(frozen=True)
class _Place:
    """Where and when somebody is scanned."""

    departure: Departure
    gate: Gate
    now: datetime


def _place(showing: Showing, now: datetime) -> _Place:
    departure, gate = get_departure(showing.departure_id), get_gate(showing.gate_id)
    require_port(showing.officer_id, departure.call.port_id)
    return _Place(departure, gate, now)


def _before(showing: Showing, keyring: Keyring) -> tuple[str, Scan | None]:
    """The digest of what is asked, and the scan of that id, where it was the same question."""
    digests = _question(showing, keyring)
    before = db.session.get(Scan, showing.scan_id)
    if before is not None:
        must_be_the_question(before.question, *digests)
    return digests[0], before


def _keep_said(showing: Showing, ticket: Ticket, now: datetime) -> None:
    """Keep what the officer has said and seen of the holder."""
    papers = showing.said.get("documents") or ()
    said = {fact: value for fact, value in showing.said.items() if fact != "documents" or not value}
    record(ticket.passenger, said, showing.officer_id, now)
    keep_seen(ticket.passenger, papers, showing.officer_id, now)
    _see(showing.seen, ticket, showing.officer_id, now)


def _kept_and_told(
    showing: Showing, question: str, judgement: Judgement, ticket: Ticket | None, serial: str, place: _Place
) -> ScanAnswer:
    kept = _keep(showing, question, judgement, ticket, serial, place)
    _count([kept], place.departure)
    db.session.flush()
    return answer_of(kept, place.departure, place.gate, judgement)


def _pass(ticket: Ticket, place: _Place, told: dict[str, Any]) -> Judgement:
    """A supervisor's pass of a good ticket, with what the rules say of it all the same."""
    gate = place.gate
    found = judge_by_rules(ticket, place.departure, gate.stage, find_load(place.departure), place.now)
    if gate.stage != Stage.GANGWAY and (came := find_pass(ticket.id, gate.stage)):
        return Judgement(Verdict.PASS, "entered_again", when_and_where(came), found)
    if gate.stage == Stage.GANGWAY:
        if not places.come_aboard(leg_ids_of(ticket.passenger.booking)):
            return Judgement(Verdict.REFUSE, "ship_full", by_rules=found)
        ticket.passenger.boarded_at = place.now
    return Judgement(Verdict.PASS, "by_supervisor", told, found)


def _keep(
    showing: Showing, question: str, judgement: Judgement, ticket: Ticket | None, serial: str, place: _Place
) -> Scan:
    """Keep the scan, admitted or not."""
    found = judgement.by_rules
    kept = Scan(
        id=showing.scan_id,
        showing_id=showing.showing_id or None,
        question=question,
        departure_id=place.departure.id,
        gate_id=place.gate.id,
        stage=place.gate.stage,
        officer_id=showing.officer_id,
        ticket_id=ticket.id if ticket else None,
        serial=serial,
        verdict=judgement.verdict,
        reason=judgement.reason,
        details=judgement.details,
        rule_set_id=found.rules.id if found else None,
        outcome=found.outcome if found else None,
        reasons=found.reasons if found else None,
        facts=found.facts if found else None,
        scanned_at=showing.scanned_at,
        received_at=place.now,
    )
    kept.ticket = ticket
    db.session.add(kept)
    return kept


def _is_same_showing(used: Scan, showing: Showing) -> bool:
    """Whether this pass was given to the very showing that is asked about again, at the same place by the same hand."""
    passed = (used.showing_id, used.departure_id, used.gate_id, used.officer_id)
    return passed == (showing.showing_id, showing.departure_id, showing.gate_id, showing.officer_id)


def _question(showing: Showing, keyring: Keyring) -> list[str]:
    """The digest of what is asked, by each key; a typed text may be anything, an identity number too."""
    text = question_text(
        "scan",
        shown=showing.shown.strip(),
        departure=showing.departure_id,
        gate=showing.gate_id,
        officer=showing.officer_id,
        said=dict(showing.said),
        seen=sorted(set(showing.seen)),
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


def _judge(ticket: Ticket, place: _Place, loaded: Loaded | None = None) -> Judgement:
    """Whether the holder of a good ticket goes on: by the hour, by the rules, and aboard while there is room."""
    departure, gate, now = place.departure, place.gate, place.now
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
