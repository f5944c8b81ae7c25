"""Read what was shown and look at its ticket: what is wrong with it, here and now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.boarding.actions.departure import depart as depart
from app.boarding.actions.departure import open_boarding as open_boarding
from app.boarding.gate_rules import ByRules, asks, denied
from app.boarding.models import Departure, DepartureState, Gate, Scan, Stage, Verdict
from app.boarding.queries import find_load, find_pass
from app.booking.identity import mask
from app.booking.models import OPEN, BookingState, Displacement, PassengerState, Ticket
from app.booking.queries import find_booking_moved_to
from app.booking.tickets import code as ticket_code
from app.db import db
from app.keys import Keyring
from app.schedule.models import Port, PortCall
from app.seats.actions.capacity import record_capacity as record_capacity


@dataclass(frozen=True)
class Showing:
    """A ticket shown at a gate: its code's text or typed serial, where and when, and what the officer says with it.

    `said` are facts by their names in docs/rules.md, `seen` the papers that the officer has held in the hand. One
    `showing_id` goes with every scan of the same showing, until the server has answered it.
    """

    scan_id: str
    shown: str = field(repr=False)
    departure_id: int
    gate_id: int
    officer_id: int
    scanned_at: datetime
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seen: Collection[int] = ()
    showing_id: str = ""


@dataclass(frozen=True)
class ScanAnswer:
    """The gate's answer: the verdict with its reason, at which port, whom it is about, and the count on board."""

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
class Judgement:
    verdict: Verdict
    reason: str
    details: dict[str, Any] = field(default_factory=dict)
    by_rules: ByRules | None = None


def read_shown(shown: str, keyring: Keyring) -> tuple[str, Judgement | None]:
    """The serial that was shown, or what is wrong with it."""
    shown = shown.strip()
    is_code = shown[: len(ticket_code.PREFIX)].upper() == ticket_code.PREFIX
    try:
        # A hand scanner types, and Caps Lock turns its letters over; a code has capitals only.
        return ticket_code.read(shown.upper(), keyring).serial if is_code else ticket_code.clean_serial(shown), None
    except ticket_code.BadTicket as bad:
        if not is_code and ticket_code.is_mistyped(shown):
            return "", Judgement(Verdict.HOLD, "mistyped")
        verdict = Verdict.REFUSE if bad.code == "forged" else Verdict.REFER
        return "", Judgement(verdict, bad.code)


def look_at(ticket: Ticket | None, departure: Departure, gate: Gate, now: datetime) -> Judgement | None:
    """Find what is wrong with the ticket itself, here and now; None where nothing is."""
    if ticket is None:
        return Judgement(Verdict.REFER, "unknown_ticket")
    booking = ticket.passenger.booking
    if ticket.void_at or ticket.passenger.state != PassengerState.TRAVELS:
        return _void(ticket)
    if booking.voyage_id != departure.call.voyage_id:
        return Judgement(Verdict.REFUSE, "wrong_voyage", _journey_of(booking.from_call))
    if booking.from_call_id != departure.call_id or gate.port_id != departure.call.port_id:
        return Judgement(Verdict.REFUSE, "wrong_port", _journey_of(booking.from_call))
    state = booking.state_at(now)
    if state in OPEN:
        return Judgement(Verdict.HOLD, "unpaid", {"booking": booking.code})
    if state != BookingState.CONFIRMED:
        return Judgement(Verdict.REFUSE, "void")
    if used := find_pass(ticket.id):
        return Judgement(Verdict.REFUSE, "already_used", when_and_where(used))
    if departure.state(now) == DepartureState.LEFT:
        return Judgement(Verdict.REFUSE, "departed", _moment(departure.call.actual_departure))
    return None


def out_of_time(departure: Departure, now: datetime) -> Judgement | None:
    """That nobody boards yet, or any more, unless the rules in force have a word on the hour."""
    window, stage = departure.boarding_window(), departure.state(now)
    if window is None or stage == DepartureState.OPEN:
        return Judgement(Verdict.HOLD, "too_early", _moment(window[0]) if window else {})
    if stage == DepartureState.CLOSED:
        return Judgement(Verdict.REFUSE, "too_late", _moment(window[1]))
    return None


def entered_ahead(found: ByRules) -> dict[str, Any]:
    """Gather what the travelers have entered ahead and no officer has looked at yet, for the officer to ask for."""
    papers = [
        {"id": paper.id, "kind": paper.kind, "result": paper.result, "taken_at": paper.taken_at.isoformat()}
        for paper in found.unseen
    ]
    tests = [{"kind": kind, "since": since.isoformat()} for kind, since in found.tests]
    told = {"papers": papers or None, "doses": found.doses, "tests": tests or None}
    return {name: value for name, value in told.items() if value is not None}


def when_and_where(kept: Scan) -> dict[str, Any]:
    return {"at": kept.received_at.isoformat(), "gate": kept.gate.name}


def _void(ticket: Ticket) -> Judgement:
    """Why a ticket that was good once admits nobody, and where its passenger is to be sent.

    A decision about the voyage is told with its reason, for its holder has done nothing.
    """
    passenger = ticket.passenger
    if passenger.state == PassengerState.TRAVELS and passenger.ticket is not None:
        return Judgement(Verdict.HOLD, "replaced", {"serial": ticket_code.format_serial(passenger.ticket.serial)})
    if passenger.state == PassengerState.MOVED:
        new = find_booking_moved_to(passenger)
        return Judgement(Verdict.REFUSE, "moved", _journey_of(new.from_call) if new else {})
    if passenger.state == PassengerState.CANCELLED:
        return Judgement(Verdict.REFUSE, "cancelled")
    if passenger.state == PassengerState.NO_SHOW:
        return Judgement(Verdict.REFUSE, "no_show")
    if passenger.state == PassengerState.DISPLACED:
        decided = db.session.scalar(select(Displacement).where(Displacement.booking_id == passenger.booking_id))
        if decided is not None:
            if decided.cause == "cancelled":
                return Judgement(Verdict.REFUSE, "voyage_cancelled", {"reason": decided.reason})
            return Judgement(Verdict.REFUSE, "displaced", {"reason": decided.reason})
    return Judgement(Verdict.REFUSE, "void")


def _journey_of(call: PortCall) -> dict[str, Any]:
    """Where the ticket would be right: for the officer to tell its holder."""
    ship = call.voyage.ship
    told = {"ship": ship.name if ship else "", "port": call.port.name, **_moment(call.departs_at)}
    return {**told, "left": True} if call.actual_departure else told


def _moment(at: datetime | None) -> dict[str, Any]:
    return {"at": at.isoformat()} if at else {}


def answer_of(kept: Scan, departure: Departure, gate: Gate, judgement: Judgement | None = None) -> ScanAnswer:
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
