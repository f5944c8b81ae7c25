"""Give tickets their sequence numbers."""

from sqlalchemy import bindparam, func, insert, select

from app.boarding.models import Departure
from app.boarding.sequence_numbers.models import SequenceNumber
from app.booking.models import Booking, BookingState, Passenger, Ticket
from app.db import action, db
from app.schedule.models import PortCall, Voyage

_VOYAGE = (
    select(PortCall.voyage_id)
    .join(Departure, Departure.call_id == PortCall.id)
    .where(Departure.id == bindparam("departure"))
    .scalar_subquery()
)
_WITHOUT = (
    select(Ticket.id, Booking.voyage_id)
    .join(Passenger, Passenger.id == Ticket.passenger_id)
    .join(Booking, Booking.id == Passenger.booking_id)
    .outerjoin(SequenceNumber, SequenceNumber.ticket_id == Ticket.id)
    .where(Booking.voyage_id == _VOYAGE, Booking.state == BookingState.CONFIRMED)
    .where(Ticket.void_at.is_(None), SequenceNumber.ticket_id.is_(None))
    .order_by(Ticket.id)
)


@action
def number_tickets(departure_id: int) -> int:
    """Give each good ticket of the departure's voyage a number that it keeps for ever; how many had none.

    Only what is paid is numbered: nobody else is let aboard, and unpaid orders may be deleted.
    """
    asked = {"departure": departure_id}
    without = db.session.execute(_WITHOUT, asked).all()
    if not without:
        return 0
    voyage_id = without[0].voyage_id
    # Two packs that are made at once would give one number twice.
    db.session.execute(select(Voyage.id).where(Voyage.id == voyage_id).with_for_update())
    without = db.session.execute(_WITHOUT, asked).all()
    last = db.session.scalar(select(func.max(SequenceNumber.number)).where(SequenceNumber.voyage_id == voyage_id))
    first = 0 if last is None else last + 1
    rows = [{"voyage_id": voyage_id, "number": first + place, "ticket_id": one.id} for place, one in enumerate(without)]
    if rows:
        db.session.execute(insert(SequenceNumber), rows)
    return len(rows)
