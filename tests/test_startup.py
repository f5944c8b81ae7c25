"""A start is refused, with the remedy, where what is served would be wrong: a lost or another key, a demonstration."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import clock, config, create_app, keys, startup
from app.accounts.actions import create_user
from app.accounts.models import Role
from app.cli import close_demo
from app.db import db
from app.planning.actions.reference_import import found_season
from tests.conftest import SECRET, running, settings_for
from tests.factories import PASSWORD, a_booking, a_port, a_user, pay
from tests.test_keys import SEEDS

ENV = {"TICKET_KEYS": SEEDS[1]}


def start(app: Flask, env: dict[str, str], **changes: object) -> tuple[keys.Keyring, str]:
    db.session.commit()
    return startup.secrets_of(replace(config.current(), **changes), {"HOME": "/nonexistent", **env})  # type: ignore[arg-type]


def refused(app: Flask, env: dict[str, str], **changes: object) -> str:
    with pytest.raises(startup.CannotStart) as refusal:
        start(app, env, **changes)
    return str(refusal.value)


def test_a_first_start_makes_keys_beside_its_database_and_a_second_finds_them(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = start(app, {}, secret_key="", secrets_folder=str(folder))
    assert {path.name for path in folder.iterdir()} == {"ticket-keys.json", "secret-key"}
    again = start(app, {}, secret_key="", secrets_folder=str(folder))
    assert (first[0].public_keys(), first[1]) == (again[0].public_keys(), again[1])


def test_secrets_belong_to_the_database_and_not_to_the_unix_user() -> None:
    places = {
        startup.secrets_folder(config.Settings(database_url=url))
        for url in (
            "sqlite:////srv/a.db",
            "sqlite:////srv/b.db",
            "postgresql+psycopg://h/a",
            "postgresql+psycopg://h/b",
        )
    }
    assert len(places) == 4
    assert Path("/srv/a.keys") in places


def test_once_tickets_exist_a_missing_or_another_key_stops_the_start(app: Flask, tmp_path: Path) -> None:
    a_booking()
    empty = str(tmp_path / "keys")
    assert "Restore" in refused(app, {}, secrets_folder=empty)
    assert not (tmp_path / "keys").exists()
    assert "reads the newest ticket" in refused(app, ENV, secrets_folder=empty)
    with_both = {"TICKET_KEYS": f"{SEEDS[1]},{_own_seed()}"}
    assert start(app, with_both, secrets_folder=empty)


def _own_seed() -> str:
    return os.environ["TICKET_KEYS"]


def test_a_secret_is_not_made_anew_where_people_work(app: Flask, tmp_path: Path) -> None:
    a_user()
    assert "is missing" in refused(app, ENV, secret_key="", secrets_folder=str(tmp_path / "keys"))


def test_a_secret_that_others_know_stops_the_start(app: Flask) -> None:
    assert "too short" in refused(app, ENV, secret_key="dev")


def test_a_database_that_does_not_answer_gets_no_new_keys(tmp_path: Path) -> None:
    settings = config.Settings(
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/none", secrets_folder=str(tmp_path / "keys")
    )
    with pytest.raises(startup.CannotStart):
        startup.secrets_of(settings, {"HOME": "/nonexistent"})
    assert not (tmp_path / "keys").exists()


def test_being_ready_is_the_truth_about_the_keys(app: Flask) -> None:
    a_booking()
    assert app.test_client().get("/readyz").json == {"status": "ready"}
    app.extensions["keyring"] = keys.load_keyring(ENV, Path("/nonexistent"), may_make=False)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "keys_do_not_fit"})


@pytest.mark.parametrize("served", [{"secure_cookies": True}, {"trusted_proxies": 1}])
def test_accounts_of_the_demonstration_are_not_served_to_others(app: Flask, served: dict[str, object]) -> None:
    create_user("admin", "Administrator", Role.ADMINISTRATOR, PASSWORD)
    a_port()
    today = clock.now().date()
    assert start(app, {"TICKET_KEYS": _own_seed()}, **served)
    found_season("Demo", "Sampit", today, today, today, 900)
    assert "flask close-demo" in refused(app, {"TICKET_KEYS": _own_seed()}, **served)
    assert start(app, {"TICKET_KEYS": _own_seed()})
    assert app.test_cli_runner().invoke(close_demo).exit_code == 1, "the last administrator stays"
    a_user(Role.ADMINISTRATOR)
    assert app.test_cli_runner().invoke(close_demo).exit_code == 0
    assert start(app, {"TICKET_KEYS": _own_seed()}, **served)


def test_nor_are_they_served_at_all_beside_a_season_of_its_own(app: Flask) -> None:
    create_user("petugas", "Petugas", Role.OFFICER, PASSWORD)
    a_port()
    today, env = clock.now().date(), {"TICKET_KEYS": _own_seed()}
    found_season("Demo", "Sampit", today, today, today, 900)
    assert start(app, env)
    found_season("Lebaran", "Sampit", today, today, today)
    assert "rows of its own (Lebaran)" in refused(app, env)
    assert app.test_cli_runner().invoke(close_demo).exit_code == 0
    assert start(app, env)


def test_nor_beside_a_voyage_that_staff_of_its_own_has_sold(app: Flask) -> None:
    create_user("petugas", "Petugas", Role.OFFICER, PASSWORD)
    today, env = clock.now().date(), {"TICKET_KEYS": os.environ["TICKET_KEYS"]}
    sold = a_booking(payment=None)
    found_season("Demo", "Sampit", today, today, today, 900)
    assert start(app, env), "whoever tries the demonstration may make a voyage"
    pay(sold.code)
    assert start(app, env), "and sell on it"
    a_user()
    assert f"rows of its own ({sold.voyage.number})" in refused(app, env)


@pytest.mark.one_engine
def test_what_is_wrong_is_one_sentence_and_no_traceback(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECURE_COOKIES", "ture")
    with pytest.raises(SystemExit, match="SECURE_COOKIES must be 1 or 0"):
        create_app()
    monkeypatch.delenv("SECURE_COOKIES")
    with running(settings_for(database_url)) as app:
        assert app.config["SECRET_KEY"] == SECRET
