"""Let passengers leave a booking, and do what follows from it, inside the running transaction.

One way for all of them, whoever decides: the traveler who cancels, the office that calls a voyage off, the gate that
gives a no-show's place to standby. Places and souls go back, the ticket is void at once, the person may travel
elsewhere at that time, and what was paid is owed back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.booking.inventory.lock import Counters, journey_of
from app.booking.inventory.offer_end import end_unused, is_offer
from app.booking.models import Booking, BookingState, Passenger, PassengerState
from app.booking.money.models import Refund
from app.booking.queries import claims_channel_of
from app.db import db
from app.errors import Refusal
from app.seats.programmes import give_back_claims


def let_go(
    booking: Booking, leaving: Sequence[Passenger], state: PassengerState, counters: Counters, now: datetime
) -> Sequence[int]:
    """Let these passengers of a locked booking not travel; without any left, the booking is cancelled.

    `counters` are the locked ones of its voyage; whoever calls writes the room. A hold without names is given back
    as a whole, with nobody `leaving`; a group that a hold was offered to waits again when all of it is given back.
    Returns the ids of such entries of the waiting list. Raises Refusal `infant_needs_adult` when more infants than
    adults would stay, and then nothing has changed.
    """
    ended: Sequence[int] = ()
    legs, whose = journey_of(booking, counters.runs), (booking.fare_class_id, booking.channel_id)
    held = booking.state == BookingState.HELD
    infants = sum(passenger.infant for passenger in leaving)
    if len(leaving) == len(booking.passengers):
        places, souls = booking.places, booking.souls
        booking.state = BookingState.CANCELLED
        if held and is_offer(booking.request_id):
            ended = end_unused([booking.id], now, taken_away=state == PassengerState.DISPLACED)
    elif booking.vehicle_persons is not None:
        places, souls = 0, len(leaving)
        stay = booking.vehicle_persons - souls
        if sum(p.infant for p in booking.passengers) - infants > stay // 2:
            raise Refusal("infant_needs_adult")
        booking.vehicle_persons = stay
    else:
        places, souls = len(leaving) - infants, len(leaving)
        if booking.infants - infants > booking.places - places:
            raise Refusal("infant_needs_adult")
        booking.places -= places
        booking.infants -= infants
    give_back = counters.room.give_back if held else counters.room.give_back_sold
    give_back(legs, whose[0], places, souls, whose[1])
    for passenger in leaving:
        passenger.state, passenger.ended_at = state, now
        passenger.from_minute = passenger.until_minute = None
        if passenger.ticket is not None:
            passenger.ticket.void_at, passenger.ticket.void_reason = now, state
    if state == PassengerState.CANCELLED and not held:
        # Who does not come to the ship has had the one place that the programme gives.
        give_back_claims(claims_channel_of(booking), [passenger.document_number for passenger in leaving])
    db.session.flush()
    # Those who stay are asked for anew: the collection holds who travels.
    db.session.expire(booking, ["passengers", "former_passengers"])
    return ended


def owe(
    booking: Booking,
    leaving: Iterable[Passenger],
    cause: str,
    percent: int | None,
    fares: dict[int, int | None],
    now: datetime,
) -> list[Refund]:
    """Write down what is owed back to each of these passengers: `percent` of the fare in rupiah, by passenger id.

    Nothing for a booking that nobody has paid (a hold, a free programme). The amount stays empty where the fare or
    the operator's terms are not documented: then its counter decides, and the row says that somebody waits for it.
    """
    if booking.confirmed_at is None or booking.payment == "free":
        return []
    refunds = []
    for passenger in leaving:
        fare = fares.get(passenger.id)
        amount = None if fare is None or percent is None else fare * percent // 100
        refunds.append(
            Refund(
                passenger_id=passenger.id,
                booking_id=booking.id,
                cause=cause,
                percent=percent,
                amount_idr=amount,
                created_at=now,
            )
        )
    db.session.add_all(refunds)
    return refunds
