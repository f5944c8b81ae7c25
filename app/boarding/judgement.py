"""Read what was shown and look at its ticket: what is wrong with it, here and now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from app.boarding.actions.departure import depart as depart
from app.boarding.actions.departure import open_boarding as open_boarding
from app.boarding.gate_rules import ByRules, asks, denied
from app.boarding.holders import Holder, Place, PortClock
from app.boarding.models import DepartureState, Direction, Scan, Stage, Verdict
from app.booking.identity import mask
from app.booking.models import OPEN, BookingState, Displacement, PassengerState, Ticket
from app.booking.queries import find_booking_moved_to
from app.booking.tickets import code as ticket_code
from app.db import db
from app.keys import Keyring
from app.rules.queries import prepared_by_id
from app.schedule.models import PortCall
from app.seats.actions.capacity import record_capacity as record_capacity

CLOCK_OFF = timedelta(minutes=5)
"""So far ahead of ours a device's clock may be, and still be believed."""

KEPT_FOR = timedelta(hours=72)
"""So long a device may keep a scan that is judged by the moment when it was made."""


@dataclass(frozen=True)
class DeviceVerdict:
    """The verdict that a device told an officer by itself, while the server did not answer."""

    verdict: Verdict
    reason: str
    device_id: int | None = None
    """Of an enrolled device."""
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Showing:
    """A ticket shown at a gate: its code's text or typed serial, where and when, and what the officer says with it.

    `said` are facts by their names in docs/rules.md, `seen` the papers that the officer has held in the hand. One
    `showing_id` goes with every scan of the same showing, until the server has answered it. `device` is there where a
    device has judged it alone, and kept it for the server.
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
    device: DeviceVerdict | None = None
    direction: Direction = Direction.IN

    def moment(self, now: datetime) -> datetime:
        """By which moment it is judged: that of a device which was alone, where its clock can be believed."""
        believed = self.device is not None and now - KEPT_FOR <= self.scanned_at <= now + CLOCK_OFF
        return min(self.scanned_at, now) if believed else now

    @property
    def is_of_a_revoked_device(self) -> bool:
        """Whether the device had been revoked when it was made: then somebody looks at it, whatever it says."""
        revoked = self.device.revoked_at if self.device is not None else None
        return revoked is not None and self.scanned_at >= revoked

    def decided_at(self, moment: datetime) -> datetime | None:
        """The moment by which it was judged, where that was the device's."""
        return moment if self.device is not None and abs(moment - self.scanned_at) <= CLOCK_OFF else None


@dataclass(frozen=True)
class ScanAnswer:
    """The gate's answer: the verdict with its reason, at which port, whom it is about, and the count on board."""

    scan_id: str
    verdict: Verdict
    reason: str
    clock: PortClock = field(repr=False)
    """The clock at the gate."""
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
    direction: str = Direction.IN
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


class Elsewhere:
    """The fate of tickets that are not good here, asked one by one."""

    def call(self, call_id: int) -> PortCall:
        """The call of that id."""
        return db.session.get_one(PortCall, call_id)

    def good_serial(self, holder: Holder) -> str | None:
        """The serial of the ticket that took the place of this one, or None."""
        good = select(Ticket.serial).where(Ticket.passenger_id == holder.passenger_id, Ticket.void_at.is_(None))
        return db.session.scalar(good)

    def moved_to(self, holder: Holder) -> PortCall | None:
        """The call from which the holder travels instead, or None."""
        new = find_booking_moved_to(holder.booking_id, holder.document_number)
        return new.from_call if new else None

    def displacement(self, holder: Holder) -> Displacement | None:
        """The decision by which the holder has lost the place, or None."""
        return db.session.scalar(select(Displacement).where(Displacement.booking_id == holder.booking_id))


def look_at(holder: Holder | None, place: Place, elsewhere: Elsewhere | None = None) -> Judgement | None:
    """Find what is wrong with the ticket itself, here and now; None where nothing is.

    `elsewhere` knows what became of the others, where many are looked at together.
    """
    elsewhere = elsewhere or Elsewhere()
    if holder is None:
        return Judgement(Verdict.REFER, "unknown_ticket")
    if holder.void_at or holder.state != PassengerState.TRAVELS:
        return _void(holder, elsewhere)
    if holder.voyage_id != place.voyage_id:
        return Judgement(Verdict.REFUSE, "wrong_voyage", journey_of(elsewhere.call(holder.from_call_id)))
    is_back = holder.is_back_at(place)
    if place.gate_port_id != place.port_id or (holder.from_call_id != place.call_id and not is_back):
        return Judgement(Verdict.REFUSE, "wrong_port", journey_of(elsewhere.call(holder.from_call_id)))
    if holder.booking_state in OPEN:
        return Judgement(Verdict.HOLD, "unpaid", {"booking": holder.booking_code})
    if holder.booking_state != BookingState.CONFIRMED:
        return Judgement(Verdict.REFUSE, "void")
    if holder.used_stage == Stage.GANGWAY and not is_back:
        return Judgement(Verdict.REFUSE, "already_used", when_and_where(holder))
    if place.actual and place.actual <= place.now:
        return Judgement(Verdict.REFUSE, "departed", _moment(place.actual))
    return None


def out_of_time(place: Place) -> Judgement | None:
    """That nobody boards yet, or any more, unless the rules in force have a word on the hour."""
    window = place.times.window()
    if window is None or place.now < window[0]:
        return Judgement(Verdict.HOLD, "too_early", _moment(window[0]) if window else {})
    # A ship that has left since then was there until it left, and is told by the ticket's own fault afterwards.
    if place.times.state(place.now) == DepartureState.CLOSED:
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


def when_and_where(holder: Holder) -> dict[str, Any]:
    """Tell when the ticket has passed, and at which gate."""
    assert holder.used_at is not None  # noqa: S101 - it was used, or nobody would ask
    return {"at": holder.used_at.isoformat(), "gate": holder.used_gate}


def _void(holder: Holder, elsewhere: Elsewhere) -> Judgement:
    """Why a ticket that was good once admits nobody, and where its passenger is to be sent.

    A decision about the voyage is told with its reason, for its holder has done nothing.
    """
    if holder.state == PassengerState.TRAVELS and (serial := elsewhere.good_serial(holder)):
        return Judgement(Verdict.HOLD, "replaced", {"serial": ticket_code.format_serial(serial)})
    if holder.state == PassengerState.MOVED:
        new = elsewhere.moved_to(holder)
        return Judgement(Verdict.REFUSE, "moved", journey_of(new) if new else {})
    if holder.state == PassengerState.CANCELLED:
        return Judgement(Verdict.REFUSE, "cancelled")
    if holder.state == PassengerState.NO_SHOW:
        return Judgement(Verdict.REFUSE, "no_show")
    if holder.state == PassengerState.DISPLACED:
        decided = elsewhere.displacement(holder)
        if decided is not None:
            if decided.cause == "cancelled":
                return Judgement(Verdict.REFUSE, "voyage_cancelled", {"reason": decided.reason})
            return Judgement(Verdict.REFUSE, "displaced", {"reason": decided.reason})
    return Judgement(Verdict.REFUSE, "void")


def journey_of(call: PortCall) -> dict[str, Any]:
    """Tell where the ticket would be right: for the officer to tell its holder."""
    ship = call.voyage.ship
    told = {"ship": ship.name if ship else "", "port": call.port.name, **_moment(call.departs_at)}
    return {**told, "left": True} if call.actual_departure else told


def _moment(at: datetime | None) -> dict[str, Any]:
    return {"at": at.isoformat()} if at else {}


@dataclass(frozen=True)
class KeptScan:
    """A scan as its row has it, column by column."""

    id: str
    showing_id: str | None
    question: str
    departure_id: int
    gate_id: int
    stage: str
    direction: str
    officer_id: int
    ticket_id: int | None
    serial: str
    verdict: str
    reason: str
    details: dict[str, Any]
    rule_set_id: int | None
    outcome: str | None
    reasons: list[dict[str, Any]] | None
    facts: dict[str, Any] | None
    scanned_at: datetime
    received_at: datetime
    decided_at: datetime | None
    device_verdict: str | None
    device_reason: str | None
    device_id: int | None


KEPT = tuple(one.name for one in fields(KeptScan))
_KEPT = select(*(Scan.__table__.c[name] for name in KEPT)).where(Scan.id.in_(bindparam("ids", expanding=True)))


def list_kept(scan_ids: Collection[str]) -> list[KeptScan]:
    """Those of these scans that were kept."""
    return [KeptScan(*row) for row in db.session.connection().execute(_KEPT, {"ids": list(scan_ids)})]


def answer_of(kept: KeptScan, place: Place, holder: Holder | None) -> ScanAnswer:
    """The answer that a scan has, with the count on board as it is at that place now."""
    if kept.ticket_id is None:
        holder = None  # whoever holds that number now, it is not who was looked at
    # Who is too early or too late is not asked: no answer would let them pass.
    asked = asks(kept.reasons or ()) if kept.reason not in ("too_early", "too_late") else []
    compares = holder is not None and any(fact.startswith("identity.") for fact in asked)
    return ScanAnswer(
        scan_id=kept.id,
        verdict=Verdict(kept.verdict),
        reason=kept.reason,
        clock=place.clock,
        serial=kept.serial,
        name=holder.name if holder else "",
        fare_class=holder.fare_name if holder else "",
        infant=bool(holder and holder.infant),
        vehicle_plate=(holder.vehicle_plate or "") if holder else "",
        party=holder.souls if holder and holder.from_call_id == place.call_id else 0,
        aboard=place.aboard or 0,
        ceiling=place.ceiling or 0,
        details=kept.details,
        stage=kept.stage,
        direction=kept.direction,
        outcome=kept.outcome,
        rule_set=prepared_by_id(kept.rule_set_id).number if kept.rule_set_id is not None else None,
        reasons=kept.reasons or [],
        asks=asked,
        denied=denied(kept.facts or {}),
        document_kind=holder.document_kind if holder and compares else "",
        document_number=mask(holder.document_number) if holder and compares else "",
    )
