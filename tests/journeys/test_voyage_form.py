"""An administrator on a phone, without JavaScript: a new port, a voyage with several calls, a delay and its copies."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app import clock
from app.accounts.models import Role
from app.config import ROOT
from app.db import db
from app.planning.actions.reference_import import load_reference
from app.schedule.models import Voyage
from app.seats.actions.capacity import record_capacity
from app.seats.models import CapacityCertificate
from tests import chromium, factories
from tests.journeys.screen import PHONE, look
from tests.journeys.test_admin import enter, submit, told

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium.browser() as chrome:
        yield chrome


def call(page: Page, number: int, port: str, arrives: tuple[str, str] | None, departs: tuple[str, str] | None) -> None:
    """Fill in one call."""
    p = f"#calls-{number}-"
    page.select_option(f"{p}port", label=port)
    for name, moment in (("arrives", arrives), ("departs", departs)):
        if moment:
            page.fill(f"{p}{name}_day", moment[0])
            page.fill(f"{p}{name}_time", moment[1])


def test_a_voyage_with_several_calls_is_made_delayed_and_repeated_on_a_phone(
    app: Flask, address: str, browser: Browser
) -> None:
    load_reference(ROOT / "data")
    factories.a_user(Role.ADMINISTRATOR, "admin")
    today = clock.now().date()
    record_capacity(
        factories.a_ship("KM Lawit").id, valid_from=today, valid_to=today + timedelta(days=90), certificate=914
    )
    page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    seen = browser.new_context(viewport=PHONE).new_page()  # axe needs JavaScript
    for who in (page, seen):
        enter(who, address, "admin")

    page.goto(f"{address}/kelola/pelabuhan/baru")
    page.fill("#name", "Karimunjawa")
    submit(page)
    assert "Karimunjawa disimpan dengan kode ?1" in told(page)

    page.goto(f"{address}/kelola/pelayaran/baru")
    days = [str(today + timedelta(days=n)) for n in range(3, 8)]
    page.select_option("#operator", label="PT Pelni")
    page.select_option("#ship", label="KM Lawit")
    call(page, 0, "Semarang", None, (days[0], "13:00"))
    call(page, 1, "Karimunjawa", (days[1], "05:00"), None)
    page.click("[value=add-1]")
    assert page.url.endswith("#singgah-3")
    page.fill("#calls-1-departs_day", days[1])
    call(page, 2, "Semarang", (days[2], "05:00"), None)
    page.click("[value=add-2]")
    page.fill("#calls-2-departs_day", days[2])
    page.fill("#calls-2-departs_time", "04:00")
    call(page, 3, "Sampit", (days[3], "18:00"), None)
    submit(page)
    summary = page.locator(".error-summary").inner_text()
    assert "Singgah 2" in summary
    assert "jam" in summary
    page.fill("#calls-1-departs_time", "08:00")
    submit(page)
    assert "Kapal tidak dapat berangkat sebelum tiba" in page.locator(".error-summary").inner_text()
    page.fill("#calls-2-departs_time", "09:00")
    submit(page)
    assert "Pelayaran sudah disimpan" in told(page)
    assert "Semarang → Karimunjawa → Semarang → Sampit" in page.locator("h1").inner_text()
    db.session.rollback()
    voyage = db.session.scalars(db.select(Voyage)).one()
    paper_id = db.session.scalars(db.select(CapacityCertificate.id).order_by(CapacityCertificate.id.desc())).first()

    page.goto(f"{address}/kelola/pelayaran/{voyage.id}/singgah/{voyage.calls[0].id}")
    page.fill("#revised_departure", f"{days[0]}T10:30")
    page.select_option("#cause", "weather")
    page.check("#later_too")
    submit(page)
    assert "10.30 WIB" in told(page)
    text = page.locator("main").inner_text()
    assert text.count("Lebih awal") >= 4
    assert "cuaca" in text

    page.goto(f"{address}/kelola/pelayaran/{voyage.id}/salin")
    # Once a week: the ship needs half of it, and is back from the first voyage.
    page.fill("#first", str(today + timedelta(days=7)))
    page.fill("#until", str(today + timedelta(days=34)))
    page.check("[name=weekdays-1]")
    page.click("main form[method=get] .btn-main")
    preview = page.url
    page.check("[name=with_places][value=false]")
    submit(page)
    assert "4 pelayaran dibuat" in told(page)
    page.goto(preview)
    assert "sudah ada, tidak diubah" in page.locator("tbody").inner_text()

    for name, path in {
        "pelabuhan": "/kelola/pelabuhan",
        "pelabuhan-baru": "/kelola/pelabuhan/baru",
        "operator": "/kelola/operator",
        "operator-baru": "/kelola/operator/baru",
        "kapal-baru": "/kelola/kapal/baru",
        "kelola": "/kelola",
        "pelayaran-satu": f"/kelola/pelayaran/{voyage.id}",
        "pelayaran-baru": "/kelola/pelayaran/baru",
        "pelayaran-ubah": f"/kelola/pelayaran/{voyage.id}/ubah",
        "waktu": f"/kelola/pelayaran/{voyage.id}/singgah/{voyage.calls[1].id}",
        "lembar": "/kelola/jadwal/lembar",
        "surat": f"/kelola/kapal/{voyage.ship_id}/surat/certificate/{paper_id}",
        "salin": preview.removeprefix(address),
    }.items():
        seen.goto(address + path)
        look(seen, f"rencana-{name}")
        small = seen.locator(
            "main :is(a.btn, .btn:not(.visually-hidden), .field > input, select):visible"
        ).evaluate_all("all => all.filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)")
        assert small == [], name
    seen.goto(f"{address}/kelola/jadwal/lembar")
    head = b"ship,kind,persons,valid_from,valid_to,letter,source_url,note\n"
    wrong = head + b"KM Lawit,dispensation,90,2026-12-01,2026-12-01,,,\n"
    seen.set_input_files("#files", {"name": "surat.csv", "mimeType": "text/csv", "buffer": wrong})
    seen.click("main form .btn-main")
    assert "dispensasi tanpa nomor surat" in seen.locator("tbody").inner_text()
    look(seen, "rencana-lembar-salah")
    seen.goto(f"{address}/kelola/pelayaran/baru")
    seen.select_option("#operator", label="PT Pelni")
    seen.evaluate("document.querySelectorAll('[required]').forEach(e => e.removeAttribute('required'))")
    seen.click("main form[method=post] .btn-main")
    look(seen, "rencana-pelayaran-salah")
