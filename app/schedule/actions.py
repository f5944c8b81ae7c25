"""Verbs of the schedule."""

from datetime import datetime

from app.db import action
from app.schedule.models import PortCall
from app.schedule.timing import CallTimes, get_call, say_times

__all__ = ["CallTimes", "revise_departure", "set_times"]


@action
def revise_departure(call_id: int, departs_at: datetime, reason: str = "", *, cause: str) -> PortCall:
    """Give a call a new time of departure, later or earlier, with its cause (one of CAUSES) and words.

    The day that the call counts to moves along. Raises as `set_times` does.
    """
    call = get_call(call_id)
    present = {name: getattr(call, name) for name in CallTimes.__dataclass_fields__}
    say_times(call, CallTimes(**{**present, "revised_departure": departs_at, "cause": cause, "reason": reason}))
    return call


@action
def set_times(call_id: int, times: CallTimes, *, later_too: bool = False) -> PortCall:
    """Let these be the call's times; what they leave out is no longer said. Its day moves with its departure.

    With `later_too` the calls that follow are late (or early) by as much, with the same cause. Raises NotFound
    `call_not_found`; Refusal `departed` for a new time after the ship has left, `cause_missing`, `in_the_past`
    for a new time before now, `not_yet` or `arrival_not_yet` for what is said to have happened later than now,
    `tide_window` when it has one end only or ends before it begins, `arrival_backwards` and `times_backwards` when
    the ship would come before it left the last port, or leave before it came, `actual_stays` when a fact would be
    emptied, `leaving_too_early`, and `needs_second_person` for what is not around its plan: a departure, an arrival,
    and a new time far earlier or later. A refusal names its `field`.
    """
    call = get_call(call_id)
    say_times(call, times, later_too=later_too)
    return call
