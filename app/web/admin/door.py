"""The frame of the administrator's doors."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.accounts.models import Role
from app.web.guard import only

bp = Blueprint("admin", __name__, url_prefix="/kelola")

only_administrator = only(Role.ADMINISTRATOR)

readers = only(Role.OFFICIAL, Role.ADMINISTRATOR)
"""Officials read what an administrator writes."""

ID = "int(min=1, max=2147483647)"
"""The converter of an id in a path: others are not found, before any database is asked."""


@bp.get("")
@only_administrator
def home() -> str:
    """Show everything that can be administered."""
    return render_template("admin/home.html")


def go(endpoint: str, told: str, **values: Any) -> Response:
    """On to a page that says once what was done."""
    flash(told)
    return redirect(url_for(f"admin.{endpoint}", **values), 303)
