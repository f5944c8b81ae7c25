"""The specification of the API as OpenAPI, and its page for people."""

import json
import re
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template
from markupsafe import Markup

from app.web.api.door import PREFIX
from app.web.guard import public
from app.web.words import sentence

HEAD: dict[str, Any] = {
    "title": "Dermaga",
    "version": "1.0.0",
    "openapi_version": "3.1.0",
    "info": {
        "description": (
            "Pelayaran, sisa tempat, pemesanan, tiket, gerbang dan keberangkatan pelabuhan.\n\n"
            "Voyages, remaining places, bookings, tickets, gates and departures of a port. Moments are ISO 8601 "
            "in UTC; days are local days of their port. Every refusal has the form of `Error`, and its `code` "
            "is stable. Unknown fields are refused. Add `?lang=en` for sentences in English."
        )
    },
    "servers": [{"url": "/"}],
    "components": {
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": (
                    "Token from `POST /api/v1/sessions`. A signed-in browser may use its session instead, "
                    "with `X-CSRFToken` wherever something changes."
                ),
            }
        }
    },
}

bp = Blueprint("api", __name__, url_prefix=PREFIX)


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """The specification, for programs."""
    answer = Response(json.dumps(current_app.extensions["openapi"], ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


@bp.get("/")
@public
def page() -> str:
    """The specification, for people."""
    return render_template("api/page.html", spec=current_app.extensions["openapi"], say=_say)


def publish(app: Flask, spec: dict[str, Any]) -> None:
    """Serve `spec` and its page."""
    # flask-smorest adds the shape of its pages of results, which nothing here has.
    spec["components"]["schemas"].pop("PaginationMetadata", None)
    app.extensions["openapi"] = spec
    app.jinja_env.filters.update(pretty=_pretty, marked=_marked)
    app.register_blueprint(bp)


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _marked(text: str) -> Markup:
    """Plain text, with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in parts)


def _say(code: str) -> str:
    """The sentence for a code, with gaps where its details would stand."""
    return re.sub(r"%\(\w+\)s", "…", sentence(code))
