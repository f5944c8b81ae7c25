"""A ship leaves, and boarding opens, around the plan by one person, else by two; for minutes it can be undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app import config, outbox
from app.accounts.actions import set_ports
from app.accounts.models import Role, User
from app.boarding.actions.departure import ask_second_person, depart, open_boarding, undo
from app.boarding.models import Departure, DepartureState, DepartureStep, Step
from app.boarding.queries import list_requests, list_steps
from app.db import db
from app.disruption.actions.confirmation import settle
from app.errors import NotFound, Refusal
from app.schedule.actions import CallTimes, set_times
from tests.conftest import Clock
from tests.factories import a_port, a_user, a_voyage, departure_of


class Pier:
    """A ship that leaves in two days, an officer, and a colleague whom nobody here made."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.leaves_at = clock.moment + timedelta(days=2)
        self.departure: Departure = departure_of(a_voyage(departs_at=self.leaves_at))
        self.officer, self.colleague = a_user(), a_user(Role.OFFICIAL)

    def at(self, **before: float) -> None:
        """So long before the ship leaves."""
        self.clock.moment = self.leaves_at - timedelta(**before)

    def depart(self, at: datetime | None = None, who: User | None = None) -> Departure:
        return depart(self.departure.id, (who or self.officer).id, at)

    def ask(self, step: Step = Step.LEAVE, at: datetime | None = None) -> DepartureStep:
        return ask_second_person(self.departure.id, step, self.officer.id, "Ombak naik", at)

    @property
    def state(self) -> DepartureState:
        db.session.expire_all()
        return self.departure.state(self.clock.moment)

    def news(self) -> int:
        return db.session.scalar(db.select(db.func.count()).select_from(outbox.OutboxRow)) or 0


@pytest.fixture
def pier(app: Flask, clock: Clock) -> Pier:
    shipped = config.Settings()
    bounds = ("open_early_minutes", "leave_early_minutes", "leave_late_hours", "undo_minutes")
    config.use(replace(config.current(), **{name: getattr(shipped, name) for name in bounds}))
    return Pier(clock)


def refused(code: str, act: Callable[..., Any], *given: Any, **more: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        act(*given, **more)
    assert refusal.value.code == code


def test_no_ship_leaves_days_before_its_time_or_in_another_century(pier: Pier) -> None:
    refused("leaving_too_early", pier.depart)
    pier.at(minutes=5)
    refused("leaving_too_early", pier.depart, datetime(2000, 1, 1, tzinfo=UTC))
    refused("leaving_too_early", pier.ask, Step.LEAVE, datetime(2000, 1, 1, tzinfo=UTC))
    refused("not_yet", pier.depart, pier.clock.moment + timedelta(minutes=1))
    assert pier.state != DepartureState.LEFT


@pytest.mark.parametrize(("minutes", "alone"), [(61, False), (60, True), (-24 * 60, True), (-24 * 60 - 1, False)])
def test_one_person_lets_a_ship_go_around_its_time(pier: Pier, minutes: int, alone: bool) -> None:
    pier.at(minutes=minutes)
    if alone:
        assert pier.depart().call.actual_departure == pier.clock.moment
    else:
        refused("needs_second_person", pier.depart)
        assert pier.state != DepartureState.LEFT


def test_outside_of_its_time_it_takes_two_people_and_a_reason(pier: Pier) -> None:
    pier.at(hours=5)
    refused("step_reason_missing", ask_second_person, pier.departure.id, Step.LEAVE, pier.officer.id, ".")
    asked = pier.ask()
    assert pier.state != DepartureState.LEFT
    refused("second_person_same", settle, asked.id, pier.officer.id, confirms=True)
    refused("second_person_new", settle, asked.id, a_user(days=0).id, confirms=True)
    refused("second_person_made", settle, asked.id, a_user(by=pier.officer).id, confirms=True)
    done = settle(asked.id, pier.colleague.id, confirms=True)
    assert pier.state == DepartureState.LEFT
    assert (done.asked_by, done.settled_by, done.reason) == (pier.officer.id, pier.colleague.id, "Ombak naik")
    assert pier.departure.call.actual_departure == asked.at
    assert settle(asked.id, pier.colleague.id, confirms=True).settled_at == done.settled_at, "sent again, done once"
    refused("request_gone", settle, asked.id, a_user().id, confirms=True)


def test_a_request_lapses_is_declined_and_gives_way_to_a_newer_one(pier: Pier) -> None:
    pier.at(hours=5)
    first = pier.ask()
    assert pier.ask().id == first.id, "sent again it is the same question"
    pier.clock.forward(minutes=11)
    second = pier.ask()
    assert [one.id for one in list_requests(pier.departure.id, pier.clock.moment)] == [second.id]
    refused("request_gone", settle, first.id, pier.colleague.id, confirms=True)
    settle(second.id, pier.officer.id, confirms=False)
    third = pier.ask()
    pier.clock.forward(hours=2, seconds=1)
    refused("request_gone", settle, third.id, pier.colleague.id, confirms=True)
    assert pier.state != DepartureState.LEFT
    with pytest.raises(NotFound):
        settle(10_000, pier.colleague.id, confirms=True)


def test_whoever_let_the_ship_go_takes_it_back_within_minutes_and_everything_is_as_before(pier: Pier) -> None:
    pier.at(minutes=30)
    before = pier.state
    pier.depart()
    told = pier.news()
    pier.clock.forward(minutes=10)
    refused("needs_second_person", undo, pier.departure.id, Step.LEAVE, pier.colleague.id)
    undo(pier.departure.id, Step.LEAVE, pier.officer.id)
    assert pier.state == before
    assert (pier.departure.call.actual_departure, pier.departure.left_by) == (None, None)
    assert pier.news() == told + 1
    assert [one.step for one in reversed(list_steps(pier.departure))] == ["leave", "undo_leave"]
    undo(pier.departure.id, Step.LEAVE, pier.officer.id)
    assert len(list_steps(pier.departure)) == 2, "sent again it was done once"
    refused("nothing_to_undo", undo, pier.departure.id, Step.LEAVE, pier.colleague.id)


def test_later_it_takes_two_people_to_take_it_back(pier: Pier) -> None:
    pier.at(minutes=30)
    pier.depart()
    pier.clock.forward(minutes=10, seconds=1)
    refused("needs_second_person", undo, pier.departure.id, Step.LEAVE, pier.officer.id)
    settle(pier.ask(Step.UNDO_LEAVE).id, pier.colleague.id, confirms=True)
    assert pier.state == DepartureState.BOARDING


@pytest.mark.parametrize("step", [Step.LEAVE, Step.OPEN])
@pytest.mark.parametrize("confirmer", [False, True])
def test_what_two_people_did_one_of_them_takes_back_within_minutes(pier: Pier, step: Step, confirmer: bool) -> None:
    pier.at(hours=5 if step == Step.LEAVE else 20)
    before, asked = pier.state, pier.ask(step)
    pier.clock.forward(minutes=20)
    settle(asked.id, pier.colleague.id, confirms=True)
    pier.clock.forward(minutes=10)
    refused("needs_second_person", undo, pier.departure.id, step, a_user().id)
    undo(pier.departure.id, step, (pier.colleague if confirmer else pier.officer).id)
    assert pier.state == before


def test_what_two_people_did_takes_two_again_later(pier: Pier) -> None:
    pier.at(hours=5)
    settle(pier.ask().id, pier.colleague.id, confirms=True)
    pier.clock.forward(minutes=10, seconds=1)
    for who in (pier.officer, pier.colleague):
        refused("needs_second_person", undo, pier.departure.id, Step.LEAVE, who.id)


@pytest.mark.parametrize(
    ("hours", "code"),
    [(6, ""), (6.01, "needs_second_person"), (26, "needs_second_person"), (26.01, "opening_too_early")],
)
def test_boarding_is_opened_early_by_one_person_within_hours(pier: Pier, hours: float, code: str) -> None:
    pier.at(hours=hours)
    if code:
        refused(code, open_boarding, pier.departure.id, pier.officer.id)
        assert pier.state == DepartureState.OPEN
    else:
        open_boarding(pier.departure.id, pier.officer.id)
        assert pier.state == DepartureState.BOARDING


def test_boarding_opened_early_is_taken_back_within_minutes_and_later_by_two(pier: Pier) -> None:
    pier.at(hours=5)
    open_boarding(pier.departure.id, pier.officer.id)
    undo(pier.departure.id, Step.OPEN, pier.officer.id)
    assert (pier.state, pier.departure.opened_at, pier.departure.opened_by) == (DepartureState.OPEN, None, None)
    open_boarding(pier.departure.id, pier.officer.id)
    pier.clock.forward(minutes=11)
    refused("needs_second_person", undo, pier.departure.id, Step.OPEN, pier.officer.id)
    settle(pier.ask(Step.UNDO_OPEN).id, pier.colleague.id, confirms=True)
    assert pier.state == DepartureState.OPEN


def test_a_user_of_other_ports_does_none_of_it_here(pier: Pier) -> None:
    elsewhere = a_port("Kumai")
    pier.at(minutes=30)
    set_ports(pier.officer.id, [elsewhere.id])
    for act in (pier.depart, pier.ask, lambda: open_boarding(pier.departure.id, pier.officer.id)):
        refused("not_your_port", act)
    set_ports(pier.officer.id, [elsewhere.id, pier.departure.call.port_id])
    pier.depart()
    set_ports(pier.officer.id, [elsewhere.id])
    refused("not_your_port", undo, pier.departure.id, Step.LEAVE, pier.officer.id)
    set_ports(pier.officer.id, [])
    undo(pier.departure.id, Step.LEAVE, pier.officer.id)


def test_the_page_of_times_is_no_way_around_it(pier: Pier) -> None:
    pier.at(minutes=90)
    call = pier.departure.call
    refused("needs_second_person", set_times, call.id, CallTimes(actual_departure=pier.clock.moment))
    refused("leaving_too_early", set_times, call.id, CallTimes(actual_departure=datetime(2000, 1, 1, tzinfo=UTC)))


def test_the_table_itself_wants_two_people(pier: Pier) -> None:
    pier.at(hours=5)
    asked = pier.ask()
    for settler in ("NULL", str(pier.officer.id)):
        with pytest.raises(IntegrityError, match="ck_departure_step_"):
            db.session.execute(
                text(f"UPDATE departure_step SET state = 'done', settled_by = {settler} WHERE id = {asked.id}")
            )
        db.session.rollback()
