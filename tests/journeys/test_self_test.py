"""The self-test of a phone before duty, in a real browser with a camera."""

import pytest

from tests import chromium
from tests.journeys.cookies import session_cookie
from tests.journeys.gangway import PASS, Gangway, begin_duty, enrol, officers_phone
from tests.journeys.screen import look

pytestmark = pytest.mark.browser


def test_each_part_of_a_phone_is_tried_and_the_worst_is_the_light(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway, gangway.film) as page:
        page.goto(address + "/gate/periksa")
        page.wait_for_selector("#light[data-verdict=hold]", timeout=15_000)
        found = {
            row.get_attribute("data-check"): row.get_attribute("data-verdict")
            for row in page.locator("#checks li").all()
        }
        assert found["sound_unknown"] == "hold"
        good = {"enrolled", "store", "space", "clock", "decoder", "worker", "all_sent"}
        assert {name: found.get(name) for name in good} == dict.fromkeys(good, "pass")
        assert found.keys() & {"camera", "camera_slow"}, "pictures were counted"
        assert page.locator("#light").inner_text() == "SIAP, DENGAN CATATAN"
        page.click("#sound")
        page.click("#yes")
        assert page.locator("[data-check=sound]").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_phone_that_is_not_enrolled_and_without_a_signal_is_told_so(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway, has_pack=False) as page:
        page.route("**/gate/session", lambda route: route.abort())
        page.goto(address + "/gate/periksa")
        page.wait_for_selector("[data-check=not_enrolled]", timeout=15_000)
        assert page.locator("[data-check=clock_unknown]").count() == 1


def test_no_duty_begins_in_a_plain_tab_and_the_way_to_install_is_shown(address: str, gangway: Gangway) -> None:
    with chromium.browser() as browser:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies([session_cookie(gangway.app, gangway.officer, address)])
        page = context.new_page()
        enrol(page, address, gangway.supervisor.id)
        page.wait_for_selector("#install:visible")
        page.goto(address + "/gate/periksa")
        page.wait_for_selector("#light[data-verdict=refuse]", timeout=15_000)
        assert "Pasang dulu" in page.locator("[data-check=not_installed]").inner_text()
        look(page, "gate-self-test-tab")
        page.goto(address + gangway.path)
        page.wait_for_selector("#install:visible")
        page.wait_for_selector("#data:has-text('belum terpasang')")
        look(page, "gate-tab")
        assert page.locator("#pin").is_hidden()
        page.fill("#shown", gangway.ticket.serial)
        page.press("#shown", "Enter")
        page.wait_for_selector(PASS)

        page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")  # as an iPhone says it
        page.goto(address + gangway.path)
        begin_duty(page)
        page.wait_for_selector("#data:has-text('data pukul')")
