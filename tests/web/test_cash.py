"""The counter's money: every payment has its receipt, and a day's sum opens its rows."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.payment import confirm_payment
from app.booking.models import Booking, PaymentMethod
from app.booking.money.models import Receipt, Refund
from app.db import db
from tests import factories
from tests.conftest import Clock
from tests.web.test_gate import hidden, sign_in


def plain(page: str) -> str:
    """The page without its tags."""
    return re.sub(r"<[^>]*>", "", page)


@pytest.fixture
def officer(client: FlaskClient) -> User:
    factories.pelni_fares()
    made = factories.a_user(Role.OFFICER)
    sign_in(client, made)
    return made


def pay(client: FlaskClient, booking: Booking) -> Receipt:
    page = client.get(f"/loket/{booking.code}").text
    for _ in range(2):
        assert client.post(f"/loket/{booking.code}/payment", data=hidden(page)).status_code == 303
    return db.session.query(Receipt).filter_by(booking_id=booking.id, kind="taken").one()


def test_a_payment_has_one_receipt_with_its_lines_and_it_stays_when_people_cancel(
    client: FlaskClient, officer: User, clock: Clock
) -> None:
    booking = factories.a_booking(
        factories.a_voyage(departs_at=clock() + timedelta(days=3)), 2, 1, payment=PaymentMethod.COUNTER
    )
    receipt = pay(client, booking)
    assert (receipt.amount_idr, receipt.officer_id, receipt.channel_id) == (420_000, officer.id, booking.channel_id)
    cancel_passengers(booking.code, [1])
    page = client.get(f"/loket/kuitansi/{receipt.id}").text
    for told in ("2 × Rp200.000", "Rp400.000", "1 × Rp20.000", "Rp420.000", booking.code, officer.name):
        assert told in plain(page)
    amounts = re.findall(r"(<[^<>]*>)[^<>]*Rp[0-9.]+", page.partition('<article class="receipt')[2])
    assert len(amounts) == 5
    assert all('class="nowrap"' in tag for tag in amounts), "an amount never breaks, however narrow the paper"
    assert all(person.document_number not in page and person.name not in page for person in booking.passengers)
    assert f"/loket/kuitansi/{receipt.id}" in client.get(f"/loket/{booking.code}").text
    assert client.get("/loket/kuitansi/999999").status_code == 404


def test_one_infant_without_a_fare_hides_no_sum_of_the_others(client: FlaskClient, clock: Clock) -> None:
    factories.pelni_fares(infant=None)
    sign_in(client, factories.a_user(Role.OFFICER))
    voyage = factories.a_voyage(departs_at=clock() + timedelta(days=3))
    receipt = pay(client, factories.a_booking(voyage, 2, 1, payment=PaymentMethod.COUNTER))
    assert (receipt.amount_idr, receipt.known_idr) == (None, 400_000)
    page = client.get(f"/loket/kuitansi/{receipt.id}").text
    for told in ("2 × Rp200.000", "Rp400.000", "Bayi: 1", "belum termasuk yang menurut operator"):
        assert told in plain(page)
    day = client.get("/loket/kas").text
    assert "Rp400.000" in day
    assert "1 kuitansi belum lengkap: sebagian menurut operator" in day
    assert "Rp400.000 dan sebagian menurut operator" in client.get(f"/loket/{receipt.booking.code}").text


def test_the_day_by_officer_and_channel_is_the_sum_of_its_rows(
    client: FlaskClient, officer: User, clock: Clock
) -> None:
    voyage = factories.a_voyage(departs_at=clock() + timedelta(days=3))
    mine = [pay(client, factories.a_booking(voyage, n, payment=PaymentMethod.COUNTER)) for n in (1, 2)]
    other = factories.a_booking(voyage, 3, payment=PaymentMethod.COUNTER)
    confirm_payment(other.code, factories.a_user().id, client.application.extensions["keyring"])
    cancel_passengers(other.code, [0])
    refund = db.session.query(Refund).one()
    form = hidden(client.get("/loket/pengembalian").text)
    for _ in range(2):
        client.post(f"/loket/pengembalian/{refund.id}", data={**form, "amount_idr": "120000"})
    page = client.get("/loket/kas").text
    assert "Rp600.000" in page, "taken by this officer"
    assert "Rp120.000" in page, "paid back"
    assert "Rp480.000" in page, "the difference"
    assert page.count("Rp1.200.000") == 1, "all together"
    rows = client.get(f"/loket/kas?petugas={officer.id}&saluran=1").text
    listed = [receipt.id for receipt in db.session.query(Receipt) if f"/loket/kuitansi/{receipt.id}" in rows]
    paid_back = db.session.query(Receipt).filter_by(kind="paid_back").one()
    assert listed == [*(receipt.id for receipt in mine), paid_back.id]
    clock.forward(days=1)
    assert "Belum ada uang" in client.get("/loket/kas").text


def test_an_officer_stays_at_the_counter_from_the_sale_to_the_money(client: FlaskClient, officer: User) -> None:
    held = factories.a_hold(factories.a_voyage())
    page = client.get(f"/pesanan/{held.code}/penumpang").text
    assert 'aria-label="Petugas"' in page
    assert "terima uangnya" in page
    answer = client.post(f"/pesanan/{held.code}/lepas", data=hidden(page))
    assert answer.location == f"/loket/{held.code}"
