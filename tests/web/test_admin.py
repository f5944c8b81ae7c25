"""The administrator's doors, as a browser without JavaScript meets them."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import config
from app.accounts.actions import create_user
from app.accounts.models import Role, User
from app.accounts.queries import find_user_by_name, list_users
from app.db import db
from app.planning.timetable import COLUMNS
from app.schedule.models import Voyage
from app.seats.models import Allotment, CapacityCertificate, Dispensation, LegLoad
from app.web.admin import timetable
from tests.conftest import Clock
from tests.factories import (
    PASSWORD,
    a_booking,
    a_channel,
    a_fare_class,
    a_hold,
    a_port,
    a_ship,
    a_user,
    a_voyage,
    on_sale,
)
from tests.queries import queries_counted
from tests.web.test_gate import hidden, sign_in

NEW_USER = {
    "name": "Siti Rahma",
    "username": "Siti.Rahma",
    "role": "officer",
    "password": PASSWORD,
    "password_again": PASSWORD,
}


@pytest.fixture
def admin(client: FlaskClient) -> User:
    """An administrator who has signed in."""
    somebody = a_user(Role.ADMINISTRATOR)
    sign_in(client, somebody)
    return somebody


def send(client: FlaskClient, page: str, typed: dict[str, object], to: str = "") -> TestResponse:
    """Fill in the form of `page` and send it (to another address where the form names one)."""
    return client.post(to or page, data={"csrf_token": hidden(client.get(page).text)["csrf_token"], **typed})


def told(answer: TestResponse) -> dict[str, str]:
    """The errors of a page by the id of their field."""
    return dict(re.findall(r'id="([\w-]+)-error">([^<]+)<', answer.text))


def now(user: User) -> User:
    db.session.expire_all()
    return db.session.get(User, user.id)


# Users


def test_a_user_is_made_once_however_often_the_form_is_sent(client: FlaskClient, admin: User) -> None:
    answers = [send(client, "/kelola/pengguna/baru", NEW_USER) for _ in range(2)]
    made = find_user_by_name("siti.rahma")
    assert [a.status_code for a in answers] == [200, 200]
    assert (made.name, made.role) == ("Siti Rahma", "officer")
    assert len(list_users()) == 2


@pytest.mark.parametrize(
    ("typed", "at", "sentence"),
    [
        ({"username": "ada"}, "username", "Nama pengguna ada sudah ada"),
        ({"username": "Siti Rahma"}, "username", "huruf kecil, angka"),
        ({"username": "x"}, "username", "2 sampai 40"),
        ({"username": "siti\0"}, "username", "huruf kecil, angka"),
        ({"name": " "}, "name", "Isi "),
        ({"name": "x" * 81}, "name", "Terlalu panjang"),
        ({"role": "captain"}, "role", "Pilih salah satu peran"),
    ],
)
def test_what_is_wrong_with_a_new_user_is_told_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str, sentence: str
) -> None:
    create_user("ada", "Sudah Ada", Role.OFFICER, PASSWORD)
    answer = send(client, "/kelola/pengguna/baru", {**NEW_USER, **typed})
    assert answer.status_code in {409, 422}
    assert sentence in told(answer)[at]
    assert f'href="#{at}"' in answer.text
    if at != "name":
        assert 'value="Siti Rahma"' in answer.text
    assert PASSWORD not in answer.text
    assert len(list_users()) == 2


def test_a_name_that_is_taken_is_refused_also_with_the_same_password_but_another_role(
    client: FlaskClient, admin: User
) -> None:
    send(client, "/kelola/pengguna/baru", NEW_USER)
    answer = send(client, "/kelola/pengguna/baru", {**NEW_USER, "role": "administrator"})
    assert "sudah ada" in told(answer)["username"]


def test_everybody_is_on_the_list_with_role_and_access(client: FlaskClient, admin: User) -> None:
    somebody = a_user(Role.OFFICIAL)
    send(client, f"/kelola/pengguna/{somebody.id}", {"role": "official", "active": "false"})
    page = client.get("/kelola/pengguna").text
    assert f'href="/kelola/pengguna/{somebody.id}">{somebody.name}</a>' in page
    assert page.count("Ditutup") == page.count("Dapat masuk") == 1


def test_a_deactivated_user_is_out_at_once_and_can_be_let_in_again(
    app: Flask, client: FlaskClient, admin: User
) -> None:
    somebody, theirs = a_user(), app.test_client()
    sign_in(theirs, somebody)
    page = f"/kelola/pengguna/{somebody.id}"
    assert send(client, page, {"role": "officer", "active": "false"}).status_code == 303
    assert "tidak dapat masuk lagi" in client.get(page).text
    assert theirs.get("/gate").status_code == 302
    send(client, page, {"role": "official", "active": "true"})
    assert (now(somebody).active, now(somebody).role) == (True, "official")


@pytest.mark.parametrize(
    ("typed", "at"),
    [({"role": "administrator", "active": "false"}, "active"), ({"role": "officer", "active": "true"}, "role")],
)
def test_the_last_administrator_is_not_locked_out(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str
) -> None:
    answer = send(client, f"/kelola/pengguna/{admin.id}", typed)
    assert answer.status_code == 409
    assert "administrator terakhir" in told(answer)[at]
    assert (now(admin).active, now(admin).role) == (True, "administrator")


def test_a_new_password_ends_the_sessions_of_its_user(app: Flask, client: FlaskClient, admin: User) -> None:
    somebody, theirs = a_user(), app.test_client()
    sign_in(theirs, somebody)
    page = f"/kelola/pengguna/{somebody.id}"
    answer = send(client, page, {}, f"{page}/kata-sandi")
    assert answer.status_code == 200
    assert theirs.get("/gate").status_code == 302
    assert now(somebody).has_password(re.findall(r'id="first-password"[^>]*>([^<]+)<', answer.text)[0])


def test_a_user_is_signed_out_everywhere_and_an_administrator_who_does_it_to_oneself_stays_here(
    app: Flask, client: FlaskClient, admin: User
) -> None:
    for somebody in (a_user(), admin):
        theirs, page = app.test_client(), f"/kelola/pengguna/{somebody.id}"
        sign_in(theirs, somebody)
        assert send(client, page, {}, f"{page}/keluar").location == page
        assert theirs.get("/akun").status_code == 302
        assert client.get(page).status_code == 200


# Voyages


def test_voyages_are_listed_with_what_is_left_and_found_by_port_and_day(client: FlaskClient, admin: User) -> None:
    voyage, other = a_voyage(places=1200), a_voyage("Sampit", "Surabaya")
    a_booking(voyage, adults=2)
    page = client.get("/kelola/pelayaran").text
    assert f"/kelola/pelayaran/{voyage.id}" in page
    assert f"/kelola/pelayaran/{other.id}" in page
    assert "<b>1.198</b> / 1.200" in page
    assert re.search(r"per \d\d\.\d\d WIB", page)
    found = client.get("/kelola/pelayaran", query_string={"dari": "IDSMQ", "ke": "IDSUB"}).text
    assert f"/kelola/pelayaran/{voyage.id}" not in found
    assert f"/kelola/pelayaran/{other.id}" in found
    day = voyage.calls[0].day
    assert f"/kelola/pelayaran/{voyage.id}" in client.get(f"/kelola/pelayaran?hari={day}").text
    assert "Tidak ada pelayaran di sini" in client.get(f"/kelola/pelayaran?hari={day + timedelta(days=9)}").text


def test_places_that_are_not_sold_online_are_not_taken_for_sold_ones(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=20, ceiling=100)
    on_sale(voyage, a_fare_class(), 30, a_channel())
    a_booking(voyage, adults=2)
    listed = " ".join(re.sub(r"<[^>]+>", "", client.get("/kelola/pelayaran").text).split())
    assert "Ekonomi: 18 / 50 30 tidak dijual online" in listed


@pytest.mark.parametrize(("query", "at"), [("hari=besok", "hari"), ("dari=XXXXX", "dari"), ("hari=2026-02-30", "hari")])
def test_a_search_that_cannot_be_is_told_at_its_field(client: FlaskClient, admin: User, query: str, at: str) -> None:
    answer = client.get(f"/kelola/pelayaran?{query}")
    assert answer.status_code == 422
    assert at in told(answer)


def quotas() -> dict[tuple[int, int], int]:
    db.session.expire_all()
    return {(a.leg_id, a.fare_class_id): a.quota for a in db.session.scalars(db.select(Allotment))}


def filled(client: FlaskClient, page: str, typed: dict[str, str]) -> dict[str, str]:
    """The form of the page with these typed: it brings what it was filled with."""
    return {"seen": hidden(client.get(page).text).get("seen", ""), **typed}


def test_quotas_are_set_by_class_and_leg(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai", places=60, ceiling=100)
    a_fare_class(2, "Kelas 1")
    first, second = (leg.id for leg in voyage.legs)
    page = f"/kelola/pelayaran/{voyage.id}/kuota"
    assert client.get(page).text.count('inputmode="numeric"') == 2 * 4, "four channels, and the class that is on sale"
    assert client.get(f"{page}?kelas=semua").text.count('inputmode="numeric"') == 2 * 2 * 4
    typed = {f"quota_{first}_1_1": "30", f"quota_{first}_2_1": "70", f"quota_{second}_1_1": "60"}
    assert send(client, page, filled(client, page, typed)).location == f"/kelola/pelayaran/{voyage.id}/jatah"
    assert quotas() == {(first, 1): 30, (first, 2): 70, (second, 1): 60}


def test_a_quota_below_what_is_taken_is_told_at_its_field_with_the_number(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai", places=60)
    a_hold(voyage, adults=2)
    a_booking(voyage, adults=3)
    first, second = (leg.id for leg in voyage.legs)
    page = f"/kelola/pelayaran/{voyage.id}/kuota"
    answer = send(client, page, filled(client, page, {f"quota_{first}_1_1": "50", f"quota_{second}_1_1": "4"}))
    assert answer.status_code == 409
    assert list(told(answer)) == [f"quota_{second}_1_1"]
    assert told(answer)[f"quota_{second}_1_1"].startswith(
        "Sudah 5 tempat disimpan atau terjual. Tulis paling sedikit itu;"
    )
    assert 'value="4"' in answer.text
    assert 'value="50"' in answer.text
    assert quotas() == {(first, 1): 60, (second, 1): 60}


@pytest.mark.parametrize("wrong", ["-1", "1,5", "banyak", "١٠", "99999999999"])
def test_a_quota_is_a_whole_number_under_the_ceiling(client: FlaskClient, admin: User, wrong: str) -> None:
    voyage = a_voyage(places=60)
    name, page = f"quota_{voyage.legs[0].id}_1_1", f"/kelola/pelayaran/{voyage.id}/kuota"
    answer = send(client, page, filled(client, page, {name: wrong}))
    assert answer.status_code == 422
    assert name in told(answer)
    too_many = send(client, page, filled(client, page, {name: "61"}))
    assert "tidak boleh melebihi 60 orang" in told(too_many)[name]


def test_a_voyage_without_a_capacity_says_what_to_do_and_a_paper_makes_it_ready(
    client: FlaskClient, admin: User
) -> None:
    voyage = a_voyage()
    db.session.execute(db.delete(Allotment))
    db.session.execute(db.delete(LegLoad))
    db.session.commit()
    page = client.get(f"/kelola/pelayaran/{voyage.id}").text
    assert "Belum dijual" in page
    assert f"/kelola/kapal/{voyage.ship_id}" in page
    assert "Belum dijual" in client.get(f"/kelola/pelayaran/{voyage.id}/kuota").text
    day = str(voyage.calls[0].day)
    paper = {"kind": "certificate", "persons": "80", "valid_from": day, "valid_to": day}
    assert send(client, f"/kelola/kapal/{voyage.ship_id}", paper).status_code == 303
    name = f"quota_{voyage.legs[0].id}_1_1"
    assert send(client, f"/kelola/pelayaran/{voyage.id}/kuota", {name: "80"}).status_code == 303
    assert quotas() == {(voyage.legs[0].id, 1): 80}


# Ships' papers


def test_a_dispensation_is_entered_with_its_letter_and_raises_the_ceiling(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=60)
    day, page = voyage.calls[0].day, f"/kelola/kapal/{voyage.ship_id}"
    typed = {
        "kind": "dispensation",
        "persons": "90",
        "valid_from": str(day),
        "valid_to": str(day + timedelta(days=3)),
        "letter": "AL.820/1/7/KSOP",
    }
    for _ in range(2):
        answer = send(client, page, typed)
        assert answer.status_code == 303
    assert db.session.query(Dispensation).count() == 1, "the same form twice is one paper"
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == 90
    assert "AL.820/1/7/KSOP" in client.get(page).text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"kind": ""}, "kind"),
        ({"persons": "0"}, "persons"),
        ({"persons": "banyak"}, "persons"),
        ({"valid_to": "2030-01-01"}, "valid_to"),
        ({"valid_from": ""}, "valid_from"),
        ({"kind": "dispensation"}, "letter"),
        ({"kind": "dispensation", "letter": "x" * 121}, "letter"),
    ],
)
def test_what_is_wrong_with_a_paper_is_told_at_its_field(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str
) -> None:
    form = {"kind": "certificate", "persons": "80", "valid_from": "2031-01-01", "valid_to": "2031-12-31", **typed}
    answer = send(client, f"/kelola/kapal/{a_ship().id}", form)
    assert answer.status_code == 422
    assert list(told(answer)) == [at]
    assert db.session.query(CapacityCertificate).count() == db.session.query(Dispensation).count() == 0


def test_ships_are_listed_with_what_their_papers_say_today(client: FlaskClient, admin: User, clock: Clock) -> None:
    ship = a_ship()
    today = clock.moment.date()
    for persons, begun in ((80, 300), (70, 10)):
        first = today - timedelta(days=begun)
        paper = {"kind": "certificate", "persons": str(persons), "valid_from": str(first), "valid_to": "2099-01-01"}
        send(client, f"/kelola/kapal/{ship.id}", paper)
    page = client.get("/kelola/kapal").text
    assert re.search(r'data-label="Sertifikat">70<', page)


# Timetables


def a_file(*lines: dict[str, str]) -> bytes:
    """A timetable of KM Uji from Sampit to Semarang, with changes by line."""
    usual = {
        "date": "2031-04-01",
        "time_local": "07:00",
        "ship": "KM Uji",
        "operator": "PT Pelni",
        "origin": "Sampit",
        "destination": "Semarang",
        "capacity_standard": "500",
        "source_url": "https://example.org/jadwal",
    }
    rows = [",".join({**usual, **line}.get(column, "") for column in COLUMNS) for line in lines]
    return "\n".join([",".join(COLUMNS), *rows, ""]).encode()


def upload(client: FlaskClient, data: bytes, name: str = "jadwal.csv") -> TestResponse:
    return send(client, "/kelola/jadwal", {"file": (BytesIO(data), name)})


@pytest.fixture
def ports(app: Flask) -> None:
    for name in ("Sampit", "Semarang"):
        a_port(name)
    a_fare_class()


def test_a_timetable_comes_in_and_a_second_time_changes_nothing(client: FlaskClient, admin: User, ports: None) -> None:
    data = a_file({}, {"date": "2031-04-02"})
    first, second = upload(client, data), upload(client, data)
    assert first.status_code == second.status_code == 200
    assert "2 ditambah, 0 diubah, 0 tetap." in first.text
    assert "2031-04-02/KM Uji/Sampit/Semarang/1" in first.text
    assert "0 ditambah, 0 diubah, 2 tetap." in second.text
    changed = upload(client, a_file({"time_local": "09:00"}, {"date": "2031-04-02"}))
    assert "0 ditambah, 1 diubah, 1 tetap." in changed.text
    assert db.session.query(Voyage).count() == 2


def faults(answer: TestResponse) -> list[tuple[str, str]]:
    """Line and column of the table's rows."""
    line, column = r"<th[^>]*>(?:<span[^>]*>[^<]*</span>)?([^<]+)</th>", r"<td[^>]*><span[^>]*>([^<]*)</span></td>"
    row = rf"<tr>{line}{column}<td>[^<]+</td></tr>"
    return re.findall(row, answer.text)


def test_every_fault_is_in_a_table_with_line_and_column_and_nothing_comes_in(
    client: FlaskClient, admin: User, ports: None
) -> None:
    answer = upload(client, a_file({}, {"date": "besok", "capacity_standard": "1.404"}, {"time_local": "25:00"}))
    assert answer.status_code == 422
    assert faults(answer) == [("3", "date"), ("3", "capacity_standard"), ("4", "time_local")]
    assert "Tidak ada yang diubah" in answer.text
    assert db.session.query(Voyage).count() == 0


def test_the_faults_are_told_in_english_too(client: FlaskClient, admin: User, ports: None) -> None:
    client.get("/kelola/jadwal?lang=en")
    assert "is not a date" in upload(client, a_file({"date": "besok"})).text


def test_ports_that_are_not_known_are_told_with_line_and_column(client: FlaskClient, admin: User, ports: None) -> None:
    answer = upload(
        client,
        a_file({}, {"date": "2031-04-02", "destination": "Atlantis"}, {"date": "2031-04-03", "origin": "Utopia"}),
    )
    assert answer.status_code == 422
    assert sorted(set(faults(answer))) == [("3", "destination"), ("4", "origin")]
    assert "Atlantis" in answer.text
    assert db.session.query(Voyage).count() == 0


def test_a_fresh_installation_knows_the_ports_that_come_with_dermaga(client: FlaskClient, admin: User) -> None:
    data = (config.ROOT / "data" / "seasons" / "lebaran-2024.csv").read_bytes()
    assert "12 ditambah, 0 diubah, 0 tetap." in upload(client, data).text


@pytest.mark.parametrize(
    "data",
    [
        b"x" * (timetable.FILE_MAX + 1),
        a_file(*({"date": str(date(2031, 1, 1) + timedelta(days=n))} for n in range(501))),
    ],
    ids=["bytes", "rows"],
)
def test_a_file_that_is_too_large_is_told_with_what_fits(
    client: FlaskClient, admin: User, ports: None, data: bytes
) -> None:
    answer = upload(client, data)
    assert answer.status_code == 413
    assert "Berkas ini terlalu besar. Paling banyak 500 baris dan 400 KB" in answer.text
    assert db.session.query(Voyage).count() == 0


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\x00\xff", "halo".encode("utf-16")], ids=["", "png", "utf16"])
def test_what_is_no_timetable_is_told(client: FlaskClient, admin: User, data: bytes) -> None:
    answer = upload(client, data)
    assert answer.status_code == 422
    assert faults(answer)


def test_no_file_at_all_is_told(client: FlaskClient, admin: User) -> None:
    assert "Pilih dahulu berkasnya" in send(client, "/kelola/jadwal", {}).text
    assert "Pilih dahulu berkasnya" in send(client, "/kelola/jadwal", {"file": (BytesIO(b""), "")}).text


# All pages


def test_no_page_asks_for_more_when_there_is_more_to_show(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai")
    budget = {
        "/kelola": 1,
        "/kelola/pengguna": 3,
        f"/kelola/pengguna/{admin.id}": 6,
        "/kelola/pelayaran": 10,
        f"/kelola/pelayaran/{voyage.id}": 7,
        f"/kelola/pelayaran/{voyage.id}/kuota": 11,
        "/kelola/kapal": 5,
        f"/kelola/kapal/{voyage.ship_id}": 4,
        "/kelola/jadwal": 2,
    }
    for _ in range(2):
        for page, most in budget.items():
            db.session.expunge_all()
            with queries_counted() as asked:
                assert client.get(page).status_code == 200
            assert asked.count <= most, f"{page}: {asked}"
        for n in range(5):
            a_user()
            a_voyage("Sampit", "Semarang", "Kumai", ship=a_ship(f"KM Uji {n}"))
