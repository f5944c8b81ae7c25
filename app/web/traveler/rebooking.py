"""The way out for travelers who lost their places: another voyage or the money, with one button each."""

from flask import current_app, flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.disruption.actions.rebooking import choose_refund, rebook
from app.errors import NotFound, Refusal
from app.web.browser_bookings import find_mine, remember
from app.web.guard import public
from app.web.traveler.door import ask_who, bp, go
from app.web.traveler.ticket import ticket_page


@bp.post("/pesanan/<code>/pindah")
@public
def move(code: str) -> Response | tuple[str, int]:
    """Travel on the other voyage that was chosen, and go on to the new tickets."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    start, _, end = request.form.get("voyage", "").partition("-")
    if not (start.isdecimal() and end.isdecimal() and max(len(start), len(end)) < 10):
        return ticket_page(booking, Refusal("choose_voyage")), 422
    try:
        new = rebook(booking.code, int(start), int(end), current_app.extensions["keyring"])
    except NotFound:
        raise
    except Refusal as refusal:
        return ticket_page(booking, refusal), refusal.status
    remember(new.code)
    flash(gettext("Sudah pindah. Ini tiket yang baru; tiket lama tidak berlaku lagi."))
    return go("ticket", new.code)


@bp.post("/pesanan/<code>/uang-kembali")
@public
def want_refund(code: str) -> Response | tuple[str, int]:
    """The money, please; or, where nothing was paid, nothing at all."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    try:
        choose_refund(booking.code)
    except NotFound:
        raise
    except Refusal as refusal:
        return ticket_page(booking, refusal), refusal.status
    return go("ticket", booking.code)
