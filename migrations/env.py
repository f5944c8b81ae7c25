"""How Alembic reaches the database and the models; run through `flask db ...`."""

from alembic import context
from flask import current_app

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
        context.configure(
            connection=connection,
            target_metadata=models.metadata,
            render_item=render,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
