"""A no-show is released while the ticket is being scanned: aboard or released, never both."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import Scan, Verdict
from app.booking.models import Passenger, Ticket
from app.db import db
from app.seats.models import Allotment, LegLoad
from tests.booking.waitlist.test_actions import a_wait
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_user, a_voyage, departure_of, tickets_of

pytestmark = pytest.mark.race

PEOPLE, RELEASES = 12, 3


def test_scan_and_release_at_the_same_moment_let_each_be_aboard_or_released(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=PEOPLE + 1, departs_at=clock() + timedelta(hours=2))
    departure, gate, officer = departure_of(voyage).id, a_gate().id, a_user().id
    early = tickets_of(a_booking(voyage))[0].signed
    shown = [ticket.signed for _ in range(PEOPLE // 2) for ticket in tickets_of(a_booking(voyage, 2))]
    for _ in range(PEOPLE):
        a_wait(voyage, standby=True)
    clock.forward(minutes=91)
    together = Barrier(len(shown) + RELEASES)

    def show(text: str, wait: bool = True) -> str:
        with app.app_context():
            if wait:
                together.wait()
            return scan(
                Showing(str(uuid4()), text, departure, gate, officer, app_clock.now()), app.extensions["keyring"]
            ).reason

    def release(_: int) -> int:
        with app.app_context():
            together.wait()
            return release_no_shows(departure).persons

    assert show(early, wait=False) == "admitted"
    with ThreadPoolExecutor(len(shown) + RELEASES) as pool:
        released = [pool.submit(release, number) for number in range(RELEASES)]
        reasons = Counter(pool.map(show, shown))
        gone = sum(future.result() for future in released)
    assert set(reasons) <= {"admitted", "no_show"}
    assert reasons["admitted"] + gone == PEOPLE
    db.session.rollback()
    db.session.expire_all()
    aboard = db.select(Ticket.passenger_id).join(Scan, Scan.ticket_id == Ticket.id).where(Scan.verdict == Verdict.PASS)
    travels = db.select(Passenger.id).where(Passenger.state == "travels")
    assert sorted(db.session.scalars(aboard)) == sorted(db.session.scalars(travels))
    # What was given back was offered at once: held now, and the ship is full again.
    allotment = db.session.scalars(db.select(Allotment)).one()
    assert (allotment.held, allotment.sold) == (gone, PEOPLE + 1 - gone)
    assert db.session.scalars(db.select(LegLoad)).one().aboard == reasons["admitted"] + 1
