"""The shapes in which a departure is told: what everybody may know, and what only those who work here."""

from dataclasses import fields as numbers
from typing import Any, ClassVar

from marshmallow import Schema, fields

from app.boarding.models import DepartureState
from app.flow.departure_rows import DepartureRow
from app.schedule.days import DAY_TOLD
from app.schedule.schemas import PortRefOut


class DepartureOut(Schema):
    """One departure as everybody may see it: a state, not a step."""

    departure_id = fields.Integer(required=True)
    voyage_id = fields.Integer(required=True)
    call_id = fields.Integer(required=True, metadata={"description": "For `from_call_id` of a hold."})
    ship = fields.String(required=True, metadata={"description": "Empty while the operator names none."})
    operator = fields.String(required=True)
    from_port = fields.Nested(PortRefOut, required=True)
    to_port = fields.Nested(
        PortRefOut, required=True, metadata={"description": "The furthest port to go to before the ship is back."}
    )
    next_port = fields.Nested(
        PortRefOut, required=True, metadata={"description": "The next call. Places are counted as far as there."}
    )
    day = fields.Date(required=True, allow_none=True, metadata={"description": DAY_TOLD})
    departs_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "As best known."})
    planned_at = fields.AwareDateTime(required=True, allow_none=True)
    time_known = fields.Boolean(required=True, metadata={"description": "False: only the day is known."})
    planned_known = fields.Boolean(required=True, metadata={"description": "False: the plan names no time of day."})
    change = fields.String(
        required=True,
        metadata={"description": "late, early, or named (only the day was known); empty: as planned, or it has left."},
    )
    cause = fields.String(
        required=True, metadata={"description": "Why it was revised: tide, weather, technical, order; else empty."}
    )
    reason = fields.String(required=True, metadata={"description": "The same in words; may be empty."})
    tide_from = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "The water lets the ship out from then."}
    )
    tide_until = fields.AwareDateTime(required=True, allow_none=True)
    state = fields.Enum(DepartureState, by_value=True, required=True)
    cancel_cause = fields.String(
        required=True,
        metadata={"description": "Why the voyage was called off, where it was; else empty."},
    )
    cancel_reason = fields.String(required=True, metadata={"description": "The same in words; may be empty."})
    on_sale = fields.Boolean(
        required=True, metadata={"description": "False where no capacity is documented: nothing is sold."}
    )
    quota = fields.Integer(
        required=True,
        metadata={"description": "Places for persons of all channels: sold, not paid yet, `kept` and `remaining`."},
    )
    kept = fields.Integer(
        required=True,
        metadata={"description": "Places for persons neither sold nor held, and not to be had online now."},
    )
    remaining = fields.Integer(required=True, metadata={"description": "Places for persons that can be had now."})
    vehicles_quota = fields.Integer(required=True, metadata={"description": "Places for vehicles on sale altogether."})
    vehicles_remaining = fields.Integer(required=True, metadata={"description": "Those that can be had now."})


def _count(description: str, **kwargs: Any) -> fields.Integer:
    return fields.Integer(metadata={"description": description}, **kwargs)


class DepartureOfficialOut(DepartureOut):
    """One departure; those who work here see these fields as well. Souls count infants."""

    sold = _count("Places for persons sold, of all channels.")
    held = _count("Places for persons held and not paid, of all channels.")
    boarded = _count("Souls admitted at this departure.")
    refused = _count("Showings at the ship's side that did not admit; one person may be shown several times.")
    taken = _count("Souls who have a place, of the ceiling.")
    aboard = _count("Souls on board now.")
    certificate = _count("Persons by certificate; null where none is documented.", allow_none=True)
    dispensation = _count("Persons by dispensation; null where none is valid.", allow_none=True)
    ceiling = _count("Souls who may sail; 0 where none may.")


class NewsOut(Schema):
    """Departures as they stood at `as_of`: all of them, or those that have changed. No name is in it."""

    version = fields.Integer(required=True, metadata={"description": "Of two states, the lower one is the older."})
    as_of = fields.AwareDateTime(required=True)
    departures = fields.List(fields.Nested(DepartureOut), attribute="rows", required=True)


class ShareOut(Schema):
    """A part of the souls admitted."""

    name = fields.String(required=True)
    boarded = _count("Souls admitted.")
    percent = _count("Rounded.")


class BoardRowOut(DepartureOfficialOut):
    """One departure on the official's board, with every number that its row counts for the board alone."""

    class Meta:
        include: ClassVar = {
            number.name: _count(**number.metadata) for number in numbers(DepartureRow) if number.metadata
        }

    needs = fields.List(fields.String(), required=True, metadata={"description": "Why a person must look at it."})
    to = fields.Method("_to", metadata={"description": "Souls admitted here, by the port that they go to."})

    @staticmethod
    def _to(row: Any) -> dict[str, int]:
        return dict(row.destinations)


class BoardOut(NewsOut):
    """The official's board: departures, and the sums over the whole season."""

    departures = fields.List(fields.Nested(BoardRowOut), attribute="rows", required=True)
    boarded = _count("Souls admitted so far, over the whole season.")
    left = _count("Departures that have left.")
    calls = _count("Departures of the season that were not called off.")
    operators = fields.List(fields.Nested(ShareOut), required=True)
    destinations = fields.List(fields.Nested(ShareOut), required=True)
