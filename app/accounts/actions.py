"""Verbs of users' accounts, and the counting of attempts."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app import clock, config
from app.accounts import allowances
from app.accounts.models import PASSWORD_MIN, Role, User, UserChange, UserPort, UserSession
from app.accounts.passwords import is_guessable
from app.accounts.queries import get_user, require_running_password
from app.db import action, db
from app.errors import NotFound, Refusal
from app.named import must_be_new_name
from app.text import one_line


@action
def create_user(
    username: str,
    name: str,
    role: Role,
    password: str,
    by_id: int | None = None,
    *,
    known_since: datetime | None = None,
    as_typed: bool = False,
    once: bool = False,
) -> User:
    """A new user, made by the user `by_id` (None: at the command line), known from now or already since a moment.

    Raises Refusal `username_taken`, `password_short`, or `name_near` for what may be a slip of another's name, unless
    it is meant `as_typed`: whoever reads the trail takes the two for one. With `once` the password is a first one:
    good for FIRST_PASSWORD_HOURS, and only for changing it.
    """
    username = one_line(username).lower()
    must_be_new_name(User, username, taken="username_taken", as_typed=as_typed)
    user = User(username=username, name=name.strip(), role=role, created_at=known_since or clock.now())
    _give_password(user, password, once=once)
    db.session.add(user)
    db.session.flush()
    _note(user, by_id, "created")
    return user


@action
def change_user(
    user_id: int,
    by_id: int | None = None,
    *,
    active: bool,
    role: Role,
    password: str = "",
    once: bool = False,
    may_exempt: bool | None = None,
    may_approve_rules: bool | None = None,
) -> User:
    """Change a user's role, let them in or keep them out, and give a new password if one is named, by user `by_id`.

    With `once` the password is a first one, as in `create_user`. `may_exempt`, `may_approve_rules`: what they may
    do about travel rules; None leaves it. Whatever else changes ends their sessions. The last active administrator
    stays one (`last_administrator`).
    """
    # Rows are locked in one order, so that two administrators cannot remove each other at the same time.
    administrators = db.session.scalars(
        select(User).where(User.role == Role.ADMINISTRATOR, User.active).order_by(User.id).with_for_update()
    ).all()
    user = get_user(user_id)
    stays = active and role == Role.ADMINISTRATOR
    if [u.id for u in administrators] == [user.id] and not stays:
        raise Refusal("last_administrator", field="active")
    kinds = {"opened" if active else "closed": user.active != active, "role": user.role != role}
    if (user.active, user.role) != (active, role):
        user.active, user.role = active, role
        _end_sessions(user)
    rights = {"may_exempt": may_exempt, "may_approve_rules": may_approve_rules}
    for right, given in rights.items():
        if given is not None and given != getattr(user, right):
            setattr(user, right, given)
            kinds["rights"] = True
    if password:
        _give_password(user, password, once=once)
        kinds["password"] = True
    _note(user, by_id, *(kind for kind, changed in kinds.items() if changed))
    return user


@action
def set_ports(user_id: int, port_ids: Collection[int], by_id: int | None = None) -> User:
    """Let the user work at these ports only; none means all. Raises NotFound."""
    user = get_user(user_id)
    db.session.execute(delete(UserPort).where(UserPort.user_id == user.id))
    db.session.add_all(UserPort(user_id=user.id, port_id=port_id) for port_id in sorted(set(port_ids)))
    _note(user, by_id, "ports")
    return user


@action
def change_own_password(user_id: int, old: str, new: str) -> User:
    """Give the user the password `new`, who proves with `old` who it is. Ends all sessions of the user.

    It is another one; a first password is changed within its hours. Raises NotFound; Refusal `password_wrong`,
    `password_short`, `password_common`, `password_once`, `password_same`, `first_password_ended`.
    """
    user = get_user(user_id)
    if not user.has_password(old):
        raise Refusal("password_wrong", field="old_password")
    require_running_password(user)
    if new == old:
        raise Refusal("password_once" if user.first_password_until else "password_same", field="password")
    _give_password(user, new)
    _note(user, user.id, "own_password")
    return user


@action
def begin_session(user_id: int, kind: str = "browser", device: str = "", lasts: timedelta | None = None) -> UserSession:
    """Sign the user in, in a browser or for a program, for as long as `lasts` or the settings say. Raises NotFound."""
    now, user = clock.now(), get_user(user_id)
    ends_at = now + (lasts or timedelta(hours=config.current().session_hours))
    begun = UserSession(user=user, kind=kind, device=device[:60], began_at=now, seen_at=now, ends_at=ends_at)
    db.session.add(begun)
    db.session.flush()
    return begun


@action
def end_session(session_id: int, user_id: int) -> None:
    """End one session of this user; once ended nothing more happens. Raises NotFound `session_not_found`."""
    found = db.session.get(UserSession, session_id)
    if found is None or found.user_id != user_id:
        raise NotFound("session_not_found")
    found.ended_at = found.ended_at or clock.now()


@action
def see_session(session_id: int) -> None:
    """Write down that the session is used now."""
    found = db.session.get(UserSession, session_id)
    if found is not None:
        found.seen_at = clock.now()


@action
def sign_out_everywhere(user_id: int, by_id: int | None = None) -> User:
    """End all sessions and tokens of the user, as user `by_id` wants. Raises NotFound."""
    user = get_user(user_id)
    _end_sessions(user)
    _note(user, by_id, "signed_out")
    return user


@action
def spend_allowance(bucket: str, limit: int) -> None:
    """Count one more attempt in `bucket`. Raises Refusal `too_many` (429) beyond `limit` in its window."""
    spent, until = allowances.count(Counter([bucket]))[bucket]
    if spent > limit:
        # Raised after the count is undone with the transaction: it stays at the limit until the window ends.
        raise allowances.TooMany(until)


@action
def spend_slowly(bucket: str, pause: str, limit: int) -> None:
    """Count one more attempt in `bucket`; from the `limit`-th on in its window, each next one has to wait a little.

    Wrong passwords never shut out the one who knows the right one. Raises Refusal `too_many` (429) with the seconds
    while the `pause` lasts, and then nothing is counted.
    """
    spent, _ = allowances.count(Counter([bucket]))[bucket]
    if spent >= limit:
        allowances.pause(pause, spent - limit + 1)


@action
def return_allowances(buckets: Sequence[str]) -> None:
    """Take one attempt, or the pause after it, back from each of these: it was no guess."""
    allowances.give_back(buckets)


def _note(user: User, by_id: int | None, *kinds: str) -> None:
    """Write down who changed the account."""
    now = clock.now()
    db.session.add_all(UserChange(user_id=user.id, by_id=by_id, kind=kind, at=now) for kind in kinds)


def _end_sessions(user: User) -> None:
    user.end_sessions()
    for running in db.session.scalars(select(UserSession).where(UserSession.user_id == user.id, _RUNS)):
        running.ended_at = clock.now()


_RUNS = UserSession.ended_at.is_(None)


def _give_password(user: User, password: str, *, once: bool = False) -> None:
    if len(password) < PASSWORD_MIN:
        raise Refusal("password_short", field="password", minimum=PASSWORD_MIN)
    if is_guessable(password, user.username, user.name):
        raise Refusal("password_common", field="password")
    user.set_password(password)
    lasts = timedelta(hours=config.current().first_password_hours)
    user.first_password_until = clock.now() + lasts if once else None
    if user.id is not None:
        _end_sessions(user)
