"""A phone is enrolled on a bad line, and remembers it."""

import pytest
from playwright.sync_api import Route

from app.accounts.devices.actions import make_enrolment_code
from app.accounts.devices.queries import list_devices
from app.db import db
from tests.journeys.gangway import Gangway, begin_duty, officers_phone

pytestmark = pytest.mark.browser


def test_a_phone_whose_answer_is_lost_is_enrolled_by_the_same_code_once_and_remembers_it(
    address: str, gangway: Gangway
) -> None:
    answers = 0

    def lose_the_first(route: Route) -> None:
        nonlocal answers
        answers += 1
        response = route.fetch()
        assert response.status == 201
        if answers == 1:
            route.abort()
        else:
            route.fulfill(response=response)

    with officers_phone(address, gangway, has_pack=False) as page:
        page.route("**/api/v1/devices", lose_the_first)
        page.goto(f"{address}/gate/perangkat#{make_enrolment_code(gangway.supervisor.id)}")
        page.fill("#name", "HP uji")
        page.click("#enrol button")
        page.wait_for_selector("#state:has-text('Tidak ada sambungan')")
        page.click("#enrol button")
        page.wait_for_selector("#state:has-text('Perangkat terdaftar')")
        page.reload()
        page.wait_for_selector("#state:has-text('pernah didaftarkan')")
        page.goto(address + gangway.path)
        begin_duty(page)
        page.wait_for_selector("#data:has-text('data pukul')")
    db.session.rollback()
    assert (answers, len(list_devices())) == (2, 1)
