"""What has changed about a journey stands first on its pages, and an open page hears of it."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.booking.actions.cancellation import cancel_passengers, correct_name
from app.booking.models import Booking, PaymentMethod
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage, swap_ship
from app.schedule.actions import revise_departure
from app.web.words import at
from tests.conftest import Clock
from tests.disruption.actions.test_voyage_changes import papers
from tests.factories import a_booking, a_paid_booking, a_ship, a_voyage, pelni_fares
from tests.web.test_traveler import hidden


def knows(client: FlaskClient, booking: Booking) -> str:
    """The address of the booking, in a browser that may open it."""
    with client.session_transaction() as session:
        session["bookings"] = [booking.code]
    return f"/pesanan/{booking.code}"


def words_of(page: str) -> str:
    """The words of a page's main part, in their order."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split()))


def move(booking: Booking, hours: float, reason: str = "ombak 3 meter") -> None:
    """The ship leaves so many hours later."""
    call = booking.from_call
    revise_departure(call.id, call.planned_departure + timedelta(hours=hours), reason, cause="weather")
    db.session.expire_all()


@pytest.mark.parametrize(
    ("hours", "what", "todo"),
    [
        (19, "Kapal terlambat. Berangkat", "Tiket tetap berlaku."),
        (-5, "Kapal berangkat lebih awal:", "Datang lebih awal."),
    ],
)
def test_a_change_of_the_hour_stands_first_with_its_reason_what_to_do_and_until_when(
    client: FlaskClient, hours: int, what: str, todo: str
) -> None:
    booking = a_booking()
    address = knows(client, booking)
    was, port = booking.from_call.planned_departure, booking.from_call.port
    move(booking, hours)
    told = words_of(client.get(address).text)
    first = told.split("Dikonfirmasi")[0]
    for part in (what, todo, "Karena cuaca: ombak 3 meter.", "semula", "Pindah kapal atau batalkan sampai"):
        assert part in first, part
    with client.application.test_request_context():
        assert at(was, port) in first
        assert at(was + timedelta(hours=hours), port) in first
    listed = words_of(client.get("/pesanan").text)
    assert ("Terlambat" if hours > 0 else "Lebih awal") in listed
    assert "Dikonfirmasi" not in listed


def test_another_ship_stands_first_and_who_booked_later_hears_nothing_of_it(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    booking = a_booking(a_voyage(places=20))
    big = papers(a_ship("KM Besar"), 500)
    clock.forward(minutes=1)
    swap_ship(booking.voyage_id, big.id, "KM Uji Coba diperbaiki")
    clock.forward(minutes=1)
    db.session.expire_all()
    first = words_of(client.get(knows(client, booking)).text).split("Dikonfirmasi")[0]
    assert "Kapal diganti: Anda naik KM Besar, bukan KM Uji Coba. Karena KM Uji Coba diperbaiki." in first
    assert "Kapal diganti" in words_of(client.get("/pesanan").text)
    later = a_booking(booking.voyage)
    assert "Kapal diganti" not in client.get(knows(client, later)).text


def test_a_hold_is_told_before_it_is_paid(client: FlaskClient) -> None:
    booking = a_booking(payment=PaymentMethod.COUNTER)
    address = knows(client, booking)
    move(booking, 3)
    assert (
        words_of(client.get(address).text).startswith('id="isi"> Kapal terlambat.')
        or "Kapal terlambat." in words_of(client.get(address).text).split("Belum dibayar")[0]
    )


@pytest.mark.parametrize("page", ["penumpang", "bayar"])
def test_a_change_stands_first_also_where_the_order_is_filled_in(client: FlaskClient, page: str) -> None:
    booking = a_booking(payment=None)
    address = knows(client, booking)
    move(booking, 3)
    told = words_of(client.get(f"{address}/{page}").text).split("tempat disimpan untuk Anda")[0]
    for part in ("Kapal terlambat.", "Karena cuaca: ombak 3 meter.", "Periksa dahulu jam dan kapalnya"):
        assert part in told, part


def test_owed_money_stands_first_until_it_is_paid(app: Flask, client: FlaskClient) -> None:
    pelni_fares()
    booking = a_paid_booking(a_voyage(), adults=2)
    address = knows(client, booking)
    cancel_passengers(booking.code, [1])
    first = words_of(client.get(address).text).split("Dikonfirmasi")[0]
    assert "Uang kembali Rp100.000 menunggu di Loket Pelabuhan Sampit." in first


def test_what_a_page_says_it_asks_for_again_and_each_change_is_another_version(client: FlaskClient) -> None:
    booking = a_booking(a_voyage(places=20), adults=2)
    address = knows(client, booking)
    seen = []

    def version() -> str:
        db.session.expire_all()
        news = client.get(f"{address}/kabar").json
        assert f'data-version="{news["version"]}"' in client.get(address).text
        assert re.fullmatch(r"\d\d\.\d\d WIB", news["as_of"])
        seen.append(news["version"])
        return news["version"]

    assert version() == version(), "the same state is the same version"
    seen.clear()
    version()
    move(booking, 4)
    version()
    move(booking, 4, "ombak 4 meter")
    version()
    correct_name(booking.code, 0, "Penumpan 1", client.application.extensions["keyring"])
    version()
    cancel_passengers(booking.code, [1])
    version()
    swap_ship(booking.voyage_id, papers(a_ship("KM Besar"), 500).id, "docking tahunan")
    version()
    cancel_voyage(booking.voyage_id, "weather", "badai besar")
    version()
    assert len(set(seen)) == len(seen) == 7


def test_the_news_of_a_booking_is_for_its_browser_alone(client: FlaskClient) -> None:
    booking = a_booking()
    answer = client.get(f"/pesanan/{booking.code}/kabar")
    assert (answer.status_code, answer.json) == (404, {"version": ""})


def test_without_javascript_the_page_says_as_of_when_and_has_a_link(client: FlaskClient) -> None:
    booking = a_booking()
    address = knows(client, booking)
    page = client.get(address).text
    assert re.search(rf'Per <span data-as-of>\d\d\.\d\d WIB</span>\. <a href="{address}">Perbarui</a>', page)


def test_each_change_that_worked_says_so_once(client: FlaskClient) -> None:
    pelni_fares()
    voyage = a_voyage()
    booking = a_booking(voyage, adults=3)
    later = a_voyage(departs_at=booking.from_call.planned_departure + timedelta(days=1))
    address = knows(client, booking)

    def done(path: str, **data: object) -> str:
        form = hidden(client.get("/pesanan").text)
        answer = client.post(f"{address}/ubah/{path}", data={**form, **data}, follow_redirects=True)
        assert answer.status_code == 200
        found = re.findall(r'<p class="note note-pass told" role="status">(.*?)</p>', answer.text)
        assert len(found) == 1, path
        assert 'told" role="status">' not in client.get(answer.request.path).text, "once"
        return unescape(found[0])

    assert done("nama/0", name="Penumpan I").startswith("Nama sudah dibetulkan: Penumpan I.")
    assert done("batal", orang=1) == "Sudah dibatalkan: Penumpang 2."
    ids = {"voyage_id": later.id, "from_call_id": later.calls[0].id, "to_call_id": later.calls[1].id}
    moved = done("pindah", orang=2, fare_class_id=1, request_id="00000000-0000-4000-8000-000000000001", **ids)
    assert moved.startswith("Sudah pindah.")
