"""The officer's page where travel rules are in force: reasons, one touch to answer, the post; and programs."""

import json
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.boarding.models import Scan, Stage
from app.booking.actions.documents import enter_document, say
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.queries import find_ticket
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.seats.models import LegLoad
from app.web import words
from tests import factories
from tests.boarding.test_gate_rules import a_rule, in_force
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
    assert "COCOKKAN" in page
    assert 'data-verdict="compare"' in page, "routine is no alarm"
    assert "KTP</span>, 4 angka terakhir <b" in page
    assert f">{number[-4:]}</b>" in page
    assert number not in page
    assert "Cocokkan 1." in page
    assert "Cocokkan 2." not in page, "its button says it"
    buttons = answers(page)
    assert sorted(buttons) == ["Nama dan nomor cocok", "Nama tidak cocok", "Nomor tidak cocok"]
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
    assert "Hasil tes antigen: negatif" in kept
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
    seen = {**form, "identity_name_matches": "true", "person_doses": "2", "baggage_kg": "38", "baggage_cm3": "70x40x36"}
    for _ in range(2):
        page = pier.client.post(
            post, data={**seen, "goods": ["", "looked", "sharp_weapons"]}, follow_redirects=True
        ).text
    assert 'value="38"' in page
    assert 'value="sharp_weapons" checked' in page
    said = {s.fact: s.value for s in db.session.scalars(db.select(Statement))}
    assert said == {
        "identity.name_matches": True, "person.doses": 2, "baggage.kg": 38, "baggage.cm3": 100_800,
        "goods": ["sharp_weapons"],
    }  # fmt: skip
    assert db.session.query(Statement).count() == 5
    wrong = pier.client.post(post, data={**seen, "person_doses": "dua"})
    assert (wrong.status_code, "Tulis dengan angka saja." in wrong.text) == (422, True)
    assert re.search(r'<details class="card post-fold" open><summary[^>]*>Kesehatan', wrong.text), "its fold is open"
    pier.client.post(post, data={**form, "baggage_kg": ""})
    said = {s.fact: s.value for s in db.session.scalars(db.select(Statement).order_by(Statement.id))}
    assert (said["baggage.kg"], said["person.doses"]) == (None, 2), "a form takes back only what stands in it"


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
    assert "Sudah dilihat petugas." not in pier.client.get(post).text
    assert pier.client.post(f"{post}/surat/{paper.id}", data=form).status_code == 404


def test_only_an_officer_with_the_right_exempts_and_the_letter_is_on_the_verdict(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    serial = pier.a_serial()
    pier.show(serial)
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    assert 'href="/aturan/1#uji-1"' in page
    assert "Kecualikan dari aturan" not in page
    given = {**hidden(page), "rule": "uji-1", "reason": "KTP terbakar", "exemption_letter": "B-7/KSOP"}
    assert pier.client.post(f"{post}/pengecualian", data=given).status_code == 403
    db.session.get_one(User, pier.officer.id).may_exempt = True
    db.session.commit()
    assert "Kecualikan dari aturan" in pier.client.get(post).text
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
    assert counted.count <= 22, counted
    assert counted.reads_whole().isdisjoint({"scan", "ticket", "passenger", "booking", "statement", "leg"})


def test_the_terminal_says_come_in_and_keeps_the_count(pier: Pier) -> None:
    serial = pier.a_serial()
    door = factories.a_gate(pier.departure.call.port, Stage.TERMINAL)
    page = f"/gate/{pier.departure.id}/{door.id}"
    form = hidden(pier.client.get(page).text)
    answer = pier.client.post(page, data={**form, "shown": serial}, follow_redirects=True).text
    assert "MASUK" in answer
    assert "beri gelang" in answer
    assert ">0</span> / " in answer


def shown_paper(kind: str = "antigen") -> dict[str, object]:
    """A logic that is met once a paper of that kind is shown."""
    there = {"if": [{"var": "accumulator"}, True, {"===": [{"var": "current.kind"}, kind]}]}
    return {"reduce": [{"var": "documents"}, there, False]}


def sections(page: str) -> dict[str, bool]:
    """The folds of a post's page by their words, and whether each is open."""
    folds = re.findall(r'<details class="card post-fold"( open)?><summary[^>]*>([^<]+)<', page)
    return {words: bool(is_open) for is_open, words in folds}


def test_the_post_opens_what_is_asked_and_folds_the_rest(pier: Pier) -> None:
    weighed = {"id": "Lebih dari 20 kg.", "en": "More than 20 kg."}
    heavy = {"logic": {"<=": [{"var": "baggage.kg"}, 20]}, "missing": {"sale": "note", "gate": "hold"}}
    in_force(a_rule("uji-1", **heavy, officer=weighed), a_rule("uji-2", logic=shown_paper("pcr")))
    serial = pier.a_serial()
    verdict = pier.show(serial).text
    assert "Belum diketahui: berat bagasi." in verdict, "a rule's words are about somebody whose bag was weighed"
    assert "Lebih dari 20 kg." not in verdict
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    assert "Masih diminta" in page
    asked = page.split("Masih diminta")[1].split("</form>")[0]
    assert re.findall(r'name="([a-z]+_\w+)"', asked) == ["csrf_token", "baggage_kg"]
    assert sections(page) == {
        "Tes dan surat": True,
        "Identitas dan boarding pass": False,
        "Kesehatan": False,
        "Keperluan perjalanan": False,
        "Bagasi dan barang": False,
    }
    assert '<option value="pcr" selected>' in page, "the kind that the rule names stands there already"
    assert page.count('name="baggage_kg"') == 1
    pier.client.post(post, data={**hidden(page), "baggage_kg": "31"})
    assert "Lebih dari 20 kg." in pier.show(serial).text


def test_one_touch_at_the_post_records_and_judges_again(pier: Pier) -> None:
    in_force(a_rule(logic={"<=": [{"var": "baggage.kg"}, 20]}, missing={"sale": "note", "gate": "hold"}))
    serial = pier.a_serial()
    pier.show(serial)
    post = f"{pier.page}/periksa/{serial}"
    form = hidden(pier.client.get(post).text)
    heavy = pier.client.post(post, data={**form, "baggage_kg": "31", "judge": "1"}, follow_redirects=True)
    assert "TOLAK" in heavy.text
    # Back in the browser, the same form with another weight is another scan; sent again it is the same.
    for _ in range(2):
        light = pier.client.post(post, data={**form, "baggage_kg": "19", "judge": "1"}, follow_redirects=True)
        assert "NAIK" in light.text
    assert db.session.query(Scan).count() == 3


def test_an_exemption_is_named_only_where_it_would_help(pier: Pier) -> None:
    in_force(named(1, NAMES[0]), {**named(2, NAMES[0]), "exemption": None})
    no = answers(pier.show(pier.a_serial()).text)["Nama tidak cocok"]
    pier.clock.forward(seconds=2)
    page = pier.client.post(pier.page, data=no, follow_redirects=True).text
    assert "TOLAK" in page
    assert "dapat dikecualikan" not in page, "the other rule would refuse all the same"


def test_whom_the_rules_refuse_is_told_what_was_found_and_asked_nothing_more(pier: Pier) -> None:
    in_force(*(named(n, fact) for n, fact in enumerate(NAMES, 1)))
    serial = pier.a_serial()
    no = answers(pier.show(serial).text)["Nama tidak cocok"]
    pier.clock.forward(seconds=2)
    page = pier.client.post(pier.page, data=no, follow_redirects=True).text
    assert "Nama di tiket berbeda dari di dokumen." in page
    assert "Uji. Dengan surat dapat dikecualikan oleh petugas." in page, "whom to ask"
    assert "Cocokkan 1." not in page
    # A wrong touch is put right with one, or at the post: its question is open there.
    assert list(answers(page)) == ["Salah tekan? Cocokkan lagi"]
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    assert 'name="identity_name_matches"' in page.split("Masih diminta")[1].split("</form>")[0]
    right = {**hidden(page), "identity_name_matches": "true", "judge": "1"}
    assert "Nomor cocok" in answers(pier.client.post(post, data=right, follow_redirects=True).text)


def test_what_was_entered_ahead_is_seen_with_one_touch_once_the_person_is_known(pier: Pier) -> None:
    doses = a_rule("dosis", logic={"<=": [2, {"var": "person.doses"}]}, missing={"sale": "note", "gate": "hold"})
    in_force(named(1, NAMES[0]), doses, {**a_rule("tes", logic=shown_paper()), "missing": doses["missing"]})
    serial = pier.a_serial()
    ticket = find_ticket(serial)
    assert ticket is not None
    say(ticket.passenger_id, {"person.doses": 2})
    paper = enter_document(ticket.passenger_id, "antigen", pier.clock() - timedelta(hours=1), result="negative")
    first = answers(pier.show(serial).text)
    assert sorted(first) == ["Nama cocok", "Nama tidak cocok"]
    second = pier.client.post(pier.page, data=first["Nama cocok"], follow_redirects=True).text
    assert "Belum diketahui: vaksinasi COVID-19." in second
    [seen] = [
        form for label, form in answers(second).items() if label.startswith("Sudah saya lihat: Vaksin 2 kali; Hasil")
    ]
    assert json.loads(seen["answer"]) == {"said": {"person.doses": 2}, "seen": [paper.id]}
    assert "NAIK" in pier.client.post(pier.page, data=seen, follow_redirects=True).text


def test_a_thing_stays_behind_and_its_owner_passes(pier: Pier) -> None:
    stays = {"id": "Tahan parangnya.", "en": "Keep the machete."}
    unlooked = {"sale": "note", "gate": "note"}
    sharp = {"if": [{"var": "goods"}, {"!": [{"in": ["sharp_weapons", {"var": "goods"}]}]}, True]}
    in_force(a_rule(logic=sharp, outcome="note", missing=unlooked, holds_item=True, officer=stays))
    serial = pier.a_serial()
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    assert "Belum diperiksa" in page
    given = {**hidden(page), "goods": ["", "sharp_weapons"], "judge": "1"}
    page = pier.client.post(post, data=given, follow_redirects=True).text
    assert "NAIK" in page
    assert "Tahan barangnya; orangnya boleh lewat." in page
    assert "Tahan parangnya." in page


def test_what_nobody_has_looked_at_is_told_at_the_post_and_not_with_every_pass(pier: Pier) -> None:
    weighed = {"logic": {"<=": [{"var": "baggage.kg"}, 40]}, "missing": {"sale": "note", "gate": "note"}}
    said = {"id": "Lebih dari 40 kg.", "en": "More than 40 kg."}
    in_force(a_rule(**weighed, outcome="note", officer=said))
    serial = pier.a_serial()
    page = pier.show(serial).text
    assert "NAIK" in page
    assert "Belum dicatat" not in page
    assert "Belum dicatat: berat bagasi." in pier.client.get(f"{pier.page}/periksa/{serial}").text
    assert "Lebih dari 40 kg." not in page


def test_a_no_that_was_a_wrong_touch_is_undone_at_once(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    no = answers(pier.show(pier.a_serial()).text)["Nama tidak cocok"]
    pier.clock.forward(seconds=2)
    undo = answers(pier.client.post(pier.page, data=no, follow_redirects=True).text)["Salah tekan? Cocokkan lagi"]
    pier.clock.forward(seconds=2)
    page = pier.client.post(pier.page, data=undo, follow_redirects=True).text
    assert "COCOKKAN" in page
    pier.clock.forward(seconds=2)
    assert "NAIK" in pier.client.post(pier.page, data=answers(page)["Nama cocok"], follow_redirects=True).text


def a_logic_of_tests(hours: int | None) -> dict[str, object]:
    """A logic that is met by a negative antigen test, of at most so many hours before the departure."""
    age = [0, {"var": "current.minutes"}, *([hours * 60] if hours else [])]
    test = {"and": [{"===": [{"var": "current.kind"}, "antigen"]}, {"===": [{"var": "current.result"}, "negative"]},
                    {"<=": age}]}  # fmt: skip
    return {"reduce": [{"var": "documents"}, {"if": [{"var": "accumulator"}, True, test]}, False]}


@pytest.mark.parametrize("hours", [24, 48, None])
def test_a_negative_test_is_recorded_with_one_touch_as_old_as_it_may_be(pier: Pier, hours: int | None) -> None:
    in_force(a_rule(logic=a_logic_of_tests(hours), missing={"sale": "note", "gate": "hold"}))
    buttons = answers(pier.show(pier.a_serial()).text)
    [label] = [label for label in buttons if "negatif" in label]
    leaves = pier.departure.call.planned_departure
    assert leaves is not None
    since = leaves - timedelta(hours=hours or 24)
    assert label == f"Hasil tes antigen negatif, sesudah {words.at(since, pier.gate.port)}"
    pier.clock.forward(seconds=2)
    answer = pier.client.post(pier.page, data=buttons[label], follow_redirects=True).text
    assert "NAIK" in answer
    kept = db.session.query(ShownDocument).one()
    assert (kept.kind, kept.result, kept.taken_at, kept.seen_by) == ("antigen", "negative", since, pier.officer.id)


@pytest.mark.parametrize(
    "papers",
    [
        [{"kind": "doctor_letter", "result": "negative", "taken_at": "2020-01-01T00:00:00+00:00"}],
        [{"kind": "pcr", "result": "negative", "taken_at": "2999-01-01T00:00:00+00:00"}],
        [{"kind": "pcr", "result": "negative", "taken_at": "2020-01-01T00:00:00"}],
        [{"kind": "pcr", "result": "good", "taken_at": "2020-01-01T00:00:00+00:00"}],
        [{"kind": "pcr"}],
        "none",
    ],
)
def test_a_paper_that_cannot_be_one_is_no_answer(pier: Pier, papers: object) -> None:
    in_force(a_rule(logic=a_logic_of_tests(24), missing={"sale": "note", "gate": "hold"}))
    buttons = answers(pier.show(pier.a_serial()).text)
    data = {**next(iter(buttons.values())), "answer": json.dumps({"said": {"documents": papers}, "seen": []})}
    assert pier.client.post(pier.page, data=data).status_code == 422
    assert db.session.query(ShownDocument).count() == 0


@pytest.mark.invented_counts  # a ticket is made void by hand
def test_a_supervisor_lets_a_good_ticket_pass_with_a_reason_and_nothing_else(pier: Pier) -> None:
    in_force(a_rule(logic={"<": [{"var": "person.age_years"}, 1]}))
    serial, other = pier.a_serial(), pier.a_serial()
    for one in (serial, other):
        assert "TOLAK" in pier.show(one).text
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    given = {**hidden(page), "supervisor_reason": "Keluarga pasien, izin KSOP"}
    assert "Loloskan sebagai pengawas" not in page
    assert pier.client.post(f"{post}/loloskan", data=given).status_code == 403
    db.session.get_one(User, pier.officer.id).may_exempt = True
    db.session.commit()
    assert "Loloskan sebagai pengawas" in pier.client.get(post).text
    assert pier.client.post(f"{post}/loloskan", data={**given, "supervisor_reason": "....."}).status_code == 422
    for _ in range(2):
        told = pier.client.post(f"{post}/loloskan", data=given, follow_redirects=True).text
        assert "NAIK" in told
        assert f"Diloloskan pengawas {pier.officer.name}: Keluarga pasien, izin KSOP." in told
    kept = db.session.query(Scan).filter_by(verdict="pass").one()
    assert (kept.reason, kept.officer_id, kept.outcome) == ("by_supervisor", pier.officer.id, "refuse_movable")
    # The ship is full with this one, and a ticket that is void has no post.
    db.session.query(LegLoad).one().set_ceiling(1, None)
    db.session.commit()
    there = f"{pier.page}/periksa/{other}/loloskan"
    page = pier.client.get(f"{pier.page}/periksa/{other}").text
    told = pier.client.post(there, data={**hidden(page), "supervisor_reason": "Tetap naik"}, follow_redirects=True).text
    assert "Kapal penuh" in told
    ticket = find_ticket(other)
    assert ticket is not None
    ticket.void_at, ticket.void_reason = pier.clock(), "cancelled"
    db.session.commit()
    assert pier.client.post(there, data=given).status_code == 404
