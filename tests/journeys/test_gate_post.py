"""A person whom the rules hold, on the officer's phone: from the verdict to the post and back to NAIK."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page

from app.accounts.models import Role
from app.boarding.models import Departure, Gate
from app.booking.models import Ticket
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from tests import chromium, factories
from tests.conftest import Clock
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import DESK, PHONE, look
from tests.journeys.test_rules_at_sale import SE_47

pytestmark = pytest.mark.browser

BAR, FIRST_SCREEN = 100, 740
"""Pixels: the most that the verdict may take above everything else, and what a phone shows without scrolling."""


class Pier:
    """A ship of April 2022 that boards, and somebody on it who has said nothing yet."""

    def __init__(self, app: Flask, held: Clock) -> None:
        load_shipped(read_sets())
        factories.a_ship().operator.code = "PELNI"
        held.moment = SE_47 - timedelta(days=1)
        voyage = factories.a_voyage(departs_at=SE_47, places=50)
        self.ticket: Ticket = factories.tickets_of(factories.a_booking(voyage))[0]
        self.departure: Departure = factories.departure_of(voyage)
        self.gate: Gate = factories.a_gate(self.departure.call.port)
        self.officer = factories.a_user(Role.OFFICER)
        self.app, self.clock = app, held
        held.moment = SE_47 - timedelta(minutes=90)

    @property
    def path(self) -> str:
        return f"/gate/{self.departure.id}/{self.gate.id}"

    @contextmanager
    def phone(self, address: str, **options: Any) -> Iterator[Page]:
        """A phone that is signed in, at the gate."""
        with chromium.browser() as browser:
            context = browser.new_context(**{"viewport": PHONE, **options})
            context.add_cookies([session_cookie(self.app, self.officer, address)])
            page = context.new_page()
            page.goto(address + self.path)
            yield page

    def scan(self, page: Page) -> Locator:
        """Type the serial; the panel once it says something."""
        page.fill("#shown", self.ticket.serial)
        page.press("#shown", "Enter")
        page.wait_for_selector("#verdict-panel:visible", timeout=5000)
        return page.locator("#verdict-panel")


@pytest.fixture
def pier(app: Flask, clock: Clock) -> Pier:
    return Pier(app, clock)


def test_whoever_was_held_and_whose_paper_was_then_entered_passes_on_rescan_within_a_second(
    pier: Pier, address: str
) -> None:
    with pier.phone(address) as page:
        panel = pier.scan(page)
        page.click("#answers .gate-answer-main")
        page.wait_for_selector("#answers >> text=Vaksin 2 kali", timeout=5000)
        pier.clock.forward(seconds=1)
        page.click("#answers >> text=Vaksin 2 kali")
        panel.get_by_text("minta antigen negatif").wait_for(timeout=5000)
        page.click("#post")
        look(page, "gate-15-post-paper")
        bar = page.locator(".post-bar")
        page.locator("[name=letter]").scroll_into_view_if_needed()
        for place in (0, 400):
            page.evaluate(f"scrollTo(0, {place})")
            box = bar.bounding_box()
            assert box is not None
            assert (round(box["y"]), box["height"] <= BAR) == (0, True), "the verdict stays in view"
        page.select_option("[name=kind]", "antigen")
        page.fill("[name=taken_at]", "2022-04-27T06:00")
        page.click("text=Catat saja")
        page.wait_for_selector("text=Sudah dicatat")
        page.goto(address + pier.path)
        page.wait_for_selector("#shown")
        began = time.monotonic()
        panel = pier.scan(page)
        assert "NAIK" in panel.inner_text()
        assert time.monotonic() - began < 1
        assert page.locator(".gate-aboard").inner_text() == "1 / 50"


@pytest.mark.parametrize("options", [{}, {"viewport": DESK}, {"color_scheme": "dark"}], ids=["phone", "desk", "dark"])
def test_the_post_is_short_and_everything_on_it_is_reached_without_javascript(
    pier: Pier, address: str, options: dict[str, Any]
) -> None:
    with pier.phone(address, java_script_enabled=False, **options) as page:
        page.fill("#shown", pier.ticket.serial)
        page.click("#typed button")
        page.click("text=Catat tes, surat, lainnya")
        assert page.evaluate("document.documentElement.scrollHeight") <= 1.7 * FIRST_SCREEN
        assert page.locator(".post-fold[open]").count() == 0
        assert page.locator(".gate-answer-main").is_visible(), "what is asked is open, and above the folds"
        page.click("summary:has-text('Bagasi dan barang')")
        page.fill("[name=baggage_cm3]", "80x50x40")
        page.check("[name=goods][value=sharp_weapons]")
        page.click(".post-fold[open] >> text=Catat, lalu periksa lagi")
        assert "senjata tajam" in page.inner_text(".gate-verdict")
        page.click(".gate-answer-main")
        page.click("text=Vaksin 3 kali")
        assert "NAIK" in page.inner_text(".gate-verdict")
        assert "Tahan barangnya; orangnya boleh lewat." in page.inner_text(".gate-verdict")


def test_an_official_reads_the_evidence_of_a_scan(pier: Pier, app: Flask, address: str) -> None:
    with pier.phone(address) as page:
        pier.scan(page)
    official = factories.a_user(Role.OFFICIAL)
    with chromium.browser() as browser:
        for size in (PHONE, DESK):
            context = browser.new_context(viewport=size)
            context.add_cookies([session_cookie(app, official, address)])
            page = context.new_page()
            page.goto(f"{address}/papan/{pier.departure.id}")
            page.click("a.board-verdict")
            assert "Paket 9: SE Menhub 47/2022" in page.inner_text("main")
            look(page, "evidence-folded")
            page.click("text=Semua fakta lainnya")
            assert page.get_by_text("Batas orang menurut surat kapal").is_visible()
            look(page, "evidence")


def test_name_and_buttons_stay_in_view_however_many_reasons_there_are(pier: Pier, address: str) -> None:
    with pier.phone(address) as page:
        page.set_viewport_size({"width": 360, "height": 640})
        panel = pier.scan(page)
        for button in (*panel.locator("#answers button").all(), page.locator("#shut")):
            box = button.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 640
            assert box["height"] >= 44
        assert_below_the_head(page)
        # The head has as many lines as ship, time and gate need.
        page.evaluate("document.querySelector('.gate-when').append(' dan satu baris lagi untuk gerbang yang panjang')")
        page.click("#shut")
        pier.scan(page)
        assert_below_the_head(page)


def assert_below_the_head(page: Page) -> None:
    """The word, the name and what is to be compared are in sight."""
    head = page.locator(".gate-head").bounding_box()
    assert head is not None
    for what in (".gate-word", ".gate-name", ".gate-compare"):
        box = page.locator(f"#verdict-panel {what}").bounding_box()
        assert box is not None
        assert box["y"] >= head["y"] + head["height"] - 1, what
