"""The database: `db`, the column type for moments, and `@action` (one action = one transaction)."""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from functools import cache, wraps
from pathlib import Path
from threading import Lock, local
from typing import IO, TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Update,
    bindparam,
    event,
    types,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.orm import DeclarativeBase, make_transient_to_detached, registry
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key
from sqlalchemy.sql.dml import UpdateBase

from app import database_faults
from app.connections import BUSY_TIMEOUT_MS, ConnectedSession
from app.errors import Refusal, or_refuse

P = ParamSpec("P")
R = TypeVar("R")

_log = logging.getLogger(__name__)


class UtcDateTime(types.TypeDecorator[datetime]):
    """A moment: goes in aware, comes out aware in UTC, on SQLite as well (which keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone may not reach the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every model. Constraints have names, so that a migration can speak of them."""

    registry = registry(type_annotation_map={datetime: UtcDateTime})
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "class_": ConnectedSession})

if TYPE_CHECKING:
    Model = Base  # what Flask-SQLAlchemy makes at run time, in a form that a type checker understands
else:
    Model = db.Model

M = TypeVar("M", bound=Base)


def get_or_refuse(kind: type[M], key: int | str, code: str, *, field: str | None = None, lock: bool = False) -> M:
    """The row of that key; with `lock` as it is now, and nobody else changes it before this action ends.

    Raises NotFound with that code, and the `field` that named the row.
    """
    return or_refuse(db.session.get(kind, key, populate_existing=lock, with_for_update=lock or None), code, field=field)


class _Written(local):
    """How often a thread has written to each table."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()


_written = _Written()


@event.listens_for(Engine, "after_execute")
def _note_statement(_connection: Any, statement: Any, *_: Any) -> None:
    if isinstance(statement, UpdateBase):
        note_writing(statement)


def note_writing(statement: UpdateBase) -> None:
    """Count that this thread has written to the table of this statement, where it was a part of another."""
    _written.times[getattr(statement.table, "name", "")] += 1


def written(*models: type[Base]) -> int:
    """Count what this thread has written to the tables of these models; what still waits in the session is written.

    Rows that were read of them are stale once the count is another.
    """
    tables = {model.__tablename__ for model in models}
    session = db.session
    if any(row.__tablename__ in tables for row in (*session.new, *session.dirty, *session.deleted)):
        session.flush()
    return sum(_written.times[table] for table in tables)


_running: ContextVar[str | None] = ContextVar("running_action", default=None)

# PostgreSQL: serialization failure, deadlock. Both mean: nothing happened, look again.
_TRY_AGAIN = {"40001", "40P01"}


def _somebody_was_first(error: Exception) -> bool:
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


_breaches: dict[str, Callable[[], Refusal]] = {}


def on_breach(constraint: str, refusal: Callable[[], Refusal]) -> None:
    """Let an action that breaks the table's rule of this name, also on its second try, raise this refusal."""
    _breaches[constraint] = refusal


def _breached(error: IntegrityError) -> Refusal | None:
    # The name of the rule stands in the driver's message on both engines.
    told = str(error.orig)
    return next((refusal() for name, refusal in _breaches.items() if name in told), None)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Make `function` one transaction: committed when it returns, undone when it raises.

    On an IntegrityError (or a deadlock) somebody was first: it runs once more on a fresh look, so that it
    answers what is true now. If the tables still refuse, the refusal that `on_breach` names is raised.
    Actions never call actions.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if running := _running.get():
            raise RuntimeError(f"action {function.__name__} called inside action {running}")
        token = _running.set(function.__name__)
        try:
            try:
                return _attempt(function, *args, **kwargs)
            except (IntegrityError, OperationalError) as error:
                if not _somebody_was_first(error):
                    raise
            try:
                return _attempt(function, *args, **kwargs)
            except IntegrityError as error:
                if refusal := _breached(error):
                    raise refusal from None
                raise
        finally:
            _running.reset(token)

    run.is_action = True  # type: ignore[attr-defined]  # tests/test_architecture.py looks for it
    return run


_writer = Lock()


@contextmanager
def _turn_to_write() -> Iterator[None]:
    """On SQLite, which has one writer: stand in line for it, the threads of a process here and processes at a file.

    SQLite itself lets who waits ask again ever more seldom, and in a crowd the unluckiest one waited for seconds.
    Raises Refusal `busy` for whoever has stood too long.
    """
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if not file or file == ":memory:":
        yield
        return
    if not _writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
        raise Refusal("busy", retry_after_seconds=2)
    try:
        with _turn_file(file) as turn:
            flock(turn, LOCK_EX)  # given back when the file is closed, whatever ends the process
            yield
    finally:
        _writer.release()


def _turn_file(database: str) -> IO[bytes]:
    """The file by which processes take turns; only its owner's."""
    try:
        return open(os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT, 0o600), "rb")
    except OSError as error:
        _log.error("database: the file %s-turn: %s", Path(database).name, os.strerror(error.errno or 0))
        raise database_faults.refusal_of_file(error) from None


def _attempt(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    # End the reading that came before, so that this transaction sees what is committed now. On PostgreSQL each
    # statement does (READ COMMITTED), and one transaction is enough for a request.
    if db.engine.dialect.name == "sqlite":
        db.session.commit()
    db.session.expire_all()
    with _turn_to_write():
        return _transaction(function, *args, **kwargs)


def _writing_connection() -> Connection:
    session = db.session
    on_sqlite = db.engine.dialect.name == "sqlite"
    return session.connection(execution_options={"writes": True}) if on_sqlite else session.connection()


def _transaction(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    session = db.session
    try:
        database_faults.must_fit(_writing_connection())
        answer = function(*args, **kwargs)
        session.commit()
    except BaseException as fault:
        if isinstance(fault, DBAPIError):
            database_faults.note(database_faults.cause_of(fault) or database_faults.noted())
        session.rollback()
        if isinstance(fault, Refusal) and fault.leaves:
            _writing_connection()
            fault.leaves()
            session.commit()
        raise
    database_faults.note("")
    return answer


def end_reading() -> None:
    """Let whoever waits do so without a connection; what is read afterwards is true then, as within `let_go`."""
    session = db.session
    session.expire_all()
    for row in list(session.new):
        session.expunge(row)
    session.commit()


def let_go(_error: BaseException | None = None) -> None:
    """End the reading of this context; a database that has died since the answer was made cannot spoil it.

    By COMMIT: after a ROLLBACK psycopg forgets what it has prepared. Nothing that was set outside of an action is
    written by it.
    """
    try:
        db.session.expunge_all()
        db.session.commit()
    except InvalidRequestError:
        db.session.close()  # a statement has failed, and its fault is what was answered
    except OperationalError as error:
        _log.error("database: %s after the answer", type(error.orig).__name__)


def update_row(row: Any, **values: Any) -> None:
    """Write these columns of a row at once, by a statement that is built once; the loaded row says the same.

    For what is done for everybody who buys or boards: the unit of work costs as much as ten such statements.
    """
    statement = _update_of(row.__class__, tuple(values))
    changed = {f"new_{name}": value for name, value in values.items()}
    db.session.connection().execute(statement, {"row": row.id, **changed})
    loaded(row, **values)


def as_loaded(row: M) -> M:
    """Let a row that a statement has just written be in the session as if it had been read."""
    make_transient_to_detached(row)
    # An action that was undone leaves such a row behind, and its number is given once more.
    key = identity_key(instance=row)
    if before := db.session.identity_map.get(key):
        db.session.expunge(before)
    db.session.add(row)
    return row


def loaded(row: Any, **values: Any) -> None:
    """Let the loaded row say what a statement of the running action writes, so that it is not written once more."""
    for name, value in values.items():
        set_committed_value(row, name, value)


@cache
def _update_of(model: Any, names: tuple[str, ...]) -> Update:
    changed = {name: bindparam(f"new_{name}", type_=model.__table__.c[name].type) for name in names}
    return update(model).where(model.id == bindparam("row")).values(changed)
