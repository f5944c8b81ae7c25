"""Doors for the machines that watch over the service."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app import config
from app.booking.signing import find_newest_code, is_read_by
from app.db import db
from app.web.guard import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def up() -> Response:
    """The process answers."""
    return jsonify(status="up")


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """The database answers, has the schema of this code, and its newest ticket is read; else 503 and why."""
    try:
        db.session.execute(text("SELECT 1"))
        if MigrationContext.configure(db.session.connection()).get_current_revision() != _head():
            return jsonify(status="not_migrated"), 503
        newest = find_newest_code(db.session.connection())
    except SQLAlchemyError:
        return jsonify(status="database_away"), 503
    if newest is not None and not is_read_by(newest, current_app.extensions["keyring"]):
        return jsonify(status="keys_do_not_fit"), 503
    return jsonify(status="ready"), 200


def _head() -> str | None:
    settings = Config()
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    return ScriptDirectory.from_config(settings).get_current_head()


def register(app: Flask) -> None:
    """Hang the doors."""
    app.register_blueprint(bp)
