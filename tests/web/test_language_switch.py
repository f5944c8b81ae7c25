"""The language is changed without a script, and nothing that was typed is lost by it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.booking.models import Booking, BookingState
from app.db import db
from tests.factories import a_booking, a_hold, a_voyage
from tests.web.test_changes import opened
from tests.web.test_traveler import SITI, Traveler, hidden, people


def buttons(page: str) -> dict[str, str]:
    """The form of each button for the other language, by the language."""
    found = re.findall(r'<button class="push" form="([^"]+)" name="change_language" value="(\w+)"', page)
    assert all(f'id="{form}"' in page for form, _ in found)
    return {language: form for form, language in found}


def value_of(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    told = re.search(r'value="([^"]*)"', found[0])
    return told[1] if told else ""


def test_who_travels_stays_typed_and_is_not_judged(app: Flask, client: FlaskClient) -> None:
    traveler = Traveler(client, a_voyage())
    address = f"{traveler.hold()}/penumpang"
    assert buttons(client.get(address).text) == {"en": "who"}
    typed = people({**SITI, "name": "0mar", "document_number": "123"})
    english = traveler.send(address, {**typed, "change_language": "en"})
    assert (english.status_code, "Who is traveling?" in english.text or 'lang="en"' in english.text) == (200, True)
    assert 'aria-invalid="true"' not in english.text
    assert [value_of(english.text, f"passengers-0-{name}") for name in ("name", "document_number")] == ["0mar", "123"]
    assert value_of(english.text, "phone") == typed["phone"]
    assert db.session.scalars(db.select(Booking)).one().passengers == []
    assert buttons(english.text) == {"id": "who"}
    assert '<html lang="en">' in client.get("/").text, "and it stays"
    done = traveler.send(address, people(SITI))
    assert done.status_code == 303


@pytest.mark.parametrize("full", [False, True])
def test_the_forms_of_an_order_and_of_the_waiting_list_keep_what_was_typed(
    app: Flask, client: FlaskClient, full: bool
) -> None:
    voyage = a_voyage(places=4)
    page = f"/pelayaran/{voyage.id}"
    if full:
        a_hold(voyage, 4)
        assert buttons(client.get(page).text) == {}, "no form, so a link"
        assert "lang=en" in client.get(page).text
        page = f"{page}/tunggu"
    form = {**hidden(client.get(page).text), "adults": "3", "phone": "0812 9", "change_language": "en"}
    shown = client.post(page, data=form)
    assert (shown.status_code, '<html lang="en">' in shown.text) == (200, True)
    assert re.search(r'name="adults"[^>]*value="3"|value="3"[^>]*selected', shown.text)
    assert not full or value_of(shown.text, "phone") == "0812 9"
    assert db.session.query(Booking).filter_by(state=BookingState.HELD).count() == full


def test_a_name_is_not_corrected_by_a_change_of_language(app: Flask, client: FlaskClient) -> None:
    booking = a_booking(a_voyage())
    page = f"{opened(client, booking)}/ubah/nama/0"
    assert buttons(client.get(page).text) == {"en": "name-form"}
    form = {**hidden(client.get(page).text), "name": "Penumpan I", "change_language": "en"}
    shown = client.post(page, data=form)
    assert (shown.status_code, value_of(shown.text, "name")) == (200, "Penumpan I")
    db.session.rollback()
    assert booking.passengers[0].name == "Penumpang 1"


def test_a_stranger_sees_no_page_by_changing_its_language(app: Flask, client: FlaskClient) -> None:
    booking = a_booking(a_voyage())
    token = hidden(client.get("/pesanan").text)["csrf_token"]
    answer = client.post(f"/pesanan/{booking.code}/penumpang", data={"csrf_token": token, "change_language": "en"})
    assert (answer.status_code, answer.location) == (303, f"/pesanan?kode={booking.code}")
