"""No work grows with a stranger's text: what is too large, too deep or too much is refused before it is read."""

import io
import json
import time
import zipfile
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.planning.sheets.archives import PARTS_MAX
from app.web.request_bounds import BODY_MAX, ERRORS_MAX, OFFICE_BODY_MAX, QUERY_MAX, body_max
from tests.conftest import Clock
from tests.factories import a_user, a_voyage
from tests.queries import queries_counted
from tests.web.program import API, a_hold, bearer
from tests.web.test_gate import Pier, hidden, sign_in
from tests.web.test_guard import tries

KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain")
SMALL = 8_000
"""Bytes of an answer: the page of an error with its head."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_door_refuses_a_large_body_before_it_reads_it(app: Flask, kind: str) -> None:
    client, told = app.test_client(), []
    for rule, method, address in tries(app):
        most = body_max(rule.endpoint)
        with queries_counted() as queries:
            answer = client.open(address, method=method, data=b"{" + b'"a":1,' * (most // 6 + 1), content_type=kind)
        if answer.status_code != 413 or len(answer.data) > SMALL or queries.count:
            told.append((method, address, answer.status_code, len(answer.data), queries.statements))
        answer.close()
    assert told == []


def test_every_door_refuses_a_long_query_string(app: Flask) -> None:
    client = app.test_client()
    for _, method, address in tries(app):
        with queries_counted() as queries:
            answer = client.open(f"{address}?q={'a' * QUERY_MAX}", method=method)
        assert (answer.status_code, queries.count) == (413, 0), (method, address)
        assert len(answer.data) < SMALL
        answer.close()


@pytest.mark.parametrize("address", [f"{API}/bookings", "/masuk", "/pesanan"])
def test_what_comes_in_pieces_without_its_length_is_bounded_as_well(client: FlaskClient, address: str) -> None:
    kind = KINDS[0] if address.startswith(API) else KINDS[1]
    answer = client.post(
        address,
        input_stream=io.BytesIO(b"a=" + b"1" * BODY_MAX),
        content_type=kind,
        environ_overrides={"wsgi.input_terminated": True},
    )
    assert answer.status_code == 413


def test_a_stranger_at_the_offices_door_is_sent_away_before_the_form_is_read(client: FlaskClient) -> None:
    sent = io.BytesIO(b"a=" + b"1" * (OFFICE_BODY_MAX // 2))
    answer = client.post(
        "/kelola/jadwal", input_stream=sent, content_type=KINDS[1], content_length=OFFICE_BODY_MAX // 2
    )
    assert (answer.status_code, sent.tell()) == (302, 0)


@pytest.mark.parametrize(
    "sent",
    [b"[" * 10_000, b"[" * 8_000 + b"]" * 8_000, b'{"a":' * 3_000, b"[" + b"1," * 3_000 + b"1]", b'"' + b"\\" * 9_001],
    ids=["open", "nested", "objects", "long", "backslashes"],
)
def test_json_that_is_too_deep_or_has_too_many_parts_is_not_taken_apart(client: FlaskClient, sent: bytes) -> None:
    answer = client.post(f"{API}/bookings", data=sent, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["code"] in {"json_too_deep", "json_too_many_parts", "bad_json"}
    if sent[:2] != b'"\\':
        assert answer.json["code"] != "bad_json"


def test_twenty_faults_are_told_and_how_many_more_there_are(client: FlaskClient) -> None:
    voyage = a_voyage()
    strange = {f"{number}{'x' * 100}": number for number in range(60)}
    sent = {**a_hold(voyage.id), **strange}
    for language, words in (("id", "Dan 40 isian lain"), ("en", "And 40 more")):
        answer = client.post(f"{API}/bookings?lang={language}", json=sent)
        errors = answer.json["errors"]
        assert (answer.status_code, len(errors)) == (422, ERRORS_MAX + 1)
        assert words in errors[""][0]
        assert max(map(len, errors)) <= 60, "of what was typed only a bit is told back"
        assert len(answer.data) < SMALL
    few = client.post(f"{API}/bookings", json={**a_hold(voyage.id), "strange": 1}).json["errors"]
    assert list(few) == ["strange"]


def test_a_list_is_as_long_as_its_door_says_and_the_answer_stays_small(client: FlaskClient) -> None:
    held = client.post(f"{API}/bookings", json=(asked := a_hold(a_voyage().id))).json["code"]
    sent = {"phone": "08123456789", "passengers": [{}] * 400}
    answer = client.put(f"{API}/bookings/{held}/passengers", json=sent, headers={"X-Booking-Key": asked["request_id"]})
    assert answer.status_code == 422
    assert len(answer.data) < SMALL


def test_a_form_with_rows_without_end_is_answered_small(client: FlaskClient) -> None:
    voyage = a_voyage()
    form = hidden(client.get(f"/pelayaran/{voyage.id}").text)
    many = {f"passengers-{row}-{row}-{row}-name": "x" for row in range(450)}
    answer = client.post(f"/pelayaran/{voyage.id}", data={**form, **many, "fare_class_id": "9", "adults": "1"})
    assert answer.status_code in {409, 413, 422}
    assert len(answer.data) < 40_000


def test_a_scan_tells_nothing_back_of_what_was_shown(client: FlaskClient) -> None:
    officer = bearer(client)
    sent = {"id": str(uuid4()), "shown": "x" * 5_000, "departure_id": 1, "gate_id": 1}
    answer = client.post(f"{API}/scans", json=sent, headers=officer)
    assert (answer.status_code, "xxxx" in answer.text) == (422, False)


@pytest.mark.parametrize(
    "answer",
    [
        "[" * 4_000,
        '{"a":' * 1_000,
        '{"said": {}, "seen": 1}',
        '{"said": {}, "seen": {"a": 1}}',
        '{"said": 1, "seen": []}',
    ],
    ids=["open", "objects", "number", "object", "said"],
)
def test_a_button_of_the_gate_that_is_none_of_ours_is_refused(client: FlaskClient, clock: Clock, answer: str) -> None:
    pier = Pier(client, clock)
    serial = pier.a_serial()
    answered = client.post(pier.page, data={**hidden(client.get(pier.page).text), "shown": serial, "answer": answer})
    assert answered.status_code == 400


BOMBS = {
    "tight": ({"ports.csv": b"a\n" * 2_000_000}, "ports.csv"),
    "large": ({"ports.csv": b"a\n" * 50_000_000}, "ports.csv"),
    "workbook": ({"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b" " * 90_000_000}, "sheet1.xml"),
    "opened document": ({"content.xml": b" " * 5_000_000}, "content.xml"),
    "many": ({f"{number}.csv": b"" for number in range(PARTS_MAX + 1)}, str(PARTS_MAX)),
}


@pytest.mark.parametrize(("parts", "named"), BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize(("address", "field"), [("/kelola/jadwal/lembar", "files"), ("/kelola/jadwal", "file")])
def test_a_packed_file_that_grows_is_refused_unopened_and_named(
    client: FlaskClient, address: str, field: str, parts: dict[str, bytes], named: str
) -> None:
    sign_in(client, a_user(Role.ADMINISTRATOR))
    form = hidden(client.get(address).text)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    bomb.seek(0)
    began = time.process_time()
    answer = client.post(address, data={**form, field: (bomb, "kiriman.zip")})
    assert time.process_time() - began < 1
    assert answer.status_code == 422
    assert named in answer.text
    assert "kiriman.zip" in answer.text or field == "file"
    assert len(answer.data) < 40_000


def test_no_work_grows_with_the_number_or_the_names_of_a_forms_fields(app: Flask) -> None:
    room = BODY_MAX - 200
    forms = {
        "many": "&".join(f"a{n}=1" for n in range(room // 8)),
        "nested": "&".join(f"a-{n}-b-{n}=1" for n in range(room // 16)),
        "rows": "&".join(f"passengers-{n}-name=" for n in range(room // 24)),
        "deep": "a" + "-1" * (room // 2),
        "the same": "&".join(["also=1.1.1"] * (room // 12)),
        "long": "name=" + "a" * room,
        "marks": "name=" + "%CC%81" * (room // 6),
        "unseen": "name=" + "%E2%80%8B" * (room // 9),
    }
    client, slow = app.test_client(), []
    for rule, method, address in tries(app):
        if method != "POST" or address.startswith(API) or body_max(rule.endpoint) != BODY_MAX:
            continue
        for name, form in forms.items():
            began = time.process_time()
            answer = client.post(address, data=form, content_type=KINDS[1])
            took = time.process_time() - began
            if took > 1 or answer.status_code == 500 or len(answer.data) > 100_000:
                slow.append((address, name, answer.status_code, round(took, 2), len(answer.data)))
            answer.close()
    assert slow == []


def test_a_file_of_faults_alone_is_answered_small(client: FlaskClient) -> None:
    sign_in(client, a_user(Role.ADMINISTRATOR))
    form = hidden(client.get("/kelola/jadwal/lembar").text)
    data = io.BytesIO(b"code,name,zone\n" + b"x\n" * 100_000)
    answer = client.post("/kelola/jadwal/lembar", data={**form, "files": (data, "ports.csv")})
    assert answer.status_code == 422
    assert len(answer.data) < 200_000
    assert json.dumps(answer.text).count("<tr>") < 300
