"""Boarding groups on the pages: called at the gate with one touch, told on the ticket and on the voyage's page."""

import pytest
from flask.testing import FlaskClient

from app.booking.models import Booking
from app.db import db
from tests import factories
from tests.conftest import Clock
from tests.web.test_gate import Pier, hidden


@pytest.fixture
def pier(client: FlaskClient, clock: Clock) -> Pier:
    return Pier(client, clock)


def test_a_group_is_called_with_one_touch_and_everybody_reads_so(pier: Pier) -> None:
    pier.clock.forward(hours=-2)
    bookings = [factories.a_booking(pier.voyage, 8) for _ in range(4)]
    serials = [factories.tickets_of(booking)[0].serial for booking in bookings]
    pier.clock.forward(hours=2)
    gate = pier.client.get(pier.page).text
    assert "Panggil rombongan A" in gate
    fields = hidden(gate)
    called = pier.client.post(f"{pier.page}/panggilan", data={**fields, "group": 1}, follow_redirects=True).text
    assert "Rombongan A dipanggil" in called
    assert "Panggil rombongan B" in called
    assert "rombongan A" in pier.client.get(f"/pelayaran/{pier.voyage.id}").text
    assert "Rombongan B, yang dipanggil sekarang A." in pier.show(serials[3]).text
    assert "yang dipanggil sekarang" not in pier.show(serials[0]).text


def test_the_ticket_says_its_group_on_the_screen_and_on_paper(pier: Pier) -> None:
    pier.clock.forward(hours=-2)
    for _ in range(3):
        factories.a_booking(pier.voyage, 8)
    code = factories.a_booking(pier.voyage, 8).code
    traveler = pier.client.application.test_client()
    request_id = db.session.scalars(db.select(Booking.request_id).where(Booking.code == code)).one()
    assert request_id
    found = traveler.get("/pesanan").text
    asked = {**hidden(found), "code": code, "phone": "+6281200000001"}
    traveler.post("/pesanan", data=asked, follow_redirects=True)
    for paper in ("?cetak=a6", ""):
        page = traveler.get(f"/pesanan/{code}{paper}").text
        assert "Rombongan <b>B</b>" in page, paper
