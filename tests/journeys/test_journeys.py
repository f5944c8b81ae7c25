"""Journeys over a part of a voyage, and with a vehicle, in a real browser on a phone; and a sale at the counter."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import clock
from app.accounts.models import Role
from app.booking.models import Booking
from app.db import db
from app.seats.models import ChannelKind, PlaceKind
from tests import chromium, factories
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import DESK, PHONE, look
from tests.journeys.test_traveler import SITI, write

pytestmark = pytest.mark.browser


@pytest.fixture
def chrome() -> Iterator[Browser]:
    with chromium.browser() as browser:
        yield browser


def ordered() -> Booking:
    db.session.rollback()
    return db.session.scalars(db.select(Booking)).one()


def pay_and_see_the_ticket(page: Page) -> None:
    page.click("text=Selesaikan pesanan")
    page.wait_for_selector(".big-code")
    factories.pay(page.url)
    page.reload()
    page.wait_for_selector("article.ticket")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_ticket_for_two_legs_of_a_long_voyage(address: str, chrome: Browser, size: dict[str, int]) -> None:
    voyage = factories.a_voyage(*factories.KM_LAWIT, places=40, ship=factories.a_ship("KM Lawit"))
    page = chrome.new_page(viewport=size)
    page.goto(address)
    look(page, "journey-1-home")
    page.select_option("[name=ke]", "IDKUM")
    page.fill("[name=hari]", str(voyage.calls[2].day))
    page.click("text=Cari kapal >> nth=-1")
    look(page, "journey-2-search")
    page.click("text=Pilih kapal ini")
    look(page, "journey-3-voyage")
    # Off one call earlier, and back again: the page answers for each.
    page.select_option("[name=to_call_id] >> nth=0", str(voyage.calls[3].id))
    page.click("text=Lihat tempat untuk perjalanan ini")
    assert page.inner_text("h1") == "Sampit – Semarang"
    page.select_option("[name=to_call_id] >> nth=0", str(voyage.calls[1].id))
    page.click("text=Lihat tempat untuk perjalanan ini")
    assert "Kapal tidak singgah di situ" in page.inner_text(".error-summary")
    look(page, "journey-4-backwards")
    page.select_option("[name=to_call_id] >> nth=0", str(voyage.calls[4].id))
    page.click("text=Lihat tempat untuk perjalanan ini")
    page.click("text=Ambil tempat")
    write(page, 0, **SITI)
    page.fill("[name=phone]", "0812 3456 7890")
    page.click("text=Lanjut: periksa dan bayar")
    pay_and_see_the_ticket(page)
    assert "Sampit – Kumai" in page.inner_text("article.ticket")
    booking = ordered()
    assert [leg.position for leg in booking.legs] == [2, 3]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_motorcycle_with_two_people_on_it(address: str, chrome: Browser, size: dict[str, int]) -> None:
    voyage = factories.a_voyage(places=40, ceiling=90)
    factories.on_sale(voyage, factories.a_fare_class(5, "Non-seat", PlaceKind.NON_SEAT), 50)
    factories.on_sale(voyage, factories.a_motorcycle_class(), 6)
    page = chrome.new_page(viewport=size)
    page.goto(f"{address}/pelayaran/{voyage.id}")
    assert not page.is_visible("[name=vehicle_plate]"), "no plate is asked of who takes none"
    look(page, "vehicle-1-classes")
    page.check("[name=fare_class_id][value='6']")
    page.select_option("[name=adults]", "2")
    page.click("text=Ambil tempat")
    assert "Tulis nomor polisi" in page.inner_text(".error-summary")
    look(page, "vehicle-2-plate-missing")
    page.fill("[name=vehicle_plate]", "kh1234ab")
    page.click("text=Ambil tempat")
    page.wait_for_url("**/penumpang")
    assert "KH" not in page.url
    look(page, "vehicle-3-travelers")
    write(page, 0, **SITI)
    write(page, 1, name="BUDI UJI", document_number="6202011207850003", birth_date="1985-07-12", sex="L")
    page.fill("[name=phone]", "0812 3456 7890")
    page.click("text=Lanjut: periksa dan bayar")
    page.wait_for_url("**/bayar")
    look(page, "vehicle-4-payment")
    pay_and_see_the_ticket(page)
    assert page.locator("article.ticket").count() == 2
    assert "KH 1234 AB" in page.locator("article.ticket").nth(1).inner_text()
    look(page, "vehicle-5-ticket")
    voyage.cancelled_at, voyage.cancel_cause, voyage.cancel_reason = clock.now(), "weather", "Gelombang 4 meter"
    db.session.commit()
    page.reload()
    assert "Pelayaran Anda dibatalkan" in page.inner_text("h1")
    look(page, "cancelled-1-ticket")
    page.goto(f"{address}/pelayaran/{voyage.id}")
    look(page, "cancelled-2-voyage")
    page.goto(address)
    look(page, "cancelled-3-home")
    page.goto(f"{address}/keberangkatan")
    look(page, "cancelled-4-departures")


def test_an_officer_sells_at_the_counter(app: Flask, address: str, chrome: Browser) -> None:
    voyage = factories.a_voyage(places=40, departs_at=clock.now() + timedelta(days=1))
    factories.on_sale(voyage, factories.a_fare_class(), 5, factories.a_channel(ChannelKind.COUNTER))
    factories.a_voyage(*factories.KM_LAWIT, ship=factories.a_ship("KM Lawit"))
    context = chrome.new_context(viewport=PHONE)
    officer = factories.a_user(Role.OFFICER)
    context.add_cookies([session_cookie(app, officer, address)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{address}/loket")
    page.click("text=Jual tiket baru")
    look(page, "counter-1-list")
    page.click("a.go >> nth=0")
    look(page, "counter-2-sale")
    page.click("text=Ambil tempat, lalu isi nama")
    write(page, 0, **SITI)
    page.fill("[name=phone]", "0812 3456 7890")
    page.click("#who .btn-main")
    look(page, "counter-3-money")
    page.click("text=Uang diterima, konfirmasi")
    assert "Lunas." in page.inner_text("main")
    look(page, "counter-4-paid")
    assert ordered().channel_id != 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_boards_show_a_ship_with_many_calls(
    app: Flask, address: str, chrome: Browser, size: dict[str, int]
) -> None:
    voyage = factories.a_voyage(*factories.KM_LAWIT, places=40, ceiling=90, ship=factories.a_ship("KM Lawit"))
    factories.on_sale(voyage, factories.a_motorcycle_class(), 6)
    context = chrome.new_context(viewport=size)
    official = factories.a_user(Role.OFFICIAL)
    context.add_cookies([session_cookie(app, official, address)])  # type: ignore[list-item]
    page = context.new_page()
    for name, path in (
        ("1-public", "/keberangkatan"),
        ("2-official", "/papan"),
        ("3-departure", f"/papan/{factories.departure_of(voyage, 2).id}"),
    ):
        page.goto(address + path)
        look(page, f"calls-{name}")
