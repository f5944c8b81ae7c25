"""Overlaps of a ship's voyages: from when until when a plan certainly keeps it, and what else it makes.

Only what is planned is judged: a delay is told, and does not make another plan impossible.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.errors import Refusal
from app.schedule.days import port_day
from app.schedule.models import Port, PortCall, Ship, Voyage
from app.schedule.passages import PASSAGES
from app.schedule.plans import ONE_DAY, CallPlan

SHORTEST_PASSAGE = timedelta(minutes=30)
"""How long a ship is away at least where no arrival is known, so that a ferry may still go and come all day."""

LONGEST_LEG = timedelta(days=30)
"""Longer than any ship is between two ports; how far back a voyage that has not ended is looked for."""

LONGEST_WAIT = timedelta(hours=max(shortest for shortest, _ in PASSAGES.values()))
"""How long after a voyage whose arrival is not known the ship may still be under way."""


def plan_of_call(call: PortCall) -> CallPlan:
    """The plan that the call follows."""
    return CallPlan(
        port_id=call.port_id,
        arrives_at=call.planned_arrival,
        departs_at=call.planned_departure,
        precision="day" if call.precision == "day" else "minute",
        tide_from=call.tide_from,
        tide_until=call.tide_until,
        call_id=call.id,
        counts_to=None if call.revised_departure or call.revised_arrival else call.day,
    )


def certain_span(calls: Sequence[CallPlan]) -> tuple[datetime, datetime] | None:
    """From the first departure to the last arrival; None where it is not certain that there is a time between.

    Where only a day is known the ship leaves at its end at the latest, and comes as it begins at the earliest.
    """
    start: datetime | None = None
    end: datetime | None = None
    for place, call in enumerate(calls):
        early = ONE_DAY if call.precision == "day" else timedelta()
        if start and call.arrives_at:
            end = call.arrives_at - early
        if call.departs_at and place < len(calls) - 1:
            start = start or call.departs_at
            end = call.departs_at - early + SHORTEST_PASSAGE
    return (start, end) if start and end and start < end else None


def _free_from(earlier: Sequence[CallPlan], end: datetime, later: Sequence[CallPlan]) -> datetime:
    """When the ship of `earlier`, which certainly keeps it until `end`, may set out on `later` at the soonest.

    At another port than it left last it is not before the shortest documented passage, where its arrival is not known.
    """
    leaves = [place for place, call in enumerate(earlier[:-1]) if call.departs_at]
    begins = next((call for call in later if call.departs_at), None)
    last, after = earlier[leaves[-1]], earlier[leaves[-1] + 1 :]
    arrives = any(call.arrives_at for call in after)
    if begins is None or begins.port_id == last.port_id or arrives or last.departs_at is None:
        return end
    start, there = db.session.get(Port, last.port_id), db.session.get(Port, after[0].port_id)
    hours = PASSAGES.get((start.code, there.code)) if start and there else None
    if hours is None:
        return end
    early = ONE_DAY if last.precision == "day" else timedelta()
    return max(end, last.departs_at - early + timedelta(hours=hours[0]))


def meet(mine: Sequence[CallPlan], theirs: Sequence[CallPlan]) -> bool:
    """Whether one ship cannot make both."""
    spans = [(span, calls) for calls in (mine, theirs) if (span := certain_span(calls))]
    if len(spans) < 2:
        return False
    (first, earlier), (second, later) = sorted(spans, key=lambda pair: pair[0])
    return second[0] < _free_from(earlier, first[1], later)


def find_other_voyage(ship_id: int, calls: Sequence[CallPlan], but_id: int | None = None) -> Voyage | None:
    """Another voyage that is to sail with this ship at a time that such a plan needs, of several the first made."""
    span = certain_span(calls)
    if span is None:
        return None
    near = (
        select(PortCall.voyage_id)
        .where(PortCall.sailing_ship_id == ship_id, PortCall.voyage_id != (but_id or 0))
        .where(PortCall.planned_departure.between(span[0] - LONGEST_LEG, span[1] + LONGEST_WAIT))
    )
    for other in db.session.scalars(select(Voyage).where(Voyage.id.in_(near)).order_by(Voyage.id)):
        if meet(calls, [plan_of_call(call) for call in other.calls]):
            return other
    return None


def require_free_ship(
    ship_id: int | None, calls: Sequence[CallPlan], port: Port, but_id: int | None = None, field: str = "departs"
) -> None:
    """Refuse a plan that needs the ship while it makes another voyage; `port` is where it begins. Locks the ship.

    Raises Refusal `ship_sails_then`, with the `day` of the plan and the number of the other `voyage`.
    """
    if ship_id is None:
        return
    # Two plans for one ship wait for each other here; who only speaks of the ship waits for nobody.
    db.session.execute(select(Ship.id).where(Ship.id == ship_id).with_for_update(key_share=True))
    other = find_other_voyage(ship_id, calls, but_id)
    if other is not None:
        leaves = next(call.departs_at for call in calls if call.departs_at)
        place = {"call": 0} if field == "departs" else {}
        day = port_day(leaves, port.tz)
        raise Refusal("ship_sails_then", field=field, voyage=other.number, day=day, **place)
