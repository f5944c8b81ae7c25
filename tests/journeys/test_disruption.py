"""A voyage called off in a real browser: the administrator's pages, the family's way out, the counter, the open sum."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import clock
from app.accounts.models import Role
from app.booking.models import PaymentMethod
from app.db import db
from app.seats.actions.allotments import move_places, stage
from app.seats.actions.capacity import record_capacity
from app.seats.actions.quotas import set_quota
from tests import chromium, factories
from tests.journeys.screen import DESK, PHONE, look
from tests.journeys.test_admin import enter, told

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium.browser() as chrome:
        yield chrome


def signed_in(browser: Browser, address: str, username: str, size: dict[str, int]) -> Page:
    page = browser.new_context(viewport=size, java_script_enabled=True).new_page()
    enter(page, address, username)
    return page


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_voyage_is_called_off_and_a_family_finds_its_way_out(
    app: Flask, address: str, browser: Browser, size: dict[str, int]
) -> None:
    factories.a_user(Role.ADMINISTRATOR, "admin")
    factories.a_user(Role.OFFICIAL, "pejabat")
    factories.a_user(Role.OFFICER, "petugas")
    factories.a_fare_class(2, "Kelas 1")
    soon = clock.now() + timedelta(days=2)
    voyage = factories.a_voyage("Sampit", "Semarang", "Surabaya", places=300, ceiling=500, departs_at=soon)
    set_quota(voyage.id, 2, 40)
    move_places(voyage.id, 1, 1, 2, 60)
    stage(voyage.id, 1, 2, None, 24 * 60)
    small = factories.a_ship("KM Kecil")
    record_capacity(small.id, certificate=250, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    factories.a_voyage("Sampit", "Semarang", "Surabaya", places=50, departs_at=soon + timedelta(days=2))
    family = factories.a_booking(voyage, adults=3, infants=1)
    family.payment, family.amount_idr = PaymentMethod.COUNTER, 1_250_000
    db.session.commit()
    other = factories.a_booking(voyage, adults=2)
    factories.a_hold(voyage, 2)

    official = signed_in(browser, address, "pejabat", size)
    official.goto(f"{address}/kelola/pelayaran/{voyage.id}/penjelasan")
    look(official, "explanation")
    official.goto(f"{address}/kelola/pelayaran/{voyage.id}/penjelasan/{voyage.legs[0].id}")
    look(official, "explanation-rows")

    admin = signed_in(browser, address, "admin", size)
    for path, name in (
        (f"pelayaran/{voyage.id}", "admin-voyage-changes"),
        (f"pelayaran/{voyage.id}/jatah", "allotments"),
        ("saluran", "channels"),
        ("rencana/1", "plan"),
        (f"pelayaran/{voyage.id}/turunkan-kuota", "lower-quota"),
        (f"pelayaran/{voyage.id}/ganti-kapal", "swap"),
    ):
        admin.goto(f"{address}/kelola/{path}")
        look(admin, name)
    admin.select_option("#ship_id", str(small.id))
    admin.fill("#reason", "docking tahunan")
    admin.click("main form .btn-main")
    assert "Tidak ada yang kehilangan tempat" in admin.locator("main").inner_text()
    look(admin, "swap-preview")

    admin.goto(f"{address}/kelola/pelayaran/{voyage.id}/batal")
    admin.check("[value=weather]")
    admin.fill("#reason", "ombak 4 meter menurut BMKG")
    admin.click("main form .btn-main")
    assert "3 pesanan terdampak" in admin.locator("main").inner_text()
    look(admin, "cancel-preview")
    admin.click("main form .btn-danger")
    assert "Sampai saat itu dapat ditarik kembali" in told(admin)
    look(admin, "cancel-waits")
    official.goto(f"{address}/papan")
    look(official, "board-requests")
    official.goto(f"{address}/papan/permintaan")
    look(official, "requests")
    official.click("text=Konfirmasi")
    assert "Sudah dikonfirmasi" in told(official)
    admin.goto(f"{address}/kelola/pelayaran/{voyage.id}/terdampak")
    assert "ombak 4 meter menurut BMKG" in admin.locator("main").inner_text()
    look(admin, "displaced")

    traveler = browser.new_context(viewport=size, java_script_enabled=False).new_page()
    for booking in (other, family):
        traveler.goto(f"{address}/pesanan?kode={booking.code}")
        traveler.fill("#phone", booking.phone)
        traveler.click("main form .btn-main")
        assert "Pelayaran dibatalkan" in traveler.locator("h1").inner_text()
    watcher = browser.new_context(viewport=size, storage_state=traveler.context.storage_state()).new_page()
    watcher.goto(f"{address}/pesanan/{family.code}")
    look(watcher, "affected")
    assert traveler.locator("main .btn-main").count() == 1, "one main action"
    traveler.click("text=Pindah ke kapal ini")
    assert "Tiket Anda (4)" in traveler.locator("h1").inner_text()
    watcher.goto(f"{address}/pesanan/{family.code}")
    look(watcher, "affected-moved")

    officer = signed_in(browser, address, "petugas", size)
    officer.goto(f"{address}/loket/terdampak")
    assert other.code in officer.locator("main").inner_text()
    look(officer, "counter-displaced")
    officer.goto(f"{address}/loket/{other.code}")
    look(officer, "counter-affected")
