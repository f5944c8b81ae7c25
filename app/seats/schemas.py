"""The shapes in which places are told."""

from marshmallow import Schema, fields


class PlacesOut(Schema):
    """The places of one class over a whole voyage (its scarcest leg)."""

    fare_class_id = fields.Integer(required=True, attribute="fare_class.id")
    fare_class = fields.String(required=True, attribute="fare_class.name")
    quota = fields.Integer(required=True, metadata={"description": "Places on sale altogether."})
    remaining = fields.Integer(required=True, metadata={"description": "Places that can be had now."})


class AvailabilityOut(Schema):
    """What is left on one voyage, true at `as_of`; without classes nothing is on sale."""

    voyage_id = fields.Integer(required=True)
    as_of = fields.AwareDateTime(required=True)
    classes = fields.List(fields.Nested(PlacesOut), required=True)
