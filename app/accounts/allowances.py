"""Allowances: how often a stranger may try something, counted in the database, so that it holds over all processes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from app import clock
from app.accounts.models import RateCount
from app.db import db
from app.errors import Refusal
from app.together import insert_many, many

WINDOW_SECONDS = 600
"""The window in which attempts are counted."""

PAUSE_MAX_SECONDS = 60
"""The longest pause between two attempts of somebody who has failed often; the first is of one second."""


class TooMany(Refusal):
    """Tried too often; `until` is when the window ends."""

    def __init__(self, until: datetime) -> None:
        wait = max(1, ceil((until - clock.now()).total_seconds()))
        super().__init__("too_many", retry_after_seconds=wait)


def count(attempts: Counter[str]) -> dict[str, tuple[int, datetime]]:
    """Add so many attempts to each bucket, inside the running transaction.

    For each bucket: how many there are now in its window, and when that ends. A window begins with the first
    attempt after the end of the one before.
    """
    if not attempts:
        return {}
    now, connection = clock.now(), db.session.connection()
    ends = now + timedelta(seconds=WINDOW_SECONDS)
    # In one order, so that two who count the same buckets never wait in a circle.
    rows = [{"bucket": bucket, "spent": number, "until": ends} for bucket, number in sorted(attempts.items())]
    add = (_COUNT[connection.dialect.name], many(connection, rows))
    counted = connection.execute(*add).all()
    if any(until <= now for _, _, until in counted):
        # Somebody is back after the end of a window: what has ended goes, of all, and theirs begins anew.
        running = {bucket: (spent, until) for bucket, spent, until in counted if until > now}
        connection.execute(_ENDED, {"now": now})
        rows = [row for row in rows if row["bucket"] not in running]
        counted = connection.execute(_COUNT[connection.dialect.name], many(connection, rows)).all()
        return running | {bucket: (spent, until) for bucket, spent, until in counted}
    return {bucket: (spent, until) for bucket, spent, until in counted}


def give_back(buckets: Sequence[str]) -> None:
    """Take one attempt back from each of these, inside the running transaction."""
    if buckets:
        counts = update(RateCount).where(RateCount.bucket.in_(buckets), RateCount.spent > 0)
        db.session.execute(counts.values(spent=RateCount.spent - 1), execution_options={"synchronize_session": False})


def pause(bucket: str, failed: int) -> None:
    """Let the next attempt in `bucket` wait: 1 s after the first of these failures, 2, 4 ... up to a minute.

    Raises TooMany while the pause before it lasts. Asked behind the lock of a count, inside its transaction.
    """
    now = clock.now()
    lasts = select(RateCount.until).where(RateCount.bucket == bucket, RateCount.until > now, RateCount.spent > 0)
    if until := db.session.scalar(lasts):
        raise TooMany(until)
    seconds = min(PAUSE_MAX_SECONDS, 2 ** min(failed - 1, 10))
    db.session.execute(delete(RateCount).where(RateCount.bucket == bucket))
    db.session.execute(insert(RateCount).values(bucket=bucket, spent=1, until=now + timedelta(seconds=seconds)))


def sweep() -> None:
    """Delete what was counted in windows that have ended; inside the running transaction."""
    db.session.connection().execute(_ENDED, {"now": clock.now()})


def _counting(statement: Any) -> Any:
    return statement.on_conflict_do_update(
        index_elements=["bucket"], set_={"spent": RateCount.spent + statement.excluded.spent}
    ).returning(RateCount.bucket, RateCount.spent, RateCount.until)


_ENDED = delete(RateCount).where(RateCount.until <= bindparam("now"))
_COUNT = {
    engine: _counting(statement) for engine, statement in insert_many(RateCount, "bucket", "spent", "until").items()
}
