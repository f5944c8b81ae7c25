"""Enter documents ahead on one's own booking: doses, tests and letters, where the rules of the day ask for it."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.booking.actions.documents import enter_document, say, withdraw_document
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.persons import SaidFact
from app.booking.eligibility.requirements import Asked, Requirements
from app.booking.models import Booking, BookingState
from app.errors import Refusal
from app.web.browser_bookings import find_mine
from app.web.forms import Form
from app.web.guard import public
from app.web.judging import fact_fields
from app.web.traveler.door import ask_who, bp, go

PATH = "/pesanan/<code>/dokumen"
PERSON = f"{PATH}/<int(max=99):position>"


@bp.get(PATH)
@public
def ahead(code: str) -> str | Response:
    """One card for each person of whom the rules ask something that can be entered ahead."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    asks = Assessment(booking, clock.now()).enterable()
    return go("ticket", booking.code) if asks is None else _page(booking, asks)


@bp.post(PERSON)
@public
def say_ahead(code: str, position: int) -> str | Response | tuple[str, int]:
    """Keep what a traveler says of themselves; only what differs from what is known is kept."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    asks, person, passenger = Assessment(booking, clock.now()).asked_of(position)
    try:
        say(passenger.id, fact_fields.read(_fields(person), _said(asks, person)))
    except Refusal as refusal:
        return _refused(booking, asks, refusal, position, fact_fields.name_of(str(refusal.details.get("fact", ""))))
    return _kept(booking, position)


@bp.post(f"{PERSON}/surat")
@public
def paper_ahead(code: str, position: int) -> str | Response | tuple[str, int]:
    """A test or a letter; it counts at the gate once an officer has seen it."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    asks, person, passenger = Assessment(booking, clock.now()).asked_of(position)
    sent = fact_fields.sent()
    typed = {name: sent.get(f"{position}-{name}", "") for name in fact_fields.PAPER}
    try:
        if typed["kind"] not in person.kinds:
            raise Refusal("paper_kind_unknown", field="kind")
        enter_document(passenger.id, **fact_fields.read_paper(typed, booking.from_call.port))
    except Refusal as refusal:
        return _refused(booking, asks, refusal, position, refusal.field or "")
    return _kept(booking, position)


@bp.post(f"{PERSON}/surat/<int(max=2147483647):paper_id>/tarik")
@public
def withdraw_ahead(code: str, position: int, paper_id: int) -> Response:
    """It was a mistake."""
    booking = find_mine(code)
    if booking is None:
        return ask_who(code)
    _asks, _asked, passenger = Assessment(booking, clock.now()).asked_of(position)
    withdraw_document(paper_id, passenger.id)
    return _kept(booking, position)


def _fields(person: Asked) -> list[fact_fields.Field]:
    return fact_fields.fields(person.facts, f"{person.passenger.position}-" if person.passenger else "")


def _said(asks: Requirements, person: Asked) -> Mapping[str, SaidFact]:
    known = asks.known.statements if asks.known else {}
    return known.get(person.passenger.id, {}) if person.passenger else {}


def _papers(asks: Requirements, person: Asked) -> list[ShownDocument]:
    known = asks.known.documents if asks.known else {}
    return list(known.get(person.passenger.id, ())) if person.passenger else []


def _kept(booking: Booking, position: int) -> Response:
    """Back to the card of that person, which says so."""
    return redirect(url_for("traveler.ahead", code=booking.code, dicatat=position, _anchor=f"who-{position}"), 303)


def _refused(
    booking: Booking, asks: Requirements, refusal: Refusal, position: int, name: str
) -> str | Response | tuple[str, int]:
    form = Form(fact_fields.sent(), _labels(asks))
    form.refuse(refusal, f"{position}-{name}")
    return _page(booking, asks, form), refusal.status


def _page(booking: Booking, asks: Requirements, form: Form | None = None) -> str:
    people = [person for person in asks.people if person.passenger and person.enters]
    form = form or Form(labels=_labels(asks))
    form.defaults = {
        f"{person.passenger.position}-{name}": value
        for person in people
        if person.passenger
        for name, value in fact_fields.typed(_said(asks, person)).items()
    }
    port = booking.from_call.port
    return render_template(
        "traveler/documents.html",
        booking=booking,
        asks=asks,
        people=[(person, _card(asks, person, booking)) for person in people],
        form=form,
        labels=fact_fields.paper_labels(),
        kept=request.args.get("dicatat", type=int),
        paid=booking.state_at(clock.now()) == BookingState.CONFIRMED,
        now_here=fact_fields.write_moment(clock.now(), port),
    )


def _card(asks: Requirements, person: Asked, booking: Booking) -> dict[str, Any]:
    papers = _papers(asks, person)
    return {
        "fields": _fields(person),
        "papers": [(paper, fact_fields.paper_line(paper, booking.from_call.port)) for paper in papers],
        "options": fact_fields.paper_options(person.kinds),
    }


def _labels(asks: Requirements) -> dict[str, str]:
    """Label each input in the summary of errors."""
    named: dict[str, str] = {}
    for person in asks.people:
        if person.passenger:
            before = f"{person.passenger.position}-"
            words = {before + name: word for name, word in fact_fields.paper_labels().items()}
            words |= fact_fields.labels(_fields(person))
            named |= {name: f"{person.passenger.name}: {word}" for name, word in words.items()}
    return named
