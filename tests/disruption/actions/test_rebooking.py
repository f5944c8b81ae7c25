"""The way out of who lost their places: another voyage with new tickets, or the money, but not both."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app

from app import clock as app_clock
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.move import move_passengers
from app.booking.models import Booking, Displacement, PaymentMethod
from app.booking.money.models import Refund
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.disruption.actions.rebooking import choose_refund, pay_refunds, rebook
from app.disruption.actions.voyage_changes import cancel_voyage
from app.disruption.queries import find_displacement, list_displaced, list_moved_to, list_ways
from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from tests.booking.waitlist.test_actions import a_wait, cancel, states
from tests.conftest import Clock
from tests.factories import a_booking, a_free_booking, a_hold, a_ship, a_user, a_voyage


def a_displaced(*, amount: int | None = None, adults: int = 2, infants: int = 1) -> Booking:
    """A booking whose voyage was called off."""
    voyage = a_voyage()
    booking = a_booking(voyage, adults, infants)
    if amount is not None:
        booking.payment, booking.amount_idr = PaymentMethod.COUNTER, amount
        db.session.commit()
    cancel_voyage(voyage.id, "weather", "ombak tinggi")
    return booking


def later(places: int = 100, days: int = 3, ship: str = "KM Uji Coba", operator: str = "PT Pelayaran Uji") -> Voyage:
    return a_voyage(places=places, departs_at=app_clock.now() + timedelta(days=days), ship=a_ship(ship, operator))


def rebooked(old: Booking, voyage: Voyage, officer_id: int | None = None) -> Booking:
    return rebook(old.code, voyage.calls[0].id, voyage.calls[-1].id, current_app.extensions["keyring"], officer_id)


def test_the_ways_are_the_operators_voyages_with_places_enough_the_nearest_first(app: Flask) -> None:
    old = a_displaced()
    far, near = later(days=9), later(days=2)
    later(places=1, days=2)
    later(ship="KM Orang Lain", operator="PT Lain")
    cancel_voyage(later(days=2).id, "tide", "air surut")
    a_voyage("Sampit", "Surabaya")
    assert [way.voyage.id for way in list_ways(old)] == [near.id, far.id]


def test_another_voyage_gives_new_tickets_and_withdraws_the_refund(app: Flask) -> None:
    old, voyage = a_displaced(amount=300_000), later()
    assert db.session.scalar(db.select(db.func.count(Refund.id))) == 3
    new = rebooked(old, voyage)
    assert (new.state, new.moved_from_id, new.places, new.infants, new.amount_idr) == (
        "confirmed",
        old.id,
        2,
        1,
        300_000,
    )
    assert [p.name for p in new.passengers] == ["Penumpang 1", "Penumpang 2", "Bayi 1"]
    assert all(p.ticket and p.ticket.signed for p in new.passengers)
    assert db.session.scalar(db.select(db.func.count(Refund.id))) == 0
    found = find_displacement(old.id)
    assert (found.way_out, found.settled_by) == ("moved", None)
    assert rebooked(old, voyage).id == new.id, "a second time it is the same booking"
    with pytest.raises(Refusal, match="already_settled"):
        rebooked(old, later(days=4))
    with pytest.raises(Refusal, match="already_settled"):
        choose_refund(old.code)


def test_the_money_is_chosen_by_the_traveler_and_paid_at_the_counter(app: Flask) -> None:
    old, officer = a_displaced(amount=300_000), a_user()
    assert choose_refund(old.code).refund_chosen_at is not None
    assert list_displaced()[0].way_out == "", "it is open until it is paid"
    pay_refunds(old.code, officer.id)
    assert pay_refunds(old.code, officer.id).way_out == "refunded"
    with pytest.raises(Refusal, match="refund_paid"):
        pay_refunds(old.code, a_user().id)
    assert {(r.paid_by, r.percent) for r in db.session.scalars(db.select(Refund))} == {(officer.id, 100)}
    assert list_displaced() == []
    with pytest.raises(Refusal, match="already_settled"):
        rebooked(old, later())


def test_who_chose_the_money_may_still_travel_until_it_is_paid(app: Flask) -> None:
    old = a_displaced(amount=300_000)
    choose_refund(old.code)
    assert rebooked(old, later()).state == "confirmed"


def test_who_paid_nothing_and_does_not_want_to_travel_is_done(app: Flask) -> None:
    old = a_free_booking()
    cancel_voyage(old.voyage_id, "weather", "ombak tinggi")
    with pytest.raises(Refusal, match="nothing_owed"):
        pay_refunds(old.code, a_user().id)
    assert choose_refund(old.code).way_out == "none_needed"


def test_a_voyage_without_room_for_all_takes_nobody(app: Flask) -> None:
    old, voyage = a_displaced(adults=3), later(places=2)
    with pytest.raises(Refusal, match="sold_out"):
        rebooked(old, voyage)
    assert db.session.scalars(db.select(Displacement.way_out)).all() == [""]


def test_another_route_operator_or_called_off_voyage_is_refused(app: Flask) -> None:
    old = a_displaced()
    for voyage in (a_voyage("Sampit", "Surabaya"), later(ship="KM Orang Lain", operator="PT Lain")):
        with pytest.raises(Refusal, match="other_route"):
            rebooked(old, voyage)
    off = later()
    cancel_voyage(off.id, "tide", "air surut")
    with pytest.raises(Refusal, match="voyage_cancelled"):
        rebooked(old, off)
    with pytest.raises(NotFound):
        rebooked(a_booking(later()), later())


def test_an_infant_who_will_be_two_by_then_needs_a_place(app: Flask) -> None:
    old = a_displaced()
    for person in old.former_passengers:
        if person.infant:
            person.birth_date = person.birth_date.replace(year=person.birth_date.year - 2)
    db.session.commit()
    with pytest.raises(Refusal, match="infant_too_old"):
        rebooked(old, later())


def test_a_hold_needs_no_way_out(app: Flask) -> None:
    voyage = a_voyage()
    held = a_hold(voyage)
    cancel_voyage(voyage.id, "tide", "air surut")
    assert list_displaced() == []
    with pytest.raises(Refusal, match="already_settled"):
        rebooked(held, later())


def test_they_come_before_those_who_wait_and_an_offer_that_ended_goes_to_the_next(app: Flask, clock: Clock) -> None:
    old, voyage = a_displaced(adults=1, infants=0), later(places=2)
    [one, two] = [a_booking(voyage), a_booking(voyage)]
    first, second = a_wait(voyage), a_wait(voyage)
    cancel_passengers(one.code, [0])
    assert states(first, second) == ["offered", "waiting"]
    with pytest.raises(Refusal, match="sold_out"):
        rebooked(old, voyage)
    cancel([two.id])
    clock.forward(minutes=60)
    assert rebooked(old, voyage).state == "confirmed"
    assert states(first, second) == ["waiting", "offered"]


def test_who_moved_before_is_not_taken_for_the_way_out_of_those_who_stayed(app: Flask) -> None:
    voyage, other, third = a_voyage(), later(), later(days=6)
    old = a_booking(voyage, adults=3)
    moved = move_passengers(
        old.code, [1], WantedJourney(other.id, 1), current_app.extensions["keyring"], str(uuid4()), a_user().id
    )
    cancel_voyage(voyage.id, "weather", "ombak tinggi")
    assert list_moved_to([old.id]) == {}, "for the two others nothing was found yet"
    new = rebooked(old, third)
    assert (len(moved.passengers), len(new.passengers)) == (1, 2)
    assert rebooked(old, third).id == new.id
    assert list_moved_to([old.id])[old.id].id == new.id
