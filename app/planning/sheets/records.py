"""Read the lines of the schedule's sheets as records, with every fault in them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.planning.sheets.cells import MOMENTS, NO_LETTER, Cells
from app.schedule.days import port_day
from app.schedule.models import CAUSES, CHILD_AGE_MAX, PROVISIONAL, UNSTATED_PORT, ZONES, is_imo_number


@dataclass(frozen=True)
class PortRecord:
    """A line of the sheet of ports."""

    code: str
    name: str
    harbour: str
    zone: str
    confirmed_by: str


@dataclass(frozen=True)
class OperatorRecord:
    """A line of the sheet of operators."""

    code: str
    name: str
    child_age: int | None = None


@dataclass(frozen=True)
class ShipRecord:
    """A line of the sheet of ships; its operator by code."""

    name: str
    operator: str
    type: str
    imo: str
    source_url: str
    note: str


@dataclass(frozen=True)
class PaperRecord:
    """A line of the sheet of papers; its ship by name."""

    ship: str
    kind: str
    persons: int
    valid_from: date
    valid_to: date
    letter: str
    source_url: str
    note: str


@dataclass(frozen=True)
class CallRecord:
    """A line of the sheet of voyages about one call; moments are on its port's clock, without a zone."""

    port: str
    day: date | None
    precision: str
    planned_arrival: datetime | None
    planned_departure: datetime | None
    tide_from: datetime | None
    tide_until: datetime | None
    revised_arrival: datetime | None
    revised_departure: datetime | None
    actual_arrival: datetime | None
    actual_departure: datetime | None
    cause: str
    reason: str


@dataclass(frozen=True)
class VoyageRecord:
    """The lines of one voyage together; `cancelled_at` is on the clock of its first port."""

    number: str
    operator: str
    ship: str
    source_url: str
    note: str
    shifted_days: int
    cancelled_at: datetime | None
    cancel_cause: str
    cancel_reason: str
    calls: tuple[CallRecord, ...]


SHARED = (
    "operator",
    "ship",
    "source_url",
    "note",
    "shifted_days",
    "cancelled_at",
    "cancel_cause",
    "cancel_reason",
)
"""Columns that speak of the whole voyage."""


def port_of(cells: Cells) -> PortRecord:
    """The port of that line."""
    record = PortRecord(
        code=cells.text("code", 5, required=True),
        name=cells.text("name", 60, required=True),
        harbour=cells.text("harbour", 60),
        zone=cells.text("zone", 40, required=True),
        confirmed_by=cells.text("confirmed_by", 200),
    )
    zone = ZONES.get(record.zone.upper(), record.zone)
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if record.zone:
            cells.fault("zone", "zone")
        zone = "Asia/Jakarta"
    if record.code and not (
        re.fullmatch(r"[A-Z0-9]{2,5}", record.code)
        or PROVISIONAL.fullmatch(record.code)
        or record.code == UNSTATED_PORT
    ):
        cells.fault("code", "port_code")
    return replace(record, zone=zone)


def operator_of(cells: Cells) -> OperatorRecord:
    """The operator of that line."""
    age = cells.count("child_age") or None
    if age is not None and age > CHILD_AGE_MAX:
        cells.fault("child_age", "child_age")
    return OperatorRecord(cells.text("code", 10, required=True), cells.text("name", 80, required=True), age)


def ship_of(cells: Cells) -> ShipRecord:
    """The ship of that line."""
    record = ShipRecord(
        name=cells.text("name", 60, required=True),
        operator=cells.text("operator", 10, required=True),
        type=cells.text("type", 120),
        imo=cells.text("imo", 7),
        source_url=cells.text("source_url", 400),
        note=cells.text("note", 600),
    )
    if record.imo and not is_imo_number(record.imo):
        cells.fault("imo", "imo")
    return record


def paper_of(cells: Cells) -> PaperRecord:
    """The paper of that line."""
    persons = cells.count("persons", 1, "persons") or 1
    first, last = cells.day("valid_from", required=True), cells.day("valid_to", required=True)
    if first and last and last < first:
        cells.fault("valid_to", "ends_before")
    kind, letter = cells.choice("kind", ("certificate", "dispensation"), ""), cells.text("letter", 120)
    if kind == "dispensation" and not letter:
        cells.fault("letter", "letter")
    return PaperRecord(
        ship=cells.text("ship", 60, required=True),
        kind=kind,
        persons=persons,
        valid_from=first or date.min,
        valid_to=last or date.min,
        letter="" if letter == NO_LETTER else letter,
        source_url=cells.text("source_url", 400),
        note=cells.text("note", 600),
    )


def call_of(cells: Cells) -> CallRecord:
    """The call of that line, with every fault in it."""
    moments = {name: cells.moment(name) for name in MOMENTS}
    record = CallRecord(
        port=cells.text("port", 5, required=True),
        day=cells.day("day"),
        precision=cells.choice("precision", ("minute", "day"), "minute"),
        cause=cells.choice("cause", ("", *CAUSES), ""),
        reason=cells.text("reason", 200),
        **moments,
    )
    if record.day and (days := _days_of(record)) and record.day not in days:
        cells.fault("day", "day_differs")
    record = replace(record, day=_day_of(record) or record.day)
    if bool(record.tide_from) != bool(record.tide_until) or (
        record.tide_from and record.tide_until and record.tide_from > record.tide_until
    ):
        cells.fault("tide_until", "tide_window")
    if (record.revised_arrival or record.revised_departure) and not (record.cause or record.reason):
        cells.fault("cause", "cause_missing")
    return record


def _day_of(call: CallRecord) -> date | None:
    """The day that a call counts to: that of its departure, as best known; None where nothing is."""
    revised = call.revised_departure or (None if call.planned_departure else call.revised_arrival)
    moment = revised or call.planned_departure or call.planned_arrival
    # Its moments are on the port's own clock, without a zone.
    return port_day(moment.replace(tzinfo=UTC), UTC) if moment else None


def _days_of(call: CallRecord) -> set[date]:
    """The days that a call may count to by its moments; midnight ends one and begins another."""
    moments = [call.planned_arrival, call.planned_departure, call.revised_arrival, call.revised_departure]
    return {(m - by).date() for m in moments if m for by in (timedelta(), timedelta(minutes=1))}


def voyage_of(lines: Sequence[Cells], calls: Sequence[CallRecord]) -> VoyageRecord:
    """The voyage of these lines; what a line leaves empty, the first one says for it."""
    first, shared = lines[0], SHARED
    for cells in lines[1:]:
        for column in shared:
            if cells.values.get(column, "") not in ("", first.values.get(column, "")):
                cells.fault(column, "differs_from_first")
    record = VoyageRecord(
        number=first.text("voyage", 160, required=True),
        operator=first.text("operator", 10, required=True),
        ship=first.text("ship", 60),
        source_url=first.text("source_url", 400),
        note=first.text("note", 600),
        shifted_days=first.count("shifted_days", -99_999) or 0,
        cancelled_at=first.moment("cancelled_at"),
        cancel_cause=first.choice("cancel_cause", ("", *CAUSES), ""),
        cancel_reason=first.text("cancel_reason", 200),
        calls=tuple(calls),
    )
    if record.cancelled_at and not record.cancel_cause:
        first.fault("cancel_cause", "cause_missing")
    return record
