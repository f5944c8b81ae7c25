"""Facts of a voyage from one of its calls, whoever travels: what the tables know of it and rules may look at.

Several statements bring the same columns along (`with_sailing`), so that a set of rules, a season or a decree costs
no question of its own where places are sold or tickets judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.booking.models import Booking, BookingState
from app.db import UtcDateTime, db
from app.rules.facts import day_at, minutes_to
from app.rules.queries import PreparedSet, prepared_by_id, set_in_force_at
from app.schedule.models import DEPARTS_AT, Leg, Operator, Port, PortCall, Season, Ship, Voyage
from app.seats.models import Allotment, FareClass, PlaceKind
from app.seats.stocks import LEVEL

SALE = "sale"

_JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True)
class Sailing:
    """A ship setting out from a call of its voyage."""

    port: str
    zone: str
    counts_to: date | None
    """The day that the timetable counts it to."""
    departs_at: datetime | None
    time_known: bool
    """Whether `departs_at` is true to the minute."""
    operator: str
    child_age: int | None
    ship: str | None
    ship_type: str | None
    season: str | None
    feast_day: date | None
    rule_set_id: int | None
    level: int | None = None
    """Of restrictions, decreed for that day and port."""
    share: int | None = None
    """Per cent taken, of the places of a booking's kind on the fullest leg of its journey."""

    @property
    def day(self) -> date | None:
        """The day of sailing on the port's clock, as best known; where no hour is known, the one of the timetable."""
        return day_at(self.departs_at, self.zone) if self.departs_at and self.time_known else self.counts_to

    @property
    def rules_moment(self) -> datetime | None:
        """The `rules_moment` of the call that it sets out from."""
        return _not_before_jakarta(self.departs_at, self.day) if self.departs_at else None

    @property
    def rules(self) -> PreparedSet | None:
        """The set of rules in force; None before the first one, and where no departure is known."""
        return prepared_by_id(self.rule_set_id) if self.rule_set_id is not None else None

    def facts(self, stage: str, now: datetime, to_port: str, **known: Any) -> dict[str, Any]:
        """Gather the facts of a journey from here to that port; `known` adds what the place of judging knows of it."""
        day = self.day
        voyage = {
            "day": day.isoformat() if day else None,
            "port": self.port,
            "to_port": to_port,
            "route": f"{self.port}-{to_port}",
            "operator": self.operator,
            "ship": self.ship,
            "ship_type": self.ship_type or None,
            "service": _service(self.ship_type),
            "minutes_to_departure": self._minutes(now),
            "child_age": self.child_age,
            "ppkm_level": self.level,
            "share_percent": self.share,
            **known,
        }
        facts: dict[str, Any] = {"stage": stage, "voyage": without_none(**voyage)}
        if self.season is not None and self.feast_day is not None and self.counts_to is not None:
            # As the port itself counts: a ship that leaves at 24:00 belongs to the day that ends.
            facts["season"] = {"name": self.season, "day": (self.counts_to - self.feast_day).days}
        return facts

    def _minutes(self, now: datetime) -> int | None:
        return minutes_to(self.departs_at, now) if self.departs_at and self.time_known else None


def _service(ship_type: str | None) -> str | None:
    """Of what a ship's type tells only that it is a pioneer ship; that others are ordinary, nobody has said."""
    return "pioneer" if ship_type and "pioneer" in ship_type.lower() else None


def without_none(**facts: Any) -> dict[str, Any]:
    """These facts, without those that are not known."""
    return {name: value for name, value in facts.items() if value is not None}


_SEASON = (
    select(Season.id)
    .where(Season.port_id == PortCall.port_id, Season.first_day <= PortCall.day, Season.last_day >= PortCall.day)
    .order_by(Season.first_day.desc(), Season.id)
    .limit(1)
    .correlate(PortCall)
    .scalar_subquery()
)


def with_sailing(
    statement: Select[*tuple[Any, ...]],
    moment: ColumnElement[datetime] = DEPARTS_AT,
    published_by: ColumnElement[datetime] | None = None,
    *,
    named: bool = True,
) -> Select[*tuple[Any, ...]]:
    """The statement, which has the calls (PortCall), with what a Sailing is made of as its last columns.

    They have names of their own, but for a text that is to be short.

    The rules are those in force at the departure; where one call is asked about, at its `rules_moment`.
    """
    columns: dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
        "port": Port.code,
        "zone": Port.zone,
        "counts_to": PortCall.day,
        "departs_at": DEPARTS_AT,
        "time_known": or_(
            PortCall.precision == "minute",
            PortCall.actual_departure.is_not(None),
            PortCall.revised_departure.is_not(None),
        ),
        "operator": Operator.code,
        "child_age": Operator.child_age,
        "ship": Ship.name,
        "ship_type": Ship.type,
        "season": Season.name,
        "feast_day": Season.feast_day,
        "rule_set_id": set_in_force_at(moment, published_by).correlate(PortCall),
    }
    return (
        statement.join(Port, Port.id == PortCall.port_id)
        .join(Voyage, Voyage.id == PortCall.voyage_id)
        .join(Operator, Operator.id == Voyage.operator_id)
        .outerjoin(Ship, Ship.id == Voyage.ship_id)
        .outerjoin(Season, Season.id == _SEASON)
        .add_columns(*(column.label(f"sailing_{name}") if named else column for name, column in columns.items()))
    )


SAILING_COLUMNS = 12


def sailing_in(row: Sequence[Any], level: int | None, share: int | None = None) -> Sailing:
    """The Sailing in the last columns of a row of a statement `with_sailing`."""
    return Sailing(*(*row[-SAILING_COLUMNS:], level, share))


def _share() -> ColumnElement[int | None]:
    """Of the places of a kind on the fullest leg of a journey, per cent taken, rounded up; ended holds are not."""
    start, end, kind = db.aliased(PortCall), db.aliased(PortCall), db.aliased(FareClass)
    ended = (
        select(func.coalesce(func.sum(Booking.places), 0))
        .join(start, start.id == Booking.from_call_id)
        .join(end, end.id == Booking.to_call_id)
        .join(kind, kind.id == Booking.fare_class_id)
        .where(Booking.voyage_id == Leg.voyage_id, Booking.state == BookingState.HELD)
        .where(Booking.expires_at <= bindparam("now", type_=UtcDateTime), kind.kind == bindparam("kind"))
        .where(start.position <= Leg.position, end.position > Leg.position)
        .correlate(Leg)
        .scalar_subquery()
    )
    quota, taken = func.sum(Allotment.quota), func.sum(Allotment.held + Allotment.sold) - ended
    legs = (
        select(((taken * 100 + quota - 1) // quota).label("percent"))
        .select_from(Leg)
        .join(Allotment, Allotment.leg_id == Leg.id)
        .join(FareClass, FareClass.id == Allotment.fare_class_id)
        .where(Leg.voyage_id == bindparam("voyage"), FareClass.kind == bindparam("kind"))
        .where(Leg.position >= bindparam("first"), Leg.position < bindparam("last"))
        .group_by(Leg.id)
        .having(quota > 0)
        .subquery()
    )
    return select(func.max(legs.c.percent)).scalar_subquery()


# Built once: at a gate, putting a statement together costs more than running it.
_AT = func.coalesce(bindparam("moment", type_=UtcDateTime), DEPARTS_AT, type_=UtcDateTime)
_FROM_CALL = with_sailing(select(LEVEL).select_from(PortCall), _AT).where(PortCall.id == bindparam("call"))
_OF_BOOKING = with_sailing(
    select(LEVEL, _share()).select_from(PortCall), _AT, bindparam("now", type_=UtcDateTime)
).where(PortCall.id == bindparam("call"))


def rules_moment(call: PortCall) -> datetime | None:
    """When a set must be in force to judge who sets out from this call: when the ship does.

    But not before its day begins in Jakarta as well: the country's rules begin there at midnight, two hours after a
    day has begun in WIT.
    """
    if call.departs_at is None:
        return None
    return _not_before_jakarta(
        call.departs_at, day_at(call.departs_at, call.port.zone) if call.time_known else call.day
    )


def _not_before_jakarta(departs_at: datetime, day: date | None) -> datetime:
    return max(departs_at, datetime.combine(day, time(), _JAKARTA)) if day else departs_at


def sailing_from(call: PortCall) -> Sailing:
    """The ship's setting out from this call, with the rules of that day; one query."""
    known = {"call": call.id, "moment": rules_moment(call)}
    row = db.session.connection().execute(_FROM_CALL, known).one()
    return sailing_in(row, row[0])


def sailing_of(booking: Booking, now: datetime) -> Sailing:
    """The setting out of a booking's journey, with the rules of that day that were published by `now`; one query."""
    known = {
        "call": booking.from_call_id,
        "voyage": booking.voyage_id,
        "first": booking.from_call.position,
        "last": booking.to_call.position,
        # A deck for vehicles is no place that a decree counts.
        "kind": "" if booking.fare_class.kind == PlaceKind.VEHICLE else booking.fare_class.kind,
        "now": now,
        "moment": rules_moment(booking.from_call),
    }
    row = db.session.connection().execute(_OF_BOOKING, known).one()
    return sailing_in(row, row[0], row[1])


def set_at_its_moment(sailing: Sailing, now: datetime) -> Sailing:
    """The sailing, read with the rules in force at the departure, with those of its `rules_moment` published by `now`.

    No query, but for a ship that leaves before its day has begun in Jakarta.
    """
    if sailing.rules_moment == sailing.departs_at:
        return sailing
    known = {"moment": sailing.rules_moment, "now": now}
    return replace(sailing, rule_set_id=db.session.connection().execute(_SET, known).scalar())


_SET = select(set_in_force_at(bindparam("moment", type_=UtcDateTime), bindparam("now", type_=UtcDateTime)))
