"""Know which enrolled device asks: by its number and signature in a header of the request."""

from flask import request

from app import clock
from app.accounts.devices.actions import NOTED_EVERY, hear_of_device
from app.accounts.devices.models import Device
from app.accounts.devices.proof import GOOD_FOR, is_signed, message_of
from app.accounts.devices.queries import find_device
from app.errors import Refusal

HEADER = "X-Device"
"""`<number> <seconds since 1970> <signature as base64url>`; what is signed is in `app/accounts/devices/proof.py`."""


def asking_device() -> Device | None:
    """The device that signed this request, also a revoked one; None where none says so.

    Raises Refusal `device_signature` where the header is not good: another key, another request, or too old.
    """
    told = request.headers.get(HEADER)
    if told is None:
        return None
    number, seconds, signature = [*told.split(" "), "", "", ""][:3]
    good = number.isdecimal() and seconds.isdecimal() and len(number) < 10 and len(seconds) < 12
    device = find_device(int(number)) if good else None
    if device is None or abs(clock.now().timestamp() - int(seconds)) > GOOD_FOR.total_seconds():
        raise Refusal("device_signature")
    message = message_of(device.id, int(seconds), request.method, request.path, request.get_data())
    if not is_signed(device.public_key, signature, message):
        raise Refusal("device_signature")
    return device


def heard(device: Device, unsent: int | None = None, gate_id: int | None = None) -> None:
    """Note that the device was heard of, with what it told and the gate of its new pack; not at every request."""
    if unsent is not None or gate_id is not None or clock.now() - device.seen_at >= NOTED_EVERY:
        hear_of_device(device.id, unsent, gate_id)
