"""One person is on one paid journey at a time; what nobody has paid blocks nobody and tells nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask, current_app

from app.accounts.models import LimitCount
from app.booking.actions.hold import hold
from app.booking.actions.journey_overlap import minutes_of, take_time
from app.booking.actions.payment import choose_payment, confirm_payment, name_travelers
from app.booking.models import Booking, Passenger, PaymentMethod
from app.db import action, db
from app.errors import Refusal
from app.flow.recount import recount
from app.schedule.actions import revise_departure
from tests.conftest import Clock, running, settings_for
from tests.factories import a_hold, a_nik, a_traveler, a_user, a_voyage
from tests.processes import at_once
from tests.races.payer import take_money

PHONE = "+6281200000001"
WHO = a_nik(77)


def named(voyage, *numbers: str, phone: str = PHONE) -> Booking:
    """Persons of these document numbers on the whole voyage."""
    people = [a_traveler(document_number=number) for number in numbers]
    return name_travelers(a_hold(voyage, len(numbers)).code, phone, people)


def claimed(voyage, *numbers: str) -> Booking:
    """The same, confirmed, and seen by nobody, as free bookings were that chose themselves."""
    booking = paid(voyage, *numbers)
    booking.confirmed_by, booking.payment = None, PaymentMethod.FREE
    db.session.commit()
    return booking


def paid(voyage, *numbers: str) -> Booking:
    """The same at the counter."""
    return pay(named(voyage, *numbers))


def pay(booking: Booking) -> Booking:
    """The officer has the money and the cards."""
    return confirm_payment(booking.code, a_user().id, current_app.extensions["keyring"])


def refused(do, *args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        do(*args, **kwargs)
    return refusal.value


def told(refusal: Refusal) -> tuple[str, int, str | None, dict]:
    return refusal.code, refusal.status, refusal.field, refusal.details


NOTHING = ("at_the_counter", 409, None, {})
"""An answer that says nothing about anybody."""


def test_what_nobody_has_paid_blocks_neither_a_payer_nor_another_claim(app: Flask) -> None:
    stranger = named(a_voyage(), WHO)
    choose_payment(stranger.code, PaymentMethod.COUNTER)
    assert named(a_voyage(), WHO).state == "held"
    assert paid(a_voyage(), WHO).state == "confirmed"


def test_naming_somebody_tells_nothing_about_their_journeys(app: Flask) -> None:
    paid(a_voyage(), WHO)
    assert named(a_voyage(), WHO).state == named(a_voyage(), a_nik(78)).state == "held"


def test_a_claim_that_an_officer_has_not_seen_gives_way_to_one_that_he_sees(app: Flask) -> None:
    stranger = claimed(a_voyage(), WHO)
    assert paid(a_voyage(), WHO).state == "confirmed"
    db.session.expire_all()
    assert db.session.get(Booking, stranger.id).passengers[0].from_minute is None


def test_one_person_cannot_pay_for_two_ships_at_once(app: Flask, clock: Clock) -> None:
    paid(a_voyage(), WHO)
    other = named(a_voyage(departs_at=clock.moment + timedelta(days=1, hours=5)), a_nik(78), WHO)
    assert told(refused(pay, other)) == ("already_travels", 409, "document_number", {"index": 1})


def test_nor_twice_on_the_same_ship_or_in_the_same_booking(app: Flask) -> None:
    voyage = a_voyage()
    paid(voyage, WHO)
    assert refused(paid, voyage, WHO).code == "already_travels"
    assert refused(named, voyage, a_nik(79), a_nik(79)).code == "document_twice"


def test_a_journey_may_begin_when_the_one_before_ends(app: Flask, clock: Clock) -> None:
    out = a_voyage()  # planned to arrive 22 hours after its departure
    back = a_voyage("Semarang", "Sampit", departs_at=out.calls[1].planned_arrival)
    paid(out, WHO)
    paid(back, WHO)
    early = a_voyage("Semarang", "Sampit", departs_at=out.calls[1].planned_arrival - timedelta(minutes=1))
    assert refused(paid, early, WHO).code == "already_travels"


def test_two_parts_of_one_voyage_are_two_journeys(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai")
    for start, end in (voyage.calls[:2], voyage.calls[1:]):
        held = hold(f"request-{start.position}", voyage.id, 1, 1, from_call_id=start.id, to_call_id=end.id)
        pay(name_travelers(held.code, PHONE, [a_traveler(document_number=WHO)]))


def test_without_a_documented_arrival_the_passage_lasts_thirty_hours(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    start, end = voyage.calls
    end.planned_arrival = None
    db.session.commit()
    first, last = minutes_of(start, end) or (0, 0)
    assert last - first == 30 * 60
    paid(voyage, WHO)
    later = start.planned_departure + timedelta(hours=30)
    assert refused(paid, a_voyage(departs_at=later - timedelta(minutes=1)), WHO).code == "already_travels"
    paid(a_voyage(departs_at=later), WHO)


def test_a_delay_makes_no_booking_impossible(app: Flask, clock: Clock) -> None:
    first = a_voyage()
    second = a_voyage("Semarang", "Sampit", departs_at=clock.moment + timedelta(days=2))
    paid(first, WHO)
    revise_departure(first.calls[0].id, clock.moment + timedelta(days=1, hours=9), "air surut", cause="tide")
    paid(second, WHO)


def test_naming_again_is_not_in_its_own_way(app: Flask) -> None:
    booking = a_hold(a_voyage())
    for name in ("SITI UJI", "SITI RAHMA"):
        named_now = name_travelers(booking.code, PHONE, [a_traveler(name, document_number=WHO)])
    assert [p.name for p in pay(named_now).passengers] == ["SITI RAHMA"]


def test_the_tables_refuse_it_where_no_read_has_seen_it(app: Flask) -> None:
    paid(a_voyage(), WHO)
    other = paid(a_voyage(), a_nik(80)).passengers[0].id

    @action
    def cheat() -> None:
        db.session.execute(db.update(Passenger).where(Passenger.id == other).values(document_number=WHO))

    assert told(refused(cheat)) == NOTHING


@pytest.mark.race
@pytest.mark.parametrize("_again", range(3))
def test_of_two_bookings_of_one_person_at_once_one_is_refused(app: Flask, _again: int) -> None:
    codes = [a_hold(a_voyage(), 2).code for _ in range(6)]
    officer_id = a_user().id

    def buy(number: int) -> str:
        # In different orders, so that the tables' locks may cross.
        pair = [a_traveler(document_number=WHO), a_traveler(document_number=a_nik(78))]
        with app.app_context():
            try:
                name_travelers(codes[number], PHONE, pair[:: 1 if number % 2 else -1])
                confirm_payment(codes[number], officer_id, app.extensions["keyring"])
            except Refusal as refusal:
                return refusal.code
        return "confirmed"

    with ThreadPoolExecutor(len(codes)) as pool:
        answers = list(pool.map(buy, range(len(codes))))
    assert answers.count("confirmed") == 1
    assert set(answers) <= {"confirmed", "already_travels", "at_the_counter"}


@pytest.mark.race
def test_processes_cannot_put_one_person_on_two_ships(app: Flask, database_url: str) -> None:
    codes = [named(a_voyage(), WHO).code for _ in range(4)]
    officer_id = a_user().id
    payers = at_once(take_money, database_url, [(officer_id, code) for code in codes])
    answers = [line for payer in payers for line in payer.rest()]
    assert answers.count("confirmed") == 1
    assert set(answers) <= {"confirmed", "already_travels", "at_the_counter"}


@pytest.fixture
def few(database_url: str) -> Iterator[Flask]:
    """An application where one phone number may have three persons."""
    with running(settings_for(database_url, contact_limit=3)) as app:
        yield app
        assert recount() == []


def test_one_phone_number_brings_a_bounded_number_of_people(few: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    named(voyage, a_nik(1), a_nik(2))
    refusal = refused(named, voyage, a_nik(3), a_nik(4))
    assert (refusal.code, refusal.field, refusal.details) == ("contact_limit", "phone", {"limit": 3})
    named(voyage, a_nik(3), a_nik(4), phone="+6281200000002")
    named(voyage, a_nik(5))
    assert refused(named, voyage, a_nik(6)).code == "contact_limit"
    clock.forward(minutes=15)  # the holds have ended, noticed or not
    named(voyage, a_nik(1), a_nik(2), a_nik(3))


def test_those_who_have_left_do_not_count(few: Flask, clock: Clock) -> None:
    first, second = a_voyage(), a_voyage(departs_at=clock.moment + timedelta(days=9))
    booking = named(first, a_nik(1), a_nik(2), a_nik(3))
    pay(booking)
    assert refused(named, second, a_nik(4)).code == "contact_limit"
    clock.forward(days=2)
    named(second, a_nik(4))


@pytest.mark.race
def test_two_requests_at_once_do_not_pass_the_limit(few: Flask) -> None:
    voyage = a_voyage()
    codes = [a_hold(voyage, 2).code for _ in range(6)]

    def name(number: int) -> str:
        with few.app_context():
            people = [a_traveler(document_number=a_nik(2 * number + n)) for n in (1, 2)]
            try:
                name_travelers(codes[number], PHONE, people)
            except Refusal as refusal:
                return refusal.code
        return "named"

    with ThreadPoolExecutor(len(codes)) as pool:
        assert sorted(pool.map(name, range(6))) == ["contact_limit"] * 5 + ["named"]


def test_the_recount_finds_time_that_is_taken_for_nobody_and_by_nobody(app: Flask) -> None:
    booking, unpaid = paid(a_voyage(), WHO), named(a_voyage(), a_nik(78))
    ours = db.update(Passenger).where(Passenger.booking_id == booking.id)
    db.session.execute(ours.values(from_minute=None, until_minute=None))
    db.session.commit()
    assert [(d.kept, d.counted) for d in recount()] == [(0, 1)]
    db.session.execute(ours.values(from_minute=1, until_minute=2))
    db.session.commit()
    assert recount() == []
    db.session.execute(
        db.update(Passenger).where(Passenger.booking_id == unpaid.id).values(from_minute=1, until_minute=2)
    )
    db.session.commit()
    assert [(d.kept, d.counted) for d in recount()] == [(1, 0)]
    db.session.execute(
        db.update(Passenger).where(Passenger.booking_id == unpaid.id).values(from_minute=None, until_minute=None)
    )
    db.session.commit()


def test_a_claim_that_is_refused_is_counted_and_nothing_else_of_it_stays(app: Flask) -> None:
    paid(a_voyage(), WHO)
    other = named(a_voyage(), a_nik(81))

    @action
    def claim() -> None:
        other.phone = "+6281299999999"
        take_time([WHO], minutes_of(other.from_call, other.to_call), other, seen=False)

    for _ in range(2):
        assert told(refused(claim)) == NOTHING
    db.session.rollback()
    assert db.session.execute(db.select(LimitCount.kind, LimitCount.orders)).all() == [("at_counter", 2)]
    assert other.phone != "+6281299999999"
