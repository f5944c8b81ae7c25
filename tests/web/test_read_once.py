"""Facts of a booking for the rules are read once in each request, and anew where they were written since."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app.booking.eligibility import passenger_facts, voyage_facts
from app.booking.eligibility.models import ShownDocument
from app.db import db
from app.rules import queries
from app.schedule.models import Voyage
from tests import factories
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.conftest import Clock
from tests.web.program import API, NAMED, Booked, bearer
from tests.web.test_traveler import BUDI, SITI, Traveler, people

pytestmark = pytest.mark.both_engines

READ = {
    "sailing": (voyage_facts._OF_BOOKING, ()),
    "party": (passenger_facts._PARTY, ("passenger", "ticket")),
    "statements": (passenger_facts._STATEMENTS, ("passenger", "ticket", "statement", "shown_document")),
    "documents": (passenger_facts._DOCUMENTS, ("passenger", "ticket", "statement", "shown_document")),
    "exemptions": (queries._EXEMPTIONS, ("passenger", "ticket", "exemption")),
}
"""The statements that an assessment stands on, and the tables that make it look again when they are written."""


class Reading:
    """How often each of them ran, and which ran again although nothing of it had been written."""

    def __init__(self) -> None:
        compiled = {name: str(one.compile(db.engine)) for name, (one, _) in READ.items()}
        self.beginnings = {name: text.partition("POSTCOMPILE")[0].rstrip("(_[") for name, text in compiled.items()}
        self.count = 0
        self.times = dict.fromkeys(READ, 0)
        self.known: set[str] = set()
        self.twice: list[str] = []

    def hear(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Note a statement that is sent."""
        self.count += not statement.startswith("BEGIN")
        name = next((name for name, begins in self.beginnings.items() if statement.startswith(begins)), None)
        if name is not None:
            self.times[name] += 1
            self.twice += [name] if name in self.known else []
            self.known.add(name)
        verb, *words = statement.split()
        if verb in {"INSERT", "UPDATE", "DELETE"}:
            table = words[0] if verb == "UPDATE" else words[1]
            self.known -= {name for name, (_, tables) in READ.items() if table in tables}

    def undone(self, _connection: Any) -> None:
        """Note that what was read may be undone."""
        self.known.clear()


@contextmanager
def reading() -> Iterator[Reading]:
    """Hear what is read in the block."""
    heard = Reading()
    listeners = {"before_cursor_execute": heard.hear, "rollback": heard.undone}
    for name, listener in listeners.items():
        event.listen(db.engine, name, listener)
    try:
        yield heard
    finally:
        for name, listener in listeners.items():
            event.remove(db.engine, name, listener)


DOSES = {">=": [{"var": "person.doses"}, 1]}
A_TEST = {"===": [{"var": "current.kind"}, "antigen"]}
SHOWN = {"reduce": [{"var": "documents"}, {"if": [{"var": "accumulator"}, True, A_TEST]}, False]}
OF_AGE = {"<": [{"var": "person.age_years"}, 60]}


@pytest.fixture
def voyage(app: Flask, clock: Clock) -> Voyage:
    """One whose sale looks at its travelers, and whose gate asks for what they may enter ahead."""
    in_force(
        a_rule(code="umur", where={"stage": ["sale"]}, logic=OF_AGE, outcome="refuse_void"),
        a_rule(
            code="dosis", where={"stage": ["terminal"]}, logic={"if": [DOSES, True, SHOWN]}, outcome="hold",
            missing={"sale": "note", "gate": "hold"},
        ),
    )  # fmt: skip
    return factories.a_voyage(departs_at=clock() + timedelta(days=2))


class Walk:
    """An order, step by step; each step as a request of its own, that finds nothing read."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.most: dict[str, int] = {}

    def step(self, name: str, request: Callable[[], TestResponse], status: int = 200) -> None:
        """Do it, and note what it read twice."""
        db.session.remove()
        with reading() as heard:
            answer = request()
        assert answer.status_code == status, (name, answer.text)
        self.told += [f"{name}: {kind}" for kind in heard.twice]
        self.most[name] = max(heard.times.values())


def test_no_step_of_an_order_on_pages_reads_what_the_rules_need_twice(client: FlaskClient, voyage: Voyage) -> None:
    walk, traveler = Walk(), Traveler(client, voyage)
    address = traveler.hold(2)
    code = address.rpartition("/")[2]
    ahead = {"0-kind": "antigen", "0-result": "negative", "0-taken_at": "2026-01-01T06:00", "0-issuer": "laboratory"}
    for name, sent in (("who travels", people(SITI, BUDI)), ("somebody else", people(SITI, {**BUDI, "name": "Bu Di"}))):
        walk.step(f"{name}, asked", lambda: client.get(f"{address}/penumpang"))
        walk.step(name, lambda sent=sent: traveler.send(f"{address}/penumpang", sent), 303)
    walk.step("what fails", lambda: client.get(f"{address}/penumpang?periksa=1"))
    walk.step("check", lambda: client.get(f"{address}/bayar"))
    walk.step("nothing chosen", lambda: traveler.send(f"{address}/bayar", {"method": ""}), 422)
    walk.step("ahead, asked", lambda: client.get(f"{address}/dokumen"))
    walk.step("said ahead", lambda: traveler.send(f"{address}/dokumen/0", {"0-person_doses": "2"}), 303)
    walk.step("a paper", lambda: traveler.send(f"{address}/dokumen/0/surat", ahead), 303)
    walk.step("counter", lambda: traveler.send(f"{address}/bayar", {"method": "counter"}), 303)
    walk.step("to be paid", lambda: client.get(address))
    officer = bearer(client)
    walk.step("paid", lambda: client.post(f"{API}/bookings/{code}/confirmation", headers=officer))
    walk.step("ticket", lambda: client.get(address))
    walk.step("on paper", lambda: client.get(f"{address}?cetak=a4"))
    assert walk.told == []
    assert {name for name, times in walk.most.items() if times} >= {"who travels", "check", "counter", "paid", "ticket"}


def test_no_step_of_an_order_by_a_program_reads_what_the_rules_need_twice(client: FlaskClient, voyage: Voyage) -> None:
    walk, booked = Walk(), Booked(client, voyage.id)
    who, proof = f"{booked.address}/passengers", {"headers": booked.proof}
    test = {"kind": "antigen", "taken_at": "2026-01-01T06:10:00+07:00", "result": "negative"}
    walk.step("name", lambda: client.put(who, json=NAMED, **proof))
    walk.step("asked", lambda: client.get(f"{booked.address}/requirements", **proof))
    walk.step("a paper", lambda: client.post(f"{who}/0/documents", json=test, **proof), 201)
    paper = db.session.scalar(db.select(ShownDocument.id))
    walk.step("withdrawn", lambda: client.delete(f"{who}/0/documents/{paper}", **proof))
    walk.step("said", lambda: client.put(f"{who}/0/facts", json={"facts": {"person.doses": 2}}, **proof))
    walk.step("pay", lambda: client.post(f"{booked.address}/payment", json={"method": "counter"}, **proof))
    walk.step("noted", lambda: client.get(booked.address, **proof))
    assert walk.told == []
    assert min(walk.most[name] for name in walk.most if name != "noted") == 1
