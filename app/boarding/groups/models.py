"""The boarding groups of a departure."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model

GROUP_SOULS = 30
"""So many souls are in a group at most, unless one order alone has more: those on one order are never parted."""


class BoardingGroup(Model):
    """The group of a departure in which all of one order are called aboard."""

    __tablename__ = "boarding_group"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("souls >= 1", name="souls"),
        Index(None, "departure_id", "number"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"))
    number: Mapped[int]
    """From 1 on; told as a letter. It is printed on tickets, and never changes."""
    souls: Mapped[int]
    """On the order when it got its group."""


def letter_of(number: int) -> str:
    """Write the number of a group as people read it: A to Z, AA and on."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
