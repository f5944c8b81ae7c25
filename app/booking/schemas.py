"""The shapes in which an order comes in: one for each step, the same for the HTML form and the JSON API.

Messages are stable codes; whoever answers puts them into words. A loaded passenger fits `actions.Traveler`.
"""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from app import clock
from app.booking import identity
from app.booking.models import CHOICES_MAX, CODE_LENGTH, NIK_KINDS, PERSONS_MAX, DocumentKind, PaymentMethod
from app.booking.names import is_a_name, meant_name, signs_in
from app.errors import Told
from app.phones import normal_phone
from app.schedule.days import latest_day
from app.seats.models import ONLINE
from app.text import one_line

NAME_MAX = 60
SIGNS_TOLD = 5
"""So many of the signs that stand in no name are told."""
OLDEST_YEARS = 125
PLATE_MAX = 12
"""Characters of a vehicle's plate, spaces counted."""

_REQUIRED = {"required": "required", "null": "required"}


def normal_code(text: str) -> str:
    """A booking code as it is kept, from however it was typed: capitals, only letters and digits."""
    return "".join(c for c in text.upper() if c.isalnum())


def normal_plate(text: str) -> str:
    """A vehicle's plate as it is kept: capitals, its parts apart by one space, at most PLATE_MAX characters.

    An Indonesian one, however it was typed, as letters, digits, letters: `KH 1234 AB`. Those of the forces, of
    embassies and of other countries have other patterns and keep their own parts. Raises ValueError for what no
    plate can be: without a digit, with other characters, too long.
    """
    plain = re.sub(r"[\s./\u2010-\u2015-]+", " ", text).strip().upper()
    if match := re.fullmatch(r"([A-Z]{1,2}) ?([1-9][0-9]{0,3}) ?([A-Z]{0,3})", plain):
        return " ".join(filter(None, match.groups()))
    if not re.fullmatch(rf"(?=.*[0-9])[A-Z0-9 ]{{2,{PLATE_MAX}}}", plain):
        raise ValueError("vehicle_plate")
    return plain


class YesNo(fields.Boolean):
    """True or false: as a form sends it, or as JSON has it; a number is neither."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


class Shape(Schema):
    """Parent of the shapes: unknown names are refused, and every message is a code."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown_field", "type": "invalid"}  # noqa: RUF012 - marshmallow's own form


class Whole(fields.Integer):
    """A whole number, also as its digits: a form can send nothing else."""

    default_error_messages = {**_REQUIRED, "invalid": "whole_number"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str):
            if not re.fullmatch(r"[0-9]{1,10}", value.strip()):
                raise self.make_error("required" if not value.strip() else "invalid")
            value = int(value)
        if not isinstance(value, int):
            raise self.make_error("invalid")
        return super()._deserialize(value, attr, data, **kwargs)


class Text(fields.String):
    """One line of text without invisible characters; spaces at its ends and doubled ones dropped; not empty."""

    default_error_messages = {**_REQUIRED, "invalid": "invalid"}  # noqa: RUF012

    def __init__(self, maximum: int, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(max=maximum, error="too_long"), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = one_line(super()._deserialize(value, attr, data, **kwargs))
        if not text:
            raise self.make_error("required")
        if not text.isprintable():
            raise self.make_error("invalid")
        return text


class PersonName(Text):
    """A person's name as on the document: letters of any alphabet, and the marks that `is_a_name` takes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, attr, data, **kwargs)
        if is_a_name(name):
            return name
        if meant := meant_name(name):
            raise ValidationError(Told("name_meant", name=meant))
        signs = signs_in(name)
        raise ValidationError(Told("name_signs", signs=" ".join(signs[:SIGNS_TOLD])) if signs else "name_letters")


class Phone(Text):
    """A phone number in any common writing; kept as `normal_phone` says."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return normal_phone(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            if isinstance(error, ValidationError):
                raise
            raise ValidationError("phone") from None


class Plate(fields.String):
    """A vehicle's plate in any common writing; kept as `normal_plate` says, empty where nothing was typed."""

    default_error_messages = {**_REQUIRED, "invalid": "vehicle_plate"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            return normal_plate(text) if text else ""
        except ValueError:
            raise ValidationError("vehicle_plate") from None


class FamilyCard(fields.String):
    """The number of a family card; empty where nothing was typed."""

    default_error_messages = {**_REQUIRED, "invalid": "family_card"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return identity.check_family_card(text) if text.strip() else ""
        except identity.DocumentFault as fault:
            raise ValidationError(fault.code) from None


class BirthDate(fields.Date):
    """A day on which a living person can have been born: `1994-03-15`, or `15/3/1994` as people write it."""

    default_error_messages = {**_REQUIRED, "invalid": "birth_date"}  # noqa: RUF012

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if isinstance(value, str):
            if not value.strip():
                raise self.make_error("required")
            if match := re.fullmatch(r"\s*(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\s*", value):
                value = f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
        born = super()._deserialize(value, attr, data, **kwargs)
        today = latest_day(clock.now())
        if isinstance(born, datetime) or not today.year - OLDEST_YEARS <= born.year or born > today:
            raise ValidationError("birth_date_impossible")
        return born


_ID = validate.Range(min=1, max=2**31 - 1, error="invalid")
_COUNT = validate.Range(min=0, max=PERSONS_MAX, error="party_size")


def _work() -> fields.String:
    meaning = (
        "Only after `proof_of_work`: its challenge, `~`, and the numbers that were found, with commas between them."
    )
    return fields.String(
        load_default="", validate=validate.Length(max=400, error="too_long"), metadata={"description": meaning}
    )


class HoldIn(Shape):
    """Places are wanted on one voyage. Without calls the journey is the whole voyage."""

    request_id = fields.UUID(
        required=True,
        error_messages={**_REQUIRED, "invalid_uuid": "request_id"},
        metadata={"description": "Made by whoever asks. Sent again, it is the same booking."},
    )
    voyage_id = Whole(required=True, validate=_ID)
    fare_class_id = Whole(required=True, validate=validate.Range(min=1, max=255, error="fare_class_not_found"))
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
    from_call_id = Whole(load_default=None, allow_none=True, validate=_ID)
    to_call_id = Whole(load_default=None, allow_none=True, validate=_ID)
    work = _work()

    @post_load
    def _as_text(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        request_id: UUID = data["request_id"]
        return {**data, "request_id": str(request_id)}


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
    """What stands on a passenger's document, save the name."""

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


class MoveIn(Shape):
    """Where passengers want to move. Without calls the journey is the whole voyage."""

    request_id = fields.UUID(
        required=True,
        error_messages={**_REQUIRED, "invalid_uuid": "request_id"},
        metadata={"description": "Made by whoever asks. Sent again, it is the same move."},
    )
    voyage_id = Whole(required=True, validate=_ID)
    fare_class_id = Whole(required=True, validate=validate.Range(min=1, max=255, error="fare_class_not_found"))
    from_call_id = Whole(load_default=None, allow_none=True, validate=_ID)
    to_call_id = Whole(load_default=None, allow_none=True, validate=_ID)
    with_ = fields.List(
        Whole(validate=validate.Range(min=0, max=99, error="invalid")),
        data_key="with",
        load_default=list,
        validate=validate.Length(max=PERSONS_MAX, error="party_size"),
        error_messages={**_REQUIRED, "invalid": "invalid"},
        metadata={"description": "Positions of those who move along."},
    )

    @post_load
    def _as_text(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "request_id": str(data["request_id"])}


class NameIn(Shape):
    """A name, typed right."""

    name = PersonName(NAME_MAX, required=True, metadata={"description": "As printed on the document."})


class FindIn(Shape):
    """What opens a booking for whoever did not make it here: its code and its phone number."""

    code = Text(40, required=True)
    phone = Phone(30, required=True)

    @post_load
    def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "code": normal_code(data["code"])[:CODE_LENGTH]}


class ChoiceIn(Shape):
    """One journey and class that would do. Without calls the journey is the whole voyage."""

    voyage_id = Whole(required=True, validate=_ID)
    fare_class_id = Whole(required=True, validate=validate.Range(min=1, max=255, error="fare_class_not_found"))
    from_call_id = Whole(load_default=None, allow_none=True, validate=_ID)
    to_call_id = Whole(load_default=None, allow_none=True, validate=_ID)


class WaitingIn(Shape):
    """A group that wants to wait for places, with the voyages that would do, the dearest wish first."""

    request_id = fields.UUID(
        required=True,
        error_messages={**_REQUIRED, "invalid_uuid": "request_id"},
        metadata={"description": "Made by whoever asks. Sent again, it is the same entry."},
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

    @post_load
    def _as_text(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        request_id: UUID = data["request_id"]
        return {**data, "request_id": str(request_id)}
