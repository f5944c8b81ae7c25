"""The doors for everybody who works here: signing in and out, and one's own account."""

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from app import config
from app.accounts import actions
from app.accounts.models import PASSWORD_MIN, Account, Role, User
from app.accounts.queries import list_sessions
from app.accounts.schemas import PASSWORD_MAX, OwnPasswordIn
from app.errors import Refusal
from app.web import guard
from app.web.forms import Form
from app.web.guard import only, public, user, with_first_password
from app.web.roles import ROLES
from app.web.sign_in import identify, remember_browser
from app.web.today import home

bp = Blueprint("account", __name__)


@bp.get("/masuk")
@public
def sign_in() -> str | Response:
    """The form; whoever is signed in already goes on to their work."""
    if current_user.is_authenticated:
        return redirect(_landing(user()))
    return _sign_in_page(Form(labels=_sign_in_labels()))


@bp.post("/masuk")
@public
def begin_session() -> str | tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Sign in, and go where one wanted to or where one works. A wrong name and a wrong password answer alike."""
    form = Form({**request.form.to_dict(), "password": ""}, _sign_in_labels())
    username, password = form.value("username").strip(), request.form.get("password", "")
    for name in ("username", "password"):
        if not (username if name == "username" else password):
            form.refuse_all({**form.codes, name: "required"})
    if form.errors:
        return _sign_in_page(form), 422
    try:
        found = identify(username, password[: PASSWORD_MAX + 1])
    except Refusal as refusal:
        if wait := refusal.details.get("retry_after_seconds"):
            form.refuse(refusal, "")
            return _sign_in_page(form), refusal.status, {"Retry-After": str(wait)}
        form.refuse(refusal, "username")
        return _sign_in_page(form), 422
    guard.sign_in(found)
    return remember_browser(redirect(_wanted(found) or _landing(found), 303), found)


@bp.post("/keluar")
@only(*Role)
@with_first_password
def end_session() -> Response:
    """Sign out in this browser; the language stays."""
    _forget_session()
    flash(_("Anda sudah keluar."))
    return redirect(url_for("account.sign_in"), 303)


@bp.get("/akun")
@only(*Role)
@with_first_password
def account() -> str:
    """Show who is signed in, the form for a new password, and the ways out."""
    return _account_page(Form(labels=_password_labels()))


@bp.post("/akun")
@only(*Role)
@with_first_password
def change_password() -> tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """A new password of one's own; every other browser is signed out by it."""
    form = Form(request.form.to_dict(), _password_labels())
    given = form.load(OwnPasswordIn())
    if given is None:
        return _account_page(form), 422
    try:
        # Whoever found an open browser must not find out the password by trying.
        guess = guard.allow_slowly("own-password", config.current().sign_in_limit, str(user().id))
        first = user().first_password_until is not None
        changed = actions.change_own_password(user().id, given["old_password"], given["password"])
        actions.return_allowances(guess)
    except Refusal as refusal:
        form.refuse(refusal)
        wait = refusal.details.get("retry_after_seconds")
        return _account_page(form), refusal.status, {"Retry-After": str(wait)} if wait else {}
    guard.sign_in(changed)
    flash(_("Kata sandi baru berlaku. Di semua HP dan komputer lain Anda sudah keluar."))
    return redirect(_landing(changed) if first else url_for("account.account"), 303)


@bp.post("/akun/sesi/<int(min=1, max=2147483647):session_id>")
@only(*Role)
def end_one_session(session_id: int) -> Response:
    """End one session from the list; this browser's is signing out."""
    if session_id == current_user.session_id:
        return end_session()
    actions.end_session(session_id, user().id)
    flash(_("Sesi itu sudah berakhir."))
    return redirect(url_for("account.account"), 303)


@bp.post("/akun/keluar")
@only(*Role)
@with_first_password
def end_all_sessions() -> Response:
    """Sign out in every browser and program, this one too."""
    actions.sign_out_everywhere(user().id, user().id)
    _forget_session()
    flash(_("Anda sudah keluar di semua HP dan komputer."))
    return redirect(url_for("account.sign_in"), 303)


def _forget_session() -> None:
    language = session.get("language")
    guard.sign_out()
    if language:
        session["language"] = language


def _wanted(somebody: User) -> str:
    """The page that asked for the sign-in, when it is one of ours that this user can open; else nothing."""
    wanted = request.form.get("next", "")
    path = wanted.partition("?")[0]
    # Browsers drop tabs and line ends, and take "\" for "/": both could make it another site's address.
    if not path.startswith("/") or path.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return ""
    try:
        endpoint, _values = current_app.url_map.bind("").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return ""
    roles: frozenset[Role] | None = getattr(current_app.view_functions[endpoint], "guard", None)
    return wanted if roles is not None and (not roles or somebody.role in roles) else ""


def _landing(somebody: Account) -> str:
    return url_for(ROLES[Role(somebody.role)].landing)


def _sign_in_labels() -> dict[str, str]:
    return {"username": _("Nama pengguna"), "password": _("Kata sandi")}


def _password_labels() -> dict[str, str]:
    return {
        "old_password": _("Kata sandi sekarang"),
        "password": _("Kata sandi baru"),
        "password_again": _("Kata sandi baru sekali lagi"),
    }


def _sign_in_page(form: Form) -> str:
    wanted = request.form.get("next", request.args.get("next", ""))
    return render_template("account/sign_in.html", form=form, wanted=wanted)


def _account_page(form: Form) -> str:
    somebody = user()
    return render_template(
        "account/account.html",
        form=form,
        user=somebody,
        landing=_landing(somebody),
        minimum=PASSWORD_MIN,
        sessions=list_sessions(somebody.id),
        here=current_user.session_id,
        home=home(),
    )


def register(app: Flask) -> None:
    """Hang the doors."""
    app.register_blueprint(bp)
