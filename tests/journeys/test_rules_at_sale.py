"""What the rules ask, seen on a phone from the voyage to the ticket, and what a decree withholds."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import Role
from app.booking.actions.decree_entry import enter_decree
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from tests.conftest import Clock
from tests.factories import a_booking, a_fare_class, a_ship, a_user, a_voyage, on_sale, pay
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import PHONE, look
from tests.journeys.test_traveler import SITI, browser, write

pytestmark = pytest.mark.browser

SE_47 = datetime(2022, 4, 27, 5, tzinfo=UTC)


def test_a_family_is_told_what_to_bring_and_enters_a_test_ahead(app: Flask, clock: Clock, address: str) -> None:
    load_shipped(read_sets())
    a_ship().operator.code = "PELNI"
    clock.moment = SE_47 - timedelta(days=2)
    voyage = a_voyage(departs_at=SE_47, places=50)
    with browser() as page:
        page.goto(f"{address}/pelayaran/{voyage.id}")
        look(page, "rules-voyage")
        page.select_option("[name=adults]", "2")
        page.click("text=Ambil tempat")
        write(page, 0, **SITI)
        write(page, 1, name="BUDI UJI", document_kind="kk", document_number="6202011207850003", birth_date="1985-07-12",
              sex="L")  # fmt: skip
        page.fill("[name=phone]", "0812 3456 7890")
        page.click("text=Lanjut: periksa dan bayar")
        page.wait_for_url("**/penumpang?periksa=1")
        assert "Bawa KTP, SIM, paspor" in page.inner_text("fieldset:has-text('Penumpang 2')")
        look(page, "rules-who")
        page.click("text=Saya mengerti")
        page.wait_for_url("**/bayar")
        look(page, "rules-check")
        page.click("summary >> text=Yang diminta di gerbang")
        page.click("text=Isi vaksin, tes dan surat lebih dulu")
        page.fill("[name='0-person_doses']", "2")
        page.check("[name='0-person_health_app'][value=true]")
        page.check("[name='0-person_special_condition'][value=false]")
        page.click("section:has-text('SITI UJI') >> text=Simpan >> nth=0")
        page.click("text=Tambah tes atau surat >> nth=0")
        page.select_option("[name='0-kind']", "antigen")
        page.select_option("[name='0-result']", "negative")
        page.fill("[name='0-taken_at']", "2022-04-25T06:00")
        page.click("text=Simpan tes atau surat >> nth=0")
        assert "belum cukup" in page.inner_text("main")
        look(page, "rules-ahead")
        page.click("text=Periksa dan bayar")
        page.click("text=Selesaikan pesanan")
        page.wait_for_selector(".big-code")
        pay(page.url)
        page.reload()
        page.wait_for_selector("article.ticket")
        look(page, "rules-ticket")
        page.goto(f"{page.url}?cetak=a6")
        look(page, "rules-paper")


def test_an_administrator_enters_a_decree_and_sees_what_it_withholds(app: Flask, clock: Clock, address: str) -> None:
    load_shipped(read_sets())
    voyage = a_voyage(places=300, ceiling=420)
    on_sale(voyage, a_fare_class(2, "Kelas 1"), 60)
    a_booking(voyage, 8)
    user = a_user(Role.ADMINISTRATOR)
    call = voyage.calls[0]
    enter_decree(3, call.day, None, "SE Uji 1/2026", user.id, call.port_id)
    with browser(viewport=PHONE) as page:
        page.context.add_cookies([session_cookie(app, user, address)])
        for name, path in (
            ("decrees", "/kelola/pembatasan"),
            ("decree-explained", f"/kelola/pelayaran/{voyage.id}/penjelasan"),
            ("decree-allotments", f"/kelola/pelayaran/{voyage.id}/jatah"),
            ("decree-quotas", f"/kelola/pelayaran/{voyage.id}/kuota"),
        ):
            page.goto(f"{address}{path}")
            look(page, name)
