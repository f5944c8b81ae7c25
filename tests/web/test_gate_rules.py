"""The officer's page where travel rules are in force: reasons, one touch to answer, the post; and programs."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.boarding.models import Scan, Stage
from app.booking.models import ShownDocument, Statement
from app.booking.queries import find_ticket
from app.booking.saying import enter_document
from app.db import db
from app.rules.actions import load_shipped
from app.rules.shipped import read_sets
from tests import factories
from tests.boarding.test_by_rules import a_rule, in_force
from tests.conftest import Clock
from tests.queries import queries_counted
from tests.web.program import API, bearer
from tests.web.test_gate import Pier, hidden, sign_in

NAMES = ("identity.name_matches", "identity.number_matches")


@pytest.fixture
def pier(client: FlaskClient, clock: Clock) -> Pier:
    return Pier(client, clock)


def named(number: int, fact: str) -> dict[str, object]:
    """A rule that an officer must have compared something."""
    missing = {"sale": "note", "gate": "hold"}
    text = {"id": f"Cocokkan {number}.", "en": f"Compare {number}."}
    return a_rule(f"uji-{number}", logic={"var": fact}, missing=missing, officer=text, exemption={"by": ["officer"]})


def answers(page: str) -> dict[str, dict[str, str]]:
    """What the buttons of a verdict's page send, by their words."""
    forms = re.findall(r'<form method="post" action="[^"]*">(.*?)</form>', page, re.DOTALL)
    found = {}
    for form in forms:
        if 'name="answer"' in form:
            label = re.search(r'data-field="label">([^<]+)<', form)
            assert label is not None
            found[unescape(label[1])] = {n: unescape(v) for n, v in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
    return found


def test_one_touch_says_what_was_compared_and_boards(pier: Pier) -> None:
    in_force(*(named(n, fact) for n, fact in enumerate(NAMES, 1)))
    serial = pier.a_serial()
    page = pier.show(serial).text
    ticket = find_ticket(serial)
    assert ticket is not None
    number = ticket.passenger.document_number
    assert "TAHAN" in page
    assert f"KTP ************{number[-4:]}" in page
    assert number not in page
    assert "Cocokkan 1." in page
    assert "Cocokkan 2." not in page, "its button says it"
    buttons = answers(page)
    assert list(buttons) == ["Nama dan nomor cocok", "Nama tidak cocok", "Nomor tidak cocok"]
    answer = pier.client.post(pier.page, data=buttons["Nama dan nomor cocok"], follow_redirects=True).text
    assert "NAIK" in answer
    assert ">1</span> / " in answer
    assert {(s.fact, s.value, s.said_by) for s in db.session.scalars(db.select(Statement))} == {
        (fact, True, pier.officer.id) for fact in NAMES
    }


def test_the_other_button_refuses_and_says_the_next_step(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    page = pier.show(pier.a_serial()).text
    data = answers(page)["Nama tidak cocok"]
    answer = pier.client.post(pier.page, data=data, follow_redirects=True).text
    assert "TOLAK" in answer
    assert "Uji." in answer
    again = pier.client.post(pier.page, data=data, follow_redirects=True).request.path
    assert again == pier.client.post(pier.page, data=data, follow_redirects=True).request.path
    assert db.session.query(Scan).count() == 2, "the same button twice is one scan"


def test_an_old_verdict_has_no_buttons(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    place = pier.show(pier.a_serial()).request.path
    pier.clock.forward(minutes=3)
    assert answers(pier.client.get(place).text) == {}


@pytest.mark.parametrize("answer", ["{", "[]", '{"said": 1, "seen": []}', '{"said": {}, "seen": ["x"]}'])
def test_an_answer_that_is_none_of_ours_is_refused(pier: Pier, answer: str) -> None:
    form = hidden(pier.client.get(pier.page).text)
    got = pier.client.post(pier.page, data={**form, "shown": pier.a_serial(), "answer": answer})
    assert got.status_code == 400
    assert db.session.query(Scan).count() == 0


def test_the_post_records_a_test_and_the_next_scan_passes(pier: Pier) -> None:
    tested = {
        "reduce": [
            {"var": "documents"},
            {"if": [{"var": "accumulator"}, True, {"===": [{"var": "current.result"}, "negative"]}]},
            False,
        ]
    }
    in_force(a_rule(logic=tested))
    serial = pier.a_serial()
    page = pier.show(serial).text
    post = f"{pier.page}/periksa/{serial}"
    assert post in page
    form = hidden(pier.client.get(post).text)
    here = pier.clock().astimezone(pier.gate.port.tz)
    paper = {
        **form,
        "kind": "antigen",
        "result": "negative",
        "taken_at": f"{here:%Y-%m-%dT%H:%M}",
        "issuer": "laboratory",
    }
    kept = pier.client.post(f"{post}/surat", data=paper, follow_redirects=True).text
    assert "Antigen negatif" in kept
    assert "Sudah dilihat petugas." in kept
    assert "NAIK" in pier.show(serial).text


def test_the_post_says_what_is_wrong_with_a_paper_at_its_field_and_keeps_nothing(pier: Pier) -> None:
    serial = pier.a_serial()
    post = f"{pier.page}/periksa/{serial}"
    form = hidden(pier.client.get(post).text)
    for typed, told in (
        ({"taken_at": "kemarin"}, "Tulis hari dan jam"),
        ({"taken_at": "2199-01-01T00:00"}, "Waktu ini belum tiba"),
        ({"kind": "ktp"}, "Pilih tes atau surat"),
    ):
        data = {**form, "kind": "pcr", "result": "negative", "taken_at": "2024-01-01T00:00", **typed}
        answer = pier.client.post(f"{post}/surat", data=data)
        assert (answer.status_code, told in answer.text) == (422, True), told
    assert db.session.query(ShownDocument).count() == 0


def test_the_post_keeps_what_was_looked_at_and_only_what_changes(pier: Pier) -> None:
    serial = pier.a_serial()
    post = f"{pier.page}/periksa/{serial}"
    form = hidden(pier.client.get(post).text)
    seen = {**form, "identity-name_matches": "true", "person-doses": "2", "baggage-kg": "38", "searched": "1"}
    for _ in range(2):
        page = pier.client.post(post, data={**seen, "goods": ["sharp_weapons"]}, follow_redirects=True).text
    assert 'value="38"' in page
    said = {s.fact: s.value for s in db.session.scalars(db.select(Statement))}
    assert said == {"identity.name_matches": True, "person.doses": 2, "baggage.kg": 38, "goods": ["sharp_weapons"]}
    assert db.session.query(Statement).count() == 4
    wrong = pier.client.post(post, data={**seen, "person-doses": "dua"})
    assert (wrong.status_code, "Tulis dengan angka saja." in wrong.text) == (422, True)


def test_a_paper_of_the_traveler_is_seen_or_taken_back_at_the_post(pier: Pier) -> None:
    serial = pier.a_serial()
    ticket = find_ticket(serial)
    assert ticket is not None
    paper = enter_document(ticket.passenger_id, "pcr", pier.clock() - timedelta(hours=1), result="negative")
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    assert "Diisi penumpang, belum dilihat petugas." in page
    form = hidden(page)
    pier.client.post(f"{post}/surat/{paper.id}", data=form)
    assert "Sudah dilihat petugas." in pier.client.get(post).text
    pier.client.post(f"{post}/surat/{paper.id}", data={**form, "withdraw": "1"})
    assert "Belum ada yang dicatat." in pier.client.get(post).text
    assert pier.client.post(f"{post}/surat/{paper.id}", data=form).status_code == 404


def test_only_an_officer_with_the_right_exempts_and_the_letter_is_on_the_verdict(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    serial = pier.a_serial()
    pier.show(serial)
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    assert "Kecualikan tiket ini" not in page
    given = {**hidden(page), "rule": "uji-1", "reason": "KTP terbakar", "exemption_letter": "B-7/KSOP"}
    assert pier.client.post(f"{post}/pengecualian", data=given).status_code == 403
    db.session.get_one(User, pier.officer.id).may_exempt = True
    db.session.commit()
    assert "Kecualikan tiket ini" in pier.client.get(post).text
    lacking = pier.client.post(f"{post}/pengecualian", data={**given, "exemption_letter": ""})
    assert lacking.status_code == 422
    pier.client.post(f"{post}/pengecualian", data=given)
    verdict = pier.show(serial).text
    assert "NAIK" in verdict
    assert f"Dikecualikan oleh {pier.officer.name}, surat B-7/KSOP: KTP terbakar." in verdict


def test_an_administrator_gives_the_right_to_exempt_and_a_form_without_it_leaves_it(client: FlaskClient) -> None:
    officer = factories.a_user()
    sign_in(client, factories.a_user(Role.ADMINISTRATOR))
    place = f"/kelola/pengguna/{officer.id}"
    page = client.get(place).text
    assert "Pengecualian dari aturan perjalanan" in page
    given = {**hidden(page), "role": "officer", "active": "true"}
    for more, may in (({"may_exempt": "true"}, True), ({}, True), ({"may_exempt": "false"}, False)):
        client.post(place, data={**given, **more})
        db.session.expire_all()
        assert db.session.get_one(User, officer.id).may_exempt is may


def test_others_tickets_are_not_at_this_post(pier: Pier) -> None:
    other = factories.tickets_of(factories.a_booking(factories.a_voyage()))[0].serial
    assert pier.client.get(f"{pier.page}/periksa/{other}").status_code == 404
    assert pier.client.get(f"{pier.page}/periksa/omong-kosong").status_code == 404


def test_a_program_gets_the_codes_and_answers_with_a_new_scan(client: FlaskClient, clock: Clock) -> None:
    in_force(*(named(n, fact) for n, fact in enumerate(NAMES, 1)))
    officer = bearer(client)
    pier = Pier(client, clock)
    serial = pier.a_serial()
    scan = {"id": str(uuid4()), "shown": serial, "departure_id": pier.departure.id, "gate_id": pier.gate.id}
    first = client.post(f"{API}/scans", json=scan, headers=officer).json
    assert (first["verdict"], first["reason"], first["outcome"], first["rule_set"]) == ("hold", "confirm", "hold", 1)
    assert first["asks"] == list(NAMES)
    assert [(r["rule"], r["why"], r["fact"]) for r in first["reasons"]] == [
        ("uji-1", "missing", NAMES[0]), ("uji-2", "missing", NAMES[1]),
    ]  # fmt: skip
    assert first["answers"][0]["said"] == dict.fromkeys(NAMES, True)
    said = {**scan, "id": str(uuid4()), "said": first["answers"][0]["said"]}
    second = client.post(f"{API}/scans", json=said, headers=officer).json
    assert (second["verdict"], second["reason"], second["aboard"]) == ("pass", "admitted", 1)
    assert client.post(f"{API}/scans", json=scan, headers=officer).json["reason"] == "confirm", "the first answer stays"
    for wrong, code in (({"ticket.paid": True}, "fact_unknown"), ({"person.doses": "x"}, "fact_value")):
        answer = client.post(f"{API}/scans", json={**scan, "id": str(uuid4()), "said": wrong}, headers=officer)
        assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_scan_under_the_rules_of_today_stays_within_its_queries(client: FlaskClient, clock: Clock) -> None:
    load_shipped(read_sets())
    officer = bearer(client)
    pier = Pier(client, clock)
    serials = [pier.a_serial() for _ in range(2)]
    said = dict.fromkeys(NAMES, True)
    for serial in serials:
        scan = {"id": str(uuid4()), "shown": serial, "departure_id": pier.departure.id, "gate_id": pier.gate.id}
        db.session.expunge_all()
        with queries_counted() as counted:
            answer = client.post(f"{API}/scans", json={**scan, "said": said}, headers=officer).json
        assert answer["verdict"] == "pass", answer
    assert counted.count <= 27, counted


def test_the_terminal_says_come_in_and_keeps_the_count(pier: Pier) -> None:
    serial = pier.a_serial()
    door = factories.a_gate(pier.departure.call.port, Stage.TERMINAL)
    page = f"/gate/{pier.departure.id}/{door.id}"
    form = hidden(pier.client.get(page).text)
    answer = pier.client.post(page, data={**form, "shown": serial}, follow_redirects=True).text
    assert "MASUK" in answer
    assert "beri gelang" in answer
    assert ">0</span> / " in answer
