"""Ships and their papers: certificates and dispensations, which set how many persons may sail."""

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.errors import NotFound, Refusal
from app.schedule.models import Ship
from app.schedule.queries import get_ship, list_ships
from app.seats.actions.capacity import PaperKind, correct_paper, record_capacity
from app.seats.actions.capacity import remove_paper as take_away
from app.seats.models import CapacityCertificate, Dispensation
from app.seats.queries import documented_capacities, get_paper, papers_of
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import CorrectedPaperIn, PaperIn
from app.web.forms import Form
from app.web.today import today
from app.web.words import ngettext


@bp.get("/kapal")
@only_administrator
def ships() -> str:
    """Every ship, with what its papers say for today."""
    day = today()
    return render_template("admin/ships.html", ships=list_ships(), today=day, capacities=documented_capacities(day))


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
    return _stored(ship_id, changed)


def _stored(ship_id: int, changed: list[int]) -> Response:
    told = ngettext(
        "Surat sudah disimpan. Batas orang berubah di %(num)s pelayaran.",
        "Surat sudah disimpan. Batas orang berubah di %(num)s pelayaran.",
        len(set(changed)),
    )
    return go("ship", told, ship_id=ship_id)


KIND = "any(certificate, dispensation)"


@bp.get(f"/kapal/<{ID}:ship_id>/surat/<{KIND}:kind>/<{ID}:paper_id>")
@only_administrator
def paper(ship_id: int, kind: PaperKind, paper_id: int) -> str:
    """One paper, to be put right or taken away."""
    found = get_paper(ship_id, kind, paper_id)
    present = {name: getattr(found, name, "") for name in _labels()}
    return _paper_page(kind, found, Form(labels=_labels(), defaults=present))


@bp.post(f"/kapal/<{ID}:ship_id>/surat/<{KIND}:kind>/<{ID}:paper_id>")
@only_administrator
def change_paper(ship_id: int, kind: PaperKind, paper_id: int) -> tuple[str, int] | Response:
    """Put the paper right; the ceilings of its days follow."""
    found = get_paper(ship_id, kind, paper_id)
    form = Form(request.form.to_dict(), _labels())
    given = form.load(CorrectedPaperIn())
    if given is None:
        return _paper_page(kind, found, form), 422
    try:
        changed = correct_paper(kind, paper_id, **given)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _paper_page(kind, get_paper(ship_id, kind, paper_id), form), refusal.status
    return _stored(ship_id, changed)


@bp.post(f"/kapal/<{ID}:ship_id>/surat/<{KIND}:kind>/<{ID}:paper_id>/hapus")
@only_administrator
def remove_paper(ship_id: int, kind: PaperKind, paper_id: int) -> tuple[str, int] | Response:
    """Take the paper away; the ceilings of its days follow."""
    found = get_paper(ship_id, kind, paper_id)
    try:
        changed = take_away(kind, paper_id)
    except NotFound:
        raise
    except Refusal as refusal:
        form = Form(labels=_labels(), defaults={name: getattr(found, name, "") for name in _labels()})
        form.refuse(refusal, "")
        return _paper_page(kind, get_paper(ship_id, kind, paper_id), form), refusal.status
    told = ngettext(
        "Surat sudah dihapus. Batas orang berubah di %(num)s pelayaran.",
        "Surat sudah dihapus. Batas orang berubah di %(num)s pelayaran.",
        len(set(changed)),
    )
    return go("ship", told, ship_id=ship_id)


def _paper_page(kind: PaperKind, found: CapacityCertificate | Dispensation, form: Form) -> str:
    kind_name = _("Dispensasi") if kind == "dispensation" else _("Sertifikat keselamatan")
    return render_template(
        "admin/paper.html", kind=kind, kind_name=kind_name, paper=found, ship=get_ship(found.ship_id), form=form
    )


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
