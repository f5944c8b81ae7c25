"""A family at a gate without a signal: from one code all of them, let aboard together or one by one."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.boarding.models import Scan
from app.booking.models import Booking
from app.db import db
from tests import factories
from tests.boarding.test_gate_rules import in_force
from tests.journeys.gangway import COMPARE, REFUSE, Gangway, officers_phone
from tests.journeys.test_offline_gate import ready, show, unsent
from tests.web.test_gate_rules import NAMES, named

pytestmark = pytest.mark.browser


def the_family(gangway: Gangway) -> tuple[Booking, list[str]]:
    """Three adults and an infant, whose names and numbers are to be compared."""
    in_force(*(named(number, fact) for number, fact in enumerate(NAMES, 1)))
    booking = factories.a_booking(gangway.departure.call.voyage, 3, 1)
    return booking, [ticket.serial for ticket in factories.tickets_of(booking)]


def boarded(gangway: Gangway) -> int:
    db.session.rollback()
    return factories.departure_of(gangway.departure.call.voyage).boarded


def rows(page: Page) -> list[str]:
    return page.locator("#party-rows .gate-party-row").all_inner_texts()


def test_from_one_code_all_of_an_order_are_compared_and_let_aboard_without_a_signal(
    app: Flask, address: str, gangway: Gangway
) -> None:
    booking, serials = the_family(gangway)
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        show(page, serials[-1], COMPARE)
        page.click("#party")
        page.wait_for_selector("#party-panel:has-text('0 dari 4 sudah lewat sini.')")
        people = sorted(booking.passengers, key=lambda one: (one.infant, one.name))
        for person, row in zip(people, rows(page), strict=True):
            assert person.name in row
            assert person.document_number[-4:] in row
            assert person.document_number not in row
        assert "Nama dan nomor cocok" in page.inner_text("#party-panel")
        assert page.locator("#party-title").is_visible()
        page.locator("#party-rows button").first.click()
        page.wait_for_selector("#party-panel:has-text('1 dari 4 sudah lewat sini.')")
        page.click("#party-all")
        page.wait_for_selector("#party-panel:has-text('4 dari 4 sudah lewat sini.')")
        assert page.locator("#party-all").is_hidden()
        assert page.locator("#party-rows .gate-party-row[data-verdict=pass]").count() == 4
        page.click("#party-shut")
        assert boarded(gangway) == 0
        page.context.set_offline(False)
        unsent(page, 0)
    assert boarded(gangway) == 4
    assert sorted(scan.reason for scan in db.session.query(Scan)) == ["admitted"] * 4 + ["confirm"]


def test_one_who_has_not_come_stays_behind_and_no_verdict_hides_behind_a_party(address: str, gangway: Gangway) -> None:
    _, serials = the_family(gangway)
    with officers_phone(address, gangway) as page:
        ready(page)
        show(page, serials[0], COMPARE)
        page.click("#party")
        page.locator("#party-rows input").first.uncheck()
        page.click("#party-all")
        page.wait_for_selector("#party-panel:has-text('3 dari 4 sudah lewat sini.')")
        assert page.locator("#party-rows input:visible").count() == 1
        show(page, serials[1], REFUSE)
        assert page.locator("#party-panel").is_hidden(), "no verdict hides behind it"
    assert boarded(gangway) == 3
