"""Calendar entries of a booking and of a voyage: from when people may board until the ship leaves, at the port's clock.

An entry stands on the day on which people come to the port: that of a ship of 24.00 begins the evening before midnight.
It tells no names and no numbers of documents: calendars are shared.
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from flask import current_app, request, url_for
from flask_babel import gettext as _
from icalendar import Calendar, Event
from werkzeug.wrappers import Response

from app import clock
from app.boarding.queries import find_departure_of
from app.booking.models import BookingState
from app.errors import NotFound
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import get_voyage
from app.web import words
from app.web.browser_bookings import find_mine
from app.web.guard import public
from app.web.traveler.door import ask_who, bp

MIME = "text/calendar; charset=utf-8"


@bp.get("/pesanan/<code>/kalender.ics")
@public
def booking_entry(code: str) -> str | Response:
    """The booking's journey for a calendar; called off where nobody of it travels."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    travels = booking.state_at(clock.now()) == BookingState.CONFIRMED
    page = url_for("traveler.ticket", code=booking.code, _external=True)
    return _file(booking.from_call, booking.to_call, f"booking {booking.id}", page, travels=travels)


@bp.get("/pelayaran/<int(max=2147483647):voyage_id>/kalender.ics")
@public
def voyage_entry(voyage_id: int) -> Response:
    """A journey on the voyage for a calendar: from `from_call_id` to `to_call_id`, or all of it."""
    voyage = get_voyage(voyage_id)
    asked = [voyage.call_of(request.args.get(name, type=int)) for name in ("from_call_id", "to_call_id")]
    if len(voyage.calls) < 2 or any(
        name in request.args and call is None for name, call in zip(("from_call_id", "to_call_id"), asked, strict=True)
    ):
        raise NotFound("voyage_not_found")
    start, end = asked[0] or voyage.calls[0], asked[1] or voyage.calls[-1]
    if end.position <= start.position:
        raise NotFound("voyage_not_found")
    page = url_for("traveler.voyage", voyage_id=voyage.id, from_call_id=start.id, to_call_id=end.id, _external=True)
    return _file(start, end, f"voyage {voyage.id} {start.id} {end.id}", page, travels=True)


def _file(start: PortCall, end: PortCall, what: str, page: str, *, travels: bool) -> Response:
    found = Calendar()
    found.add("prodid", "-//Dermaga//ID")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add_component(_event(start, end, what, page, travels=travels))
    found.add_missing_timezones()
    answer = Response(found.to_ical(), mimetype="text/calendar", content_type=MIME)
    answer.headers["Content-Disposition"] = 'attachment; filename="dermaga.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _event(start: PortCall, end: PortCall, what: str, page: str, *, travels: bool) -> Event:
    voyage: Voyage = start.voyage
    ship = voyage.ship.name if voyage.ship else voyage.operator.name
    event = Event()
    # The id says neither booking nor voyage, and stays: a calendar that is given the file again changes its entry.
    event.add("uid", f"{sha256(f'{current_app.secret_key!s} {what}'.encode()).hexdigest()[:32]}@dermaga")
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("summary", f"{ship}: {start.port.name} – {end.port.name}")
    event.add("location", f"{start.port.harbour}, {start.port.name}" if start.port.harbour else start.port.name)
    event.add("url", page)
    window = _span(start)
    if window:
        event.add("dtstart", window[0].astimezone(start.port.tz))
        event.add("dtend", window[1].astimezone(start.port.tz))
        leaves, opens = words.leaves_at(window[1], start.port), words.at(window[0], start.port)
        told = " ".join([_("Kapal berangkat %(at)s.", at=leaves), _("Naik kapal dibuka %(at)s.", at=opens)])
    elif start.day:
        event.add("dtstart", start.day)
        event.add("dtend", start.day + timedelta(days=1))
        told = _("Jam berangkat belum diumumkan. Lihat halamannya sehari sebelumnya.")
    else:
        raise NotFound("voyage_not_found")
    event.add("description", f"{told}\n{page}")
    event.add("status", "CONFIRMED" if travels and voyage.cancelled_at is None else "CANCELLED")
    return event


def _span(start: PortCall) -> tuple[datetime, datetime] | None:
    """From when people may board until the ship leaves; None where the minute is not known."""
    if start.day is None or not start.time_known:
        return None
    departure = find_departure_of(start.id)
    return departure.boarding_window() if departure else None
