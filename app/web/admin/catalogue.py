"""Ports, operators and ships: what a schedule is made of."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response

from app.errors import NotFound, Refusal
from app.planning.actions.catalogue import save_operator, save_port, save_ship
from app.schedule.models import ZONES, Operator, Port, Ship
from app.schedule.queries import get_operator, get_port, get_ship, list_operators, list_ports
from app.web import words
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import OperatorIn, PortIn, ShipIn
from app.web.forms import Form


@bp.get("/pelabuhan")
@only_administrator
def ports() -> str:
    """Every port, with its zone, and whether its code has been confirmed."""
    return render_template("admin/ports.html", ports=list_ports())


@bp.get("/pelabuhan/baru")
@only_administrator
def new_port() -> str:
    """The form for another port."""
    return _port_page(Form(labels=_port_labels(), defaults={"zone": "Asia/Jakarta"}))


@bp.post("/pelabuhan/baru")
@only_administrator
def make_port() -> tuple[str, int] | Response:
    """Make the port with its gangways."""
    return _save(PortIn(), _port_labels(), lambda given: _save_port(None, given), _port_page)


@bp.get(f"/pelabuhan/<{ID}:port_id>")
@only_administrator
def port(port_id: int) -> str:
    """One port's form."""
    found = get_port(port_id)
    present = {name: getattr(found, name) for name in _port_labels()}
    return _port_page(Form(labels=_port_labels(), defaults=present), found)


@bp.post(f"/pelabuhan/<{ID}:port_id>")
@only_administrator
def change_port(port_id: int) -> tuple[str, int] | Response:
    """Put the port right."""
    found = get_port(port_id)
    return _save(
        PortIn(), _port_labels(), lambda given: _save_port(port_id, given), lambda form: _port_page(form, found)
    )


def _save_port(port_id: int | None, given: dict[str, Any]) -> Response:
    made = save_port(port_id, given.pop("name"), given.pop("zone"), **given)
    return go("ports", _("%(name)s disimpan dengan kode %(code)s.", name=made.name, code=made.code))


def _port_labels() -> dict[str, str]:
    return {
        "name": _("Nama kota"),
        "harbour": _("Nama pelabuhan"),
        "zone": _("Zona waktu"),
        "code": _("Kode UN/LOCODE"),
        "confirmed_by": _("Kode dibaca di"),
    }


def _port_page(form: Form, found: Port | None = None) -> str:
    zones = [(zone, name) for name, zone in ZONES.items()]
    if found and found.zone not in ZONES.values():
        zones.append((found.zone, f"{words.zone_name(found.zone)} ({found.zone})"))
    return render_template("admin/port.html", form=form, port=found, zones=zones)


@bp.get("/operator")
@only_administrator
def operators() -> str:
    """Show the operators of ships."""
    return render_template("admin/operators.html", operators=list_operators())


@bp.get("/operator/baru")
@only_administrator
def new_operator() -> str:
    """The form for another operator."""
    return _operator_page(Form(labels=_operator_labels()))


@bp.post("/operator/baru")
@only_administrator
def make_operator() -> tuple[str, int] | Response:
    """Make the operator."""
    return _save(OperatorIn(), _operator_labels(), lambda given: _save_operator(None, given), _operator_page)


@bp.get(f"/operator/<{ID}:operator_id>")
@only_administrator
def operator(operator_id: int) -> str:
    """One operator's form."""
    found = get_operator(operator_id)
    present = {name: getattr(found, name) for name in _operator_labels()}
    return _operator_page(Form(labels=_operator_labels(), defaults=present), found)


@bp.post(f"/operator/<{ID}:operator_id>")
@only_administrator
def change_operator(operator_id: int) -> tuple[str, int] | Response:
    """Put the operator right."""
    found = get_operator(operator_id)
    return _save(
        OperatorIn(),
        _operator_labels(),
        lambda given: _save_operator(operator_id, given),
        lambda form: _operator_page(form, found),
    )


def _save_operator(operator_id: int | None, given: dict[str, Any]) -> Response:
    made = save_operator(operator_id, **given)
    return go("operators", _("%(name)s disimpan.", name=made.name))


def _operator_labels() -> dict[str, str]:
    return {"name": _("Nama operator"), "code": _("Kode singkat"), "child_age": _("Anak di bawah umur ini ditemani")}


def _operator_page(form: Form, found: Operator | None = None) -> str:
    return render_template("admin/operator.html", form=form, operator=found)


@bp.get("/kapal/baru")
@only_administrator
def new_ship() -> str:
    """The form for another ship."""
    return _ship_page(Form(labels=_ship_labels()))


@bp.post("/kapal/baru")
@only_administrator
def make_ship() -> tuple[str, int] | Response:
    """Make the ship; its papers come next."""
    return _save(ShipIn(), _ship_labels(), lambda given: _save_ship(None, given), _ship_page)


@bp.get(f"/kapal/<{ID}:ship_id>/data")
@only_administrator
def ship_data(ship_id: int) -> str:
    """One ship's form."""
    found = get_ship(ship_id)
    present = {name: getattr(found, name) for name in _ship_labels()}
    return _ship_page(Form(labels=_ship_labels(), defaults=present), found)


@bp.post(f"/kapal/<{ID}:ship_id>/data")
@only_administrator
def change_ship(ship_id: int) -> tuple[str, int] | Response:
    """Put the ship right."""
    found = get_ship(ship_id)
    return _save(
        ShipIn(), _ship_labels(), lambda given: _save_ship(ship_id, given), lambda form: _ship_page(form, found)
    )


def _save_ship(ship_id: int | None, given: dict[str, Any]) -> Response:
    made = save_ship(ship_id, given.pop("name"), int(given.pop("operator_id")), **given)
    return go("ship", _("%(name)s disimpan. Masukkan sertifikatnya di bawah ini.", name=made.name), ship_id=made.id)


def _ship_labels() -> dict[str, str]:
    return {
        "name": _("Nama kapal"),
        "operator_id": _("Operator"),
        "type": _("Jenis kapal"),
        "imo": _("Nomor IMO"),
        "source_url": _("Alamat sumber"),
        "note": _("Catatan"),
    }


def _ship_page(form: Form, found: Ship | None = None) -> str:
    choices = [("", _("Pilih operator")), *((operator.id, operator.name) for operator in list_operators())]
    return render_template("admin/ship_data.html", form=form, ship=found, operators=choices)


def _save(
    shape: Schema,
    labels: dict[str, str],
    save: Callable[[dict[str, str]], Response],
    page: Callable[[Form], str],
) -> tuple[str, int] | Response:
    """Load the form and save it; what is wrong with it is told at its field, and what was typed stays."""
    form = Form(request.form.to_dict(), labels)
    given = form.load(shape)
    if given is None:
        return page(form), 422
    try:
        return save(given)
    except NotFound as refusal:
        if refusal.code != "operator_not_found" or "operator_id" not in labels:
            raise
        form.refuse(refusal, "operator_id")
        return page(form), 422
    except Refusal as refusal:
        form.refuse(refusal)
        return page(form), refusal.status
