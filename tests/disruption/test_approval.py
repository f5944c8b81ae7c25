"""What cannot be taken back is bounded: at once, after minutes in which it is taken back, or by two people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app import config
from app.accounts.actions import set_ports
from app.accounts.models import Role, User
from app.boarding.actions.arrival import record_arrival
from app.boarding.actions.call_times import ask_times, change_times
from app.boarding.models import REQUEST_LASTS, DepartureStep
from app.boarding.queries import departures_with_requests, list_all_waiting, list_steps, list_waiting
from app.booking.inventory.availability import Places, list_places
from app.booking.models import Booking, Displacement
from app.db import db
from app.disruption.actions.confirmation import carry_out_due, do_what_is_due, list_due, settle
from app.disruption.actions.voyage_changes import cancel_voyage, lower_quota, swap_ship
from app.errors import Refusal
from app.schedule.actions import CallTimes
from app.schedule.models import PortCall, Voyage
from app.seats.actions.capacity import record_capacity
from tests.booking.waitlist.test_actions import a_wait
from tests.conftest import Clock
from tests.factories import a_booking, a_hold, a_port, a_ship, a_user, a_voyage, departure_of

BOUNDS = ("second_person_souls", "around_hours", "earlier_hours", "later_days", "undo_minutes", "leave_late_hours")


class Office:
    """A voyage that sets out in ten days with five people on it, two administrators, and one whom the first made."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.leaves_at = clock.moment + timedelta(days=10)
        arrives_at = self.leaves_at + timedelta(hours=20)
        self.voyage: Voyage = a_voyage(places=50, departs_at=self.leaves_at)
        self.voyage.calls[-1].planned_arrival = arrives_at
        db.session.commit()
        self.booking = a_booking(self.voyage, adults=5)
        self.one, self.other = a_user(Role.ADMINISTRATOR), a_user(Role.OFFICIAL)

    def at(self, **before: float) -> None:
        self.clock.moment = self.leaves_at - timedelta(**before)

    def cancel(self, who: User | None = None) -> DepartureStep | None:
        return cancel_voyage(self.voyage.id, "weather", "ombak 4 meter", (who or self.one).id).waits

    @property
    def cancelled(self) -> bool:
        db.session.rollback()
        db.session.expire_all()
        return self.voyage.cancelled_at is not None

    @property
    def arrival(self) -> PortCall:
        return self.voyage.calls[-1]


@pytest.fixture
def office(app: Flask, clock: Clock) -> Office:
    shipped = config.Settings()
    bounds = {name: getattr(shipped, name) for name in BOUNDS} | {"second_person_souls": 5}
    config.use(replace(config.current(), **bounds))
    return Office(clock)


def refused(code: str, act: Callable[..., Any], *given: Any, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        act(*given, **more)
    assert refusal.value.code == code
    return refusal.value


def test_one_person_calls_no_voyage_off_days_before_it_sails(office: Office) -> None:
    asked = office.cancel()
    assert asked
    assert (asked.alone, asked.due_at, office.cancelled) == (False, None, False)
    office.clock.forward(minutes=30)
    do_what_is_due()
    assert not office.cancelled
    refused("second_person_same", settle, asked.id, office.one.id, confirms=True)
    refused("second_person_made", settle, asked.id, a_user(by=office.one).id, confirms=True)
    done = settle(asked.id, office.other.id, confirms=True)
    assert office.cancelled
    assert (done.asked_by, done.settled_by, done.reason) == (office.one.id, office.other.id, "ombak 4 meter")
    assert db.session.scalars(db.select(Displacement.decided_by)).all() == [office.one.id]
    assert settle(asked.id, office.other.id, confirms=True).state == "done", "sent again, done once"


@pytest.mark.parametrize(("hours", "alone"), [(24.01, False), (24, True), (1, True), (-24, True), (-24.01, False)])
def test_around_its_departure_one_person_calls_it_off_in_minutes(office: Office, hours: float, alone: bool) -> None:
    office.at(hours=hours)
    asked = office.cancel()
    assert asked
    assert (asked.alone, asked.due_at is not None) == (alone, alone)
    assert office.cancel().id == asked.id, "sent again it is the same"  # type: ignore[union-attr]
    office.clock.forward(minutes=9.9)
    assert list_due() == []
    assert carry_out_due(asked.id) is None
    office.clock.forward(minutes=0.1)
    do_what_is_due()
    assert office.cancelled == alone
    do_what_is_due()
    assert db.session.scalar(db.select(db.func.count(Displacement.id))) == int(alone)


def test_within_those_minutes_it_is_taken_back_and_nobody_has_lost_a_place(office: Office) -> None:
    office.at(hours=3)
    asked = office.cancel()
    assert asked
    settle(asked.id, office.one.id, confirms=False)
    office.clock.forward(minutes=15)
    do_what_is_due()
    assert not office.cancelled
    assert db.session.get(Booking, office.booking.id).state == "confirmed"  # type: ignore[union-attr]
    refused("request_gone", settle, asked.id, office.other.id, confirms=True)


@pytest.mark.parametrize("days", [9, 0.1], ids=["two people", "in minutes"])
def test_the_sale_pauses_while_a_call_off_waits_and_goes_on_when_it_is_taken_back(office: Office, days: float) -> None:
    office.at(days=days)
    asked = office.cancel()
    assert refused("sale_paused", a_hold, office.voyage).status == 409
    with pytest.raises(Refusal, match="sale_paused"):
        a_wait(office.voyage)
    assert [row.remaining for row in places_of(office.voyage)] == [0]
    settle(asked.id, office.other.id, confirms=False)
    assert [row.remaining for row in places_of(office.voyage)] == [45]
    assert a_hold(office.voyage).places == 1


def test_a_call_off_that_nobody_confirms_pauses_the_sale_no_longer_than_it_may_wait(office: Office) -> None:
    asked = office.cancel()
    office.clock.moment = asked.asked_at + REQUEST_LASTS + timedelta(seconds=1)
    assert [row.remaining for row in places_of(office.voyage)] == [45]
    assert a_hold(office.voyage).places == 1


def places_of(voyage: Voyage) -> list[Places]:
    """The places of the voyage as anybody finds them now."""
    db.session.rollback()
    db.session.expire_all()
    return list_places([voyage])[voyage.id]


def test_a_second_person_has_it_done_at_once_and_its_author_when_its_time_has_come(office: Office) -> None:
    office.at(hours=3)
    asked = office.cancel()
    assert asked
    refused("second_person_same", settle, asked.id, office.one.id, confirms=True)
    settle(asked.id, office.other.id, confirms=True)
    assert office.cancelled
    other = a_voyage(departs_at=office.clock.moment + timedelta(hours=2))
    waits = cancel_voyage(other.id, "tide", "air surut", office.one.id).waits
    assert waits
    office.clock.forward(minutes=10)
    assert settle(waits.id, office.one.id, confirms=True).state == "done", "also where the live process is down"


def test_what_is_not_possible_any_more_is_given_up(office: Office) -> None:
    office.at(hours=1)
    assert office.cancel()
    office.voyage.calls[0].actual_departure = office.clock.moment
    db.session.commit()
    office.clock.forward(minutes=10)
    do_what_is_due()
    assert not office.cancelled
    assert [step.state for step in list_steps(departure_of(office.voyage))] == ["declined"]


def test_what_came_after_the_preview_is_shown_before_anything_is_asked(office: Office) -> None:
    a_booking(office.voyage)
    seen = [office.booking.id]
    refused("affected_changed", cancel_voyage, office.voyage.id, "tide", "air surut", office.one.id, seen)
    assert list_waiting(office.one.id, office.clock.moment) == []


@pytest.mark.parametrize("taking", ["swap", "lower"])
def test_a_change_that_takes_the_places_of_many_takes_two_people_far_ahead_and_minutes_near(
    office: Office, taking: str
) -> None:
    small = a_ship("KM Kecil")
    record_capacity(small.id, certificate=3, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    key = (office.voyage.legs[0].id, office.booking.fare_class_id, office.booking.channel_id)

    def change() -> DepartureStep | None:
        if taking == "swap":
            return swap_ship(office.voyage.id, small.id, "docking tahunan", office.one.id, {key: 3}).waits
        return lower_quota(office.voyage.id, {key: 3}, "kabin rusak", office.one.id).waits

    far = change()
    assert far
    assert not far.alone
    settle(far.id, office.one.id, confirms=False)
    office.at(hours=5)
    near = change()
    assert near
    assert near.alone
    settle(near.id, office.one.id, confirms=False)
    config.use(replace(config.current(), second_person_souls=6))
    assert change() is None, "few: at once, with a trace"
    db.session.expire_all()
    assert db.session.get(Booking, office.booking.id).state == "cancelled"  # type: ignore[union-attr]
    last = list_steps(departure_of(office.voyage))[0]
    assert (last.step, last.alone, last.state, last.asked_by) == (taking, True, "done", office.one.id)


def test_a_confirmed_swap_takes_exactly_what_was_asked_for(office: Office) -> None:
    small = a_ship("KM Kecil")
    record_capacity(small.id, certificate=40, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    key = (office.voyage.legs[0].id, office.booking.fare_class_id, office.booking.channel_id)
    asked = swap_ship(office.voyage.id, small.id, "docking tahunan", office.one.id, {key: 4}).waits
    assert asked
    settle(asked.id, office.other.id, confirms=True)
    db.session.expire_all()
    assert office.voyage.ship_id == small.id
    assert office.voyage.ship_swap_reason == "docking tahunan"


def test_nobody_changes_a_voyage_of_another_port(office: Office) -> None:
    set_ports(office.one.id, [a_port("Kumai").id])
    refused("not_your_port", office.cancel)
    refused("not_your_port", change_times, office.arrival.id, CallTimes(), office.one.id)
    office.voyage.calls[0].port_id = a_port("Kumai").id
    db.session.commit()
    asked = office.cancel()
    assert asked
    set_ports(office.other.id, [a_port("Pangkalan Bun").id])
    refused("not_your_port", settle, asked.id, office.other.id, confirms=True)
    assert list_waiting(office.other.id, office.clock.moment) == []
    assert list_waiting(office.one.id, office.clock.moment) == [asked]
    here = departure_of(office.voyage)
    assert departures_with_requests([here], list_all_waiting(office.clock.moment)) == {here.id}


# What has happened, and new times


@pytest.mark.parametrize(("hours", "alone"), [(-24.01, False), (-24, True), (24, True), (24.01, False)])
def test_one_person_says_that_a_ship_has_come_around_its_plan(office: Office, hours: float, alone: bool) -> None:
    came = office.leaves_at + timedelta(hours=20 + hours)
    office.voyage.calls[0].planned_departure = office.leaves_at - timedelta(days=3)
    db.session.commit()
    office.clock.moment = office.leaves_at + timedelta(days=3)
    times = CallTimes(actual_arrival=came)
    if alone:
        assert change_times(office.arrival.id, times, office.one.id).actual_arrival == came
        return
    assert refused("needs_second_person", change_times, office.arrival.id, times, office.one.id).field
    asked = ask_times(office.arrival.id, times, office.one.id, "mesin rusak di laut")
    db.session.expire_all()
    assert office.arrival.actual_arrival is None
    settle(asked.id, office.other.id, confirms=True)
    db.session.expire_all()
    assert office.arrival.actual_arrival == came


def test_no_two_people_let_a_ship_come_before_it_left(office: Office) -> None:
    office.clock.moment = office.leaves_at + timedelta(days=1)
    times = CallTimes(actual_arrival=office.leaves_at - timedelta(minutes=1))
    for act in (change_times, lambda *given: ask_times(*given, "sebab lain")):
        refused("arrival_backwards", act, office.arrival.id, times, office.one.id)
    ahead = CallTimes(actual_arrival=office.clock.moment + timedelta(minutes=1))
    refused("arrival_not_yet", ask_times, office.arrival.id, ahead, office.one.id, "sebab lain")


def test_where_only_the_day_of_leaving_is_known_a_ship_may_come_on_that_day(office: Office) -> None:
    office.voyage.calls[0].precision = "day"
    office.voyage.calls[-1].planned_arrival = None
    db.session.commit()
    office.clock.moment = office.leaves_at - timedelta(hours=3)
    record_arrival(office.arrival.id, 5, user_id=office.one.id)
    assert office.arrival.actual_arrival == office.clock.moment


def test_an_arrival_is_taken_back_for_minutes_by_whoever_said_it(office: Office) -> None:
    office.clock.moment = office.leaves_at + timedelta(hours=20)
    change_times(office.arrival.id, CallTimes(actual_arrival=office.clock.moment), office.one.id)
    refused("needs_second_person", change_times, office.arrival.id, CallTimes(), office.other.id)
    office.clock.forward(minutes=10)
    assert change_times(office.arrival.id, CallTimes(), office.one.id).actual_arrival is None
    change_times(office.arrival.id, CallTimes(actual_arrival=office.clock.moment), office.one.id)
    office.clock.forward(minutes=10.1)
    refused("needs_second_person", change_times, office.arrival.id, CallTimes(), office.one.id)
    asked = ask_times(office.arrival.id, CallTimes(), office.one.id, "salah kapal")
    settle(asked.id, office.other.id, confirms=True)
    db.session.expire_all()
    assert office.arrival.actual_arrival is None
    assert len([step for step in list_steps(departure_of(office.voyage)) if step.step == "times"]) == 4


def test_the_count_of_an_arrival_marks_no_ship_as_come_before_it_left_or_far_from_its_plan(office: Office) -> None:
    refused("arrival_backwards", record_arrival, office.arrival.id, 5)
    office.clock.moment = office.leaves_at + timedelta(hours=45)
    refused("needs_second_person", record_arrival, office.arrival.id, 5, user_id=office.one.id)
    office.clock.moment = office.leaves_at + timedelta(hours=44)
    record_arrival(office.arrival.id, 5, user_id=office.one.id)
    assert office.arrival.actual_arrival == office.clock.moment
    set_ports(office.other.id, [a_port("Kumai").id])
    office.arrival.actual_arrival = None
    db.session.commit()
    refused("not_your_port", record_arrival, office.arrival.id, 5, user_id=office.other.id)


@pytest.mark.parametrize(("hours", "alone"), [(-12.01, False), (-12, True), (72, True), (72.01, False)])
def test_one_person_moves_a_departure_near_its_plan(office: Office, hours: float, alone: bool) -> None:
    call = office.voyage.calls[0]
    times = CallTimes(revised_departure=office.leaves_at + timedelta(hours=hours), cause="tide")
    if alone:
        assert change_times(call.id, times, office.one.id, later_too=True).departs_at == times.revised_departure
        return
    refused("needs_second_person", change_times, call.id, times, office.one.id, later_too=True)
    refused("step_reason_missing", ask_times, call.id, times, office.one.id, " ", later_too=True)
    asked = ask_times(call.id, times, office.one.id, "pasang mati", later_too=True)
    assert (office.voyage.calls[0].revised_departure, office.arrival.revised_arrival) == (None, None)
    settle(asked.id, office.other.id, confirms=True)
    db.session.expire_all()
    assert office.voyage.calls[0].departs_at == times.revised_departure
    assert office.arrival.revised_arrival
