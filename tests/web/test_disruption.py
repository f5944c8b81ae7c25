"""A voyage called off, swapped or lowered by an administrator, and the ways out that travelers and officers see."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock as app_clock
from app import config
from app.accounts.models import Role, User
from app.booking.actions.payment import release
from app.booking.models import Booking, Displacement, PaymentMethod
from app.db import db
from app.disruption.actions.confirmation import do_what_is_due
from app.disruption.actions.voyage_changes import cancel_voyage, swap_ship
from app.schedule.models import Ship, Voyage
from app.seats.actions.capacity import record_capacity
from tests.conftest import Clock
from tests.factories import a_booking, a_free_booking, a_hold, a_ship, a_user, a_voyage
from tests.queries import queries_counted
from tests.web.test_admin import send, told
from tests.web.test_gate import hidden, sign_in


@pytest.fixture
def admin(client: FlaskClient) -> User:
    somebody = a_user(Role.ADMINISTRATOR)
    sign_in(client, somebody)
    return somebody


@pytest.fixture
def small(app: Flask) -> Ship:
    ship = a_ship("KM Kecil")
    record_capacity(ship.id, certificate=3, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    return ship


def seen(page: str) -> str:
    return re.findall(r'name="seen" value="([\d.]*)"', page)[0]


def states() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(Booking.state).order_by(Booking.id)))


def lost(booking: Booking, amount: int | None = 100_000) -> Booking:
    """Let its voyage be called off, after it was paid."""
    if amount is not None:
        booking.payment, booking.amount_idr = PaymentMethod.COUNTER, amount
        db.session.commit()
    cancel_voyage(booking.voyage_id, "weather", "ombak tinggi")
    return booking


def test_a_voyage_is_called_off_in_two_steps_and_some_minutes(client: FlaskClient, admin: User, clock: Clock) -> None:
    config.use(replace(config.current(), undo_minutes=1))
    voyage = a_voyage()
    booking, held = a_booking(voyage, 2), a_hold(voyage)
    address = f"/kelola/pelayaran/{voyage.id}/batal"
    typed = {"cause": "weather", "reason": "ombak 4 meter"}
    page = send(client, address, typed)
    assert page.status_code == 200
    for words in (booking.code, held.code, "Penumpang 1, Penumpang 2", "+62 812-0000-0001", "2 pesanan terdampak"):
        assert words in page.text
    assert states() == ["confirmed", "held"], "it was only shown"
    done = send(client, address, {**typed, "seen": seen(page.text)})
    assert done.location == f"/kelola/pelayaran/{voyage.id}"
    waits = client.get(done.location).text
    for words in ("Sampai saat itu dapat ditarik kembali", "batalkan pelayaran", "3 orang kehilangan tempat"):
        assert words in waits, "not even its author's slip has cost anybody a place yet"
    assert "Konfirmasi" not in waits
    public = client.get(f"/pelayaran/{voyage.id}").text
    assert "Penjualan dijeda." in public
    assert "Ambil tempat" not in public
    assert states() == ["confirmed", "held"]
    clock.forward(minutes=1)
    do_what_is_due()
    told_page = client.get(f"/kelola/pelayaran/{voyage.id}/terdampak").text
    assert "1 masih menunggu jalan keluar" in told_page
    assert "ombak 4 meter" in told_page
    assert states() == ["cancelled"] * 2
    assert db.session.scalars(db.select(Displacement.decided_by)).all() == [admin.id] * 2
    assert "sudah dibatalkan" in client.get(address).text


def test_somebody_who_booked_meanwhile_is_shown_first(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage()
    a_booking(voyage)
    address, typed = f"/kelola/pelayaran/{voyage.id}/batal", {"cause": "tide", "reason": "air surut"}
    first = seen(send(client, address, typed).text)
    late = a_booking(voyage)
    answer = send(client, address, {**typed, "seen": first})
    assert answer.status_code == 409
    assert "Ada yang memesan sesudah daftar ini dibuat" in answer.text
    assert late.code in answer.text
    assert 'value="air surut"' in answer.text
    assert states() == ["confirmed"] * 2
    assert send(client, address, {**typed, "seen": seen(answer.text)}).status_code == 303


@pytest.mark.parametrize(
    ("what", "typed", "at", "sentence"),
    [
        ("batal", {"cause": "", "reason": "badai besar"}, "cause", "Pilih sebabnya"),
        ("batal", {"cause": "tide", "reason": " "}, "reason", "alasannya"),
        ("batal", {"cause": "tide", "reason": "x" * 201}, "reason", "Terlalu panjang"),
        ("ganti-kapal", {"ship_id": "", "reason": "docking tahunan"}, "ship_id", "Pilih salah satu"),
        ("ganti-kapal", {"ship_id": "99999", "reason": "docking tahunan"}, "ship_id", "Kapal ini tidak ada"),
        ("ganti-kapal", {"ship_id": "PAPERLESS", "reason": "docking tahunan"}, "ship_id", "tidak punya sertifikat"),
        ("turunkan-kuota", {"QUOTA": "500", "reason": "kabin rusak"}, "QUOTA", "hanya diturunkan"),
        ("turunkan-kuota", {"QUOTA": "dua", "reason": "kabin rusak"}, "QUOTA", "angka saja"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_changes_nothing(
    client: FlaskClient, admin: User, what: str, typed: dict[str, str], at: str, sentence: str
) -> None:
    voyage = a_voyage()
    a_booking(voyage)
    quota = f"quota_{voyage.legs[0].id}_1_1"
    names = {"QUOTA": quota}
    if typed.get("ship_id") == "PAPERLESS":
        typed = {**typed, "ship_id": str(a_ship("KM Tanpa Surat").id)}
    typed = {names.get(name, name): value for name, value in typed.items()}
    for more in ({}, {"seen": ""}):
        answer = send(client, f"/kelola/pelayaran/{voyage.id}/{what}", {**typed, **more})
        assert answer.status_code in {404, 409, 422}
        assert sentence in told(answer)[names.get(at, at)]
        assert f'href="#{names.get(at, at)}"' in answer.text
    assert states() == ["confirmed"]


def test_nothing_lowered_is_said(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage()
    answer = send(client, f"/kelola/pelayaran/{voyage.id}/turunkan-kuota", {"reason": "kabin rusak"})
    assert answer.status_code == 422
    assert "kuota baru yang lebih rendah" in answer.text
    assert 'value="kabin rusak"' in answer.text


def test_a_smaller_ship_shows_who_goes_and_the_quotas_afterwards(client: FlaskClient, admin: User, small: Ship) -> None:
    voyage = a_voyage(places=10)
    stays, goes = a_booking(voyage, 2), a_booking(voyage, 2)
    address, typed = f"/kelola/pelayaran/{voyage.id}/ganti-kapal", {"ship_id": str(small.id), "reason": "naik docking"}
    page = send(client, address, typed).text
    assert goes.code in page
    assert stays.code not in page
    assert "10 → <b>3</b>" in page
    assert "KM Kecil (3 orang)" in page
    assert send(client, address, {**typed, "seen": seen(page)}).status_code == 303
    assert states() == ["confirmed", "cancelled"]


def test_whoever_lost_a_place_or_gave_it_back_is_never_told_a_ship_that_came_later(
    client: FlaskClient, small: Ship
) -> None:
    sign_in(client, a_user())
    voyage = a_voyage(places=10)
    booked = voyage.ship.name if voyage.ship else ""
    a_booking(voyage, 2)
    gone, given_back = a_booking(voyage, 2), a_hold(voyage)
    release(given_back.code)
    again = a_ship("KM Lain Lagi")
    record_capacity(again.id, certificate=3, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    for ship in (small, again):
        swap_ship(voyage.id, ship.id, "naik docking")
        with client.session_transaction() as session:
            session["bookings"] = [gone.code, given_back.code]
        for address in (f"/pesanan/{gone.code}", f"/loket/{gone.code}"):
            page = client.get(address).text
            assert booked in page
            assert ship.name not in page
    assert db.session.scalars(db.select(Displacement.ship_name)).all() == [booked]
    for address in (f"/pesanan/{given_back.code}", f"/loket/{given_back.code}"):
        page = client.get(address).text
        assert not any(name in page for name in (small.name, again.name))


def test_places_that_no_quota_offers_after_a_swap_are_told_with_the_way_to_the_quota(
    client: FlaskClient, admin: User, small: Ship
) -> None:
    voyage = a_voyage(places=10)
    before = voyage.ship_id
    assert before is not None
    record_capacity(before, certificate=10, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    swap_ship(voyage.id, small.id, "naik docking")
    page = f"/kelola/pelayaran/{voyage.id}"
    told_of = "7 tempat tidak dijual sampai kuotanya diubah. Kuota semuanya 3, kapal boleh membawa 10 orang."
    for address in (page, f"{page}/terdampak"):
        assert "sampai kuotanya diubah" not in client.get(address).text, "all that the small ship has is on sale"
    typed = {"ship_id": str(before), "reason": "selesai docking"}
    shown = send(client, f"{page}/ganti-kapal", typed).text
    assert told_of in shown
    assert states() == []
    done = send(client, f"{page}/ganti-kapal", {**typed, "seen": seen(shown)})
    assert done.location == f"{page}/terdampak"
    for address in (page, f"{page}/terdampak"):
        assert told_of in client.get(address).text
        assert f'href="{page}/kuota"' in client.get(address).text


def test_a_quota_below_what_is_sold_is_lowered(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=10)
    a_booking(voyage, 2), a_booking(voyage, 2)
    address = f"/kelola/pelayaran/{voyage.id}/turunkan-kuota"
    typed = {f"quota_{voyage.legs[0].id}_1_1": "3", "reason": "kabin rusak"}
    page = send(client, address, typed).text
    assert send(client, address, {**typed, "seen": seen(page)}).status_code == 303
    assert states() == ["confirmed", "cancelled"]


def test_the_page_of_a_full_ship_asks_a_fixed_number_of_questions(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=200)
    for _ in range(12):
        a_booking(voyage)
    address, typed = f"/kelola/pelayaran/{voyage.id}/batal", {"cause": "tide", "reason": "air surut"}
    token = hidden(client.get(address).text)
    db.session.expire_all()
    with queries_counted() as asked:
        client.post(address, data={**token, **typed})
    assert asked.count <= 22, asked


# The traveler


def mine(client: FlaskClient, booking: Booking) -> None:
    with client.session_transaction() as session:
        session["bookings"] = [booking.code]


def later() -> Voyage:
    return a_voyage(departs_at=app_clock.now() + timedelta(days=3))


def test_the_ticket_page_says_what_happened_and_why_and_moves_with_one_button(client: FlaskClient) -> None:
    other = later()
    booking = lost(a_booking(adults=2))
    mine(client, booking)
    page = client.get(f"/pesanan/{booking.code}").text
    for words in ("Pelayaran dibatalkan", "ombak tinggi", "Rp100.000", "Pindah ke kapal ini", "Pilih uang kembali"):
        assert words in page
    calls = f"{other.calls[0].id}-{other.calls[-1].id}"
    assert f'value="{calls}"' in page
    answer = send(client, f"/pesanan/{booking.code}", {"voyage": calls}, f"/pesanan/{booking.code}/pindah")
    new = client.get(answer.location).text
    assert "Tiket Anda (2)" in new
    assert "Anda sudah pindah ke kapal lain" in client.get(f"/pesanan/{booking.code}").text


def test_the_ways_out_are_read_in_the_order_in_which_they_leave(client: FlaskClient) -> None:
    days = [app_clock.now() + timedelta(days=n) for n in (9, 5, 3)]
    ends = [f"{v.calls[0].id}-{v.calls[-1].id}" for v in (a_voyage(departs_at=day) for day in days)]
    booking = lost(a_booking(a_voyage(departs_at=days[1]), adults=2))
    mine(client, booking)
    page = client.get(f"/pesanan/{booking.code}").text
    assert re.findall(r'name="voyage" value="([\d-]+)"', page) == ends[::-1]
    assert page.count("Pindah ke kapal ini") == 1, "one button"


def test_the_ticket_page_takes_the_choice_of_the_money(client: FlaskClient) -> None:
    booking = lost(a_booking())
    mine(client, booking)
    page = f"/pesanan/{booking.code}"
    assert "tidak ada kapal lain" in client.get(page).text
    send(client, page, {}, f"{page}/uang-kembali")
    assert "Anda memilih uang kembali" in client.get(page).text


def test_a_voyage_that_filled_up_meanwhile_is_told_and_nothing_is_lost(client: FlaskClient) -> None:
    other = a_voyage(places=1, departs_at=app_clock.now() + timedelta(days=3))
    booking = lost(a_booking(adults=2))
    mine(client, booking)
    page = f"/pesanan/{booking.code}"
    for typed in ({"voyage": f"{other.calls[0].id}-{other.calls[-1].id}"}, {"voyage": "x"}, {}):
        answer = send(client, page, typed, f"{page}/pindah")
        assert answer.status_code in {409, 422}
        assert "Belum berhasil" in answer.text
    assert db.session.scalars(db.select(Displacement.way_out)).all() == [""]


def test_strangers_cannot_choose_for_others(client: FlaskClient) -> None:
    booking = lost(a_booking())
    client.get("/pesanan")
    for door in ("pindah", "uang-kembali"):
        answer = client.post(f"/pesanan/{booking.code}/{door}", data=hidden(client.get("/pesanan").text))
        assert answer.location == f"/pesanan?kode={booking.code}"
    assert db.session.scalars(db.select(Displacement.refund_chosen_at)).all() == [None]


# The counter


def test_an_officer_sees_the_list_and_moves_or_pays(client: FlaskClient) -> None:
    sign_in(client, a_user())
    other = later()
    one, two = lost(a_booking(adults=2)), lost(a_booking())
    page = client.get("/loket/terdampak").text
    assert one.code in page
    assert two.code in page
    assert "Rp100.000" in page
    calls = f"{other.calls[0].id}-{other.calls[-1].id}"
    moved = send(client, f"/loket/{one.code}", {"voyage": calls}, f"/loket/{one.code}/pindah")
    assert "Lunas." in client.get(moved.location).text
    paid = send(client, f"/loket/{two.code}", {}, f"/loket/{two.code}/uang-kembali")
    assert "Uang sudah dikembalikan" in client.get(paid.location).text
    assert "Tidak ada yang menunggu" in client.get("/loket/terdampak").text


def test_an_officer_closes_what_nobody_had_paid_for(client: FlaskClient) -> None:
    sign_in(client, a_user())
    booking = lost(a_free_booking(), None)
    done = send(client, f"/loket/{booking.code}", {}, f"/loket/{booking.code}/tidak-jadi")
    assert "Belum ada yang dibayar" in client.get(done.location).text
    assert db.session.scalars(db.select(Displacement.way_out)).all() == ["none_needed"]


def test_a_voyage_called_off_says_so_wherever_its_places_are_shown(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage()
    cancel_voyage(voyage.id, "weather", "ombak tinggi")
    page = f"/kelola/pelayaran/{voyage.id}"
    assert "Dibatalkan</span>" in client.get("/kelola/pelayaran").text
    assert "ombak tinggi" in client.get(page).text
    assert "Ubah kuota" not in client.get(page).text
    assert "Simpan kuota" not in client.get(f"{page}/kuota").text
    told = client.get(f"{page}/penjelasan").text
    assert "pelayaran dibatalkan: tidak dijual lagi" in told
    assert "kapal tidak boleh membawa orang lagi" not in told


def test_ships_with_a_paper_for_the_day_come_first_and_a_missing_one_is_told_with_its_day(
    client: FlaskClient, admin: User, small: Ship
) -> None:
    bare = a_ship("KM Awal")
    voyage = a_voyage()
    address = f"/kelola/pelayaran/{voyage.id}/ganti-kapal"
    page = client.get(address).text
    assert page.index("KM Kecil (3 orang)") < page.index("KM Awal (belum ada surat")
    refused = send(client, address, {"ship_id": str(bare.id), "reason": "mesin rusak"})
    day = voyage.calls[0].day
    assert day is not None
    assert str(day) not in refused.text, "a day as people write it, not as machines do"
    assert str(day.year) in told(refused)["ship_id"]
