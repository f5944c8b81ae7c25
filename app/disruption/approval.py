"""Decide by whom and when a change of a whole voyage is done: by one at once, by one in minutes, or by two.

No database.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app import config
from app.boarding.models import Step
from app.disruption.plan import Cancellation, Change, Lowering, Swap
from app.schedule.models import Voyage
from app.seats.stocks import Key


class Bound(StrEnum):
    """A bound on what one person may do about a voyage."""

    AT_ONCE = "at_once"
    IN_MINUTES = "in_minutes"
    """It is done by itself after UNDO_MINUTES, in which it is taken back; a second person has it done at once."""
    TWO_PEOPLE = "two_people"


def bound_of(voyage: Voyage, change: Change, souls: int, now: datetime) -> Bound:
    """By whom it is done, when so many people would lose their places.

    At the pier at night there is one person: around its departure (AROUND_HOURS) one suffices for everything. Nothing
    that takes the places of SECOND_PERSON_SOULS or more is done at once, nor is a voyage called off: nothing brings it
    back.
    """
    few = souls < config.current().second_person_souls
    if few and not isinstance(change, Cancellation):
        return Bound.AT_ONCE
    return Bound.IN_MINUTES if few or is_around_departure(voyage, now) else Bound.TWO_PEOPLE


def is_around_departure(voyage: Voyage, now: datetime) -> bool:
    """Whether the voyage sets out within AROUND_HOURS, or should have so long ago at most."""
    leaves = [call.departs_at for call in voyage.calls if call.departs_at and call.actual_departure is None]
    around = timedelta(hours=config.current().around_hours)
    return bool(leaves) and abs(leaves[0] - now) <= around


def step_of(change: Change) -> Step:
    """Name the step of this change for the trace."""
    return {"cancelled": Step.CANCEL, "ship_swapped": Step.SWAP, "quota_lowered": Step.LOWER}[change.called]


def details_of(change: Change) -> dict[str, Any]:
    """The change as it is kept with its step, beside its reason."""
    if isinstance(change, Cancellation):
        return {"cause": change.cause}
    given = [[*key, quota] for key, quota in sorted(change.given.items())]
    return {"ship_id": change.ship_id, "given": given} if isinstance(change, Swap) else {"given": given}


def change_from(step: Step, details: Mapping[str, Any], reason: str) -> Change:
    """The change that is kept with a step."""
    if step == Step.CANCEL:
        return Cancellation(details["cause"], reason)
    given: dict[Key, int] = {(row[0], row[1], row[2]): row[3] for row in details["given"]}
    return Swap(details["ship_id"], reason, given) if step == Step.SWAP else Lowering(given, reason)
