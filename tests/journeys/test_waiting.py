"""A full voyage on a phone: the waiting list, a place that is freed, the offer, and the ticket."""

import pytest
from flask import Flask

from app.booking.waitlist.actions import make_offers
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait, cancel
from tests.factories import a_gate, a_user, departure_of, pay
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import look
from tests.journeys.test_traveler import SITI, browser, write

pytestmark = pytest.mark.browser


def test_from_a_full_voyage_to_the_offer_and_the_ticket(app: Flask, address: str) -> None:
    voyage, sold = a_full_voyage(4)
    a_full_voyage(3)
    ids = [booking.id for booking in sold]
    a_wait(voyage, places=3)
    with browser() as page:
        page.goto(f"{address}/pelayaran/{voyage.id}")
        look(page, "waiting-1-full")
        page.click("text=Masuk daftar tunggu")
        page.fill("[name=phone]", "12")
        page.click("form .btn-main")
        assert "bukan nomor telepon" in page.inner_text(".error-summary")
        look(page, "waiting-2-fault")
        page.fill("[name=phone]", "0812 3456 7890")
        page.check("[name=also]")
        look(page, "waiting-3-form")
        page.click("form .btn-main")
        page.wait_for_url("**/tunggu/*")
        assert "1 rombongan, 3 orang" in page.inner_text("main")
        look(page, "waiting-4-position")
        entry = page.url
        page.goto(address)
        cancel(ids[:1])
        make_offers([voyage.id])
        page.goto(entry)
        page.wait_for_selector("[data-clock]")
        assert "Ada tempat untuk Anda" in page.inner_text("h1")
        look(page, "waiting-5-offer")
        page.click("text=Ambil tempat ini")
        write(page, 0, **SITI)
        assert page.input_value("[name=phone]") == "+62 812-3456-7890"
        page.click("text=Lanjut: periksa dan bayar")
        page.click("text=Selesaikan pesanan")
        page.wait_for_selector(".big-code")
        pay(page.url)
        page.reload()
        assert page.locator("article.ticket").count() == 1
        page.goto(entry)
        look(page, "waiting-6-served")
    db.session.rollback()
    db.session.expire_all()
    assert [e.state for e in db.session.scalars(db.select(WaitingEntry).order_by(WaitingEntry.id))] == [
        "waiting",
        "served",
    ]


def test_an_open_page_finds_out_by_itself_that_there_is_an_offer(app: Flask, address: str) -> None:
    voyage, sold = a_full_voyage(2)
    ids = [booking.id for booking in sold]
    with browser() as page:
        page.clock.install()
        page.goto(f"{address}/pelayaran/{voyage.id}/tunggu")
        page.fill("[name=phone]", "0812 3456 7890")
        page.click("form .btn-main")
        page.wait_for_url("**/tunggu/*")
        cancel(ids[:1])
        page.clock.fast_forward(60_000)
        page.wait_for_selector("text=Ambil tempat ini")


def test_the_officers_pages_fit_and_are_accessible(app: Flask, address: str) -> None:
    voyage, sold = a_full_voyage(4)
    a_wait(voyage, places=3, infants=1)
    a_wait(voyage, standby=True)
    cancel([sold[0].id])
    departure, gate, officer = departure_of(voyage), a_gate(), a_user()
    with browser() as page:
        page.context.add_cookies([session_cookie(app, officer, address)])  # type: ignore[list-item]
        page.goto(f"{address}/loket/tunggu/{voyage.id}")
        look(page, "waiting-7-queue")
        page.goto(f"{address}/gate/{departure.id}/{gate.id}/tidak-hadir")
        look(page, "waiting-8-no-shows")
