"""Doors for the machines that watch over the service."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from app import config
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
    """The database is reachable and has the schema of this code; else 503 with what is missing."""
    try:
        db.session.execute(text("SELECT 1"))
        migrated = MigrationContext.configure(db.session.connection()).get_current_revision() == _head()
    except SQLAlchemyError:
        return jsonify(status="database_away"), 503
    return (jsonify(status="ready"), 200) if migrated else (jsonify(status="not_migrated"), 503)


def _head() -> str | None:
    settings = Config()
    settings.set_main_option("script_location", str(config.ROOT / "migrations"))
    return ScriptDirectory.from_config(settings).get_current_head()


def register(app: Flask) -> None:
    """Hang the doors."""
    app.register_blueprint(bp)
