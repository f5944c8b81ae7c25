"""Statements about a passenger, and the documents shown."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Statement(Model):
    """Something that was said about a passenger: by the traveler, or by an officer who looked.

    The last one about a fact counts, and all are kept. `fact` is a name of the table in docs/rules.md.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    fact: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """As the fact's type says; empty: it is not known any more. Never an identity number."""
    said_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer; empty where the travelers said so themselves."""
    said_at: Mapped[datetime]


class ShownDocument(Model):
    """A paper about a passenger: a test or a letter, entered by the travelers ahead or by the officer who saw it."""

    __tablename__ = "shown_document"
    __table_args__ = (
        CheckConstraint("(seen_by IS NULL) = (seen_at IS NULL)", name="seen_when"),
        CheckConstraint("entered_by IS NULL OR seen_at IS NOT NULL", name="an_officer_has_seen_it"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    issuer: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[str | None] = mapped_column(String(10))
    """Of a test; empty for a letter."""
    taken_at: Mapped[datetime]
    """When the sample was taken, or the letter was issued."""
    signed: Mapped[bool | None]
    letter: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The number that the paper bears."""
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer; empty where the travelers did."""
    entered_at: Mapped[datetime]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer who held it in the hand: before that it lets nobody pass."""
    seen_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """When it turned out to be a mistake; it stays for whoever looks back."""
