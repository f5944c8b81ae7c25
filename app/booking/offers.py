"""What a traveler can choose between on a journey: its classes, with their places and prices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app import clock
from app.booking.queries import Ends, Places, list_places_between
from app.fares.queries import Price, Route, price_lists
from app.schedule.models import PortCall, Voyage
from app.seats.models import ONLINE


@dataclass(frozen=True)
class Offer:
    """The places of one class with their price, where a source gives one."""

    places: Places
    price: Price | None


def list_offers(journeys: Sequence[Ends], channel_id: int = ONLINE) -> list[list[Offer]]:
    """For each journey, in their order, one offer for each class: five or six queries, however many journeys.

    `remaining` is what the channel can sell. Prices tell the day on which they were really published, also where
    a demonstration has moved them.
    """
    trips = [_trip(*journey) for journey in journeys]
    prices, found = price_lists(trips), list_places_between(journeys, channel_id)
    return [
        [Offer(row, _as_published(prices[trip].get(row.fare_class.id), voyage.shifted_days)) for row in places]
        for (voyage, _, _), trip, places in zip(journeys, trips, found, strict=True)
    ]


def _trip(voyage: Voyage, start: PortCall, end: PortCall) -> tuple[Route, date]:
    """Route and day that a journey is priced by."""
    return (voyage.operator_id, start.port_id, end.port_id), start.day or clock.now().date()


def _as_published(price: Price | None, shifted_days: int) -> Price | None:
    if price is None or price.published is None:
        return price
    return replace(price, published=price.published - timedelta(days=shifted_days))
