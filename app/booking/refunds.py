"""What comes back to somebody who does not travel, as far as operators have published it.

Only what a source says; where none was found the share is None, and the operator's counter decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.booking.models import Booking, Passenger, PassengerState, Refund
from app.booking.paid import paid_by_passenger
from app.db import db

CALLED_OFF_PERCENT = 100
"""When operator or government call a voyage off: Pelni for a ban on sailing and force majeure (Kompas, 2020 and
2021), DLU when it moved a ship forward (2013)."""


@dataclass(frozen=True)
class RefundTerms:
    """An operator's terms for whoever cancels: `percent` of the fare, asked for at the latest `hours` before."""

    percent: int | None
    hours: int
    source: str

    def percent_at(self, now: datetime, departs_at: datetime | None) -> int | None:
        """The share for whoever cancels at `now`: nothing once the operator's last moment has passed."""
        if self.percent is None or departs_at is None:
            return None
        return self.percent if now <= departs_at - timedelta(hours=self.hours) else 0


TERMS = {
    # 50 per cent of the base fare; insurance and port pass, which the all-in fare does not tell apart, come back whole,
    # so the counter may pay more than this share.
    "PELNI": RefundTerms(50, 5, "agentiket, Mei 2025"),
}
UNDOCUMENTED = RefundTerms(None, 0, "")


def terms_of(operator_code: str) -> RefundTerms:
    """The operator's documented terms, or UNDOCUMENTED."""
    return TERMS.get(operator_code, UNDOCUMENTED)


def list_refunds(booking_id: int) -> dict[int, Refund]:
    """What is or was owed back on a booking, by passenger id."""
    rows = db.session.scalars(select(Refund).where(Refund.booking_id == booking_id))
    return {refund.passenger_id: refund for refund in rows}


def list_open_refunds(limit: int = 200) -> list[Refund]:
    """What is still owed, the oldest first: an amount above nothing, or one that the counter must find out.

    Without those who lost their places to a decision: they have a list of their own, with the ways out.
    """
    statement = (
        select(Refund)
        .join(Passenger, Passenger.id == Refund.passenger_id)
        .where(Passenger.state != PassengerState.DISPLACED)
        .where(Refund.paid_at.is_(None), func.coalesce(Refund.amount_idr, 1) > 0)
        .options(joinedload(Refund.passenger), joinedload(Refund.booking).joinedload(Booking.voyage))
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class Back:
    """What one passenger would get back for cancelling now; None where it is not documented."""

    fare: int | None
    percent: int | None

    @property
    def amount_idr(self) -> int | None:
        """In rupiah, at least."""
        if self.fare == 0:
            return 0
        return None if self.fare is None or self.percent is None else self.fare * self.percent // 100


def backs_of(booking: Booking, now: datetime) -> dict[int, Back]:
    """What each of those who travel on the booking would get back for cancelling at `now`, by position."""
    fares = paid_by_passenger([booking])
    percent = terms_of(booking.voyage.operator.code).percent_at(now, booking.from_call.departs_at)
    return {person.position: Back(fares[person.id], percent) for person in booking.passengers}
