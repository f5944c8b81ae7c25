"""Move passengers to another voyage: the new places are theirs in the moment in which they leave the old ones.

The new booking is confirmed at once or not made at all. Where something must still be paid, the officer at the counter
moves the people when the money is there, so that nobody pays for a place that is gone or waits between two ships.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import count

from sqlalchemy import select

from app import clock
from app.booking.actions.cancellation import chosen, finish, must_be_open, pay_less, sum_of
from app.booking.actions.hold import Wish, granted
from app.booking.actions.journey_overlap import minutes_of, take_time
from app.booking.actions.transfer import confirm_elsewhere, give_tickets
from app.booking.eligibility.companions import must_have_company, must_leave_company
from app.booking.inventory.lock import Counters, lock, locked_booking
from app.booking.inventory.release import let_go
from app.booking.models import (
    INFANT_MONTHS,
    Booking,
    Passenger,
    PassengerState,
    PaymentMethod,
)
from app.booking.money.models import Refund
from app.booking.money.pricing import amount_of, paid_by_passenger, price_of
from app.booking.money.receipts import write_difference
from app.booking.waitlist.offers import offer_freed
from app.booking.wanted_journey import WantedJourney
from app.db import action, db
from app.errors import NotFound, Refusal
from app.idempotency import must_be_the_question, question_digest
from app.keys import Keyring
from app.rules.facts import age_months
from app.schedule.models import PortCall
from app.schedule.queries import get_voyage
from app.seats.models import ONLINE, Channel, ChannelKind
from app.seats.places import SoldOut
from app.seats.programmes import get_open_programme


@action
def move_passengers(
    code: str,
    positions: Sequence[int],
    to: WantedJourney,
    keyring: Keyring,
    request_id: str,
    officer_id: int | None = None,
) -> Booking:
    """Let these passengers travel on another journey: a new, confirmed booking with new tickets, in one transaction.

    A cheaper journey leaves a refund of the difference. A dearer one, or one whose fare is not known, is only moved by
    an officer who takes the difference at that moment (`officer_id`); until then everybody keeps the old place. The
    same `request_id` a second time answers the same new booking. Raises NotFound; what `cancel_passengers` and
    `hold.hold_all` raise; Refusal `request_id_reused` (for another move), `not_confirmed`, `same_journey`,
    `other_operator`, `pay_at_counter`, `vehicle_moves_whole`, `programme_not_open`, `at_the_counter`; `child_alone`
    without an officer; `infant_too_old` on the new day or `already_travels`, with the `index` among those who move.
    """
    now = clock.now()
    booking = locked_booking(code)
    question = question_digest(
        "move", booking=booking.id, positions=sorted(set(positions)), to=asdict(to), officer=officer_id
    )
    again = db.session.scalar(select(Booking).where(Booking.request_id == request_id))
    if again is not None:
        must_be_the_question(again.question, question)
        return again
    moving = chosen(booking, positions)
    must_be_open(booking, moving, now)
    if booking.payment == PaymentMethod.FREE:
        # The sponsor pays for its own places, and only while an official lets it.
        get_open_programme(booking.channel_id, now)
    start, end = _ends(to)
    _must_be_movable(booking, moving, start, end, to)
    if officer_id is None:
        must_leave_company(booking, moving, booking.from_call.day_or(now))
        must_have_company(booking, [person for person in moving if not person.infant], start.day_or(now))
    seen = bool(officer_id or booking.confirmed_by)
    take_time([p.document_number for p in moving], minutes_of(start, end), booking, seen=seen)
    fares = paid_by_passenger([booking])
    counters = lock({booking.voyage_id, to.voyage_id}, now)
    # What was free before belongs to those who wait; the places of those who move are theirs until they have new ones.
    offer_freed(counters, now)
    let_go(booking, moving, PassengerState.MOVED, counters, now)
    new = _taken(booking, moving, to, (start, end), counters, request_id, now)
    new.question = question
    _settle_difference(booking, new, moving[0], sum_of(fares[p.id] for p in moving), officer_id, now)
    pay_less(booking, [fares[p.id] for p in moving])
    give_tickets(new, moving, count(), keyring, now)
    finish(counters, now)
    return new


def _ends(to: WantedJourney) -> tuple[PortCall, PortCall]:
    """The calls where the new journey begins and ends."""
    calls = get_voyage(to.voyage_id).calls
    start = next((c for c in calls if to.from_call_id in {None, c.id}), None)
    end = next((c for c in reversed(calls) if to.to_call_id in {None, c.id}), None)
    if start is None or end is None or start.position >= end.position:
        raise Refusal("not_on_sale", field="voyage_id")
    return start, end


def _must_be_movable(
    booking: Booking, moving: Sequence[Passenger], start: PortCall, end: PortCall, to: WantedJourney
) -> None:
    if (booking.from_call_id, booking.to_call_id, booking.fare_class_id) == (start.id, end.id, to.fare_class_id):
        raise Refusal("same_journey", field="voyage_id")
    if start.voyage.operator_id != booking.voyage.operator_id:
        # What was paid to one company is not the other's: cancel, and buy there.
        raise Refusal("other_operator", field="voyage_id")
    infants = sum(person.infant for person in moving)
    if booking.vehicle_persons is not None:
        if len(moving) != booking.souls:
            raise Refusal("vehicle_moves_whole")
    elif infants > len(moving) - infants:
        raise Refusal("infant_needs_adult")
    for index, person in enumerate(moving):
        if person.infant and start.day and age_months(person.birth_date, start.day) >= INFANT_MONTHS:
            raise Refusal("infant_too_old", field="birth_date", index=index, months=INFANT_MONTHS)


def _taken(
    booking: Booking,
    moving: Sequence[Passenger],
    to: WantedJourney,
    ends: tuple[PortCall, PortCall],
    counters: Counters,
    request_id: str,
    now: datetime,
) -> Booking:
    """The new booking with its places sold: from the channel of the old one, else from the one for everybody."""
    infants = sum(person.infant for person in moving)
    run, room = counters.runs.get(to.voyage_id), counters.room
    row = None
    for channel_id in _channels(booking):
        wish = Wish(
            request_id,
            to.voyage_id,
            to.fare_class_id,
            len(moving) - infants,
            infants,
            ends[0].id,
            ends[1].id,
            channel_id=channel_id,
            vehicle_plate=booking.vehicle_plate or "",
        )
        try:
            row = granted(wish, run, room, now)
            break
        except SoldOut:
            if channel_id == _channels(booking)[-1]:
                raise
    if row is None or run is None:
        raise NotFound("voyage_not_found")
    room.sell(run.journey(ends[0].id, ends[1].id), to.fare_class_id, row["places"], row["channel_id"])
    return confirm_elsewhere(booking, now, **row)


def _channels(booking: Booking) -> list[int]:
    """Where to look for places: a sponsor's free programme pays for its own places alone."""
    kind = db.session.scalar(select(Channel.kind).where(Channel.id == booking.channel_id))
    only = booking.channel_id == ONLINE or kind == ChannelKind.FREE
    return [booking.channel_id] if only else [booking.channel_id, ONLINE]


def _settle_difference(
    booking: Booking, new: Booking, first: Passenger, paid: int | None, officer_id: int | None, now: datetime
) -> None:
    """Give `new` its amount, and owe, take or refuse what it differs from what was `paid` for those who move."""
    free = booking.payment == PaymentMethod.FREE
    amount = 0 if free else amount_of(new.places, new.infants, price_of(new))
    if not free and officer_id is None and (amount is None or paid is None or amount > paid):
        raise Refusal("pay_at_counter")
    if amount is not None and paid is not None and amount < paid:
        _owe_difference(booking, first, paid - amount, now)
    new.amount_idr, new.confirmed_by = amount, officer_id or booking.confirmed_by
    due = None if amount is None or paid is None else amount - paid
    if officer_id is not None and not free and (due is None or due > 0):
        db.session.flush()
        write_difference(new, officer_id, due, now)


def _owe_difference(booking: Booking, person: Passenger, amount: int, now: datetime) -> None:
    """Write down that the new journey of the group is cheaper, at the first of them."""
    db.session.add(
        Refund(
            passenger_id=person.id,
            booking_id=booking.id,
            cause=PassengerState.MOVED,
            amount_idr=amount,
            created_at=now,
        )
    )
