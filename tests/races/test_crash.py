"""Everything is killed in the middle: what was confirmed is there, and nothing is oversold."""

import http.client
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.booking.models import Booking, BookingState
from app.db import db
from app.seats.models import Allotment, LegLoad
from tests import postgres as embedded
from tests.factories import a_nik, a_voyage
from tests.server import serving
from tests.web.program import bearer

pytestmark = pytest.mark.race

PLACES, BUYERS, KILLS = 300, 8, 3


class Buyer(threading.Thread):
    """Books one place after the other and tries again, with the same request, when nobody answers."""

    def __init__(self, number: int, port: int, voyage_id: int, token: str, stop: threading.Event) -> None:
        super().__init__()
        self.random = random.Random(number)
        self.number, self.people = number, count()
        self.port, self.voyage_id, self.token, self.stopped = port, voyage_id, token, stop
        self.confirmed: dict[str, list[tuple[str, str]]] = {}
        """What this buyer was told: per booking code, (serial, signed code) of each ticket."""
        self.fault = ""

    def run(self) -> None:
        try:
            while not self.stopped.is_set() and self.book():
                pass
        except Exception as error:
            self.fault = repr(error)

    def book(self) -> bool:
        """One booking from hold to tickets; False when all is sold."""
        key = str(UUID(int=self.random.getrandbits(128), version=4))
        hold = {"request_id": key, "voyage_id": self.voyage_id, "fare_class_id": 1, "adults": 1, "infants": 0}
        status, answer = self.ask("POST", "/api/v1/bookings", hold, key)
        if status == 409:
            return False
        code = answer["code"]
        nik = a_nik(self.number * 9999 + next(self.people))
        person = {"name": "Siti Uji", "document_kind": "ktp", "document_number": nik}
        person |= {"birth_date": "1994-03-15", "sex": "P", "infant": False}
        status, answer = self.ask(
            "PUT", f"/api/v1/bookings/{code}/passengers", {"phone": "081200000001", "passengers": [person]}, key
        )
        # A repeated request may find its own first try done: then the booking is confirmed already.
        assert status == 200 or answer["code"] == "already_confirmed", (status, answer)
        status, answer = self.ask("POST", f"/api/v1/bookings/{code}/confirmation", None, key)
        assert status == 200, (status, answer)
        status, answer = self.ask("GET", f"/api/v1/bookings/{code}/tickets", None, key)
        assert status == 200, (status, answer)
        self.confirmed[code] = [(ticket["serial"], ticket["signed"]) for ticket in answer["tickets"]]
        return True

    def ask(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json", "X-Booking-Key": key}
        if path.endswith("/confirmation"):
            headers["Authorization"] = f"Bearer {self.token}"
        deadline = time.monotonic() + 60
        while True:
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
                    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
                    response = connection.getresponse()
                    text = response.read()
                if response.status < 500:
                    return response.status, json.loads(text)
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > deadline:
                raise TimeoutError(f"{method} {path}")
            time.sleep(0.05)


@pytest.fixture
def durable(
    engine: str, database_url: str, postgres: embedded.Postgres
) -> Iterator[tuple[str, embedded.Postgres | None]]:
    """A database that keeps what it has confirmed when the power goes out."""
    if engine == "sqlite":
        yield database_url, None
        return
    server = embedded.start(fsync=True)
    yield server.create_database("dermaga"), server
    server.stop()


def test_no_confirmed_ticket_is_lost_and_nothing_is_oversold(durable: tuple[str, embedded.Postgres | None]) -> None:
    from flask_migrate import upgrade

    from tests.conftest import running, settings_for

    database_url, server = durable
    with running(settings_for(database_url)) as app:
        upgrade()
        voyage_id = a_voyage(places=PLACES).id
        token = bearer(app.test_client())["Authorization"].removeprefix("Bearer ")
    stop = threading.Event()
    with serving(database_url) as web:
        buyers = [Buyer(n, web.port, voyage_id, token, stop) for n in range(BUYERS)]
        for buyer in buyers:
            buyer.start()
        for kill in range(KILLS):
            time.sleep(random.Random(kill).uniform(0.3, 0.8))
            assert any(buyer.is_alive() for buyer in buyers), "killed in the middle, not afterwards"
            web.kill9()
            if server is not None and kill == 1:
                server.kill9()
                server.restart()
            web.start()
        for buyer in buyers:
            buyer.join(90)
        stop.set()
    assert [buyer.fault for buyer in buyers] == [""] * BUYERS
    told = {code: tickets for buyer in buyers for code, tickets in buyer.confirmed.items()}
    with running(settings_for(database_url)) as app:
        _ledger_is_true(app, told)


def _ledger_is_true(app: Flask, told: dict[str, list[tuple[str, str]]]) -> None:
    bookings = db.session.scalars(db.select(Booking)).all()
    confirmed = {
        b.code: [(p.ticket.serial, p.ticket.signed) for p in b.passengers if p.ticket]
        for b in bookings
        if b.state == BookingState.CONFIRMED
    }
    assert told.items() <= confirmed.items()
    taken = {
        state: sum(b.places for b in bookings if b.state == state)
        for state in (BookingState.HELD, BookingState.CONFIRMED)
    }
    allotment = db.session.scalars(db.select(Allotment)).one()
    assert (allotment.held, allotment.sold) == (taken[BookingState.HELD], taken[BookingState.CONFIRMED])
    assert allotment.held + allotment.sold == PLACES, "every place found its buyer"
    assert db.session.scalars(db.select(LegLoad)).one().promised == PLACES
