"""The doors for programs, from search to the gate."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from app import config
from app.accounts.models import Role
from app.db import db
from app.web.api.door import STATUS
from app.web.words import SENTENCES
from tests import factories
from tests.conftest import Clock, running, settings_for

API = "/api/v1"
SITI = {
    "name": "Siti Contoh",
    "document_kind": "ktp",
    "document_number": "6202015503940001",
    "birth_date": "1994-03-15",
    "sex": "P",
}
NAMED = {"phone": "0812 3456 7890", "passengers": [SITI]}


def a_hold(voyage_id: int, **changes: object) -> dict[str, Any]:
    """What asks for a place."""
    return {"request_id": str(uuid4()), "voyage_id": voyage_id, "fare_class_id": 1, "adults": 1, **changes}


def bearer(client: FlaskClient, role: Role = Role.OFFICER) -> dict[str, str]:
    """The header of somebody who has signed in."""
    user = factories.a_user(role)
    answer = client.post(f"{API}/sessions", json={"username": user.username, "password": factories.PASSWORD})
    assert answer.status_code == 201, answer.json
    return {"Authorization": f"Bearer {answer.json['token']}"}


class Booked:
    """A booking made through the API, and the proof of having made it."""

    def __init__(self, client: FlaskClient, voyage_id: int, method: str = "") -> None:
        asked = a_hold(voyage_id)
        answer = client.post(f"{API}/bookings", json=asked)
        assert answer.status_code == 201, answer.json
        self.code = answer.json["code"]
        self.proof = {"X-Booking-Key": asked["request_id"]}
        self.address = f"{API}/bookings/{self.code}"
        if method:
            client.put(f"{self.address}/passengers", json=NAMED, headers=self.proof)
            client.post(f"{self.address}/payment", json={"method": method}, headers=self.proof)


def refused(answer: TestResponse, code: str) -> bool:
    """Whether it is this refusal, in the one form and with its documented status."""
    assert set(answer.json) == {"code", "message", "errors"}
    assert (answer.json["code"], answer.status_code) == (code, STATUS[code])
    return True


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The questions that are asked meanwhile; SQLite also hears of each transaction's beginning."""
    seen: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


@pytest.mark.both_engines
def test_a_traveler_goes_from_search_to_a_ticket_that_boards(client: FlaskClient, clock: Clock) -> None:
    voyage = factories.a_voyage(places=5, departs_at=clock() + timedelta(hours=3))
    day = voyage.calls[0].day.isoformat()
    found = client.get(f"{API}/voyages?from=sampit&to=IDSRG&day={day}").json["voyages"]
    assert [(v["id"], v["classes"][0]["remaining"]) for v in found] == [(voyage.id, 5)]

    asked = a_hold(voyage.id)
    held, again = client.post(f"{API}/bookings", json=asked), client.post(f"{API}/bookings", json=asked)
    assert (held.status_code, again.status_code) == (201, 200)
    assert held.json == again.json
    address, proof = f"{API}/bookings/{held.json['code']}", {"X-Booking-Key": asked["request_id"]}

    named = client.put(f"{address}/passengers", json=NAMED, headers=proof).json
    assert named["phone"] == "+6281234567890"
    assert named["passengers"][0]["document_number"] == "************0001"
    paid = client.post(f"{address}/payment", json={"method": "free"}, headers=proof).json
    assert (paid["state"], paid["payment"], paid["expires_at"]) == ("confirmed", "free", None)
    assert client.get(f"{API}/voyages/{voyage.id}").json["classes"][0]["remaining"] == 4

    [ticket] = client.get(f"{address}/tickets", headers=proof).json["tickets"]
    assert (ticket["name"], ticket["state"]) == ("Siti Contoh", "valid")
    assert ticket["signed"].startswith("DG1:")

    clock.forward(hours=2)
    officer, departure = bearer(client), factories.departure_of(voyage)
    scan = {"id": str(uuid4()), "shown": ticket["signed"], "departure_id": departure.id}
    scan["gate_id"] = factories.a_gate(departure.call.port).id
    first = client.post(f"{API}/scans", json=scan, headers=officer)
    assert (first.status_code, first.json["verdict"], first.json["aboard"]) == (200, "pass", 1)
    assert client.post(f"{API}/scans", json=scan, headers=officer).json == first.json
    second = client.post(f"{API}/scans", json={**scan, "id": str(uuid4())}, headers=officer)
    assert (second.status_code, second.json["verdict"], second.json["reason"]) == (200, "refuse", "already_used")

    seen = client.get(f"{API}/tickets/{ticket['serial']}", headers=officer).json
    assert (seen["state"], seen["used_gate"]) == ("used", "Sampit · Tangga kapal A")
    assert client.get(f"{address}/tickets", headers=proof).json["tickets"][0]["state"] == "used"


def test_payment_at_the_counter_is_confirmed_by_an_officer_only(client: FlaskClient) -> None:
    booked = Booked(client, factories.a_voyage().id, "counter")
    confirmation = f"{booked.address}/confirmation"
    assert refused(client.post(confirmation, headers=booked.proof), "sign_in_first")
    assert refused(client.post(confirmation, headers=bearer(client, Role.OFFICIAL)), "not_allowed")
    officer = bearer(client)
    assert client.post(confirmation, headers=officer).json["state"] == "confirmed"
    assert client.post(confirmation, headers=officer).json["state"] == "confirmed"
    assert client.get(booked.address, headers=officer).json["code"] == booked.code


def test_an_unproved_asker_hears_that_there_is_no_such_booking(client: FlaskClient) -> None:
    voyage = factories.a_voyage()
    booked, other = Booked(client, voyage.id, "counter"), Booked(client, voyage.id)
    wrong: list[dict[str, str]] = [
        {},
        other.proof,
        {"X-Booking-Key": "none"},
        {"X-Booking-Key": str(uuid4())},
        {"X-Booking-Phone": "0812 3456 7891"},
        {"X-Booking-Phone": ""},
        bearer(client, Role.OFFICIAL),
    ]
    answers = [client.get(booked.address, headers=headers) for headers in wrong]
    answers += [client.get(other.address, headers={"X-Booking-Phone": ""})]
    answers += [client.get(f"{API}/bookings/{code}") for code in ("AAAAAAAA", "x", "%00", "A" * 300)]
    answers += [client.delete(f"{booked.address}/hold"), client.put(f"{booked.address}/passengers", json=NAMED)]
    answers += [client.post(f"{booked.address}/payment", json={"method": "free"}, headers=bearer(client))]
    assert all(refused(answer, "booking_not_found") for answer in answers)
    assert len({answer.data for answer in answers}) == 1
    for proof in (booked.proof, {"X-Booking-Phone": "+62 812-3456-7890"}, bearer(client)):
        assert client.get(booked.address.lower(), headers=proof).status_code == 200


def test_no_answer_holds_an_identity_number(client: FlaskClient) -> None:
    booked = Booked(client, factories.a_voyage().id, "free")
    officer = bearer(client)
    [ticket] = client.get(f"{booked.address}/tickets", headers=booked.proof).json["tickets"]
    gate, departure = factories.a_gate(), factories.departure_of(factories.a_voyage())
    scan = {"id": str(uuid4()), "shown": ticket["serial"], "departure_id": departure.id, "gate_id": gate.id}
    answers = [
        client.get(booked.address, headers=booked.proof),
        client.get(f"{booked.address}/tickets", headers=booked.proof),
        client.get(f"{API}/tickets/{ticket['serial']}", headers=officer),
        client.post(f"{API}/scans", json=scan, headers=officer),
        client.put(f"{booked.address}/passengers", json=NAMED, headers=booked.proof),
    ]
    assert not [a.text for a in answers if "620201550394" in a.text]


def test_a_released_hold_gives_its_places_back(client: FlaskClient) -> None:
    voyage = factories.a_voyage(places=1)
    booked = Booked(client, voyage.id)
    assert refused(client.post(f"{API}/bookings", json=a_hold(voyage.id)), "sold_out")
    for _ in range(2):
        assert client.delete(f"{booked.address}/hold", headers=booked.proof).json["state"] == "cancelled"
    assert client.post(f"{API}/bookings", json=a_hold(voyage.id)).status_code == 201


def test_an_expired_hold_says_so(client: FlaskClient, clock: Clock) -> None:
    booked = Booked(client, factories.a_voyage().id)
    clock.forward(minutes=16)
    assert client.get(booked.address, headers=booked.proof).json["state"] == "expired"
    assert refused(client.put(f"{booked.address}/passengers", json=NAMED, headers=booked.proof), "hold_expired")


def test_faults_in_a_form_are_told_by_dashed_names_in_both_languages(client: FlaskClient) -> None:
    booked = Booked(client, factories.a_voyage().id)
    wrong = {**NAMED, "passengers": [{**SITI, "document_number": "6202011503940001", "surprise": 1}]}
    answer = client.put(f"{booked.address}/passengers", json=wrong, headers=booked.proof)
    assert refused(answer, "invalid")
    assert set(answer.json["errors"]) == {"passengers-0-sex", "passengers-0-surprise"}
    english = client.put(f"{booked.address}/passengers?lang=en", json=wrong, headers=booked.proof)
    assert set(english.json["errors"]) == set(answer.json["errors"])


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "not_json"),
        (b"{", "bad_json"),
        (b"\xff", "bad_json"),
        (b'{"adults": NaN}', "bad_json"),
        (b'{"adults": ' + b"9" * 5000 + b"}", "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"username":' * 400 + b"1" + b"}" * 400, "invalid"),
        (b"null", "invalid"),
        (b"[1]", "invalid"),
        (b"{}", "invalid"),
        (b'{"username": "a\\u0000", "password": "b"}', "invalid"),
        (b'{"username": "a\\ud800", "password": "b"}', "invalid"),
        (b'{"username": "a", "password": "b", "c": 1}', "invalid"),
        (b'{"username": 1, "password": "b"}', "invalid"),
        (b'"' + b"a" * 3_000_000 + b'"', "too_large"),
    ],
)
def test_whatever_is_not_the_documented_json_is_refused(client: FlaskClient, sent: bytes, code: str) -> None:
    kind = "text/plain" if code == "not_json" else "application/json"
    assert refused(client.post(f"{API}/sessions", data=sent, content_type=kind), code)


@pytest.mark.parametrize(
    "query",
    [
        "day=2026-02-30", "day=20260401", "day=2026-W01-1", "day=1999-12-31", "day=2101-01-01", "day=", "days=0",
        "days=32", "days=1.0", "days=%D9%A1", "days=99999999999999999999", "dayz=1", "from=", "from=%00",
        "to=%ED%A0%80x%00", "days=1&days=2", "from=" + "a" * 61,
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_understood_is_refused(client: FlaskClient, query: str) -> None:
    assert refused(client.get(f"{API}/voyages?{query}"), "invalid")


@pytest.mark.both_engines
@pytest.mark.parametrize("path", ["0", "2147483648", "99999999999999999999", "-1", "x", "1.0", "%00"])
def test_an_id_that_cannot_be_is_not_found(client: FlaskClient, path: str) -> None:
    assert refused(client.get(f"{API}/voyages/{path}"), "not_found")


@pytest.mark.both_engines
def test_numbers_at_the_edge_of_the_database_are_told_apart(client: FlaskClient) -> None:
    factories.a_voyage()
    assert refused(client.get(f"{API}/voyages/2147483647"), "voyage_not_found")
    assert refused(client.get(f"{API}/departures/2147483647"), "departure_not_found")
    assert refused(client.post(f"{API}/bookings", json=a_hold(2**31 - 1)), "voyage_not_found")
    assert refused(client.post(f"{API}/bookings", json=a_hold(2**31)), "invalid")
    assert refused(client.get(f"{API}/voyages?from=%20%E2%80%AE"), "port_not_found")


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete(f"{API}/ports")
    assert (answer.status_code, answer.json["code"]) == (405, "wrong_method")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_unknown_address_of_the_api_is_refused_in_the_same_form(client: FlaskClient) -> None:
    assert refused(client.get(f"{API}/nothing"), "not_found")


def test_availability_costs_at_most_four_queries_and_may_be_kept_for_a_second(client: FlaskClient) -> None:
    voyage = factories.a_voyage("Sampit", "Kumai", "Semarang", places=7)
    address = f"{API}/voyages/{voyage.id}/availability"
    db.session.remove()
    with counted_queries() as seen:
        answer = client.get(address)
    assert len(seen) <= 4
    assert [(c["fare_class_id"], c["remaining"]) for c in answer.json["classes"]] == [(1, 7)]
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers

    tag = answer.headers["ETag"]
    for known in (tag, tag[:-1] + ':br"', f'"other", {tag}'):
        same = client.get(address, headers={"If-None-Match": known})
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    for other in ('""', ",", "\x84"):
        assert client.get(address, headers={"If-None-Match": other}).status_code == 200
    factories.a_hold(voyage)
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.json["classes"][0]["remaining"] == 6
    assert changed.headers["ETag"] != tag


def test_a_search_costs_the_same_however_many_voyages_it_finds(client: FlaskClient) -> None:
    def cost() -> tuple[int, int]:
        db.session.remove()
        with counted_queries() as seen:
            found = client.get(f"{API}/voyages?days=7").json["voyages"]
        return len(found), len(seen)

    factories.a_voyage()
    one = cost()
    for _ in range(4):
        factories.a_voyage()
    assert (one[0], cost()[0]) == (1, 5)
    assert cost()[1] == one[1] <= 9


def test_everybody_sees_departures_and_those_who_work_here_see_the_counts(client: FlaskClient) -> None:
    voyage = factories.a_voyage(places=9)
    departure = factories.departure_of(voyage)
    factories.a_booking(voyage)
    [public] = client.get(f"{API}/departures?port=Sampit").json["departures"]
    assert (public["departure_id"], public["state"], public["remaining"]) == (departure.id, "open", 8)
    assert not {"sold", "held", "boarded", "refused", "aboard", "ceiling"} & set(public)
    for role in Role:
        [full] = client.get(f"{API}/departures", headers=bearer(client, role)).json["departures"]
        assert (full["sold"], full["ceiling"], full["boarded"]) == (1, 9, 0)
        assert client.get(f"{API}/departures/{departure.id}", headers=bearer(client, role)).json == full
    assert client.get(f"{API}/departures/{departure.id}").json == public
    assert client.get(f"{API}/departures?port=Semarang").json["departures"] == []
    assert refused(client.get(f"{API}/departures?port=Atlantis"), "port_not_found")


def test_an_officer_opens_boarding_early_and_lets_the_ship_go(client: FlaskClient, clock: Clock) -> None:
    address = f"{API}/departures/{factories.departure_of(factories.a_voyage()).id}"
    officer = bearer(client)
    assert refused(client.post(f"{address}/boarding"), "sign_in_first")
    assert refused(client.post(f"{address}/boarding", headers=bearer(client, Role.OFFICIAL)), "not_allowed")
    assert client.post(f"{address}/boarding", headers=officer).json["state"] == "boarding"
    tomorrow = (clock() + timedelta(days=1)).isoformat()
    assert refused(client.post(f"{address}/leaving", json={"at": tomorrow}, headers=officer), "not_yet")
    for body in ({"at": "0001-01-01T00:00:00+14:00"}, {"at": "2026-01-01T00:00:00"}, {"at": 5}, {"when": None}):
        assert refused(client.post(f"{address}/leaving", json=body, headers=officer), "invalid")
    left = client.post(f"{address}/leaving", headers=bearer(client, Role.OFFICIAL))
    assert (left.status_code, left.json["state"]) == (200, "left")
    assert client.post(f"{address}/leaving", json={}, headers=officer).json["departs_at"] == left.json["departs_at"]
    assert refused(client.post(f"{address}/boarding", headers=officer), "departed")


def test_whatever_is_wrong_with_a_ticket_is_an_answer_and_a_wrong_gate_is_not(client: FlaskClient) -> None:
    departure, officer = factories.departure_of(factories.a_voyage()), bearer(client)
    gate = factories.a_gate(departure.call.port)
    for shown in ("0000000000", "DG1:ABC", "\u202e", "halo", "DG1:" + "A" * 150):
        scan = {"id": str(uuid4()), "shown": shown, "departure_id": departure.id, "gate_id": gate.id}
        answer = client.post(f"{API}/scans", json=scan, headers=officer)
        assert (answer.status_code, answer.json["verdict"]) == (200, "refer"), shown
    scan["id"] = str(uuid4())
    assert refused(client.post(f"{API}/scans", json={**scan, "gate_id": 999}, headers=officer), "gate_not_found")
    assert refused(
        client.post(f"{API}/scans", json={**scan, "departure_id": 999}, headers=officer), "departure_not_found"
    )
    assert refused(client.get(f"{API}/tickets/0000000001", headers=officer), "ticket_not_found")
    assert refused(client.get(f"{API}/tickets/%00", headers=officer), "ticket_not_found")


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client: FlaskClient) -> None:
    user = factories.a_user()
    wrong = [{"username": user.username, "password": "not this one"}, {"username": "nobody", "password": "x"}]
    answers = [client.post(f"{API}/sessions", json=one) for one in wrong]
    assert all(refused(answer, "sign_in_failed") for answer in answers)
    assert answers[0].data == answers[1].data
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def test_a_browser_session_changes_something_only_with_its_token(client: FlaskClient) -> None:
    user, departure = factories.a_user(), factories.departure_of(factories.a_voyage())
    with client.session_transaction() as session:
        session["_user_id"] = f"{user.id}:{user.session_key}"
        session["_fresh"] = True
    assert client.get(f"{API}/tickets/0000000001").status_code == 404
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert refused(client.post(f"{API}/departures/{departure.id}/boarding"), "form_expired")


def test_a_token_outranks_the_session_of_a_browser(client: FlaskClient) -> None:
    officer, voyage = factories.a_user(Role.OFFICER), factories.a_voyage()
    address = f"{API}/departures/{factories.departure_of(voyage).id}/boarding"
    official = bearer(client, Role.OFFICIAL)
    with client.session_transaction() as session:
        session["_user_id"] = f"{officer.id}:{officer.session_key}"
        session["_fresh"] = True
    assert refused(client.post(address, headers=official), "not_allowed")
    assert refused(client.post(address, headers={"Authorization": "Bearer nonsense"}), "sign_in_first")
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert refused(client.post(address, headers={"Authorization": "Basic eDp5"}), "form_expired")


def test_attempts_are_limited_but_not_those_of_whoever_has_the_key(database_url: str) -> None:
    few = settings_for(database_url, search_limit=2, booking_limit=3, sign_in_limit=1)
    with running(few) as app:
        client = app.test_client()
        voyage = factories.a_voyage()
        booked = Booked(client, voyage.id, "counter")
        for _ in range(2):
            assert refused(client.get(booked.address), "booking_not_found")
        answer = client.get(booked.address, headers={"X-Booking-Phone": "081234567890"})
        assert refused(answer, "too_many")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get(booked.address, headers=booked.proof).status_code == 200
        for _ in range(2):
            client.post(f"{API}/bookings", json=a_hold(voyage.id))
        assert refused(client.post(f"{API}/bookings", json=a_hold(voyage.id)), "too_many")
        for code in ("sign_in_failed", "too_many"):
            nobody = {"username": "nobody", "password": "x"}
            assert refused(client.post(f"{API}/sessions", json=nobody), code)


def test_the_specification_names_every_operation_with_its_answers(client: FlaskClient, app: Flask) -> None:
    answer = client.get(f"{API}/openapi.json")
    spec = json.loads(answer.data)
    assert spec["openapi"] == "3.1.0"
    told = {(m, p) for p, item in spec["paths"].items() for m in item if m in {"get", "post", "put", "delete"}}
    hung = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(API) and not rule.endpoint.startswith("api."):
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(path[path.index("<") : path.index(">") + 1], f"{{{name}}}", 1)
            hung |= {(m.lower(), path) for m in rule.methods - {"HEAD", "OPTIONS"}}
    assert told == hung
    for _, item in spec["paths"].items():
        for operation in (o for o in item.values() if isinstance(o, dict)):
            assert " · " in operation["summary"]
            assert operation["description"]
            assert "503" in operation["responses"]
            assert "default" not in operation["responses"]


def test_every_code_of_the_api_is_documented_with_its_status_and_sentence() -> None:
    rows = [
        f"| {status} | `{code}` | {re.sub(r'%[(]([a-z_]+)[)]s', '…', str(SENTENCES[code]))} |"
        for code, status in sorted(STATUS.items(), key=lambda pair: (pair[1], pair[0]))
    ]
    documented = [line for line in (config.ROOT / "docs/api.md").read_text().splitlines() if re.match(r"[|] \d", line)]
    assert documented == rows


def test_every_code_in_the_specification_is_a_known_one_with_its_status(app: Flask) -> None:
    spec = app.extensions["openapi"]
    for operation in (o for item in spec["paths"].values() for o in item.values() if isinstance(o, dict)):
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            codes = [code for part in schema.get("allOf", [])[1:] for code in part["properties"]["code"]["enum"]]
            assert {STATUS[code] for code in codes} <= {int(status)}
            assert codes or int(status) < 400


def test_an_officer_sees_the_gates_and_others_do_not(client: FlaskClient) -> None:
    gate = factories.a_gate()
    gates = client.get(f"{API}/gates", headers=bearer(client)).json["gates"]
    assert gates[0] == {"id": gate.id, "name": gate.name, "port": {"code": "IDSMQ", "name": "Sampit"}}
    assert refused(client.get(f"{API}/gates"), "sign_in_first")


def test_an_infant_who_is_too_old_is_told_at_the_passenger(client: FlaskClient) -> None:
    asked = a_hold(factories.a_voyage().id, infants=1)
    address = f"{API}/bookings/{client.post(f'{API}/bookings', json=asked).json['code']}/passengers"
    child = {**SITI, "document_number": "6202015503940002", "infant": True}
    named = {**NAMED, "passengers": [SITI, child]}
    answer = client.put(address, json=named, headers={"X-Booking-Key": asked["request_id"]})
    assert refused(answer, "infant_too_old")
    assert list(answer.json["errors"]) == ["passengers-1-birth_date"]


def test_the_page_of_the_specification_needs_no_script_and_no_style_of_its_own(client: FlaskClient) -> None:
    page = client.get(f"{API}/")
    assert page.status_code == 200
    for gone in ("<script", "style=", "onclick", "http://", "https://"):
        assert gone not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert "X-Booking-Key" in page.text
    assert 'id="HoldIn"' in page.text


def test_limits_in_force_are_those_of_the_settings(app: Flask) -> None:
    assert config.current().search_limit > 1000
