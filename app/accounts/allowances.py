"""How often a stranger may try something: counted in the database, so that it holds over all processes."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.accounts.models import RateCount
from app.db import db
from app.errors import Refusal

WINDOW_SECONDS = 600
"""The window in which attempts are counted."""


class TooMany(Refusal):
    """Tried too often; `until` is when the window ends."""

    def __init__(self, until: datetime) -> None:
        wait = max(1, round((until - clock.now()).total_seconds()))
        super().__init__("too_many", 429, retry_after_seconds=wait)


def count(attempts: Counter[str], seconds: int) -> dict[str, tuple[int, datetime]]:
    """Add so many attempts to each bucket, inside the running transaction.

    For each bucket: how many there are now in its window of `seconds`, and when that ends.
    """
    if not attempts:
        return {}
    now, connection = clock.now(), db.session.connection()
    connection.execute(_ENDED, {"now": now})
    # In one order, so that two who count the same buckets never wait in a circle.
    rows = [
        {"bucket": bucket, "spent": number, "until": now + timedelta(seconds=seconds)}
        for bucket, number in sorted(attempts.items())
    ]
    counted = connection.execute(_COUNT[connection.dialect.name], rows)
    return {bucket: (spent, ends) for bucket, spent, ends in counted}


_ENDED = delete(RateCount).where(RateCount.until <= bindparam("now"))
_COUNT = {
    name: (statement := insert(RateCount))
    .on_conflict_do_update(index_elements=["bucket"], set_={"spent": RateCount.spent + statement.excluded.spent})
    .returning(RateCount.bucket, RateCount.spent, RateCount.until)
    for name, insert in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
