"""Prepare each connection to the database, and see that it lives before it is used."""

from math import inf
from time import monotonic
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

BUSY_TIMEOUT_MS = 15_000

PREPARED_MAX = 1000
"""Statements that a connection to PostgreSQL keeps prepared: all that this code has, and then some."""

PING_AFTER_SECONDS = 5.0
"""A connection that has rested for so long is asked whether it still lives before it is used."""


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    if "sqlite" not in type(connection).__module__:
        connection.prepared_max = PREPARED_MAX
        # A statement is planned once. Its plans are those of indexes whatever its values are (tests/test_plans.py),
        # and planning anew was half of what a short statement costs.
        connection.execute("SET plan_cache_mode = force_generic_plan")
        connection.commit()
        return
    # The driver must not open transactions by itself: `_begin` below does, and says which kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: an answered "confirmed" survives a power cut, not only the death of the process.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


@event.listens_for(Pool, "checkin")
def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = monotonic()


@event.listens_for(Pool, "checkout")
def _ask_whether_it_lives(connection: Any, record: Any, _proxy: Any) -> None:
    """Replace a connection that has died while it rested; asking at each use costs a round trip."""
    rested = monotonic() - record.info.get("rests_since", inf)
    if rested < PING_AFTER_SECONDS or "sqlite" in type(connection).__module__:
        return
    try:
        connection.execute("SELECT 1")
        connection.commit()
    except Exception as error:
        raise DisconnectionError from error


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # A transaction that will write takes the write lock at once: taking it later could fail halfway.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class ConnectedSession(Session):
    """A session that knows its connection: finding it costs as much as a third of a short statement."""

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        found = None if args or kwargs else self.info.get("connection")
        return super().connection(*args, **kwargs) if found is None else found


@event.listens_for(ConnectedSession, "after_begin")
def _know_connection(session: Session, _transaction: Any, connection: Connection) -> None:
    session.info["connection"] = connection


@event.listens_for(ConnectedSession, "after_transaction_end")
def _forget_connection(session: Session, _transaction: Any) -> None:
    session.info.pop("connection", None)
