"""Apply the allotments of one voyage to many others: each is shown with what would change; those ticked take them."""

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.actions.schemes import Fit, Place, SchemeTarget, Terms, apply_scheme, list_targets
from app.seats.queries import list_channels, list_fare_classes, list_plans
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.forms import Form
from app.web.words import channel_name, ngettext, number


@bp.get(f"/pelayaran/<{ID}:voyage_id>/jatah/terapkan")
@only_administrator
def scheme(voyage_id: int) -> str | tuple[str, int]:
    """The coming voyages of the same ship and route, each with what the scheme would change on it."""
    return _page(get_voyage(voyage_id), _form())


@bp.post(f"/pelayaran/<{ID}:voyage_id>/jatah/terapkan")
@only_administrator
def apply_to_others(voyage_id: int) -> str | tuple[str, int] | Response:
    """Give the ticked ones the scheme: all of them, or none. Sent twice it is done once."""
    found, form = get_voyage(voyage_id), _form()
    ticked = [int(v) for v in request.form.getlist("to") if v.isascii() and v.isdigit() and len(v) < 10]
    try:
        changed = len(apply_scheme(voyage_id, ticked))
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal, "to" if refusal.field else "")
        return _page(get_voyage(voyage_id), form, ticked, refusal.status)
    told = ngettext("Jatah %(num)s pelayaran sudah disamakan.", "Jatah %(num)s pelayaran sudah disamakan.", changed)
    return go("allotments", told, voyage_id=found.id)


def _form() -> Form:
    return Form(labels={"to": _("Pelayaran")})


def _page(found: Voyage, form: Form, ticked: list[int] | None = None, status: int = 200) -> str | tuple[str, int]:
    targets: list[SchemeTarget] = []
    try:
        targets = list_targets(found.id)
    except Refusal as refusal:
        form.refuse(refusal, "")
        status = refusal.status
    page = render_template(
        "admin/scheme.html",
        voyage=found,
        form=form,
        targets=targets,
        fit=Fit,
        ticked=[t.voyage.id for t in targets if t.fit == Fit.CHANGES] if ticked is None else ticked,
        changes=_changes(targets),
    )
    return page if status == 200 else (page, status)


def _changes(targets: list[SchemeTarget]) -> dict[int, list[str]]:
    """Tell what would change on each voyage, in words, by its id."""
    classes = {kind.id: kind.name for kind in list_fare_classes()}
    channels = {channel.id: channel_name(channel) for channel in list_channels()}
    plans = {plan.id: plan.name for plan in list_plans()}

    def said(at: Place, before: Terms, after: Terms) -> str:
        kind, channel = at
        words = [f"{number(before[0])} → {number(after[0])}" if before[0] != after[0] else number(after[0])]
        if before[1] != after[1]:
            words.append(_("semua langsung dijual") if after[1] is None else plans[after[1]])
        if before[2] != after[2] and after[2] is None:
            words.append(_("tidak kembali ke online"))
        elif before[2] != after[2] and after[2] is not None:
            words.append(_("kembali ke online %(hours)s jam sebelum berangkat", hours=after[2] // 60))
        return f"{classes[kind]} · {channels[channel]}: {', '.join(words)}"

    return {t.voyage.id: [said(at, *terms) for at, terms in t.changes.items()] for t in targets}
