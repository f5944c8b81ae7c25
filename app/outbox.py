"""The outbox: news is written in the transaction that makes it true; `app/live` reads it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Insert, Integer, String, bindparam, delete, insert, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.expression import FunctionElement

from app import clock
from app.db import Model, db
from app.events import Event

# SQLite counts up by itself only in a column spelled INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


class current_transaction(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """The number of the running transaction on PostgreSQL; 0 on SQLite, which has one writer at a time."""

    inherit_cache = True
    name = "current_transaction"


@compiles(current_transaction, "postgresql")
def _on_postgresql(*_: Any, **__: Any) -> str:
    return "pg_current_xact_id()::text::bigint"


@compiles(current_transaction)
def _on_others(*_: Any, **__: Any) -> str:
    return "0"


class OutboxRow(Model):
    """One event, in the order in which readers may take it."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    transaction: Mapped[int] = mapped_column(BigInteger, index=True)
    kind: Mapped[str] = mapped_column(String(40))
    voyage_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)


_RECORD = insert(OutboxRow).values(
    transaction=current_transaction(),
    kind=bindparam("news_kind"),
    voyage_id=bindparam("news_voyage_id"),
    at=bindparam("news_at"),
)


def record(event: Event) -> None:
    """Let `event` join the running transaction: it is told if and only if that commits."""
    db.session.connection().execute(*write_of(event))


def write_of(event: Event) -> tuple[Insert, dict[str, Any]]:
    """The write by which `event` is recorded, to be sent together with others."""
    return _RECORD, {"news_kind": type(event).__name__, "news_voyage_id": event.voyage_id, "news_at": clock.now()}


def position() -> tuple[int, int]:
    """Where a reader that wants only what comes from now on starts: `(transaction, id)`."""
    transaction, last = (
        _horizon(),
        db.session.scalar(select(OutboxRow.id).order_by(OutboxRow.id.desc()).limit(1)),
    )
    return (transaction, last or 0)


def read_after(place: tuple[int, int]) -> tuple[list[OutboxRow], tuple[int, int]]:
    """Rows that have become readable since `place`, and the next place.

    PostgreSQL commits ids out of order, so a reader that asks for `id > last` loses rows. There the place is
    a transaction number, and rows are read only below the oldest transaction still running: none can
    appear behind the reader any more. SQLite has one writer at a time: there ids are in order of commit.
    """
    transaction, last = place
    if db.engine.dialect.name == "postgresql":
        horizon = _horizon()
        where = (OutboxRow.transaction >= transaction) & (OutboxRow.transaction < horizon)
        rows = list(db.session.scalars(select(OutboxRow).where(where).order_by(OutboxRow.id)))
        return rows, (horizon, 0)
    rows = list(db.session.scalars(select(OutboxRow).where(OutboxRow.id > last).order_by(OutboxRow.id)))
    return rows, (0, rows[-1].id if rows else last)


def sweep(before: datetime) -> None:
    """Delete rows that every reader has long had. Called inside an action."""
    db.session.execute(delete(OutboxRow).where(OutboxRow.at < before))


def _horizon() -> int:
    if db.engine.dialect.name != "postgresql":
        return 0
    oldest = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    return int(db.session.execute(text(oldest)).scalar_one())
