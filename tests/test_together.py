"""Several writes in one round trip: all of them or none, and each is known to have been written."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert
from sqlalchemy.exc import IntegrityError

from app.accounts.models import LimitCount, RateCount
from app.db import action, db, written
from app.together import Write, insert_many, write_together
from tests.queries import queries_counted

LATER = datetime(2031, 1, 1, tzinfo=UTC)
ONE = insert(RateCount).values(bucket=bindparam("its_bucket"), spent=1, until=bindparam("its_end"))
SEVERAL = insert_many(LimitCount, "hour", "kind", "orders")


def writes(bucket: str) -> tuple[Write, Write]:
    kinds = [{"hour": LATER, "kind": kind, "orders": 2} for kind in ("noted", "paced")]
    return (ONE, {"its_bucket": bucket, "its_end": LATER}), (SEVERAL, kinds)


@action
def begin() -> None:
    """Looks at the tables' version, as the first action of a process does."""


@action
def write(bucket: str) -> int:
    before = written(LimitCount)
    write_together(*writes(bucket))
    return written(LimitCount) - before


def test_postgresql_is_sent_one_statement_and_sqlite_each_by_itself(app: Flask) -> None:
    begin()
    with queries_counted() as counted:
        assert write("a") == 1, "the table of a part counts as written"
    assert counted.count == {"postgresql": 1, "sqlite": 2}[db.engine.dialect.name]
    assert db.session.scalars(db.select(RateCount.bucket)).all() == ["a"]
    assert set(db.session.scalars(db.select(LimitCount.kind))) == {"noted", "paced"}


def test_where_one_of_them_fails_none_is_written(app: Flask) -> None:
    write("a")
    with pytest.raises(IntegrityError):
        write("b")
    assert db.session.scalars(db.select(RateCount.bucket)).all() == ["a"]
