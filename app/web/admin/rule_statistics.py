"""Effects of rules on past days, and of another set, by the evidence of the scans."""

from datetime import date, datetime, time, timedelta

from flask import render_template, request
from flask_babel import gettext as _

from app.boarding.rule_statistics import UNKNOWN, count_by_rule, judge_again
from app.errors import Refusal
from app.rules import facts
from app.rules.engine.judge import prepare
from app.rules.queries import get_set_or_draft
from app.web import words
from app.web.admin.door import ID, bp, readers
from app.web.forms import Form
from app.web.today import home_zone, today

DAYS_MAX = 92


@bp.get(f"/aturan/<{ID}:set_id>/lalu")
@readers
def rules_past(set_id: int) -> str | tuple[str, int]:
    """Had this set been in force on those days: who would have been kept back, and by which rules."""
    found = get_set_or_draft(set_id)
    form, days = _days_asked()
    told_again = None
    bodies = found.bodies
    try:
        if days:
            told_again = judge_again(prepare(bodies), *_span(*days))
    except Refusal as refusal:
        form.refuse(refusal)
    titles = {rule["code"]: words.said(rule["title"]) for rule in bodies}
    page = render_template(
        "admin/rules_past.html",
        rule_set=found,
        form=form,
        days=days,
        again=told_again,
        titles=titles,
        kinds=_kinds(),
        more=_more(),
        were=_were(),
    )
    return (page, 422) if form.errors else page


@bp.get("/aturan/statistik")
@readers
def rules_statistics() -> str | tuple[str, int]:
    """How often each rule kept somebody back on those days."""
    form, days = _days_asked()
    counted = count_by_rule(*_span(*days)) if days else []
    page = render_template("admin/rules_statistics.html", form=form, days=days, counted=counted)
    return page if days else (page, 422)


def _more() -> dict[str, str]:
    return {
        "pass": _("orang lagi lewat"),
        "hold": _("orang lagi diminta melengkapi, atau dirujuk"),
        "refuse": _("orang lagi ditolak"),
        UNKNOWN: _("orang belum dapat dinilai"),
    }


def _were() -> dict[str, str]:
    return {
        "pass": _("Waktu itu mereka lewat."),
        "hold": _("Waktu itu mereka diminta melengkapi, atau dirujuk."),
        "refuse": _("Waktu itu mereka ditolak."),
    }


def _kinds() -> dict[str, str]:
    told = {"pass": _("Lewat"), "hold": _("Tahan atau rujuk"), "refuse": _("Tolak")}
    return told | {UNKNOWN: _("Belum dapat dinilai")}


def _days_asked() -> tuple[Form, tuple[date, date] | None]:
    """The first and last day, both included; yesterday where none is named."""
    yesterday = (today() - timedelta(days=1)).isoformat()
    labels = {"dari": _("Dari hari"), "sampai": _("Sampai hari")}
    form = Form(request.args.to_dict(), labels, {"dari": yesterday, "sampai": yesterday})
    for name in labels:
        if not facts.is_day(form.value(name)):
            form.errors[name] = _("Tulis hari seperti 2026-11-27, atau pilih dari kalender.")
    if form.errors:
        return form, None
    first, last = (date.fromisoformat(form.value(name)) for name in labels)
    if last < first:
        form.errors["sampai"] = _("Hari terakhir harus pada atau setelah hari pertama.")
    elif (last - first).days >= DAYS_MAX:
        form.errors["sampai"] = _("Paling banyak %(maximum)s hari sekaligus.", maximum=DAYS_MAX)
    return form, None if form.errors else (first, last)


def _span(first: date, last: date) -> tuple[datetime, datetime]:
    zone = home_zone()
    return datetime.combine(first, time(), zone), datetime.combine(last, time(), zone) + timedelta(days=1)
