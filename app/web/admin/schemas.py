"""The shapes of the administrator's forms about voyages and ships. Messages are stable codes."""

import re
from datetime import date, datetime, time
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.booking.fields import Shape, Text, Whole
from app.schedule.models import CAUSES, CHILD_AGE_MAX

PERSONS_MAX = 99_999
"""More than any ship carries; the most that a timetable's cell can say."""

_CODES = {"required": "required", "null": "required"}


class MayBeEmpty(fields.Field[Any]):
    """Before the kind of a field: what is left empty is None."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs) if str(value).strip() else None


class FormDay(fields.Date):
    """A day from a calendar input, or typed as `2026-11-27`."""

    default_error_messages = {**_CODES, "invalid": "day"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        text = str(value).strip()
        if not text:
            raise self.make_error("required")
        if not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(text, attr, data, **kwargs)


class Minute(fields.Time):
    """A time of day as `13:00`; people also write `13.00`."""

    default_error_messages = {**_CODES, "invalid": "time_of_day"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        text = str(value).strip()
        if not text:
            raise self.make_error("required")
        match = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::00)?", text, re.ASCII)
        if match is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return time(int(match[1]), int(match[2]))


class MaybeText(Text):
    """One line of text that may be left empty."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs) if str(value).strip() else ""


class FormMoment(fields.Field[datetime | None]):
    """A day with its hour on the port's clock, `2026-11-27T13:00`, without a zone; people also type a blank and a dot.

    Empty is None.
    """

    default_error_messages = {**_CODES, "invalid": "moment"}  # noqa: RUF012 - marshmallow's own form

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime | None:
        text = str(value).strip()
        if not text:
            return None
        match = re.fullmatch(
            r"(20[0-9]{2}-[0-9]{2}-[0-9]{2})[T ]([01][0-9]|2[0-3])[:.]([0-5][0-9])(?::00)?", text, re.ASCII
        )
        try:
            if match:
                return datetime.combine(date.fromisoformat(match[1]), time(int(match[2]), int(match[3])))
        except ValueError:
            pass
        raise self.make_error("invalid")


class Count(Whole):
    """A whole number, also with its thousands set apart as pages show them: `1.418`, in English `1,418`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}(?:[., ][0-9]{3})+", value.strip(), re.ASCII):
            value = re.sub(r"[., ]", "", value)
        return super()._deserialize(value, attr, data, **kwargs)


class MaybeWhole(MayBeEmpty, Whole):
    """A whole number that may be left empty."""

    def _validate(self, value: Any) -> None:
        if value is not None:
            super()._validate(value)


class TimesIn(Shape):
    """All that is said of a call's times besides its plan."""

    revised_arrival = FormMoment(load_default=None)
    revised_departure = FormMoment(load_default=None)
    cause = fields.String(load_default="", validate=validate.OneOf(("", *CAUSES), error="cause_missing"))
    reason = MaybeText(200, load_default="")
    later_too = fields.Boolean(load_default=False)
    tide_from = FormMoment(load_default=None)
    tide_until = FormMoment(load_default=None)
    actual_arrival = FormMoment(load_default=None)
    actual_departure = FormMoment(load_default=None)


class CorrectedPaperIn(Shape):
    """A paper put right; its kind stays."""

    persons = Count(required=True, validate=validate.Range(1, PERSONS_MAX, error="persons"))
    valid_from = FormDay(required=True)
    valid_to = FormDay(required=True)
    letter = MaybeText(120, load_default="")
    source_url = MaybeText(400, load_default="")


class PaperIn(CorrectedPaperIn):
    """A certificate or a dispensation: how many persons, from when until when; a dispensation has a letter."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(("certificate", "dispensation"), error="paper_kind"),
        error_messages={"required": "paper_kind", "null": "paper_kind", "invalid": "paper_kind"},
    )

    @validates_schema(skip_on_field_errors=False)
    def _letter_of_a_dispensation(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("kind") == "dispensation" and not data.get("letter"):
            raise ValidationError("letter", "letter")


class MaybeDay(MayBeEmpty, FormDay):
    """A day that may be left empty."""


class DecreeIn(Shape):
    """A level of restrictions, from when until when, by which letter; no port is every port."""

    level = Whole(required=True, validate=validate.OneOf((1, 2, 3, 4), error="ppkm_level"))
    port_id = MaybeWhole(load_default=None, validate=validate.Range(1, 2147483647, error="port_not_found"))
    valid_from = FormDay(required=True)
    valid_to = MaybeDay(load_default=None)
    letter = Text(120, required=True)
    source_url = MaybeText(400, load_default="")


class NamedIn(Shape):
    """A name; `as_typed` when it is no slip of another one."""

    as_typed = fields.Boolean(load_default=False, error_messages={"invalid": "invalid", "null": "invalid"})


class PortIn(NamedIn):
    """A port. Its code may be left empty, and then is provisional."""

    name = Text(60, required=True)
    harbour = MaybeText(60, load_default="")
    zone = Text(40, required=True)
    code = MaybeText(5, load_default="")
    confirmed_by = MaybeText(200, load_default="")


class OperatorIn(NamedIn):
    """A company that runs ships."""

    name = Text(80, required=True)
    code = Text(10, required=True)
    child_age = MaybeWhole(load_default=None, validate=validate.Range(1, CHILD_AGE_MAX, error="child_age"))


class ShipIn(NamedIn):
    """A vessel."""

    name = Text(60, required=True)
    operator_id = Whole(required=True, validate=validate.Range(0, 2147483647, error="operator_not_found"))
    type = MaybeText(120, load_default="")
    imo = MaybeText(11, load_default="")
    source_url = MaybeText(400, load_default="")
    note = MaybeText(600, load_default="")
