"""Orders whose places are not kept: when they may be, and what happens to them at the counter."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app import outbox
from app.accounts.limit_counts import count_limit
from app.accounts.models import Limit
from app.booking.eligibility.assessment import Assessment
from app.booking.inventory.lock import Counters, journey_of, lock, locked_bookings
from app.booking.inventory.offer_end import end_unused, entry_of, is_offer
from app.booking.inventory.unpaid_limits import (
    counter_left,
    counter_time,
    fullness,
    hold_time,
    is_within_bounds,
    kept_by,
)
from app.booking.models import Booking, BookingState
from app.booking.waitlist.models import WaitingEntry, WaitingState
from app.booking.waitlist.offers import offer_freed
from app.db import db
from app.errors import Refusal
from app.events import PlacesChanged
from app.seats.places import SoldOut
from app.seats.programmes import find_programme


def keep(booking: Booking, now: datetime) -> None:
    """Hold the places of a noted booking, which is being paid.

    Where the group of a noted offer has a newer one by now, that one makes way: the group is served once. Raises
    SoldOut where the places are gone meanwhile; Refusal `newer_offer` where only the newer offer has some.
    """
    newer = _newer_offer(booking)
    if newer is None:
        counters, legs = _counters(booking, now)
        _take(booking, counters, legs)
        _finish(booking, counters, now)
        return
    db.session.flush()
    counters = lock({booking.voyage_id, newer.voyage_id}, now)
    db.session.refresh(newer)
    makes_way = newer.state == BookingState.HELD  # else it has just ended
    if makes_way:
        newer.state = BookingState.CANCELLED
        end_unused([newer.id], now, taken_away=True)
        its_legs, what = journey_of(newer, counters.runs), (newer.places, newer.souls, newer.channel_id)
        counters.room.give_back(its_legs, newer.fare_class_id, *what)
    try:
        # Its own places: nobody who waits comes before the group to them.
        _take(booking, counters, journey_of(booking, counters.runs))
    except SoldOut:
        if makes_way:
            raise Refusal("newer_offer", offer=newer.code) from None
        raise
    _finish(booking, counters, now)


def _newer_offer(booking: Booking) -> Booking | None:
    """Find the later offer to the group of a noted offer, locked; None where there is none, or it has been paid."""
    entry = db.session.get(WaitingEntry, entry_of(booking.request_id)) if is_offer(booking.request_id) else None
    if entry is None:
        return None
    db.session.refresh(entry)
    if entry.state != WaitingState.OFFERED or entry.booking_id is None:
        return None
    return locked_bookings([entry.booking_id])[0]


def keep_if_allowed(booking: Booking, now: datetime) -> None:
    """Hold the places of a noted booking where the bounds allow it by now, as they do for people who are proved."""
    counters, legs = _counters(booking, now)
    room = counters.room
    free = room.free(legs, booking.fare_class_id, booking.channel_id) >= booking.places
    fits = free and room.free_souls(legs, booking.fare_class_id, booking.channel_id) >= booking.souls
    if fits and (booking.proved or kept_by([booking], now).may_keep(booking, room, legs, booking.places)):
        ends = now + hold_time(fullness(room, legs, booking.fare_class_id, booking.channel_id))
        _take(booking, counters, legs)
        booking.expires_at = min(ends, Assessment(booking, now).payable_until() or ends)
    _finish(booking, counters, now)


def note(booking: Booking, now: datetime) -> None:
    """Give the places of a hold back to the others; it stays an order that becomes a ticket by being paid."""
    counters, legs = _counters(booking, now)
    _note(booking, counters, legs, now)
    _finish(booking, counters, now)


def bound_again(booking: Booking, now: datetime) -> None:
    """Note a hold whose people are not proved any more, where the bounds would not allow it without them."""
    counters, legs = _counters(booking, now)
    if not is_within_bounds(booking, counters.room, legs, now):
        _note(booking, counters, legs, now)
    _finish(booking, counters, now)


def wait_for_counter(booking: Booking, now: datetime) -> None:
    """Let a hold wait for the money at the counter; beyond the share of what may, it is noted and its places go back.

    The orders of officers wait in any case, and people who are proved.
    """
    if not booking.asker:
        _put_off(booking, counter_time(0), now)
        return
    counters, legs = _counters(booking, now)
    room = counters.room
    _put_off(booking, counter_time(fullness(room, legs, booking.fare_class_id, booking.channel_id)), now)
    if not booking.proved and counter_left(booking, room, legs) < booking.places:
        _note(booking, counters, legs, now)
    _finish(booking, counters, now)


def _note(booking: Booking, counters: Counters, legs: Sequence[int], now: datetime) -> None:
    """Free the places of a hold; the entry of the waiting list that they were offered to waits again where it stood."""
    counters.room.give_back(legs, booking.fare_class_id, booking.places, booking.souls, booking.channel_id)
    booking.state = BookingState.NOTED
    count_limit(Limit.NOTED)
    if is_offer(booking.request_id):
        end_unused([booking.id], now)


def _put_off(booking: Booking, lasts: timedelta, now: datetime) -> None:
    programme = find_programme(booking.channel_id)
    closes = [Assessment(booking, now).payable_until(), programme.closes_at if programme else None]
    ends = min([now + lasts, *(moment for moment in closes if moment)])
    # Never shorter than it was: standby is offered places after the sale has closed, and pays at the counter too.
    booking.expires_at = max(booking.expires_at or ends, ends)


def _counters(booking: Booking, now: datetime) -> tuple[Counters, Sequence[int]]:
    db.session.flush()
    counters = lock({booking.voyage_id}, now)
    offer_freed(counters, now, _own_entry(booking))
    return counters, journey_of(booking, counters.runs)


def _take(booking: Booking, counters: Counters, legs: Sequence[int]) -> None:
    counters.room.take(legs, booking.fare_class_id, booking.places, booking.souls, booking.channel_id)
    booking.state = BookingState.HELD


def _own_entry(booking: Booking) -> Iterable[int]:
    """The group on the waiting list that this is the order of: it is not offered places while they are decided on."""
    return [entry_of(booking.request_id)] if is_offer(booking.request_id) else []


def _finish(booking: Booking, counters: Counters, now: datetime) -> None:
    db.session.flush()
    offer_freed(counters, now, _own_entry(booking))
    counters.room.write()
    for voyage_id in sorted(counters.runs):
        outbox.record(PlacesChanged(voyage_id))
