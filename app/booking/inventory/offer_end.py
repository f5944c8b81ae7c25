"""End an offer to a waiting group, inside the running transaction: taken up, or not."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Boolean, bindparam, case, or_, update

from app.booking.waitlist.models import WaitingEntry, WaitingState
from app.db import db

OFFERS_MAX = 3
"""So many offers may end unused; then the group has lapsed, for the places are wanted by those behind it."""

OFFER_MARK = "offer-"
"""How the `request_id` of every booking begins that was made as an offer."""


def offer_key(entry_id: int, number: int) -> str:
    """The `request_id` of a booking that is the entry's offer of that number; no visitor's request can have it."""
    return f"{OFFER_MARK}{entry_id}-{number}"


def is_offer(request_id: str) -> bool:
    """Whether a booking was made as an offer: only for those is the waiting list looked at."""
    return request_id.startswith(OFFER_MARK)


def entry_of(request_id: str) -> int:
    """The id of the entry that an offer was made to, by the offer's `request_id`."""
    return int(request_id.removeprefix(OFFER_MARK).partition("-")[0])


def end_unused(booking_ids: Iterable[int], now: datetime, *, taken_away: bool = False) -> Sequence[int]:
    """These bookings, offers that nobody took up, are held no more: their groups wait again where they stood.

    After OFFERS_MAX of them a group has lapsed, but not by one that the office has `taken_away`: it could not help
    that. Returns the ids of the entries.
    """
    ids = sorted(booking_ids)
    if not ids:
        return []
    ended = {"bookings": ids, "now": now, "lapses": not taken_away}
    return db.session.connection().execute(_UNUSED, ended).scalars().all()


def end_used(booking_id: int, request_id: str, now: datetime) -> None:
    """The offer has become a confirmed booking: its group waits no more, nor does one whose offer was only noted."""
    used = {"booking": booking_id, "entry": entry_of(request_id), "now": now}
    db.session.connection().execute(_USED, used)


_SPENT = (WaitingEntry.offers >= OFFERS_MAX) & bindparam("lapses", type_=Boolean)
_UNUSED = (
    update(WaitingEntry)
    .where(WaitingEntry.booking_id.in_(bindparam("bookings", expanding=True)))
    .where(WaitingEntry.state == WaitingState.OFFERED)
    .values(
        state=case((_SPENT, WaitingState.LAPSED), else_=WaitingState.WAITING),
        ended_at=case((_SPENT, bindparam("now", type_=WaitingEntry.ended_at.type)), else_=None),
        booking_id=None,
    )
    .returning(WaitingEntry.id)
)
_USED = (
    update(WaitingEntry)
    .where(
        or_(
            (WaitingEntry.booking_id == bindparam("booking")) & (WaitingEntry.state == WaitingState.OFFERED),
            (WaitingEntry.id == bindparam("entry")) & (WaitingEntry.state == WaitingState.WAITING),
        )
    )
    .values(state=WaitingState.SERVED, ended_at=bindparam("now"), booking_id=bindparam("booking"))
)
