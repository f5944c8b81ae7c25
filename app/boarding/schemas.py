"""The shapes in which a scan comes in and its answer goes out."""

from datetime import UTC, datetime

from marshmallow import Schema, fields, validate

from app.boarding.models import Stage, Verdict
from app.schedule.schemas import PortRefOut

SHOWN_MAX = 400
"""Characters of what was shown; a ticket's code has about 160."""

_ID = validate.Range(min=1, max=2**31 - 1)
_POSSIBLE = validate.Range(min=datetime(2000, 1, 1, tzinfo=UTC), max=datetime(2200, 1, 1, tzinfo=UTC))


class GateOut(Schema):
    """A place where tickets are scanned."""

    id = fields.Integer(required=True, metadata={"description": "For `gate_id` of a scan."})
    name = fields.String(required=True)
    stage = fields.String(
        required=True,
        validate=validate.OneOf([*Stage]),
        metadata={"description": "Only a pass at a `gangway` boards."},
    )
    port = fields.Nested(PortRefOut, required=True)


class GatesOut(Schema):
    """All gates, by name."""

    gates = fields.List(fields.Nested(GateOut), required=True)


class ScanIn(Schema):
    """One ticket was shown at one gate."""

    id = fields.UUID(
        required=True,
        metadata={"description": "Made by the device for each showing. Sent again, it is the same scan."},
    )
    shown = fields.String(
        required=True,
        validate=validate.Length(min=1, max=SHOWN_MAX),
        metadata={"description": "The text of the code as it was read, or the serial as it was typed."},
    )
    departure_id = fields.Integer(required=True, strict=True, validate=_ID)
    gate_id = fields.Integer(required=True, strict=True, validate=_ID)
    scanned_at = fields.AwareDateTime(
        format="iso",
        load_default=None,
        allow_none=True,
        validate=_POSSIBLE,
        metadata={"description": "By the device's clock, with its zone. Decisions go by the server's."},
    )


class ScanOut(Schema):
    """What the gate shows: the verdict, why, whom it is about, what to do next, and the count on board."""

    scan_id = fields.String(required=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    reason = fields.String(required=True, metadata={"description": "Stable code; `admitted` for a pass aboard."})
    word = fields.String(
        required=True, metadata={"description": "NAIK (at the terminal MASUK), TAHAN, TOLAK or RUJUK, translated."}
    )
    sentence = fields.String(required=True)
    next_step = fields.String(required=True)
    serial = fields.String(required=True, metadata={"description": "Empty when no ticket could be read."})
    name = fields.String(required=True)
    fare_class = fields.String(required=True)
    infant = fields.Boolean(required=True)
    vehicle_plate = fields.String(
        required=True, metadata={"description": "Of the vehicle that the passenger comes in; else empty."}
    )
    aboard = fields.Integer(required=True, metadata={"description": "Souls on board now, infants counted."})
    ceiling = fields.Integer(required=True, metadata={"description": "Souls who may sail."})
    details = fields.Dict(keys=fields.String(), required=True)
