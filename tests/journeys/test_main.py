"""The whole of Dermaga at once: a traveler books, the gate's camera sees the ticket, the official's board rises."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from app import clock
from app.accounts.models import Role
from tests import chromium, factories
from tests.conftest import running, settings_for
from tests.journeys.camera import film
from tests.journeys.purchase import buy
from tests.journeys.screen import DESK, PHONE, look
from tests.server import Server, serving

pytestmark = pytest.mark.browser


def test_a_ticket_is_booked_seen_by_the_camera_and_counted_on_the_open_board(database_url: str, tmp_path: Path) -> None:
    with running(settings_for(database_url)):
        voyage = factories.a_voyage(places=57, departs_at=clock.now() + timedelta(minutes=90))
        departure = factories.departure_of(voyage)
        gate = factories.a_gate(departure.call.port)
        names = {role: factories.a_user(role).username for role in (Role.OFFICER, Role.OFFICIAL)}
        board_row = f"[data-departure='{departure.id}']"
        gate_page = f"/gate/{departure.id}/{gate.id}"
    with serving(database_url) as server, chromium.browser() as desk:
        official = signed_in(desk, server, names[Role.OFFICIAL], DESK)
        official.goto(f"{server.url}/papan")
        boarded = official.locator(f"{board_row} [data-field=boarded]")
        sold = official.locator(f"{board_row} [data-field=sold]")
        assert (boarded.inner_text(), sold.inner_text()) == ("0", "0")

        # As dense as a real phone: the camera sees what its screen shows.
        traveler = desk.new_context(viewport=PHONE, device_scale_factor=2).new_page()
        traveler.goto(server.url)
        buy(traveler)
        counter = signed_in(desk, server, names[Role.OFFICER], PHONE)
        counter.goto(f"{server.url}/loket/{traveler.url.rsplit('/', 1)[1]}")
        counter.click("text=Uang diterima, konfirmasi")
        traveler.reload()
        look(traveler, "main-ticket")
        sold.get_by_text("1", exact=True).wait_for(timeout=5000)

        picture = Image.open(BytesIO(traveler.locator(".ticket-code svg").screenshot()))
        seen = film(picture, tmp_path / "ticket.mjpeg")
        with chromium.browser(*chromium.fake_camera(seen)) as phone:
            officer = signed_in(phone, server, names[Role.OFFICER], PHONE)
            officer.goto(server.url + gate_page)
            verdict = officer.locator("#verdict-panel")
            officer.wait_for_selector("#verdict-panel[data-verdict=pass]:visible", timeout=40_000)
            assert "NAIK" in verdict.inner_text()
            assert "SITI UJI" in verdict.inner_text()
            look(officer, "main-verdict")
            boarded.get_by_text("1", exact=True).wait_for(timeout=5000)

            officer.wait_for_selector("#verdict-panel[data-verdict=refuse]:visible", timeout=40_000)
            assert "Sudah dipakai" in verdict.inner_text()
            # Who is aboard and shows the ticket again is counted once, and is not turned away.
            assert boarded.inner_text() == "1"
            assert not official.locator(f"{board_row} [data-if=turned_away]").is_visible()
            look(official, "main-board")


def signed_in(browser: Browser, server: Server, username: str, viewport: dict[str, int]) -> Page:
    """A browser's page after its owner has signed in."""
    page = browser.new_context(viewport=viewport).new_page()
    page.goto(f"{server.url}/masuk")
    page.fill("[name=username]", username)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("main .btn-main")
    page.wait_for_url(lambda url: "/masuk" not in url)
    return page
