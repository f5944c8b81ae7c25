"""A second person is somebody else: known for a day, and never made or reset by the first; the tables say so too."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app import clock as app_clock
from app.accounts.actions import change_own_password, change_user, create_user, sign_out_everywhere
from app.accounts.models import Role, User
from app.accounts.queries import list_changes
from app.accounts.second_person import find_chain, list_makers
from app.db import db
from app.errors import Refusal
from app.rules.actions.drafts import approve, propose, put_rule, start_draft
from app.rules.models import RuleSet
from tests.conftest import Clock
from tests.factories import PASSWORD, a_user
from tests.rules.making import a_rule

NEW = "sandi lain yang panjang"


@pytest.fixture
def first(app: Flask) -> User:
    return a_user(Role.ADMINISTRATOR)


def proposed_by(first: User) -> RuleSet:
    draft = start_draft("Aturan uji", "Test rules", first.id)
    put_rule(draft.id, a_rule(), first.id)
    propose(draft.id, first.id, None, draft.version)
    return draft


def refusal_of(draft: RuleSet, second: User) -> str:
    with pytest.raises(Refusal) as refusal:
        approve(draft.id, second.id, draft.version)
    return refusal.value.code


def publish_by_hand(draft: RuleSet, second: User) -> None:
    draft_id, now = draft.id, app_clock.now()
    moment = now.replace(tzinfo=None).isoformat(" ") if db.engine.dialect.name == "sqlite" else now.isoformat()
    db.session.execute(
        text(
            "UPDATE rule_set SET number = 1, published_at = :now, in_force_from = :now, published_by = :who"
            " WHERE id = :draft"
        ),
        {"now": moment, "who": second.id, "draft": draft_id},
    )


def test_a_second_account_made_minutes_before_publishes_nothing(first: User) -> None:
    draft, puppet = proposed_by(first), a_user(Role.ADMINISTRATOR, days=0, by=first)
    assert refusal_of(draft, puppet) == "second_person_new"
    with pytest.raises(DatabaseError, match="second_person"):
        publish_by_hand(draft, puppet)
    db.session.rollback()


def test_nor_one_made_by_the_first_however_long_ago(first: User) -> None:
    draft, puppet = proposed_by(first), a_user(Role.ADMINISTRATOR, days=400, by=first)
    assert refusal_of(draft, puppet) == "second_person_made"
    with pytest.raises(DatabaseError, match="second_person"):
        publish_by_hand(draft, puppet)
    db.session.rollback()


@pytest.mark.parametrize("change", [{"password": NEW}, {"role": Role.ADMINISTRATOR}, {"may_exempt": True}])
def test_nor_one_that_the_first_has_reset(first: User, change: dict[str, Any]) -> None:
    draft, second = proposed_by(first), a_user(Role.OFFICIAL)
    change_user(second.id, active=True, role=Role.OFFICIAL, may_approve_rules=True)
    change_user(second.id, first.id, **{"active": True, "role": Role.OFFICIAL, **change})
    assert refusal_of(draft, second) == "second_person_made"
    with pytest.raises(DatabaseError, match="second_person"):
        publish_by_hand(draft, second)
    db.session.rollback()


def test_one_made_by_another_and_known_for_exactly_a_day_publishes(app: Flask, clock: Clock) -> None:
    first, other = a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    second = a_user(Role.ADMINISTRATOR, days=0, by=other)
    draft = proposed_by(first)
    clock.forward(hours=24, seconds=-1)
    assert refusal_of(draft, second) == "second_person_new"
    with pytest.raises(DatabaseError, match="second_person"):
        publish_by_hand(draft, second)
    db.session.rollback()
    clock.forward(seconds=1)
    sign_out_everywhere(second.id, first.id)  # takes nothing of theirs into the hand
    assert approve(draft.id, second.id, draft.version).publisher == second
    assert list_makers(second.id) == [other]


def test_nor_one_at_the_end_of_a_chain_of_accounts_that_the_first_began(first: User) -> None:
    draft = proposed_by(first)
    between = a_user(Role.ADMINISTRATOR, days=400, by=first)
    puppet = a_user(Role.ADMINISTRATOR, days=300, by=between)
    assert refusal_of(draft, puppet) == "second_person_made"
    assert [(c.user_id, c.by_id) for c in find_chain(puppet.id, [first.id])] == [
        (puppet.id, between.id),
        (between.id, first.id),
    ]
    assert list_makers(puppet.id) == [between, first], "the page of the rules tells it"
    with pytest.raises(DatabaseError, match="second_person"):
        publish_by_hand(draft, puppet)
    db.session.rollback()


def test_nor_one_that_such_an_account_has_reset_and_rings_of_resets_end(first: User) -> None:
    draft, honest, second = proposed_by(first), a_user(Role.ADMINISTRATOR), a_user(Role.ADMINISTRATOR)
    change_user(second.id, honest.id, active=True, role=Role.ADMINISTRATOR, password=NEW)
    change_user(honest.id, second.id, active=True, role=Role.ADMINISTRATOR, password=NEW)
    assert find_chain(second.id, [first.id]) == []
    puppet = a_user(Role.ADMINISTRATOR, days=400, by=first)
    change_user(honest.id, puppet.id, active=True, role=Role.ADMINISTRATOR, password=NEW)
    assert refusal_of(draft, second) == "second_person_made"


def test_nor_the_maker_of_the_account_that_proposes_however_long_the_chain(first: User) -> None:
    between = a_user(Role.ADMINISTRATOR, days=400, by=first)
    for creature in (between, a_user(Role.ADMINISTRATOR, days=300, by=between)):
        draft = proposed_by(creature)
        assert refusal_of(draft, first) == "second_person_maker"
        with pytest.raises(DatabaseError, match="second_person"):
            publish_by_hand(draft, first)
        db.session.rollback()


def test_two_whose_accounts_a_third_made_are_two_people(first: User) -> None:
    one, other = (a_user(Role.ADMINISTRATOR, by=first) for _ in range(2))
    draft = proposed_by(one)
    assert approve(draft.id, other.id, draft.version).publisher == other


def test_each_change_of_an_account_is_kept_with_its_author_for_good(first: User) -> None:
    second = create_user("jejak", "Jejak Uji", Role.OFFICER, PASSWORD, first.id)
    change_user(second.id, first.id, active=False, role=Role.OFFICIAL, password=NEW)
    change_own_password(second.id, NEW, PASSWORD)
    told = [(change.kind, change.by_id) for change in reversed(list_changes(second.id))]
    assert told[0] == ("created", first.id)
    assert set(told[1:4]) == {("closed", first.id), ("role", first.id), ("password", first.id)}
    assert told[4:] == [("own_password", second.id)]
    assert list_changes(second.id)[0].at <= app_clock.now() + timedelta(seconds=1)
    for hand in ("UPDATE user_change SET by_id = NULL", "DELETE FROM user_change"):
        with pytest.raises(DatabaseError, match="user_changes_stay"):
            db.session.execute(text(hand))
        db.session.rollback()
