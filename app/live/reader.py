"""Find the voyages that have news: asked of the database many times a second, so it must cost next to nothing.

It waits for the database, and is therefore called in one thread beside the event loop, in an app context.
"""

from typing import Any

from app import outbox
from app.db import db

LOOK_SECONDS = {"sqlite": 0.05, "postgresql": 0.1}
"""How often to look, per engine: on SQLite a look that finds nothing takes some microseconds."""


class Reader:
    """Reads the outbox from where it began; nobody else's reading disturbs it."""

    def __init__(self) -> None:
        self.look_seconds = max(LOOK_SECONDS.values())
        """How long to wait between two looks."""
        self._place: tuple[int, int] | None = None
        self._kept: Any = None
        self._seen: int | None = None

    def begin(self) -> None:
        """Start at the present; what has happened before is in the state that is loaded after this."""
        self.look_seconds = LOOK_SECONDS[db.engine.dialect.name]
        self._seen = self._data_version()
        self._place = outbox.position()

    def look(self) -> set[int]:
        """The voyages with news since the last look."""
        if self._place is None:
            raise RuntimeError("a reader begins before it looks")
        seen = self._data_version()
        if seen is not None and seen == self._seen:
            return set()
        rows, self._place = outbox.read_after(self._place)
        # After the reading it may be too late to notice a commit in between: the older number is kept.
        self._seen = seen
        return {row.voyage_id for row in rows}

    def forget(self) -> None:
        """Let go of the connection, which may be dead."""
        if self._kept is not None:
            self._kept.invalidate()
            self._kept = None

    def _data_version(self) -> int | None:
        """SQLite's number that another connection's commit changes; None on PostgreSQL, which has none.

        The number is one of this connection, so it is always the same one that asks, outside a transaction.
        """
        if db.engine.dialect.name != "sqlite":
            return None
        if self._kept is None:
            self._kept = db.engine.raw_connection()
        return int(self._kept.execute("PRAGMA data_version").fetchone()[0])
