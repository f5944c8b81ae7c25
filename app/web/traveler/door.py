"""The frame of the traveler's doors, and which bookings this browser may open."""

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, redirect, session, url_for
from flask_babel import format_date
from werkzeug.wrappers import Response

from app.booking.models import Booking, WaitingEntry
from app.booking.queries import find_booking
from app.booking.schemas import normal_code
from app.booking.standing import find_entry
from app.phones import spoken_phone

bp = Blueprint("traveler", __name__)

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


def ask_who(code: str) -> Response:
    """To the form that asks for code and phone."""
    return redirect(url_for("traveler.find", kode=normal_code(code)[:12]), 303)


def go(endpoint: str, code: str) -> Response:
    """On to the next page of the booking, after something was sent."""
    return redirect(url_for(f"traveler.{endpoint}", code=code), 303)


@bp.app_template_filter()
def birthday(day: date) -> str:
    """`15 Mar 1994`."""
    return format_date(day, "d MMM y")


@bp.app_template_filter()
def phone(kept: str) -> str:
    """`+62 812-3456-7890`: as it was understood."""
    return spoken_phone(kept)


@bp.app_template_filter()
def in_fours(number: str) -> str:
    """`6202 0155 0394 0001`: a number of figures as people compare it; others as they are."""
    return " ".join(number[n : n + 4] for n in range(0, len(number), 4)) if number.isdecimal() else number


@bp.app_template_filter()
def weekday(day: date) -> str:
    """`Jum`."""
    return format_date(day, "EEE")


@bp.app_template_filter()
def host(address: str) -> str:
    """The site that an address is on: `kalteng.antaranews.com`."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
