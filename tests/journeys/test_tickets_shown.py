"""Tickets as people hold them: every code on paper and screen is read back, with the longest names."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Page

from app.booking.models import Booking
from app.db import db
from app.schedule.actions import revise_departure
from tests.factories import a_booking, a_voyage
from tests.journeys.cookies import session_of
from tests.journeys.screen import PHONE
from tests.journeys.test_traveler import browser

pytestmark = pytest.mark.browser

LONGEST = "MOHAMMADSYARIFHIDAYATULLAHALFARISIBINABDURRAHMANSHIDDIQ"
PIXELS_PER_POINT = 200 / 72


@pytest.fixture
def booking(app: Flask) -> Booking:
    """Six souls with the longest names, one of them an infant, on a Pelni ship: its ticket is to be exchanged first."""
    found = a_booking(a_voyage(places=50), adults=5, infants=1)
    found.voyage.operator.code = "PELNI"
    for person in found.passengers:
        person.name = LONGEST
    db.session.commit()
    return found


@pytest.fixture
def page(app: Flask, address: str, booking: Booking) -> Iterator[Page]:
    with browser() as opened:
        opened.context.add_cookies([session_of(app, {"bookings": [booking.code]}, address)])
        yield opened


def codes(picture: Image.Image) -> list[str]:
    """What a camera reads in the picture."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def signed(booking: Booking) -> list[str]:
    return sorted(person.ticket.signed for person in booking.passengers if person.ticket)


@pytest.mark.parametrize(("paper", "sheets"), [("a4", 2), ("a6", 6)])
def test_paper_has_no_sheet_too_many_and_each_code_and_line_is_on_it(
    page: Page, address: str, booking: Booking, paper: str, sheets: int
) -> None:
    page.goto(f"{address}/pesanan/{booking.code}?cetak={paper}")
    page.emulate_media(media="print")
    assert page.get_by_text("Ini tanda terima, belum dokumen naik kapal").count() == 6
    cut = page.eval_on_selector_all(
        ".paper", "all => all.filter(p => p.scrollHeight > p.clientHeight + 1 || p.scrollWidth > p.clientWidth).length"
    )
    assert cut == 0, "a line is cut off"
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
    size = {"a4": (595, 842), "a6": (298, 420)}[paper]
    assert [tuple(round(side) for side in sheet.get_size()) for sheet in printed] == [size] * sheets
    pictures = [sheet.render(scale=PIXELS_PER_POINT).to_pil() for sheet in printed]
    assert [len(codes(picture)) for picture in pictures] == ([4, 2] if paper == "a4" else [1] * 6)
    assert sorted(code for picture in pictures for code in codes(picture)) == signed(booking)


@pytest.mark.parametrize("width", [320, 360, 393])
def test_each_code_on_a_phone_is_whole_and_read_back(page: Page, address: str, booking: Booking, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{address}/pesanan/{booking.code}")
    tickets = page.locator("article.ticket")
    found = []
    for nth in range(tickets.count()):
        box = tickets.nth(nth).locator(".ticket-code svg").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        found += codes(Image.open(io.BytesIO(tickets.nth(nth).screenshot())))
    assert sorted(found) == signed(booking)


@pytest.mark.parametrize("hour", [3, 18], ids=["by day", "in the night, which takes a line to say"])
def test_one_ticket_is_one_screen(page: Page, address: str, booking: Booking, hour: int) -> None:
    """Without scrolling: name, day and hour, the code and its number."""
    leaves = booking.from_call.planned_departure
    assert leaves is not None
    booking.from_call.planned_departure = leaves.replace(hour=hour, minute=36)
    for person in booking.passengers:
        person.name = "Siti Nurhaliza Rahmawati"
    db.session.commit()
    page.goto(f"{address}/pesanan/{booking.code}")
    first = page.locator("article.ticket").first
    for part in ("h2", ".ticket-code svg", ".ticket-serial"):
        box = first.locator(part).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"], part


def test_an_open_ticket_hears_of_a_delay_by_itself_and_says_when_it_cannot(
    page: Page, address: str, booking: Booking
) -> None:
    call = booking.from_call
    page.clock.install()
    page.goto(f"{address}/pesanan/{booking.code}")
    assert page.locator(".banner").count() == 0
    assert call.planned_departure is not None
    revise_departure(call.id, call.planned_departure + timedelta(hours=19), "ombak 3 meter", cause="weather")
    page.clock.fast_forward(120_000)
    page.wait_for_selector(".banner >> text=Kapal terlambat.")
    page.context.set_offline(True)
    page.clock.fast_forward(120_000)
    page.wait_for_selector("[data-offline]:not([hidden])")
    assert page.locator("article.ticket").count() == 6, "the ticket stays without a line"
