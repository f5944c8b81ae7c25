"""Travel rules to read: the sets and when each was in force, one set as text, and two of them compared."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Flask, render_template, request
from flask_babel import gettext as _

from app import clock
from app.accounts.models import Role
from app.accounts.second_person import list_makers
from app.errors import or_refuse
from app.rules.models import RuleSet, TravelRule
from app.rules.queries import awaits, get_set_or_draft, list_drafts, list_sets
from app.rules.wording.rule_rows import (
    COMING,
    ENDED,
    OFF,
    USED,
    Comparison,
    Period,
    RuleRow,
    compare,
    in_force,
    periods,
    rows_of,
    standing,
    undone,
)
from app.web import guard
from app.web.admin.door import ID, bp, readers
from app.web.admin.rule_choices import name_labels
from app.web.forms import Form
from app.web.judging.fact_fields import language
from app.web.judging.rule_sets import days_of
from app.web.today import home

ToldRule = tuple[TravelRule, list[RuleRow]]
"""A rule with what it says in words."""


@bp.get("/aturan")
@readers
def rules() -> str:
    """The set in force, all others on a line of time, and the drafts."""
    found, now = periods(list_sets()), clock.now()
    return render_template(
        "admin/rules.html",
        periods=found,
        current=in_force(found, now),
        drafts=list_drafts(),
        line=time_line(found, now),
        home=home(),
    )


@bp.get(f"/aturan/<{ID}:set_id>")
@readers
def rules_set(set_id: int) -> str:
    """One set or draft as text: what it asks, with the sources, and what is off and why."""
    return set_page(get_set_or_draft(set_id))


def set_page(found: RuleSet, names: Form | None = None, proposal: Form | None = None) -> str:
    """The page of one set, with what was typed into its forms."""
    ordered = periods(list_sets())
    place = next((at for at, period in enumerate(ordered) if period.rule_set.id == found.id), None)
    told = [(rule, rows_of(rule.body, language())) for rule in found.rules]
    port = home()
    days = days_of(None if place is None else ordered[place], port)
    labels = {**name_labels(), "in_force_from": _("Berlaku mulai")}
    replaced = _replaced(found, ordered)
    other = replaced or found.based_on
    own_name = {f"name_{code}": name for code, name in found.names.items()}
    return render_template(
        "admin/rule_set.html",
        rule_set=found,
        period=None if place is None else ordered[place],
        before=ordered[place + 1].rule_set if place is not None and place + 1 < len(ordered) else other,
        replaced=replaced,
        makers=list_makers(found.published_by) if found.published_by else [],
        undone=None if replaced is None else _undone(found, replaced),
        standings=[(one, _by_standing(told, one, *days)) for one in (USED, COMING, ENDED, OFF)],
        names=names or Form(labels=labels, defaults=own_name),
        proposal=proposal or Form(labels=labels),
        writes=guard.user().role == Role.ADMINISTRATOR,
        home=port,
    )


def _replaced(draft: RuleSet, ordered: list[Period]) -> RuleSet | None:
    """The set that a draft will replace, at the moment for which it is proposed or else now; None without any."""
    if not draft.is_draft:
        return None
    proposed = draft.proposal.in_force_from if draft.proposal else None
    period = in_force(ordered, max(proposed or clock.now(), clock.now()))
    return period.rule_set if period else None


def _undone(draft: RuleSet, replaced: RuleSet) -> Comparison | None:
    """List what the draft would undo; None where it was begun from the set that it replaces."""
    if replaced.id == draft.based_on_id:
        return None
    return undone(draft.based_on.bodies if draft.based_on else [], replaced.bodies, draft.bodies, language())


def _by_standing(told: list[ToldRule], wanted: str, first: date, last: date) -> list[ToldRule]:
    return [(rule, rows) for rule, rows in told if standing(rule.body, first, last) == wanted]


@bp.get("/aturan/banding")
@readers
def rules_comparison() -> str:
    """Two sets beside each other; without `lama` and `baru` the set in force and the one before it."""
    ordered = periods(list_sets())
    choices = [*(period.rule_set for period in ordered), *list_drafts()]
    chosen = [_chosen(choices, name, at) for name, at in (("lama", 1), ("baru", 0))]
    older, newer = chosen
    told: Comparison | None = None
    if older and newer:
        told = compare(older.bodies, newer.bodies, language())
    return render_template(
        "admin/rules_comparison.html",
        choices=choices,
        older=older,
        newer=newer,
        told=told,
        rows_of=rows_of,
        home=home(),
    )


def _chosen(choices: list[RuleSet], name: str, default: int) -> RuleSet | None:
    wanted = request.args.get(name)
    if wanted is None:
        return choices[default] if len(choices) > default else None
    return or_refuse(next((one for one in choices if str(one.id) == wanted), None), "rule_set_not_found")


def waits_for_me(draft: RuleSet) -> bool:
    """Whether this draft is proposed, and the reader may approve it."""
    return awaits(draft, guard.user())


# The line of time


@dataclass(frozen=True)
class Bar:
    """A period as a bar: where it begins and how long it is, in per cent of the picture's width."""

    period: Period
    x: float
    width: float
    cut: bool
    """Begins before the picture does."""


@dataclass(frozen=True)
class TimeLine:
    """All periods on one scale, with where each year begins and where now is."""

    bars: list[Bar]
    years: list[tuple[int, float]]
    now: float


YEAR_FITS = 88
"""Left of here, in per cent, a year's number still fits into the picture."""

SHORTEST = 0.8
"""So wide, in per cent, is a bar at least, to be seen."""


def time_line(found: list[Period], now: datetime) -> TimeLine | None:
    """The periods drawn to scale, the latest first; None without any.

    The scale begins shortly before the second period: the first may have begun many years ago.
    """
    shown = [period for period in found if not period.overtaken]
    if not shown:
        return None
    starts = sorted(period.start for period in shown)
    second = starts[1] if len(starts) > 1 else starts[0]
    last = max(now, starts[-1])
    margin = max((last - second) / 20, timedelta(days=10))
    first, end = second - margin, last + margin

    def at(moment: datetime) -> float:
        return round(max(0.0, min(1.0, (moment - first) / (end - first))) * 100, 2)

    bars = []
    for period in shown:
        x = at(period.start)
        width = max(SHORTEST, at(period.end or end) - x)
        bars.append(Bar(period, min(x, 100 - width), width, period.start < first))
    years = range(first.year + 1, end.year + 1)
    marks = [(year, x) for year in years if (x := at(datetime(year, 1, 1, tzinfo=UTC))) <= YEAR_FITS]
    step = -(-len(marks) // 6) or 1
    return TimeLine(bars, marks[::step], at(now))


def register(app: Flask) -> None:
    """Give these pages' templates the reader's own question."""
    app.jinja_env.tests["waiting_for_me"] = waits_for_me
