"""The officer's session, for a page that was without signal: in whose name it may send what it has kept."""

from flask import jsonify
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.web.gate.boarding import bp
from app.web.guard import only, user


@bp.get("/session")
@only(Role.OFFICER)
def session() -> Response:
    """Tell who has signed in here, the token for what the page sends, and the server's clock."""
    return jsonify(officer_id=user().id, csrf=generate_csrf(), now=clock.now().isoformat())
