"""Users of Dermaga: new ones, what they may do, and locking out a lost phone."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import config
from app.accounts import actions
from app.accounts.models import Role, User
from app.accounts.passwords import new_first_password
from app.accounts.queries import find_user_by_name, get_user, list_changes, list_port_ids, list_users
from app.accounts.schemas import AccessIn, NewUserIn
from app.errors import NotFound, Refusal
from app.schedule.queries import list_ports
from app.web import guard
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.forms import Form
from app.web.roles import ROLES
from app.web.today import home


@bp.get("/pengguna")
@only_administrator
def users() -> str:
    """Everybody who has an account."""
    return render_template("admin/users.html", users=list_users(), home=home())


@bp.get("/pengguna/baru")
@only_administrator
def new_user() -> str:
    """The form for somebody new."""
    return _new_user_page(Form(labels=_labels(), defaults={"role": Role.OFFICER}))


@bp.post("/pengguna/baru")
@only_administrator
def create_user() -> str | tuple[str, int]:
    """Make the user. The same form sent twice makes one."""
    form = Form(request.form.to_dict(), _labels())
    given = form.load(NewUserIn())
    if given is None:
        return _new_user_page(form), 422
    password = new_first_password()
    try:
        made = actions.create_user(
            given["username"],
            given["name"],
            given["role"],
            password,
            guard.user().id,
            as_typed="as_typed" in request.form,
            once=True,
        )
    except Refusal as refusal:
        before = find_user_by_name(given["username"])
        if before is None or not _has_just_made(before, given):
            form.refuse(refusal)
            return _new_user_page(form), refusal.status
        return _give(before, password)
    return _first_password(made, password)


def _has_just_made(somebody: User, given: Mapping[str, Any]) -> bool:
    """Whether this very form has made the user before, who has not signed in yet: its answer was lost."""
    made_by = [change.by_id for change in list_changes(somebody.id) if change.kind == "created"]
    same = (somebody.name, somebody.role) == (given["name"], given["role"])
    return same and somebody.first_password_until is not None and made_by == [guard.user().id]


def _give(somebody: User, password: str) -> str:
    """Give the user this first password, and show it once."""
    role, by_id = Role(somebody.role), guard.user().id
    changed = actions.change_user(somebody.id, by_id, active=somebody.active, role=role, password=password, once=True)
    return _first_password(changed, password)


def _first_password(somebody: User, password: str) -> str:
    hours = config.current().first_password_hours
    return render_template("admin/first_password.html", somebody=somebody, password=password, hours=hours)


@bp.get(f"/pengguna/<{ID}:user_id>")
@only_administrator
def user(user_id: int) -> str:
    """One user: role, access, a new password, and signing them out everywhere."""
    return _user_page(get_user(user_id))


@bp.post(f"/pengguna/<{ID}:user_id>")
@only_administrator
def change_access(user_id: int) -> tuple[str, int] | Response:
    """Another role, or keep them out, or let them in again; what changes signs them out."""
    form = Form(request.form.to_dict(), _labels())
    given = form.load(AccessIn())
    if given is None:
        return _user_page(get_user(user_id), access=form), 422
    try:
        changed = actions.change_user(user_id, guard.user().id, **given)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal, "active" if not given["active"] else "role")
        return _user_page(get_user(user_id), access=form), refusal.status
    if changed.active:
        return _back(changed, _("%(name)s dapat masuk, dengan peran yang tertulis di bawah ini.", name=changed.name))
    return _back(changed, _("%(name)s tidak dapat masuk lagi dan sudah keluar di mana-mana.", name=changed.name))


@bp.post(f"/pengguna/<{ID}:user_id>/kata-sandi")
@only_administrator
def give_password(user_id: int) -> str:
    """A new first password for somebody who has lost theirs; it signs them out everywhere."""
    return _give(get_user(user_id), new_first_password())


@bp.post(f"/pengguna/<{ID}:user_id>/pelabuhan")
@only_administrator
def set_ports(user_id: int) -> Response:
    """The ports where they may work; none means all."""
    known = {str(port.id): port.id for port in list_ports()}
    chosen = [known[text] for text in request.form.getlist("ports") if text in known]
    changed = actions.set_ports(user_id, chosen, guard.user().id)
    return _back(changed, _("Pelabuhan %(name)s tersimpan.", name=changed.name))


@bp.post(f"/pengguna/<{ID}:user_id>/keluar")
@only_administrator
def end_sessions(user_id: int) -> Response:
    """Sign them out in every browser and device."""
    changed = actions.sign_out_everywhere(user_id, guard.user().id)
    return _back(changed, _("%(name)s sudah keluar di semua HP dan komputer.", name=changed.name))


def _back(changed: User, told: str) -> Response:
    """To the user's page. An administrator who has just signed out oneself in every browser stays in this one."""
    if changed.id == guard.user().id and changed.active:
        guard.sign_in(changed)
    return go("user", told, user_id=changed.id)


def _labels() -> dict[str, str]:
    return {
        "name": _("Nama"),
        "username": _("Nama pengguna"),
        "role": _("Peran"),
        "active": _("Akses"),
        "may_exempt": _("Pengecualian dari aturan perjalanan"),
        "may_approve_rules": _("Persetujuan aturan perjalanan"),
    }


def _roles() -> list[tuple[str, str]]:
    return [(role.value, str(words.work)) for role, words in ROLES.items()]


def _changes_told() -> dict[str, str]:
    """Name the changes of an account."""
    return {
        "created": _("akun dibuat"),
        "password": _("kata sandi diberikan"),
        "own_password": _("kata sandi diganti sendiri"),
        "role": _("peran diubah"),
        "rights": _("hak diubah"),
        "closed": _("akses ditutup"),
        "opened": _("akses dibuka lagi"),
        "signed_out": _("dikeluarkan di mana-mana"),
        "ports": _("pelabuhan diubah"),
    }


def _new_user_page(form: Form) -> str:
    return render_template("admin/new_user.html", form=form, roles=_roles())


def _user_page(somebody: User, access: Form | None = None) -> str:
    present: dict[str, Any] = {"role": somebody.role, "active": str(somebody.active).lower()}
    present |= {right: str(getattr(somebody, right)).lower() for right in ("may_exempt", "may_approve_rules")}
    return render_template(
        "admin/user.html",
        user=somebody,
        access=access or Form(labels=_labels(), defaults=present),
        roles=_roles(),
        ports=list_ports(),
        chosen_ports=list_port_ids(somebody.id),
        changes=list_changes(somebody.id),
        told=_changes_told(),
        myself=somebody.id == guard.user().id,
        home=home(),
    )
