"""How many questions a screen asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from app.db import db


@dataclass
class Queries:
    """The statements that were sent, in their order."""

    statements: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self.statements)

    def reads_whole(self) -> set[str]:
        """The tables (by the names that the statements give them) that SQLite reads from one end to the other."""
        connection = db.session.connection()
        plans = [
            detail.split()
            for statement in set(self.statements)
            for *_, detail in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")
            )
        ]
        return {table for scan, table, *_ in plans if scan == "SCAN"}

    def __str__(self) -> str:
        return "\n".join(self.statements)


@contextmanager
def queries_counted() -> Iterator[Queries]:
    """Count the statements of the block: `with queries_counted() as q: ...; assert q.count <= 12, q`.

    SQLite also hears of each transaction's beginning; that is no question and is not counted.
    """
    seen = Queries()

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
