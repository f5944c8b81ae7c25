"""Bounds on saying that a ship has left: by one person around the plan, by two outside, never a day before it."""

from datetime import datetime, timedelta

from app import config
from app.errors import Refusal
from app.schedule.models import PortCall

NEVER_BEFORE = timedelta(days=1)
"""A ship leaves no earlier than that before its time; whoever knows better changes the time first."""


def leaving_window(call: PortCall) -> tuple[datetime, datetime] | None:
    """From when until when one person may say that the ship has left; None where no time of departure is known.

    Where only the day is known, through that whole day.
    """
    plan = call.revised_departure or call.planned_departure
    if plan is None:
        return None
    settings = config.current()
    exact = call.precision == "minute" or call.revised_departure is not None
    early = timedelta(minutes=settings.leave_early_minutes) if exact else timedelta(days=1)
    return plan - early, plan + timedelta(hours=settings.leave_late_hours)


def require_possible_leaving(call: PortCall, at: datetime, now: datetime) -> None:
    """Refuse a moment that is still to come, or more than a day before the time of departure.

    Raises Refusal `not_yet` or `leaving_too_early`.
    """
    if at > now:
        raise Refusal("not_yet", field="at")
    window = leaving_window(call)
    if window and at < window[0] - NEVER_BEFORE:
        raise Refusal("leaving_too_early", field="at")


def one_person_suffices(call: PortCall, at: datetime) -> bool:
    """Whether `at` lies around the plan."""
    window = leaving_window(call)
    return window is not None and window[0] <= at <= window[1]
