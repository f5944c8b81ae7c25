"""A voyage as a record of the schedule's sheets, and such a record as a voyage. Joins the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app import outbox
from app.db import db
from app.events import TimesChanged
from app.planning.actions.voyages import build, rebuild
from app.planning.sheets.cells import MOMENTS
from app.planning.sheets.records import CallRecord, VoyageRecord
from app.schedule.models import Port, Voyage
from app.schedule.plans import CallPlan, VoyagePlan

SAID = ("revised_arrival", "revised_departure", "actual_arrival", "actual_departure")
"""Moments of a call that are no part of its plan."""


def record_of(voyage: Voyage) -> VoyageRecord:
    """Write the voyage as a record of the sheet."""
    calls = tuple(
        CallRecord(
            port=call.port.code,
            day=call.day,
            precision=call.precision,
            cause=call.cause,
            reason=call.reason,
            **{name: _there(getattr(call, name), call.port.tz) for name in MOMENTS},
        )
        for call in voyage.calls
    )
    zone = voyage.calls[0].port.tz if voyage.calls else ZoneInfo("UTC")
    return VoyageRecord(
        number=voyage.number,
        operator=voyage.operator.code,
        ship=voyage.ship.name if voyage.ship else "",
        source_url=voyage.source_url,
        note=voyage.note,
        shifted_days=voyage.shifted_days,
        cancelled_at=_there(voyage.cancelled_at, zone),
        cancel_cause=voyage.cancel_cause,
        cancel_reason=voyage.cancel_reason,
        calls=calls,
    )


def plan_call(call: CallRecord, port_id: int, zone: ZoneInfo, call_id: int | None = None) -> CallPlan:
    """The plan of a call that is told on the clock of its port."""
    return CallPlan(
        port_id=port_id,
        arrives_at=as_utc(call.planned_arrival, zone),
        departs_at=as_utc(call.planned_departure, zone),
        precision="day" if call.precision == "day" else "minute",
        tide_from=as_utc(call.tide_from, zone),
        tide_until=as_utc(call.tide_until, zone),
        call_id=call_id,
        counts_to=call.day,
        waits=call.revised_departure is not None,
    )


def bring_in(record: VoyageRecord, ports: Mapping[str, Port], operator_id: int, ship_id: int | None) -> Voyage:
    """Make the voyage, or let it be as the record says; calls at the same ports in the same order stay the same calls.

    Raises Refusal as `make_voyage` and `change_voyage` do, but for what a timetable may leave open.
    """
    voyage = db.session.scalar(select(Voyage).where(Voyage.number == record.number))
    kept = kept_calls(voyage, record.calls) if voyage else {}
    calls = tuple(
        plan_call(call, ports[call.port].id, ports[call.port].tz, kept.get(place))
        for place, call in enumerate(record.calls)
    )
    plan = VoyagePlan(operator_id, ship_id, calls, record.number, record.source_url, record.note)
    if voyage is None:
        ended = as_utc(record.cancelled_at, ports[record.calls[0].port].tz)
        voyage = build(plan, complete=False, cancelled_at=ended, cancel_cause=record.cancel_cause)
        voyage.cancel_reason = record.cancel_reason
    else:
        voyage = rebuild(voyage, plan, complete=False)
    voyage.shifted_days = record.shifted_days
    for call, said in zip(voyage.calls, record.calls, strict=True):
        for name in SAID:
            setattr(call, name, as_utc(getattr(said, name), call.port.tz))
        call.cause, call.reason, call.day = said.cause, said.reason, said.day
    outbox.record(TimesChanged(voyage.id))
    db.session.flush()
    return voyage


def kept_calls(voyage: Voyage, calls: Sequence[CallRecord]) -> dict[int, int]:
    """Which call of the voyage each place of the record is: those with the same plan, and between them the same ports.

    A route may call at a port several times, so the port alone does not tell which call was left out.
    """
    before = record_of(voyage).calls
    whole = [[(c.port, c.planned_arrival, c.planned_departure) for c in some] for some in (before, calls)]
    kept: dict[int, int] = {}
    a = b = 0
    for run in SequenceMatcher(a=whole[0], b=whole[1], autojunk=False).get_matching_blocks():
        ports = [c.port for c in before[a : run.a]], [c.port for c in calls[b : run.b]]
        for part in SequenceMatcher(a=ports[0], b=ports[1], autojunk=False).get_matching_blocks():
            kept |= {b + part.b + n: a + part.a + n for n in range(part.size)}
        kept |= {run.b + n: run.a + n for n in range(run.size)}
        a, b = run.a + run.size, run.b + run.size
    return {place: voyage.calls[was].id for place, was in kept.items()}


def _there(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone).replace(tzinfo=None) if moment else None


def as_utc(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment on a port's clock, as it is kept."""
    return moment.replace(tzinfo=zone).astimezone(UTC) if moment else None
