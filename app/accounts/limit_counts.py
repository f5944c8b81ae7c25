"""Count by the hour how often the limits on strangers did something; no person is written down."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.accounts.models import Limit, LimitCount
from app.db import db
from app.together import insert_many, many


def count_limit(limit: Limit, orders: int = 1) -> None:
    """Add so many orders to this hour's, inside the running transaction; nothing where there are none."""
    if orders:
        connection = db.session.connection()
        hour = clock.now().replace(minute=0, second=0, microsecond=0)
        row = {"hour": hour, "kind": limit, "orders": orders}
        connection.execute(_COUNT[connection.dialect.name], many(connection, [row]))


def list_limit_counts(since: datetime) -> list[LimitCount]:
    """The orders that limits did something about from that moment on, by hour and kind, the latest first."""
    counts = select(LimitCount).where(LimitCount.hour >= since).order_by(LimitCount.hour.desc(), LimitCount.kind)
    return list(db.session.scalars(counts))


def _adding(statement: Any) -> Any:
    return statement.on_conflict_do_update(
        index_elements=["hour", "kind"], set_={"orders": LimitCount.orders + statement.excluded.orders}
    )


_COUNT = {engine: _adding(statement) for engine, statement in insert_many(LimitCount, "hour", "kind", "orders").items()}
