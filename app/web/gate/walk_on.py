"""Let people aboard who have no ticket: each with a line of their own, under the ceiling, by an officer in charge."""

from uuid import UUID, uuid4

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Role
from app.boarding.actions import walk_on as actions
from app.booking.walk_ons.models import WalkOn
from app.booking.walk_ons.queries import list_walk_ons
from app.booking.walk_ons.schemas import WalkOnIn
from app.errors import NotFound, Refusal
from app.web.forms import Form
from app.web.gate.boarding import bp, head_of, see_other
from app.web.guard import only, user
from app.web.words.people import AGE_BANDS

PATH = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/tanpa-tiket"


@bp.get(PATH)
@only(Role.OFFICER)
def ask_walk_on(departure_id: int, gate_id: int) -> str:
    """The form, and everybody who was let aboard so at this departure."""
    return _page(departure_id, gate_id, Form(labels=_labels(), defaults={"id": uuid4(), "age_band": "adult"}))


@bp.post(PATH)
@only(Role.OFFICER)
def board_walk_on(departure_id: int, gate_id: int) -> Response | tuple[str, int]:
    """The person is aboard, and on the list; or the form again, with what is wrong."""
    form = Form(request.form.to_dict(), _labels())
    told = form.load(WalkOnIn())
    if told is None:
        return _page(departure_id, gate_id, form), 422
    told["id"] = str(told["id"])
    walk_on = WalkOn(**told, gate_id=gate_id, officer_id=user().id)
    try:
        kept = actions.board_walk_on(walk_on, departure_id)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(departure_id, gate_id, form), refusal.status
    flash(_("%(name)s ada di daftar, dan terhitung di atas kapal.", name=kept.name or kept.description))
    return see_other("gate.ask_walk_on", departure_id, gate_id)


@bp.post(f"{PATH}/<uuid:walk_on_id>/turun")
@only(Role.OFFICER)
def send_walk_on_ashore(departure_id: int, gate_id: int, walk_on_id: UUID) -> Response:
    """The person has gone ashore again."""
    sent = actions.send_walk_on_ashore(str(walk_on_id), departure_id, user().id)
    flash(_("%(name)s sudah turun, dan tidak terhitung lagi.", name=sent.name or sent.description))
    return see_other("gate.ask_walk_on", departure_id, gate_id)


def _labels() -> dict[str, str]:
    return {
        "name": _("Nama"),
        "description": _("Ciri-ciri"),
        "age_band": _("Umur"),
        "sex": _("Jenis kelamin"),
        "to_call_id": _("Turun di"),
        "reason": _("Mengapa tanpa tiket"),
    }


def _page(departure_id: int, gate_id: int, form: Form) -> str:
    head = head_of(departure_id, gate_id)
    call = head["departure"].call
    ahead = call.voyage.ahead_of(call)
    return render_template(
        "gate/walk_on.html",
        **head,
        form=form,
        ahead=[(to.id, to.port.name) for to in ahead],
        in_charge=user().may_exempt,
        walk_ons=list_walk_ons(call.id),
        ages=list(AGE_BANDS.items()),
        age_bands=AGE_BANDS,
    )
