"""Remember which bookings and waiting-list entries this browser may open."""

from flask import session

from app.booking.fields import normal_code
from app.booking.models import Booking
from app.booking.queries import find_booking
from app.booking.waitlist.models import WaitingEntry
from app.booking.waitlist.queries import find_entry

KEPT = 20
"""Bookings that a browser's signed session remembers, the newest last."""


def remember(code: str) -> None:
    """Let this browser open the booking from now on."""
    kept = [known for known in session.get("bookings", []) if known != code]
    session["bookings"] = [*kept, code][-KEPT:]


def is_mine(code: str) -> bool:
    """Whether the booking of that code was made or opened in this browser."""
    return code in session.get("bookings", [])


def find_mine(code: str) -> Booking | None:
    """The booking, when it was made or opened in this browser; else None, whether it exists or not."""
    code = normal_code(code)
    return find_booking(code) if is_mine(code) else None


def find_taken_up(booking: Booking) -> Booking | None:
    """The ended hold whose people this one takes up, where nobody is written down for it yet."""
    before = session.get("again", {}).get(booking.code)
    return find_mine(before) if before and not booking.passengers else None


def remember_waiting(code: str) -> None:
    """Let this browser open the entry of the waiting list from now on."""
    kept = [known for known in session.get("waiting", []) if known != code]
    session["waiting"] = [*kept, code][-KEPT:]


def find_my_entry(code: str) -> WaitingEntry | None:
    """The entry, when it was made or opened in this browser; else None, whether it exists or not."""
    code = normal_code(code)
    return find_entry(code) if code in session.get("waiting", []) else None
