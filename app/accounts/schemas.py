"""The shapes in which users and passwords come in. Messages are stable codes."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate, validates_schema

from app.accounts.models import Role
from app.text import filled, one_line

PASSWORD_MAX = 200
"""Characters a password may have: hashing a longer one would cost more than it protects."""

_REQUIRED: dict[str, Any] = {"required": "required", "null": "required", "invalid": "invalid"}


def _password() -> fields.String:
    return fields.String(required=True, validate=filled(PASSWORD_MAX), error_messages=_REQUIRED)


class PasswordTwiceIn(Schema):
    """A new password, typed twice so that a slip of the finger locks nobody out."""

    password = _password()
    password_again = _password()

    @validates_schema(skip_on_field_errors=True)
    def _alike(self, data: dict[str, Any], **_: Any) -> None:
        if data["password"] != data["password_again"]:
            raise ValidationError("password_again", "password_again")


class OwnPasswordIn(PasswordTwiceIn):
    """A new password for oneself, with the present one as the proof."""

    old_password = _password()


class AccessIn(Schema):
    """The role of a user, whether they may sign in, and what they may do about travel rules."""

    role = fields.Enum(Role, by_value=True, required=True, error_messages={**_REQUIRED, "unknown": "role"})
    active = fields.Boolean(required=True, error_messages=_REQUIRED)
    may_exempt = fields.Boolean(load_default=None, allow_none=True)
    may_approve_rules = fields.Boolean(load_default=None, allow_none=True)


class NewUserIn(Schema):
    """A person who is to work with Dermaga; the first password is made for them."""

    username = fields.String(
        required=True,
        validate=validate.Regexp(r"[a-z0-9][a-z0-9._-]{1,39}\Z", error="username"),
        error_messages=_REQUIRED,
    )
    name = fields.String(
        required=True,
        validate=[
            validate.Length(min=1, error="required"),
            validate.Length(max=80, error="too_long"),
            validate.Predicate("isprintable", error="invalid"),
        ],
        error_messages=_REQUIRED,
    )
    role = fields.Enum(Role, by_value=True, required=True, error_messages={**_REQUIRED, "unknown": "role"})

    @pre_load
    def _tidy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A name is one name however it is typed."""
        return {
            **data,
            "username": one_line(str(data.get("username", ""))).lower(),
            "name": one_line(str(data.get("name", ""))),
        }
