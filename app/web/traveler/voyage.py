"""One voyage: its calls, prices and places, and the form that holds places on it."""

from datetime import datetime, timedelta
from uuid import uuid4

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.allowances import TooMany
from app.boarding.groups.queries import find_called
from app.boarding.models import Departure
from app.booking.actions import hold as hold_actions
from app.booking.actions.pace import AbovePace
from app.booking.eligibility.requirements import requirements_on
from app.errors import NotFound, Refusal
from app.schedule.days import port_day
from app.schedule.models import PortCall
from app.schedule.queries import get_voyage
from app.seats.models import ONLINE, ChannelKind, FreeProgramme
from app.seats.programmes import list_programmes_of
from app.seats.queries import list_channels
from app.web.browser_bookings import remember
from app.web.forms import Form
from app.web.guard import public
from app.web.journeys import Journey, journeys_along
from app.web.ordering import journey_asked_for, order, order_labels, order_options, programme_asked_for, refuse_order
from app.web.pace import asker
from app.web.traveler.door import bp
from app.web.words import hour
from app.web.words.language import written

CALLED_BEFORE = timedelta(hours=4)
"""So long before the ship leaves a group is called aboard at the earliest."""

PATH = "/pelayaran/<int(max=2147483647):voyage_id>"


@bp.get(PATH)
@public
def voyage(voyage_id: int) -> Response:
    """The voyage, and the form; the id of the request is made here, once for each showing."""
    found = get_voyage(voyage_id)
    programme = programme_asked_for(found.id)
    journey = journey_asked_for(found, programme.channel_id if programme else ONLINE)
    only = journey.offers[0].places.fare_class.id if len(journey.offers) == 1 else ""
    form = Form(
        labels=order_labels(),
        defaults={"request_id": uuid4(), "adults": 1, "infants": 0, "fare_class_id": only},
    )
    end = found.call_of(request.args.get("to_call_id", type=int))
    if end and journey.end != end:
        form.errors["to_call_id"] = _("Kapal tidak singgah di situ sesudah tempat Anda naik. Pilih singgah sesudahnya.")
    answer = make_response(_page(journey, form, programme))
    # Kept, so that going back shows the same form with the same id, and sending it again is the same order.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.post(PATH)
@public
def hold(voyage_id: int) -> Response | tuple[str, int]:
    """Hold the places, and go on to who travels; or the form again, with what is wrong."""
    form, wanted = order(voyage_id)
    programme = programme_asked_for(voyage_id)
    channel_id = programme.channel_id if programme else ONLINE

    def again() -> str:
        return _page(journey_asked_for(get_voyage(voyage_id), channel_id), form, programme)

    if wanted is None:
        return again(), 422
    work = wanted.pop("work")
    try:
        if wanted["channel_id"] != channel_id:
            raise Refusal("channel_not_open")
        booking = hold_actions.hold(**wanted, **asker(work))
    except (NotFound, TooMany, AbovePace):
        raise
    except Refusal as refusal:
        refuse_order(form, refusal)
        return again(), refusal.status
    remember(booking.code)
    return redirect(url_for("traveler.travelers", code=booking.code), 303)


def _page(journey: Journey, form: Form, programme: FreeProgramme | None = None) -> str:
    form.defaults = {"from_call_id": journey.start.id, "to_call_id": journey.end.id, **form.defaults}
    return render_template(
        "traveler/voyage.html",
        voyage=journey.voyage,
        journey=journey,
        asks=None if journey.cancelled else requirements_on(journey.start, journey.end, clock.now(), journey.sailing),
        form=form,
        called=_called(journey),
        programme=programme,
        at_counter=not programme and _is_left_at_counter(journey),
        programmes=[] if programme else list_programmes_of(journey.programmes),
        boarding=[(call.id, _at_port(call, call.departs_at)) for call in journey.voyage.calls[:-1]],
        landing=[(call.id, _at_port(call, call.arrives_at)) for call in journey.voyage.calls[1:]],
        **order_options(),
    )


def _called(journey: Journey) -> Departure | None:
    """The departure where a boarding group is called now; asked for only on the day."""
    leaves = journey.start.departs_at
    if journey.cancelled or leaves is None or leaves - clock.now() > CALLED_BEFORE:
        return None
    return find_called(journey.start.id)


def _is_left_at_counter(journey: Journey) -> bool:
    """Whether the counters still sell, of their own places, what is not to be had online any more."""
    if not journey.open or journey.remaining or journey.vehicles_remaining or journey.all_taken:
        return False
    counters = [channel.id for channel in list_channels() if channel.kind == ChannelKind.COUNTER]
    ends = (journey.voyage, journey.start, journey.end)
    there = [journeys_along([ends], channel_id)[0] for channel_id in counters]
    return any(each.remaining or each.vehicles_remaining for each in there)


def _at_port(call: PortCall, moment: datetime | None) -> str:
    """`Sampit, 7 Apr 13.00 WIB`, short enough for a phone: which of several calls at a port."""
    on = port_day(moment, call.port.tz) if moment and call.time_known else call.day
    words = [written(on, "d MMM") if on else "", hour(moment, call.port) if call.time_known else ""]
    when = " ".join(filter(None, words))
    return f"{call.port.name}, {when}" if when else call.port.name
