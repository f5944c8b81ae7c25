"""Make a voyage, change its calls while nothing on them is sold, and delete one that was never booked."""

from datetime import date

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app.errors import NotFound, Refusal
from app.planning.actions.voyage_deletion import delete_voyage, require_deletable
from app.planning.actions.voyages import change_voyage, make_voyage, plan_of
from app.schedule.models import Voyage
from app.schedule.plans import VoyagePlan
from app.schedule.queries import get_port, get_voyage, list_all_ports, list_operators, list_ships
from app.web import words
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.voyage_form import ROW, VoyageIn, flat, plan_from, rearranged, rows_of, typed_from, untouched
from app.web.forms import Form
from app.web.guard import user
from app.web.today import today

YEARS_AHEAD = 2
"""A departure in a later year is asked about: nobody announces one so early."""


@bp.get("/pelayaran/baru")
@only_administrator
def new_voyage() -> str:
    """The form for a voyage, with its first two calls."""
    return _page(flat([{}, {}]))


@bp.post("/pelayaran/baru")
@only_administrator
def plan_voyage() -> str | tuple[str, int] | Response:
    """Make the voyage; or give the form back with another call in it. The same form twice is one voyage."""
    return _answer(None)


@bp.get(f"/pelayaran/<{ID}:voyage_id>/ubah")
@only_administrator
def voyage_plan(voyage_id: int) -> str:
    """The voyage's plan as a form."""
    found = get_voyage(voyage_id)
    return _page(typed_from(plan_of(found), {port.id: port for port in list_all_ports()}), found)


@bp.post(f"/pelayaran/<{ID}:voyage_id>/ubah")
@only_administrator
def replan_voyage(voyage_id: int) -> str | tuple[str, int] | Response:
    """Let this be the voyage's plan; or give the form back with its calls rearranged."""
    return _answer(get_voyage(voyage_id))


def _answer(found: Voyage | None) -> str | tuple[str, int] | Response:
    typed = request.form.to_dict()
    if wish := typed.get("do"):
        return _page(rearranged(typed, wish), found)
    typed = rearranged(typed, "")
    form = Form(typed, _labels(len(rows_of(typed))))
    given = form.load(VoyageIn())
    plan: VoyagePlan | None = None
    if given is not None:
        try:
            plan = plan_from(given, {port.id: port for port in list_all_ports()})
        except ValidationError as error:
            form.refuse_all(error.normalized_messages())
    if plan is None:
        return _page(typed, found, form), 422
    if "as_typed" not in typed and (unusual := _unusual(plan, plan_of(found) if found else None)):
        for field, refusal in unusual.items():
            form.refuse(refusal, field)
        return _page(typed, found, form), 422
    try:
        made = change_voyage(found.id, untouched(plan, plan_of(found))) if found else make_voyage(plan)
    except Refusal as refusal:
        if isinstance(refusal, NotFound) and refusal.code in {"voyage_not_found", "call_not_found"}:
            raise
        _tell(form, refusal)
        return _page(typed, get_voyage(found.id) if found else None, form), max(refusal.status, 409)
    return go("voyage", _("Pelayaran sudah disimpan."), voyage_id=made.id)


def _unusual(plan: VoyagePlan, before: VoyagePlan | None) -> dict[str, Refusal]:
    """Ask once, by its field, about what may be a slip and was not in the plan before."""
    found = _other_operator(plan, before)
    for place, day in _new_days(plan, before).items():
        now = today(get_port(plan.calls[place].port_id))
        if day < now:
            found[f"calls-{place}-departs_day"] = Refusal("day_past", day=words.day(day))
        elif day.year > now.year + YEARS_AHEAD:
            found[f"calls-{place}-departs_day"] = Refusal("day_far", year=str(day.year))
    return found


def _other_operator(plan: VoyagePlan, before: VoyagePlan | None) -> dict[str, Refusal]:
    """The operator, where another one runs the ship as far as is known."""
    if plan.ship_id is None or (before and (before.ship_id, before.operator_id) == (plan.ship_id, plan.operator_id)):
        return {}
    ship = next((ship for ship in list_ships() if ship.id == plan.ship_id), None)
    typed = next((operator for operator in list_operators() if operator.id == plan.operator_id), None)
    if ship is None or typed is None or ship.operator_id == typed.id:
        return {}
    told = {"ship": ship.name, "known": ship.operator.code, "typed": typed.code}
    return {"operator": Refusal("operator_differs", **told)}


def _new_days(plan: VoyagePlan, before: VoyagePlan | None) -> dict[int, date]:
    """The days of departure at their port that were not in the plan before, by the call's place."""
    known = {call.call_id: (call.departs_at, call.port_id) for call in before.calls} if before else {}
    ports = {port.id: port for port in list_all_ports()}
    found = {}
    for place, call in enumerate(plan.calls):
        day = call.day(ports[call.port_id].tz) if call.departs_at else None
        if day and known.get(call.call_id) != (call.departs_at, call.port_id):
            found[place] = day
    return found


@bp.get(f"/pelayaran/<{ID}:voyage_id>/hapus")
@only_administrator
def voyage_deletion(voyage_id: int) -> str:
    """Ask whether the voyage is to be deleted, or say why it cannot be."""
    found = get_voyage(voyage_id)
    why = ""
    try:
        require_deletable(found)
    except Refusal as refusal:
        why = words.sentence(refusal.code, refusal.details)
    return render_template("admin/delete_voyage.html", voyage=found, why=why)


@bp.post(f"/pelayaran/<{ID}:voyage_id>/hapus")
@only_administrator
def remove_voyage(voyage_id: int) -> tuple[str, int] | Response:
    """Delete the voyage."""
    try:
        delete_voyage(voyage_id, user().id)
    except NotFound:
        raise
    except Refusal as refusal:
        why = words.sentence(refusal.code, refusal.details)
        return render_template("admin/delete_voyage.html", voyage=get_voyage(voyage_id), why=why), refusal.status
    return go("voyages", _("Pelayaran sudah dihapus."))


def _tell(form: Form, refusal: Refusal) -> None:
    """At the call and field that it speaks of."""
    field, call = refusal.field or "", refusal.details.get("call")
    if call is not None:
        field = f"calls-{call}-{ {'arrives': 'arrives_day', 'departs': 'departs_day'}.get(field, field) }"
    else:
        field = {"ship_id": "ship", "calls": ""}.get(field, field)
        field = {"ship_not_found": "ship", "operator_not_found": "operator"}.get(refusal.code, field)
    form.refuse(refusal, field)


def _labels(calls: int) -> dict[str, str]:
    words = {
        "port": _("Pelabuhan"),
        "arrives_day": _("Hari tiba"),
        "arrives_time": _("Jam tiba"),
        "departs_day": _("Hari berangkat"),
        "departs_time": _("Jam berangkat"),
        "tide_from": _("Pasang mulai"),
        "tide_until": _("Pasang sampai"),
    }
    labels = {
        "operator": _("Operator"),
        "ship": _("Kapal"),
        "number": _("Nomor pelayaran"),
        "source_url": _("Alamat sumber"),
        "note": _("Catatan"),
    }
    for place in range(calls):
        for name in ROW[1:]:
            labels[f"calls-{place}-{name}"] = _("Singgah %(number)s, %(what)s", number=place + 1, what=words[name])
    return labels


def _page(typed: dict[str, str], found: Voyage | None = None, form: Form | None = None) -> str:
    count = len(rows_of(typed))
    return render_template(
        "admin/plan.html",
        voyage=found,
        form=form or Form(typed, _labels(count)),
        count=count,
        ports=[("", _("Pilih pelabuhan")), *((port.id, port.name) for port in list_all_ports())],
        operators=[("", _("Pilih operator")), *((operator.id, operator.name) for operator in list_operators())],
        ships=[("", _("Belum disebut")), *((ship.id, ship.name) for ship in list_ships())],
    )
