"""The steps off of passengers who were aboard."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.boarding.models import Scan
from app.booking.models import Ticket
from app.db import Model

IS_OPEN = "returned_id IS NULL"
"""Steps off of which nobody has come back, for the tables."""


class StepOff(Model):
    """A passenger who was aboard went ashore at a call before the end of the journey, until the return."""

    __tablename__ = "step_off"
    __table_args__ = (
        CheckConstraint("(returned_id IS NULL) = (returned_at IS NULL)", name="returned"),
        CheckConstraint("returned_at >= at", name="order"),
        # A ticket is aboard or ashore: who is ashore steps off again only after having come back.
        Index(
            "uq_step_off_one_open",
            "ticket_id",
            unique=True,
            postgresql_where=text(IS_OPEN),
            sqlite_where=text(IS_OPEN),
        ),
        Index(None, "departure_id"),
    )

    scan_id: Mapped[str] = mapped_column(ForeignKey("scan.id"), primary_key=True)
    """The scan of the ticket on the way out."""
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"))
    """That of the call where the ship lies."""
    at: Mapped[datetime]
    returned_id: Mapped[str | None] = mapped_column(ForeignKey("scan.id"), unique=True)
    """The scan with which the passenger came aboard again."""
    returned_at: Mapped[datetime | None]
    scan: Mapped[Scan] = relationship(foreign_keys=[scan_id])
    ticket: Mapped[Ticket] = relationship()
