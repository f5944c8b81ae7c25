"""Voyages as a traveler compares them: from where to where, when, for how much, and how many places are left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import clock
from app.booking.eligibility.voyage_facts import Sailing
from app.booking.inventory import fare_options as booking
from app.booking.models import sale_closes_at
from app.booking.queries import Ends
from app.fares.queries import Price
from app.schedule.models import Port, PortCall, Voyage
from app.schedule.passages import PASSAGES
from app.seats.models import ONLINE, PlaceKind
from app.web.words.language import written


@dataclass(frozen=True)
class JourneyOffer(booking.FareOption):
    """The places of one class with their price; `published` says when, for a tariff that has ended since."""

    published: str = ""


@dataclass(frozen=True)
class Journey:
    """One voyage between two of its calls. Its counts are of places for persons, all classes together, at the asking.

    Vehicles are counted by themselves.
    """

    voyage: Voyage
    start: PortCall
    end: PortCall
    offers: list[JourneyOffer]

    @property
    def quota(self) -> int:
        """Places of all channels; 0 where no capacity is documented."""
        return self._persons("quota")

    @property
    def sold(self) -> int:
        """Places sold."""
        return self._persons("sold")

    @property
    def held(self) -> int:
        """Places held for somebody who has not paid yet."""
        return self._persons("held")

    @property
    def kept(self) -> int:
        """Places that are neither sold nor held, and that cannot be had here now."""
        return self.quota - self.sold - self.held - self.remaining

    @property
    def remaining(self) -> int:
        """Places that can be had now; no more than the ceiling of the ship leaves, which the classes share."""
        persons = [o for o in self.offers if o.places.fare_class.kind != PlaceKind.VEHICLE]
        return min(sum(o.remaining for o in persons), persons[0].places.together) if persons else 0

    @property
    def all_taken(self) -> bool:
        """Whether every place, of vehicles too, is sold or held: nothing is merely not to be had here now."""
        return not self.kept and all(o.places.quota == o.places.sold + o.places.held for o in self.vehicles)

    @property
    def vehicles(self) -> list[JourneyOffer]:
        """The classes of vehicles."""
        return [offer for offer in self.offers if offer.places.fare_class.kind == PlaceKind.VEHICLE]

    @property
    def vehicles_remaining(self) -> int:
        """Places for vehicles that can be had now."""
        return sum(offer.remaining for offer in self.vehicles)

    def _persons(self, name: str) -> int:
        return sum(getattr(o.places, name) for o in self.offers if o.places.fare_class.kind != PlaceKind.VEHICLE)

    @property
    def cheapest(self) -> JourneyOffer | None:
        """The class for persons with the lowest known price, or None."""
        priced = [
            (offer.price.adult, offer)
            for offer in self.offers
            if offer.price and offer.price.adult and offer.places.fare_class.kind != PlaceKind.VEHICLE
        ]
        return min(priced, key=lambda pair: pair[0])[1] if priced else None

    @property
    def cancelled(self) -> bool:
        """Whether the voyage was called off."""
        return self.voyage.cancelled_at is not None

    @property
    def paused(self) -> bool:
        """Whether the sale pauses, as it is being decided whether the voyage is called off."""
        return not self.cancelled and self.voyage.is_paused(clock.now())

    @property
    def open(self) -> bool:
        """Whether places are being sold now, if there are any."""
        return not (self.cancelled or self.paused or self.closed_by) and sells(self.start)

    @property
    def closed_by(self) -> Mapping[str, Any] | None:
        """The travel rule by which nothing is sold now, or None."""
        rules = [offer.closed_by for offer in self.offers]
        return rules[0] if rules and all(rules) and sells(self.start) else None

    @property
    def whole(self) -> bool:
        """Whether it is all of its voyage."""
        return (self.start, self.end) == (self.voyage.calls[0], self.voyage.calls[-1])

    @property
    def sailing(self) -> Sailing | None:
        """Its setting out, as it was read with the places; None where no capacity is documented."""
        return next((offer.places.sailing for offer in self.offers), None)

    @property
    def programmes(self) -> frozenset[int]:
        """The channels of free programmes, open or not, that have places of one class all the way, taken or not."""
        return frozenset().union(*(offer.places.programmes for offer in self.offers))

    @property
    def hours(self) -> str:
        """How long the passage takes without a call between, as sources report it; empty where none does."""
        if self.end.position != self.start.position + 1:
            return ""
        hours = PASSAGES.get((self.start.port.code, self.end.port.code))
        return "–".join(map(str, hours)) if hours else ""


def sells(call: PortCall) -> bool:
    """Whether journeys from this call are on sale at this hour."""
    closes = sale_closes_at(call)
    return closes is not None and closes > clock.now() and not call.actual_departure


def list_ends(voyages: Iterable[Voyage], start_port: Port | None = None, end_port: Port | None = None) -> list[Ends]:
    """Where one can get on and off on these voyages between the two ports, or from or to one of them.

    `Voyage.journeys_between` says which, the earliest departure first. Without ports, each voyage as a whole.
    """
    if not start_port and not end_port:
        return [(voyage, voyage.calls[0], voyage.calls[-1]) for voyage in voyages if len(voyage.calls) > 1]
    ports = (start_port.id if start_port else None, end_port.id if end_port else None)
    ends = [(voyage, *pair) for voyage in voyages for pair in voyage.journeys_between(*ports)]
    return sorted(ends, key=lambda journey: _leaves(journey[1]))


def journeys_along(ends: Sequence[Ends], channel_id: int = ONLINE) -> list[Journey]:
    """These journeys with what the channel can sell on them, in their order: two queries, however many journeys."""
    return [
        Journey(
            voyage,
            start,
            end,
            [_with_its_month(offer) for offer in offered],
        )
        for (voyage, start, end), offered in zip(ends, booking.list_offers(ends, channel_id), strict=True)
    ]


def _leaves(call: PortCall) -> tuple[bool, float]:
    """To sort by the planned departure; those without one come last."""
    return call.planned_departure is None, call.planned_departure.timestamp() if call.planned_departure else 0.0


def _with_its_month(offer: booking.FareOption) -> JourneyOffer:
    return JourneyOffer(offer.places, offer.price, offer.closed_by, offer.closes_at, _published(offer.price))


def _published(price: Price | None) -> str:
    return month(price.published) if price and price.published else ""


def month(day: date) -> str:
    """`Mei 2019`."""
    return written(day, "MMMM y")
