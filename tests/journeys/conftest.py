"""What every journey may ask for: where the application is served, and a session that has begun."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.accounts.actions import begin_session
from app.accounts.models import User


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served, by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def session_cookie(app: Flask, user: User, address: str) -> dict[str, str]:
    """The cookie of somebody who has signed in, as playwright wants it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = serializer.dumps({"_user_id": begin_session(user.id).key, "_fresh": True})
    return {"name": "session", "value": value, "url": address}


def session_of(app: Flask, contents: dict[str, object], address: str) -> dict[str, str]:
    """The cookie of a browser whose session has these contents, as playwright wants it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return {"name": "session", "value": serializer.dumps(contents), "url": address}
