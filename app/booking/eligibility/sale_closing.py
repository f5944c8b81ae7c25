"""Close the sale of a journey where travel rules say so, whoever travels: sold now or not, and until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app import config
from app.booking.eligibility.statements import for_want_of
from app.booking.eligibility.voyage_facts import SALE, Sailing
from app.booking.models import sale_ends
from app.errors import Refusal
from app.rules.sale_rules import PARTY, concerning, last_minute, refusing


class ClosedByRule(Refusal):
    """A rule refuses to sell this journey now. Its sentence and next step stand in the details, in both languages."""

    def __init__(self, rule: Mapping[str, Any]) -> None:
        super().__init__("closed_by_rule", **words_of(rule))


def words_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Take from a rule what a refusal by it tells: its code, its sentence and the next step."""
    return {"rule": rule["code"], "sentence": rule["traveler"], "next": rule["next"]}


def closing_rule(
    sailing: Sailing, to_port: str, now: datetime, known: Mapping[str, Any], party: int | None = None
) -> Mapping[str, Any] | None:
    """Find the rule that refuses to sell this journey now, or None. `known` are more facts of it: its `class`.

    Where nobody has said how many travel, that refuses nothing; a fact that is not known, where the rule says so.
    """
    rules = sailing.rules
    if rules is None or not rules.closing:
        return None
    facts = sailing.facts(SALE, now, to_port, **known)
    here = concerning(rules.closing, facts)
    unasked = (PARTY,) if party is None else ()
    found = refusing(here, {**facts, "ticket": {"party": party}}, unasked) if here else None
    return for_want_of(*found) if found else None


def closes_at(sailing: Sailing, to_port: str, now: datetime) -> datetime | None:
    """Tell when the sale of this journey ends, by the rules and by Dermaga's own minutes; None without a departure."""
    ends, rules = sale_ends(sailing.departs_at), sailing.rules
    if ends is None or sailing.departs_at is None or not sailing.time_known or rules is None:
        return ends
    facts = sailing.facts(SALE, now, to_port)
    here = concerning(rules.closing, facts)
    least = config.current().sale_closes_minutes
    minutes = last_minute(here, facts, least) if here else least
    return ends if minutes is None else sailing.departs_at - timedelta(minutes=minutes)
