"""What every test may ask for: an application on a fresh, migrated database, on each engine."""

import base64
import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.test import TestResponse

# A key for tests only; set before the first application is made.
os.environ["TICKET_KEYS"] = "1:" + base64.b64encode(sha256(b"only for tests").digest()).decode()
os.environ["SECRET_KEY"] = "only for tests: Jq8wV2mRz7Yt4Lk9Xc3Nb6Hd"

from app import clock as app_clock
from app import config, create_app
from app.accounts import models as accounts_models
from app.db import db
from app.flow.recount import recount
from tests import postgres as embedded
from tests.databases import PostgresDatabase, SqliteFile

# A real hash costs a tenth of a second of a whole core, and most tests make a user or two.
accounts_models.hasher = PasswordHasher.from_parameters(CHEAPEST)

ENGINES = ("sqlite", "postgresql")
TESTS = Path(__file__).parent
UNLIMITED = 1_000_000
SECRET = os.environ["SECRET_KEY"]


UNBOUND = {
    **{f"{share}_percent": 100 for share in ("unpaid", "counter", "address")},
    **dict.fromkeys(("address_places", "unused_holds", "address_pace"), UNLIMITED),
    **{f"{kind}_limit": UNLIMITED for kind in ("contact", "person", "booking", "search", "sign_in")},
    **dict.fromkeys(("open_early_minutes", "leave_early_minutes", "leave_late_hours"), UNLIMITED),
    "hold_minutes_full": config.Settings.hold_minutes,
    "counter_hours_full": config.Settings.counter_hours,
}
"""Settings without limits on how often strangers may call and when a ship leaves; no hold is shorter than another."""

UNBOUND_ENVIRONMENT = {name.upper(): str(value) for name, value in UNBOUND.items()}
"""The same for a server in a process of its own."""


def settings_for(database_url: str, **changes: object) -> config.Settings:
    """Settings for a test: without limits (`UNBOUND`), second persons and ends of sessions, unless set."""
    values = {
        "aside_minutes": 0,
        **UNBOUND,
        "second_person_souls": UNLIMITED,
        "around_hours": UNLIMITED,
        "earlier_hours": UNLIMITED,
        "later_days": UNLIMITED,
        "session_idle_minutes": UNLIMITED,
        "session_hours": UNLIMITED,
        **changes,
    }
    return config.Settings(database_url=database_url, secret_key=SECRET, **values)  # type: ignore[arg-type]


def pytest_collection_finish() -> None:
    """What was loaded and collected stays: looking through it for garbage again and again is a part of every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The domain runs on both engines; doors and journeys on SQLite, unless a test asks for both."""
    if "engine" not in metafunc.fixturenames:
        return
    doors = Path(metafunc.definition.path).relative_to(TESTS).parts[0] in {"web", "journeys", "live"}
    marked = metafunc.definition.get_closest_marker
    one = marked("one_engine") or (doors and not marked("both_engines"))
    metafunc.parametrize("engine", ENGINES[:1] if one else ENGINES)


@pytest.fixture(scope="session")
def postgres() -> Iterator[embedded.Postgres]:
    """One PostgreSQL for all tests of this process."""
    server = embedded.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: embedded.Postgres) -> str:
    """The name of a migrated, empty PostgreSQL database to copy."""
    postgres.create_database("template_migrated")
    _migrate(postgres.url("template_migrated"))
    return "template_migrated"


def _migrate(url: str) -> None:
    app = create_app(settings_for(url))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_file(sqlite_template: Path) -> SqliteFile:
    """This process's SQLite file."""
    return SqliteFile(sqlite_template, sqlite_template.with_name("test.db"))


@pytest.fixture(scope="session")
def postgres_database(postgres: embedded.Postgres, postgres_template: str) -> Iterator[PostgresDatabase]:
    """This process's PostgreSQL database."""
    with closing(PostgresDatabase(postgres, postgres_template)) as database:
        yield database


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database of the engine at hand."""
    database: SqliteFile | PostgresDatabase
    database = request.getfixturevalue("sqlite_file" if engine == "sqlite" else "postgres_database")
    return database.emptied()


@pytest.fixture
def app(database_url: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on that database, inside its context; afterwards every counter is what one would count."""
    marked = request.node.get_closest_marker
    with running(settings_for(database_url), own=marked("own_app") is not None) as app:
        yield app
        if marked("invented_counts") is None:
            assert [str(difference) for difference in recount()] == []


class Browser(FlaskClient):
    """A client whose requests begin with an empty `g` and nothing read, although they share the test's app context.

    Who is signed in and which language is spoken are kept in `g`, and what a test has read in the session: a real
    request has none of it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        for name in list(g):
            g.pop(name)
        db.session.expire_all()
        return super().open(*args, **kwargs)


APPLICATIONS = 6
"""So many are kept to be used again; making one costs more than most tests."""

_kept: dict[config.Settings, Flask] = {}


@contextmanager
def running(settings: config.Settings, own: bool = False) -> Iterator[Flask]:
    """An application with these settings, inside its context; its connections are closed afterwards.

    One that a test has left as it was made runs again for the next test with the same settings, unless a test
    wants its `own`, which has answered nobody yet.
    """
    app = _made(settings) if own else _kept.pop(settings, None) or _made(settings)
    config.use(settings)
    told, extensions = dict(app.config), dict(app.extensions)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if not own and dict(app.config) == told and dict(app.extensions) == extensions:
        _kept[settings] = app
        while len(_kept) > APPLICATIONS:
            del _kept[next(iter(_kept))]


def _made(settings: config.Settings) -> Flask:
    app = create_app(settings)
    app.config["TESTING"] = True
    app.test_client_class = Browser
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser without JavaScript."""
    return app.test_client()


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        """Move on, as `timedelta(**by)`."""
        self.moment += timedelta(**by)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The application's clock, in the test's hands.

    It begins in the morning of today in all of Indonesia: a few hours on it is the same day, whenever the test runs.
    """
    with ExitStack() as stack:
        held = Clock(app_clock.now().replace(hour=2, minute=0, second=0, microsecond=0))
        stack.enter_context(app_clock.set_to(held))
        yield held
