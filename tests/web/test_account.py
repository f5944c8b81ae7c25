"""Signing in and out, and one's own account, as a browser without JavaScript meets them."""

import re
from time import perf_counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.actions import change_user
from app.accounts.models import Role, User
from app.db import db
from tests.conftest import Clock, running, settings_for
from tests.factories import PASSWORD, a_user
from tests.web.test_gate import hidden, sign_in

NEW = "sandi baru yang panjang"


def enter(client: FlaskClient, username: str, password: str = PASSWORD, wanted: str = "") -> TestResponse:
    """Fill in the form of /masuk and send it."""
    page = client.get("/masuk", query_string={"next": wanted} if wanted else None)
    return client.post("/masuk", data={**hidden(page.text), "username": username, "password": password})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/akun").status_code == 200


@pytest.mark.parametrize(
    ("role", "landing"), [(Role.OFFICER, "/gate"), (Role.OFFICIAL, "/papan"), (Role.ADMINISTRATOR, "/papan")]
)
def test_each_role_lands_where_it_works(app: Flask, client: FlaskClient, role: Role, landing: str) -> None:
    answer = enter(client, a_user(role).username)
    assert (answer.status_code, answer.location) == (303, landing)
    assert is_signed_in(client)


def test_a_name_is_one_name_however_it_is_typed(app: Flask, client: FlaskClient) -> None:
    a_user(username="siti")
    assert enter(client, "  SITI ").status_code == 303


def test_whoever_is_signed_in_is_not_asked_again(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_user())
    assert client.get("/masuk").location == "/gate"


@pytest.mark.parametrize("wrong", ["name", "password", "deactivated", "unprintable", "long"])
def test_a_wrong_name_and_a_wrong_password_answer_alike(app: Flask, client: FlaskClient, wrong: str) -> None:
    somebody = a_user()
    if wrong == "deactivated":
        change_user(somebody.id, active=False, role=Role.OFFICER)
    typed = {"name": "tidak-ada", "unprintable": "a\0b", "long": "x" * 5000}.get(wrong, somebody.username)
    answer = enter(client, typed, "kata sandi salah" if wrong == "password" else PASSWORD)
    assert answer.status_code == 422
    assert "Nama atau kata sandi tidak cocok" in answer.text
    assert f'value="{typed}"' in answer.text, "the name that was typed stays"
    assert PASSWORD not in answer.text
    assert not is_signed_in(client)


def test_a_wrong_name_takes_as_long_as_a_wrong_password(app: Flask, client: FlaskClient) -> None:
    somebody = a_user()

    def fastest(username: str) -> float:
        times = []
        for _ in range(7):
            begun = perf_counter()
            enter(client, username, "kata sandi salah")
            times.append(perf_counter() - begun)
        return min(times)

    enter(client, "tidak-ada", "pertama kali")
    assert 0.5 < fastest("tidak-ada") / fastest(somebody.username) < 2


def test_an_empty_form_is_told_at_its_fields(app: Flask, client: FlaskClient) -> None:
    page = enter(client, "", "").text
    assert page.count('aria-invalid="true"') == 2
    assert 'href="#username"' in page
    assert 'href="#password"' in page


def test_wrong_passwords_slow_the_right_one_down_and_never_shut_it_out(database_url: str, clock: Clock) -> None:
    with running(settings_for(database_url, sign_in_limit=3)) as app:
        client, somebody, other = app.test_client(), a_user(), a_user()
        answers = [enter(client, somebody.username, "salah sekali") for _ in range(3)]
        assert [a.status_code for a in answers] == [422] * 3
        for seconds in (1, 2, 4, 8, 16, 32, 60, 60):
            for password in ("salah sekali", PASSWORD):
                waiting = enter(client, somebody.username, password)
                assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, str(seconds))
                assert f"Tunggu {seconds} detik" in waiting.text
                assert f'value="{somebody.username}"' in waiting.text
            assert enter(app.test_client(), other.username).status_code == 303
            clock.forward(seconds=seconds)
            assert enter(client, somebody.username, "salah sekali").status_code == 422
        clock.forward(seconds=60)
        assert enter(client, somebody.username).status_code == 303


def test_whoever_has_signed_in_after_a_wait_need_not_wait_again(database_url: str, clock: Clock) -> None:
    with running(settings_for(database_url, sign_in_limit=1)) as app:
        somebody = a_user()
        program = {"username": somebody.username, "password": PASSWORD}

        def token() -> int:
            return app.test_client().post("/api/v1/sessions", json=program).status_code

        enter(app.test_client(), somebody.username, "salah sekali")
        assert token() == 429
        clock.forward(seconds=1)
        assert [token(), token()] == [201, 201]


def test_an_attempt_that_has_to_wait_takes_nothing_from_the_neighbours(database_url: str, clock: Clock) -> None:
    with running(settings_for(database_url, sign_in_limit=1)) as app:
        somebody, other = a_user(), a_user()
        codes = [enter(app.test_client(), somebody.username, "salah sekali").status_code for _ in range(30)]
        assert codes == [422] + [429] * 29
        assert enter(app.test_client(), other.username).status_code == 303


def test_one_address_cannot_try_one_password_with_every_name(database_url: str) -> None:
    with running(settings_for(database_url, sign_in_limit=1)) as app:
        codes = [enter(app.test_client(), f"nama-{n}", "musim2026!").status_code for n in range(12)]
        assert codes == [422] * 10 + [429] * 2
        by_program = app.test_client().post("/api/v1/sessions", json={"username": "x", "password": "musim2026!"})
        assert by_program.status_code == 429


def test_signing_in_well_is_no_guess(database_url: str) -> None:
    with running(settings_for(database_url, sign_in_limit=2)) as app:
        somebody = a_user()
        assert {enter(app.test_client(), somebody.username).status_code for _ in range(5)} == {303}


def test_who_tries_a_name_from_everywhere_locks_nobody_out_where_they_have_signed_in_before(
    database_url: str, clock: Clock
) -> None:
    with running(settings_for(database_url, sign_in_limit=1)) as app:
        somebody, theirs = a_user(), app.test_client()
        assert enter(theirs, somebody.username).status_code == 303
        theirs.post("/keluar", data=hidden(theirs.get("/akun").text))

        def tries(address: str, password: str) -> TestResponse:
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = address
            return enter(client, somebody.username, password)

        codes = [tries(f"203.0.113.{n}", "salah sekali").status_code for n in range(12)]
        assert codes == [422] * 10 + [429] * 2
        elsewhere = tries("203.0.113.99", PASSWORD)
        assert elsewhere.status_code == 429
        assert "HP atau komputer yang pernah Anda pakai" in elsewhere.text
        assert somebody.username not in str(theirs.get_cookie("known", path="/masuk"))
        assert enter(theirs, somebody.username, "salah sekali").status_code == 422
        assert enter(theirs, somebody.username).status_code == 429, "a known browser guesses no more than others"
        clock.forward(seconds=1)
        assert enter(theirs, somebody.username).status_code == 303


def test_after_signing_in_one_goes_where_one_wanted_to(app: Flask, client: FlaskClient) -> None:
    officer = a_user()
    asked = client.get("/gate?gate=1")
    assert asked.location == "/masuk?next=/gate?gate%3D1"
    page = client.get(asked.location).text
    answer = client.post("/masuk", data={**hidden(page), "username": officer.username, "password": PASSWORD})
    assert answer.location == "/gate?gate=1"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://example.org/", "//example.org/", "/\\example.org", "\\\\example.org", "/\t/example.org",
        "/\n/example.org", "javascript:alert(1)", "gate", "/tidak-ada", "/keluar", "/kelola/pengguna", "/static/x",
    ],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_elsewhere_or_to_a_closed_door(
    app: Flask, client: FlaskClient, wanted: str
) -> None:
    assert enter(client, a_user().username, wanted=wanted).location == "/gate"


def test_the_wish_survives_a_slip_of_the_finger(app: Flask, client: FlaskClient) -> None:
    page = enter(client, "salah", wanted="/loket").text
    assert hidden(page)["next"] == "/loket"


def test_signing_out_ends_the_session_and_keeps_the_language(app: Flask, client: FlaskClient) -> None:
    enter(client, a_user().username)
    client.get("/akun?lang=en")
    answer = client.post("/keluar", data=hidden(client.get("/akun").text))
    assert answer.location == "/masuk"
    assert '<html lang="en">' in client.get("/masuk").text
    assert not is_signed_in(client)


def other_browser(app: Flask, somebody: User) -> FlaskClient:
    client = app.test_client()
    sign_in(client, somebody)
    return client


def test_signing_out_everywhere_ends_every_session_and_this_one(app: Flask, client: FlaskClient) -> None:
    somebody = a_user()
    enter(client, somebody.username)
    elsewhere = other_browser(app, somebody)
    assert client.post("/akun/keluar", data=hidden(client.get("/akun").text)).location == "/masuk"
    assert not is_signed_in(client)
    assert not is_signed_in(elsewhere)


def send_password(client: FlaskClient, old: str, new: str, again: str | None = None) -> TestResponse:
    typed = {"old_password": old, "password": new, "password_again": new if again is None else again}
    return client.post("/akun", data={**hidden(client.get("/akun").text), **typed})


def test_a_new_password_of_ones_own_signs_out_all_other_browsers(app: Flask, client: FlaskClient) -> None:
    somebody = a_user()
    enter(client, somebody.username)
    elsewhere = other_browser(app, somebody)
    answer = send_password(client, PASSWORD, NEW)
    assert answer.status_code == 303
    assert "Kata sandi baru berlaku" in client.get("/akun").text
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert enter(elsewhere, somebody.username).status_code == 422
    assert enter(elsewhere, somebody.username, NEW).status_code == 303


@pytest.mark.parametrize(
    ("typed", "at", "told"),
    [
        (("salah sekali", NEW), "old_password", "bukan kata sandi Anda yang sekarang"),
        ((PASSWORD, "pendek"), "password", "paling sedikit 12 huruf"),
        ((PASSWORD, NEW, "lain sama sekali"), "password_again", "Kedua kata sandi tidak sama"),
        ((PASSWORD, ""), "password", "Isi "),
        ((PASSWORD, "x" * 201), "password", "Terlalu panjang"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_told_at_its_field(
    app: Flask, client: FlaskClient, typed: tuple[str, ...], at: str, told: str
) -> None:
    somebody = a_user()
    enter(client, somebody.username)
    answer = send_password(client, *typed)
    assert answer.status_code == 422
    assert re.search(rf'id="{at}-error">[^<]*{told}', answer.text)
    db.session.expire_all()
    assert db.session.get(User, somebody.id).has_password(PASSWORD)


def test_an_open_browser_is_no_place_to_guess_the_password(database_url: str, clock: Clock) -> None:
    with running(settings_for(database_url, sign_in_limit=2)) as app:
        client = other_browser(app, a_user())
        codes = [send_password(client, f"tebakan {n}", NEW).status_code for n in range(3)]
        assert codes == [422, 422, 429]
        assert send_password(client, PASSWORD, NEW).status_code == 429
        clock.forward(seconds=1)
        assert send_password(client, PASSWORD, NEW).status_code == 303
