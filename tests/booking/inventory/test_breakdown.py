"""Every place explained: each sum is exact, in whatever state a voyage is, and ends with what a buyer finds."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from app import clock as app_clock
from app.booking.actions.hold import Held, hold_all
from app.booking.actions.payment import confirm_payment, name_travelers, release
from app.booking.inventory.availability import list_places_between
from app.booking.inventory.breakdown import Explanation, explain, list_rows
from app.booking.models import sale_closes_at
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.models import LegLoad
from tests.conftest import Clock
from tests.factories import a_booking, a_fare_class, a_hold, a_traveler, a_user, a_voyage
from tests.queries import queries_counted
from tests.seats.oracle import a_wish, a_world
from tests.seats.worlds import asked, in_tables


def exact(told: Explanation) -> None:
    """Every sum adds up, and every class ends with what a buyer of one leg finds."""
    voyage = told.voyage
    found = list_places_between([(voyage, leg.start, leg.end) for leg in told.legs])
    loads = {load.leg_id: load for load in db.session.scalars(db.select(LegLoad))}
    for leg, places in zip(told.legs, found, strict=True):
        sums = leg.sums
        assert {row.fare_class.id: row.remaining for row in sums.classes} == {
            p.fare_class.id: p.remaining for p in places
        }
        for row in sums.classes:
            taken = (row.others, row.unreleased, row.held, row.sold, row.aside, row.restricted, row.blocked)
            assert row.quota - sum(taken) == row.remaining == row.terms[-1].left
            assert min(*taken, row.remaining) >= 0, row
            [place] = [p for p in places if p.fare_class == row.fare_class]
            assert (row.quota, row.sold, row.held) == (place.quota, place.sold, place.held), "one number, one meaning"
        assert sum(term.amount for term in sums.terms) == sums.remaining == sums.terms[-1].left
        assert sums.quota == sums.sold + sums.held + sums.kept + sums.remaining
        assert min(sums.sold, sums.held, sums.kept, sums.remaining) >= 0
        assert sums.remaining <= sum(row.remaining for row in sums.for_persons)
        assert any(row.remaining for row in sums.for_persons) == (sums.remaining > 0)
        if len(sums.for_persons) == 1:
            assert sums.remaining == sums.for_persons[0].remaining
        souls = leg.souls
        assert souls.in_beds + souls.infants + souls.without_bed + souls.in_vehicles == sums.taken
        assert souls.free == sums.free
        if sums.leg_id in loads:
            expired = loads[sums.leg_id].promised - sums.taken
            assert expired >= 0, "only holds past their end are promised and have no place"


@pytest.mark.parametrize("seed", range(12))
def test_a_random_voyage_adds_up_at_every_moment(app: Flask, clock: Clock, seed: int) -> None:
    random, officer = Random(seed), a_user().id
    world = a_world(random, clock.moment, sizes=(8, 20, 45))
    voyage = in_tables(world, clock)
    for _ in range(5):
        until = clock.moment + timedelta(minutes=15)
        wishes = [asked(random, voyage, world, a_wish(random, world, until)) for _ in range(6)]
        for number, answer in enumerate(hold_all(wishes)):
            if not isinstance(answer, Held):
                continue
            if number % 3 == 1:
                souls = answer.vehicle_persons or answer.places + answer.infants
                infants = 0 if answer.vehicle_persons else answer.infants
                people = [a_traveler(infant=n >= souls - infants) for n in range(souls)]
                name_travelers(answer.code, f"+62812{seed:02}{random.randrange(10**6):06}", people)
                confirm_payment(answer.code, officer, app.extensions["keyring"])
            elif number % 3 == 2:
                release(answer.code)
        if random.random() < 0.3:
            load = db.session.get(LegLoad, voyage.legs[0].id, populate_existing=True)
            load.set_ceiling(max(1, load.ceiling - random.randint(0, 6)), load.ceiling if seed % 2 else None)
            db.session.commit()
        clock.forward(minutes=random.choice([1, 20, 60 * 24 * 5, 60 * 24 * 20]))
        exact(explain(get_voyage(voyage.id)))


def test_the_sum_names_each_step_from_the_papers_to_what_is_left(app: Flask) -> None:
    voyage = a_voyage(places=10, ceiling=14)
    a_booking(voyage, 3, 2)
    held = a_hold(voyage, 2)
    [leg] = explain(voyage).legs
    assert [(term.part, term.amount, term.left) for term in leg.sums.terms] == [
        ("certificate", 14, 14),
        ("dispensation", 0, 14),
        ("not_in_classes", -4, 10),
        ("others", 0, 10),
        ("unreleased", 0, 10),
        ("held", -2, 8),
        ("sold", -3, 5),
        ("aside", 0, 5),
        ("restricted", 0, 5),
        ("blocked", 0, 5),
    ]
    assert (leg.souls.in_beds, leg.souls.infants, leg.souls.free) == (5, 2, 7)
    assert [b.id for b in list_rows(voyage, voyage.legs[0], held=True)] == [held.id]
    assert list_rows(voyage, voyage.legs[0], fare_class_ids=[2]) == []


def test_a_dispensation_adds_and_infants_block(app: Flask) -> None:
    voyage = a_voyage(places=10)
    load = db.session.scalars(db.select(LegLoad)).one()
    load.set_ceiling(8, 11)
    db.session.commit()
    a_booking(voyage, 2, 2)
    [leg] = explain(voyage).legs
    assert [(t.part, t.amount) for t in leg.sums.terms if t.amount] == [
        ("certificate", 8), ("dispensation", 3), ("not_in_classes", -1), ("sold", -2), ("blocked", -1),
    ]  # fmt: skip
    assert leg.sums.remaining == 7
    exact(explain(voyage))


def test_a_voyage_that_was_called_off_blocks_everything(app: Flask) -> None:
    voyage = a_voyage(places=10)
    a_booking(voyage)
    cancel_voyage(voyage.id, "tide", "air surut")
    told = explain(get_voyage(voyage.id))
    assert [leg.sums.remaining for leg in told.legs] == [0]
    assert told.legs[0].sums.terms[-1].amount == -10
    exact(told)


def test_nothing_is_left_online_once_the_sale_has_ended_or_the_ship_has_left(app: Flask, clock: Clock) -> None:
    """What is told online, of each leg and of the whole voyage, ends with the sale at the port that it begins at."""
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=10)
    first, second, last = voyage.calls

    def left() -> tuple[int, ...]:
        told, found = explain(get_voyage(voyage.id)), get_voyage(voyage.id)
        exact(told)
        [[whole], [later]] = list_places_between([(found, *ends) for ends in ((first, last), (second, last))])
        return (*(leg.sums.remaining for leg in told.legs), whole.remaining, later.remaining)

    closes = sale_closes_at(first)
    assert closes is not None
    clock.moment = closes - timedelta(seconds=1)
    assert left() == (10, 10, 10, 10)
    clock.moment = closes
    assert left() == (0, 10, 0, 10)
    second.actual_departure = clock.moment
    db.session.commit()
    assert left() == (0, 0, 0, 0), "it left the next port before its time"


def test_explaining_asks_a_fixed_number_of_questions(app: Flask) -> None:
    a_fare_class(2, "Kelas 1")
    voyage: Voyage = a_voyage("Sampit", "Semarang", "Surabaya", "Kumai")
    for _ in range(5):
        a_booking(voyage, 2)
    voyage = get_voyage(voyage.id)
    _ = [voyage.legs, voyage.calls]
    assert app_clock.now()
    with queries_counted() as asked_for:
        explain(voyage)
    assert asked_for.count <= 6, asked_for
