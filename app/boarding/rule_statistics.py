"""Count what rules did at the gates on past days, and what another set would have done, from the kept scans."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.boarding.models import MOMENT, UNDECIDED, Scan
from app.db import db
from app.errors import Refusal
from app.rules.engine.certlogic import look_up
from app.rules.engine.judge import Prepared, judge
from app.rules.queries import exemptions_of

Reason = Mapping[str, Any]

KINDS = {
    "pass": "pass",
    "note": "pass",
    "hold": "hold",
    "refer": "hold",
    "refuse_movable": "refuse",
    "refuse_void": "refuse",
}
"""The meaning of an outcome at the gate: goes on, has something to put right, is turned away."""

SCANS_MAX = 5_000
"""So many are judged again at once, which keeps a worker busy for a few seconds."""

ORDER = ("pass", "hold", "refuse")

UNKNOWN = "unknown"
"""The answer where another set asks for facts that were not asked for then."""


@dataclass
class RuleCount:
    """How often one rule kept somebody back, and how many people it was."""

    code: str
    title: Mapping[str, str] | None = None
    """As it was called at the last of these scans."""
    refused: int = 0
    held: int = 0
    tickets: set[int | None] = field(default_factory=set)

    @property
    def people(self) -> int:
        """How many tickets."""
        return len(self.tickets)


def count_by_rule(start: datetime, end: datetime) -> list[RuleCount]:
    """Every rule that kept somebody back in that time, the most frequent first.

    A scan at which the officer still had something to compare is not counted.
    """
    statement = (
        select(Scan.ticket_id, Scan.reasons)
        .where(
            Scan.received_at >= start,
            Scan.received_at < end,
            Scan.outcome.not_in(("pass", "note")),
            Scan.reason != UNDECIDED,
        )
        .order_by(Scan.received_at)
    )
    found: dict[str, RuleCount] = {}
    for ticket_id, reasons in db.session.execute(statement):
        for reason in _hindrances(reasons or ()):
            counted = found.setdefault(reason["rule"], RuleCount(reason["rule"]))
            counted.title = reason.get("title") or counted.title
            counted.tickets.add(ticket_id)
            if KINDS[reason["outcome"]] == "refuse":
                counted.refused += 1
            else:
                counted.held += 1
    return sorted(found.values(), key=lambda one: (-one.refused - one.held, one.code))


@dataclass
class Turn:
    """People for whom another set would have ended otherwise: how it was, how it would have been, and why."""

    before: str
    after: str
    people: int = 0
    why: Counter[str] = field(default_factory=Counter)
    """Codes of the rules that would have kept them back or were not known to be met, or that would no longer."""

    @property
    def unknown(self) -> bool:
        """Whether nobody can say, as facts were not asked for."""
        return self.after == UNKNOWN

    @property
    def worse(self) -> bool:
        """Whether they would for sure have been kept back more than they were."""
        return not self.unknown and ORDER.index(self.after) > ORDER.index(self.before)

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Its place in the order of being told: the worst first, what nobody can say last."""
        return self.unknown, not self.worse, -(*ORDER, UNKNOWN).index(self.after), self.before

    def count(self, was: Sequence[Reason], would: Sequence[Reason]) -> None:
        """Count one person, by the reasons of then and those of now."""
        self.people += 1
        now = [reason for reason in would if (reason["why"] == "missing") == self.unknown]
        self.why.update({reason["rule"] for reason in _hindrances(now if self.worse or self.unknown else was)})


@dataclass(frozen=True)
class Again:
    """A set judged on past days: of how many, and for whom its answer differs. `counts` by kind."""

    people: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    turns: list[Turn]
    as_of: str
    """The day of sailing that earlier ones were judged as, on which the last of the rules begins; empty for none."""
    ended: list[str]
    """Codes of the rules that were not looked at for everybody, as their last day is over."""


def judge_again(rules: Sequence[Prepared], start: datetime, end: datetime) -> Again:
    """Judge again by these rules whoever was judged in that time, each by their last scan at each stage.

    By the facts as they were kept; so a companion's verdict stays the one of then. Only the day of sailing moves on to
    that on which the last of the rules begins: what is tried is mostly not in force yet. Two queries. Raises Refusal
    `too_many_scans`.
    """
    scans = list(_last_judged(start, end))
    granted = exemptions_of({scan.ticket_id for scan in scans if scan.ticket_id is not None})
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    turns: dict[tuple[str, str], Turn] = {}
    begun = max((rule.rule.get("valid_from") or "" for rule in rules), default="")
    days = set()
    for scan in scans:
        exemptions = [one.for_judging for one in granted.get(scan.ticket_id, ()) if one.granted_at <= scan.moment]
        facts = _begun(scan.facts, begun)
        days.add((look_up("voyage.day", scan.facts), look_up("voyage.day", facts)))
        verdict = judge(rules, facts, exemptions)
        was = KINDS[scan.outcome]
        would = _kind_again(was, verdict)
        before[was] += 1
        after[would] += 1
        if was == would:
            continue
        turns.setdefault((was, would), Turn(was, would)).count(scan.reasons or (), verdict["reasons"])
    ordered = sorted(turns.values(), key=lambda turn: turn.rank)
    as_of = begun if any(was != day for was, day in days) else ""
    last = max((day for _was, day in days if day), default="")
    ended = [rule.rule["code"] for rule in rules if (rule.rule.get("valid_to") or last) < last]
    return Again(len(scans), before, after, ordered, as_of, ended)


def _kind_again(was: str, verdict: Mapping[str, Any]) -> str:
    """The kind of a verdict, or UNKNOWN where only what was not known then makes it another one than it was."""
    would = KINDS[verdict["outcome"]]
    known = [KINDS[reason["outcome"]] for reason in verdict["reasons"] if reason["why"] != "missing"]
    sure = max(known, key=ORDER.index, default="pass")
    if would in (was, sure):
        return would
    return sure if ORDER.index(sure) > ORDER.index(was) else UNKNOWN


def _begun(facts: Any, begun: str) -> Any:
    day = look_up("voyage.day", facts)
    if not isinstance(day, str) or day >= begun:
        return facts
    return {**facts, "voyage": {**facts["voyage"], "day": begun}}


def _last_judged(start: datetime, end: datetime) -> Iterator[Any]:
    statement = (
        select(Scan.ticket_id, Scan.stage, Scan.outcome, Scan.reasons, Scan.facts, MOMENT.label("moment"))
        .where(Scan.received_at >= start, Scan.received_at < end, Scan.outcome.is_not(None))
        .order_by(Scan.received_at)
        .limit(SCANS_MAX + 1)
    )
    rows = db.session.execute(statement).all()
    if len(rows) > SCANS_MAX:
        raise Refusal("too_many_scans", field="sampai", maximum=SCANS_MAX)
    last: dict[tuple[int | None, str], Any] = {}
    for row in rows:
        last[row.ticket_id, row.stage] = row
    yield from last.values()


def _hindrances(reasons: Sequence[Reason]) -> list[Reason]:
    return [reason for reason in reasons if KINDS[reason["outcome"]] != "pass"]
