"""Ports, operators, ships, papers and voyages at the administrator's doors, without JavaScript."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import User
from app.boarding.models import Gate
from app.db import db
from app.schedule.models import Operator, Port, Ship, Voyage, is_imo_number
from app.seats.models import CapacityCertificate, Dispensation, LegLoad
from tests.conftest import Clock
from tests.factories import a_booking, a_hold, a_port, a_ship, a_voyage
from tests.web.test_admin import admin, hidden, send, told

__all__ = ["admin"]

PORT = {"name": "Karimunjawa", "harbour": "", "zone": "Asia/Jakarta", "code": "", "confirmed_by": ""}


def flashed(client: FlaskClient, address: str) -> str:
    return " ".join(re.findall(r'role="status"[^>]*>(.*?)</', client.get(address).text, re.DOTALL))


# Ports, operators, ships


def test_a_port_without_a_known_code_gets_one_that_nobody_takes_for_a_locode(client: FlaskClient, admin: User) -> None:
    answer = send(client, "/kelola/pelabuhan/baru", PORT)
    assert answer.location == "/kelola/pelabuhan"
    port = db.session.scalars(db.select(Port)).one()
    assert (port.name, port.code, port.confirmed_by) == ("Karimunjawa", "?1", "")
    assert db.session.query(Gate).filter_by(port_id=port.id).count() == 3
    assert "belum dikonfirmasi" in client.get("/kelola/pelabuhan").text
    changed = {**PORT, "code": "idkwa", "confirmed_by": "daftar UN/LOCODE 2026-1", "zone": "Asia/Makassar"}
    send(client, f"/kelola/pelabuhan/{port.id}", changed)
    db.session.expire_all()
    assert (port.code, port.zone, port.confirmed_by) == ("IDKWA", "Asia/Makassar", "daftar UN/LOCODE 2026-1")
    assert db.session.query(Gate).count() == 3
    assert "belum dikonfirmasi" not in client.get("/kelola/pelabuhan").text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"name": " "}, "name"),
        ({"name": "Sampit"}, "name"),
        ({"code": "IDSMQ"}, "code"),
        ({"code": "A-1"}, "code"),
        ({"code": "x"}, "code"),
        ({"zone": "Europe/Berlin"}, "zone"),
        ({"confirmed_by": "katanya"}, "confirmed_by"),
        ({"harbour": "x" * 61}, "harbour"),
    ],
)
def test_what_is_wrong_with_a_port_is_told_at_its_field(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str
) -> None:
    a_port("Sampit")
    answer = send(client, "/kelola/pelabuhan/baru", {**PORT, **typed})
    assert answer.status_code in {409, 422}
    assert list(told(answer)) == [at]
    if at != "name":
        assert 'value="Karimunjawa"' in answer.text
    assert db.session.query(Port).count() == 1


def test_an_operator_is_made_and_put_right(client: FlaskClient, admin: User) -> None:
    assert send(client, "/kelola/operator/baru", {"name": "PT Uji", "code": "uji"}).status_code == 303
    operator = db.session.scalars(db.select(Operator)).one()
    assert operator.code == "UJI"
    send(client, f"/kelola/operator/{operator.id}", {"name": "PT Uji Laut", "code": "UJI"})
    assert "PT Uji Laut" in client.get("/kelola/operator").text
    for typed, at in (({"name": "PT Uji Laut", "code": "LAIN"}, "name"), ({"name": "Lain", "code": "UJI"}, "code"),
                      ({"name": "Lain", "code": "U"}, "code"), ({"name": "", "code": "AB"}, "name")):  # fmt: skip
        assert list(told(send(client, "/kelola/operator/baru", typed))) == [at]
    assert db.session.query(Operator).count() == 1
    terms = {"name": "PT Uji Laut", "code": "UJI", "child_age": "12"}
    assert send(client, f"/kelola/operator/{operator.id}", terms).status_code == 303
    assert "di bawah 12 tahun" in client.get("/kelola/operator").text
    assert 'value="12"' in client.get(f"/kelola/operator/{operator.id}").text
    for age in ("0", "19", "dua"):
        assert list(told(send(client, f"/kelola/operator/{operator.id}", {**terms, "child_age": age}))) == ["child_age"]
    send(client, f"/kelola/operator/{operator.id}", {**terms, "child_age": ""})
    assert "tidak diminta" in client.get("/kelola/operator").text
    assert client.get("/kelola/operator/99").status_code == 404


def test_a_ship_has_an_imo_number_whose_check_digit_is_right(client: FlaskClient, admin: User) -> None:
    assert is_imo_number("9074729")
    assert not any(map(is_imo_number, ("9074728", "907472", "90747299", "907472x", "٩٠٧٤٧٢٩")))
    owner = a_ship("KM Lama").operator_id
    typed = {"name": "KM Baru", "operator_id": str(owner), "type": "roro", "imo": "IMO 9074729", "note": "catatan"}
    wrong = send(client, "/kelola/kapal/baru", {**typed, "imo": "9074728"})
    assert list(told(wrong)) == ["imo"]
    assert 'value="9074728"' in wrong.text
    answer = send(client, "/kelola/kapal/baru", typed)
    ship = db.session.scalars(db.select(Ship).where(Ship.name == "KM Baru")).one()
    assert answer.location == f"/kelola/kapal/{ship.id}"
    assert (ship.imo, ship.type, ship.note) == ("9074729", "roro", "catatan")
    for wrong_typed, at in (({"operator_id": ""}, "operator_id"), ({"operator_id": "99"}, "operator_id"),
                            ({"name": "KM Lama", "imo": ""}, "name"), ({"name": "KM Lain"}, "imo")):  # fmt: skip
        assert list(told(send(client, "/kelola/kapal/baru", {**typed, **wrong_typed}))) == [at]
    send(client, f"/kelola/kapal/{ship.id}/data", {**typed, "imo": "", "name": "KM Baru II"})
    db.session.expire_all()
    assert (ship.name, ship.imo) == ("KM Baru II", None)


# Papers


def test_a_paper_is_put_right_and_taken_away_and_the_ceilings_follow(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=60)
    day, page = voyage.calls[0].day, f"/kelola/kapal/{voyage.ship_id}"
    certificate = {"kind": "certificate", "persons": "80", "valid_from": str(day), "valid_to": str(day)}
    send(client, page, certificate)
    send(client, page, {**certificate, "kind": "dispensation", "persons": "120", "letter": "L-1"})
    paper = db.session.scalars(db.select(Dispensation)).one()
    address = f"{page}/surat/dispensation/{paper.id}"
    assert address in client.get(page).text

    def ceiling() -> int:
        db.session.expire_all()
        return db.session.scalars(db.select(LegLoad.ceiling)).one()

    assert ceiling() == 120
    typed = {"persons": "110", "valid_from": str(day), "valid_to": str(day), "letter": "L-1"}
    no_letter = send(client, address, {**typed, "letter": " "})
    assert list(told(no_letter)) == ["letter"]
    assert 'value="110"' in no_letter.text
    assert list(told(send(client, address, {**typed, "valid_to": "2020-01-01"}))) == ["valid_to"]
    assert ceiling() == 120
    assert send(client, address, typed).location == page
    assert ceiling() == 110
    tomorrow = str(day + timedelta(days=1))
    send(client, address, {**typed, "valid_from": tomorrow, "valid_to": tomorrow})
    assert ceiling() == 80, "on its old day it is valid no more"
    kept = db.session.scalars(db.select(CapacityCertificate)).one().id
    assert send(client, address, {}, f"{page}/surat/certificate/{kept}/hapus").location == page
    assert ceiling() == 0
    assert db.session.query(CapacityCertificate).count() == 0
    assert client.get(f"{page}/surat/certificate/{kept}").status_code == 404


def test_two_papers_of_a_kind_are_not_valid_for_the_same_days(client: FlaskClient, admin: User) -> None:
    ship = a_ship()
    page = f"/kelola/kapal/{ship.id}"
    for persons, day in (("80", "2026-12-01"), ("90", "2026-12-02")):
        send(client, page, {"kind": "certificate", "persons": persons, "valid_from": day, "valid_to": day})
    second = db.session.scalars(db.select(CapacityCertificate).where(CapacityCertificate.persons == 90)).one()
    typed = {"persons": "90", "valid_from": "2026-12-01", "valid_to": "2026-12-01"}
    answer = send(client, f"{page}/surat/certificate/{second.id}", typed)
    assert list(told(answer)) == ["valid_from"]


# Voyages


def a_form(clock: Clock, *stops: str) -> dict[str, str]:
    """What one types for a voyage along these ports, a day apart."""
    ship = a_ship()
    day = clock.moment.date() + timedelta(days=3)
    typed = {"operator": str(ship.operator_id), "ship": str(ship.id), "number": "", "source_url": "", "note": ""}
    for n, name in enumerate(stops):
        typed |= {f"calls-{n}-id": "", f"calls-{n}-port": str(a_port(name).id)}
        if n:
            typed |= {f"calls-{n}-arrives_day": str(day + timedelta(days=n)), f"calls-{n}-arrives_time": "06:00"}
        if n < len(stops) - 1:
            typed |= {f"calls-{n}-departs_day": str(day + timedelta(days=n)), f"calls-{n}-departs_time": "13.30"}
    return typed


def test_a_voyage_is_made_once_with_its_calls_and_the_tide(client: FlaskClient, admin: User, clock: Clock) -> None:
    typed = a_form(clock, "Sampit", "Semarang", "Surabaya")
    typed |= {"calls-0-tide_from": "23:00", "calls-0-tide_until": "01:00", "calls-0-departs_time": "23:30"}
    first, second = (send(client, "/kelola/pelayaran/baru", typed).location for _ in range(2))
    assert first == second
    voyage = db.session.scalars(db.select(Voyage)).one()
    assert [call.port.name for call in voyage.calls] == ["Sampit", "Semarang", "Surabaya"]
    call = voyage.calls[0]
    assert f"{call.planned_departure.astimezone(call.port.tz):%H:%M}" == "23:30"
    assert call.tide_until - call.tide_from == timedelta(hours=2)
    assert "Sampit → Semarang → Surabaya" in client.get(first).text


def test_a_departure_outside_of_its_tide_is_told_with_both_times_and_midnight_parts_no_tide(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    typed = a_form(clock, "Sampit", "Semarang") | {"calls-0-tide_from": "23:00", "calls-0-tide_until": "01:00"}
    refused = send(client, "/kelola/pelayaran/baru", typed)
    assert "Berangkat 13.30 di luar jendela pasangnya, 23.00 sampai 01.00" in refused.text
    assert db.session.query(Voyage).count() == 0
    assert send(client, "/kelola/pelayaran/baru", typed | {"calls-0-departs_time": "00:30"}).status_code == 303
    call = db.session.scalars(db.select(Voyage)).one().calls[0]
    assert call.tide_from < call.planned_departure < call.tide_until


def test_another_operator_of_a_known_ship_and_a_far_year_are_asked_about_once(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    typed = a_form(clock, "Sampit", "Semarang")
    other = a_ship("KM Lain", "PT Lain").operator
    foreign = {**typed, "operator": str(other.id)}
    asked = send(client, "/kelola/pelayaran/baru", foreign)
    assert f"benar {other.code}?" in asked.text
    assert 'name="as_typed"' in asked.text
    far = {name: value.replace("2026-", "2029-") for name, value in typed.items()}
    assert "Benar tahun 2029?" in send(client, "/kelola/pelayaran/baru", far).text
    assert db.session.query(Voyage).count() == 0
    made = send(client, "/kelola/pelayaran/baru", {**foreign, "as_typed": "1"})
    assert made.status_code == 303
    voyage = db.session.scalars(db.select(Voyage)).one()
    again = {**foreign, "calls-0-id": str(voyage.calls[0].id), "calls-1-id": str(voyage.calls[1].id), "note": "dicatat"}
    assert send(client, f"/kelola/pelayaran/{voyage.id}/ubah", again).status_code == 303, (
        "what stands is not asked again"
    )


def test_another_call_comes_into_the_form_and_what_was_typed_stays(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    typed = {**a_form(clock, "Sampit", "Semarang"), "note": "catatan saya", "calls-0-departs_time": "jam satu"}
    page = send(client, "/kelola/pelayaran/baru", {**typed, "do": "add-0"})
    assert page.status_code == 200
    assert page.text.count("<legend>Singgah") == 3
    assert 'value="catatan saya"' in page.text
    assert 'value="jam satu"' in page.text
    assert re.search(r'name="calls-2-arrives_time"[^>]* value="06:00"', page.text)
    up = send(client, "/kelola/pelayaran/baru", {**typed, "do": "up-1"})
    chosen = re.findall(r"selected>(Sampit|Semarang)<", up.text)
    assert chosen == ["Semarang", "Sampit"]
    gone = send(client, "/kelola/pelayaran/baru", {**typed, "do": "remove-0"})
    assert re.findall(r"selected>(Sampit|Semarang)<", gone.text) == ["Semarang"]
    assert db.session.query(Voyage).count() == 0


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"operator": ""}, "operator"),
        ({"operator": "99"}, "operator"),
        ({"ship": "99"}, "ship"),
        ({"calls-1-port": ""}, "calls-1-port"),
        ({"calls-1-port": "999"}, "calls-1-port"),
        ({"calls-0-departs_day": ""}, "calls-0-departs_day"),
        ({"calls-0-departs_day": "", "calls-0-departs_time": ""}, "calls-0-departs_day"),
        ({"calls-0-departs_time": "25:00"}, "calls-0-departs_time"),
        ({"calls-1-arrives_day": "2026-01-01"}, "calls-1-arrives_day"),
        ({"calls-1-departs_time": "05:00"}, "calls-1-departs_day"),
        ({"calls-1-departs_time": ""}, "calls-1-departs_time"),
        ({"calls-0-tide_from": "10:00"}, "calls-0-tide_until"),
        ({"number": "x" * 161}, "number"),
    ],
)
def test_what_is_wrong_with_a_voyage_is_told_at_its_call_and_nothing_is_made(
    client: FlaskClient, admin: User, clock: Clock, typed: dict[str, str], at: str
) -> None:
    form = {**a_form(clock, "Sampit", "Semarang", "Surabaya"), "note": "catatan saya", **typed}
    answer = send(client, "/kelola/pelayaran/baru", form)
    assert answer.status_code in {404, 409, 422}
    assert list(told(answer)) == [at]
    assert 'value="catatan saya"' in answer.text
    assert db.session.query(Voyage).count() == 0


def test_what_is_sold_is_not_changed_behind_anybodys_back(client: FlaskClient, admin: User, clock: Clock) -> None:
    send(client, "/kelola/pelayaran/baru", a_form(clock, "Sampit", "Semarang", "Surabaya"))
    voyage = a_voyage("Sampit", "Semarang", "Surabaya")
    a_booking(voyage)
    page = f"/kelola/pelayaran/{voyage.id}/ubah"
    shown = client.get(page).text
    typed = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*? value="([^"]*)"', shown))
    typed |= dict(re.findall(
        r'<select id="([\w-]+)".*?<option value="(\d*)" selected', shown, re.DOTALL))  # fmt: skip
    typed.pop("csrf_token")
    assert send(client, page, typed).status_code == 303, "the same plan is no change"
    answer = send(client, page, {**typed, "calls-1-departs_time": "23:59"})
    assert answer.status_code == 409
    assert "Sudah 1 tempat terjual atau disimpan" in told(answer)["calls-1-port"]
    assert 'value="23:59"' in answer.text


def test_a_pattern_is_shown_and_then_made_once(client: FlaskClient, admin: User, clock: Clock) -> None:
    voyage = a_voyage()
    start = voyage.calls[0].day
    page = f"/kelola/pelayaran/{voyage.id}/salin"
    asked = {
        "first": str(start + timedelta(days=1)),
        "until": str(start + timedelta(days=14)),
        "weekdays-1": "1",
        "weekdays-4": "4",
        "every": "1",
    }
    shown = client.get(page, query_string=asked).text
    assert "Buat 4 pelayaran" in shown
    assert db.session.query(Voyage).count() == 1
    for told_so in ("4 pelayaran dibuat", "0 pelayaran dibuat. 4 sudah ada"):
        answer = send(client, f"{page}?first={asked['first']}", {**asked, "with_places": "false"}, page)
        assert answer.location == "/kelola/pelayaran"
        assert told_so in client.get(answer.location).text
    days = [v.calls[0].day for v in db.session.scalars(db.select(Voyage)) if v.id != voyage.id]
    assert {day.weekday() for day in days} == {1, 4}
    assert "sudah ada, tidak diubah" in client.get(page, query_string=asked).text


def test_a_preview_promises_no_copy_for_a_day_when_the_ship_makes_another_voyage(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya")
    start = voyage.calls[0].day
    leaves = voyage.calls[0].planned_departure + timedelta(days=7)
    other = a_voyage("Sampit", "Semarang", departs_at=leaves, ship=voyage.ship)
    page = f"/kelola/pelayaran/{voyage.id}/salin"
    days = [start + timedelta(days=by) for by in (3, 4, 7, 10)]
    weekdays = {f"weekdays-{day.weekday()}": str(day.weekday()) for day in days}
    asked = {"first": str(days[0]), "until": str(days[-1]), "every": "1", **weekdays}
    shown = client.get(page, query_string=asked).text
    rows = re.findall(r'<th scope="row">(.*?)</tr>', shown, re.DOTALL)
    marked = [re.search(r"pelayaran ([^<]*)<", row)[1] if "tidak dibuat" in row else "" for row in rows]
    # The day after the first copy is refused for that copy, which nobody has made yet.
    assert [number.partition("/")[0] for number in marked] == ["", str(days[0]), other.number, ""]
    assert "2 dibuat, 0 sudah ada, 2 tidak dibuat" in shown
    assert "Buat 2 pelayaran" in shown
    answer = send(client, f"{page}?first={asked['first']}", {**asked, "with_places": "false"}, page)
    assert "2 pelayaran dibuat. 2 tidak dibuat: kapalnya masih" in client.get(answer.location).text
    made = {v.calls[0].day for v in db.session.scalars(db.select(Voyage)) if v.id not in (voyage.id, other.id)}
    assert made == {days[0], days[3]}
    alone = {"first": str(days[2]), "until": "", "every": "1", "with_places": "false"}
    assert "Tidak ada yang dapat dibuat" in client.get(page, query_string=alone).text
    refused = send(client, f"{page}?first={alone['first']}", alone, page)
    assert (refused.status_code, other.number in refused.text) == (409, True)


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"first": ""}, "first"),
        ({"first": "besok"}, "first"),
        ({"first": "2026-12-01", "until": "2026-11-01", "weekdays-1": "1"}, "until"),
        ({"first": "2026-12-01", "until": "2026-12-31"}, "weekdays"),
        ({"first": "2026-12-01", "until": "2036-12-31", "weekdays-1": "1"}, "until"),
    ],
)
def test_a_pattern_that_cannot_be_is_told_at_its_field(
    client: FlaskClient, admin: User, asked: dict[str, str], at: str
) -> None:
    voyage = a_voyage()
    answer = client.get(f"/kelola/pelayaran/{voyage.id}/salin", query_string=asked)
    assert answer.status_code == 422
    assert list(told(answer)) == [at]


def test_quotas_that_no_paper_allows_are_not_copied_and_nothing_is_made(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    voyage = a_voyage(places=60)
    day: date = voyage.calls[0].day + timedelta(days=7)
    page = f"/kelola/pelayaran/{voyage.id}/salin"
    answer = send(client, f"{page}?first={day}", {"first": str(day), "with_places": "true"}, page)
    assert answer.status_code == 422
    assert "tidak ada surat kapasitas kapal" in told(answer)["with_places"]
    assert db.session.query(Voyage).count() == 1


def test_a_voyage_without_bookings_is_deleted_after_a_page_that_asks(client: FlaskClient, admin: User) -> None:
    voyage, booked = a_voyage(), a_voyage("Sampit", "Surabaya")
    a_hold(booked)
    page = f"/kelola/pelayaran/{voyage.id}/hapus"
    assert f'href="{page}"' in client.get(f"/kelola/pelayaran/{voyage.id}").text
    assert "Belum pernah ada yang memesan" in client.get(page).text
    assert db.session.query(Voyage).count() == 2
    answer = send(client, page, {})
    listed = client.get(answer.location).text
    assert "Pelayaran sudah dihapus" in listed
    assert f"{admin.name}, " in listed.partition("Pelayaran yang dihapus")[2]
    assert client.get(page).status_code == 404
    page, token = f"/kelola/pelayaran/{booked.id}/hapus", hidden(client.get("/kelola/pelabuhan/baru").text)
    for refused in (client.get(page), client.post(page, data=token)):
        assert "Sudah ada yang memesan di pelayaran ini" in refused.text
        assert "Hapus pelayaran ini" not in refused.text
    assert refused.status_code == 409


def test_a_day_that_is_over_is_asked_about_in_a_voyages_form(client: FlaskClient, admin: User, clock: Clock) -> None:
    typed = a_form(clock, "Sampit", "Semarang")
    yesterday = str(clock.moment.date() - timedelta(days=1))
    past = {**typed, "calls-0-departs_day": yesterday}
    asked = send(client, "/kelola/pelayaran/baru", past)
    assert (asked.status_code, list(told(asked))) == (422, ["calls-0-departs_day"])
    assert 'name="as_typed"' in asked.text
    assert db.session.query(Voyage).count() == 0
    assert send(client, "/kelola/pelayaran/baru", {**past, "as_typed": "1"}).status_code == 303
    voyage = db.session.scalars(db.select(Voyage)).one()
    page = f"/kelola/pelayaran/{voyage.id}/ubah"
    same = dict(re.findall(r'name="(calls-\d-id)" value="(\d+)"', client.get(page).text))
    noted = {**past, **same, "note": "dicatat kemudian"}
    assert send(client, page, noted).status_code == 303, "what stood there before is not asked about again"
    before = str(clock.moment.date() - timedelta(days=2))
    assert list(told(send(client, page, {**noted, "calls-0-departs_day": before}))) == ["calls-0-departs_day"]


def test_a_copy_is_made_for_no_day_that_is_over(client: FlaskClient, admin: User, clock: Clock) -> None:
    voyage = a_voyage()
    page, day = f"/kelola/pelayaran/{voyage.id}/salin", str(clock.moment.date() - timedelta(days=1))
    typed = {"first": day, "until": "", "every": "1", "with_places": "false"}
    token = hidden(client.get("/kelola/pelabuhan/baru").text)
    for answer in (client.get(page, query_string=typed), client.post(page, data={**typed, **token})):
        assert answer.status_code == 422
        assert "sudah lewat" in told(answer)["first"]
    assert db.session.query(Voyage).count() == 1
