"""Write many rows by one statement, and several writes of a transaction in one round trip, where the database can.

The cost of each is mostly the way.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Connection, bindparam, column, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase

from app.db import db, note_writing

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


def insert_many(model: type[Any], *names: str, prefix: str = "") -> dict[str, Any]:
    """An INSERT of these columns for each engine, by its name, to be run with `many(...)`; `prefix` begins their names.

    Its text is the same however many rows there are. A list of values for each row would be another text for each
    number, and on PostgreSQL be taken apart, parsed and planned every time: half of what a full batch costs.
    """
    rows = _given(model, names, prefix)
    one_by_one = sqlite.insert(model)
    if prefix:
        one_by_one = one_by_one.values({name: bindparam(prefix + name) for name in names})
    selected = select(*(rows.c[name] for name in names))
    return {"postgresql": postgresql.insert(model).from_select(names, selected), "sqlite": one_by_one}


def update_many(model: type[Any], *names: str, prefix: str) -> dict[str, Any]:
    """An UPDATE of these columns of rows given by their id, as `insert_many`; `prefix` begins the names it is given."""
    rows = _given(model, ("id", *names), prefix)
    one_by_one = {name: bindparam(prefix + name, type_=model.__table__.c[name].type) for name in names}
    return {
        "postgresql": update(model).where(model.id == rows.c.id).values({name: rows.c[name] for name in names}),
        "sqlite": update(model).where(model.id == bindparam(f"{prefix}id")).values(one_by_one),
    }


def _given(model: type[Any], names: Sequence[str], prefix: str) -> Any:
    """An array for each of these columns, as rows."""
    columns = model.__table__.c
    arrays = (bindparam(prefix + name, type_=ARRAY(columns[name].type, dimensions=1)) for name in names)
    return (
        func.unnest(*arrays).table_valued(*(column(n, columns[n].type) for n in names), name="given").render_derived()
    )


def many(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Any:
    """The parameters of these for some rows: one array for each column on PostgreSQL, else the rows as they are."""
    if connection.dialect.name != "postgresql":
        return list(rows)
    return {name: [row[name] for row in rows] for name in rows[0]}
