"""A hold that ended costs nobody their typing, and no slip of the thumb costs a place."""

import re
from uuid import NAMESPACE_URL, uuid5

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.schedule.models import Voyage
from app.web.traveler import hold_again
from tests.conftest import Clock
from tests.factories import a_voyage
from tests.web.test_traveler import BUDI, SITI, Traveler, bookings, people, taken


@pytest.fixture
def voyage(app: Flask) -> Voyage:
    return a_voyage()


@pytest.fixture
def traveler(client: FlaskClient, voyage: Voyage) -> Traveler:
    return Traveler(client, voyage)


def typed(page: str) -> list[str]:
    """What stands in the lines to type of a form of travelers."""
    return re.findall(r'name="(?:passengers-\d-(?:name|document_number|birth_date)|phone)"[^>]*? value="([^"]*)"', page)


@pytest.mark.both_engines
def test_a_hold_that_ended_is_held_again_with_the_same_people(
    client: FlaskClient, traveler: Traveler, clock: Clock
) -> None:
    address = traveler.hold(2)
    traveler.send(f"{address}/penumpang", people(SITI, BUDI))
    before = typed(client.get(f"{address}/penumpang").text)
    assert "Siti Uji" in before
    clock.forward(minutes=16)
    assert "Simpan tempat lagi untuk orang yang sama" in client.get(address).text
    again = traveler.send(f"{address}/tahan-lagi", {})
    assert again.status_code == 303
    assert again.location != f"{address}/penumpang"
    assert typed(client.get(again.location).text) == before
    assert taken() == (2, 0)
    assert traveler.send(f"{address}/tahan-lagi", {}).location == again.location, "sent twice it is one hold"
    assert taken() == (2, 0)
    assert len(bookings()) == 2
    sent = traveler.send(again.location, people(SITI, BUDI))
    assert sent.location == again.location.replace("penumpang", "bayar")


def test_nobody_can_work_out_the_key_of_what_is_held_again(
    app: Flask, client: FlaskClient, traveler: Traveler, clock: Clock
) -> None:
    address = traveler.hold()
    clock.forward(minutes=16)
    traveler.send(f"{address}/tahan-lagi", {})
    old, new = bookings()
    guessed = {str(uuid5(NAMESPACE_URL, f"dermaga:again:{old.code}"))}
    with app.test_request_context():
        app.secret_key, secret = "another", app.secret_key
        guessed.add(hold_again._request_id(old.code))
        app.secret_key = secret
        assert hold_again._request_id(old.code) == new.request_id
    assert new.request_id not in guessed


def test_without_places_it_says_so_and_keeps_the_way_to_search(app: Flask, client: FlaskClient, clock: Clock) -> None:
    voyage = a_voyage(places=1)
    traveler = Traveler(client, voyage)
    address = traveler.hold()
    clock.forward(minutes=16)
    Traveler(app.test_client(), voyage).hold()
    answer = traveler.send(f"{address}/tahan-lagi", {})
    assert answer.status_code == 409
    assert "Belum berhasil" in answer.text
    assert "Cari lagi Sampit – Semarang" in answer.text


def test_nobody_elses_hold_and_none_that_lives_or_was_paid_is_held_again(
    app: Flask, client: FlaskClient, traveler: Traveler
) -> None:
    address = traveler.hold()
    assert traveler.send(f"{address}/tahan-lagi", {}).location == address
    stranger = Traveler(app.test_client(), bookings()[0].voyage)
    assert "/pesanan?kode=" in stranger.send(f"{address}/tahan-lagi", {}).location
    assert len(bookings()) == 1


def test_places_are_released_only_after_a_question(client: FlaskClient, traveler: Traveler) -> None:
    address = traveler.hold()
    for page in ("/penumpang", ""):
        assert f'href="{address}/lepas"' in client.get(address + page).text
        assert f'action="{address}/lepas"' not in client.get(address + page).text
    question = client.get(f"{address}/lepas").text
    assert "Batalkan pesanan ini?" in question
    assert taken() == (1, 0)
    traveler.send(f"{address}/lepas", {})
    assert taken() == (0, 0)
    assert client.get(f"{address}/lepas").location == address
