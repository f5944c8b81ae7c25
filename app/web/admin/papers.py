"""Ships and their papers: certificates and dispensations, which set how many persons may sail."""

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from app import clock, config
from app.boarding.actions import record_capacity
from app.errors import NotFound, Refusal
from app.schedule.models import Ship
from app.schedule.queries import find_port, get_ship, list_ships
from app.seats.queries import documented_capacities, papers_of
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.shapes import PaperIn
from app.web.forms import Form


@bp.get("/kapal")
@only_administrator
def ships() -> str:
    """Every ship, with what its papers say for today."""
    home, now = find_port(config.current().port_name), clock.now()
    today = now.astimezone(home.tz).date() if home else now.date()
    return render_template("admin/ships.html", ships=list_ships(), today=today, capacities=documented_capacities(today))


@bp.get(f"/kapal/<{ID}:ship_id>")
@only_administrator
def ship(ship_id: int) -> str:
    """One ship's papers, and the form for another one."""
    return _ship_page(get_ship(ship_id), Form(labels=_labels(), defaults={"kind": "certificate"}))


@bp.post(f"/kapal/<{ID}:ship_id>")
@only_administrator
def record_paper(ship_id: int) -> tuple[str, int] | Response:
    """Enter the paper. One with the same days is corrected, so the same form twice is one paper."""
    form = Form(request.form.to_dict(), _labels())
    given = form.load(PaperIn())
    if given is None:
        return _ship_page(get_ship(ship_id), form), 422
    kind, persons = given.pop("kind"), given.pop("persons")
    try:
        changed = record_capacity(ship_id, **{kind: persons}, **given)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _ship_page(get_ship(ship_id), form), refusal.status
    count = len(set(changed))
    told = ngettext(
        "Surat sudah disimpan. Batas orang berubah di %(num)s pelayaran.",
        "Surat sudah disimpan. Batas orang berubah di %(num)s pelayaran.",
        count,
    )
    return go("ship", told, ship_id=ship_id)


def _labels() -> dict[str, str]:
    return {
        "kind": _("Jenis surat"),
        "persons": _("Jumlah orang"),
        "valid_from": _("Berlaku mulai"),
        "valid_to": _("Berlaku sampai"),
        "letter": _("Nomor surat dispensasi"),
        "source_url": _("Alamat sumber"),
    }


def _ship_page(found: Ship, form: Form) -> str:
    kinds = [("certificate", _("Sertifikat keselamatan")), ("dispensation", _("Dispensasi"))]
    return render_template("admin/ship.html", ship=found, papers=papers_of(found.id), form=form, kinds=kinds)
