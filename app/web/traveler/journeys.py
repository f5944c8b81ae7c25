"""Voyages as a traveler compares them: from where to where, when, for how much, and how many places are left."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date

from app import clock
from app.booking.actions import sale_closes_at
from app.booking.offers import list_offers
from app.booking.queries import Places
from app.fares.queries import Price
from app.schedule.models import Port, PortCall, Voyage

PASSAGES = {("IDSMQ", "IDSRG"): "23–30"}
"""Hours from port to port as sources report them (antaranews 899661); nobody gives a time of arrival."""


@dataclass(frozen=True)
class Offer:
    """The places of one class with their price; `published` says when, for a tariff that has ended since."""

    places: Places
    price: Price | None
    published: str


@dataclass(frozen=True)
class Journey:
    """One voyage between two of its calls. Its counts are sums over the classes, true at the asking."""

    voyage: Voyage
    start: PortCall
    end: PortCall
    offers: list[Offer]

    @property
    def quota(self) -> int:
        """Places on sale at all; 0 where no capacity is documented."""
        return sum(offer.places.quota for offer in self.offers)

    @property
    def sold(self) -> int:
        """Places sold."""
        return sum(offer.places.sold for offer in self.offers)

    @property
    def held(self) -> int:
        """Places held for somebody who has not paid yet."""
        return sum(offer.places.held for offer in self.offers)

    @property
    def remaining(self) -> int:
        """Places that can be had now."""
        return sum(offer.places.remaining for offer in self.offers)

    @property
    def cheapest(self) -> Offer | None:
        """The class with the lowest known price, or None."""
        priced = [(offer.price.adult, offer) for offer in self.offers if offer.price and offer.price.adult]
        return min(priced, key=lambda pair: pair[0])[1] if priced else None

    @property
    def open(self) -> bool:
        """Whether places are being sold now, if there are any."""
        closes = sale_closes_at(self.start)
        return closes is not None and closes > clock.now() and not self.start.actual_departure

    @property
    def leaves_on(self) -> date | None:
        """The day on the calendar that people must be there; 24:00 counts to the day that it ends, and is the next."""
        if self.start.time_known and self.start.departs_at:
            return self.start.departs_at.astimezone(self.start.port.tz).date()
        return self.start.day

    @property
    def hours(self) -> str:
        """How long the passage takes, as sources report it; empty where none does."""
        return PASSAGES.get((self.start.port.code, self.end.port.code), "")


def list_journeys(
    voyages: Iterable[Voyage], start_port: Port | None = None, end_port: Port | None = None
) -> list[Journey]:
    """The journeys of these voyages between the two ports (the whole voyage where none is named).

    Four queries, however many voyages. Voyages that do not go there are left out.
    """
    ends = [(voyage, *_calls(voyage, start_port, end_port)) for voyage in voyages]
    found = [(voyage, start, end) for voyage, start, end in ends if start and end and start.position < end.position]
    offers = list_offers(found)
    return [
        Journey(voyage, start, end, [Offer(o.places, o.price, _published(o.price)) for o in offered])
        for (voyage, start, end), offered in zip(found, offers, strict=True)
    ]


def _calls(voyage: Voyage, start: Port | None, end: Port | None) -> tuple[PortCall | None, PortCall | None]:
    if not voyage.calls:
        return None, None
    first = next((c for c in voyage.calls if c.port_id == start.id), None) if start else voyage.calls[0]
    last = next((c for c in reversed(voyage.calls) if c.port_id == end.id), None) if end else voyage.calls[-1]
    return first, last


def _published(price: Price | None) -> str:
    return month(price.published) if price and price.published else ""


def month(day: date) -> str:
    """`Mei 2019`."""
    return format_date(day, "MMMM y")
