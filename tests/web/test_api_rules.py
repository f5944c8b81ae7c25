"""The rules as JSON that others' tools read: the set in force, and any other by its number."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.db import db
from app.rules import shipped
from app.rules.actions.drafts import approve, load_shipped, propose, start_draft
from app.rules.authoring.validation import check_set
from app.rules.engine.judge import judge, prepare
from app.rules.models import RuleSet
from app.rules.queries import list_sets
from tests.conftest import Clock
from tests.factories import a_user
from tests.queries import queries_counted
from tests.rules.making import some_facts
from tests.web.test_api import API, refused
from tests.web.test_rules import a_published_set


@pytest.fixture
def sets(client: FlaskClient) -> list[RuleSet]:
    """Those that come with Dermaga, the latest first."""
    load_shipped(shipped.read_sets())
    db.session.remove()  # moments are told as they are read, in UTC
    return list_sets()


def test_the_set_in_force_is_told_with_its_dates_and_may_be_judged_by(client: FlaskClient, sets: list[RuleSet]) -> None:
    expected = sets[0].bodies
    db.session.remove()
    client.get(f"{API}/rules")
    with queries_counted() as q:
        answer = client.get(f"{API}/rules")
    assert q.count <= 2, q
    told = answer.json
    assert (told["number"], told["name"]["en"], told["coming"], told["in_force_until"]) == (
        15,
        "Ordinary rules",
        None,
        None,
    )
    assert told["in_force_from"] == "2023-12-31T17:00:00+00:00"
    assert told["rules"] == expected
    check_set(told["rules"])
    assert judge(prepare(told["rules"]), some_facts(stage="gangway"))["reasons"]
    assert "written_by" not in answer.text


def test_it_need_not_be_sent_again_until_it_changes(client: FlaskClient, sets: list[RuleSet], clock: Clock) -> None:
    first = client.get(f"{API}/rules")
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    same = client.get(f"{API}/rules", headers={"If-None-Match": tag})
    assert (same.status_code, same.data) == (304, b"")
    writer, approver = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    draft = start_draft("Besok", "Tomorrow", writer.id, sets[0].id)
    begins = clock.moment + timedelta(days=1)
    propose(draft.id, writer.id, begins, draft.version)
    approve(draft.id, approver.id, draft.version)
    changed = client.get(f"{API}/rules", headers={"If-None-Match": tag}).json
    assert (changed["number"], changed["coming"]["number"]) == (15, 16)
    assert changed["in_force_until"] == changed["coming"]["in_force_from"] == begins.isoformat()
    ahead = client.get(f"{API}/rules/16").json
    assert (ahead["name"]["en"], ahead["coming"]) == ("Tomorrow", None)
    clock.forward(days=1)
    assert client.get(f"{API}/rules").json["number"] == 16


def test_every_published_set_is_there_by_its_number_and_no_draft_is(client: FlaskClient, sets: list[RuleSet]) -> None:
    past = client.get(f"{API}/rules/9").json
    assert (past["name"]["id"], past["in_force_until"]) == ("SE Menhub 47/2022", "2022-05-17T17:00:00+00:00")
    draft = start_draft("Rahasia", "Secret", a_user(Role.ADMINISTRATOR).id, sets[0].id)
    assert draft.id == 16
    for number in (0, 16, 99, "x"):
        assert client.get(f"{API}/rules/{number}").status_code == 404
    assert "Rahasia" not in client.get(f"{API}/rules").text


def test_before_the_first_set_there_is_nothing_to_tell(client: FlaskClient) -> None:
    assert refused(client.get(f"{API}/rules"), "rule_set_not_found")
    a_published_set()
    assert client.get(f"{API}/rules").json["number"] == 1
