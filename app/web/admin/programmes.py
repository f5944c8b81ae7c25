"""Free programmes: an official opens one for a sponsor's channel, changes it, or closes it before its time."""

from datetime import datetime, time, timedelta

from flask import request
from flask_babel import gettext as _
from marshmallow import validate
from werkzeug.wrappers import Response

from app.booking.fields import Shape
from app.errors import Refusal
from app.seats.actions.programme_opening import Opening, close_programme, open_programme
from app.seats.models import FAMILY_MAX
from app.web.admin.channels import channel_page, home_zone, own_channel, programme_labels
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import PERSONS_MAX, Count, FormDay
from app.web.forms import Form
from app.web.guard import user


class ProgrammeIn(Shape):
    """For how many people, how many of one family, and on which days."""

    quota = Count(required=True, validate=validate.Range(1, PERSONS_MAX, error="programme_quota"))
    per_family = Count(required=True, validate=validate.Range(1, FAMILY_MAX, error="programme_per_family"))
    opens_on = FormDay(required=True)
    closes_on = FormDay(required=True)


@bp.post(f"/saluran/<{ID}:channel_id>/program")
@only_administrator
def open_free_programme(channel_id: int) -> tuple[str, int] | Response:
    """Open the programme, or give it other numbers and days."""
    found, form = own_channel(channel_id), Form(request.form.to_dict(), programme_labels())
    given = form.load(ProgrammeIn())
    if given is None:
        return channel_page(found, programme_form=form), 422
    zone = home_zone()
    opens = datetime.combine(given["opens_on"], time.min, zone)
    closes = datetime.combine(given["closes_on"] + timedelta(days=1), time.min, zone)
    try:
        open_programme(channel_id, Opening(given["quota"], given["per_family"], opens, closes), user().id)
    except Refusal as refusal:
        form.refuse(refusal, "closes_on" if refusal.code == "programme_window" else None)
        return channel_page(own_channel(channel_id), programme_form=form), refusal.status
    return go("channel", _("Program %(name)s dibuka.", name=found.name), channel_id=channel_id)


@bp.post(f"/saluran/<{ID}:channel_id>/program/tutup")
@only_administrator
def close_free_programme(channel_id: int) -> Response:
    """Give no more free places from now on."""
    close_programme(channel_id)
    return go("channel", _("Program %(name)s ditutup.", name=own_channel(channel_id).name), channel_id=channel_id)
