"""The times of a call beside its plan: what may be said of them, and saying it. It joins the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock, outbox
from app.db import get_or_refuse
from app.errors import Refusal
from app.events import TimesChanged
from app.schedule.around_plan import call_before, is_near, may_have_come
from app.schedule.days import port_day
from app.schedule.departure_window import one_person_suffices, require_possible_leaving
from app.schedule.models import CAUSES, PortCall


@dataclass(frozen=True)
class CallTimes:
    """All that is said of a call besides its plan; None is not said. `cause` is one of CAUSES, `reason` its words."""

    tide_from: datetime | None = None
    tide_until: datetime | None = None
    revised_arrival: datetime | None = None
    revised_departure: datetime | None = None
    actual_arrival: datetime | None = None
    actual_departure: datetime | None = None
    cause: str = ""
    reason: str = ""


def get_call(call_id: int) -> PortCall:
    """The call of that id. Raises NotFound `call_not_found`."""
    return get_or_refuse(PortCall, call_id, "call_not_found")


def say_times(call: PortCall, times: CallTimes, *, later_too: bool = False, confirmed: bool = False) -> None:
    """Let these be the call's times, and with `later_too` move what follows by as much.

    `confirmed`: two people say so, and it need not be around the plan. Raises what `set_times` says.
    """
    arrived, left = call.arrives_at, call.departs_at
    _set(call, times, confirmed)
    if later_too:
        moved = (call.departs_at, left) if call.departs_at != left else (call.arrives_at, arrived)
        if moved[0] and moved[1] and moved[0] != moved[1]:
            later = [other for other in call.voyage.calls if other.position > call.position]
            _shift(later, moved[0] - moved[1], times)


def _set(call: PortCall, times: CallTimes, confirmed: bool) -> None:
    _check_moments(call, times, confirmed)
    far = None if confirmed else _far_from_plan(call, times)
    before = call_before(call)
    said = times.revised_arrival or times.actual_arrival
    was_revised = bool(call.revised_arrival or call.revised_departure)
    for name in CallTimes.__dataclass_fields__:
        setattr(call, name, getattr(times, name))
    if not (times.revised_arrival or times.revised_departure):
        call.cause = call.reason = ""
    call.reason = call.reason.strip()
    if said and before and before.departs_at and call.arrives_at and call.arrives_at <= before.departs_at:
        field = "actual_arrival" if times.actual_arrival else "revised_arrival"
        raise Refusal("arrival_backwards", field=field, port=before.port.name)
    if call.arrives_at and call.departs_at and call.departs_at <= call.arrives_at:
        raise Refusal("times_backwards", field=_named_last(times))
    if far:
        raise Refusal("needs_second_person", field=far)
    if was_revised or times.revised_arrival or times.revised_departure:
        _count_to_a_day(call)
    outbox.record(TimesChanged(call.voyage_id))


def _check_moments(call: PortCall, times: CallTimes, confirmed: bool) -> None:
    now = clock.now()
    if bool(times.tide_from) != bool(times.tide_until) or (
        times.tide_from and times.tide_until and times.tide_from > times.tide_until
    ):
        raise Refusal("tide_window", field="tide_until")
    for name, actual in (("revised_arrival", call.actual_arrival), ("revised_departure", call.actual_departure)):
        wanted: datetime | None = getattr(times, name)
        if wanted == getattr(call, name):
            continue
        if actual:
            raise Refusal("departed" if name == "revised_departure" else "arrived", field=name)
        if wanted and wanted <= now:
            raise Refusal("in_the_past", field=name)
    if (times.revised_arrival or times.revised_departure) and times.cause not in CAUSES:
        raise Refusal("cause_missing", field="cause")
    for name in ("actual_arrival", "actual_departure"):
        said: datetime | None = getattr(times, name)
        if said and said > now:
            raise Refusal("not_yet" if name == "actual_departure" else "arrival_not_yet", field=name)
        if getattr(call, name) and not said and (name == "actual_departure" or not confirmed):
            raise Refusal("actual_stays", field=name)
    if times.actual_departure and times.actual_departure != call.actual_departure:
        require_possible_leaving(call, times.actual_departure, now)


def _far_from_plan(call: PortCall, times: CallTimes) -> str | None:
    """The field of the first new time that one person may not say alone."""
    came, left = times.actual_arrival, times.actual_departure
    if came and came != call.actual_arrival and not may_have_come(call, came):
        return "actual_arrival"
    if left and left != call.actual_departure and not one_person_suffices(call, left):
        return "actual_departure"
    for name in ("arrival", "departure"):
        wanted: datetime | None = getattr(times, f"revised_{name}")
        if wanted != getattr(call, f"revised_{name}") and not is_near(call, getattr(call, f"planned_{name}"), wanted):
            return f"revised_{name}"
    return None


def _named_last(times: CallTimes) -> str:
    """The field of a departure that is too early: the one that decides when the ship leaves."""
    if times.actual_departure:
        return "actual_departure"
    return "revised_departure" if times.revised_departure else "revised_arrival"


def _shift(calls: Sequence[PortCall], by: timedelta, times: CallTimes) -> None:
    """Move what is expected at these calls, unless it has happened."""
    for call in calls:
        if call.arrives_at and not call.actual_arrival:
            call.revised_arrival = call.arrives_at + by
        if call.departs_at and not call.actual_departure and call.time_known:
            call.revised_departure = call.departs_at + by
        if call.revised_arrival or call.revised_departure:
            call.cause, call.reason = times.cause, times.reason.strip()
        _count_to_a_day(call)


def _count_to_a_day(call: PortCall) -> None:
    """The day on which people come for it, as it was moved; where the plan stands again, its own."""
    revised = call.revised_departure or (call.revised_arrival if call.planned_departure is None else None)
    moment = revised or call.planned_departure or call.planned_arrival
    if moment:
        call.day = port_day(moment, call.port.tz)
