"""What rules did on past days, and what others would have done, from the evidence of scans; on both engines."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app.boarding.models import UNDECIDED, Scan
from app.boarding.rule_statistics import count_by_rule, judge_again
from app.db import db
from app.errors import Refusal
from app.rules.actions.drafts import load_shipped
from app.rules.engine.judge import prepare
from app.rules.queries import list_sets
from app.rules.shipped import ShippedSet
from tests.factories import a_booking, a_gate, a_user, a_voyage, departure_of, tickets_of
from tests.queries import queries_counted
from tests.rules.making import BOTH, a_rule

HOUR = timedelta(hours=1)
VERDICT = {"pass": "pass", "note": "pass", "hold": "hold", "refer": "refer", "refuse_movable": "refuse"}


class Past:
    """A departure with five tickets, and scans of them as they were kept."""

    def __init__(self) -> None:
        voyage = a_voyage()
        self.tickets = tickets_of(a_booking(voyage, adults=5))
        self.departure, self.gate, self.officer = departure_of(voyage), a_gate(), a_user()
        self.now = app_clock.now()
        load_shipped([ShippedSet({"id": "Uji", "en": "Test"}, self.now - timedelta(days=9), [a_rule()])])
        self.rule_set = list_sets()[0]

    def scan(
        self, at: int, outcome: str, *reasons: str, age: int = 30, hours_ago: float = 24, reason: str = ""
    ) -> None:
        moment = self.now - hours_ago * HOUR
        facts = {"stage": "terminal", "voyage": {"day": "2030-01-01"}, "person": {"age_years": age}}
        told = [{"rule": code, "outcome": outcome, "why": "failed", "title": BOTH} for code in reasons]
        db.session.add(
            Scan(
                id=str(uuid4()), departure_id=self.departure.id, gate_id=self.gate.id, stage="terminal",
                officer_id=self.officer.id,
                ticket_id=self.tickets[at].id, serial=self.tickets[at].serial, verdict=VERDICT[outcome],
                reason=reason or ("admitted" if VERDICT[outcome] == "pass" else "rules_hold"),
                rule_set_id=self.rule_set.id, outcome=outcome, reasons=told, facts=facts,
                scanned_at=moment, received_at=moment,
            )
        )  # fmt: skip
        db.session.commit()

    @property
    def span(self) -> Any:
        return self.now - timedelta(days=2), self.now


@pytest.fixture
def past(app: Flask) -> Past:
    return Past()


def test_refusals_are_counted_by_rule(past: Past) -> None:
    past.scan(0, "hold", "doses", "app", hours_ago=5)
    past.scan(0, "hold", "doses", hours_ago=4)
    past.scan(1, "refuse_movable", "doses")
    past.scan(2, "note", "bags")
    past.scan(3, "hold", "name", reason=UNDECIDED)
    past.scan(4, "hold", "app", hours_ago=72)
    with queries_counted() as q:
        found = count_by_rule(*past.span)
    assert q.count == 1
    assert [(one.code, one.refused, one.held, one.people, one.title) for one in found] == [
        ("doses", 1, 2, 2, BOTH),
        ("app", 0, 1, 1, BOTH),
    ]


def test_another_set_would_have_kept_others_back(past: Past) -> None:
    past.scan(0, "pass", age=30)
    past.scan(1, "pass", age=7)
    past.scan(2, "pass", age=9)
    past.scan(3, "hold", "six-or-older", age=5, hours_ago=6)
    past.scan(3, "pass", age=8, hours_ago=5)
    past.scan(4, "refuse_movable", "doses", age=40)
    stricter = [a_rule(code="ten", logic={">=": [{"var": "person.age_years"}, 10]}, outcome="refuse_movable")]
    with queries_counted() as q:
        found = judge_again(prepare(stricter), *past.span)
    assert q.count <= 2, q
    assert (found.people, dict(found.before), dict(found.after)) == (
        5,
        {"pass": 4, "refuse": 1},
        {"pass": 2, "refuse": 3},
    )
    assert [(turn.before, turn.after, turn.people, dict(turn.why), turn.worse) for turn in found.turns] == [
        ("pass", "refuse", 3, {"ten": 3}, True),
        ("refuse", "pass", 1, {"doses": 1}, False),
    ]


def test_the_same_set_would_have_said_the_same(past: Past) -> None:
    past.scan(0, "pass", age=30)
    past.scan(1, "hold", "six-or-older", age=5)
    assert judge_again(prepare([a_rule()]), *past.span).turns == []
    assert judge_again(prepare([]), past.now, past.now + HOUR).people == 0


def test_what_nobody_asked_then_is_not_counted_as_not_met(past: Past) -> None:
    past.scan(0, "pass", age=30)
    past.scan(1, "pass", age=7)
    past.scan(2, "refuse_movable", "doses", age=30)
    past.scan(3, "hold", "doses", age=30)
    booster = a_rule(
        code="booster", logic={">=": [{"var": "person.doses"}, 3]}, missing={"sale": "note", "gate": "hold"}
    )
    ten = a_rule(code="ten", logic={">=": [{"var": "person.age_years"}, 10]}, missing={"sale": "note", "gate": "hold"})
    found = judge_again(prepare([booster, ten]), *past.span)
    assert [(turn.before, turn.after, turn.people, dict(turn.why)) for turn in found.turns] == [
        ("pass", "hold", 1, {"ten": 1}),
        ("pass", "unknown", 1, {"booster": 1}),
        ("refuse", "unknown", 1, {"booster": 1}),
    ]
    assert dict(found.after) == {"hold": 2, "unknown": 2}, "who was held then, for whatever reason, is held"
    refusing = {**booster, "missing": {"sale": "note", "gate": "refuse_movable"}}
    found = judge_again(prepare([refusing, ten]), *past.span)
    assert [(turn.before, turn.after, turn.people, dict(turn.why)) for turn in found.turns] == [
        ("pass", "hold", 1, {"ten": 1}),
        ("hold", "unknown", 1, {"booster": 1}),
        ("pass", "unknown", 1, {"booster": 1}),
    ], "whoever would be held for sure is counted so, though maybe refused"


def test_a_set_that_begins_later_is_judged_as_if_it_had_begun(past: Past) -> None:
    past.scan(0, "pass", age=7)
    past.scan(1, "pass", age=30)
    ten = a_rule(code="ten", logic={">=": [{"var": "person.age_years"}, 10]}, valid_from="2030-03-01")
    later = a_rule(code="later", logic=False, valid_from="2030-09-01", off=BOTH)
    found = judge_again(prepare([ten, a_rule(valid_from="2030-02-01"), later]), *past.span)
    assert [(turn.after, turn.people, dict(turn.why)) for turn in found.turns] == [("hold", 1, {"ten": 1})]
    assert (found.as_of, found.ended) == ("2030-03-01", [])


def test_no_day_is_moved_back_and_a_rule_that_has_ended_is_told(past: Past) -> None:
    past.scan(0, "pass", age=30)
    begun = a_rule(code="begun", logic={"===": [{"var": "voyage.day"}, "2030-01-01"]}, valid_from="2029-01-01")
    ended = a_rule(code="ended", logic=False, valid_to="2029-12-31")
    last_day = a_rule(code="last-day", valid_to="2030-01-01")
    found = judge_again(prepare([begun, ended, last_day]), *past.span)
    assert (found.turns, found.as_of, found.ended) == ([], "", ["ended"])
    coming = a_rule(code="coming", valid_from="2030-01-02")
    assert judge_again(prepare([last_day, coming]), *past.span).ended == ["last-day"], "over by the day judged for"


def test_too_many_at_once_are_refused(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.boarding.rule_statistics.SCANS_MAX", 1)
    past.scan(0, "pass")
    assert judge_again(prepare([a_rule()]), *past.span).people == 1
    past.scan(1, "pass")
    with pytest.raises(Refusal, match="too_many_scans"):
        judge_again(prepare([a_rule()]), *past.span)
