"""The counter: who ordered, what it costs, the money is here, and the tickets on paper."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.groups.actions import assign_groups
from app.boarding.groups.queries import find_group
from app.boarding.queries import find_departure_of
from app.boarding.schemas import SHOWN_MAX
from app.booking.actions.payment import confirm_payment, give_code_back
from app.booking.fields import normal_code
from app.booking.identity import mask
from app.booking.models import CODE_LENGTH, OPEN, Booking, BookingState, Displacement, Passenger, Ticket
from app.booking.money.pricing import bill_of
from app.booking.money.receipts import list_receipts_of
from app.booking.queries import find_booking, find_ticket, get_booking, list_code_returns
from app.booking.search import SHOWN as PEOPLE_SHOWN
from app.booking.search import find_passengers
from app.booking.tickets import code as ticket_code
from app.booking.tickets import qr
from app.booking.tickets.code import format_serial
from app.disruption.actions.rebooking import choose_refund, pay_refunds, rebook
from app.disruption.queries import list_displaced, list_refunds
from app.errors import NotFound, Refusal
from app.flow.queries import coming_departures
from app.schedule.queries import find_port
from app.seats.models import ChannelKind
from app.web import changes, words
from app.web.displacements import HAPPENED, tell_affected
from app.web.document_kinds import BRINGS
from app.web.guard import only, user
from app.web.own_ports import desk, must_be_at_own_port, own_ports
from app.web.words import sentence

bp = Blueprint("counter", __name__, url_prefix="/loket")


@bp.get("")
@only(Role.OFFICER)
def find() -> str | tuple[str, int] | Response:
    """The way to a booking: by its code, or by what its holder knows."""
    typed = request.args.get("code", "").strip()[:40]
    if not typed and "code" in request.args:
        return _find_page(fault=_("Isi %(field)s.", field=_("kode pesanan"))), 422
    if not typed:
        return _find_page()
    code = normal_code(typed)
    if find_booking(code) is not None:
        return redirect(url_for("counter.booking", code=code))
    if len(code) != CODE_LENGTH:
        fault = _("Kode pesanan punya %(length)s huruf dan angka. Periksa lagi.", length=CODE_LENGTH)
    else:
        fault = _("Tidak ada pesanan dengan kode ini. Periksa hurufnya satu per satu.")
    return _find_page(typed=typed, fault=fault), 404


@bp.post("")
@only(Role.OFFICER)
def search() -> str | tuple[str, int] | Response:
    """Search for the bookings of a phone, name, document or ticket. The text that was typed is in no address and in
    no log."""
    typed, call_id = request.form.get("q", "").strip()[:SHOWN_MAX], request.form.get("call_id", type=int)
    if ticket := _ticket_of(typed):
        return redirect(url_for("counter.booking", code=ticket.passenger.booking.code), 303)
    try:
        found = find_passengers(typed, call_id, own_ports())
    except ValueError:
        fault = _("Tulis paling sedikit 3 huruf nama, atau nomor telepon atau dokumen yang lengkap.")
        return _find_page(q=typed, q_fault=fault, call_id=call_id), 422
    return _find_page(q=typed, found=found, call_id=call_id)


@bp.post("/kode")
@only(Role.OFFICER)
def give_back() -> Response:
    """The card was looked at: the booking with its code, and a trace of it."""
    passenger_id = request.form.get("passenger_id", 0, type=int)
    must_be_at_own_port({"passenger_id": passenger_id})
    booking = give_code_back(passenger_id, user().id)
    return redirect(url_for("counter.booking", code=booking.code), 303)


def _ticket_of(typed: str) -> Ticket | None:
    """The ticket whose code a hand scanner has typed, or whose number somebody has."""
    try:
        is_code = typed[: len(ticket_code.PREFIX)].upper() == ticket_code.PREFIX
        keyring = current_app.extensions["keyring"]
        return find_ticket(
            ticket_code.read(typed.upper(), keyring).serial if is_code else ticket_code.clean_serial(typed)
        )
    except ticket_code.BadTicket:
        return None


def _find_page(found: list[Passenger] | None = None, **more: Any) -> str:
    here = find_port(desk())
    rows = [row for row in coming_departures(port_id=here.id).rows if row.state != "cancelled"] if here else []
    calls = [
        (row.call_id, f"{row.ship or _('Kapal belum disebut')}, "
         f"{words.at(row.departs_at, row.from_port) if row.departs_at and row.time_known else words.day(row.day)}")
        for row in rows
    ]  # fmt: skip
    blank = {"typed": "", "fault": "", "q": "", "q_fault": "", "call_id": None}
    return render_template(
        "gate/counter.html",
        **{**blank, **more},
        found=found[:PEOPLE_SHOWN] if found is not None else None,
        more=found is not None and len(found) > PEOPLE_SHOWN,
        calls=[("", _("Semua keberangkatan")), *calls],
        mask=mask,
        document_words=BRINGS,
    )


@bp.get("/terdampak")
@only(Role.OFFICER)
def displaced() -> str:
    """Everybody on any voyage who lost their places and still waits for a way out."""
    lost = list_displaced(port_ids=own_ports())
    refunds = list_refunds([row.booking_id for row in lost])
    return render_template("gate/displaced.html", lost=lost, refunds=refunds, happened=HAPPENED, as_of=clock.now())


@bp.get("/<code>")
@only(Role.OFFICER)
def booking(code: str) -> str:
    """The booking: who travels, what is to be paid, and where it stands."""
    return _booking_page(code)


@bp.post("/<code>/payment")
@only(Role.OFFICER)
def payment(code: str) -> tuple[str, int] | Response:
    """The money is here, or the cards of a free programme were seen: confirm, and show the tickets."""
    keyring = current_app.extensions["keyring"]
    return _done(code, lambda: confirm_payment(normal_code(code), user().id, keyring))


@bp.post("/<code>/pindah")
@only(Role.OFFICER)
def move(code: str) -> tuple[str, int] | Response:
    """The people who lost their places want this other voyage."""

    def to_the_voyage() -> Booking:
        start, _, end = request.form.get("voyage", "").partition("-")
        if not (start.isdecimal() and end.isdecimal() and max(len(start), len(end)) < 10):
            raise Refusal("choose_voyage")
        return rebook(normal_code(code), int(start), int(end), current_app.extensions["keyring"], user().id)

    return _done(code, to_the_voyage)


@bp.post("/<code>/uang-kembali")
@only(Role.OFFICER)
def pay_back(code: str) -> tuple[str, int] | Response:
    """The money that was owed to people who lost their places was given to them."""
    return _done(code, lambda: pay_refunds(normal_code(code), user().id))


@bp.post("/<code>/tidak-jadi")
@only(Role.OFFICER)
def give_up(code: str) -> tuple[str, int] | Response:
    """People who lost their places and had paid nothing do not want another voyage."""
    return _done(code, lambda: choose_refund(normal_code(code), user().id))


def _done(code: str, act: Callable[[], Booking | Displacement]) -> tuple[str, int] | Response:
    """Do it and show the booking that comes of it; or this one, with what the act was refused for."""
    try:
        made = act()
    except NotFound:
        raise
    except Refusal as refusal:
        return _booking_page(code, sentence(refusal.code, refusal.details)), refusal.status
    shown = made.code if isinstance(made, Booking) else normal_code(code)
    return redirect(url_for("counter.booking", code=shown), 303)


@bp.get("/<code>/print")
@only(Role.OFFICER)
def on_paper(code: str) -> str:
    """The tickets of a confirmed booking, one per sheet. Raises NotFound while there are none."""
    found = get_booking(normal_code(code))
    if found.state != BookingState.CONFIRMED:
        raise NotFound("ticket_not_found")
    tickets = [(p, p.ticket, qr.svg_for_paper(p.ticket.signed)) for p in found.passengers if p.ticket]
    if departure := find_departure_of(found.from_call_id):
        assign_groups(departure.id)
    return render_template(
        "gate/paper.html",
        booking=found,
        tickets=tickets,
        format_serial=format_serial,
        group=find_group(found.id),
    )


def _booking_page(code: str, fault: str = "") -> str:
    found = get_booking(normal_code(code))
    state = found.state_at(clock.now())
    named = len(found.passengers) == found.souls
    cancelled = found.voyage.cancelled_at is not None
    return render_template(
        "gate/booking.html",
        booking=found,
        state=state,
        named=named,
        payable=named and state in OPEN and not cancelled,
        printable=state == BookingState.CONFIRMED and not cancelled,
        family_card=mask(found.family_card) if found.family_card else "",
        free=found.channel.kind == ChannelKind.FREE,
        fault=fault,
        bill=bill_of(found),
        affected=tell_affected(found) if state == BookingState.CANCELLED else None,
        changeable=changes.is_open(found),
        shrinkable=changes.can_shrink(found),
        given_back=list_code_returns(found.id),
        receipts=list_receipts_of(found.id),
        **changes.tell_former(found, changes.Side("gate/base.html", "counter", "counter.booking")),
        format_serial=format_serial,
    )
