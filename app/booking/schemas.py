"""The shapes in which an order comes in: one for each step, the same for the HTML form and the JSON API.

Messages are stable codes; whoever answers puts them into words. A loaded passenger fits `actions.Traveler`.
"""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from app.booking import identity
from app.booking.fields import (
    _REQUIRED,
    NAME_MAX,
    BirthDate,
    FamilyCard,
    PersonName,
    Phone,
    Plate,
    RequestId,
    Shape,
    Text,
    Whole,
    YesNo,
    normal_code,
)
from app.booking.models import CODE_LENGTH, NIK_KINDS, PERSONS_MAX, DocumentKind, PaymentMethod
from app.booking.waitlist.models import CHOICES_MAX
from app.booking.wanted_journey import WantedJourney
from app.seats.models import ONLINE

_ID = validate.Range(min=1, max=2**31 - 1, error="invalid")
_COUNT = validate.Range(min=0, max=PERSONS_MAX, error="party_size")


def _work() -> fields.String:
    meaning = (
        "Only after `proof_of_work`: its challenge, `~`, and the numbers that were found, with commas between them."
    )
    return fields.String(
        load_default="", validate=validate.Length(max=400, error="too_long"), metadata={"description": meaning}
    )


class _JourneyIn(Shape):
    voyage_id = Whole(required=True, validate=_ID)
    fare_class_id = Whole(required=True, validate=validate.Range(min=1, max=255, error="fare_class_not_found"))
    from_call_id = Whole(load_default=None, allow_none=True, validate=_ID)
    to_call_id = Whole(load_default=None, allow_none=True, validate=_ID)


class HoldIn(_JourneyIn):
    """Places are wanted on one voyage. Without calls the journey is the whole voyage."""

    request_id = RequestId(
        required=True, metadata={"description": "Made by whoever asks. Sent again, it is the same booking."}
    )
    adults = Whole(
        required=True,
        validate=validate.Range(min=1, max=PERSONS_MAX, error="party_size"),
        metadata={"description": "Adults and children: each has a place. With a vehicle: those who are in it."},
    )
    infants = Whole(
        load_default=0, validate=_COUNT, metadata={"description": "On a lap: no place, but a soul under the ceiling."}
    )
    vehicle_plate = Plate(
        load_default="",
        metadata={
            "description": "For a class of vehicles, and only there. Spaces, dots and hyphens part it.",
            "example": "KH 1234 AB",
        },
    )
    channel_id = Whole(
        load_default=ONLINE,
        validate=_ID,
        metadata={
            "description": "Out of whose places: 1 is online, for everybody; `GET /programmes` tells those of open free"
            " programmes. Others only for officers."
        },
    )
    work = _work()


class PassengerIn(Shape):
    """A person who travels, named as on the identity document.

    A number that cannot be right is told at `document_number`. A birth date or sex that the NIK does not
    tell is told at its field, and accepted with `as_on_document`: a NIK never changes, not even when the
    day in it turns out to be wrong.
    """

    name = PersonName(NAME_MAX, required=True, metadata={"description": "As printed on the document."})
    document_kind = fields.Enum(
        DocumentKind, by_value=True, required=True, error_messages={**_REQUIRED, "unknown": "document_kind"}
    )
    document_number = Text(
        40,
        required=True,
        metadata={"description": "ktp, kia and kk: the holder's own NIK. Spaces, dots and hyphens are ignored."},
    )
    birth_date = BirthDate(required=True)
    sex = fields.String(
        required=True,
        validate=validate.OneOf(["L", "P"], error="sex"),
        error_messages={**_REQUIRED, "invalid": "sex"},
        metadata={"description": "L laki-laki, P perempuan."},
    )
    infant = YesNo(load_default=False, error_messages={"invalid": "invalid", "null": "required"})
    as_on_document = YesNo(
        load_default=False,
        error_messages={"invalid": "invalid", "null": "required"},
        metadata={"description": "Birth date and sex stand so on the document, whatever the NIK says."},
    )

    @validates_schema(skip_on_field_errors=False)
    def _document_is_possible(self, data: dict[str, Any], **_: Any) -> None:
        kind, number = data.get("document_kind"), data.get("document_number")
        if kind is None or number is None:
            return
        try:
            plain = identity.check_document(kind, number)
        except identity.DocumentFault as fault:
            raise ValidationError({"document_number": [fault.code]}) from None
        if kind not in NIK_KINDS or data.get("as_on_document"):
            return
        # Compare what is there; what is missing is told at its own field.
        born, sex, nik = data.get("birth_date"), data.get("sex"), identity.check_nik(plain)
        if born and identity.may_be_a_card(nik, born):
            raise ValidationError({"document_number": ["nik_of_a_card"], "birth_date": ["nik_birth_date_mismatch"]})
        told = identity.matches(nik, born or nik.birth_dates[0], sex or nik.sex)
        at = {"nik_birth_date_mismatch": "birth_date", "nik_sex_mismatch": "sex"}
        if told:
            raise ValidationError({at[code]: [code] for code in told})

    @post_load
    def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        number = identity.check_document(data["document_kind"], data["document_number"])
        kept = {**data, "document_number": number}
        del kept["as_on_document"]
        return kept


class CardIn(PassengerIn):
    """The data on a passenger's document, save the name."""

    class Meta(Shape.Meta):
        exclude = ("name", "infant")


class TravelersIn(Shape):
    """Everybody who travels on a booking, and one phone number to reach them."""

    phone = Phone(30, required=True, metadata={"description": "08..., +62... or another country's +..."})
    family_card = FamilyCard(
        load_default="",
        metadata={"description": "The family card's own number, for places of a free programme and only there."},
    )
    passengers = fields.List(
        fields.Nested(PassengerIn, error_messages={**_REQUIRED, "type": "invalid"}),
        required=True,
        validate=validate.Length(min=1, max=PERSONS_MAX, error="party_size"),
        error_messages={**_REQUIRED, "invalid": "invalid"},
    )

    @validates_schema(skip_on_field_errors=False)
    def _nobody_twice(self, data: dict[str, Any], **_: Any) -> None:
        seen: set[str] = set()
        for index, passenger in enumerate(data.get("passengers") or []):
            number = passenger.get("document_number")
            if number and number in seen:
                raise ValidationError({"passengers": {index: {"document_number": ["document_twice"]}}})
            seen.add(number)


class PaymentIn(Shape):
    """How a booking is paid."""

    method = fields.Enum(
        PaymentMethod, by_value=True, required=True, error_messages={**_REQUIRED, "unknown": "payment_method"}
    )


class MoveIn(_JourneyIn):
    """Where passengers want to move. Without calls the journey is the whole voyage."""

    request_id = RequestId(
        required=True, metadata={"description": "Made by whoever asks. Sent again, it is the same move."}
    )
    with_ = fields.List(
        Whole(validate=validate.Range(min=0, max=99, error="invalid")),
        data_key="with",
        load_default=list,
        validate=validate.Length(max=PERSONS_MAX, error="party_size"),
        error_messages={**_REQUIRED, "invalid": "invalid"},
        metadata={"description": "Positions of those who move along."},
    )


class NameIn(Shape):
    """A name, typed right."""

    name = PersonName(NAME_MAX, required=True, metadata={"description": "As printed on the document."})


class FindIn(Shape):
    """The code and phone number that open a booking in a browser that did not make it."""

    code = Text(40, required=True)
    phone = Phone(30, required=True)

    @post_load
    def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "code": normal_code(data["code"])[:CODE_LENGTH]}


class ChoiceIn(_JourneyIn):
    """One journey and class that would do. Without calls the journey is the whole voyage."""

    @post_load
    def _as_wanted(self, data: dict[str, Any], **_: Any) -> WantedJourney:
        return WantedJourney(**data)


class WaitingIn(Shape):
    """A group that wants to wait for places, with the voyages that would do, the dearest wish first."""

    request_id = RequestId(
        required=True, metadata={"description": "Made by whoever asks. Sent again, it is the same entry."}
    )
    phone = Phone(30, required=True, metadata={"description": "08..., +62... or another country's +..."})
    adults = Whole(
        required=True,
        validate=validate.Range(min=1, max=PERSONS_MAX, error="party_size"),
        metadata={"description": "Adults and children: each needs a place."},
    )
    infants = Whole(load_default=0, validate=_COUNT, metadata={"description": "On a lap."})
    # Not `partial`: a schema has something of its own by that name.
    fewer = YesNo(
        load_default=False,
        attribute="partial",
        error_messages={"invalid": "invalid", "null": "required"},
        metadata={"description": "Fewer places are welcome too; else all or none."},
    )
    work = _work()
    choices = fields.List(
        fields.Nested(ChoiceIn, error_messages={**_REQUIRED, "type": "invalid"}),
        required=True,
        validate=validate.Length(min=1, max=CHOICES_MAX, error="choices"),
        error_messages={**_REQUIRED, "invalid": "invalid"},
    )
