"""Allotments of a voyage by class and channel: their plan, their flow-back, and moving places from one to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError, validate
from werkzeug.wrappers import Response

from app import clock
from app.booking.queries import counted
from app.booking.schemas import Shape, Text, Whole
from app.errors import Refusal
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.allotting import FLOW_BACK_HOURS_MAX, create_channel, move_places, save_plan, stage
from app.seats.models import ONLINE, Allotment, ChannelKind, FareClass, ReleasePlan
from app.seats.places import Stock
from app.seats.queries import get_plan, list_all_allotments, list_channels, list_fare_classes, list_loads, list_plans
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.shapes import MaybeText
from app.web.forms import Form
from app.web.words import channel_name

STEPS = 5
"""So many steps has the form of a plan."""

_SOME = validate.Range(1, 2**31 - 1, error="choose_one")


class Choice(Whole):
    """One of a list, by its id."""

    default_error_messages = {"required": "choose_one", "null": "choose_one", "invalid": "choose_one"}  # noqa: RUF012


class MaybeWhole(Whole):
    """A whole number that may be left empty."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs) if str(value).strip() else None

    def _validate(self, value: Any) -> None:
        if value is not None:
            super()._validate(value)


class StageIn(Shape):
    """By which plan a channel's places of a class come on sale, and how many hours before departure they flow back."""

    place = Text(25, required=True, error_messages={"required": "choose_one"})
    plan = MaybeWhole(load_default=None)
    hours = MaybeWhole(load_default=None, validate=validate.Range(0, FLOW_BACK_HOURS_MAX, error="flow_back_hours"))


class MoveIn(Shape):
    """So many places of a class from one channel to another, on one leg or on all."""

    fare_class_id = Choice(required=True, validate=_SOME)
    from_channel_id = Choice(required=True, validate=_SOME)
    to_channel_id = Choice(required=True, validate=_SOME)
    places = Whole(required=True, validate=validate.Range(1, 99_999, error="count_missing"))
    leg = MaybeWhole(load_default=None)


class ChannelIn(Shape):
    """A new way of selling."""

    kind = Text(10, required=True)
    name = Text(60, required=True)
    sponsor = MaybeText(80, load_default="")


@dataclass(frozen=True)
class Row:
    """One allotment with what of it is on sale by now, and when what is left goes to the online channel."""

    allotment: Allotment
    opened: int
    flows_at: datetime | None
    flowed_back: bool


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
            raise Refusal("choose_one", 422, field="place")
        minutes = None if given["hours"] is None else given["hours"] * 60
        stage(voyage_id, int(kind), int(channel), given["plan"], minutes)
    except Refusal as refusal:
        form.refuse(refusal, {"fare_class_not_found": "place", "plan_not_found": "plan"}.get(refusal.code))
        return _page(get_voyage(voyage_id), form), refusal.status
    return go("allotments", _("Pelepasan dan pengembalian sudah disimpan."), voyage_id=voyage_id)


@bp.post(f"/pelayaran/<{ID}:voyage_id>/jatah/pindah")
@only_administrator
def change_channel(voyage_id: int) -> tuple[str, int] | Response:
    """Move places from one channel to another."""
    found, form = get_voyage(voyage_id), _form(request.form.to_dict())
    given = form.load(MoveIn())
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


@bp.get("/saluran")
@only_administrator
def channels() -> str:
    """All channels and release plans, and the form for a new channel."""
    return _channels_page(_channel_form())


@bp.post("/saluran")
@only_administrator
def new_channel() -> tuple[str, int] | Response:
    """Make a channel. The same form twice makes one."""
    form = _channel_form(request.form.to_dict())
    given = form.load(ChannelIn())
    if given is None:
        return _channels_page(form), 422
    try:
        made = create_channel(**given)
    except Refusal as refusal:
        form.refuse(refusal)
        return _channels_page(form), refusal.status
    return go("channels", _("Saluran %(name)s sudah ada.", name=made.name))


@bp.get("/rencana")
@only_administrator
def new_release_plan() -> str:
    """The form for a new release plan."""
    return _plan_page(None, _plan_form())


@bp.get(f"/rencana/<{ID}:plan_id>")
@only_administrator
def release_plan(plan_id: int) -> str:
    """The form with a release plan."""
    found = get_plan(plan_id)
    present: dict[str, object] = {"name": found.name}
    for index, (days, percent) in enumerate(found.steps):
        present |= {f"steps-{index}-days": "" if days is None else days, f"steps-{index}-percent": percent}
    return _plan_page(found, _plan_form(defaults=present))


@bp.post("/rencana")
@only_administrator
def create_release_plan() -> tuple[str, int] | Response:
    """Make the plan. The same form twice makes one."""
    return _save_plan(None)


@bp.post(f"/rencana/<{ID}:plan_id>")
@only_administrator
def change_release_plan(plan_id: int) -> tuple[str, int] | Response:
    """Give the plan other steps; voyages that go by it do so at once."""
    return _save_plan(get_plan(plan_id))


def _save_plan(found: ReleasePlan | None) -> tuple[str, int] | Response:
    form = _plan_form(request.form.to_dict())
    told = {"name": Text(60, required=True), "days": MaybeWhole(), "percent": MaybeWhole()}
    name = _typed(form, "name", told["name"])
    steps, rows = [], []
    for index in range(STEPS):
        days = _typed(form, f"steps-{index}-days", told["days"])
        percent = _typed(form, f"steps-{index}-percent", told["percent"])
        if percent is not None or days is not None:
            steps.append((days, percent or 0))
            rows.append(index)
    if form.errors:
        return _plan_page(found, form), 422
    try:
        made = save_plan(name, steps, found.id if found else None)
    except Refusal as refusal:
        # The step's own row of the form, for empty rows were left out.
        at = refusal.field or ""
        if at.startswith("steps-") and rows:
            place, part = at.split("-")[1:]
            at = f"steps-{rows[int(place)]}-{part}"
        form.refuse(refusal, at)
        return _plan_page(found, form), refusal.status
    return go("channels", _("Rencana %(name)s sudah disimpan.", name=made.name))


def _typed(form: Form, name: str, field: Any) -> Any:
    try:
        return field.deserialize(form.value(name))
    except ValidationError as error:
        form.refuse_all({name: error.messages})
        return None


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


def _channel_form(typed: dict[str, str] | None = None) -> Form:
    labels = {"kind": _("Jenis"), "name": _("Nama saluran"), "sponsor": _("Sponsor")}
    return Form(typed, labels, {"kind": ChannelKind.AGENT})


def _plan_form(typed: dict[str, str] | None = None, defaults: dict[str, object] | None = None) -> Form:
    labels = {"name": _("Nama rencana")}
    for index in range(STEPS):
        labels[f"steps-{index}-days"] = _("Tahap %(n)s, hari sebelum berangkat", n=index + 1)
        labels[f"steps-{index}-percent"] = _("Tahap %(n)s, persen", n=index + 1)
    return Form(typed, labels, defaults)


def _rows(found: Voyage) -> list[Row]:
    """Each allotment as it is kept, with what `counted` makes of it now."""
    stocks, _souls, _classes = counted([found])
    sets_out = found.calls[0].planned_departure if found.calls else None
    rows = []
    for allotment in list_all_allotments([leg.id for leg in found.legs]):
        now: Stock = stocks[allotment.leg_id, allotment.fare_class_id, allotment.channel_id]
        minutes = allotment.flow_back_minutes
        flows_at = sets_out - timedelta(minutes=minutes) if sets_out and minutes is not None else None
        rows.append(Row(allotment, min(now.quota, now.opened), flows_at, now.flows_back))
    return rows


def _page(found: Voyage, form: Form) -> str:
    calls = {call.id: call for call in found.calls}
    rows = _rows(found)
    classes: Sequence[FareClass] = list_fare_classes()
    here = {row.allotment.fare_class_id for row in rows}
    pairs = {(r.allotment.fare_class_id, r.allotment.channel_id): r.allotment for r in rows}
    places = [(f"{k}-{c}", f"{a.fare_class.name} · {channel_name(a.channel)}") for (k, c), a in sorted(pairs.items())]
    return render_template(
        "admin/allotments.html",
        voyage=found,
        legs=[(leg.id, calls[leg.from_call_id], calls[leg.to_call_id]) for leg in found.legs],
        rows=rows,
        loads=list_loads([leg.id for leg in found.legs]),
        classes=[(kind.id, kind.name) for kind in classes if kind.id in here],
        channels=[(channel.id, channel_name(channel)) for channel in list_channels()],
        plans=[(plan.id, plan.name) for plan in list_plans()],
        places=places,
        form=form,
        as_of=clock.now(),
    )


def _channels_page(form: Form) -> str:
    kinds = [
        (ChannelKind.AGENT, _("Agen")),
        (ChannelKind.FREE, _("Program gratis, dengan sponsor")),
        (ChannelKind.COUNTER, _("Loket")),
        (ChannelKind.RESERVE, _("Cadangan")),
    ]
    names = {ChannelKind.ONLINE: _("Online"), **dict(kinds)}
    return render_template(
        "admin/channels.html", channels=list_channels(), plans=list_plans(), kinds=kinds, names=names, form=form
    )


def _plan_page(found: ReleasePlan | None, form: Form) -> str:
    return render_template("admin/release_plan.html", plan=found, form=form, steps=range(STEPS))
