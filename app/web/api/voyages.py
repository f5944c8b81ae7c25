"""Ports, voyages, and what is left on them."""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import blake2s
from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify, request
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock, config
from app.booking.actions import sale_closes_at
from app.booking.offers import Offer, list_offers
from app.booking.queries import list_places
from app.errors import NotFound
from app.fares.schemas import PriceOut
from app.schedule.models import Port, Voyage
from app.schedule.queries import find_port, get_voyage, get_voyage_with_legs, list_ports, list_voyages
from app.schedule.schemas import PortsOut, VoyageOut, VoyageSearchIn
from app.seats.schemas import AvailabilityOut, PlacesOut
from app.web.api.door import ID, Door, operation
from app.web.guard import public
from app.web.words import zone_name

bp = Door("voyages", __name__, "Pelabuhan, pelayaran dan sisa tempat · Ports, voyages and remaining places")


_FIELDS = tuple(VoyageOut().fields)


class ClassOut(PlacesOut):
    """One class of a voyage: its places, and what one costs."""

    price = fields.Nested(
        PriceOut, required=True, allow_none=True, metadata={"description": "Null where no source gives one."}
    )


class VoyageOnSaleOut(VoyageOut):
    """A voyage with what can be bought on it."""

    sale_closes_at = fields.AwareDateTime(required=True, allow_none=True)
    classes = fields.List(
        fields.Nested(ClassOut),
        required=True,
        metadata={"description": "Empty where no capacity is documented: then nothing is on sale."},
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

    Days are local days of the port of departure.
    """
    start, end = _port(wanted["from_port"], "from"), _port(wanted["to_port"], "to")
    first = wanted["day"] or _today(start)
    last = first + timedelta(days=wanted["days"] - 1)
    found = list_voyages(first, last, start.id if start else None, end.id if end else None)
    return {"as_of": clock.now(), "voyages": _with_places(found)}


@bp.get(f"/voyages/<{ID}:voyage_id>")
@bp.response(200, VoyageOnSaleOut)
@operation("Satu pelayaran · One voyage", "voyage_not_found")
@public
def show_voyage(voyage_id: int) -> dict[str, Any]:
    """The voyage with its calls, classes, prices and remaining places."""
    return _with_places([get_voyage(voyage_id)])[0]


@bp.get(f"/voyages/<{ID}:voyage_id>/availability")
@bp.response(
    200,
    AvailabilityOut,
    headers={
        "ETag": {"schema": {"type": "string"}, "required": True},
        "Cache-Control": {"schema": {"const": "public, max-age=1"}, "required": True},
    },
)
@bp.alt_response(304, description="Unchanged since the `ETag` in `If-None-Match`.")
@bp.doc(parameters=[{"in": "header", "name": "If-None-Match", "schema": {"type": "string"}}])
@operation("Sisa tempat · Remaining places", "voyage_not_found")
@public
def show_availability(voyage_id: int) -> Response:
    """What is left per class; made for being asked often.

    A proxy may answer for one second. The ETag is that of the counts: with `If-None-Match` the answer is 304
    until one of them changes.
    """
    places = list_places([get_voyage_with_legs(voyage_id)])[voyage_id]
    told = {"voyage_id": voyage_id, "as_of": clock.now(), "classes": places}
    counts = repr([(p.fare_class.id, p.quota, p.remaining) for p in places])
    tag = blake2s(f"{voyage_id} {counts}".encode(), digest_size=9).hexdigest()
    answer = Response(status=304) if tag in _known_tags() else jsonify(AvailabilityOut().dump(told))
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "public, max-age=1"
    return answer


def _known_tags() -> set[str]:
    """What the asker has, without the name that compression adds to it."""
    # An empty tag is read as None.
    return {tag.partition(":")[0] for tag in request.if_none_match.as_set(include_weak=True) if tag}


def _port(code_or_name: str | None, field: str) -> Port | None:
    if code_or_name is None:
        return None
    port = find_port(code_or_name)
    if port is None:
        raise NotFound("port_not_found", field=field)
    return port


def _today(port: Port | None) -> date:
    """The day at that port, else at the port of this house."""
    port = port or find_port(config.current().port_name)
    return clock.now().astimezone(port.tz if port else ZoneInfo("Asia/Jakarta")).date()


def _with_places(voyages: Sequence[Voyage]) -> list[dict[str, Any]]:
    """What `VoyageOnSaleOut` dumps: the voyages with classes, remaining places and prices."""
    offers = list_offers([(voyage, voyage.calls[0], voyage.calls[-1]) for voyage in voyages])
    return [
        {
            **{name: getattr(voyage, name) for name in _FIELDS},
            "sale_closes_at": sale_closes_at(voyage.calls[0]),
            "classes": [_class(offer) for offer in offered],
        }
        for voyage, offered in zip(voyages, offers, strict=True)
    ]


def _class(offer: Offer) -> dict[str, Any]:
    places = offer.places
    return {
        "fare_class": places.fare_class,
        "quota": places.quota,
        "remaining": places.remaining,
        "price": offer.price,
    }
