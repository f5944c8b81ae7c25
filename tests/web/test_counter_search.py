"""A lost code at the counter: found by phone, name, document, ticket or departure, and given back with a trace."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.booking.models import Booking, CodeReturn
from app.db import db
from tests import factories
from tests.conftest import Clock
from tests.web.test_gate import Pier, hidden, sign_in


@pytest.fixture
def booking(client: FlaskClient) -> Booking:
    sign_in(client, factories.a_user(Role.OFFICER))
    return factories.a_booking(adults=2)


def look_for(client: FlaskClient, q: str, **more: object) -> TestResponse:
    return client.post("/loket", data={**hidden(client.get("/loket").text), "q": q, **more})


def test_a_booking_is_found_by_phone_name_and_document_and_its_code_is_given_after_the_card(
    client: FlaskClient, booking: Booking
) -> None:
    person = booking.passengers[1]
    number = person.document_number
    for typed in (
        "0812-0000-0001",
        "+62 812 0000 0001",
        "enumpang 2",
        " enumpang   2 ",
        number,
        f"{number[:6]} {number[6:]}",
    ):
        page = look_for(client, typed)
        assert page.status_code == 200
        assert "Penumpang 2" in page.text, typed
        assert f"{'*' * 12}{number[-4:]}" in page.text
        assert booking.code not in page.text, "not before the card was looked at"
    form = hidden(page.text)
    for _ in range(2):
        answer = client.post("/loket/kode", data={**form, "passenger_id": person.id})
        assert answer.location == f"/loket/{booking.code}"
    kept = db.session.query(CodeReturn).one()
    assert (kept.booking_id, kept.passenger_id) == (booking.id, person.id)
    assert "Kode diberikan lagi" in client.get(answer.location).text


def test_a_document_is_called_by_its_word(client: FlaskClient, booking: Booking) -> None:
    booking.passengers[1].document_kind = "birth"
    db.session.commit()
    page = look_for(client, "enumpang 2").text
    assert "Surat keterangan lahir (bayi) **" in page
    assert "BIRTH" not in page


def test_a_ticket_under_the_hand_scanner_leads_to_its_booking(client: FlaskClient, booking: Booking) -> None:
    ticket = factories.tickets_of(booking)[0]
    for typed in (ticket.signed.swapcase(), ticket.serial.lower()):
        assert look_for(client, typed).location == f"/loket/{booking.code}"


def test_a_departure_alone_lists_its_people_and_no_others(client: FlaskClient, booking: Booking) -> None:
    other = factories.a_booking(factories.a_voyage())
    page = look_for(client, "", call_id=other.from_call_id).text
    assert page.count("Kartu cocok") == 1


@pytest.mark.parametrize(("typed", "status", "told"), [("si", 422, "3 huruf"), ("%%%", 422, "3 huruf"),
                                                       ("Tidak Ada", 200, "Tidak ada yang cocok")])  # fmt: skip
def test_too_little_and_nobody_are_told(
    client: FlaskClient, booking: Booking, typed: str, status: int, told: str
) -> None:
    page = look_for(client, typed)
    assert (page.status_code, told in page.text) == (status, True)


def test_only_officers_look_for_people(client: FlaskClient, booking: Booking) -> None:
    sign_in(client, factories.a_user(Role.OFFICIAL))
    assert client.post("/loket", data={"q": "Penumpang"}).status_code in {400, 403}


def test_at_the_gate_somebody_without_a_ticket_is_found_on_this_ship_and_judged(
    client: FlaskClient, clock: Clock
) -> None:
    pier = Pier(client, clock)
    pier.a_serial()
    factories.a_booking(factories.a_voyage())
    place = f"{pier.page}/cari"
    page = client.get(place).text
    assert client.post(place, data={**hidden(page), "q": "x"}).status_code == 422
    found = client.post(place, data={**hidden(page), "q": "penumpang"}).text
    assert found.count('name="shown"') == 1, "of the other ship nobody"
    assert "************" in found
    assert "NAIK" in client.post(pier.page, data=hidden(found), follow_redirects=True).text
