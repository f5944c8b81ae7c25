"""The doors for programs: `/api/v1`, one module per noun, described by the OpenAPI that they generate."""

from typing import Any

import flask_smorest
from flask import Flask, request
from werkzeug.wrappers import Response

from app.web.api import (
    availability,
    bookings,
    changes,
    channels,
    departures,
    devices,
    explanations,
    openapi,
    requirements,
    rules,
    scans,
    sessions,
    tickets,
    voyages,
    waiting,
)
from app.web.api.door import PREFIX, Error

NOUNS = (
    voyages,
    availability,
    channels,
    bookings,
    changes,
    waiting,
    tickets,
    scans,
    departures,
    devices,
    explanations,
    requirements,
    rules,
    sessions,
)


class _Api(flask_smorest.Api):
    """flask-smorest without what we do ourselves: error answers, and doors to the specification."""

    ERROR_SCHEMA = Error
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """app/web/errors.py answers, in one form, and keeps the headers (`Allow`) that belong to an error."""

    def _register_doc_blueprint(self) -> None:
        """app/web/api/openapi.py serves it, behind the guard."""


def register(app: Flask) -> None:
    """Hang the doors."""
    api = _Api(app, spec_kwargs=openapi.HEAD)
    for noun in NOUNS:
        api.register_blueprint(noun.bp)
    openapi.publish(app, api.spec.to_dict())
    app.after_request(_name_the_scheme)


def _name_the_scheme(response: Response) -> Any:
    if response.status_code == 401 and request.path.startswith(PREFIX):
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    return response
