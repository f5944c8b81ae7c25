"""Every place explained: an open sum from the ship's papers to what is left online, for each leg of a voyage.

Nothing here writes. Each sum is exact: its terms come from the same counters as `list_places`, read once.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app import clock
from app.booking.inventory.availability import CountedPlaces, count_places
from app.booking.inventory.place_rows import PLACES_AND_LOADS, FareClassOnSale
from app.booking.models import Booking, BookingState
from app.booking.walk_ons.queries import count_by_leg
from app.db import db
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import ONLINE, PlaceKind
from app.seats.stocks import Stock, by_kind, persons_that_fit


@dataclass(frozen=True)
class Term:
    """One step of a sum: `amount` is added (below zero: taken off), and `left` is what there is then."""

    part: str
    amount: int
    left: int


@dataclass(frozen=True)
class ClassSum:
    """The places of one class on one leg: quota less each of the others is what remains online."""

    fare_class: FareClassOnSale
    quota: int
    """Of all channels together, like held and sold."""
    others: int
    """Set aside for other channels, and not taken there."""
    unreleased: int
    """Not on sale yet: the release plan keeps them."""
    held: int
    sold: int
    restricted: int
    """On sale and unsold, but above the share of places that a decree allows."""
    aside: int
    """On sale and unsold, but for the first group of the waiting list alone."""
    blocked: int
    """Unsold, but the ship may carry no more people, was called off or has left, or the sale has ended."""
    remaining: int

    @property
    def terms(self) -> list[Term]:
        """The sum, step by step."""
        taken = (getattr(self, part) for part in _PARTS)
        return _sum([("quota", self.quota), *zip(_PARTS, (-n for n in taken), strict=True)])


_PARTS = ("others", "unreleased", "held", "sold", "aside", "restricted", "blocked")
KEPT = ("others", "unreleased", "aside", "restricted", "blocked")
"""The parts of a sum that are neither sold nor held, and that nobody can buy online now."""


@dataclass(frozen=True)
class Souls:
    """The souls who have a place on a leg, by what it is: together with `free` they are the ceiling."""

    in_beds: int
    infants: int
    without_bed: int
    in_vehicles: int
    without_ticket: int
    """People whom an officer let aboard without one."""
    free: int
    """How many more people may be promised a place; below zero where a ceiling sank below what was sold."""


@dataclass(frozen=True)
class LegSum:
    """One leg: what the ship may carry, its classes, and how many more people may be promised a place."""

    leg_id: int
    certificate: int | None
    dispensation: int | None
    ceiling: int
    aboard: int
    free: int
    """Below zero where a ceiling sank below what was sold."""
    classes: Sequence[ClassSum]
    cancelled: bool
    off_sale: bool
    """Nothing is sold from here any more: called off, left, or the sale pauses or has ended."""
    to_be_had: Mapping[str, int]
    """Places on sale and not taken, within what a decree lets be taken, by kind."""
    kept_for_beds: int
    """The souls that non-seat places leave room for: every bed that is not taken yet."""

    @property
    def taken(self) -> int:
        """People who have a place, infants and those in vehicles counted."""
        return self.ceiling - self.free

    @property
    def for_persons(self) -> list[ClassSum]:
        """The classes of places for persons: beds, seats, and places without one."""
        return [row for row in self.classes if row.fare_class.kind != PlaceKind.VEHICLE]

    @property
    def for_vehicles(self) -> list[ClassSum]:
        """The classes of places for vehicles, which are in no sum of places for persons."""
        return [row for row in self.classes if row.fare_class.kind == PlaceKind.VEHICLE]

    @property
    def quota(self) -> int:
        """Places for persons, all classes and channels together; so are `sold` and `held`."""
        return sum(row.quota for row in self.for_persons)

    @property
    def sold(self) -> int:
        """Places for persons that are confirmed."""
        return sum(row.sold for row in self.for_persons)

    @property
    def held(self) -> int:
        """Places for persons that are held and not paid."""
        return sum(row.held for row in self.for_persons)

    @property
    def kept(self) -> int:
        """Places for persons that are neither sold nor held, and that nobody can buy online now."""
        return self.quota - self.sold - self.held - self.remaining

    @property
    def remaining(self) -> int:
        """Places for persons that can still be had online, all classes together."""
        if self.off_sale:
            return 0
        beds, without_bed = (self._to_be_had(kind) for kind in (PlaceKind.BED, PlaceKind.NON_SEAT))
        return persons_that_fit(beds, without_bed, self.free, self.kept_for_beds)

    def _on_sale(self, kind: str) -> int:
        rows = [row for row in self.classes if row.fare_class.kind == kind]
        return sum(row.remaining + row.blocked + row.restricted for row in rows)

    def _to_be_had(self, kind: str) -> int:
        return self.to_be_had.get(kind, 0)

    @property
    def restricted(self) -> int:
        """On sale and not taken, but above the share that a decree allows, all classes together."""
        return sum(self._on_sale(kind) - self._to_be_had(kind) for kind in (PlaceKind.BED, PlaceKind.NON_SEAT))

    @property
    def terms(self) -> list[Term]:
        """From the certificate to what is left: the places for persons of all classes together, step by step."""
        certificate = self.certificate or 0
        steps = [
            ("certificate", certificate),
            ("dispensation", self.ceiling - certificate),
            ("not_in_classes", self.quota - self.ceiling),
            *((part, -sum(getattr(row, part) for row in self.for_persons)) for part in _PARTS[:-2]),
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
class ExplainedLeg:
    """One leg of an explained voyage: where it goes, its sums, and who has a place."""

    start: PortCall
    end: PortCall
    sums: LegSum
    souls: Souls


@dataclass(frozen=True)
class Explanation:
    """The sums of all legs of a voyage, true at `as_of`."""

    voyage: Voyage
    as_of: datetime
    legs: Sequence[ExplainedLeg]


def explain(voyage: Voyage) -> Explanation:
    """Every place of the voyage, leg by leg, in three queries."""
    as_of = clock.now()
    sums = sum_legs([voyage])
    kinds = {row.fare_class.id: row.fare_class.kind for found in sums.values() for row in found.classes}
    people = _people(voyage, as_of, kinds)
    calls = {call.id: call for call in voyage.calls}
    legs = []
    for leg in voyage.legs:
        found, here = sums[leg.id], people[leg.id]
        souls = Souls(**{kind: here[kind] for kind in _SOULS}, free=found.ceiling - here.total())
        legs.append(ExplainedLeg(calls[leg.from_call_id], calls[leg.to_call_id], found, souls))
    return Explanation(voyage, as_of, legs)


def sum_legs(voyages: Iterable[Voyage]) -> dict[int, LegSum]:
    """The places of these voyages as a buyer would find them now, by leg, in one query."""
    found = count_places([voyage.id for voyage in voyages], PLACES_AND_LOADS)
    return {
        leg_id: _leg_sum(found, voyage_id, leg_id)
        for voyage_id, voyage in found.voyages.items()
        for leg_id in voyage.leg_ids
    }


def _leg_sum(found: CountedPlaces, voyage_id: int, leg_id: int) -> LegSum:
    load, classes = found.loads.get(leg_id), found.by_leg[leg_id]
    souls, kept, off = found.souls.get(leg_id), found.kept[leg_id], found.is_off_sale(voyage_id, leg_id)
    return LegSum(
        leg_id,
        load.certificate if load else None,
        load.dispensation if load else None,
        load.ceiling if load else 0,
        load.aboard if load else 0,
        souls or 0,
        [_class_sum(found.classes[number], classes[number], souls, kept, off) for number in sorted(classes)],
        found.voyages[voyage_id].cancelled_at is not None,
        off,
        by_kind(stock for each in classes.values() for channel, stock in each if channel == ONLINE),
        kept,
    )


def _class_sum(
    fare_class: FareClassOnSale, found: Sequence[tuple[int, Stock]], souls: int | None, kept: int, off: bool
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
        others=sum(stock.unsold for channel, stock in found if channel != ONLINE),
        unreleased=online.unsold - online.on_sale,
        held=sum(stock.held for _, stock in found),
        sold=sum(stock.sold for _, stock in found),
        aside=online.set_aside,
        restricted=online.restricted,
        blocked=online.free - remaining,
        remaining=remaining,
    )


_SOULS = ("in_beds", "infants", "without_bed", "in_vehicles", "without_ticket")
_START, _END = aliased(PortCall), aliased(PortCall)


def _active(voyage: Voyage, now: datetime) -> Any:
    held = (Booking.state == BookingState.HELD) & (Booking.expires_at > now)
    return (Booking.voyage_id == voyage.id) & ((Booking.state == BookingState.CONFIRMED) | held)


def _people(voyage: Voyage, now: datetime, kinds: Mapping[int, str]) -> dict[int, Counter[str]]:
    """Count the people who have a place at `now`, by leg and by what it is."""
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
    for leg_id, number in count_by_leg([voyage.id]).items():
        people[leg_id]["without_ticket"] = number
    return people


def list_rows(
    voyage: Voyage, leg: Leg, *, held: bool | None = None, fare_class_ids: Collection[int] | None = None
) -> list[Booking]:
    """The bookings that have places on this leg now, of all channels: held or sold ones, of some classes, if asked."""
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
    if fare_class_ids is not None:
        statement = statement.where(Booking.fare_class_id.in_(fare_class_ids))
    return list(db.session.scalars(statement))
