"""Nouns of the fares."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model
from app.schedule.models import Operator, Port

PASSENGER_TYPES = ("adult", "child", "infant")
PERCENT_LEAST = -99
"""One more off would make a place free: that is a free programme, with a sponsor, and no fare."""


def least_amount(passenger_type: str) -> int:
    """The lowest fare in rupiah: only infants may travel for nothing."""
    return 0 if passenger_type == "infant" else 1


class Tariff(Model):
    """The price of a place on a day, for whom: an amount, or a per cent of the operator's base amount."""

    __table_args__ = (
        CheckConstraint("passenger_type IN ('adult', 'child', 'infant')", name="passenger_type"),
        CheckConstraint("(amount_idr IS NULL) <> (percent IS NULL)", name="amount_or_percent"),
        CheckConstraint("amount_idr >= 1 OR (amount_idr = 0 AND passenger_type = 'infant')", name="amount"),
        CheckConstraint("percent > -100", name="percent"),
        Index(None, "operator_id", "from_port_id", "to_port_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id"))
    from_port_id: Mapped[int] = mapped_column(ForeignKey("port.id"))
    to_port_id: Mapped[int] = mapped_column(ForeignKey("port.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    passenger_type: Mapped[str] = mapped_column(String(6))
    amount_idr: Mapped[int | None]
    percent: Mapped[int | None]
    """Added to the base amount: -15 is fifteen per cent less."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source_url: Mapped[str] = mapped_column(String(400))
    note: Mapped[str] = mapped_column(String(600), default="")
    operator: Mapped[Operator] = relationship()
    from_port: Mapped[Port] = relationship(foreign_keys=[from_port_id])
    to_port: Mapped[Port] = relationship(foreign_keys=[to_port_id])


class TariffChange(Model):
    """A fare was written down or put right: by whom, when, and what it said before and after."""

    __tablename__ = "tariff_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    tariff_id: Mapped[int] = mapped_column(ForeignKey("tariff.id"), index=True)
    changed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    changed_at: Mapped[datetime]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Empty where it was written down for the first time."""
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    changer: Mapped[User] = relationship(lazy="joined", innerjoin=True)
