"""Every place explained: an open sum from the ship's papers to what is left online, for each leg of a voyage.

Nothing here writes. Each sum is exact: its terms come from the same counters as `list_places`, read once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app import clock
from app.booking.models import Booking, BookingState
from app.booking.queries import counted
from app.db import db
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import ONLINE, FareClass, LegLoad, PlaceKind
from app.seats.stocks import Stock, kept_for_beds


@dataclass(frozen=True)
class Term:
    """One step of a sum: `amount` is added (below zero: taken off), and `left` is what there is then."""

    part: str
    amount: int
    left: int


@dataclass(frozen=True)
class ClassSum:
    """The places of one class on one leg: quota less each of the others is what remains online."""

    fare_class: FareClass
    quota: int
    """Of all channels together."""
    others: int
    """Set aside for other channels, taken there or not."""
    unreleased: int
    """Not on sale yet: the release plan keeps them."""
    held: int
    sold: int
    restricted: int
    """On sale and unsold, but above the share of places that a decree allows."""
    blocked: int
    """Unsold, but the ship may carry no more people, or the voyage was called off."""
    remaining: int

    @property
    def terms(self) -> list[Term]:
        """The sum, step by step."""
        taken = (getattr(self, part) for part in _PARTS)
        return _sum([("quota", self.quota), *zip(_PARTS, (-n for n in taken), strict=True)])


_PARTS = ("others", "unreleased", "held", "sold", "restricted", "blocked")


@dataclass(frozen=True)
class Souls:
    """Who has a place on a leg, by what it is: together with `free` they are the ceiling."""

    in_beds: int
    infants: int
    without_bed: int
    in_vehicles: int
    free: int
    """How many more people may be promised a place; below zero where a ceiling sank below what was sold."""


@dataclass(frozen=True)
class LegSum:
    """One leg: what the ship may carry, its classes, and who has a place."""

    leg_id: int
    start: PortCall
    end: PortCall
    certificate: int | None
    dispensation: int | None
    ceiling: int
    classes: Sequence[ClassSum]
    souls: Souls
    cancelled: bool
    allowed: int | None = None
    """How many more beds and seats a decree lets be taken; empty without one."""

    @property
    def beds(self) -> list[ClassSum]:
        """The classes that share out the ship's beds and seats."""
        return [row for row in self.classes if row.fare_class.kind == PlaceKind.BED]

    @property
    def remaining(self) -> int:
        """Beds and seats that can still be had online, all classes together."""
        unsold = self._on_sale - self.restricted
        return 0 if self.cancelled else min(unsold, max(0, self.souls.free))

    @property
    def _on_sale(self) -> int:
        return sum(row.remaining + row.blocked + row.restricted for row in self.beds)

    @property
    def restricted(self) -> int:
        """Beds and seats on sale and unsold, but above the share that a decree allows, all classes together."""
        return 0 if self.allowed is None else max(0, self._on_sale - self.allowed)

    @property
    def terms(self) -> list[Term]:
        """From the certificate to what is left: the beds of all classes together, step by step."""
        beds = self.beds
        certificate = self.certificate or 0
        in_classes = sum(row.quota for row in beds)
        steps = [
            ("certificate", certificate),
            ("dispensation", self.ceiling - certificate),
            ("not_in_classes", in_classes - self.ceiling),
            *((part, -sum(getattr(row, part) for row in beds)) for part in _PARTS[:-2]),
            ("restricted", -self.restricted),
        ]
        left = sum(amount for _, amount in steps)
        return _sum([*steps, ("blocked", self.remaining - left)])


def _sum(steps: Iterable[tuple[str, int]]) -> list[Term]:
    left, terms = 0, []
    for part, amount in steps:
        left += amount
        terms.append(Term(part, amount, left))
    return terms


@dataclass(frozen=True)
class Explanation:
    """The sums of all legs of a voyage, true at `as_of`."""

    voyage: Voyage
    as_of: datetime
    legs: Sequence[LegSum]


def explain(voyage: Voyage) -> Explanation:
    """Every place of the voyage, leg by leg, in four or five queries."""
    as_of = clock.now()
    stocks, souls, classes = counted([voyage])
    kept = kept_for_beds(stocks)
    loads = {load.leg_id: load for load in db.session.scalars(_LOADS.where(LegLoad.leg_id.in_(_ids(voyage))))}
    people = _people(voyage, as_of, {number: found.kind for number, found in classes.items()})
    by_leg: dict[int, dict[int, list[tuple[int, Stock]]]] = defaultdict(lambda: defaultdict(list))
    for (leg_id, class_id, channel_id), stock in stocks.items():
        by_leg[leg_id][class_id].append((channel_id, stock))
    calls = {call.id: call for call in voyage.calls}
    off = voyage.cancelled_at is not None
    return Explanation(
        voyage,
        as_of,
        [
            _leg_sum(
                leg, calls, loads.get(leg.id), people[leg.id], off,
                [
                    _class_sum(classes[class_id], by_leg[leg.id][class_id], souls.get(leg.id), kept[leg.id], off)
                    for class_id in sorted(by_leg[leg.id])
                ],
                _allowed(by_leg[leg.id].values()),
            )
            for leg in voyage.legs
        ],
    )  # fmt: skip


def _allowed(classes: Iterable[Sequence[tuple[int, Stock]]]) -> int | None:
    """How many more beds and seats of a leg a decree lets be taken; they share one limit."""
    limits = [
        stock.limit.left for found in classes for _, stock in found if stock.limit and stock.kind == PlaceKind.BED
    ]
    return limits[0] if limits else None


_LOADS = select(LegLoad).execution_options(populate_existing=True)


def _ids(voyage: Voyage) -> list[int]:
    return [leg.id for leg in voyage.legs]


def _class_sum(
    fare_class: FareClass, found: Sequence[tuple[int, Stock]], souls: int | None, kept: int, off: bool
) -> ClassSum:
    mine = next((stock for channel, stock in found if channel == ONLINE), None)
    online = mine or Stock(fare_class.kind, 0, 0, 0)
    room = online.free
    if souls is not None:
        room = min(room, souls - (0 if fare_class.kind == PlaceKind.BED else kept))
    remaining = 0 if off else max(0, room)
    return ClassSum(
        fare_class,
        quota=sum(stock.quota for _, stock in found),
        others=sum(stock.quota for channel, stock in found if channel != ONLINE),
        unreleased=online.unsold - online.on_sale,
        held=online.held,
        sold=online.sold,
        restricted=online.restricted,
        blocked=online.free - remaining,
        remaining=remaining,
    )


def _leg_sum(
    leg: Leg,
    calls: Mapping[int, PortCall],
    load: LegLoad | None,
    people: Counter[str],
    off: bool,
    classes: Sequence[ClassSum],
    allowed: int | None,
) -> LegSum:
    ceiling = load.ceiling if load else 0
    return LegSum(
        leg.id,
        calls[leg.from_call_id],
        calls[leg.to_call_id],
        load.certificate if load else None,
        load.dispensation if load else None,
        ceiling,
        classes,
        Souls(**{kind: people[kind] for kind in _SOULS}, free=ceiling - people.total()),
        off,
        allowed,
    )


_SOULS = ("in_beds", "infants", "without_bed", "in_vehicles")
_START, _END = aliased(PortCall), aliased(PortCall)


def _active(voyage: Voyage, now: datetime) -> Any:
    held = (Booking.state == BookingState.HELD) & (Booking.expires_at > now)
    return (Booking.voyage_id == voyage.id) & ((Booking.state == BookingState.CONFIRMED) | held)


def _people(voyage: Voyage, now: datetime, kinds: Mapping[int, str]) -> dict[int, Counter[str]]:
    """Who has a place at `now`, by leg and by what it is."""
    rows = db.session.execute(
        select(
            Booking.fare_class_id, Booking.places, Booking.infants, Booking.vehicle_persons,
            _START.position.label("first"), _END.position.label("last"),
        )
        .join(_START, _START.id == Booking.from_call_id)
        .join(_END, _END.id == Booking.to_call_id)
        .where(_active(voyage, now))
    )  # fmt: skip
    people: dict[int, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts = {"in_vehicles": row.vehicle_persons}
        if row.vehicle_persons is None:
            bed = kinds.get(row.fare_class_id) == PlaceKind.BED
            counts = {"in_beds" if bed else "without_bed": row.places, "infants": row.infants}
        for leg in voyage.legs:
            if row.first <= leg.position < row.last:
                people[leg.id].update(counts)
    return people


def list_rows(voyage: Voyage, leg: Leg, *, held: bool | None = None, online: bool | None = None) -> list[Booking]:
    """The bookings that have places on this leg now: held or sold ones, online or through other channels, if asked."""
    statement = (
        select(Booking)
        .join(_START, _START.id == Booking.from_call_id)
        .join(_END, _END.id == Booking.to_call_id)
        .where(_active(voyage, clock.now()), _START.position <= leg.position, _END.position > leg.position)
        .options(
            selectinload(Booking.passengers),
            joinedload(Booking.fare_class),
            joinedload(Booking.channel),
            joinedload(Booking.from_call),
            joinedload(Booking.to_call),
        )
        .order_by(Booking.id)
    )
    if held is not None:
        statement = statement.where((Booking.state == BookingState.HELD) == held)
    if online is not None:
        statement = statement.where((Booking.channel_id == ONLINE) == online)
    return list(db.session.scalars(statement))
