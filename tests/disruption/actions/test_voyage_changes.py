"""A voyage is called off, gets another ship, or sells less: shown beforehand, done at once, and nobody is lost."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app

from app import clock as app_clock
from app.boarding.actions.departure import open_boarding
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.hold import expire_holds, hold
from app.booking.actions.payment import choose_payment, name_travelers
from app.booking.inventory.availability import list_places
from app.booking.models import Booking, BookingState, Displacement, Passenger, PaymentMethod
from app.booking.money.models import Refund
from app.booking.waitlist.actions import make_offers
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage, lower_quota, preview, swap_ship
from app.disruption.plan import Cancellation, Lowering, Swap
from app.disruption.queries import list_displaced
from app.errors import NotFound, Refusal
from app.outbox import OutboxRow
from app.schedule.models import Ship, Voyage
from app.seats.actions.capacity import record_capacity
from app.seats.actions.quotas import set_quota
from app.seats.models import Allotment, LegLoad
from tests.booking.waitlist.test_actions import a_wait, states
from tests.conftest import Clock
from tests.factories import (
    a_booking,
    a_fare_class,
    a_gate,
    a_hold,
    a_ship,
    a_traveler,
    a_user,
    a_voyage,
    departure_of,
    pay,
    tickets_of,
)


def papers(ship: Ship, persons: int) -> Ship:
    """Let the ship carry so many, always."""
    record_capacity(ship.id, certificate=persons, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    return ship


def paid(booking: Booking, amount: int) -> Booking:
    booking.payment, booking.amount_idr = PaymentMethod.COUNTER, amount
    db.session.commit()
    return booking


def state_of(*bookings: Booking) -> list[str]:
    db.session.expire_all()
    return [db.session.get(Booking, booking.id).state for booking in bookings]


def refused(code: str) -> object:
    return pytest.raises(Refusal, match=code)


def ceilings(voyage: Voyage) -> list[int]:
    db.session.expire_all()
    return [db.session.get(LegLoad, leg.id).ceiling for leg in voyage.legs]


def test_a_cancelled_voyage_displaces_everybody_and_owes_all_that_was_paid(app: Flask) -> None:
    voyage = a_voyage(places=20)
    bought = paid(a_booking(voyage, adults=3, infants=1), 400_001)
    free, held = a_booking(voyage), a_hold(voyage, 2)
    plan = preview(voyage.id, Cancellation("weather", "ombak 4 meter"))
    assert (plan.seen, plan.souls) == ({bought.id, free.id, held.id}, 7)
    assert state_of(bought, free, held) == ["confirmed", "confirmed", "held"], "a preview writes nothing"
    cancel_voyage(voyage.id, "weather", "ombak 4 meter", seen=plan.seen)
    assert state_of(bought, free, held) == ["cancelled"] * 3
    owed = [refund.amount_idr for refund in db.session.scalars(db.select(Refund))]
    assert sum(amount or 0 for amount in owed) == 400_001
    assert [(d.booking_id, d.way_out, d.souls) for d in list_displaced(voyage.id)] == [
        (bought.id, "", 4),
        (free.id, "", 1),
        (held.id, "none_needed", 2),
    ]
    assert {row.kind for row in db.session.scalars(db.select(OutboxRow))} >= {"TimesChanged", "PlacesChanged"}
    with refused("voyage_cancelled"):
        hold(str(uuid4()), voyage.id, 1, 1)
    assert list_places([db.session.get(Voyage, voyage.id)])[voyage.id][0].remaining == 0


def test_cancelling_twice_is_cancelling_once(app: Flask) -> None:
    voyage = a_voyage()
    a_booking(voyage)
    cancel_voyage(voyage.id, "order", "perintah KSOP")
    assert cancel_voyage(voyage.id, "weather", "alasan lain").affected == ()
    found = db.session.get(Voyage, voyage.id)
    assert (found.cancel_cause, found.cancel_reason) == ("order", "perintah KSOP")
    assert db.session.scalar(db.select(db.func.count(Displacement.id))) == 1


@pytest.mark.parametrize(
    ("cause", "reason", "code"),
    [("mood", "bosan lagi", "cause_missing"), ("", "bosan lagi", "cause_missing"), ("tide", ".....", "reason_missing")],
)
def test_a_cancellation_says_why(app: Flask, cause: str, reason: str, code: str) -> None:
    voyage = a_voyage()
    booking = a_booking(voyage)
    with refused(code):
        preview(voyage.id, Cancellation(cause, reason))
    with refused(code):
        cancel_voyage(voyage.id, cause, reason)
    assert state_of(booking) == ["confirmed"]


def test_who_books_between_preview_and_button_is_not_displaced_unseen(app: Flask) -> None:
    voyage = a_voyage()
    a_booking(voyage)
    seen = preview(voyage.id, Cancellation("tide", "air surut")).seen
    late = a_booking(voyage)
    with refused("affected_changed"):
        cancel_voyage(voyage.id, "tide", "air surut", seen=seen)
    assert state_of(late) == ["confirmed"]
    assert db.session.get(Voyage, voyage.id).cancelled_at is None
    cancel_voyage(voyage.id, "tide", "air surut", seen=preview(voyage.id, Cancellation("tide", "air surut")).seen)
    assert state_of(late) == ["cancelled"]


def test_a_hold_that_ends_between_preview_and_button_hinders_nothing(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    held = a_hold(voyage)
    seen = preview(voyage.id, Cancellation("tide", "air surut")).seen
    clock.forward(hours=1)
    assert cancel_voyage(voyage.id, "tide", "air surut", seen=seen).affected == ()
    assert state_of(held) == ["expired"]


def test_a_ship_that_has_left_is_not_called_off(app: Flask) -> None:
    voyage = a_voyage()
    voyage.calls[0].actual_departure = app_clock.now()
    db.session.commit()
    with refused("departed"):
        cancel_voyage(voyage.id, "weather", "badai besar")
    with pytest.raises(NotFound):
        cancel_voyage(999, "weather", "badai besar")


def test_the_gate_refuses_a_displaced_ticket_with_the_reason_and_boarding_does_not_open(app: Flask) -> None:
    voyage = a_voyage(departs_at=app_clock.now() + timedelta(minutes=90))
    ticket = tickets_of(a_booking(voyage))[0]
    cancel_voyage(voyage.id, "technical", "mesin rusak")
    departure, officer = departure_of(voyage), a_user()
    answer = scan(
        Showing(str(uuid4()), ticket.signed, departure.id, a_gate().id, officer.id, app_clock.now()),
        current_app.extensions["keyring"],
    )
    assert (answer.verdict, answer.reason, answer.details) == ("refuse", "voyage_cancelled", {"reason": "mesin rusak"})
    with refused("voyage_cancelled"):
        open_boarding(departure.id, officer.id)


def test_a_smaller_ship_displaces_the_last_to_have_come_and_no_more(app: Flask) -> None:
    voyage = a_voyage(places=20)
    first, second, last, held = a_booking(voyage, 4), a_booking(voyage, 3), a_booking(voyage, 2), a_hold(voyage, 2)
    small = papers(a_ship("KM Kecil"), 8)
    plan = preview(voyage.id, Swap(small.id, "docking tahunan"))
    assert plan.seen == {last.id, held.id}
    swap_ship(voyage.id, small.id, "docking tahunan", seen=plan.seen)
    assert state_of(first, second, last, held) == ["confirmed", "confirmed", "cancelled", "cancelled"]
    assert db.session.get(Voyage, voyage.id).ship_id == small.id
    assert ceilings(voyage) == [8]
    assert db.session.scalars(db.select(Allotment.quota)).all() == [8]
    assert list_places([db.session.get(Voyage, voyage.id)])[voyage.id][0].remaining == 1
    assert {d.cause for d in list_displaced(voyage.id)} == {"ship_swapped"}


def test_a_hold_that_a_decision_took_is_not_told_that_its_time_is_over(app: Flask) -> None:
    voyage = a_voyage(places=20)
    a_booking(voyage, 4)
    held = a_hold(voyage, 5)
    swap_ship(voyage.id, papers(a_ship("KM Kecil"), 8).id, "docking tahunan")
    people = [a_traveler() for _ in range(5)]
    for do in (
        lambda: name_travelers(held.code, "+6281200000002", people),
        lambda: choose_payment(held.code, PaymentMethod.COUNTER),
    ):
        with refused("places_taken_back"):
            do()


def test_a_larger_ship_displaces_nobody(app: Flask) -> None:
    voyage = a_voyage(places=20)
    booking = a_booking(voyage, 4)
    big = papers(a_ship("KM Besar"), 500)
    assert swap_ship(voyage.id, big.id, "lebih banyak penumpang").affected == ()
    assert state_of(booking) == ["confirmed"]
    assert ceilings(voyage) == [500]
    assert db.session.scalars(db.select(Allotment.quota)).all() == [20]


def test_a_ship_without_papers_on_the_day_is_refused_by_name(app: Flask) -> None:
    voyage = a_voyage()
    with pytest.raises(Refusal) as refusal:
        swap_ship(voyage.id, a_ship("KM Tanpa Surat").id, "docking tahunan")
    assert (refusal.value.code, refusal.value.field) == ("no_papers", "ship_id")
    assert refusal.value.details == {"ship": "KM Tanpa Surat", "day": voyage.calls[0].day}
    with refused("same_ship"):
        swap_ship(voyage.id, voyage.ship_id, "docking tahunan")


def test_a_ship_that_is_under_way_takes_over_no_voyage(app: Flask) -> None:
    voyage, other = a_voyage(), a_voyage(ship=papers(a_ship("KM Lain"), 50))
    with pytest.raises(Refusal) as told:
        preview(voyage.id, Swap(other.ship_id, "mesin rusak"))
    assert (told.value.code, told.value.field) == ("ship_sails_then", "ship_id")
    assert told.value.details["voyage"] == other.number


def test_a_ship_for_fewer_than_are_aboard_is_refused_and_who_is_aboard_never_goes(app: Flask) -> None:
    voyage = a_voyage(departs_at=app_clock.now() + timedelta(minutes=90))
    early, late = a_booking(voyage, 2), a_booking(voyage, 2)
    departure, officer, gate = departure_of(voyage), a_user(), a_gate()
    for ticket in tickets_of(late):
        scan(
            Showing(str(uuid4()), ticket.signed, departure.id, gate.id, officer.id, app_clock.now()),
            current_app.extensions["keyring"],
        )
    with refused("below_aboard"):
        swap_ship(voyage.id, papers(a_ship("KM Perahu"), 1).id, "docking tahunan")
    swap_ship(voyage.id, papers(a_ship("KM Kecil"), 3).id, "docking tahunan")
    assert state_of(early, late) == ["cancelled", "confirmed"]
    with refused("below_aboard"):
        lower_quota(voyage.id, {(voyage.legs[0].id, 1, 1): 1}, "kabin rusak")


def test_the_administrator_may_give_the_new_ships_quotas(app: Flask) -> None:
    a_fare_class(2, "Kelas 1")
    voyage = a_voyage(places=20, ceiling=40)
    leg = voyage.legs[0].id
    set_quota(voyage.id, 2, 20)
    economy, cabin = a_booking(voyage, 4), get_cabin(voyage, 3)
    ship = papers(a_ship("KM Lain"), 30)
    with pytest.raises(Refusal) as refusal:
        preview(voyage.id, Swap(ship.id, "docking tahunan", {(leg, 2, 1): 31}))
    assert (refusal.value.code, refusal.value.details["fare_class_id"]) == ("over_ceiling", 2)
    swap_ship(voyage.id, ship.id, "docking tahunan", given={(leg, 2, 1): 2})
    assert state_of(economy, cabin) == ["confirmed", "cancelled"]
    quotas = {a.fare_class_id: a.quota for a in db.session.scalars(db.select(Allotment))}
    assert quotas == {1: 20, 2: 2}


def get_cabin(voyage: Voyage, adults: int) -> Booking:
    held = a_hold(voyage, adults, fare_class_id=2)
    name_travelers(held.code, "+6281200000002", [a_traveler() for _ in range(adults)])
    return pay(held.code)


def test_a_quota_below_what_is_sold_displaces_only_on_that_leg(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=10)
    calls = [call.id for call in voyage.calls]
    both = a_booking(voyage, 3)
    code = hold(str(uuid4()), voyage.id, 1, 2, from_call_id=calls[1], to_call_id=calls[2]).code
    second_leg = db.session.scalars(db.select(Booking).where(Booking.code == code)).one()
    change = Lowering({(voyage.legs[0].id, 1, 1): 1}, "kabin rusak")
    assert preview(voyage.id, change).seen == {both.id}
    lower_quota(voyage.id, {(voyage.legs[0].id, 1, 1): 1}, "kabin rusak")
    assert state_of(both, second_leg) == ["cancelled", "held"]
    quotas = db.session.scalars(db.select(Allotment.quota).order_by(Allotment.leg_id)).all()
    assert quotas == [1, 10]


@pytest.mark.parametrize(("quota", "code"), [(-1, "count"), (11, "quota_not_lower")])
def test_a_quota_is_lowered_and_not_raised(app: Flask, quota: int, code: str) -> None:
    voyage = a_voyage(places=10)
    with pytest.raises(Refusal) as refusal:
        lower_quota(voyage.id, {(voyage.legs[0].id, 1, 1): quota}, "kabin rusak")
    assert (refusal.value.code, refusal.value.field) == (code, "quota")


def test_displaced_people_may_travel_elsewhere_at_that_time(app: Flask) -> None:
    voyage = a_voyage()
    booking = a_booking(voyage)
    cancel_voyage(voyage.id, "tide", "air surut")
    person = db.session.scalars(db.select(Passenger).where(Passenger.booking_id == booking.id)).one()
    assert (person.state, person.from_minute) == ("displaced", None)
    assert BookingState(state_of(booking)[0]) == BookingState.CANCELLED


def test_what_a_decision_leaves_free_goes_to_those_who_wait_and_an_ended_offer_to_the_next(
    app: Flask, clock: Clock
) -> None:
    voyage = a_voyage(places=4, ceiling=4)
    sold = a_booking(voyage, adults=4)
    family, single, other = a_wait(voyage, places=4), a_wait(voyage), a_wait(voyage)
    [leg] = voyage.legs
    lower_quota(voyage.id, {(leg.id, 1, 1): 1}, "penjatahan")
    assert states(family, single, other) == ["waiting", "offered", "waiting"]
    assert [d.booking_id for d in list_displaced(voyage.id)] == [sold.id]
    clock.forward(minutes=60)
    swap_ship(voyage.id, papers(a_ship("KM Lain"), 9).id, "kabin rusak")
    assert states(family, single, other) == ["waiting", "waiting", "offered"]


def test_a_group_whose_third_offer_the_office_takes_away_waits_on(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2, departs_at=clock() + timedelta(days=3))
    one, _ = a_booking(voyage), a_booking(voyage)
    entry = a_wait(voyage)
    cancel_passengers(one.code, [0])
    for _ in range(2):
        clock.forward(minutes=60)
        expire_holds()
        make_offers([voyage.id])
    assert (states(entry), entry.offers) == (["offered"], 3)
    [leg] = voyage.legs
    lower_quota(voyage.id, {(leg.id, 1, 1): 1}, "penjatahan")
    assert states(entry) == ["waiting"]
    set_quota(voyage.id, 1, 2)
    make_offers([voyage.id])
    assert states(entry) == ["offered"]
    clock.forward(minutes=60)
    expire_holds()
    assert states(entry) == ["lapsed"]
