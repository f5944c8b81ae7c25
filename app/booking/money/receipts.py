"""Receipts of the counter: written with the money, printed, and summed up for a shift."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import joinedload

from app.booking.models import Booking
from app.booking.money.models import Receipt, Refund
from app.booking.money.pricing import amount_of, price_of
from app.db import db, get_or_refuse
from app.together import Write, write_together


def write_of_taken(booking: Booking, officer_id: int, now: datetime) -> Write:
    """The write of the receipt for a whole booking that is paid, to be sent together with others."""
    return _write(booking, officer_id, booking.amount_idr, _lines(booking), now)


def write_difference(booking: Booking, officer_id: int, amount_idr: int | None, now: datetime) -> None:
    """A dearer journey was paid for with the difference; part of the caller's transaction."""
    lines = [{"who": "difference", "count": booking.souls, "each": None}]
    write_together(_write(booking, officer_id, amount_idr, lines, now))


def write_paid_back(refund: Refund, officer_id: int, now: datetime) -> None:
    """Write the receipt of a refund that was paid out; part of the caller's transaction."""
    lines = [{"who": "refund", "count": 1, "each": refund.amount_idr}]
    told = {"kind": "paid_back", "refund_id": refund.id}
    write_together(_write(refund.booking, officer_id, refund.amount_idr, lines, now, **told))


def _write(
    booking: Booking, officer_id: int, amount_idr: int | None, lines: list[dict[str, Any]], now: datetime, **told: Any
) -> Write:
    where = {"booking_id": booking.id, "channel_id": booking.channel_id, "officer_id": officer_id}
    row = {"kind": "taken", **where, "refund_id": None, "amount_idr": amount_idr, "lines": lines, "at": now, **told}
    return _INSERT, {f"receipt_{name}": value for name, value in row.items()}


_COLUMNS = ("kind", "booking_id", "channel_id", "officer_id", "refund_id", "amount_idr", "lines", "at")
_INSERT = insert(Receipt).values({name: bindparam(f"receipt_{name}") for name in _COLUMNS})


def _lines(booking: Booking) -> list[dict[str, Any]]:
    """Write a line for each kind of passenger, where that comes to what was paid."""
    price = price_of(booking)
    if price is None or amount_of(booking.places, booking.infants, price) != booking.amount_idr:
        return [{"who": "all", "count": booking.souls, "each": None}]
    who = "adult" if booking.vehicle_persons is None else "vehicle"
    infants = [{"who": "infant", "count": booking.infants, "each": price.infant}] if booking.infants else []
    return [{"who": who, "count": booking.places, "each": price.adult}, *infants]


@dataclass
class Total:
    """The money that one officer took and paid back out of one channel."""

    officer: str
    officer_id: int
    channel: Any
    rows: list[Receipt] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many receipts of that kind."""
        return sum(row.kind == kind for row in self.rows)

    def sum(self, kind: str) -> int:
        """Their rupiah, as far as they are known."""
        return sum(row.known_idr or 0 for row in self.rows if row.kind == kind)

    @property
    def unknown(self) -> int:
        """Receipts with a part of which no fare is published."""
        return sum(row.amount_idr is None for row in self.rows)


def list_receipts(start: datetime, end: datetime) -> list[Receipt]:
    """Everything that was taken and paid back in that time, in its order, with booking, channel and officer."""
    statement = (
        select(Receipt)
        .where(Receipt.at >= start, Receipt.at < end)
        .options(joinedload(Receipt.booking), joinedload(Receipt.channel), joinedload(Receipt.officer))
        .order_by(Receipt.at, Receipt.id)
    )
    return list(db.session.scalars(statement))


def totals_of(receipts: Sequence[Receipt]) -> list[Total]:
    """The same receipts by officer and channel."""
    found: dict[tuple[int, int], Total] = {}
    for row in receipts:
        key = (row.officer_id, row.channel_id)
        found.setdefault(key, Total(row.officer.name, row.officer_id, row.channel)).rows.append(row)
    return sorted(found.values(), key=lambda total: (total.officer, total.channel.id))


def list_receipts_of(booking_id: int) -> list[Receipt]:
    """The receipts of one booking, the first one first."""
    return list(db.session.scalars(select(Receipt).where(Receipt.booking_id == booking_id).order_by(Receipt.id)))


def get_receipt(number: int) -> Receipt:
    """The receipt of that number. Raises NotFound `receipt_not_found`."""
    return get_or_refuse(Receipt, number, "receipt_not_found")
