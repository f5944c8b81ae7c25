"""Every place explained, for programs of officials: the same sums as on the page."""

from marshmallow import Schema, fields

from app.accounts.models import Role
from app.booking.inventory.breakdown import Explanation, explain
from app.schedule.queries import get_voyage
from app.web.api.door import ID, Door, operation
from app.web.guard import only

bp = Door("explanations", __name__, "Setiap tempat dijelaskan · Every place explained")


class TermOut(Schema):
    """One step of a sum."""

    part = fields.String(
        required=True,
        metadata={
            "description": "certificate, dispensation, not_in_classes, quota, others, unreleased, held, sold, "
            "aside (for the first group that waits), restricted (withheld by a decree), blocked"
        },
    )
    amount = fields.Integer(required=True, metadata={"description": "Added; below zero: taken off."})
    left = fields.Integer(required=True, metadata={"description": "What there is after this step."})


class ClassSumOut(Schema):
    """One class on one leg: its terms end with `remaining`, what is left online."""

    fare_class_id = fields.Integer(required=True, attribute="fare_class.id")
    fare_class = fields.String(required=True, attribute="fare_class.name")
    kind = fields.String(required=True, attribute="fare_class.kind")
    terms = fields.List(fields.Nested(TermOut), required=True)
    remaining = fields.Integer(required=True)


class SoulsOut(Schema):
    """The people who have a place on a leg; all of them and `free` together are the ceiling."""

    in_beds = fields.Integer(required=True)
    infants = fields.Integer(required=True)
    without_bed = fields.Integer(required=True)
    in_vehicles = fields.Integer(required=True)
    without_ticket = fields.Integer(
        required=True, metadata={"description": "People whom an officer let aboard without one."}
    )
    free = fields.Integer(required=True, metadata={"description": "Below zero where a ceiling sank."})


class LegSumOut(Schema):
    """One leg: its terms are the places for persons, all classes together, and end with `remaining`."""

    leg_id = fields.Integer(required=True, attribute="sums.leg_id")
    from_port = fields.String(required=True, attribute="start.port.code")
    to_port = fields.String(required=True, attribute="end.port.code")
    certificate = fields.Integer(required=True, allow_none=True, attribute="sums.certificate")
    dispensation = fields.Integer(required=True, allow_none=True, attribute="sums.dispensation")
    ceiling = fields.Integer(required=True, attribute="sums.ceiling")
    terms = fields.List(fields.Nested(TermOut), required=True, attribute="sums.terms")
    remaining = fields.Integer(required=True, attribute="sums.remaining")
    classes = fields.List(fields.Nested(ClassSumOut), required=True, attribute="sums.classes")
    souls = fields.Nested(SoulsOut, required=True)


class ExplanationOut(Schema):
    """The sums of all legs of a voyage, true at `as_of`."""

    voyage_id = fields.Integer(required=True, attribute="voyage.id")
    as_of = fields.AwareDateTime(required=True)
    legs = fields.List(fields.Nested(LegSumOut), required=True)


@bp.get(f"/voyages/<{ID}:voyage_id>/explanation")
@bp.response(200, ExplanationOut)
@operation("Setiap tempat dijelaskan · Every place explained", "voyage_not_found")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def explain_voyage(voyage_id: int) -> Explanation:
    """An open sum from the ship's papers to what is left online, for each leg and each class. No names."""
    return explain(get_voyage(voyage_id))
