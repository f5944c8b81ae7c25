"""Channels, through which places are sold, and release plans, by which they come on sale."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app.booking.schemas import Shape, Text
from app.errors import NotFound, Refusal
from app.seats.allotting import change_channel, create_channel, save_plan
from app.seats.models import LAST_STANDARD, Channel, ChannelKind, ReleasePlan
from app.seats.queries import get_plan, list_channels, list_plans
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.shapes import MaybeText, MaybeWhole
from app.web.forms import Form

STEPS = 5
"""So many steps has the form of a plan."""


class ChannelIn(Shape):
    """A new way of selling."""

    kind = Text(10, required=True)
    name = Text(60, required=True)
    sponsor = MaybeText(80, load_default="")


class RenameIn(Shape):
    """A channel's other name, and its other sponsor if it is a free programme."""

    name = Text(60, required=True)
    sponsor = MaybeText(80, load_default="")


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
    return go("channels", _("Saluran %(name)s sudah dibuat.", name=made.name))


@bp.get(f"/saluran/<{ID}:channel_id>")
@only_administrator
def channel(channel_id: int) -> str:
    """The form with a channel of the port's own."""
    found = _own_channel(channel_id)
    return _channel_page(found, _channel_form(defaults={"name": found.name, "sponsor": found.sponsor}))


@bp.post(f"/saluran/<{ID}:channel_id>")
@only_administrator
def rename_channel(channel_id: int) -> tuple[str, int] | Response:
    """Give the channel another name or sponsor, on every voyage at once."""
    found, form = _own_channel(channel_id), _channel_form(request.form.to_dict())
    given = form.load(RenameIn())
    if given is None:
        return _channel_page(found, form), 422
    try:
        changed = change_channel(channel_id, **given)
    except Refusal as refusal:
        form.refuse(refusal)
        return _channel_page(_own_channel(channel_id), form), refusal.status
    return go("channels", _("Saluran %(name)s sudah disimpan.", name=changed.name))


def _own_channel(channel_id: int) -> Channel:
    found = next((c for c in list_channels() if c.id == channel_id), None)
    if found is None or found.id <= LAST_STANDARD:
        raise NotFound("channel_not_found")
    return found


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


def _channel_form(typed: dict[str, str] | None = None, defaults: dict[str, object] | None = None) -> Form:
    labels = {"kind": _("Jenis"), "name": _("Nama saluran"), "sponsor": _("Sponsor")}
    return Form(typed, labels, defaults or {"kind": ChannelKind.AGENT})


def _plan_form(typed: dict[str, str] | None = None, defaults: dict[str, object] | None = None) -> Form:
    labels = {"name": _("Nama rencana")}
    for index in range(STEPS):
        labels[f"steps-{index}-days"] = _("Tahap %(n)s, hari sebelum berangkat", n=index + 1)
        labels[f"steps-{index}-percent"] = _("Tahap %(n)s, persen", n=index + 1)
    return Form(typed, labels, defaults)


def _channels_page(form: Form) -> str:
    kinds = [
        (ChannelKind.AGENT, _("Agen")),
        (ChannelKind.FREE, _("Program gratis, dengan sponsor")),
        (ChannelKind.COUNTER, _("Loket")),
        (ChannelKind.RESERVE, _("Cadangan")),
    ]
    names = {ChannelKind.ONLINE: _("Online"), **dict(kinds)}
    return render_template(
        "admin/channels.html",
        channels=list_channels(),
        standard=LAST_STANDARD,
        plans=list_plans(),
        kinds=kinds,
        names=names,
        form=form,
    )


def _channel_page(found: Channel, form: Form) -> str:
    return render_template("admin/channel.html", channel=found, free=found.kind == ChannelKind.FREE, form=form)


def _plan_page(found: ReleasePlan | None, form: Form) -> str:
    return render_template("admin/release_plan.html", plan=found, form=form, steps=range(STEPS))
