"""Taking and giving back places, inside the running transaction.

Never read-then-write without a lock: a count is read for update, or the condition is in the statement, so two
buyers of the last place cannot both have it. A journey over several legs takes all or none. Counters are locked in
one order by everybody, allotments before loads and each by leg, so that nobody waits in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CursorResult, Integer, Update, bindparam, column, false, func, update
from sqlalchemy.sql.dml import ReturningUpdate

from app.db import UtcDateTime, db
from app.errors import Refusal
from app.schedule.models import PortCall, Voyage
from app.seats.models import ONLINE, Allotment, LegLoad, PlaceKind
from app.seats.stocks import LOADS, STOCKS, Key, Stock, flow_back, kept_for_beds, stock_of
from app.together import Write, write_together


class SoldOut(Refusal):
    """No room for all of them: places of the class, or souls under the ship's ceiling."""

    def __init__(self, code: str = "sold_out", **details: Any) -> None:
        super().__init__(code, **details)


class Room:
    """The counters of some legs, locked until the running transaction ends; taken from here, then written once."""

    def __init__(
        self,
        stocks: dict[Key, Stock],
        souls: dict[int, int],
        levels: Mapping[int, int] | None = None,
        codes: Mapping[int, str] | None = None,
    ) -> None:
        self.stocks, self.souls = stocks, souls
        """The allotments; and the souls that are still free under the ceiling, by leg."""
        self.levels = levels or {}
        """The PPKM level decreed for the day and port from which a leg sets out; only legs that have one."""
        self.codes = codes or {}
        """The codes of the fare classes that are on sale on any of the legs, by their ids."""
        self.unsold: Mapping[int, tuple[bool, bool]] = {}
        """Whether the voyage of a leg was cancelled, and whether its sale pauses, read behind the lock."""
        self.waited_for: set[int] = set()
        """The legs of voyages for which somebody may wait, read behind the lock."""
        self._kept = kept_for_beds(stocks)
        self._before = {key: (s.quota, s.held, s.sold, s.flowed) for key, s in stocks.items()}
        self._souls_before = dict(souls)

    def flow_back(self) -> None:
        """Give the online channel what is due to it."""
        flow_back(self.stocks)

    def kind(self, leg_ids: Sequence[int], fare_class_id: int) -> str | None:
        """Tell the kind of place that the class sells; None where it is not on sale on these legs."""
        return next(
            (s.kind for (leg, cls, _), s in self.stocks.items() if cls == fare_class_id and leg in leg_ids), None
        )

    def take(
        self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int, channel_id: int = ONLINE
    ) -> None:
        """Hold `places` of the class and promise `souls` on every leg. Raises SoldOut, and then nothing is taken."""
        self.must_have(leg_ids, fare_class_id, places, souls, channel_id)
        self._move(leg_ids, (fare_class_id, channel_id), places, 0, souls)

    def must_have(
        self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int, channel_id: int = ONLINE
    ) -> None:
        """Raises SoldOut where so many could not be taken now."""
        if self.free(leg_ids, fare_class_id, channel_id) < places:
            stocks = [self.stocks.get((leg_id, fare_class_id, channel_id)) for leg_id in leg_ids]
            if minutes := max((stock.aside_minutes for stock in stocks if stock), default=0):
                raise SoldOut("set_aside", minutes=minutes, retry_after_seconds=minutes * 60)
            withheld = all(stock and stock.on_sale >= places for stock in stocks)
            raise SoldOut("restricted_by_rule" if withheld else "sold_out")
        if self.free_souls(leg_ids, fare_class_id, channel_id) < souls:
            raise SoldOut("ship_full")

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

    def write(self, *others: Write) -> None:
        """Let the counters say so, sent together with `others`. The tables' constraints say once more that it fits."""
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
            {"load_leg": leg_id, "d_souls": self._souls_before[leg_id] - free}
            for leg_id, free in sorted(self.souls.items())
            if free != self._souls_before[leg_id]
        ]
        writes = [*([(_MOVE, places)] if places else []), *([(_PROMISE, souls)] if souls else []), *others]
        if writes and write_together(*writes) != len(places) and places:
            raise RuntimeError("counters that were locked are not there")


def _of_rows(statement: Any, by: Mapping[str, Any], deltas: Mapping[str, Any]) -> dict[str, Any]:
    """An UPDATE by these keys that adds to these columns, by the names of what is given; for each engine."""
    given = func.unnest(*(bindparam(name, type_=ARRAY(Integer)) for name in (*by, *deltas)))
    rows = given.table_valued(*(column(name, Integer) for name in (*by, *deltas)), name="given").render_derived()

    def adding(value: Any) -> Any:
        found = statement.where(*(key == value(name) for name, key in by.items()))
        return found.values({what: what + value(name) for name, what in deltas.items()})

    return {"postgresql": adding(lambda name: rows.c[name]), "sqlite": adding(lambda name: bindparam(name))}


_MOVE = _of_rows(
    update(Allotment),
    {"leg": Allotment.leg_id, "class": Allotment.fare_class_id, "channel": Allotment.channel_id},
    {
        "d_quota": Allotment.quota,
        "d_held": Allotment.held,
        "d_sold": Allotment.sold,
        "d_flowed": Allotment.flowed,
    },
)
_PROMISE = _of_rows(update(LegLoad), {"load_leg": LegLoad.leg_id}, {"d_souls": LegLoad.promised})


def locked(statement: Any, counters: type[Any]) -> Any:
    """The statement, which locks the rows of these counters that it reads."""
    return statement.with_for_update(of=counters)


_LOCKED_STOCKS = locked(STOCKS, Allotment)
LOADS_ON_SALE = LOADS.join(Voyage, Voyage.id == PortCall.voyage_id).add_columns(
    Voyage.cancelled_at.is_not(None).label("cancelled"),
    func.coalesce(Voyage.sale_paused_until > bindparam("now", type_=UtcDateTime), false()).label("paused"),
)
"""LOADS, with whether the voyage is `cancelled` or `paused`."""
_LOCKED_LOADS = locked(LOADS_ON_SALE, LegLoad)


def locked_room(legs: Mapping[int, datetime | None], now: datetime, loads_of: Any = None) -> Room:
    """The room on these legs, which nobody else can change before this transaction ends.

    `legs` maps the id of each to the planned departure of its voyage from its first call, by which release plans go.
    `loads_of`: locked rows of LOADS_ON_SALE of which more is asked (`waited_for`, whether somebody waits for places).
    """
    room, loads = _room(_LOCKED_STOCKS, _LOCKED_LOADS if loads_of is None else loads_of, legs, now)
    # Read behind the lock: who waited for it must not sell on a voyage that was called off meanwhile.
    room.unsold = {row.leg_id: (row.cancelled, row.paused) for row in loads}
    room.waited_for = {row.leg_id for row in loads if getattr(row, "waited_for", True)}
    return room


def seen_room(legs: Mapping[int, datetime | None], now: datetime) -> Room:
    """The same as anybody sees it: only to be looked at, and true for this moment alone."""
    room, _ = _room(STOCKS, LOADS, legs, now)
    room.flow_back()
    return room


def _room(
    stocks_of: Any, loads_of: Any, legs: Mapping[int, datetime | None], now: datetime
) -> tuple[Room, Sequence[Any]]:
    asked, connection = {"legs": sorted(legs), "now": now}, db.session.connection()
    rows = connection.execute(stocks_of, asked).all()
    stocks = {(row[0], row[1], row[2]): stock_of(row, now, legs[row.leg_id]) for row in rows}
    loads = connection.execute(loads_of, asked).all()
    levels = {row.leg_id: row.level for row in loads if row.level is not None}
    souls = {row.leg_id: row.free for row in loads}
    return Room(stocks, souls, levels, {row[1]: row.code for row in rows}), loads


def sell_held(leg_ids: Iterable[int], fare_class_id: int, channel_id: int, places: int) -> None:
    """Turn held places into sold ones."""
    moved = {"d_quota": 0, "d_held": -places, "d_sold": places, "d_flowed": 0}
    rows = [{"leg": leg_id, "class": fare_class_id, "channel": channel_id, **moved} for leg_id in leg_ids]
    # One by one, for they are not locked yet: in the order of everybody.
    if db.session.connection().execute(_MOVE["sqlite"], rows).rowcount != len(rows):
        raise RuntimeError("a booking's places are not in the counters")


def give_back_held(leg_ids: Sequence[int], fare_class_id: int, channel_id: int, places: int, souls: int) -> None:
    """Return held places and the souls promised with them."""
    for leg_id in leg_ids:
        _must(_allotment(leg_id, fare_class_id, channel_id).values(held=Allotment.held - places))
    for leg_id in leg_ids:
        _must(_load(leg_id).values(promised=LegLoad.promised - souls))


_COME_ABOARD = (
    update(LegLoad)
    .where(LegLoad.leg_id == bindparam("leg"))
    .where(LegLoad.aboard < LegLoad.ceiling)
    .values(aboard=LegLoad.aboard + 1)
    .returning(LegLoad.aboard, LegLoad.ceiling)
)
_GO_ASHORE = update(LegLoad).where(LegLoad.leg_id == bindparam("leg")).values(aboard=LegLoad.aboard - 1)


def come_aboard(leg_ids: Sequence[int]) -> tuple[int, int] | None:
    """Count one more soul aboard on every leg; None, with nothing counted, when a ceiling is reached.

    Else how many are aboard on the first leg now, and how many may be. Each leg is a statement, so that all lock them
    in one order.
    """
    return _come_aboard(leg_ids, _COME_ABOARD, _GO_ASHORE)


def _come_aboard(leg_ids: Sequence[int], come: ReturningUpdate[int, int], go: Update) -> tuple[int, int] | None:
    connection = db.session.connection()
    counts: list[tuple[int, int]] = []
    for leg_id in leg_ids:
        counted = connection.execute(come, {"leg": leg_id}).one_or_none()
        if counted is None:
            # Undone by hand, for the refusal itself is to be kept and so the transaction goes on.
            for done, _ in zip(leg_ids, counts, strict=False):
                connection.execute(go, {"leg": done})
            return None
        counts.append((counted.aboard, counted.ceiling))
    return counts[0]


def go_ashore(leg_ids: Sequence[int]) -> tuple[int, int] | None:
    """Count one soul less aboard on every leg; how many are aboard on the first now, and may be, None without a leg."""
    connection = db.session.connection()
    counts = [connection.execute(_GO_ASHORE_TOLD, {"leg": leg_id}).one() for leg_id in leg_ids]
    return (counts[0].aboard, counts[0].ceiling) if counts else None


_GO_ASHORE_TOLD = _GO_ASHORE.returning(LegLoad.aboard, LegLoad.ceiling)
_WITHOUT_TICKET = _COME_ABOARD.where(LegLoad.promised < LegLoad.ceiling).values(promised=LegLoad.promised + 1)
_GO_ASHORE_WITHOUT_TICKET = _GO_ASHORE.values(promised=LegLoad.promised - 1)


def let_aboard_without_ticket(leg_ids: Sequence[int]) -> tuple[int, int] | None:
    """Count one more soul aboard on every leg who was promised no place before, as `come_aboard`.

    None where the ceiling leaves no room besides those who were promised a place: nobody with a ticket stays behind.
    """
    return _come_aboard(leg_ids, _WITHOUT_TICKET, _GO_ASHORE_WITHOUT_TICKET)


def go_ashore_without_ticket(leg_ids: Sequence[int]) -> None:
    """Count one soul less on every leg, who had no ticket."""
    for leg_id in leg_ids:
        db.session.connection().execute(_GO_ASHORE_WITHOUT_TICKET, {"leg": leg_id})


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
