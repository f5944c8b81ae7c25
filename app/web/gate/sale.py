"""Selling at the counter: the next departures, and one form that holds places out of a channel's allotment.

Who travels is written on the traveler's own page; the money is taken on the booking's page of the counter.
"""

from datetime import timedelta
from uuid import uuid4

from flask import current_app, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.booking.actions import hold
from app.booking.models import OPEN, Booking
from app.booking.queries import find_booking_by_request
from app.errors import NotFound, Refusal
from app.schedule.queries import find_port, get_voyage, list_ports, list_voyages
from app.seats.models import Channel, ChannelKind
from app.seats.queries import list_channels
from app.web.browser_bookings import remember
from app.web.forms import Form
from app.web.gate.boarding import read_uuid
from app.web.gate.counter import bp
from app.web.guard import only
from app.web.journeys import Journey, journeys_along, list_ends, sells
from app.web.ordering import journey_asked_for, order, order_labels, order_options, refuse_order
from app.web.own_ports import desk
from app.web.today import today, typed_day
from app.web.words import channel_name

AHEAD_DAYS = 14
"""How far ahead departures are offered where no day was asked for."""

SALE = "sale"
"""The cookie with the id of the sale whose form this browser has; an answer that arrives replaces it."""

SHOWN = 20
"""Journeys in the list; for others one asks for port or day."""


@bp.get("/jual")
@only(Role.OFFICER)
def sell() -> str:
    """The next departures from here, with what the channel can sell on each."""
    channels = list_channels()
    channel, ports = _channel(channels, request.args.get("saluran", type=int)), list_ports()
    here = find_port(desk())
    to = next((port for port in ports if port.code == request.args.get("ke", "")), None)
    now = today(here)
    first, last = now, now + timedelta(days=AHEAD_DAYS)
    if day := typed_day(request.args.get("hari", "")):
        first = last = max(now, day)
    voyages = list_voyages(first, last, here.id if here else None, to.id if to else None)
    ends = [
        (voyage, start, end)
        for voyage, start, end in list_ends(voyages, here, to)
        if sells(start) and not voyage.cancelled_at and start.day and first <= start.day <= last
    ]
    journeys = journeys_along(ends[:SHOWN], channel.id)
    if "saluran" not in request.args and not any(j.remaining or j.vehicles_remaining for j in journeys):
        # The counter has no places of its own: it sells the public's.
        channel = channels[0]
        journeys = journeys_along(ends[:SHOWN], channel.id)
    return render_template(
        "gate/sell.html",
        form=Form(request.args, defaults={"saluran": channel.id}),
        channel=channel,
        channels=_names(channels),
        ports=[("", _("Semua tujuan")), *((port.code, port.name) for port in ports if port != here)],
        today=now,
        journeys=journeys,
        more=len(ends) > SHOWN,
    )


@bp.get("/jual/<int(max=2147483647):voyage_id>")
@only(Role.OFFICER)
def sale(voyage_id: int) -> str:
    """The form that holds places on one journey, out of the channel's allotment."""
    channel = _channel(list_channels(), request.args.get("saluran", type=int))
    journey = journey_asked_for(get_voyage(voyage_id), channel.id)
    free = [offer.places.fare_class.id for offer in journey.offers if offer.remaining]
    first = free[0] if free else ""
    unheard, request_id = _unheard_sale(), _begin_sale()
    defaults = {"request_id": request_id, "adults": 1, "infants": 0, "fare_class_id": first}
    return _sale_page(journey, channel, Form(labels=order_labels(), defaults=defaults), unheard)


@bp.post("/jual/<int(max=2147483647):voyage_id>")
@only(Role.OFFICER)
def hold_for_sale(voyage_id: int) -> Response | tuple[str, int]:
    """Hold the places, and go on to who travels; or the form again, with what is wrong."""
    channels = list_channels()
    form, wanted = order(voyage_id)
    channel = _channel(channels, wanted["channel_id"] if wanted else request.form.get("channel_id", type=int))

    def again() -> str:
        return _sale_page(journey_asked_for(get_voyage(voyage_id), channel.id), channel, form)

    if wanted is None:
        return again(), 422
    try:
        if wanted["channel_id"] not in {each.id for each in channels}:
            raise NotFound("channel_not_found")
        # Not counted as strangers' attempts are: there is a queue in front of the counter.
        held = hold.hold(**wanted)
    except NotFound:
        raise
    except Refusal as refusal:
        if refusal.code == "infants_on_laps":
            # Whoever reads it is the counter.
            refusal = Refusal("infants_on_laps_at_counter", field=refusal.field)
        refuse_order(form, refusal)
        return again(), refusal.status
    remember(held.code)
    _begin_sale()
    return redirect(url_for("traveler.travelers", code=held.code), 303)


def _channel(channels: list[Channel], channel_id: int | None) -> Channel:
    """The channel asked for, else the counter's own, else the online one."""
    asked = next((channel for channel in channels if channel.id == channel_id), None)
    return asked or next((channel for channel in channels if channel.kind == ChannelKind.COUNTER), channels[0])


def _names(channels: list[Channel]) -> list[tuple[int, str]]:
    return [(c.id, f"{c.name} ({c.sponsor})" if c.sponsor else channel_name(c)) for c in channels]


def _sale_page(journey: Journey, channel: Channel, form: Form, unheard: Booking | None = None) -> str:
    return render_template(
        "gate/sale.html", journey=journey, channel=channel, form=form, unheard=unheard, **order_options()
    )


def _begin_sale() -> str:
    """The id of the next sale of this browser, which knows of the one before only once its answer has arrived."""
    g.sale = str(uuid4())
    return str(g.sale)


def _unheard_sale() -> Booking | None:
    """Places that this browser has asked for and whose answer never came; its officer may now go on with them."""
    sale = read_uuid(request.cookies.get(SALE))
    found = find_booking_by_request(str(sale)) if sale else None
    if found is None or found.state_at(clock.now()) not in OPEN:
        return None
    remember(found.code)
    return found


@bp.after_request
def _keep_sale(response: Response) -> Response:
    if sale := g.get("sale"):
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(SALE, sale, path="/loket", httponly=True, secure=secure, samesite="Lax")
    return response
