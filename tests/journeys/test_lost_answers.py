"""An answer that is lost on its way: the action has happened, and the officer's next try must not tell otherwise.

The server does its work, and the browser's line is cut before the answer comes. Here the device has no pack: one that
has it tells its own verdict then (test_offline_gate.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route

from app.boarding.models import Scan
from app.db import db
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.journeys.gangway import HOLD, PASS, REFUSE, Gangway, officers_phone

pytestmark = pytest.mark.browser


@contextmanager
def answers_cut(page: Page, address: str) -> Iterator[list[str]]:
    """While this lasts the server gets what is sent to `address`, and its answer is cut."""
    sent: list[str] = []

    def cut(route: Route) -> None:
        route.fetch(max_redirects=0)
        sent.append(route.request.url)
        route.abort()

    page.route(address, cut)
    yield sent
    page.unroute(address)


def compare_is_asked() -> None:
    missing = {"sale": "note", "gate": "hold"}
    in_force(a_rule("name-matches", logic={"var": "identity.name_matches"}, missing=missing))


def show(page: Page, text: str) -> None:
    page.fill("#shown", text)
    page.press("#shown", "Enter")


def count_passes() -> int:
    db.session.rollback()
    return db.session.query(Scan).filter_by(verdict="pass").count()


@pytest.mark.parametrize("reload", [False, True], ids=["same page", "reloaded"])
def test_a_lost_answer_to_the_compare_is_told_again_and_is_no_used_ticket(
    address: str, gangway: Gangway, reload: bool
) -> None:
    compare_is_asked()
    with officers_phone(address, gangway, has_pack=False) as page:
        show(page, gangway.ticket.serial)
        page.wait_for_selector("#answers button")
        with answers_cut(page, "**/api/v1/scans") as sent:
            page.click("#answers .gate-answer-main")
            page.get_by_text("Tidak ada sambungan").first.wait_for()
        assert sent, "the server was asked"
        if reload:
            page.reload()
        show(page, gangway.ticket.signed)  # the camera this time: it is the same ticket
        page.wait_for_selector(PASS)
        assert page.locator(".gate-aboard").inner_text() == "1 / 100"
        page.wait_for_selector("#verdict-panel", state="hidden")
        show(page, gangway.ticket.serial)
        page.wait_for_selector(REFUSE)
    assert count_passes() == 1


def test_a_lost_pass_is_told_as_recorded_also_minutes_later(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway, has_pack=False) as page:
        with answers_cut(page, "**/api/v1/scans"):
            show(page, gangway.ticket.serial)
            page.wait_for_selector(HOLD)
        page.evaluate("""() => {
          for (const key of Object.keys(sessionStorage)) {
            const rows = JSON.parse(sessionStorage.getItem(key));
            for (const [, row] of rows) row.at -= 600_000;
            sessionStorage.setItem(key, JSON.stringify(rows));
          }
        }""")
        page.reload()
        show(page, gangway.ticket.serial)
        page.wait_for_selector(PASS)
        assert "Sudah tercatat tadi" in page.locator("#verdict-panel").inner_text()
    assert count_passes() == 1
