"""The form by which somebody is let aboard without a ticket."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from app.booking.fields import PersonName, RequestId, Text, Whole
from app.booking.walk_ons.models import DESCRIPTION_MAX, NAME_MAX, REASON_MAX, AgeBand


class WalkOnIn(Schema):
    """A person who comes aboard without a ticket: where to, and why."""

    id = RequestId(required=True)
    name = PersonName(NAME_MAX, load_default="")
    description = Text(DESCRIPTION_MAX, load_default="")
    age_band = fields.String(required=True, validate=validate.OneOf([*AgeBand], error="choose_one"))
    sex = fields.String(load_default=None, validate=validate.OneOf(["L", "P"], error="choose_one"))
    to_call_id = Whole(required=True, validate=validate.Range(min=1, max=2**31 - 1, error="choose_one"))
    reason = Text(REASON_MAX, required=True)

    @pre_load
    def _without_blanks(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in given.items() if value != "" or name not in self._optional}

    _optional = ("name", "description", "sex")

    @validates_schema
    def _known_by_something(self, given: dict[str, Any], **_: Any) -> None:
        if not given.get("name") and not given.get("description"):
            raise ValidationError({"name": ["name_or_description"]})
