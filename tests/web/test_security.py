"""What must not happen at any door: forged forms, foreign scripts, identity numbers where they do not belong."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from app import config
from app.accounts.actions import change_user
from app.accounts.models import Role
from app.boarding.actions import scan as gate
from app.boarding.judgement import Showing
from app.boarding.models import Scan
from app.booking.actions import payment as bookings
from app.booking.models import Booking, PaymentMethod
from app.db import db
from app.outbox import OutboxRow
from app.web.guard import new_token, public
from tests.conftest import Clock, running, settings_for
from tests.factories import PASSWORD, a_booking, a_gate, a_hold, a_traveler, a_user, a_voyage, departure_of, tickets_of
from tests.web.test_gate import hidden, sign_in
from tests.web.test_guard import expected, tries

TEMPLATES = sorted((config.ROOT / "templates").rglob("*.html"))


# Forged forms


def test_no_form_is_taken_without_its_token(app: Flask) -> None:
    taken = []
    for rule, method, address in tries(app):
        if method == "GET":
            continue
        roles, client = sorted(expected(rule.endpoint)), app.test_client()
        # To the API only a session speaks for somebody unasked; strangers bring nothing that could be abused.
        if roles or address.startswith("/api/"):
            sign_in(client, a_user(roles[0] if roles else Role.OFFICER))
        for headers in ({}, {"X-CSRFToken": "x"}):
            answer = client.open(address, method=method, headers=headers)
            if answer.status_code != 400 or "terlalu lama terbuka" not in answer.text:
                taken.append((method, address, answer.status_code))
    assert taken == []


def test_the_token_of_another_session_is_not_taken(app: Flask) -> None:
    mine, theirs, admin = app.test_client(), app.test_client(), a_user(Role.ADMINISTRATOR)
    sign_in(mine, admin)
    sign_in(theirs, a_user(Role.ADMINISTRATOR))
    form = hidden(theirs.get("/akun").text)
    mine.get("/akun")
    assert mine.post("/keluar", data=form).status_code == 400


# Headers


def every_kind_of_answer(app: Flask, clock: Clock) -> Iterator[tuple[str, int, object]]:
    """Pages, redirects, files and each kind of error, with the status that it should have."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client, officer = app.test_client(), app.test_client()
    sign_in(officer, a_user())
    token = hidden(client.get("/masuk").text)["csrf_token"]
    yield "page", 200, client.get("/")
    yield "form", 200, client.get("/masuk")
    yield "file", 200, client.get("/static/style.css")
    yield "health", 200, client.get("/healthz")
    yield "api", 200, client.get("/api/v1/ports")
    yield "specification", 200, client.get("/api/v1/openapi.json")
    yield "its page", 200, client.get("/api/v1/")
    yield "sign in", 302, client.get("/gate")
    yield "staff", 200, officer.get("/gate")
    yield "form expired", 400, client.post("/masuk")
    yield "api unsigned", 401, client.get("/api/v1/gates")
    yield "closed", 403, officer.get("/kelola")
    yield "missing", 404, client.get("/tidak-ada")
    yield "api missing", 404, client.get("/api/v1/tidak-ada")
    yield "method", 405, client.delete("/masuk")
    yield "too large", 413, client.post("/masuk", data=b"x" * (2 * 1024 * 1024 + 1), content_type="text/plain")
    yield "not filled in", 422, client.post("/masuk", data={"csrf_token": token})
    yield "broken", 500, client.get("/rusak")
    for old, new in (("scan", "scan_away"), ("scan_away", "scan")):
        db.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        db.session.commit()
        if old == "scan":
            yield "database away", 503, officer.get(f"/gate/1/1/scans/{uuid4()}")
            db.session.rollback()


@pytest.mark.own_app
def test_every_answer_keeps_the_browser_to_what_our_pages_need(app: Flask, clock: Clock) -> None:
    app.add_url_rule("/rusak", "broken", public(lambda: 1 / 0))
    for kind, status, answer in every_kind_of_answer(app, clock):
        headers = answer.headers  # type: ignore[attr-defined]
        assert answer.status_code == status, kind  # type: ignore[attr-defined]
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["style-src"] == policy["form-action"] == "'self'", kind
        assert policy["script-src"] == "'self' 'wasm-unsafe-eval'", kind
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", kind
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff", kind
        assert headers["Referrer-Policy"] == "same-origin", kind
        assert "geolocation=()" in headers["Permissions-Policy"], kind
        assert "Strict-Transport-Security" not in headers, kind
        if kind not in {"file", "specification"}:
            assert headers["Cache-Control"] == "no-store", kind
        answer.close()  # type: ignore[attr-defined]


def test_over_https_the_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    answer = client.get("/masuk", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.own_app
def test_an_error_tells_nothing_of_its_inside(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/rusak", "broken", public(lambda: {}["rahasia dapur"]))
    app.add_url_rule("/api/rusak", "broken_api", public(lambda: {}["rahasia dapur"]))
    for path in ("/rusak", "/api/rusak"):
        answer = app.test_client().get(path)
        assert answer.status_code == 500
        assert "rahasia" not in answer.text
        assert "KeyError" not in answer.text


# Templates


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.relative_to(config.ROOT / "templates").as_posix())
def test_no_template_holds_script_style_or_handlers(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+\s*=|javascript:", page) == []
    for tag in re.findall(r"<script[^>]*>", page):
        assert "src=" in tag or 'type="application/json"' in tag, tag
    # Only a literal of the template itself may be marked as safe.
    assert re.findall(r"[^\"'\s]\s*\|\s*safe\b|autoescape false", page) == []


def test_what_people_type_is_shown_as_text(app: Flask, client: FlaskClient) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    page = client.get("/masuk").text
    shown = client.post(
        "/masuk", data={**hidden(page), "username": evil, "password": "salah sekali", "next": evil}
    ).text
    assert "<img" not in shown
    assert "&lt;img" in shown
    voyage = a_voyage()
    bookings.name_travelers(a_hold(voyage).code, "+6281200000001", [a_traveler("<b>Siti</b>")])
    code = db.session.query(Booking).one().code
    sign_in(client, a_user())
    assert "<b>Siti" not in client.get(f"/loket/{code}").text


# Sessions


def test_signing_in_begins_a_session_that_nobody_could_have_fixed_beforehand(app: Flask, client: FlaskClient) -> None:
    officer = a_user()
    form = hidden(client.get("/masuk").text)
    with client.session_transaction() as session:
        session["bookings"], session["planted"] = ["ABCD2345"], "yes"
    before = client.get_cookie("session").value
    client.post("/masuk", data={**form, "username": officer.username, "password": PASSWORD})
    assert client.get_cookie("session").value != before
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "bookings" not in session
        assert "csrf_token" not in session
    stranger = app.test_client()
    stranger.set_cookie("session", before)
    assert stranger.get("/akun").status_code == 302


def test_the_cookie_is_for_our_pages_only(database_url: str) -> None:
    for secure in (False, True):
        with running(settings_for(database_url, secure_cookies=secure)) as app:
            cookie = app.test_client().get("/masuk").headers["Set-Cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            assert "Domain" not in cookie
            assert ("Secure" in cookie) == secure


@pytest.mark.parametrize("change", [{"active": False}, {"role": Role.OFFICIAL}, {"password": "sandi baru panjang"}])
def test_what_an_administrator_takes_away_is_gone_at_the_next_click(
    app: Flask, client: FlaskClient, change: dict[str, object]
) -> None:
    officer = a_user()
    sign_in(client, officer)
    token = {"Authorization": f"Bearer {new_token(officer)}"}
    assert client.get("/gate").status_code == app.test_client().get("/api/v1/gates", headers=token).status_code == 200
    change_user(officer.id, **{"active": True, "role": Role.OFFICER, **change})  # type: ignore[arg-type]
    assert client.get("/gate").location == "/masuk?next=/gate"
    assert app.test_client().get("/api/v1/gates", headers=token).status_code == 401


def test_choosing_a_language_leads_to_no_other_site(client: FlaskClient) -> None:
    for path in ("//example.org/", "///example.org", "/\\example.org", "//example.org/%2f.."):
        answer = client.get("/", environ_overrides={"PATH_INFO": path, "QUERY_STRING": "lang=en"})
        assert re.match(r"/(?![/\\])", answer.location), path


# Limits


def test_every_limit_says_how_long_to_wait(database_url: str, clock: Clock) -> None:
    limits = {"sign_in_limit": 1, "search_limit": 1, "booking_limit": 1}
    with running(settings_for(database_url, **limits)) as app:
        client, voyage = app.test_client(), a_voyage()
        hold = {"voyage_id": str(voyage.id), "fare_class_id": "1", "adults": "1", "infants": "0"}
        doors = {
            "/masuk": ("/masuk", {"username": "siti", "password": "salah sekali"}),
            "/pesanan": ("/pesanan", {"code": "ABCD2345", "phone": "0812 3456 7890"}),
            f"/pelayaran/{voyage.id}": (f"/pelayaran/{voyage.id}", hold),
        }
        for page, (address, typed) in doors.items():
            for attempt in range(2):
                form = {**hidden(client.get(page).text), **typed, "request_id": str(uuid4())}
                answer = client.post(address, data=form)
                assert (answer.status_code == 429) == (attempt == 1), page
            assert 1 <= int(answer.headers["Retry-After"]) <= 600, page
        body = {"username": "budi", "password": "salah sekali"}
        answers = [client.post("/api/v1/sessions", json=body) for _ in range(2)]
        assert [a.status_code for a in answers] == [401, 429]
        assert answers[1].json["code"] == "too_many"
        assert answers[1].headers["Retry-After"].isdigit()


def test_whoever_tries_is_not_written_down(app: Flask, client: FlaskClient) -> None:
    form = hidden(client.get("/masuk").text)
    client.post("/masuk", data={**form, "username": "siti.rahma", "password": "salah sekali"})
    kept = db.session.execute(text("SELECT * FROM rate_count")).all()
    assert len(kept) == 3
    assert "siti" not in str(kept)
    assert "127.0.0.1" not in str(kept)


def test_what_is_sent_is_bounded_and_told(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_user(Role.ADMINISTRATOR))
    answer = client.post(
        "/kelola/jadwal", data=b"x" * (2 * 1024 * 1024 + 1), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


@pytest.mark.both_engines
@pytest.mark.parametrize("value", ["0", str(10**20), "a%00b", "x" * 3000, "%F0%9F", "%2e%2e%2f"])
def test_no_address_however_strange_breaks_anything(app: Flask, value: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    broken = []
    for role in (None, *Role):
        client = app.test_client()
        if role:
            sign_in(client, a_user(role))
        for rule in app.url_map.iter_rules():
            if not rule.arguments or "GET" not in (rule.methods or ()):
                continue
            address = re.sub(r"<uuid[^>]*>", str(uuid4()), rule.rule)
            if not value.isdigit():
                address = re.sub(r"<int[^>]*>", "1", address)
            answer = client.get(re.sub(r"<[^>]*>", value, address))
            answer.close()
            db.session.rollback()
            if answer.status_code >= 500:
                broken.append((role, rule.endpoint))
    assert broken == []


# Identity numbers


class Crowd:
    """A confirmed and a held booking, one of the tickets scanned twice, and their identity numbers."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.voyage = a_voyage(departs_at=clock() + timedelta(hours=3))
        self.confirmed = a_booking(self.voyage, adults=2, infants=1)
        self.held = a_booking(self.voyage, adults=1, payment=PaymentMethod.COUNTER)
        clock.forward(hours=1.5)
        officer, departure = a_user(), departure_of(self.voyage)
        self.ticket = tickets_of(self.confirmed)[0]
        for shown in (self.ticket.signed, self.ticket.serial):
            gate.scan(
                Showing(str(uuid4()), shown, departure.id, a_gate().id, officer.id, clock()), app.extensions["keyring"]
            )
        self.numbers = [p.document_number for b in (self.confirmed, self.held) for p in b.passengers]

    def among(self, written: str) -> list[str]:
        """The identity numbers that stand in `written`."""
        return [number for number in self.numbers if number in written]


@pytest.fixture
def crowd(app: Flask, clock: Clock) -> Crowd:
    return Crowd(app, clock)


def pages(app: Flask, crowd: Crowd, client: FlaskClient) -> Iterator[tuple[str, str]]:
    """The text of every page that this client may open, with real things in it."""
    departure = departure_of(crowd.voyage)
    values = {"serial": crowd.ticket.serial, "departure_id": departure.id, "filename": "style.css"}
    values |= {"what": "batal", "kind": "certificate"}
    values |= {"scan_id": db.session.scalars(db.select(Scan.id)).first(), "voyage_id": crowd.voyage.id}
    codes = [{"code": crowd.confirmed.code}, {"code": crowd.held.code}]
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        addresses = {
            adapter.build(rule.endpoint, {name: values.get(name, 1) for name in rule.arguments} | with_code)
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            for with_code in (codes if "code" in rule.arguments else [{}])
        }
    for address in sorted(addresses):
        for query in ("", "?cetak=a4"):
            with client.get(address + query) as answer:
                yield address, answer.text + str(answer.headers)


@pytest.mark.parametrize("role", [None, *Role], ids=["anonymous", *Role])
def test_no_page_tells_an_identity_number(app: Flask, crowd: Crowd, role: Role | None) -> None:
    client = app.test_client()
    if role:
        sign_in(client, a_user(role))
    seen = list(pages(app, crowd, client))
    assert [address for address, page in seen if crowd.among(page)] == []
    assert role != Role.OFFICER or any("Penumpang 1" in page for _, page in seen), "the pages were about them"


def test_whoever_made_a_booking_sees_its_numbers_only_where_they_are_typed_and_checked(
    app: Flask, client: FlaskClient, crowd: Crowd
) -> None:
    with client.session_transaction() as session:
        session["bookings"] = [crowd.confirmed.code, crowd.held.code]
    telling = {address for address, page in pages(app, crowd, client) if crowd.among(page)}
    assert telling == {f"/pesanan/{crowd.held.code}/penumpang"}


def test_no_identity_number_is_in_a_code_an_event_a_scan_or_anywhere_but_with_its_passenger(crowd: Crowd) -> None:
    for booking in (crowd.confirmed, crowd.held):
        assert [t.signed for t in tickets_of(booking) if crowd.among(t.signed)] == []
    assert db.session.query(OutboxRow).count() > 0
    tables = [name for name in inspect(db.engine).get_table_names() if name != "passenger"]
    for name in tables:
        assert crowd.among(str(db.session.execute(text(f'SELECT * FROM "{name}"')).all())) == [], name


@pytest.mark.both_engines
@pytest.mark.own_app
def test_an_identity_number_reaches_no_log_and_no_error_even_when_the_database_refuses_its_row(
    app: Flask, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    code, traveler = a_hold(a_voyage()).code, a_traveler(sex="X")
    app.add_url_rule(
        "/rusak", "broken", public(lambda: str(bookings.name_travelers(code, "+6281200000001", [traveler])))
    )
    answer = app.test_client().get("/rusak")
    assert answer.status_code == 500
    assert traveler.document_number not in answer.text + caplog.text + repr(traveler)
    assert "IntegrityError" in caplog.text or "CheckViolation" in caplog.text, "what went wrong is told"
