"""Copies of a voyage: on another day, or every Tuesday and Friday until ...; the days are shown before it is done."""

from datetime import date

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from app.booking.fields import Shape, Whole
from app.errors import Refusal
from app.planning.actions.copies import Foreseen, copy_voyage, first_day, foresee
from app.planning.patterns import days_of
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.web import words
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import FormDay, MaybeDay
from app.web.forms import Form
from app.web.today import today
from app.web.words import ngettext

EVERY = 4
"""Most weeks from one time to the next."""


class PatternIn(Shape):
    """From which day, and if it is more than one, on which weekdays until when."""

    first = FormDay(required=True)
    until = MaybeDay(load_default=None)
    weekdays = fields.List(Whole(validate=validate.Range(0, 6, error="weekdays")), load_default=list)
    every = Whole(load_default=1, validate=validate.Range(1, EVERY, error="whole_number"))


@bp.get(f"/pelayaran/<{ID}:voyage_id>/salin")
@only_administrator
def copies(voyage_id: int) -> str | tuple[str, int]:
    """The form for the days; and once it is filled in, the days themselves."""
    found = get_voyage(voyage_id)
    asked = request.args.to_dict()
    if "first" not in asked:
        return _page(found, Form(labels=_labels()))
    form = Form(asked, _labels())
    days = _days(found, form)
    seen: list[Foreseen] = []
    if days:
        try:
            seen = foresee(voyage_id, days)
        except Refusal as refusal:
            form.refuse(refusal, "")
    page = _page(found, form, seen)
    return (page, 422) if form.errors else page


@bp.post(f"/pelayaran/<{ID}:voyage_id>/salin")
@only_administrator
def make_copies(voyage_id: int) -> tuple[str, int] | Response:
    """Make them all or none, but for the days when the ship makes another voyage; those that are there stay."""
    found = get_voyage(voyage_id)
    form = Form(request.form.to_dict(), _labels())
    days = _days(found, form)
    if not days:
        return _page(found, form), 422
    try:
        free = [seen.day for seen in foresee(voyage_id, days) if not seen.sails]
        # Where the ship is free on none of them, the making says why.
        done = copy_voyage(voyage_id, free or days, with_places=form.value("with_places") == "true")
    except Refusal as refusal:
        form.refuse(refusal, refusal.field if refusal.field == "with_places" else "")
        return _page(get_voyage(voyage_id), form, foresee(voyage_id, days)), refusal.status
    made, left = len(done.made), len(done.left)
    told = ngettext("%(num)s pelayaran dibuat.", "%(num)s pelayaran dibuat.", made)
    if left:
        told += " " + ngettext("%(num)s sudah ada dan tidak diubah.", "%(num)s sudah ada dan tidak diubah.", left)
    if busy := len(days) - len(free):
        told += " " + ngettext(
            "%(num)s tidak dibuat: kapalnya masih menjalani pelayaran lain.",
            "%(num)s tidak dibuat: kapalnya masih menjalani pelayaran lain.",
            busy,
        )
    if made == 1:
        return go("voyage", told, voyage_id=done.made[0].id)
    return go("voyages", told)


def _days(found: Voyage, form: Form) -> list[date]:
    """The days that are asked for; none, with the errors in the form, where something is wrong."""
    given = form.load(PatternIn())
    if given is None:
        return []
    here = found.calls[0].port if found.calls else None
    if given["first"] < today(here):
        form.refuse(Refusal("copy_past", day=words.day(given["first"])), "first")
        return []
    if given["until"] is None:
        return [given["first"]]
    try:
        return days_of(given["weekdays"], given["first"], given["until"], given["every"])
    except Refusal as refusal:
        form.refuse(refusal)
        return []


def _labels() -> dict[str, str]:
    return {
        "first": _("Hari pertama"),
        "until": _("Sampai"),
        "weekdays": _("Hari dalam seminggu"),
        "every": _("Setiap"),
        "with_places": _("Kuota"),
    }


def _page(found: Voyage, form: Form, seen: list[Foreseen] | None = None) -> str:
    weekdays = [_("Senin"), _("Selasa"), _("Rabu"), _("Kamis"), _("Jumat"), _("Sabtu"), _("Minggu")]
    every = [(1, _("setiap minggu"))] + [(n, _("%(num)s minggu sekali", num=n)) for n in range(2, EVERY + 1)]
    try:
        own_day: date | None = first_day(found)
    except Refusal:
        own_day = None
    return render_template(
        "admin/copies.html",
        voyage=found,
        form=form,
        weekdays=list(enumerate(weekdays)),
        every=every,
        seen=seen or [],
        own_day=own_day,
        today=today(found.calls[0].port if found.calls else None),
    )
