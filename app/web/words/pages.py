"""The language of a page, and what its template finds at hand."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask import Flask, current_app, redirect, request, session
from flask_babel import Babel
from flask_compress import Compress
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from app import clock, config
from app.schedule.days import earliest_day
from app.web.today import today
from app.web.words import figures
from app.web.words.language import language, say

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
"""Every language of the pages, by its own name; the first is for whoever has chosen none."""

_HOME_LANGUAGE = next(iter(LANGUAGES))


def _language() -> str:
    # A visitor who brings no cookie has chosen nothing yet, and the answer need not vary by it.
    chosen = request.args.get("lang") or ("HTTP_COOKIE" in request.environ and session.get("language"))
    return chosen if chosen in LANGUAGES else _HOME_LANGUAGE


def _remember_language() -> Response | None:
    """`?lang=en` on any page changes the language and comes back without it."""
    if request.method != "GET" or request.path.startswith("/api/"):
        return None
    chosen = request.args.get("lang")
    if chosen not in LANGUAGES:
        return None
    session["language"] = chosen
    rest = {k: v for k, v in request.args.to_dict(flat=False).items() if k != "lang"}
    query = urlencode(rest, doseq=True)
    return redirect(iri_to_uri(request.path) + (f"?{query}" if query else ""))


def live_origin() -> str:
    """Where this visitor's browser finds the live stream (no path)."""
    settings = config.current()
    if settings.live_url:
        parts = urlsplit(settings.live_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    host = request.host.rsplit(":", 1)[0] if request.host.count(":") == 1 else request.host
    return f"{request.scheme}://{host}:{settings.live_port}"


def live_url() -> str:
    """The address of the live stream for this visitor's browser."""
    return (config.current().live_url or live_origin()).rstrip("/")


def register(app: Flask) -> None:
    """Give every page the words it needs."""
    app.config["BABEL_DEFAULT_LOCALE"] = _HOME_LANGUAGE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    app.config["LIVE_ORIGIN"] = live_origin
    # Python names modules application/javascript where the machine has no list of types.
    scripts = ["text/javascript", "application/javascript"]
    app.config["COMPRESS_MIMETYPES"] = ["text/html", "text/css", "application/json", "image/svg+xml", *scripts]
    Babel(app, locale_selector=_language)
    Compress(app)
    app.before_request(_remember_language)
    filters: dict[str, Callable[..., str]] = {
        name: getattr(figures, name)
        for name in (
            "day", "at", "hour", "rupiah", "number", "zone_name", "window", "last_day", "why", "said", "channel_name",
            "how_changed", "night", "leaves_at", "ship_booked",
        )
    }  # fmt: skip
    app.jinja_env.filters.update(filters, today=today, earliest_day=earliest_day)
    app.jinja_env.globals.update(
        now=clock.now, live_url=live_url, language=language, gettext=say, _=say, languages=LANGUAGES,
        settings=config.current, asset=_asset, new_id=uuid4, ngettext=_counting(app.jinja_env.globals["ngettext"]),
    )  # fmt: skip


def _counting(plain: Any) -> Callable[..., Any]:
    """The templates' own `ngettext`, safe for HTML, with the number written as everywhere."""

    @pass_context
    def ngettext(context: Context, one: str, several: str, count: int, **more: Any) -> Any:
        return plain(context, one, several, count, **{"num": figures.number(count), **more})

    return ngettext


def _asset(path: str) -> str:
    """A static file's address with its age in it, so that browsers may keep it until it changes."""
    file = config.ROOT / "static" / path
    stamp = int(file.stat().st_mtime) if file.exists() else 0
    return f"{current_app.static_url_path}/{path}?v={stamp:x}"
