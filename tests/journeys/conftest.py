"""What every journey may ask for: where the application is served, and a gangway."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests import chromium
from tests.journeys.gangway import Gangway


@pytest.fixture(scope="session", autouse=True)
def _browser_stops() -> Iterator[None]:
    """The browser of this process serves all journeys, and ends with the last."""
    yield
    chromium.stop()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served, by threads of this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def gangway(app: Flask, tmp_path: Path) -> Gangway:
    """A departure that boards; an officer's phone there sees nothing unless it is given a film."""
    return Gangway(app, tmp_path)
