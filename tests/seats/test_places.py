"""Places by channel, stage and kind: what a room grants, and what it leaves to whom."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app.booking.actions.hold import expire_holds, hold
from app.booking.inventory.availability import list_places, list_places_between
from app.db import db
from app.errors import Refusal
from app.schedule.models import Voyage
from app.seats.actions.quotas import set_quota
from app.seats.models import Allotment, PlaceKind, percent_released
from app.seats.stocks import Stock
from tests.conftest import Clock
from tests.factories import a_fare_class, a_voyage

COUNTER = 2


def remaining(voyage: Voyage, channel_id: int = 1) -> dict[int, int]:
    return {p.fare_class.id: p.remaining for p in list_places([voyage], channel_id)[voyage.id]}


def take(voyage: Voyage, adults: int = 1, fare_class_id: int = 1, **more: object) -> None:
    hold(str(uuid4()), voyage.id, fare_class_id, adults, **more)  # type: ignore[arg-type]


def refused(voyage: Voyage, *args: int, **more: object) -> str:
    with pytest.raises(Refusal) as refusal:
        take(voyage, *args, **more)
    return refusal.value.code


def test_a_channel_sells_no_more_than_its_own_allotment(app: Flask) -> None:
    voyage = a_voyage(places=5, ceiling=20)
    set_quota(voyage.id, 1, 3, COUNTER)
    take(voyage, 3, channel_id=COUNTER)
    assert refused(voyage, channel_id=COUNTER) == "sold_out"
    assert (remaining(voyage), remaining(voyage, COUNTER)) == ({1: 5}, {1: 0})
    take(voyage, 5)
    assert refused(voyage) == "sold_out"


def test_beds_of_all_channels_together_stay_under_the_ceiling(app: Flask) -> None:
    voyage = a_voyage(places=15, ceiling=20)
    with pytest.raises(Refusal) as refusal:
        set_quota(voyage.id, 1, 6, COUNTER)
    assert (refusal.value.code, refusal.value.details["others"]) == ("over_ceiling", 15)


def test_places_come_on_sale_in_stages_and_the_kept_ones_never(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=100, departs_at=clock.moment + timedelta(days=20))
    allotment = db.session.scalars(db.select(Allotment)).one()
    allotment.release_plan_id = 1
    db.session.commit()
    assert remaining(voyage) == {1: 30}
    take(voyage, 8)
    assert remaining(voyage) == {1: 22}
    clock.forward(days=6)
    assert remaining(voyage) == {1: 60}, "the hold has ended, and the second stage has come"
    clock.forward(days=12)
    assert remaining(voyage) == {1: 90}
    for _ in range(11):
        take(voyage, 8)
    assert refused(voyage, 3) == "sold_out"
    take(voyage, 2)


def test_later_stages_need_a_known_departure() -> None:
    steps: list[list[int | None]] = [[None, 30], [14, 30]]
    assert percent_released(steps, app_clock.now(), None) == 30


def test_what_another_channel_left_unsold_flows_back_at_its_moment(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2, ceiling=20, departs_at=clock.moment + timedelta(days=3))
    [counter] = set_quota(voyage.id, 1, 5, COUNTER)
    counter.flow_back_minutes = 2 * 24 * 60
    db.session.commit()
    take(voyage, 2, channel_id=COUNTER)
    take(voyage, 2)
    assert refused(voyage) == "sold_out"
    clock.forward(days=1, minutes=-1)
    assert (remaining(voyage), remaining(voyage, COUNTER)) == ({1: 2}, {1: 5}), "all holds have ended"
    clock.forward(minutes=1)
    assert (remaining(voyage), remaining(voyage, COUNTER)) == ({1: 7}, {1: 0})
    take(voyage, 7)
    assert refused(voyage, channel_id=COUNTER) == "sold_out"
    online = db.session.scalars(db.select(Allotment).where(Allotment.channel_id == 1)).one()
    assert (online.quota, online.flowed, online.held) == (7, 5, 7)


def test_what_flowed_back_is_on_sale_whatever_the_stage() -> None:
    assert Stock(PlaceKind.BED, quota=30, held=0, sold=0, flowed=20, percent=30).free == 23


def test_non_seat_places_leave_room_for_every_bed_on_sale(app: Flask) -> None:
    voyage = a_voyage(places=10, ceiling=15)
    a_fare_class(9, "Non-seat", PlaceKind.NON_SEAT)
    set_quota(voyage.id, 9, 15)
    assert remaining(voyage) == {1: 10, 9: 5}
    take(voyage, 5, 9)
    assert refused(voyage, 1, 9) == "ship_full"
    take(voyage, 8)
    take(voyage, 2)
    assert remaining(voyage) == {1: 0, 9: 0}


def test_an_infant_in_a_bed_takes_from_what_the_ceiling_leaves(app: Flask) -> None:
    voyage = a_voyage(places=2, ceiling=3)
    a_fare_class(9, "Non-seat", PlaceKind.NON_SEAT)
    set_quota(voyage.id, 9, 3)
    take(voyage, 1, infants=1)
    assert remaining(voyage) == {1: 1, 9: 0}


def test_a_vehicle_takes_one_place_on_its_deck_and_everybody_in_it_is_a_soul(app: Flask) -> None:
    voyage = a_voyage(places=4, ceiling=10)
    a_fare_class(20, "Golongan IV", PlaceKind.VEHICLE)
    set_quota(voyage.id, 20, 2)
    assert refused(voyage, 3, 20) == "vehicle_plate"
    assert refused(voyage, 3, 1, vehicle_plate="KH 1 A") == "not_a_vehicle_class"
    take(voyage, 3, 20, infants=1, vehicle_plate="KH 1234 AB")
    load_free = remaining(voyage)
    assert load_free == {1: 4, 20: 1}
    assert refused(voyage, 3, 20, vehicle_plate="KH 1 B") == "ship_full", "four souls promised, four beds kept"
    take(voyage, 2, 20, vehicle_plate="KH 1 B")
    assert refused(voyage, 1, 20, vehicle_plate="KH 1 C") == "sold_out"


def test_a_journey_is_sold_by_its_own_legs(app: Flask) -> None:
    voyage = a_voyage("Kumai", "Sampit", "Semarang", places=3)
    first, second, third = voyage.calls
    take(voyage, 3, from_call_id=first.id, to_call_id=second.id)
    told = list_places_between([(voyage, first, third), (voyage, second, third)])
    assert [[p.remaining for p in places] for places in told] == [[0], [3]]


def test_a_voyage_that_was_called_off_sells_nothing(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    voyage.cancelled_at, voyage.cancel_cause = clock.moment, "weather"
    db.session.commit()
    assert remaining(voyage) == {1: 0}
    assert refused(voyage) == "voyage_cancelled"


def test_expired_holds_of_every_channel_are_given_back(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=5, ceiling=20)
    set_quota(voyage.id, 1, 3, COUNTER)
    take(voyage, 3, channel_id=COUNTER)
    clock.forward(minutes=16)
    assert expire_holds() == 1
    assert remaining(voyage, COUNTER) == {1: 3}
