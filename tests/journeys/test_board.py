"""The boards in a real browser, with the real web and live processes: they change by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app
from playwright.sync_api import Locator, Page, ViewportSize, expect

from app import clock
from app.accounts.models import Role
from app.boarding.actions import departure as departure_actions
from app.boarding.actions import scan
from app.boarding.judgement import Showing
from app.boarding.models import Departure
from app.booking.models import Booking
from app.db import db
from app.planning.actions.reference_import import found_season
from app.schedule.actions import revise_departure
from app.schedule.models import Voyage
from app.seats.models import Allotment, LegLoad
from tests import chromium, factories
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import DESK, PHONE, look
from tests.server import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.invented_counts]


class Harbour:
    """A season in full swing: one ship boards, one is overdue, one is late, some have left, more will come."""

    def __init__(self, app: Flask) -> None:
        factories.a_port("Sampit")
        today = clock.now().date()
        found_season(
            "Lebaran Uji", "Sampit", today + timedelta(days=5), today - timedelta(days=10), today + timedelta(days=9)
        )
        self.officer = factories.a_user(Role.OFFICER)
        self.app, self.official = app, factories.a_user(Role.OFFICIAL)
        for days in range(9, 1, -1):
            gone = self.voyage(f"KM Leuser {days}", "PT Pelni", days=-days)
            self._fill(gone, aboard=400 + 60 * days, boarded=400 + 60 * days)
            departure_actions.depart(factories.departure_of(gone).id, self.officer.id, gone.calls[0].planned_departure)
        overdue = self.voyage("KM Kelimutu", "PT Pelni", hours=-0.4, places=1418, certificate=912)
        self._fill(overdue, aboard=1389, boarded=1389, refused=7, sold=1404)
        full = self.voyage("KM Kirana I", "PT Dharma Lautan Utama", hours=1.5, places=718, certificate=650)
        self._fill(full, aboard=705, boarded=705, refused=4, sold=718)
        self.now = self.voyage("KM Kirana III", "PT Dharma Lautan Utama", "Surabaya", hours=3, places=768)
        self.booking: Booking = factories.a_booking(self.now, 4, 1)
        self._fill(self.now, aboard=211, boarded=211, refused=2, sold=640)
        departure_actions.open_boarding(factories.departure_of(self.now).id, self.officer.id)
        late = self.voyage("KM Lawit", "PT Pelni", hours=20, places=1415)
        call = late.calls[0]
        call.revised_departure, call.cause = call.planned_departure + timedelta(hours=4), "tide"
        call.reason = "alur dangkal"
        call.tide_from = call.planned_departure + timedelta(hours=3)
        call.tide_until = call.tide_from + timedelta(hours=2)
        for days in range(2, 7):
            self._fill(
                self.voyage(f"KM Dharma {days}", "PT Dharma Lautan Utama", "Surabaya", days=days), sold=90 * days
            )
        db.session.commit()

    @property
    def departure(self) -> Departure:
        return factories.departure_of(self.now)

    def voyage(
        self, ship: str, operator: str, to: str = "Semarang", *, days: float = 0, hours: float = 0,
        places: int = 1000, certificate: int | None = None,
    ) -> Voyage:  # fmt: skip
        departs_at = (clock.now() + timedelta(days=days, hours=hours)).replace(second=0, microsecond=0)
        voyage = factories.a_voyage(
            "Sampit", to, departs_at=departs_at, places=places, ship=factories.a_ship(ship, operator)
        )
        if certificate:
            load = self._load(voyage)
            load.certificate, load.dispensation = certificate, places
        return voyage

    def _load(self, voyage: Voyage) -> LegLoad:
        return db.session.get_one(LegLoad, voyage.legs[0].id)

    def _fill(self, voyage: Voyage, aboard: int = 0, boarded: int = 0, refused: int = 0, sold: int = 0) -> None:
        """Figures as if hundreds had been here before."""
        departure, load = factories.departure_of(voyage), self._load(voyage)
        load.aboard, departure.boarded, departure.refused = aboard, boarded, refused
        load.promised += sold
        allotment = db.session.scalars(db.select(Allotment).where(Allotment.leg_id == load.leg_id)).one()
        allotment.sold += sold or boarded
        db.session.commit()

    def board_one(self, number: int = 0) -> None:
        """A passenger is admitted: the commit that the board has to show."""
        ticket = factories.tickets_of(self.booking)[number]
        gate = factories.a_gate(self.departure.call.port)
        keyring = current_app.extensions["keyring"]
        scan.scan(
            Showing(str(uuid4()), ticket.serial, self.departure.id, gate.id, self.officer.id, clock.now()), keyring
        )


@pytest.fixture
def harbour(app: Flask) -> Harbour:
    return Harbour(app)


@pytest.fixture
def server(harbour: Harbour, database_url: str) -> Iterator[Server]:
    with serving(database_url) as running:
        yield running


@contextmanager
def browser(server: Server, harbour: Harbour | None, size: ViewportSize = DESK) -> Iterator[Page]:
    """A browser in which nothing may fail; signed in as the official where the harbour is given."""
    with chromium.browser() as chrome:
        context = chrome.new_context(viewport=size)
        if harbour:
            context.add_cookies([session_cookie(harbour.app, harbour.official, server.url)])  # type: ignore[list-item]
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
        yield page
    assert faults == []


def field(page: Page, departure_id: int, name: str) -> Locator:
    return page.locator(f'tr[data-departure="{departure_id}"] [data-field="{name}"]')


def heard(page: Page) -> None:
    """Wait until the stream has spoken."""
    page.locator("[data-live=fresh]").wait_for()
    page.wait_for_timeout(800)


def test_the_officials_board_changes_within_a_second_of_the_commit_without_reload(
    harbour: Harbour, server: Server
) -> None:
    number = harbour.departure.id
    with browser(server, harbour) as page:
        page.goto(f"{server.url}/papan")
        heard(page)
        before = int(page.locator("[data-sums] [data-field=boarded]").inner_text().replace(".", ""))
        page.evaluate("window.sameDocument = true")
        harbour.board_one()
        expect(field(page, number, "boarded")).to_have_text("212", timeout=1_000)
        expect(field(page, number, "aboard")).to_have_text("212", timeout=100)
        expect(field(page, number, "boarded")).to_have_class("is-new", timeout=100)
        after = page.locator("[data-sums] [data-field=boarded]").inner_text()
        assert int(after.replace(".", "")) == before + 1
        assert page.evaluate("window.sameDocument")
        departure_actions.depart(number, harbour.officer.id)
        left = page.locator(f'[data-section=left] tr[data-departure="{number}"]')
        left.wait_for(state="attached", timeout=1_500)
        expect(field(page, number, "state")).to_have_text("Sudah berangkat")


def test_everybodys_board_changes_the_same_way(harbour: Harbour, server: Server) -> None:
    number = harbour.departure.id
    with browser(server, None, PHONE) as page:
        page.goto(f"{server.url}/keberangkatan")
        heard(page)
        before = int(field(page, number, "remaining").inner_text())
        factories.a_hold(harbour.now, adults=3)
        expect(field(page, number, "remaining")).to_have_text(str(before - 3), timeout=1_000)
        call = harbour.now.calls[0]
        revise_departure(call.id, call.planned_departure + timedelta(hours=1), "menunggu KSOP", cause="order")
        live = page.locator(f'tr[data-departure="{number}"] .changed')
        expect(live).to_contain_text("Terlambat perintah otoritas: menunggu KSOP semula", timeout=1_500)
        told = live.inner_text().split()
        page.reload()
        assert live.inner_text().split() == told, "the script writes what the page draws"


def test_when_the_live_process_is_gone_the_page_asks_and_says_how_old_the_figures_are(
    harbour: Harbour, server: Server
) -> None:
    number = harbour.departure.id
    with browser(server, harbour) as page:
        page.route(f"{server.live_url}/**", lambda route: route.abort())
        page.goto(f"{server.url}/papan")
        harbour.board_one()
        expect(field(page, number, "boarded")).to_have_text("212", timeout=15_000)
        page.route("**/papan.json", lambda route: route.abort())
        lost = page.locator("[data-live=lost]")
        lost.wait_for(timeout=30_000)
        assert lost.inner_text().startswith("Terputus, data per ")
        page.unroute("**/papan.json")
        page.unroute(f"{server.live_url}/**")
        harbour.board_one(1)
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(field(page, number, "boarded")).to_have_text("213", timeout=15_000)
        expect(lost).to_be_hidden()


PAGES = {"board": "/papan", "departure": "/papan/{departure}", "departures": "/keberangkatan"}


def test_the_pages_fit_their_screens_and_have_no_fault_that_axe_can_see(harbour: Harbour, server: Server) -> None:
    for number in (0, 1, 2, 0):
        harbour.board_one(number)
    for size in (PHONE, DESK):
        with browser(server, harbour, size) as page:
            for name, path in PAGES.items():
                page.goto(server.url + path.format(departure=harbour.departure.id))
                if name != "departure":
                    heard(page)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    look(page, f"{name}-{scheme}")
                for folded in page.locator("details:visible > summary").all():
                    folded.click()
                look(page, f"{name}-unfolded")
