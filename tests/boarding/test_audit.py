"""`flask judge`: what the rules said then, from what was kept; and what they would have said."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Role
from app.boarding.audit import SECOND, judged_at
from app.boarding.models import Scan, Stage
from app.booking.actions.documents import say
from app.db import db
from app.errors import NotFound
from app.rules.actions.drafts import approve, load_shipped, propose, put_rule, start_draft
from app.rules.shipped import ShippedSet
from tests.boarding.test_gate_rules import Post, a_rule, in_force
from tests.conftest import Clock
from tests.factories import a_user, tickets_of


@pytest.fixture
def post(app: Flask, clock: Clock) -> Post:
    return Post(app, clock)


def test_a_kept_scan_is_judged_again_on_its_own_facts_by_its_own_set(post: Post) -> None:
    in_force(a_rule())
    ticket = tickets_of(post.people({}))[0]
    post.boarding()
    post.scan(ticket.signed, {"person.health_app": False})
    at = post.clock()
    # Years later: other rules, and other facts about the passenger.
    post.clock.forward(days=900)
    load_shipped(
        [ShippedSet({"id": "Kosong", "en": "Empty"}, at + timedelta(days=1), [a_rule("lain", outcome="note")])]
    )
    say(ticket.passenger_id, {"person.health_app": True}, post.officer.id)
    found = judged_at(ticket.serial.lower(), at + timedelta(milliseconds=400))
    assert (found["source"], found["rule_set"], found["outcome"], found["same"]) == ("scan", 1, "refuse_movable", True)
    assert found["reasons"] == [{"rule": "uji", "outcome": "refuse_movable", "why": "failed"}]


def test_an_answer_that_is_another_one_says_so(post: Post) -> None:
    in_force(a_rule())
    ticket = tickets_of(post.people({}))[0]
    post.boarding()
    post.scan(ticket.signed, {"person.health_app": False})
    kept = db.session.scalars(db.select(Scan)).one()
    kept.facts = {**kept.facts, "person": {**kept.facts["person"], "health_app": True}}
    db.session.commit()
    assert judged_at(ticket.serial, post.clock())["same"] is False


def test_where_nothing_was_scanned_the_facts_are_those_that_were_known_then(post: Post) -> None:
    in_force(a_rule())
    ticket = tickets_of(post.people({}))[0]
    post.boarding(120)
    before = post.clock()
    post.clock.forward(minutes=10)
    say(ticket.passenger_id, {"person.health_app": True}, post.officer.id)
    assert judged_at(ticket.serial, before)["outcome"] == "hold"
    found = judged_at(ticket.serial, post.clock())
    assert (found["source"], found["outcome"]) == ("derived", "pass")
    assert found["facts"]["voyage"]["minutes_to_departure"] == 110
    # What people publish afterwards was not in force then, though it is when the ship sets out.
    writer, other = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    draft = start_draft("Uji", "Test", writer.id)
    put_rule(draft.id, a_rule("lain", logic={"!": [{"var": "person.health_app"}]}), writer.id)
    post.clock.forward(minutes=10)
    propose(draft.id, writer.id, None, draft.version)
    approve(draft.id, other.id, draft.version)
    later = judged_at(ticket.serial, post.clock())
    assert (later["rule_set"], later["outcome"]) == (found["rule_set"] + 1, "refuse_movable")
    assert judged_at(ticket.serial, post.clock() - timedelta(minutes=5))["rule_set"] == found["rule_set"]
    with pytest.raises(NotFound):
        judged_at("omong kosong", before)


def test_who_was_aboard_is_as_it_was_then_and_the_kept_moments_are_named(post: Post) -> None:
    in_force(a_rule())
    first, second = tickets_of(post.people({}, {}))
    post.boarding(120)
    before = post.clock()
    post.clock.forward(minutes=10)
    post.scan(first.signed, {"person.health_app": True})
    after = post.clock()
    post.clock.forward(minutes=10)
    post.scan(second.signed, {"person.health_app": True})
    aboard = [judged_at(first.serial, at)["facts"]["voyage"]["souls_aboard"] for at in (before, after + 5 * SECOND)]
    assert aboard == [0, 1]
    assert judged_at(first.serial, before)["scans"] == [after.isoformat()]


def test_a_scan_that_the_ticket_itself_decided_is_told_as_it_was(app: Flask, post: Post) -> None:
    in_force(a_rule())
    ticket = tickets_of(post.people({}))[0]
    post.boarding(120)
    post.scan(ticket.signed, {"person.health_app": True})
    post.clock.forward(minutes=10)
    post.scan(ticket.signed)
    found = judged_at(ticket.serial, post.clock())
    assert (found["source"], found["verdict"], found["reason"]) == ("scan", "refuse", "already_used")
    assert (found["rule_set"], found["outcome"]) == (None, None)
    run = app.test_cli_runner().invoke(args=["judge", "--at", post.clock().isoformat(), ticket.serial])
    assert run.exit_code == 0, run.output


def test_what_would_have_been_said_at_another_stage(post: Post) -> None:
    in_force(a_rule(where={"stage": ["terminal"]}))
    ticket = tickets_of(post.people({}))[0]
    post.boarding(120)
    assert judged_at(ticket.serial, post.clock())["outcome"] == "pass"
    found = judged_at(ticket.serial, post.clock(), Stage.TERMINAL)
    assert (found["stage"], found["outcome"]) == ("terminal", "hold")


def test_the_command_prints_json_and_its_status_says_whether_the_answer_is_the_same(app: Flask, post: Post) -> None:
    in_force(a_rule())
    booking = post.people({})
    ticket = tickets_of(booking)[0]
    post.boarding()
    post.scan(ticket.signed, {"person.health_app": True})
    run = app.test_cli_runner().invoke(args=["judge", "--at", post.clock().isoformat(), ticket.serial])
    assert run.exit_code == 0, run.output
    told = json.loads(run.output)
    assert (told["source"], told["verdict"], told["same"]) == ("scan", "pass", True)
    assert booking.passengers[0].document_number not in run.output
    for arguments in (["--at", "kemarin", ticket.serial], ["--at", "2024-01-01", "0000000000"]):
        assert app.test_cli_runner().invoke(args=["judge", *arguments]).exit_code != 0
