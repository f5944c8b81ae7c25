"""Prove by a header that one made a booking, and so may see it. Travelers have no accounts."""

import hmac
import re
from uuid import UUID

from flask import request

from app import config
from app.booking.fields import normal_code
from app.booking.models import Booking
from app.booking.queries import find_code_by_request, get_booking
from app.errors import NotFound
from app.phones import normal_phone
from app.web.guard import allow, is_officer

PROOF = [
    {
        "in": "header",
        "name": "X-Booking-Key",
        "schema": {"type": "string"},
        "description": "The `request_id` that made the booking: proof of being the one who made it.",
    },
    {
        "in": "header",
        "name": "X-Booking-Phone",
        "schema": {"type": "string"},
        "description": "Or the phone number in the booking. Attempts by phone number are counted.",
    },
]
CODE = {
    "in": "path",
    "name": "code",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Z0-9]{8}$"},
    "description": "The booking code.",
    "example": "K7M2QX9A",
}


def booking_of_asker(typed: str) -> Booking:
    """The booking, for whoever proves to have made it; officers may look. Others are told that there is none.

    The key cannot be guessed, so only attempts without the right one are counted.
    """
    return get_booking(code_of_asker(typed))


def code_of_asker(typed: str) -> str:
    """The code of the booking, for the same people; for an action, which reads the booking behind its lock."""
    code = clean_code(typed)
    if (key := asked_key()) and find_code_by_request(key) == code:
        return code
    if request.method == "GET" and is_officer():
        return code
    allow("search", config.current().search_limit)
    booking = get_booking(code)
    if not (booking.phone and hmac.compare_digest(booking.phone, asked_phone())):
        raise NotFound("booking_not_found")
    return code


def clean_code(typed: str, unknown: str = "booking_not_found") -> str:
    """The code as it is kept. Raises NotFound `unknown` for what cannot be one."""
    code = normal_code(typed)
    if not re.fullmatch(r"[A-Z0-9]{8}", code):
        raise NotFound(unknown)
    return code


def asked_key() -> str:
    """The key that was sent as proof; empty where it is none."""
    try:
        return str(UUID(request.headers.get("X-Booking-Key", "")))
    except ValueError:
        return ""


def asked_phone() -> str:
    """The phone number that was sent as proof, as it is kept; empty where it is none."""
    try:
        return normal_phone(request.headers.get("X-Booking-Phone", ""))
    except ValueError:
        return ""
