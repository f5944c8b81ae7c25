"""The day on which people come to the port. Pure: no database, no clock."""

from datetime import date, datetime, timedelta, tzinfo

ONE_MINUTE = timedelta(minutes=1)


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
"""What the API says of a day beside its moment."""
