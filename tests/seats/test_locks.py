"""Counters that were read are locked against all others until the commit, on both engines."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask

from app import clock
from app.booking.actions.hold import hold
from app.booking.actions.payment import name_travelers, release
from app.booking.inventory.lock import lock, locked_bookings
from app.booking.inventory.release import let_go
from app.booking.models import BookingState, PassengerState
from app.booking.queries import get_booking
from app.db import action, db
from app.errors import Refusal
from app.seats.actions.quotas import set_quota
from tests.factories import a_booking, a_hold, a_traveler, a_user, a_voyage, pay


class Slow:
    """An action that has its locks, and does not go on before it may."""

    def __init__(self, app: Flask, look: Callable[[], object]) -> None:
        self.has_looked, self.may_go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._run, args=(app, action(self._act)))
        self.look = look

    def _act(self) -> None:
        self.look()
        self.has_looked.set()
        assert self.may_go_on.wait(20)

    def _run(self, app: Flask, act: Callable[[], None]) -> None:
        with app.app_context():
            act()


def waits_for(app: Flask, look: Callable[[], object], then: Callable[[], object]) -> bool:
    """Whether `then` comes to an end only after the action that has looked has come to its own."""
    slow = Slow(app, look)
    slow.thread.start()
    assert slow.has_looked.wait(20)
    done = threading.Event()

    def second() -> None:
        with app.app_context():
            then()
        done.set()

    other = threading.Thread(target=second)
    other.start()
    too_soon = done.wait(0.4)
    slow.may_go_on.set()
    slow.thread.join(20)
    other.join(20)
    assert done.is_set()
    return not too_soon


def test_who_asks_for_places_waits_for_who_has_the_counters(app: Flask) -> None:
    voyage_id = a_voyage(places=5).id
    assert waits_for(app, lambda: lock([voyage_id], clock.now()), lambda: hold(str(uuid4()), voyage_id, 1, 1))


def test_who_sets_a_quota_waits_for_who_has_the_counters(app: Flask) -> None:
    voyage_id = a_voyage(places=5).id
    assert waits_for(app, lambda: lock([voyage_id], clock.now()), lambda: set_quota(voyage_id, 1, 4))


@pytest.mark.parametrize("what", ["name", "pay", "release"])
def test_who_goes_on_with_a_booking_waits_for_who_has_it(app: Flask, what: str) -> None:
    booking = a_booking(a_voyage(), payment=None)
    code = booking.code
    a_user()
    traveler = a_traveler()
    db.session.commit()
    deed: dict[str, Callable[[], object]] = {
        "name": lambda: name_travelers(code, "+6281200000001", [traveler]),
        "pay": lambda: pay(code),
        "release": lambda: release(code),
    }
    assert waits_for(app, lambda: locked_bookings([booking.id]), deed[what])


def test_who_pays_while_the_hold_is_given_back_has_no_ticket(app: Flask) -> None:
    voyage = a_voyage(places=5)
    booking = a_booking(voyage, payment=None)
    # Another hold on the same legs: without it, the counters below nothing would give the mistake away.
    a_hold(voyage)
    code, booking_id = booking.code, booking.id
    a_user()
    heard: list[str] = []

    def gives_back() -> None:
        [mine] = locked_bookings([booking_id])
        counters = lock([voyage.id], clock.now())
        let_go(mine, mine.passengers, PassengerState.CANCELLED, counters, clock.now())
        counters.room.write()

    def pays() -> None:
        try:
            pay(code)
        except Refusal as refusal:
            heard.append(refusal.code)

    db.session.commit()
    assert waits_for(app, gives_back, pays)
    assert heard == ["order_cancelled"]
    db.session.rollback()
    assert get_booking(code).state == BookingState.CANCELLED


def test_who_skips_locked_bookings_waits_for_none_of_their_people(app: Flask, engine: str) -> None:
    booking_id = a_booking(a_voyage(), adults=2).id
    found: list[object] = []

    def skips() -> None:
        found.extend(locked_bookings([booking_id], skip_locked=True))

    db.session.commit()
    waited = waits_for(app, lambda: locked_bookings([booking_id]), action(skips))
    assert waited is (engine == "sqlite"), "which has one writer at a time"
    assert bool(found) is waited
