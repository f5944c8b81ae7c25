"""Gates, scans, departures and arrivals: people on board, and people turned away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import config
from app.accounts.models import User
from app.booking.models import Ticket
from app.db import Model
from app.idempotency import DIGEST_LENGTH
from app.named import Named
from app.rules.models import RuleSet
from app.schedule.models import Port, PortCall, Voyage


class Verdict(StrEnum):
    """The answer of the gate: go aboard, put it right and scan again, no, or ask somebody."""

    PASS = "pass"  # noqa: S105 - not a password
    HOLD = "hold"
    REFUSE = "refuse"
    REFER = "refer"


class Stage(StrEnum):
    """How far along the way aboard a gate stands."""

    TERMINAL = "terminal"
    QUAY = "quay"
    GANGWAY = "gangway"
    """The ship's side: whoever is admitted here is aboard and counted. At the others nobody is."""


class Direction(StrEnum):
    """Which way a ticket is shown at a gate: towards the ship, or off it."""

    IN = "in"
    OUT = "out"


class DepartureState(StrEnum):
    """How far a departure is."""

    OPEN = "open"
    BOARDING = "boarding"
    CLOSED = "closed"
    LEFT = "left"
    CANCELLED = "cancelled"
    """Its voyage was called off: told by whoever knows the voyage, as the departure by itself does not."""


class Gate(Named, Model):
    """A place where tickets are scanned: terminal, quay or gangway."""

    __table_args__ = (CheckConstraint("stage IN ('terminal', 'quay', 'gangway')", name="stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    port_id: Mapped[int] = mapped_column(ForeignKey("port.id"))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    stage: Mapped[str] = mapped_column(String(8), default=Stage.GANGWAY, server_default="gangway")
    port: Mapped[Port] = relationship(lazy="joined", innerjoin=True)


@dataclass(frozen=True)
class BoardingTimes:
    """The moments by which people board: the planned, revised and actual departure, and when an officer opened it."""

    planned: datetime | None
    revised: datetime | None
    actual: datetime | None
    precision: str
    opened_at: datetime | None

    def window(self) -> tuple[datetime, datetime] | None:
        """From when until when people may board, or could; None while the departure's time is not known at all.

        It opens by the announced time and ends when the ship leaves: the minute of leaving moves no opening that has
        been. Where only the day is known, boarding may run through that whole day.
        """
        end = self.actual or self.revised or self.planned
        if end is None:
            return None
        announced = self.revised or self.planned or end
        to_the_minute = self.precision == "minute" or self.revised is not None
        ahead = timedelta(minutes=config.current().boarding_opens_minutes)
        start = min(end, announced - (ahead if to_the_minute else timedelta(days=1)))
        return (min(start, self.opened_at) if self.opened_at else start), end

    def state(self, now: datetime) -> DepartureState:
        """Where the departure stands at `now`."""
        if self.actual:
            return DepartureState.LEFT
        window = self.window()
        if window is None or now < window[0]:
            return DepartureState.OPEN
        return DepartureState.BOARDING if now < window[1] else DepartureState.CLOSED


class Departure(Model):
    """The leaving of a ship from one port call: open, boarding, closed, left."""

    __table_args__ = (
        CheckConstraint("boarded >= 0", name="boarded"),
        CheckConstraint("refused >= 0", name="refused"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"), unique=True)
    opened_at: Mapped[datetime | None]
    """When an officer opened boarding ahead of its time."""
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    left_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    boarded: Mapped[int] = mapped_column(default=0)
    """Souls admitted aboard at this departure, infants counted."""
    refused: Mapped[int] = mapped_column(default=0)
    """Scans at the ship's side that did not admit. A scan at which the officer still has something to compare is no
    refusal, nor is a slip of the keyboard, nor a scan at the terminal or on the quay."""
    called_group: Mapped[int | None]
    """The boarding group that was called last (`BoardingGroup.number`), and with it all before."""
    called_at: Mapped[datetime | None]
    called_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    call: Mapped[PortCall] = relationship(lazy="joined", innerjoin=True)

    @property
    def times(self) -> BoardingTimes:
        """The moments by which people board."""
        call = self.call
        return BoardingTimes(
            call.planned_departure, call.revised_departure, call.actual_departure, call.precision, self.opened_at
        )

    def boarding_window(self) -> tuple[datetime, datetime] | None:
        """From when until when people may board, as `BoardingTimes.window`."""
        return self.times.window()

    def state(self, now: datetime) -> DepartureState:
        """Where it stands at `now`."""
        return self.times.state(now)


REQUEST_LASTS = timedelta(hours=2)
"""So long a second person may confirm what was asked for."""


class Step(StrEnum):
    """An act on a departure that cannot be taken for granted."""

    OPEN = "open"
    """Boarding is opened ahead of its time."""
    LEAVE = "leave"
    UNDO_OPEN = "undo_open"
    UNDO_LEAVE = "undo_leave"
    RELEASE = "release"
    """The places of those who did not come were given away."""
    CANCEL = "cancel"
    """The whole voyage is called off; this and what follows is about a voyage, not about one departure."""
    SWAP = "swap"
    LOWER = "lower"
    TIMES = "times"
    """Other times of a call, or what has happened there."""


class DepartureStep(Model):
    """A grave step that somebody took, or asked a second person to confirm; the trace of who did what.

    It is about a departure or about its whole voyage. A step out of the ordinary (`alone` is false) is done only once
    somebody else has confirmed it; one that cannot be taken back, by one person, only when its time has come.
    """

    __tablename__ = "departure_step"
    __table_args__ = (
        CheckConstraint(
            "step IN ('open', 'leave', 'undo_open', 'undo_leave', 'release', 'cancel', 'swap', 'lower', 'times')",
            name="step",
        ),
        CheckConstraint("departure_id IS NOT NULL OR voyage_id IS NOT NULL", name="about"),
        CheckConstraint("state IN ('waits', 'done', 'declined')", name="state"),
        CheckConstraint("state <> 'done' OR alone OR settled_by <> asked_by", name="two_people"),
        CheckConstraint("state <> 'done' OR alone OR settled_by IS NOT NULL", name="confirmed"),
        CheckConstraint("alone OR reason <> ''", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    departure_id: Mapped[int | None] = mapped_column(ForeignKey("departure.id"), index=True)
    voyage_id: Mapped[int | None] = mapped_column(ForeignKey("voyage.id"), index=True)
    """Where it is about the whole voyage, or one of its calls."""
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Exactly what is to be done to the voyage."""
    step: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    """The moment that is claimed: when the ship cast off, from when boarding is open."""
    alone: Mapped[bool]
    """Whether one person may do it."""
    reason: Mapped[str] = mapped_column(String(300), default="", server_default="")
    state: Mapped[str] = mapped_column(String(8))
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    asked_at: Mapped[datetime]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The user who confirmed or declined it; empty where one person sufficed."""
    settled_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When what one person may do is done, unless somebody takes it back before; empty where it does not wait so."""
    departure: Mapped[Departure | None] = relationship()
    voyage: Mapped[Voyage | None] = relationship()
    asker: Mapped[User] = relationship(foreign_keys=[asked_by])
    settler: Mapped[User | None] = relationship(foreign_keys=[settled_by])

    def waits(self, now: datetime) -> bool:
        """Whether a second person may still confirm it."""
        return self.state == "waits" and (self.due_at or self.asked_at) >= now - REQUEST_LASTS


UNDECIDED = "confirm"
"""The reason of a scan at which the officer still has something to compare: neither admitted nor refused."""

MISTYPED = "mistyped"
"""The reason of a scan of a number that was typed with a slip: no ticket was looked at."""

NOT_DECIDED = (UNDECIDED, MISTYPED)
"""Reasons of scans that neither admit nor refuse anybody."""

CAME_BACK = "came_back"
"""The reason of a pass aboard of somebody who had stepped off."""

STEPPED_OFF = "stepped_off"
"""The reason of a scan on the way out of somebody whose journey goes on."""

ADMITS = "verdict = 'pass' AND direction = 'in' AND reason NOT IN ('entered_again', 'came_back')"
"""Which scans use up a ticket at their stage, for the tables."""


LET_ABOARD_ALONE = "device_verdict = 'pass' AND verdict <> 'pass'"
"""Scans of a device that let somebody pass whom the server does not accept, for the tables."""


class Scan(Model):
    """A ticket was shown at a gate at a moment; kept whether admitted or refused."""

    __table_args__ = (
        CheckConstraint("verdict IN ('pass', 'hold', 'refuse', 'refer')", name="verdict"),
        CheckConstraint("stage IN ('terminal', 'quay', 'gangway')", name="stage"),
        CheckConstraint(
            "outcome IN ('pass', 'note', 'hold', 'refer', 'refuse_movable', 'refuse_void')", name="outcome"
        ),
        CheckConstraint("(rule_set_id IS NULL) = (outcome IS NULL)", name="judged_by_a_set"),
        CheckConstraint("device_verdict IN ('pass', 'hold', 'refuse', 'refer')", name="device_verdict"),
        CheckConstraint("(device_verdict IS NULL) = (device_reason IS NULL)", name="device_told"),
        CheckConstraint("decided_at IS NULL OR device_verdict IS NOT NULL", name="decided_at"),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        # One ticket admits once at each stage, whatever two officers do at the same moment. Whoever comes back into
        # the terminal (`entered_again`) or aboard (`came_back`, of `StepOff`) is a pass of its own kind.
        Index(
            "uq_scan_one_admission_per_stage",
            "ticket_id",
            "stage",
            unique=True,
            postgresql_where=text(ADMITS),
            sqlite_where=text(ADMITS),
        ),
        Index(None, "departure_id", "received_at"),
        Index(
            "ix_scan_let_aboard_alone",
            "departure_id",
            postgresql_where=text(LET_ABOARD_ALONE),
            sqlite_where=text(LET_ABOARD_ALONE),
        ),
        Index(None, "ticket_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Made by the device: sent twice, it is the same scan."""
    showing_id: Mapped[str | None] = mapped_column(String(36))
    """Made by the device as well: one for all scans of one showing of a ticket, until one was answered for good."""
    question: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="", server_default="")
    """Keyed digest of what was shown, where, by whom and what the officer said: another question is refused."""
    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"))
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    stage: Mapped[str] = mapped_column(String(8), default=Stage.GANGWAY, server_default="gangway")
    """That of the gate at that moment."""
    direction: Mapped[str] = mapped_column(String(3), default=Direction.IN, server_default="in")
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    serial: Mapped[str] = mapped_column(String(10), default="")
    verdict: Mapped[str] = mapped_column(String(6))
    reason: Mapped[str] = mapped_column(String(30))
    """Stable code; `admitted` for a pass aboard."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The details that fill the reason's sentence; no identity number."""
    rule_set_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    """The set of travel rules that judged; empty where none was asked: none in force, or the ticket itself no good."""
    outcome: Mapped[str | None] = mapped_column(String(14))
    """The set's outcome, finer than the verdict; kept also where the ship was full all the same."""
    reasons: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """All of them, the strongest first, with the officer's words as they were then."""
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The facts that the set was asked about; no name and no identity number."""
    scanned_at: Mapped[datetime]
    """By the device's clock."""
    received_at: Mapped[datetime]
    """By ours; every decision was taken by this one, but for those with a moment of their own."""
    decided_at: Mapped[datetime | None]
    """The moment by which a scan was judged that a device had kept; empty also where its clock was not believed."""
    device_verdict: Mapped[str | None] = mapped_column(String(6))
    """Told to the officer by a device that was alone; empty where the server's answer was told."""
    device_reason: Mapped[str | None] = mapped_column(String(30))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    """The enrolled device that was alone."""
    gate: Mapped[Gate] = relationship()
    rule_set: Mapped[RuleSet | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship(backref="scans")
    """Empty again where a ticket that was not paid is named anew for somebody else; the serial stays."""

    @property
    def moment(self) -> datetime:
        """By which moment it was judged."""
        return self.decided_at or self.received_at


MOMENT = func.coalesce(Scan.decided_at, Scan.received_at)
"""`Scan.moment` for a statement."""


class Arrival(Model):
    """The coming of a ship to one port call, with the souls who left it there as its operator reported them."""

    __table_args__ = (CheckConstraint("passengers_off >= 0", name="passengers_off"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"), unique=True)
    passengers_off: Mapped[int]
    source_url: Mapped[str] = mapped_column(String(400), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    recorded_at: Mapped[datetime]
