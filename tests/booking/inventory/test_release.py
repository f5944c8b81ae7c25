"""A passenger who stops travelling gives back places and souls, loses the ticket, and may travel elsewhere."""

import pytest
from flask import Flask

from app import clock as app_clock
from app.booking.inventory.availability import list_places
from app.booking.inventory.lock import lock, locked_bookings
from app.booking.inventory.release import let_go, owe
from app.booking.models import Booking, BookingState, PassengerState, Ticket
from app.booking.money.models import Refund
from app.db import action, db
from app.errors import Refusal
from tests.factories import a_booking, a_free_booking, a_voyage


@action
def leave(booking_id: int, positions: list[int], state: PassengerState = PassengerState.CANCELLED) -> Booking:
    now = app_clock.now()
    [booking] = locked_bookings([booking_id])
    counters = lock([booking.voyage_id], now)
    leaving = [p for p in booking.passengers if p.position in positions]
    let_go(booking, leaving, state, counters, now)
    owe(booking, leaving, state, 50, {p.id: 100_001 for p in leaving}, now)
    counters.room.write()
    return booking


def test_one_of_four_leaves_and_three_travel(app: Flask) -> None:
    voyage = a_voyage(places=4)
    booking = leave(a_booking(voyage, adults=4).id, [1])
    assert (booking.state, booking.places, [p.position for p in booking.passengers]) == ("confirmed", 3, [0, 2, 3])
    assert [(p.state, p.position) for p in booking.former_passengers] == [(PassengerState.CANCELLED, 1)]
    assert list_places([voyage])[voyage.id][0].remaining == 1
    void = db.session.scalars(db.select(Ticket).where(Ticket.void_at.is_not(None))).one()
    assert (void.passenger_id, void.void_reason) == (booking.former_passengers[0].id, "cancelled")


def test_when_the_last_one_leaves_the_booking_is_cancelled(app: Flask) -> None:
    voyage = a_voyage(places=4)
    booking = leave(a_booking(voyage, adults=2, infants=1).id, [0, 1, 2])
    assert (booking.state, booking.passengers) == (BookingState.CANCELLED, [])
    assert list_places([voyage])[voyage.id][0].remaining == 4


def test_an_infant_does_not_stay_alone(app: Flask) -> None:
    booking = a_booking(a_voyage(), adults=2, infants=2)
    with pytest.raises(Refusal) as refusal:
        leave(booking.id, [0])
    assert refusal.value.code == "infant_needs_adult"
    assert leave(booking.id, [0, 2]).souls == 2


def test_a_hold_is_given_back_as_a_whole(app: Flask) -> None:
    voyage = a_voyage(places=4)
    booking = leave(a_booking(voyage, adults=2, payment=None).id, [0, 1])
    assert booking.state == BookingState.CANCELLED
    assert list_places([voyage])[voyage.id][0].remaining == 4
    assert db.session.scalars(db.select(Refund)).all() == [], "nobody had paid"


def test_what_was_paid_is_owed_back_and_a_free_ticket_owes_nothing(app: Flask) -> None:
    free = a_free_booking(a_voyage(), adults=2)
    leave(free.id, [0])
    assert db.session.scalars(db.select(Refund)).all() == []
    paid = a_booking(a_voyage(), adults=2)
    leave(paid.id, [0])
    refund = db.session.scalars(db.select(Refund)).one()
    assert (refund.percent, refund.amount_idr, refund.booking_id, refund.paid_at) == (50, 50_000, paid.id, None)
