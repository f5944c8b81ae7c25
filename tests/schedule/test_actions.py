"""New times, with their causes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.boarding.actions.departure import depart
from app.db import db
from app.errors import NotFound, Refusal
from app.schedule.actions import CallTimes, revise_departure, set_times
from app.schedule.models import change_of
from app.schedule.queries import find_port, list_voyages
from tests.conftest import Clock
from tests.factories import a_port, a_user, a_voyage, departure_of


def test_a_delay_has_a_cause_and_moves_the_day_that_the_call_counts_to(app: Flask, clock: Clock) -> None:
    call = a_voyage().calls[0]
    later = clock.moment + timedelta(days=3)
    call = revise_departure(call.id, later, "air surut di muara", cause="tide")
    assert (call.departs_at, call.cause, call.reason) == (later, "tide", "air surut di muara")
    assert call.day == later.astimezone(call.port.tz).date()
    assert call.planned_departure == clock.moment + timedelta(days=1)
    assert call.change == "late"


def test_a_ship_may_leave_early_but_not_before_now(app: Flask, clock: Clock) -> None:
    call = a_voyage().calls[0]
    assert revise_departure(call.id, clock.moment + timedelta(hours=2), cause="order").change == "early"
    with pytest.raises(Refusal) as refusal:
        revise_departure(call.id, clock.moment, cause="order")
    assert (refusal.value.code, refusal.value.field) == ("in_the_past", "revised_departure")


@pytest.mark.parametrize(("hours", "cause", "code"), [(-1, "weather", "in_the_past"), (5, "", "cause_missing"),
                                                      (5, "cuaca", "cause_missing")])  # fmt: skip
def test_a_time_in_the_past_or_without_a_cause_is_refused(
    app: Flask, clock: Clock, hours: int, cause: str, code: str
) -> None:
    call = a_voyage().calls[0]
    with pytest.raises(Refusal) as refusal:
        revise_departure(call.id, clock.moment + timedelta(hours=hours), "ombak", cause=cause)
    assert refusal.value.code == code
    db.session.expire_all()
    assert (call.revised_departure, call.reason) == (None, "")


def test_a_ship_does_not_leave_before_it_came(app: Flask, clock: Clock) -> None:
    call = a_voyage("Sampit", "Semarang", "Kumai").calls[1]
    with pytest.raises(Refusal) as refusal:
        revise_departure(call.id, clock.moment + timedelta(hours=10), cause="weather")
    assert refusal.value.code == "times_backwards"


def test_a_departure_that_has_happened_is_not_moved(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    call_id = voyage.calls[0].id
    depart(departure_of(voyage).id, a_user().id)
    with pytest.raises(Refusal) as refusal:
        revise_departure(call_id, clock.moment + timedelta(days=1), cause="weather")
    assert refusal.value.code == "departed"
    with pytest.raises(NotFound):
        revise_departure(10_000, clock.moment, cause="weather")


def test_all_that_is_said_of_a_call_is_kept_and_taken_back(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai")
    call, at = voyage.calls[1], clock.moment + timedelta(days=2)
    said = CallTimes(
        tide_from=at,
        tide_until=at + timedelta(hours=2),
        revised_arrival=at - timedelta(hours=1),
        revised_departure=at + timedelta(hours=1),
        cause="tide",
        reason=" menunggu air ",
    )
    call = set_times(call.id, said)
    assert CallTimes(**{name: getattr(call, name) for name in CallTimes.__dataclass_fields__}) == replace(
        said, reason="menunggu air"
    )
    assert (call.change, call.arrival_change) == ("late", "late")
    planned_day = call.planned_departure.astimezone(call.port.tz).date()
    call = set_times(call.id, CallTimes())
    assert (call.change, call.cause, call.reason, call.tide_from, call.day) == ("", "", "", None, planned_day)


def test_the_calls_that_follow_are_late_by_as_much_where_one_says_so(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai")
    first = voyage.calls[0]
    by = timedelta(hours=5)
    set_times(first.id, CallTimes(revised_departure=first.planned_departure + by, cause="technical"), later_too=True)
    for call in voyage.calls[1:]:
        assert call.revised_arrival == call.planned_arrival + by
        assert call.cause == "technical"
    assert voyage.calls[1].revised_departure == voyage.calls[1].planned_departure + by


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"tide_from": 20}, "tide_window", "tide_until"),
        ({"tide_from": 20, "tide_until": 19}, "tide_window", "tide_until"),
        ({"revised_arrival": 20, "cause": "weather"}, "arrival_backwards", "revised_arrival"),
        ({"actual_departure": 1}, "not_yet", "actual_departure"),
        ({"actual_arrival": 1}, "arrival_not_yet", "actual_arrival"),
    ],
)
def test_times_that_cannot_be_are_refused_at_their_field(
    app: Flask, clock: Clock, said: dict[str, object], code: str, field: str
) -> None:
    call = a_voyage("Sampit", "Semarang", "Kumai").calls[1]
    moments = {n: clock.moment + timedelta(hours=v) if isinstance(v, int) else v for n, v in said.items()}
    with pytest.raises(Refusal) as refusal:
        set_times(call.id, CallTimes(**moments))  # type: ignore[arg-type]
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_what_has_happened_is_corrected_but_not_emptied(app: Flask, clock: Clock) -> None:
    call = a_voyage(departs_at=clock.moment - timedelta(hours=1)).calls[0]
    set_times(call.id, CallTimes(actual_departure=clock.moment - timedelta(minutes=5)))
    set_times(call.id, CallTimes(actual_departure=clock.moment - timedelta(minutes=9)))
    assert call.departs_at == clock.moment - timedelta(minutes=9)
    with pytest.raises(Refusal) as refusal:
        set_times(call.id, CallTimes())
    assert refusal.value.code == "actual_stays"


def test_a_time_for_a_plan_without_one_is_named_not_moved() -> None:
    midnight = datetime(2026, 11, 28, tzinfo=UTC)
    hours = {1: "late", 0: "", -1: "named", -24: "named", -25: "early"}
    assert {h: change_of(midnight, midnight + timedelta(hours=h), "day") for h in hours} == hours
    assert change_of(midnight, midnight - timedelta(hours=1), "minute") == "early"
    assert change_of(midnight, None, "day") == change_of(None, midnight, "day") == ""


def test_voyages_are_found_by_day_and_by_both_ports(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai")
    day = voyage.calls[0].day
    ports = {name: a_port(name).id for name in ("Sampit", "Semarang", "Kumai", "Surabaya")}

    def found(start: str, end: str) -> list[int]:
        return [v.id for v in list_voyages(day, day + timedelta(days=5), ports[start], ports[end])]

    assert found("Sampit", "Kumai") == found("Semarang", "Kumai") == [voyage.id]
    assert found("Kumai", "Sampit") == found("Sampit", "Surabaya") == []


def test_a_port_is_found_by_code_or_name_in_whatever_case(app: Flask) -> None:
    port = a_port("Sampit")
    assert find_port(" idsmq ") is find_port("SAMPIT") is port
    assert find_port("Atlantis") is None
