"""Questions about people who have stepped off."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.boarding.step_offs.models import StepOff
from app.booking.models import Ticket
from app.db import db


def list_ashore(departure_id: int) -> list[StepOff]:
    """Those who have stepped off at this departure and not come back, the first to have left first; one query."""
    statement = (
        select(StepOff)
        .where(StepOff.departure_id == departure_id, StepOff.returned_id.is_(None))
        .options(joinedload(StepOff.ticket, innerjoin=True).joinedload(Ticket.passenger, innerjoin=True))
        .order_by(StepOff.at, StepOff.scan_id)
    )
    return list(db.session.scalars(statement))
