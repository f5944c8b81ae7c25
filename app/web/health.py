"""Doors for the machines that watch over the service."""

from flask import Blueprint, Flask, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from app import database_faults
from app.accounts.actions import spend_allowance
from app.booking.tickets.signing import find_newest_code, is_read_by
from app.db import db
from app.errors import Refusal
from app.web.guard import public

bp = Blueprint("health", __name__)

PROBES_MAX = 1_000_000
"""Changes that are tried in ten minutes: no limit, and the count of them is the change."""


@bp.get("/healthz")
@public
def up() -> Response:
    """The process answers."""
    return jsonify(status="up")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """The database has the tables of this code and takes changes, its newest ticket is read; else 503 and why."""
    cause = _cause()
    return jsonify(status=cause or "ready"), 503 if cause else 200


def _cause() -> str:
    # First the file: of a disk that only reads SQLite says no more than that it cannot open it.
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if cause := database_faults.storage_fault(file):
        return cause
    try:
        connection = db.session.connection()
        connection.execute(text("SELECT 1"))
        if database_faults.revision_of(connection) != database_faults.revision_of_code():
            return "not_migrated"
        if db.engine.dialect.name == "postgresql" and connection.scalar(text("SHOW transaction_read_only")) == "on":
            return "storage_read_only"
        newest = find_newest_code(connection)
        if newest is not None and not is_read_by(newest, current_app.extensions["keyring"]):
            return "keys_do_not_fit"
        db.session.rollback()
        if database_faults.noted():
            spend_allowance("readyz", PROBES_MAX)
    except Refusal as refusal:
        return refusal.code
    except DBAPIError as error:
        db.session.rollback()
        return database_faults.cause_of(error) or "database_away"
    return ""


def register(app: Flask) -> None:
    """Hang the doors."""
    app.register_blueprint(bp)
