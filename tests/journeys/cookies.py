"""Sessions that have begun, as cookies for playwright."""

from flask import Flask

from app.accounts.actions import begin_session
from app.accounts.models import User


def session_cookie(app: Flask, user: User, address: str) -> dict[str, str]:
    """The cookie of somebody who has signed in, as playwright wants it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serializer.dumps({"_user_id": begin_session(user.id).key, "_fresh": True})
    return {"name": "session", "value": value, "url": address}


def session_of(app: Flask, contents: dict[str, object], address: str) -> dict[str, str]:
    """The cookie of a browser whose session has these contents, as playwright wants it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return {"name": "session", "value": serializer.dumps(contents), "url": address}
