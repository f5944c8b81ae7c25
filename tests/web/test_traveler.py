"""The traveler's doors, as a browser without JavaScript meets them."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import config
from app.booking.actions.payment import confirm_payment
from app.booking.models import Booking, BookingState
from app.db import db
from app.schedule.models import Voyage
from app.seats.models import Allotment, LegLoad
from app.web.traveler.order import FIELDS
from tests import factories
from tests.conftest import Clock, running, settings_for
from tests.factories import a_voyage
from tests.queries import queries_counted

SITI = {
    "document_kind": "ktp",
    "document_number": "6202015503940001",
    "name": "Siti Uji",
    "birth_date": "1994-03-15",
    "sex": "P",
}
BUDI = {
    "document_kind": "ktp",
    "document_number": "6202011207850003",
    "name": "Budi Uji",
    "birth_date": "1985-07-12",
    "sex": "L",
}
PHONE = "0812 3456 7890"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's first form."""
    return dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', page.split("</form>")[0]))


def people(*passengers: dict[str, str], phone: str = PHONE, **more: str) -> dict[str, str]:
    """The form of who travels, as a browser sends it."""
    sent = {f"passengers-{n}-{name}": value for n, each in enumerate(passengers) for name, value in each.items()}
    return {**sent, "phone": phone, **more}


class Traveler:
    """One person with a browser, on the way through an order."""

    def __init__(self, client: FlaskClient, voyage: Voyage, asked: str = "") -> None:
        self.client = client
        self.page = f"/pelayaran/{voyage.id}{asked}"
        self.form = hidden(client.get(self.page).text)

    def hold(self, adults: int = 1, infants: int = 0) -> str:
        """Send the form that holds places; the address of the booking."""
        answer = self.send_hold(adults, infants)
        assert answer.status_code == 303, answer.text
        return answer.location.partition("/penumpang")[0]

    def send_hold(self, adults: int = 1, infants: int = 0) -> TestResponse:
        return self.client.post(self.page, data={**self.form, "fare_class_id": 1, "adults": adults, "infants": infants})

    def send(self, address: str, data: dict[str, str]) -> TestResponse:
        return self.client.post(address, data={**self.form, **data})


@pytest.fixture
def voyage(app: Flask) -> Voyage:
    return a_voyage()


@pytest.fixture
def traveler(client: FlaskClient, voyage: Voyage) -> Traveler:
    return Traveler(client, voyage)


def bookings() -> list[Booking]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Booking)))


def taken() -> tuple[int, int]:
    """Places (held, sold) of the only allotment."""
    allotment = db.session.scalars(db.select(Allotment)).one()
    return allotment.held, allotment.sold


@pytest.mark.both_engines
def test_from_the_front_page_to_a_ticket(client: FlaskClient, traveler: Traveler) -> None:
    front = client.get("/").text
    assert "Sampit – Semarang" in front
    assert "Sisa 100" in front
    found = client.get("/cari", query_string={"dari": "IDSMQ", "ke": "IDSRG", "hari": _day()}).text
    assert traveler.page in found
    address = traveler.hold(2)
    assert taken() == (2, 0)
    answer = traveler.send(f"{address}/penumpang", people(SITI, BUDI))
    assert answer.location == f"{address}/bayar"
    check = client.get(f"{address}/bayar").text
    assert "Siti Uji" in check
    assert "6202 0155 0394 0001" in check, "to be compared with the card"
    answer = traveler.send(f"{address}/bayar", {"method": "counter"})
    assert answer.location == address
    assert 'class="ticket"' not in client.get(address).text
    factories.pay(address)
    ticket = client.get(address).text
    assert ticket.count('class="ticket"') == 2
    assert "Dikonfirmasi" in ticket
    assert SITI["document_number"] not in ticket
    assert taken() == (0, 2)


@pytest.mark.both_engines
def test_double_click_back_button_and_reload_never_make_two_bookings(client: FlaskClient, traveler: Traveler) -> None:
    places = {traveler.hold(), traveler.hold()}
    assert len(places) == 1, "a double click"
    again = client.get(traveler.page)
    assert "private" in again.headers["Cache-Control"], "going back shows the same form with the same id"
    assert "no-store" not in again.headers["Cache-Control"]
    address = places.pop()
    for _ in range(2):
        assert traveler.send(f"{address}/penumpang", people(SITI)).status_code == 303
    for _ in range(2):
        assert traveler.send(f"{address}/bayar", {"method": "counter"}).location == address
    factories.pay(address)
    db.session.expire_all()
    serials = {p.ticket.serial for b in bookings() for p in b.passengers if p.ticket}
    assert traveler.hold() == address, "the form of a confirmed order, sent once more"
    assert client.get(f"{address}/bayar").location == address
    assert len(bookings()) == 1
    assert len(serials) == 1
    assert taken() == (0, 1)


def test_the_same_form_with_another_number_is_another_question_and_the_order_stays(
    client: FlaskClient, traveler: Traveler
) -> None:
    first = traveler.hold(2)
    answer = traveler.send_hold(5)
    assert answer.status_code == 409
    assert "isinya berbeda" in answer.text
    assert "Siapa yang berangkat?" in client.get(f"{first}/penumpang").text
    assert taken() == (2, 0)


@pytest.mark.both_engines
def test_an_expired_hold_gives_its_places_to_the_next_and_says_what_to_do(client: FlaskClient, clock: Clock) -> None:
    voyage = a_voyage(places=1, departs_at=clock() + timedelta(days=2))
    first = Traveler(client, voyage)
    address = first.hold()
    assert "Penuh" in client.get(first.page).text
    clock.forward(minutes=config.current().hold_minutes, seconds=1)
    assert "Sisa 1" in client.get(first.page).text, "free again, though nothing else ran"
    late = first.send(f"{address}/penumpang", people(SITI))
    assert late.location == address
    page = client.get(address).text
    assert "<h1>Waktu pesanan ini sudah habis</h1>" in page
    assert "dibatalkan" not in page
    assert "Cari lagi" in page
    second = Traveler(client, voyage)
    assert second.hold() != address
    assert first.send(f"{address}/bayar", {"method": "counter"}).location == address
    assert [b.state for b in bookings()] == [BookingState.EXPIRED, BookingState.HELD]
    assert taken() == (1, 0)


def test_what_is_wrong_is_told_at_its_field_and_in_the_summary_and_what_was_typed_stays(
    client: FlaskClient, traveler: Traveler
) -> None:
    address = f"{traveler.hold(2)}/penumpang"
    wrong = people({**SITI, "birth_date": "1994-03-16"}, {**BUDI, "document_number": "62020"}, phone="satu")
    answer = traveler.send(address, wrong)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    for name, told in (
        ("passengers-0-birth_date", "Tanggal lahir ini berbeda dari yang tertulis di NIK"),
        ("passengers-1-document_number", "NIK punya 16 angka"),
        ("phone", "Ini bukan nomor telepon"),
    ):
        assert re.search(rf'<a href="#{name}">[^<]*{told}', page), f"{name} in the summary"
        assert re.search(rf'id="{name}-error">{told}', page), f"{name} at the field"
        assert re.search(rf'<input id="{name}"[^>]*aria-invalid="true"', page)
    for value in ("Siti Uji", "1994-03-16", "62020", "satu"):
        assert f'value="{value}"' in page, "nothing typed is lost"
    # The document itself decides: the person confirms what stands on it.
    assert 'name="passengers-0-as_on_document"' in page
    said = people({**SITI, "birth_date": "1994-03-16", "as_on_document": "true"}, BUDI)
    assert traveler.send(address, said).status_code == 303
    filled = client.get(address).text
    assert re.search(r'name="passengers-0-as_on_document"[^>]*checked', filled), "and is not asked again"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"document_number": "9902015503940001"}, "bukan kode provinsi"),
        ({"document_number": "6202013213940001"}, "bukan tanggal lahir"),
        ({"document_number": "620201550394000A"}, "hanya berisi angka"),
        ({"sex": "L"}, "Ini berbeda dari yang tertulis di NIK"),
        ({"sex": ""}, "Pilih laki-laki atau perempuan"),
        ({"birth_date": "1790-01-01"}, "Tanggal lahir ini tidak mungkin"),
        ({"name": " "}, "Isi nama penumpang 1."),
        ({"name": "0mar"}, "Maksud Anda Omar?"),
        ({"name": "<script>"}, "Hapus dari nama: < >"),
        ({"document_kind": "passport", "document_number": "?"}, "Nomor paspor punya"),
        ({"document_kind": "rapor"}, "Pilih dokumen"),
    ],
)
def test_each_fault_has_its_sentence(traveler: Traveler, wrong: dict[str, str], told: str) -> None:
    answer = traveler.send(f"{traveler.hold()}/penumpang", people({**SITI, **wrong}))
    assert answer.status_code == 422
    assert told in html.unescape(answer.text)


def test_an_infant_is_a_person_without_a_place_and_a_child_of_two_needs_one(client: FlaskClient, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock() + timedelta(days=2))
    traveler = Traveler(client, voyage)
    address = traveler.hold(1, 1)
    born = (clock() - timedelta(days=300)).date()
    infant = {
        "document_kind": "kk",
        "document_number": f"620201{born.day + 40:02}{born:%m%y}0002",
        "name": "Bayi Uji",
        "birth_date": born.isoformat(),
        "sex": "P",
        "infant": "true",
    }
    old = {**infant, "birth_date": born.replace(year=born.year - 2).isoformat(), "as_on_document": "true"}
    answer = traveler.send(f"{address}/penumpang", people(SITI, old))
    assert answer.status_code == 422
    assert "perlu tempat sendiri" in answer.text
    assert 'href="#passengers-1-birth_date"' in answer.text
    assert traveler.send(f"{address}/penumpang", people(SITI, infant)).status_code == 303
    factories.pay(address)
    assert client.get(address).text.count('class="ticket"') == 2
    assert taken() == (0, 1)
    assert db.session.scalars(db.select(LegLoad)).one().promised == 2, "no soul uncounted"


def test_two_passengers_cannot_share_a_document(traveler: Traveler) -> None:
    answer = traveler.send(f"{traveler.hold(2)}/penumpang", people(SITI, {**SITI, "name": "Dua"}))
    assert "sudah dipakai penumpang lain" in answer.text


def test_sold_out_between_looking_and_taking_is_told_with_what_is_left(client: FlaskClient) -> None:
    voyage = a_voyage(places=3)
    traveler = Traveler(client, voyage)
    factories.a_hold(voyage, 2)
    answer = traveler.send_hold(2)
    assert answer.status_code == 409
    assert "tidak cukup lagi" in answer.text
    assert "sisa 1" in answer.text
    assert hidden(answer.text)["request_id"] == traveler.form["request_id"]
    assert traveler.hold(1)


@pytest.mark.parametrize("sent", [{"adults": "9"}, {"adults": "0"}, {"adults": "2", "infants": "3"}, {"adults": "x"}])
def test_a_party_is_of_one_to_eight_and_an_infant_needs_a_lap(traveler: Traveler, sent: dict[str, str]) -> None:
    answer = traveler.send(traveler.page, {"fare_class_id": "1", **sent})
    assert answer.status_code == 422
    assert 'class="error-summary' in answer.text
    assert taken() == (0, 0)


def test_a_voyage_whose_sale_is_closed_says_so_and_holds_nothing(client: FlaskClient, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock() + timedelta(hours=3))
    traveler = Traveler(client, voyage)
    clock.forward(hours=2, minutes=1)
    assert "sudah ditutup" in client.get(traveler.page).text
    answer = traveler.send_hold()
    assert answer.status_code == 409
    assert taken() == (0, 0)


def test_payment_at_the_counter_keeps_the_places_and_the_ticket_appears_when_it_is_paid(
    app: Flask, client: FlaskClient, traveler: Traveler
) -> None:
    address = traveler.hold()
    traveler.send(f"{address}/penumpang", people(SITI))
    traveler.send(f"{address}/bayar", {"method": "counter"})
    waiting = client.get(address).text
    assert "Bayar di loket" in waiting
    assert 'class="ticket"' not in waiting
    booking = bookings()[0]
    confirm_payment(booking.code, factories.a_user().id, app.extensions["keyring"])
    assert 'class="ticket"' in client.get(address).text


def test_a_booking_is_found_again_by_code_and_phone_and_by_nothing_less(app: Flask) -> None:
    booking = factories.a_booking()
    stranger = app.test_client()
    assert stranger.get(f"/pesanan/{booking.code}").location == f"/pesanan?kode={booking.code}"
    form = hidden(stranger.get("/pesanan").text)
    wrong = [
        stranger.post("/pesanan", data={**form, "code": code, "phone": phone})
        for code, phone in ((booking.code, "081299999999"), ("ZZZZZZZZ", "081200000001"))
    ]
    assert {answer.status_code for answer in wrong} == {404}
    told = {re.sub(r'value="[^"]*"|sebagai [^<]*', "", answer.text) for answer in wrong}
    assert len(told) == 1, "nobody learns which of the two was wrong"
    typed = f" {booking.code[:4]}-{booking.code[4:]} ".lower()
    found = stranger.post("/pesanan", data={**form, "code": typed, "phone": "+62 812-0000-0001"})
    assert found.location == f"/pesanan/{booking.code}"
    assert 'class="ticket"' in stranger.get(found.location).text


def test_whoever_has_only_the_code_can_neither_see_nor_change_a_booking(app: Flask, traveler: Traveler) -> None:
    address = traveler.hold()
    stranger = app.test_client()
    form = hidden(stranger.get("/pesanan").text)
    for path in ("", "/penumpang", "/bayar"):
        assert stranger.get(address + path).location.startswith("/pesanan?kode=")
    for path in ("/penumpang", "/bayar", "/lepas"):
        assert stranger.post(address + path, data=form).location.startswith("/pesanan?kode=")
    assert bookings()[0].state == BookingState.HELD


def test_places_can_be_given_back_and_a_confirmed_order_cannot(client: FlaskClient, traveler: Traveler) -> None:
    address = traveler.hold(3)
    assert traveler.send(f"{address}/lepas", {}).location == address
    assert "Anda sudah membatalkannya" in client.get(address).text
    assert taken() == (0, 0)
    booking = factories.a_booking(db.session.get(Voyage, bookings()[0].voyage_id))
    with client.session_transaction() as session:
        session["bookings"] = [booking.code]
    traveler.send(f"/pesanan/{booking.code}/lepas", {})
    assert booking.state == BookingState.CONFIRMED


@pytest.mark.parametrize("sheet", ["a6", "a4"])
def test_every_passenger_is_on_paper_with_code_and_serial(client: FlaskClient, voyage: Voyage, sheet: str) -> None:
    booking = factories.a_booking(voyage, 2, 1)
    with client.session_transaction() as session:
        session["bookings"] = [booking.code]
    page = client.get(f"/pesanan/{booking.code}?cetak={sheet}").text
    assert page.count('class="paper"') == 3
    for ticket in factories.tickets_of(booking):
        assert f"{ticket.serial[:5]}-{ticket.serial[5:]}" in page


def test_the_search_shows_the_days_around_and_names_the_nearest_day_with_places(
    client: FlaskClient, clock: Clock
) -> None:
    voyage = a_voyage(departs_at=clock() + timedelta(days=5))
    day = voyage.calls[0].day
    assert day is not None
    asked = {"dari": "IDSMQ", "ke": "IDSRG", "hari": (day - timedelta(days=4)).isoformat()}
    page = client.get("/cari", query_string=asked).text
    assert "Hari terdekat yang masih ada tempat" in page
    assert f"hari={day}" in page
    around = client.get("/cari", query_string={**asked, "hari": (day - timedelta(days=1)).isoformat()}).text
    tabs = around[around.index('class="tabs"') : around.index("</ul>")]
    assert tabs.count("<li>") == 7
    assert re.search(rf'hari={day}"[^>]*>.*?100<span', tabs, re.S)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"dari": "IDSMQ", "ke": "IDSMQ", "hari": "2026-12-01"}, "Asal dan tujuan sama"),
        ({"dari": "atlantis", "ke": "IDSMQ", "hari": "2026-12-01"}, "Pilih pelabuhan dari daftar"),
        ({"dari": "IDSMQ", "ke": "IDSRG", "hari": "besok"}, "Tulis hari seperti"),
        ({"dari": "IDSMQ", "ke": "IDSRG", "hari": "2001-01-01"}, "Hari itu sudah lewat"),
        ({"dari": "IDSMQ", "ke": "IDSRG", "hari": "9999-12-31"}, "terlalu jauh"),
        ({}, "Pilih pelabuhan dari daftar"),
    ],
)
def test_a_search_that_cannot_be_answered_says_why(
    client: FlaskClient, voyage: Voyage, asked: dict[str, str], told: str
) -> None:
    answer = client.get("/cari", query_string=asked)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_revised_time_is_shown_with_the_old_one_and_its_reason(client: FlaskClient, voyage: Voyage) -> None:
    call = voyage.calls[0]
    assert call.planned_departure is not None
    call.revised_departure, call.reason = call.planned_departure + timedelta(hours=2), "air pasang"
    db.session.commit()
    page = client.get(f"/pelayaran/{voyage.id}").text
    assert "semula" in page
    assert "air pasang" in page


def test_each_page_asks_the_database_little_however_much_there_is(client: FlaskClient, clock: Clock) -> None:
    for hours in range(30):
        a_voyage(departs_at=clock() + timedelta(days=2, hours=hours / 10))
    voyage = a_voyage(departs_at=clock() + timedelta(days=2))
    traveler = Traveler(client, voyage)
    address = traveler.hold(8)
    party = [{**SITI, "document_number": f"620201550394{n:04}"} for n in range(1, 9)]
    pages = {"/": 5, f"/cari?dari=IDSMQ&ke=IDSRG&hari={voyage.calls[0].day}": 4, traveler.page: 3}
    forms = {f"{address}/penumpang": 8, f"{address}/bayar": 10}
    for page, budget in {**pages, f"{address}/penumpang": 8}.items():
        _within(client, page, budget)
    traveler.send(f"{address}/penumpang", people(*party))
    for page, budget in forms.items():
        _within(client, page, budget)
    factories.pay(address)
    _within(client, address, 4)


def test_strangers_may_look_up_and_hold_only_so_often(database_url: str) -> None:
    with running(settings_for(database_url, search_limit=2, booking_limit=2)) as app:
        client = app.test_client()
        traveler = Traveler(client, a_voyage())
        form = {**traveler.form, "code": "ZZZZZZZZ", "phone": PHONE}
        answers = [client.post("/pesanan", data=form) for _ in range(3)]
        assert [a.status_code for a in answers] == [404, 404, 429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        holds = [traveler.send_hold() for _ in range(3)]
        assert [a.status_code for a in holds] == [303, 303, 429]


def test_a_form_without_its_token_changes_nothing(client: FlaskClient, traveler: Traveler) -> None:
    answer = client.post(traveler.page, data={"request_id": traveler.form["request_id"], "fare_class_id": 1})
    assert answer.status_code == 400
    assert "Muat ulang halaman" in answer.text
    assert bookings() == []


def test_every_field_of_a_passenger_is_on_the_form(client: FlaskClient, traveler: Traveler) -> None:
    page = client.get(f"{traveler.hold(2)}/penumpang").text
    for number in range(2):
        for name in FIELDS:
            assert f'id="passengers-{number}-{name}"' in page


def test_the_whole_flow_speaks_english_when_asked(client: FlaskClient, traveler: Traveler) -> None:
    client.get("/?lang=en")
    assert '<html lang="en">' in client.get(traveler.page).text


def test_unknown_prices_are_said_to_be_unknown(client: FlaskClient, traveler: Traveler) -> None:
    assert "belum diumumkan" in client.get(traveler.page).text, "the factory's voyage has no tariff"
    address = traveler.hold()
    traveler.send(f"{address}/penumpang", people(SITI))
    assert "dibayar di loket, tarifnya belum diumumkan" in client.get(f"{address}/bayar").text


def _day() -> str:
    voyage = db.session.scalars(db.select(Voyage)).one()
    return str(voyage.calls[0].day)


def _within(client: FlaskClient, page: str, budget: int) -> None:
    db.session.expire_all()
    with queries_counted() as q:
        answer = client.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    assert q.count <= budget, (page, q.count)


def test_a_ticket_that_is_only_a_receipt_says_so_beside_its_code(app: Flask, client: FlaskClient) -> None:
    for code, told in (("PELNI", True), ("DLU", False)):
        booking = factories.a_booking()
        booking.voyage.operator.code = code
        db.session.commit()
        with client.session_transaction() as session:
            session["bookings"] = [booking.code]
        page = client.get(f"/pesanan/{booking.code}").text
        assert ("Tukarkan dengan boarding pass" in page.split("<details")[0]) == told
        assert ("Tunjukkan kode ini di gerbang" in page) != told
        assert ("Boarding pass setiap orang." in page) == told


def test_a_free_programme_is_offered_only_where_it_has_places_on_every_leg(client: FlaskClient) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya")
    programme = factories.a_programme(voyage, places=5)
    address, offered = f"/pelayaran/{voyage.id}", "Lihat tempat gratis"
    assert offered in client.get(address).text
    last = db.session.scalars(
        db.select(Allotment).where(Allotment.channel_id == programme.channel_id, Allotment.leg_id == voyage.legs[1].id)
    ).one()
    last.quota = 0
    db.session.commit()
    assert offered not in client.get(address).text, "to the last port there is no place of it"
    first = {"from_call_id": voyage.calls[0].id, "to_call_id": voyage.calls[1].id}
    assert offered in client.get(address, query_string=first).text
