"""The travel rules as text, for everybody: a refusal can be read up here, with its regulation."""

from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from app import clock
from app.errors import or_refuse
from app.rules.queries import list_sets, prepared_set
from app.rules.wording.rule_rows import (
    COMING,
    USED,
    Period,
    RuleRow,
    coming,
    in_force,
    may_apply,
    periods,
    rows_of,
    standing,
)
from app.schedule.days import local_day
from app.schedule.models import Port
from app.schedule.queries import list_operators_from
from app.web.guard import public
from app.web.judging.fact_fields import language
from app.web.judging.rule_sets import days_of
from app.web.today import home
from app.web.traveler.door import bp


@dataclass(frozen=True)
class RuleTold:
    """One rule, what it says in words, and whether it only counts from a later day on."""

    body: dict[str, Any]
    rows: list[RuleRow]
    later: bool


@bp.get("/aturan")
@public
def rules() -> str:
    """The rules in force for the ships of this port; with `?semua=1` those of every port and operator."""
    found = periods(list_sets())
    return _page(in_force(found, clock.now()), found, everywhere=bool(request.args.get("semua")))


@bp.get("/aturan/<int(min=1, max=2147483647):number>")
@public
def rule_set(number: int) -> str:
    """A published set by its number, as a verdict names it."""
    found = periods(list_sets())
    chosen = or_refuse(next((p for p in found if p.rule_set.number == number), None), "rule_set_not_found")
    return _page(chosen, found, everywhere=True)


def _page(period: Period | None, found: list[Period], *, everywhere: bool) -> str:
    now, port = clock.now(), home()
    days = days_of(period, port)
    here = {} if everywhere or port is None else _places(port)
    told, elsewhere = [], 0
    for body in prepared_set(period.rule_set).rules if period else ():
        stands = standing(body, *days)
        if stands not in (USED, COMING):
            continue
        if not may_apply(body, here):
            elsewhere += 1
            continue
        told.append(RuleTold(body, rows_of(body, language()), stands == COMING))
    return render_template(
        "traveler/rules.html",
        period=period,
        current=in_force(found, now),
        coming=coming(found, now),
        groups=[
            ("refuse", [one for one in told if one.body["outcome"].startswith("refuse")]),
            ("hold", [one for one in told if one.body["outcome"] == "hold"]),
            ("refer", [one for one in told if one.body["outcome"] == "refer"]),
            ("note", [one for one in told if one.body["outcome"] == "note"]),
        ],
        home=port,
        elsewhere=elsewhere,
    )


def _places(port: Port) -> dict[str, list[str]]:
    """Where the reader is: this port, and the operators whose ships leave from it."""
    today = local_day(clock.now(), port.tz)
    return {"port": [port.code], "operator": list_operators_from(port.id, today)}
