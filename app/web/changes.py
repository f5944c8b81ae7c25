"""Changing a booking person by person, for its traveler and for the officer at the counter: the same pages.

Costs and refunds are said before the button; what was sent leads on to the booking's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.booking.actions import cancellation
from app.booking.actions.move import move_passengers
from app.booking.models import Booking, BookingState, Passenger, PassengerState, PaymentMethod
from app.booking.money.pricing import amount_of, paid_by_passenger
from app.booking.money.refunds import backs_of, list_refunds, terms_for
from app.booking.queries import list_moved
from app.booking.schemas import MoveIn, NameIn
from app.booking.wanted_journey import WantedJourney
from app.errors import NotFound, Refusal
from app.fares.queries import Price
from app.schedule.days import local_day
from app.schedule.queries import list_voyages
from app.seats.models import ONLINE, ChannelKind, PlaceKind
from app.web.forms import Form
from app.web.journeys import Journey, JourneyOffer, journeys_along, list_ends

AHEAD = timedelta(days=45)
"""How far ahead other voyages are shown."""

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Side:
    """The side that changes: the page that theirs stand on, the doors they go through, and the officer, if one."""

    base: str
    doors: str
    home: str
    officer_id: int | None = None

    def url(self, door: str, booking: Booking, **more: Any) -> str:
        """The address of one of this side's doors."""
        return url_for(f"{self.doors}.{door}", code=booking.code, **more)

    def back(self, booking: Booking) -> Response:
        """To the booking's own page."""
        return redirect(url_for(self.home, code=booking.code), 303)


TRAVELER = Side("base.html", "traveler", "traveler.ticket")


@dataclass(frozen=True)
class PassengerChoice:
    """One class on another voyage: `due` is to be paid (below nothing: comes back), None where it is not known."""

    journey: Journey
    offer: JourneyOffer
    due: int | None


def overview(side: Side, booking: Booking, fault: str = "") -> Page:
    """Everybody who travels, and what can be changed about them."""
    if not ((booking.state_at(clock.now()) == BookingState.CONFIRMED and booking.passengers) or can_shrink(booking)):
        return side.back(booking)
    page = render_template(
        "changes/overview.html",
        side=side,
        booking=booking,
        closes_at=cancellation.closes_at(booking),
        open=is_open(booking),
        unpaid=can_shrink(booking),
        fault=fault,
    )
    return (page, 422) if fault else page


def cancel(side: Side, booking: Booking) -> Page:
    """Show what comes back to those who were chosen; sent, they do not travel any more."""
    chosen = _chosen(booking)
    form = Form()
    unpaid = can_shrink(booking)
    if request.method == "POST":
        try:
            cancellation.cancel_passengers(booking.code, _positions(), side.officer_id)
            flash(_("Sudah dibatalkan: %(names)s.", names=", ".join(_names(booking))))
        except NotFound:
            return side.back(booking)
        except Refusal as refusal:
            form.refuse(refusal, "")
        else:
            return side.back(booking)
    if not chosen:
        # In another tab they may have left before: then that is what is said.
        return overview(side, booking, form.errors.get("") or _("Pilih dahulu siapa yang tidak jadi berangkat."))
    page = render_template(
        "changes/cancel.html",
        side=side,
        booking=booking,
        form=form,
        chosen=chosen,
        backs={} if unpaid else backs_of(booking, clock.now()),
        unpaid=unpaid,
        free=booking.payment == PaymentMethod.FREE,
        terms=terms_for(booking),
    )
    return (page, 409) if form.errors else page


def move(side: Side, booking: Booking) -> Page | Booking:
    """Where those who were chosen could travel, then what it costs; sent, the answer is their new booking."""
    chosen = _chosen(booking)
    form = Form(request.form.to_dict() if request.method == "POST" else request.args.to_dict())
    if request.method == "POST" and (wanted := form.load(MoveIn())):
        request_id, target = wanted.pop("request_id"), WantedJourney(**{n: wanted[n] for n in _TARGET})
        keyring = current_app.extensions["keyring"]
        try:
            moved = move_passengers(booking.code, _positions(), target, keyring, request_id, side.officer_id)
            flash(_("Sudah pindah. Ini tiket yang baru; tiket lama tidak berlaku lagi."))
            return moved
        except NotFound:
            return side.back(booking)
        except Refusal as refusal:
            form = Form()
            form.refuse(refusal, "")
    if not chosen:
        return overview(side, booking, form.errors.get("") or _("Pilih dahulu siapa yang pindah."))
    choices = _choices(booking, chosen)
    if request.method == "GET" and "voyage_id" in request.args:
        choices = [c for c in choices if _is_asked_for(c)]
    page = render_template(
        "changes/move.html",
        side=side,
        booking=booking,
        form=form,
        chosen=chosen,
        choices=choices,
        one=choices[0] if len(choices) == 1 and "voyage_id" in request.args and request.method == "GET" else None,
        request_id=uuid4(),
        free=booking.payment == PaymentMethod.FREE,
    )
    return (page, 409) if form.errors else page


def name(side: Side, booking: Booking, position: int) -> Page:
    """One name to put right; sent, the old code is void and the new one is on the booking's page."""
    person = booking.passenger_at(position)
    if person is None:
        return side.back(booking)
    labels = {"name": _("Nama, seperti di dokumen")}
    form = Form(request.form.to_dict(), labels, {"name": person.name})
    status = 422
    if request.method == "POST" and (typed := form.load(NameIn())):
        keyring = current_app.extensions["keyring"]
        try:
            cancellation.correct_name(booking.code, position, typed["name"], keyring, side.officer_id)
            name_now = typed["name"]
            flash(_("Nama sudah dibetulkan: %(name)s. Kode lama tidak berlaku; pakai kode yang baru.", name=name_now))
        except NotFound:
            return side.back(booking)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return side.back(booking)
    page = render_template("changes/name.html", side=side, booking=booking, form=form, person=person)
    return (page, status) if form.errors else page


def is_open(booking: Booking) -> bool:
    """Whether the booking can still be changed."""
    now, closes = clock.now(), cancellation.closes_at(booking)
    left = booking.from_call.actual_departure or booking.voyage.cancelled_at
    return booking.state_at(now) == BookingState.CONFIRMED and not left and (closes is None or closes > now)


def can_shrink(booking: Booking) -> bool:
    """Whether one of several can still be left out before anybody has paid."""
    named = len(booking.passengers) == booking.souls > 1
    return named and booking.state_at(clock.now()) == BookingState.HELD and not booking.voyage.cancelled_at


def tell_former(booking: Booking, side: Side) -> dict[str, object]:
    """Those who do not travel on the booking any more, with their refunds and where they went: for its page."""
    people = booking.former_passengers
    if not people:
        return {"former": []}
    new = list_moved(booking.id) if any(person.state == PassengerState.MOVED for person in people) else []
    moved = [(found.code, url_for(side.home, code=found.code)) for found in new]
    return {"former": people, "refunds": list_refunds(booking.id), "moved": moved}


_TARGET = ("voyage_id", "fare_class_id", "from_call_id", "to_call_id")


def _positions() -> list[int]:
    given = request.values.getlist("orang")
    return [int(text) for text in given if text.isdecimal() and len(text) < 3]


def _chosen(booking: Booking) -> list[Passenger]:
    positions = set(_positions())
    return [person for person in booking.passengers if person.position in positions]


def _names(booking: Booking) -> list[str]:
    """Of those who were chosen, also where they do not travel any more."""
    positions = set(_positions())
    return [p.name for p in (*booking.passengers, *booking.former_passengers) if p.position in positions]


def _is_asked_for(choice: PassengerChoice) -> bool:
    journey = choice.journey
    ids = (journey.voyage.id, choice.offer.places.fare_class.id, journey.start.id, journey.end.id)
    return all(request.args.get(key) == str(value) for key, value in zip(_TARGET, ids, strict=True))


def _choices(booking: Booking, chosen: Sequence[Passenger]) -> list[PassengerChoice]:
    """Classes with room for them on the coming voyages of the same route, the earliest first."""
    start, end = booking.from_call.port, booking.to_call.port
    today = local_day(clock.now(), start.tz)
    infants = sum(person.infant for person in chosen)
    places = len(chosen) - infants
    fares = paid_by_passenger([booking])
    known = [fares[person.id] for person in chosen]
    paid = None if None in known else sum(fare or 0 for fare in known)
    same = (booking.from_call_id, booking.to_call_id, booking.fare_class_id)
    found = []
    vehicle = booking.vehicle_persons is not None
    voyages = list_voyages(today, today + AHEAD, start.id, end.id)
    ends = list_ends([v for v in voyages if v.operator_id == booking.voyage.operator_id], start, end)
    channel_id = booking.channel_id if booking.channel.kind == ChannelKind.FREE else ONLINE
    for journey in journeys_along(ends, channel_id):
        for offer in journey.offers:
            if (offer.places.fare_class.kind == PlaceKind.VEHICLE) != vehicle:
                continue
            wanted = 1 if vehicle else places
            here = (journey.start.id, journey.end.id, offer.places.fare_class.id)
            if not journey.open or offer.remaining < wanted or here == same:
                continue
            due = 0 if booking.payment == PaymentMethod.FREE else _due(offer.price, wanted, infants, paid)
            found.append(PassengerChoice(journey, offer, due))
    return found


def _due(price: Price | None, places: int, infants: int, paid: int | None) -> int | None:
    amount = amount_of(places, infants, price)
    return None if amount is None or paid is None else amount - paid
