"""One voyage: its calls, prices and places, and the form that holds places on it."""

from uuid import uuid4

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.allowances import TooMany
from app.booking import holding
from app.booking.models import PERSONS_MAX
from app.booking.schemas import HoldIn
from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage, list_ports
from app.web import guard
from app.web.forms import Form
from app.web.guard import public
from app.web.traveler.door import bp, remember
from app.web.traveler.journeys import Journey, list_journeys

PATH = "/pelayaran/<int(max=2147483647):voyage_id>"

INFANTS_MAX = PERSONS_MAX // 2
"""One on each lap."""


@bp.get(PATH)
@public
def voyage(voyage_id: int) -> Response:
    """The voyage, and the form; the id of the request is made here, once for each showing."""
    found = get_voyage(voyage_id)
    journey = _journey(found)
    only = journey.offers[0].places.fare_class.id if len(journey.offers) == 1 else ""
    form = Form(labels=_labels(), defaults={"request_id": uuid4(), "adults": 1, "infants": 0, "fare_class_id": only})
    answer = make_response(_page(found, journey, form))
    # Kept, so that going back shows the same form with the same id, and sending it again is the same order.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.post(PATH)
@public
def hold(voyage_id: int) -> Response | tuple[str, int]:
    """Hold the places, and go on to who travels; or the form again, with what is wrong."""
    found = get_voyage(voyage_id)
    form = Form({**request.form.to_dict(), "voyage_id": str(voyage_id)}, _labels())
    wanted = form.load(HoldIn())
    if wanted is None:
        return _page(found, _journey(found), form), 422
    try:
        booking = holding.hold(**wanted, asker=guard.bucket("booking"))
    except (NotFound, TooMany):
        raise
    except Refusal as refusal:
        form.refuse(refusal, "fare_class_id" if refusal.code in {"sold_out", "ship_full"} else None)
        return _page(found, _journey(found), form), refusal.status
    remember(booking.code)
    # An order that was sent before and changed since stays what it was: say so on the next page.
    changed = (booking.places, booking.infants) != (wanted["adults"], wanted["infants"])
    return redirect(url_for("traveler.travelers", code=booking.code, tetap=1 if changed else None), 303)


def _journey(found: Voyage) -> Journey:
    """The part of the voyage that was asked for (`?dari=&ke=`), else all of it. Raises NotFound."""
    start, end = (request.args.get(name, "").upper() for name in ("dari", "ke"))
    ports = {port.code: port for port in list_ports()} if start or end else {}
    journeys = list_journeys([found], ports.get(start), ports.get(end))
    if not journeys:
        raise NotFound("voyage_not_found")
    return journeys[0]


def _labels() -> dict[str, str]:
    return {"fare_class_id": _("Kelas"), "adults": _("Orang"), "infants": _("Bayi di pangkuan")}


def _page(found: Voyage, journey: Journey, form: Form) -> str:
    return render_template(
        "traveler/voyage.html",
        voyage=found,
        journey=journey,
        form=form,
        persons=[(n, n) for n in range(1, PERSONS_MAX + 1)],
        infants=[(n, n) for n in range(INFANTS_MAX + 1)],
        whole=(journey.start, journey.end) == (found.calls[0], found.calls[-1]),
    )
