"""Changing the language on a page with a form: by a button of that form, so that nothing that was typed is lost."""

from flask import Flask, current_app, g, request, session
from flask_babel import refresh
from werkzeug.exceptions import HTTPException

from app.text import is_secret
from app.web.words import LANGUAGES
from app.web.words.language import forget_language

BUTTON = "change_language"
"""The name under which a form sends the language that was chosen, instead of being sent itself."""


def _show_again() -> None:
    """Show the form as it was typed, in the other language; nothing of it is judged or done.

    A page whose own address shows no form is sent as it is: there is no such button on it.
    """
    chosen = request.form.get(BUTTON) if request.method == "POST" and not request.path.startswith("/api/") else None
    if chosen not in LANGUAGES:
        return
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.endpoint is None:
        return
    try:
        rule, arguments = adapter.match(method="GET", return_rule=True)
    except HTTPException:
        return
    guards = [getattr(current_app.view_functions[name], "guard", None) for name in (rule.endpoint, request.endpoint)]
    # Who may send the form was asked; whoever may see the page is the same.
    if guards[0] != guards[1]:
        return
    session["language"] = chosen
    refresh()
    forget_language()
    g.typed = {name: value for name, value in request.form.items() if name != BUTTON and not is_secret(name)}
    request.method, request.url_rule, request.view_args = "GET", rule, dict(arguments)


def register(app: Flask) -> None:
    """Hang it behind the guard, which has looked at the form's token."""
    app.before_request(_show_again)
