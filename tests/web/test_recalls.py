"""The page of those whom a device let aboard and the server did not accept, and where it is told of."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.boarding.actions.scan import scan
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Verdict
from app.boarding.recalls.models import RecallEnd, RecallSettlement
from app.booking.tickets.code import new_serial
from app.db import db
from tests import factories
from tests.conftest import Clock
from tests.web.test_gate import hidden, sign_in

NOTE = "orang dinaikkan tanpa sinyal, belum diakui"


class Gangway:
    """A ship that boards, whose gate had no signal: a ticket passed on two phones, one unknown, one too early."""

    def __init__(self, app: Flask, client: FlaskClient, clock: Clock) -> None:
        self.app, self.client, self.clock = app, client, clock
        voyage = factories.a_voyage(departs_at=clock() + timedelta(hours=5))
        self.departure = factories.departure_of(voyage)
        self.gate = factories.a_gate(self.departure.call.port)
        self.officer = factories.a_user()
        self.early, self.copied = factories.tickets_of(factories.a_booking(voyage, adults=2))
        self.address = f"/gate/{self.departure.id}/{self.gate.id}"
        self.recalls = f"{self.address}/dipanggil"
        sign_in(client, self.officer)
        early = self.kept(self.early.signed)
        clock.forward(hours=4)
        self.other = factories.a_gate(self.departure.call.port)
        self.upload(self.kept(self.copied.signed, self.other.id))
        clock.forward(minutes=7)
        self.token = hidden(client.get("/loket").text)
        self.ids = [self.upload(one) for one in (early, self.kept(self.copied.signed), self.kept(new_serial()))]

    def kept(self, shown: str, gate_id: int = 0) -> Showing:
        told = DeviceVerdict(Verdict.PASS, "admitted")
        where = (self.departure.id, gate_id or self.gate.id, self.officer.id)
        return Showing(str(uuid4()), shown, *where, self.clock.moment, device=told)

    def upload(self, showing: Showing) -> str:
        return scan(showing, self.app.extensions["keyring"]).scan_id

    def end(self, scan_id: str, ended: str, reason: str = "") -> tuple[int, str]:
        given = {**self.token, "ended": ended, "reason": reason}
        answer = self.client.post(f"{self.recalls}/{scan_id}", data=given)
        return answer.status_code, answer.text


@pytest.fixture
def gangway(app: Flask, client: FlaskClient, clock: Clock) -> Gangway:
    return Gangway(app, client, clock)


def test_the_gate_says_how_many_are_to_be_called_and_lists_them_by_name(gangway: Gangway) -> None:
    page = gangway.client.get(gangway.address).text
    assert NOTE in page
    assert f'href="{gangway.recalls}"' in page
    assert '<p class="gate-recalls" id="recalls">' in page
    assert gangway.client.get(f"/gate/{gangway.departure.id}/count").json["recalls"] == 3
    page = gangway.client.get(gangway.recalls).text
    for person in (gangway.early.passenger, gangway.copied.passenger):
        assert person.name in page
    assert "Orang tanpa nama" in page
    assert "Nomor tiket ini tidak ada dalam catatan." in page
    assert "Naik kapal baru dibuka" in page
    assert f"di {gangway.other.name} oleh {gangway.officer.name}." in page, "where the copy was"
    assert page.count("Orang yang sama, sudah dihitung") == 1
    assert "Terima dan hitung" not in page, "only a supervisor accepts"


def test_an_officer_says_how_it_ended_until_nobody_is_left(gangway: Gangway) -> None:
    early, copied, unknown = gangway.ids
    assert gangway.end(copied, "same_person")[0] == 303
    assert gangway.end(unknown, "called_off")[0] == 303
    status, text = gangway.end(early, "accepted", "Nama sudah dicocokkan")
    assert (status, "Anda tidak berhak" in text) == (403, True)
    gangway.officer.may_exempt = True
    db.session.commit()
    status, text = gangway.end(early, "accepted", "…")
    assert (status, 'role="alert"' in text) == (422, True)
    assert gangway.end(early, "accepted", "Nama sudah dicocokkan")[0] == 303
    assert gangway.end(early, "accepted", "Nama sudah dicocokkan")[0] == 303, "sent again"
    assert gangway.end(early, "called_off")[0] == 409
    assert gangway.end(early, "something")[0] == 400
    assert gangway.end(str(uuid4()), "called_off")[0] == 404
    page = gangway.client.get(gangway.recalls).text
    assert "Tidak ada yang perlu dipanggil." in page
    assert f"Diterima pengawas: {gangway.officer.name}" in page
    assert "Alasan: Nama sudah dicocokkan." in page
    assert '<p class="gate-recalls" id="recalls" hidden>' in gangway.client.get(gangway.address).text
    assert {one.ended for one in db.session.scalars(db.select(RecallSettlement))} == set(RecallEnd)


def test_the_official_reads_them_at_the_departure_with_names_masked(gangway: Gangway) -> None:
    sign_in(gangway.client, factories.a_user(Role.OFFICIAL))
    page = gangway.client.get(f"/papan/{gangway.departure.id}").text
    assert f"+3 {NOTE}" in page
    assert gangway.other.name in page
    assert gangway.early.passenger.name not in page
    assert gangway.client.get(gangway.recalls).status_code == 403
