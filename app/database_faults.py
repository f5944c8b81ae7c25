"""Tell why the database fails, by its true cause, since "very busy" is a lie about a full disk.

The causes are stable codes with sentences of their own: `busy`, `database_away`, `not_migrated` (the tables are those
of another version), `storage_full`, `storage_read_only`, `storage_failed`.
"""

import logging
import os
from contextlib import suppress
from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from app.config import ROOT
from app.errors import Refusal

_log = logging.getLogger(__name__)

STORAGE = ("storage_full", "storage_read_only", "storage_failed")
AGAIN_SECONDS = {"busy": 2, "database_away": 5}
"""When to come back; the others need somebody's hand, and take a minute at least."""

_BY_ERRNO = dict.fromkeys((ENOSPC, EDQUOT), "storage_full") | dict.fromkeys((EROFS, EACCES, EPERM), "storage_read_only")
# Primary result codes: https://www.sqlite.org/rescode.html
_SQLITE = {
    5: "busy", 6: "busy", 8: "storage_read_only", 10: "storage_failed", 11: "storage_failed", 13: "storage_full",
    14: "database_away", 26: "storage_failed",
}  # fmt: skip
_NO_SUCH = ("no such table", "no such column", "has no column named")
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": "storage_full", "25006": "storage_read_only", "58030": "storage_failed", "42P01": "not_migrated",
    "42703": "not_migrated", "55P03": "busy", "57014": "busy", "40001": "busy", "40P01": "busy",
}  # fmt: skip
_POSTGRESQL_CLASSES = {"53": "busy", "58": "storage_failed", "57": "database_away", "08": "database_away"}


def cause_of(error: DBAPIError) -> str:
    """The code of what is wrong; empty where it is the statement."""
    original = error.orig
    if (number := getattr(original, "sqlite_errorcode", None)) is not None:
        if number == 1 and any(words in str(original) for words in _NO_SUCH):
            return "not_migrated"
        return _SQLITE.get(number & 0xFF, "")
    state = getattr(original, "sqlstate", None)
    if state:
        return _POSTGRESQL.get(state) or _POSTGRESQL_CLASSES.get(state[:2], "")
    return "database_away" if isinstance(error, OperationalError | InterfaceError) else ""


def described(error: DBAPIError) -> str:
    """The engine's own name of the fault, for the log; it quotes no value."""
    original = error.orig
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(original).__name__} {name}" if name else type(original).__name__


def refusal(cause: str) -> Refusal:
    """Tell the visitor why the database failed."""
    return Refusal(cause, retry_after_seconds=AGAIN_SECONDS.get(cause, 60))


def refusal_of_file(error: OSError) -> Refusal:
    """Tell the visitor that a file beside the database cannot be written, and why."""
    return refusal(_BY_ERRNO.get(error.errno or 0, "storage_failed"))


_noted = ""


def note(cause: str) -> None:
    """Remember what kept the last change from being written; empty when it was written."""
    global _noted
    if cause in STORAGE or not cause:
        _noted = cause


def noted() -> str:
    """Tell what kept the last change of this process from being written."""
    return _noted


@lru_cache(maxsize=1)
def revision_of_code() -> str:
    """The number of the newest migration that comes with this code."""
    return max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str:
    """The number of the migration that the tables have come to; empty where there is none."""
    try:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")
    except SQLAlchemyError:
        return ""


_fits: set[str] = set()
"""Databases whose tables this process has found to be those of its code."""


def must_fit(connection: Connection) -> None:
    """Raise Refusal `not_migrated` where the tables are those of an older or a newer code.

    Looked at before the first change. A process that runs goes on while its tables are taken further beside it, which
    migrations are made for; one that starts on other tables than its own must not sell.
    """
    name = str(connection.engine.url)
    if name in _fits:
        return
    there, wanted = revision_of(connection), revision_of_code()
    if there != wanted:
        _log.error("database: its tables are at %s, this code needs %s: flask db upgrade", there or "none", wanted)
        raise refusal("not_migrated")
    _fits.add(name)


def storage_fault(file: str | None) -> str:
    """Why nothing can be written beside the database's file; empty where a few bytes can be, which are removed."""
    if not file or file == ":memory:":
        return ""
    if Path(file).exists() and not os.access(file, os.W_OK):
        return "storage_read_only"
    probe = Path(f"{file}-probe-{os.getpid()}")
    try:
        with open(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(b"\0" * 8192)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        return refusal_of_file(error).code
    finally:
        with suppress(OSError):
            probe.unlink()
    return ""
