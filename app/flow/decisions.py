"""All that waits for a person's decision, in one list: ships, people without a way out, and drafts of rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.accounts.models import Account
from app.boarding.models import DepartureStep
from app.flow.departure_rows import DepartureRow, Need
from app.rules.models import RuleSet
from app.rules.queries import list_drafts_for

_GRAVITY = list(Need)


@dataclass(frozen=True)
class Decision:
    """One thing to be decided: about a departure, for a reason, or about a draft that was proposed."""

    need: Need | None = None
    row: DepartureRow | None = None
    draft: RuleSet | None = None
    request: DepartureStep | None = None
    """The steps that wait for a second person, or for their moment."""


def list_decisions(
    rows: Iterable[DepartureRow], reader: Account, requests: Iterable[DepartureStep] = ()
) -> list[Decision]:
    """List what the reader must decide, the gravest first; drafts that the reader may approve come last.

    `requests` that wait come first, each once however many departures its voyage has.
    """
    found = [Decision(need, row) for row in rows for need in row.needs if need != Need.REQUESTED]
    found.sort(key=lambda one: _GRAVITY.index(one.need) if one.need else 0)
    found = [Decision(request=request) for request in requests] + found
    return found + [Decision(draft=draft) for draft in list_drafts_for(reader)]
