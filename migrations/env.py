"""How Alembic reaches the database and the models; run through `flask db ...`."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app import models
from app.db import UtcDateTime

config = context.config
database = current_app.extensions["migrate"].db


def render(kind: str, thing: object, _context: object) -> str | bool:
    """Write plain types into migrations: they must not change when the application's types do."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def run() -> None:
    """Migrate over one connection; on SQLite tables are copied where ALTER TABLE cannot do it."""
    with database.engine.connect().execution_options(writes=True) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # A table that is copied is dropped, and dropping one that others refer to would delete their rows or fail.
            # Only possible before the transaction begins.
            _on_sqlite(connection, "PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=models.metadata,
            render_item=render,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite:
            _on_sqlite(connection, "PRAGMA foreign_keys = ON")
            if faults := _on_sqlite(connection, "PRAGMA foreign_key_check"):
                raise RuntimeError(f"rows refer to rows that are not there: {faults[:5]}")


def _on_sqlite(connection: Connection, statement: str) -> list[tuple[object, ...]]:
    """Run it past SQLAlchemy, which would begin a transaction first."""
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101 - it was opened just now
    return list(driver.cursor().execute(statement))


run()
