"""Free programmes: who opened them, until when, and for whom; the people who have a place in one.

A channel of kind `free` sells nothing by itself: only what is written here, and only while it is open.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select, update

from app import clock
from app.db import db
from app.errors import Refusal
from app.schedule.models import Leg
from app.seats.models import Allotment, FreeClaim, FreeProgramme


def find_programme(channel_id: int) -> FreeProgramme | None:
    """The programme of that channel, open or not."""
    return db.session.scalar(select(FreeProgramme).where(FreeProgramme.channel_id == channel_id))


def list_open_programmes() -> list[FreeProgramme]:
    """Those that give places now."""
    return _open(select(FreeProgramme))


def list_programmes_on(voyage_id: int) -> list[FreeProgramme]:
    """Those that give places on this voyage now, in one query."""
    here = select(Allotment.channel_id).join(Leg, Leg.id == Allotment.leg_id).where(Leg.voyage_id == voyage_id)
    return _open(select(FreeProgramme).where(FreeProgramme.channel_id.in_(here)))


def list_programmes_of(channel_ids: Collection[int]) -> list[FreeProgramme]:
    """Those of these channels that give places now; nothing is asked where there is no channel."""
    return _open(select(FreeProgramme).where(FreeProgramme.channel_id.in_(channel_ids))) if channel_ids else []


def _open(known: Select[FreeProgramme]) -> list[FreeProgramme]:
    now = clock.now()
    return [found for found in db.session.scalars(known.order_by(FreeProgramme.id)) if found.is_open(now)]


def get_open_programme(channel_id: int, now: datetime) -> FreeProgramme:
    """The programme of that channel. Raises Refusal `programme_not_open` where nobody opened one, or it is over."""
    programme = find_programme(channel_id)
    if programme is None or not programme.is_open(now):
        raise Refusal("programme_not_open", field="channel_id")
    return programme


def claim(channel_id: int, family_card: str, document_numbers: Sequence[str], now: datetime) -> None:
    """Give these persons of one family their places in the programme, inside the running transaction.

    Raises Refusal `programme_not_open`; `programme_full`, `programme_family` for more of a family than may go,
    `programme_person` for somebody who has a place on this or another voyage of the programme.
    """
    programme, wanted = get_open_programme(channel_id, now), len(document_numbers)
    room = FreeProgramme.taken + wanted <= FreeProgramme.quota
    # First of all: whoever comes second waits here, and then sees what the first has taken.
    took = db.session.execute(
        update(FreeProgramme)
        .where(FreeProgramme.id == programme.id, room)
        .values(taken=FreeProgramme.taken + wanted)
        .returning(FreeProgramme.id)
    )
    if took.first() is None:
        raise Refusal("programme_full")
    theirs = select(FreeClaim).where(FreeClaim.programme_id == programme.id)
    if db.session.scalar(theirs.where(FreeClaim.document_number.in_(document_numbers)).limit(1)):
        raise Refusal("programme_person")
    used = {row.number for row in db.session.scalars(theirs.where(FreeClaim.family_card == family_card))}
    numbers = [number for number in range(1, programme.per_family + 1) if number not in used]
    if len(numbers) < wanted:
        raise Refusal("programme_family", maximum=programme.per_family)
    for number, document_number in zip(numbers, document_numbers, strict=False):
        db.session.add(
            FreeClaim(
                programme_id=programme.id, document_number=document_number, family_card=family_card, number=number
            )
        )
    db.session.flush()


def rename_claim(channel_id: int, before: str, after: str) -> None:
    """The person of that document number has another one, inside the running transaction."""
    programme = find_programme(channel_id)
    if programme is not None:
        same = (FreeClaim.programme_id == programme.id) & (FreeClaim.document_number == before)
        db.session.execute(update(FreeClaim).where(same).values(document_number=after))


def give_back_claims(channel_id: int, document_numbers: Sequence[str]) -> None:
    """These persons do not travel with the programme: others may, inside the running transaction."""
    programme = find_programme(channel_id)
    if programme is None or not document_numbers:
        return
    gone = (
        delete(FreeClaim)
        .where(FreeClaim.programme_id == programme.id, FreeClaim.document_number.in_(document_numbers))
        .returning(FreeClaim.document_number)
    )
    fewer = len(db.session.execute(gone).all())
    db.session.execute(
        update(FreeProgramme).where(FreeProgramme.id == programme.id).values(taken=FreeProgramme.taken - fewer)
    )
