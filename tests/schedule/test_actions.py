"""New times, with their reasons."""

from datetime import timedelta

import pytest
from flask import Flask

from app.boarding.actions import depart
from app.errors import NotFound, Refusal
from app.schedule.actions import revise_departure
from app.schedule.queries import find_port, list_voyages
from tests.conftest import Clock
from tests.factories import a_port, a_user, a_voyage, departure_of


def test_a_delay_has_a_reason_and_moves_the_day_that_the_call_counts_to(app: Flask, clock: Clock) -> None:
    call = a_voyage().calls[0]
    later = clock.moment + timedelta(days=3)
    call = revise_departure(call.id, later, "air pasang")
    assert (call.departs_at, call.reason) == (later, "air pasang")
    assert call.day == later.astimezone(call.port.tz).date()
    assert call.planned_departure == clock.moment + timedelta(days=1)


@pytest.mark.parametrize(
    ("hours", "reason", "code"),
    [(-1, "cuaca", "in_the_past"), (5, "  ", "reason_missing")],
)
def test_a_time_in_the_past_or_without_a_reason_is_refused(
    app: Flask, clock: Clock, hours: int, reason: str, code: str
) -> None:
    call = a_voyage().calls[0]
    with pytest.raises(Refusal) as refusal:
        revise_departure(call.id, clock.moment + timedelta(hours=hours), reason)
    assert refusal.value.code == code


def test_a_ship_does_not_leave_before_it_came(app: Flask, clock: Clock) -> None:
    call = a_voyage("Sampit", "Semarang", "Kumai").calls[1]
    with pytest.raises(Refusal) as refusal:
        revise_departure(call.id, clock.moment + timedelta(hours=10), "cuaca")
    assert refusal.value.code == "times_backwards"


def test_a_departure_that_has_happened_is_not_moved(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    call_id = voyage.calls[0].id
    depart(departure_of(voyage).id, a_user().id)
    with pytest.raises(Refusal) as refusal:
        revise_departure(call_id, clock.moment + timedelta(days=1), "cuaca")
    assert refusal.value.code == "departed"
    with pytest.raises(NotFound):
        revise_departure(10_000, clock.moment, "cuaca")


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
