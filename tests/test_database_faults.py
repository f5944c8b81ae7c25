"""A database that will not is told as it is: full, read-only, of another version; and nothing is sold meanwhile."""

import logging
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app import create_app, database_faults
from app.booking.models import Booking
from app.config import ROOT
from app.database_faults import note, noted, revision_of_code
from app.db import db
from app.web import errors
from tests import factories
from tests.conftest import running, settings_for
from tests.web.program import API, a_hold


@pytest.fixture(autouse=True)
def _nothing_noted() -> Iterator[None]:
    note("")
    yield
    note("")


def told(client: FlaskClient, voyage_id: int) -> tuple[int, str]:
    answer = client.post(f"{API}/bookings", json=a_hold(voyage_id))
    return answer.status_code, answer.json.get("code", "") if answer.status_code >= 400 else ""


def readiness(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json["status"]


@contextmanager
def each_connection(statement: str) -> Iterator[None]:
    """Say `statement` on every connection of the block."""

    def say(connection: object, *_: object) -> None:
        connection.execute(statement)  # type: ignore[attr-defined]

    event.listen(db.engine, "checkout", say)
    try:
        yield
    finally:
        event.remove(db.engine, "checkout", say)
        db.session.rollback()
        db.engine.dispose()


@contextmanager
def a_disk(folder: Path, options: str) -> Iterator[Path]:
    """A file system of its own in memory."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.one_engine
def test_a_full_table_file_is_told_as_full_and_selling_goes_on_when_there_is_room(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    voyage = factories.a_voyage(places=900)
    factories.a_hold(voyage)
    db.session.commit()
    pages = db.session.scalar(text("PRAGMA page_count"))
    db.session.rollback()
    db.engine.dispose()
    with each_connection(f"PRAGMA max_page_count = {pages}"), caplog.at_level(logging.ERROR):
        answers = {told(client, voyage.id) for _ in range(60)}
        assert (503, "storage_full") in answers
        assert {code for _, code in answers} <= {"", "storage_full"}
        assert noted() == "storage_full"
    assert "storage_full" in caplog.text
    assert "SQLITE_FULL" in caplog.text
    assert readiness(client) == (200, "ready"), "there is room again"
    assert told(client, voyage.id)[0] == 201


@pytest.mark.one_engine
def test_a_full_disk_is_told_as_full(app: Flask, database_url: str, tmp_path: Path) -> None:
    voyage_id = factories.a_voyage(places=900).id
    db.session.remove()
    db.engine.dispose()
    source = Path(database_url.removeprefix("sqlite:///"))
    with a_disk(tmp_path / "disk", "size=16m") as disk:
        shutil.copy(source, disk / "x.db")
        with running(settings_for(f"sqlite:///{disk / 'x.db'}")) as full:
            client = full.test_client()
            assert readiness(client) == (200, "ready")
            with (disk / "ballast").open("wb") as ballast, pytest.raises(OSError, match="No space"):  # noqa: PT012
                while True:
                    ballast.write(b"\0" * 65536)
                    ballast.flush()
            assert readiness(client) == (503, "storage_full")
            answers = {told(client, voyage_id)[1] for _ in range(40)}
            assert answers <= {"", "storage_full"}
            page = client.get(f"/pelayaran/{voyage_id}")
            assert page.status_code in {200, 503}
            (disk / "ballast").unlink()
            assert readiness(client) == (200, "ready")
            assert told(client, voyage_id)[0] == 201


@pytest.mark.one_engine
def test_a_read_only_disk_is_told_as_read_only(app: Flask, database_url: str, tmp_path: Path) -> None:
    voyage_id = factories.a_voyage(places=9).id
    db.session.remove()
    db.engine.dispose()
    source = Path(database_url.removeprefix("sqlite:///"))
    with a_disk(tmp_path / "disk", "size=32m") as disk:
        shutil.copy(source, disk / "x.db")
        with running(settings_for(f"sqlite:///{disk / 'x.db'}")) as app_there:
            client = app_there.test_client()
            assert told(client, voyage_id)[0] == 201
            db.session.remove()
            db.engine.dispose()
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            assert told(client, voyage_id) == (503, "storage_read_only")
            assert readiness(client) == (503, "storage_read_only")
            page = client.post("/masuk", data={"username": "x"}).text
            assert "ramai" not in page
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            assert readiness(client) == (200, "ready")


@pytest.mark.one_engine
def test_a_connection_that_only_reads_is_told_as_read_only(app: Flask, client: FlaskClient) -> None:
    voyage = factories.a_voyage(places=9)
    db.session.commit()
    db.engine.dispose()
    with each_connection("PRAGMA query_only = ON"):
        assert told(client, voyage.id) == (503, "storage_read_only")


AGAIN = re.compile(r'<a class="btn btn-main" href="([^"]*)">Coba lagi</a>')


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("sent_to", "came_from", "again"),
    [
        ("/pesanan/{code}/penumpang", "http://localhost/pesanan/{code}/penumpang?x=1", "/pesanan/{code}/penumpang?x=1"),
        ("/pesanan/{code}/bayar", "", "/pesanan/{code}/bayar"),
        ("/pesanan/{code}/bayar", "http://elsewhere.example/pesanan", "/pesanan/{code}/bayar"),
        ("/pesanan/{code}/bayar", "http://localhost//elsewhere.example/x", "/pesanan/{code}/bayar"),
        ("/pesanan/{code}/bayar", "http://localhost/pesanan/{code}/pindah", "/pesanan/{code}/bayar"),
        ("/loket/{code}/bayar", "http://localhost/loket/{code}", "/loket/{code}"),
        ("/pesanan/{code}/uang-kembali", "", ""),
    ],
)
def test_a_page_that_could_not_be_written_leads_back_to_where_one_was(
    app: Flask, client: FlaskClient, sent_to: str, came_from: str, again: str
) -> None:
    booking = factories.a_hold(factories.a_voyage(places=9))
    code = booking.code
    with app.test_request_context(
        sent_to.format(code=code), method="POST", headers={"Referer": came_from.format(code=code)} if came_from else {}
    ):
        answer = errors._refused(database_faults.refusal("storage_full"))
        found = AGAIN.findall(answer.get_data(as_text=True))
    assert answer.status_code == 503
    assert found == ([again.format(code=code)] if again else [])


@pytest.mark.one_engine
def test_a_page_that_could_not_be_shown_is_tried_again_at_its_own_address(app: Flask) -> None:
    for path, again in (("/pesanan", ["/pesanan?kode=A&amp;b=1"]), ("//elsewhere.example/masuk", [])):
        with app.test_request_context("/?kode=A&b=1", environ_overrides={"PATH_INFO": path}):
            page = errors._refused(database_faults.refusal("storage_read_only")).get_data(as_text=True)
        assert AGAIN.findall(page) == again
        assert 'href="/">Ke halaman depan' in page


def test_a_postgresql_that_only_reads_is_told_as_read_only(app: Flask, client: FlaskClient, engine: str) -> None:
    if engine != "postgresql":
        return
    voyage = factories.a_voyage(places=9)
    assert readiness(client) == (200, "ready")
    name = db.session.scalar(text("SELECT current_database()"))
    db.session.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    db.session.commit()
    db.engine.dispose()
    assert told(client, voyage.id) == (503, "storage_read_only")
    assert readiness(client) == (503, "storage_read_only")
    db.session.rollback()
    db.session.execute(text("SET TRANSACTION READ WRITE"))
    db.session.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
    db.session.commit()
    db.engine.dispose()
    assert readiness(client) == (200, "ready")


@pytest.mark.parametrize("there", ["0003", "9999", ""], ids=["older", "newer", "none"])
def test_tables_of_another_version_sell_nothing(
    app: Flask, database_url: str, there: str, caplog: pytest.LogCaptureFixture
) -> None:
    voyage_id = factories.a_voyage(places=9).id
    change = "DELETE FROM alembic_version" if not there else f"UPDATE alembic_version SET version_num = '{there}'"
    ours = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.execute(text(change))
    db.session.commit()
    db.session.remove()
    db.engine.dispose()

    database_faults._fits.clear()  # a process that starts has not looked yet
    started = create_app(settings_for(database_url))
    with started.app_context():
        client = started.test_client()
        with caplog.at_level(logging.ERROR):
            assert told(client, voyage_id) == (503, "not_migrated")
        assert "flask db upgrade" in caplog.text
        assert readiness(client) == (503, "not_migrated")
        assert db.session.query(Booking).count() == 0
        db.session.execute(text("DELETE FROM alembic_version"))
        db.session.execute(text("INSERT INTO alembic_version VALUES (:ours)"), {"ours": ours})
        db.session.commit()
        assert readiness(client) == (200, "ready")
        assert told(client, voyage_id)[0] == 201, "as soon as it is put right"
        db.session.remove()
        db.engine.dispose()


def test_the_revision_of_the_code_is_the_last_migration() -> None:
    settings = Config()
    settings.set_main_option("script_location", str(ROOT / "migrations"))
    assert revision_of_code() == ScriptDirectory.from_config(settings).get_current_head()


@pytest.mark.one_engine
def test_a_missing_table_is_another_version_and_not_a_crowd(app: Flask, client: FlaskClient) -> None:
    factories.a_voyage(places=9)
    db.session.execute(text("ALTER TABLE fare_class RENAME TO fare_class_gone"))
    db.session.commit()
    voyage_id = db.session.scalar(text("SELECT id FROM voyage"))
    answer = client.get(f"{API}/voyages/{voyage_id}/availability")
    assert (answer.status_code, answer.json["code"]) == (503, "not_migrated")
    db.session.execute(text("ALTER TABLE fare_class_gone RENAME TO fare_class"))
    db.session.commit()


def test_only_its_owner_reads_the_files_of_the_database(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        open_to_all = tmp_path / "old.db"
        open_to_all.touch(0o666)
        for file in (tmp_path / "new.db", open_to_all):
            with running(settings_for(f"sqlite:///{file}")):
                db.session.execute(text("CREATE TABLE x (y INTEGER)"))
                db.session.execute(text("INSERT INTO x VALUES (1)"))
                modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.glob(f"{file.name}*")}
                db.session.commit()
            assert len(modes) >= 3, "its own, the log and its index"
            assert set(modes.values()) == {"0o600"}, modes
    finally:
        os.umask(before)
