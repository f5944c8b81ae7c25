"""Check that a user may be the second of two persons: not in the hand of the first, and known for a day."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import RESETS, Account, User, UserChange
from app.db import db
from app.errors import Refusal

KNOWN_FOR = timedelta(days=1)
"""How long the second person's account must have been there; the tables say the same (migrations 0026 and 0047)."""


def require_second_person(second: Account, first_ids: Collection[int | None], now: datetime) -> None:
    """Refuse a second person who is one of the first, is too new, or is in one hand with one of the first.

    In somebody's hand are accounts that they made or reset, and those that such accounts made or reset in turn. Two
    accounts that a third person made are two people. Raises Refusal `second_person_same`, `second_person_new`,
    `second_person_made` (by one of the first) or `second_person_maker` (of one of the first), all 403.
    """
    first = {number for number in first_ids if number is not None}
    if second.id in first:
        raise Refusal("second_person_same")
    if second.created_at > now - KNOWN_FOR:
        raise Refusal("second_person_new", since=second.created_at.isoformat())
    chain = find_chain(second.id, first)
    if chain:
        raise Refusal("second_person_made", at=chain[0].at.isoformat(), chain=[c.user.username for c in chain])
    if any(find_chain(number, [second.id]) for number in first):
        raise Refusal("second_person_maker")


def find_chain(user_id: int, first_ids: Collection[int]) -> list[UserChange]:
    """The changes by which the account came into the hand of one of `first_ids`, the nearest first; else nothing."""
    led: dict[int, UserChange | None] = {user_id: None}
    level = [user_id]
    while level:
        changes = select(UserChange).where(UserChange.user_id.in_(level), UserChange.kind.in_(RESETS))
        level = []
        for change in db.session.scalars(changes.order_by(UserChange.id.desc())):
            if change.by_id in first_ids:
                return _back_from(change, led)
            if change.by_id is not None and change.by_id not in led:
                led[change.by_id] = change
                level.append(change.by_id)
    return []


def _back_from(change: UserChange, led: dict[int, UserChange | None]) -> list[UserChange]:
    """From the change by one of the first back to the account that was asked about; the nearest to it first."""
    chain: list[UserChange] = []
    step: UserChange | None = change
    while step is not None:
        chain.append(step)
        step = led[step.user_id]
    return chain[::-1]


def list_makers(user_id: int) -> list[User]:
    """The user who made that account, who made theirs, and so on; it ends at the command line."""
    makers: list[User] = []
    while True:
        made = select(UserChange.by_id).where(UserChange.user_id == user_id, UserChange.kind == "created")
        maker = db.session.scalar(select(User).where(User.id == made.scalar_subquery()))
        if maker is None:
            return makers
        makers.append(maker)
        user_id = maker.id
