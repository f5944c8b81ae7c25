"""The doors for programs: one way through all of them, what they refuse, and how they describe themselves."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import config
from app.refusals import status_of
from app.web.words import SENTENCES
from tests import factories
from tests.conftest import Clock
from tests.web.program import API, NAMED, a_hold, bearer, refused


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
    waits = client.post(f"{address}/payment", json={"method": "counter"}, headers=proof).json
    assert (waits["state"], waits["payment"]) == ("held", "counter")
    paid = client.post(f"{address}/confirmation", headers=bearer(client)).json
    assert (paid["state"], paid["payment"], paid["expires_at"]) == ("confirmed", "counter", None)
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


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"", "not_json"),
        (b"{", "bad_json"),
        (b"\xff", "bad_json"),
        (b'{"adults": NaN}', "json_number"),
        (b'{"adults": ' + b"9" * 5000 + b"}", "json_number"),
        (b"[" * 10_000, "json_too_deep"),
        (b"[" * 100_000, "too_large"),
        (b'{"username":' * 400 + b"1" + b"}" * 400, "json_too_deep"),
        (b"[" + b"1," * 2_000 + b"1]", "json_too_many_parts"),
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


def test_a_broken_character_is_told_at_its_field(client: FlaskClient) -> None:
    sent = b'{"phone": "1", "passengers": [{"name": "a"}, {"name": "a\\ud800"}]}'
    answer = client.post(f"{API}/sessions", data=sent, content_type="application/json")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["passengers-1-name"])
    assert list(client.get(f"{API}/voyages?from=%00").json["errors"]) == ["from"]


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete(f"{API}/ports")
    assert (answer.status_code, answer.json["code"]) == (405, "wrong_method")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_unknown_address_of_the_api_is_refused_in_the_same_form(client: FlaskClient) -> None:
    assert refused(client.get(f"{API}/nothing"), "not_found")


def test_the_specification_names_every_operation_with_its_answers(client: FlaskClient, app: Flask) -> None:
    answer = client.get(f"{API}/openapi.json")
    spec = json.loads(answer.data)
    assert spec["openapi"] == "3.1.0"
    told = {(m, p) for p, item in spec["paths"].items() for m in item if m in {"get", "post", "put", "delete"}}
    hung = set()
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(API) and not rule.endpoint.startswith("api."):
            path = re.sub(r"<(?:[^<>:]*:)?(\w+)>", r"{\1}", rule.rule)
            hung |= {(m.lower(), path) for m in rule.methods - {"HEAD", "OPTIONS"}}
    assert told == hung
    for _, item in spec["paths"].items():
        for operation in (o for o in item.values() if isinstance(o, dict)):
            assert " · " in operation["summary"]
            assert operation["description"]
            assert "503" in operation["responses"]
            assert "default" not in operation["responses"]


ANYWHERE = {"bad_request", "wrong_method", "broken"}
"""Codes that no operation names: of a request that reaches none, and of a fault of ours."""


def codes_of(spec: dict[str, Any]) -> dict[str, int]:
    """Every code that an operation names, with the status of its answer."""
    found: dict[str, int] = {}
    for operation in (o for item in spec["paths"].values() for o in item.values() if isinstance(o, dict)):
        for status, answer in operation["responses"].items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            codes = [code for part in schema.get("allOf", [])[1:] for code in part["properties"]["code"]["enum"]]
            assert codes or int(status) < 400
            found |= dict.fromkeys(codes, int(status))
    return found


def test_every_code_of_the_api_is_documented_with_its_status_and_sentence(app: Flask) -> None:
    codes = codes_of(app.extensions["openapi"])
    assert codes == {code: status_of(code) for code in codes}
    codes |= {code: status_of(code) for code in ANYWHERE}
    with app.test_request_context():
        rows = [
            f"| {status} | `{code}` | {re.sub(r'%[(]([a-z_]+)[)]s', '…', str(SENTENCES[code]))} |"
            for code, status in sorted(codes.items(), key=lambda pair: (pair[1], pair[0]))
        ]
    documented = [line for line in (config.ROOT / "docs/api.md").read_text().splitlines() if re.match(r"[|] \d", line)]
    assert documented == rows


def test_the_page_of_the_specification_needs_no_script_and_no_style_of_its_own(client: FlaskClient) -> None:
    page = client.get(f"{API}/")
    assert page.status_code == 200
    for gone in ("<script", "style=", "onclick", "http://", "https://"):
        assert gone not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert "X-Booking-Key" in page.text
    assert 'id="HoldIn"' in page.text
