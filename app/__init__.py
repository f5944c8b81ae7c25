"""Dermaga: places, tickets, gates and counts of a passenger port."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from click import get_current_context
from flask import Flask
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, config, startup
from app.db import db, let_go
from app.web import register, request_bounds
from app.web.typed_values import TypedRequest


class _Dermaga(Flask):
    """Flask without asking of every function of every request whether it is a coroutine: none is."""

    request_class = TypedRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: config.Settings | None = None) -> Flask:
    """The application with everything wired: settings, database, doors, commands."""
    serves_alone = settings is None
    try:
        settings = settings or config.load()
    except config.SettingError as error:
        raise startup.CannotStart(str(error)) from None
    config.use(settings)
    _make_room(settings.database_url)
    is_command = get_current_context(silent=True) is not None
    keyring, secret = startup.secrets_of(settings, serves=not is_command)
    app = _Dermaga(
        "app",
        root_path=str(config.ROOT / "app"),
        static_folder=str(config.ROOT / "static"),
        template_folder=str(config.ROOT / "templates"),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=secret,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        # Fewer connections than threads: who holds places waits for a batch without one. A dead one is replaced.
        # A statement's values (a NIK among them) do not stand in its error, and so in no log.
        SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 16, "max_overflow": 4, "hide_parameters": True},
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=request_bounds.BODY_MAX,  # a door that takes more says so there
        MAX_FORM_PARTS=200,
    )
    app.extensions["keyring"] = keyring
    db.init_app(app)
    app.teardown_appcontext(let_go)  # runs before the extension's own, which would raise
    if is_command or not serves_alone:
        from flask_migrate import Migrate  # 20 MB, for whoever takes tables further: who only serves does not

        Migrate(app, db, directory=str(config.ROOT / "migrations"))
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]  # as werkzeug says
    register(app)
    cli.register(app)
    return app


def _make_room(database_url: str) -> None:
    """An SQLite file needs its folder."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database and not url.database.startswith((":memory:", "file:")):
        file = Path(url.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        # Nobody else on the machine reads who travels. SQLite's own files beside it take after it.
        with suppress(OSError):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
