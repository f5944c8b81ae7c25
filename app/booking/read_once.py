"""Keep with a booking what was read about it, as long as that is true."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import InstanceState

from app.booking.models import Booking
from app.db import Base, written

T = TypeVar("T")

_KEPT = "read once"


def read_once(booking: Booking, name: str, read: Callable[[], T], *models: type[Base]) -> T:
    """The answer of `read`, asked for once in a request, and anew where the tables of these models were written since.

    It is kept with the booking itself, and with that it is forgotten: when an action begins, which looks anew behind
    its locks, and when one is undone.
    """
    count, kept = written(*models), inspect(booking).info.setdefault(_KEPT, {})
    if kept.get(name, (-1,))[0] != count:
        kept[name] = (count, read())
    found: T = kept[name][1]
    return found


def keep(booking: Booking, name: str, answer: Any, *models: type[Base]) -> None:
    """Let `read_once` give this answer, which was read just now with something else."""
    inspect(booking).info.setdefault(_KEPT, {})[name] = (written(*models), answer)


@event.listens_for(Booking, "expire", raw=True)
def _forget(state: InstanceState[Booking], names: Collection[str] | None) -> None:
    if names is None:
        state.info.pop(_KEPT, None)
