"""Give orders their boarding groups, and call the groups aboard."""

from sqlalchemy import bindparam, func, select

from app import clock
from app.accounts.queries import require_port
from app.boarding.groups.models import GROUP_SOULS, BoardingGroup
from app.boarding.models import Departure
from app.booking.models import BOOKED_SOULS, Booking, BookingState
from app.db import action, db, get_or_refuse
from app.errors import NotFound, Refusal

_WITHOUT = (
    select(Booking.id, BOOKED_SOULS)
    .join(Departure, Departure.call_id == Booking.from_call_id)
    .outerjoin(BoardingGroup, BoardingGroup.booking_id == Booking.id)
    .where(Departure.id == bindparam("departure"), Booking.state == BookingState.CONFIRMED)
    .where(BoardingGroup.booking_id.is_(None))
    .order_by(Booking.id)
)


@action
def assign_groups(departure_id: int) -> None:
    """Give every paid order of a departure its group, in the order of booking; a group that was given stays.

    Raises NotFound `departure_not_found`.
    """
    if db.session.execute(_WITHOUT, {"departure": departure_id}).first() is None:
        return
    _assign(get_or_refuse(Departure, departure_id, "departure_not_found", lock=True))


@action
def call_group(departure_id: int, number: int, officer_id: int) -> Departure:
    """Call the group of that number, and with it all before; another one may be called at any time, also an earlier.

    Raises NotFound `departure_not_found`, `group_not_found`; Refusal `not_your_port`, `voyage_cancelled`, `departed`.
    """
    departure = get_or_refuse(Departure, departure_id, "departure_not_found", lock=True)
    require_port(officer_id, departure.call.port_id)
    if departure.call.voyage.cancelled_at is not None:
        raise Refusal("voyage_cancelled")
    if left := departure.call.actual_departure:
        raise Refusal("departed", at=left.isoformat())
    if not 1 <= number <= _assign(departure):
        raise NotFound("group_not_found")
    if departure.called_group != number:
        departure.called_group, departure.called_at, departure.called_by = number, clock.now(), officer_id
    return departure


def _assign(departure: Departure) -> int:
    """Fill up the last group and open new ones for the orders without; the number of the last one."""
    last = (
        select(BoardingGroup.number, func.sum(BoardingGroup.souls))
        .where(BoardingGroup.departure_id == departure.id)
        .group_by(BoardingGroup.number)
        .order_by(BoardingGroup.number.desc())
        .limit(1)
    )
    number, filled = db.session.execute(last).one_or_none() or (0, GROUP_SOULS)
    for booking_id, souls in db.session.execute(_WITHOUT, {"departure": departure.id}).all():
        if filled + souls > GROUP_SOULS:
            number, filled = number + 1, 0
        filled += souls
        db.session.add(BoardingGroup(booking_id=booking_id, departure_id=departure.id, number=number, souls=souls))
    return int(number)
