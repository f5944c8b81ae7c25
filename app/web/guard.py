"""Guard every view: it says with `@public` or `@only(...)` who may enter; one that says nothing lets no visitor in.

Every view says so with `@public` or `@only(...)`; one that says nothing lets nobody in.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b, sha256
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, has_request_context, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app import clock
from app.accounts import actions
from app.accounts.actions import spend_allowance, spend_slowly
from app.accounts.models import Role, SignedIn, User
from app.accounts.queries import find_session, find_spent
from app.errors import Refusal
from app.web.own_ports import must_be_at_own_port
from app.web.sessions import Sessions

View = TypeVar("View", bound=Callable[..., Any])

TOKEN_SECONDS = 12 * 3600
"""How long a token of the API is good: one shift."""

SEEN_EVERY = timedelta(minutes=5)
"""How often it is written down that a session is used."""

login = LoginManager()
csrf = CSRFProtect()


class Visitor(UserMixin):
    """The signed-in user, by the session that the cookie or the token names."""

    def __init__(self, user: SignedIn) -> None:
        self.session_id, self.seen_at = user.session_id, user.seen_at
        self.user = user
        self.id = user.key

    @property
    def role(self) -> Role:
        """The user's role."""
        return Role(self.user.role)


def public(view: View) -> View:
    """Let everybody enter."""
    view.guard = frozenset[Role]()  # type: ignore[attr-defined]
    return view


def only(*roles: Role) -> Callable[[View], View]:
    """Only signed-in users of these roles may enter. An administrator may not do an officer's work unasked."""

    def mark(view: View) -> View:
        view.guard = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def with_first_password(view: View) -> View:
    """Also whoever has only a password that somebody else gave may enter, to change it or to go."""
    view.with_first_password = True  # type: ignore[attr-defined]
    return view


def is_officer() -> bool:
    """Whether an officer asks. Costs nothing where nobody can be known: without a cookie and without a token."""
    environ = request.environ
    if "HTTP_COOKIE" not in environ and "HTTP_AUTHORIZATION" not in environ:
        return False
    return bool(current_user.is_authenticated and current_user.role == Role.OFFICER)


def user() -> SignedIn:
    """The signed-in user. Only behind `@only`."""
    return current_user.user


def sign_in(somebody: User) -> None:
    """Begin a session; the one before it in this browser is forgotten, so that it cannot be fixed beforehand."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    if begun := _visitor(actions.begin_session(somebody.id, "browser", _device()).key):
        login_user(begun)


def sign_out() -> None:
    """End this session, here and in the tables: a copy of its cookie opens nothing any more."""
    if current_user.is_authenticated:
        actions.end_session(current_user.session_id, current_user.user.id)
    logout_user()
    session.clear()


def new_token(somebody: User) -> str:
    """A bearer token for the API, good for TOKEN_SECONDS or until its session is ended."""
    begun = actions.begin_session(somebody.id, "program", _device(), timedelta(seconds=TOKEN_SECONDS))
    return _tokens().dumps(begun.key)


def _device() -> str:
    """Read how the browser names itself: `Chrome, Android`; the first words of what a program says."""
    agent = request.headers.get("User-Agent", "") if has_request_context() else ""
    found = (
        next((name for mark, name in marks if mark in agent), "")
        for marks in (
            (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari")),
            (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac", "Mac"),
             ("Linux", "Linux")),
        )
    )  # fmt: skip
    return ", ".join(name for name in found if name) or "".join(c for c in agent[:40] if c.isprintable())


def allow(kind: str, limit: int, who: str = "") -> None:
    """Count one attempt of `kind` by this address (and `who`). Raises Refusal `too_many`."""
    spend_allowance(bucket(kind, who), limit)


def allow_slowly(kind: str, limit: int, who: str = "", *, everywhere: bool = False) -> list[str]:
    """Count one guess of `kind` by this address (and `who`), as `spend_slowly`; the names it is counted under."""
    names = [bucket(each, who, everywhere=everywhere) for each in (kind, f"{kind} pause")]
    spend_slowly(names[0], names[1], limit)
    return names


def spent(kind: str, who: str = "") -> int:
    """How often this address (and `who`) has done it in the running window; counts nothing."""
    return find_spent(bucket(kind, who))


def bucket(kind: str, who: str = "", *, everywhere: bool = False) -> str:
    """The name under which attempts of `kind` by this address (and `who`) are counted; it tells neither.

    With `everywhere` those of all addresses are counted together.
    """
    key = f"{kind}|{'' if everywhere else _network(request.remote_addr or '')}|{who}"
    secret = sha256(str(current_app.secret_key).encode()).digest()
    return blake2b(key.encode(), key=secret, digest_size=32).hexdigest()


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    """The address, or the /64 that it is in: a household has as many IPv6 addresses as it likes."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or IPv6Network((known, 64), strict=False))
    return address


def _tokens() -> URLSafeTimedSerializer:
    return _tokens_by(str(current_app.secret_key))


@lru_cache(maxsize=4)
def _tokens_by(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="api token")


def _visitor(key: str) -> Visitor | None:
    found = find_session(key)
    return Visitor(found) if found else None


def _visitor_by_session(key: str) -> Visitor | None:
    """A token outranks a cookie: it is sent on purpose, and therefore needs no form token."""
    return None if g.get("by_token") else _visitor(key)


def _token() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else None


def _visitor_by_token() -> Visitor | None:
    token = _token()
    if token is None:
        return None
    try:
        return _visitor(_tokens().loads(token, max_age=TOKEN_SECONDS))
    except BadSignature:
        return None


def _enter() -> Response | None:
    """Stop whoever may not enter; a view that does not say who may is closed to all."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    roles = getattr(view, "guard", None)
    if roles is None:
        abort(500, "this door does not say who may enter")
    is_api = request.path.startswith("/api/")
    g.by_token = is_api and _token() is not None
    if roles and not current_user.is_authenticated:
        if is_api:
            raise Refusal("sign_in_first")
        return redirect(url_for("account.sign_in", next=request.full_path.rstrip("?")))
    if roles and current_user.role not in roles:
        raise Refusal("not_allowed")
    if roles and current_user.user.first_password_until is not None and not getattr(view, "with_first_password", False):
        if is_api:
            raise Refusal("first_password")
        return redirect(url_for("account.account"))
    if roles and request.view_args:
        must_be_at_own_port(request.view_args)
    # Last: to find its token a form is read, and that of a stranger at the office's door is not.
    if request.method not in {"GET", "HEAD", "OPTIONS"} and _needs_csrf(is_api):
        csrf.protect()
    if roles and clock.now() - current_user.seen_at > SEEN_EVERY:
        actions.see_session(current_user.session_id)
    return None


def _needs_csrf(is_api: bool) -> bool:
    """Forms always; the API only where a browser's session speaks, for only that rides along by itself."""
    if is_api and (g.by_token or "HTTP_COOKIE" not in request.environ):
        return False
    return not is_api or current_user.is_authenticated


def _load_by_request(_request: object) -> Visitor | None:
    return _visitor_by_token() if request.path.startswith("/api/") else None


@lru_cache(maxsize=64)
def _policy(live_origin: str) -> str:
    """Say what a page may load and where it may send: from here, and news from the live process."""
    policy = {
        "default-src": "'self'",
        "script-src": "'self' 'wasm-unsafe-eval'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {live_origin}".strip(),
        "worker-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{k} {v}" for k, v in policy.items())


_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(), microphone=()"),
)


def _secure(response: Response) -> Response:
    """Headers that keep a browser from doing more than these pages need."""
    headers = response.headers
    present = {name.lower() for name, _ in headers}
    if "content-security-policy" not in present:
        headers.add("Content-Security-Policy", _policy(current_app.config["LIVE_ORIGIN"]()))
    for name, value in _ALWAYS:
        if name.lower() not in present:
            headers.add(name, value)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static":
        # An address with its file's age in it never changes; others (imports between modules) are asked again.
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    elif "cache-control" not in present:
        headers.add("Cache-Control", "no-store")
    return response


def register(app: Flask) -> None:
    """Hang the guard before every view and the headers behind it."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # `_enter` decides where it is needed
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a slow line must not lose a form; it ends with the session
    # Not init_app: it looks into every session for a cookie that is never set, so each answer would vary by cookie.
    app.login_manager = login  # type: ignore[attr-defined]
    app.context_processor(lambda: {"current_user": current_user})
    login.user_loader(_visitor_by_session)
    login.request_loader(_load_by_request)
    csrf.init_app(app)
    app.session_interface = Sessions()
    app.before_request(_enter)
    app.after_request(_secure)
