"""One person is on one journey at a time, and one phone number brings a bounded number of them."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask

from app import config
from app.booking.actions import choose_payment, name_travelers, release
from app.booking.holding import hold
from app.booking.journeys import minutes_of
from app.booking.models import Booking, BookingState, Passenger, PaymentMethod
from app.db import action, db
from app.errors import Refusal
from app.flow.recount import recount
from app.schedule.actions import revise_departure
from tests.conftest import Clock, running, settings_for
from tests.factories import a_hold, a_nik, a_traveler, a_voyage

PHONE = "+6281200000001"
WHO = a_nik(77)


def named(voyage, *numbers: str, phone: str = PHONE) -> Booking:
    """Persons of these document numbers on the whole voyage."""
    people = [a_traveler(document_number=number) for number in numbers]
    return name_travelers(a_hold(voyage, len(numbers)).code, phone, people)


def refused(*args, **kwargs) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        named(*args, **kwargs)
    return refusal.value


def test_one_person_cannot_be_on_two_ships_at_once(app: Flask, clock: Clock) -> None:
    named(a_voyage(), WHO)
    refusal = refused(a_voyage(departs_at=clock.moment + timedelta(days=1, hours=5)), a_nik(78), WHO)
    assert (refusal.code, refusal.status, refusal.field) == ("already_travels", 409, "document_number")
    assert refusal.details == {"index": 1}, "and nothing about the other booking"


def test_nor_twice_on_the_same_ship_or_in_the_same_booking(app: Flask) -> None:
    voyage = a_voyage()
    named(voyage, WHO)
    assert refused(voyage, WHO).code == "already_travels"
    assert refused(voyage, a_nik(79), a_nik(79)).code == "document_twice"


def test_a_journey_may_begin_when_the_one_before_ends(app: Flask, clock: Clock) -> None:
    out = a_voyage()  # planned to arrive 22 hours after its departure
    back = a_voyage("Semarang", "Sampit", departs_at=out.calls[1].planned_arrival)
    named(out, WHO)
    named(back, WHO)
    early = a_voyage("Semarang", "Sampit", departs_at=out.calls[1].planned_arrival - timedelta(minutes=1))
    assert refused(early, WHO).code == "already_travels"


def test_two_parts_of_one_voyage_are_two_journeys(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai")
    for start, end in (voyage.calls[:2], voyage.calls[1:]):
        held = hold(f"request-{start.position}", voyage.id, 1, 1, from_call_id=start.id, to_call_id=end.id)
        name_travelers(held.code, PHONE, [a_traveler(document_number=WHO)])


def test_without_a_documented_arrival_the_passage_lasts_thirty_hours(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    start, end = voyage.calls
    end.planned_arrival = None
    db.session.commit()
    first, last = minutes_of(start, end) or (0, 0)
    assert last - first == 30 * 60
    named(voyage, WHO)
    later = start.planned_departure + timedelta(hours=30)
    assert refused(a_voyage(departs_at=later - timedelta(minutes=1)), WHO).code == "already_travels"
    named(a_voyage(departs_at=later), WHO)


def test_a_delay_makes_no_booking_impossible(app: Flask, clock: Clock) -> None:
    first = a_voyage()
    second = a_voyage("Semarang", "Sampit", departs_at=clock.moment + timedelta(days=2))
    named(first, WHO)
    revise_departure(first.calls[0].id, clock.moment + timedelta(days=1, hours=9), "air surut", cause="tide")
    named(second, WHO)


def test_released_and_expired_holds_leave_the_person_free(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2)
    given_back = named(voyage, WHO)
    release(given_back.code)
    forgotten = named(voyage, WHO)
    clock.forward(minutes=15)
    # Nobody has noticed the end of the hold; its person books elsewhere and its place is free at once.
    named(a_voyage(), WHO)
    db.session.expire_all()
    assert db.session.get(Booking, forgotten.id).state == BookingState.EXPIRED


def test_naming_again_is_not_in_its_own_way(app: Flask) -> None:
    booking = a_hold(a_voyage())
    for name in ("SITI UJI", "SITI RAHMA"):
        named_now = name_travelers(booking.code, PHONE, [a_traveler(name, document_number=WHO)])
    assert [p.name for p in named_now.passengers] == ["SITI RAHMA"]


def test_the_tables_refuse_it_where_no_read_has_seen_it(app: Flask) -> None:
    named(a_voyage(), WHO)
    other = named(a_voyage(), a_nik(80)).passengers[0].id

    @action
    def cheat() -> None:
        db.session.execute(db.update(Passenger).where(Passenger.id == other).values(document_number=WHO))

    with pytest.raises(Refusal) as refusal:
        cheat()
    assert refusal.value.code == "already_travels"


@pytest.mark.race
@pytest.mark.parametrize("_again", range(3))
def test_of_two_bookings_of_one_person_at_once_one_is_refused(app: Flask, _again: int) -> None:
    codes = [a_hold(a_voyage(), 2).code for _ in range(6)]
    keyring = app.extensions["keyring"]

    def buy(number: int) -> str:
        # In different orders, so that the tables' locks may cross.
        pair = [a_traveler(document_number=WHO), a_traveler(document_number=a_nik(78))]
        with app.app_context():
            try:
                name_travelers(codes[number], PHONE, pair[:: 1 if number % 2 else -1])
                choose_payment(codes[number], PaymentMethod.FREE, keyring)
            except Refusal as refusal:
                return refusal.code
        return "confirmed"

    with ThreadPoolExecutor(len(codes)) as pool:
        answers = list(pool.map(buy, range(len(codes))))
    assert sorted(answers) == ["already_travels"] * 5 + ["confirmed"]


@pytest.mark.race
def test_processes_cannot_put_one_person_on_two_ships(app: Flask, database_url: str) -> None:
    codes = [a_hold(a_voyage()).code for _ in range(4)]
    command = [sys.executable, "-m", "tests.races.namer", database_url, WHO]
    namers = [
        subprocess.Popen([*command, code], cwd=config.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for code in codes
    ]
    for namer in namers:
        assert namer.stdout is not None
        assert namer.stdout.readline() == "ready\n"
    answers = [namer.communicate("go\n", timeout=60)[0].strip() for namer in namers]
    assert sorted(answers) == ["already_travels"] * 3 + ["named"]


@pytest.fixture
def few(database_url: str) -> Iterator[Flask]:
    """An application where one phone number may have three persons."""
    with running(settings_for(database_url, contact_limit=3)) as app:
        yield app
        assert recount() == []


def test_one_phone_number_brings_a_bounded_number_of_people(few: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    named(voyage, a_nik(1), a_nik(2))
    refusal = refused(voyage, a_nik(3), a_nik(4))
    assert (refusal.code, refusal.field, refusal.details) == ("contact_limit", "phone", {"limit": 3})
    named(voyage, a_nik(3), a_nik(4), phone="+6281200000002")
    named(voyage, a_nik(5))
    assert refused(voyage, a_nik(6)).code == "contact_limit"
    clock.forward(minutes=15)  # the holds have ended, noticed or not
    named(voyage, a_nik(1), a_nik(2), a_nik(3))


def test_those_who_have_left_do_not_count(few: Flask, clock: Clock) -> None:
    first, second = a_voyage(), a_voyage(departs_at=clock.moment + timedelta(days=9))
    booking = named(first, a_nik(1), a_nik(2), a_nik(3))
    choose_payment(booking.code, PaymentMethod.FREE, few.extensions["keyring"])
    assert refused(second, a_nik(4)).code == "contact_limit"
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
    booking = named(a_voyage(), WHO)
    times = db.session.execute(db.select(Passenger.from_minute, Passenger.until_minute)).one()
    db.session.execute(db.update(Passenger).values(from_minute=None, until_minute=None))
    db.session.commit()
    assert [(d.kept, d.counted) for d in recount()] == [(0, 1)]
    booking = db.session.get(Booking, booking.id)
    db.session.execute(db.update(Passenger).values(from_minute=times[0], until_minute=times[1]))
    db.session.commit()
    assert recount() == []
    release(booking.code)
    db.session.execute(db.update(Passenger).values(from_minute=times[0], until_minute=times[1]))
    db.session.commit()
    assert [(d.kept, d.counted) for d in recount()] == [(1, 0)]
    db.session.execute(db.update(Passenger).values(from_minute=None, until_minute=None))
    db.session.commit()
