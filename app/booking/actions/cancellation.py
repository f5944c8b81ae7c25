"""Cancel for passengers of a booking, person by person, until shortly before its ship leaves.

Every change locks the booking and its passengers first, so it wins or loses cleanly against a scan at the gate, and
happens whole or not at all: nobody is without a place, and no money without a ticket or a refund.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app import clock, config, outbox
from app.booking.eligibility.companions import must_leave_company
from app.booking.inventory.lock import Counters, lock, locked_booking
from app.booking.inventory.release import let_go, owe
from app.booking.models import OPEN, Booking, BookingState, Passenger, PassengerState, Ticket
from app.booking.money.models import Refund
from app.booking.money.pricing import amount_of, paid_by_passenger, price_of
from app.booking.money.receipts import write_paid_back
from app.booking.money.refunds import terms_for
from app.booking.person_names import only_typing
from app.booking.tickets import code as ticket_code
from app.booking.tickets.signing import sign
from app.booking.waitlist.offers import offer_freed
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import PlacesChanged
from app.keys import Keyring
from app.rules.actions.exemptions import keep_exemptions

CORRECTED = "corrected"
"""Why a ticket is void whose passenger has a new code with the name put right."""


def closes_at(booking: Booking) -> datetime | None:
    """Until when the booking can be changed; None where its departure is not known at all."""
    departs = booking.from_call.departs_at
    return departs and departs - timedelta(minutes=config.current().changes_close_minutes)


@action
def cancel_passengers(code: str, positions: Sequence[int], officer_id: int | None = None) -> Booking:
    """Let the passengers at these positions not travel: places go back, tickets are void, the refund is written down.

    Of a hold too, once it is named: then the others have less to pay. Those who were cancelled before stay so, and
    nothing more happens. Raises NotFound; Refusal `changes_closed`, `already_aboard`, `no_longer_travels` (moved,
    displaced, or the hold has ended), `infant_needs_adult`; `child_alone` without an officer.
    """
    now = clock.now()
    booking = locked_booking(code)
    leaving = chosen(booking, positions, done=PassengerState.CANCELLED)
    if not leaving:
        return booking
    held = booking.state_at(now) == BookingState.HELD
    if not held:
        must_be_open(booking, leaving, now)
    if officer_id is None:
        must_leave_company(booking, leaving, booking.from_call.day_or(now))
    fares = paid_by_passenger([booking])
    percent = terms_for(booking).percent_at(now, booking.from_call.departs_at)
    counters = lock({booking.voyage_id}, now)
    ended = let_go(booking, leaving, PassengerState.CANCELLED, counters, now)
    if held:
        booking.amount_idr = amount_of(booking.places, booking.infants, price_of(booking))
        finish(counters, now, ended)
        return booking
    owe(booking, [p for p in leaving if fares[p.id] != 0], PassengerState.CANCELLED, percent, fares, now)
    pay_less(booking, [fares[p.id] for p in leaving])
    finish(counters, now)
    return booking


@action
def correct_name(code: str, position: int, name: str, keyring: Keyring, officer_id: int | None = None) -> Booking:
    """Put the typing of a name right: the old code is void at once, a new one is signed; the document stays.

    The same name again changes nothing. Raises NotFound; Refusal `not_confirmed`, `changes_closed`, `already_aboard`,
    `no_longer_travels`; `other_name` when it is more than a slip of typing, `corrected_before` for a second time
    without an officer: many small steps would make another name of it.
    """
    now = clock.now()
    booking = locked_booking(code)
    [passenger] = chosen(booking, [position])
    if passenger.name == name:
        return booking
    must_be_open(booking, [passenger], now)
    if not only_typing(passenger.name, name):
        raise Refusal("other_name", field="name")
    before = select(func.count(Ticket.id)).where(Ticket.passenger_id == passenger.id, Ticket.void_reason == CORRECTED)
    if officer_id is None and db.session.scalar(before):
        raise Refusal("corrected_before", field="name")
    passenger.name = name
    renew_ticket(booking, passenger, now, keyring)
    return booking


def renew_ticket(booking: Booking, passenger: Passenger, now: datetime, keyring: Keyring) -> None:
    """A new code for the same person, whose old one is void at once."""
    old = passenger.ticket
    if old is not None:
        old.void_at, old.void_reason = now, CORRECTED
    db.session.flush()
    db.session.expire(passenger, ["ticket"])
    ticket = Ticket(serial=ticket_code.new_serial(), passenger_id=passenger.id, issued_at=now)
    ticket.signed = sign(booking, passenger, ticket, now, keyring)
    db.session.add(ticket)
    if old is not None:
        db.session.flush()
        # The person and the letter are the same.
        keep_exemptions(old.id, ticket.id)


@action
def pay_refund(refund_id: int, officer_id: int, amount_idr: int | None = None) -> Refund:
    """The officer has paid what was owed. The same officer with the same amount a second time changes nothing.

    `amount_idr` is needed where no source gives it, and may be above what is written down, never below, nor
    above what was paid where that is known. Raises
    NotFound `refund_not_found`; Refusal `refund_amount`, `refund_paid` when another officer, or another amount, was
    written down before.
    """
    refund = db.session.get(Refund, refund_id, with_for_update=True)
    # Those who lost their places are settled all together (app/disruption/actions/rebooking.py).
    if refund is None or refund.passenger.state == PassengerState.DISPLACED:
        raise NotFound("refund_not_found")
    if refund.paid_at is not None:
        if refund.paid_by != officer_id or amount_idr not in {None, refund.amount_idr}:
            raise Refusal("refund_paid")
    else:
        amount = refund.amount_idr if amount_idr is None else amount_idr
        # What was paid is not written with the refund, but the share that goes back is.
        most = (refund.amount_idr + 1) * 100 // refund.percent if refund.amount_idr and refund.percent else None
        if amount is None or amount < (refund.amount_idr or 0) or (most is not None and amount > most):
            raise Refusal("refund_amount", field="amount_idr")
        refund.amount_idr, refund.paid_at, refund.paid_by = amount, clock.now(), officer_id
        write_paid_back(refund, officer_id, refund.paid_at)
    return refund


def chosen(booking: Booking, positions: Sequence[int], done: PassengerState | None = None) -> list[Passenger]:
    """The passengers at these positions who travel; those already `done` are left out."""
    people = {person.position: person for person in (*booking.passengers, *booking.former_passengers)}
    wanted = [people.get(position) for position in sorted(set(positions))]
    if not wanted or None in wanted:
        raise NotFound("passenger_not_found")
    chosen = [person for person in wanted if person is not None and person.state != done]
    if any(person.state != PassengerState.TRAVELS for person in chosen):
        raise Refusal("no_longer_travels")
    return chosen


def must_be_open(booking: Booking, people: Sequence[Passenger], now: datetime) -> None:
    """Raises Refusal when something about these passengers cannot be changed (any more)."""
    state = booking.state_at(now)
    if state in OPEN:
        raise Refusal("not_confirmed")
    if state != BookingState.CONFIRMED:
        raise Refusal("no_longer_travels")
    if any(person.boarded_at for person in people):
        raise Refusal("already_aboard")
    closes = closes_at(booking)
    if booking.from_call.actual_departure or (closes is not None and closes <= now):
        raise Refusal("changes_closed")


def pay_less(booking: Booking, fares: Sequence[int | None]) -> None:
    """The booking's amount is what those who travel have paid."""
    gone = sum_of(fares)
    if booking.amount_idr is not None:
        booking.amount_idr = None if gone is None else booking.amount_idr - gone


def sum_of(fares: Iterable[int | None]) -> int | None:
    """Of all; None as soon as one is not known."""
    known = list(fares)
    return None if None in known else sum(fare or 0 for fare in known)


def finish(counters: Counters, now: datetime, passed_over: Sequence[int] = ()) -> None:
    """Offer freed places to those who wait, before the public and save those `passed_over`, and write the counters."""
    offer_freed(counters, now, passed_over)
    counters.room.write()
    for voyage_id in sorted(counters.runs):
        outbox.record(PlacesChanged(voyage_id))
