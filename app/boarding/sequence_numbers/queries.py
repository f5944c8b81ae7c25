"""Questions about sequence numbers."""

from sqlalchemy import select

from app.boarding.sequence_numbers.models import SequenceNumber
from app.db import db


def list_numbers(voyage_id: int) -> dict[int, int]:
    """The number of each ticket of the voyage that has one, by the ticket's id."""
    statement = select(SequenceNumber.ticket_id, SequenceNumber.number).where(SequenceNumber.voyage_id == voyage_id)
    return dict(db.session.execute(statement).all())
