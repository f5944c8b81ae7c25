"""Hold the same places again after a hold has ended, with the people who were typed for them."""

from hmac import digest
from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts.allowances import TooMany
from app.booking.actions import hold
from app.booking.actions.pace import AbovePace
from app.errors import NotFound, Refusal
from app.web.browser_bookings import find_mine, remember
from app.web.guard import public
from app.web.pace import asker
from app.web.traveler.door import ask_who, bp, go
from app.web.traveler.ticket import can_hold_again, ticket_page

KEPT = 5
"""Holds of which a browser's session remembers what they take up."""


@bp.post("/pesanan/<code>/tahan-lagi")
@public
def hold_again(code: str) -> Response | tuple[str, int]:
    """Hold the same places; sent twice it is one hold. Its form begins with the people of the one that ended."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    if not can_hold_again(booking):
        return go("ticket", booking.code)
    souls = booking.vehicle_persons
    try:
        held = hold.hold(
            _request_id(booking.code),
            booking.voyage_id,
            booking.fare_class_id,
            booking.places if souls is None else souls,
            booking.infants,
            from_call_id=booking.from_call_id,
            to_call_id=booking.to_call_id,
            vehicle_plate=booking.vehicle_plate or "",
            **asker(request.form.get("work", "")),
        )
    except (NotFound, TooMany, AbovePace):
        raise
    except Refusal as refusal:
        return ticket_page(booking, refusal), refusal.status
    remember(held.code)
    session["again"] = dict([*session.get("again", {}).items(), (held.code, booking.code)][-KEPT:])
    return redirect(url_for("traveler.travelers", code=held.code), 303)


def _request_id(code: str) -> str:
    """The same for the same ended hold, and known to nobody else: it opens the new one in the API."""
    key = str(current_app.secret_key).encode()
    return str(UUID(bytes=digest(key, f"dermaga:again:{code}".encode(), "sha256")[:16], version=4))
