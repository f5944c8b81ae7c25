"""What can be done about users, and the counting of attempts."""

from collections import Counter

from sqlalchemy import select

from app import clock
from app.accounts import allowances
from app.accounts.models import PASSWORD_MIN, Role, User
from app.accounts.queries import get_user
from app.db import action, db
from app.errors import Refusal


@action
def create_user(username: str, name: str, role: Role, password: str) -> User:
    """A new user. Raises Refusal `username_taken` or `password_short`."""
    username = username.strip().lower()
    if db.session.scalar(select(User.id).where(User.username == username)):
        raise Refusal("username_taken", field="username", username=username)
    user = User(username=username, name=name.strip(), role=role, created_at=clock.now())
    _give_password(user, password)
    db.session.add(user)
    return user


@action
def change_user(
    user_id: int,
    *,
    active: bool,
    role: Role,
    password: str = "",
    may_exempt: bool | None = None,
    may_approve_rules: bool | None = None,
) -> User:
    """Change a user's role, let them in or keep them out, and give a new password if one is named.

    `may_exempt`, `may_approve_rules`: what they may do about travel rules; None leaves it. Whatever else changes ends
    their sessions. The last active administrator stays one (`last_administrator`).
    """
    # Rows are locked in one order, so that two administrators cannot remove each other at the same time.
    administrators = db.session.scalars(
        select(User).where(User.role == Role.ADMINISTRATOR, User.active).order_by(User.id).with_for_update()
    ).all()
    user = get_user(user_id)
    stays = active and role == Role.ADMINISTRATOR
    if [u.id for u in administrators] == [user.id] and not stays:
        raise Refusal("last_administrator", field="active")
    if (user.active, user.role) != (active, role):
        user.active, user.role = active, role
        user.end_sessions()
    if may_exempt is not None:
        user.may_exempt = may_exempt
    if may_approve_rules is not None:
        user.may_approve_rules = may_approve_rules
    if password:
        _give_password(user, password)
    return user


@action
def change_own_password(user_id: int, old: str, new: str) -> User:
    """Give the user the password `new`, who proves with `old` who it is. Ends all sessions of the user.

    Raises NotFound; Refusal `password_wrong` or `password_short`.
    """
    user = get_user(user_id)
    if not user.has_password(old):
        raise Refusal("password_wrong", 422, field="old_password")
    _give_password(user, new)
    return user


@action
def sign_out_everywhere(user_id: int) -> User:
    """End all sessions and tokens of the user. Raises NotFound."""
    user = get_user(user_id)
    user.end_sessions()
    return user


@action
def spend_allowance(bucket: str, limit: int) -> None:
    """Count one more attempt in `bucket`. Raises Refusal `too_many` (429) beyond `limit` in its window."""
    spent, until = allowances.count(Counter([bucket]))[bucket]
    if spent > limit:
        # Raised after the count is undone with the transaction: it stays at the limit until the window ends.
        raise allowances.TooMany(until)


def _give_password(user: User, password: str) -> None:
    if len(password) < PASSWORD_MIN:
        raise Refusal("password_short", 422, field="password", minimum=PASSWORD_MIN)
    user.set_password(password)
