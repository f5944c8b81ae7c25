"""An administrator in a real browser, without JavaScript: a new officer, a quota, a delay, a paper and a timetable."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import clock
from app.accounts.models import Role, User
from app.config import ROOT
from app.db import db
from app.planning.actions.reference_import import load_reference
from app.schedule.models import Voyage
from tests import chromium, factories
from tests.journeys.screen import DESK, PHONE, look

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium.browser() as chrome:
        yield chrome


@pytest.fixture
def admin(app: Flask) -> User:
    return factories.a_user(Role.ADMINISTRATOR, "admin")


@pytest.fixture
def voyage(app: Flask) -> Voyage:
    """A voyage over two legs, on which somebody has booked."""
    load_reference(ROOT / "data")
    made = factories.a_voyage(
        "Sampit",
        "Semarang",
        "Surabaya",
        places=300,
        ceiling=500,
        ship=factories.a_ship("KM Kirana I"),
        departs_at=clock.now() + timedelta(days=2),
    )
    factories.a_booking(made, adults=3)
    return made


def enter(page: Page, address: str, username: str, password: str = factories.PASSWORD) -> None:
    page.goto(f"{address}/masuk?next=/akun")
    page.fill("#username", username)
    page.fill("#password", password)
    page.click("main .btn-main")


def submit(page: Page) -> None:
    page.click("main form[method=post] .btn-main")


def told(page: Page) -> str:
    """What has just been done."""
    return page.locator("[role=status]").inner_text()


OWN = "sandi lain yang panjang"


def test_an_administrator_does_it_all_without_javascript_on_a_phone(
    address: str, browser: Browser, admin: User, voyage: Voyage, tmp_path: Path
) -> None:
    page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    enter(page, address, "admin")
    page.goto(f"{address}/kelola/pengguna/baru")
    page.fill("#name", "Siti Rahma")
    page.fill("#username", "siti.rahma")
    submit(page)
    assert "tampil sekali ini saja" in told(page)
    look(page, "admin-kata-sandi-pertama", scripts=False)
    first = page.locator("#first-password").inner_text()
    theirs = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    enter(theirs, address, "siti.rahma", first)
    assert "Buat kata sandi Anda sendiri dahulu." in theirs.locator("main").inner_text()
    look(theirs, "kata-sandi-pertama", scripts=False)
    for name, typed in (("#old_password", first), ("#password", OWN), ("#password_again", OWN)):
        theirs.fill(name, typed)
    theirs.click("main .btn-main")
    assert theirs.url.endswith("/gate")

    page.goto(f"{address}/kelola/pelayaran/{voyage.id}/kuota")
    first = page.locator("table.quotas input").first
    first.fill("2")
    submit(page)
    assert "Sudah 3 tempat disimpan atau terjual" in page.locator(".error-summary").inner_text()
    first.fill("350")
    submit(page)
    assert "Kuota sudah disimpan" in told(page)

    page.goto(f"{address}/kelola/pelayaran/{voyage.id}/singgah/{voyage.calls[0].id}")
    day = (voyage.calls[0].day or clock.now().date()) + timedelta(days=1)
    page.fill("#revised_departure", f"{day}T13:30")
    page.select_option("#cause", "tide")
    page.fill("#reason", "air pasang")
    submit(page)
    assert "13.30 WIB" in told(page)

    page.goto(f"{address}/kelola/kapal/{voyage.ship_id}")
    page.check("[value=dispensation]")
    for name, value in (
        ("persons", "650"),
        ("valid_from", str(voyage.calls[0].day)),
        ("valid_to", str(voyage.calls[0].day + timedelta(days=9))),
        ("letter", "AL.820/1/7/KSOP.Spt/2026"),
    ):
        page.fill(f"#{name}", value)
    submit(page)
    assert "Surat sudah disimpan" in told(page)

    page.goto(f"{address}/kelola/jadwal")
    page.set_input_files("#file", ROOT / "data" / "seasons" / "lebaran-2024.csv")
    submit(page)
    assert "12 ditambah, 0 diubah, 0 tetap" in told(page)
    wrong = tmp_path / "salah.csv"
    wrong.write_text((ROOT / "data" / "seasons" / "lebaran-2024.csv").read_text().replace("2024-03-2", "29 Maret"))
    page.set_input_files("#file", wrong)
    submit(page)
    assert page.locator("tbody tr").first.inner_text().startswith("Baris 2\ndate\n")
    assert "Tidak ada yang diubah" in page.locator(".error-summary").inner_text()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_pages_fit_and_have_no_fault_that_axe_knows(
    address: str, browser: Browser, admin: User, voyage: Voyage, size: dict[str, int]
) -> None:
    page = browser.new_context(viewport=size).new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{address}/masuk?next=/kelola")
    look(page, "admin-masuk")
    enter(page, address, "tidak-ada")
    look(page, "admin-masuk-salah")
    enter(page, address, "admin")
    call = voyage.calls[0]
    for name, path in {
        "akun": "/akun",
        "kelola": "/kelola",
        "pengguna": "/kelola/pengguna",
        "pengguna-baru": "/kelola/pengguna/baru",
        "pengguna-satu": f"/kelola/pengguna/{admin.id}",
        "pelayaran": "/kelola/pelayaran",
        "pelayaran-salah": "/kelola/pelayaran?hari=besok",
        "pelayaran-satu": f"/kelola/pelayaran/{voyage.id}",
        "kuota": f"/kelola/pelayaran/{voyage.id}/kuota",
        "waktu": f"/kelola/pelayaran/{voyage.id}/singgah/{call.id}",
        "kapal": "/kelola/kapal",
        "kapal-satu": f"/kelola/kapal/{voyage.ship_id}",
        "jadwal": "/kelola/jadwal",
    }.items():
        page.goto(address + path)
        look(page, f"admin-{name}")
    small = page.locator("main :is(a.btn, button, input:not([type=hidden]), select):visible").evaluate_all(
        "all => all.filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []
    page.goto(f"{address}/kelola/pengguna/baru")
    page.fill("#name", "Siti")
    page.fill("#username", "admin")
    page.click("main .btn-main")
    look(page, "admin-pengguna-salah")
    page.goto(f"{address}/kelola/jadwal")
    wrong = {"name": "jadwal.csv", "mimeType": "text/csv", "buffer": b"date,ship\nbesok,KM Uji\n"}
    page.set_input_files("#file", wrong)
    page.click("main .btn-main")
    look(page, "admin-jadwal-salah")
    page.set_input_files("#file", ROOT / "data" / "seasons" / "lebaran-2024.csv")
    page.click("main .btn-main")
    look(page, "admin-jadwal-masuk")
    db.session.rollback()
    brought_in = db.session.scalars(db.select(Voyage).where(Voyage.source_url != "")).first()
    assert brought_in
    page.goto(f"{address}/kelola/pelayaran/{brought_in.id}")
    look(page, "admin-pelayaran-bersumber")
    page.goto(f"{address}/papan")
    look(page, "admin-papan")
    page.emulate_media(color_scheme="dark")
    for name, path in {"pelayaran": "/kelola/pelayaran", "kuota": f"/kelola/pelayaran/{voyage.id}/kuota"}.items():
        page.goto(address + path)
        look(page, f"admin-{name}-dark")
    assert faults == []
