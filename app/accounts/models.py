"""Users, their sessions, and the counts of attempts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from secrets import token_hex
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import config
from app.db import Model
from app.named import Named

hasher = PasswordHasher()
"""As dear as its library advises; tests make it cheap (tests/conftest.py)."""

PASSWORD_MIN = 12
"""Characters a password must have at least."""


class Role(StrEnum):
    """The work of a user, which decides which doors open."""

    OFFICER = "officer"
    OFFICIAL = "official"
    ADMINISTRATOR = "administrator"


class Account(Protocol):
    """The account of somebody who works with Dermaga, as most questions need it: a User, or who has signed in."""

    @property
    def id(self) -> int:
        """Of the User."""

    @property
    def role(self) -> str:
        """The person's work."""

    @property
    def created_at(self) -> datetime:
        """Since when the account is there."""

    @property
    def approves_rules(self) -> bool:
        """Whether this person may approve travel rules."""


def _approves_rules(role: str, may_approve_rules: bool) -> bool:
    return role == Role.ADMINISTRATOR or (role == Role.OFFICIAL and may_approve_rules)


class User(Named, Model):
    """A person who works with Dermaga and signs in; travelers have no account."""

    __tablename__ = "app_user"
    __table_args__ = (CheckConstraint("role IN ('officer', 'official', 'administrator')", name="role"),)

    KEY_OF = "username"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    """Kept in lower case, so that a name is one name however it is typed."""
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    may_exempt: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this person may exempt a ticket from a travel rule that allows it; an administrator decides."""
    may_approve_rules: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether this person, as an official, may approve travel rules that somebody else has proposed."""
    created_at: Mapped[datetime]
    first_password_until: Mapped[datetime | None]
    """Where somebody else gave the password: until when it is good, and only for changing it. Empty for one's own."""
    session_key: Mapped[str] = mapped_column(String(32), default=lambda: token_hex(16))
    """Part of every session and token of this user: a new one signs them all out."""

    @property
    def approves_rules(self) -> bool:
        """Whether this person may approve travel rules: an administrator, or an official who was given the right."""
        return _approves_rules(self.role, self.may_approve_rules)

    def set_password(self, password: str) -> None:
        """Keep only the argon2 hash of `password`, and end every session of this user."""
        self.password_hash = hasher.hash(password)
        self.end_sessions()

    def end_sessions(self) -> None:
        """Sign this user out everywhere."""
        self.session_key = token_hex(16)

    def has_password(self, password: str) -> bool:
        """Whether `password` is this user's."""
        return _matches(self.password_hash, password)


DEMONSTRATION_NAMES = ("petugas", "pejabat", "admin")
"""The accounts of the demonstration (`flask demo`), whose passwords lie in a file."""


class UserPort(Model):
    """A port where a user may work; a user without any may work at all of them."""

    __tablename__ = "user_port"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    port_id: Mapped[int] = mapped_column(ForeignKey("port.id"), primary_key=True)


class UserSession(Model):
    """A sign-in in one browser, or of one program, from its beginning to its end; cookies and passes hang on it."""

    __tablename__ = "user_session"
    __table_args__ = (CheckConstraint("kind IN ('browser', 'program')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    device: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The browser's own name, in two words."""
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """Written at most every few minutes."""
    ends_at: Mapped[datetime]
    """It ends then at the latest."""
    ended_at: Mapped[datetime | None]
    """When it was ended before: by signing out, or by whoever ended it from the list."""
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def key(self) -> str:
        """The text that a cookie or a token holds of it; void with the session, and with the user's session key."""
        return _session_text(self.id, self.user.session_key)

    def is_live(self, now: datetime) -> bool:
        """Whether it still opens doors: not ended, not too old, and a browser's not idle for too long."""
        ended = self.ended_at is not None or not self.user.active
        return not ended and _is_live(self.kind, self.seen_at, self.ends_at, now)


def _session_text(session_id: int, session_key: str) -> str:
    return f"s{session_id}:{session_key}"


def _is_live(kind: str, seen_at: datetime, ends_at: datetime, now: datetime) -> bool:
    idle = timedelta(minutes=config.current().session_idle_minutes)
    return now < ends_at and (kind == "program" or now - seen_at <= idle)


@dataclass(frozen=True)
class SignedIn:
    """A user who has signed in, with the session: rows, for at most doors it is only looked at."""

    session_id: int
    kind: str
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    id: int
    """Of the User."""
    username: str
    name: str
    role: str
    active: bool
    may_exempt: bool
    may_approve_rules: bool
    created_at: datetime
    first_password_until: datetime | None
    bound: bool
    """Whether this person works at certain ports only."""
    session_key: str = field(repr=False)

    @property
    def approves_rules(self) -> bool:
        """Whether this person may approve travel rules, as `User.approves_rules`."""
        return _approves_rules(self.role, self.may_approve_rules)

    @property
    def key(self) -> str:
        """The text that a cookie or a token holds of the session."""
        return _session_text(self.session_id, self.session_key)

    def is_live(self, now: datetime) -> bool:
        """Whether the session still opens doors, as `UserSession.is_live`."""
        ended = self.ended_at is not None or not self.active
        return not ended and _is_live(self.kind, self.seen_at, self.ends_at, now)


RESETS = ("created", "password", "role", "rights", "opened")
"""Changes by which one person has another's account in hand: whoever made them has no second person in it."""


class UserChange(Model):
    """A change of one user's account, with who made it; rows stay, triggers refuse to change or remove them."""

    __tablename__ = "user_change"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('created', 'password', 'role', 'rights', 'closed', 'opened', 'signed_out', 'ports',"
            " 'own_password')",
            name="kind",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """Empty for the command line, where nobody has signed in."""
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    by: Mapped[User | None] = relationship(foreign_keys=[by_id])
    user: Mapped[User] = relationship(foreign_keys=[user_id])


class RateCount(Model):
    """How often one visitor did one thing in one window of time. Visitors are kept as a keyed hash."""

    __tablename__ = "rate_count"

    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)


class Limit(StrEnum):
    """An effect of the limits on strangers on an order."""

    NOTED = "noted"
    PACED = "paced"
    TOO_OFTEN = "too_often"
    AT_COUNTER = "at_counter"


class LimitCount(Model):
    """About how many orders a limit did something in one hour; nobody is written down."""

    __tablename__ = "limit_count"
    __table_args__ = (CheckConstraint("kind IN ('noted', 'paced', 'too_often', 'at_counter')", name="kind"),)

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    orders: Mapped[int]


@cache
def _nobodys_hash() -> str:
    return hasher.hash(token_hex(16))


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def waste_the_time_of_a_check(password: str) -> None:
    """Take as long as a real check, so that the answer's time does not tell which names exist."""
    _matches(_nobodys_hash(), password)
