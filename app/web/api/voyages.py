"""Ports, voyages, and what is left on them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2s
from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock, config
from app.booking.actions import sale_closes_at
from app.booking.desk import Desk
from app.booking.offers import Offer, list_offers
from app.booking.queries import Ends, Places, list_places, list_places_between
from app.db import db
from app.errors import NotFound
from app.fares.schemas import PriceOut
from app.schedule.models import Port, PortCall, Voyage
from app.schedule.queries import find_port, get_voyage, list_ports, list_voyages, list_voyages_with_legs
from app.schedule.schemas import PartIn, PortRefOut, PortsOut, VoyageOut, VoyageSearchIn
from app.seats.schemas import AvailabilityOut, PlacesOut
from app.web.api.door import ID, Door, operation
from app.web.api.keeping import answer_kept, kept
from app.web.guard import public
from app.web.words import zone_name

bp = Door("voyages", __name__, "Pelabuhan, pelayaran dan sisa tempat · Ports, voyages and remaining places")


_FIELDS = tuple(VoyageOut().fields)


class ClassOut(PlacesOut):
    """One class of a voyage: its places, and what one costs."""

    price = fields.Nested(
        PriceOut, required=True, allow_none=True, metadata={"description": "Null where no source gives one."}
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
    day = fields.Date(required=True, allow_none=True, metadata={"description": "The local day that it leaves."})
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

    Days are local days of the port of departure.
    """
    start, end = _port(wanted["from_port"], "from"), _port(wanted["to_port"], "to")
    first = wanted["day"] or _today(start)
    last = first + timedelta(days=wanted["days"] - 1)
    found = list_voyages(first, last, start.id if start else None, end.id if end else None)
    ports = (start.id if start else None, end.id if end else None)
    ends = [
        (voyage, *pair)
        for voyage in found
        for pair in voyage.journeys_between(*ports)
        if pair[0].day and first <= pair[0].day <= last
    ]
    return {"as_of": clock.now(), "voyages": _with_places(found, ends)}


@bp.get(f"/voyages/<{ID}:voyage_id>")
@bp.response(200, VoyageOnSaleOut)
@operation("Satu pelayaran · One voyage", "voyage_not_found")
@public
def show_voyage(voyage_id: int) -> dict[str, Any]:
    """The voyage with its calls, classes, prices and remaining places, as a whole and for every journey on it."""
    voyage = get_voyage(voyage_id)
    return _with_places([voyage], [(voyage, *pair) for pair in voyage.journeys_between()])[0]


@bp.get(f"/voyages/<{ID}:voyage_id>/availability")
@bp.arguments(PartIn, location="query")
@bp.response(200, AvailabilityOut, headers=kept(1))
@bp.alt_response(304, description="Unchanged since the `ETag` in `If-None-Match`.")
@bp.doc(parameters=[{"in": "header", "name": "If-None-Match", "schema": {"type": "string"}}])
@operation("Sisa tempat · Remaining places", "voyage_not_found", "journey_not_found")
@public
def show_availability(part: dict[str, Any], voyage_id: int) -> Response:
    """What is left per class, on the whole voyage or from one of its calls to another; made for being asked often.

    A proxy may answer for one second. The ETag is that of the counts: with `If-None-Match` the answer is 304
    until one of them changes.
    """
    reading = _readings.ask(_Question(voyage_id, **part))
    if isinstance(reading, NotFound):
        raise NotFound(reading.code, field=reading.field)
    return answer_kept(reading.tag, reading.body, 1)


@dataclass(frozen=True)
class _Question:
    """What is left on this voyage, or on this part of it?"""

    voyage_id: int
    from_call_id: int | None
    to_call_id: int | None


@dataclass(frozen=True)
class _Reading:
    """The answer, as it goes out to everybody who asked, and the tag of its counts."""

    tag: str
    body: bytes


def _read_all(questions: Sequence[_Question]) -> list[_Reading | NotFound]:
    """The answers to these questions, each read once, and all of it after the last of them was asked."""
    db.session.rollback()
    as_of, asked = clock.now(), set(questions)
    voyages = list_voyages_with_legs({question.voyage_id for question in asked})
    answers: dict[_Question, _Reading | NotFound] = {}
    whole: list[_Question] = []
    parts: list[tuple[_Question, Ends]] = []
    for question in asked:
        voyage = voyages.get(question.voyage_id)
        if voyage is None:
            answers[question] = NotFound("voyage_not_found")
        elif question.from_call_id is None and question.to_call_id is None:
            whole.append(question)
        else:
            start, end = voyage.call_of(question.from_call_id), voyage.call_of(question.to_call_id)
            if start is None or end is None or start.position >= end.position:
                answers[question] = NotFound("journey_not_found", field="to_call_id" if start else "from_call_id")
            else:
                parts.append((question, (voyage, start, end)))
    left = list_places(voyages[question.voyage_id] for question in whole) if whole else {}
    found = [(question, left[question.voyage_id]) for question in whole]
    if parts:
        among = list_places_between([ends for _, ends in parts])
        found += [(question, places) for (question, _), places in zip(parts, among, strict=True)]
    for question, places in found:
        answers[question] = _reading(question, voyages[question.voyage_id], places, as_of)
    return [answers[question] for question in questions]


_AVAILABILITY = AvailabilityOut()


def _reading(question: _Question, voyage: Voyage, places: Sequence[Places], as_of: datetime) -> _Reading:
    told = {**asdict(question), "cancelled": voyage.cancelled_at is not None, "as_of": as_of, "classes": places}
    counts = repr([(p.fare_class.id, p.quota, p.remaining, p.restricted) for p in places])
    tag = blake2s(f"{question} {told['cancelled']} {counts}".encode(), digest_size=9).hexdigest()
    return _Reading(tag, jsonify(_AVAILABILITY.dump(told)).get_data())


# Those who ask in the same moment share one reading, which began after they had asked: it is nobody's old news.
_readings: Desk[_Question, _Reading | NotFound] = Desk(_read_all)


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


def _with_places(voyages: Sequence[Voyage], journeys: Sequence[Ends]) -> list[dict[str, Any]]:
    """What `VoyageOnSaleOut` dumps: the voyages, and these journeys on them, with places and prices."""
    whole = [(voyage, voyage.calls[0], voyage.calls[-1]) for voyage in voyages]
    offers = list_offers([*whole, *journeys])
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for (voyage, start, end), offered in zip(journeys, offers[len(whole) :], strict=True):
        parts[voyage.id].append(_journey(start, end, offered))
    return [
        {
            **{name: getattr(voyage, name) for name in _FIELDS},
            "sale_closes_at": sale_closes_at(voyage.calls[0]),
            "classes": [_class(offer) for offer in offered],
            "journeys": parts[voyage.id],
        }
        for voyage, offered in zip(voyages, offers, strict=False)
    ]


def _journey(start: PortCall, end: PortCall, offered: Sequence[Offer]) -> dict[str, Any]:
    return {
        "from_call_id": start.id,
        "to_call_id": end.id,
        "from_port": start.port,
        "to_port": end.port,
        "day": start.day,
        "departs_at": start.departs_at,
        "sale_closes_at": sale_closes_at(start),
        "classes": [_class(offer) for offer in offered],
    }


def _class(offer: Offer) -> dict[str, Any]:
    places = offer.places
    return {
        "fare_class": places.fare_class,
        "kind": places.kind,
        "quota": places.quota,
        "remaining": places.remaining,
        "restricted": places.restricted,
        "price": offer.price,
    }
