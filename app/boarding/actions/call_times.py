"""Say the times of a call as an administrator: alone around the plan, else by two; with a trace of who did it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.boarding.models import DepartureStep, Step
from app.boarding.requests import ask, may_take_back, note_done, require_port_of
from app.db import action, db
from app.errors import Refusal
from app.reasons import required_reason
from app.schedule.models import PortCall
from app.schedule.timing import CallTimes, get_call, say_times

MOMENTS = tuple(name for name in CallTimes.__dataclass_fields__ if name not in ("cause", "reason"))


@action
def change_times(call_id: int, times: CallTimes, user_id: int, *, later_too: bool = False) -> PortCall:
    """Let these be the call's times, as `set_times` does, by one person, and write down who said so.

    For minutes whoever said or confirmed that the ship has come may take that back. Raises what `set_times` raises,
    and Refusal `not_your_port`.
    """
    now, call = clock.now(), get_call(call_id)
    require_port_of(call.voyage, user_id)
    before = _told(call, _present(call), later_too=False)
    emptied = call.actual_arrival is not None and times.actual_arrival is None
    if emptied and not _said_just_now(call, user_id, now):
        raise Refusal("needs_second_person", field="actual_arrival")
    if emptied:
        call.actual_arrival = None
    say_times(call, times, later_too=later_too)
    told = _told(call, times, later_too=later_too)
    if told != before:
        note_done(call.voyage, Step.TIMES, user_id, now, times.reason, told)
    return call


@action
def ask_times(call_id: int, times: CallTimes, user_id: int, reason: str, *, later_too: bool = False) -> DepartureStep:
    """Ask a second person for times that are far from the plan, or for taking an arrival back, with the reason.

    Raises what not even two persons may say, `step_reason_missing`, `not_your_port`.
    """
    now, call = clock.now(), get_call(call_id)
    reason = required_reason(reason)
    voyage = call.voyage
    require_port_of(voyage, user_id)
    told = _told(call, times, later_too=later_too)
    with db.session.no_autoflush:
        say_times(call, times, later_too=later_too, confirmed=True)
        for other in voyage.calls:
            db.session.expire(other)  # only whether it is possible was asked
    return ask(voyage, Step.TIMES, user_id, now, reason, told)


def carry_out(asked: DepartureStep) -> None:
    """Let the times be what two people say. Raises what is not possible any more."""
    details: dict[str, Any] = dict(asked.details or {})
    call, later_too = get_call(details.pop("call_id")), details.pop("later_too")
    moments = {name: datetime.fromisoformat(details[name]) if details.get(name) else None for name in MOMENTS}
    times = CallTimes(**moments, cause=details["cause"], reason=details["reason"])
    say_times(call, times, later_too=later_too, confirmed=True)


def _present(call: PortCall) -> CallTimes:
    return CallTimes(**{name: getattr(call, name) for name in CallTimes.__dataclass_fields__})


def _told(call: PortCall, times: CallTimes, *, later_too: bool) -> dict[str, Any]:
    """The times as they are kept with the step."""
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(times).items()}
    return {"call_id": call.id, "later_too": later_too, **said}


def _said_just_now(call: PortCall, user_id: int, now: datetime) -> bool:
    """Whether this user said or confirmed minutes ago that the ship has come, and nobody else since."""
    steps = select(DepartureStep).where(
        DepartureStep.voyage_id == call.voyage_id, DepartureStep.step == Step.TIMES, DepartureStep.state == "done"
    )
    arrival, last = None, None
    for step in db.session.scalars(steps.order_by(DepartureStep.id)):
        details = step.details or {}
        if details.get("call_id") == call.id and details.get("actual_arrival") != arrival:
            arrival, last = details.get("actual_arrival"), step
    if arrival is None or last is None:
        return False
    return may_take_back(last, user_id, now)
