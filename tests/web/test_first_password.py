"""A user with a first password makes one of their own before anything else."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import config
from app.accounts.models import Role, User
from app.accounts.queries import find_user_by_name, list_users
from app.db import db
from tests.conftest import Clock
from tests.factories import a_user
from tests.web.test_admin import admin, send
from tests.web.test_gate import hidden

__all__ = ["admin"]

NEW_USER = {"name": "Siti Rahma", "username": "siti.rahma", "role": "officer"}
OWN = "sandi lain yang panjang"


def shown(page: str) -> str:
    return re.findall(r'id="first-password"[^>]*>([^<]+)<', page)[0]


def sign_in_with(client: FlaskClient, username: str, password: str) -> object:
    page = client.get("/masuk").text
    return client.post("/masuk", data={**hidden(page), "username": username, "password": password})


@pytest.fixture
def password(client: FlaskClient, admin: User) -> str:
    return shown(send(client, "/kelola/pengguna/baru", NEW_USER).text)


def test_it_opens_nothing_but_the_page_that_changes_it(app: Flask, password: str) -> None:
    theirs = app.test_client()
    assert sign_in_with(theirs, "siti.rahma", password).status_code == 303  # type: ignore[attr-defined]
    for page in ("/gate", "/loket", "/papan"):
        answer = theirs.get(page)
        assert answer.status_code == 403 or answer.location == "/akun", page
    account = theirs.get("/akun")
    assert "Buat kata sandi Anda sendiri dahulu." in account.text
    same = {"old_password": password, "password": password, "password_again": password}
    assert "Pilih kata sandi lain" in theirs.post("/akun", data={**hidden(account.text), **same}).text
    own = {"old_password": password, "password": OWN, "password_again": OWN}
    done = theirs.post("/akun", data={**hidden(account.text), **own})
    assert done.location == "/gate", "on to the work"
    assert "Kata sandi baru berlaku" in theirs.get("/gate").text, "told where one lands"
    assert "Buat kata sandi Anda sendiri dahulu." not in theirs.get("/akun").text


def test_it_gives_a_program_no_token(app: Flask, password: str) -> None:
    answer = app.test_client().post("/api/v1/sessions", json={"username": "siti.rahma", "password": password})
    assert (answer.status_code, answer.json["code"]) == (403, "first_password")


def test_it_ends_after_its_hours_and_a_new_one_is_given(
    clock: Clock, app: Flask, client: FlaskClient, password: str
) -> None:
    theirs = app.test_client()
    clock.forward(hours=config.current().first_password_hours, minutes=5)
    late = sign_in_with(theirs, "siti.rahma", password)
    assert "sudah lewat waktunya" in late.text  # type: ignore[attr-defined]
    made = find_user_by_name("siti.rahma")
    assert made
    page = f"/kelola/pengguna/{made.id}"
    again = shown(send(client, page, {}, f"{page}/kata-sandi").text)
    assert again != password
    assert again not in client.get(page).text, "it is shown once"
    assert sign_in_with(theirs, "siti.rahma", again).status_code == 303  # type: ignore[attr-defined]


def test_a_form_sent_again_after_a_lost_answer_makes_one_user_and_shows_a_password_that_is_good(
    app: Flask, client: FlaskClient, admin: User, password: str
) -> None:
    again = send(client, "/kelola/pengguna/baru", NEW_USER)
    assert len(list_users()) == 2
    db.session.expire_all()
    assert find_user_by_name("siti.rahma").has_password(shown(again.text))  # type: ignore[union-attr]
    other = a_user(Role.ADMINISTRATOR)
    assert "sudah ada" in send(client, "/kelola/pengguna/baru", {**NEW_USER, "username": other.username}).text
