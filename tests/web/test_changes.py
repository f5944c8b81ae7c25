"""Changing a booking in a browser without JavaScript: at home, and at the counter."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock as app_clock
from app.accounts.models import Role
from app.boarding.actions.departure import open_boarding
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.booking.models import Booking, BookingState, PaymentMethod
from app.booking.money.models import Refund
from app.booking.queries import get_booking
from app.db import db
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_paid_booking, a_ship, a_user, a_voyage, departure_of, pelni_fares
from tests.queries import queries_counted
from tests.web.test_gate import sign_in
from tests.web.test_traveler import hidden


@pytest.fixture
def pelni(app: Flask) -> Flask:
    """Ships of an operator whose terms are known, at known fares."""
    pelni_fares()
    return app


def opened(client: FlaskClient, booking: Booking) -> str:
    """The booking as this browser has it; its address."""
    with client.session_transaction() as session:
        session["bookings"] = [booking.code]
    return f"/pesanan/{booking.code}"


def send(client: FlaskClient, address: str, **data: object) -> TestResponse:
    """Send a form to this address, with the token that this browser has."""
    return client.post(address, data={**hidden(client.get("/pesanan").text), **data})


def test_what_comes_back_is_said_before_the_button_and_stays_visible(pelni: Flask, client: FlaskClient) -> None:
    booking = a_paid_booking(a_voyage(), adults=2)
    page = opened(client, booking)
    assert f"{page}/ubah" in client.get(page).text
    assert "Betulkan nama Penumpang 2" in client.get(f"{page}/ubah").text
    asked = client.get(f"{page}/ubah/batal?orang=1").text
    assert "Penumpang 2" in asked
    assert "Kembali paling sedikit Rp100.000: 50 persen dari Rp200.000 (aturan PT Pelayaran Uji)." in asked
    assert get_booking(booking.code).souls == 2, "looking changes nothing"
    for _ in range(2):
        answer = client.post(f"{page}/ubah/batal", data={**hidden(asked), "orang": "1"})
        assert (answer.status_code, answer.location) == (303, page)
    after = client.get(page).text
    assert after.count('class="ticket"') == 1
    assert "dibatalkan" in after
    assert "Uang kembali paling sedikit Rp100.000: ambil di loket" in after
    client.post(f"{page}/ubah/batal", data={**hidden(asked), "orang": "0"})
    assert "Tidak ada lagi yang berangkat dengan pesanan ini" in client.get(page).text


def test_nobody_chosen_and_a_lone_infant_are_told(app: Flask, client: FlaskClient) -> None:
    booking = a_booking(a_voyage(), adults=1, infants=1)
    page = opened(client, booking)
    for door in ("batal", "pindah"):
        answer = client.get(f"{page}/ubah/{door}")
        assert (answer.status_code, "Pilih dahulu siapa" in answer.text) == (422, True)
    answer = send(client, f"{page}/ubah/batal", orang="0")
    assert answer.status_code == 409
    assert "Bayi tidak dapat berangkat tanpa orang dewasa" in answer.text


def test_one_of_four_is_left_out_before_anybody_has_paid(pelni: Flask, client: FlaskClient) -> None:
    booking = a_booking(a_voyage(), adults=4, payment=PaymentMethod.COUNTER)
    page = opened(client, booking)
    assert f"{page}/ubah" in client.get(page).text
    overview = client.get(f"{page}/ubah").text
    assert "Belum ada yang dibayar" in overview
    assert "Betulkan nama" not in overview
    assert "Pindah ke kapal lain" not in overview
    asked = client.get(f"{page}/ubah/batal?orang=3").text
    assert "Kembali paling sedikit" not in asked
    for _ in range(2):
        answer = client.post(f"{page}/ubah/batal", data={**hidden(asked), "orang": "3"})
        assert (answer.status_code, answer.location) == (303, page)
    after = client.get(page).text
    assert "Rp600.000" in after
    assert "Penumpang 4" in after, "with what became of them"
    sign_in(client, a_user(Role.OFFICER))
    assert f"/loket/{booking.code}/ubah" in client.get(f"/loket/{booking.code}").text


def test_a_page_that_was_left_open_says_what_is_true_by_now(app: Flask, client: FlaskClient) -> None:
    pelni_fares()
    booking = a_booking(a_voyage(), adults=3)
    other = a_voyage(departs_at=app_clock.now() + timedelta(days=4))
    page = opened(client, booking)
    cancelling, moving = client.get(f"{page}/ubah/batal?orang=0").text, client.get(f"{page}/ubah/pindah?orang=1").text
    ids = f"voyage_id={other.id}&fare_class_id=1&from_call_id={other.calls[0].id}&to_call_id={other.calls[1].id}"
    sent = hidden(client.get(f"{page}/ubah/pindah?orang=0&orang=1&{ids}").text)
    assert client.post(f"{page}/ubah/pindah", data={**sent, "orang": ["0", "1"]}).status_code == 303
    late = client.post(f"{page}/ubah/batal", data={**hidden(cancelling), "orang": "0"})
    assert "tidak lagi berangkat dengan pesanan ini" in late.text
    late = client.post(f"{page}/ubah/pindah", data={**sent, **hidden(moving), "request_id": str(uuid4()), "orang": "1"})
    assert "tidak lagi berangkat dengan pesanan ini" in late.text


def test_a_move_in_three_pages(app: Flask, client: FlaskClient, clock: Clock) -> None:
    pelni_fares()
    booking = a_booking(a_voyage(), adults=2)
    other = a_voyage(departs_at=clock.moment + timedelta(days=4))
    page = opened(client, booking)
    chosen = client.get(f"{page}/ubah/pindah?orang=0").text
    links = re.findall(rf'href="({page}/ubah/pindah\?[^"]*voyage_id={other.id}[^"]*)"', chosen)
    assert len(links) == 1
    asked = client.get(links[0].replace("&amp;", "&")).text
    assert "Harganya sama." in asked
    sent = hidden(asked)
    assert sent["voyage_id"] == str(other.id)
    codes = {client.post(f"{page}/ubah/pindah", data=sent).location for _ in range(2)}
    assert len(codes) == 1, "a double click is one move"
    new = client.get(codes.pop()).text
    assert new.count('class="ticket"') == 1
    old = client.get(page).text
    assert "Pindah ke pesanan" in old
    assert [p.name for p in get_booking(booking.code).passengers] == ["Penumpang 2"]


def test_only_ships_of_the_same_operator_are_shown(app: Flask, client: FlaskClient, clock: Clock) -> None:
    booking = a_booking(a_voyage())
    for ship in (a_ship("KM Sama"), a_ship("KM Lain", "PT Pelayaran Lain")):
        a_voyage(ship=ship, departs_at=clock.moment + timedelta(days=4))
    shown = client.get(f"{opened(client, booking)}/ubah/pindah?orang=0").text
    assert ("KM Sama" in shown, "KM Lain" in shown) == (True, False)


def test_a_journey_of_unknown_fare_is_for_the_counter(pelni: Flask, client: FlaskClient, clock: Clock) -> None:
    booking = a_paid_booking(a_voyage("Sampit", "Kumai"), adults=1)
    other = a_voyage("Sampit", "Kumai", departs_at=clock.moment + timedelta(days=4))
    ids = f"voyage_id={other.id}&fare_class_id=1&from_call_id={other.calls[0].id}&to_call_id={other.calls[1].id}"
    page, address = opened(client, booking), f"ubah/pindah?orang=0&{ids}"
    asked = client.get(f"{page}/{address}").text
    assert "selisihnya dibayar di sana" in asked
    assert "<button" not in asked.split("Kapal yang baru")[1]
    answer = client.post(f"{page}/ubah/pindah", data=hidden(asked))
    assert (answer.status_code, "Pindah di loket pelabuhan" in answer.text) == (409, True)
    sign_in(client, a_user(Role.OFFICER))
    asked = client.get(f"/loket/{booking.code}/{address}").text
    assert "Selisih diterima, pindahkan" in asked
    answer = client.post(f"/loket/{booking.code}/ubah/pindah", data=hidden(asked))
    assert answer.status_code == 303
    assert get_booking(answer.location.rpartition("/")[2]).voyage_id == other.id


def test_a_name_is_put_right_on_the_page(app: Flask, client: FlaskClient) -> None:
    booking = a_booking(a_voyage())
    page = opened(client, booking)
    before = booking.passengers[0].ticket.serial
    address = f"{page}/ubah/nama/0"
    wrong = send(client, address, name="Dewi Lestari")
    assert (wrong.status_code, "Ini nama lain, bukan salah ketik" in wrong.text) == (422, True)
    assert send(client, address, name="").status_code == 422
    assert send(client, address, name="Penumpan I").location == page
    after = client.get(page).text
    assert "Penumpan I" in after
    assert f"{before[:5]}-{before[5:]}" not in after
    assert send(client, address, name="Penumpang I").status_code == 409
    assert client.get(f"{page}/ubah/nama/7").status_code == 303


def test_when_it_is_too_late_the_page_says_so(app: Flask, client: FlaskClient, clock: Clock) -> None:
    booking = a_booking(a_voyage(departs_at=clock.moment + timedelta(hours=2)))
    page = opened(client, booking)
    clock.forward(hours=1)
    assert f"{page}/ubah" not in client.get(page).text
    assert "tidak dapat diubah lagi" in client.get(f"{page}/ubah").text
    answer = send(client, f"{page}/ubah/batal", orang="0")
    assert (answer.status_code, "tidak dapat diubah lagi" in answer.text) == (409, True)


def test_a_strangers_browser_is_asked_who_it_is(app: Flask, client: FlaskClient) -> None:
    code = a_booking(a_voyage()).code
    for door in ("", "/batal?orang=0", "/pindah?orang=0", "/nama/0"):
        answer = client.get(f"/pesanan/{code}/ubah{door}")
        assert (answer.status_code, answer.location) == (303, f"/pesanan?kode={code}")
    assert send(client, f"/pesanan/{code}/ubah/batal", orang="0").location == f"/pesanan?kode={code}"
    assert get_booking(code).state == BookingState.CONFIRMED


@pytest.fixture
def counter(client: FlaskClient) -> FlaskClient:
    """The browser of an officer."""
    sign_in(client, a_user(Role.OFFICER))
    return client


def test_the_officer_cancels_and_pays_back_once(pelni: Flask, counter: FlaskClient) -> None:
    booking = a_paid_booking(a_voyage(), adults=2)
    assert f"/loket/{booking.code}/ubah" in counter.get(f"/loket/{booking.code}").text
    assert "Tidak ada uang yang harus kembali" in counter.get("/loket/pengembalian").text
    assert send(counter, f"/loket/{booking.code}/ubah/batal", orang="0").status_code == 303
    page = counter.get("/loket/pengembalian").text
    assert "Penumpang 1" in page
    assert "Rp100.000" in page
    refund = db.session.scalars(db.select(Refund)).one().id
    less = send(counter, f"/loket/pengembalian/{refund}", amount_idr="99.999")
    assert (less.status_code, "tidak kurang dari yang tercatat" in less.text) == (422, True)
    for _ in range(2):
        assert send(counter, f"/loket/pengembalian/{refund}", amount_idr="104.000").status_code == 303
    db.session.rollback()
    paid_back = db.session.get(Refund, refund)
    assert (paid_back.amount_idr, paid_back.paid_by is not None) == (104_000, True)
    assert "Uang kembali Rp104.000: sudah dibayar." in counter.get(f"/loket/{booking.code}").text
    assert send(counter, f"/loket/pengembalian/{refund + 1}").status_code == 404


def test_the_officer_puts_a_name_right_again(app: Flask, counter: FlaskClient) -> None:
    booking = a_booking(a_voyage())
    address = f"/loket/{booking.code}/ubah/nama/0"
    for name in ("Penumpan I", "Penumpang I"):
        assert send(counter, address, name=name).status_code == 303
    assert get_booking(booking.code).passengers[0].name == "Penumpang I"


def test_a_nought_for_a_letter_is_asked_for_where_a_name_is_put_right(app: Flask, counter: FlaskClient) -> None:
    booking = a_booking(a_voyage())
    asked = send(counter, f"/loket/{booking.code}/ubah/nama/0", name="Penumpang 0")
    assert (asked.status_code, "Maksud Anda Penumpang O?" in asked.text) == (422, True)


def test_the_list_of_refunds_asks_few_questions(pelni: Flask, counter: FlaskClient) -> None:
    booking = a_paid_booking(a_voyage(), adults=8)
    send(counter, f"/loket/{booking.code}/ubah/batal", orang=[str(n) for n in range(7)])
    counter.get("/loket/pengembalian")
    with queries_counted() as queries:
        assert counter.get("/loket/pengembalian").text.count("<article") == 7
    assert queries.count <= 12, queries


def test_who_is_aboard_is_told_at_the_counter(app: Flask, counter: FlaskClient) -> None:
    voyage = a_voyage()
    booking, officer = a_booking(voyage), a_user().id
    departure = departure_of(voyage).id
    open_boarding(departure, officer)
    keyring = app.extensions["keyring"]
    scan(
        Showing(str(uuid4()), booking.passengers[0].ticket.signed, departure, a_gate().id, officer, app_clock.now()),
        keyring,
    )
    assert "sudah naik" in counter.get(f"/loket/{booking.code}/ubah").text
    answer = send(counter, f"/loket/{booking.code}/ubah/batal", orang="0")
    assert (answer.status_code, "sudah naik kapal" in answer.text) == (409, True)
