"""What can be done about a booking, and what may never happen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.booking.actions import payment
from app.booking.actions.hold import expire_holds, hold
from app.booking.inventory.availability import list_places
from app.booking.models import Booking, BookingState, PaymentMethod
from app.booking.queries import find_ticket, get_booking
from app.db import db
from app.errors import NotFound, Refusal
from app.outbox import OutboxRow
from app.seats.models import Allotment, LegLoad
from app.seats.places import SoldOut
from tests.conftest import Clock
from tests.factories import a_booking, a_fare_class, a_hold, a_traveler, a_user, a_voyage, pay, tickets_of


def counters(voyage) -> list[tuple[int, int, int]]:
    """(held, sold, promised souls) of each leg, as the tables say."""
    db.session.expire_all()
    rows = db.session.execute(
        db.select(Allotment.held, Allotment.sold, LegLoad.promised)
        .join(LegLoad, LegLoad.leg_id == Allotment.leg_id)
        .where(Allotment.leg_id.in_([leg.id for leg in voyage.legs]))
        .order_by(Allotment.leg_id)
    )
    return [tuple(row) for row in rows]


def remaining(voyage) -> int:
    return list_places([voyage])[voyage.id][0].remaining


def test_a_hold_takes_places_and_souls_until_a_stated_moment(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=10)
    booking = a_hold(voyage, adults=2, infants=1)
    assert booking.expires_at == clock.moment + timedelta(minutes=15)
    assert counters(voyage) == [(2, 0, 3)]
    assert remaining(voyage) == 7  # ten souls may sail, three are promised


def test_the_same_request_is_the_same_booking_and_takes_nothing_more(app: Flask) -> None:
    voyage = a_voyage(places=10)
    request_id = str(uuid4())
    first = hold(request_id, voyage.id, 1, 2)
    second = hold(request_id, voyage.id, 1, 2)
    assert first.code == second.code
    assert counters(voyage) == [(2, 0, 2)]


def test_an_expired_hold_is_free_for_whoever_asks_though_nothing_has_run(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2)
    a_hold(voyage, adults=2)
    with pytest.raises(SoldOut):
        a_hold(voyage)
    clock.forward(minutes=15)
    assert remaining(voyage) == 2
    assert a_hold(voyage, adults=2).state == BookingState.HELD
    assert counters(voyage) == [(2, 0, 2)]


def test_expired_holds_are_given_back_once(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=5)
    a_hold(voyage, adults=3)
    clock.forward(minutes=16)
    assert expire_holds() == 1
    assert expire_holds() == 0
    assert counters(voyage) == [(0, 0, 0)]


def test_a_journey_over_two_legs_takes_both_or_none(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai", places=2)
    middle = voyage.calls[1].id
    hold(str(uuid4()), voyage.id, 1, 2, from_call_id=middle)
    with pytest.raises(SoldOut):
        a_hold(voyage)
    assert counters(voyage) == [(0, 0, 0), (2, 0, 2)]
    first_leg = hold(str(uuid4()), voyage.id, 1, 2, to_call_id=middle)
    assert first_leg.state == BookingState.HELD


def test_infants_take_no_place_and_count_as_souls(app: Flask) -> None:
    voyage = a_voyage(places=3, ceiling=4)
    a_hold(voyage, adults=2, infants=2)
    with pytest.raises(SoldOut) as refusal:
        a_hold(voyage)
    assert refusal.value.code == "ship_full"


@pytest.mark.parametrize(("adults", "infants"), [(0, 0), (9, 0), (5, 4), (1, 2), (1, -1)])
def test_a_party_is_one_to_eight_with_at_most_a_lap_for_each_infant(app: Flask, adults: int, infants: int) -> None:
    voyage = a_voyage()
    with pytest.raises(Refusal) as refusal:
        a_hold(voyage, adults, infants)
    assert refusal.value.code == ("infants_on_laps" if (adults, infants) == (1, 2) else "party_size")
    assert counters(voyage) == [(0, 0, 0)]


def test_the_sale_ends_an_hour_before_departure_and_no_hold_outlives_it(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock.moment + timedelta(minutes=70))
    assert a_hold(voyage).expires_at == clock.moment + timedelta(minutes=10)
    clock.forward(minutes=10)
    with pytest.raises(Refusal) as refusal:
        a_hold(voyage)
    assert refusal.value.code == "sale_closed"


def test_a_class_without_places_is_sold_out(app: Flask) -> None:
    voyage = a_voyage()
    a_fare_class(2, "Kelas 1")
    with pytest.raises(SoldOut):
        a_hold(voyage, fare_class_id=2)


def test_calls_in_the_wrong_order_make_no_journey(app: Flask) -> None:
    voyage = a_voyage()
    with pytest.raises(Refusal) as refusal:
        hold(str(uuid4()), voyage.id, 1, 1, from_call_id=voyage.calls[1].id, to_call_id=voyage.calls[0].id)
    assert refusal.value.code == "not_on_sale"
    with pytest.raises(NotFound):
        hold(str(uuid4()), voyage.id + 1, 1, 1)


def test_the_free_programme_is_confirmed_at_once_with_a_signed_ticket_each(app: Flask) -> None:
    booking = a_booking(adults=2, infants=1)
    assert booking.state == BookingState.CONFIRMED
    assert booking.expires_at is None
    assert counters(booking.voyage) == [(0, 2, 3)]
    assert len({t.signed for t in tickets_of(booking)}) == 3
    assert all(t.signed.startswith("DG1:") for t in tickets_of(booking))


def test_at_the_counter_places_stay_held_and_an_officer_confirms(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock.moment + timedelta(days=5))
    booking = a_booking(voyage, payment=PaymentMethod.COUNTER)
    assert booking.expires_at == clock.moment + timedelta(hours=24)
    assert not tickets_of(booking)[0].signed
    officer = a_user()
    clock.forward(hours=23)
    confirmed = payment.confirm_payment(booking.code, officer.id, app.extensions["keyring"])
    assert (confirmed.state, confirmed.confirmed_by) == (BookingState.CONFIRMED, officer.id)
    assert counters(voyage) == [(0, 1, 1)]


def test_choosing_the_counter_again_does_not_make_the_hold_longer(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock.moment + timedelta(days=5))
    booking = a_booking(voyage, payment=PaymentMethod.COUNTER)
    ends = booking.expires_at
    clock.forward(hours=5)
    again = payment.choose_payment(booking.code, PaymentMethod.COUNTER)
    assert again.expires_at == ends


def test_money_for_an_expired_hold_is_not_taken(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock.moment + timedelta(days=5))
    booking = a_booking(voyage, payment=PaymentMethod.COUNTER)
    officer = a_user()
    clock.forward(hours=24)
    with pytest.raises(Refusal) as refusal:
        payment.confirm_payment(booking.code, officer.id, app.extensions["keyring"])
    assert refusal.value.code == "hold_expired"


def test_confirming_twice_answers_the_same_and_sells_once(app: Flask) -> None:
    booking = a_booking(payment=PaymentMethod.COUNTER)
    officer = a_user()
    keyring = app.extensions["keyring"]
    first = [t.signed for t in tickets_of(payment.confirm_payment(booking.code, officer.id, keyring))]
    second = [t.signed for t in tickets_of(payment.confirm_payment(booking.code, officer.id, keyring))]
    assert first == second
    with pytest.raises(Refusal, match="already_confirmed"):
        payment.confirm_payment(booking.code, a_user().id, keyring)
    assert counters(booking.voyage) == [(0, 1, 1)]


def test_payment_needs_the_travelers_first(app: Flask) -> None:
    booking = a_hold(a_voyage())
    with pytest.raises(Refusal) as refusal:
        pay(booking.code)
    assert refusal.value.code == "travelers_missing"


def test_the_travelers_must_be_as_many_as_were_held(app: Flask) -> None:
    booking = a_hold(a_voyage(), adults=2)
    with pytest.raises(Refusal) as refusal:
        payment.name_travelers(booking.code, "+628", [a_traveler()])
    assert refusal.value.code == "wrong_party"


def test_a_child_of_two_is_no_infant(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock.moment + timedelta(days=30))
    sails_on = voyage.calls[0].day
    two_on_the_day = sails_on.replace(year=sails_on.year - 2)
    booking = a_hold(voyage, 1, 1)
    with pytest.raises(Refusal) as refusal:
        payment.name_travelers(booking.code, "+628", [a_traveler(), a_traveler(infant=True, birth_date=two_on_the_day)])
    assert (refusal.value.code, refusal.value.details["index"]) == ("infant_too_old", 1)
    day_less = two_on_the_day + timedelta(days=1)
    payment.name_travelers(booking.code, "+628", [a_traveler(), a_traveler(infant=True, birth_date=day_less)])


def test_naming_again_replaces_the_people_and_their_tickets(app: Flask) -> None:
    booking = a_hold(a_voyage())
    payment.name_travelers(booking.code, "+628", [a_traveler("Siti Lama")])
    old = tickets_of(get_booking(booking.code))[0].serial
    payment.name_travelers(booking.code, "+628", [a_traveler("Siti Baru")])
    db.session.expire_all()
    assert [p.name for p in get_booking(booking.code).passengers] == ["Siti Baru"]
    assert find_ticket(old) is None


def test_a_confirmed_booking_cannot_be_renamed_or_released(app: Flask) -> None:
    booking = a_booking()
    with pytest.raises(Refusal):
        payment.name_travelers(booking.code, "+628", [a_traveler()])
    with pytest.raises(Refusal):
        payment.release(booking.code)
    assert counters(booking.voyage) == [(0, 1, 1)]


def test_a_released_hold_gives_its_places_back_once(app: Flask) -> None:
    voyage = a_voyage()
    booking = a_hold(voyage, adults=3)
    payment.release(booking.code)
    assert payment.release(booking.code).state == BookingState.CANCELLED
    assert counters(voyage) == [(0, 0, 0)]


def test_a_refused_hold_leaves_nothing_behind_and_tells_nobody(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai", places=1)
    hold(str(uuid4()), voyage.id, 1, 1, from_call_id=voyage.calls[1].id)
    told = db.session.scalar(db.select(db.func.count(OutboxRow.id)))
    with pytest.raises(SoldOut):
        a_hold(voyage)
    assert counters(voyage) == [(0, 0, 0), (1, 0, 1)]
    assert db.session.scalar(db.select(db.func.count(OutboxRow.id))) == told
    assert db.session.scalar(db.select(db.func.count(Booking.id))) == 1


def test_every_change_of_places_is_told_in_its_own_transaction(app: Flask) -> None:
    booking = a_booking()
    kinds = db.session.scalars(db.select(OutboxRow.kind).order_by(OutboxRow.id)).all()
    assert kinds == ["PlacesChanged", "PlacesChanged"]  # held, sold
    assert {r.voyage_id for r in db.session.scalars(db.select(OutboxRow))} == {booking.voyage_id}
