"""Order places on a voyage: the form that travelers and the counter share."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from app.booking.models import PERSONS_MAX
from app.booking.queries import Ends
from app.booking.schemas import HoldIn
from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from app.schedule.queries import list_ports
from app.seats.models import ONLINE, FreeProgramme, PlaceKind
from app.seats.programmes import list_programmes_on
from app.web.forms import Form
from app.web.journeys import Journey, journeys_along, list_ends, sells

INFANTS_MAX = PERSONS_MAX // 2
"""One on each lap."""


def order(voyage_id: int) -> tuple[Form, dict[str, Any] | None]:
    """The form that was sent to hold places on this voyage, and what it asks for; None where something is wrong."""
    form = Form({**request.form.to_dict(), "voyage_id": str(voyage_id)}, order_labels())
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
    """Label each input of an order, in the order of the form."""
    return {
        "to_call_id": _("Turun di"),
        "fare_class_id": _("Kelas"),
        "vehicle_plate": _("Nomor polisi"),
        "adults": _("Orang"),
        "infants": _("Bayi di pangkuan"),
    }


def order_options() -> dict[str, object]:
    """List what the form of an order lets one choose between."""
    return {
        "persons": [(n, n) for n in range(1, PERSONS_MAX + 1)],
        "infants": [(n, n) for n in range(INFANTS_MAX + 1)],
        "kinds": PlaceKind,
    }


def programme_asked_for(voyage_id: int) -> FreeProgramme | None:
    """The free programme whose places are asked for (`channel_id`), while it is open on this voyage."""
    asked = request.values.get("channel_id", type=int)
    if asked in {None, ONLINE}:
        return None
    return next((each for each in list_programmes_on(voyage_id) if each.channel_id == asked), None)
