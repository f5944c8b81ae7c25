"""The set of travel rules in force, on a ticket that a gate would let through."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from app.boarding.holders import Holder, Place
from app.boarding.models import UNDECIDED, Verdict
from app.boarding.queries import list_used
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.passenger_facts import (
    Here,
    Known,
    documents_of,
    hangs_on_others,
    judged_person,
    known_of,
    statements_of,
)
from app.booking.eligibility.persons import Person, SaidFact, list_persons
from app.booking.eligibility.voyage_facts import sailing_of
from app.booking.models import Booking
from app.db import db
from app.rules.engine.judge import Prepared, is_for, judge
from app.rules.engine.paths import tests_accepted
from app.rules.queries import PreparedSet, exemptions_of
from app.rules.sale_rules import SHARE
from app.rules.wording.vocabulary import TRUTHS, untrue_words

ASKED = (
    "identity.name_matches",
    "identity.number_matches",
    "identity.person_matches",
    "ticket.exchanged",
    "person.health_app",
    "person.doses",
    "documents",
)
"""Facts that an officer at a gate can say on the spot: no passenger need be turned away for want of them."""

VERDICTS: dict[str, tuple[Verdict, str]] = {
    "hold": (Verdict.HOLD, "rules_hold"),
    "refer": (Verdict.REFER, "rules_refer"),
    "refuse_movable": (Verdict.REFUSE, "rules_movable"),
    "refuse_void": (Verdict.REFUSE, "rules_void"),
}
"""The gate's verdict for each outcome that does not let pass, with the reason of its scan."""

YEAR_MINUTES = 525_600

_WORDS = (("title", "title"), ("officer", "sentence"), ("next", "next_step"))


@dataclass(frozen=True)
class ByRules:
    """The verdict of a set of rules on one ticket, with everything that it was found by."""

    rules: PreparedSet
    outcome: str
    reasons: list[dict[str, Any]]
    """The strongest first, each with its words for the officer in both languages."""
    facts: dict[str, Any]
    unseen: list[ShownDocument]
    """Papers that the traveler has entered and no officer has seen."""
    tests: list[tuple[str, datetime]]
    """Kinds of tests that would do where papers are asked for, and the earliest moment at which each may be taken."""
    doses: int | None
    """How often the traveler says to be vaccinated, while no officer has said it."""

    @property
    def lets_pass(self) -> bool:
        """Whether the person goes on, with or without a note."""
        return self.outcome not in VERDICTS

    @property
    def verdict(self) -> tuple[Verdict, str]:
        """Verdict and reason of a scan that does not let pass."""
        if self.outcome == "hold" and all(_is_asked(r) for r in self.reasons if r["outcome"] == "hold"):
            return Verdict.HOLD, UNDECIDED
        return VERDICTS[self.outcome]

    @property
    def keeps_the_hour(self) -> bool:
        """Whether a rule that looks at the clock is not met: it is too early or too late by that rule."""
        clock = {rule.rule["code"] for rule in self._by_the_clock()}
        return any(reason["why"] == "failed" and reason["rule"] in clock for reason in self.reasons)

    @property
    def open_now(self) -> bool:
        """Whether the rules say from when people may enter here, and that it is time, or that this one is excepted."""
        return not self.keeps_the_hour and self._would_fail_long_before()

    def _by_the_clock(self) -> list[Prepared]:
        return [
            rule for rule in self.rules.prepared if "voyage.minutes_to_departure" in rule.looks_at
            and is_for(rule, self.facts)
        ]  # fmt: skip

    def _would_fail_long_before(self) -> bool:
        """Whether one of them has a first minute: a year before the departure it would not be met."""
        voyage = self.facts["voyage"]
        if "minutes_to_departure" not in voyage or voyage["minutes_to_departure"] <= 0:
            return False
        long_before = {**voyage, "minutes_to_departure": YEAR_MINUTES, "terminal_opened": False}
        then = judge(self._by_the_clock(), {**self.facts, "voyage": long_before})
        return any(reason["why"] == "failed" for reason in then["reasons"])


def asks(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """The facts that an officer still has to say before this person may pass, in the order in which they are asked."""
    wanted = {reason["fact"] for reason in reasons if _is_asked(reason) and reason["outcome"] != "note"}
    return [fact for fact in ASKED if fact in wanted]


def denied(facts: Mapping[str, Any]) -> list[str]:
    """The facts that an officer can say on the spot and that are known not to be so."""
    found = []
    for fact in ASKED:
        group, _, name = fact.partition(".")
        told = facts.get(group)
        if isinstance(told, Mapping) and told.get(name) is False:
            found.append(fact)
    return found


def _is_asked(reason: Mapping[str, Any]) -> bool:
    return reason["why"] == "missing" and reason["fact"] in ASKED


@dataclass(frozen=True)
class Loaded:
    """Everything that the rules may look at, of one person or of all who travel on a booking."""

    party: Sequence[Person] | None
    """None where only one person was asked about, on whom alone the verdict hangs."""
    known: Known
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]]


def load(holder: Holder, place: Place, said: Sequence[SaidFact] = ()) -> Loaded:
    """Read what is known of the holder, and of those who travel along where the rules here would look at them.

    `said` is what is being said now, and not written yet. No query where nothing was ever said, shown or granted, and
    none about others where nothing hangs on them: then at most three, else five.
    """
    rules = place.sailing.rules
    if rules is None:
        return Loaded(None, Known({}, {}), {})
    if hangs_on_others(holder.person, place.sailing.day, rules.at(place.stage)):
        return load_party(holder, place, said)
    ids, now = [holder.passenger_id], place.now
    known = Known(
        _with(statements_of(ids, now) if holder.said else {}, said), documents_of(ids, now) if holder.shown else {}
    )
    exemptions = granted([holder.ticket_id], now) if holder.exempted else {}
    return Loaded([holder.person] if holder.party == 1 else None, known, exemptions)


def load_party(holder: Holder, place: Place, said: Sequence[SaidFact] = ()) -> Loaded:
    """Read what is known of all who travel on the holder's booking; four queries. `said` as for `load`."""
    party = list_persons(holder.booking_id)
    if holder.person not in party:
        party = [holder.person]
    known = known_of((person.id for person in party), place.now)
    tickets = [person.ticket_id for person in party if person.ticket_id is not None]
    return Loaded(party, Known(_with(known.statements, said), known.documents), granted(tickets, place.now))


def _with(
    known: Mapping[int, Mapping[str, SaidFact]], said: Sequence[SaidFact]
) -> Mapping[int, Mapping[str, SaidFact]]:
    """Add to what is known that which an officer says now."""
    found = {passenger_id: dict(statements) for passenger_id, statements in known.items()}
    for one in said:
        found.setdefault(one.passenger_id, {})[one.fact] = one
    return found


def granted(ticket_ids: Sequence[int], now: datetime) -> dict[int, list[dict[str, Any]]]:
    """The exemptions of these tickets that stood at `now`, by ticket id, as the judge takes them; one query."""
    return {
        ticket_id: [one.for_judging for one in exemptions if one.granted_at <= now]
        for ticket_id, exemptions in exemptions_of(ticket_ids).items()
    }


def judge_by_rules(holder: Holder, place: Place, loaded: Loaded) -> ByRules | None:
    """Judge the holder's ticket at that place by the set in force when the ship sets out; None without a set.

    By what was known at that moment. A sale is told the same set: a circular is for who sails on its days, so that on
    the evening before another may be in force already, or still.

    No query, but for those who go along where it hangs on them, and for the share of the places where a rule of the
    gates looks at it.
    """
    rules, known = place.sailing.rules, loaded.known
    if rules is None:
        return None
    judging = rules.at(place.stage)
    here = _here(holder, place, judging, loaded)
    found = judged_person(holder.person, loaded.party, holder.booked(place), here, known, judging, loaded.exemptions)
    reasons = with_words(found.verdict["reasons"], rules)
    unseen = [paper for paper in known.documents.get(holder.passenger_id, ()) if paper.seen_at is None]
    doses = known.statements.get(holder.passenger_id, {}).get("person.doses")
    said = doses.value if doses is not None and doses.said_by is None else None
    tests = _tests_that_do(reasons, rules, place.planned or place.sailing.departs_at, place.now)
    return ByRules(rules, found.verdict["outcome"], reasons, found.facts, unseen, tests, said)


def _here(holder: Holder, place: Place, rules: Sequence[Prepared], loaded: Loaded) -> Here:
    sailing, stage, now = place.sailing, place.stage, place.now
    if any(SHARE in rule.looks_at for rule in rules):
        booking = db.session.get_one(Booking, holder.booking_id)
        sailing = replace(sailing, share=sailing_of(booking, now).share)
    passed: Collection[int] = ()
    if loaded.party is not None and hangs_on_others(holder.person, sailing.day, rules):
        tickets = [person.ticket_id for person in loaded.party if person.ticket_id is not None]
        passed = list_used(tickets, stage, now)
    return Here(
        stage,
        now,
        sailing,
        this_voyage=holder.voyage_id == place.voyage_id,
        this_port=holder.from_call_id == place.call_id,
        passed=passed,
        used_here=False,
        terminal_opened=place.opened_at is not None and place.opened_at <= now,
        souls_aboard=place.aboard,
        ceiling=place.ceiling,
    )


def _tests_that_do(
    reasons: Sequence[Mapping[str, Any]], rules: PreparedSet, leaves: datetime | None, now: datetime
) -> list[tuple[str, datetime]]:
    """The negative tests that every rule takes that asks for papers; none where no departure is known."""
    logics = {rule["code"]: rule["logic"] for rule in rules.rules}
    asking = [one["rule"] for one in reasons if _is_asked(one) and one["fact"] == "documents"]
    limits = [dict(tests_accepted(logics[code])) for code in asking if code in logics]
    if leaves is None or not limits:
        return []
    kinds = [kind for kind in limits[0] if all(kind in one for one in limits)]
    since = [(kind, leaves - timedelta(minutes=min(one[kind] for one in limits))) for kind in kinds]
    return [(kind, moment) for kind, moment in since if moment <= now]


def with_words(reasons: Sequence[Mapping[str, Any]], rules: PreparedSet) -> list[dict[str, Any]]:
    """The reasons with what the officer is told of each; one that no rule gave has only its code."""
    by_code = {rule["code"]: rule for rule in rules.rules}
    said = []
    for reason in reasons:
        rule = by_code.get(reason["rule"], {})
        words = {name: rule[key] for key, name in _WORDS if rule.get(key)}
        said.append({**reason, **words, **_of_a_failure(reason, rule)})
    return said


def _of_a_failure(reason: Mapping[str, Any], rule: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the officer what to look at where a rule asks for one truth, and who may exempt from it."""
    if reason["why"] != "failed":
        return {}
    told: dict[str, Any] = {}
    logic = rule.get("logic")
    if isinstance(logic, dict) and logic.get("var") in TRUTHS:
        told["found"] = untrue_words(logic["var"])
    if rule.get("exemption"):
        told["exempt_by"] = rule["exemption"]["by"]
    return told


def without_words(reasons: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reasons as the judge gave them."""
    words = {"found", "exempt_by", *(name for _, name in _WORDS)}
    return [{key: value for key, value in reason.items() if key not in words} for reason in reasons]
