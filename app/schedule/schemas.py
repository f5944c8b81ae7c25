"""The shapes in which voyages are asked for and told."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from app.schedule.days import DAY_TOLD
from app.schedule.models import CAUSES
from app.text import filled

NAME_MAX = 60
DAYS_MAX = 31


class Day(fields.Date):
    """A local day as `2026-04-07`, between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(date(2000, 1, 1), date(2100, 12, 31)), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class Number(fields.Integer):
    """A whole number in an address: its digits and nothing else."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not re.fullmatch(r"-?[0-9]{1,10}", value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


def a_port(name: str, meaning: str) -> fields.String:
    """A query parameter that names a port."""
    return fields.String(
        data_key=name,
        load_default=None,
        validate=filled(NAME_MAX),
        metadata={"description": f"{meaning}: code or name of the port.", "example": "Sampit"},
    )


class VoyageSearchIn(Schema):
    """From where, to where, and on which days."""

    from_port = a_port("from", "Asal (from)")
    to_port = a_port("to", "Tujuan (to)")
    day = Day(
        load_default=None,
        metadata={"description": "First local day of departure; today at the port of departure where not given."},
    )
    days = Number(
        load_default=1,
        validate=validate.Range(1, DAYS_MAX),
        metadata={"description": "How many days, the first one counted."},
    )


class PartIn(Schema):
    """Which part of a voyage, by two of its calls; without them all of it."""

    from_call_id = Number(load_default=None, validate=validate.Range(1, 2**31 - 1))
    to_call_id = Number(load_default=None, validate=validate.Range(1, 2**31 - 1))


class JourneyIn(PartIn):
    """Which part of a voyage, by its calls or by ports: then the next call at the one, and the nearest at the other."""

    from_port = a_port("from", "Naik di (from)")
    to_port = a_port("to", "Turun di (to)")


class PortRefOut(Schema):
    """Which port."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class PortOut(PortRefOut):
    """A place where ships call."""

    harbour = fields.String(
        required=True, metadata={"description": "The harbour's own name; empty where it is the town's."}
    )
    zone = fields.String(required=True, metadata={"description": "IANA time zone.", "example": "Asia/Jakarta"})
    zone_name = fields.String(required=True, metadata={"description": "WIB, WITA or WIT."})


class PortsOut(Schema):
    """All ports that one can travel from or to."""

    ports = fields.List(fields.Nested(PortOut), required=True)


class OperatorOut(Schema):
    """The company that runs the ship and sells its places."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ShipOut(Schema):
    """A vessel."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    imo = fields.String(required=True, allow_none=True)


def _moment(meaning: str) -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, allow_none=True, metadata={"description": meaning})


class CallOut(Schema):
    """One stop of a voyage. Moments are in UTC, and null where nobody has said."""

    id = fields.Integer(required=True, metadata={"description": "For `from_call_id` and `to_call_id` of a hold."})
    position = fields.Integer(required=True)
    port = fields.Nested(PortRefOut, required=True)
    day = fields.Date(required=True, allow_none=True, metadata={"description": DAY_TOLD})
    time_known = fields.Boolean(
        required=True,
        metadata={"description": "False: only the day is known, and the planned moment is the end of that day."},
    )
    planned_arrival = _moment("By the timetable.")
    actual_arrival = _moment("As it happened.")
    planned_departure = _moment("By the timetable.")
    revised_departure = _moment("By the newest announcement.")
    actual_departure = _moment("As it happened.")
    departs_at = _moment("The departure as best known: actual, else revised, else planned.")
    tide_from = _moment("From when the water lets the ship over the bar.")
    tide_until = _moment("Until when it does.")
    revised_arrival = _moment("By the newest announcement.")
    cause = fields.String(
        required=True, metadata={"description": "Why it was revised: tide, weather, technical, order; else empty."}
    )
    reason = fields.String(required=True, metadata={"description": "The same in words; may be empty."})


class VoyageOut(Schema):
    """One run of one ship through an ordered list of port calls."""

    id = fields.Integer(required=True)
    number = fields.String(required=True, metadata={"description": "Its key in the timetable that it came from."})
    operator = fields.Nested(OperatorOut, required=True)
    ship = fields.Nested(
        ShipOut, required=True, allow_none=True, metadata={"description": "Null while the operator names none."}
    )
    calls = fields.List(fields.Nested(CallOut), required=True)
    cancelled_at = _moment("When it was called off; null while it is to sail.")
    cancel_cause = fields.String(
        required=True,
        metadata={"enum": ["", *CAUSES], "description": "Why it was called off; empty while it is to sail."},
    )
    cancel_reason = fields.String(required=True, metadata={"description": "The same in words, where there are any."})
    source_url = fields.String(required=True)
    shifted_days = fields.Integer(
        required=True, metadata={"description": "How far a demonstration moved it from its documented day; else 0."}
    )
