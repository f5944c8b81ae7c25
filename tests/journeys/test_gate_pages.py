"""The officer's pages as they look: on a phone and on a desk, in light and dark."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from playwright.sync_api import Page

from app import clock
from app.accounts.models import Role
from app.boarding.actions.scan import scan as scan_ticket
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Stage, Verdict
from app.booking.models import PaymentMethod
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from tests import chromium, factories
from tests.journeys.contrast import weak_words
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import DESK, PHONE, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("options", [{}, {"viewport": DESK}, {"color_scheme": "dark"}], ids=["phone", "desk", "dark"])
def test_every_page_of_the_officer_fits_and_is_accessible(app: Flask, address: str, options: dict[str, Any]) -> None:
    boards = factories.a_voyage(departs_at=clock.now() + timedelta(minutes=90))
    later = factories.a_voyage(departs_at=clock.now() + timedelta(hours=9))
    departure, gate = factories.departure_of(boards), factories.a_gate()
    # Late, with words about it in the head of every page.
    call = departure.call
    call.revised_departure = clock.now() + timedelta(minutes=100)
    call.cause, call.reason = "tide", "menunggu air"
    db.session.commit()
    unpaid = factories.a_booking(later, 2, 1, payment=PaymentMethod.COUNTER)
    paid = factories.a_booking(boards)
    serial = factories.tickets_of(paid)[0].serial
    asked = factories.tickets_of(factories.a_booking(boards))[0].serial
    kind = "dark-" if options.get("color_scheme") else ""
    with chromium.browser() as browser:
        context = browser.new_context(**{"viewport": PHONE, "java_script_enabled": True, **options})
        context.add_cookies([session_cookie(app, factories.a_user(Role.OFFICER), address)])
        page = context.new_page()

        def see(name: str, path: str = "") -> None:
            if path:
                answer = page.goto(address + path)
                assert answer is not None
                assert answer.ok, path
            look(page, f"{kind}gate-{name}")
            assert weak_words(page) == [], f"{name} is not readable in the sun"

        scan = f"/gate/{departure.id}/{gate.id}"
        see("1-choose", f"/gate?gate_id={gate.id}")
        see("2-scan", scan)
        for name, typed in (("3-pass", serial), ("4-refuse", serial), ("5-refer", "0000000000")):
            _type(page, typed, {"3": "pass", "4": "refuse", "5": "refer"}[name[0]])
            see(name)
        see("6-leave", f"{scan}/leaving")
        see("7-open", f"/gate/{factories.departure_of(later).id}/{gate.id}/boarding")
        see("8-counter", "/loket")
        see("9-booking", f"/loket/{unpaid.code}")
        page.click("main .btn-main")
        see("10-paid")
        see("11-print", f"/loket/{unpaid.code}/print")
        load_shipped(read_sets())
        door = f"/gate/{departure.id}/{factories.a_gate(stage=Stage.TERMINAL).id}"
        page.goto(address + door)
        _type(page, asked, "compare")
        see("12-confirm")
        page.click("#answers .gate-answer-main")
        page.wait_for_selector("#verdict-panel[data-verdict=pass]:visible", timeout=5000)
        see("13-note")
        see("14-post", f"{door}/periksa/{asked}")
        # A phone without signal passed the first ticket once more.
        supervisor, alone = factories.a_user(Role.OFFICER), DeviceVerdict(Verdict.PASS, "admitted")
        supervisor.may_exempt = True
        db.session.commit()
        context.add_cookies([session_cookie(app, supervisor, address)])
        for shown in (serial, "0000000000"):
            at = (departure.id, gate.id, supervisor.id, clock.now())
            scan_ticket(Showing(str(uuid4()), shown, *at, device=alone), app.extensions["keyring"])
        see("15-to-call-back", scan)
        see("16-recalls", f"{scan}/dipanggil")


def _type(page: Page, text: str, verdict: str) -> None:
    page.fill("#shown", text)
    page.press("#shown", "Enter")
    page.wait_for_selector(f"#verdict-panel[data-verdict={verdict}]:visible", timeout=5000)
