"""The waiting list, as a browser without JavaScript meets it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.booking.models import Booking
from app.booking.waitlist.actions import make_offers
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from app.schedule.models import Voyage
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait, cancel
from tests.conftest import Clock
from tests.factories import a_voyage, pay
from tests.queries import queries_counted
from tests.web.test_traveler import SITI, Traveler, hidden, people


@pytest.fixture
def full(app: Flask) -> tuple[Voyage, list[int]]:
    voyage, sold = a_full_voyage(4)
    return voyage, [booking.id for booking in sold]


def join(client: FlaskClient, voyage: Voyage, **typed: Any) -> TestResponse:
    """Fill in the form of the list and send it."""
    address = f"/pelayaran/{voyage.id}/tunggu"
    page = client.get(address).text
    told = {"adults": 1, "infants": 0, "fewer": "false", "phone": "0812 3456 7890", **typed}
    return client.post(address, data={**hidden(page.partition('id="join"')[2]), **told})


def the_entry() -> WaitingEntry:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(db.select(WaitingEntry).order_by(WaitingEntry.id.desc())).first()  # type: ignore[return-value]


@pytest.mark.both_engines
def test_from_a_full_voyage_over_the_list_to_a_ticket(client: FlaskClient, full: tuple[Voyage, list[int]]) -> None:
    voyage, sold = full
    page = client.get(f"/pelayaran/{voyage.id}").text
    assert f"/pelayaran/{voyage.id}/tunggu" in page
    day = voyage.calls[0].day
    found = client.get("/cari", query_string={"dari": "IDSMQ", "ke": "IDSRG", "hari": str(day)}).text
    assert f"/pelayaran/{voyage.id}/tunggu" in found
    answer = join(client, voyage)
    entry = the_entry()
    assert (answer.status_code, answer.location) == (303, f"/tunggu/{entry.code}")
    assert entry.phone == "+6281234567890"
    page = client.get(answer.location).text
    assert "Anda yang pertama." in page
    assert "Peluangnya belum dapat dihitung" in page
    assert entry.code in client.get("/pesanan").text
    cancel(sold[:1])
    # Whoever opens the page asks for it; no job has to have run.
    page = client.get(answer.location).text
    assert "Ada tempat untuk Anda" in page
    assert "1 tempat disimpan untuk Anda sampai" in page
    claim = re.search(r'href="(/pesanan/\w{8})/penumpang"', page)
    assert claim is not None
    form = hidden(client.get(f"{claim[1]}/penumpang").text)
    assert client.post(f"{claim[1]}/penumpang", data={**form, **people(SITI)}).location == f"{claim[1]}/bayar"
    assert client.post(f"{claim[1]}/bayar", data={**form, "method": "counter"}).location == claim[1]
    pay(claim[1])
    assert 'class="ticket"' in client.get(claim[1]).text
    assert "Anda sudah mendapat tempat" in client.get(answer.location).text
    assert the_entry().state == "served"


def test_leaving_loses_nothing_and_code_and_phone_open_it_again(
    app: Flask, client: FlaskClient, full: tuple[Voyage, list[int]]
) -> None:
    join(client, full[0])
    code = the_entry().code
    other = app.test_client()
    assert other.get(f"/tunggu/{code}").location == f"/pesanan?kode={code}"
    form = hidden(other.get("/pesanan").text)
    assert other.post("/pesanan", data={**form, "code": code, "phone": "081200000000"}).status_code == 404
    assert other.get(f"/tunggu/{code}").status_code == 303
    found = other.post("/pesanan", data={**form, "code": code.lower(), "phone": "+62 812-3456-7890"})
    assert found.location == f"/tunggu/{code}"
    assert other.get(found.location).status_code == 200


def test_sending_the_form_twice_is_one_entry_and_a_fault_is_told_at_its_input(
    client: FlaskClient, full: tuple[Voyage, list[int]]
) -> None:
    voyage, _ = full
    answer = join(client, voyage, phone="bukan nomor")
    assert answer.status_code == 422
    assert 'href="#phone"' in answer.text
    address = f"/pelayaran/{voyage.id}/tunggu"
    form = {**hidden(client.get(address).text.partition('id="join"')[2]), "adults": 1, "phone": "081234567890"}
    places = {client.post(address, data=form).location for _ in range(2)}
    assert places == {f"/tunggu/{the_entry().code}"}
    again = join(client, voyage)
    assert again.status_code == 409
    assert "sudah ada di daftar tunggu" in again.text


def test_where_there_are_places_one_is_sent_to_book_them(client: FlaskClient, full: tuple[Voyage, list[int]]) -> None:
    voyage, sold = full
    cancel(sold[:2])
    answer = join(client, voyage, adults=2)
    assert answer.status_code == 409
    assert "pesan langsung" in answer.text
    assert join(client, voyage, adults=3).status_code == 303


def test_other_voyages_can_be_ticked_and_those_with_places_are_shown(client: FlaskClient, clock: Clock) -> None:
    (one, _), (two, sold) = a_full_voyage(), a_full_voyage(departs_at=clock() + timedelta(days=2))
    free, _ = a_full_voyage(departs_at=clock() + timedelta(days=3))
    free.legs[0]
    cancel([booking.id for booking in _[:1]])
    page = client.get(f"/pelayaran/{one.id}/tunggu").text
    value = f"{two.id}.{two.calls[0].id}.{two.calls[1].id}"
    assert re.findall(r'name="also" value="([\d.]+)"', page) == [value]
    assert f'href="/pelayaran/{free.id}"' in page
    join(client, one, also=value)
    entry = the_entry()
    assert [choice.voyage_id for choice in entry.choices] == [one.id, two.id]
    cancel([sold[0].id])
    page = client.get(f"/tunggu/{entry.code}").text
    assert "Ada tempat untuk Anda" in page
    assert join(client, one, also="1.2.x", phone="081200000001").status_code == 422


def test_a_group_that_is_offered_less_is_told_what_taking_it_means(
    client: FlaskClient, full: tuple[Voyage, list[int]]
) -> None:
    voyage, sold = full
    join(client, voyage, adults=3, infants=1, fewer="true")
    cancel(sold[:2])
    page = client.get(f"/tunggu/{the_entry().code}").text
    assert "Anda minta tempat untuk 3 orang, 1 bayi; yang lepas untuk 2 orang." in page


def test_an_offer_that_has_ended_leaves_the_group_where_it_stood(
    client: FlaskClient, clock: Clock, full: tuple[Voyage, list[int]]
) -> None:
    voyage, sold = full
    join(client, voyage)
    code = the_entry().code
    a_wait(voyage)
    cancel(sold[:1])
    make_offers([voyage.id])
    news = client.get(f"/tunggu/{code}/kabar").json["version"]  # type: ignore[index]
    assert f'data-version="{news}"' in client.get(f"/tunggu/{code}").text
    clock.forward(minutes=60)
    page = client.get(f"/tunggu/{code}").text
    assert "Anda di daftar tunggu" in page
    assert "Anda yang pertama." in page
    assert client.get(f"/tunggu/{code}/kabar").json["version"] != news  # type: ignore[index]


def test_withdrawing_ends_it(client: FlaskClient, full: tuple[Voyage, list[int]]) -> None:
    join(client, full[0])
    code = the_entry().code
    form = hidden(client.get(f"/tunggu/{code}").text)
    assert client.post(f"/tunggu/{code}/keluar", data=form).location == f"/tunggu/{code}"
    assert "Anda sudah keluar" in client.get(f"/tunggu/{code}").text
    assert the_entry().state == "withdrawn"


def test_a_voyage_that_has_closed_says_so(client: FlaskClient, clock: Clock) -> None:
    voyage, _ = a_full_voyage(departs_at=clock() + timedelta(hours=2))
    join(client, voyage)
    clock.forward(minutes=70)
    page = client.get(f"/tunggu/{the_entry().code}").text
    assert "Penjualan ditutup" in page
    assert "tidak (lagi) dijual" in client.get(f"/pelayaran/{voyage.id}/tunggu").text


def test_the_pages_ask_few_questions(client: FlaskClient, full: tuple[Voyage, list[int]]) -> None:
    voyage, _ = full
    for _ in range(5):
        a_full_voyage()
    with queries_counted() as q:
        join(client, voyage)
    code = the_entry().code
    for _ in range(3):
        a_wait(voyage)
    with queries_counted() as q:
        client.get(f"/tunggu/{code}")
    assert q.count <= 24, q


def test_a_group_that_is_passed_over_for_what_its_address_keeps_is_told_so(client: FlaskClient, app: Flask) -> None:
    voyage = a_voyage(places=4)
    neighbour = Traveler(app.test_client(), voyage)
    address = neighbour.hold(4)
    join(client, voyage, adults=3)
    page = f"/tunggu/{the_entry().code}"
    told = client.get(page).text
    assert "ditawarkan kepada yang berikutnya dulu" in told
    before = client.get(f"{page}/kabar").json["version"]  # type: ignore[index]
    assert f'data-version="{before}"' in told
    booking = db.session.scalars(db.select(Booking)).one()
    assert address.endswith(booking.code)
    booking.proved = True
    db.session.commit()
    assert "ditawarkan kepada yang berikutnya dulu" not in client.get(page).text
    assert client.get(f"{page}/kabar").json["version"] != before, "an open page looks again"  # type: ignore[index]


def test_an_offer_that_was_not_taken_says_that_the_group_still_waits(client: FlaskClient, clock: Clock) -> None:
    voyage, sold = a_full_voyage(2)
    entry = a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    offer = entry.booking
    with client.session_transaction() as session:
        session["bookings"] = [offer.code]
    assert "Isi data penumpang" in client.get(f"/pesanan/{offer.code}").text
    clock.moment = offer.expires_at
    page = client.get(f"/pesanan/{offer.code}").text
    assert "Anda tetap di daftar tunggu" in page
    assert f"/tunggu/{entry.code}" in page
    assert "Cari lagi" not in page
