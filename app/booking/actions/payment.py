"""Name the travelers of a booking, choose and confirm its payment, or release its places."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from app import clock, outbox
from app.booking.actions.journey_overlap import minutes_of, must_be_within_limit, must_differ, take_time
from app.booking.actions.noted_orders import bound_again, keep, keep_if_allowed, note, wait_for_counter
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.companions import must_have_company, must_suit_their_documents
from app.booking.inventory.lock import journey_of, lock, locked_booking
from app.booking.inventory.offer_end import end_unused, end_used, is_offer
from app.booking.inventory.unpaid_limits import is_named_too_often, is_nobody, is_proved
from app.booking.models import (
    OPEN,
    Booking,
    BookingState,
    CodeReturn,
    Displacement,
    Passenger,
    PassengerState,
    PaymentMethod,
    Ticket,
)
from app.booking.money.pricing import amount_of, payment_methods, price_of
from app.booking.money.receipts import write_of_taken
from app.booking.queries import leg_ids_of, list_moved
from app.booking.tickets.signing import sign
from app.booking.travelers import Traveler as Traveler
from app.booking.travelers import write_down
from app.booking.waitlist.offers import offer_freed
from app.db import action, db, get_or_refuse, loaded, update_row
from app.errors import Refusal
from app.events import PlacesChanged
from app.keys import Keyring
from app.seats import places
from app.seats.models import ChannelKind
from app.seats.programmes import claim
from app.together import update_many, write_together


@action
def name_travelers(
    code: str, phone: str, travelers: Sequence[Traveler], family_card: str = "", *, at_counter: bool = False
) -> Booking:
    """Write down who travels, in place of what was written before; makes a ticket for each, as `write_down` says.

    `phone` is normalised (+62...); `family_card` is asked by a free programme. Raises NotFound; Refusal
    `hold_expired`, `already_confirmed`, `wrong_party` or `vehicle_party` (other persons than were held),
    `contact_limit`, `family_card_missing`, `family_card_is_nik`; or with the traveler's `index` what
    `must_suit_their_documents` and `must_have_company` raise, `document_twice` or `refused_by_rule`. Nothing is said
    of the people's other journeys. An order that names somebody who is on `person_limit` unpaid ones of the same
    browser is only noted.
    """
    now = clock.now()
    booking = locked_booking(code, people=False)
    _must_be_held(booking, now)
    counted = sum(t.infant for t in travelers)
    wanted = (booking.places, booking.infants)
    if booking.vehicle_persons is not None:
        # Whoever is in the vehicle, an infant only beside somebody who is none.
        wanted = (booking.vehicle_persons - counted, min(counted, booking.vehicle_persons // 2))
    if (len(travelers) - counted, counted) != wanted:
        if booking.vehicle_persons is not None:
            raise Refusal("vehicle_party", persons=booking.vehicle_persons)
        raise Refusal("wrong_party", places=booking.places, infants=booking.infants)
    sails_on = booking.from_call.day_or(now)
    must_suit_their_documents(travelers, sails_on, at_counter=at_counter)
    if not at_counter:
        must_have_company(booking, travelers, sails_on)
    card = _family_card(booking, family_card, travelers)
    numbers = [traveler.document_number for traveler in travelers]
    must_differ(numbers)
    must_be_within_limit(booking, phone, now)
    was_proved, proved = booking.proved, is_proved(booking, phone, travelers, now)
    amount = amount_of(booking.places, booking.infants, price_of(booking))
    update_row(booking, phone=phone, family_card=card, proved=proved, amount_idr=amount)
    people = write_down(booking, travelers)
    Assessment(booking, now).must_be_sold_to_all(people, complete=False)
    _bound(booking, numbers, was_proved, now)
    return booking


def _bound(booking: Booking, numbers: Sequence[str], was_proved: bool, now: datetime) -> None:
    """Keep places, or no more, for the people who are named now."""
    bounded = bool(booking.asker) and not booking.proved
    # An offer has no browser; what keeps no cookie is bound by its address, when it asks for places.
    if bounded and booking.visitor and not is_nobody(booking) and is_named_too_often(booking, numbers, now):
        if booking.state == BookingState.HELD:
            note(booking, now)
    elif booking.state == BookingState.NOTED:
        # The group of an offer waits for its next one instead.
        if not is_offer(booking.request_id):
            keep_if_allowed(booking, now)
    elif bounded and was_proved:
        bound_again(booking, now)


@action
def choose_payment(code: str, method: PaymentMethod) -> Booking:
    """Places stay held until `expires_at`, for an officer who takes the money or sees the cards of a free programme.

    Repeating it changes nothing. Raises NotFound; Refusal `hold_expired`, `travelers_missing`,
    `already_confirmed` when it was confirmed another way, `payment_not_open` for what is not in `payment_methods`,
    `refused_by_rule` for what a rule says of tickets paid that way, or of somebody of whom a fact is not known.
    """
    now = clock.now()
    booking = locked_booking(code, people=False)
    if booking.payment == method and booking.state_at(now) in {BookingState.CONFIRMED, *OPEN}:
        return booking
    _must_be_held(booking, now)
    _must_be_named(booking)
    _must_pay_by(booking, method, now)
    before, booking.payment = booking.payment, method
    Assessment(booking, now).must_be_sold_to_all(booking.passengers)
    if method == PaymentMethod.FREE:
        booking.amount_idr = 0
    if before is None and booking.state == BookingState.HELD:
        # Once only: choosing again does not make a hold longer.
        wait_for_counter(booking, now)
    return booking


@action
def confirm_payment(code: str, officer_id: int, keyring: Keyring) -> Booking:
    """The officer at the counter has the money, or the cards of a free programme in hand: confirm and sign the tickets.

    The same officer a second time gets the same booking. Raises NotFound; Refusal `already_confirmed` when another
    officer confirmed it, `hold_expired`, `travelers_missing`, `payment_not_open`, `refused_by_rule` as in
    `choose_payment`, `already_travels` with the `index` of a person whose other journey at that time an officer has
    seen too; of an order that was noted what `noted_orders.keep` raises; of a free programme `family_card_missing` and
    what `programmes.claim` raises.
    """
    now = clock.now()
    booking = locked_booking(code, people=False)
    if booking.state == BookingState.CONFIRMED and booking.confirmed_by == officer_id:
        return booking
    _must_be_held(booking, now)
    _must_be_named(booking)
    methods = payment_methods(booking, now)
    if not methods:
        raise Refusal("payment_not_open", field="method")
    method = PaymentMethod(booking.payment) if booking.payment in methods else methods[0]
    loaded(booking, payment=method)  # the rules look at it; `_confirm` writes it
    Assessment(booking, now).must_be_sold_to_all(booking.passengers)
    if method == PaymentMethod.FREE:
        loaded(booking, amount_idr=0)
        card = _family_card(booking, booking.family_card or "", booking.passengers)
        claim(booking.channel_id, card or "", [p.document_number for p in booking.passengers], now)
    _confirm(booking, officer_id, now, keyring)
    return booking


@action
def give_code_back(passenger_id: int, officer_id: int) -> Booking:
    """The officer has looked at this passenger's card and gives them their booking's code; kept once a minute.

    Raises NotFound `passenger_not_found`.
    """
    now = clock.now()
    passenger = get_or_refuse(Passenger, passenger_id, "passenger_not_found")
    given = {"booking_id": passenger.booking_id, "passenger_id": passenger.id, "officer_id": officer_id}
    lately = select(CodeReturn.id).filter_by(**given).where(CodeReturn.at > now - timedelta(minutes=1))
    if db.session.scalar(lately.limit(1)) is None:
        db.session.add(CodeReturn(**given, at=now))
    return passenger.booking


@action
def release(code: str) -> Booking:
    """Give a hold back before its end. A second time nothing more happens. Raises Refusal `already_confirmed`."""
    booking = locked_booking(code, people=False)
    if booking.state == BookingState.CONFIRMED:
        raise Refusal("already_confirmed")
    if booking.state == BookingState.NOTED:
        booking.state = BookingState.CANCELLED
    elif booking.state == BookingState.HELD:
        booking.state = BookingState.CANCELLED
        if is_offer(booking.request_id):
            _pass_on(booking, clock.now())
        else:
            legs = leg_ids_of(booking)
            places.give_back_held(legs, booking.fare_class_id, booking.channel_id, booking.places, booking.souls)
        outbox.record(PlacesChanged(booking.voyage_id))
    return booking


def _pass_on(booking: Booking, now: datetime) -> None:
    """Offer what this group did not want to the next; the group itself waits again where it stood."""
    db.session.flush()  # or the counters would take it in as a hold past its end
    ended = end_unused([booking.id], now)
    counters = lock({booking.voyage_id}, now)
    legs = journey_of(booking, counters.runs)
    counters.room.give_back(legs, booking.fare_class_id, booking.places, booking.souls, booking.channel_id)
    offer_freed(counters, now, ended)
    counters.room.write()


def _must_be_held(booking: Booking, now: datetime) -> None:
    state = booking.state_at(now)
    if state == BookingState.CONFIRMED:
        raise Refusal("already_confirmed")
    if state == BookingState.CANCELLED and db.session.scalar(
        select(Displacement.id).where(Displacement.booking_id == booking.id)
    ):
        raise Refusal("places_taken_back")
    if state == BookingState.CANCELLED:
        if moved := list_moved(booking.id):
            raise Refusal("order_moved", moved_to=", ".join(other.code for other in moved))
        raise Refusal("order_cancelled")
    if state not in OPEN:
        raise Refusal("hold_expired")


def _must_be_named(booking: Booking) -> None:
    if len(booking.passengers) != booking.souls:
        raise Refusal("travelers_missing")


def _family_card(booking: Booking, typed: str, people: Sequence[Traveler | Passenger]) -> str | None:
    """The number of the family card; None where no free programme asks for it."""
    if booking.channel.kind != ChannelKind.FREE:
        return None
    if not typed:
        raise Refusal("family_card_missing", field="family_card")
    if typed in {person.document_number for person in people}:
        raise Refusal("family_card_is_nik", field="family_card")
    return typed


def _must_pay_by(booking: Booking, method: PaymentMethod, now: datetime) -> None:
    if method not in payment_methods(booking, now):
        raise Refusal("payment_not_open", field="method")


def _confirm(booking: Booking, officer_id: int, now: datetime, keyring: Keyring) -> None:
    minutes = minutes_of(booking.from_call, booking.to_call)
    numbers = [passenger.document_number for passenger in booking.passengers]
    take_time(numbers, minutes, booking, seen=True)
    if booking.state == BookingState.NOTED:
        keep(booking, now)
    places.sell_held([leg.id for leg in booking.legs], booking.fare_class_id, booking.channel_id, booking.places)
    if is_offer(booking.request_id):
        end_used(booking.id, booking.request_id, now)
    confirmed = {"state": BookingState.CONFIRMED, "confirmed_at": now, "confirmed_by": officer_id, "expires_at": None}
    start, end = minutes or (None, None)
    signed = []
    for passenger in booking.passengers:
        ticket = passenger.ticket
        if ticket is None:
            raise RuntimeError("a named passenger has no ticket")
        text = sign(booking, passenger, ticket, now, keyring)
        signed.append({"issued_id": ticket.id, "issued_signed": text, "issued_issued_at": now})
        loaded(ticket, signed=text, issued_at=now)
        loaded(passenger, from_minute=start, until_minute=end)
    loaded(booking, **confirmed)
    asked = {f"confirmed_{name}": getattr(booking, name) for name in ("id", *_CONFIRMED)}
    took = {"travels_on": booking.id, "travels_from": start, "travels_until": end}
    free = booking.payment == PaymentMethod.FREE
    receipt = () if free else (write_of_taken(booking, officer_id, now),)
    news = outbox.write_of(PlacesChanged(booking.voyage_id))
    write_together((_CONFIRM, asked), (_TAKE_TIME, took), (_ISSUE, signed), news, *receipt)


_CONFIRMED = ("state", "confirmed_at", "confirmed_by", "expires_at", "payment", "amount_idr")
_CONFIRM = (
    update(Booking)
    .where(Booking.id == bindparam("confirmed_id"))
    .values({name: bindparam(f"confirmed_{name}", type_=Booking.__table__.c[name].type) for name in _CONFIRMED})
)
_TAKE_TIME = (
    update(Passenger)
    .where(Passenger.booking_id == bindparam("travels_on"), Passenger.state == PassengerState.TRAVELS)
    .values(from_minute=bindparam("travels_from"), until_minute=bindparam("travels_until"))
)
_ISSUE = update_many(Ticket, "signed", "issued_at", prefix="issued_")
