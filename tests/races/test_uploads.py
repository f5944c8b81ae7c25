"""Phones with real processes: whatever dies or comes at once, no soul is counted twice and none is lost."""

import http.client
import json
import threading
import time
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app import clock
from app.boarding.models import Scan, Verdict
from app.boarding.queries import find_load, get_departure
from app.boarding.recalls.queries import count_recalls
from app.boarding.step_offs.models import StepOff
from app.db import db
from app.flow.recount import recount
from tests.factories import a_booking, a_gate, a_user, a_voyage, departure_of, tickets_of
from tests.processes import Process, at_once
from tests.races.phone import Shown, asks, steps_off, uploads, uploads_and_dies
from tests.server import serving
from tests.web.program import bearer

pytestmark = pytest.mark.race

TICKETS = 24


class Ship:
    """A ship that boards now, with so many tickets, and a gate with its officer."""

    def __init__(self, tickets: int = TICKETS) -> None:
        voyage = a_voyage(departs_at=clock.now() + timedelta(minutes=90))
        departure = departure_of(voyage)
        bookings = [a_booking(voyage, adults=8) for _ in range(tickets // 8)]
        self.serials = [ticket.serial for booking in bookings for ticket in tickets_of(booking)]
        self.place = (departure.id, a_gate(departure.call.port).id, a_user().id)
        db.session.commit()

    def shown(self) -> list[Shown]:
        """A scan of each ticket, with an id of its own."""
        return [(str(uuid4()), serial) for serial in self.serials]

    def carries(self, souls: int) -> None:
        """So many are aboard, once each, and every sum agrees."""
        db.session.rollback()  # what was read before is not what stands there now
        db.session.expire_all()
        departure = get_departure(self.place[0])
        load = find_load(departure)
        assert load is not None
        assert (load.aboard, departure.boarded) == (souls, souls)
        passed = db.session.scalars(db.select(Scan.ticket_id).where(Scan.verdict == Verdict.PASS)).all()
        assert len(passed) == len(set(passed)) == souls
        assert recount() == []


def test_killed_between_the_commit_and_the_answer_it_is_told_the_same_again(app: Flask, database_url: str) -> None:
    ship = Ship()
    shown = ship.shown()
    for killed_after in (1, 7, 8):
        phone = Process(uploads_and_dies, database_url, ship.place, shown, killed_after).ready()
        phone.go()
        told = [phone.told() for _ in range(killed_after - 1)]
        with pytest.raises(EOFError):
            phone.told()
        assert set(told) <= {"admitted"}
        ship.carries(killed_after)
    [again] = at_once(uploads, database_url, [(ship.place, shown)])
    assert again.rest() == ["admitted"] * TICKETS
    ship.carries(TICKETS)
    assert db.session.query(Scan).count() == TICKETS


def test_an_upload_beside_the_question_of_the_same_id_is_one_scan(app: Flask, database_url: str) -> None:
    ship = Ship()
    shown = ship.shown()
    phones = [Process(work, database_url, ship.place, shown) for work in (asks, uploads, asks, uploads)]
    for phone in phones:
        phone.ready()
    for phone in phones:
        phone.go()
    assert [phone.rest() for phone in phones] == [["admitted"] * TICKETS] * 4
    ship.carries(TICKETS)
    assert db.session.query(Scan).count() == TICKETS
    assert count_recalls(ship.place[0]) == 0


def test_of_phones_that_passed_the_same_tickets_one_boards_each_and_all_others_are_listed(
    app: Flask, database_url: str
) -> None:
    ship = Ship()
    phones = at_once(uploads, database_url, [(ship.place, ship.shown()) for _ in range(3)])
    told = [phone.rest() for phone in phones]
    assert [sorted(answers) for answers in zip(*told, strict=True)] == [
        ["admitted", "already_used", "already_used"]
    ] * TICKETS
    ship.carries(TICKETS)
    assert count_recalls(ship.place[0]) == 2 * TICKETS


def test_of_phones_that_let_the_same_tickets_off_and_on_at_once_each_crossing_is_counted_once(
    app: Flask, database_url: str
) -> None:
    ship = Ship()
    at_once(asks, database_url, [(ship.place, ship.shown())])[0].rest()
    for souls, work, wins, loses in (
        (0, steps_off, "stepped_off", "not_aboard"),
        (TICKETS, asks, "came_back", "already_used"),
    ):
        phones = at_once(work, database_url, [(ship.place, ship.shown()) for _ in range(3)])
        told = [phone.rest() for phone in phones]
        assert [sorted(answers) for answers in zip(*told, strict=True)] == [sorted([wins, loses, loses])] * TICKETS
        db.session.rollback()
        db.session.expire_all()
        load = find_load(get_departure(ship.place[0]))
        assert load is not None
        assert load.aboard == souls
        assert recount() == []
    works = (steps_off, asks, steps_off, asks)
    phones = [Process(work, database_url, ship.place, ship.shown()) for work in works]
    for phone in phones:
        phone.ready()
    for phone in phones:
        phone.go()
    assert {reason for phone in phones for reason in phone.rest()} <= {
        "stepped_off",
        "not_aboard",
        "came_back",
        "already_used",
    }
    db.session.rollback()
    db.session.expire_all()
    ashore = db.session.query(StepOff).filter(StepOff.returned_id.is_(None)).count()
    load = find_load(get_departure(ship.place[0]))
    assert load is not None
    assert load.aboard == TICKETS - ashore
    assert recount() == []


class Phone(threading.Thread):
    """Sends all that it has kept, in batches, until each has its answer; `going` stops it between two of them."""

    def __init__(self, port: int, token: str, kept: list[dict[str, Any]], going: threading.Event) -> None:
        super().__init__()
        self.going = going
        self.port, self.token, self.kept = port, token, kept
        self.told: dict[str, str] = {}
        self.tries = 0

    def run(self) -> None:
        deadline = time.monotonic() + 60
        while waiting := [scan for scan in self.kept if scan["id"] not in self.told]:
            assert time.monotonic() < deadline
            self.going.wait(60)
            self.tries += 1
            try:
                self.send(waiting[:4])
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    def send(self, scans: list[dict[str, Any]]) -> None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            line.request("POST", "/api/v1/scans/uploads", json.dumps({"scans": scans}), headers)
            response = line.getresponse()
            body = response.read()
        if response.status == 200:
            for one in json.loads(body)["results"]:
                if one["answer"]:
                    self.told[one["id"]] = one["answer"]["reason"]


def test_a_server_that_is_killed_again_and_again_loses_nothing_and_counts_nothing_twice(
    app: Flask, database_url: str
) -> None:
    ship = Ship(80)
    token = bearer(app.test_client())["Authorization"].removeprefix("Bearer ")
    where = {"departure_id": ship.place[0], "gate_id": ship.place[1], "scanned_at": clock.now().isoformat()}
    told = {"device_verdict": "pass", "device_reason": "admitted"}
    kept = [{"id": scan_id, "shown": serial, **where, **told} for scan_id, serial in ship.shown()]
    db.session.rollback()
    with serving(database_url) as web:
        going = threading.Event()
        going.set()
        phones = [Phone(web.port, token, kept[half::2], going) for half in (0, 1)]
        for phone in phones:
            phone.start()
        for answered in (5, 25, 45):
            while sum(len(phone.told) for phone in phones) < answered:
                time.sleep(0.005)
            assert any(phone.is_alive() for phone in phones), "killed in the middle, not afterwards"
            web.kill9()
            # While it starts they would send all that is left before anybody looks.
            going.clear()
            web.start()
            going.set()
        for phone in phones:
            phone.join(90)
    assert [set(phone.told.values()) for phone in phones] == [{"admitted"}] * 2
    assert sum(len(phone.told) for phone in phones) == 80
    ship.carries(80)
