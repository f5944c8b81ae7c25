"""Fares: every one that is known with its dates and source, and the form to write one down or put it right."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.booking.fields import Shape, Text
from app.errors import Refusal
from app.fares.models import PASSENGER_TYPES, Tariff
from app.fares.queries import get_tariff, list_tariff_changes, list_tariffs
from app.planning.actions.tariffs import TariffValues, mark_of, save_tariff, values_of
from app.schedule.queries import list_operators, list_ports
from app.seats.queries import list_fare_classes
from app.web import words
from app.web.admin.allotments import SelectId
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import Count, FormDay, MaybeDay, MayBeEmpty, MaybeText
from app.web.forms import Form
from app.web.guard import user
from app.web.today import home, today

_SOME = validate.Range(1, 2**31 - 1, error="choose_one")


class MaybeAmount(MayBeEmpty, Count):
    """Rupiah, also with its thousands set apart; may be left empty."""


class MaybePercent(fields.Integer):
    """Per cent with its sign; may be left empty."""

    default_error_messages = {"invalid": "tariff_percent"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = str(value).strip().replace("−", "-").rstrip("% ")
        return super()._deserialize(text, attr, data, **kwargs) if text else None


class TariffIn(Shape):
    """A fare as the form asks for it."""

    operator_id = SelectId(required=True, validate=_SOME)
    from_port_id = SelectId(required=True, validate=_SOME)
    to_port_id = SelectId(required=True, validate=_SOME)
    fare_class_id = SelectId(required=True, validate=_SOME)
    passenger_type = Text(6, required=True)
    amount_idr = MaybeAmount(load_default=None)
    percent = MaybePercent(load_default=None)
    valid_from = FormDay(required=True)
    valid_to = MaybeDay(load_default=None)
    source_url = Text(400, required=True)
    note = MaybeText(600, load_default="")


@bp.get("/tarif")
@only_administrator
def fares() -> str:
    """Every fare that is known, by operator and journey."""
    classes = {one.id: one.name for one in list_fare_classes()}
    return render_template("admin/fares.html", tariffs=list_tariffs(), people=_people(), classes=classes, today=today())


@bp.get("/tarif/baru")
@only_administrator
def new_fare() -> str:
    """The form for another fare."""
    return _page(Form(labels=_labels(), defaults={"passenger_type": "adult"}))


@bp.post("/tarif/baru")
@only_administrator
def make_fare() -> tuple[str, int] | Response:
    """Write the fare down. The same form twice makes one."""
    return _save(None)


@bp.get(f"/tarif/<{ID}:tariff_id>")
@only_administrator
def fare(tariff_id: int) -> str:
    """One fare's form, and who changed it when."""
    found = get_tariff(tariff_id)
    values = values_of(found)
    return _page(Form(labels=_labels(), defaults={**values.__dict__, "seen": mark_of(found)}), found)


@bp.post(f"/tarif/<{ID}:tariff_id>")
@only_administrator
def change_fare(tariff_id: int) -> tuple[str, int] | Response:
    """Put the fare right, unless somebody else has changed it since the form was opened."""
    return _save(get_tariff(tariff_id))


def _save(found: Tariff | None) -> tuple[str, int] | Response:
    form = Form(request.form.to_dict(), _labels())
    given = form.load(TariffIn())
    if given is None:
        return _page(form, found), 422
    try:
        save_tariff(
            user().id,
            TariffValues(**given),
            found.id if found else None,
            form.value("seen"),
            as_typed="as_typed" in request.form,
        )
    except Refusal as refusal:
        if "usual" in refusal.details:
            refusal.details["usual"] = words.rupiah(refusal.details["usual"])
        form.refuse(refusal)
        return _page(form, get_tariff(found.id) if found else None), refusal.status
    return go("fares", _("Tarif sudah disimpan."))


def _people() -> dict[str, str]:
    return dict(zip(PASSENGER_TYPES, (_("Dewasa"), _("Anak"), _("Bayi")), strict=True))


def _labels() -> dict[str, str]:
    return {
        "operator_id": _("Operator"),
        "from_port_id": _("Dari"),
        "to_port_id": _("Ke"),
        "fare_class_id": _("Kelas"),
        "passenger_type": _("Penumpang"),
        "amount_idr": _("Harga, rupiah"),
        "percent": _("Atau persen dari harga"),
        "valid_from": _("Berlaku mulai"),
        "valid_to": _("Berlaku sampai"),
        "source_url": _("Alamat sumber"),
        "note": _("Catatan"),
    }


def _page(form: Form, found: Tariff | None = None) -> str:
    none = [("", _("Pilih"))]
    ports = none + [(port.id, port.name) for port in list_ports()]
    return render_template(
        "admin/fare.html",
        form=form,
        tariff=found,
        operators=none + [(one.id, one.name) for one in list_operators()],
        ports=ports,
        classes=none + [(one.id, one.name) for one in list_fare_classes()],
        people=list(_people().items()),
        changes=list_tariff_changes(found.id) if found else [],
        home=home(),
    )
