"""The installed application: days without a signal, a new release while people board, a phone that begins anew."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.accounts.devices.actions import revoke_device
from app.accounts.devices.queries import list_devices
from app.web.gate import application
from tests import factories
from tests.journeys.gangway import PASS, REFUSE, Gangway, begin_duty, enrol, officers_phone
from tests.journeys.test_offline_gate import ready, show, unsent, until

pytestmark = pytest.mark.browser

MOVE_CLOCK = """(ms) => {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + ms); }
    static now() { return Real.now() + ms; }
  };
}"""

WORKER = """async () => {
  const { active, waiting, installing } = await navigator.serviceWorker.getRegistration();
  const shells = (await caches.keys()).filter((name) => name.startsWith("gate shell "));
  return { active: active?.state, waiting: waiting?.state, installing: installing?.state, shells };
}"""


def test_three_days_after_one_sync_the_gate_opens_and_judges_in_airplane_mode(
    app: Flask, address: str, tmp_path: Path
) -> None:
    later = Gangway(app, tmp_path, departs_in=timedelta(hours=73), opened=False)
    with officers_phone(address, later) as page:
        ready(page)
        context = page.context
        context.set_offline(True)
        page.close()
        page = context.new_page()
        page.add_init_script(f"({MOVE_CLOCK})({72 * 3_600_000 - 60_000})")
        page.goto(address + "/gate/start")
        begin_duty(page)
        page.wait_for_selector("#data:has-text('data pukul')")
        told = show(page, later.ticket.signed, PASS)
        assert "terperiksa" in told
        assert "Sudah dipakai" in show(page, later.ticket.serial, REFUSE)


def test_a_new_release_waits_until_the_boarding_is_over_and_the_gate_opens_without_a_signal_meanwhile(
    address: str, gangway: Gangway, monkeypatch: pytest.MonkeyPatch
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        [old] = page.evaluate(WORKER)["shells"]
        monkeypatch.setattr(application, "version", lambda: "0123456789abcdef")
        page.evaluate("async () => { await (await navigator.serviceWorker.getRegistration()).update(); }")
        until(lambda: page.evaluate(WORKER)["waiting"], "the new worker is not there")
        assert "NAIK" in show(page, gangway.ticket.serial, PASS)
        page.reload()
        ready(page)
        time.sleep(1)  # the page of the new release may be kept by now
        # What a browser happens to have of files is no promise.
        page.context.new_cdp_session(page).send("Network.clearBrowserCache")
        found = page.evaluate(WORKER)
        assert found["waiting"] == "installed", "a reload is no end of a boarding"
        assert old in found["shells"]
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector("#data:has-text('data pukul')")
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE)
        context = page.context
        page.close()
        page = context.new_page()
        page.goto(address + gangway.path)
        begin_duty(page)
        until(lambda: page.evaluate(WORKER)["shells"] == ["gate shell 0123456789abcdef"], "the new one does not begin")
        page.reload()
        page.wait_for_selector("#data:has-text('data pukul')")


def test_a_phone_whose_storage_was_cleared_knows_all_boardings_again_within_a_minute(
    address: str, gangway: Gangway
) -> None:
    """Of a ship's passengers half are aboard when the browser is emptied; no scan was waiting to be sent."""
    voyage = gangway.departure.call.voyage
    tickets = [ticket for _ in range(5) for ticket in factories.tickets_of(factories.a_booking(voyage, adults=4))]
    aboard = tickets[:10]
    with officers_phone(address, gangway) as page:
        ready(page)
        for ticket in aboard[:5]:
            show(page, ticket.serial, PASS)
        page.context.set_offline(True)
        for ticket in aboard[5:]:
            show(page, ticket.serial, PASS)
        page.context.set_offline(False)
        unsent(page, 0)
        wipe(page, address)
        began = time.monotonic()
        [lost] = list_devices()
        revoke_device(lost.id, gangway.supervisor.id)  # else its share of the places is kept for it
        enrol(page, address, gangway.supervisor.id)
        page.goto(address + gangway.path)
        begin_duty(page)
        ready(page)
        page.context.set_offline(True)
        taken = time.monotonic() - began
        assert all("Sudah dipakai" in show(page, ticket.serial, REFUSE) for ticket in aboard)
        assert "NAIK" in show(page, tickets[10].serial, PASS)
        page.context.set_offline(False)
        unsent(page, 0)
        page.wait_for_selector(".gate-aboard:has-text('11 / 100')")
    assert taken < 60


def wipe(page: Page, address: str) -> None:
    """Clear all that the browser keeps of the site but who has signed in."""
    page.goto("about:blank")
    devtools = page.context.new_cdp_session(page)
    kinds = "indexeddb,cache_storage,service_workers,local_storage"
    devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": kinds})
    page.goto(address + "/gate/periksa")
    page.wait_for_selector("[data-check=not_enrolled]", timeout=15_000)
