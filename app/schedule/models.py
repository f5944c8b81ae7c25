"""The nouns of the schedule."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    event,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model, UtcDateTime, on_breach
from app.errors import Refusal
from app.named import Named
from app.schedule.days import local_day

CAUSES = ("tide", "weather", "technical", "order")
"""Why a time changes or a voyage is called off: tide, weather, technical, order of the authority."""

UNSTATED_PORT = "-"
"""Code of the port that stands where a source does not say where a ship went."""


def change_of(planned: datetime | None, revised: datetime | None, precision: str) -> str:
    """`late`, `early`, `named` (only the day was known before), or empty where nothing has changed.

    A plan that names no time is the end of its day: a time in the 24 hours before that was named, not moved.
    """
    if revised is None or planned is None or revised == planned:
        return ""
    if precision == "day" and planned - timedelta(days=1) <= revised <= planned:
        return "named"
    return "late" if revised > planned else "early"


def is_imo_number(text: str) -> bool:
    """Seven digits, the last one the check: six digits weighted 7 down to 2, of whose sum it is the last digit."""
    if not (len(text) == 7 and text.isascii() and text.isdigit()):
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, range(7, 1, -1), strict=False)) % 10 == int(text[6])


class Port(Named, Model):
    """A place where ships call, with its code and time zone (WIB, WITA, WIT)."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(5), unique=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    harbour: Mapped[str] = mapped_column(String(60), default="")
    """The harbour's own name where it differs from the town's: Tanjung Emas at Semarang."""
    zone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")
    """The source that confirms the code as UN/LOCODE; empty while nobody has read it there."""

    @property
    def tz(self) -> ZoneInfo:
        """The port's time zone."""
        return ZoneInfo(self.zone)


CHILD_AGE_MAX = 18
"""Older people are a child to no operator."""


class Operator(Named, Model):
    """A company that runs ships and sells their places."""

    __table_args__ = (CheckConstraint(f"child_age BETWEEN 1 AND {CHILD_AGE_MAX}", name="child_age"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    child_age: Mapped[int | None]
    """Below this many years its terms ask for an adult aboard; empty where no source says so."""


class Ship(Named, Model):
    """A vessel, with its name, IMO number where known, and operator."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    type: Mapped[str] = mapped_column(String(120), default="")
    imo: Mapped[str | None] = mapped_column(String(7), unique=True)
    source_url: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(600), default="")
    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)


class Voyage(Model):
    """One numbered run of one ship through an ordered list of port calls."""

    __table_args__ = (
        CheckConstraint("cancel_cause IN ('', 'tide', 'weather', 'technical', 'order')", name="cancel_cause"),
        CheckConstraint("cancelled_at IS NULL OR cancel_cause <> ''", name="cancelled_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(160), unique=True)
    """Its key in the timetable that it came from: a second import finds it again."""
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    ship_id: Mapped[int | None] = mapped_column(ForeignKey("ship.id"), index=True)
    """Empty while the operator has not named the ship."""
    source_url: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(600), default="")
    shifted_days: Mapped[int] = mapped_column(default=0)
    """How far a demonstration moved it from its documented day."""
    cancelled_at: Mapped[datetime | None]
    """When it was called off; it sells nothing, boards nobody, and stays for whoever looks for it."""
    cancel_cause: Mapped[str] = mapped_column(String(10), default="", server_default="")
    cancel_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    sale_paused_until: Mapped[datetime | None]
    """Until when at most nothing is sold, as it is being decided whether it is called off; empty while nobody asks."""
    ship_before: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The ship that was to sail until it was swapped for another, as people know it; empty where none was."""
    ship_swapped_at: Mapped[datetime | None]
    ship_swap_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    operator: Mapped[Operator] = relationship(lazy="joined", innerjoin=True)
    ship: Mapped[Ship | None] = relationship(lazy="joined")
    calls: Mapped[list["PortCall"]] = relationship(
        back_populates="voyage", order_by="PortCall.position", lazy="selectin"
    )
    legs: Mapped[list["Leg"]] = relationship(back_populates="voyage", order_by="Leg.position", lazy="selectin")

    def is_paused(self, now: datetime) -> bool:
        """Whether its sale pauses at `now`."""
        return self.sale_paused_until is not None and self.sale_paused_until > now

    def journey(self, from_call_id: int, to_call_id: int) -> list["Leg"]:
        """The legs between two calls in order; empty when the second does not come after the first."""
        positions = {call.id: call.position for call in self.calls}
        start, end = positions.get(from_call_id), positions.get(to_call_id)
        if start is None or end is None:
            return []
        return [leg for leg in self.legs if start <= leg.position < end]

    def leg_ends(self) -> list[tuple[int, "PortCall", "PortCall"]]:
        """Each leg by its id, with the calls where it begins and ends."""
        calls = {call.id: call for call in self.calls}
        return [(leg.id, calls[leg.from_call_id], calls[leg.to_call_id]) for leg in self.legs]

    def call_of(self, call_id: int | None) -> "PortCall | None":
        """Its call of that id, or None."""
        return next((call for call in self.calls if call.id == call_id), None)

    def journeys_between(
        self, from_port_id: int | None = None, to_port_id: int | None = None
    ) -> list[tuple["PortCall", "PortCall"]]:
        """Where one can get on and off between two ports (or from or to one of them, or between any), in order.

        Each goes to a call that is `ahead_of` the one where it begins: whoever wants to go to a port that the ship
        passes twice gets off the first time, and gets on the last time.
        """
        return [
            (start, end)
            for start in self.calls
            if from_port_id in (None, start.port_id)
            for end in self.ahead_of(start)
            if to_port_id in (None, end.port_id)
        ]

    def ahead_of(self, start: "PortCall") -> list["PortCall"]:
        """The nearest later call at each other port that comes before the ship is back at this one, in order."""
        found: dict[int, PortCall] = {}
        for call in self.calls:
            if call.position > start.position:
                if call.port_id == start.port_id:
                    break
                found.setdefault(call.port_id, call)
        return list(found.values())


def _sailing_ship(context: Any) -> int | None:
    """The ship of the new call's voyage, unless that was called off."""
    voyage_id = context.get_current_parameters()["voyage_id"]
    ship = select(Voyage.ship_id).where(Voyage.id == voyage_id, Voyage.cancelled_at.is_(None))
    found: int | None = context.connection.scalar(ship)
    return found


class PortCall(Model):
    """One stop of a voyage at a port: planned, revised and actual times, and the reason of a change."""

    __tablename__ = "port_call"
    __table_args__ = (
        UniqueConstraint("voyage_id", "position"),
        CheckConstraint("precision IN ('minute', 'day')", name="precision"),
        CheckConstraint("cause IN ('', 'tide', 'weather', 'technical', 'order')", name="cause"),
        CheckConstraint("tide_from <= tide_until", name="tide_window"),
        Index(
            "one_ship_at_a_time",
            "sailing_ship_id",
            "port_id",
            "planned_departure",
            unique=True,
            sqlite_where=text("precision = 'minute'"),
            postgresql_where=text("precision = 'minute'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"))
    position: Mapped[int]
    port_id: Mapped[int] = mapped_column(ForeignKey("port.id"), index=True)
    day: Mapped[date | None] = mapped_column(index=True)
    """The local day that the call counts to (24:00 counts to the day that it ends); empty where unknown."""
    precision: Mapped[str] = mapped_column(String(6), default="minute")
    """`day` where the source names no time: the planned moment is then the end of that day."""
    planned_arrival: Mapped[datetime | None]
    planned_departure: Mapped[datetime | None]
    tide_from: Mapped[datetime | None]
    """From when the water lets the ship over the bar, until `tide_until`; empty where nobody has said."""
    tide_until: Mapped[datetime | None]
    revised_arrival: Mapped[datetime | None]
    revised_departure: Mapped[datetime | None]
    actual_arrival: Mapped[datetime | None]
    actual_departure: Mapped[datetime | None]
    sailing_ship_id: Mapped[int | None] = mapped_column(default=_sailing_ship)
    """Its voyage's ship while that is to sail: one ship leaves one port once in a minute. Kept by `_ship_or_end`."""
    cause: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """One of CAUSES for a revised time; empty while nothing was revised, or where only words were given."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why the time was revised, in words."""
    voyage: Mapped[Voyage] = relationship(back_populates="calls")
    port: Mapped[Port] = relationship(lazy="joined", innerjoin=True)

    def day_or(self, moment: datetime) -> date:
        """The day that the call counts to; where that is not known, the day of `moment` at its port."""
        return self.day or local_day(moment, self.port.tz)

    @property
    def departs_at(self) -> datetime | None:
        """The departure as best known: actual, else revised, else planned."""
        return self.actual_departure or self.revised_departure or self.planned_departure

    @property
    def arrives_at(self) -> datetime | None:
        """The arrival as best known: actual, else revised, else planned."""
        return self.actual_arrival or self.revised_arrival or self.planned_arrival

    @property
    def time_known(self) -> bool:
        """Whether `departs_at` may be shown to the minute."""
        return self.precision == "minute" or bool(self.actual_departure or self.revised_departure)

    @property
    def change(self) -> str:
        """How the announced departure differs from the plan, as `change_of` says; empty once the ship has left."""
        if self.actual_departure:
            return ""
        return change_of(self.planned_departure, self.revised_departure, self.precision)

    @property
    def arrival_change(self) -> str:
        """The same for the arrival; empty once the ship has come."""
        return "" if self.actual_arrival else change_of(self.planned_arrival, self.revised_arrival, self.precision)


DEPARTS_AT = func.coalesce(
    PortCall.actual_departure, PortCall.revised_departure, PortCall.planned_departure, type_=UtcDateTime
)
"""`PortCall.departs_at`, as a part of a question."""

ARRIVES_AT = func.coalesce(
    PortCall.actual_arrival, PortCall.revised_arrival, PortCall.planned_arrival, type_=UtcDateTime
)
"""`PortCall.arrives_at`, as a part of a question."""


@event.listens_for(Voyage, "after_update")
def _ship_or_end(_mapper: Any, connection: Connection, voyage: Voyage) -> None:
    """Let the calls of a voyage go with its ship, and leave the ship free when the voyage is called off."""
    changed = inspect(voyage).attrs
    if changed.ship_id.history.has_changes() or changed.cancelled_at.history.has_changes():
        sails = None if voyage.cancelled_at else voyage.ship_id
        of_voyage = update(PortCall).where(PortCall.voyage_id == voyage.id)
        connection.execute(of_voyage.values(sailing_ship_id=sails))


on_breach("one_ship_at_a_time", lambda: Refusal("ship_leaves_then", field="ship_id"))
on_breach("port_call.sailing_ship_id", lambda: Refusal("ship_leaves_then", field="ship_id"))


class Leg(Model):
    """The stretch between two consecutive port calls; places are counted per leg."""

    __table_args__ = (UniqueConstraint("voyage_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"))
    position: Mapped[int]
    """That of the call at its start."""
    from_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    to_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    voyage: Mapped[Voyage] = relationship(back_populates="legs")


class Season(Named, Model):
    """A named window of days around a feast day H at one port; days are H-15 ... H ... H+15."""

    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    port_id: Mapped[int] = mapped_column(ForeignKey("port.id"))
    feast_day: Mapped[date]
    first_day: Mapped[date]
    last_day: Mapped[date]
    shifted_days: Mapped[int] = mapped_column(default=0)
    """How far a demonstration moved it from its documented days."""
    port: Mapped[Port] = relationship(lazy="joined", innerjoin=True)

    def offset(self, day: date) -> str:
        """`H-11`, `H` or `H+4`."""
        days = (day - self.feast_day).days
        return "H" if days == 0 else f"H{days:+d}"


ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
"""The country's three zones, by the name that a port clerk knows."""


PROVISIONAL = re.compile(r"\?[0-9]{1,4}")
"""A code that Dermaga gives to a port whose UN/LOCODE nobody has read yet."""
