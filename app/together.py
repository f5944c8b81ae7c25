"""Send several writes of a transaction in one round trip, where the database can: what each costs is mostly the way."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.sql.dml import UpdateBase

from app.db import db, many, note_writing

Write = tuple[Mapping[str, UpdateBase] | UpdateBase, Mapping[str, Any] | Sequence[Mapping[str, Any]]]
"""A statement (by engine, as `insert_many` has it, where it differs) built once, with the rows for it.

No two that are sent together may have a parameter of the same name.
"""


def write_together(*writes: Write) -> int:
    """Send these writes: on PostgreSQL as one statement, of which none sees what another does; else one by one.

    How many rows the first of them has written.
    """
    connection = db.session.connection()
    engine = connection.dialect.name
    sent = [
        (
            each[engine] if isinstance(each, Mapping) else each,
            rows if isinstance(rows, Mapping) else many(connection, rows),
        )
        for each, rows in writes
    ]
    if engine != "postgresql":
        counts = [connection.execute(statement, rows).rowcount for statement, rows in sent]
        return counts[0]
    first, *others = (statement for statement, _ in sent)
    values = {name: value for _, rows in sent for name, value in rows.items()}
    done = connection.execute(_combined(first, *others), values)
    for statement in others:
        note_writing(statement)
    return done.rowcount


@cache
def _combined(first: Any, *others: Any) -> Any:
    return first.add_cte(*(other.cte(f"also_{number}") for number, other in enumerate(others, 1)))
