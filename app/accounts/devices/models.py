"""Devices, and the codes that let them in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model

KEY_LENGTH = 87
"""Letters of a public key: the 65 bytes of a point on P-256 as base64url without padding."""

NAME_MAX = 60


class Device(Model):
    """A phone enrolled to scan at gates, with a key that it made itself; it can be revoked."""

    __table_args__ = (CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    public_key: Mapped[str] = mapped_column(String(KEY_LENGTH), unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    """The user who had it in the hand when it was enrolled."""
    let_in_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    """The user who showed the code."""
    enrolled_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """The last time that the server heard of it; written at most every minute."""
    pack_as_of: Mapped[datetime | None]
    """Of the pack that it was given last."""
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id"))
    """The gate of that pack."""
    unsent: Mapped[int] = mapped_column(default=0)
    """Scans that it kept and had not sent, as it said then."""
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    officer: Mapped[User] = relationship(foreign_keys=[officer_id])
    guarantor: Mapped[User] = relationship(foreign_keys=[let_in_by])


class EnrolmentCode(Model):
    """A code that lets one device in, for some minutes; only its digest is kept."""

    __tablename__ = "enrolment_code"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]
