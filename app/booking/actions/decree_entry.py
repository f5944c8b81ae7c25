"""Enter and withdraw a decree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app import clock, outbox
from app.accounts.queries import get_user
from app.booking.eligibility.decrees import LEVELS, get_decree
from app.db import action, db, get_or_refuse
from app.errors import Refusal
from app.events import PlacesChanged
from app.schedule.days import earliest_day
from app.schedule.models import Port, PortCall
from app.seats.models import Decree


@dataclass(frozen=True)
class Entered:
    """A decree as it was entered, and the voyages whose places it changes."""

    decree: Decree
    voyage_ids: Sequence[int]


@action
def enter_decree(
    level: int,
    valid_from: date,
    valid_to: date | None,
    letter: str,
    user_id: int,
    port_id: int | None = None,
    source_url: str = "",
) -> Entered:
    """Let a level be in force for who sets out on these days from the port (None: from every port).

    The same decree a second time is the same one. Raises NotFound `port_not_found`; Refusal `ppkm_level`, `valid_to`
    (ends before it begins), `letter` without its number.
    """
    if level not in LEVELS:
        raise Refusal("ppkm_level", field="level")
    if valid_to is not None and valid_to < valid_from:
        raise Refusal("valid_to", field="valid_to")
    if not letter.strip():
        raise Refusal("letter", field="letter")
    if port_id is not None:
        get_or_refuse(Port, port_id, "port_not_found")
    user = get_user(user_id)
    told = {
        "level": level, "port_id": port_id, "valid_from": valid_from, "valid_to": valid_to, "letter": letter.strip(),
    }  # fmt: skip
    same = db.session.scalar(select(Decree).filter_by(**told, withdrawn_at=None).limit(1))
    if same is not None:
        return Entered(same, [])
    decree = Decree(**told, source_url=source_url.strip(), entered_by=user.id, entered_at=clock.now())
    db.session.add(decree)
    db.session.flush()
    return Entered(decree, _announce(decree))


@action
def withdraw_decree(decree_id: int, user_id: int) -> Entered:
    """The decree holds no more, from now on. A second time nothing more happens. Raises NotFound `decree_not_found`."""
    decree = get_decree(decree_id)
    user = get_user(user_id)
    if decree.withdrawn_at is not None:
        return Entered(decree, [])
    decree.withdrawn_at, decree.withdrawn_by = clock.now(), user.id
    return Entered(decree, _announce(decree))


def _announce(decree: Decree) -> list[int]:
    """Tell the screens of the voyages that it touches."""
    calls = (
        select(PortCall.voyage_id)
        .where(PortCall.day >= max(decree.valid_from, earliest_day(clock.now())))
        .distinct()
        .order_by(PortCall.voyage_id)
    )
    if decree.valid_to is not None:
        calls = calls.where(PortCall.day <= decree.valid_to)
    if decree.port_id is not None:
        calls = calls.where(PortCall.port_id == decree.port_id)
    touched = list(db.session.scalars(calls))
    for voyage_id in touched:
        outbox.record(PlacesChanged(voyage_id))
    return touched
