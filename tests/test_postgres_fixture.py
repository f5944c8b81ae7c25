"""The embedded PostgreSQL keeps what it promises."""

from collections.abc import Iterator

import psycopg
import pytest

from tests import postgres


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Postgres]:
    server = postgres.start(fsync=True)
    yield server
    server.stop()


def connect(server: postgres.Postgres, database: str) -> psycopg.Connection:
    return psycopg.connect(server.url(database).replace("+psycopg", ""), autocommit=True)


def test_a_started_server_answers_and_takes_200_connections(server):
    with connect(server, "postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert connection.execute("SHOW max_connections").fetchone() == ("200",)


def test_a_database_made_from_a_template_has_its_rows(server):
    server.create_database("origin")
    with connect(server, "origin") as connection:
        connection.execute("CREATE TABLE place (n int)")
        connection.execute("INSERT INTO place VALUES (57)")
    server.create_database("copy", template="origin")
    with connect(server, "copy") as connection:
        assert connection.execute("SELECT n FROM place").fetchone() == (57,)


def test_what_was_committed_is_there_after_kill_9_and_restart(server):
    server.create_database("crash")
    with connect(server, "crash") as connection:
        connection.execute("CREATE TABLE ticket (serial int)")
        connection.execute("INSERT INTO ticket VALUES (1)")
        server.kill9()
    server.restart()
    with connect(server, "crash") as connection:
        assert connection.execute("SELECT serial FROM ticket").fetchone() == (1,)


def test_programs_under_a_closed_folder_are_copied_where_the_server_may_enter(server, monkeypatch):
    wheel = postgres.binaries().parent.parent
    programs = postgres._copied(wheel)
    monkeypatch.setattr(postgres, "binaries", lambda: programs)
    server.restart()
    with connect(server, "postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_stopped_server_leaves_nothing_behind():
    server = postgres.start()
    server.stop()
    assert not server.folder.exists()
