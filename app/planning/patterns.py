"""Patterns of days on which a voyage is repeated. Pure."""

from collections.abc import Collection
from datetime import date, datetime, time

from dateutil.rrule import WEEKLY, rrule

from app.errors import Refusal

DAYS_MAX = 120
"""Voyages made at once: two a week for a year, and one transaction still ends within seconds."""

WEEKDAYS = 7


def days_of(weekdays: Collection[int], first: date, until: date, every_weeks: int = 1) -> list[date]:
    """The days on these weekdays (0 is Monday) from `first` to `until`, both counted, in every n-th week.

    Raises Refusal `weekdays` for none or unknown ones, `until_before` when it ends before it begins,
    `no_such_day` when none falls between, `too_many_days` for more than DAYS_MAX.
    """
    if not weekdays or not set(weekdays) <= set(range(WEEKDAYS)):
        raise Refusal("weekdays", field="weekdays")
    if until < first:
        raise Refusal("until_before", field="until")
    rule = rrule(
        WEEKLY,
        dtstart=datetime.combine(first, time()),
        until=datetime.combine(until, time()),
        byweekday=sorted(set(weekdays)),
        interval=every_weeks,
    )
    days: list[date] = []
    for moment in rule:
        if len(days) == DAYS_MAX:
            raise Refusal("too_many_days", field="until", maximum=DAYS_MAX)
        days.append(moment.date())
    if not days:
        raise Refusal("no_such_day", field="weekdays")
    return days
