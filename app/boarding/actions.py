"""What an officer's device, or an official, can cause at a departure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import clock, outbox
from app.accounts.queries import get_user, require_port
from app.boarding.by_rules import ByRules, Loaded, asks, denied, judge_by_rules, load_party
from app.boarding.departing import depart as depart
from app.boarding.departing import open_boarding as open_boarding
from app.boarding.models import NOT_DECIDED, Arrival, Departure, DepartureState, Gate, Scan, Stage, Verdict
from app.boarding.papers import record_capacity as record_capacity
from app.boarding.queries import find_load, find_pass, get_departure, get_gate, list_scans_by_id
from app.booking import code as ticket_code
from app.booking.identity import mask
from app.booking.models import OPEN, BookingState, Displacement, PassengerState, ShownDocument, Ticket
from app.booking.queries import find_booking_moved_to, find_ticket, find_tickets, leg_ids_of
from app.booking.saying import keep_seen, must_be_sayable, record, see
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import AboardChanged, TimesChanged
from app.idempotency import must_be_the_question, question_text
from app.keys import Keyring
from app.reasons import required_reason
from app.schedule.around_plan import call_before, left_before, may_have_come
from app.schedule.models import Port, PortCall
from app.seats import places


@dataclass(frozen=True)
class ScanAnswer:
    """What the gate shows: the verdict with its reason, at which port, whom it is about, and the count on board."""

    scan_id: str
    verdict: Verdict
    reason: str
    port: Port = field(repr=False)
    serial: str = ""
    name: str = ""
    fare_class: str = ""
    infant: bool = False
    vehicle_plate: str = field(default="", repr=False)
    party: int = 0
    """Persons on the booking; 0 where no ticket was found."""
    aboard: int = 0
    ceiling: int = 0
    details: dict[str, Any] = field(default_factory=dict)
    stage: str = Stage.GANGWAY
    outcome: str | None = None
    rule_set: int | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    """Facts that the officer still has to say."""
    denied: list[str] = field(default_factory=list)
    """Facts of which it was said that they are not so: with one touch they can be asked again."""
    document_kind: str = ""
    document_number: str = field(default="", repr=False)
    """Masked, and only where it is to be compared."""


@dataclass(frozen=True)
class _Judgement:
    verdict: Verdict
    reason: str
    details: dict[str, Any] = field(default_factory=dict)
    by_rules: ByRules | None = None


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
        return _answer(before, departure, gate)
    serial, fault = _read(shown, keyring)
    ticket = find_ticket(serial, lock=True) if serial else None
    judgement = fault or _look_at(ticket, departure, gate, now)
    if ticket is not None and judgement is not None and judgement.reason == "already_used" and showing_id:
        used = find_pass(ticket.id)
        if used is not None and _is_same_showing(used, showing_id, departure, gate, officer_id):
            told = _Judgement(Verdict.PASS, "recorded", _when_and_where(used))
            return replace(_answer(used, departure, gate), reason=told.reason, details=told.details)
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
    return _answer(kept, departure, gate, judgement)


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
            fresh.append((scan_id, tickets[serial], _look_at(tickets[serial], departure, gate, now)))
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
    again = [_answer(kept, departure, gate) for kept in before.values()]
    return again + [_answer(kept, departure, gate, judgement) for kept, judgement in judged]


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
        return _answer(before, departure, gate)
    ticket = find_ticket(serial, lock=True)
    judgement = _look_at(ticket, departure, gate, now)
    if judgement is None and ticket is not None:
        judgement = _pass(ticket, departure, gate, now, {"reason": reason.rstrip("."), "officer": officer.name})
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    asked = _Asked(scan_id, showing_id, digests[0], officer_id, now, now)
    kept = _keep(asked, judgement, ticket, serial, departure, gate)
    _count([kept], departure)
    db.session.flush()
    return _answer(kept, departure, gate, judgement)


def _pass(ticket: Ticket, departure: Departure, gate: Gate, now: datetime, told: dict[str, Any]) -> _Judgement:
    """A supervisor's pass of a good ticket, with what the rules say of it all the same."""
    found = judge_by_rules(ticket, departure, gate.stage, find_load(departure), now)
    if gate.stage != Stage.GANGWAY and (came := find_pass(ticket.id, gate.stage)):
        return _Judgement(Verdict.PASS, "entered_again", _when_and_where(came), found)
    if gate.stage == Stage.GANGWAY:
        if not places.come_aboard(leg_ids_of(ticket.passenger.booking)):
            return _Judgement(Verdict.REFUSE, "ship_full", by_rules=found)
        ticket.passenger.boarded_at = now
    return _Judgement(Verdict.PASS, "by_supervisor", told, found)


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
    asked: _Asked, judgement: _Judgement, ticket: Ticket | None, serial: str, departure: Departure, gate: Gate
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


def _read(shown: str, keyring: Keyring) -> tuple[str, _Judgement | None]:
    """The serial that was shown, or what is wrong with it."""
    shown = shown.strip()
    is_code = shown[: len(ticket_code.PREFIX)].upper() == ticket_code.PREFIX
    try:
        # A hand scanner types, and Caps Lock turns its letters over; a code has capitals only.
        return ticket_code.read(shown.upper(), keyring).serial if is_code else ticket_code.clean_serial(shown), None
    except ticket_code.BadTicket as bad:
        if not is_code and ticket_code.is_mistyped(shown):
            return "", _Judgement(Verdict.HOLD, "mistyped")
        verdict = Verdict.REFUSE if bad.code == "forged" else Verdict.REFER
        return "", _Judgement(verdict, bad.code)


def _look_at(ticket: Ticket | None, departure: Departure, gate: Gate, now: datetime) -> _Judgement | None:
    """What is wrong with the ticket itself, here and now; None where nothing is."""
    if ticket is None:
        return _Judgement(Verdict.REFER, "unknown_ticket")
    booking = ticket.passenger.booking
    if ticket.void_at or ticket.passenger.state != PassengerState.TRAVELS:
        return _void(ticket)
    if booking.voyage_id != departure.call.voyage_id:
        return _Judgement(Verdict.REFUSE, "wrong_voyage", _journey_of(booking.from_call))
    if booking.from_call_id != departure.call_id or gate.port_id != departure.call.port_id:
        return _Judgement(Verdict.REFUSE, "wrong_port", _journey_of(booking.from_call))
    state = booking.state_at(now)
    if state in OPEN:
        return _Judgement(Verdict.HOLD, "unpaid", {"booking": booking.code})
    if state != BookingState.CONFIRMED:
        return _Judgement(Verdict.REFUSE, "void")
    if used := find_pass(ticket.id):
        return _Judgement(Verdict.REFUSE, "already_used", _when_and_where(used))
    if departure.state(now) == DepartureState.LEFT:
        return _Judgement(Verdict.REFUSE, "departed", _moment(departure.call.actual_departure))
    return None


def _out_of_time(departure: Departure, now: datetime) -> _Judgement | None:
    """That nobody boards yet, or any more, unless the rules in force have a word on the hour."""
    window, stage = departure.boarding_window(), departure.state(now)
    if window is None or stage == DepartureState.OPEN:
        return _Judgement(Verdict.HOLD, "too_early", _moment(window[0]) if window else {})
    if stage == DepartureState.CLOSED:
        return _Judgement(Verdict.REFUSE, "too_late", _moment(window[1]))
    return None


def _judge(ticket: Ticket, departure: Departure, gate: Gate, now: datetime, loaded: Loaded | None = None) -> _Judgement:
    """Whether the holder of a good ticket goes on: by the hour, by the rules, and aboard while there is room."""
    aboard, load = gate.stage == Stage.GANGWAY, find_load(departure)
    out = _out_of_time(departure, now)
    if out is None and aboard and (load is None or load.aboard >= load.ceiling):
        return _Judgement(Verdict.REFUSE, "ship_full")
    found = judge_by_rules(ticket, departure, gate.stage, load, now, loaded)
    if out is not None and (found is None or not found.open_now):
        return replace(out, by_rules=found if found is not None and found.keeps_the_hour else None)
    if found is not None and not found.lets_pass:
        verdict, reason = found.verdict
        return _Judgement(verdict, reason, _entered(found), found)
    if not aboard:
        if came := find_pass(ticket.id, gate.stage):
            return _Judgement(Verdict.PASS, "entered_again", _when_and_where(came), found)
        return _Judgement(Verdict.PASS, "entered", by_rules=found)
    # Only this one counts: somebody else may have come aboard since the load was read.
    if not places.come_aboard(leg_ids_of(ticket.passenger.booking)):
        return _Judgement(Verdict.REFUSE, "ship_full", by_rules=found)
    ticket.passenger.boarded_at = now
    return _Judgement(Verdict.PASS, "admitted", by_rules=found)


def _entered(found: ByRules) -> dict[str, Any]:
    """What the travelers have entered ahead and nobody has looked at yet, for the officer to ask for."""
    papers = [
        {"id": paper.id, "kind": paper.kind, "result": paper.result, "taken_at": paper.taken_at.isoformat()}
        for paper in found.unseen
    ]
    tests = [{"kind": kind, "since": since.isoformat()} for kind, since in found.tests]
    told = {"papers": papers or None, "doses": found.doses, "tests": tests or None}
    return {name: value for name, value in told.items() if value is not None}


def _when_and_where(kept: Scan) -> dict[str, Any]:
    return {"at": kept.received_at.isoformat(), "gate": kept.gate.name}


def _void(ticket: Ticket) -> _Judgement:
    """Why a ticket that was good once admits nobody, and where its passenger is to be sent.

    A decision about the voyage is told with its reason, for its holder has done nothing.
    """
    passenger = ticket.passenger
    if passenger.state == PassengerState.TRAVELS and passenger.ticket is not None:
        return _Judgement(Verdict.HOLD, "replaced", {"serial": ticket_code.format_serial(passenger.ticket.serial)})
    if passenger.state == PassengerState.MOVED:
        new = find_booking_moved_to(passenger)
        return _Judgement(Verdict.REFUSE, "moved", _journey_of(new.from_call) if new else {})
    if passenger.state == PassengerState.CANCELLED:
        return _Judgement(Verdict.REFUSE, "cancelled")
    if passenger.state == PassengerState.NO_SHOW:
        return _Judgement(Verdict.REFUSE, "no_show")
    if passenger.state == PassengerState.DISPLACED:
        decided = db.session.scalar(select(Displacement).where(Displacement.booking_id == passenger.booking_id))
        if decided is not None:
            if decided.cause == "cancelled":
                return _Judgement(Verdict.REFUSE, "voyage_cancelled", {"reason": decided.reason})
            return _Judgement(Verdict.REFUSE, "displaced", {"reason": decided.reason})
    return _Judgement(Verdict.REFUSE, "void")


def _journey_of(call: PortCall) -> dict[str, Any]:
    """Where the ticket would be right: for the officer to tell its holder."""
    ship = call.voyage.ship
    told = {"ship": ship.name if ship else "", "port": call.port.name, **_moment(call.departs_at)}
    return {**told, "left": True} if call.actual_departure else told


def _moment(at: datetime | None) -> dict[str, Any]:
    return {"at": at.isoformat()} if at else {}


def _answer(kept: Scan, departure: Departure, gate: Gate, judgement: _Judgement | None = None) -> ScanAnswer:
    load = find_load(departure)
    passenger = kept.ticket.passenger if kept.ticket else None
    # Who is too early or too late is not asked: no answer would let them pass.
    asked = asks(kept.reasons or ()) if kept.reason not in ("too_early", "too_late") else []
    compares = passenger is not None and any(fact.startswith("identity.") for fact in asked)
    rules = judgement.by_rules.rules if judgement and judgement.by_rules else kept.rule_set
    return ScanAnswer(
        scan_id=kept.id,
        verdict=Verdict(kept.verdict),
        reason=kept.reason,
        port=gate.port,
        serial=kept.serial,
        name=passenger.name if passenger else "",
        fare_class=passenger.booking.fare_class.name if passenger else "",
        infant=bool(passenger and passenger.infant),
        vehicle_plate=(passenger.booking.vehicle_plate or "") if passenger else "",
        party=passenger.booking.souls if passenger and passenger.booking.from_call_id == departure.call_id else 0,
        aboard=load.aboard if load else 0,
        ceiling=load.ceiling if load else 0,
        details=kept.details,
        stage=kept.stage,
        outcome=kept.outcome,
        rule_set=rules.number if rules else None,
        reasons=kept.reasons or [],
        asks=asked,
        denied=denied(kept.facts or {}),
        document_kind=passenger.document_kind if passenger and compares else "",
        document_number=mask(passenger.document_number) if passenger and compares else "",
    )


@action
def record_arrival(call_id: int, passengers_off: int, *, source_url: str = "", user_id: int | None = None) -> Arrival:
    """The ship has come in and so many souls have left it. Recorded again, the newer figure stands.

    Raises NotFound `call_not_found`; Refusal `count` for a negative figure, `arrival_backwards` before it has left the
    last port; by a user `not_your_port`, and `needs_second_person` far from the plan (`change_times` asks for one).
    """
    if passengers_off < 0:
        raise Refusal("count", 422, field="passengers_off")
    call = db.session.get(PortCall, call_id)
    if call is None:
        raise NotFound("call_not_found")
    if call.actual_arrival is None:
        _require_arrival(call, user_id)
    arrival = db.session.scalar(select(Arrival).where(Arrival.call_id == call_id)) or Arrival(call_id=call_id)
    arrival.passengers_off, arrival.source_url = passengers_off, source_url
    arrival.recorded_by, arrival.recorded_at = user_id, clock.now()
    call.actual_arrival = call.actual_arrival or clock.now()
    db.session.add(arrival)
    outbox.record(TimesChanged(call.voyage_id))
    return arrival


def _require_arrival(call: PortCall, user_id: int | None) -> None:
    """Refuse a ship that comes before it has left, and by one person one that comes far from its plan."""
    now, before, left = clock.now(), call_before(call), left_before(call)
    if before and left and now <= left:
        raise Refusal("arrival_backwards", 422, port=before.port.name)
    if user_id is not None:
        require_port(user_id, call.port_id)
        if not may_have_come(call, now):
            raise Refusal("needs_second_person")
