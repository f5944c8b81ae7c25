"""A gangway that boards, and an officer's phone at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page

from app import clock as app_clock
from app.accounts.devices.actions import make_enrolment_code
from app.accounts.models import Role
from app.boarding.actions.departure import open_boarding
from app.boarding.models import Departure, Gate
from tests import chromium, factories
from tests.enrolled import a_guarantor
from tests.journeys.camera import code_of, film
from tests.journeys.cookies import session_cookie

PASS, COMPARE, HOLD, REFUSE = (
    f"#verdict-panel[data-verdict={look}]:visible" for look in ("pass", "compare", "hold", "refuse")
)

PIN = "280945"


class Gangway:
    """A departure that boards, a ticket with films for the camera, and the officer's page of it."""

    def __init__(
        self, app: Flask, folder: Path, *, departs_in: timedelta = timedelta(hours=3), opened: bool = True
    ) -> None:
        voyage = factories.a_voyage(departs_at=app_clock.now() + departs_in)
        self.departure: Departure = factories.departure_of(voyage)
        self.gate: Gate = factories.a_gate(self.departure.call.port)
        self.officer, self.supervisor = factories.a_user(Role.OFFICER), a_guarantor()
        if opened:
            open_boarding(self.departure.id, self.officer.id)
        self.ticket = factories.tickets_of(factories.a_booking(voyage))[0]
        self.film = film(code_of(self.ticket.signed), folder / "ticket.mjpeg")
        self.nothing = film(code_of(self.ticket.signed), folder / "nothing.mjpeg", shown_seconds=0)
        self.path = f"/gate/{self.departure.id}/{self.gate.id}"
        self.app = app


def enrol(page: Page, address: str, supervisor_id: int) -> None:
    """Enrol the phone as its officer does: with a code that a supervisor has shown, on the page for it."""
    page.goto(f"{address}/gate/perangkat#{make_enrolment_code(supervisor_id)}")
    page.fill("#name", "HP uji")
    page.click("#enrol button")
    page.wait_for_selector("#state:has-text('Perangkat terdaftar')")


def install(page: Page, address: str) -> None:
    """Let the browser keep what the gate keeps, as it does for an application that is installed."""
    devtools, browser = page.context.new_cdp_session(page), page.context.browser
    own = devtools.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    permission = {"permissions": ["durableStorage"], "origin": address, "browserContextId": own}
    # What a page's own tools have granted ends with that page.
    (browser.new_browser_cdp_session() if browser else devtools).send("Browser.grantPermissions", permission)


def begin_duty(page: Page) -> None:
    """Give the PIN that the page asks for: a new one, or the same again."""
    page.wait_for_selector("#pin:visible")
    for field in page.locator("#pin input:visible").all():
        field.fill(PIN)
    page.click("#pin .btn-main")
    page.wait_for_selector("#pin", state="hidden")


@contextmanager
def officers_phone(
    address: str, gangway: Gangway, seen: Path | None = None, *, has_pack: bool = True
) -> Iterator[Page]:
    """A phone that is signed in, whose camera sees the film `seen` or nothing; nothing on its pages may fail.

    It is enrolled, has a PIN, and is given a pack; without one it has the server alone, as where nothing can be kept.
    """
    with chromium.browser(*chromium.fake_camera(seen or gangway.nothing)) as browser:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies([session_cookie(gangway.app, gangway.officer, address)])
        page = context.new_page()
        install(page, address)
        if has_pack:
            enrol(page, address, gangway.supervisor.id)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address + gangway.path)
        if has_pack:
            begin_duty(page)
        yield page
    assert faults == []
