"""The frame of the traveler's doors."""

from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from app.booking.fields import normal_code
from app.phones import spoken_phone
from app.web.words.language import written

bp = Blueprint("traveler", __name__)


def ask_who(code: str) -> Response:
    """To the form that asks for code and phone."""
    return redirect(url_for("traveler.find", kode=normal_code(code)[:12]), 303)


def go(endpoint: str, code: str) -> Response:
    """On to the next page of the booking, after something was sent."""
    return redirect(url_for(f"traveler.{endpoint}", code=code), 303)


@bp.app_template_filter()
def birthday(day: date) -> str:
    """`15 Mar 1994`."""
    return written(day, "d MMM y")


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
    return written(day, "EEE")


@bp.app_template_filter()
def host(address: str) -> str:
    """The site that an address is on: `kalteng.antaranews.com`."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
