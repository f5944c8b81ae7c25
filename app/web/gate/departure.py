"""At the pier: open boarding early, let the ship go, take either back, and confirm what a colleague asks for."""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Role
from app.boarding.actions import departure
from app.boarding.models import Step
from app.boarding.step_offs.queries import list_ashore
from app.web import departure_steps
from app.web.gate.boarding import bp, head_of, see_other
from app.web.guard import only, user

AT = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>"


@bp.get(f"{AT}/boarding")
@only(Role.OFFICER)
def ask_open(departure_id: int, gate_id: int) -> str:
    """Show what opening boarding now means, and the button that does it."""
    return _page("gate/open.html", Step.OPEN, departure_id, gate_id)


@bp.post(f"{AT}/boarding")
@only(Role.OFFICER)
def open_boarding(departure_id: int, gate_id: int) -> Response:
    """Let people board from now on; with a reason, ask a second person for it."""
    if "reason" in request.form:
        return _ask(Step.OPEN, departure_id, gate_id)
    departure.open_boarding(departure_id, user().id)
    flash(_("Naik kapal sudah dibuka."))
    return see_other("gate.scan", departure_id, gate_id)


@bp.get(f"{AT}/leaving")
@only(Role.OFFICER)
def ask_leave(departure_id: int, gate_id: int) -> str:
    """Show what it means that the ship has left, with the count on board, and the button that says so."""
    return _page("gate/leave.html", Step.LEAVE, departure_id, gate_id, ashore=list_ashore(departure_id))


@bp.post(f"{AT}/leaving")
@only(Role.OFFICER)
def leave(departure_id: int, gate_id: int) -> Response:
    """The ship has left; with a reason, ask a second person to say so too."""
    if "reason" in request.form:
        return _ask(Step.LEAVE, departure_id, gate_id)
    departure.depart(departure_id, user().id)
    return see_other("gate.ask_leave", departure_id, gate_id)


@bp.post(f"{AT}/undo/<any(open, leave):step>")
@only(Role.OFFICER)
def undo(departure_id: int, gate_id: int, step: str) -> Response:
    """Take back what was done minutes ago; with a reason, ask a second person for it."""
    if "reason" in request.form:
        return _ask(Step(f"undo_{step}"), departure_id, gate_id)
    departure.undo(departure_id, Step(step), user().id)
    flash(_("Sudah dibatalkan; keadaannya kembali seperti sebelumnya."))
    return see_other("gate.scan", departure_id, gate_id)


@bp.post(f"{AT}/requests/<int(min=1, max=2147483647):request_id>")
@only(Role.OFFICER)
def settle(departure_id: int, gate_id: int, request_id: int) -> Response:
    """Confirm or decline what a colleague asks for."""
    departure_steps.settle(request_id, departure_id)
    return see_other("gate.scan", departure_id, gate_id)


def _ask(step: Step, departure_id: int, gate_id: int) -> Response:
    departure.ask_second_person(departure_id, step, user().id, request.form["reason"])
    flash(_("Sudah diminta. Rekan lain membuka halaman ini dan mengonfirmasinya dalam dua jam."))
    return see_other("gate.scan", departure_id, gate_id)


def _page(template: str, step: Step, departure_id: int, gate_id: int, **more: Any) -> str:
    head = head_of(departure_id, gate_id)
    return render_template(template, **head, **departure_steps.ways_of(head["departure"], step), **more)
