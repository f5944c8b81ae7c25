"""Bounds around the plan: the times of a ship that one person alone may say, and how far they may move one."""

from datetime import datetime, timedelta

from app import config
from app.schedule.models import PortCall

A_DAY = timedelta(days=1)


def arrival_window(call: PortCall) -> tuple[datetime, datetime] | None:
    """From when until when one person may say that the ship has come; None where nothing tells when it should.

    Where no arrival is planned, it is reckoned from the departure before; where only the day is known, through it.
    """
    settings = config.current()
    around = timedelta(hours=settings.around_hours)
    plan = call.revised_arrival or call.planned_arrival
    if plan is not None:
        whole_day = call.precision == "day" and call.revised_arrival is None
        return plan - around - (A_DAY if whole_day else timedelta()), plan + around
    left = left_before(call)
    return (left, left + timedelta(hours=settings.passage_hours) + around) if left else None


def call_before(call: PortCall) -> PortCall | None:
    """The call from which the ship comes."""
    return next((other for other in reversed(call.voyage.calls) if other.position < call.position), None)


def left_before(call: PortCall) -> datetime | None:
    """When the ship left the port before at the earliest; where only the day is known, as that day begins."""
    before = call_before(call)
    if before is None or before.departs_at is None:
        return None
    whole_day = before.precision == "day" and not (before.actual_departure or before.revised_departure)
    return before.departs_at - (A_DAY if whole_day else timedelta())


def may_have_come(call: PortCall, at: datetime) -> bool:
    """Whether one person may say that the ship came then."""
    window = arrival_window(call)
    return window is not None and window[0] <= at <= window[1]


def is_near(call: PortCall, planned: datetime | None, wanted: datetime | None) -> bool:
    """Whether one person may move a planned time of the call there; a time that was not planned may be any."""
    if planned is None or wanted is None:
        return True
    settings = config.current()
    earliest = planned - timedelta(hours=settings.earlier_hours) - (A_DAY if call.precision == "day" else timedelta())
    return earliest <= wanted <= planned + timedelta(days=settings.later_days)
