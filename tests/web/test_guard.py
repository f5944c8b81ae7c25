"""Guards: every door, tried by every kind of visitor."""

from fnmatch import fnmatchcase
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule

from app.accounts.actions import change_user
from app.accounts.models import Role, User
from app.db import db
from app.web.guard import new_token, only, public
from tests.factories import a_user
from tests.web.test_gate import sign_in

ANYBODY = frozenset[Role]()
STAFF = frozenset(Role)
OFFICER, OFFICIAL, ADMINISTRATOR = (frozenset({role}) for role in (Role.OFFICER, Role.OFFICIAL, Role.ADMINISTRATOR))

DOORS: dict[str, frozenset[Role]] = {
    "static": ANYBODY,
    "health.*": ANYBODY,
    "account.sign_in": ANYBODY,
    "account.begin_session": ANYBODY,
    "account.*": STAFF,
    "traveler.*": ANYBODY,
    "gate.worker": ANYBODY,
    "gate.shell": ANYBODY,
    "gate.manifest": ANYBODY,
    "gate.offline": ANYBODY,
    "gate.*": OFFICER,
    "counter.*": OFFICER,
    "official.departures": ANYBODY,
    "official.departures_*": ANYBODY,
    "official.exempt": OFFICIAL,
    "official.*": OFFICIAL | ADMINISTRATOR,
    "admin.rules": OFFICIAL | ADMINISTRATOR,
    "admin.approve_draft": OFFICIAL | ADMINISTRATOR,
    "admin.rules_*": OFFICIAL | ADMINISTRATOR,
    "admin.*": ADMINISTRATOR,
    "api.*": ANYBODY,
    "sessions.*": ANYBODY,
    "explanations.*": OFFICIAL | ADMINISTRATOR,
    "voyages.*": ANYBODY,
    "availability.*": ANYBODY,
    "rules.*": ANYBODY,
    "changes.put_document_right": OFFICER,
    "changes.*": ANYBODY,
    "channels.list_programmes": ANYBODY,
    "channels.*": OFFICER,
    "bookings.confirm_payment": OFFICER,
    "bookings.*": ANYBODY,
    "waiting.*": ANYBODY,
    "requirements.*": ANYBODY,
    "tickets.list_tickets": ANYBODY,
    "tickets.*": OFFICER,
    "scans.*": OFFICER,
    "devices.*": OFFICER,
    "departures.list_departures": ANYBODY,
    "departures.show_departure": ANYBODY,
    "departures.record_leaving": OFFICER | OFFICIAL,
    "departures.undo_leaving": OFFICER | OFFICIAL,
    "departures.ask_second_person": OFFICER | OFFICIAL,
    "departures.list_requests": OFFICER | OFFICIAL,
    "departures.confirm": OFFICER | OFFICIAL,
    "departures.*": OFFICER,
}
"""Who may enter, by endpoint; the first pattern that fits counts. A door that fits none is nobody's: decide here."""


def expected(endpoint: str) -> frozenset[Role]:
    return next(roles for pattern, roles in DOORS.items() if fnmatchcase(endpoint, pattern))


def tries(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every door with each of its methods, and an address with likely values in it."""
    values = {
        "code": "ABCD2345",
        "serial": "0123456789",
        "scan_id": uuid4(),
        "walk_on_id": uuid4(),
        "filename": "style.css",
        "what": "batal",
        "step": "open",
    }
    values |= {"kind": "certificate", "step": "open"}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return [
            (rule, method, adapter.build(rule.endpoint, {name: values.get(name, 1) for name in rule.arguments}))
            for rule in app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"})
        ]


def try_door(app: Flask, client: FlaskClient, method: str, address: str, user: User | None) -> str:
    """`in`, `sign in` or `closed`."""
    if user is not None:
        db.session.refresh(user)
        # A door that was tried before may have given a first password, which opens one page only.
        user.first_password_until = None
        db.session.commit()
        sign_in(client, user)
    with client.session_transaction() as session:
        session["csrf_token"] = "for this test"
    token = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps("for this test")
    answer = client.open(address, method=method, headers={"X-CSRFToken": token})
    answer.close()
    if answer.status_code == 401 or (answer.status_code == 302 and (answer.location or "").startswith("/masuk")):
        return "sign in"
    assert answer.status_code < 500, (method, address)
    assert answer.status_code != 400 or "terlalu lama terbuka" not in answer.text
    return "closed" if answer.status_code == 403 else "in"


def test_every_door_is_in_the_table_and_says_the_same(app: Flask) -> None:
    said = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "guard", ANYBODY) for rule, _, _ in tries(app)}
    assert {name: roles for name, roles in said.items() if roles != expected(name)} == {}


@pytest.mark.parametrize("role", [None, *Role], ids=["anonymous", *Role])
def test_each_door_opens_for_whom_it_is_and_for_nobody_else(app: Flask, role: Role | None) -> None:
    wrong = []
    user = a_user(role) if role else None
    for rule, method, address in tries(app):
        roles = expected(rule.endpoint)
        should = "in" if not roles or role in roles else "closed" if role else "sign in"
        got = try_door(app, app.test_client(), method, address, user)
        if got != should:
            wrong.append((method, address, should, got))
    assert wrong == []


@pytest.mark.own_app
def test_a_door_that_does_not_say_who_may_enter_is_closed_to_everybody(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/lupa", "forgotten", lambda: "rahasia")
    for user in (None, a_user(Role.ADMINISTRATOR)):
        client = app.test_client()
        if user:
            sign_in(client, user)
        answer = client.get("/lupa")
        assert answer.status_code == 500
        assert "rahasia" not in answer.text


def test_the_marks_say_who_may_enter() -> None:
    assert public(lambda: "").guard == frozenset()  # type: ignore[attr-defined]
    assert only(Role.OFFICER, Role.OFFICIAL)(lambda: "").guard == {"officer", "official"}  # type: ignore[attr-defined]


def test_a_token_opens_the_api_and_no_page(app: Flask, client: FlaskClient) -> None:
    token = {"Authorization": f"Bearer {new_token(a_user())}"}
    assert client.get("/api/v1/gates", headers=token).status_code == 200
    assert client.get("/gate", headers=token).status_code == 302
    assert client.get("/api/v1/gates").status_code == 401


@pytest.mark.parametrize("spoilt", ["", "x", "Bearer", "Bearer ", "Bearer x.y.z", "Basic YTpi", "bearer \N{SNOWMAN}"])
def test_a_spoilt_token_opens_nothing(client: FlaskClient, app: Flask, spoilt: str) -> None:
    answer = client.get("/api/v1/gates", headers={"Authorization": spoilt.encode().decode("latin-1")})
    assert answer.status_code == 401


def test_a_token_ends_after_a_shift_with_the_sessions_and_with_the_role(app: Flask, client: FlaskClient) -> None:
    officer = a_user()
    token = {"Authorization": f"Bearer {new_token(officer)}"}
    change_user(officer.id, active=True, role=Role.OFFICIAL)
    assert client.get("/api/v1/gates", headers=token).status_code == 401
    other = a_user()
    token = {"Authorization": f"Bearer {new_token(other)}"}
    change_user(other.id, active=False, role=Role.OFFICER)
    assert client.get("/api/v1/gates", headers=token).status_code == 401


def test_a_key_that_nobody_signed_is_no_session(app: Flask, client: FlaskClient) -> None:
    somebody = a_user()
    for key in ("", "x", "0:", f"{somebody.id}:", f"{somebody.id}:{'0' * 32}", "99999:" + somebody.session_key):
        with client.session_transaction() as session:
            session["_user_id"] = key
        assert client.get("/akun").status_code == 302
    client.set_cookie("session", f"eyJfdXNlcl9pZCI6IjE6{somebody.session_key}")
    assert client.get("/akun").status_code == 302
