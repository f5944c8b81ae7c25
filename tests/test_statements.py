"""What each page and request costs in statements, exactly: one more or one less is told here before it is measured.

BEGIN and COMMIT are not counted. SQLite is sent one by one what PostgreSQL gets in one statement (app/together.py).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg._queries import MAX_CACHED_STATEMENT_LENGTH
from sqlalchemy.dialects.postgresql import psycopg

from app import clock
from app.accounts.models import Role
from app.boarding.scan_reads import _ONE
from app.boarding.scan_writes import _BOARD, _COUNT, _KEEP
from app.booking.eligibility.statements import _SAY
from app.booking.tickets.code import new_serial
from app.db import db
from app.outbox import _RECORD
from app.planning.actions.reference_import import found_season
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.schedule.models import Voyage
from app.together import _combined
from tests import factories
from tests.conftest import Browser, Clock
from tests.enrolled import a_phone
from tests.factories import a_booking, a_user, a_voyage, pelni_fares
from tests.queries import queries_counted
from tests.web.test_gate import sign_in
from tests.web.test_traveler import BUDI, SITI, Traveler, people

pytestmark = pytest.mark.both_engines

PAGES: dict[str, tuple[Callable[[Voyage], str], int]] = {
    "search": (lambda voyage: f"/cari?dari=IDSMQ&ke=IDSRG&hari={voyage.calls[0].day}", 4),
    "voyage": (lambda voyage: f"/pelayaran/{voyage.id}", 3),
    "availability": (lambda voyage: f"/api/v1/voyages/{voyage.id}/availability", 1),
}
"""The address of each page that everybody may see, and its statements, however many voyages there are."""


OFFICIAL_PAGES = {"/keberangkatan": 3, "/papan": 6, "/papan.json": 6}
"""Pages of ten departures, as an official who has signed in is shown them."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_as_the_table_says(page: str, app: Flask) -> None:
    pelni_fares()
    voyages = [a_voyage(departs_at=clock.now() + timedelta(days=1, hours=hours)) for hours in range(3)]
    address, budget = PAGES[page][0](voyages[0]), PAGES[page][1]
    browser = Browser(app)
    browser.get(address)  # the rules in force are prepared once for each process
    with queries_counted() as asked:
        answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    assert asked.count == budget, asked


@pytest.mark.parametrize("souls", [1, 8])
def test_a_tickets_page_asks_as_often_for_a_party_as_for_one(souls: int, app: Flask) -> None:
    load_shipped(read_sets())
    booking = a_booking(a_voyage(), souls)
    browser, address = Browser(app), f"/pesanan/{booking.code}"
    with browser.session_transaction() as session:
        session["bookings"] = [booking.code]
    browser.get(address)
    with queries_counted() as asked:
        assert browser.get(address).text.count("<svg") >= souls
    assert asked.count == 4, asked
    with queries_counted() as asked:
        assert browser.get(f"{address}/kabar").status_code == 200
    assert asked.count == 3, asked


SCANS: dict[str, dict[str, int]] = {
    "a scan that admits": {"postgresql": 5, "sqlite": 9},
    "a scan that admits one of whom something was said before": {"postgresql": 6, "sqlite": 10},
    "a scan of a used ticket": {"postgresql": 4, "sqlite": 6},
    "a scan of an unknown number": {"postgresql": 4, "sqlite": 6},
    "a scan of a number that is none": {"postgresql": 3, "sqlite": 3},
}
"""By what is done, and by engine."""


def spent(ask: Callable[[], object]) -> int:
    """How many statements it takes, in a request of its own."""
    db.session.remove()
    with queries_counted() as counted:
        ask()
    return counted.count


class Gate:
    """The ship's side at Sampit under the ordinary rules, with tickets of a party of eight, and an officer's token."""

    def __init__(self, client: FlaskClient, moment: Clock) -> None:
        load_shipped(read_sets())
        voyage = factories.a_voyage(departs_at=moment() + timedelta(minutes=90))
        departure = factories.departure_of(voyage)
        officer = {"username": factories.a_user(Role.OFFICER).username, "password": factories.PASSWORD}
        token = client.post("/api/v1/sessions", json=officer).json["token"]
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}
        self.serials = [ticket.serial for ticket in factories.tickets_of(factories.a_booking(voyage, adults=8))]
        self.at = {"departure_id": departure.id, "gate_id": factories.a_gate(departure.call.port).id}
        self.scan(self.serials.pop())  # prepares the set of rules

    def scan(self, shown: str, *compared: str) -> str:
        said = {f"identity.{what}_matches": True for what in compared or ("name", "number")}
        scan = {"id": str(uuid4()), "shown": shown, "said": said, **self.at}
        reason: str = self.client.post("/api/v1/scans", json=scan, headers=self.headers).json["reason"]
        return reason


@pytest.fixture
def gate(client: FlaskClient, clock: Clock) -> Gate:
    return Gate(client, clock)


def test_a_scan_is_so_many_statements(gate: Gate) -> None:
    engine, reasons = db.engine.dialect.name, []
    first, second, *_ = gate.serials
    gate.scan(second, "name")

    def show(shown: str) -> Callable[[], object]:
        return lambda: reasons.append(gate.scan(shown))

    found = {
        "a scan that admits": spent(show(first)),
        "a scan that admits one of whom something was said before": spent(show(second)),
        "a scan of a used ticket": spent(show(first)),
        "a scan of an unknown number": spent(show(new_serial())),
        "a scan of a number that is none": spent(show("2222222223")),
    }
    assert reasons == ["admitted", "admitted", "already_used", "unknown_ticket", "mistyped"]
    assert found == {what: SCANS[what][engine] for what in found}


@pytest.mark.one_engine
def test_no_statement_of_a_scan_is_so_long_that_the_driver_reads_it_anew_each_time() -> None:
    for one in (_ONE, _combined(_KEEP, _SAY["postgresql"], _BOARD, _COUNT, _RECORD)):
        assert len(str(one.compile(dialect=psycopg.dialect()))) <= MAX_CACHED_STATEMENT_LENGTH


PACK = 23
"""The pack of a departure, however many tickets, all of which have their sequence numbers and boarding groups (four
more where some have none of each); two more for void ones, two for statements, one for exemptions."""


def test_a_pack_is_so_many_statements_however_many_tickets(gate: Gate, clock: Clock) -> None:
    address = f"/api/v1/departures/{gate.at['departure_id']}/pack?gate_id={gate.at['gate_id']}"
    signed = {**gate.headers, **a_phone().header("GET", address)}
    first = spent(lambda: gate.client.get(address, headers=signed))
    clock.forward(minutes=1)
    found = spent(lambda: gate.client.get(address, headers=signed))
    assert first == found + 8
    gate.scan(gate.serials[0], "name")
    clock.forward(minutes=1)
    assert spent(lambda: gate.client.get(address, headers=signed)) == found == PACK


@pytest.mark.parametrize("page", OFFICIAL_PAGES)
def test_a_board_asks_as_often_however_many_departures(page: str, app: Flask) -> None:
    voyages = [a_voyage(departs_at=clock.now() + timedelta(hours=1 + 6 * number)) for number in range(10)]
    a_booking(voyages[-1])
    today = clock.now().date()
    found_season("Lebaran Uji", "Sampit", today, today - timedelta(days=20), today + timedelta(days=20))
    browser = Browser(app)
    sign_in(browser, a_user(Role.OFFICIAL))
    browser.get(page)
    with queries_counted() as asked:
        answer = browser.get(page)
    assert answer.status_code == 200, answer.text
    assert answer.text.count("data-departure=") in {0, 10}
    assert asked.count == OFFICIAL_PAGES[page], asked


PURCHASE: dict[str, dict[str, int]] = {
    "hold": {"postgresql": 7, "sqlite": 10},
    "name": {"postgresql": 10, "sqlite": 8},
    "confirm": {"postgresql": 9, "sqlite": 12},
    "tickets": {"postgresql": 2, "sqlite": 2},
}
"""The requests of a purchase through the API, as a program without a cookie sends them."""


@pytest.mark.parametrize("persons", [1, 4])
def test_a_purchase_is_so_many_statements(app: Flask, client: FlaskClient, clock: Clock, persons: int) -> None:
    pelni_fares()
    voyage_id = a_voyage(departs_at=clock() + timedelta(days=1)).id
    asked = {"username": factories.a_user(Role.OFFICER).username, "password": factories.PASSWORD}
    officer = {"Authorization": f"Bearer {client.post('/api/v1/sessions', json=asked).json['token']}"}
    engine, found = db.engine.dialect.name, {}
    for _ in range(2):  # what a process asks only once is not counted
        key = str(uuid4())
        wish = {"request_id": key, "voyage_id": voyage_id, "fare_class_id": 1, "adults": persons, "infants": 0}
        people = [
            {
                "name": f"Uji {chr(65 + number)}",
                "document_kind": "ktp",
                "document_number": factories.a_nik(next(_numbers)),
                "birth_date": "1994-03-15",
                "sex": "P",
            }
            for number in range(persons)
        ]
        named, proof = {"phone": "081200000001", "passengers": people}, {"X-Booking-Key": key}
        program = app.test_client(use_cookies=False)
        told: list[Any] = []

        def ask(method: str, path: str, **sent: Any) -> Callable[[], object]:
            return lambda: told.append(program.open(f"/api/v1/bookings{path}", method=method, **sent).json)  # noqa: B023

        found["hold"] = spent(ask("POST", "", json=wish))
        code = told[0]["code"]
        found["name"] = spent(ask("PUT", f"/{code}/passengers", json=named, headers=proof))
        found["confirm"] = spent(ask("POST", f"/{code}/confirmation", headers=officer))
        found["tickets"] = spent(ask("GET", f"/{code}/tickets", headers=proof))
        assert len(told[-1]["tickets"]) == persons
    assert found == {what: PURCHASE[what][engine] for what in found}


FORMS: dict[str, dict[str, int]] = {
    "search": {"postgresql": 4, "sqlite": 4},
    "voyage": {"postgresql": 3, "sqlite": 3},
    "hold": {"postgresql": 7, "sqlite": 10},
    "who travels": {"postgresql": 1, "sqlite": 1},
    "name": {"postgresql": 11, "sqlite": 9},
    "check": {"postgresql": 3, "sqlite": 3},
    "pay": {"postgresql": 12, "sqlite": 11},
    "wait": {"postgresql": 3, "sqlite": 3},
    "ticket": {"postgresql": 4, "sqlite": 4},
}
"""The requests of a browser without JavaScript, from the search to the ticket; the officer's confirmation is above."""


def test_a_purchase_by_forms_is_so_many_statements(app: Flask, clock: Clock) -> None:
    pelni_fares()
    voyage = a_voyage(departs_at=clock() + timedelta(days=1))
    search, engine, found = PAGES["search"][0](voyage), db.engine.dialect.name, {}
    for person in (SITI, BUDI):  # what a process asks only once is not counted
        browser = Browser(app)
        traveler = Traveler(browser, voyage)
        held: list[str] = []
        found["search"] = spent(partial(browser.get, search))
        found["voyage"] = spent(partial(browser.get, traveler.page))
        found["hold"] = spent(lambda: held.append(traveler.hold()))  # noqa: B023
        address = held[0]
        found["who travels"] = spent(partial(browser.get, f"{address}/penumpang"))
        found["name"] = spent(partial(traveler.send, f"{address}/penumpang", people(person)))
        found["check"] = spent(partial(browser.get, f"{address}/bayar"))
        found["pay"] = spent(partial(traveler.send, f"{address}/bayar", {"method": "counter"}))
        found["wait"] = spent(partial(browser.get, address))
        factories.pay(address)
        found["ticket"] = spent(partial(browser.get, address))
        assert 'class="code serial' in browser.get(address).text
    assert found == {what: FORMS[what][engine] for what in found}


_numbers = count(1)
