"""Questions about sets of rules and exemptions."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Engine,
    ScalarSelect,
    bindparam,
    column,
    event,
    literal,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.orm import selectinload

from app.accounts.models import Account
from app.db import db, get_or_refuse
from app.errors import or_refuse
from app.rules.engine.judge import Prepared, prepare
from app.rules.facts import STAGES
from app.rules.models import Exemption, RuleSet
from app.rules.sale_rules import REFUSALS, SHARE, closing, turning_away
from app.schedule.models import Operator, Port, Ship


@dataclass(frozen=True, eq=False)
class PreparedSet:
    """A published set, ready to be judged with: its number, its rules as written, and as prepared.

    It never changes and is equal to itself alone, so answers that it gives to facts may be kept.
    """

    id: int
    number: int
    rules: list[dict[str, Any]]
    prepared: list[Prepared]

    def at(self, stage: str) -> list[Prepared]:
        """Its rules that are judged at that stage; the others have nothing to say there."""
        return self._by_stage[stage]

    @cached_property
    def _by_stage(self) -> dict[str, list[Prepared]]:
        return {stage: [rule for rule in self.prepared if stage in rule.stages] for stage in STAGES}

    @cached_property
    def closing(self) -> list[Prepared]:
        """Its rules that may refuse to sell a journey, whoever travels."""
        return closing(self.prepared)

    @cached_property
    def turning_away(self) -> list[Prepared]:
        """Its rules that may refuse to sell to somebody, for what they are."""
        return turning_away(self.prepared)

    @cached_property
    def on_travelers(self) -> list[Prepared]:
        """Its rules without those that have let the places be taken, and are not judged again at the sale."""
        judged = [rule for rule in self.closing if rule.rule["outcome"] in REFUSALS]
        return [rule for rule in self.prepared if rule not in judged and SHARE not in rule.looks_at]


def set_in_force_at(
    moment: ColumnElement[datetime] | datetime, published_by: ColumnElement[datetime] | None = None
) -> ScalarSelect[int]:
    """The id of the set in force at a moment, as a part of another question.

    Of those that people had published by then, where it is asked what was known; the shipped ones tell of the past.
    """
    found = select(RuleSet.id).where(RuleSet.number.is_not(None), RuleSet.in_force_from <= moment)
    if published_by is not None:
        found = found.where(or_(RuleSet.shipped, RuleSet.published_at <= published_by))
    return found.order_by(RuleSet.in_force_from.desc(), RuleSet.number.desc()).limit(1).scalar_subquery()


def find_set_in_force(moment: datetime) -> RuleSet | None:
    """The set in force at that moment, or None before the first one."""
    return db.session.scalar(
        select(RuleSet)
        .where(RuleSet.number.is_not(None), RuleSet.in_force_from <= moment)
        .order_by(RuleSet.in_force_from.desc(), RuleSet.number.desc())
        .limit(1)
    )


def get_set(number: int) -> RuleSet:
    """The published set of that number. Raises NotFound."""
    return or_refuse(db.session.scalar(select(RuleSet).where(RuleSet.number == number)), "rule_set_not_found")


def get_set_or_draft(set_id: int) -> RuleSet:
    """The set or draft of that id. Raises NotFound."""
    return get_or_refuse(RuleSet, set_id, "rule_set_not_found")


def list_sets() -> list[RuleSet]:
    """All published sets, the latest to be in force first."""
    return list(
        db.session.scalars(
            select(RuleSet)
            .where(RuleSet.number.is_not(None))
            .order_by(RuleSet.in_force_from.desc(), RuleSet.number.desc())
        )
    )


def list_drafts() -> list[RuleSet]:
    """All drafts, the newest first, with their rules and proposals."""
    return list(
        db.session.scalars(
            select(RuleSet)
            .where(RuleSet.number.is_(None))
            .options(selectinload(RuleSet.rules), selectinload(RuleSet.proposals))
            .order_by(RuleSet.created_at.desc(), RuleSet.id.desc())
        )
    )


def awaits(draft: RuleSet, reader: Account) -> bool:
    """Whether this draft is proposed, and the reader may approve it."""
    return draft.is_draft and draft.proposal is not None and reader.approves_rules and reader.id not in draft.authors


def list_drafts_for(reader: Account) -> list[RuleSet]:
    """The proposed drafts that the reader may approve, the newest first."""
    return [draft for draft in list_drafts() if awaits(draft, reader)] if reader.approves_rules else []


# Fare classes belong to a neighbour; here it is enough to know what they are called.
_fare_class = table("fare_class", column("code"), column("name"))


def list_places() -> dict[str, dict[str, str]]:
    """List the places that rules can name in `where` and `except`: by kind each code, under itself and its folded name.

    One query. Kinds whose values are fixed are left out (app/rules/facts.py has them); a route is two ports.
    """
    rows = union_all(
        select(literal("port"), Port.code, Port.name),
        select(literal("operator"), Operator.code, Operator.name),
        select(literal("ship"), Ship.name, Ship.name),
        select(literal("ship_type"), Ship.type, Ship.type).where(Ship.type != ""),
        select(literal("class"), _fare_class.c.code, _fare_class.c.name),
    )
    found: dict[str, dict[str, str]] = {kind: {} for kind in ("port", "operator", "ship", "ship_type", "class")}
    for kind, code, name in db.session.execute(rows):
        found[kind].setdefault(name.casefold(), code)
        found[kind][code.casefold()] = code
    return found


# A published set never changes, so a process prepares it once for each database that it speaks to.
_ready: WeakKeyDictionary[Engine, dict[int, PreparedSet]] = WeakKeyDictionary()


@event.listens_for(Engine, "engine_disposed")
def _forget(engine: Engine) -> None:
    """Forget the sets of an address, since another database may stand there afterwards."""
    _ready.pop(engine, None)


def prepared_in_force(moment: datetime) -> PreparedSet | None:
    """The set in force at that moment, ready to be judged with; None before the first one."""
    found = find_set_in_force(moment)
    return None if found is None else prepared_set(found)


def prepared_by_id(set_id: int) -> PreparedSet:
    """The published set of that id, ready to be judged with; asks nothing once this process has prepared it."""
    ready = _ready.setdefault(db.engine, {})
    return ready[set_id] if set_id in ready else prepared_set(get_set_or_draft(set_id))


def prepared_set(rule_set: RuleSet) -> PreparedSet:
    """A published set, ready to be judged with."""
    assert rule_set.number is not None  # noqa: S101 - whoever asks for a draft should prepare its bodies itself
    ready = _ready.setdefault(db.engine, {})
    if rule_set.id not in ready:
        bodies = rule_set.bodies
        ready[rule_set.id] = PreparedSet(rule_set.id, rule_set.number, bodies, prepare(bodies))
    return ready[rule_set.id]


_EXEMPTIONS = (
    select(Exemption).where(Exemption.ticket_id.in_(bindparam("tickets", expanding=True))).order_by(Exemption.id)
)


def exemptions_of(ticket_ids: Collection[int]) -> dict[int, list[Exemption]]:
    """The exemptions of these tickets by ticket id, in one query."""
    found: dict[int, list[Exemption]] = defaultdict(list)
    if ticket_ids:
        for exemption in db.session.scalars(_EXEMPTIONS, {"tickets": list(ticket_ids)}):
            found[exemption.ticket_id].append(exemption)
    return found
