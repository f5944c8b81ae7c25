"""Devices: enrolled by a code, with a key that they have made."""

from typing import Any

from marshmallow import Schema, fields, validate

from app import config
from app.accounts.devices.actions import CODE_LENGTH, enrol
from app.accounts.devices.models import KEY_LENGTH, NAME_MAX
from app.accounts.models import Role
from app.text import filled
from app.web.api.door import Door, operation
from app.web.guard import allow, only, user

bp = Door("devices", __name__, "Perangkat gerbang · Gate devices")

TRIES = "enrolment"


class DeviceIn(Schema):
    """A code and the public key of the device that it is to let in."""

    code = fields.String(required=True, validate=filled(2 * CODE_LENGTH), metadata={"description": "As it was shown."})
    name = fields.String(required=True, validate=filled(NAME_MAX), metadata={"description": "What it is called."})
    public_key = fields.String(
        required=True,
        validate=validate.Length(equal=KEY_LENGTH),
        metadata={"description": "A point on P-256, uncompressed, as base64url without padding."},
    )


class DeviceOut(Schema):
    """The device's number, which goes into the header `X-Device` of what it signs."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


@bp.post("/devices")
@bp.arguments(DeviceIn)
@bp.response(201, DeviceOut)
@operation("Daftarkan perangkat · Enrol a device", "enrolment_code", "device_key", "device_revoked", "too_many")
@only(Role.OFFICER)
def enrol_device(given: dict[str, str]) -> Any:
    """Let the device with this key in; the code is used up by it. The same key again is the same device."""
    allow(TRIES, config.current().sign_in_limit, str(user().id))
    return enrol(given["code"], given["name"], given["public_key"], user().id)
