"""Drafts of travel rules: edited as a table or as JSON, proposed by one and approved by another."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.db import db
from app.rules.actions.drafts import approve, propose, put_rule, remove_rule, start_draft
from app.rules.authoring.table import Table, TableRow, write
from app.rules.authoring.table_reading import read
from app.rules.models import RuleSet
from app.rules.queries import get_set_or_draft, list_drafts, list_sets
from app.rules.shipped import FOLDER, read_rules
from app.web.admin.rule_fields import typed_from
from app.web.admin.rule_form import RuleForm
from tests.factories import a_port, a_ship, a_user
from tests.queries import queries_counted
from tests.rules.making import a_rule
from tests.web.test_admin import send, told
from tests.web.test_gate import sign_in
from tests.web.test_rules import a_published_set

SHIPPED = [rule for file in sorted(FOLDER.glob("*.json")) if file.stem != "sets" for rule in read_rules(file.stem)]

WORDS = {
    "code": "pcr-24",
    "title_id": "Tes PCR",
    "title_en": "PCR test",
    "traveler_id": "Bawa hasil PCR.",
    "traveler_en": "Bring a PCR test.",
    "officer_id": "Periksa hasil PCR.",
    "officer_en": "Check the PCR test.",
    "next_id": "Tes di pos.",
    "next_en": "Take a test at the post.",
    "regulation": "SE 1/2030",
    "source": "https://example.org/se-1-2030",
    "sure": "text",
    "outcome": "hold",
    "missing_sale": "note",
    "missing_gate": "hold",
    "every": "any",
    "logic_as": "table",
}

TWO_TESTS = {
    **WORDS,
    "age_from": "6",
    "age_to": "59",
    "rows-0-what": "document:pcr",
    "rows-0-result": "negative",
    "rows-0-hours": "72",
    "rows-1-what": "document:antigen",
    "rows-1-result": "negative",
    "rows-1-hours": "24",
}


HALF_A_LETTER = '{"===": [{"var": "voyage.port"}, "\\ud800"]}'
LONG = '{"===": [{"var": "voyage.port"}, "%s"]}' % ("x" * 90_000)
DEEP = '{"!": [' * 900 + "true" + "]}" * 900


INTERNAL = re.compile(
    r"\b(title|traveler|officer|next|off|where|except|valid_(from|to)|may_miss|missing|sure|outcome|exemption|logic)\b"
    r"|\((id|en)\)|\bnull\b|JSON|\w\.\w+:"
)
"""Names that only the JSON of a rule has."""


@pytest.fixture
def admin(client: FlaskClient) -> User:
    """An administrator who has signed in."""
    somebody = a_user(Role.ADMINISTRATOR)
    sign_in(client, somebody)
    return somebody


@pytest.fixture
def draft(admin: User) -> RuleSet:
    a_port()
    made = start_draft("Uji", "Test", admin.id)
    put_rule(made.id, a_rule(), admin.id)
    return made


def body_of(draft: RuleSet, code: str) -> dict[str, Any]:
    db.session.expire_all()
    found = get_set_or_draft(draft.id).rule_of(code)
    assert found
    return found.body


@pytest.mark.parametrize("rule", SHIPPED, ids=[rule["code"] for rule in SHIPPED])
def test_opening_a_shipped_rule_and_saving_it_changes_nothing(app: Flask, rule: dict[str, Any]) -> None:
    with app.test_request_context():
        for language in ("id", "en"):
            form = RuleForm(typed_from(rule, language), language)
            assert form.body() == rule, form.errors


def test_a_rule_is_written_in_the_table(client: FlaskClient, draft: RuleSet) -> None:
    answer = send(client, f"/kelola/aturan/{draft.id}/tambah", TWO_TESTS)
    assert answer.location == f"/kelola/aturan/{draft.id}#pcr-24", told(answer)
    body = body_of(draft, "pcr-24")
    assert body["logic"]["if"][0] == {"<": [{"var": "person.age_years"}, 6]}
    page = client.get(answer.location).text
    assert "ada hasil tes PCR, hasilnya adalah negatif, diambil atau terbit paling lama 72 jam" in page
    with queries_counted() as q:
        again = client.get(f"/kelola/aturan/{draft.id}/ubah/pcr-24").text
    assert q.count <= 6, q
    assert 'value="72"' in again
    assert 'value="59"' in again


def test_rows_of_every_kind_are_written(client: FlaskClient, draft: RuleSet) -> None:
    typed = {
        **WORDS,
        "every": "all",
        "where_stage_terminal": "1",
        "where_operator": "pt pelayaran uji",
        "where_route": "Sampit-semarang",
        "except_port": "semarang, idsmq",
        "exempt_official": "1",
        "outcome": "note",
        "holds_item": "1",
        "may_miss": "punya kondisi kesehatan khusus atau komorbid",
        "rows-0-role": "unless",
        "rows-0-what": "person.special_condition",
        "rows-0-how": "yes",
        "rows-1-what": "voyage.minutes_to_departure",
        "rows-1-how": ">=",
        "rows-1-value": "30",
        "rows-2-what": "identity.kind",
        "rows-2-how": "in",
        "rows-2-value": "KTP, paspor",
        "rows-4-what": "companion",
        "rows-4-value": "17",
    }
    a_port("Semarang")
    operator = a_ship().operator.code
    assert send(client, f"/kelola/aturan/{draft.id}/tambah", typed).status_code == 303
    body = body_of(draft, "pcr-24")
    assert body["where"] == {"stage": ["terminal"], "operator": [operator], "route": ["IDSMQ-IDSRG"]}
    assert body["except"] == {"port": ["IDSRG", "IDSMQ"]}
    assert body["exemption"] == {"by": ["official"]}
    assert body["may_miss"] == ["person.special_condition"]
    assert body["holds_item"] is True
    assert body["logic"]["if"][2]["and"][1] == {"in": [{"var": "identity.kind"}, ["ktp", "passport"]]}


@pytest.mark.parametrize(
    ("changes", "at", "sentence"),
    [
        ({"title_id": " "}, "title_id", "Tulis kalimatnya"),
        ({"traveler_id": ""}, "traveler_id", "Tulis kalimatnya"),
        ({"next_id": "", "next_en": ""}, "next_id", "Tulis langkah berikutnya"),
        ({"valid_from": "2030-05-01", "valid_to": "2030-04-01"}, "valid_to", "Tanggal akhir sebelum"),
        ({"valid_from": "2030-02-30"}, "valid_from", "Tulis tanggal yang ada, atau kosongkan"),
        ({"code": "PCR 24"}, "code", "Pakai huruf kecil"),
        ({"outcome": "kill"}, "outcome", "Pilih salah satu dari daftar"),
        ({"where_service": "feri"}, "where_service", "Pilih dari: "),
        ({"may_miss": "ticket.paid"}, "may_miss", "Yang diminta tidak memakai"),
        ({"rows-0-hours": "dua"}, "rows-0-hours", "Tulis bilangan bulat"),
        ({"rows-0-issuer": "dukun"}, "rows-0-issuer", "dukun” tidak dikenal di sini"),
        ({"age_from": "60"}, "age_to", "Umur terakhir di bawah umur pertama"),
        ({"rows-0-what": "", "rows-1-what": ""}, "rows-0-what", "sedikitnya satu hal yang diminta"),
        ({"rows-0-what": "person.doses", "rows-0-how": "yes"}, "rows-0-how", "Untuk ini pilih: paling sedikit"),
        ({"rows-0-what": "nothing"}, "rows-0-what", "Pilih salah satu dari daftar"),
        ({"rows-0-what": "goods"}, "rows-0-value", "Tulis satu atau beberapa"),
        ({"rows-0-role": "joined"}, "rows-0-role", "Tidak ada baris di atasnya"),
        (
            {"rows-0-what": "person.doses", "rows-0-how": "in", "rows-0-value": "1, dua"},
            "rows-0-value",
            "Tulis satu atau beberapa bilangan bulat",
        ),
        ({"logic_as": "json", "logic": '{"modulo": [1, 2]}'}, "logic", "logic.modulo: operator &#39;modulo&#39; tidak"),
        ({"logic_as": "json", "logic": '{"<": [{"var": "ticket.paid"}, 3]}'}, "logic", "logic.&lt;[0]: jenisnya salah"),
        ({"logic_as": "json", "logic": '{"<": [1,\n 2'}, "logic", "Bukan JSON yang utuh, di baris 2"),
        ({"logic_as": "json", "logic": "[" * 5000}, "logic", "Bukan JSON"),
        ({"logic_as": "json", "logic": "NaN"}, "logic", "logic: hanya teks, bilangan bulat"),
        ({"logic_as": "json", "logic": HALF_A_LETTER}, "logic", "terlihat (U+D800)"),
        ({"logic_as": "json", "logic": '{"\\ud800": [1]}'}, "logic", "operator"),
        ({"logic_as": "json", "logic": '{"!": [true], "!": [false]}'}, "logic", "“!” ditulis dua kali"),
        ({"logic_as": "json", "logic": DEEP}, "logic", "JSON yang dapat dibaca"),
        ({"logic_as": "json", "logic": LONG}, "logic", "logic.===[1]: tulis teks, paling panjang 200 huruf"),
        ({"where_port": "Sampet"}, "where_port", "&#39;Sampet&#39; belum terdaftar"),
        ({"where_class": "nosuch"}, "where_class", "&#39;nosuch&#39; belum terdaftar"),
        ({"sure": "unconfirmed"}, "sure", "Yang belum terkonfirmasi tidak diperiksa"),
        ({"off_en": "Not yet."}, "off_id", "Tulis kalimatnya"),
        ({"where_stage_quay": "1", "except_stage": "dermaga"}, "except_stage", "Ini mengecualikan"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place_and_what_was_typed_stays(
    client: FlaskClient, draft: RuleSet, changes: dict[str, str], at: str, sentence: str
) -> None:
    answer = send(client, f"/kelola/aturan/{draft.id}/tambah", {**TWO_TESTS, **changes})
    assert answer.status_code == 422
    assert sentence in told(answer)[at]
    if "logic_as" not in changes:
        assert not INTERNAL.search(told(answer)[at]), "a form speaks of its fields, not of the names inside a rule"
    assert "https://example.org/se-1-2030" in answer.text
    assert "Check the PCR test." in answer.text
    assert get_set_or_draft(draft.id).rule_of("pcr-24") is None


@pytest.mark.parametrize("do", ["look", "table", "json"])
@pytest.mark.parametrize("logic", [HALF_A_LETTER, DEEP, '{"<": [1,'])
def test_looking_at_what_cannot_be_read_says_so(client: FlaskClient, draft: RuleSet, do: str, logic: str) -> None:
    answer = send(client, f"/kelola/aturan/{draft.id}/tambah", {**WORDS, "logic_as": "json", "logic": logic, "do": do})
    assert (answer.status_code, list(told(answer))) == (422, ["logic"])


def test_what_a_sentence_says_is_shown_as_text(client: FlaskClient, draft: RuleSet) -> None:
    typed = {**TWO_TESTS, **{key: f"<script>x</script> {key}" for key in WORDS if key[-3:] in ("_id", "_en")}}
    assert send(client, f"/kelola/aturan/{draft.id}/tambah", typed).status_code == 303
    for page in ("", "/ubah/pcr-24"):
        shown = client.get(f"/kelola/aturan/{draft.id}{page}").text
        assert "&lt;script&gt;x&lt;/script&gt; title_id" in shown
        assert "<script>x" not in shown


def test_all_that_is_wrong_is_told_at_once(client: FlaskClient, draft: RuleSet) -> None:
    wrong = {"rows-0-hours": "dua", "title_id": "", "where_operator": "Pelny", "valid_from": "2030-02-30"}
    answer = send(client, f"/kelola/aturan/{draft.id}/tambah", {**TWO_TESTS, **wrong})
    assert answer.status_code == 422
    assert set(told(answer)) == {"rows-0-hours", "title_id", "where_operator", "valid_from"}
    assert answer.text.count("<details open") == 1, "what was typed behind the fold is in view"


def test_the_table_becomes_json_and_comes_back(client: FlaskClient, draft: RuleSet) -> None:
    page = f"/kelola/aturan/{draft.id}/tambah"
    answer = send(client, page, {**TWO_TESTS, "do": "json"})
    text = re.search(r'<textarea class="json"[^>]*>([^<]*)<', answer.text)
    assert text
    logic = text[1].replace("&#34;", '"').replace("&lt;", "<").replace("&gt;", ">")
    assert "reduce" in json.dumps(json.loads(logic))
    back = send(client, page, {**WORDS, "logic_as": "json", "logic": logic, "do": "table"})
    assert 'value="72"' in back.text
    stays = send(
        client,
        page,
        {**WORDS, "logic_as": "json", "logic": '{"!": [{"!": [{"var": "person.unwell"}]}]}', "do": "table"},
    )
    assert "Mengapa bukan tabel: Syaratnya bertingkat lebih dalam" in stays.text
    assert "PCR test" in stays.text


def test_an_empty_table_becomes_an_empty_field_of_json_and_comes_back(client: FlaskClient, draft: RuleSet) -> None:
    page = f"/kelola/aturan/{draft.id}/tambah"
    answer = send(client, page, {**WORDS, "do": "json"})
    assert answer.status_code == 200
    assert re.search(r'<textarea class="json"[^>]*></textarea>', answer.text)
    assert told(answer) == {}
    back = send(client, page, {**WORDS, "logic_as": "json", "logic": " ", "do": "table"})
    assert (back.status_code, 'name="rows-0-what"' in back.text) == (200, True)
    half = send(client, page, {**WORDS, "age_from": "6", "do": "json"})
    assert (half.status_code, list(told(half))) == (422, ["rows-0-what"]), "an age alone asks for nothing"


def test_a_rule_that_is_no_table_opens_as_json_with_the_reason(
    client: FlaskClient, draft: RuleSet, admin: User
) -> None:
    two_facts = a_rule(code="full", logic={"<": [{"var": "voyage.souls_aboard"}, {"var": "voyage.ceiling"}]})
    long = {"and": [{">=": [{"var": "person.doses"}, number]} for number in range(13)]}
    in_minutes = write(Table((TableRow("document:pcr", minutes=90),)))
    put_rule(draft.id, two_facts, admin.id)
    put_rule(draft.id, a_rule(code="long", logic=long), admin.id)
    put_rule(draft.id, a_rule(code="minutes", logic=in_minutes), admin.id)
    whys = {"full": "dua fakta dibandingkan", "long": "lebih dari 12 baris", "minutes": "bukan jam penuh"}
    for code, why in whys.items():
        page = client.get(f"/kelola/aturan/{draft.id}/ubah/{code}").text
        assert 'class="json"' in page
        assert why in page


def test_alternatives_of_combinations_are_written_in_the_table(client: FlaskClient, draft: RuleSet) -> None:
    """The shape of the circulars: two doses and an antigen test, or one dose and a PCR test, or a doctor's letter."""
    typed = {
        **WORDS,
        "age_from": "6",
        "rows-0-what": "person.doses", "rows-0-how": "===", "rows-0-value": "2",
        "rows-1-role": "joined", "rows-1-what": "document:antigen", "rows-1-result": "negative", "rows-1-hours": "24",
        "rows-2-what": "person.doses", "rows-2-how": "===", "rows-2-value": "1",
        "rows-3-role": "joined", "rows-3-what": "document:pcr", "rows-3-result": "negative", "rows-3-hours": "72",
        "rows-4-what": "document:doctor_letter",
    }  # fmt: skip
    assert send(client, f"/kelola/aturan/{draft.id}/tambah", typed).status_code == 303
    table = read(body_of(draft, "pcr-24")["logic"])
    assert table
    assert (len(table.groups), len(table.rows), table.every, table.age_from) == (3, 5, False, 6)
    again = client.get(f"/kelola/aturan/{draft.id}/ubah/pcr-24").text
    assert again.count('value="joined" selected') == 2


def test_reading_it_in_words_says_what_is_wrong_with_the_table_alone(client: FlaskClient, draft: RuleSet) -> None:
    page = f"/kelola/aturan/{draft.id}/tambah"
    unfinished = {"logic_as": "table", "every": "all", "rows-0-what": "person.doses", "rows-0-how": ">=", "do": "look"}
    answer = send(client, page, unfinished)
    assert (answer.status_code, list(told(answer))) == (422, ["rows-0-value"])
    broken = send(client, page, {"logic_as": "json", "logic": '{"modulo": [1, 2]}', "do": "look"})
    assert "logic.modulo: operator" in told(broken)["logic"]


def test_another_row_and_the_words_are_shown_without_saving(client: FlaskClient, draft: RuleSet) -> None:
    page = f"/kelola/aturan/{draft.id}/tambah"
    assert 'id="rows-3-what"' in send(client, page, {**TWO_TESTS, "row_count": "3", "do": "row"}).text
    assert "ada hasil tes antigen" in send(client, page, {**TWO_TESTS, "do": "look"}).text
    assert get_set_or_draft(draft.id).rule_of("pcr-24") is None


def test_a_code_is_used_once_in_a_set(client: FlaskClient, draft: RuleSet) -> None:
    page = f"/kelola/aturan/{draft.id}"
    answer = send(client, f"{page}/tambah", {**TWO_TESTS, "code": "six-or-older"})
    assert answer.status_code == 409
    assert "sudah memakai kode six-or-older" in told(answer)["code"]
    assert send(client, f"{page}/tambah", TWO_TESTS).status_code == 303
    assert send(client, f"{page}/ubah/pcr-24", {**TWO_TESTS, "code": "six-or-older"}).status_code == 409
    assert send(client, f"{page}/ubah/pcr-24", {**TWO_TESTS, "code": "pcr-72"}).status_code == 303
    assert body_of(draft, "pcr-72")["title"]["en"] == "PCR test"
    assert client.get(f"{page}/ubah/pcr-24").status_code == 404


def test_rules_are_removed_and_drafts_renamed_and_thrown_away(client: FlaskClient, draft: RuleSet) -> None:
    page = f"/kelola/aturan/{draft.id}"
    assert send(client, page, {}, f"{page}/hapus/six-or-older").status_code == 303
    assert send(client, page, {"name_id": "Nama baru", "name_en": "New name"}, f"{page}/nama").status_code == 303
    assert "Rancangan: Nama baru" in client.get(page).text
    refused = send(client, page, {"name_id": "", "name_en": "New name"}, f"{page}/nama")
    assert (refused.status_code, list(told(refused))) == (422, ["name_id"])
    assert send(client, page, {}, f"{page}/buang").location == "/kelola/aturan"
    assert list_drafts() == []


def test_one_proposes_and_another_approves(client: FlaskClient, draft: RuleSet, admin: User) -> None:
    page = f"/kelola/aturan/{draft.id}"
    seen = {"version": get_set_or_draft(draft.id).version}
    past = send(client, page, {**seen, "in_force_from": "2020-01-01T08:00"}, f"{page}/usul")
    assert (past.status_code, "in_force_from" in told(past)) == (422, True)
    assert 'value="2020-01-01T08:00"' in past.text
    assert send(client, page, {**seen, "in_force_from": "2099-01-01T08:00"}, f"{page}/usul").status_code == 303
    assert "untuk berlaku mulai Kam, 1 Jan 2099 08.00 WIB" in client.get(page).text
    own = send(client, page, seen, f"{page}/setuju")
    assert own.status_code == 403
    assert "Minta orang lain" in own.text
    other = a_user(Role.ADMINISTRATOR)
    sign_in(client, other)
    stale = send(client, page, {"version": 1}, f"{page}/setuju")
    assert stale.status_code == 409
    assert send(client, page, seen, f"{page}/setuju").status_code == 303
    [made] = list_sets()
    assert (made.publisher.id, made.number) == (other.id, 1)
    told_page = client.get(page).text
    assert "Paket 1: Uji sudah diterbitkan." in told_page
    assert "Simpan nama" not in told_page
    assert client.get(f"{page}/ubah/six-or-older").status_code == 409
    assert client.get(f"{page}/tambah").status_code == 409


def test_going_back_begins_a_draft_from_an_older_set(client: FlaskClient, admin: User) -> None:
    first, _second = a_published_set(), a_published_set(a_rule(code="other"))
    page = f"/kelola/aturan/{first.id}"
    typed = {"based_on": first.id, "name_id": "Uji", "name_en": "Test"}
    answer, again = (send(client, page, typed, "/kelola/aturan/rancangan") for _ in range(2))
    [draft] = list_drafts()
    assert answer.location == again.location, "the same form twice is one draft"
    assert answer.location == f"/kelola/aturan/{draft.id}"
    assert draft.bodies == first.bodies
    assert (
        "0 aturan baru, 0 hilang, 0 berubah, 1 sama."
        in client.get(f"/kelola/aturan/banding?lama={first.id}&baru={draft.id}").text
    )


def test_a_draft_that_would_undo_what_was_published_since_says_so(client: FlaskClient, admin: User) -> None:
    def named(code: str, **changes: Any) -> dict[str, Any]:
        return a_rule(code=code, title={"id": f"Aturan {code}", "en": f"Rule {code}"}, **changes)

    base = a_published_set(named("same"), named("changed"), named("ended"), named("left-out"), name="Lama")
    draft = start_draft("Kembali", "Back", admin.id, base.id)
    draft = remove_rule(draft.id, "left-out")
    page = f"/kelola/aturan/{draft.id}"
    assert "dimulai dari" not in client.get(page).text, "the set that it replaces is the one it was begun from"
    newer = a_published_set(
        named("same"), named("changed", outcome="note"), named("new"), named("left-out"), name="Baru"
    )  # fmt: skip
    warned = client.get(page).text
    assert "dimulai dari Paket 1: Lama, padahal akan menggantikan Paket 2: Baru" in warned
    for heading, rule in (
        ("Akan hilang (1)", "new"),
        ("Akan berubah kembali atau menjadi lain (1)", "changed"),
        ("Akan berlaku lagi (1)", "ended"),
    ):
        assert re.search(rf"{re.escape(heading)}</h3>\s*<ul class=\"list\">\s*<li>Aturan {rule}</li>\s*</ul>", warned)
    assert f"lama={newer.id}&amp;baru={draft.id}" in warned
    seen = {"version": draft.version, "in_force_from": "2099-01-01T08:00"}
    assert send(client, page, seen, f"{page}/usul").status_code == 303
    sign_in(client, a_user(Role.ADMINISTRATOR))
    assert "Akan hilang (1)" in client.get(page).text
    assert send(client, page, seen, f"{page}/setuju").status_code == 303
    assert "Akan hilang" not in client.get(page).text


def test_a_draft_is_compared_with_the_set_of_the_moment_from_which_it_is_proposed(
    client: FlaskClient, admin: User
) -> None:
    today = a_published_set(name="Kini")
    writer, approver = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    coming = start_draft("Nanti", "Later", writer.id, today.id)
    put_rule(coming.id, a_rule(code="coming"), writer.id)
    propose(coming.id, writer.id, datetime(2098, 1, 1, tzinfo=UTC), coming.version)
    approve(coming.id, approver.id, coming.version)
    draft = start_draft("Uji", "Test", admin.id, today.id)
    page = f"/kelola/aturan/{draft.id}"
    assert "padahal akan menggantikan" not in client.get(page).text
    for begins, undoes in (("2097-12-31T08:00", False), ("2098-01-02T08:00", True)):
        assert send(client, page, {"version": 1, "in_force_from": begins}, f"{page}/usul").status_code == 303
        assert ("padahal akan menggantikan Paket 2: Nanti" in client.get(page).text) == undoes


def test_an_empty_draft_can_be_begun(client: FlaskClient, admin: User) -> None:
    page = "/kelola/aturan/rancangan"
    assert send(client, page, {"name_id": "", "name_en": ""}).status_code == 422
    assert send(client, page, {"name_id": "Pertama", "name_en": "First"}).status_code == 303
    assert client.post("/kelola/aturan/rancangan", data={"based_on": "x"}).status_code == 400


def test_an_official_reads_drafts_and_changes_nothing(client: FlaskClient, draft: RuleSet) -> None:
    sign_in(client, a_user(Role.OFFICIAL))
    page = client.get(f"/kelola/aturan/{draft.id}").text
    assert "Kalimat." in page
    assert "<form method" not in page
    for path in ("tambah", "ubah/six-or-older"):
        assert client.get(f"/kelola/aturan/{draft.id}/{path}").status_code == 403
    for path in ("usul", "buang", "nama", "hapus/six-or-older", "tambah"):
        assert send(client, "/akun", {}, f"/kelola/aturan/{draft.id}/{path}").status_code == 403


def test_an_official_whom_another_administrator_trusts_approves(
    client: FlaskClient, draft: RuleSet, admin: User
) -> None:
    page, official = f"/kelola/aturan/{draft.id}", a_user(Role.OFFICIAL)
    seen = {"version": get_set_or_draft(draft.id).version}
    assert send(client, page, seen, f"{page}/usul").status_code == 303
    listed = client.get("/kelola/aturan").text
    assert "menunggu persetujuan" in listed
    assert "Setujui dan terbitkan" not in client.get(page).text, "not by the one who proposed it"
    sign_in(client, official)
    assert "Setujui dan terbitkan" not in client.get(page).text, "officials read"
    refused = send(client, "/akun", seen, f"{page}/setuju")
    assert refused.status_code == 403
    assert "Anda tidak berhak menyetujui aturan" in refused.text
    sign_in(client, a_user(Role.ADMINISTRATOR))  # whoever proposes gives the second person nothing
    place = f"/kelola/pengguna/{official.id}"
    assert "Persetujuan aturan perjalanan" in client.get(place).text
    given = {"role": "official", "active": "true", "may_approve_rules": "true"}
    assert send(client, place, given).status_code == 303
    sign_in(client, official)
    assert "menunggu persetujuan Anda" in client.get("/kelola/aturan").text
    told_page = client.get(page).text
    assert "Setujui dan terbitkan" in told_page
    assert "Usulkan" not in told_page
    assert send(client, page, seen, f"{page}/setuju").status_code == 303
    assert [one.publisher.id for one in list_sets()] == [official.id]


ENGLISH = [name for name in WORDS if name.endswith("_en")]


def test_english_may_follow_until_the_draft_is_proposed_and_is_then_asked_by_the_names_of_the_fields(
    client: FlaskClient, draft: RuleSet
) -> None:
    draft_page = f"/kelola/aturan/{draft.id}"
    without = {name: "" if name in ENGLISH else value for name, value in TWO_TESTS.items()}
    assert send(client, f"/kelola/aturan/{draft.id}/tambah", without).status_code == 303
    assert "Tes PCR" in client.get(f"/kelola/aturan/{draft.id}?lang=en", follow_redirects=True).text
    client.get("/?lang=id")
    version = get_set_or_draft(draft.id).version
    answer = send(client, draft_page, {"version": str(version)}, f"{draft_page}/usul")
    assert answer.status_code == 422
    for field in ("Nama, Inggris", "Kata untuk penumpang, Inggris", "Langkah berikutnya, Inggris"):
        assert field in answer.text
    assert not INTERNAL.search(told(answer).get("pcr-24", ""))
    assert send(client, f"/kelola/aturan/{draft.id}/ubah/pcr-24", TWO_TESTS).status_code == 303
    version = get_set_or_draft(draft.id).version
    assert send(client, draft_page, {"version": str(version)}, f"{draft_page}/usul").status_code == 303


def test_a_draft_needs_no_english_name_until_it_is_proposed(client: FlaskClient, admin: User) -> None:
    a_port()
    assert send(client, "/kelola/aturan/rancangan", {"name_id": "Uji", "name_en": ""}).status_code == 303
    [draft] = list_drafts()
    draft_page = f"/kelola/aturan/{draft.id}"
    put_rule(draft.id, a_rule(), admin.id)
    version = str(get_set_or_draft(draft.id).version)
    answer = send(client, draft_page, {"version": version}, f"{draft_page}/usul")
    assert answer.status_code == 422
    assert "Tulis nama paketnya dalam bahasa Inggris" in answer.text


def test_a_draft_is_begun_at_the_top_of_a_set_and_from_the_list(client: FlaskClient, admin: User) -> None:
    page = client.get(f"/kelola/aturan/{a_published_set().id}").text
    assert page.index('id="draft"') < page.index('id="used"')
    rules = client.get("/kelola/aturan").text
    assert "Mulai rancangan baru" in rules
    [way] = re.findall(r'href="(/kelola/aturan/rancangan\?based_on=\d+)"', rules)
    answer = send(client, "/kelola/aturan/rancangan", {"name_id": "Uji"}, way)
    assert (answer.status_code, len(list_drafts())) == (303, 1)
