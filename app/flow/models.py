"""Seasons, and what the sources counted."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.schedule.models import Port


class Season(Model):
    """A named window of days around a feast day H at one port; days are H-15 ... H ... H+15."""

    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    port_id: Mapped[int] = mapped_column(ForeignKey("port.id"))
    feast_day: Mapped[date]
    first_day: Mapped[date]
    last_day: Mapped[date]
    shifted_days: Mapped[int] = mapped_column(default=0)
    """How far a demonstration moved it from its documented days."""
    port: Mapped[Port] = relationship(lazy="joined", innerjoin=True)

    def offset(self, day: date) -> str:
        """`H-11`, `H` or `H+4`."""
        days = (day - self.feast_day).days
        return "H" if days == 0 else f"H{days:+d}"


class DocumentedCount(Model):
    """What a source counted on one voyage of a timetable; what Dermaga counts is compared with it."""

    __tablename__ = "documented_count"

    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"), primary_key=True, autoincrement=False)
    passengers_on: Mapped[int | None]
    passengers_off: Mapped[int | None]
    vehicles_4w: Mapped[int | None]
    motorcycles: Mapped[int | None]
    tickets_remaining: Mapped[int | None]
    source_url: Mapped[str] = mapped_column(String(400))
    note: Mapped[str] = mapped_column(String(600), default="")
