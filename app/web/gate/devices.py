"""Enrol the phone in the hand, by a code that a supervisor or administrator shows."""

from flask import render_template
from flask_babel import gettext as _

from app.accounts.devices.actions import CODE_MINUTES, make_enrolment_code
from app.accounts.devices.models import NAME_MAX
from app.accounts.models import Role
from app.web.enrolment_code import picture_of
from app.web.gate.boarding import bp
from app.web.guard import only, user


@bp.get("/perangkat")
@only(Role.OFFICER)
def device() -> str:
    """The form that enrols this phone; for a supervisor also the way to a code for another one."""
    return _page()


@bp.post("/perangkat")
@only(Role.OFFICER)
def show_code() -> str:
    """A new code, to be typed into the phone or opened with its camera, good for some minutes and for one phone."""
    if not user().may_exempt:
        return _page()
    code = make_enrolment_code(user().id)
    return _page(code, picture_of(code))


def _page(code: str = "", picture: str = "") -> str:
    says = {
        "enrolled": _("Perangkat terdaftar. Buka gerbang dan kapal, lalu pindai."),
        "before": _("HP ini pernah didaftarkan. Daftarkan lagi hanya bila gerbang berkata sudah dicabut."),
        "no_store": _("Browser ini tidak menyimpan apa pun: daftarkan perangkat lain, atau pakai browser lain."),
        "no_connection": _("Tidak ada sambungan ke server. Coba lagi setelah tersambung."),
    }
    return render_template(
        "gate/device.html",
        code=code,
        picture=picture,
        minutes=CODE_MINUTES,
        name_max=NAME_MAX,
        in_charge=user().may_exempt,
        says=says,
    )
