"""Walk-ons: people aboard without a ticket."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model
from app.schedule.models import PortCall

NAME_MAX, DESCRIPTION_MAX, REASON_MAX = 80, 120, 200


class AgeBand(StrEnum):
    """How old somebody looks whose papers nobody has seen."""

    ADULT = "adult"
    CHILD = "child"
    INFANT = "infant"


class WalkOn(Model):
    """A person whom an officer in charge let aboard without a ticket: a soul like any other, by name or description."""

    __tablename__ = "walk_on"
    __table_args__ = (
        CheckConstraint("name <> '' OR description <> ''", name="known_by"),
        CheckConstraint("age_band IN ('adult', 'child', 'infant')", name="age_band"),
        CheckConstraint("sex IN ('L', 'P')", name="sex"),
        CheckConstraint("(ashore_at IS NULL) = (ashore_by IS NULL)", name="ashore_by"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """Made by the form: sent twice, it is the same person."""
    from_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"), index=True)
    gate_id: Mapped[int] = mapped_column(ForeignKey("gate.id"))
    to_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    name: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    description: Mapped[str] = mapped_column(String(DESCRIPTION_MAX), default="")
    """The looks of the person, until the name is known."""
    age_band: Mapped[str] = mapped_column(String(6))
    sex: Mapped[str | None] = mapped_column(String(1))
    """As on an identity document (L, P); empty where nobody has said."""
    reason: Mapped[str] = mapped_column(String(REASON_MAX))
    """Why somebody without a ticket is let aboard."""
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    boarded_at: Mapped[datetime]
    ashore_at: Mapped[datetime | None]
    """When the person went ashore again before the ship left."""
    ashore_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    from_call: Mapped[PortCall] = relationship(foreign_keys=[from_call_id])
    to_call: Mapped[PortCall] = relationship(foreign_keys=[to_call_id])
    officer: Mapped[User] = relationship(foreign_keys=[officer_id])
