"""Forms of the counter and the gate whose answer is cut on its way: pressed again they happen once, and say so.

The server does its work, the browser's line is cut before the answer comes, and the officer still has the form.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, Route

from app import clock
from app.accounts.models import User
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import DepartureStep, Scan
from app.booking.actions.cancellation import cancel_passengers
from app.booking.models import (
    Booking,
    Displacement,
    DocumentCorrection,
    Passenger,
    PassengerState,
    PaymentMethod,
    Ticket,
)
from app.booking.money.models import Receipt, Refund
from app.db import Model, db
from app.disruption.actions.voyage_changes import cancel_voyage
from app.rules.models import Exemption
from app.seats.models import ONLINE
from tests import factories
from tests.boarding.test_gate_rules import in_force
from tests.conftest import Clock
from tests.journeys.gangway import PASS, REFUSE, Gangway, officers_phone
from tests.journeys.test_lost_answers import compare_is_asked, show
from tests.web.test_gate_rules import NAMES, named

pytestmark = pytest.mark.browser


@contextmanager
def office(address: str, gangway: Gangway, path: str) -> Iterator[Page]:
    """An officer's page at `path`."""
    with officers_phone(address, gangway) as page:
        page.goto(address + path)
        yield page


def press_cut_and_press(page: Page, button: str) -> None:
    """Press the button; its answer is cut, the page stays as it is, and it is pressed again."""
    press_cut(page, button)
    page.locator(button).first.click()
    page.wait_for_load_state()


def press_cut(page: Page, button: str) -> None:
    sent: list[int] = []

    def cut(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        jar = page.context.cookies()
        status = route.fetch(max_redirects=0).status
        page.context.clear_cookies()
        page.context.add_cookies(jar)  # what the answer would have set is lost with it
        route.abort("aborted")  # the page that was there stays
        return sent.append(status)

    page.route("**/*", cut)
    page.locator(button).first.click(no_wait_after=True)
    for _ in range(100):
        if sent:
            break
        page.wait_for_timeout(50)
    assert sent == [303], "the server has done it"
    page.unroute("**/*")


def count(model: type[Model], **given: object) -> int:
    db.session.rollback()
    return db.session.query(model).filter_by(**given).count()


def told(page: Page) -> str:
    return page.locator("main").inner_text()


def test_a_counter_sale_whose_answer_was_lost_is_one_hold_also_from_a_page_opened_anew(
    address: str, gangway: Gangway
) -> None:
    voyage = factories.a_voyage(departs_at=clock.now() + timedelta(days=1), ship=factories.a_ship("KM Loket"))
    path = f"/loket/jual/{voyage.id}?saluran={ONLINE}"
    with office(address, gangway, path) as page:
        press_cut(page, "form.order .btn-main")
        page.goto(address + path)
        assert "Penjualan Anda yang tadi sudah masuk: 1 tempat disimpan" in told(page)
        page.click("text=Lanjutkan pesanan")
        page.wait_for_url("**/penumpang")
        page.goto(address + path)
        assert "Penjualan Anda yang tadi" not in told(page)
        press_cut_and_press(page, "form.order .btn-main")
        page.wait_for_url("**/penumpang")
        page.goto(address + path)
        assert "Penjualan Anda yang tadi" not in told(page), "its answer has come"
    assert count(Booking, voyage_id=voyage.id) == 2


def test_money_taken_and_paid_back_is_written_down_once(address: str, gangway: Gangway) -> None:
    factories.pelni_fares()
    voyage = factories.a_voyage(departs_at=clock.now() + timedelta(days=2), ship=factories.a_ship("KM Loket"))
    unpaid = factories.a_booking(voyage, payment=PaymentMethod.COUNTER)
    paid = factories.a_paid_booking(voyage, adults=2)
    cancel_passengers(paid.code, [1])
    before = count(Receipt)
    with office(address, gangway, f"/loket/{unpaid.code}") as page:
        press_cut_and_press(page, f'form[action$="{unpaid.code}/payment"] button')
        assert "Dikonfirmasi" in told(page)
        page.goto(f"{address}/loket/pengembalian")
        page.fill("input[name=amount_idr]", "200000")
        press_cut_and_press(page, "form:has(input[name=amount_idr]) button")
        assert "Rp200.000 dibayarkan kepada Penumpang 2" in told(page)
    assert count(Receipt) == before + 2
    assert count(Refund) == 1


def test_what_is_changed_at_the_counter_is_changed_once_and_said(address: str, gangway: Gangway) -> None:
    booking = gangway.ticket.passenger.booking
    with office(address, gangway, f"/loket/{booking.code}/ubah/dokumen/0") as page:
        number = gangway.ticket.passenger.document_number
        page.fill("input[name=document_number]", f"{number[:-1]}{(int(number[-1]) + 1) % 10}")
        press_cut_and_press(page, "main form .btn-main")
        assert "Dokumen Penumpang 1 sudah dibetulkan" in told(page)
        page.goto(f"{address}/loket/{booking.code}/ubah/nama/0")
        page.fill("input[name=name]", "Penumpan I")
        press_cut_and_press(page, "main form .btn-main")
        assert "Nama sudah dibetulkan: Penumpan I" in told(page)
        page.goto(f"{address}/loket/{booking.code}/ubah/batal?orang=0")
        press_cut_and_press(page, "main form button.btn")
        assert "Sudah dibatalkan: Penumpan I." in told(page)
    assert (count(DocumentCorrection), count(Passenger, state=PassengerState.CANCELLED)) == (1, 1)
    assert count(Ticket, passenger_id=gangway.ticket.passenger_id) == 3, "a new one for each correction"


def test_another_voyage_for_the_displaced_is_given_once(address: str, gangway: Gangway) -> None:
    old = gangway.ticket.passenger.booking
    cancel_voyage(old.voyage_id, "weather", "ombak tinggi")
    factories.a_voyage(departs_at=clock.now() + timedelta(days=2))
    with office(address, gangway, f"/loket/{old.code}") as page:
        press_cut_and_press(page, f'form[action$="{old.code}/pindah"] button')
        assert "Dikonfirmasi" in told(page)
        assert page.url != f"{address}/loket/{old.code}"
    assert count(Booking, moved_from_id=old.id) == 1
    assert count(Displacement, way_out="moved") == 1


def test_boarding_and_leaving_and_taking_them_back_happen_once(address: str, gangway: Gangway) -> None:
    later = factories.a_voyage(departs_at=clock.now() + timedelta(hours=5), ship=factories.a_ship("KM Nanti"))
    early = f"/gate/{factories.departure_of(later).id}/{gangway.gate.id}"
    soon = factories.a_voyage(departs_at=clock.now() + timedelta(minutes=20), ship=factories.a_ship("KM Segera"))
    leaves = f"/gate/{factories.departure_of(soon).id}/{gangway.gate.id}"
    steps = (
        (f"{early}/boarding", "Naik kapal sudah dibuka"),
        (f"{early}/boarding", "Sudah dibatalkan; keadaannya kembali"),
        (f"{leaves}/leaving", "Sudah tercatat: berangkat"),
        (f"{leaves}/leaving", "Sudah dibatalkan; keadaannya kembali"),
    )
    before = count(DepartureStep)
    with office(address, gangway, early) as page:
        for path, words in steps:
            page.goto(address + path)
            press_cut_and_press(page, "main form button")
            assert words in told(page), path
    assert count(DepartureStep) == before + len(steps)


def test_an_exemption_is_given_once(address: str, gangway: Gangway) -> None:
    in_force(named(1, NAMES[0]))
    db.session.get_one(User, gangway.officer.id).may_exempt = True
    db.session.commit()
    with office(address, gangway, gangway.path) as page:
        show(page, gangway.ticket.serial)
        page.click("#post")
        page.click("text=Kecualikan dari aturan")
        form = 'form[action$="/pengecualian"]'
        page.fill(f"{form} [name=reason]", "KTP terbakar")
        page.fill(f"{form} [name=exemption_letter]", "B-7/KSOP")
        press_cut_and_press(page, f"{form} button:not([name=judge])")
        assert "Sudah dicatat" in told(page)
    assert count(Exemption) == 1


def test_places_of_those_who_did_not_come_are_released_once_and_named(
    app: Flask, clock: Clock, address: str, tmp_path: Path
) -> None:
    voyage = factories.a_voyage(departs_at=clock() + timedelta(hours=2))
    departure, gate, officer = factories.departure_of(voyage), factories.a_gate(), factories.a_user()
    came, absent = (factories.tickets_of(factories.a_booking(voyage))[0] for _ in range(2))
    clock.forward(minutes=95)
    scan(Showing("0" * 36, came.signed, departure.id, gate.id, officer.id, clock()), app.extensions["keyring"])
    place = Gangway.__new__(Gangway)  # its ship has people who did not come
    place.app, place.officer, place.nothing = app, officer, tmp_path / "none.mjpeg"
    place.path = f"/gate/{departure.id}/{gate.id}/tidak-hadir"
    with officers_phone(address, place, has_pack=False) as page:
        press_cut_and_press(page, "main form button")
        assert "Tempatnya sudah dilepas: 1" in told(page)
        assert absent.passenger.booking.code in told(page)
    assert count(Passenger, state=PassengerState.NO_SHOW) == 1


@pytest.mark.parametrize("supervisor", [False, True], ids=["compared", "supervisor"])
def test_a_pass_of_the_post_whose_answer_was_lost_is_told_to_the_camera_once(
    address: str, gangway: Gangway, supervisor: bool
) -> None:
    compare_is_asked()
    db.session.get_one(User, gangway.officer.id).may_exempt = supervisor
    db.session.commit()
    with officers_phone(address, gangway) as page:
        show(page, gangway.ticket.serial)
        page.wait_for_selector("#answers button")
        page.wait_for_load_state("networkidle")  # the reader of codes is on its way
        page.goto(f"{address}{gangway.path}/periksa/{gangway.ticket.serial}")
        if supervisor:
            page.click("text=Loloskan sebagai pengawas")
            page.fill("[name=supervisor_reason]", "KTP terbakar, dikenal kepala desa")
            press_cut(page, "text=Loloskan orang ini")
        else:
            press_cut(page, ".gate-answer-main")
        page.goto(address + gangway.path)
        show(page, gangway.ticket.signed)
        page.wait_for_selector(PASS)
        assert "Sudah tercatat tadi" in page.locator("#verdict-panel").inner_text()
        page.wait_for_load_state("networkidle")
        page.goto(address + gangway.path)
        show(page, gangway.ticket.signed)
        page.wait_for_selector(REFUSE)
    assert count(Scan, verdict="pass") == 1
