"""Pages and answers for what is refused, missing or broken."""

import re
import traceback
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, StatementError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from app import database_faults
from app.booking.actions.pace import AbovePace
from app.db import db
from app.errors import Refusal
from app.web import pace
from app.web.words import sentence


def as_json(code: str, status: int, details: dict[str, Any], errors: Any = None, more: Any = None) -> Response:
    """The API's one form of an error: `{"code", "message", "errors"}`, and `more` where there is."""
    answer = jsonify(code=code, message=sentence(code, details), errors=errors or {}, **(more or {}))
    answer.status_code = status
    if "retry_after_seconds" in details:
        answer.headers["Retry-After"] = str(details["retry_after_seconds"])
    return answer


def _refused(refusal: Refusal) -> Response:
    if isinstance(refusal, AbovePace):
        return _above_pace(refusal)
    if request.path.startswith("/api/"):
        errors = {refusal.field: [sentence(refusal.code, refusal.details)]} if refusal.field else {}
        return as_json(refusal.code, refusal.status, refusal.details, errors)
    return _page(refusal.code, refusal.status, refusal.details)


def _above_pace(above: AbovePace) -> Response:
    """Say what is to be done before the order is taken; a page keeps all that was typed and goes on by itself."""
    asked = pace.asked(above)
    if request.path.startswith("/api/"):
        answer = as_json(above.code, above.status, {}, more={"work": asked})
    else:
        page = render_template("traveler/pace.html", work=asked, **pace.sent_again())
        answer = current_app.make_response((page, above.status))
    answer.headers["Retry-After"] = str(asked["turn_seconds"])
    return answer


def _http(error: HTTPException) -> Response:
    status = 404 if isinstance(error, MethodNotAllowed) and _names_nothing() else error.code or 500
    codes = {400: "bad_request", 404: "not_found", 405: "wrong_method", 413: "too_large", 500: "broken"}
    code = codes.get(status, "bad_request" if status < 500 else "broken")
    answer = as_json(code, status, {}) if request.path.startswith("/api/") else _page(code, status, {})
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def _names_nothing() -> bool:
    """Whether the method would do, were the number in the address in its bounds.

    The router looks at the method first, and only then at the number: another method's address of the same shape
    makes it answer that the method is wrong.
    """
    address = re.sub(r"(?<=/)\d+(?=/|$)", "1", request.path)
    adapter = current_app.create_url_adapter(request)
    return bool(adapter and address != request.path and adapter.test(address, request.method))


def _csrf(_error: CSRFError) -> Response:
    if request.path.startswith("/api/"):
        return as_json("form_expired", 400, {})
    return _page("form_expired", 400, {})


def refusal_of_fault(error: StatementError) -> Refusal:
    """End the transaction that the database has failed, log why, and tell it as a refusal; nothing was written.

    A fault of the database is told as it is; a fault of the statement is ours (`broken`). Its message can quote a whole
    row: it stays out of the log.
    """
    cause = database_faults.cause_of(error) if isinstance(error, DBAPIError) else ""
    if not isinstance(error, DBAPIError) or not cause:
        where = "".join(traceback.format_tb(error.__traceback__))
        current_app.logger.error("database: %s in %s\n%s", type(error.orig).__name__, error.statement, where)
        db.session.rollback()
        return Refusal("broken")
    if cause == "database_away" and db.engine.dialect.name == "sqlite":
        cause = database_faults.storage_fault(db.engine.url.database) or cause
    current_app.logger.error("database: %s (%s)", cause, database_faults.described(error))
    with suppress(DBAPIError):
        db.session.rollback()
    return database_faults.refusal(cause)


def _database(error: StatementError) -> Response:
    return _refused(refusal_of_fault(error))


def _page(code: str, status: int, details: dict[str, Any]) -> Response:
    again = _where_they_were() if status >= 500 or code == "form_expired" else ""
    text = render_template("error.html", code=code, status=status, message=sentence(code, details), again=again)
    answer = current_app.make_response((text, status))
    if "retry_after_seconds" in details:
        answer.headers["Retry-After"] = str(details["retry_after_seconds"])
    return answer


def _where_they_were() -> str:
    """The page to try again from, on this site: what was asked for, or the one that sent the form; empty for none.

    Only path and query are ever told, and only of a page that can be opened: nobody is led to another site.
    """
    here, came_from = urlsplit(request.url), urlsplit(request.referrer or "")
    pages = [here] if request.method in {"GET", "HEAD"} else []
    pages += [came_from, here] if came_from.netloc == request.host else [here]
    adapter = current_app.create_url_adapter(request)
    for page in pages:
        # Two slashes at the beginning would name another host.
        path = f"/{page.path.lstrip('/' + chr(92))}"
        if adapter and path != "/" and adapter.test(unquote(path), "GET"):
            return f"{path}?{page.query}" if page.query else path
    return ""


def register(app: Flask) -> None:
    """Answer for every kind of error."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StatementError, _database)
