"""Pesanan saya: what this browser knows, with where each stands, what to do about it, and until when."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.booking.actions.payment import release
from app.booking.models import Booking, PaymentMethod
from app.booking.waitlist.actions import make_offers
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from app.disruption.actions.rebooking import choose_refund
from app.disruption.actions.voyage_changes import cancel_voyage
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait, cancel
from tests.conftest import Clock
from tests.factories import a_booking, a_hold, a_paid_booking, a_voyage
from tests.queries import queries_counted


def opened(client: FlaskClient, *known: Booking | WaitingEntry) -> list[str]:
    """Each row of the page as text, in its order, for a browser that knows these."""
    with client.session_transaction() as session:
        session["bookings"] = [row.code for row in known if isinstance(row, Booking)]
        session["waiting"] = [row.code for row in known if isinstance(row, WaitingEntry)]
    page = client.get("/pesanan").text
    rows = re.findall(r"<li>(<a class=\"code tall\".*?)</li>", page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows]


def test_whoever_lost_a_place_sees_it_first(client: FlaskClient, clock: Clock) -> None:
    lost, fine = a_paid_booking(a_voyage()), a_booking(a_voyage(departs_at=clock.moment + timedelta(days=5)))
    cancel_voyage(lost.voyage_id, "weather", "ombak tinggi")
    first, second = opened(client, lost, fine)
    assert first.startswith(f"{lost.code} Tempat hilang Sampit – Semarang")
    assert first.endswith("Pilih kapal lain atau uang kembali")
    assert second.startswith(f"{fine.code} Dikonfirmasi")
    choose_refund(lost.code)
    assert opened(client, lost)[0].endswith("Uang kembali: ambil di loket")


def test_each_state_says_what_to_do_and_until_when(client: FlaskClient, clock: Clock) -> None:
    voyage = a_voyage()
    held, unpaid, ticket = a_hold(voyage), a_booking(voyage, payment=PaymentMethod.COUNTER), a_booking(voyage)
    rows = opened(client, held, unpaid, ticket)
    assert [row.split()[0] for row in rows] == [ticket.code, unpaid.code, held.code], "the newest first"
    assert "Belum dibayar" in rows[1]
    assert re.search(r"Bayar di loket sampai \w+, \d+ \w+ \d{4} \d\d\.\d\d WIB$", rows[1])
    assert "Belum selesai" in rows[2]
    clock.forward(minutes=20)
    assert "Waktu habis" in opened(client, held)[0]
    clock.forward(days=2)
    assert "Sudah berangkat" in opened(client, ticket)[0]


def test_a_place_on_the_waiting_list_says_that_there_is_an_offer(client: FlaskClient) -> None:
    voyage, sold = a_full_voyage(2)
    entry = a_wait(voyage)
    assert "Menunggu" in opened(client, entry)[0]
    cancel([sold[0].id])
    make_offers([voyage.id])
    assert re.search(r"Ada tempat .* Ambil sampai .* WIB$", opened(client, entry)[0])


@pytest.mark.parametrize("many", [1, 5])
def test_the_page_asks_a_fixed_number_of_questions(app: Flask, client: FlaskClient, many: int) -> None:
    voyage, _ = a_full_voyage(2)
    other = a_voyage()
    known = [*(a_booking(other) for _ in range(many)), *(a_wait(voyage) for _ in range(many))]
    opened(client, *known)
    with queries_counted() as asked:
        client.get("/pesanan")
    assert asked.count <= 10, asked


def test_who_is_on_two_orders_of_this_browser_is_told_with_the_way_to_the_other(client: FlaskClient) -> None:
    voyage = a_voyage()
    first, stranger, second = (a_booking(voyage, payment=None) for _ in range(3))
    number = first.passengers[0].document_number
    for booking in (stranger, second):
        booking.passengers[0].document_number = number
    db.session.commit()
    opened(client, first, second)
    page = client.get(f"/pesanan/{second.code}/bayar").text
    assert "juga ada di pesanan Anda yang lain, pada waktu yang sama" in page
    assert f'href="/pesanan/{first.code}">Buka pesanan {first.code}' in page
    assert stranger.code not in page, "of others' orders nothing is told"
    release(first.code)
    assert "pada waktu yang sama" not in client.get(f"/pesanan/{second.code}/bayar").text
