"""Sign people in, and bound how often it may be tried: by address, by name everywhere, and in known browsers."""

from datetime import timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app import config
from app.accounts.actions import return_allowances, spend_allowance
from app.accounts.models import User
from app.accounts.queries import find_user_by_password, require_running_password
from app.errors import Refusal
from app.web.guard import allow_slowly, bucket

NAMES_PER_ADDRESS = 10
"""One address may try this many times as often as it may try one name: a whole office shares one address."""

ADDRESSES_PER_NAME = 10
"""One name may be tried this many times as often over all addresses as from one."""

KNOWN = "known"
"""The cookie of a browser in which somebody has signed in."""
KNOWN_FOR = timedelta(days=365)
NAMES_KEPT = 5
"""Names that a browser is known for, the latest last."""


def identify(username: str, password: str) -> User:
    """The active user of that name and password. A wrong name answers like a wrong password, in like time.

    Counts the attempt first, and takes it back where it succeeds. After many wrong ones of an address for a name each
    next has to wait some seconds, so that the right one is never shut out for long. A browser in which this name has
    signed in before has a count of its own, so that nobody can lock its user out by trying elsewhere. Raises Refusal
    `too_many`, `sign_in_elsewhere` where the name is tried from everywhere, `sign_in_failed`, or
    `first_password_ended`.
    """
    username = username.strip().lower()
    spent = _spend(username, config.current().sign_in_limit)
    found = find_user_by_password(username, password)
    if found is None:
        raise Refusal("sign_in_failed")
    return_allowances(spent)
    require_running_password(found)
    return found


def _spend(username: str, limit: int) -> list[str]:
    """Count a guess in all its bounds, or in none; the names it is counted under."""
    if _name_key(username) in _known_names():
        return allow_slowly("sign-in-known", limit, username, everywhere=True)
    spent = allow_slowly("sign-in", limit, username)
    address, everywhere = bucket("sign-in-address"), bucket("sign-in-name", username, everywhere=True)
    try:
        spend_allowance(address, limit * NAMES_PER_ADDRESS)
        spent.append(address)
        spend_allowance(everywhere, limit * ADDRESSES_PER_NAME)
    except Refusal as refusal:
        return_allowances(spent)
        if address in spent:
            raise Refusal("sign_in_elsewhere", **refusal.details) from None
        raise
    return [*spent, everywhere]


def remember_browser(response: Response, user: User) -> Response:
    """Let this browser be known for the user's name; the cookie tells no name."""
    key = _name_key(user.username)
    names = [*(name for name in _known_names() if name != key), key][-NAMES_KEPT:]
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        KNOWN, _cookies().dumps(names), max_age=KNOWN_FOR, path="/masuk", httponly=True, secure=secure, samesite="Lax"
    )
    return response


def _known_names() -> list[str]:
    try:
        names = _cookies().loads(request.cookies.get(KNOWN, ""), max_age=int(KNOWN_FOR.total_seconds()))
    except BadSignature:
        return []
    return [str(name) for name in names]


def _name_key(username: str) -> str:
    return bucket("known-browser", username.strip().lower(), everywhere=True)[:32]


def _cookies() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known browser")
