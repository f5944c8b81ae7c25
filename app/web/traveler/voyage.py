"""One voyage: its calls, prices and places, and the form that holds places on it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.allowances import TooMany
from app.booking import holding
from app.booking.asking import requirements_on
from app.booking.models import PERSONS_MAX
from app.booking.pace import AbovePace
from app.booking.queries import Ends
from app.booking.schemas import HoldIn
from app.errors import NotFound, Refusal
from app.schedule.days import port_day
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import get_voyage, list_ports
from app.seats.models import ONLINE, ChannelKind, FreeProgramme, PlaceKind
from app.seats.programmes import list_programmes_along, list_programmes_on
from app.seats.queries import list_channels
from app.web.forms import Form
from app.web.guard import public
from app.web.pace import asker
from app.web.traveler.door import bp, remember
from app.web.traveler.journeys import Journey, journeys_along, list_ends, sells
from app.web.words import hour

PATH = "/pelayaran/<int(max=2147483647):voyage_id>"

INFANTS_MAX = PERSONS_MAX // 2
"""One on each lap."""


@bp.get(PATH)
@public
def voyage(voyage_id: int) -> Response:
    """The voyage, and the form; the id of the request is made here, once for each showing."""
    found = get_voyage(voyage_id)
    programme = _programme(found)
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
    found = get_voyage(voyage_id)
    form, wanted = order(found)
    programme = _programme(found)
    journey = journey_asked_for(found, programme.channel_id if programme else ONLINE)
    if wanted is None:
        return _page(journey, form, programme), 422
    work = wanted.pop("work")
    try:
        if wanted["channel_id"] != (programme.channel_id if programme else ONLINE):
            raise Refusal("channel_not_open", 403)
        booking = holding.hold(**wanted, **asker(work))
    except (NotFound, TooMany, AbovePace):
        raise
    except Refusal as refusal:
        refuse_order(form, refusal)
        return _page(journey, form, programme), refusal.status
    remember(booking.code)
    return redirect(url_for("traveler.travelers", code=booking.code), 303)


def order(found: Voyage) -> tuple[Form, dict[str, Any] | None]:
    """The form that was sent to hold places on this voyage, and what it asks for; None where something is wrong."""
    form = Form({**request.form.to_dict(), "voyage_id": str(found.id)}, order_labels())
    return form, form.load(HoldIn())


def refuse_order(form: Form, refusal: Refusal) -> None:
    """Tell the refusal at the input that can change it."""
    form.refuse(
        refusal,
        "fare_class_id" if refusal.code in {"sold_out", "ship_full", "restricted_by_rule", "set_aside"} else None,
    )


def journey_asked_for(found: Voyage, channel_id: int = ONLINE) -> Journey:
    """The part of the voyage that was asked for, by its calls (`from_call_id`, `to_call_id`) or ports (`dari`, `ke`).

    Without them all of it, or what of it still sells. Raises NotFound where the ship does not go like that.
    """
    return journeys_along([_ends(found)], channel_id)[0]


def _ends(found: Voyage) -> Ends:
    if len(found.calls) < 2:
        raise NotFound("voyage_not_found")
    start, end = (found.call_of(request.values.get(name, type=int)) for name in ("from_call_id", "to_call_id"))
    if "from_call_id" in request.values:
        ahead = [to for on, to in found.journeys_between() if on == start]
        if start is None or not ahead:
            raise NotFound("voyage_not_found")
        return found, start, end if end and end.position > start.position else ahead[-1]
    codes = [request.args.get(name, "").upper() for name in ("dari", "ke")]
    ports = {port.code: port for port in list_ports()} if any(codes) else {}
    named = [ports.get(code) for code in codes]
    asked = list_ends([found], *named)
    if not asked or (any(codes) and not any(named)):
        raise NotFound("voyage_not_found")
    if not any(named):
        whole = asked[0]
        if whole[1].port_id != whole[2].port_id and sells(whole[1]):
            return whole
        asked = [(found, *pair) for pair in found.journeys_between()]
        return next((ends for ends in asked if sells(ends[1])), whole)
    return next((ends for ends in asked if sells(ends[1])), asked[0])


def order_labels() -> dict[str, str]:
    """What each input of an order is called, in the order of the form."""
    return {
        "to_call_id": _("Turun di"),
        "fare_class_id": _("Kelas"),
        "vehicle_plate": _("Nomor polisi"),
        "adults": _("Orang"),
        "infants": _("Bayi di pangkuan"),
    }


def order_options() -> dict[str, object]:
    """What the form of an order lets one choose between."""
    return {
        "persons": [(n, n) for n in range(1, PERSONS_MAX + 1)],
        "infants": [(n, n) for n in range(INFANTS_MAX + 1)],
        "kinds": PlaceKind,
    }


def _programme(found: Voyage) -> FreeProgramme | None:
    """The free programme whose places are asked for (`channel_id`), while it is open on this voyage."""
    asked = request.values.get("channel_id", type=int)
    if asked in {None, ONLINE}:
        return None
    return next((each for each in list_programmes_on(found.id) if each.channel_id == asked), None)


def _page(journey: Journey, form: Form, programme: FreeProgramme | None = None) -> str:
    form.defaults = {"from_call_id": journey.start.id, "to_call_id": journey.end.id, **form.defaults}
    return render_template(
        "traveler/voyage.html",
        voyage=journey.voyage,
        journey=journey,
        asks=None if journey.cancelled else requirements_on(journey.voyage, journey.start, journey.end, clock.now()),
        form=form,
        programme=programme,
        at_counter=not programme and _is_left_at_counter(journey),
        programmes=[] if programme else list_programmes_along(_legs_of(journey)),
        boarding=[(call.id, _at_port(call, call.departs_at)) for call in journey.voyage.calls[:-1]],
        landing=[(call.id, _at_port(call, call.arrives_at)) for call in journey.voyage.calls[1:]],
        **order_options(),
    )


def _legs_of(journey: Journey) -> list[int]:
    return [leg.id for leg in journey.voyage.journey(journey.start.id, journey.end.id)]


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
    words = [format_date(on, "d MMM") if on else "", hour(moment, call.port) if call.time_known else ""]
    when = " ".join(filter(None, words))
    return f"{call.port.name}, {when}" if when else call.port.name
