"""Many wishes in one transaction are answered as if each had come alone, one after the other."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from app import config
from app.accounts.models import RateCount
from app.booking.actions.hold import Held, Wish, expire_holds, hold, hold_all
from app.booking.models import Booking
from app.db import db
from app.errors import Refusal
from app.outbox import OutboxRow
from app.schedule.models import Voyage
from app.seats.models import Allotment, LegLoad
from app.seats.places import SoldOut
from tests.conftest import Clock
from tests.factories import a_fare_class, a_hold, a_voyage


def a_wish(voyage: Voyage, adults: int = 1, infants: int = 0, **changes: object) -> Wish:
    values = {"request_id": str(uuid4()), "voyage_id": voyage.id, "fare_class_id": 1, "adults": adults}
    return Wish(**{**values, "infants": infants, **changes})  # type: ignore[arg-type]


def codes(answers: list[Held | Refusal]) -> list[str]:
    """`held`, or the code of the refusal."""
    return [answer.code if isinstance(answer, Refusal) else "held" for answer in answers]


def counters(voyage: Voyage) -> list[tuple[int, int]]:
    """(places held, souls promised) of each leg."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.execute(
        db.select(Allotment.held, LegLoad.promised)
        .join(LegLoad, LegLoad.leg_id == Allotment.leg_id)
        .where(Allotment.leg_id.in_([leg.id for leg in voyage.legs]))
        .order_by(Allotment.leg_id, Allotment.fare_class_id)
    )
    return [tuple(row) for row in rows]


def test_the_last_places_go_to_those_who_came_first_and_a_smaller_party_still_fits(app: Flask) -> None:
    voyage = a_voyage(places=5)
    answers = hold_all([a_wish(voyage, adults) for adults in (2, 2, 2, 1, 1)])
    assert codes(answers) == ["held", "held", "sold_out", "held", "sold_out"]
    assert counters(voyage) == [(5, 5)]
    assert db.session.query(Booking).count() == 3


def test_a_refusal_undoes_no_neighbour_whatever_its_reason(app: Flask, clock: Clock) -> None:
    voyage, gone = a_voyage(places=10, ceiling=3), a_voyage(departs_at=clock() + timedelta(minutes=30))
    answers = hold_all(
        [
            a_wish(voyage, 1),
            a_wish(voyage, 9),
            a_wish(voyage, 1, 2),
            a_wish(gone),
            a_wish(voyage, voyage_id=999_999),
            a_wish(voyage, fare_class_id=77),
            a_wish(voyage, from_call_id=voyage.calls[1].id),
            a_wish(voyage, 2, 1),
            a_wish(voyage, 1, 1),
        ]
    )
    assert codes(answers) == [
        "held",
        "party_size",
        "infants_on_laps",
        "sale_closed",
        "voyage_not_found",
        "sold_out",
        "not_on_sale",
        "ship_full",
        "held",
    ]
    assert counters(voyage) == [(2, 3)]


def test_one_request_twice_in_a_batch_and_once_before_is_one_booking(app: Flask) -> None:
    voyage = a_voyage(places=10)
    before = a_wish(voyage)
    first = hold_all([before])[0]
    wish = a_wish(voyage, 2)
    answers = hold_all([wish, before, wish])
    assert isinstance(first, Held)
    assert [answer.code for answer in answers if isinstance(answer, Held)] == [
        answers[0].code,
        first.code,
        answers[0].code,
    ]
    assert [answer.new for answer in answers if isinstance(answer, Held)] == [True, False, False]
    assert counters(voyage) == [(3, 3)]


def test_journeys_that_share_no_leg_do_not_stand_in_each_others_way(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai", places=2)
    start, middle, end = (call.id for call in voyage.calls)
    answers = hold_all(
        [
            a_wish(voyage, 2, from_call_id=start, to_call_id=middle),
            a_wish(voyage, 1),
            a_wish(voyage, 2, from_call_id=middle, to_call_id=end),
        ]
    )
    assert codes(answers) == ["held", "sold_out", "held"]
    assert counters(voyage) == [(2, 2), (2, 2)]


def test_expired_holds_of_every_voyage_in_the_batch_make_room_first(app: Flask, clock: Clock) -> None:
    one, two = a_voyage(places=1), a_voyage(places=1, departs_at=clock() + timedelta(days=2))
    a_hold(one)
    a_hold(two)
    clock.forward(minutes=config.current().hold_minutes)
    assert codes(hold_all([a_wish(two), a_wish(one), a_wish(one)])) == ["held", "held", "sold_out"]
    assert counters(one) == counters(two) == [(1, 1)]
    assert expire_holds() == 0


def test_two_classes_share_the_souls_under_the_ceiling(app: Flask) -> None:
    voyage = a_voyage(places=5, ceiling=6)
    a_fare_class(2, "Kelas 1")
    db.session.add(Allotment(leg_id=voyage.legs[0].id, fare_class_id=2, quota=5))
    db.session.commit()
    answers = hold_all([a_wish(voyage, 4), a_wish(voyage, 3, fare_class_id=2), a_wish(voyage, 2, fare_class_id=2)])
    assert codes(answers) == ["held", "ship_full", "held"]
    assert [promised for _, promised in counters(voyage)] == [6, 6]


def test_whoever_asks_too_often_is_refused_and_the_others_are_not(app: Flask) -> None:
    voyage = a_voyage(places=100)
    limit = 3
    config.use(replace(config.current(), booking_limit=limit))
    wishes = [a_wish(voyage, visitor=visitor) for visitor in "aabaabaac"]
    assert codes(hold_all(wishes)) == [
        "held",
        "held",
        "held",
        "held",
        "too_many",
        "held",
        "too_many",
        "too_many",
        "held",
    ]
    assert codes(hold_all([a_wish(voyage, visitor="a"), a_wish(voyage, visitor="b")])) == ["too_many", "held"]
    assert counters(voyage) == [(7, 7)]
    assert db.session.query(RateCount).count() == 3


def test_a_batch_is_one_piece_of_news_for_each_voyage_and_few_statements(app: Flask) -> None:
    one, two = a_voyage(), a_voyage()
    db.session.query(OutboxRow).delete()
    db.session.commit()
    with statements() as sent:
        hold_all([a_wish(one if n % 2 else two, asker=f"address {n}", visitor=f"visitor {n}") for n in range(40)])
    assert sorted(row.voyage_id for row in db.session.query(OutboxRow)) == [one.id, two.id]
    # Two counters for each of two voyages, and the rest once, however many ask.
    assert len(sent) <= 16, sent


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database meanwhile, but for the beginning and the end of transactions."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("seed", range(12))
def test_a_batch_answers_what_a_plain_count_of_each_leg_allows(app: Flask, seed: int) -> None:
    random = Random(seed)
    stops = random.randint(2, 6)
    voyage = a_voyage(*[f"Pelabuhan {n}" for n in range(stops)], places=random.randint(1, 12), ceiling=14)
    free = {leg: (_quota(voyage, leg), 14) for leg in range(stops - 1)}
    calls = [call.id for call in voyage.calls]
    for _ in range(6):
        wishes, expected = [], []
        for _ in range(random.randint(1, 10)):
            start, end = sorted(random.sample(range(stops), 2))
            adults = random.randint(1, 4)
            infants = random.randint(0, min(adults, 8 - adults))
            wishes.append(a_wish(voyage, adults, infants, from_call_id=calls[start], to_call_id=calls[end]))
            legs = range(start, end)
            fits = all(free[leg][0] >= adults and free[leg][1] >= adults + infants for leg in legs)
            expected.append(fits)
            if fits:
                for leg in legs:
                    free[leg] = (free[leg][0] - adults, free[leg][1] - adults - infants)
        assert [isinstance(answer, Held) for answer in hold_all(wishes)] == expected
    assert counters(voyage) == [(_quota(voyage, leg) - free[leg][0], 14 - free[leg][1]) for leg in free]


def _quota(voyage: Voyage, leg: int) -> int:
    return db.session.query(Allotment).filter_by(leg_id=voyage.legs[leg].id).one().quota


def test_many_threads_at_the_desk_sell_exactly_what_there_is(app: Flask) -> None:
    voyage = a_voyage(places=57)
    voyage_id = voyage.id

    def buy(_: int) -> str:
        with app.app_context():
            try:
                return hold(str(uuid4()), voyage_id, 1, 1).code
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(buy, range(150)))
    assert answers.count("sold_out") == 150 - 57
    assert len(set(answers)) == 58
    assert counters(voyage) == [(57, 57)]


def test_a_refusal_leaves_no_circle_behind_that_must_be_swept_up(app: Flask) -> None:
    voyage = a_voyage(places=1)
    gc.collect()
    gc.disable()
    try:
        for number in range(3):
            with suppress(Refusal):
                hold(f"00000000-0000-4000-8000-{number:012}", voyage.id, 1, 2)
        assert not [each for each in gc.get_objects() if isinstance(each, SoldOut)]
    finally:
        gc.enable()
