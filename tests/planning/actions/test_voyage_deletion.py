"""A voyage without bookings is deleted with a trace; one that anybody ever booked is not."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Role
from app.boarding.actions.departure import ask_second_person
from app.boarding.models import Departure, Step
from app.booking.actions.hold import expire_holds
from app.db import db
from app.errors import Refusal
from app.planning.actions.voyage_deletion import delete_voyage, list_deletions
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import Allotment, LegLoad
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait
from tests.conftest import Clock
from tests.factories import a_hold, a_user, a_voyage, departure_of


def rows() -> list[int]:
    """How many there are of everything that a voyage is made of."""
    return [db.session.query(model).count() for model in (Voyage, PortCall, Leg, Departure, Allotment, LegLoad)]


def test_a_voyage_that_nobody_booked_goes_with_all_its_parts_and_leaves_a_trace(app: Flask, clock: Clock) -> None:
    a_voyage("Sampit", "Semarang")
    before = rows()
    admin, voyage = a_user(Role.ADMINISTRATOR), a_voyage("Sampit", "Semarang", "Surabaya")
    number, day = voyage.number, voyage.calls[0].day
    delete_voyage(voyage.id, admin.id)
    assert rows() == before
    (trace,) = list_deletions()
    assert (trace.number, trace.route, trace.day) == (number, "Sampit → Semarang → Surabaya", day)
    assert (trace.user.id, trace.deleted_at, trace.ship_name) == (admin.id, clock.moment, "KM Uji Coba 2")


def test_a_voyage_that_anybody_ever_booked_or_waits_for_stays(app: Flask, clock: Clock) -> None:
    admin = a_user(Role.ADMINISTRATOR)
    booked = a_voyage()
    a_hold(booked)
    clock.forward(hours=1)
    expire_holds()
    waited_for, _ = a_full_voyage(1)
    a_wait(waited_for)
    asked_for = a_voyage(departs_at=clock.moment + timedelta(hours=20))
    ask_second_person(departure_of(asked_for).id, Step.LEAVE, admin.id, "Ombak naik")
    before = rows()
    for voyage, code in (
        (booked, "voyage_was_booked"),
        (waited_for, "voyage_was_booked"),
        (asked_for, "voyage_is_used"),
    ):
        with pytest.raises(Refusal, match=code):
            delete_voyage(voyage.id, admin.id)
    assert rows() == before
    assert list_deletions() == []
