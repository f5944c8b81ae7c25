"""Letting people aboard without a ticket, as an officer in charge does it at the gangway."""

from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.booking.walk_ons.models import WalkOn
from app.db import db
from tests import factories
from tests.conftest import Clock
from tests.web.test_gate import Pier, hidden, sign_in

PERSON = {"name": "Sari Uji", "description": "", "age_band": "adult", "sex": "P", "reason": "Menyusul suaminya"}


def in_charge(client: FlaskClient, clock: Clock) -> Pier:
    pier = Pier(client, clock)
    pier.officer.may_exempt = True
    db.session.commit()
    return pier


def test_one_form_puts_a_person_on_the_list_and_the_same_form_sent_again_only_once(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    pier = in_charge(client, clock)
    address = f"{pier.page}/tanpa-tiket"
    assert address in client.get(pier.page).text
    form = {**hidden(client.get(address).text), **PERSON}
    for _ in range(2):
        assert client.post(address, data=form).status_code == 303
    page = client.get(address).text
    assert page.count("<b>Sari Uji</b>") == 1
    assert "Menyusul suaminya" in page
    assert client.get(f"/gate/{pier.departure.id}/count").json["aboard"] == 1

    official = app.test_client()
    sign_in(official, factories.a_user(Role.OFFICIAL))
    listed = official.get(f"/papan/{pier.departure.id}/orang?bagian=naik").text
    assert listed.count('data-counts-boarded="1"') == 1
    assert "Sari Uji" not in listed
    explained = official.get(f"/kelola/pelayaran/{pier.voyage.id}/penjelasan").text
    assert "Naik tanpa tiket" in explained

    one = db.session.scalars(db.select(WalkOn)).one()
    assert client.post(f"{address}/{one.id}/turun", data=hidden(page)).status_code == 303
    assert "Turun lagi" in client.get(address).text
    assert client.get(f"/gate/{pier.departure.id}/count").json["aboard"] == 0


def test_what_is_missing_is_told_at_its_input_and_what_was_typed_stays(client: FlaskClient, clock: Clock) -> None:
    pier = in_charge(client, clock)
    address = f"{pier.page}/tanpa-tiket"
    form = {**hidden(client.get(address).text), **PERSON, "name": ""}
    answer = client.post(address, data=form)
    assert answer.status_code == 422
    assert "Tulis namanya. Bila belum diketahui, tulis ciri-cirinya." in answer.text
    assert 'value="Menyusul suaminya"' in answer.text
    assert client.post(address, data={**form, "description": "Baju merah"}).status_code == 303


def test_an_officer_who_is_not_in_charge_is_told_whom_to_call(client: FlaskClient, clock: Clock) -> None:
    pier = Pier(client, clock)
    page = client.get(f"{pier.page}/tanpa-tiket").text
    assert "Panggil pengawas" in page
    assert 'name="reason"' not in page
    form = {**hidden(client.get("/loket").text), **PERSON, "id": "0b0c5a3e-6a7b-4c8d-9e0f-1a2b3c4d5e6f"}
    form["to_call_id"] = str(pier.voyage.calls[1].id)
    assert client.post(f"{pier.page}/tanpa-tiket", data=form).status_code == 403
