"""Nouns of the waiting list."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.booking.models import Booking, new_booking_code
from app.db import Model
from app.idempotency import DIGEST_LENGTH

GROUPS_IN_A_TURN = 4
"""So many groups from one address wait in each turn; those beyond come after the next groups of all the others."""

CHOICES_MAX = 5
"""So many voyages may one group wait for at once."""


class WaitingState(StrEnum):
    """Where somebody on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    """Places are held for them until the offer's end; taken up by naming who travels."""
    SERVED = "served"
    """The offer became a confirmed booking."""
    LAPSED = "lapsed"
    """The last voyage that they would have taken has closed, or too many offers ended unused."""
    WITHDRAWN = "withdrawn"


class WaitingEntry(Model):
    """A group that waits for places on one or several voyages, in the order of turns and of its coming."""

    __tablename__ = "waiting_entry"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'offered', 'served', 'lapsed', 'withdrawn')", name="state"),
        CheckConstraint("places BETWEEN 1 AND 8", name="places"),
        CheckConstraint("infants >= 0 AND infants <= places AND places + infants <= 8", name="infants"),
        CheckConstraint("(state IN ('offered', 'served')) = (booking_id IS NOT NULL)", name="offer"),
        Index(
            "ix_waiting_entry_waits",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Also the order within a turn: the lower one came first."""
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often as many groups as make a turn waited from the same address when it came."""
    asker: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """From which address it came, as a keyed hash; empty for an officer's."""
    code: Mapped[str] = mapped_column(String(8), unique=True, default=new_booking_code)
    request_id: Mapped[str] = mapped_column(String(36), unique=True)
    question: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="", server_default="")
    """Digest of what was asked under `request_id`, besides the phone."""
    phone: Mapped[str] = mapped_column(String(16))
    places: Mapped[int]
    infants: Mapped[int] = mapped_column(default=0)
    partial: Mapped[bool] = mapped_column(default=False)
    """Fewer places than wanted are welcome too; else all or none."""
    standby: Mapped[bool] = mapped_column(default=False)
    """At the port already: wants what no-shows leave at the cut-off."""
    state: Mapped[str] = mapped_column(String(10), default=WaitingState.WAITING)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    """The places offered; an offer that ended unused leaves it empty again, and the group its position."""
    aside_until: Mapped[datetime | None]
    """Until when free places are set aside for it while it is the first, though they are not enough for all of it."""
    offers: Mapped[int] = mapped_column(default=0)
    """How many offers were made."""
    booking: Mapped[Booking | None] = relationship()
    choices: Mapped[list["WaitingChoice"]] = relationship(
        back_populates="entry", order_by="WaitingChoice.rank", cascade="all, delete-orphan", lazy="selectin"
    )


class WaitingChoice(Model):
    """One journey and class that a waiting group would take, the dearest wish first."""

    __tablename__ = "waiting_choice"
    __table_args__ = (
        UniqueConstraint("entry_id", "rank"),
        UniqueConstraint("entry_id", "from_call_id", "to_call_id", "fare_class_id", name="uq_waiting_choice_once"),
        Index(None, "voyage_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("waiting_entry.id"))
    rank: Mapped[int]
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"))
    from_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    to_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    entry: Mapped[WaitingEntry] = relationship(back_populates="choices")
