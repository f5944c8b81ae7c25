"""Rules tried on an invented passenger and on past days, and their statistics, as pages."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.rules.actions.drafts import put_rule, start_draft
from app.rules.models import RuleSet
from tests.boarding.test_rule_statistics import Past
from tests.factories import a_port, a_user
from tests.queries import queries_counted
from tests.rules.making import a_rule
from tests.web.test_rules import a_published_set, official, sets

__all__ = ["official", "sets"]

ADULT: dict[str, Any] = {
    "stage": "gangway",
    "voyage.day": "2022-04-20",
    "voyage.port": "IDSMQ",
    "voyage.operator": "PELNI",
    "person.age_years": "30",
    "person.doses": "2",
    "person.health_app": "yes",
}


def test_the_form_asks_for_the_facts_of_the_set_and_nothing_else(client: FlaskClient, official: User) -> None:
    a_port()
    made = a_published_set()
    with queries_counted() as q:
        page = client.get(f"/kelola/aturan/{made.id}/coba").text
    assert q.count <= 6, q
    assert 'name="person.age_years"' in page
    assert 'name="person.doses"' not in page
    assert 'name="papers-0-kind"' not in page


def test_the_rules_of_april_2022_are_tried(client: FlaskClient, official: User, sets: list[RuleSet]) -> None:
    se47 = next(one for one in sets if one.name_id == "SE Menhub 47/2022")

    def tried(**typed: Any) -> str:
        return client.get(f"/kelola/aturan/{se47.id}/coba?{urlencode({**ADULT, **typed})}").text

    two_doses = tried(no_papers="1")
    assert "Dosis 2: hasil tes" in two_doses
    assert "(berlaku sekarang)" in two_doses, "beside the set in force now"
    paper = {"papers-1-kind": "antigen", "papers-1-result": "negative"}
    assert "Dosis 2: hasil tes" in tried(**paper, **{"papers-1-hours": "25"})
    assert "Dosis 2: hasil tes" not in tried(**paper, **{"papers-1-hours": "24"})
    assert "Belum diketahui: nama di tiket sama dengan di dokumen" in two_doses
    child = {"person.age_years": "5", "people-0-carer": "yes", "people-0-verdict": "pass"}
    assert "Anak di bawah 6 tahun" not in tried(**child)
    assert "Anak di bawah 6 tahun" in tried(**{"person.age_years": "5", "alone": "1"})
    liquor = tried(goods="liquor")
    assert "Catatan" in liquor


def test_the_form_begins_with_an_adult_who_may_board(client: FlaskClient, official: User, sets: list[RuleSet]) -> None:
    page = client.get(f"/kelola/aturan/{sets[0].id}/coba").text
    typed = dict(re.findall(r'<input id="([\w.]+)" name="[\w.]+" type="\w+" value="([^"]+)"', page))
    chosen = re.findall(r'<select id="([\w.]+)".*?<option value="(\w+)" selected', page, re.DOTALL)
    answer = client.get(
        f"/kelola/aturan/{sets[0].id}/coba?{urlencode({**typed, **dict(chosen), 'no_goods': '1'})}"
    ).text
    assert "boleh lewat" in answer or "lewat dengan catatan" in answer
    assert "(berlaku sekarang)" not in answer


def test_whoever_changes_the_age_need_not_reckon_the_months(client: FlaskClient, official: User) -> None:
    young = {"<": [{"var": "person.age_months"}, 24]}
    made = a_published_set(a_rule(logic=young))
    page = f"/kelola/aturan/{made.id}/coba"
    assert "Semua aturan terpenuhi." in client.get(f"{page}?{urlencode({**ADULT, 'person.age_years': '1'})}").text
    told = {**ADULT, "person.age_years": "1", "person.age_months": "24"}
    assert "Semua aturan terpenuhi." not in client.get(f"{page}?{urlencode(told)}").text


def test_what_cannot_be_read_is_told_at_its_field(client: FlaskClient, official: User) -> None:
    made = a_published_set()
    page = f"/kelola/aturan/{made.id}/coba"
    answer = client.get(f"{page}?{urlencode({**ADULT, 'person.age_years': 'enam'})}")
    assert answer.status_code == 422
    assert 'value="enam"' in answer.text
    assert "Tulis bilangan bulat" in answer.text
    assert client.get(f"{page}?stage=moon&voyage.day=2022-04-20").status_code == 422
    assert "belum diisi" in client.get(f"{page}?stage=&voyage.day=").text
    assert "Semua aturan terpenuhi." in client.get(f"{page}?{urlencode(ADULT)}").text


def test_a_draft_is_tried_on_past_days(client: FlaskClient, official: User, monkeypatch: pytest.MonkeyPatch) -> None:
    a_port()
    past = Past()
    past.scan(0, "pass", age=30)
    past.scan(1, "pass", age=7)
    writer = a_user(Role.ADMINISTRATOR)
    draft = start_draft("Lebih ketat", "Stricter", writer.id)
    text = {"id": "Sepuluh tahun", "en": "Ten years"}
    ten = a_rule(code="ten", title=text, logic={">=": [{"var": "person.age_years"}, 10]}, outcome="refuse_movable")
    put_rule(draft.id, ten, writer.id)
    with queries_counted() as q:
        page = client.get(f"/kelola/aturan/{draft.id}/lalu").text
    assert q.count <= 8, q
    assert "Dari 2 pemeriksaan, ini yang akan berbeda:" in page
    assert "orang lagi ditolak" in page
    assert "Waktu itu mereka lewat." in page
    assert "Sepuluh tahun: 1" in page
    nobody = client.get(f"/kelola/aturan/{draft.id}/lalu?dari=2020-01-01&sampai=2020-01-02").text
    assert "tidak ada yang diperiksa" in nobody
    monkeypatch.setattr("app.boarding.rule_statistics.SCANS_MAX", 1)
    many = client.get(f"/kelola/aturan/{draft.id}/lalu")
    assert (many.status_code, "Pilih waktu yang lebih pendek" in many.text) == (422, True)


def test_what_was_not_known_then_is_told_apart(client: FlaskClient, official: User) -> None:
    a_port()
    Past().scan(0, "pass", age=30)
    made = a_published_set(a_rule(logic={">=": [{"var": "person.doses"}, 3]}))
    page = client.get(f"/kelola/aturan/{made.id}/lalu").text
    assert "1</span> orang belum dapat dinilai" in page
    assert "Yang tidak diketahui waktu itu, untuk aturan:" in page
    assert "orang lagi diminta melengkapi" not in page
    assert '<th scope="row">Belum dapat dinilai</th>' in page
    known = client.get(f"/kelola/aturan/{a_published_set().id}/lalu").text
    assert "elum dapat dinilai" not in known


def test_a_draft_that_begins_later_is_tried_as_if_it_had_begun(client: FlaskClient, official: User) -> None:
    a_port()
    Past().scan(0, "pass", age=7)
    title = {"id": "Sudah lewat", "en": "Over"}
    made = a_published_set(
        a_rule(code="ten", logic={">=": [{"var": "person.age_years"}, 10]}, valid_from="2030-03-01"),
        a_rule(code="over", title=title, valid_to="2029-12-31"),
    )
    page = client.get(f"/kelola/aturan/{made.id}/lalu").text
    assert "1</span> orang lagi diminta melengkapi" in page
    assert "dinilai seakan-akan hari berlayarnya Jum, 1 Mar 2030" in page
    assert "1 aturan tidak ikut dinilai" in page
    assert "<li>Sudah lewat</li>" in page
    unmoved = client.get(f"/kelola/aturan/{a_published_set().id}/lalu").text
    assert "seakan-akan" not in unmoved
    assert "tidak ikut dinilai" not in unmoved


def test_refusals_are_shown_by_rule(client: FlaskClient, official: User) -> None:
    a_port()
    past = Past()
    past.scan(0, "hold", "doses")
    with queries_counted() as q:
        page = client.get("/kelola/aturan/statistik").text
    assert q.count <= 4, q
    assert "Kalimat." in page
    assert (
        "aturan tidak menolak siapa pun"
        in client.get("/kelola/aturan/statistik?dari=2020-01-01&sampai=2020-01-01").text
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("dari=kemarin&sampai=2020-01-01", "Tulis hari seperti"),
        ("dari=2020-01-02&sampai=2020-01-01", "Hari terakhir harus"),
        ("dari=2020-01-01&sampai=2021-01-01", "Paling banyak 92 hari"),
    ],
)
def test_days_that_cannot_be_counted_are_refused(
    client: FlaskClient, official: User, query: str, sentence: str
) -> None:
    answer = client.get(f"/kelola/aturan/statistik?{query}")
    assert answer.status_code == 422
    assert sentence in answer.text
