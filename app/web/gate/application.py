"""The officer's installable application: its worker, its shell of files, and what opens without a signal."""

import json
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flask import Response, make_response, redirect, render_template, send_from_directory, url_for
from werkzeug.wrappers import Response as AnyResponse

from app import config
from app.accounts.models import Role
from app.errors import NotFound
from app.web.gate.boarding import bp
from app.web.guard import only, public

STATIC = config.ROOT / "static"

MODULES = (
    "js/gate/*.mjs",
    "js/lib/telling.mjs",
    "vendor/hash-wasm/*.js",
    "vendor/idb/*.js",
    "vendor/lean-qr/*.mjs",
    "vendor/noble-ed25519/*.js",
    "vendor/zxing-wasm/**/*.*s*",
)
"""The modules of a gate's page and the libraries that they load, where those are installed."""

SHEETS = ("style.css", "gate.css")

ICON = "gate-icon.svg"

PICTURES = {192: "gate-icon-192.png", 512: "gate-icon-512.png"}
"""The icon as pictures, for phones that take no drawing; an iPhone takes the one that `gate/base.html` names."""

PAGES = "gate pages "
"""How the caches of opened pages begin in a browser, one for each officer (`static/js/gate/pages.mjs`)."""

IMMUTABLE = "public, max-age=31536000, immutable"


@bp.get("/sw.js")
@public
def worker() -> Response:
    """The service worker, with the list of the files that it keeps together."""
    shell = {
        "version": version(),
        "files": [*(module_address(path) for path in _modules()), *map(_sheet_address, (*SHEETS, ICON))],
        "modules": url_for("gate.shell", edition="-", path="-").removesuffix("-/-"),
        "sheets": [url_for("static", filename=path) for path in (*SHEETS, ICON)],
        "offline": url_for("gate.offline"),
        "start": url_for("gate.start"),
        "pages": PAGES,
    }
    answer = make_response(render_template("gate/sw.js", shell=shell))
    answer.content_type = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/shell/<edition>/<path:path>")
@public
def shell(edition: str, path: str) -> Response:
    """One module of the shell. Its imports are addresses beside it, so that modules of two releases never mix."""
    if path not in _modules():
        raise NotFound("not_found")
    answer = send_from_directory(STATIC, path)
    # A server that runs another release has only its own files, and nobody may keep them under this name.
    answer.headers["Cache-Control"] = IMMUTABLE if edition == version() else "no-cache"
    return answer


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """How the gate is installed on a phone; in Indonesian, as it is for everybody who installs it."""
    icons = [{"src": _sheet_address(ICON), "sizes": "any", "type": "image/svg+xml"}]
    for size, path in PICTURES.items():
        icons.append({"src": _sheet_address(path), "sizes": f"{size}x{size}", "type": "image/png"})
    told = {
        "id": "/gate/start",
        "name": "Dermaga: gerbang",
        "short_name": "Gerbang",
        "description": "Memindai tiket di gerbang, juga tanpa sinyal.",
        "lang": "id",
        "start_url": url_for("gate.start"),
        "scope": "/gate",
        "display": "standalone",
        "background_color": "#073f47",
        "theme_color": "#073f47",
        "icons": [{**icon, "purpose": purpose} for icon in icons for purpose in ("any", "maskable")],
    }
    answer = make_response(json.dumps(told, ensure_ascii=False))
    answer.content_type = "application/manifest+json; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/start")
@only(Role.OFFICER)
def start() -> AnyResponse:
    """Where the installed application begins; without a signal its worker opens the last kept page instead."""
    return redirect(url_for("gate.choose"), 303)


@bp.get("/offline")
@public
def offline() -> str:
    """Say that there is no signal, in place of a page that is not kept."""
    return render_template("gate/offline.html", kept_page=True)


@bp.context_processor
def _names_of_the_shell() -> dict[str, Any]:
    return {"module_address": module_address}


def version() -> str:
    """The name of this release of the shell: another one when any of its files is another."""
    told = blake2b(digest_size=8)
    for path in (*_modules(), *SHEETS, ICON):
        told.update(path.encode() + _digest(path, (STATIC / path).stat().st_mtime_ns))
    return told.hexdigest()


def module_address(path: str) -> str:
    """The address of a module of the shell, in this release."""
    return url_for("gate.shell", edition=version(), path=path)


def _modules() -> tuple[str, ...]:
    found = {file.relative_to(STATIC).as_posix() for pattern in MODULES for file in STATIC.glob(pattern)}
    return tuple(sorted(found))


def _sheet_address(path: str) -> str:
    return url_for("static", filename=path, v=f"{int((STATIC / path).stat().st_mtime):x}")


@lru_cache(maxsize=256)
def _digest(path: str, _mtime_ns: int) -> bytes:
    """The fingerprint of a file's content, read once for as long as it stays the same."""
    return blake2b(Path(STATIC, path).read_bytes(), digest_size=8).digest()
