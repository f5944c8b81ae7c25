"""While places are freed and dozens of buyers want them at once, nobody gets one before those who wait for it."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from uuid import uuid4

import pytest
from flask import Flask

from app.booking.actions.hold import hold
from app.booking.actions.payment import release
from app.booking.inventory.offer_end import is_offer
from app.booking.models import Booking, BookingState
from app.booking.waitlist.actions import make_offers, withdraw
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from app.errors import Refusal
from tests.booking.waitlist.test_actions import a_wait, cancel
from tests.factories import a_booking, a_hold, a_voyage

pytestmark = pytest.mark.race

BUYERS, PLACES = 24, 30


def test_nobody_from_the_public_gets_a_freed_place_while_somebody_who_fits_waits(app: Flask) -> None:
    voyage = a_voyage(places=PLACES)
    voyage_id = voyage.id
    sold = [a_booking(voyage).id for _ in range(PLACES // 2)]
    held = [a_hold(voyage).code for _ in range(PLACES - len(sold))]
    # The first in line can use whatever is freed: ones, and twos who would take one place as well.
    waits = [a_wait(voyage, places=1 + n % 2, partial=True) for n in range(PLACES + 5)]
    leaves = waits[1].code
    done = Event()

    def buy(number: int) -> list[str]:
        got = []
        with app.app_context():
            while not done.is_set():
                try:
                    got.append(hold(str(uuid4()), voyage_id, 1, 1).code)
                except Refusal as refusal:
                    got += [refusal.code] if refusal.code != "sold_out" else []
        return got

    def free() -> None:
        random = Random(7)
        with app.app_context():
            for booking_id, code in zip(sold, held, strict=True):
                cancel([booking_id])
                release(code)
                if random.random() < 0.3:
                    make_offers([voyage_id])
            withdraw(leaves)
            make_offers([voyage_id])

    with ThreadPoolExecutor(BUYERS + 1) as pool:
        buyers = [pool.submit(buy, number) for number in range(BUYERS)]
        try:
            pool.submit(free).result()
        finally:
            done.set()
        bought = [code for buyer in buyers for code in buyer.result()]
    db.session.rollback()
    db.session.expire_all()
    entries = db.session.scalars(db.select(WaitingEntry).order_by(WaitingEntry.id)).all()
    offers = db.session.scalars(db.select(Booking).where(Booking.state == BookingState.HELD).order_by(Booking.id)).all()
    assert bought == []
    assert sum(booking.places for booking in offers) == PLACES
    assert all(is_offer(booking.request_id) for booking in offers)
    stay = [entry for entry in entries if entry.code != leaves]
    assert [entry.state for entry in stay] == ["offered"] * len(offers) + ["waiting"] * (len(stay) - len(offers))
    # The bookings were made in the order of the list.
    assert [entry.booking_id for entry in stay[: len(offers)]] == [booking.id for booking in offers]


def test_what_nobody_on_the_list_can_use_is_sold_while_they_wait(app: Flask) -> None:
    voyage = a_voyage(places=8)
    voyage_id = voyage.id
    codes = [a_hold(voyage).code for _ in range(8)]
    group = a_wait(voyage, places=8)

    def buy(_: int) -> bool:
        with app.app_context():
            try:
                hold(str(uuid4()), voyage_id, 1, 1)
            except Refusal:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        for code in codes[:2]:
            release(code)
        assert sum(pool.map(buy, range(16))) == 2
    db.session.rollback()
    db.session.expire_all()
    assert group.state == "waiting"
