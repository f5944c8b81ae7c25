"""A session ends when it is told to: at the server, for copies of its cookie, for tokens and passes that hang on it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock as app_clock
from app import config
from app.accounts.actions import begin_session, create_user, sign_out_everywhere
from app.accounts.models import Role, User, UserSession
from app.accounts.passwords import is_guessable
from app.accounts.queries import find_session, is_session_live, list_sessions
from app.db import db
from app.errors import Refusal
from app.web.guard import new_token
from tests.conftest import Clock
from tests.factories import PASSWORD, a_user
from tests.queries import queries_counted
from tests.web.test_gate import hidden

API = "/api/v1"


def signed_in(client: FlaskClient, user: User, agent: str = "Mozilla/5.0 (Linux; Android 14) Chrome/120") -> None:
    page = client.get("/masuk").text
    sent = {**hidden(page), "username": user.username, "password": PASSWORD}
    assert client.post("/masuk", data=sent, headers={"User-Agent": agent}).status_code == 303


def opens(client: FlaskClient) -> bool:
    return client.get("/akun").status_code == 200


def test_a_cookie_copied_before_signing_out_opens_nothing_afterwards(app: Flask, client: FlaskClient) -> None:
    signed_in(client, a_user())
    cookie, thief = client.get_cookie("session"), app.test_client()
    assert cookie
    thief.set_cookie("session", cookie.value)
    assert opens(thief)
    client.post("/keluar", data=hidden(client.get("/akun").text))
    assert not opens(thief)
    thief.set_cookie("session", cookie.value)
    assert not opens(thief), "nor does it renew itself"


def test_the_list_of_sessions_says_where_and_each_can_be_ended(app: Flask, client: FlaskClient) -> None:
    user, other = a_user(), app.test_client()
    signed_in(other, user, "Mozilla/5.0 (Windows NT 10.0) Firefox/130.0")
    signed_in(client, user)
    page = client.get("/akun").text
    for said in ("Chrome, Android", "Firefox, Windows", "yang ini"):
        assert said in page
    elsewhere = next(one for one in list_sessions(user.id) if "Firefox" in one.device)
    client.post(f"/akun/sesi/{elsewhere.id}", data=hidden(page))
    assert (opens(other), opens(client)) == (False, True)
    strangers = begin_session(a_user().id)
    assert client.post(f"/akun/sesi/{strangers.id}", data=hidden(page)).status_code == 404
    assert is_session_live(strangers.id)


def test_signing_out_everywhere_ends_tokens_and_passes_too(app: Flask, client: FlaskClient) -> None:
    user = a_user()
    with app.test_request_context():
        token = {"Authorization": f"Bearer {new_token(user)}"}
    signed_in(client, user)
    assert app.test_client().get(f"{API}/gates", headers=token).status_code == 200
    ids = [one.id for one in list_sessions(user.id)]
    assert len(ids) == 2
    sign_out_everywhere(user.id)
    assert app.test_client().get(f"{API}/gates", headers=token).status_code == 401
    assert not any(map(is_session_live, ids))


def test_an_idle_session_and_an_old_one_end_by_themselves(app: Flask, client: FlaskClient, clock: Clock) -> None:
    config.use(replace(config.current(), session_idle_minutes=60, session_hours=3))
    signed_in(client, a_user())
    for _ in range(3):
        clock.forward(minutes=50)
        assert opens(client)
    clock.forward(minutes=31)
    assert not opens(client), "three hours are over"
    signed_in(client, a_user())
    clock.forward(minutes=61)
    assert not opens(client), "nobody was there for an hour"


def test_that_a_session_is_used_is_written_every_few_minutes_at_most(client: FlaskClient, clock: Clock) -> None:
    user = a_user()
    signed_in(client, user)
    [running] = list_sessions(user.id)
    began = running.seen_at
    clock.forward(minutes=4)
    assert opens(client)
    assert db.session.get(UserSession, running.id, populate_existing=True).seen_at == began
    clock.forward(minutes=2)
    assert opens(client)
    assert db.session.get(UserSession, running.id, populate_existing=True).seen_at == app_clock.now()


def test_a_visitor_without_a_cookie_costs_no_question_about_sessions(app: Flask) -> None:
    with queries_counted() as asked:
        app.test_client().get("/masuk")
    assert not [text for text in asked.statements if "user_session" in text]


def test_a_key_that_is_none_names_no_session(app: Flask) -> None:
    running = begin_session(a_user().id)
    key = running.user.session_key
    for wrong in ("", "s", "s:", f"{running.id}:{key}", f"s{running.id}:", f"s{running.id}:{'0' * 32}", f"s99:{key}",
                  f"s{'9' * 30}:{key}", "s²:x"):  # fmt: skip
        assert find_session(wrong) is None, wrong
    found = find_session(running.key)
    assert found is not None
    assert (found.session_id, found.id) == (running.id, running.user_id)


@pytest.mark.parametrize(
    "password",
    ["password1234", "Qwertyuiop12", "123456789012", "dermaga12345", "Sampit-2026-2026", "siti.rahma.99",
     "aaaaaaaaaaaa", "DermagaSampit1", "iloveyou!!!2024", "abcabcabcabc",
     "qwertyuiopas", "abcdefghijkl", "indonesia1945"],
)  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused_with_digits_and_names_as_well(app: Flask, password: str) -> None:
    with pytest.raises(Refusal) as refusal:
        create_user("siti.rahma", "Siti Rahma", Role.OFFICER, password)
    assert refusal.value.code == "password_common"


@pytest.mark.parametrize("password", [PASSWORD, "kapal biru meja hujan", "Jq8wV2mRz7Yt4L", "senja di Mentaya 7"])
def test_a_few_words_make_a_good_password(password: str) -> None:
    assert not is_guessable(password, "siti.rahma", "Siti Rahma")
