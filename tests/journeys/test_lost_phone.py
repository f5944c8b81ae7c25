"""A phone that is lost tells nobody who travels: the PIN, its ten tries, and what is in the browser's files."""

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.booking.models import Passenger
from app.db import db
from tests import chromium, factories
from tests.journeys.cookies import session_cookie
from tests.journeys.gangway import PASS, PIN, REFUSE, Gangway, begin_duty, enrol, install, officers_phone
from tests.journeys.screen import look
from tests.journeys.test_offline_gate import KEPT, ready, scans, show, unsent, until

pytestmark = pytest.mark.browser

WRONG = "730162"

MOVE_CLOCK = "(ms) => { const now = Date.now; Date.now = () => now() + ms; }"


def try_pin(page: Page, pin: str) -> str:
    """Give a PIN; what is then said about it."""
    page.wait_for_selector("#pin:visible")
    page.fill("#pin-first", pin)
    page.click("#pin .btn-main")
    page.wait_for_selector("#pin .btn-main:enabled")
    return page.locator("#pin-fault").inner_text()


def another_window(page: Page, path: str) -> Page:
    """The same phone after its page was closed: whoever holds it now has to know the PIN."""
    context = page.context
    page.close()
    opened = context.new_page()
    opened.goto(path)
    return opened


def test_duty_begins_with_a_pin_that_is_not_easily_guessed_and_a_reload_does_not_ask_again(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway, has_pack=False) as page:
        enrol(page, address, gangway.supervisor.id)
        page.goto(address + gangway.path)
        page.wait_for_selector("#pin:visible")
        look(page, "gate-pin-new")
        for pin, again, told in (
            ("12345", "12345", "6 angka"),
            ("123456", "123456", "mudah ditebak"),
            (PIN, WRONG, "tidak sama"),
        ):
            page.fill("#pin-first", pin)
            page.fill("#pin-again", again)
            page.click("#pin .btn-main")
            page.wait_for_selector(f"#pin-fault:has-text('{told}')")
        begin_duty(page)
        ready(page)
        page.context.set_offline(True)
        page.reload()
        assert "NAIK" in show(page, gangway.ticket.serial, PASS)
        assert not page.locator("#pin").is_visible()


def test_ten_wrong_pins_erase_the_passengers_and_no_scan(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        show(page, gangway.ticket.signed, PASS)
        page = another_window(page, address + gangway.path)
        for left in range(9, 0, -1):
            assert f"Sisa {left} kali" in try_pin(page, WRONG)
            if left == 5:
                look(page, "gate-pin-wrong")
                page.reload()
        assert "PIN salah 10 kali" in try_pin(page, WRONG)
        look(page, "gate-pin-erased")
        kept = dict(page.evaluate(KEPT))
        assert (len(kept["packs"]), len(kept["scans"]), len(kept["keys"])) == (0, 1, 2), "the keys of scans and device"
        page.context.set_offline(False)
        unsent_is_sent(page)
        begin_duty(page)
        ready(page)
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE)
    assert scans()[0] == ("pass", "admitted", "pass")


def unsent_is_sent(page: Page) -> None:
    """What was kept without a name goes to the server without the PIN."""
    until(
        lambda: not any('"answered":false' in row for row in dict(page.evaluate(KEPT))["scans"]), "a scan is kept back"
    )


def test_a_right_pin_gives_ten_tries_again_and_one_that_dies_at_a_try_has_used_it(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page = another_window(page, address + gangway.path)
        assert "Sisa 9 kali" in try_pin(page, WRONG)
        page.wait_for_selector("#pin:visible")
        page.route("**/argon2.js", lambda route: None)
        page.fill("#pin-first", WRONG)
        page.click("#pin .btn-main")
        until(
            lambda: any('"tries":2' in row for row in dict(page.evaluate(KEPT))["keys"]), "the try is not counted first"
        )
        page = another_window(page, address + gangway.path)
        assert "Sisa 7 kali" in try_pin(page, WRONG)
        begin_duty(page)
        ready(page)
        page = another_window(page, address + gangway.path)
        assert "Sisa 9 kali" in try_pin(page, WRONG)


def test_whoever_forgets_the_pin_erases_and_begins_anew(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page = another_window(page, address + gangway.path)
        page.click("#pin-lost")
        page.click("#pin-erase")
        page.wait_for_selector("#pin-title:has-text('Buat PIN')")
        assert dict(page.evaluate(KEPT))["packs"] == []
        begin_duty(page)
        ready(page)


def test_a_phone_that_nobody_touches_for_half_an_hour_asks_for_the_pin(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.evaluate(MOVE_CLOCK, 31 * 60_000)
        page.wait_for_selector("#pin:visible", timeout=25_000)
        page.wait_for_selector("#data:has-text('HP terkunci')")
        assert page.locator("#find").is_hidden(), "nobody is found by name"
        begin_duty(page)
        ready(page)


def test_twelve_hours_after_the_voyage_its_key_and_pack_are_gone(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        page.add_init_script(f"({MOVE_CLOCK})(36 * 3600000)")  # it arrives 25 hours from now
        page.reload()
        page.wait_for_selector("#pin:visible")
        assert dict(page.evaluate(KEPT))["packs"], "as long as the ship is on its way, and a while after"
        page.add_init_script(f"({MOVE_CLOCK})(2 * 3600000)")
        page.reload()
        page.wait_for_selector("#pin:visible")
        kept = dict(page.evaluate(KEPT))
        assert (kept["packs"], len(kept["keys"])) == ([], 4), "scans, device, PIN and its secret"


def test_no_file_of_the_browser_names_a_passenger(app: Flask, address: str, gangway: Gangway, tmp_path: Path) -> None:
    """The name is unlike any other text, so that it would be found in whatever file it stood."""
    name = "Wulandari Xochipilli"
    db.session.get_one(Passenger, gangway.ticket.passenger_id).name = name
    db.session.commit()
    context = chromium.start_on(tmp_path / "profile", viewport={"width": 360, "height": 740})
    try:
        context.add_cookies([session_cookie(app, gangway.officer, address)])
        page = context.pages[0]
        install(page, address)
        enrol(page, address, gangway.supervisor.id)
        page.goto(address + gangway.path)
        begin_duty(page)
        ready(page)
        context.set_offline(True)
        assert name in show(page, gangway.ticket.signed, PASS)
        page.reload()
        unsent(page, 1)
        page.goto("about:blank")
    finally:
        context.close()
    files = {file: file.read_bytes() for file in (tmp_path / "profile").rglob("*") if file.is_file()}
    device = "gate pages "
    assert any(spelled(device, raw) for raw in files.values()), "what is looked through is really there"
    for told in (name, name.upper(), name.split()[1], gangway.ticket.signed[:40]):
        assert [file for file, raw in files.items() if spelled(told, raw)] == [], told


def spelled(text: str, raw: bytes) -> bool:
    """Whether a file spells it, as browsers write texts."""
    return text.encode() in raw or text.encode("utf-16le") in raw


def test_another_officer_finds_nothing_of_the_one_before(app: Flask, address: str, gangway: Gangway) -> None:
    other = factories.a_user(gangway.officer.role, "petugas-dua")
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.add_cookies([session_cookie(app, other, address)])
        page.goto(address + gangway.path)
        page.wait_for_selector("#pin-title:has-text('Buat PIN')")
        assert dict(page.evaluate(KEPT))["packs"] == []
