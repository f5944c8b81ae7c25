"""What the sources counted."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


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
