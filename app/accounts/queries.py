"""Questions about users."""

from sqlalchemy import select

from app.accounts.models import User
from app.db import db
from app.errors import NotFound


def find_user(user_id: int) -> User | None:
    """The user, or None."""
    return db.session.get(User, user_id)


def find_user_by_name(username: str) -> User | None:
    """The user of that name in whatever case it was typed, or None."""
    return db.session.scalar(select(User).where(User.username == username.strip().lower()))


def get_user(user_id: int) -> User:
    """The user. Raises NotFound."""
    user = find_user(user_id)
    if user is None:
        raise NotFound("user_not_found")
    return user


def list_users() -> list[User]:
    """All users, by name."""
    return list(db.session.scalars(select(User).order_by(User.username)))
