"""Number the tickets of a voyage."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class SequenceNumber(Model):
    """The number of a ticket on its voyage: its bit in what a phone tells another one. It is never used again."""

    __tablename__ = "sequence_number"
    __table_args__ = (CheckConstraint("number >= 0", name="number"),)

    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
