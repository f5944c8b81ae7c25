"""The ends of recalls."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model
from app.reasons import LONGEST


class RecallEnd(StrEnum):
    """How a recall ended."""

    CALLED_OFF = "called_off"
    """The person went ashore, or never was aboard."""
    SAME_PERSON = "same_person"
    """It is the person who is counted by another scan of that ticket."""
    ACCEPTED = "accepted"
    """A supervisor let the person stay, who is counted since."""


class RecallSettlement(Model):
    """The word of an officer that ends a recall: who said it, when, and of an acceptance why, with the pass it gave."""

    __tablename__ = "recall_settlement"
    __table_args__ = (
        CheckConstraint("ended IN ('called_off', 'same_person', 'accepted')", name="ended"),
        CheckConstraint("(ended = 'accepted') = (pass_id IS NOT NULL)", name="pass"),
        CheckConstraint("ended <> 'accepted' OR reason <> ''", name="reason"),
    )

    scan_id: Mapped[str] = mapped_column(ForeignKey("scan.id"), primary_key=True)
    """That of the device, which the server did not accept."""
    ended: Mapped[str] = mapped_column(String(11))
    reason: Mapped[str] = mapped_column(String(LONGEST), default="", server_default="")
    pass_id: Mapped[str | None] = mapped_column(ForeignKey("scan.id"), unique=True)
    """The scan that counts whom a supervisor accepted."""
    settled_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    settled_at: Mapped[datetime]
    settler: Mapped[User] = relationship()
