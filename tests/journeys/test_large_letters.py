"""Every page of the traveler with letters of 200 per cent on a small phone: nothing sideways, no letter by letter."""

import pytest
from flask import Flask

from app.booking.models import PaymentMethod
from app.db import db
from tests.factories import a_booking, a_hold, a_voyage
from tests.journeys.cookies import session_of
from tests.journeys.screen import PHONE
from tests.journeys.test_traveler import browser

pytestmark = pytest.mark.browser

LETTER_BY_LETTER = """
() => [...document.querySelectorAll("main p, main dd, main dt, main li, main label, main h1, main h2, main b, main a")]
  .filter(e => e.offsetParent && !e.closest(".visually-hidden") && !e.querySelector("p, ul, dl, label, svg, input"))
  .filter(e => e.innerText.trim().length >= 10 && getComputedStyle(e).display !== "inline")
  .filter(e => e.innerText.trim().length / (e.clientHeight / parseFloat(getComputedStyle(e).lineHeight)) < 3)
  .map(e => e.innerText)
"""
BEYOND = """
() => [...document.querySelectorAll("main *")]
  .filter(e => e.offsetParent && !e.closest(".visually-hidden, .error-summary .visually-hidden"))
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))
"""


def test_no_page_of_a_traveler_scrolls_sideways_or_breaks_into_letters(app: Flask, address: str) -> None:
    voyage = a_voyage(places=50)
    held, unpaid = a_hold(voyage, 2, 1), a_booking(voyage, 1, payment=None)
    counter, ticket = a_booking(voyage, payment=PaymentMethod.COUNTER), a_booking(voyage, 2)
    for booking in (unpaid, ticket):
        booking.passengers[0].name = "MOHAMMADSYARIFHIDAYATULLAHALFARISI"
    db.session.commit()
    mine = [booking.code for booking in (held, unpaid, counter, ticket)]
    day, ours = voyage.calls[0].day, f"/pesanan/{ticket.code}"
    pages = [
        "/", f"/cari?dari=IDSMQ&ke=IDSRG&hari={day}", f"/pelayaran/{voyage.id}", "/pesanan", "/aturan",
        f"/pelayaran/{voyage.id}/tunggu", f"/pesanan/{held.code}/penumpang", f"/pesanan/{held.code}",
        f"/pesanan/{unpaid.code}/bayar", f"/pesanan/{counter.code}", ours, f"{ours}/ubah", f"{ours}/ubah/batal?orang=0",
        f"{ours}/ubah/pindah?orang=0", f"{ours}/ubah/nama/0",
    ]  # fmt: skip
    faults: list[tuple[str, str]] = []
    with browser() as page:
        page.context.add_cookies([session_of(app, {"bookings": mine}, address)])
        for path in pages:
            page.goto(f"{address}{path}")
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            faults += [(path, fault) for rule in (BEYOND, LETTER_BY_LETTER) for fault in page.evaluate(rule)]
            if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                faults.append((path, "wider than the screen"))
    assert faults == []
