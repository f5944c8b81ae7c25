"""The door for scans that a device has kept: one result for each of them, whatever is wrong with one."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, repeat
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app import clock as app_clock
from app.accounts.actions import set_ports
from app.accounts.models import Role
from app.boarding.actions import scan as scan_actions
from app.boarding.models import Scan
from app.booking.tickets.code import new_serial
from app.db import db
from app.web.api import scans as door
from app.web.request_bounds import UPLOAD_BODY_MAX
from tests import factories
from tests.conftest import Clock
from tests.web.program import API, bearer, refused
from tests.web.test_gate import sign_in


class Device:
    """A phone at a ship that boards, with its officer's token and what it has kept."""

    def __init__(self, client: FlaskClient, clock: Clock, tickets: int = 3) -> None:
        self.client, self.headers = client, bearer(client)
        voyage = factories.a_voyage(departs_at=clock() + timedelta(hours=5))
        departure = factories.departure_of(voyage)
        self.departure_id = departure.id
        self.at = {"departure_id": departure.id, "gate_id": factories.a_gate(departure.call.port).id}
        self.tickets = [t.signed for t in factories.tickets_of(factories.a_booking(voyage, adults=tickets))]
        clock.forward(hours=4)

    def kept(self, shown: str, **other: object) -> dict[str, Any]:
        """A scan that it let pass."""
        told = {"device_verdict": "pass", "device_reason": "admitted", "scanned_at": app_clock.now().isoformat()}
        return {"id": str(uuid4()), "shown": shown, **self.at, **told, **other}

    def send(self, *scans: object) -> TestResponse:
        return self.client.post(f"{API}/scans/uploads", json={"scans": list(scans)}, headers=self.headers)

    def codes(self, *scans: object) -> list[str]:
        """The code of each, or the reason of its answer."""
        answer = self.send(*scans)
        assert answer.status_code == 200, answer.json
        return [one["code"] or one["answer"]["reason"] for one in answer.json["results"]]


@pytest.fixture
def device(client: FlaskClient, clock: Clock) -> Device:
    return Device(client, clock)


@pytest.mark.both_engines
def test_each_scan_has_its_result_in_order_and_sent_again_the_same(device: Device, clock: Clock) -> None:
    scans = [
        device.kept(device.tickets[0]),
        device.kept(device.tickets[1], device_verdict="hold", device_reason="confirm"),
        device.kept(new_serial()),
    ]
    clock.forward(hours=3)
    first = device.send(*scans)
    assert first.status_code == 200
    results = first.json["results"]
    assert [one["id"] for one in results] == [scan["id"] for scan in scans]
    assert [one["answer"]["reason"] for one in results] == ["admitted", "confirm", "unknown_ticket"]
    assert [one["answer"]["aboard"] for one in results] == [1, 1, 1]
    assert {(one["code"], one["again"]) for one in results} == {("", False)}
    assert device.send(*scans).json["results"] == results
    assert db.session.query(Scan).count() == 3


def test_a_bad_scan_has_a_code_of_its_own_and_the_others_are_served(device: Device) -> None:
    good, other = device.kept(device.tickets[0]), device.kept(device.tickets[1])
    bad: list[Any] = [
        None,
        5,
        [],
        {},
        {**other, "shown": "\0"},
        {**other, "shown": "\ud800"},
        {**other, "id": "\ud800"},
        {**other, "id": "no uuid"},
        {**other, "shown": ""},
        {**other, "more": 1},
        {**other, "device_verdict": "maybe"},
        {**other, "device_reason": "'; DROP"},
        {key: value for key, value in other.items() if key != "device_reason"},
        {**other, "scanned_at": "yesterday"},
        {**other, "scanned_at": None},
    ]
    answer = device.send(*bad, good)
    assert answer.status_code == 200, answer.json
    results = answer.json["results"]
    assert [one["code"] for one in results] == ["invalid"] * len(bad) + [""]
    assert not any(one["again"] for one in results), "no broken scan stays on a device for ever"
    assert [one["id"] for one in results[4:8]] == [other["id"], other["id"], "", ""]
    assert results[-1]["answer"]["reason"] == "admitted"


@pytest.mark.both_engines
def test_what_the_domain_refuses_is_a_code_of_that_scan(device: Device, client: FlaskClient) -> None:
    good = device.kept(device.tickets[0])
    elsewhere = factories.departure_of(factories.a_voyage("Kumai", "Semarang"))
    its_gate = factories.a_gate(elsewhere.call.port)
    scans = [
        device.kept(device.tickets[1], departure_id=999),
        device.kept(device.tickets[1], gate_id=999),
        device.kept(device.tickets[1], said={"a.fact": 1}),
        device.kept(device.tickets[1], said={"person.doses": -1}),
        good,
        {**good, "shown": device.tickets[2]},
        good,
    ]
    found = ["departure_not_found", "gate_not_found", "fact_unknown", "fact_value", "admitted", "request_id_reused"]
    assert device.codes(*scans) == [*found, "admitted"]
    officer = factories.a_user()
    set_ports(officer.id, [elsewhere.call.port_id])
    keys = {"username": officer.username, "password": factories.PASSWORD}
    device.headers = {"Authorization": f"Bearer {client.post(f'{API}/sessions', json=keys).json['token']}"}
    there = {"departure_id": elsewhere.id, "gate_id": its_gate.id}
    assert device.codes(good, device.kept(device.tickets[2]), device.kept(new_serial(), **there)) == [
        "not_your_port",
        "not_your_port",
        "unknown_ticket",
    ]


def test_the_first_of_two_devices_boards_in_whichever_order_they_stand(device: Device, clock: Clock) -> None:
    first = device.kept(device.tickets[0])
    clock.forward(minutes=2)
    second = device.kept(device.tickets[0])
    assert device.codes(second, None, first) == ["already_used", "invalid", "admitted"]


def failing(faults: Iterator[Exception | None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the scans fail one by one as told."""
    real = scan_actions.scan

    def scan(*args: Any) -> Any:
        if fault := next(faults):
            raise fault
        return real(*args)

    monkeypatch.setattr(door.scan, "scan", scan)


def test_a_fault_at_one_scan_is_told_of_that_one(device: Device, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = OperationalError("SELECT", {}, Exception("server closed the connection"))
    failing(chain([None, gone, RuntimeError("a fault of ours")], repeat(None)), monkeypatch)
    scans = [device.kept(shown) for shown in (*device.tickets, new_serial())]
    results = device.send(*scans).json["results"]
    assert [one["code"] for one in results] == ["", "database_away", "broken", ""]
    assert [one["again"] for one in results] == [False, True, True, False]
    assert device.codes(*scans) == ["admitted", "admitted", "admitted", "unknown_ticket"]


def test_a_database_that_is_slow_leaves_the_rest_for_the_next_time(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 1.0, 9.0, 11.0])
    monkeypatch.setattr(door, "monotonic", lambda: next(moments))
    scans = [device.kept(shown) for shown in device.tickets]
    assert device.codes(*scans) == ["admitted", "admitted", "busy"]


def test_only_a_body_of_another_shape_is_refused_as_a_whole(device: Device) -> None:
    for body in ({}, {"scans": None}, {"scans": []}, {"scans": {}}, {"scans": "x"}, {"scans": [None], "more": 1}, []):
        answer = device.client.post(f"{API}/scans/uploads", json=body, headers=device.headers)
        assert refused(answer, "invalid"), body
    assert refused(device.send(*repeat(None, 201)), "invalid")
    assert device.codes(*repeat(None, 200)) == ["invalid"] * 200
    for text, code in (("[", "bad_json"), ('{"scans": [NaN]}', "json_number"), ("[" * 30, "json_too_deep")):
        headers = {**device.headers, "Content-Type": "application/json"}
        assert refused(device.client.post(f"{API}/scans/uploads", data=text, headers=headers), code)
    assert refused(device.send("x" * UPLOAD_BODY_MAX), "too_large")
    assert refused(device.send(*repeat([0] * 100, 100)), "json_too_many_parts")


def test_two_hundred_scans_with_all_that_they_can_hold_fit(device: Device) -> None:
    said = {"identity.name_matches": True, "identity.number_matches": True, "ticket.exchanged": True}
    scans = [device.kept(device.tickets[0], said=said, showing_id=str(uuid4()), seen=[]) for _ in range(200)]
    assert len(json.dumps({"scans": scans})) < UPLOAD_BODY_MAX
    assert device.codes(*scans) == ["admitted", *["already_used"] * 199]


def test_only_an_officer_uploads_and_a_browser_brings_its_token(
    device: Device, client: FlaskClient, app: Flask
) -> None:
    scan = device.kept(device.tickets[0])
    assert refused(client.post(f"{API}/scans/uploads", json={"scans": [scan]}), "sign_in_first")
    device.headers = bearer(client, Role.OFFICIAL)
    assert refused(device.send(scan), "not_allowed")
    officer = factories.a_user()
    sign_in(client, officer)
    device.headers = {}
    assert refused(device.send(scan), "form_expired")
    beacon = client.get("/gate/session")
    assert beacon.headers["Cache-Control"] == "no-store"
    assert beacon.json["officer_id"] == officer.id
    assert beacon.json["now"] == app_clock.now().isoformat()
    device.headers = {"X-CSRFToken": beacon.json["csrf"]}
    assert device.codes(scan) == ["admitted"]
    assert app.test_client().get("/gate/session").status_code == 302, "to sign in"
