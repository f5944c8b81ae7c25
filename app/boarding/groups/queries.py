"""Questions about boarding groups."""

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select

from app.boarding.groups.models import BoardingGroup
from app.boarding.models import Departure
from app.db import db

_BY_BOOKING = (
    select(BoardingGroup.booking_id, BoardingGroup.number, Departure.called_group)
    .join(Departure, Departure.id == BoardingGroup.departure_id)
    .where(BoardingGroup.departure_id == bindparam("departure"))
)
_LAST = select(func.max(BoardingGroup.number)).where(BoardingGroup.departure_id == bindparam("departure"))


def groups_by_booking(departure_id: int) -> tuple[Mapping[int, int], int | None]:
    """The group of each order of the departure that has one; and the one that is called now, or None."""
    rows = db.session.connection().execute(_BY_BOOKING, {"departure": departure_id}).all()
    return {booking: number for booking, number, _ in rows}, next((called for _, _, called in rows), None)


def last_group(departure_id: int) -> int:
    """The number of the departure's last group; 0 where there is none."""
    return db.session.scalar(_LAST, {"departure": departure_id}) or 0


def find_group(booking_id: int) -> int | None:
    """The number of the order's group, or None."""
    return db.session.scalar(select(BoardingGroup.number).where(BoardingGroup.booking_id == booking_id))


def find_called(call_id: int) -> Departure | None:
    """The departure from that call where a group is called aboard now, or None."""
    departure = db.session.scalar(select(Departure).where(Departure.call_id == call_id))
    is_called = departure is not None and departure.called_group is not None
    return departure if is_called and departure is not None and departure.call.actual_departure is None else None
