"""Lost places, as every door tells them: what happened, why, and the ways out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from app.booking.models import Booking, Displacement
from app.booking.money.models import Refund
from app.disruption.queries import Way, find_displacement, list_moved_to, list_refunds, list_ways

_ = lazy_gettext

HAPPENED: dict[str, Any] = {
    "cancelled": _("Pelayaran dibatalkan"),
    "ship_swapped": _("Kapal diganti dengan yang lebih kecil"),
    "quota_lowered": _("Tempat di kapal dikurangi"),
}
"""A sentence for each cause of a displacement."""

WAYS_SHOWN = 5


@dataclass(frozen=True)
class Affected:
    """A displaced booking with what can be done, or was done, about it."""

    displacement: Displacement
    happened: Any
    refunds: Sequence[Refund]
    ways: Sequence[Way]
    moved_to: Booking | None

    @property
    def owed_idr(self) -> int | None:
        """All that is owed back, in rupiah; None where a part of it is not documented."""
        amounts = [refund.amount_idr for refund in self.refunds]
        return None if None in amounts else sum(amount or 0 for amount in amounts)


def tell_affected(booking: Booking) -> Affected | None:
    """Tell what took the places of this booking and what now; None for a booking that lost none."""
    displacement = find_displacement(booking.id)
    if displacement is None:
        return None
    return Affected(
        displacement,
        HAPPENED[displacement.cause],
        list_refunds([booking.id]).get(booking.id, []),
        [] if displacement.way_out else _nearest_ways(booking),
        list_moved_to([booking.id]).get(booking.id),
    )


def _nearest_ways(booking: Booking) -> list[Way]:
    """Those nearest to the day that was booked, to read in the order in which they leave."""
    nearest = list_ways(booking)[:WAYS_SHOWN]
    return sorted(nearest, key=lambda way: (way.start.departs_at is None, way.start.departs_at, way.voyage.id))
