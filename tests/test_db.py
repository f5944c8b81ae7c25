"""One action is one transaction."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import RateCount
from app.db import UtcDateTime, action, db
from app.errors import Refusal
from app.web.guard import public

LATER = datetime(2031, 1, 1, tzinfo=UTC)


def counted() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(db.select(RateCount.bucket)))


def put(bucket: str) -> None:
    db.session.add(RateCount(bucket=bucket, spent=1, until=LATER))
    db.session.flush()


def test_an_action_is_kept_whole_when_it_returns_and_undone_whole_when_it_raises(app: Flask) -> None:
    @action
    def both(fail: bool) -> None:
        put("a")
        if fail:
            raise KeyError
        put("b")

    with pytest.raises(KeyError):
        both(True)
    assert counted() == []
    both(False)
    assert counted() == ["a", "b"]


def test_when_somebody_was_first_an_action_looks_again_once(app: Flask) -> None:
    tries = []

    @action
    def race() -> str:
        tries.append(1)
        put("same" if len(tries) == 1 else "other")
        if len(tries) == 1:
            db.session.execute(db.insert(RateCount).values(bucket="same", spent=1, until=LATER))
        return "second look"

    assert race() == "second look"
    assert counted() == ["other"]


def test_an_action_that_fails_the_same_way_twice_says_so(app: Flask) -> None:
    put("a")
    db.session.commit()

    @action
    def always() -> None:
        db.session.execute(db.insert(RateCount).values(bucket="a", spent=1, until=LATER))

    with pytest.raises(IntegrityError):
        always()
    assert counted() == ["a"]


def test_actions_never_call_actions(app: Flask) -> None:
    @action
    def inner() -> None: ...

    @action
    def outer() -> None:
        inner()

    with pytest.raises(RuntimeError, match="inner called inside action outer"):
        outer()
    inner()


def test_moments_come_back_in_utc_whatever_zone_they_went_in_with(app: Flask) -> None:
    wib = timezone(timedelta(hours=7))
    db.session.add(RateCount(bucket="x", spent=1, until=datetime(2031, 1, 1, 7, tzinfo=wib)))
    db.session.commit()
    db.session.expire_all()
    until = db.session.scalars(db.select(RateCount.until)).one()
    assert (until, until.tzinfo) == (LATER, UTC)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(datetime(2031, 1, 1), db)  # noqa: DTZ001 - that is the point


@pytest.mark.one_engine
def test_whoever_stands_too_long_in_the_line_of_writers_is_told_that_it_is_busy(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["app.db"], "BUSY_TIMEOUT_MS", 50)
    writing, done = Event(), Event()

    @action
    def write(wait: bool) -> str:
        writing.set()
        return "written" if not wait or done.wait(10) else "never"

    def first() -> str:
        with app.app_context():
            return write(wait=True)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(first)
        writing.wait(5)
        with pytest.raises(Refusal, match="busy"):
            write(wait=False)
        done.set()
        assert slow.result(5) == "written"
    assert write(wait=False) == "written"


@pytest.mark.own_app
def test_a_database_that_dies_after_the_answer_does_not_spoil_it(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite dies only with the process")

    @app.get("/last-words")
    @public
    def last_words() -> str:
        own = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:own)"), {"own": own})
        return "answered"

    # In a context of its own, as real requests are.
    with ThreadPoolExecutor(1) as thread:
        answers = [thread.submit(FlaskClient(app).get, "/last-words").result() for _ in range(2)]
    assert [answer.text for answer in answers] == ["answered", "answered"]
