"""Channels, stages, flow-back and moving places: what an administrator sets, and what cannot be set."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app.booking.actions.hold import hold
from app.booking.inventory.availability import list_places
from app.db import db
from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from app.seats.actions.allotments import create_channel, move_places, save_plan, stage
from app.seats.actions.quotas import set_quota
from app.seats.models import ONLINE, Allotment
from tests.conftest import Clock
from tests.factories import a_booking, a_hold, a_voyage

COUNTER, AGENT = 2, 3


def quotas(voyage: Voyage) -> dict[tuple[int, int], int]:
    """By place of the leg and channel."""
    db.session.expire_all()
    legs = [leg.id for leg in voyage.legs]
    return {(legs.index(a.leg_id), a.channel_id): a.quota for a in db.session.scalars(db.select(Allotment))}


def remaining(voyage: Voyage, channel_id: int = ONLINE) -> int:
    db.session.expire_all()
    return list_places([db.session.get(Voyage, voyage.id)], channel_id)[voyage.id][0].remaining


def test_places_move_on_every_leg_in_one_go(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=10)
    a_booking(voyage, 4)
    move_places(voyage.id, 1, ONLINE, COUNTER, 6)
    assert quotas(voyage) == {(0, ONLINE): 4, (0, COUNTER): 6, (1, ONLINE): 4, (1, COUNTER): 6}
    assert (remaining(voyage), remaining(voyage, COUNTER)) == (0, 6)
    hold(str(uuid4()), voyage.id, 1, 6, channel_id=COUNTER)


def test_places_that_are_taken_do_not_move_and_then_none_do(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=10)
    calls = [call.id for call in voyage.calls]
    hold(str(uuid4()), voyage.id, 1, 8, from_call_id=calls[1], to_call_id=calls[2])
    with pytest.raises(Refusal) as refusal:
        move_places(voyage.id, 1, ONLINE, COUNTER, 3)
    assert (refusal.value.code, refusal.value.details) == ("not_free", {"free": 2, "leg_id": voyage.legs[1].id})
    assert quotas(voyage) == {(0, ONLINE): 10, (1, ONLINE): 10}
    move_places(voyage.id, 1, ONLINE, COUNTER, 3, [voyage.legs[0].id])
    assert quotas(voyage) == {(0, ONLINE): 7, (0, COUNTER): 3, (1, ONLINE): 10}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"places": 0}, "count_missing"),
        ({"to_channel_id": ONLINE}, "same_channel"),
        ({"to_channel_id": 99}, "channel_not_found"),
        ({"fare_class_id": 99}, "fare_class_not_found"),
        ({"leg_ids": [999999]}, "leg_not_found"),
        ({"from_channel_id": AGENT}, "not_free"),
    ],
)
def test_what_cannot_be_moved_is_said(app: Flask, changes: dict[str, Any], code: str) -> None:
    voyage = a_voyage(places=10)
    asked = {"fare_class_id": 1, "from_channel_id": ONLINE, "to_channel_id": COUNTER, "places": 1, **changes}
    with pytest.raises(Refusal, match=code):
        move_places(voyage.id, **asked)
    assert quotas(voyage) == {(0, ONLINE): 10}


def test_a_plan_puts_places_on_sale_in_steps(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=100, departs_at=clock.moment + timedelta(days=30))
    plan = save_plan("Lebaran", [(2, 30), (None, 30), (14, 30)])
    assert plan.steps == [[None, 30], [14, 30], [2, 30]]
    stage(voyage.id, 1, ONLINE, plan.id, None)
    assert remaining(voyage) == 30
    clock.forward(days=17)
    assert remaining(voyage) == 60
    clock.forward(days=12)
    assert remaining(voyage) == 90
    stage(voyage.id, 1, ONLINE, None, None)
    assert remaining(voyage) == 100


def test_unsold_places_flow_back_also_where_nothing_was_sold_online(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=10, departs_at=clock.moment + timedelta(days=3))
    move_places(voyage.id, 1, ONLINE, COUNTER, 10)
    db.session.execute(db.delete(Allotment).where(Allotment.channel_id == ONLINE))
    db.session.commit()
    stage(voyage.id, 1, COUNTER, None, 24 * 60)
    assert quotas(voyage) == {(0, ONLINE): 0, (0, COUNTER): 10}
    assert remaining(voyage) == 0
    clock.forward(days=2, minutes=1)
    assert remaining(voyage) == 10
    a_hold(voyage, 2)
    assert quotas(voyage) == {(0, ONLINE): 10, (0, COUNTER): 0}


@pytest.mark.parametrize(("channel", "minutes"), [(ONLINE, 60), (COUNTER, -1)])
def test_what_is_online_flows_nowhere(app: Flask, channel: int, minutes: int) -> None:
    voyage = a_voyage()
    set_quota(voyage.id, 1, 10, ONLINE)
    with pytest.raises(Refusal, match="flow_back_hours"):
        stage(voyage.id, 1, channel, None, minutes)
    with pytest.raises(NotFound):
        stage(voyage.id, 1, AGENT, None, 60)
    with pytest.raises(NotFound):
        stage(voyage.id, 1, ONLINE, 999, None)


def test_a_channel_is_made_once(app: Flask) -> None:
    made = create_channel("free", "Mudik Bersama", "PT Sponsor Uji")
    assert create_channel("free", "Mudik Bersama", "PT Sponsor Uji").id == made.id
    for asked, code in (
        (("free", "Tanpa sponsor", ""), "sponsor_missing"),
        (("online", "Online lagi", ""), "channel_kind"),
        (("agent", "Mudik Bersama", ""), "name_taken"),
    ):
        with pytest.raises(Refusal, match=code):
            create_channel(*asked)


@pytest.mark.parametrize(
    ("steps", "code", "field"),
    [
        ([], "steps_missing", "steps-0-percent"),
        ([(None, 0)], "step_percent", "steps-0-percent"),
        ([(None, 60), (5, 50)], "steps_over", "steps-1-percent"),
        ([(5, 30), (5, 30)], "step_days", "steps-1-days"),
        ([(None, 30), (400, 30)], "step_days", "steps-1-days"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_step(
    app: Flask, steps: list[tuple[int | None, int]], code: str, field: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        save_plan("Mustahil", steps)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_plan_is_changed_under_its_number_and_names_are_taken_once(app: Flask) -> None:
    plan, other = save_plan("Satu", [(None, 50)]), save_plan("Dua", [(None, 100)])
    assert save_plan("Satu", [(None, 50)]).id == plan.id, "the same form twice"
    with pytest.raises(Refusal, match="name_taken"):
        save_plan("Satu", [(None, 70)])
    with pytest.raises(Refusal, match="name_taken"):
        save_plan("Dua", [(None, 50)], plan.id)
    assert save_plan("Satu", [(None, 70)], plan.id).steps == [[None, 70]]
    assert other.steps == [[None, 100]]
