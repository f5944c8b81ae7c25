"""Ports, and voyages with what can be bought on them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import Schema, fields

from app import clock
from app.booking.inventory.fare_options import FareOption, list_offers
from app.booking.models import sale_closes_at
from app.booking.queries import Ends
from app.fares.schemas import PriceOut
from app.rules.schemas import ClosedByOut
from app.schedule.days import DAY_TOLD, earliest_day, latest_day, local_day
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import find_port_asked_for, get_voyage, list_ports, list_voyages
from app.schedule.schemas import PortRefOut, PortsOut, VoyageOut, VoyageSearchIn
from app.seats.schemas import PlacesOut
from app.web.api.door import ID, Door, operation
from app.web.guard import public
from app.web.words import zone_name

bp = Door("voyages", __name__, "Pelabuhan dan pelayaran · Ports and voyages")


_FIELDS = tuple(VoyageOut().fields)


class ClassOut(PlacesOut):
    """One class of a voyage: its places, and what one costs."""

    price = fields.Nested(
        PriceOut, required=True, allow_none=True, metadata={"description": "Null where no source gives one."}
    )
    closed_by = fields.Nested(
        ClosedByOut,
        required=True,
        allow_none=True,
        metadata={"description": "The rule by which nothing is sold now, whatever remains; else null."},
    )


def _classes() -> fields.List:
    return fields.List(
        fields.Nested(ClassOut),
        required=True,
        metadata={"description": "Empty where no capacity is documented: then nothing is on sale."},
    )


class JourneyOut(Schema):
    """A part of a voyage that one can travel: from one of its calls to a later one."""

    from_call_id = fields.Integer(required=True)
    to_call_id = fields.Integer(required=True)
    from_port = fields.Nested(PortRefOut, required=True)
    to_port = fields.Nested(PortRefOut, required=True)
    day = fields.Date(required=True, allow_none=True, metadata={"description": DAY_TOLD})
    departs_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "As best known."})
    sale_closes_at = fields.AwareDateTime(required=True, allow_none=True)
    classes = _classes()


class VoyageOnSaleOut(VoyageOut):
    """A voyage with what can be bought on it: as a whole, and for each journey that was asked for."""

    sale_closes_at = fields.AwareDateTime(required=True, allow_none=True)
    classes = _classes()
    journeys = fields.List(
        fields.Nested(JourneyOut),
        required=True,
        metadata={
            "description": "Between the ports and on the days asked for: from each call the nearest later one at the "
            "port, before the ship is back. A voyage that calls at a port twice may have several."
        },
    )


class VoyagesOut(Schema):
    """The voyages found, the earliest first, with places as they were at `as_of`."""

    as_of = fields.AwareDateTime(required=True)
    voyages = fields.List(fields.Nested(VoyageOnSaleOut), required=True)


@bp.get("/ports")
@bp.response(200, PortsOut)
@operation("Daftar pelabuhan · List the ports")
@public
def list_all_ports() -> dict[str, Any]:
    """The ports that one can travel from or to, by name."""
    found = []
    for port in list_ports():
        found.append(
            {
                "code": port.code,
                "name": port.name,
                "harbour": port.harbour,
                "zone": port.zone,
                "zone_name": zone_name(port.zone),
            }
        )
    return {"ports": found}


@bp.get("/voyages")
@bp.arguments(VoyageSearchIn, location="query")
@bp.response(200, VoyagesOut)
@operation("Cari pelayaran · Search voyages", "port_not_found")
@public
def search_voyages(wanted: dict[str, Any]) -> dict[str, Any]:
    """Voyages that leave on these days and go from the one port to the other, with places and prices.

    `classes` is for the whole voyage, `journeys` for the part of it that was asked for.

    Days are local days of the port of departure, also today where no day is asked for.
    """
    start, end = find_port_asked_for(wanted["from_port"], "from"), find_port_asked_for(wanted["to_port"], "to")
    now, more = clock.now(), timedelta(days=wanted["days"] - 1)
    day: date | None = wanted["day"]
    found = list_voyages(
        day or earliest_day(now), (day or latest_day(now)) + more, start.id if start else None, end.id if end else None
    )
    ports = (start.id if start else None, end.id if end else None)
    ends = [
        (voyage, *pair)
        for voyage in found
        for pair in voyage.journeys_between(*ports)
        if pair[0].day and (first := day or local_day(now, pair[0].port.tz)) <= pair[0].day <= first + more
    ]
    leaving = list(dict.fromkeys(voyage for voyage, *_ in ends))
    return {"as_of": now, "voyages": _with_places(leaving, ends)}


@bp.get(f"/voyages/<{ID}:voyage_id>")
@bp.response(200, VoyageOnSaleOut)
@operation("Satu pelayaran · One voyage", "voyage_not_found")
@public
def show_voyage(voyage_id: int) -> dict[str, Any]:
    """The voyage with its calls, classes, prices and remaining places, as a whole and for every journey on it."""
    voyage = get_voyage(voyage_id)
    return _with_places([voyage], [(voyage, *pair) for pair in voyage.journeys_between()])[0]


def _with_places(voyages: Sequence[Voyage], journeys: Sequence[Ends]) -> list[dict[str, Any]]:
    """Tell what `VoyageOnSaleOut` dumps: the voyages, and these journeys on them, with places and prices."""
    whole = [(voyage, voyage.calls[0], voyage.calls[-1]) for voyage in voyages]
    offers = list_offers([*whole, *journeys])
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for (voyage, start, end), offered in zip(journeys, offers[len(whole) :], strict=True):
        parts[voyage.id].append(_journey(start, end, offered))
    return [
        {
            **{name: getattr(voyage, name) for name in _FIELDS},
            "sale_closes_at": _closes_at(voyage.calls[0], offered),
            "classes": [_class(offer) for offer in offered],
            "journeys": parts[voyage.id],
        }
        for voyage, offered in zip(voyages, offers, strict=False)
    ]


def _journey(start: PortCall, end: PortCall, offered: Sequence[FareOption]) -> dict[str, Any]:
    return {
        "from_call_id": start.id,
        "to_call_id": end.id,
        "from_port": start.port,
        "to_port": end.port,
        "day": start.day,
        "departs_at": start.departs_at,
        "sale_closes_at": _closes_at(start, offered),
        "classes": [_class(offer) for offer in offered],
    }


def _closes_at(start: PortCall, offered: Sequence[FareOption]) -> datetime | None:
    return offered[0].closes_at if offered else sale_closes_at(start)


def _class(offer: FareOption) -> dict[str, Any]:
    places = offer.places
    return {
        "fare_class": places.fare_class,
        "kind": places.kind,
        "quota": places.quota,
        "sold": places.sold,
        "held": places.held,
        "kept": places.kept,
        "remaining": places.remaining,
        "restricted": places.restricted,
        "price": offer.price,
        "closed_by": offer.closed_by,
    }
