"""What goes wrong with a phone or a code at the gate: each has its own sentence and a way on."""

import pytest

from tests.journeys.gangway import PASS, REFUSE, Gangway, begin_duty, officers_phone
from tests.journeys.test_gate_installed import MOVE_CLOCK
from tests.journeys.test_offline_gate import ready, show

pytestmark = pytest.mark.browser

REFER = "#verdict-panel[data-verdict=refer]:visible"


def test_a_phone_whose_clock_is_three_days_off_is_told_to_set_it(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        assert "jam HP salah" not in page.locator("#data").inner_text()
        page.add_init_script(f"({MOVE_CLOCK})(3 * 24 * 3600000)")
        page.goto(address + "/gate/periksa")
        page.wait_for_selector("[data-check=clock_wrong]:has-text('Setel jam otomatis')", timeout=15_000)
        page.goto(address + gangway.path)
        begin_duty(page)
        page.wait_for_selector("#data:has-text('jam HP salah: setel jam otomatis')")


def test_a_camera_that_is_refused_says_how_it_is_allowed_and_tickets_are_typed(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        page.add_init_script(
            "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));"
        )
        page.reload()
        page.wait_for_selector("#hint:has-text('Izinkan di browser, lalu muat ulang')")
        ready(page)
        show(page, gangway.ticket.serial, PASS)


def test_storage_that_is_emptied_under_an_open_page_is_told_and_the_server_goes_on(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        emptied = {"origin": address, "storageTypes": "indexeddb"}
        page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", emptied)
        show(page, gangway.ticket.serial, PASS)
        page.wait_for_selector("#data:has-text('tidak mau menyimpan')")
        page.reload()
        page.wait_for_selector("#data:has-text('HP belum terdaftar')")
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE)


def test_a_damaged_code_and_one_of_another_issuer_are_told_apart_from_a_forgery(address: str, gangway: Gangway) -> None:
    signed = gangway.ticket.signed
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        told = [
            show(page, signed[:-9], REFER),
            show(page, "https://tiket.example.org/123", REFER),
            show(page, signed[:-3] + ("000" if signed[-3:] != "000" else "111"), REFUSE),
        ]
    assert "palsu" in told[2]
    assert "palsu" not in told[0] + told[1]
    assert all("loket" in one.lower() or "ketik" in one.lower() for one in told[:2]), told
