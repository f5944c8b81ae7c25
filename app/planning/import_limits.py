"""Guard from imports what was told and sold of a voyage: no file changes it. Joins the caller's transaction."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app import clock
from app.boarding.models import DepartureStep
from app.db import db
from app.errors import Refusal
from app.planning.leg_capacity import taken_on, used_calls, used_departures
from app.planning.sheets.cells import MOMENTS
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.sheets.reading import Arriving
from app.planning.sheets.records import VoyageRecord
from app.planning.sheets.voyage_records import SAID, as_utc, kept_calls
from app.planning.timetable import TimetableRow
from app.schedule.models import PortCall, Voyage
from app.seats.models import LegLoad
from app.seats.queries import Capacity, documented_capacity

TOLD = (*SAID, "tide_from", "tide_until", "cause", "reason")
"""Facts of a call that are told at the pier, with a trace of who told them; when the water lets the ship over the
bar, too."""


def is_spoken_of(voyage: Voyage) -> bool:
    """Whether anybody has or had a place, waits, was scanned, or took or asked for a step; its places are locked."""
    calls = [call.id for call in voyage.calls]
    if any(taken_on(voyage).values()) or used_calls(calls) or used_departures(calls):
        return True
    steps = select(DepartureStep.id).where(DepartureStep.voyage_id == voyage.id)
    return db.session.scalar(steps.limit(1)) is not None


def check_told(arriving: Arriving, before: Mapping[str, VoyageRecord], zones: Mapping[str, ZoneInfo]) -> None:
    """Find each cell that lets a ship come or go in the future, or changes what was told of a voyage that is used."""
    for number, record in arriving.voyages.items():
        was = before.get(number)
        if was == record:
            continue
        for place, call in enumerate(record.calls):
            for name in ("actual_arrival", "actual_departure"):
                moment = as_utc(getattr(call, name), zones[call.port])
                if moment and moment > clock.now():
                    arriving.cells_of(number, place).fault(name, "actual_to_come")
        if was is None:
            continue
        voyage = db.session.scalars(select(Voyage).where(Voyage.number == number)).one()
        changed = list(_changed(voyage, was, record))
        if (changed or was.operator != record.operator) and is_spoken_of(voyage):
            for place, name in changed:
                arriving.cells_of(number, place).fault(name, "told_at_pier")
            if was.operator != record.operator:
                arriving.cells_of(number, 0).fault("operator", "operator_sold", voyage.operator.name)


def _changed(voyage: Voyage, was: VoyageRecord, record: VoyageRecord) -> Iterator[tuple[int, str]]:
    """Which cells say something else than was told: the place of the call in the record, and the column."""
    kept = kept_calls(voyage, record.calls)
    told = dict(zip((call.id for call in voyage.calls), was.calls, strict=True))
    for place, call in enumerate(record.calls):
        old = told.get(kept.get(place, 0))
        for name in TOLD:
            if (getattr(old, name, None) or None) != (getattr(call, name) or None):
                yield place, name
        if old and old.day != call.day and all(getattr(old, name) == getattr(call, name) for name in MOMENTS):
            yield place, "day"
    gone = [told[call_id] for call_id in told.keys() - set(kept.values())]
    if any(getattr(call, name) for call in gone for name in TOLD):
        yield 0, "position"


def require_same_time(row: TimetableRow, call: PortCall, leaves: bool) -> None:
    """Refuse another planned hour in a timetable for a voyage that is used. Raises TimetableFaults."""
    if is_spoken_of(call.voyage):
        planned = call.planned_departure if leaves else call.planned_arrival
        hour = f"{planned.astimezone(call.port.tz):%H:%M}" if planned and call.precision == "minute" else "–"
        raise TimetableFaults([Fault(row.line, "time_local", hour, "time_is_sold")])


def require_no_less(row: TimetableRow, voyage: Voyage, load: LegLoad, ceiling: int, dispensation: int | None) -> None:
    """Refuse a lower ceiling or a dispensation less in a timetable, as `require_same_time` does an hour."""
    lost = _loses_dispensation(load, dispensation)
    if (lost or ceiling < load.ceiling) and is_spoken_of(voyage):
        column = "capacity_dispensation" if lost else "capacity_standard"
        raise TimetableFaults([Fault(row.line, column, str(load.ceiling), "capacity_is_sold")])


def require_papers_no_less(voyage_id: int, load: LegLoad, papers: Capacity) -> None:
    """Refuse papers in a sheet that lower what was sold under. Raises Refusal `capacity_is_sold`."""
    if _loses_dispensation(load, papers.dispensation) or (papers.ceiling or 0) < load.ceiling:
        voyage = db.session.get_one(Voyage, voyage_id)
        if is_spoken_of(voyage):
            raise Refusal("capacity_is_sold", field="persons", ceiling=load.ceiling)


def require_within_papers(row: TimetableRow, ship_id: int, on_sale: bool) -> None:
    """Refuse more persons in a timetable than a paper allows that somebody may have put right since.

    For a voyage that is `on_sale` already that is any paper of the day, else one of this day alone; a new voyage's row
    is a paper of its own beside those of many days. Raises TimetableFaults.
    """
    papers = documented_capacity(ship_id, row.day, of_one_day=not on_sale)
    for column, said, allowed in (
        ("capacity_standard", row.capacity_standard, papers.certificate),
        ("capacity_dispensation", row.capacity_dispensation, papers.dispensation),
    ):
        if said is not None and allowed is not None and said > allowed:
            raise TimetableFaults([Fault(row.line, column, str(allowed), "above_paper")])


def _loses_dispensation(load: LegLoad, dispensation: int | None) -> bool:
    return load.dispensation is not None and (dispensation or 0) < load.dispensation
