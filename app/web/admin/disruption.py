"""Disruptions: a voyage off, another ship, a lower quota; first who is affected, then the button that does it.

Each form is sent twice: without `seen` it only shows, with it (the bookings that were shown) it is carried out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app import clock, config
from app.boarding.models import DepartureStep
from app.booking.models import Booking
from app.disruption.actions.voyage_changes import cancel_voyage, lower_quota, preview, swap_ship
from app.disruption.approval import bound_of
from app.disruption.plan import Cancellation, Change, Lowering, Plan, Swap
from app.disruption.queries import list_bookings, list_displaced, list_moved_to, list_refunds
from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage, list_ships
from app.seats.models import ONLINE, Allotment
from app.seats.queries import documented_capacities, list_all_allotments
from app.seats.stocks import Key
from app.web import words
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import Count
from app.web.admin.unoffered import list_unoffered, unoffered_since_swap
from app.web.displacements import HAPPENED
from app.web.forms import Form, say
from app.web.guard import user
from app.web.words import channel_name, ngettext

CAUSES: list[tuple[str, Any]] = [
    ("weather", _l("Cuaca")),
    ("tide", _l("Pasang surut")),
    ("technical", _l("Teknis")),
    ("order", _l("Perintah otoritas")),
]

REASON_MAX = 200
QUOTA_MAX = 99_999


@dataclass(frozen=True)
class Page:
    """One of the three forms: which change its fields mean, and how it is carried out."""

    endpoint: str
    title: Any
    button: Any
    change: Callable[[Form, list[Allotment]], Change]
    carry_out: Callable[[int, Any, frozenset[int]], Plan]


def _cancellation(form: Form, _places: list[Allotment]) -> Change:
    return Cancellation(form.value("cause"), _reason(form))


def _swap(form: Form, places: list[Allotment]) -> Change:
    ship = form.value("ship_id").strip() or "0"
    if ship == "0":
        form.refuse_all({"ship_id": "choose_one"})
    if not (ship.isdecimal() and len(ship) < 10):
        raise NotFound("ship_not_found", field="ship_id")
    return Swap(int(ship), _reason(form), _given(form, places))


def _lowering(form: Form, places: list[Allotment]) -> Change:
    given = {key: quota for key, quota in _given(form, places).items() if quota != _quotas(places)[key]}
    if not given and not form.errors:
        raise Refusal("nothing_lowered", field=next(map(name_of, _quotas(places)), ""))
    return Lowering(given, _reason(form))


PAGES = {
    "batal": Page(
        "cancellation",
        _l("Batalkan pelayaran"),
        _l("Ya, batalkan pelayaran ini"),
        _cancellation,
        lambda voyage_id, change, seen: cancel_voyage(voyage_id, change.cause, change.reason, user().id, seen),
    ),
    "ganti-kapal": Page(
        "swap",
        _l("Ganti kapal"),
        _l("Ya, ganti kapalnya"),
        _swap,
        lambda voyage_id, change, seen: swap_ship(
            voyage_id, change.ship_id, change.reason, user().id, change.given, seen
        ),
    ),
    "turunkan-kuota": Page(
        "lowering",
        _l("Turunkan kuota"),
        _l("Ya, turunkan kuotanya"),
        _lowering,
        lambda voyage_id, change, seen: lower_quota(voyage_id, change.given, change.reason, user().id, seen),
    ),
}


@bp.get(f"/pelayaran/<{ID}:voyage_id>/<any({', '.join(repr(name) for name in PAGES)}):what>")
@only_administrator
def disruption(voyage_id: int, what: str) -> str:
    """The form of one such change."""
    found, places = _voyage(voyage_id)
    return _page(what, found, places, Form(labels=_labels(places)))


@bp.post(f"/pelayaran/<{ID}:voyage_id>/<any({', '.join(repr(name) for name in PAGES)}):what>")
@only_administrator
def change_all(voyage_id: int, what: str) -> str | tuple[str, int] | Response:
    """Show who is affected; with `seen`, do it, unless somebody else is affected now than was shown."""
    found, places = _voyage(voyage_id)
    form, page = Form(request.form.to_dict(), _labels(places)), PAGES[what]
    try:
        change = page.change(form, places)
        if form.errors:
            return _page(what, found, places, form), 422
        shown = preview(voyage_id, change)
        if "seen" not in request.form:
            return _page(what, found, places, form, shown, change)
        done = page.carry_out(voyage_id, change, _seen(form.value("seen")))
    except Refusal as refusal:
        if refusal.code == "voyage_not_found":
            raise
        form.refuse(refusal, _at(refusal))
        found, places = _voyage(voyage_id)
        again = preview(voyage_id, change) if refusal.code == "affected_changed" else None
        return _page(what, found, places, form, again, change if again else None), refusal.status
    if done.waits is not None:
        return go("voyage", _told(done.waits, found), voyage_id=voyage_id)
    count = len(done.affected)
    told = ngettext(
        "Sudah dilakukan. %(num)s pesanan terdampak; semuanya ada di daftar ini.",
        "Sudah dilakukan. %(num)s pesanan terdampak; semuanya ada di daftar ini.",
        count,
    )
    return go("displaced", told, voyage_id=voyage_id)


def _told(waits: DepartureStep, voyage: Voyage) -> str:
    """When it is done, or that somebody else must confirm it."""
    if waits.due_at is not None and voyage.calls:
        at = words.at(waits.due_at, voyage.calls[0].port)
        return _("Dilakukan %(at)s. Sampai saat itu dapat ditarik kembali di sini.", at=at)
    return _("Sudah diminta. Rekan lain mengonfirmasinya di sini atau di papan.")


@bp.get(f"/pelayaran/<{ID}:voyage_id>/terdampak")
@only_administrator
def displaced(voyage_id: int) -> str:
    """Everybody who lost their places on this voyage, by name, with the way out."""
    found, places = _voyage(voyage_id)
    lost = list_displaced(voyage_id)
    ids = [row.booking_id for row in lost]
    return render_template(
        "admin/displaced.html",
        voyage=found,
        lost=lost,
        refunds=list_refunds(ids),
        moved=list_moved_to(ids),
        happened=HAPPENED,
        unoffered=unoffered_since_swap(found, places),
        as_of=clock.now(),
    )


def _voyage(voyage_id: int) -> tuple[Voyage, list[Allotment]]:
    found = get_voyage(voyage_id)
    return found, list_all_allotments([leg.id for leg in found.legs])


def _seen(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(".") if part.isdecimal() and len(part) < 10)


def _reason(form: Form) -> str:
    reason = " ".join(form.value("reason").split())
    if len(reason) > REASON_MAX or not reason.isprintable():
        form.errors["reason"] = say("too_long" if reason.isprintable() else "invalid")
    return reason


def _given(form: Form, places: list[Allotment]) -> dict[Key, int]:
    """The quotas that were typed; what is wrong with one is told at its field."""
    given: dict[Key, int] = {}
    for place in places:
        key = (place.leg_id, place.fare_class_id, place.channel_id)
        typed = form.value(name_of(key)).strip()
        try:
            if typed:
                given[key] = min(Count().deserialize(typed), QUOTA_MAX)
        except ValidationError as error:
            form.errors[name_of(key)] = say(str(error.messages[0]))
    return given


def _quotas(places: list[Allotment]) -> Mapping[Key, int]:
    return {(p.leg_id, p.fare_class_id, p.channel_id): p.quota for p in places}


def name_of(key: Key) -> str:
    """The input of a quota: `quota_LEG_CLASS_CHANNEL`."""
    return "quota_" + "_".join(str(part) for part in key)


def _at(refusal: Refusal) -> str | None:
    where = refusal.details
    if "channel_id" in where:
        return name_of((where["leg_id"], where["fare_class_id"], where["channel_id"]))
    return None


def _labels(places: list[Allotment]) -> dict[str, str]:
    labels = {
        "cause": _("Sebab"),
        "ship_id": _("Kapal pengganti"),
        "reason": _("Alasan, seperti yang dibaca penumpang"),
    }
    for p in places:
        key = (p.leg_id, p.fare_class_id, p.channel_id)
        named = "" if p.channel_id == ONLINE else f" · {channel_name(p.channel)}"
        labels[name_of(key)] = f"{p.fare_class.name}{named}"
    return labels


def _ceilings(plan: Plan) -> dict[int, int]:
    return {leg_id: capacity.ceiling or 0 for leg_id, capacity in plan.papers.items()}


def _page(
    what: str,
    found: Voyage,
    places: list[Allotment],
    form: Form,
    plan: Plan | None = None,
    change: Change | None = None,
) -> str:
    bookings: list[Booking] = list_bookings(plan.seen) if plan else []
    day = found.calls[0].day if found.calls else None
    capacities = documented_capacities(day) if what == "ganti-kapal" and day else {}
    return render_template(
        "admin/disruption.html",
        what=what,
        page=PAGES[what],
        voyage=found,
        legs=found.leg_ends(),
        places=places,
        name_of=name_of,
        form=form,
        plan=plan,
        unoffered=list_unoffered(found, places, _ceilings(plan), plan.quotas) if plan else [],
        bound=bound_of(found, change, plan.souls, clock.now()) if plan and change else None,
        undo_minutes=config.current().undo_minutes,
        bookings=bookings,
        seen=".".join(str(number) for number in sorted(plan.seen)) if plan else "",
        causes=CAUSES,
        ships=sorted(
            ((ship.id, ship.name, capacities.get(ship.id)) for ship in list_ships() if ship.id != found.ship_id),
            key=lambda ship: ship[2] is None,  # those that may sail that day first
        )
        if what == "ganti-kapal"
        else [],
        as_of=clock.now(),
    )
