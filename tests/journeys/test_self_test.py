"""The self-test of a phone before duty, in a real browser with a camera."""

import pytest

from tests.journeys.gangway import Gangway, officers_phone

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
