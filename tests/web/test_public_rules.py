"""Everybody reads the rules: those in force, and those of the set that a verdict names."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.db import db
from app.rules import shipped
from app.rules.actions.drafts import approve, load_shipped, propose, start_draft
from app.rules.models import RuleSet
from app.rules.queries import list_sets
from app.schedule.models import Operator
from tests import factories
from tests.conftest import Clock
from tests.factories import a_port, a_user
from tests.queries import queries_counted
from tests.rules.making import a_rule
from tests.web.test_rules import a_published_set


@pytest.fixture
def sets(client: FlaskClient) -> list[RuleSet]:
    """Those that come with Dermaga, the latest first."""
    a_port()
    load_shipped(shipped.read_sets())
    return list_sets()


def test_the_rules_in_force_are_told_with_what_to_do_and_where_they_come_from(
    client: FlaskClient, sets: list[RuleSet]
) -> None:
    client.get("/aturan")
    with queries_counted() as q:
        page = client.get("/aturan").text
    assert q.count <= 3, q
    assert "Paket 15: Aturan biasa" in page
    assert "sejak Sen, 1 Jan 2024" in page
    assert 'id="name-matches"' in page
    name = sets[0].rule_of("name-matches")
    assert name
    assert name.body["traveler"]["id"] in page
    assert name.body["next"]["id"] in page
    assert "Peraturan" in page
    assert page.index("Tanpa ini") < page.index("Lengkapi dulu") < page.index("Catatan saja")
    assert "Bagasi Pelni: 40 kg" in page
    assert "Bagasi Pelni: 50 kg" not in page, "its last day has passed"
    assert 'id="pregnancy"' not in page, "it is off"
    assert "{&#34;" not in page, "no JSON"
    assert "Travel rules" in client.get("/aturan?lang=en", follow_redirects=True).text


def test_only_the_rules_of_this_port_and_its_ships_are_told_unless_all_are_asked_for(
    client: FlaskClient, sets: list[RuleSet]
) -> None:
    factories.a_voyage()
    db.session.scalars(db.select(Operator)).one().code = "PELNI"
    db.session.commit()
    page = client.get("/aturan").text
    assert 'id="identity-kind-pelni"' in page
    assert 'id="person-matches"' in page, "a rule of this port"
    assert 'id="identity-kind-asdp"' not in page, "no ship of ASDP leaves from here"
    assert "Lihat juga 5 aturan kapal lain" in page
    assert 'id="identity-kind-asdp"' in client.get("/aturan?semua=1").text
    number = sets[0].number
    assert 'id="identity-kind-asdp"' in client.get(f"/aturan/{number}").text, "a verdict may name it"


def test_nothing_is_said_in_codes_of_the_office(client: FlaskClient, sets: list[RuleSet]) -> None:
    told = client.get("/aturan?semua=1").text + client.get("/aturan?semua=1&lang=en", follow_redirects=True).text
    assert not re.search(r"\bH-\d", re.sub(r"<dl.*?</dl>", "", told, flags=re.S))


def test_a_set_of_the_past_says_so_and_leads_to_the_one_in_force(client: FlaskClient, sets: list[RuleSet]) -> None:
    page = client.get("/aturan/9").text
    assert "Sel, 19 Apr 2022 – Sel, 17 Mei 2022" in page
    assert 'id="se47-dose-2"' in page
    assert "Ini bukan paket yang berlaku sekarang." in page
    assert client.get("/aturan/99").status_code == 404


def test_what_comes_next_is_announced_and_drafts_are_not(
    client: FlaskClient, sets: list[RuleSet], clock: Clock
) -> None:
    writer, approver = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    draft = start_draft("Besok lain", "Otherwise tomorrow", writer.id, sets[0].id)
    assert "Besok lain" not in client.get("/aturan").text
    assert client.get("/aturan/16").status_code == 404
    propose(draft.id, writer.id, clock.moment + timedelta(days=1), draft.version)
    approve(draft.id, approver.id, draft.version)
    assert 'href="/aturan/16">Paket 16: Besok lain' in client.get("/aturan").text
    assert "Berlaku mulai" in client.get("/aturan/16").text
    clock.forward(days=1)
    assert "Paket 16: Besok lain" in client.get("/aturan").text


def test_a_rule_of_a_later_day_says_from_when_on(client: FlaskClient) -> None:
    a_port()
    a_published_set(a_rule(valid_from="2099-01-01"))
    assert "mulai Kam, 1 Jan 2099" in client.get("/aturan").text


def test_without_a_set_the_page_says_what_the_gate_does(client: FlaskClient) -> None:
    assert "gerbang hanya memeriksa tiketnya" in client.get("/aturan").text
