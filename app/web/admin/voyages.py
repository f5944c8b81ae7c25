"""Voyages: what is sold and left on them."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError

from app import clock, config
from app.booking.inventory.availability import list_places
from app.planning.actions.voyage_deletion import list_deletions
from app.schedule.models import Port
from app.schedule.queries import get_voyage, list_ports, list_voyages
from app.seats.models import Allotment
from app.seats.queries import list_all_allotments, list_loads
from app.web.admin.door import ID, bp, only_administrator
from app.web.admin.schemas import FormDay
from app.web.admin.unoffered import unoffered_since_swap
from app.web.forms import Form
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
            first = last = FormDay().deserialize(form.value("hari"))
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
    places = list_all_allotments(leg_ids)
    return render_template(
        "admin/voyage.html",
        voyage=found,
        legs=found.leg_ends(),
        places=_together(places),
        loads=list_loads(leg_ids),
        unoffered=unoffered_since_swap(found, places),
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
