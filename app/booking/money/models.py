"""Nouns of the money: refunds and receipts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.booking.models import Booking, Passenger
from app.db import Model
from app.seats.models import Channel


class Refund(Model):
    """Money that is owed back for one passenger who does not travel, and when it was paid."""

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("amount_idr >= 0", name="amount"),
        CheckConstraint("(paid_at IS NULL) = (paid_by IS NULL)", name="paid_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    """The passenger's state, or the displacement's cause."""
    percent: Mapped[int | None]
    """Of the fare; empty where the operator's terms are not documented and its counter decides."""
    amount_idr: Mapped[int | None]
    """Empty where fare or share is not documented."""
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    booking: Mapped[Booking] = relationship()
    passenger: Mapped[Passenger] = relationship()


class Receipt(Model):
    """Money that an officer took at the counter, or paid back there, line by line as it was at that moment."""

    __table_args__ = (
        CheckConstraint("kind IN ('taken', 'paid_back')", name="kind"),
        CheckConstraint("amount_idr >= 0", name="amount"),
        CheckConstraint("(kind = 'paid_back') = (refund_id IS NOT NULL)", name="refund"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Also the receipt's number."""
    kind: Mapped[str] = mapped_column(String(10))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    amount_idr: Mapped[int | None]
    """Empty where the fare is not published, and the officer asked the operator."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Its lines: `who` (adult, infant, vehicle, difference, refund, all), `count`, `each` in rupiah; no names."""
    at: Mapped[datetime]
    booking: Mapped[Booking] = relationship()
    channel: Mapped[Channel] = relationship()
    officer: Mapped[User] = relationship()

    @property
    def known_idr(self) -> int | None:
        """Rupiah as far as fares are published; None where none is."""
        known = [line["count"] * line["each"] for line in self.lines if line["each"] is not None]
        return self.amount_idr if self.amount_idr is not None else sum(known) if known else None

    @property
    def unpriced(self) -> list[dict[str, Any]]:
        """The lines that are not in it, since nobody has published their fare."""
        return [] if self.amount_idr is not None else [line for line in self.lines if line["each"] is None]
