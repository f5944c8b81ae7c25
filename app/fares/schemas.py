"""The shape in which a price is told."""

from marshmallow import Schema, fields


class PriceOut(Schema):
    """Rupiah for one person of one class; null where no source gives it."""

    adult = fields.Integer(required=True, allow_none=True, metadata={"description": "Rupiah."})
    infant = fields.Integer(required=True, allow_none=True, metadata={"description": "Rupiah."})
    published = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "First day of the newest published tariff, where it ended before the day of travel."},
    )
    source_url = fields.String(required=True)
