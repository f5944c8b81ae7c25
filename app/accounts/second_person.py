"""Whether somebody may be the second of two persons: independent of the first, and known for a day."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import RESETS, User, UserChange
from app.db import db
from app.errors import Refusal

KNOWN_FOR = timedelta(days=1)
"""How long the second person's account must have been there; the tables say the same (migration 0026)."""


def require_second_person(second: User, first_ids: Collection[int | None], now: datetime) -> None:
    """Refuse a second person who is one of the first, is too new, or was made or reset by one of the first.

    Raises Refusal `second_person_same`, `second_person_new` or `second_person_made`, all 403.
    """
    first = {number for number in first_ids if number is not None}
    if second.id in first:
        raise Refusal("second_person_same", 403)
    if second.created_at > now - KNOWN_FOR:
        raise Refusal("second_person_new", 403, since=second.created_at.isoformat())
    made = db.session.scalar(
        select(UserChange)
        .where(UserChange.user_id == second.id, UserChange.by_id.in_(first), UserChange.kind.in_(RESETS))
        .order_by(UserChange.id.desc())
        .limit(1)
    )
    if made is not None:
        raise Refusal("second_person_made", 403, at=made.at.isoformat())


def find_maker(user_id: int) -> User | None:
    """The user who made that account; None for one made at the command line, or before this was written down."""
    made = select(UserChange.by_id).where(UserChange.user_id == user_id, UserChange.kind == "created")
    return db.session.scalar(select(User).where(User.id == made.scalar_subquery()))
