"""The phones that scan at gates: who uses each, when it was last heard of, and revoking one that is lost."""

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.devices.actions import CODE_MINUTES, make_enrolment_code, revoke_device
from app.accounts.devices.queries import list_devices
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.enrolment_code import picture_of
from app.web.guard import user
from app.web.today import home


@bp.get("/perangkat")
@only_administrator
def devices() -> str:
    """Show all devices, those that scan before those that were revoked."""
    return _page()


@bp.post("/perangkat")
@only_administrator
def show_code() -> str:
    """A new code for one phone, good for some minutes."""
    return _page(make_enrolment_code(user().id))


@bp.post(f"/perangkat/<{ID}:device_id>/cabut")
@only_administrator
def revoke(device_id: int) -> Response:
    """Let a lost phone in no more."""
    device = revoke_device(device_id, user().id)
    return go("devices", _("%(name)s sudah dicabut: tidak diberi data penumpang lagi.", name=device.name))


def _page(code: str = "") -> str:
    return render_template(
        "admin/devices.html",
        devices=list_devices(),
        code=code,
        picture=picture_of(code) if code else "",
        minutes=CODE_MINUTES,
        port=home(),
        as_of=clock.now(),
    )
