"""Call the boarding groups aboard, one after the other."""

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.models import Role
from app.boarding.groups.actions import call_group as call
from app.boarding.groups.models import letter_of
from app.errors import NotFound
from app.web.gate.boarding import bp, see_other
from app.web.guard import only, user


@bp.post("/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/panggilan")
@only(Role.OFFICER)
def call_group(departure_id: int, gate_id: int) -> Response:
    """The group of the button is called from now on."""
    number = request.form.get("group", type=int)
    if number is None:
        raise NotFound("group_not_found")
    called = call(departure_id, number, user().id)
    flash(_("Rombongan %(letter)s dipanggil.", letter=letter_of(called.called_group or number)))
    return see_other("gate.scan", departure_id, gate_id)
