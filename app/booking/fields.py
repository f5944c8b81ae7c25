"""Fields of typed text, for every schema: codes, names, phones, plates, documents and days."""

import re
from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from app import clock
from app.booking import identity
from app.booking.person_names import is_a_name, meant_name, signs_in
from app.errors import Told
from app.phones import normal_phone
from app.schedule.days import latest_day
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


class RequestId(fields.UUID):
    """The id that whoever asks has made for one question: sent again, it has the same answer. Loaded as text."""

    default_error_messages = {**_REQUIRED, "invalid_uuid": "request_id"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:  # type: ignore[override]  # as text
        return str(super()._deserialize(value, *args, **kwargs))


class Shape(Schema):
    """Parent of the shapes: unknown names are refused, and every message is a code."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "unknown_field", "type": "invalid"}  # noqa: RUF012 - marshmallow's own form


class Whole(fields.Integer):
    """A whole number, also as its digits: a form can send nothing else."""

    default_error_messages = {**_REQUIRED, "invalid": "whole_number"}  # noqa: RUF012 - marshmallow's own form

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

    default_error_messages = {**_REQUIRED, "invalid": "invalid"}  # noqa: RUF012 - marshmallow's own form

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

    default_error_messages = {**_REQUIRED, "invalid": "vehicle_plate"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            return normal_plate(text) if text else ""
        except ValueError:
            raise ValidationError("vehicle_plate") from None


class FamilyCard(fields.String):
    """The number of a family card; empty where nothing was typed."""

    default_error_messages = {**_REQUIRED, "invalid": "family_card"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return identity.check_family_card(text) if text.strip() else ""
        except identity.DocumentFault as fault:
            raise ValidationError(fault.code) from None


class BirthDate(fields.Date):
    """A day on which a living person can have been born: `1994-03-15`, or `15/3/1994` as people write it."""

    default_error_messages = {**_REQUIRED, "invalid": "birth_date"}  # noqa: RUF012 - marshmallow's own form

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
