"""Questions about users."""

import hmac
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import RateCount, SignedIn, User, UserChange, UserPort, UserSession, waste_the_time_of_a_check
from app.db import db
from app.errors import Refusal, or_refuse


def find_user(user_id: int) -> User | None:
    """The user, or None."""
    return db.session.get(User, user_id)


def find_user_by_name(username: str) -> User | None:
    """The user of that name in whatever case it was typed, or None."""
    return db.session.scalar(select(User).where(User.username == username.strip().lower()))


def find_user_by_password(username: str, password: str) -> User | None:
    """The active user of that name and password, or None; a wrong name takes as long as a wrong password."""
    # No such name can be in the tables, and PostgreSQL would not even be asked for it.
    user = find_user_by_name(username) if username.isprintable() else None
    if user is None or not user.active:
        waste_the_time_of_a_check(password)
        return None
    return user if user.has_password(password) else None


def get_user(user_id: int) -> User:
    """The user. Raises NotFound."""
    return or_refuse(find_user(user_id), "user_not_found")


def require_running_password(user: User) -> None:
    """Raises Refusal `first_password_ended` where the password was a first one, and its hours are over."""
    if user.first_password_until is not None and clock.now() >= user.first_password_until:
        raise Refusal("first_password_ended")


def list_users() -> list[User]:
    """All users, by name."""
    return list(db.session.scalars(select(User).order_by(User.username)))


def list_changes(user_id: int) -> list[UserChange]:
    """List the changes of a user's account and who made each, the latest first."""
    changes = select(UserChange).where(UserChange.user_id == user_id).order_by(UserChange.id.desc()).limit(100)
    return list(db.session.scalars(changes.options(joinedload(UserChange.by))))


def find_spent(bucket: str) -> int:
    """How many attempts are counted in this bucket in its running window."""
    statement = select(RateCount.spent).where(RateCount.bucket == bucket, RateCount.until > clock.now())
    return db.session.scalar(statement) or 0


# Built once: it is asked for each request of somebody who has signed in.
_SIGNED_IN = (
    select(
        UserSession.id, UserSession.kind, UserSession.seen_at, UserSession.ends_at, UserSession.ended_at,
        User.id, User.username, User.name, User.role, User.active, User.may_exempt, User.may_approve_rules,
        User.created_at, User.first_password_until, exists().where(UserPort.user_id == User.id), User.session_key,
    )
    .join(User, User.id == UserSession.user_id)
    .where(UserSession.id == bindparam("session"))
)  # fmt: skip


def find_session(key: str) -> SignedIn | None:
    """The user whose session a cookie, a token or a pass names, while it lives; one query."""
    number, _, session_key = key.removeprefix("s").partition(":")
    if not key.startswith("s") or not (number.isascii() and number.isdigit()) or len(number) > 9:
        return None
    row: Any = db.session.connection().execute(_SIGNED_IN, {"session": int(number)}).one_or_none()
    found = SignedIn(*row) if row is not None else None
    if found is None or not found.is_live(clock.now()):
        return None
    return found if hmac.compare_digest(found.session_key.encode(), session_key.encode()) else None


def is_session_live(session_id: int) -> bool:
    """Whether the session still opens doors, as the tables say now."""
    found = db.session.get(UserSession, session_id, populate_existing=True)
    return found is not None and found.is_live(clock.now())


def list_sessions(user_id: int) -> list[UserSession]:
    """The sessions of a user that live, the one used last first."""
    rows = select(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    now = clock.now()
    return [one for one in db.session.scalars(rows.order_by(UserSession.seen_at.desc())) if one.is_live(now)]


def list_port_ids(user_id: int) -> list[int]:
    """The ports where the user may work; none means all."""
    return list(db.session.scalars(select(UserPort.port_id).where(UserPort.user_id == user_id)))


def require_port(user_id: int, port_id: int) -> None:
    """Raises Refusal `not_your_port` for a user who may not work at that port."""
    ports = list_port_ids(user_id)
    if ports and port_id not in ports:
        raise Refusal("not_your_port")
