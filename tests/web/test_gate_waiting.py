"""The officer's side of the waiting list: whom to call, standby, and those who did not come."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait, cancel, states
from tests.conftest import Clock
from tests.factories import a_gate, a_user, departure_of, tickets_of
from tests.queries import queries_counted
from tests.web.test_gate import hidden, sign_in


@pytest.fixture
def officer(app: Flask, client: FlaskClient) -> FlaskClient:
    sign_in(client, a_user())
    return client


def newest() -> WaitingEntry:
    db.session.rollback()
    return db.session.scalars(db.select(WaitingEntry).order_by(WaitingEntry.id.desc())).first()  # type: ignore[return-value]


def test_officers_see_whom_to_call_and_strangers_do_not(officer: FlaskClient, app: Flask) -> None:
    voyage, sold = a_full_voyage()
    first, second = a_wait(voyage), a_wait(voyage, places=2, infants=1)
    cancel([sold[0].id])
    page = officer.get(f"/loket/tunggu/{voyage.id}").text
    assert states(first, second) == ["offered", "waiting"]
    for shown in (first.code, f"tel:{first.phone}", second.code, "2 orang, 1 bayi", "Ditawari"):
        assert shown in page
    assert f"/pesanan/{first.booking.code}/penumpang" in page  # type: ignore[union-attr]
    assert officer.get(f"/pesanan/{first.booking.code}/penumpang").status_code == 200  # type: ignore[union-attr]
    stranger = app.test_client()
    assert stranger.get(f"/loket/tunggu/{voyage.id}").status_code == 302
    for _ in range(4):
        a_wait(voyage)
    with queries_counted() as q:
        officer.get(f"/loket/tunggu/{voyage.id}")
    assert q.count <= 24, q


def test_standby_at_the_counter_gives_away_what_no_shows_left(officer: FlaskClient, clock: Clock) -> None:
    voyage, sold = a_full_voyage(departs_at=clock() + timedelta(hours=2))
    departure, gate, user = departure_of(voyage), a_gate(), a_user()
    clock.forward(minutes=80)
    signed = tickets_of(sold[0])[0].signed
    ids = (departure.id, gate.id, user.id)
    assert scan(Showing(str(uuid4()), signed, *ids, clock()), current_app.extensions["keyring"]).reason == "admitted"
    address = f"/gate/{departure.id}/{gate.id}/tidak-hadir"
    page = officer.get(address).text
    assert "Penumpang 1" in page
    assert "Lepas tempat mereka" not in page
    form = hidden(page := officer.get(f"/loket/tunggu/{voyage.id}").text)
    assert "Siaga: sudah di pelabuhan" in page
    typed = {"fare_class_id": 1, "adults": 2, "infants": 0, "phone": "081200000077"}
    assert officer.post(f"/loket/tunggu/{voyage.id}", data={**form, **typed, "phone": "x"}).status_code == 422
    assert officer.post(f"/loket/tunggu/{voyage.id}", data={**form, **typed}).status_code == 303
    early = newest()
    assert states(early) == ["waiting"]
    clock.forward(minutes=10)
    form = hidden(officer.get(f"/loket/tunggu/{voyage.id}").text)
    answer = officer.post(f"/loket/tunggu/{voyage.id}", data={**form, **typed, "adults": 1, "phone": "081200000078"})
    # Asking at the counter is enough: no clock has to have looked at the gate.
    assert answer.status_code == 303
    assert states(early, newest()) == ["offered", "offered"]
    assert "Ditawari" in officer.get(answer.location).text
    assert "Tempatnya sudah dilepas" in officer.get(address).text


def test_an_officer_gives_the_places_of_those_who_did_not_come_away(officer: FlaskClient, clock: Clock) -> None:
    voyage, sold = a_full_voyage(departs_at=clock() + timedelta(hours=2))
    departure, gate, user = departure_of(voyage), a_gate(), a_user()
    address = f"/gate/{departure.id}/{gate.id}/tidak-hadir"
    clock.forward(minutes=80)
    token = hidden(officer.get(f"/loket/tunggu/{voyage.id}").text)
    answer = officer.post(address, data=token)
    assert answer.status_code == 409
    assert "Belum waktunya" in answer.text
    clock.forward(minutes=10)
    assert "Pindai dahulu yang sudah datang" in officer.post(address, data=token).text
    ids = (departure.id, gate.id, user.id)
    scan(Showing(str(uuid4()), tickets_of(sold[0])[0].signed, *ids, clock()), current_app.extensions["keyring"])
    assert "Lepas tempat mereka" in officer.get(address).text
    assert officer.post(address, data=token).location == address
    assert "Tempatnya sudah dilepas" in officer.get(address).text
    assert address in officer.get(f"/gate/{departure.id}/{gate.id}").text
