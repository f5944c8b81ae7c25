"""The officer's page in a real browser: it sees a ticket through the camera."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Route

from app import clock as app_clock
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import Scan
from app.db import db
from app.schedule.actions import revise_departure
from tests import chromium
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.journeys.cookies import session_cookie
from tests.journeys.gangway import COMPARE, HOLD, PASS, REFUSE, Gangway, officers_phone
from tests.journeys.screen import look

pytestmark = pytest.mark.browser


def test_the_camera_sees_a_ticket_admits_it_and_refuses_it_the_second_time(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway, gangway.film) as page:
        page.wait_for_selector(PASS, timeout=20_000)
        verdict = page.locator("#verdict-panel")
        assert "NAIK" in verdict.inner_text()
        assert "Penumpang 1" in verdict.inner_text()
        assert page.locator(".gate-aboard").inner_text() == "1 / 100"
        assert page.locator(".gate-head").is_visible(), "the count stays in view above the verdict"

        # Nobody taps: the ticket goes away and comes back, and the page has been looking all the time.
        page.wait_for_selector(REFUSE, timeout=20_000)
        assert "TOLAK" in verdict.inner_text()
        assert f"di {gangway.gate.name}" in verdict.inner_text()
        assert "Sudah dipakai" in verdict.inner_text()
        assert page.locator(".gate-aboard").inner_text() == "1 / 100"
        assert page.locator("#last li").first.get_attribute("data-verdict") == "refuse"
        assert page.locator("#last li").count() == 2


def test_without_connection_and_pack_nobody_is_admitted_and_nothing_is_sent_later(
    address: str, gangway: Gangway
) -> None:
    sent: list[str] = []

    def lose(route: Route) -> None:
        sent.append(route.request.post_data_json["id"])
        route.abort()

    with officers_phone(address, gangway, gangway.film, has_pack=False) as page:
        page.route("**/api/v1/scans", lose)
        page.wait_for_selector(HOLD, timeout=20_000)
        assert "Tanda tangan tiket ini sah" in page.locator("#verdict-panel").inner_text()
        page.wait_for_selector("#verdict-panel", state="hidden", timeout=20_000)
        page.unroute("**/api/v1/scans")
        assert page.locator(".gate-aboard").inner_text() == "0 / 100"
        page.wait_for_selector(PASS, timeout=20_000)
        assert len(set(sent)) == 1, "one showing, one id"


def test_what_is_typed_is_judged_like_what_is_seen_and_a_forgery_by_the_device_itself(
    address: str, gangway: Gangway
) -> None:
    serial, signed = gangway.ticket.serial, gangway.ticket.signed
    forged = signed[:-3] + ("000" if signed[-3:] != "000" else "111")
    with officers_phone(address, gangway) as page:
        verdict = page.locator("#verdict-panel")
        for typed, selector, told in (
            (forged, REFUSE, "palsu"),
            (f"{serial[:5]}-{serial[5:]}".lower(), PASS, "Penumpang 1"),
            (signed, REFUSE, "Sudah dipakai"),
        ):
            page.fill("#shown", typed)
            page.press("#shown", "Enter")
            page.wait_for_selector(selector, timeout=5000)
            verdict.get_by_text(told).wait_for(timeout=5000)
        rows = page.locator("#last li")
        assert [rows.nth(n).get_attribute("data-verdict") for n in range(3)] == ["refuse", "pass", "refuse"]
        db.session.rollback()  # look at what is committed now
        assert db.session.query(Scan).filter_by(reason="forged").count() == 1, "the refusal is kept"


def test_one_touch_at_thumb_height_says_that_name_and_number_match_and_boards(address: str, gangway: Gangway) -> None:
    missing = {"sale": "note", "gate": "hold"}
    facts = ("identity.name_matches", "identity.number_matches")
    in_force(*(a_rule(fact.split(".")[1].replace("_", "-"), logic={"var": fact}, missing=missing) for fact in facts))
    with officers_phone(address, gangway, gangway.film) as page:
        page.wait_for_selector(COMPARE, timeout=20_000)
        answers = page.locator("#answers button")
        assert answers.all_inner_texts() == ["Nama dan nomor cocok"]
        apart = page.locator("#apart button")
        assert apart.all_inner_texts() == ["Nama tidak cocok", "Nomor tidak cocok"]
        assert page.locator("#verdict-panel").evaluate("panel => panel.scrollTop") == 0, "word and name are in sight"
        number = gangway.ticket.passenger.document_number
        digits = page.locator("#verdict-panel .gate-compare b")
        assert digits.inner_text() == number[-4:]
        assert number[:12] not in page.content()
        assert float(digits.evaluate("b => parseFloat(getComputedStyle(b).fontSize)")) >= 40, "read at arm's length"
        yes = answers.first.bounding_box()
        assert yes is not None
        for box in (yes, apart.first.bounding_box(), apart.nth(1).bounding_box()):
            assert box is not None
            assert box["height"] >= 44
            assert box["y"] + box["height"] <= 740
            assert box["x"] + box["width"] <= 360
            assert box is yes or box["y"] + box["height"] + 80 <= yes["y"], "no slip of the thumb reaches it"
        assert yes["y"] > 740 / 2, "in the lower half, where the thumb is"
        page.wait_for_timeout(6000)
        assert answers.first.is_visible(), "it waits for the officer, whatever the camera sees meanwhile"
        answers.first.click()
        page.wait_for_selector(PASS, timeout=3000)
        assert page.locator(".gate-aboard").inner_text() == "1 / 100"
    db.session.rollback()  # what this test has read before is older than the scans
    assert [kept.reason for kept in db.session.scalars(db.select(Scan).order_by(Scan.received_at))][:2] == [
        "confirm", "admitted",
    ]  # fmt: skip


def test_a_wrong_touch_is_put_right_with_one(address: str, gangway: Gangway) -> None:
    in_force(a_rule(logic={"var": "identity.name_matches"}, missing={"sale": "note", "gate": "hold"}))
    with officers_phone(address, gangway) as page:
        page.fill("#shown", gangway.ticket.serial)
        page.press("#shown", "Enter")
        page.click("#apart button")
        page.wait_for_selector(REFUSE)
        page.click("#answers button:has-text('Salah tekan')")
        page.wait_for_selector(COMPARE)
        page.click("#answers .gate-answer-main")
        page.wait_for_selector(PASS)


def test_the_last_five_scans_are_seen_at_once(address: str, gangway: Gangway) -> None:
    for number in range(1, 6):
        ask(gangway, f"https://example.org/{number}")
    ask(gangway, gangway.ticket.serial)
    with officers_phone(address, gangway) as page:
        page.locator(".gate-last").evaluate("section => section.scrollIntoView()")
        head = page.locator(".gate-head").bounding_box()
        rows = page.locator("#last li")
        assert rows.count() == 5
        for row in (rows.nth(n).bounding_box() for n in range(5)):
            assert row is not None
            assert head is not None
            assert head["y"] + head["height"] <= row["y"]
            assert row["y"] + row["height"] <= 740


def test_a_hand_scanner_is_heard_with_nothing_focused_and_with_caps_lock(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        page.evaluate("document.activeElement.blur()")
        page.keyboard.type(gangway.ticket.signed.swapcase())
        page.keyboard.press("Enter")
        page.wait_for_selector(PASS)


def test_a_slip_of_the_keyboard_is_typed_again_and_is_no_scan(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        page.fill("#shown", "ABCDE-FGHJK")
        page.press("#shown", "Enter")
        page.wait_for_selector(COMPARE)
        assert "KETIK LAGI" in page.locator("#verdict-panel").inner_text()
        assert page.input_value("#shown"), "what was typed is there to be put right"
    db.session.rollback()
    assert db.session.query(Scan).count() == 0


def test_over_plain_http_the_page_says_why_there_is_no_camera_and_what_works(
    app: Flask, address: str, gangway: Gangway
) -> None:
    there = address.replace("127.0.0.1", "pos.example")
    with chromium.browser(*("--host-resolver-rules=MAP pos.example 127.0.0.1",)) as browser:
        context = browser.new_context()
        context.add_cookies([session_cookie(app, gangway.officer, there)])
        page = context.new_page()
        page.goto(there + gangway.path)
        page.get_by_text("Kamera hanya jalan lewat https").wait_for()
        page.fill("#shown", gangway.ticket.serial)
        page.press("#shown", "Enter")
        page.wait_for_selector(PASS)


def ask(gangway: Gangway, shown: str) -> None:
    """Somebody else scans this."""
    now, keyring = app_clock.now(), gangway.app.extensions["keyring"]
    scan(Showing(str(uuid4()), shown, gangway.departure.id, gangway.gate.id, gangway.officer.id, now), keyring)


@pytest.mark.parametrize("hours", [3, 20])
def test_the_scan_field_is_in_sight_also_where_a_delay_with_its_reason_is_told(
    address: str, gangway: Gangway, hours: int
) -> None:
    moment = app_clock.now() + timedelta(hours=hours)
    reason = "Gelombang sampai empat meter di Laut Jawa, menunggu izin syahbandar"
    revise_departure(gangway.departure.call_id, moment, cause="weather", reason=reason)
    with officers_phone(address, gangway) as page:
        page.wait_for_selector("#stage:visible")
        page.wait_for_timeout(500)
        look(page, f"gate-delayed-{hours}h")
        field = page.locator("#shown").bounding_box()
        assert field is not None
        assert field["y"] + field["height"] <= 740
