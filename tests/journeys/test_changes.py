"""Changes of a booking, on a phone and then at the counter."""

import pytest
from flask import Flask

from app.accounts.models import Role
from tests.factories import a_paid_booking, a_user, a_voyage, pelni_fares
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import look
from tests.journeys.test_traveler import browser

pytestmark = pytest.mark.browser


@pytest.fixture
def pelni(app: Flask) -> Flask:
    """Ships of an operator whose terms are known, at known fares."""
    pelni_fares()
    return app


def test_one_cancels_one_moves_and_one_name_is_put_right(pelni: Flask, address: str) -> None:
    booking = a_paid_booking(a_voyage(), adults=3)
    a_voyage(departs_at=booking.from_call.planned_departure.replace(microsecond=0))
    with browser() as page:
        page.goto(f"{address}/pesanan")
        page.fill("[name=code]", booking.code)
        page.fill("[name=phone]", "0812 0000 0001")
        page.click("text=Buka pesanan")
        look(page, "changes-ticket")
        page.click("text=Ubah pesanan")
        look(page, "changes-overview")
        page.check("[name=orang][value='2']")
        page.click("text=Tidak jadi berangkat")
        look(page, "changes-cancel")
        page.click("text=Ya, batalkan")
        page.wait_for_selector("article.ticket")
        assert page.locator("article.ticket").count() == 2
        look(page, "changes-after")
        page.click("text=Ubah pesanan")
        page.click("text=Betulkan nama Penumpang 1")
        page.fill("[name=name]", "Dewi Lestari")
        page.click("text=Betulkan dan buat tiket baru")
        look(page, "changes-name-refused")
        page.fill("[name=name]", "Penumpan I")
        page.click("text=Betulkan dan buat tiket baru")
        assert "Penumpan I" in page.inner_text("main")
        page.click("text=Ubah pesanan")
        page.check("[name=orang][value='1']")
        page.click("text=Pindah ke kapal lain")
        look(page, "changes-move")
        page.click("a:has-text('Pilih')")
        look(page, "changes-move-confirm")
        page.click("text=Ya, pindah")
        page.wait_for_selector("article.ticket")
        assert booking.code not in page.url
        page.context.add_cookies([session_cookie(pelni, a_user(Role.OFFICER), address)])
        page.goto(f"{address}/loket/pengembalian")
        look(page, "changes-refunds")
        page.click("text=Uang sudah dibayarkan")
        page.wait_for_selector("text=Tidak ada uang yang harus kembali")
        page.goto(f"{address}/loket/{booking.code}")
        look(page, "changes-counter")
