"""Hold for each device the souls that it may let aboard without asking."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class BoardingShare(Model):
    """The places below the ceiling of a departure that one device may fill without asking."""

    __tablename__ = "boarding_share"
    __table_args__ = (CheckConstraint("places >= 0", name="places"),)

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"), primary_key=True, autoincrement=False)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True, autoincrement=False)
    places: Mapped[int]
    """It holds them until it is heard of again, or revoked: meanwhile it may have filled them all."""
    granted_at: Mapped[datetime]
