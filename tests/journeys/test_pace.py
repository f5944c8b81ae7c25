"""Above the pace of an address a page does a little work by itself, or waits for its turn, and loses nothing."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import clock
from app.booking.models import Booking
from app.db import db
from app.schedule.models import Voyage
from tests import factories
from tests.conftest import running, settings_for
from tests.journeys.screen import DESK, PHONE, look
from tests.journeys.test_traveler import browser
from tests.web.program import API

pytestmark = pytest.mark.browser


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    """An application in which an address has a small pace."""
    with running(settings_for(database_url, address_pace=1)) as app:
        yield app


@pytest.fixture
def voyage(app: Flask) -> Voyage:
    """A voyage for which the pace of this address is spent many times over."""
    voyage = factories.a_voyage(places=50)
    for _ in range(12):
        wanted = {"request_id": str(uuid4()), "voyage_id": voyage.id, "fare_class_id": 1, "adults": 1}
        app.test_client(use_cookies=False).post(f"{API}/bookings", json=wanted)
    return voyage


def order(page: Page, address: str, voyage: Voyage) -> None:
    """Fill in the form for three with an infant, and send it."""
    page.goto(f"{address}/pelayaran/{voyage.id}")
    page.select_option("[name=adults]", "3")
    page.select_option("[name=infants]", "1")
    page.click("text=Ambil tempat")


def last_booking() -> tuple[int, int]:
    db.session.rollback()
    booking = db.session.scalars(db.select(Booking).order_by(Booking.id.desc())).first()
    assert booking is not None
    return booking.places, booking.infants


def test_the_page_does_the_work_by_itself_and_goes_on(voyage: Voyage, address: str) -> None:
    with browser() as page:
        order(page, address, voyage)
        page.wait_for_selector("[name=passengers-3-name]", timeout=30_000)
        assert last_booking() == (3, 1)


def test_without_javascript_the_page_tells_the_wait_and_goes_on(voyage: Voyage, address: str) -> None:
    with browser(java_script_enabled=False) as page:
        order(page, address, voyage)
        assert "Tunggu 20 detik" in page.inner_text("[data-turn]")
        at = clock.now() + timedelta(seconds=21)
        with clock.set_to(lambda: at):
            page.click("[data-turn] button")
            page.wait_for_url("**/penumpang")
        assert last_booking() == (3, 1)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_the_page_fits_and_says_what_it_does(voyage: Voyage, address: str, size: dict[str, int]) -> None:
    with browser(viewport=size) as page:
        page.route("**/js/lib/work.mjs*", lambda route: route.abort())
        order(page, address, voyage)
        page.wait_for_selector("[data-turn]")
        look(page, "pace-turn")
        page.unroute("**/js/lib/work.mjs*")
        page.route("**/js/pace.mjs*", lambda route: route.fulfill(content_type="text/javascript", body=SHOWN))
        order(page, address, voyage)
        page.wait_for_selector("[data-working]:not([hidden])")
        look(page, "pace-working")


SHOWN = """document.querySelector("[data-turn]").hidden = true;
document.querySelector("[data-working]").hidden = false; document.querySelector("progress").value = 5;"""
"""The script as it is in the middle of its work."""
