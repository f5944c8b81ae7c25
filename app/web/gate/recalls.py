"""People whom a device without signal let aboard and the server did not accept, each until an officer says the end."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Role
from app.boarding.recalls.actions import settle_recall
from app.boarding.recalls.models import RecallEnd
from app.boarding.recalls.queries import list_recalls
from app.errors import Refusal
from app.reasons import LONGEST
from app.web.gate.boarding import bp, head_of
from app.web.guard import only, user
from app.web.judging import verdicts
from app.web.words import sentence

PATH = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/dipanggil"


@bp.get(PATH)
@only(Role.OFFICER)
def recalls(departure_id: int, gate_id: int) -> str:
    """All of this departure, the open ones first: who, why, where and when, and of a copy both places."""
    return _page(departure_id, gate_id)


@bp.post(f"{PATH}/<uuid:scan_id>")
@only(Role.OFFICER)
def end_recall(departure_id: int, gate_id: int, scan_id: UUID) -> Response | tuple[str, int]:
    """Say how it ended with one of them."""
    head_of(departure_id, gate_id)
    try:
        ended = RecallEnd(request.form.get("ended", ""))
    except ValueError:
        raise Refusal("bad_request") from None
    reason = request.form.get("reason", "")[: LONGEST + 1]
    try:
        settle_recall(str(scan_id), departure_id, user().id, ended, reason)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(departure_id, gate_id, str(scan_id), sentence(refusal.code, refusal.details)), refusal.status
    return redirect(url_for("gate.recalls", departure_id=departure_id, gate_id=gate_id), 303)


def _page(departure_id: int, gate_id: int, at: str = "", fault: str = "") -> str:
    head = head_of(departure_id, gate_id)
    told = [(one, verdicts.put_scan(one.scan, head["port"])) for one in list_recalls(departure_id)]
    return render_template(
        "gate/recalls.html",
        **head,
        open_ones=[(one, words) for one, words in told if one.settlement is None],
        ended=[(one, words) for one, words in told if one.settlement is not None],
        ends=_ends(),
        may_accept=user().may_exempt,
        at=at,
        fault=fault,
        longest=LONGEST,
    )


def _ends() -> dict[str, str]:
    return {
        RecallEnd.CALLED_OFF: _("Sudah turun"),
        RecallEnd.SAME_PERSON: _("Orang yang sama, sudah dihitung"),
        RecallEnd.ACCEPTED: _("Diterima pengawas"),
    }
