"""Days at ports: on which one a moment is, and on which one people come to the port. Pure: no database, no clock.

The one module that makes a day of a moment: a day without its port is the wrong one for some hours of every night.
"""

from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Protocol

ONE_MINUTE = timedelta(minutes=1)

WEST, EAST = timezone(timedelta(hours=7)), timezone(timedelta(hours=9))
"""WIB, where days begin last in Indonesia, and WIT, where they begin first."""


class Zoned(Protocol):
    """A place with a clock: a port, or what is known of one."""

    @property
    def zone(self) -> str:
        """The name of its time zone."""

    @property
    def tz(self) -> tzinfo:
        """Its time zone."""


def local_day(moment: datetime, zone: tzinfo) -> date:
    """Tell the date on a clock in that zone: what is today, or yesterday, there. Midnight begins it."""
    return moment.astimezone(zone).date()


def earliest_day(moment: datetime) -> date:
    """Tell the date in the west of Indonesia: no port has an earlier one. For bounds where no port is concerned."""
    return local_day(moment, WEST)


def latest_day(moment: datetime) -> date:
    """Tell the date in the east of Indonesia: no port has a later one. For bounds where no port is concerned."""
    return local_day(moment, EAST)


def port_day(moment: datetime, zone: tzinfo) -> date:
    """The local day that a moment counts to: midnight is 24.00 of the day that ends.

    The one rule for search, lists, boards, tickets and counts; so a plan that names no time is the end of its day too.
    """
    return (moment.astimezone(zone) - ONE_MINUTE).date()


def is_midnight(moment: datetime, zone: tzinfo) -> bool:
    """Whether a clock at the port shows 00.00 at that moment."""
    here = moment.astimezone(zone)
    return here.hour == here.minute == 0


DAY_TOLD = "The local day on which people come to the port: a departure at 24:00 counts to the day that ends."
"""The API's words of a day beside its moment."""
