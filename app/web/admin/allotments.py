"""Allotments of a voyage by class and channel: their plan, their flow-back, and moving places from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import validate
from werkzeug.wrappers import Response

from app import clock
from app.booking.eligibility.decrees import restrictions_on
from app.booking.fields import Shape, Text, Whole
from app.booking.inventory.availability import count_places
from app.errors import Refusal
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.actions.allotments import FLOW_BACK_HOURS_MAX, move_places, stage
from app.seats.models import ONLINE, Allotment, FareClass
from app.seats.queries import list_all_allotments, list_channels, list_fare_classes, list_loads, list_plans
from app.seats.stocks import Stock
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import Count, MaybeWhole
from app.web.forms import Form
from app.web.words import channel_name

_SOME = validate.Range(1, 2**31 - 1, error="choose_one")


class SelectId(Whole):
    """One of a list, by its id."""

    default_error_messages = {"required": "choose_one", "null": "choose_one", "invalid": "choose_one"}  # noqa: RUF012 - marshmallow


class StageIn(Shape):
    """By which plan a channel's places of a class come on sale, and how many hours before departure they flow back."""

    place = Text(25, required=True, error_messages={"required": "choose_one"})
    plan = MaybeWhole(load_default=None)
    hours = MaybeWhole(load_default=None, validate=validate.Range(0, FLOW_BACK_HOURS_MAX, error="flow_back_hours"))


class PlacesMoveIn(Shape):
    """So many places of a class from one channel to another, on one leg or on all."""

    fare_class_id = SelectId(required=True, validate=_SOME)
    from_channel_id = SelectId(required=True, validate=_SOME)
    to_channel_id = SelectId(required=True, validate=_SOME)
    places = Count(required=True, validate=validate.Range(1, 99_999, error="count_missing"))
    leg = MaybeWhole(load_default=None)


@dataclass(frozen=True)
class AllotmentRow:
    """One allotment with what of it is on sale by now, and when what is left goes to the online channel."""

    allotment: Allotment
    opened: int
    flows_at: datetime | None
    flowed_back: bool
    restricted: int
    """Unsold, but withheld by a decree, together with other classes and channels."""


@bp.get(f"/pelayaran/<{ID}:voyage_id>/jatah")
@only_administrator
def allotments(voyage_id: int) -> str:
    """Everything about the allotments of one voyage."""
    return _page(get_voyage(voyage_id), _form())


@bp.post(f"/pelayaran/<{ID}:voyage_id>/jatah/tahap")
@only_administrator
def change_stage(voyage_id: int) -> tuple[str, int] | Response:
    """Give the places of a class in a channel their plan and their flow-back, on every leg."""
    found, form = get_voyage(voyage_id), _form(request.form.to_dict())
    given = form.load(StageIn())
    if given is None:
        return _page(found, form), 422
    kind, _sep, channel = given["place"].partition("-")
    try:
        if not (kind.isdecimal() and channel.isdecimal()):
            raise Refusal("choose_one", field="place")
        minutes = None if given["hours"] is None else given["hours"] * 60
        stage(voyage_id, int(kind), int(channel), given["plan"], minutes)
    except Refusal as refusal:
        form.refuse(refusal, {"fare_class_not_found": "place", "plan_not_found": "plan"}.get(refusal.code))
        return _page(get_voyage(voyage_id), form), refusal.status
    return go("allotments", _("Pelepasan dan pengembalian sudah disimpan."), voyage_id=voyage_id)


@bp.post(f"/pelayaran/<{ID}:voyage_id>/jatah/pindah")
@only_administrator
def change_places(voyage_id: int) -> tuple[str, int] | Response:
    """Move places from one channel to another."""
    found, form = get_voyage(voyage_id), _form(request.form.to_dict())
    given = form.load(PlacesMoveIn())
    if given is None:
        return _page(found, form), 422
    leg = given.pop("leg")
    try:
        move_places(voyage_id, **given, leg_ids=None if leg is None else [leg])
    except Refusal as refusal:
        at = {"channel_not_found": "to_channel_id", "fare_class_not_found": "fare_class_id", "leg_not_found": "leg"}
        form.refuse(refusal, at.get(refusal.code))
        return _page(get_voyage(voyage_id), form), refusal.status
    return go("allotments", _("%(places)s tempat sudah dipindahkan.", places=given["places"]), voyage_id=voyage_id)


def _form(typed: dict[str, str] | None = None) -> Form:
    labels = {
        "place": _("Kelas dan saluran"),
        "plan": _("Rencana pelepasan"),
        "hours": _("Kembali ke online, jam sebelum berangkat"),
        "fare_class_id": _("Kelas"),
        "from_channel_id": _("Dari saluran"),
        "to_channel_id": _("Ke saluran"),
        "places": _("Jumlah tempat"),
        "leg": _("Ruas"),
    }
    return Form(typed, labels, {"from_channel_id": ONLINE})


def _rows(found: Voyage) -> list[AllotmentRow]:
    """Each allotment as it is kept, with what `count_places` makes of it now."""
    stocks = count_places([found.id]).stocks
    sets_out = found.calls[0].planned_departure if found.calls else None
    rows = []
    for allotment in list_all_allotments([leg.id for leg in found.legs]):
        now: Stock = stocks[allotment.leg_id, allotment.fare_class_id, allotment.channel_id]
        minutes = allotment.flow_back_minutes
        flows_at = sets_out - timedelta(minutes=minutes) if sets_out and minutes is not None else None
        rows.append(AllotmentRow(allotment, min(now.quota, now.opened), flows_at, now.flows_back, now.restricted))
    return rows


def _page(found: Voyage, form: Form) -> str:
    rows = _rows(found)
    classes: Sequence[FareClass] = list_fare_classes()
    here = {row.allotment.fare_class_id for row in rows}
    pairs = {(r.allotment.fare_class_id, r.allotment.channel_id): r.allotment for r in rows}
    places = [(f"{k}-{c}", f"{a.fare_class.name} · {channel_name(a.channel)}") for (k, c), a in sorted(pairs.items())]
    return render_template(
        "admin/allotments.html",
        voyage=found,
        legs=found.leg_ends(),
        rows=rows,
        loads=list_loads([leg.id for leg in found.legs]),
        classes=[(kind.id, kind.name) for kind in classes if kind.id in here],
        channels=[(channel.id, channel_name(channel)) for channel in list_channels()],
        plans=[(plan.id, plan.name) for plan in list_plans()],
        places=places,
        restrictions=restrictions_on(found.calls[:-1]),
        form=form,
        as_of=clock.now(),
    )
