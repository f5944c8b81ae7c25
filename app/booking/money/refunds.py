"""Refunds for a passenger who does not travel, as far as operators have published them.

Only what a source says; where none was found the share is None, and the operator's counter decides.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.booking.models import Booking, Passenger, PassengerState
from app.booking.money.models import Refund
from app.booking.money.pricing import paid_by_passenger
from app.db import db
from app.schedule.days import port_day
from app.schedule.models import PortCall
from app.schedule.queries import voyages_calling_at

CALLED_OFF_PERCENT = 100
"""When operator or government call a voyage off: Pelni for a ban on sailing and force majeure (Kompas, 2020 and
2021), DLU when it moved a ship forward (2013)."""


@dataclass(frozen=True)
class RefundTerms:
    """An operator's terms for whoever cancels: `percent` of the fare, asked for at the latest `hours` before."""

    percent: int | None
    hours: int

    def percent_at(self, now: datetime, departs_at: datetime | None) -> int | None:
        """The share for whoever cancels at `now`: nothing once the operator's last moment has passed."""
        if self.percent is None or departs_at is None:
            return None
        return self.percent if now <= departs_at - timedelta(hours=self.hours) else 0


TERMS = {
    # agentiket, May 2025: 50 per cent of the base fare. Insurance and port pass, which the all-in fare does not tell
    # apart, come back whole, so the counter may pay more than this share.
    "PELNI": RefundTerms(50, 5),
}
UNDOCUMENTED = RefundTerms(None, 0)

MOVED_BY_THE_SHIP = {"DLU": RefundTerms(100, 0)}
"""Where the operator gave everything back when its ship did not leave as it was sold (DLU, 2013)."""
FORCE_MAJEURE = {"PELNI": RefundTerms(100, 0)}
"""Where it does for weather and for a ban of the government (Kompas, 2020 and 2021)."""
NOT_THE_OPERATORS = frozenset({"weather", "order"})
MOVED_AT_LEAST = timedelta(hours=6)
"""A ship that slips past midnight by less leaves on the day that was sold. Dermaga's own: no source gives a figure."""


def terms_of(operator_code: str) -> RefundTerms:
    """The operator's documented terms, or UNDOCUMENTED."""
    return TERMS.get(operator_code, UNDOCUMENTED)


def terms_for(booking: Booking) -> RefundTerms:
    """Find the terms of this booking: to cancel because the ship leaves on another day is no change of mind.

    Then only what the operator is known to have done for such a change; where that is not known, its counter decides.
    """
    call, operator = booking.from_call, booking.voyage.operator.code
    if not _leaves_on_another_day(call):
        return terms_of(operator)
    if call.cause in NOT_THE_OPERATORS and operator in FORCE_MAJEURE:
        return FORCE_MAJEURE[operator]
    return MOVED_BY_THE_SHIP.get(operator, UNDOCUMENTED)


def _leaves_on_another_day(call: PortCall) -> bool:
    sold, now = call.planned_departure, call.revised_departure
    if sold is None or now is None or call.change not in {"late", "early"}:
        return False
    days = {port_day(moment, call.port.tz) for moment in (sold, now)}
    return len(days) > 1 and abs(now - sold) >= MOVED_AT_LEAST


def list_refunds(booking_id: int) -> dict[int, Refund]:
    """List what is or was owed back on a booking, by passenger id."""
    rows = db.session.scalars(select(Refund).where(Refund.booking_id == booking_id))
    return {refund.passenger_id: refund for refund in rows}


def list_open_refunds(port_ids: Collection[int] = (), limit: int = 200) -> list[Refund]:
    """List what is still owed, the oldest first: an amount above nothing, or one that the counter must find out.

    Without those who lost their places to a decision: they have a list of their own, with the ways out. With
    `port_ids` only of voyages that call there.
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
    if port_ids:
        theirs = Booking.voyage_id.in_(voyages_calling_at(port_ids))
        statement = statement.join(Booking, Booking.id == Refund.booking_id).where(theirs)
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class Back:
    """The refund of one passenger for cancelling now; None where it is not documented."""

    fare: int | None
    percent: int | None

    @property
    def amount_idr(self) -> int | None:
        """In rupiah, at least."""
        if self.fare == 0:
            return 0
        return None if self.fare is None or self.percent is None else self.fare * self.percent // 100


def backs_of(booking: Booking, now: datetime) -> dict[int, Back]:
    """Work out the refund of each who travels on the booking for cancelling at `now`, by position."""
    fares = paid_by_passenger([booking])
    percent = terms_for(booking).percent_at(now, booking.from_call.departs_at)
    return {person.position: Back(fares[person.id], percent) for person in booking.passengers}
