"""Compare a replayed season with the counts of its sources."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.boarding.aboard import ABOARD
from app.boarding.models import Arrival, Departure, Scan, Verdict
from app.db import db
from app.planning.timetable import TimetableRow, is_departure
from app.schedule.models import Voyage
from app.seats.models import LegLoad


@dataclass
class CallResult:
    """One row of the file: what its source counted and what the replay counted."""

    line: int
    call: str
    day: date
    ship: str
    departs: bool
    expected: int | None
    got: int
    ceiling: int | None
    notes: list[str] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether a documented count was not met."""
        return self.expected is not None and self.got != self.expected


@dataclass
class Replay:
    """The whole result; `summary` is the JSON line."""

    calls: list[CallResult]
    held: int
    expired: int
    refused: dict[str, int]

    def summary(self) -> dict[str, Any]:
        """Counts over the season, and the calls that differ with their causes."""
        counted = [c for c in self.calls if c.departs and c.expected is not None]
        days: Counter[date] = Counter()
        for call in counted:
            days[call.day] += call.got
        peak = min(days, key=lambda day: (-days[day], day)) if days else None
        return {
            "calls": len(counted),
            "departing": sum(c.got for c in counted),
            "arriving": sum(c.got for c in self.calls if not c.departs),
            "peak_day": peak.isoformat() if peak else None,
            "peak_sum": days[peak] if peak else 0,
            "held": self.held,
            "expired": self.expired,
            "refused": self.refused,
            "differences": [
                {"call": c.call, "expected": c.expected, "got": c.got, "cause": "; ".join(c.notes)}
                for c in self.calls
                if c.differs
            ],
        }


def refused_by_reason() -> dict[str, int]:
    statement = select(Scan.reason, func.count()).where(Scan.verdict != Verdict.PASS).group_by(Scan.reason)
    return {reason: number for reason, number in db.session.execute(statement.order_by(Scan.reason))}  # noqa: C416 - typed


def as_sold(row: TimetableRow, home: str) -> TimetableRow:
    """The row with the capacity that its places were sold by."""

    over = row.capacity is not None and (row.passengers_on or 0) > row.capacity
    if not (over and is_departure(row, home) and row.ship):
        return row
    return replace(row, capacity_standard=None, capacity_dispensation=None)


def result_of(row: TimetableRow, home: str, refusals: Counter[str]) -> CallResult:
    voyage = db.session.scalars(select(Voyage).where(Voyage.number == row.key)).one()
    departs = is_departure(row, home)
    result = CallResult(
        line=row.line,
        call=row.key,
        day=row.day,
        ship=row.ship or "",
        departs=departs,
        expected=row.passengers_on if departs else row.passengers_off,
        got=0,
        ceiling=None,
    )
    if departs:
        _result_of_departure(row, voyage, result)
    else:
        call = voyage.calls[-1]
        result.got = db.session.scalar(select(Arrival.passengers_off).where(Arrival.call_id == call.id)) or 0
    if result.expected is None:
        result.notes.append("no documented count")
    result.notes += [f"line {row.line}: refused ({code}) {times} times" for code, times in sorted(refusals.items())]
    return result


def _result_of_departure(row: TimetableRow, voyage: Voyage, result: CallResult) -> None:
    departure = db.session.scalars(select(Departure).where(Departure.call_id == voyage.calls[0].id)).one()
    load = db.session.get(LegLoad, voyage.legs[0].id)
    passed = select(func.count(Scan.id)).where(Scan.departure_id == departure.id, ABOARD)
    result.got = db.session.scalar(passed) or 0
    if (departure.boarded, load.aboard if load else 0) != (result.got, result.got):
        result.notes.append("the counters do not agree with the scans")
    if load is not None:
        result.ceiling = load.ceiling
    if row.capacity is None and row.passengers_on is not None:
        result.notes.append("no documented capacity: the count is taken as the ceiling")
    if row.capacity is not None and (row.passengers_on or 0) > row.capacity:
        result.notes.append(
            f"the source counts {row.passengers_on} on a capacity of {row.capacity}: "
            f"{result.got} were let aboard and {(row.passengers_on or 0) - result.got} refused (ship_full)"
        )
