"""Counts of the sources, and the voyages that were deleted."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model


class DocumentedCount(Model):
    """A count of a source on one voyage of a timetable; what Dermaga counts is compared with it."""

    __tablename__ = "documented_count"

    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"), primary_key=True, autoincrement=False)
    passengers_on: Mapped[int | None]
    passengers_off: Mapped[int | None]
    vehicles_4w: Mapped[int | None]
    motorcycles: Mapped[int | None]
    tickets_remaining: Mapped[int | None]
    source_url: Mapped[str] = mapped_column(String(400))
    note: Mapped[str] = mapped_column(String(600), default="")


class VoyageDeletion(Model):
    """The trace of a voyage that was deleted before anybody booked on it."""

    __tablename__ = "voyage_deletion"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(160))
    ship_name: Mapped[str] = mapped_column(String(60))
    route: Mapped[str] = mapped_column(String(400))
    day: Mapped[date | None]
    """The local day of its first departure, as it was."""
    deleted_at: Mapped[datetime]
    deleted_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
