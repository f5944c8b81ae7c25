"""An officer or official who works at one port, at every door of the house: there it opens, next door it does not."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app import clock
from app.accounts.actions import set_ports
from app.accounts.models import Role
from app.boarding.models import DepartureStep, Step
from app.booking.money.models import Receipt, Refund
from app.db import db
from app.web.own_ports import PART_OF_THEM, PORTS_OF
from tests import factories
from tests.pages import Port
from tests.web.test_gate import hidden, sign_in
from tests.web.test_guard import expected

LISTS = {
    "gate.self_test": "a device belongs to no port",
    "gate.device": "a device belongs to no port",
    "gate.show_code": "a device belongs to no port",
    "devices.enrol_device": "a device belongs to no port",
    "gate.choose": "the gates of one's own ports",
    "counter.find": "departures from one's own port",
    "counter.search": "people on voyages that call at one's own ports",
    "counter.give_back": "a passenger of one's own ports",
    "counter.sell": "departures from one's own port",
    "counter.shift": "one's own money",
    "counter.refunds": "of voyages that call at one's own ports",
    "counter.displaced": "of voyages that call at one's own ports",
    "official.board": "one's own port",
    "official.board_news": "one's own port",
    "official.decisions": "one's own port",
    "official.requests": "about one's own ports",
    "scans.list_all_gates": "where gates are is no secret",
    "scans.scan_ticket": "the action refuses other ports",
    "scans.upload_scans": "the action refuses each scan at another port",
    "gate.session": "one's own session",
    "gate.start": "leads to the gates of one's own ports",
    "channels.list_all_channels": "channels belong to no port",
}
"""Doors of officers and officials whose address names nothing, and what they are kept to."""

ELSEWHERE = {"admin", "account"}
"""Administrators set up the whole house, and rules are everybody's; everybody has an account of their own."""


def doors(app: Flask) -> list[Rule]:
    """The doors of officers and officials."""
    work = {Role.OFFICER, Role.OFFICIAL}
    return [
        rule
        for rule in app.url_map.iter_rules()
        if expected(rule.endpoint) & work and rule.endpoint.partition(".")[0] not in ELSEWHERE
    ]


def test_every_door_says_what_it_is_kept_to(app: Flask) -> None:
    known = set(PORTS_OF) | PART_OF_THEM
    assert {rule.rule: rule.arguments - known for rule in doors(app) if rule.arguments - known} == {}
    named = {rule.endpoint for rule in doors(app) if rule.arguments & set(PORTS_OF)}
    assert {rule.endpoint for rule in doors(app)} - named == set(LISTS)


@pytest.fixture
def port(app: Flask) -> Port:
    return Port(app)


def addresses(app: Flask, port: Port) -> list[tuple[str, str, str]]:
    """Endpoint, method and address of each door that names what belongs to the port."""
    officer = port.users[Role.OFFICER]
    step = DepartureStep(departure_id=port.values["departure_id"], step=Step.LEAVE, at=clock.now(), alone=False,
        reason="Uji", state="waits", asked_by=officer.id, asked_at=clock.now())  # fmt: skip
    db.session.add(step)
    db.session.commit()
    more = {
        "request_id": step.id,
        "number": db.session.scalars(db.select(Receipt.id)).first(),
        "refund_id": db.session.scalars(db.select(Refund.id)).first(),
        "step": "open",
        "paper_id": 1,
        "walk_on_id": uuid4(),
    }
    assert None not in more.values()
    values: dict[str, Any] = {**port.values, **more}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return [
            (rule.endpoint, method, adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}))
            for rule in doors(app)
            if rule.arguments & set(PORTS_OF)
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        ]


def of(app: Flask, role: Role, port_id: int) -> FlaskClient:
    """The browser of somebody of that role who works at that port alone."""
    user, client = factories.a_user(role), app.test_client()
    set_ports(user.id, [port_id], None)
    sign_in(client, user)
    return client


def test_nobody_enters_at_a_neighbours_port(app: Flask, port: Port) -> None:
    kumai = factories.a_port("Kumai").id
    clients = {role: of(app, role, kumai) for role in (Role.OFFICER, Role.OFFICIAL)}
    opened = []
    for endpoint, method, address in addresses(app, port):
        for role in sorted(expected(endpoint) & set(clients)):
            answer = clients[role].open(address, method=method)
            if answer.status_code != 403 or "Anda tidak bekerja di pelabuhan ini" not in answer.text:
                opened.append((role, method, address, answer.status_code))
    assert opened == []


def test_whoever_works_there_enters(app: Flask, port: Port) -> None:
    clients = {role: of(app, role, port.values["port_id"]) for role in (Role.OFFICER, Role.OFFICIAL)}
    closed = [
        (role, address)
        for endpoint, method, address in addresses(app, port)
        for role in sorted(expected(endpoint) & set(clients))
        if method == "GET" and clients[role].get(address).status_code == 403
    ]
    assert closed == []


def told(officer: FlaskClient, official: FlaskClient) -> list[bool]:
    """Whether each list has something in it: refunds, sales, a search by name, the board and its news."""
    found = officer.post("/loket", data={**hidden(officer.get("/loket").text), "q": "Mohammad"})
    assert found.status_code == 200
    return [
        "/loket/pengembalian/" in officer.get("/loket/pengembalian").text,
        "/loket/jual/" in officer.get("/loket/jual").text,
        "orang ditemukan" in found.text and "Tidak ada yang cocok" not in found.text,
        'data-departure="' in official.get("/papan").text,
        official.get("/papan.json").json["departures"] != [],
    ]


def test_lists_tell_a_neighbour_nothing_of_this_port(app: Flask, port: Port) -> None:
    here, there = port.values["port_id"], factories.a_port("Kumai").id
    assert all(told(of(app, Role.OFFICER, here), of(app, Role.OFFICIAL, here)))
    assert not any(told(of(app, Role.OFFICER, there), of(app, Role.OFFICIAL, there)))
