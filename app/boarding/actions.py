"""What an officer's device, or an official, can cause at a departure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app import clock, outbox
from app.boarding.models import UNDECIDED, Arrival, Departure, DepartureState, Gate, Scan, Stage, Verdict
from app.boarding.papers import record_capacity as record_capacity
from app.boarding.queries import find_load, find_pass, get_departure, get_gate
from app.booking import code as ticket_code
from app.booking.models import BookingState, Displacement, PassengerState, Ticket
from app.booking.queries import find_booking_moved_to, find_ticket, leg_ids_of
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import AboardChanged, TimesChanged
from app.keys import Keyring
from app.schedule.models import PortCall, Voyage
from app.seats import places


@dataclass(frozen=True)
class ScanAnswer:
    """What the gate shows: the verdict with its reason, whom it is about, and the count on board."""

    scan_id: str
    verdict: Verdict
    reason: str
    serial: str = ""
    name: str = ""
    fare_class: str = ""
    infant: bool = False
    vehicle_plate: str = field(default="", repr=False)
    aboard: int = 0
    ceiling: int = 0
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Judgement:
    verdict: Verdict
    reason: str
    details: dict[str, Any] = field(default_factory=dict)


@action
def scan(
    scan_id: str,
    shown: str,
    departure_id: int,
    gate_id: int,
    officer_id: int,
    scanned_at: datetime,
    keyring: Keyring,
) -> ScanAnswer:
    """Judge what was `shown` (the text of a code, or a typed serial) and keep the scan, admitted or not.

    It passes only when: the signature is good, the ticket is for this voyage and port, it is paid, boarding is open,
    and at the ship's side when it has not been used there and one more soul stays within the ceiling. At the terminal
    and on the quay nobody is counted, and whoever was let in may come back. The same `scan_id` a second
    time gives the first answer. Raises NotFound for an unknown departure or gate, and nothing else:
    whatever is wrong with the ticket is an answer.
    """
    now = clock.now()
    departure, gate = get_departure(departure_id), get_gate(gate_id)
    before = db.session.get(Scan, scan_id)
    if before is not None:
        return _answer(before, departure)
    serial, fault = _read(shown, keyring)
    ticket = find_ticket(serial, lock=True) if serial else None
    judgement = fault or _judge(ticket, departure, gate, now)
    kept = Scan(
        id=scan_id,
        departure_id=departure.id,
        gate_id=gate.id,
        stage=gate.stage,
        officer_id=officer_id,
        ticket_id=ticket.id if ticket else None,
        serial=serial,
        verdict=judgement.verdict,
        reason=judgement.reason,
        details=judgement.details,
        scanned_at=scanned_at,
        received_at=now,
    )
    kept.ticket = ticket
    db.session.add(kept)
    _count(kept, departure)
    db.session.flush()
    return _answer(kept, departure)


def _count(kept: Scan, departure: Departure) -> None:
    """Into the sums of the departure, and tell them; at the ship's side only."""
    if kept.stage != Stage.GANGWAY or kept.reason == UNDECIDED:
        return
    counter = Departure.boarded if kept.verdict == Verdict.PASS else Departure.refused
    db.session.execute(
        update(Departure).where(Departure.id == departure.id).values({counter: counter + 1}),
        execution_options={"synchronize_session": False},
    )
    outbox.record(AboardChanged(departure.call.voyage_id))


def _read(shown: str, keyring: Keyring) -> tuple[str, _Judgement | None]:
    """The serial that was shown, or what is wrong with it."""
    shown = shown.strip()
    try:
        if shown.startswith(ticket_code.PREFIX):
            return ticket_code.read(shown, keyring).serial, None
        return ticket_code.clean_serial(shown), None
    except ticket_code.BadTicket as bad:
        verdict = Verdict.REFUSE if bad.code == "forged" else Verdict.REFER
        return "", _Judgement(verdict, bad.code)


def _judge(ticket: Ticket | None, departure: Departure, gate: Gate, now: datetime) -> _Judgement:
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
    if state == BookingState.HELD:
        return _Judgement(Verdict.HOLD, "unpaid", {"booking": booking.code})
    if state != BookingState.CONFIRMED:
        return _Judgement(Verdict.REFUSE, "void")
    if used := find_pass(ticket.id):
        return _Judgement(Verdict.REFUSE, "already_used", _when_and_where(used))
    window, stage = departure.boarding_window(), departure.state(now)
    if stage == DepartureState.LEFT:
        return _Judgement(Verdict.REFUSE, "departed", _moment(departure.call.actual_departure))
    if window is None or stage == DepartureState.OPEN:
        return _Judgement(Verdict.HOLD, "too_early", _moment(window[0]) if window else {})
    if stage == DepartureState.CLOSED:
        return _Judgement(Verdict.REFUSE, "too_late", _moment(window[1]))
    if gate.stage != Stage.GANGWAY:
        if came := find_pass(ticket.id, gate.stage):
            return _Judgement(Verdict.PASS, "entered_again", _when_and_where(came))
        return _Judgement(Verdict.PASS, "entered")
    if not places.come_aboard(leg_ids_of(booking)):
        return _Judgement(Verdict.REFUSE, "ship_full")
    ticket.passenger.boarded_at = now
    return _Judgement(Verdict.PASS, "admitted")


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
    return {"ship": ship.name if ship else "", "port": call.port.name, **_moment(call.departs_at)}


def _moment(at: datetime | None) -> dict[str, Any]:
    return {"at": at.isoformat()} if at else {}


def _answer(kept: Scan, departure: Departure) -> ScanAnswer:
    load = find_load(departure)
    passenger = kept.ticket.passenger if kept.ticket else None
    return ScanAnswer(
        scan_id=kept.id,
        verdict=Verdict(kept.verdict),
        reason=kept.reason,
        serial=kept.serial,
        name=passenger.name if passenger else "",
        fare_class=passenger.booking.fare_class.name if passenger else "",
        infant=bool(passenger and passenger.infant),
        vehicle_plate=(passenger.booking.vehicle_plate or "") if passenger else "",
        aboard=load.aboard if load else 0,
        ceiling=load.ceiling if load else 0,
        details=kept.details,
    )


@action
def open_boarding(departure_id: int, officer_id: int) -> Departure:
    """Let people board from now on, ahead of the usual time (the terminal is crowded, the tide turns).

    Nothing more happens when boarding is open. Raises NotFound; Refusal `departed`, `voyage_cancelled`.
    """
    now = clock.now()
    departure = get_departure(departure_id)
    stage = departure.state(now)
    if stage == DepartureState.LEFT:
        raise Refusal("departed")
    _must_sail(departure)
    if stage == DepartureState.OPEN:
        departure.opened_at, departure.opened_by = now, officer_id
        outbox.record(TimesChanged(departure.call.voyage_id))
    return departure


@action
def depart(departure_id: int, user_id: int, at: datetime | None = None) -> Departure:
    """The ship has left, now or at an earlier moment `at`. A second time nothing more happens.

    Raises NotFound; Refusal `not_yet` for a moment in the future, `voyage_cancelled`.
    """
    now = clock.now()
    if at is not None and at > now:
        raise Refusal("not_yet", 422, field="at")
    departure = get_departure(departure_id)
    _must_sail(departure)
    if departure.call.actual_departure is None:
        departure.call.actual_departure = at or now
        departure.left_by = user_id
        outbox.record(TimesChanged(departure.call.voyage_id))
    return departure


def _must_sail(departure: Departure) -> None:
    if db.session.scalar(select(Voyage.cancelled_at).where(Voyage.id == departure.call.voyage_id)):
        raise Refusal("voyage_cancelled")


@action
def record_arrival(call_id: int, passengers_off: int, *, source_url: str = "", user_id: int | None = None) -> Arrival:
    """The ship has come in and so many souls have left it. Recorded again, the newer figure stands.

    Raises NotFound `call_not_found`; Refusal `count` for a negative figure.
    """
    if passengers_off < 0:
        raise Refusal("count", 422, field="passengers_off")
    call = db.session.get(PortCall, call_id)
    if call is None:
        raise NotFound("call_not_found")
    arrival = db.session.scalar(select(Arrival).where(Arrival.call_id == call_id)) or Arrival(call_id=call_id)
    arrival.passengers_off, arrival.source_url = passengers_off, source_url
    arrival.recorded_by, arrival.recorded_at = user_id, clock.now()
    call.actual_arrival = call.actual_arrival or clock.now()
    db.session.add(arrival)
    outbox.record(TimesChanged(call.voyage_id))
    return arrival
