"""The gate without a signal, in a real browser whose line is cut."""

import json
import time
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.accounts.devices.actions import revoke_device
from app.accounts.devices.queries import list_devices
from app.accounts.models import Role
from app.boarding.models import Scan
from app.boarding.pack_parts import PARTS
from app.boarding.shares.actions import renew_share
from app.booking.actions.cancellation import cancel_passengers
from app.booking.models import PaymentMethod
from app.db import db
from tests import factories
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.enrolled import a_phone
from tests.journeys.cookies import session_cookie
from tests.journeys.gangway import COMPARE, HOLD, PASS, REFUSE, Gangway, begin_duty, officers_phone

pytestmark = pytest.mark.browser

PAGES = "async () => (await caches.keys()).filter((name) => name.startsWith('gate pages ')).length"

KEPT = """async () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("dermaga gate");
  opening.onerror = reject;
  opening.onsuccess = async () => {
    const base = opening.result;
    const rows = await Promise.all([...base.objectStoreNames].map((name) => new Promise((done) => {
      const all = base.transaction(name).objectStore(name).getAll();
      all.onsuccess = () => done([name, all.result]);
    })));
    base.close();
    const plain = (key, value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? ["latin1", "utf-16le"].map((code) => new TextDecoder(code).decode(value)) : value;
    resolve(rows.map(([name, all]) => [name, all.map((row) => JSON.stringify(row, plain))]));
  };
})"""


def until(true: Callable[[], object], what: str) -> None:
    """Look until it is so; our policy lets no script of playwright's wait in the page."""
    for _ in range(150):
        if true():
            return
        time.sleep(0.1)
    pytest.fail(what)


def show(page: Page, text: str, look: str) -> str:
    """Type a ticket; the words of the verdict that is then told."""
    page.fill("#shown", text)
    page.press("#shown", "Enter")
    page.wait_for_selector(look, timeout=8000)
    return page.locator("#verdict-panel").inner_text()


def ready(page: Page) -> None:
    """Wait until the page and its pack are kept."""
    page.wait_for_selector("#data:has-text('data pukul')")
    until(lambda: page.evaluate(PAGES), "the page is not kept")


def unsent(page: Page, number: int) -> None:
    if number:
        page.wait_for_selector(f"#data:has-text('{number} belum terkirim')")
    else:
        page.wait_for_selector("#data:has-text('data pukul'):not(:has-text('belum terkirim'))", timeout=15_000)


def scans() -> list[tuple[str, str, str | None]]:
    """What the server has kept: verdict, reason, and what the device said."""
    db.session.rollback()
    rows = db.session.scalars(db.select(Scan).order_by(Scan.scanned_at))
    return [(kept.verdict, kept.reason, kept.device_verdict) for kept in rows]


def test_a_page_that_was_opened_once_opens_without_a_signal_and_others_say_so(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector("#stage:visible")
        page.wait_for_selector("#hint:has-text('Arahkan kamera')")
        page.goto(address + "/gate/start")
        page.wait_for_selector("#stage:visible")
        page.goto(address + gangway.path + "/orang")
        page.get_by_role("heading", name="Tidak ada sinyal").wait_for()
        page.get_by_role("link", name="Buka halaman pindai").click()
        page.wait_for_selector("#stage:visible")


def test_signing_out_empties_the_kept_pages_and_packs(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.clear_cookies()
        page.goto(address + "/gate")
        page.wait_for_selector("input[name=password]")
        until(lambda: page.evaluate(PAGES) == 0, "a page is left")
        until(lambda: dict(page.evaluate(KEPT))["packs"] == [], "a pack is left")


def test_without_a_signal_the_gate_goes_on_and_the_server_counts_the_same_afterwards(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        told = show(page, gangway.ticket.signed, PASS)
        assert "NAIK" in told
        assert "terperiksa · data " in told
        unsent(page, 1)
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE)
        page.reload()
        unsent(page, 2)
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE)
        page.context.set_offline(False)
        unsent(page, 0)
        page.wait_for_selector(".gate-aboard:has-text('1 / 100')")
    assert scans() == [("pass", "admitted", "pass"), *[("refuse", "already_used", "refuse")] * 2]


def test_without_a_signal_what_is_unpaid_or_cancelled_is_not_let_in_and_the_reason_is_told(
    address: str, gangway: Gangway
) -> None:
    voyage = gangway.departure.call.voyage
    unpaid = factories.tickets_of(factories.a_booking(voyage, payment=PaymentMethod.COUNTER))[0]
    cancelled = factories.a_booking(voyage)
    signed = factories.tickets_of(cancelled)[0].signed
    cancel_passengers(cancelled.code, [0])
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        assert "belum dibayar" in show(page, unpaid.serial, HOLD)
        assert "sudah membatalkan" in show(page, signed, REFUSE)
        assert "palsu" in show(page, signed[:-3] + ("000" if signed[-3:] != "000" else "111"), REFUSE)
        page.context.set_offline(False)
        unsent(page, 0)
        page.wait_for_selector(".gate-aboard:has-text('0 / 100')")
    assert scans() == [("hold", "unpaid", "hold"), ("refuse", "cancelled", "refuse"), ("refuse", "forged", "refuse")]


def test_a_ticket_sold_after_the_pack_passes_by_its_signature_and_is_called_provisional(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        late = factories.tickets_of(factories.a_booking(gangway.departure.call.voyage))[0]
        told = show(page, late.signed, PASS)
        assert "sementara · data " in told
        assert "terperiksa" not in told
        page.context.set_offline(False)
        unsent(page, 0)
    assert scans() == [("pass", "admitted", "pass")]


def test_the_officers_answer_works_without_a_signal(address: str, gangway: Gangway) -> None:
    in_force(a_rule(logic={"var": "identity.name_matches"}, missing={"sale": "note", "gate": "hold"}))
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        show(page, gangway.ticket.serial, COMPARE)
        page.click("#answers .gate-answer-main")
        page.wait_for_selector(PASS)
        page.context.set_offline(False)
        unsent(page, 0)
    assert scans() == [("hold", "confirm", "hold"), ("pass", "admitted", "pass")]


def test_a_person_without_a_ticket_in_the_hand_is_found_by_name_without_a_signal(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        page.fill("#who", "penumpang")
        assert "Penumpang 1" in page.locator("#found").inner_text()
        page.click("#found button")
        page.wait_for_selector(PASS)
        page.click("#verdict-panel")
        page.fill("#who", "tidak ada")
        page.wait_for_selector("#found-state:has-text('Tidak ada di data')")


def test_a_page_that_dies_between_keeping_and_showing_loses_nothing(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.route("**/api/v1/scans", lambda route: None)  # the server's answer is awaited for ever
        page.fill("#shown", gangway.ticket.serial)
        page.press("#shown", "Enter")
        until(lambda: dict(page.evaluate(KEPT))["scans"], "nothing was kept")
        assert not page.locator("#verdict-panel").is_visible()
        context = page.context
        page.close()
        context.set_offline(True)
        page = context.new_page()
        page.goto(address + gangway.path)
        begin_duty(page)
        assert "Sudah tercatat tadi" in show(page, gangway.ticket.serial, PASS), "nobody has seen that pass"
        page.wait_for_selector("#verdict-panel", state="hidden")
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE), "now somebody has"
        context.set_offline(False)
        unsent(page, 0)
    assert scans() == [("pass", "admitted", "pass"), ("refuse", "already_used", "refuse")]


def test_whom_the_server_does_not_accept_the_officer_is_told_to_call_back(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        show(page, gangway.ticket.serial, PASS)
        cancel_passengers(gangway.ticket.passenger.booking.code, [0])
        page.context.set_offline(False)
        recall = page.locator("#overruled button")
        recall.wait_for(timeout=15_000)
        assert "Panggil kembali: Penumpang 1" in recall.inner_text()
        assert "membatalkan" in recall.inner_text()
        page.reload()
        recall.wait_for()
        recall.click()
        recall.wait_for(state="detached")
        page.reload()
        page.wait_for_selector("#data:has-text('data pukul')")
        assert recall.count() == 0
    assert scans() == [("refuse", "cancelled", "pass")]


def test_no_passenger_is_readable_in_what_the_browser_keeps(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        show(page, gangway.ticket.signed, PASS)
        kept = dict(page.evaluate(KEPT))
        assert (len(kept["packs"]), len(kept["scans"])) == (1 + PARTS, 1)
        assert len(kept["keys"]) == 5, "scans, device, PIN, its secret, departure"
        pages = page.evaluate("""async () => {
          const texts = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              if (name.startsWith("gate pages ")) texts.push(await (await cache.match(request)).text());
            }
          }
          return texts;
        }""")
    raw = json.dumps([kept, pages])
    assert "gate-head" in raw, "what is looked through is really there"
    for told in ("Penumpang 1", "PENUMPANG 1", gangway.ticket.serial, gangway.ticket.signed[:40]):
        assert told not in raw


def test_a_phone_whose_share_another_one_has_lets_nobody_aboard_by_itself(address: str, gangway: Gangway) -> None:
    other = a_phone().device
    assert other is not None
    renew_share(other.id, gangway.departure.id)
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        told = show(page, gangway.ticket.signed, HOLD)
        assert "Jatah HP ini habis" in told
        assert "sementara" in told
        page.context.set_offline(False)
        unsent(page, 0)
        assert "NAIK" in show(page, gangway.ticket.signed, PASS), "with a signal the server lets aboard"


def test_a_phone_that_was_revoked_forgets_the_passengers_and_one_that_is_not_enrolled_gets_none(
    address: str, gangway: Gangway
) -> None:
    with officers_phone(address, gangway) as page:
        ready(page)
        [device] = list_devices()
        assert device.pack_as_of is not None
        revoke_device(device.id, gangway.supervisor.id)
        page.reload()
        page.wait_for_selector("#data:has-text('sudah dicabut')")
        until(lambda: dict(page.evaluate(KEPT))["packs"] == [], "a pack is left")
    with officers_phone(address, gangway, has_pack=False) as page:
        page.wait_for_selector("#data:has-text('belum terdaftar')")
        assert show(page, gangway.ticket.signed, PASS), "with a signal the server judges"


def test_nothing_is_sent_in_another_officers_name(app: Flask, address: str, gangway: Gangway) -> None:
    other = factories.a_user(Role.OFFICER, "petugas-dua")
    with officers_phone(address, gangway) as page:
        ready(page)
        page.context.set_offline(True)
        show(page, gangway.ticket.serial, PASS)
        page.context.clear_cookies()
        page.context.add_cookies([session_cookie(app, other, address)])
        page.context.set_offline(False)
        page.wait_for_selector("#data:has-text('petugas lain masuk di HP ini')", timeout=15_000)
        page.goto(address + gangway.path)
        page.wait_for_selector("#data:has-text('1 pindaian petugas lain belum terkirim')")
        assert "Sudah dipakai" in show(page, gangway.ticket.serial, REFUSE), "the device knows all that it has done"
        until(lambda: scans() == [("refuse", "already_used", "refuse")], "the second officer's own scan is sent alone")
        page.context.clear_cookies()
        page.context.add_cookies([session_cookie(app, gangway.officer, address)])
        page.goto(address + gangway.path)
        begin_duty(page)
        unsent(page, 0)
    db.session.rollback()
    passed = db.session.scalars(db.select(Scan).where(Scan.verdict == "pass")).one()
    assert passed.officer_id == gangway.officer.id


def test_a_full_disk_has_its_own_sentence_and_the_gate_works_with_the_server(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        page.add_init_script("""
          const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (...row) {
            if (this.name === "scans") throw new DOMException("full", "QuotaExceededError");
            return put.apply(this, row);
          };
        """)
        page.reload()
        ready(page)
        show(page, gangway.ticket.serial, PASS)
        page.wait_for_selector("#data:has-text('penyimpanan HP penuh')")
        page.context.set_offline(True)
        assert "Tidak ada sambungan" in show(page, gangway.ticket.signed, HOLD)
    assert scans() == [("pass", "admitted", None)]


def test_two_open_pages_send_each_scan_once(address: str, gangway: Gangway) -> None:
    second = factories.tickets_of(factories.a_booking(gangway.departure.call.voyage))[0]
    with officers_phone(address, gangway) as page:
        ready(page)
        other = page.context.new_page()
        other.goto(address + gangway.path)
        ready(other)
        page.context.set_offline(True)
        show(page, gangway.ticket.serial, PASS)
        assert "Sudah dipakai" in show(other, gangway.ticket.serial, REFUSE), "one device, one memory"
        show(other, second.serial, PASS)
        page.context.set_offline(False)
        unsent(other, 0)
        page.wait_for_selector(".gate-aboard:has-text('2 / 100')")
    assert sorted(scans()) == [*[("pass", "admitted", "pass")] * 2, ("refuse", "already_used", "refuse")]
