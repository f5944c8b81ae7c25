"""The way out for a booking that lost its places: another voyage, or the money back."""

from uuid import uuid4

from sqlalchemy import select

from app import clock, outbox
from app.booking.actions.journey_overlap import minutes_of, take_time
from app.booking.actions.transfer import confirm_elsewhere, give_tickets
from app.booking.inventory.lock import lock, locked_booking
from app.booking.models import INFANT_MONTHS, Booking, Displacement, PassengerState
from app.booking.money.models import Refund
from app.booking.money.receipts import write_paid_back
from app.booking.queries import claims_channel_of
from app.booking.waitlist.offers import offer_freed
from app.db import action, db
from app.disruption.queries import is_open, list_moved_to, list_refunds
from app.errors import NotFound, Refusal, or_refuse
from app.events import PlacesChanged
from app.keys import Keyring
from app.rules.facts import age_months
from app.schedule.models import PortCall
from app.seats.models import ONLINE
from app.seats.programmes import give_back_claims


@action
def rebook(
    booking_code: str, from_call_id: int, to_call_id: int, keyring: Keyring, officer_id: int | None = None
) -> Booking:
    """Give the people of a displaced booking the same class on another voyage, with new tickets, at no further cost.

    `from_call_id` and `to_call_id` are calls of the other voyage, at the ports of the old journey. A refund that was
    not paid yet is withdrawn. The same a second time answers the booking that was made. Raises NotFound; Refusal
    `already_settled` (also when they were given another voyage), `already_refunded`, `other_route`,
    `voyage_cancelled`, `sale_closed`, `sale_paused`, `infant_too_old`, `already_travels`, `at_the_counter`, `sold_out`,
    `restricted_by_rule`, `ship_full`.
    """
    now = clock.now()
    old, displacement = _displaced(booking_code)
    if displacement.way_out == "moved":
        made = list_moved_to([old.id])[old.id]
        if (made.from_call_id, made.to_call_id) != (from_call_id, to_call_id):
            raise Refusal("already_settled")
        return made
    refunds = _must_be_open(displacement)
    start, end = _ends(old, from_call_id, to_call_id)
    voyage = start.voyage
    people = [p for p in old.former_passengers if p.state == PassengerState.DISPLACED]
    sails_on = start.day_or(now)
    if any(p.infant and age_months(p.birth_date, sails_on) >= INFANT_MONTHS for p in people):
        raise Refusal("infant_too_old", field="voyage", months=INFANT_MONTHS)
    take_time(
        [p.document_number for p in people], minutes_of(start, end), old, seen=bool(officer_id or old.confirmed_by)
    )
    counters = lock([voyage.id], now)
    run, room = counters.runs[voyage.id], counters.room
    run.require_sold("voyage")
    legs = run.journey(start.id, end.id)
    if not legs or not is_open(start, now):
        raise Refusal("sale_closed", field="voyage")
    # A sponsor's places where there are any, else those that everybody can buy.
    channel = old.channel_id if room.free(legs, old.fare_class_id, old.channel_id) >= old.places else ONLINE
    room.take(legs, old.fare_class_id, old.places, displacement.souls, channel)
    room.sell(legs, old.fare_class_id, old.places, channel)
    # They come before those who wait; what is left then, also of offers that ended just now, does not.
    offer_freed(counters, now)
    room.write()
    # At what was paid for the old one.
    names = ("fare_class_id", "places", "infants", "vehicle_persons", "vehicle_plate", "amount_idr", "confirmed_by")
    same = {name: getattr(old, name) for name in names}
    ends = {"request_id": str(uuid4()), "voyage_id": voyage.id, "from_call_id": start.id, "to_call_id": end.id}
    new = confirm_elsewhere(old, now, channel_id=channel, **ends, **same)
    give_tickets(new, people, [person.position for person in people], keyring, now)
    for refund in refunds:
        db.session.delete(refund)
    displacement.way_out, displacement.settled_at, displacement.settled_by = "moved", now, officer_id
    outbox.record(PlacesChanged(voyage.id))
    return new


def _ends(old: Booking, from_call_id: int, to_call_id: int) -> tuple[PortCall, PortCall]:
    """The calls of the other voyage. Raises NotFound `voyage_not_found`; Refusal `other_route`."""
    start, end = db.session.get(PortCall, from_call_id), db.session.get(PortCall, to_call_id)
    if start is None or end is None or start.voyage_id != end.voyage_id:
        raise NotFound("voyage_not_found")
    there = (start.port_id, end.port_id, start.voyage.operator_id)
    if there != (old.from_call.port_id, old.to_call.port_id, old.voyage.operator_id):
        raise Refusal("other_route", field="voyage")
    return start, end


@action
def choose_refund(booking_code: str, officer_id: int | None = None) -> Displacement:
    """These people want no other voyage: the money, or where nothing was paid, nothing at all.

    The refund stays open until the counter has paid it. Raises NotFound; Refusal `already_settled`.
    """
    old, displacement = _displaced(booking_code)
    if displacement.way_out in {"refunded", "none_needed"}:
        return displacement
    if not _must_be_open(displacement):
        if old.confirmed_at:
            give_back_claims(claims_channel_of(old), [p.document_number for p in old.former_passengers])
        _settle(displacement, "none_needed", officer_id)
    elif displacement.refund_chosen_at is None:
        displacement.refund_chosen_at = clock.now()
    outbox.record(PlacesChanged(old.voyage_id))
    return displacement


@action
def pay_refunds(booking_code: str, officer_id: int) -> Displacement:
    """The officer has given the money back. The same officer a second time changes nothing.

    Raises NotFound; Refusal `already_settled` where they travel on another voyage, `nothing_owed`, `refund_paid` when
    another officer has paid.
    """
    now = clock.now()
    _, displacement = _displaced(booking_code)
    if displacement.way_out == "refunded":
        if displacement.settled_by != officer_id:
            raise Refusal("refund_paid")
        return displacement
    refunds = _must_be_open(displacement)
    if not refunds:
        raise Refusal("nothing_owed")
    for refund in refunds:
        refund.paid_at, refund.paid_by = now, officer_id
        write_paid_back(refund, officer_id, now)
    _settle(displacement, "refunded", officer_id)
    return displacement


def _displaced(booking_code: str) -> tuple[Booking, Displacement]:
    """The booking that lost its places, locked, and what took them. Raises NotFound."""
    booking = locked_booking(booking_code)
    known = select(Displacement).where(Displacement.booking_id == booking.id)
    displacement = or_refuse(db.session.scalar(known.execution_options(populate_existing=True)), "booking_not_found")
    return booking, displacement


def _must_be_open(displacement: Displacement) -> list[Refund]:
    """The refunds that are not paid yet. Raises Refusal where the way out was found, or some of it is paid."""
    if displacement.way_out:
        raise Refusal("already_settled")
    refunds = list_refunds([displacement.booking_id]).get(displacement.booking_id, [])
    if any(refund.paid_at for refund in refunds):
        raise Refusal("already_refunded")
    return refunds


def _settle(displacement: Displacement, way_out: str, officer_id: int | None) -> None:
    displacement.way_out, displacement.settled_at, displacement.settled_by = way_out, clock.now(), officer_id
