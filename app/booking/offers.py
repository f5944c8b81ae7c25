"""What a traveler can choose between on a journey: its classes, with their places and prices."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app import clock
from app.booking.queries import Places, list_places
from app.fares.queries import Price, Route, price_lists
from app.schedule.models import PortCall, Voyage

Ends = tuple[Voyage, PortCall, PortCall]
"""A voyage with the calls where one gets on and off."""


@dataclass(frozen=True)
class Offer:
    """The places of one class with their price, where a source gives one."""

    places: Places
    price: Price | None


def list_offers(journeys: Iterable[Ends]) -> dict[int, list[Offer]]:
    """Per voyage id, one offer for each class, in four queries however many voyages; each voyage only once.

    Prices tell the day on which they were really published, also where a demonstration has moved them.
    """
    trips = {voyage: _trip(voyage, start, end) for voyage, start, end in journeys}
    places, prices = list_places(trips), price_lists(trips.values())
    return {
        voyage.id: [
            Offer(row, _as_published(prices[trip].get(row.fare_class.id), voyage.shifted_days))
            for row in places.get(voyage.id, [])
        ]
        for voyage, trip in trips.items()
    }


def _trip(voyage: Voyage, start: PortCall, end: PortCall) -> tuple[Route, date]:
    """Route and day that a journey is priced by."""
    return (voyage.operator_id, start.port_id, end.port_id), start.day or clock.now().date()


def _as_published(price: Price | None, shifted_days: int) -> Price | None:
    if price is None or price.published is None:
        return price
    return replace(price, published=price.published - timedelta(days=shifted_days))
