"""The places of allotments as they stand at a moment: what the rows of the tables mean, and what may be taken of them.

Stages, flow-back and decrees are worked out whenever places are read or locked, so that no place depends on a job
having run.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from app.schedule.models import DEPARTS_AT, Leg, PortCall
from app.seats.models import ONLINE, Allotment, Decree, FareClass, LegLoad, PlaceKind, ReleasePlan, percent_released

Key = tuple[int, int, int]
"""The key of places: leg id, fare class id, channel id."""


@dataclass
class StockLimit:
    """By decree only `percent` of the places of one kind on one leg may be taken, all classes and channels together."""

    percent: int
    stocks: list["Stock"] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many more may be taken; what was sold before stays sold, also above it."""
        allowed = sum(stock.quota for stock in self.stocks) * self.percent // 100
        return max(0, allowed - sum(stock.held + stock.sold for stock in self.stocks))


@dataclass
class Stock:
    """The places of one allotment as they stand. `percent` is what its release plan has put on sale so far."""

    kind: str
    quota: int
    held: int
    sold: int
    flowed: int = 0
    percent: int = 100
    flows_back: bool = False
    """The moment has come at which what is unsold belongs to the online channel."""
    limit: StockLimit | None = field(default=None, repr=False, compare=False)
    """The places that a decree leaves of it, where one is in force on the day of sailing."""
    aside_minutes: int = 0
    """For so long what is left is set aside for the first group that waits for more; 0: it is not."""

    @property
    def unsold(self) -> int:
        """Neither held nor sold, whether on sale yet or not."""
        return self.quota - self.held - self.sold

    @property
    def opened(self) -> int:
        """On sale so far, taken or not; a fraction of a place is not."""
        return self.flowed + (self.quota - self.flowed) * self.percent // 100

    @property
    def on_sale(self) -> int:
        """Put on sale and not taken, whatever a decree says of it; never below nothing."""
        return max(0, min(self.quota, self.opened) - self.held - self.sold)

    @property
    def allowed(self) -> int:
        """On sale, not taken, and within what a decree allows; never below nothing."""
        return self.on_sale if self.limit is None else min(self.on_sale, self.limit.left)

    @property
    def free(self) -> int:
        """To be had now by anybody, as far as the allotment goes; never below nothing."""
        return 0 if self.aside_minutes else self.allowed

    @property
    def set_aside(self) -> int:
        """To be had now only by the first group that waits."""
        return self.allowed - self.free

    @property
    def restricted(self) -> int:
        """On sale and not taken, but above the share that a decree allows."""
        return self.on_sale - self.allowed


def stock_of(row: Any, now: datetime, sets_out: datetime | None) -> Stock:
    """The places of a row of STOCKS as they are at `now`, for a voyage planned to set out then."""
    before = row.flow_back_minutes
    flows_back = before is not None and sets_out is not None and now >= sets_out - timedelta(minutes=before)
    percent = 100 if row.steps is None else percent_released(row.steps, now, sets_out)
    return Stock(row.kind, row.quota, row.held, row.sold, row.flowed, percent, flows_back)


def flow_back(stocks: Mapping[Key, Stock]) -> None:
    """Let what other channels have left unsold at their moment be the online channel's, where it has an allotment."""
    for (leg_id, fare_class_id, channel_id), left in stocks.items():
        pool = stocks.get((leg_id, fare_class_id, ONLINE))
        if not left.flows_back or channel_id == ONLINE or pool is None or left.unsold <= 0:
            continue
        moved = left.unsold
        left.quota -= moved
        left.flowed = min(left.flowed, left.quota)
        pool.quota += moved
        pool.flowed += moved


def restrict(stocks: Mapping[Key, Stock], shares: Mapping[int, int]) -> None:
    """Let only these shares (per cent, by leg) of the places for people be taken. A deck for vehicles has none."""
    limits: dict[tuple[int, str], StockLimit] = {}
    for (leg_id, _, _), found in stocks.items():
        if leg_id in shares and found.kind != PlaceKind.VEHICLE:
            found.limit = limits.setdefault((leg_id, found.kind), StockLimit(shares[leg_id]))
            found.limit.stocks.append(found)


def set_aside(stocks: Mapping[Key, Stock], keys: Collection[Key], places: int, time: timedelta) -> bool:
    """Let nobody but a group that waits for `places` have what these stocks have in common, if it is not enough for it.

    For `time`, and only where there is anything; whether it was done.
    """
    found = [stock for key in keys if (stock := stocks.get(key))]
    if len(found) < len(keys) or not 0 < min((stock.free for stock in found), default=0) < places:
        return False
    for stock in found:
        stock.aside_minutes = max(1, round(time.total_seconds() / 60))
    return True


def kept_for_beds(stocks: Mapping[Key, Stock]) -> Counter[int]:
    """By leg, the souls that non-seat places and vehicles must leave room for: every bed that is not taken yet."""
    kept: Counter[int] = Counter()
    for (leg_id, _, _), beds in stocks.items():
        if beds.kind == PlaceKind.BED:
            kept[leg_id] += max(0, beds.unsold)
    return kept


def by_kind(stocks: Iterable[Stock]) -> Counter[str]:
    """By kind, how many of these places on one leg can be had together, within what a decree leaves of the kind."""
    on_sale: Counter[str] = Counter()
    limits: dict[str, StockLimit] = {}
    for stock in stocks:
        on_sale[stock.kind] += stock.free + stock.restricted
        if stock.limit is not None:
            limits[stock.kind] = stock.limit
    for kind, limit in limits.items():
        on_sale[kind] = min(on_sale[kind], limit.left)
    return on_sale


def persons_that_fit(beds: int, without_bed: int, souls: int, kept: int) -> int:
    """Of so many places for persons on one leg, how many can be had under what its ceiling leaves, all together.

    `kept`: what places without a bed must leave room for.
    """
    room = max(0, souls)
    beds = min(beds, room)
    return min(beds + min(without_bed, max(0, room - kept)), room)


STOCKS = (
    select(
        Allotment.leg_id,
        Allotment.fare_class_id,
        Allotment.channel_id,
        FareClass.kind,
        FareClass.code,
        Allotment.quota,
        Allotment.held,
        Allotment.sold,
        Allotment.flowed,
        Allotment.flow_back_minutes,
        ReleasePlan.steps,
    )
    .join(FareClass, FareClass.id == Allotment.fare_class_id)
    .outerjoin(ReleasePlan, ReleasePlan.id == Allotment.release_plan_id)
    .where(Allotment.leg_id.in_(bindparam("legs", expanding=True)))
    .order_by(Allotment.leg_id, Allotment.fare_class_id, Allotment.channel_id)
)
"""The rows that `stock` is made of, for the legs `legs`."""
LEVEL = (
    select(func.max(Decree.level))
    .where(or_(Decree.port_id.is_(None), Decree.port_id == PortCall.port_id))
    .where(Decree.withdrawn_at.is_(None), Decree.valid_from <= PortCall.day)
    .where(or_(Decree.valid_to.is_(None), Decree.valid_to >= PortCall.day))
    .correlate(PortCall)
    .scalar_subquery()
)
"""The strictest level decreed for the port and day of a call, as a part of another question."""
LOADS = (
    select(
        LegLoad.leg_id,
        (LegLoad.ceiling - LegLoad.promised).label("free"),
        LEVEL.label("level"),
        DEPARTS_AT.label("departs_at"),
        PortCall.actual_departure.label("left_at"),
    )
    .join(Leg, Leg.id == LegLoad.leg_id)
    .join(PortCall, PortCall.id == Leg.from_call_id)
    .where(LegLoad.leg_id.in_(bindparam("legs", expanding=True)))
    .order_by(LegLoad.leg_id)
)
"""For the legs `legs`: the souls still free, the strictest level decreed where the ship sets out, and when it does."""
