"""Lower the places of a voyage by a decree (a PPKM level): the travel rules say how far, the counters keep it.

Nothing is asked where no decree is in force. Sold is sold: a decree lowers what may still be taken, never what was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from app.db import db, get_or_refuse
from app.rules.engine.judge import Prepared, judge
from app.rules.queries import PreparedSet, prepared_in_force
from app.rules.sale_rules import SHARE
from app.schedule.models import Leg, Operator, Port, PortCall, Ship, Voyage
from app.seats.models import Decree

LEVELS = (1, 2, 3, 4)


def shares_of(levels: Mapping[int, int]) -> dict[int, int]:
    """Tell which share (per cent) of the places on each leg may be taken, where the rules say less than all.

    `levels` maps legs to the level decreed for where and when they set out. One query, and one for each day.
    """
    if not levels:
        return {}
    sets: dict[date, PreparedSet | None] = {}
    known: dict[str, int] = {}
    shares: dict[int, int] = {}
    for row in db.session.execute(_LEGS.where(Leg.id.in_(sorted(levels)))):
        if row.day not in sets:
            sets[row.day] = prepared_in_force(sailing_moment(row.day, row.departs))
        in_force = sets[row.day]
        facts = {
            "day": row.day.isoformat(), "port": row.port, "operator": row.operator, "ship": row.ship,
            "ppkm_level": levels[row.id],
        }  # fmt: skip
        if str(facts) not in known:
            known[str(facts)] = allowed_share(in_force.prepared if in_force else [], facts)
        if known[str(facts)] < 100:
            shares[row.id] = known[str(facts)]
    return shares


def share_by(decree: Decree, day: date | None = None) -> int:
    """Tell which share (per cent) of the places may be taken on that day (the decree's first), by the rules of then."""
    day = day or decree.valid_from
    in_force = prepared_in_force(sailing_moment(day, None))
    port = {"port": decree.port.code} if decree.port else {}
    facts = {"day": day.isoformat(), "ppkm_level": decree.level, **port}
    return allowed_share(in_force.prepared if in_force else [], facts)


def allowed_share(rules: Sequence[Prepared], voyage: Mapping[str, Any]) -> int:
    """The greatest share of places, in per cent, that no rule on it refuses for a voyage of these facts.

    A rule that refuses a share refuses every greater one. Notes refuse nothing, and a rule that cannot be judged
    without facts about a person is none on the voyage.
    """
    limits = [rule for rule in rules if SHARE in rule.looks_at]

    def allowed(percent: int) -> bool:
        facts = {"stage": "sale", "voyage": {**voyage, "share_percent": percent}}
        reasons = judge(limits, facts)["reasons"]
        return not any(reason["why"] == "failed" and reason["outcome"] != "note" for reason in reasons)

    if allowed(100):
        return 100
    low, high = 0, 99
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if allowed(middle) else (low, middle - 1)
    return low


_LEGS = (
    select(
        Leg.id, PortCall.day, PortCall.planned_departure.label("departs"), Port.code.label("port"),
        Operator.code.label("operator"), Ship.name.label("ship"),
    )
    .join(PortCall, PortCall.id == Leg.from_call_id)
    .join(Port, Port.id == PortCall.port_id)
    .join(Voyage, Voyage.id == Leg.voyage_id)
    .join(Operator, Operator.id == Voyage.operator_id)
    .outerjoin(Ship, Ship.id == Voyage.ship_id)
)  # fmt: skip


def sailing_moment(day: date, departs: datetime | None) -> datetime:
    """When the rules of that day are those in force: at the departure, else at noon."""
    return departs or datetime.combine(day, time(5), UTC)


def get_decree(decree_id: int) -> Decree:
    """The decree of that id. Raises NotFound `decree_not_found`."""
    return get_or_refuse(Decree, decree_id, "decree_not_found")


def list_decrees() -> list[Decree]:
    """All decrees, those that begin last first; the withdrawn ones too."""
    return list(db.session.scalars(select(Decree).order_by(Decree.valid_from.desc(), Decree.id.desc())))


@dataclass(frozen=True)
class Restriction:
    """A decree, and the share of places (per cent) that may be taken by it."""

    decree: Decree
    percent: int


def restrictions_on(calls: Iterable[PortCall]) -> list[Restriction]:
    """List the decrees that withhold places from a journey out of one of these calls; one query where none does."""
    starts = [(call.day, call.port_id) for call in calls if call.day]
    if not starts:
        return []
    first, last = min(day for day, _ in starts), max(day for day, _ in starts)
    decrees = db.session.scalars(
        select(Decree)
        .where(Decree.withdrawn_at.is_(None), Decree.valid_from <= last)
        .where(Decree.valid_to.is_(None) | (Decree.valid_to >= first))
        .order_by(Decree.level.desc(), Decree.id)
    )
    found = []
    for decree in decrees:
        days = [day for day, port in starts if decree.port_id in (None, port) and decree.holds_on(day)]
        if days and (percent := share_by(decree, days[0])) < 100:
            found.append(Restriction(decree, percent))
    return found
