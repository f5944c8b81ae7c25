"""Channels, through which places are sold, and release plans, by which they come on sale."""

from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app import clock
from app.booking.fields import Text
from app.errors import NotFound, Refusal
from app.schedule.days import local_day
from app.seats.actions.allotments import change_channel, create_channel, save_plan
from app.seats.models import FAMILY_MAX, LAST_STANDARD, Channel, ChannelKind, FreeProgramme, ReleasePlan
from app.seats.programmes import find_programme
from app.seats.queries import get_plan, list_channels, list_plans
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import MaybeText, MaybeWhole, NamedIn
from app.web.forms import Form
from app.web.today import home_zone

STEPS = 5
"""So many steps has the form of a plan."""


class ChannelIn(NamedIn):
    """A new way of selling."""

    kind = Text(10, required=True)
    name = Text(60, required=True)
    sponsor = MaybeText(80, load_default="")


class RenameIn(NamedIn):
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
    found = own_channel(channel_id)
    return channel_page(found)


@bp.post(f"/saluran/<{ID}:channel_id>")
@only_administrator
def rename_channel(channel_id: int) -> tuple[str, int] | Response:
    """Give the channel another name or sponsor, on every voyage at once."""
    found, form = own_channel(channel_id), _channel_form(request.form.to_dict())
    given = form.load(RenameIn())
    if given is None:
        return channel_page(found, form), 422
    try:
        changed = change_channel(channel_id, **given)
    except Refusal as refusal:
        form.refuse(refusal)
        return channel_page(own_channel(channel_id), form), refusal.status
    return go("channels", _("Saluran %(name)s sudah disimpan.", name=changed.name))


def own_channel(channel_id: int) -> Channel:
    """A channel of the port's own. Raises NotFound."""
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
        made = save_plan(name, steps, found.id if found else None, as_typed="as_typed" in request.form)
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


def channel_page(found: Channel, form: Form | None = None, programme_form: Form | None = None) -> str:
    """The channel's forms: its name, and for a sponsor's channel the programme."""
    programme, present = _programme_of(found.id)
    return render_template(
        "admin/channel.html",
        channel=found,
        free=found.kind == ChannelKind.FREE,
        form=form or _channel_form(defaults={"name": found.name, "sponsor": found.sponsor}),
        programme=programme,
        open=programme is not None and programme.is_open(clock.now()),
        programme_form=programme_form or present,
    )


def _programme_of(channel_id: int) -> tuple[FreeProgramme | None, Form]:
    """Show the decision about a channel's programme, and the form with it."""
    found, zone = find_programme(channel_id), home_zone()
    if found is None:
        return None, Form(labels=programme_labels(), defaults={"per_family": FAMILY_MAX})
    present: dict[str, object] = {
        "quota": found.quota,
        "per_family": found.per_family,
        "opens_on": local_day(found.opens_at, zone),
        "closes_on": local_day(found.closes_at - timedelta(seconds=1), zone),
    }
    return found, Form(labels=programme_labels(), defaults=present)


def programme_labels() -> dict[str, str]:
    """Label each input."""
    return {
        "quota": _("Kuota, orang"),
        "per_family": _("Paling banyak per kartu keluarga"),
        "opens_on": _("Hari pertama"),
        "closes_on": _("Hari terakhir"),
    }


def _plan_page(found: ReleasePlan | None, form: Form) -> str:
    return render_template("admin/release_plan.html", plan=found, form=form, steps=range(STEPS))
