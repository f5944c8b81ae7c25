"""Verbs of sets of rules: draft, change, propose and publish."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.accounts.queries import get_user
from app.accounts.second_person import require_second_person
from app.db import action, db, get_or_refuse
from app.errors import NotFound, Refusal, or_refuse
from app.rules.authoring.locations import unknown_places
from app.rules.authoring.rule_faults import RuleFaults
from app.rules.authoring.validation import check, check_set
from app.rules.engine.certlogic import plain
from app.rules.models import Proposal, RuleSet, TravelRule
from app.rules.queries import get_set_or_draft, list_places
from app.rules.shipped import ShippedSet


@dataclass(frozen=True)
class LoadReport:
    """The effect of `load_shipped`: numbers of the sets that it published, and how many were there already."""

    published: list[int]
    left: int


@action
def start_draft(name_id: str, name_en: str, user_id: int, based_on_id: int | None = None) -> RuleSet:
    """A draft with the rules of the set `based_on_id`, or with none. Raises NotFound, Refusal `name_missing`."""
    user = get_user(user_id)
    based_on = get_set_or_draft(based_on_id) if based_on_id is not None else None
    draft = RuleSet(created_by=user.id, created_at=clock.now(), based_on=based_on)
    _name(draft, name_id, name_en)
    for rule in based_on.rules if based_on else []:
        draft.rules.append(_copied(rule))
    db.session.add(draft)
    return draft


@action
def rename_draft(draft_id: int, name_id: str, name_en: str) -> RuleSet:
    """Give a draft another name. Raises NotFound, Refusal `not_a_draft` or `name_missing`."""
    draft = _draft(draft_id)
    _name(draft, name_id, name_en)
    draft.version += 1
    return draft


@action
def put_rule(draft_id: int, body: dict[str, Any], user_id: int, old_code: str = "") -> TravelRule:
    """Save a rule in a draft: in place of the one of `old_code` (or of its own code), else at the end.

    Its English may follow until the draft is proposed.
    Raises NotFound; Refusal `not_a_draft`, `rule_code_taken`, or RuleFaults with each place and remedy.
    """
    check(body, draft=True)
    body = {**body, "logic": plain(body["logic"], "logic")}
    user, draft = get_user(user_id), _draft(draft_id)
    if unknown := list(unknown_places(body, list_places(), draft.bodies)):
        raise RuleFaults(unknown)
    rule = draft.rule_of(old_code or body["code"])
    if old_code and rule is None:
        raise NotFound("rule_not_found")
    if old_code and old_code != body["code"] and draft.rule_of(body["code"]):
        raise Refusal("rule_code_taken", field="code", rule=body["code"])
    if rule is None:
        rule = TravelRule(position=max((r.position for r in draft.rules), default=0) + 1)
        draft.rules.append(rule)
    rule.code, rule.body = body["code"], body
    rule.written_by, rule.written_at = user.id, clock.now()
    draft.version += 1
    return rule


@action
def remove_rule(draft_id: int, code: str) -> RuleSet:
    """Take a rule out of a draft. Raises NotFound, Refusal `not_a_draft`."""
    draft = _draft(draft_id)
    rule = or_refuse(draft.rule_of(code), "rule_not_found")
    draft.rules.remove(rule)
    draft.version += 1
    return draft


@action
def discard_draft(draft_id: int) -> None:
    """Throw a draft away. Raises NotFound, Refusal `not_a_draft`."""
    db.session.delete(_draft(draft_id))


@action
def propose(draft_id: int, user_id: int, in_force_from: datetime | None, version: int) -> Proposal:
    """Put the draft forward, as it is at `version`, to be in force from then (None: once it is approved).

    Raises NotFound; Refusal `not_a_draft`, `draft_changed`, `set_in_the_past`, `draft_empty`,
    `english_name_missing`; RuleFaults.
    """
    draft, user = _draft(draft_id), get_user(user_id)
    if draft.version != version:
        raise Refusal("draft_changed")
    _check_can_begin(draft, in_force_from)
    proposal = Proposal(version=version, in_force_from=in_force_from, proposed_by=user.id, proposed_at=clock.now())
    draft.proposals.append(proposal)
    return proposal


@action
def approve(draft_id: int, user_id: int, version: int) -> RuleSet:
    """Publish a draft as it was put forward at `version`, from the moment that was proposed; then it never changes.

    Raises NotFound; Refusal `not_a_draft`, `draft_changed`, `not_proposed`, `may_not_approve`, `two_people` (whoever
    proposed it, began it or wrote a rule that is new in it does not approve it), `second_person_new`,
    `second_person_made` or `second_person_maker` (an account of less than a day, or one that made or reset, or was made
    or reset by, one of them), `set_in_the_past`, `draft_empty`; RuleFaults.
    """
    draft, user = _draft(draft_id), get_user(user_id)
    if not (user.active and user.approves_rules):
        raise Refusal("may_not_approve")
    if draft.version != version:
        raise Refusal("draft_changed")
    proposal = draft.proposal
    if proposal is None:
        raise Refusal("not_proposed")
    now = clock.now()
    if user.id in draft.authors:
        raise Refusal("two_people")
    require_second_person(user, draft.authors, now)
    _check_can_begin(draft, proposal.in_force_from)
    draft.number, draft.published_at, draft.published_by = _next_number(), now, user.id
    draft.in_force_from = proposal.in_force_from or now
    return draft


@action
def load_shipped(sets: Sequence[ShippedSet]) -> LoadReport:
    """Publish the sets that come with Dermaga; what is there already, word for word, is left.

    A set that differs from the one of the same beginning is published beside it under a higher number.
    """
    published: list[int] = []
    left = 0
    for one in sets:
        there = db.session.scalar(
            select(RuleSet)
            .where(RuleSet.shipped, RuleSet.in_force_from == one.in_force_from)
            .order_by(RuleSet.number.desc())
            .limit(1)
        )
        if there and there.bodies == one.rules and there.names == one.name:
            left += 1
            continue
        published.append(_publish_shipped(one))
    return LoadReport(published, left)


def _draft(draft_id: int) -> RuleSet:
    # Locked: whoever changes or publishes it at the same moment waits, and then sees what it has become.
    draft = get_or_refuse(RuleSet, draft_id, "rule_set_not_found", lock=True)
    if not draft.is_draft:
        raise Refusal("not_a_draft")
    return draft


def _check_can_begin(draft: RuleSet, in_force_from: datetime | None) -> None:
    if in_force_from is not None and in_force_from < clock.now():
        raise Refusal("set_in_the_past", field="in_force_from")
    if not draft.rules:
        raise Refusal("draft_empty")
    if not draft.name_en:
        raise Refusal("english_name_missing", field="name_en")
    check_set(draft.bodies)


def _name(draft: RuleSet, name_id: str, name_en: str) -> None:
    """Call the draft so; its English name may follow until it is proposed."""
    draft.name_id, draft.name_en = name_id.strip(), name_en.strip()
    if not 0 < len(draft.name_id) <= 120:
        raise Refusal("name_missing", field="name_id")
    if len(draft.name_en) > 120:
        raise Refusal("name_missing", field="name_en")


def _copied(rule: TravelRule) -> TravelRule:
    return TravelRule(
        position=rule.position,
        code=rule.code,
        body=rule.body,
        written_by=rule.written_by,
        written_at=rule.written_at,
    )


def _next_number() -> int:
    return (db.session.scalar(select(func.max(RuleSet.number))) or 0) + 1


def _publish_shipped(one: ShippedSet) -> int:
    now = clock.now()
    draft = RuleSet(name_id=one.name["id"], name_en=one.name["en"], shipped=True, created_at=now)
    for position, body in enumerate(one.rules, 1):
        draft.rules.append(TravelRule(position=position, code=body["code"], body=body, written_at=now))
    db.session.add(draft)
    # Its rules first: a published set takes no more.
    db.session.flush()
    number = _next_number()
    draft.number, draft.published_at, draft.in_force_from = number, now, one.in_force_from
    db.session.flush()
    return number
