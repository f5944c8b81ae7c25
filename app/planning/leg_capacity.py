"""The places of a voyage while its calls are made, moved or copied. Everything here joins the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from app.boarding.models import Departure, DepartureStep, Scan
from app.db import db
from app.errors import Refusal
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import Allotment, LegLoad, PlaceKind
from app.seats.queries import papers_of


@dataclass(frozen=True)
class QuotaShare:
    """The places that one channel may sell of one class on a leg, without what it has sold."""

    fare_class_id: int
    channel_id: int
    quota: int
    release_plan_id: int | None
    flow_back_minutes: int | None
    kind: str


Inherited = Mapping[tuple[str, int], list[QuotaShare]]
"""The shares of legs that are no more, by (`from` or `to`, call id)."""

ABOUT_A_CALL = {"leg", "departure"}
"""Tables whose rows belong to a call and go with it; what else speaks of a call keeps it."""


def taken_on(voyage: Voyage) -> dict[int, int]:
    """Places held and sold by leg, or souls promised where they are more; the rows are locked, in everybody's order."""
    leg_ids = [leg.id for leg in voyage.legs]
    ordered = select(Allotment.leg_id, Allotment.held, Allotment.sold).where(Allotment.leg_id.in_(leg_ids))
    ordered = ordered.order_by(Allotment.leg_id, Allotment.fare_class_id, Allotment.channel_id).with_for_update()
    taken: dict[int, int] = dict.fromkeys(leg_ids, 0)
    for leg_id, held, sold in db.session.execute(ordered):
        taken[leg_id] += held + sold
    loads = select(LegLoad.leg_id, LegLoad.promised).where(LegLoad.leg_id.in_(leg_ids)).order_by(LegLoad.leg_id)
    for leg_id, promised in db.session.execute(loads.with_for_update()):
        taken[leg_id] = max(taken[leg_id], promised)
    return taken


def used_departures(call_ids: Sequence[int]) -> bool:
    """Whether somebody took or asked for a step at a departure from one of these calls."""
    steps = select(DepartureStep.id).join(Departure, DepartureStep.departure_id == Departure.id)
    return db.session.scalar(steps.where(Departure.call_id.in_(call_ids)).limit(1)) is not None


def used_calls(call_ids: Sequence[int]) -> list[int]:
    """Which of these calls others speak of: bookings, also old ones, scans, arrivals, whoever waits for a place."""
    if not call_ids:
        return []
    used: set[int] = set()
    for table in db.metadata.tables.values():
        for column in table.columns:
            points_at = {key.column.table.name for key in column.foreign_keys}
            if "port_call" in points_at and table.name not in ABOUT_A_CALL:
                used |= set(db.session.scalars(select(column).where(column.in_(call_ids)).distinct()))
    scanned = select(Departure.call_id).join(Scan, Scan.departure_id == Departure.id)
    used |= set(db.session.scalars(scanned.where(Departure.call_id.in_(call_ids)).distinct()))
    return sorted(used)


def shares_on(leg_ids: Iterable[int]) -> dict[int, list[QuotaShare]]:
    """List what the channels may sell on these legs, by leg."""
    shares: dict[int, list[QuotaShare]] = defaultdict(list)
    rows = select(Allotment).where(Allotment.leg_id.in_(list(leg_ids))).order_by(Allotment.id)
    for a in db.session.scalars(rows):
        own = a.quota - a.flowed
        shares[a.leg_id].append(
            QuotaShare(a.fare_class_id, a.channel_id, own, a.release_plan_id, a.flow_back_minutes, a.fare_class.kind)
        )
    return dict(shares)


def remove_places(leg_ids: Sequence[int]) -> dict[int, list[QuotaShare]]:
    """Take allotments and loads from legs on which nothing is taken; what the channels could sell, by leg."""
    shares = shares_on(leg_ids)
    db.session.execute(delete(Allotment).where(Allotment.leg_id.in_(leg_ids)))
    db.session.execute(delete(LegLoad).where(LegLoad.leg_id.in_(leg_ids)))
    return shares


def inherited(legs: Iterable[Leg], shares: Mapping[int, list[QuotaShare]]) -> Inherited:
    """A leg that begins or ends where one of these did sells what that one sold."""
    left: dict[tuple[str, int], list[QuotaShare]] = {}
    for leg in legs:
        if leg.id in shares:
            left["from", leg.from_call_id] = left["to", leg.to_call_id] = shares[leg.id]
    return left


def add_shares(load: LegLoad, shares: Iterable[QuotaShare]) -> bool:
    """Put these shares on sale on the leg of that load, if they fit under its ceiling; whether they did."""
    wanted = [share for share in shares if share.quota or share.release_plan_id or share.flow_back_minutes]
    sums: dict[str, int] = defaultdict(int)
    for share in wanted:
        sums[share.kind] += share.quota
    if any(total > load.ceiling for kind, total in sums.items() if kind != PlaceKind.VEHICLE):
        return False
    for share in wanted:
        db.session.add(
            Allotment(
                leg_id=load.leg_id,
                fare_class_id=share.fare_class_id,
                channel_id=share.channel_id,
                quota=share.quota,
                release_plan_id=share.release_plan_id,
                flow_back_minutes=share.flow_back_minutes,
                held=0,
                sold=0,
                flowed=0,
            )
        )
    return True


def set_loads(voyage: Voyage, moved: set[int], left: Inherited) -> None:
    """The ceilings of the ship's papers for legs that have none, or set out on another day; and what they inherit.

    A leg whose day no paper speaks of is not sold. Raises Refusal `below_aboard`.
    """
    if voyage.ship_id is None:
        return
    calls: dict[int, PortCall] = {call.id: call for call in voyage.calls}
    ids = [leg.id for leg in voyage.legs]
    loads = {load.leg_id: load for load in db.session.scalars(select(LegLoad).where(LegLoad.leg_id.in_(ids)))}
    papers = papers_of(voyage.ship_id)
    for leg in voyage.legs:
        start, load = calls[leg.from_call_id], loads.get(leg.id)
        if start.day is None or start.planned_departure is None or (load and start.id not in moved):
            continue
        capacity = papers.on(start.day)
        if load is None and capacity.ceiling:
            load = LegLoad(leg_id=leg.id, ceiling=0, promised=0, aboard=0)
            db.session.add(load)
            load.set_ceiling(capacity.certificate, capacity.dispensation)
            add_shares(load, left.get(("from", leg.from_call_id)) or left.get(("to", leg.to_call_id)) or [])
        elif load is not None:
            if load.aboard > (capacity.ceiling or 0):
                raise Refusal("below_aboard", aboard=load.aboard)
            load.set_ceiling(capacity.certificate, capacity.dispensation)
    db.session.flush()
