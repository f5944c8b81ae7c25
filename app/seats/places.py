"""Taking and giving back places: guarded updates, legs in order, inside the running transaction.

Never read-then-write: the condition is in the statement, so two buyers of the last place cannot both have
it. A journey over several legs takes all or none (the caller's transaction is undone on SoldOut).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CursorResult, Update, update

from app.db import db
from app.errors import Refusal
from app.seats.models import Allotment, LegLoad


class SoldOut(Refusal):
    """No room for all of them: places of the class, or souls under the ship's ceiling."""

    def __init__(self, code: str = "sold_out") -> None:
        super().__init__(code, 409)


def hold(leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int) -> None:
    """Take `places` of the class and `souls` under the ceiling on every leg. Raises SoldOut."""
    for leg_id in leg_ids:
        allotment = _allotment(leg_id, fare_class_id)
        if not _changed(
            allotment.where(Allotment.held + Allotment.sold + places <= Allotment.quota).values(
                held=Allotment.held + places
            )
        ):
            raise SoldOut
        load = update(LegLoad).where(LegLoad.leg_id == leg_id)
        if not _changed(
            load.where(LegLoad.promised + souls <= LegLoad.ceiling).values(promised=LegLoad.promised + souls)
        ):
            raise SoldOut("ship_full")


def sell_held(leg_ids: Sequence[int], fare_class_id: int, places: int) -> None:
    """Turn held places into sold ones."""
    for leg_id in leg_ids:
        _must(_allotment(leg_id, fare_class_id).values(held=Allotment.held - places, sold=Allotment.sold + places))


def give_back_held(leg_ids: Sequence[int], fare_class_id: int, places: int, souls: int) -> None:
    """Return held places and the souls promised with them."""
    for leg_id in leg_ids:
        _must(_allotment(leg_id, fare_class_id).values(held=Allotment.held - places))
        _must(update(LegLoad).where(LegLoad.leg_id == leg_id).values(promised=LegLoad.promised - souls))


def come_aboard(leg_ids: Sequence[int]) -> bool:
    """Count one more soul aboard on every leg; False, with nothing counted, when a ceiling is reached."""
    for done, leg_id in enumerate(leg_ids):
        load = update(LegLoad).where(LegLoad.leg_id == leg_id)
        if not _changed(load.where(LegLoad.aboard < LegLoad.ceiling).values(aboard=LegLoad.aboard + 1)):
            # Undone by hand, for the refusal itself is to be kept and so the transaction goes on.
            for counted in leg_ids[:done]:
                _must(update(LegLoad).where(LegLoad.leg_id == counted).values(aboard=LegLoad.aboard - 1))
            return False
    return True


def _allotment(leg_id: int, fare_class_id: int) -> Update:
    return update(Allotment).where(Allotment.leg_id == leg_id, Allotment.fare_class_id == fare_class_id)


def _changed(statement: Update) -> int:
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]  # an UPDATE has a cursor
        statement, execution_options={"synchronize_session": False}
    )
    return result.rowcount


def _must(statement: Update) -> None:
    if _changed(statement) != 1:
        raise RuntimeError("a booking's places are not in the counters")
