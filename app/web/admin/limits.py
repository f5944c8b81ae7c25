"""Effects of the limits on strangers' orders, day by day: numbers without anybody in them."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from flask import render_template

from app import clock
from app.accounts.limit_counts import list_limit_counts
from app.accounts.models import Limit
from app.schedule.days import local_day
from app.web.admin.door import bp, only_administrator
from app.web.today import home_zone

DAYS = 30
"""So many days are told."""


@bp.get("/batas")
@only_administrator
def limits() -> str:
    """How many orders were noted, slowed down, refused or sent to the counter, in all and each day."""
    zone = home_zone()
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for count in list_limit_counts(clock.now() - timedelta(days=DAYS)):
        days[local_day(count.hour, zone)][count.kind] += count.orders
    whole = sum(days.values(), Counter())
    return render_template("admin/limits.html", days=days, whole=whole, kinds=list(Limit), told=DAYS)
