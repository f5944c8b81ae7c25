"""Voyages made, changed and copied by hand, with any number of calls."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from app.boarding.models import Departure
from app.booking.actions.hold import hold
from app.booking.actions.payment import release
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage
from app.errors import NotFound, Refusal
from app.planning.actions.copies import copy_voyage, first_day, foresee
from app.planning.actions.voyages import change_voyage, make_voyage, plan_of
from app.planning.leg_capacity import taken_on
from app.planning.patterns import days_of
from app.schedule.actions import CallTimes, set_times
from app.schedule.models import Leg, PortCall, Voyage
from app.schedule.plans import CallPlan, VoyagePlan
from app.seats.actions.capacity import record_capacity
from app.seats.actions.quotas import set_quota
from app.seats.models import Allotment, LegLoad
from tests.conftest import Clock
from tests.factories import a_fare_class, a_hold, a_port, a_ship

LAWIT = (
    "Kumai",
    "Surabaya",
    "Sampit",
    "Semarang",
    "Kumai",
    "Semarang",
    "Karimunjawa",
    "Semarang",
    "Sampit",
    "Surabaya",
    "Kumai",
)
"""KM Lawit's route A of KP-DJPL 698/2024. The hours below are invented."""


def a_plan(*stops: str, clock: Clock, days: int = 3, ship: str = "KM Lawit", **changes: object) -> VoyagePlan:
    """A voyage along these ports, a day from one to the next and four hours in each."""
    start = clock.moment.replace(hour=1, minute=0, second=0) + timedelta(days=days)
    vessel = a_ship(ship)
    calls = tuple(
        CallPlan(
            port_id=a_port(name).id,
            arrives_at=start + timedelta(days=n) if n else None,
            departs_at=start + timedelta(days=n, hours=4) if n < len(stops) - 1 else None,
        )
        for n, name in enumerate(stops)
    )
    return replace(VoyagePlan(vessel.operator_id, vessel.id, calls), **changes)  # type: ignore[arg-type]


def with_papers(clock: Clock, persons: int = 914, ship: str = "KM Lawit") -> None:
    today = clock.moment.date()
    record_capacity(a_ship(ship).id, valid_from=today, valid_to=today + timedelta(days=60), certificate=persons)


def on_sale(voyage: Voyage, quota: int = 100) -> Voyage:
    a_fare_class()
    set_quota(voyage.id, 1, quota)
    return voyage


def refused(code: str, plan: VoyagePlan, voyage: Voyage | None = None) -> Refusal:
    before = everything()
    with pytest.raises(Refusal) as refusal:
        change_voyage(voyage.id, plan) if voyage else make_voyage(plan)
    assert refusal.value.code == code
    assert everything() == before, "nothing has changed"
    return refusal.value


def everything() -> list[object]:
    db.session.rollback()
    db.session.expire_all()
    kinds = (Voyage, PortCall, Leg, Departure, Allotment, LegLoad)
    return [
        [
            tuple(getattr(row, c.key) for c in kind.__mapper__.columns)
            for row in db.session.scalars(db.select(kind).order_by(*kind.__mapper__.primary_key))
        ]
        for kind in kinds
    ]


def test_the_real_route_of_km_lawit_has_ten_legs_and_a_journey_goes_from_any_call_to_any_later_one(
    app: Flask, clock: Clock
) -> None:
    with_papers(clock)
    voyage = on_sale(make_voyage(a_plan(*LAWIT, clock=clock)))
    assert [call.port.name for call in voyage.calls] == list(LAWIT)
    assert [leg.position for leg in voyage.legs] == list(range(10))
    calls = [call.id for call in voyage.calls]
    left = db.session.scalars(db.select(Departure.call_id).order_by(Departure.call_id)).all()
    assert left == calls[:-1]
    assert set(db.session.scalars(db.select(LegLoad.ceiling))) == {914}
    assert a_port("Karimunjawa").confirmed_by == ""
    for start, end in ((0, 10), (2, 3), (3, 7), (5, 9)):
        hold(str(uuid4()), voyage.id, 1, 1, 0, from_call_id=calls[start], to_call_id=calls[end])
    assert [taken_on(voyage)[leg.id] for leg in voyage.legs] == [1, 1, 2, 2, 2, 3, 3, 2, 2, 1]
    db.session.rollback()


def test_the_same_plan_twice_is_one_voyage_and_another_one_gets_the_next_number(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    leaves = plan.calls[0].departs_at
    plan = replace(plan, calls=(plan.calls[0], replace(plan.calls[1], arrives_at=leaves + timedelta(hours=1))))
    first = make_voyage(plan)
    assert make_voyage(plan).id == first.id
    assert first.number == f"{first.calls[0].day}/KM Lawit/Sampit/Semarang/1"
    later = replace(
        plan,
        calls=(
            replace(plan.calls[0], departs_at=leaves + timedelta(hours=1)),
            replace(plan.calls[1], arrives_at=leaves + timedelta(hours=2)),
        ),
    )
    assert make_voyage(later).number.endswith("/Sampit/Semarang/2")
    assert refused("ship_sails_then", replace(plan, number="V-1")).details["voyage"] == first.number
    third = replace(later, ship_id=None, number="V-1")
    named = make_voyage(third)
    assert make_voyage(third).id == named.id
    assert refused("number_taken", replace(later, number="V-1")).field == "number"


def again(plan: VoyagePlan, **later: int) -> VoyagePlan:
    """The same plan so much later."""
    by = timedelta(**later)
    calls = tuple(
        replace(
            call,
            arrives_at=call.arrives_at and call.arrives_at + by,
            departs_at=call.departs_at and call.departs_at + by,
        )
        for call in plan.calls
    )
    return replace(plan, calls=calls)


def test_a_ship_sets_out_again_only_after_its_earlier_voyage(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", "Surabaya", clock=clock)
    first = make_voyage(plan)
    for by in ({"minutes": 20}, {"days": 1}, {"hours": -30}):
        assert refused("ship_sails_then", again(plan, **by)).details["voyage"] == first.number
    second = make_voyage(again(plan, days=3))
    assert refused("ship_sails_then", again(plan, days=1), second).details["voyage"] == first.number
    day = first_day(first) + timedelta(days=1)
    with pytest.raises(Refusal) as copy:
        copy_voyage(first.id, [day])
    assert (copy.value.code, copy.value.details["day"]) == ("ship_sails_then", day)
    cancel_voyage(first.id, "technical", "mesin rusak")
    assert make_voyage(again(plan, minutes=20)).number.endswith("/2")


def test_a_ferry_without_known_arrivals_goes_and_comes_all_day(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    plan = replace(plan, calls=(plan.calls[0], replace(plan.calls[1], arrives_at=None)))
    make_voyage(plan)
    refused("ship_sails_then", again(plan, minutes=20))
    for minutes in (30, 60, 90):
        make_voyage(again(plan, minutes=minutes))
    by_day = tuple(replace(call, precision="day") for call in again(plan, days=2).calls)
    make_voyage(replace(plan, calls=by_day))
    make_voyage(replace(plan, calls=by_day, note="perjalanan kedua hari itu"))


@pytest.mark.parametrize("planned_first", ["out", "back"])
@pytest.mark.parametrize(("hours", "free"), [(2, False), (22, False), (23, True)])
def test_a_ship_is_at_another_port_only_after_the_documented_passage(
    app: Flask, clock: Clock, hours: int, free: bool, planned_first: str
) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    out = replace(plan, calls=(plan.calls[0], replace(plan.calls[1], arrives_at=None)))
    leaves = plan.calls[0].departs_at
    assert leaves is not None
    there = replace(out.calls[1], departs_at=leaves + timedelta(hours=hours))
    back = replace(out, calls=(there, CallPlan(out.calls[0].port_id)))
    first, second = (out, back) if planned_first == "out" else (back, out)
    made = make_voyage(first)
    if free:
        make_voyage(second)
    else:
        assert refused("ship_sails_then", second).details["voyage"] == made.number


def test_a_ship_needs_half_an_hour_where_no_passage_is_documented(app: Flask, clock: Clock) -> None:
    plan = a_plan("Kumai", "Surabaya", clock=clock)
    out = replace(plan, calls=(plan.calls[0], replace(plan.calls[1], arrives_at=None)))
    leaves = plan.calls[0].departs_at
    assert leaves is not None
    make_voyage(out)
    back = (replace(out.calls[1], departs_at=leaves + timedelta(minutes=30)), CallPlan(out.calls[0].port_id))
    make_voyage(replace(out, calls=back))


def test_a_leg_is_sold_only_where_a_paper_speaks_of_its_day(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", "Surabaya", clock=clock)
    day = plan.calls[1].departs_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    record_capacity(a_ship("KM Lawit").id, valid_from=day, valid_to=day, certificate=70)
    voyage = make_voyage(plan)
    loads = {load.leg_id: load.ceiling for load in db.session.scalars(db.select(LegLoad))}
    assert loads == {voyage.legs[1].id: 70}


@pytest.mark.parametrize(
    ("change", "code", "field", "call"),
    [
        (lambda c: c[:1], "two_calls", "calls", None),
        (lambda c: (c[0], replace(c[1], port_id=c[0].port_id), c[2]), "same_port", "port", 1),
        (lambda c: (replace(c[0], departs_at=None), *c[1:]), "departure_missing", "departs", 0),
        (lambda c: (c[0], replace(c[1], departs_at=c[1].arrives_at), c[2]), "times_backwards", "departs", 1),
        (lambda c: (c[0], replace(c[1], arrives_at=c[0].departs_at), c[2]), "arrival_backwards", "arrives", 1),
        (lambda c: (c[0], replace(c[1], arrives_at=None, departs_at=c[0].departs_at), c[2]),
         "departure_backwards", "departs", 1),
        (lambda c: (replace(c[0], tide_from=c[0].departs_at), *c[1:]), "tide_window", "tide_until", 0),
    ],
)  # fmt: skip
def test_what_no_ship_can_do_is_refused_at_its_call_and_field(
    app: Flask, clock: Clock, change: object, code: str, field: str, call: int | None
) -> None:
    plan = a_plan("Sampit", "Semarang", "Surabaya", clock=clock)
    refusal = refused(code, replace(plan, calls=change(plan.calls)))  # type: ignore[operator]
    assert (refusal.field, refusal.details.get("call")) == (field, call)


def test_a_departure_outside_of_its_tide_window_is_refused_with_both_times(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    leaves = plan.calls[0].departs_at
    assert leaves is not None

    def with_tide(begins: float, ends: float) -> VoyagePlan:
        window = {"tide_from": leaves + timedelta(hours=begins), "tide_until": leaves + timedelta(hours=ends)}
        return replace(plan, calls=(replace(plan.calls[0], **window), *plan.calls[1:]))  # type: ignore[arg-type]

    refusal = refused("departs_outside_tide", with_tide(5, 7))
    assert (refusal.field, refusal.details) == (
        "departs",
        {"call": 0, "departs": "12.00", "tide_from": "17.00", "tide_until": "19.00"},
    )
    voyage = make_voyage(with_tide(0, 2))
    refused("departs_outside_tide", with_tide(-2, -1), voyage)
    call = voyage.calls[0]
    times = CallTimes(tide_from=leaves + timedelta(hours=5), tide_until=leaves + timedelta(hours=7))
    set_times(call.id, times)
    change_voyage(voyage.id, replace(plan_of(voyage), note="kapal menunggu pasang"))
    assert voyage.note == "kapal menunggu pasang", "the page of times may say that the ship waits"


def test_a_voyage_names_ports_ships_and_operators_that_there_are(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    for wrong, code in (
        (replace(plan, ship_id=999), "ship_not_found"),
        (replace(plan, operator_id=999), "operator_not_found"),
        (replace(plan, calls=(plan.calls[0], replace(plan.calls[1], port_id=999))), "port_not_found"),
    ):
        with pytest.raises(NotFound) as refusal:
            make_voyage(wrong)
        assert refusal.value.code == code


def test_days_without_an_hour_may_follow_each_other_on_one_day(app: Flask, clock: Clock) -> None:
    midnight = datetime(2026, 12, 1, 17, tzinfo=UTC)
    plan = a_plan("Sampit", "Semarang", clock=clock)
    calls = (
        replace(plan.calls[0], departs_at=midnight, precision="day"),
        replace(plan.calls[1], arrives_at=midnight, precision="day"),
    )
    voyage = make_voyage(replace(plan, calls=calls))
    assert [call.day for call in voyage.calls] == [date(2026, 12, 1)] * 2
    assert not voyage.calls[0].time_known


# Changing


def test_a_call_is_put_between_two_others_and_the_new_legs_sell_what_the_old_one_sold(app: Flask, clock: Clock) -> None:
    with_papers(clock)
    voyage = on_sale(make_voyage(a_plan("Sampit", "Surabaya", "Kumai", clock=clock)))
    kept_leg = voyage.legs[1].id
    plan = plan_of(voyage)
    between = CallPlan(
        a_port("Semarang").id,
        arrives_at=plan.calls[0].departs_at + timedelta(hours=5),
        departs_at=plan.calls[0].departs_at + timedelta(hours=6),
    )
    changed = change_voyage(voyage.id, replace(plan, calls=(plan.calls[0], between, *plan.calls[1:])))
    assert [call.port.name for call in changed.calls] == ["Sampit", "Semarang", "Surabaya", "Kumai"]
    assert [call.position for call in changed.calls] == [0, 1, 2, 3]
    assert changed.legs[2].id == kept_leg
    quotas = dict(db.session.execute(db.select(Allotment.leg_id, Allotment.quota)).all())
    assert quotas == {leg.id: 100 for leg in changed.legs}
    assert db.session.query(Departure).count() == 3


def test_what_is_sold_keeps_its_legs_and_its_planned_time_and_the_rest_may_change(app: Flask, clock: Clock) -> None:
    with_papers(clock)
    voyage = on_sale(make_voyage(a_plan("Sampit", "Surabaya", "Semarang", "Kumai", clock=clock)))
    calls = [call.id for call in voyage.calls]
    hold(str(uuid4()), voyage.id, 1, 2, 0, from_call_id=calls[0], to_call_id=calls[1])
    plan = plan_of(db.session.get(Voyage, voyage.id))
    first, second, third, fourth = plan.calls
    skipped = refused("sold_on_leg", replace(plan, calls=(first, third, fourth)), voyage)
    assert (skipped.details["start"], skipped.details["end"], skipped.details["taken"]) == ("Sampit", "Surabaya", 2)
    moved = replace(second, arrives_at=second.arrives_at + timedelta(minutes=5))
    assert refused("sold_on_leg", replace(plan, calls=(first, moved, third, fourth)), voyage).details["call"] == 1
    assert refused("ship_is_sold", replace(plan, ship_id=a_ship("KM Lain").id), voyage).field == "ship_id"
    last = replace(fourth, arrives_at=fourth.arrives_at + timedelta(hours=9))
    later = change_voyage(voyage.id, replace(plan, calls=(first, second, last), note="tanpa Semarang"))
    assert [call.port.name for call in later.calls] == ["Sampit", "Surabaya", "Kumai"]
    assert taken_on(later)[later.legs[0].id] == 2
    db.session.rollback()


def test_a_call_that_an_old_booking_speaks_of_stays(app: Flask, clock: Clock) -> None:
    with_papers(clock)
    voyage = on_sale(make_voyage(a_plan("Sampit", "Surabaya", "Semarang", clock=clock)))
    calls = [call.id for call in voyage.calls]
    booking = hold(str(uuid4()), voyage.id, 1, 1, 0, from_call_id=calls[1], to_call_id=calls[2])
    release(booking.code)
    plan = plan_of(db.session.get(Voyage, voyage.id))
    assert refused("call_is_used", replace(plan, calls=plan.calls[:2]), voyage).details["port"] == "Semarang"


def test_calls_change_their_order_and_the_ship_while_nothing_is_sold(app: Flask, clock: Clock) -> None:
    with_papers(clock)
    with_papers(clock, 500, "KM Lain")
    voyage = on_sale(make_voyage(a_plan("Sampit", "Surabaya", "Semarang", clock=clock)))
    plan = plan_of(voyage)
    a, b, c = plan.calls
    order = (
        a,
        replace(c, arrives_at=b.arrives_at, departs_at=b.departs_at),
        replace(b, arrives_at=c.arrives_at, departs_at=None),
    )
    changed = change_voyage(voyage.id, replace(plan, calls=order, ship_id=a_ship("KM Lain").id))
    assert [call.port.name for call in changed.calls] == ["Sampit", "Semarang", "Surabaya"]
    assert {load.ceiling for load in db.session.scalars(db.select(LegLoad))} == {500}


def test_another_day_brings_the_ceiling_of_its_own_paper(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    day = plan.calls[0].departs_at.date()
    ship = a_ship("KM Lawit").id
    record_capacity(ship, valid_from=day, valid_to=day, certificate=100)
    record_capacity(ship, valid_from=day + timedelta(days=1), valid_to=day + timedelta(days=1), certificate=60)
    voyage = make_voyage(plan)
    present = plan_of(voyage)
    moved = tuple(call.shifted(1, ZoneInfo("Asia/Jakarta")) for call in present.calls)
    calls = tuple(replace(new, call_id=old.call_id) for new, old in zip(moved, present.calls, strict=True))
    change_voyage(voyage.id, replace(present, calls=calls))
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == 60


# Copies and patterns


def test_a_copy_keeps_each_ports_own_hours(app: Flask, clock: Clock) -> None:
    a_port("Makassar", "Asia/Makassar")
    template = make_voyage(a_plan("Sampit", "Makassar", "Surabaya", clock=clock))
    day = first_day(template) + timedelta(days=7)
    copy = copy_voyage(template.id, [day]).made[0]
    for old, new in zip(template.calls, copy.calls, strict=True):
        for name in ("planned_arrival", "planned_departure"):
            before, after = getattr(old, name), getattr(new, name)
            if before:
                assert after.astimezone(new.port.tz).time() == before.astimezone(old.port.tz).time()
                assert after - before == timedelta(days=7)
    assert copy.calls[0].day == day
    assert copy.number == f"{day}/KM Lawit/Sampit/Surabaya/{template.id}"


def test_every_tuesday_and_friday_is_made_once_and_all_or_none(app: Flask, clock: Clock) -> None:
    with_papers(clock)
    template = on_sale(make_voyage(a_plan("Sampit", "Semarang", clock=clock)), 900)
    start = first_day(template)
    days = days_of({1, 4}, start + timedelta(days=1), start + timedelta(days=21))
    assert {day.weekday() for day in days} == {1, 4}
    first = copy_voyage(template.id, days, with_places=True)
    assert len(first.made) == len(days) == 6
    assert {a.quota for a in db.session.scalars(db.select(Allotment))} == {900}
    assert [f.copy.id for f in foresee(template.id, days)] == [v.id for v in first.made]
    more = copy_voyage(template.id, [*days, days[-1] + timedelta(days=3)], with_places=True)
    assert (len(more.made), len(more.left)) == (1, 6)
    count = db.session.query(Voyage).count()
    low = days[-1] + timedelta(days=7)
    record_capacity(template.ship_id, valid_from=low, valid_to=low, certificate=899)
    beyond = start + timedelta(days=200)
    for day, code in ((low, "copy_over_ceiling"), (beyond, "copy_not_on_sale")):
        with pytest.raises(Refusal) as refusal:
            copy_voyage(template.id, [days[-1] + timedelta(days=5), day], with_places=True)
        assert (refusal.value.code, refusal.value.details["day"]) == (code, day)
        assert db.session.query(Voyage).count() == count
    assert len(copy_voyage(template.id, [low, beyond]).made) == 2


def test_a_copy_that_somebody_has_changed_since_is_left_alone(app: Flask, clock: Clock) -> None:
    template = make_voyage(a_plan("Sampit", "Semarang", clock=clock))
    day = first_day(template) + timedelta(days=2)
    copy = copy_voyage(template.id, [day]).made[0]
    plan = plan_of(copy)
    later = replace(plan.calls[0], departs_at=plan.calls[0].departs_at + timedelta(hours=2))
    change_voyage(copy.id, replace(plan, calls=(later, plan.calls[1])))
    again = copy_voyage(template.id, [first_day(template), day])
    assert (again.made, [v.id for v in again.left]) == ([], [template.id, copy.id])


@pytest.mark.parametrize(
    ("weekdays", "until", "code"),
    [(set(), 30, "weekdays"), ({7}, 30, "weekdays"), ({1}, -1, "until_before"), ({6}, 2, "no_such_day"),
     ({0, 1, 2, 3, 4, 5, 6}, 400, "too_many_days")],
)  # fmt: skip
def test_a_pattern_that_makes_no_sense_is_refused(weekdays: set[int], until: int, code: str) -> None:
    monday = date(2026, 11, 30)
    with pytest.raises(Refusal) as refusal:
        days_of(weekdays, monday, monday + timedelta(days=until))
    assert refusal.value.code == code
    assert days_of({0}, monday, monday + timedelta(days=28), every_weeks=2) == [
        monday,
        monday + timedelta(days=14),
        monday + timedelta(days=28),
    ]


def test_what_is_held_on_a_copied_voyage_is_not_copied(app: Flask, clock: Clock) -> None:
    with_papers(clock)
    template = on_sale(make_voyage(a_plan("Sampit", "Semarang", clock=clock)))
    a_hold(template, adults=3)
    copy = copy_voyage(template.id, [first_day(template) + timedelta(days=1)], with_places=True).made[0]
    assert taken_on(copy) == {copy.legs[0].id: 0}
    db.session.rollback()


def test_a_copy_has_no_tide_window_of_another_days_water(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    leaves = plan.calls[0].departs_at
    assert leaves is not None
    first = replace(plan.calls[0], tide_from=leaves, tide_until=leaves + timedelta(hours=2))
    template = make_voyage(replace(plan, calls=(first, *plan.calls[1:])))
    (made,) = copy_voyage(template.id, [first_day(template) + timedelta(days=1)]).made
    assert [(call.tide_from, call.tide_until) for call in made.calls] == [(None, None)] * 2
    assert template.calls[0].tide_from is not None
