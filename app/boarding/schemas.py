"""The shapes in which a scan comes in and its answer goes out."""

from datetime import UTC, datetime

from marshmallow import Schema, fields, validate

from app.boarding.models import Direction, Stage, Verdict
from app.rules.engine.judge import OUTCOMES
from app.schedule.schemas import PortRefOut
from app.text import filled

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
        validate=filled(SHOWN_MAX),
        metadata={"description": "The text of the code as it was read, or the serial as it was typed."},
    )
    showing_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Made by the device for each showing of a ticket, and kept through every question and new "
            "`id` until a `pass` or `refuse` has arrived: a showing whose `pass` was lost is told it again "
            "(`recorded`), and is not `already_used` by itself."
        },
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
    direction = fields.Enum(
        Direction,
        by_value=True,
        load_default=Direction.IN,
        metadata={"description": "`out`: on the way off the ship, at a `gangway`; the next scan `in` is `came_back`."},
    )
    said = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        load_default=dict,
        validate=validate.Length(max=20),
        metadata={
            "description": "What the officer has looked at, by the names of docs/rules.md: "
            "`identity.name_matches`, `identity.number_matches`, `identity.person_matches`, `ticket.exchanged`, "
            "`person.health_app` (true or false), `person.doses` (0 and more), `documents` (`[]`: none shown; or "
            "tests that were seen, each with `kind`, `result` and `taken_at`). `null` takes back what was said. "
            "An answer's `asks` are the ones that are missing."
        },
    )
    seen = fields.List(
        fields.Integer(strict=True, validate=_ID),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "Ids of `details.papers` that the officer has held in the hand."},
    )


class ReasonOut(Schema):
    """Why a set of travel rules says what it says."""

    rule = fields.String(required=True, metadata={"description": "The rule's code; empty where no rule gave it."})
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    why = fields.String(
        required=True,
        validate=validate.OneOf(["failed", "missing", "error", "exempted"]),
        metadata={"description": "`missing`: `fact` is not known."},
    )
    fact = fields.String(required=True)
    title = fields.String(required=True)
    sentence = fields.String(required=True)
    next_step = fields.String(required=True)


class AnswerOut(Schema):
    """An answer that an officer can give with one touch: `said` and `seen` of the next scan."""

    label = fields.String(required=True)
    said = fields.Dict(keys=fields.String(), required=True)
    seen = fields.List(fields.Integer(), required=True)
    main = fields.Boolean(required=True)
    apart = fields.Boolean(required=True, metadata={"description": "To be shown far from the others."})


class ScanOut(Schema):
    """The gate's answer to a scan: the verdict, why, whom it is about, what to do next, and the count on board."""

    scan_id = fields.String(required=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    reason = fields.String(required=True, metadata={"description": "Stable code; `admitted` for a pass aboard."})
    word = fields.String(
        required=True,
        metadata={"description": "NAIK (at the terminal MASUK), COCOKKAN, TAHAN, TOLAK ..., translated."},
    )
    look = fields.String(
        required=True,
        metadata={"description": "How to show it: as the verdict, or `compare` where nothing is decided yet."},
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
    party = fields.Integer(
        required=True,
        metadata={"description": "Persons on the booking; 0 where no ticket of this departure was found."},
    )
    aboard = fields.Integer(required=True, metadata={"description": "Souls on board now, infants counted."})
    ceiling = fields.Integer(required=True, metadata={"description": "Souls who may sail."})
    details = fields.Dict(keys=fields.String(), required=True)
    stage = fields.String(required=True, validate=validate.OneOf([*Stage]))
    direction = fields.String(required=True, validate=validate.OneOf([*Direction]))
    outcome = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(OUTCOMES),
        metadata={"description": "What the travel rules say, finer than the verdict; null where none was asked."},
    )
    rule_set = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Number of the set of rules that judged."}
    )
    reasons = fields.List(
        fields.Nested(ReasonOut), required=True, metadata={"description": "Of the rules, the strongest first."}
    )
    more = fields.List(
        fields.Nested(ReasonOut),
        required=True,
        metadata={"description": "Those of `reasons` that neither `sentence`, `answers` nor `unrecorded` tells."},
    )
    unrecorded = fields.String(
        required=True, metadata={"description": "Of a pass: what nobody has looked at, and the rules only note."}
    )
    asks = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What the officer still has to say: send it as `said` with a new scan."},
    )
    answers = fields.List(
        fields.Nested(AnswerOut), required=True, metadata={"description": "The same as buttons with their words."}
    )
    document_kind = fields.String(required=True)
    document_number = fields.String(
        required=True, metadata={"description": "Masked, where it is to be compared; else empty."}
    )
