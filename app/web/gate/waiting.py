"""The waiting list of a voyage, with phone numbers; standby at the counter; and those who did not come."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.no_shows import cut_off, departures_past_cut_off, list_absent, list_released
from app.booking.schemas import WaitingIn
from app.booking.waitlist import actions as lists
from app.booking.waitlist.models import WaitingState
from app.booking.waitlist.queries import list_calls, list_entries, state_at, voyages_with_offers_due
from app.errors import NotFound, Refusal
from app.schedule.queries import get_voyage
from app.seats.models import PlaceKind
from app.web.browser_bookings import remember
from app.web.forms import Form
from app.web.gate import boarding
from app.web.gate.counter import bp
from app.web.guard import only, user
from app.web.journeys import Journey
from app.web.ordering import journey_asked_for, order_labels, order_options
from app.web.words import sentence

PATH = "/tunggu/<int(max=2147483647):voyage_id>"


@bp.get(PATH)
@only(Role.OFFICER)
def queue(voyage_id: int) -> str:
    """Those who wait for the voyage in the order in which they are served, and the form for standby."""
    journey = journey_asked_for(get_voyage(voyage_id))
    classes = [o.places.fare_class.id for o in journey.offers if o.places.fare_class.kind != PlaceKind.VEHICLE]
    defaults = {"request_id": uuid4(), "adults": 1, "infants": 0, "fare_class_id": classes[0] if classes else ""}
    return _page(journey, Form(labels=_labels(), defaults=defaults))


@bp.post(PATH)
@only(Role.OFFICER)
def stand_by(voyage_id: int) -> Response | tuple[str, int]:
    """Put a group that is here on standby; it may be offered places at once."""
    journey = journey_asked_for(get_voyage(voyage_id))
    typed = request.form.to_dict()
    ids = {"voyage_id": journey.voyage.id, "from_call_id": journey.start.id, "to_call_id": journey.end.id}
    choice = {f"choices-0-{name}": str(value) for name, value in ids.items()}
    choice |= {"choices-0-fare_class_id": typed.get("fare_class_id", ""), "fewer": str("all" not in typed)}
    form = Form({**typed, **choice}, _labels())
    wanted = form.load(WaitingIn(exclude=["work"]))
    if wanted is None:
        return _page(journey, form), 422
    # Whoever asks for standby must not wait for a clock to have looked at the gate.
    for departure_id in departures_past_cut_off([journey.start.id]):
        with suppress(Refusal):
            release_no_shows(departure_id)
    try:
        lists.join(**wanted, standby=True)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(journey, form), refusal.status
    return redirect(url_for("counter.queue", voyage_id=voyage_id, **_part()), 303)


@boarding.bp.get("/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/tidak-hadir")
@only(Role.OFFICER)
def ask_no_shows(departure_id: int, gate_id: int) -> str:
    """Show who has not come, and the button that gives their places to those who stand by."""
    return _no_shows_page(departure_id, gate_id)


@boarding.bp.post("/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/tidak-hadir")
@only(Role.OFFICER)
def no_shows(departure_id: int, gate_id: int) -> Response | tuple[str, int]:
    """Give their places away."""
    try:
        release_no_shows(departure_id, user().id)
    except NotFound:
        raise
    except Refusal as refusal:
        told = sentence(refusal.code, refusal.details)
        return _no_shows_page(departure_id, gate_id, told), refusal.status
    return redirect(url_for("gate.ask_no_shows", departure_id=departure_id, gate_id=gate_id), 303)


def _no_shows_page(departure_id: int, gate_id: int, fault: str = "") -> str:
    facts = boarding.head_of(departure_id, gate_id)
    departure = facts["departure"]
    return render_template(
        "gate/no_shows.html",
        **facts,
        absent=list_absent(departure),
        released=list_released(departure),
        cut_off=(at := cut_off(departure)),
        due=at is not None and at <= clock.now() and departure.call.actual_departure is None,
        fault=fault,
    )


def _part() -> dict[str, Any]:
    """The part of the voyage that was asked for, to come back to it."""
    asked = {name: request.values.get(name, type=int) for name in ("from_call_id", "to_call_id")}
    return {name: value for name, value in asked.items() if value}


def _labels() -> dict[str, str]:
    return {**order_labels(), "phone": _("Nomor telepon")}


def _page(journey: Journey, form: Form) -> str:
    now, voyage_id = clock.now(), journey.voyage.id
    if due := voyages_with_offers_due([voyage_id]):
        lists.make_offers(due)
    entries = list_entries(voyage_id)
    for entry in entries:
        if entry.booking is not None:
            remember(entry.booking.code)  # the officer may write down who travels
    return render_template(
        "gate/waiting.html",
        journey=journey,
        port=journey.start.port,
        form=form,
        entries=[(entry, state_at(entry, now)) for entry in entries],
        calls=list_calls(*entries),
        states=WaitingState,
        classes=[
            (offer.places.fare_class.id, offer.places.fare_class.name)
            for offer in journey.offers
            if offer.places.fare_class.kind != PlaceKind.VEHICLE
        ],
        leaves=journey.start.departs_at,
        **order_options(),
    )
