"""A traveler in a real browser: on a phone without JavaScript, and with it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import clock
from app.booking.models import Booking, BookingState
from app.db import db
from app.schedule.models import Voyage
from tests import chromium
from tests.factories import a_voyage, pay
from tests.journeys.screen import DESK, PHONE, look

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def voyage(app: Flask) -> Voyage:
    """The only voyage that there is."""
    return a_voyage(places=50)


@contextmanager
def browser(**options: Any) -> Iterator[Page]:
    """A browser of its own; no page may fail in it, and none may ask another host for anything."""
    with chromium.browser() as chrome:
        page = chrome.new_context(**{"viewport": PHONE, "locale": "id-ID", **options}).new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: None if "//127.0.0.1" in asked.url else faults.append(asked.url))
        yield page
    assert [fault for fault in faults if not fault.startswith("data:")] == []


def write(page: Page, number: int, **typed: str) -> None:
    """Fill in one passenger's card."""
    for name, value in typed.items():
        at = f"[name=passengers-{number}-{name}]"
        if name == "sex":
            page.check(f"{at}[value={value}]")
        elif name == "document_kind":
            page.select_option(at, value)
        else:
            page.fill(at, value)


SITI = {"name": "SITI UJI", "document_number": "6202 0155 0394 0001", "birth_date": "1994-03-15", "sex": "P"}


def test_a_family_buys_its_tickets_without_javascript(address: str) -> None:
    with browser(java_script_enabled=False) as page:
        page.goto(address)
        page.click("text=Cari kapal >> nth=-1")
        page.click("text=Pilih kapal ini")
        page.select_option("[name=adults]", "2")
        page.click("text=Ambil tempat")
        assert "2 tempat disimpan untuk Anda sampai" in page.inner_text("main")
        write(page, 0, **{**SITI, "birth_date": "1994-03-16"})
        write(page, 1, name="BUDI UJI", document_number="6202011207850003", birth_date="1985-07-12", sex="L")
        page.fill("[name=phone]", "0812 3456 7890")
        page.click("text=Lanjut: periksa dan bayar")
        assert "berbeda dari yang tertulis di NIK" in page.inner_text(".error-summary")
        assert page.input_value("[name=passengers-1-name]") == "BUDI UJI"
        write(page, 0, birth_date="1994-03-15")
        page.click("text=Lanjut: periksa dan bayar")
        page.click("text=Selesaikan pesanan")
        page.wait_for_selector(".big-code")
        pay(page.url)
        page.reload()
        assert page.locator(".ticket svg").count() == 2
        page.reload()
        page.go_back()
        assert page.locator("article.ticket").count() == 2, "a finished order leads to its tickets from anywhere"
    db.session.rollback()
    assert [b.state for b in db.session.scalars(db.select(Booking))] == [BookingState.CONFIRMED]


def test_with_javascript_the_nik_fills_the_rest_and_a_double_click_is_one_order(address: str) -> None:
    with browser() as page:
        page.goto(address)
        page.click("text=Cari kapal >> nth=-1")
        page.click("text=Pilih kapal ini")
        page.dblclick("text=Ambil tempat")
        page.wait_for_selector("[data-clock]")
        for language, left in (("en", r"1[45] min( \d{1,2} s)?"), ("id", r"1[45] menit( \d{1,2} detik)?")):
            page.goto(f"{page.url}?lang={language}")
            page.wait_for_selector("[data-clock]")
            assert re.fullmatch(left, page.inner_text("[data-clock]"))
        page.fill("[name=passengers-0-document_number]", SITI["document_number"])
        page.locator("[name=passengers-0-document_number]").blur()
        assert page.input_value("[name=passengers-0-birth_date]") == "1994-03-15"
        assert page.is_checked("[name=passengers-0-sex][value=P]")
        # A wrong digit put right: what the number had filled follows, and what is typed stays.
        for number, born, sex in (("6202011503940001", "1994-03-15", "L"), ("6202015603940001", "1994-03-16", "P")):
            page.fill("[name=passengers-0-document_number]", number)
            page.locator("[name=passengers-0-document_number]").blur()
            assert page.input_value("[name=passengers-0-birth_date]") == born
            assert page.is_checked(f"[name=passengers-0-sex][value={sex}]")
        page.fill("[name=passengers-0-birth_date]", "1994-03-15")
        page.fill("[name=passengers-0-document_number]", SITI["document_number"])
        page.locator("[name=passengers-0-document_number]").blur()
        assert page.input_value("[name=passengers-0-birth_date]") == "1994-03-15"
        write(page, 0, name="SITI UJI")
        page.fill("[name=phone]", "081234567890")
        page.dblclick("text=Lanjut: periksa dan bayar")
        page.wait_for_url("**/bayar")
        page.check("[name=method][value=counter]")
        page.dblclick("text=Selesaikan pesanan")
        page.wait_for_selector(".big-code")
    db.session.rollback()
    assert [(b.places, b.state) for b in db.session.scalars(db.select(Booking))] == [(1, BookingState.HELD)]


@pytest.mark.parametrize(
    "options",
    [{}, {"viewport": DESK}, {"color_scheme": "dark"}],
    ids=["phone", "desk", "dark"],
)
def test_every_page_fits_and_is_accessible(address: str, options: dict[str, Any]) -> None:
    kind = "dark-" if options.get("color_scheme") else ""

    with browser(**options) as page:

        def see(name: str) -> None:
            look(page, f"{kind}traveler-{name}")

        page.goto(address)
        see("1-home")
        page.click("text=Cari kapal >> nth=-1")
        see("2-search")
        page.click("text=Pilih kapal ini")
        see("3-voyage")
        page.select_option("[name=infants]", "1")
        page.click("text=Ambil tempat")
        see("4-travelers")
        page.evaluate("document.querySelector('#who').noValidate = true")
        page.click("text=Lanjut: periksa dan bayar")
        page.wait_for_selector(".error-summary")
        see("5-faults")
        write(page, 0, **SITI)
        born = clock.now().date() - timedelta(days=280)
        nik = f"620201{born.day + 40:02}{born:%m%y}0002"
        write(page, 1, name="BAYI UJI", document_number=nik, birth_date=born.isoformat(), sex="P")
        page.fill("[name=phone]", "081234567890")
        page.click("text=Lanjut: periksa dan bayar")
        page.wait_for_url("**/bayar")
        see("6-payment")
        page.click("text=Selesaikan pesanan")
        page.wait_for_selector(".big-code")
        pay(page.url)
        page.reload()
        see("7-ticket")
        ticket = page.url
        page.goto(f"{ticket}?cetak=a4")
        see("8-paper")
        nothing = f"/cari?dari=IDSRG&ke=IDSMQ&hari={clock.now().date() + timedelta(days=40)}"
        for name, path in (("9-find", "/pesanan"), ("10-nothing", nothing), ("11-error", "/tidak-ada")):
            page.goto(address + path)
            see(name)


def test_what_was_typed_survives_a_dead_line_and_is_sent_by_the_next_press(address: str) -> None:
    with browser() as page:
        page.goto(address)
        page.click("text=Cari kapal >> nth=-1")
        page.click("text=Pilih kapal ini")
        page.wait_for_load_state("networkidle")  # the script that keeps the page must have come
        page.context.set_offline(True)
        page.click("text=Ambil tempat")
        page.wait_for_selector("text=Belum terkirim")
        page.context.set_offline(False)
        page.click("text=Ambil tempat")
        page.wait_for_selector("[data-clock]")
        write(page, 0, **SITI)
        page.fill("[name=phone]", "081234567890")
        # The device believes that it is connected, and nothing comes through.
        page.route("**/healthz", lambda route: route.abort())
        page.click("text=Lanjut: periksa dan bayar")
        page.wait_for_selector("text=Belum terkirim")
        assert page.input_value("[name=passengers-0-name]") == "SITI UJI"
        look(page, "traveler-12-no-line")
        page.unroute("**/healthz")
        page.dblclick("text=Lanjut: periksa dan bayar")
        page.wait_for_url("**/bayar")
    db.session.rollback()
    assert [b.state for b in db.session.scalars(db.select(Booking))] == [BookingState.HELD]


def test_a_form_whose_answer_never_came_can_be_sent_again(address: str) -> None:
    with browser() as page:
        page.clock.install()
        page.goto(address)
        page.click("text=Cari kapal >> nth=-1")
        page.click("text=Pilih kapal ini")
        page.wait_for_load_state("networkidle")  # the script is there that remembers what was sent
        page.route("**/pelayaran/*", lambda route: route.abort("aborted"))  # as if stopped: the page stays
        page.click("text=Ambil tempat")
        page.wait_for_selector(".order button[aria-disabled]")
        page.unroute("**/pelayaran/*")
        page.clock.fast_forward(11_000)
        page.wait_for_selector(".order button:not([aria-disabled])")
        page.click("text=Ambil tempat")
        page.wait_for_selector("[data-clock]")
    db.session.rollback()
    assert len(db.session.scalars(db.select(Booking)).all()) == 1
