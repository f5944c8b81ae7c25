"""Taking and giving back places, inside the running transaction.

Never read-then-write without a lock: a count is read for update, or the condition is in the statement, so two
buyers of the last place cannot both have it. A journey over several legs takes all or none. Counters are locked in
one order by everybody, allotments before loads and each by leg, so that nobody waits in a circle.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import CursorResult, Update, bindparam, select, update

from app.db import db
from app.errors import Refusal
from app.seats.models import Allotment, LegLoad


class SoldOut(Refusal):
    """No room for all of them: places of the class, or souls under the ship's ceiling."""

    def __init__(self, code: str = "sold_out") -> None:
        super().__init__(code, 409)


class Room:
    """The counters of some legs, locked until the running transaction ends; taken from here, then written once."""

    def __init__(self, places: dict[tuple[int, int], int], souls: dict[int, int]) -> None:
        self._places, self._souls = places, souls
        """What is free: places by (leg, class); souls under the ceiling by leg."""
        self._taken_places: Counter[tuple[int, int]] = Counter()
        self._taken_souls: Counter[int] = Counter()

    def take(self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int) -> None:
        """Take `places` of the class and `souls` on every leg. Raises SoldOut, and then nothing is taken."""
        if any(self._places.get((leg_id, fare_class_id), 0) < places for leg_id in leg_ids):
            raise SoldOut
        if any(self._souls.get(leg_id, 0) < souls for leg_id in leg_ids):
            raise SoldOut("ship_full")
        self._move(leg_ids, fare_class_id, places, souls)

    def give_back(self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int) -> None:
        """The reverse of `take`."""
        self._move(leg_ids, fare_class_id, -places, -souls)

    def _move(self, leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int) -> None:
        for leg_id in leg_ids:
            key = (leg_id, fare_class_id)
            self._places[key] -= places
            self._taken_places[key] += places
            self._souls[leg_id] -= souls
            self._taken_souls[leg_id] += souls

    def write(self) -> None:
        """Let the counters say so. The tables' constraints say once more that nothing is oversold."""
        places = [
            {"leg": leg_id, "class": fare_class_id, "places": places}
            for (leg_id, fare_class_id), places in sorted(self._taken_places.items())
            if places
        ]
        souls = [{"leg": leg_id, "souls": souls} for leg_id, souls in sorted(self._taken_souls.items()) if souls]
        for statement, rows in ((_TAKE, places), (_TAKE_SOULS, souls)):
            if rows and db.session.connection().execute(statement, rows).rowcount != len(rows):
                raise RuntimeError("counters that were locked are not there")


_TAKE = (
    update(Allotment)
    .where(Allotment.leg_id == bindparam("leg"), Allotment.fare_class_id == bindparam("class"))
    .values(held=Allotment.held + bindparam("places"))
)
_TAKE_SOULS = (
    update(LegLoad).where(LegLoad.leg_id == bindparam("leg")).values(promised=LegLoad.promised + bindparam("souls"))
)
_FREE = (
    select(Allotment.leg_id, Allotment.fare_class_id, Allotment.quota - Allotment.held - Allotment.sold)
    .where(Allotment.leg_id.in_(bindparam("legs", expanding=True)))
    .order_by(Allotment.leg_id, Allotment.fare_class_id)
    .with_for_update()
)
_FREE_SOULS = (
    select(LegLoad.leg_id, (LegLoad.ceiling - LegLoad.promised).label("free"))
    .where(LegLoad.leg_id.in_(bindparam("legs", expanding=True)))
    .order_by(LegLoad.leg_id)
    .with_for_update()
)


def locked_room(leg_ids: Iterable[int]) -> Room:
    """The room on these legs, which nobody else can change before this transaction ends."""
    legs, connection = {"legs": sorted(leg_ids)}, db.session.connection()
    places = {(leg_id, fare_class_id): free for leg_id, fare_class_id, free in connection.execute(_FREE, legs)}
    souls = {row.leg_id: row.free for row in connection.execute(_FREE_SOULS, legs)}
    return Room(places, souls)


def sell_held(leg_ids: Sequence[int], fare_class_id: int, places: int) -> None:
    """Turn held places into sold ones."""
    for leg_id in leg_ids:
        _must(_allotment(leg_id, fare_class_id).values(held=Allotment.held - places, sold=Allotment.sold + places))


def give_back_held(leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int) -> None:
    """Return held places and the souls promised with them."""
    for leg_id in leg_ids:
        _must(_allotment(leg_id, fare_class_id).values(held=Allotment.held - places))
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


def _allotment(leg_id: int, fare_class_id: int) -> Update:
    return update(Allotment).where(Allotment.leg_id == leg_id, Allotment.fare_class_id == fare_class_id)


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
