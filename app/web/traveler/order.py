"""The order, step by step: who travels, check and pay, or give the places back."""

from contextlib import suppress
from datetime import datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, config
from app.accounts.models import Role
from app.booking import identity
from app.booking.actions import cancellation
from app.booking.actions import payment as payment_actions
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.requirements import Requirements
from app.booking.fields import normal_code
from app.booking.models import NIK_KINDS, OPEN, Booking, Passenger
from app.booking.money.pricing import bill_of, payment_methods
from app.booking.queries import find_booking
from app.booking.schemas import PaymentIn, TravelersIn
from app.booking.travelers import Traveler
from app.errors import Refusal
from app.phones import spoken_phone
from app.schedule.days import local_day
from app.web.browser_bookings import find_mine, find_taken_up, is_mine
from app.web.document_kinds import BRINGS, INFANT_KINDS, KINDS
from app.web.forms import Form
from app.web.guard import public
from app.web.traveler import terms
from app.web.traveler.door import ask_who, bp, go
from app.web.traveler.my_bookings import list_twice
from app.web.traveler.status import notices_of

FIELDS = ("document_kind", "document_number", "name", "birth_date", "sex")


@bp.get("/pesanan/<code>/penumpang")
@public
def travelers(code: str) -> str | Response:
    """One card for each person, filled with what was typed before."""
    booking = _find(code)
    if booking is None:
        return ask_who(code)
    if not _held(booking):
        return _away(booking)
    before = find_taken_up(booking) or booking
    typed: dict[str, object] = {"phone": spoken_phone(before.phone), "family_card": before.family_card or ""}
    for number, person in enumerate(before.passengers):
        typed |= {f"passengers-{number}-{name}": getattr(person, name) for name in FIELDS}
        typed[f"passengers-{number}-infant"] = "true" if person.infant else ""
        # What was accepted once against the NIK is not asked again.
        typed[f"passengers-{number}-as_on_document"] = "true" if _differs(person) else ""
    named = len(booking.passengers) == booking.souls
    asks = Assessment(booking, clock.now()).requirements() if named and "periksa" in request.args else None
    return _travelers_page(booking, Form(labels=_labels(booking), defaults=typed), asks)


@bp.post("/pesanan/<code>/penumpang")
@public
def name_travelers(code: str) -> str | Response | tuple[str, int]:
    """Write down who travels, and go on to check and pay."""
    if not (is_mine(normal_code(code)) or _find(code)):
        return ask_who(code)
    told = Form(request.form.to_dict()).load(TravelersIn())
    if told is None:
        return _travelers_again(code)
    try:
        people = [Traveler(**person) for person in told["passengers"]]
        booking = payment_actions.name_travelers(
            normal_code(code), told["phone"], people, told["family_card"], at_counter=_at_the_counter()
        )
    except Refusal as refusal:
        return _travelers_again(code, refusal)
    asks = Assessment(booking, clock.now()).requirements()
    if asks and asks.fails and _failing(asks) != request.form.get("told", ""):
        # Said once, at the card of the person; whoever sends the same again has read it and goes on.
        return redirect(url_for("traveler.travelers", code=booking.code, periksa=1), 303)
    if _at_the_counter():
        return redirect(url_for("counter.booking", code=booking.code), 303)
    return go("payment", booking.code)


def _travelers_again(code: str, refusal: Refusal | None = None) -> str | Response | tuple[str, int]:
    """The cards as typed, with what is wrong; or the page that says where the booking stands by now."""
    booking = _find(code)
    if booking is None:
        return ask_who(code)
    if not _held(booking):
        return _away(booking)
    form = Form(request.form.to_dict(), _labels(booking))
    if refusal is None:
        form.load(TravelersIn())
        return _travelers_page(booking, form), 422
    index = refusal.details.get("index")
    form.refuse(refusal, None if index is None else f"passengers-{index}-{refusal.field}")
    return _travelers_page(booking, form), refusal.status


@bp.get("/pesanan/<code>/bayar")
@public
def payment(code: str) -> str | Response:
    """Everything to check on one page, the conditions, and the two ways to pay."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    if not _held(booking):
        return go("ticket", booking.code)
    if len(booking.passengers) != booking.souls:
        return go("travelers", booking.code)
    return _payment_page(booking, Form(labels=_payment_labels(), defaults={"method": booking.payment}))


@bp.post("/pesanan/<code>/bayar")
@public
def choose_payment(code: str) -> str | Response | tuple[str, int]:
    """The choice: the places are held for the counter."""
    code = normal_code(code)
    if not is_mine(code):
        return ask_who(code)
    form = Form(request.form.to_dict(), _payment_labels())
    chosen = form.load(PaymentIn())
    if chosen is None:
        booking = find_mine(code)
        if booking is None or not _held(booking):
            return go("ticket", code)
        return _payment_page(booking, form), 422
    try:
        payment_actions.choose_payment(code, chosen["method"])
    except Refusal as refusal:
        booking = find_mine(code) if refusal.code in {"payment_not_open", "refused_by_rule"} else None
        if booking:
            form.refuse(refusal, "method")
            return _payment_page(booking, form), refusal.status
        # Each of the others is told by the page that it leads to.
        return go("travelers" if refusal.code == "travelers_missing" else "ticket", code)
    return go("ticket", code)


@bp.get("/pesanan/<code>/lepas")
@public
def ask_release(code: str) -> str | Response:
    """Ask before places go: a slip of the thumb must cost nobody a place."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    if not _held(booking):
        return go("ticket", booking.code)
    page = "ticket" if booking.payment else "payment" if len(booking.passengers) == booking.souls else "travelers"
    return render_template(
        "traveler/release.html", booking=booking, back=url_for(f"traveler.{page}", code=booking.code)
    )


@bp.post("/pesanan/<code>/lepas")
@public
def release(code: str) -> Response:
    """Give the places back to the others."""
    booking = _find(code)
    if booking is None:
        return ask_who(code)
    with suppress(Refusal):  # confirmed meanwhile: its page says so
        payment_actions.release(booking.code)
    return _away(booking)


def _at_the_counter() -> bool:
    """Whether an officer writes down who travels: the money is then taken on the counter's page."""
    return bool(current_user.is_authenticated and current_user.role == Role.OFFICER)


def _find(code: str) -> Booking | None:
    """The booking that this browser may fill in; an officer also one in which nobody is named yet.

    Travelers' data are theirs: an officer puts them right with the card in the hand, on the counter's pages.
    """
    mine = find_mine(code)
    if mine or not _at_the_counter():
        return mine
    booking = find_booking(normal_code(code))
    return booking if booking and not booking.passengers else None


def _away(booking: Booking) -> Response:
    """To the page that says where the booking stands: the officer's own at the counter, else the ticket."""
    if _at_the_counter():
        return redirect(url_for("counter.booking", code=booking.code), 303)
    return go("ticket", booking.code)


def _held(booking: Booking) -> bool:
    """Whether there is still something to fill in; the ticket's page says what else is true."""
    return booking.state_at(clock.now()) in OPEN and booking.voyage.cancelled_at is None


def _differs(person: Passenger) -> bool:
    if person.document_kind not in NIK_KINDS:
        return False
    return bool(identity.matches(identity.check_nik(person.document_number), person.birth_date, person.sex))


def _labels(booking: Booking) -> dict[str, str]:
    """Label each input in the summary of errors, in the order of the form."""
    words = {
        "document_kind": _("dokumen"),
        "document_number": _("nomor"),
        "name": _("nama"),
        "birth_date": _("tanggal lahir"),
        "sex": _("jenis kelamin"),
    }
    people = {
        f"passengers-{number}-{name}": _("%(field)s penumpang %(number)s", number=number + 1, field=word)
        for number in range(booking.souls)
        for name, word in words.items()
    }
    return {**people, "family_card": _("Nomor Kartu Keluarga"), "phone": _("Nomor telepon")}


def _payment_labels() -> dict[str, str]:
    return {"method": _("Cara membayar")}


def _seconds_left(booking: Booking, now: datetime) -> int:
    return max(0, int((booking.expires_at - now).total_seconds())) if booking.expires_at else 0


def _failing(asks: Requirements) -> str:
    """Name what fails for whom, as one word to know it by."""
    return " ".join(f"{n}:{failure.rule}" for n, person in enumerate(asks.people) for failure in person.failures)


def _travelers_page(booking: Booking, form: Form, asks: Requirements | None = None) -> str:
    now = clock.now()
    return render_template(
        "traveler/travelers.html",
        notices=notices_of(booking, now),
        base="gate/base.html" if _at_the_counter() else "base.html",
        at_the_counter=_at_the_counter(),
        booking=booking,
        asks=asks,
        told=_failing(asks) if asks else "",
        form=form,
        kinds=[(kind.value, words) for kind, words in KINDS.items()],
        infant_kinds=[(kind.value, KINDS[kind]) for kind in INFANT_KINDS],
        today=local_day(now, booking.from_call.port.tz),
        seconds_left=_seconds_left(booking, now),
        seconds=max(_seconds_left(booking, now), config.current().hold_minutes * 60),
    )


def _payment_page(booking: Booking, form: Form) -> str:
    now = clock.now()
    rules = Assessment(booking, now)
    counter = now + timedelta(hours=config.current().counter_hours)
    return render_template(
        "traveler/payment.html",
        booking=booking,
        notices=notices_of(booking, now),
        twice=list_twice(booking),
        now=now,
        asks=rules.requirements(),
        form=form,
        refund=terms.REFUND.get(booking.voyage.operator.code, terms.UNKNOWN),
        terms=terms,
        methods=payment_methods(booking, now),
        bill=bill_of(booking),
        changes_until=cancellation.closes_at(booking),
        counter_until=min(filter(None, (counter, rules.payable_until()))),
        kinds=KINDS,
        brings=BRINGS,
        seconds_left=_seconds_left(booking, now),
        seconds=max(_seconds_left(booking, now), config.current().hold_minutes * 60),
    )
