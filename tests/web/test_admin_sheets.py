"""The schedule as sheets, at the administrator's door and by command."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.db import db
from app.planning.sheets.cells import SHEETS
from app.planning.sheets.export import export_schedule
from app.schedule.models import Ship, Voyage
from tests.factories import a_ship, a_voyage
from tests.web.test_admin import admin
from tests.web.test_gate import hidden

__all__ = ["admin"]

PAGE = "/kelola/jadwal/lembar"


def upload(client: FlaskClient, **files: bytes) -> TestResponse:
    token = hidden(client.get(PAGE).text)["csrf_token"]
    sent = [(BytesIO(data), name.replace("_", ".")) for name, data in files.items()]
    return client.post(PAGE, data={"csrf_token": token, "files": sent}, content_type="multipart/form-data")


def test_the_sheets_are_downloaded_and_come_back_without_a_change(client: FlaskClient, admin: User) -> None:
    a_voyage("Sampit", "Semarang", "Surabaya")
    for name in SHEETS:
        answer = client.get(f"{PAGE}/{name}.csv")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        assert answer.data == export_schedule()[name]
    packed = client.get(f"{PAGE}/jadwal.zip").data
    assert sorted(zipfile.ZipFile(BytesIO(packed)).namelist()) == sorted(f"{name}.csv" for name in SHEETS)
    for files in ({"jadwal_zip": packed}, {f"{name}_csv": data for name, data in export_schedule().items()}):
        page = upload(client, **files)
        assert page.status_code == 200
        assert "Tidak ada yang berubah" in page.text
    assert client.get(f"{PAGE}/lain.csv").status_code == 404
    assert client.get(f"{PAGE}/style.css").status_code == 404


def test_a_new_ship_in_a_sheet_is_a_new_ship(client: FlaskClient, admin: User) -> None:
    a_ship()
    data = export_schedule()["ships"]
    page = upload(client, kapal_csv=data + data.splitlines()[1].replace(b"KM Uji Coba", b"KM Baru") + b"\r\n")
    assert page.status_code == 200
    assert "Berkasnya sudah masuk" in page.text
    assert db.session.scalars(db.select(Ship.name).order_by(Ship.id)).all() == ["KM Uji Coba", "KM Baru"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Berkas kosong"),
        (b"PK\x03\x04 not a zip", "Arsip ini rusak"),
        (b"\xff\xfe", "Berkas kosong"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "bukan lembar jadwal"),
        (b"halo,dunia\n", "bukan judul kolom jadwal"),
        (b"code,name\nUJI\n", "berisi 1 sel"),
    ],
)
def test_a_file_that_is_none_is_told_with_its_name(client: FlaskClient, admin: User, data: bytes, told: str) -> None:
    page = upload(client, salah_csv=data)
    assert page.status_code == 422
    assert "Tidak ada yang diubah" in page.text
    assert told in page.text
    assert "salah.csv" in page.text


def test_without_a_file_the_page_asks_for_one(client: FlaskClient, admin: User) -> None:
    assert upload(client).status_code == 422


def test_the_commands_write_and_read_the_same_schedule(app: Flask, tmp_path: Path) -> None:
    a_voyage()
    run = app.test_cli_runner().invoke
    folder, packed = tmp_path / "jadwal", tmp_path / "jadwal.zip"
    assert run(args=["export-schedule", str(folder)]).exit_code == 0
    assert run(args=["export-schedule", str(packed)]).exit_code == 0
    before = export_schedule()
    for source in (folder, packed):
        result = run(args=["import-schedule", str(source)])
        assert result.exit_code == 0, result.output
        assert "voyages: 0 ditambah, 0 diubah, 1 tetap" in result.output
    ships = folder / "ships.csv"
    ships.write_bytes(ships.read_bytes().replace(b"U", b"V"))
    wrong = run(args=["import-schedule", str(ships)])
    assert wrong.exit_code == 1
    assert "ships.csv: Baris 2, kolom operator" in wrong.output
    db.session.rollback()
    assert export_schedule() == before
    assert db.session.query(Voyage).count() == 1
