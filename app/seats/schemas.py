"""The shapes in which places are told."""

from marshmallow import Schema, fields

from app.seats.models import PlaceKind


class PlacesOut(Schema):
    """The places of one class over a journey (its scarcest leg)."""

    fare_class_id = fields.Integer(required=True, attribute="fare_class.id")
    fare_class = fields.String(required=True, attribute="fare_class.name")
    kind = fields.Enum(
        PlaceKind,
        by_value=True,
        required=True,
        metadata={"description": "A bed or seat, a person without one (`non_seat`), or a vehicle."},
    )
    quota = fields.Integer(required=True, metadata={"description": "Places of all channels: `sold` to `remaining`."})
    sold = fields.Integer(required=True, metadata={"description": "Places of confirmed bookings, of all channels."})
    held = fields.Integer(required=True, metadata={"description": "Places of orders that are not paid yet."})
    kept = fields.Integer(
        required=True,
        metadata={
            "description": "Not sold online: of other channels, not released yet, set aside, withheld by a decree, "
            "above the ship's ceiling, or with the sale ended."
        },
    )
    restricted = fields.Integer(
        required=True, metadata={"description": "Those of `kept` that a decree withholds (a share of the places)."}
    )
    remaining = fields.Integer(required=True, metadata={"description": "Places that can be had now."})


class AvailabilityOut(Schema):
    """The places left on one voyage or a part of it, true at `as_of`; without classes nothing is on sale."""

    voyage_id = fields.Integer(required=True)
    from_call_id = fields.Integer(
        required=True, allow_none=True, metadata={"description": "As asked for; null for the whole voyage."}
    )
    to_call_id = fields.Integer(required=True, allow_none=True)
    cancelled = fields.Boolean(
        required=True, metadata={"description": "True: called off, so nothing remains; that is not sold out."}
    )
    as_of = fields.AwareDateTime(required=True)
    classes = fields.List(fields.Nested(PlacesOut), required=True)
