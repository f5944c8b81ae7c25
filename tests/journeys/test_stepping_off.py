"""Stepping off the ship and coming back, on an officer's phone with and without a signal."""

from pathlib import Path

import pytest
from flask import Flask

from app.flow.recount import recount
from tests.journeys.gangway import PASS, REFUSE, Gangway, officers_phone
from tests.journeys.test_offline_gate import ready, show, unsent

REFER = "#verdict-panel[data-verdict=refer]:visible"

pytestmark = pytest.mark.browser


@pytest.fixture
def gangway(app: Flask, tmp_path: Path) -> Gangway:
    return Gangway(app, tmp_path)


@pytest.mark.parametrize("is_offline", [False, True], ids=["with a signal", "without"])
def test_who_steps_off_is_counted_no_more_and_comes_back_on_the_same_ticket(
    address: str, gangway: Gangway, is_offline: bool
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(is_offline)
        show(page, gangway.ticket.signed, PASS)
        page.get_by_label("Turun dari kapal").check()
        page.wait_for_selector("#hint:has-text('Mode TURUN')", state="attached")
        assert "TURUN" in show(page, gangway.ticket.serial, PASS)
        page.wait_for_selector(".gate-aboard:has-text('0 / 100')")
        assert "Sudah tercatat turun" in show(page, gangway.ticket.serial, REFER)
        page.get_by_label("Naik ke kapal").check()
        assert "Bukan pemakaian kedua" in show(page, gangway.ticket.signed, PASS)
        page.wait_for_selector(".gate-aboard:has-text('1 / 100')")
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE)
        page.context.set_offline(False)
        unsent(page, 0)
        page.wait_for_selector(".gate-aboard:has-text('1 / 100')")
    assert recount() == []
