"""Fare options of a journey: its classes, with their places and prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.booking.eligibility.sale_closing import closes_at, closing_rule
from app.booking.inventory.availability import Places, list_places_between
from app.booking.models import sale_closes_at
from app.booking.queries import Ends
from app.fares.queries import Price, Route, price_lists
from app.schedule.models import PortCall, Voyage
from app.seats.models import ONLINE


@dataclass(frozen=True)
class FareOption:
    """The places of one class with their price, where a source gives one."""

    places: Places
    price: Price | None
    closed_by: Mapping[str, Any] | None = None
    """The travel rule that refuses to sell it now, whoever travels."""
    closes_at: datetime | None = None
    """When the sale of the journey ends, by the rules and by Dermaga's own minutes."""

    @property
    def remaining(self) -> int:
        """Places that can be had now."""
        return 0 if self.closed_by else self.places.remaining


def list_offers(journeys: Sequence[Ends], channel_id: int = ONLINE) -> list[list[FareOption]]:
    """For each journey, in their order, one offer for each class: two queries, however many journeys.

    `remaining` is what the channel can sell. Prices tell the day on which they were really published, also where
    a demonstration has moved them.
    """
    trips = [_trip(*journey) for journey in journeys]
    prices, found = price_lists(trips), list_places_between(journeys, channel_id, sailing=True)
    now = clock.now()
    offers = []
    for ends, trip, rows in zip(journeys, trips, found, strict=True):
        offers.append([_offer(row, prices[trip].get(row.fare_class.id), ends, now) for row in rows])
    return offers


def _offer(places: Places, price: Price | None, ends: Ends, now: datetime) -> FareOption:
    voyage, start, end = ends
    price, sailing, to_port = _as_published(price, voyage.shifted_days), places.sailing, end.port.code
    if sailing is None:
        return FareOption(places, price, None, sale_closes_at(start))
    rule = closing_rule(sailing, to_port, now, {"class": places.fare_class.code})
    return FareOption(places, price, rule, closes_at(sailing, to_port, now))


def _trip(voyage: Voyage, start: PortCall, end: PortCall) -> tuple[Route, date]:
    """Route and day that a journey is priced by."""
    return (voyage.operator_id, start.port_id, end.port_id), start.day_or(clock.now())


def _as_published(price: Price | None, shifted_days: int) -> Price | None:
    if price is None or price.published is None:
        return price
    return replace(price, published=price.published - timedelta(days=shifted_days))
