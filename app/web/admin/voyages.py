"""Voyages: what is sold and left on them, and how many places are on sale."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app import clock, config
from app.booking.queries import list_places
from app.booking.restricting import restrictions_on
from app.errors import NotFound, Refusal
from app.flow.deleting import list_deletions
from app.schedule.models import Port, PortCall, Voyage
from app.schedule.queries import get_voyage, list_ports, list_voyages
from app.seats.actions import set_quotas
from app.seats.models import ONLINE, Allotment, FareClass
from app.seats.queries import list_all_allotments, list_allotments, list_channels, list_fare_classes, list_loads
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.shapes import PERSONS_MAX, Count, Day
from app.web.forms import Form, say
from app.web.today import today

AHEAD = timedelta(days=30)
"""How far the list looks ahead where no day is asked for."""


@bp.get("/pelayaran")
@only_administrator
def voyages() -> str | tuple[str, int]:
    """The voyages of a day, or of the coming weeks, with what is left on each."""
    ports = list_ports()
    form = Form(request.args.to_dict(), {"dari": _("Dari"), "ke": _("Ke"), "hari": _("Hari")})
    start, end = _port(form, "dari", ports), _port(form, "ke", ports)
    house = next((port for port in ports if port.name == config.current().port_name), None)
    now = today(start or house)
    first, last = now - timedelta(days=1), now + AHEAD
    if form.value("hari").strip():
        try:
            first = last = Day().deserialize(form.value("hari"))
        except ValidationError as error:
            form.refuse_all({"hari": error.messages})
    found = list_voyages(first, last, start.id if start else None, end.id if end else None)
    page = render_template(
        "admin/voyages.html",
        form=form,
        choices=[(port.code, port.name) for port in ports],
        voyages=found,
        places=list_places(found),
        days=(first, last),
        deletions=list_deletions(),
        home=house,
        as_of=clock.now(),
    )
    return (page, 422) if form.errors else page


def _port(form: Form, name: str, ports: list[Port]) -> Port | None:
    code = form.value(name)
    port = next((p for p in ports if p.code == code), None)
    if code and port is None:
        form.errors[name] = _("Pilih pelabuhan dari daftar.")
    return port


@bp.get(f"/pelayaran/<{ID}:voyage_id>")
@only_administrator
def voyage(voyage_id: int) -> str:
    """One voyage: its calls, its places by leg and class, the souls it may carry, and what can be changed."""
    found = get_voyage(voyage_id)
    leg_ids = [leg.id for leg in found.legs]
    return render_template(
        "admin/voyage.html",
        voyage=found,
        legs=_legs(found),
        places=_together(list_all_allotments(leg_ids)),
        loads=list_loads(leg_ids),
        as_of=clock.now(),
    )


def _together(allotments: list[Allotment]) -> dict[tuple[int, int], dict[str, Any]]:
    """The places of each class on each leg, all channels together, by (leg id, fare class id)."""
    sums: dict[tuple[int, int], dict[str, Any]] = {}
    for a in allotments:
        key = (a.leg_id, a.fare_class_id)
        row = sums.setdefault(key, {"name": a.fare_class.name, "quota": 0, "sold": 0, "held": 0})
        for name in ("quota", "sold", "held"):
            row[name] += getattr(a, name)
    return sums


def _legs(found: Voyage) -> list[tuple[int, PortCall, PortCall]]:
    calls = {call.id: call for call in found.calls}
    return [(leg.id, calls[leg.from_call_id], calls[leg.to_call_id]) for leg in found.legs]


@bp.get(f"/pelayaran/<{ID}:voyage_id>/kuota")
@only_administrator
def quotas(voyage_id: int) -> str:
    """The form with the places on sale by leg and class."""
    return _quotas_page(get_voyage(voyage_id))


@bp.post(f"/pelayaran/<{ID}:voyage_id>/kuota")
@only_administrator
def change_quotas(voyage_id: int) -> tuple[str, int] | Response:
    """Set all of them or none; what may not be is told at its field."""
    found = get_voyage(voyage_id)
    form = Form(request.form.to_dict(), _quota_labels(found, list_fare_classes()))
    wanted: dict[tuple[int, int], int] = {}
    for name in form.labels:
        leg_id, fare_class_id = (int(part) for part in name.split("_")[1:])
        asked = _name(found.legs[0].id, fare_class_id) if form.value("all_legs") else name
        typed = form.value(asked).strip()
        try:
            if typed:
                wanted[leg_id, fare_class_id] = min(Count().deserialize(typed), PERSONS_MAX)
        except ValidationError as error:
            form.errors[asked] = say(str(error.messages[0]))
    if form.errors:
        return _quotas_page(found, form), 422
    try:
        set_quotas(voyage_id, wanted, _channel())
    except NotFound:
        raise
    except Refusal as refusal:
        where = refusal.details
        form.refuse(refusal, _name(where["leg_id"], where["fare_class_id"]) if "leg_id" in where else "")
        return _quotas_page(get_voyage(voyage_id), form), refusal.status
    return go("voyage", _("Kuota sudah disimpan."), voyage_id=voyage_id)


def _channel() -> int:
    """The channel that is asked for with `?saluran=`; without it, the online one."""
    asked = request.args.get("saluran", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else ONLINE


def _name(leg_id: int, fare_class_id: int) -> str:
    return f"quota_{leg_id}_{fare_class_id}"


def _quota_labels(found: Voyage, classes: list[FareClass]) -> dict[str, str]:
    return {
        _name(leg_id, kind.id): f"{kind.name}, {start.port.name} → {end.port.name}"
        for leg_id, start, end in _legs(found)
        for kind in classes
    }


def _quotas_page(found: Voyage, form: Form | None = None) -> str:
    leg_ids = [leg.id for leg in found.legs]
    channel = _channel()
    allotments, classes = list_allotments(leg_ids, channel), list_fare_classes()
    present = {_name(*key): allotment.quota for key, allotment in allotments.items()}
    return render_template(
        "admin/quotas.html",
        voyage=found,
        legs=_legs(found),
        classes=classes,
        allotments=allotments,
        loads=list_loads(leg_ids),
        form=form or Form(labels=_quota_labels(found, classes), defaults=present),
        name=_name,
        channel=channel,
        channels=list_channels(),
        restrictions=restrictions_on(found.calls[:-1]),
        as_of=clock.now(),
    )
