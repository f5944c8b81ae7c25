"""Plan a change of a voyage: the same for a preview and, under the locks, for the deed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.boarding.models import DepartureStep, Scan, Verdict
from app.booking.models import BOOKED_SOULS, Booking, BookingState, Passenger, PassengerState, Ticket
from app.db import db, get_or_refuse
from app.disruption.selection import Rider, fitted, too_many, who_gives_way
from app.errors import NotFound, Refusal
from app.schedule.models import CAUSES, PortCall, Ship, Voyage
from app.schedule.overlap import plan_of_call, require_free_ship
from app.seats.models import FareClass
from app.seats.queries import Capacity, documented_capacity, list_loads
from app.seats.stocks import Key, Stock

REASON_MAX = 200


@dataclass(frozen=True)
class Cancellation:
    """The voyage is called off: everybody loses their places."""

    cause: str
    reason: str
    called = "cancelled"


@dataclass(frozen=True)
class Swap:
    """Another ship sails: the ceilings are those of its papers, the quotas are `given` or fitted to them."""

    ship_id: int
    reason: str
    given: Mapping[Key, int] = field(default_factory=dict)
    called = "ship_swapped"


@dataclass(frozen=True)
class Lowering:
    """Fewer places of a class than before, by leg, class and channel."""

    given: Mapping[Key, int]
    reason: str
    called = "quota_lowered"


Change = Cancellation | Swap | Lowering


@dataclass(frozen=True)
class Plan:
    """The effect of a change: who gives way, the quotas afterwards, and the papers of another ship by leg."""

    affected: tuple[Rider, ...]
    quotas: Mapping[Key, int]
    papers: Mapping[int, Capacity]
    waits: DepartureStep | None = None
    """Where it is not done yet: what waits for its moment, or for a second person."""

    @property
    def seen(self) -> frozenset[int]:
        """The bookings that are affected: given back to the action, it does not touch any other."""
        return frozenset(rider.id for rider in self.affected)

    @property
    def souls(self) -> int:
        """Everybody in them, infants counted."""
        return sum(rider.souls for rider in self.affected)


def plan_of(voyage: Voyage, change: Change, stocks: Mapping[Key, Stock], riders: Sequence[Rider]) -> Plan:
    """Plan `change` for these riders under these stocks. Raises Refusal as the actions say."""
    if any(call.actual_departure for call in voyage.calls):
        raise Refusal("departed")
    if isinstance(change, Cancellation):
        if change.cause not in CAUSES:
            raise Refusal("cause_missing", field="cause")
        return Plan(tuple(riders), {}, {})
    if voyage.cancelled_at:
        raise Refusal("voyage_cancelled")
    quotas = {key: stock.quota for key, stock in stocks.items()}
    for key, quota in change.given.items():
        if key not in quotas:
            raise NotFound("fare_class_not_found")
        if quota < 0:
            raise Refusal("count", **_where(key))
        if isinstance(change, Lowering) and quota > quotas[key]:
            raise Refusal("quota_not_lower", quota=quotas[key], **_where(key))
    if isinstance(change, Lowering):
        affected = who_gives_way(riders, change.given, {})
        _must_fit_those_aboard(riders, affected, change.given)
        return Plan(tuple(affected), dict(change.given), {})
    return _swap(voyage, change, quotas, riders)


def _swap(voyage: Voyage, change: Swap, quotas: Mapping[Key, int], riders: Sequence[Rider]) -> Plan:
    papers = _papers(voyage, change.ship_id)
    if voyage.calls:
        calls = [plan_of_call(call) for call in voyage.calls]
        require_free_ship(change.ship_id, calls, voyage.calls[0].port, voyage.id, "ship_id")
    ceilings = {leg_id: capacity.ceiling or 0 for leg_id, capacity in papers.items()}
    kinds: dict[int, str] = {kind.id: kind.kind for kind in db.session.scalars(select(FareClass))}
    for leg_id, load in list_loads(ceilings).items():
        if load.aboard > ceilings[leg_id]:
            raise Refusal("below_aboard", field="ship_id", aboard=load.aboard)
    affected = who_gives_way(riders, change.given, ceilings)
    _must_fit_those_aboard(riders, affected, change.given)
    stay = [rider for rider in riders if rider not in affected]
    after = fitted(quotas, kinds, stay, ceilings, change.given)
    for leg_id, together, ceiling in too_many(after, kinds, ceilings):
        for key in (key for key in change.given if key[0] == leg_id):
            others = together - change.given[key]
            raise Refusal("over_ceiling", ceiling=ceiling, others=others, **_where(key))
    changed = {key: quota for key, quota in after.items() if quota != quotas[key]}
    return Plan(tuple(affected), changed, papers)


def _papers(voyage: Voyage, ship_id: int) -> dict[int, Capacity]:
    """Read the ship's papers by leg. Raises Refusal `no_papers` where one has none on the leg's day."""
    ship = get_or_refuse(Ship, ship_id, "ship_not_found", field="ship_id")
    if ship_id == voyage.ship_id:
        raise Refusal("same_ship", field="ship_id")
    calls = {call.id: call for call in voyage.calls}
    days = {leg.id: calls[leg.from_call_id].day for leg in voyage.legs}
    by_day = {day: documented_capacity(ship_id, day) for day in set(days.values()) if day}
    for day in days.values():
        if day is None or by_day[day].ceiling is None:
            raise Refusal("no_papers", field="ship_id", ship=ship.name, day=day or "?")
    return {leg_id: by_day[day] for leg_id, day in days.items() if day}


def _must_fit_those_aboard(riders: Iterable[Rider], affected: Collection[Rider], given: Mapping[Key, int]) -> None:
    for key, quota in given.items():
        stay = sum(r.places for r in riders if r not in affected and key in r.keys)
        if stay > quota:
            raise Refusal("below_aboard", aboard=stay, **_where(key))


def _where(key: Key) -> dict[str, Any]:
    return {"field": "quota", "leg_id": key[0], "fare_class_id": key[1], "channel_id": key[2]}


_START, _END = aliased(PortCall), aliased(PortCall)
_ABOARD = (
    select(Passenger.booking_id)
    .join(Ticket, Ticket.passenger_id == Passenger.id)
    .join(Scan, Scan.ticket_id == Ticket.id)
    .where(Scan.verdict == Verdict.PASS, Passenger.state == PassengerState.TRAVELS)
)


def riders_of(voyage: Voyage, now: datetime) -> list[Rider]:
    """Every booking that has places on the voyage at `now`, the first to have come first."""
    statement = (
        select(
            Booking.id, Booking.fare_class_id, Booking.channel_id, Booking.places, BOOKED_SOULS.label("souls"),
            Booking.state, _START.position.label("first"), _END.position.label("last"),
        )
        .join(_START, _START.id == Booking.from_call_id)
        .join(_END, _END.id == Booking.to_call_id)
        .where(Booking.voyage_id == voyage.id)
        .where(
            (Booking.state == BookingState.CONFIRMED)
            | ((Booking.state == BookingState.HELD) & (Booking.expires_at > now))
        )
        .order_by(Booking.id)
    )  # fmt: skip
    rows = db.session.execute(statement).all()
    aboard = set(db.session.scalars(_ABOARD.where(Passenger.booking_id.in_([row.id for row in rows]))))
    return [
        Rider(
            row.id,
            tuple(leg.id for leg in voyage.legs if row.first <= leg.position < row.last),
            row.fare_class_id,
            row.channel_id,
            row.places,
            row.souls,
            row.state == BookingState.HELD,
            row.id in aboard,
        )
        for row in rows
    ]
