"""A decree withholds a share of the places, as the rules of the day say; sold stays sold. On both engines."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.accounts.models import Role
from app.booking.actions.decree_entry import enter_decree, withdraw_decree
from app.booking.actions.hold import hold
from app.booking.eligibility.decrees import allowed_share, restrictions_on
from app.booking.inventory.availability import list_places
from app.booking.inventory.breakdown import explain
from app.booking.inventory.lock import lock
from app.booking.inventory.waiting_share import most_free
from app.booking.waitlist.actions import join
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.errors import Refusal
from app.rules.actions.drafts import load_shipped
from app.rules.engine.judge import prepare
from app.rules.shipped import read_rules, read_sets
from app.schedule.models import Voyage
from app.seats.models import Allotment
from app.seats.places import Room
from app.seats.stocks import Stock, restrict
from tests.conftest import Clock
from tests.factories import (
    a_booking,
    a_fare_class,
    a_hold,
    a_motorcycle_class,
    a_port,
    a_ship,
    a_user,
    a_voyage,
    on_sale,
)


@pytest.fixture
def rules(app: Flask) -> None:
    load_shipped(read_sets())


def decree(voyage: Voyage, level: int = 3, position: int = 0, everywhere: bool = False) -> int:
    call = voyage.calls[position]
    port_id = None if everywhere else call.port_id
    user = a_user(Role.ADMINISTRATOR)
    return enter_decree(level, call.day, call.day, "SE Uji 1/2026", user.id, port_id).decree.id


def left(voyage: Voyage, channel_id: int = 1) -> dict[int, tuple[int, int]]:
    return {p.fare_class.id: (p.remaining, p.restricted) for p in list_places([voyage], channel_id)[voyage.id]}


def take(voyage: Voyage, adults: int = 1, fare_class_id: int = 1, **more: object) -> None:
    hold(str(uuid4()), voyage.id, fare_class_id, adults, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("level", "percent"), [(1, 100), (2, 100), (3, 70), (4, 70)])
def test_the_share_is_what_the_rules_say_of_the_level(level: int, percent: int) -> None:
    rules = prepare(read_rules("ordinary", "capacity"))
    voyage = {"day": "2021-08-01", "port": "IDSMQ", "operator": "PELNI", "ppkm_level": level}
    assert allowed_share(rules, voyage) == percent
    assert allowed_share(prepare(read_rules("ordinary")), voyage) == 100


@pytest.mark.usefixtures("rules")
def test_at_level_3_seven_of_ten_places_are_sold_and_the_eighth_is_refused(app: Flask) -> None:
    voyage = a_voyage(places=10)
    decree(voyage)
    assert left(voyage) == {1: (7, 3)}
    take(voyage, 7)
    with pytest.raises(Refusal, match="restricted_by_rule"):
        take(voyage)
    assert left(voyage) == {1: (0, 3)}


@pytest.mark.usefixtures("rules")
def test_what_was_sold_before_stays_and_a_withdrawn_decree_lets_the_rest_be_sold(app: Flask) -> None:
    voyage = a_voyage(places=10)
    sold, held = a_booking(voyage, 6), a_hold(voyage, 3)
    number = decree(voyage, 4)
    assert left(voyage) == {1: (0, 1)}
    assert (sold.state, held.state) == ("confirmed", "held")
    withdraw_decree(number, a_user(Role.ADMINISTRATOR).id)
    assert left(voyage) == {1: (1, 0)}
    take(voyage)


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize("level", [1, 2])
def test_a_lower_level_withholds_nothing(app: Flask, level: int) -> None:
    voyage = a_voyage(places=10)
    decree(voyage, level)
    assert left(voyage) == {1: (10, 0)}
    assert restrictions_on(voyage.calls[:-1]) == []


@pytest.mark.usefixtures("rules")
def test_it_is_for_its_port_and_its_days_of_sailing_only(app: Flask, clock: Clock) -> None:
    # Here and onward leave Sampit at one moment: between two moments of a late evening there may be a midnight.
    here = a_voyage(places=10, departs_at=clock.moment + timedelta(hours=26))
    later = a_voyage(places=10, departs_at=clock.moment + timedelta(days=3))
    elsewhere = a_voyage("Kumai", "Semarang", places=10)
    starts, ship = clock.moment + timedelta(hours=2), a_ship("KM Uji Terusan")
    onward = a_voyage("Kumai", "Sampit", "Semarang", places=10, departs_at=starts, ship=ship)
    decree(here)
    assert [left(v)[1][0] for v in (here, later, elsewhere)] == [7, 10, 10]
    assert onward.calls[1].day == here.calls[0].day
    assert left(onward)[1][0] == 7, "its second leg sets out from there on that day"
    first = hold(str(uuid4()), onward.id, 1, 8, from_call_id=onward.calls[0].id, to_call_id=onward.calls[1].id)
    assert first.places == 8
    decree(later, everywhere=True)
    assert left(later)[1][0] == 7


@pytest.mark.usefixtures("rules")
def test_all_classes_and_channels_share_it_and_a_deck_has_none(app: Flask) -> None:
    voyage = a_voyage(places=10, ceiling=40)
    counter = db.session.get(Allotment, 1).channel.__class__(kind="counter", name="Loket Uji")
    db.session.add(counter)
    db.session.commit()
    on_sale(voyage, a_fare_class(2, "Kelas 1"), 5)
    on_sale(voyage, a_fare_class(1), 5, counter)
    on_sale(voyage, a_motorcycle_class(), 4)
    decree(voyage)
    # 20 beds and seats together: 14 may be sold.
    assert left(voyage) == {1: (10, 0), 2: (5, 0), 6: (4, 0)}
    take(voyage, 8)
    take(voyage, 3, 2)
    assert left(voyage) == {1: (2, 0), 2: (2, 0), 6: (4, 0)}
    assert left(voyage, counter.id)[1] == (3, 2)
    take(voyage, 3, channel_id=counter.id)
    assert left(voyage) == {1: (0, 2), 2: (0, 2), 6: (4, 0)}
    take(voyage, 1, 6, vehicle_plate="KH 1234 AB")


@pytest.mark.usefixtures("rules")
def test_the_open_sum_names_what_is_withheld(app: Flask) -> None:
    voyage = a_voyage(places=10, ceiling=14)
    on_sale(voyage, a_fare_class(2, "Kelas 1"), 4)
    a_booking(voyage, 6)
    decree(voyage)
    [leg] = explain(voyage).legs
    # 14 beds, 9 may be sold, 6 are: 3 of the 8 that are left.
    assert {t.part: t.amount for t in leg.sums.terms if t.amount} == {"certificate": 14, "sold": -6, "restricted": -5}
    assert leg.sums.remaining == 3
    economy, first = leg.sums.classes
    assert (economy.restricted, economy.remaining, first.restricted, first.remaining) == (1, 3, 1, 3)
    assert economy.terms[-1].left == 3


@pytest.mark.usefixtures("rules")
def test_the_waiting_list_is_offered_nothing_that_is_withheld(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=10)
    a_booking(voyage, 6)
    held = a_hold(voyage, 1)
    decree(voyage)
    entry = join(str(uuid4()), "+628120000009", 1, 0, [WantedJourney(voyage.id, 1)])
    assert entry.state == "waiting"
    counters = lock({voyage.id}, clock())
    assert most_free(counters.runs[voyage.id], counters.room) == 0
    db.session.rollback()
    clock.forward(minutes=16)
    assert held.state_at(clock()) == "expired"
    with pytest.raises(Refusal, match="restricted_by_rule"):
        take(voyage)
    db.session.refresh(entry)
    assert entry.state == "offered", "the place that became free under the share goes to who waited"


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("code", "wrong"),
    [("ppkm_level", {"level": 5}), ("valid_to", {"days": -1}), ("letter", {"letter": " "}), ("port", {"port_id": 99})],
)
def test_a_decree_that_cannot_be_is_refused(app: Flask, clock: Clock, code: str, wrong: dict[str, object]) -> None:
    told = {"level": 3, "days": 7, "letter": "SE Uji", "port_id": a_port().id, **wrong}
    first = clock().date()
    with pytest.raises(Refusal, match=code):
        enter_decree(
            told["level"], first, first + timedelta(days=told["days"]), told["letter"], a_user().id, told["port_id"]
        )  # fmt: skip


def test_a_decree_twice_is_one_and_until_further_notice_holds_for_every_later_day(app: Flask, clock: Clock) -> None:
    load_shipped(read_sets())
    user, port = a_user().id, a_port().id
    one, two = (enter_decree(4, clock().date(), None, "SE Uji 2/2026", user, port).decree for _ in range(2))
    assert one.id == two.id
    assert left(a_voyage(places=10, departs_at=clock.moment + timedelta(days=200))) == {1: (7, 3)}


def test_fractions_of_a_place_are_not_sold() -> None:
    stocks = {(1, 1, 1): Stock("bed", 9, 0, 0)}
    restrict(stocks, {1: 70})
    assert Room(stocks, {1: 9}).free([1], 1) == 6
