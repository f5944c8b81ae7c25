"""The migrations build the schema that the models speak of, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Inspector, inspect

from app import models
from app.db import db


def test_migrations_build_the_same_tables_columns_and_indexes_as_the_models(app: Flask) -> None:
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    assert compare_metadata(context, models.metadata) == []


def test_migrations_build_the_same_checks_as_the_models(app: Flask) -> None:
    found: Inspector = inspect(db.engine)
    for table in models.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        assert {c["name"] for c in found.get_check_constraints(table.name)} == wanted, table.name


def test_one_can_go_back_and_forth(app: Flask) -> None:
    downgrade(revision="base")
    db.session.remove()
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == {*models.metadata.tables, "alembic_version"}


@pytest.mark.parametrize(
    "statement", ["UPDATE allotment SET sold = quota + 1", "UPDATE leg_load SET aboard = ceiling + 1"]
)
def test_the_tables_themselves_refuse_one_too_many(app: Flask, statement: str) -> None:
    from sqlalchemy.exc import IntegrityError

    from tests.factories import a_voyage

    a_voyage()
    with pytest.raises(IntegrityError):
        db.session.execute(db.text(statement))
    db.session.rollback()
