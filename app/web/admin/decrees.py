"""Decrees: levels of restrictions by letter of the government, and what the rules make of them."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.booking.actions.decree_entry import enter_decree, withdraw_decree
from app.booking.eligibility.decrees import LEVELS, list_decrees, share_by
from app.errors import NotFound, Refusal
from app.schedule.queries import list_ports
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import DecreeIn
from app.web.forms import Form
from app.web.guard import user
from app.web.today import today
from app.web.words import ngettext


@bp.get("/pembatasan")
@only_administrator
def decrees() -> str:
    """Every decree, and the form for another one."""
    return _page(Form(labels=_labels()))


@bp.post("/pembatasan")
@only_administrator
def enter() -> tuple[str, int] | Response:
    """Enter the decree. The same form twice is one decree."""
    form = Form(request.form.to_dict(), _labels())
    given = form.load(DecreeIn())
    if given is None:
        return _page(form), 422
    try:
        entered = enter_decree(**given, user_id=user().id)
    except Refusal as refusal:
        form.refuse(refusal, "port_id" if isinstance(refusal, NotFound) else None)
        return _page(form), 422
    return go("decrees", _told(_("Pembatasan dicatat."), len(entered.voyage_ids)))


@bp.post(f"/pembatasan/<{ID}:decree_id>/cabut")
@only_administrator
def withdraw(decree_id: int) -> Response:
    """Let the decree hold no more."""
    entered = withdraw_decree(decree_id, user().id)
    return go("decrees", _told(_("Pembatasan dicabut."), len(entered.voyage_ids)))


def _told(done: str, voyages: int) -> str:
    touched = ngettext(
        "Tempatnya dihitung ulang di %(num)s pelayaran.", "Tempatnya dihitung ulang di %(num)s pelayaran.", voyages
    )
    return f"{done} {touched}"


def _labels() -> dict[str, str]:
    return {
        "level": _("Level PPKM"),
        "port_id": _("Berangkat dari"),
        "valid_from": _("Hari berlayar pertama"),
        "valid_to": _("Hari berlayar terakhir"),
        "letter": _("Nomor surat"),
        "source_url": _("Alamat sumber"),
    }


def _page(form: Form) -> str:
    found: list[Any] = list_decrees()
    return render_template(
        "admin/decrees.html",
        decrees=found,
        shares={decree.id: share_by(decree) for decree in found if decree.withdrawn_at is None},
        today=today(),
        levels=[(level, str(level)) for level in LEVELS],
        ports=[(port.id, port.name) for port in list_ports()],
        form=form,
    )
