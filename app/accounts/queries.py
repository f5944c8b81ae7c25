"""Questions about users."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.accounts.models import RateCount, User, UserChange, UserPort, waste_the_time_of_a_check
from app.db import db
from app.errors import NotFound, Refusal


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
    user = find_user(user_id)
    if user is None:
        raise NotFound("user_not_found")
    return user


def list_users() -> list[User]:
    """All users, by name."""
    return list(db.session.scalars(select(User).order_by(User.username)))


def list_changes(user_id: int) -> list[UserChange]:
    """What was changed about a user's account, and by whom, the latest first."""
    changes = select(UserChange).where(UserChange.user_id == user_id).order_by(UserChange.id.desc()).limit(100)
    return list(db.session.scalars(changes.options(joinedload(UserChange.by))))


def find_spent(bucket: str) -> int:
    """How many attempts are counted in this bucket in its running window."""
    statement = select(RateCount.spent).where(RateCount.bucket == bucket, RateCount.until > clock.now())
    return db.session.scalar(statement) or 0


def list_port_ids(user_id: int) -> list[int]:
    """The ports where the user may work; none means all."""
    return list(db.session.scalars(select(UserPort.port_id).where(UserPort.user_id == user_id)))


def require_port(user_id: int, port_id: int) -> None:
    """Raises Refusal `not_your_port` for a user who may not work at that port."""
    ports = list_port_ids(user_id)
    if ports and port_id not in ports:
        raise Refusal("not_your_port", 403)
