"""Taking and giving back places, inside the running transaction.

Never read-then-write without a lock: a count is read for update, or the condition is in the statement, so two
buyers of the last place cannot both have it. A journey over several legs takes all or none. Counters are locked in
one order by everybody, allotments before loads and each by leg, so that nobody waits in a circle.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Update, bindparam, func, or_, select, update

from app.db import db
from app.errors import Refusal
from app.schedule.models import Leg, PortCall
from app.seats.models import ONLINE, Allotment, Decree, FareClass, LegLoad, PlaceKind, ReleasePlan, percent_released

Key = tuple[int, int, int]
"""Whose places: leg id, fare class id, channel id."""


class SoldOut(Refusal):
    """No room for all of them: places of the class, or souls under the ship's ceiling."""

    def __init__(self, code: str = "sold_out") -> None:
        super().__init__(code, 409)


@dataclass
class Limit:
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
    limit: Limit | None = field(default=None, repr=False, compare=False)
    """What a decree leaves of it, where one is in force on the day of sailing."""

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
    def free(self) -> int:
        """To be had now, as far as the allotment goes and a decree allows; never below nothing."""
        return self.on_sale if self.limit is None else min(self.on_sale, self.limit.left)

    @property
    def restricted(self) -> int:
        """On sale and not taken, but above the share that a decree allows."""
        return self.on_sale - self.free


def stock(row: Any, now: datetime, sets_out: datetime | None) -> Stock:
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
    limits: dict[tuple[int, str], Limit] = {}
    for (leg_id, _, _), found in stocks.items():
        if leg_id in shares and found.kind != PlaceKind.VEHICLE:
            found.limit = limits.setdefault((leg_id, found.kind), Limit(shares[leg_id]))
            found.limit.stocks.append(found)


def kept_for_beds(stocks: Mapping[Key, Stock]) -> Counter[int]:
    """By leg, the souls that non-seat places and vehicles must leave room for: every bed that is not taken yet."""
    kept: Counter[int] = Counter()
    for (leg_id, _, _), beds in stocks.items():
        if beds.kind == PlaceKind.BED:
            kept[leg_id] += max(0, beds.unsold)
    return kept


class Room:
    """The counters of some legs, locked until the running transaction ends; taken from here, then written once."""

    def __init__(
        self, stocks: dict[Key, Stock], souls: dict[int, int], levels: Mapping[int, int] | None = None
    ) -> None:
        self.stocks, self.souls = stocks, souls
        """The allotments; and the souls that are still free under the ceiling, by leg."""
        self.levels = levels or {}
        """The PPKM level decreed for the day and port from which a leg sets out; only legs that have one."""
        self._kept = kept_for_beds(stocks)
        self._before = {key: (s.quota, s.held, s.sold, s.flowed) for key, s in stocks.items()}
        self._souls_before = dict(souls)

    def flow_back(self) -> None:
        """Give the online channel what is due to it."""
        flow_back(self.stocks)

    def kind(self, leg_ids: Sequence[int], fare_class_id: int) -> str | None:
        """What the class sells; None where it is not on sale on these legs."""
        return next(
            (s.kind for (leg, cls, _), s in self.stocks.items() if cls == fare_class_id and leg in leg_ids), None
        )

    def take(
        self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int, channel_id: int = ONLINE
    ) -> None:
        """Hold `places` of the class and promise `souls` on every leg. Raises SoldOut, and then nothing is taken."""
        if self.free(leg_ids, fare_class_id, channel_id) < places:
            stocks = [self.stocks.get((leg_id, fare_class_id, channel_id)) for leg_id in leg_ids]
            withheld = all(stock and stock.on_sale >= places for stock in stocks)
            raise SoldOut("restricted_by_rule" if withheld else "sold_out")
        if self.free_souls(leg_ids, fare_class_id, channel_id) < souls:
            raise SoldOut("ship_full")
        self._move(leg_ids, (fare_class_id, channel_id), places, 0, souls)

    def free(self, leg_ids: Sequence[int], fare_class_id: int, channel_id: int = ONLINE) -> int:
        """Places of the class that the channel can still sell over all these legs; 0 without an allotment."""
        stocks = [self.stocks.get((leg_id, fare_class_id, channel_id)) for leg_id in leg_ids]
        return min((s.free if s else 0 for s in stocks), default=0)

    def free_souls(self, leg_ids: Sequence[int], fare_class_id: int, channel_id: int = ONLINE) -> int:
        """Souls that a buyer of this class may still bring over all these legs."""
        return min((self._free_souls(leg_id, fare_class_id, channel_id) for leg_id in leg_ids), default=0)

    def _free_souls(self, leg_id: int, fare_class_id: int, channel_id: int) -> int:
        stock = self.stocks.get((leg_id, fare_class_id, channel_id))
        bed = stock is None or stock.kind == PlaceKind.BED
        return max(0, self.souls.get(leg_id, 0) - (0 if bed else self._kept[leg_id]))

    def give_back(
        self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int, channel_id: int = ONLINE
    ) -> None:
        """Return held places and the souls promised with them."""
        self._move(leg_ids, (fare_class_id, channel_id), -places, 0, -souls)

    def give_back_sold(
        self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int, channel_id: int = ONLINE
    ) -> None:
        """Return sold places and the souls promised with them."""
        self._move(leg_ids, (fare_class_id, channel_id), 0, -places, -souls)

    def sell(self, leg_ids: Sequence[int], fare_class_id: int, places: int, channel_id: int = ONLINE) -> None:
        """Turn held places into sold ones."""
        self._move(leg_ids, (fare_class_id, channel_id), -places, places, 0)

    def _move(self, leg_ids: Sequence[int], whose: tuple[int, int], held: int, sold: int, souls: int) -> None:
        for leg_id in leg_ids:
            stock = self.stocks[(leg_id, *whose)]
            stock.held += held
            stock.sold += sold
            self.souls[leg_id] -= souls
            if stock.kind == PlaceKind.BED:
                self._kept[leg_id] -= held + sold

    def write(self) -> None:
        """Let the counters say so. The tables' constraints say once more that nothing is oversold."""
        places = []
        for key, stock in sorted(self.stocks.items()):
            quota, held, sold, flowed = self._before[key]
            row = {
                "d_quota": stock.quota - quota,
                "d_held": stock.held - held,
                "d_sold": stock.sold - sold,
                "d_flowed": stock.flowed - flowed,
            }
            if any(row.values()):
                places.append({**row, "leg": key[0], "class": key[1], "channel": key[2]})
        souls = [
            {"leg": leg_id, "souls": self._souls_before[leg_id] - free}
            for leg_id, free in sorted(self.souls.items())
            if free != self._souls_before[leg_id]
        ]
        for statement, rows in ((_MOVE, places), (_PROMISE, souls)):
            if rows and db.session.connection().execute(statement, rows).rowcount != len(rows):
                raise RuntimeError("counters that were locked are not there")


_MOVE = (
    update(Allotment)
    .where(
        Allotment.leg_id == bindparam("leg"),
        Allotment.fare_class_id == bindparam("class"),
        Allotment.channel_id == bindparam("channel"),
    )
    .values(
        quota=Allotment.quota + bindparam("d_quota"),
        held=Allotment.held + bindparam("d_held"),
        sold=Allotment.sold + bindparam("d_sold"),
        flowed=Allotment.flowed + bindparam("d_flowed"),
    )
)
_PROMISE = (
    update(LegLoad).where(LegLoad.leg_id == bindparam("leg")).values(promised=LegLoad.promised + bindparam("souls"))
)
STOCKS = (
    select(
        Allotment.leg_id,
        Allotment.fare_class_id,
        Allotment.channel_id,
        FareClass.kind,
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
"""What `stock` is made of, for the legs `legs`."""
_LOCKED_STOCKS = STOCKS.with_for_update(of=Allotment)
_LEVEL = (
    select(func.max(Decree.level))
    .select_from(Leg)
    .join(PortCall, PortCall.id == Leg.from_call_id)
    .join(Decree, or_(Decree.port_id.is_(None), Decree.port_id == PortCall.port_id))
    .where(Leg.id == LegLoad.leg_id)
    .where(Decree.withdrawn_at.is_(None), Decree.valid_from <= PortCall.day)
    .where(or_(Decree.valid_to.is_(None), Decree.valid_to >= PortCall.day))
    .correlate(LegLoad)
    .scalar_subquery()
)
LOADS = (
    select(LegLoad.leg_id, (LegLoad.ceiling - LegLoad.promised).label("free"), _LEVEL.label("level"))
    .where(LegLoad.leg_id.in_(bindparam("legs", expanding=True)))
    .order_by(LegLoad.leg_id)
)
"""For the legs `legs`: the souls still free, and the strictest level decreed for where and when it sets out."""
_LOCKED_LOADS = LOADS.with_for_update(of=LegLoad)


def locked_room(legs: Mapping[int, datetime | None], now: datetime) -> Room:
    """The room on these legs, which nobody else can change before this transaction ends.

    `legs` maps the id of each to the planned departure of its voyage from its first call, by which release plans go.
    """
    return _room(_LOCKED_STOCKS, _LOCKED_LOADS, legs, now)


def seen_room(legs: Mapping[int, datetime | None], now: datetime) -> Room:
    """The same as anybody sees it: only to be looked at, and true for this moment alone."""
    room = _room(STOCKS, LOADS, legs, now)
    room.flow_back()
    return room


def _room(stocks_of: Any, loads_of: Any, legs: Mapping[int, datetime | None], now: datetime) -> Room:
    asked, connection = {"legs": sorted(legs)}, db.session.connection()
    stocks = {
        (row[0], row[1], row[2]): stock(row, now, legs[row.leg_id]) for row in connection.execute(stocks_of, asked)
    }
    loads = connection.execute(loads_of, asked).all()
    levels = {row.leg_id: row.level for row in loads if row.level is not None}
    return Room(stocks, {row.leg_id: row.free for row in loads}, levels)


def sell_held(leg_ids: Iterable[int], fare_class_id: int, channel_id: int, places: int) -> None:
    """Turn held places into sold ones."""
    for leg_id in leg_ids:
        statement = _allotment(leg_id, fare_class_id, channel_id)
        _must(statement.values(held=Allotment.held - places, sold=Allotment.sold + places))


def give_back_held(leg_ids: Sequence[int], fare_class_id: int, channel_id: int, places: int, souls: int) -> None:
    """Return held places and the souls promised with them."""
    for leg_id in leg_ids:
        _must(_allotment(leg_id, fare_class_id, channel_id).values(held=Allotment.held - places))
    for leg_id in leg_ids:
        _must(_load(leg_id).values(promised=LegLoad.promised - souls))


def come_aboard(leg_ids: Sequence[int]) -> bool:
    """Count one more soul aboard on every leg; False, with nothing counted, when a ceiling is reached."""
    for done, leg_id in enumerate(leg_ids):
        if not _changed(_load(leg_id).where(LegLoad.aboard < LegLoad.ceiling).values(aboard=LegLoad.aboard + 1)):
            # Undone by hand, for the refusal itself is to be kept and so the transaction goes on.
            for counted in leg_ids[:done]:
                _must(_load(counted).values(aboard=LegLoad.aboard - 1))
            return False
    return True


def _allotment(leg_id: int, fare_class_id: int, channel_id: int) -> Update:
    return update(Allotment).where(
        Allotment.leg_id == leg_id, Allotment.fare_class_id == fare_class_id, Allotment.channel_id == channel_id
    )


def _load(leg_id: int) -> Update:
    return update(LegLoad).where(LegLoad.leg_id == leg_id)


def _changed(statement: Update) -> int:
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]  # an UPDATE has a cursor
        statement, execution_options={"synchronize_session": False}
    )
    return result.rowcount


def _must(statement: Update) -> None:
    if _changed(statement) != 1:
        raise RuntimeError("a booking's places are not in the counters")
