"""The pages about travel rules, as a browser without JavaScript meets them."""

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.rules import shipped
from app.rules.actions.drafts import approve, load_shipped, propose, put_rule, start_draft
from app.rules.models import RuleSet
from app.rules.queries import list_sets
from tests.factories import a_port, a_user
from tests.queries import queries_counted
from tests.rules.making import a_rule
from tests.web.test_gate import sign_in


@pytest.fixture
def official(client: FlaskClient) -> User:
    """An official who has signed in."""
    somebody = a_user(Role.OFFICIAL)
    sign_in(client, somebody)
    return somebody


@pytest.fixture
def sets(client: FlaskClient) -> list[RuleSet]:
    """Those that come with Dermaga, the latest first."""
    a_port()
    load_shipped(shipped.read_sets())
    return list_sets()


def a_published_set(*rules: dict[str, object], name: str = "Uji") -> RuleSet:
    writer, approver = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    draft = start_draft(name, "Test", writer.id)
    for rule in rules or (a_rule(),):
        put_rule(draft.id, dict(rule), writer.id)
    propose(draft.id, writer.id, None, draft.version)
    return approve(draft.id, approver.id, draft.version)


def test_without_any_set_the_page_says_what_that_means(client: FlaskClient, official: User) -> None:
    page = client.get("/kelola/aturan").text
    assert "Belum ada paket aturan yang berlaku" in page
    assert '<svg class="time-line"' not in page
    assert "Belum ada dua paket" in client.get("/kelola/aturan/banding").text


def test_the_sets_are_a_list_and_a_picture(client: FlaskClient, official: User, sets: list[RuleSet]) -> None:
    client.get("/")
    with queries_counted() as q:
        page = client.get("/kelola/aturan").text
    assert q.count <= 7, q
    assert page.count("<rect class=") == len(sets)
    assert "Paket 9: SE Menhub 47/2022" in page
    assert "Sel, 19 Apr 2022 – Sel, 17 Mei 2022" in page
    assert page.count('class="current"') == 1
    assert "1, sejak 2015" in page


def test_a_set_is_read_as_text_with_its_sources_and_what_is_off(
    client: FlaskClient, official: User, sets: list[RuleSet]
) -> None:
    with queries_counted() as q:
        page = client.get(f"/kelola/aturan/{sets[0].id}").text
    assert q.count <= 8, q
    assert "Bayi di bawah 24 bulan" in page
    assert "umur pada hari berlayar di bawah 24 bulan" in page
    assert "jatim.antaranews 247428" in page
    assert "Hanya terkonfirmasi untuk KAI, belum untuk Pelni atau DLU." in page
    assert page.index("Tidak dipakai (") < page.index("Hanya terkonfirmasi untuk KAI")
    assert "{&#34;" not in page, "no JSON"
    assert client.get("/kelola/aturan/999").status_code == 404


def test_a_rule_whose_last_day_has_passed_is_not_listed_as_checked(
    client: FlaskClient, official: User, sets: list[RuleSet]
) -> None:
    page = client.get(f"/kelola/aturan/{sets[0].id}").text
    ended = page.index("Tidak berlaku lagi (")
    assert ended < page.index("Bagasi Pelni: 50 kg") < page.index("Tidak dipakai (")
    assert page.index("Bagasi Pelni: 40 kg") < ended
    assert "sejak Jum, 8 Okt 2021" in page
    assert "<details open" not in page
    past = client.get(f"/kelola/aturan/{sets[-1].id}").text
    assert past.index("Bagasi Pelni: 50 kg") < past.index("Tidak dipakai ("), "it counted in its time"
    assert "Tidak berlaku lagi (" not in past
    everything = client.get(f"/kelola/aturan/{sets[0].id}?semua=1").text
    assert everything.count(" open>") == len(sets[0].rules)


def test_a_published_set_says_who_wrote_and_who_approved_it(client: FlaskClient, official: User) -> None:
    made = a_published_set()
    page = client.get(f"/kelola/aturan/{made.id}").text
    assert made.creator.name in page
    assert made.publisher.name in page


def test_two_sets_are_compared_in_words(client: FlaskClient, official: User, sets: list[RuleSet]) -> None:
    by_name = {one.name_id: one.id for one in sets}
    older, newer = by_name["SE Menhub 47/2022"], by_name["SE Menhub 55/2022"]
    with queries_counted() as q:
        page = client.get(f"/kelola/aturan/banding?lama={older}&baru={newer}").text
    assert q.count <= 9, q
    assert "1 aturan baru, 2 hilang, 4 berubah, 48 sama." in page
    assert client.get(f"/kelola/aturan/banding?lama={older}&baru=999").status_code == 404
    assert client.get("/kelola/aturan/banding").status_code == 200


def test_a_changed_rule_shows_both_versions(client: FlaskClient, official: User) -> None:
    first = a_published_set(a_rule())
    second = a_published_set(a_rule(logic={">=": [{"var": "person.age_years"}, 12]}))
    page = client.get(f"/kelola/aturan/banding?lama={first.id}&baru={second.id}").text
    assert "umur pada hari berlayar paling sedikit 6 tahun" in page
    assert "umur pada hari berlayar paling sedikit 12 tahun" in page
    assert "1 berubah" in page
