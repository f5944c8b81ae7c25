"""Drafts are changed, two people publish, and what is published stays as it was; on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import clock as app_clock
from app.accounts.actions import change_user
from app.accounts.models import Role, User
from app.db import db
from app.errors import NotFound, Refusal
from app.rules import shipped
from app.rules.actions.drafts import (
    approve,
    discard_draft,
    load_shipped,
    propose,
    put_rule,
    remove_rule,
    rename_draft,
    start_draft,
)
from app.rules.actions.exemptions import grant_exemption
from app.rules.authoring.rule_faults import RuleFaults
from app.rules.engine.judge import judge
from app.rules.models import Exemption, RuleSet
from app.rules.queries import (
    exemptions_of,
    find_set_in_force,
    get_set,
    list_drafts,
    list_sets,
    prepared_in_force,
)
from tests.conftest import Clock
from tests.factories import a_booking, a_fare_class, a_port, a_ship, a_user, tickets_of
from tests.rules.making import a_rule, some_facts


def soon(**by: float) -> datetime:
    return app_clock.now() + timedelta(**(by or {"hours": 1}))


@pytest.fixture
def writer(app: Flask) -> User:
    return a_user(Role.ADMINISTRATOR)


@pytest.fixture
def approver(app: Flask) -> User:
    return a_user(Role.ADMINISTRATOR)


def a_draft(writer: User, *codes: str, **changes: Any) -> RuleSet:
    draft = start_draft("Aturan uji", "Test rules", writer.id)
    for code in codes or ("six-or-older",):
        put_rule(draft.id, a_rule(code=code, **changes), writer.id)
    return draft


def a_set(writer: User, approver: User, *codes: str, begins: datetime | None = None, **changes: Any) -> RuleSet:
    return published(a_draft(writer, *codes, **changes), writer, approver, begins)


def published(draft: RuleSet, writer: User, approver: User, begins: datetime | None = None) -> RuleSet:
    propose(draft.id, writer.id, begins, draft.version)
    return approve(draft.id, approver.id, draft.version)


def refused(code: str, function: Any, *args: Any) -> None:
    with pytest.raises(Refusal) as refusal:
        function(*args)
    assert refusal.value.code == code


def test_a_place_that_is_not_registered_is_refused_unless_the_set_came_with_it(writer: User) -> None:
    a_port(), a_fare_class()
    ship = a_ship("KM Lawit")
    draft = a_draft(writer)
    for where, path in (
        ({"class": ["nosuch"]}, "where.class"),
        ({"port": ["idsmq"]}, "where.port"),
        ({"port": ["Sampit"]}, "where.port"),
        ({"route": ["IDSMQ"]}, "where.route"),
        ({"route": ["IDSMQ-IDXXX"]}, "where.route"),
        ({"operator": ["FERIKU"]}, "where.operator"),
        ({"ship": ["KM Lawik"]}, "where.ship"),
        ({"ship_type": ["kapal selam"]}, "where.ship_type"),
    ):
        with pytest.raises(RuleFaults) as refusal:
            put_rule(draft.id, a_rule(where=where), writer.id)
        [fault] = refusal.value.faults
        assert (fault.path, fault.problem) == (path, "unknown_place")
        assert fault.message.startswith(f"{path}: '{next(iter(where.values()))[0]}' belum terdaftar")
    known = {"class": ["ekonomi"], "port": ["IDSMQ"], "ship": [ship.name], "operator": [ship.operator.code]}
    put_rule(draft.id, a_rule(where=known, **{"except": {"service": ["pioneer"]}}), writer.id)
    load_shipped([shipped.ShippedSet({"id": "a", "en": "b"}, soon(days=-9), [a_rule(where={"operator": ["FERIKU"]})])])
    came = start_draft("Uji", "Test", writer.id, find_set_in_force(app_clock.now()).id)  # type: ignore[union-attr]
    put_rule(came.id, a_rule(where={"operator": ["FERIKU"]}, outcome="note"), writer.id)


def test_a_whole_number_is_kept_as_one(writer: User) -> None:
    draft = a_draft(writer)
    rule = put_rule(draft.id, a_rule(logic={">=": [{"var": "person.age_years"}, 1e2]}), writer.id)
    assert repr(rule.body["logic"][">="][1]) == "100"


def test_a_draft_takes_rules_changes_them_and_lets_them_go(writer: User) -> None:
    draft = a_draft(writer, "a", "b", "c")
    put_rule(draft.id, a_rule(code="b", outcome="refer"), writer.id)
    put_rule(draft.id, a_rule(code="z"), writer.id, "a")
    remove_rule(draft.id, "c")
    rename_draft(draft.id, "Nama lain", "Another name")
    [found] = list_drafts()
    assert [(r.code, r.body["outcome"]) for r in found.rules] == [("z", "hold"), ("b", "refer")]
    assert (found.name_en, found.number, found.version) == ("Another name", None, 8)
    discard_draft(draft.id)
    assert list_drafts() == []


def test_a_rule_that_cannot_work_is_not_saved(writer: User) -> None:
    draft = a_draft(writer)
    with pytest.raises(RuleFaults) as refusal:
        put_rule(draft.id, a_rule(logic={"or": [1, 2]}), writer.id)
    assert [f.path for f in refusal.value.faults] == ["logic.or"]
    assert list_drafts()[0].rules[0].body == a_rule()


def test_no_code_stands_twice_in_a_draft(writer: User) -> None:
    draft = a_draft(writer, "a", "b")
    refused("rule_code_taken", put_rule, draft.id, a_rule(code="b"), writer.id, "a")
    refused("rule_not_found", put_rule, draft.id, a_rule(code="b"), writer.id, "x")
    refused("rule_not_found", remove_rule, draft.id, "x")


def test_a_draft_has_a_name_and_before_it_is_proposed_one_in_english_too(writer: User) -> None:
    refused("name_missing", start_draft, " ", "Name", writer.id)
    draft = start_draft("Nama", " ", writer.id)
    put_rule(draft.id, a_rule(), writer.id)
    refused("english_name_missing", propose, draft.id, writer.id, None, draft.version)
    refused("name_missing", start_draft, "x" * 121, "Name", writer.id)
    refused("rule_set_not_found", start_draft, "Nama", "Name", writer.id, 99)


def test_two_people_publish(writer: User, approver: User) -> None:
    draft = a_draft(writer)
    put_rule(draft.id, a_rule(code="another"), approver.id)
    proposer, third = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    propose(draft.id, proposer.id, soon(), draft.version)
    for somebody in (writer, approver, proposer):
        refused("two_people", approve, draft.id, somebody.id, draft.version)
    done = approve(draft.id, third.id, draft.version)
    assert (done.number, done.publisher, done.creator) == (1, third, writer)


def test_who_may_approve(writer: User) -> None:
    draft = a_draft(writer)
    propose(draft.id, writer.id, soon(), draft.version)
    official = a_user(Role.OFFICIAL)
    for role, may in ((Role.OFFICER, True), (Role.OFFICIAL, False)):
        change_user(official.id, active=True, role=role, may_approve_rules=may)
        refused("may_not_approve", approve, draft.id, official.id, draft.version)
    change_user(official.id, active=True, role=Role.OFFICIAL, may_approve_rules=True)
    assert approve(draft.id, official.id, draft.version).publisher == official


def test_an_official_who_may_approve_proposes_nothing_of_theirs(writer: User) -> None:
    """Two people, whatever else they may do: a role that changed since does not make one out of them."""
    somebody = a_user(Role.ADMINISTRATOR)
    draft = a_draft(writer)
    propose(draft.id, somebody.id, soon(), draft.version)
    change_user(somebody.id, active=True, role=Role.OFFICIAL, may_approve_rules=True)
    refused("two_people", approve, draft.id, somebody.id, draft.version)


@pytest.mark.parametrize("who", ["nobody proposed", "the proposer approves"])
def test_the_table_itself_wants_two_people(writer: User, approver: User, who: str) -> None:
    draft = a_draft(writer)
    if who == "the proposer approves":
        propose(draft.id, writer.id, soon(), draft.version)
        propose(draft.id, approver.id, soon(), draft.version)
    publish = (
        f"UPDATE rule_set SET number = 1, published_at = created_at, in_force_from = created_at,"
        f" published_by = {approver.id} WHERE id = {draft.id}"
    )
    with pytest.raises(DatabaseError, match="two_people_publish"):
        db.session.execute(text(publish))
    db.session.rollback()
    propose(draft.id, writer.id, soon(), draft.version)
    db.session.execute(text(publish))
    with pytest.raises(DatabaseError, match="two_people_publish"):
        db.session.execute(
            text(
                "INSERT INTO rule_set (number, name_id, name_en, version, shipped, created_at, created_by,"
                " published_at, published_by, in_force_from) SELECT 2, name_id, name_en, 1, false, created_at,"
                " created_by, published_at, published_by, in_force_from FROM rule_set"
            )
        )
    db.session.rollback()


def told_by_the_tables(statement: str) -> str:
    """With what words the tables refuse it; `done` when they do not. It is undone in any case."""
    try:
        db.session.execute(text(statement))
    except DatabaseError as error:
        return str(error.orig)
    finally:
        db.session.rollback()
    return "done"


def test_no_hand_at_the_tables_publishes_alone(writer: User, approver: User) -> None:
    draft = a_draft(writer)
    propose(draft.id, writer.id, soon(), draft.version)
    publish = "UPDATE rule_set SET number = 77, published_at = created_at, in_force_from = created_at"
    for statement in (
        publish,
        f"{publish}, shipped = true, created_by = NULL",
        "UPDATE rule_set SET shipped = true",
        "UPDATE rule_set SET created_by = NULL",
        "UPDATE rule_set SET created_by = created_by + 1",
        "UPDATE rule_set SET version = version - 1",
        "INSERT INTO rule_set (number, name_id, name_en, version, shipped, created_at, created_by, published_at,"
        " in_force_from) SELECT 2, 'a', 'b', 1, false, created_at, created_by, created_at, created_at FROM rule_set",
    ):
        assert "two_people_publish" in told_by_the_tables(statement), statement
    assert approve(draft.id, approver.id, draft.version).number == 1


def test_a_proposal_stays_as_it_was_made(writer: User, approver: User) -> None:
    draft, other = a_draft(writer), a_draft(writer)
    propose(draft.id, writer.id, soon(), draft.version)
    for publish in (False, True):
        if publish:
            approve(draft.id, approver.id, draft.version)
        for change in (
            f"proposed_by = {approver.id}",
            f"rule_set_id = {other.id}",
            "version = version + 1",
            "in_force_from = proposed_at",
            "proposed_at = in_force_from",
        ):
            assert "proposals_stay" in told_by_the_tables(f"UPDATE proposal SET {change}"), change
    for statement in (
        "DELETE FROM proposal",
        "INSERT INTO proposal (rule_set_id, version, proposed_by, proposed_at)"
        f" SELECT rule_set_id, version, {approver.id}, proposed_at FROM proposal",
    ):
        assert "published_rules_stay" in told_by_the_tables(statement), statement


def test_nothing_takes_the_place_of_what_is_kept(writer: User, approver: User, engine: str) -> None:
    """SQLite's OR REPLACE removes rows past the triggers for DELETE; PostgreSQL has the constraints alone."""
    kept = a_set(writer, approver, exemption={"by": ["official"]}).id
    an_exemption()
    draft = a_draft(writer)
    propose(draft.id, writer.id, soon(), draft.version)
    named = "name_id, name_en, version, shipped, created_at"
    rule = "rule_set_id, position, code, body, written_at"
    of_kept = f"FROM travel_rule WHERE rule_set_id = {kept}"
    for statement in (
        f"INSERT INTO rule_set (id, {named}) SELECT id, {named} FROM rule_set WHERE number = 1",
        f"INSERT INTO rule_set (number, published_at, in_force_from, {named})"
        " SELECT number, published_at, in_force_from, 'x', 'x', 1, true, created_at FROM rule_set WHERE number = 1",
        f"INSERT INTO travel_rule (id, {rule}) SELECT id, {draft.id}, 1, 'new', body, written_at {of_kept}",
        f"INSERT INTO travel_rule ({rule}) SELECT {rule} {of_kept}",
        "INSERT INTO exemption SELECT * FROM exemption",
        "INSERT INTO exemption (ticket_id, rule, rule_set_id, reason, letter, officer_id, granted_at)"
        " SELECT ticket_id, rule, rule_set_id, 'x', 'x', officer_id, granted_at FROM exemption",
        "INSERT INTO proposal SELECT * FROM proposal",
        f"INSERT INTO proposal SELECT * FROM proposal WHERE rule_set_id = {draft.id}",
        f"UPDATE rule_set SET id = {kept} WHERE id = {draft.id}",
        "UPDATE rule_set SET number = 1, published_at = created_at, in_force_from = created_at,"
        f" published_by = {approver.id} WHERE id = {draft.id}",
        f"UPDATE travel_rule SET id = (SELECT id {of_kept}) WHERE rule_set_id = {draft.id}",
    ):
        if engine == "sqlite":
            statement = statement.replace("INSERT", "INSERT OR REPLACE", 1).replace("UPDATE", "UPDATE OR REPLACE", 1)
            assert any(word in told_by_the_tables(statement) for word in ("_stay", "two_people_publish")), statement
        else:
            assert told_by_the_tables(statement) != "done", statement


def test_nothing_is_written_over_what_is_kept(writer: User, approver: User) -> None:
    kept = a_set(writer, approver, exemption={"by": ["official"]}).id
    an_exemption()
    draft = a_draft(writer)
    propose(draft.id, writer.id, soon(), draft.version)
    named = "name_id, name_en, version, shipped, created_at"
    rule = "rule_set_id, position, code, body, written_at"
    of_draft = f"{draft.id}, 2, 'x', body, written_at FROM travel_rule WHERE rule_set_id = {kept}"
    for statement in (
        f"INSERT INTO rule_set (id, {named}) SELECT id, {named} FROM rule_set WHERE number = 1"
        " ON CONFLICT (id) DO UPDATE SET name_id = 'x'",
        f"INSERT INTO travel_rule (id, {rule}) SELECT id, {of_draft} ON CONFLICT (id) DO UPDATE SET code = 'x'",
        "INSERT INTO exemption SELECT * FROM exemption WHERE true"
        " ON CONFLICT (ticket_id, rule) DO UPDATE SET letter = 'x'",
        f"INSERT INTO proposal SELECT * FROM proposal WHERE rule_set_id = {draft.id}"
        f" ON CONFLICT (id) DO UPDATE SET proposed_by = {approver.id}",
    ):
        assert "_stay" in told_by_the_tables(statement), statement


def test_who_wrote_a_rule_long_ago_may_approve_a_set_that_only_takes_it_over(writer: User, approver: User) -> None:
    old = a_set(writer, approver, "a")
    draft = start_draft("Lanjutan", "Next", approver.id, old.id)
    put_rule(draft.id, a_rule(code="b"), approver.id)
    assert published(draft, approver, writer, soon()).number == 2


def test_what_is_published_is_what_was_looked_at(writer: User, approver: User) -> None:
    draft = a_draft(writer)
    seen = draft.version
    put_rule(draft.id, a_rule(code="slipped-in"), writer.id)
    refused("draft_changed", propose, draft.id, writer.id, soon(), seen)


def test_what_is_published_is_no_draft_any_more(writer: User, approver: User) -> None:
    done = a_set(writer, approver)
    for change in (
        lambda: put_rule(done.id, a_rule(), writer.id),
        lambda: remove_rule(done.id, "six-or-older"),
        lambda: rename_draft(done.id, "x", "x"),
        lambda: discard_draft(done.id),
        lambda: propose(done.id, writer.id, soon(), done.version),
        lambda: approve(done.id, approver.id, done.version),
    ):
        refused("not_a_draft", change)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rule_set SET name_id = 'lain'",
        "UPDATE rule_set SET number = NULL, published_at = NULL, in_force_from = NULL, published_by = NULL",
        "DELETE FROM rule_set",
        "UPDATE travel_rule SET code = 'lain'",
        "DELETE FROM travel_rule",
        "INSERT INTO travel_rule (rule_set_id, position, code, body, written_at)"
        " SELECT rule_set_id, 2, 'new', body, written_at FROM travel_rule",
        "UPDATE exemption SET reason = 'lain'",
        "DELETE FROM exemption",
    ],
)
def test_the_tables_themselves_keep_what_is_published(writer: User, approver: User, statement: str) -> None:
    a_set(writer, approver, exemption={"by": ["official"]})
    an_exemption()
    with pytest.raises(DatabaseError, match="stay"):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize(
    "values",
    ["number = 5", "number = 5, published_at = created_at", "published_by = created_by", "shipped = true, number = 5"],
)
def test_the_tables_take_no_half_published_set(writer: User, values: str) -> None:
    a_draft(writer)
    with pytest.raises(DatabaseError):
        db.session.execute(text(f"UPDATE rule_set SET {values}"))
    db.session.rollback()


def test_a_rule_cannot_be_moved_into_a_published_set(writer: User, approver: User) -> None:
    done, draft = a_set(writer, approver), a_draft(writer, "new")
    with pytest.raises(DatabaseError, match="published_rules_stay"):
        db.session.execute(text(f"UPDATE travel_rule SET rule_set_id = {done.id} WHERE rule_set_id = {draft.id}"))
    db.session.rollback()


def test_the_set_in_force_is_the_last_that_has_begun(writer: User, approver: User, clock: Clock) -> None:
    assert find_set_in_force(clock.moment) is None
    first = a_set(writer, approver, "a")
    second = a_set(writer, approver, "b", begins=soon(hours=2))
    then = clock.moment
    assert find_set_in_force(then - timedelta(seconds=1)) is None
    assert find_set_in_force(then) == first
    assert find_set_in_force(then + timedelta(hours=2, seconds=-1)) == first
    assert find_set_in_force(then + timedelta(hours=2)) == second
    assert list_sets() == [second, first]


def test_going_back_is_publishing_again(writer: User, approver: User, clock: Clock) -> None:
    first = a_set(writer, approver, "a")
    clock.forward(hours=1)
    a_set(writer, approver, "b")
    clock.forward(hours=1)
    draft = start_draft("Kembali", "Back", writer.id, first.id)
    back = published(draft, writer, approver)
    assert (back.number, back.bodies, back.based_on) == (3, first.bodies, first)
    found = find_set_in_force(clock.moment)
    assert found is not None
    assert found.number == 3
    assert get_set(1).bodies == first.bodies


def test_of_two_that_begin_together_the_higher_number_is_in_force(writer: User, approver: User, clock: Clock) -> None:
    begins = soon(hours=1)
    a_set(writer, approver, "a", begins=begins)
    later = a_set(writer, approver, "b", begins=begins)
    assert find_set_in_force(begins) == later


def test_a_set_is_ready_to_be_judged_with(writer: User, approver: User, clock: Clock) -> None:
    assert prepared_in_force(clock.moment) is None
    a_set(writer, approver)
    ready = prepared_in_force(clock.moment)
    assert ready is not None
    assert ready is prepared_in_force(clock.moment)
    assert (ready.number, judge(ready.prepared, some_facts(person={"age_years": 5}))["outcome"]) == (1, "hold")


def an_exemption(rule: str = "six-or-older", officer: User | None = None) -> Exemption:
    officer = officer or an_official()
    [ticket] = tickets_of(a_booking())
    return grant_exemption(ticket.id, rule, "Berobat segera", "KSOP/12/2026", officer.id)


def an_official(may_exempt: bool = True) -> User:
    user = a_user(Role.OFFICIAL)
    # The right is the administrator's to give; no action of this package does.
    db.session.execute(text(f"UPDATE app_user SET may_exempt = {str(may_exempt).lower()} WHERE id = {user.id}"))
    db.session.commit()
    db.session.refresh(user)
    return user


def test_an_exemption_names_ticket_rule_reason_letter_and_officer(writer: User, approver: User) -> None:
    done = a_set(writer, approver, exemption={"by": ["official"]}, logic=False)
    granted = an_exemption()
    assert (granted.rule_set, granted.rule) == (done, "six-or-older")
    [[found]] = exemptions_of([granted.ticket_id]).values()
    told = found.for_judging
    assert told["letter"] == "KSOP/12/2026"
    ready = prepared_in_force(app_clock.now())
    assert ready is not None
    verdict = judge(ready.prepared, some_facts(), [told])
    assert verdict["reasons"][0]["exemption"]["officer"] == granted.officer.name
    assert exemptions_of([]) == {}


def test_only_who_may_exempts_and_only_where_the_rule_allows_it(writer: User, approver: User) -> None:
    refused("rule_not_found", an_exemption)
    a_set(writer, approver, "none")
    a_set(writer, approver, exemption={"by": ["official"]})
    refused("may_not_exempt", an_exemption, "six-or-older", an_official(may_exempt=False))
    refused("may_not_exempt", an_exemption, "six-or-older", a_user(Role.OFFICER))
    refused("rule_not_found", an_exemption, "unknown")
    official = an_official()
    refused("ticket_not_found", grant_exemption, 10**6, "six-or-older", "sakit keras", "y", official.id)
    refused("exemption_reason_missing", grant_exemption, 1, "six-or-older", ".....", "y", official.id)
    refused("letter_missing", grant_exemption, 1, "six-or-older", "sakit keras", "", official.id)
    granted = an_exemption()
    refused("exempted_already", grant_exemption, granted.ticket_id, "six-or-older", "sakit keras", "y", official.id)


def test_a_rule_that_knows_no_exemption_has_none(writer: User, approver: User) -> None:
    a_set(writer, approver)
    refused("no_exemption", an_exemption)


def test_the_rules_that_ship_are_published_once_and_any_day_is_judged_as_it_was(app: Flask) -> None:
    sets = shipped.read_sets()
    assert load_shipped(sets).published == list(range(1, len(sets) + 1))
    again = load_shipped(sets)
    assert (again.published, again.left) == ([], len(sets))
    for day, name in (
        ("2021-05-10", "No homecoming"),
        ("2022-04-21", "SE Menhub 47/2022"),
        ("2022-06-01", "SE Menhub 55/2022"),
        ("2022-08-01", "SE Menhub 68/2022"),
        ("2022-08-15", "SE Menhub 78/2022"),
        ("2022-12-20", "SE Menhub 83/2022"),
        ("2023-07-01", "SE Menhub 15/2023"),
        ("2026-03-20", "Ordinary rules"),
    ):
        found = find_set_in_force(datetime.fromisoformat(f"{day}T12:00+07:00"))
        assert found is not None
        assert found.name_en.startswith(name)
        assert found.shipped
    midnight = datetime(2022, 4, 18, 17, tzinfo=UTC)
    found, before = find_set_in_force(midnight), find_set_in_force(midnight - timedelta(seconds=1))
    assert found is not None
    assert before is not None
    assert (found.name_en, before.name_en) == ("SE Menhub 47/2022", "SE Menhub 37/2022")


def test_a_shipped_set_that_was_corrected_is_published_beside_the_old_one(app: Flask) -> None:
    begins = datetime(2020, 1, 1, tzinfo=UTC)
    name = {"id": "Uji", "en": "Test"}
    load_shipped([shipped.ShippedSet(name, begins, [a_rule()])])
    report = load_shipped([shipped.ShippedSet(name, begins, [a_rule(outcome="refer")])])
    assert report.published == [2]
    found = find_set_in_force(begins)
    assert found is not None
    assert (found.number, found.bodies[0]["outcome"]) == (2, "refer")
    assert get_set(1).bodies == [a_rule()]


def test_the_command_loads_the_rules_and_says_so(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["load-rules"])
    assert told.exit_code == 0
    assert told.output.startswith("15 paket aturan diterbitkan")
    assert app.test_cli_runner().invoke(args=["load-rules"]).output.startswith("0 paket aturan diterbitkan; 15 tetap")


def test_a_set_that_is_not_there_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        get_set(1)
    refused("user_not_found", start_draft, "a", "b", 99)


# Proposed by one, approved by another


def test_one_proposes_with_a_date_and_another_approves(writer: User, approver: User) -> None:
    draft, begins = a_draft(writer), soon(days=2)
    propose(draft.id, writer.id, begins, draft.version)
    made = approve(draft.id, approver.id, draft.version)
    assert (made.number, made.in_force_from, made.published_by) == (1, begins, approver.id)
    assert made.proposal is not None
    assert made.proposal.proposer.id == writer.id, "the record stays"


def test_a_proposal_lapses_when_the_draft_is_changed(writer: User, approver: User) -> None:
    draft = a_draft(writer)
    with pytest.raises(Refusal, match="not_proposed"):
        approve(draft.id, approver.id, draft.version)
    propose(draft.id, writer.id, None, draft.version)
    seen = draft.version
    put_rule(draft.id, a_rule(code="another"), writer.id)
    with pytest.raises(Refusal, match="draft_changed"):
        approve(draft.id, approver.id, seen)
    with pytest.raises(Refusal, match="draft_changed"):
        propose(draft.id, writer.id, None, seen)
    with pytest.raises(Refusal, match="not_proposed"):
        approve(draft.id, approver.id, draft.version)


def test_what_cannot_begin_is_not_proposed_and_not_approved_too_late(
    writer: User, approver: User, clock: Clock
) -> None:
    empty = start_draft("Kosong", "Empty", writer.id)
    with pytest.raises(Refusal, match="draft_empty"):
        propose(empty.id, writer.id, None, empty.version)
    draft = a_draft(writer)
    with pytest.raises(Refusal, match="set_in_the_past"):
        propose(draft.id, writer.id, soon(hours=-1), draft.version)
    propose(draft.id, writer.id, soon(hours=1), draft.version)
    clock.forward(hours=2)
    with pytest.raises(Refusal, match="set_in_the_past"):
        approve(draft.id, approver.id, draft.version)
    propose(draft.id, writer.id, soon(hours=1), draft.version)
    assert approve(draft.id, approver.id, draft.version).number == 1


def test_a_draft_is_thrown_away_with_its_proposals(writer: User) -> None:
    draft = a_draft(writer)
    propose(draft.id, writer.id, None, draft.version)
    discard_draft(draft.id)
    assert list_drafts() == []
