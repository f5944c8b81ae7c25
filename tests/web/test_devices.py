"""Enrolling phones, the list of them, and what one that was revoked may still do."""

import json
from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient

from app import config
from app.accounts.devices.actions import make_enrolment_code, revoke_device
from app.accounts.devices.models import Device
from app.accounts.models import Role
from app.boarding.models import Scan
from app.db import db
from tests import factories
from tests.conftest import Clock
from tests.enrolled import Phone, a_guarantor, a_phone
from tests.web.program import API, bearer, refused
from tests.web.test_gate import hidden, sign_in
from tests.web.test_uploads import Device as Kept


def test_a_phone_is_enrolled_by_a_code_that_a_supervisor_shows(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_guarantor())
    page = client.post("/gate/perangkat", data=hidden(client.get("/gate/perangkat").text)).text
    shown = page.split('big-number code">')[1].split("<")[0]
    assert "<svg" in page
    headers, phone = bearer(app.test_client()), Phone()
    asked = {"code": shown, "name": "HP tangga kapal 2", "public_key": phone.public_key}
    told = client.post(f"{API}/devices", json=asked, headers=headers)
    assert told.status_code == 201
    assert told.json["name"] == "HP tangga kapal 2"
    again = client.post(f"{API}/devices", json={**asked, "public_key": Phone().public_key}, headers=headers)
    assert refused(again, "enrolment_code")


def test_an_officer_who_is_not_in_charge_shows_no_code(client: FlaskClient) -> None:
    sign_in(client, factories.a_user(Role.OFFICER))
    page = client.get("/gate/perangkat").text
    assert "Buat kode" not in page
    assert "data-script hidden" in page, "without its script a browser would put the code into an address"
    assert "big-number" not in client.post("/gate/perangkat", data=hidden(page)).text


def test_an_administrator_sees_all_devices_and_revokes_a_lost_one(client: FlaskClient) -> None:
    a_phone(name="HP yang hilang")
    sign_in(client, factories.a_user(Role.ADMINISTRATOR))
    page = client.get("/kelola/perangkat").text
    assert "HP yang hilang" in page
    assert "big-number code" in client.post("/kelola/perangkat", data=hidden(page)).text
    device_id = db.session.scalars(db.select(Device.id)).one()
    assert client.post(f"/kelola/perangkat/{device_id}/cabut", data=hidden(page)).status_code == 303
    assert "Dicabut" in client.get("/kelola/perangkat").text


def test_what_a_revoked_device_let_aboard_since_is_kept_apart_and_boards_nobody(
    client: FlaskClient, clock: Clock
) -> None:
    kept, phone = Kept(client, clock), a_phone()
    assert phone.device is not None
    before = kept.kept(kept.tickets[0])
    clock.forward(minutes=5)
    revoke_device(phone.device.id, factories.a_user(Role.ADMINISTRATOR).id)
    clock.forward(minutes=5)
    after = kept.kept(kept.tickets[1])
    body = json.dumps({"scans": [before, after], "unsent": 2}).encode()
    headers = {**kept.headers, **phone.header("POST", f"{API}/scans/uploads", body), "Content-Type": "application/json"}
    results = client.post(f"{API}/scans/uploads", data=body, headers=headers).json["results"]
    assert [one["answer"]["reason"] for one in results] == ["admitted", "device_revoked"]
    assert [one["answer"]["aboard"] for one in results] == [1, 1]
    rows = db.session.execute(db.select(Scan.verdict, Scan.device_verdict, Scan.device_id).order_by(Scan.scanned_at))
    assert [tuple(row) for row in rows] == [("pass", "pass", phone.device.id), ("refer", "pass", phone.device.id)]
    db.session.expire_all()
    assert phone.device.unsent == 2

    officer = factories.a_user(Role.OFFICER)
    sign_in(client, officer)
    assert (
        "Dipindai dengan perangkat yang sudah dicabut"
        in client.get(f"/gate/{kept.at['departure_id']}/{kept.at['gate_id']}/dipanggil").text
    )


def test_a_signature_of_another_body_is_refused_and_nothing_is_kept(client: FlaskClient, clock: Clock) -> None:
    kept, phone = Kept(client, clock), a_phone()
    body = json.dumps({"scans": [kept.kept(kept.tickets[0])]}).encode()
    signed = phone.header("POST", f"{API}/scans/uploads", body + b" ")
    headers = {**kept.headers, **signed, "Content-Type": "application/json"}
    assert refused(client.post(f"{API}/scans/uploads", data=body, headers=headers), "device_signature")
    assert db.session.scalar(db.select(db.func.count(Scan.id))) == 0


def test_codes_cannot_be_guessed_at_leisure(client: FlaskClient) -> None:
    make_enrolment_code(a_guarantor().id)
    headers = bearer(client)
    config.use(replace(config.current(), sign_in_limit=3))
    codes = [
        client.post(
            f"{API}/devices", json={"code": "ABCDEFGH", "name": "HP", "public_key": Phone().public_key}, headers=headers
        ).json["code"]
        for _ in range(4)
    ]
    assert codes == ["enrolment_code"] * 3 + ["too_many"]
