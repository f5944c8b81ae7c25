"""All that waits for a second person, or for its moment, in one list; and confirming, declining or taking it back."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.queries import calls_of, list_waiting
from app.web import departure_steps
from app.web.guard import only, user
from app.web.official.door import bp
from app.web.today import home


@bp.get("/papan/permintaan")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def requests() -> str:
    """Show what was asked for and by whom, each with its buttons."""
    now = clock.now()
    waiting = [(step, calls_of(step)) for step in list_waiting(user().id, now)]
    return render_template("official/requests.html", waiting=waiting, as_of=now, port=home())


@bp.post("/papan/permintaan/<int(min=1, max=2147483647):request_id>")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def settle_request(request_id: int) -> Response:
    """Confirm it as the second person, decline it, or take one's own back."""
    departure_steps.settle(request_id)
    return redirect(url_for("official.requests"), 303)
