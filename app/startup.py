"""Check before anything is served: settings, keys that read the tickets sold, no demonstration."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from app import config, keys
from app.accounts.models import DEMONSTRATION_NAMES, User
from app.booking.models import Booking, BookingState
from app.booking.tickets.signing import find_newest_code, is_read_by
from app.schedule.models import Season, Voyage


class CannotStart(SystemExit):
    """Why the start was refused, with the remedy, in one sentence."""


def secrets_of(
    settings: config.Settings, env: Mapping[str, str] = os.environ, *, serves: bool = True
) -> tuple[keys.Keyring, str]:
    """The keys and the secret of this installation, once it is certain that they are the right ones.

    They are made only for a database that has sold nothing and knows nobody. `serves` is false for a command, which
    may be the remedy for a demonstration that must not be served. Raises CannotStart.
    """
    folder = secrets_folder(settings)
    found = _look(settings.database_url)
    newest, demonstration = found.newest, found.demonstration
    try:
        if found.in_use and not (env.get("TICKET_KEYS") and settings.secret_key):
            keys.adopt(_old_folder(env), folder)
        keyring = keys.load_keyring(env, folder, may_make=found.answers and newest is None)
        secret = keys.load_secret(settings.secret_key, folder, may_make=not found.in_use)
    except keys.KeyringError as error:
        raise CannotStart(str(error)) from None
    if newest is not None and not is_read_by(newest, keyring):
        where = "TICKET_KEYS" if env.get("TICKET_KEYS", "").strip() else keys.key_file(env, folder)
        raise CannotStart(
            f"{where} has no key that reads the newest ticket sold: every honest ticket would be taken for a forgery. "
            "Restore the keys from the backup."
        )
    if serves and demonstration and (settings.secure_cookies or settings.trusted_proxies):
        raise CannotStart(
            f"This database has the demonstration's accounts ({', '.join(demonstration)}), whose passwords lie in a "
            "file, and is to be served to others. Run: flask close-demo"
        )
    if serves and demonstration and found.real:
        raise CannotStart(
            f"This database has rows of its own ({found.real}) beside the demonstration's accounts "
            f"({', '.join(demonstration)}), whose passwords lie in a file. Run: flask close-demo"
        )
    return keyring, secret


def secrets_folder(settings: config.Settings) -> Path:
    """Where this installation keeps its keys and secret: by its database, not by the Unix user who starts it."""
    if settings.secrets_folder:
        return Path(settings.secrets_folder)
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise CannotStart("DATABASE_URL is no address of a database.") from None
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Path(url.database).with_suffix(".keys")
    name = "-".join(part for part in (url.host, url.database) if part and part != ":memory:")
    return config.ROOT / "instance" / f"{name.replace('/', '_') or 'memory'}.keys"


def _old_folder(env: Mapping[str, str]) -> Path:
    config_home = env.get("XDG_CONFIG_HOME") or Path(env.get("HOME") or Path.home()) / ".config"
    return Path(config_home) / "dermaga"


@dataclass(frozen=True)
class _Found:
    """The facts that a database tells before anything is served; one that does not answer may be in use."""

    answers: bool
    newest: str | None = None
    """The code of the newest ticket."""
    in_use: bool = True
    """Whether a place was bought or a user works here, or may have been."""
    demonstration: tuple[str, ...] = ()
    """The demonstration's accounts that are open."""
    real: str | None = None
    """The rows that no demonstration has made: a season, or a voyage on which staff of its own has sold."""


def _look(database_url: str) -> _Found:
    engine = create_engine(database_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            if not {"ticket", "app_user", "season"} <= tables:
                return _Found(answers=True, in_use=False)
            newest = find_newest_code(connection)
            somebody = connection.scalar(select(User.id).limit(1)) is not None
            real = _real_name(connection)
            return _Found(True, newest, newest is not None or somebody, _open_demonstration(connection), real)
    except DBAPIError:
        return _Found(answers=False)


def _real_name(connection: Connection) -> str | None:
    season = select(Season.name).where(Season.shifted_days == 0).order_by(Season.id).limit(1)
    staff = select(User.id).where(User.username.not_in(DEMONSTRATION_NAMES), User.active).exists()
    sold = select(Voyage.number).join(Booking, Booking.voyage_id == Voyage.id).where(Voyage.shifted_days == 0)
    sold = sold.where(Booking.state == BookingState.CONFIRMED, staff).order_by(Voyage.id).limit(1)
    return connection.scalar(season) or connection.scalar(sold)


def _open_demonstration(connection: Connection) -> tuple[str, ...]:
    shown = select(Season.id).where(Season.shifted_days != 0).exists()
    names = select(User.username).where(User.username.in_(DEMONSTRATION_NAMES), User.active, shown)
    return tuple(connection.scalars(names.order_by(User.username)))
