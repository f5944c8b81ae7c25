"""The waiting list as travelers meet it: joining it, and the page where a group sees how it stands and takes its offer.

The address of that page is the link to claim an offer: its code is one of 6.6 * 10^11, it opens only in the browser
that joined or with the phone number, and attempts by phone are counted. More would not help, for the offer says
nothing of anybody and only leads to an order on which the names are still to be written.
"""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from flask import jsonify, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock, config
from app.accounts.allowances import TooMany
from app.booking.actions.pace import AbovePace
from app.booking.inventory.offer_end import OFFERS_MAX
from app.booking.queries import Ends
from app.booking.schemas import WaitingIn
from app.booking.waitlist import actions as lists
from app.booking.waitlist.models import CHOICES_MAX, WaitingEntry, WaitingState
from app.booking.waitlist.queries import Standing, get_entry, list_calls, standings, state_at, voyages_with_offers_due
from app.errors import NotFound, Refusal
from app.schedule.queries import get_voyage, list_voyages
from app.seats.models import PlaceKind
from app.web.browser_bookings import find_my_entry, remember, remember_waiting
from app.web.forms import Form
from app.web.guard import public
from app.web.journeys import Journey, JourneyOffer, journeys_along, list_ends
from app.web.ordering import journey_asked_for, order_options
from app.web.pace import counted_asker
from app.web.traveler.door import ask_who, bp, go
from app.web.traveler.voyage import PATH

AHEAD_DAYS = 30
"""How far the form looks for other voyages on the route."""


@bp.get(f"{PATH}/tunggu")
@public
def ask_waiting(voyage_id: int) -> Response | str:
    """The form: how many, which voyages would do as well, and a phone number."""
    journey = journey_asked_for(get_voyage(voyage_id))
    classes = _classes(journey)
    form = Form(
        labels=_labels(),
        defaults={
            "request_id": uuid4(),
            "adults": 1,
            "infants": 0,
            "fewer": "false",
            "fare_class_id": classes[0].places.fare_class.id if len(classes) == 1 else "",
        },
    )
    return _form_page(journey, form)


@bp.post(f"{PATH}/tunggu")
@public
def join_waiting(voyage_id: int) -> Response | tuple[str, int]:
    """Join the list, and go on to the page of the entry; or the form again, with what is wrong."""
    journey = journey_asked_for(get_voyage(voyage_id))
    form = Form(_typed(journey), _labels())
    wanted = form.load(WaitingIn())
    if wanted is None:
        if "choices-0-fare_class_id" in form.errors:
            form.errors = {"fare_class_id": form.errors.pop("choices-0-fare_class_id"), **form.errors}
        return _form_page(journey, form), 422
    try:
        with counted_asker(wanted["request_id"], wanted.pop("work")) as asker:
            entry = lists.join(**wanted, asker=asker)
    except (NotFound, TooMany, AbovePace):
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(journey, form), refusal.status
    remember_waiting(entry.code)
    return go("waiting", entry.code)


@bp.get("/tunggu/<code>")
@public
def waiting(code: str) -> str | Response:
    """How the group stands, and what is offered to it."""
    entry = find_my_entry(code)
    if entry is None:
        return ask_who(code)
    entry = _served_now(entry)
    now = clock.now()
    state = state_at(entry, now)
    if entry.booking is not None:
        remember(entry.booking.code)
    stands = standings(entry) if state == WaitingState.WAITING else []
    calls = list_calls(entry)
    offered = entry.booking if state == WaitingState.OFFERED else None
    left = int((offered.expires_at - now).total_seconds()) if offered and offered.expires_at else 0
    return render_template(
        "traveler/waiting.html",
        entry=entry,
        state=state,
        stands=stands,
        choices=[(choice, *calls[choice.id]) for choice in entry.choices],
        calls=calls,
        offered=offered,
        seconds_left=left,
        seconds=max(left, config.current().offer_minutes * 60),
        offers_max=OFFERS_MAX,
        version=_version(entry, state, stands),
    )


@bp.get("/tunggu/<code>/kabar")
@public
def waiting_news(code: str) -> Response | tuple[Response, int]:
    """Which state of the entry is true now, for a page that stays open; it loads itself anew when it is another."""
    entry = find_my_entry(code)
    if entry is None:
        return jsonify(version=""), 404
    entry = _served_now(entry)
    state = state_at(entry, clock.now())
    stands = standings(entry) if state == WaitingState.WAITING else []
    return jsonify(version=_version(entry, state, stands))


@bp.post("/tunggu/<code>/keluar")
@public
def leave_waiting(code: str) -> Response:
    """Wait no more; what was offered goes to the next."""
    entry = find_my_entry(code)
    if entry is None:
        return ask_who(code)
    with suppress(Refusal):  # taken up meanwhile: its page says so
        lists.withdraw(entry.code)
    return go("waiting", entry.code)


def _served_now(entry: WaitingEntry) -> WaitingEntry:
    """The entry, after those before it and itself were offered what is free on its voyages."""
    voyages = {choice.voyage_id for choice in entry.choices}
    if entry.state == WaitingState.WAITING:
        due = voyages_with_offers_due(sorted(voyages))
    else:
        ended = entry.state == WaitingState.OFFERED and state_at(entry, clock.now()) != WaitingState.OFFERED
        due = [entry.booking.voyage_id] if ended and entry.booking else []
    if not due:
        return entry
    lists.make_offers(due)
    return get_entry(entry.code)


def _version(entry: WaitingEntry, state: WaitingState, stands: list[Standing]) -> str:
    before = ",".join(f"{stand.groups}/{stand.persons}/{int(stand.open)}{int(stand.passed_over)}" for stand in stands)
    named = entry.booking.payment if entry.booking else ""
    return f"{state}:{entry.booking_id or ''}:{named or ''}:{before}"


def _labels() -> dict[str, str]:
    return {
        "fare_class_id": _("Kelas"),
        "adults": _("Orang"),
        "infants": _("Bayi di pangkuan"),
        "fewer": _("Kalau tempatnya kurang"),
        "phone": _("Nomor telepon"),
    }


def _typed(journey: Journey) -> dict[str, str]:
    """The form as the shape wants it: the voyage itself, then the others that were ticked."""
    typed = request.form.to_dict()
    wanted = [f"{journey.voyage.id}.{journey.start.id}.{journey.end.id}", *request.form.getlist("also")]
    for number, ids in enumerate(wanted[: CHOICES_MAX + 1]):
        names = zip(("voyage_id", "from_call_id", "to_call_id"), ids.split("."), strict=False)
        typed |= {f"choices-{number}-{name}": value for name, value in names}
        typed[f"choices-{number}-fare_class_id"] = typed.get("fare_class_id", "")
    return typed


def _classes(journey: Journey) -> list[JourneyOffer]:
    return [offer for offer in journey.offers if offer.places.fare_class.kind != PlaceKind.VEHICLE]


def _others(journey: Journey) -> list[Journey]:
    """The next voyages on the route on which the same classes are sold."""
    day = journey.start.day
    if day is None:
        return []
    ports = (journey.start.port, journey.end.port)
    voyages = list_voyages(day - timedelta(days=3), day + timedelta(days=AHEAD_DAYS), ports[0].id, ports[1].id)
    ends: list[Ends] = [found for found in list_ends(voyages, *ports) if found[0].id != journey.voyage.id]
    classes = {offer.places.fare_class.id for offer in _classes(journey)}
    found = [
        other for other in journeys_along(ends[: 3 * CHOICES_MAX])
        if other.open and classes <= {offer.places.fare_class.id for offer in other.offers}
    ]  # fmt: skip
    return found[: CHOICES_MAX - 1]


def _form_page(journey: Journey, form: Form) -> str:
    others = _others(journey)
    return render_template(
        "traveler/join.html",
        voyage=journey.voyage,
        journey=journey,
        form=form,
        classes=(classes := _classes(journey)),
        class_options=[(offer.places.fare_class.id, offer.places.fare_class.name) for offer in classes],
        full=[other for other in others if not other.remaining],
        free=[other for other in others if other.remaining],
        also=request.form.getlist("also"),
        **order_options(),
    )
