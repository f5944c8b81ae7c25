"""Places and souls, counted per leg."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model


class FareClass(Model):
    """A kind of place on board sold at one price list (economy, class 1 ...). Its id is in the ticket's code."""

    __tablename__ = "fare_class"
    __table_args__ = (CheckConstraint("id BETWEEN 1 AND 255", name="fits_the_code"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(40))


class Allotment(Model):
    """The places of one fare class on one leg that are on sale: quota, held and sold."""

    __table_args__ = (
        UniqueConstraint("leg_id", "fare_class_id"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("sold >= 0", name="sold"),
        CheckConstraint("held + sold <= quota", name="not_oversold"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(ForeignKey("leg.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    quota: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    fare_class: Mapped[FareClass] = relationship(lazy="joined", innerjoin=True)


class LegLoad(Model):
    """The souls on one leg: promised a place (held or sold), and aboard. Infants count.

    `ceiling` is what may sail: the certificate, or the dispensation where one is valid on the day. It may
    fall below what is promised (a dispensation ends, a smaller certificate): then nothing more is sold, and
    the gate stops at the ceiling. It may never fall below what is aboard.
    """

    __tablename__ = "leg_load"
    __table_args__ = (
        CheckConstraint("promised >= 0", name="promised"),
        CheckConstraint("aboard BETWEEN 0 AND ceiling", name="never_above_the_ceiling"),
    )

    leg_id: Mapped[int] = mapped_column(ForeignKey("leg.id"), primary_key=True, autoincrement=False)
    certificate: Mapped[int | None]
    """Persons by certificate on that day; empty where none is documented."""
    dispensation: Mapped[int | None]
    """Persons by dispensation on that day; empty where none is valid."""
    ceiling: Mapped[int]
    promised: Mapped[int] = mapped_column(default=0)
    aboard: Mapped[int] = mapped_column(default=0)


class CapacityCertificate(Model):
    """How many persons a ship may carry, by whom certified, from when until when."""

    __tablename__ = "capacity_certificate"
    __table_args__ = (
        CheckConstraint("persons > 0", name="persons"),
        UniqueConstraint("ship_id", "valid_from", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ship_id: Mapped[int] = mapped_column(ForeignKey("ship.id"))
    persons: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    source_url: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(600), default="")


class Dispensation(Model):
    """A dated permission to carry more persons than the certificate, with its letter and conditions."""

    __table_args__ = (
        CheckConstraint("persons > 0", name="persons"),
        UniqueConstraint("ship_id", "valid_from", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ship_id: Mapped[int] = mapped_column(ForeignKey("ship.id"))
    persons: Mapped[int]
    """All persons together, not those above the certificate."""
    letter: Mapped[str] = mapped_column(String(120), default="")
    """Number of the letter; empty where the source prints none."""
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    source_url: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(600), default="")
