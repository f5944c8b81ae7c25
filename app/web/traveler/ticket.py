"""The booking afterwards: its tickets, on the screen and on paper, and finding it again."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import jsonify, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from app import clock, config
from app.boarding.groups.actions import assign_groups
from app.boarding.groups.queries import find_group
from app.boarding.models import Departure
from app.boarding.queries import surroundings_of
from app.booking.eligibility.assessment import Assessment
from app.booking.models import OPEN, Booking, BookingState, Passenger
from app.booking.money.models import Refund
from app.booking.money.pricing import bill_of
from app.booking.money.refunds import list_refunds
from app.booking.queries import find_booking
from app.booking.schemas import FindIn
from app.booking.tickets import qr
from app.booking.waitlist.models import WaitingState
from app.booking.waitlist.queries import find_entry, find_entry_of_offer, state_at
from app.errors import NotFound, Refusal
from app.seats.models import ONLINE
from app.web import changes, guard
from app.web.browser_bookings import find_mine, remember, remember_waiting
from app.web.displacements import tell_affected
from app.web.document_kinds import BRINGS
from app.web.forms import Form
from app.web.guard import public
from app.web.traveler import terms
from app.web.traveler.door import ask_who, bp, go
from app.web.traveler.my_bookings import list_my_bookings, list_my_waits
from app.web.traveler.status import notices_of, version_of
from app.web.words import hour, sentence

SHEETS = ("a6", "a4")
"""Paper: one ticket on an A6 page, or four on an A4 page."""


@dataclass(frozen=True)
class Shown:
    """One passenger's ticket as it is shown."""

    passenger: Passenger
    serial: str
    code: Markup


@bp.get("/pesanan/<code>")
@public
def ticket(code: str) -> str | Response:
    """Where the booking stands, and its tickets once it is confirmed. `?cetak=a6` or `a4` is for paper."""
    booking = find_mine(code)
    return ask_who(code) if booking is None else ticket_page(booking)


def ticket_page(booking: Booking, refusal: Refusal | None = None) -> str:
    """The booking as it stands; with what could not be done about it, where something was refused."""
    now = clock.now()
    state = booking.state_at(now)
    sheet = request.args.get("cetak", "")
    cancelled = booking.voyage.cancelled_at is not None
    travels = state == BookingState.CONFIRMED and not cancelled
    on_paper = sheet in SHEETS and travels
    around, assessment = surroundings_of(booking), Assessment(booking, now)
    group = around.group
    if on_paper and group is None and around.departure is not None:
        assign_groups(around.departure.id)
        group = find_group(booking.id)
    if not around.entered:
        assessment.note_nothing_entered()
    return render_template(
        "traveler/paper.html" if on_paper else "traveler/ticket.html",
        booking=booking,
        state=state,
        named=len(booking.passengers) == booking.souls,
        tickets=_tickets(booking, on_paper) if travels else [],
        asks=assessment.requirements() if travels else None,
        brings=BRINGS,
        group=group if travels else None,
        called=around.departure if around.departure and around.departure.called_group else None,
        window=None if cancelled else _window(booking, around.departure),
        exchange=terms.EXCHANGE.get(booking.voyage.operator.code),
        refund=terms.REFUND.get(booking.voyage.operator.code, terms.UNKNOWN),
        affected=tell_affected(booking) if state == BookingState.CANCELLED else None,
        refusal=sentence(refusal.code, refusal.details) if refusal else "",
        changeable=changes.is_open(booking),
        shrinkable=changes.can_shrink(booking),
        sheet=sheet,
        soon=now,
        waits=_waits(booking, state),
        bill=bill_of(booking) if state in OPEN else None,
        again=can_hold_again(booking),
        notices=(notices := notices_of(booking, now, _refunds(booking) if around.refunds else ())),
        version=version_of(booking, now, notices),
        **changes.tell_former(booking, changes.TRAVELER),
    )


@bp.get("/pesanan/<code>/kabar")
@public
def ticket_news(code: str) -> Response | tuple[Response, int]:
    """Which state of the booking is true now, for a page that stays open; it loads itself anew when it is another."""
    booking = find_mine(code)
    if booking is None:
        return jsonify(version=""), 404
    now = clock.now()
    notices = notices_of(booking, now, _refunds(booking))
    return jsonify(version=version_of(booking, now, notices), as_of=hour(now, booking.from_call.port))


def can_hold_again(booking: Booking) -> bool:
    """Whether the hold has ended unpaid, was one that everybody can ask for, and the ship still sells by its plan."""
    ended = booking.state_at(clock.now()) in {BookingState.EXPIRED, BookingState.CANCELLED}
    former = booking.former_passengers or booking.confirmed_at
    return bool(ended and not former and booking.channel_id == ONLINE and not booking.voyage.cancelled_at)


@bp.get("/pesanan")
@public
def find() -> str:
    """The form that asks for code and phone, and the bookings of this browser."""
    return _find_page(Form(labels=_labels(), defaults={"code": request.args.get("kode", "")[:12]}))


@bp.post("/pesanan")
@public
def open_found() -> Response | tuple[str, int]:
    """Open the booking of that code and phone. A wrong code and a wrong phone get the same answer."""
    guard.allow("search", config.current().search_limit)
    form = Form(request.form.to_dict(), _labels())
    wanted = form.load(FindIn())
    if wanted is None:
        return _find_page(form), 422
    # A booking or a place on the waiting list: people have one code and do not know what it is called.
    booking, entry = find_booking(wanted["code"]), find_entry(wanted["code"])
    if booking is not None and _same(booking.phone, wanted["phone"]):
        remember(booking.code)
        return go("ticket", booking.code)
    if entry is not None and _same(entry.phone, wanted["phone"]):
        remember_waiting(entry.code)
        return go("waiting", entry.code)
    form.refuse(NotFound("booking_not_found"), "code")
    return _find_page(form, wanted["phone"]), 404


def _find_page(form: Form, read_as: str = "") -> str:
    rows = {"bookings": list_my_bookings(), "waits": list_my_waits()}
    return render_template("traveler/find.html", form=form, read_as=read_as, **rows)


def _waits(booking: Booking, state: BookingState) -> str:
    """The code under which the group still waits, when this was an offer that it did not take."""
    if state not in {BookingState.CANCELLED, BookingState.EXPIRED}:
        return ""
    entry = find_entry_of_offer(booking)
    return entry.code if entry and state_at(entry, clock.now()) == WaitingState.WAITING else ""


def _same(kept: str, typed: str) -> bool:
    """Whether it is the phone number, in constant time; an order without one is nobody's."""
    return bool(kept) and hmac.compare_digest(kept.encode(), typed.encode())


def _labels() -> dict[str, str]:
    return {"code": _("Kode pesanan"), "phone": _("Nomor telepon")}


def _tickets(booking: Booking, on_paper: bool) -> list[Shown]:
    draw = qr.svg_for_paper if on_paper else qr.svg_for_screen
    return [
        Shown(
            person,
            f"{person.ticket.serial[:5]}-{person.ticket.serial[5:]}",
            draw(person.ticket.signed, _("Kode tiket %(name)s", name=person.name)),
        )
        for person in booking.passengers
        if person.ticket and person.ticket.signed
    ]


def _refunds(booking: Booking) -> Iterable[Refund]:
    return list_refunds(booking.id).values()


def _window(booking: Booking, departure: Departure | None) -> tuple[datetime, datetime] | None:
    """From when until when people may board; None where the minute is not known."""
    if departure is None or booking.from_call.day is None or not booking.from_call.time_known:
        return None
    return departure.boarding_window()
