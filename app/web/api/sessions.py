"""Signing in for programs: a name and a password for a bearer token."""

from typing import Any

from marshmallow import Schema, fields

from app.accounts.models import Role
from app.errors import Refusal
from app.text import filled
from app.web.api.door import Door, operation
from app.web.guard import TOKEN_SECONDS, new_token, public
from app.web.sign_in import identify

bp = Door("sessions", __name__, "Masuk untuk program · Sign-in for programs")


class SessionIn(Schema):
    """The name and password of a sign-in."""

    username = fields.String(required=True, validate=filled(40))
    password = fields.String(required=True, validate=filled(200))


class SessionOut(Schema):
    """The token for `Authorization: Bearer ...`, and whose it is."""

    token = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds; a new password ends it before."})
    name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)


@bp.post("/sessions")
@bp.arguments(SessionIn, example={"username": "petugas", "password": "kata sandi petugas"})
@bp.response(201, SessionOut)
@operation(
    "Masuk · Sign in", "sign_in_failed", "too_many", "sign_in_elsewhere", "first_password", "first_password_ended"
)
@public
def begin_session(given: dict[str, str]) -> dict[str, Any]:
    """A token that is good for one shift."""
    user = identify(given["username"], given["password"])
    if user.first_password_until is not None:
        raise Refusal("first_password")
    return {"token": new_token(user), "expires_in": TOKEN_SECONDS, "name": user.name, "role": Role(user.role)}
