"""What every journey may ask for: where the application is served, and a gangway."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.config import ROOT
from tests import chromium
from tests.journeys.gangway import Gangway


@pytest.fixture(scope="session", autouse=True)
def _browser_stops() -> Iterator[None]:
    """The browser of this process serves all journeys, and ends with the last."""
    if not (ROOT / "static" / "vendor" / "hash-wasm").exists():
        pytest.exit("the browser libraries are older than package.json: python3 deploy/setup.py libraries")
    yield
    chromium.stop()


def _closing(app: WSGIApplication) -> WSGIApplication:
    """Close each answer when it has been sent, or when the browser has hung up.

    Werkzeug drains the connection before it closes the answer: where that is reset by then, a
    static file would stay open, and its warning fail the test that happens to run.
    """

    def served(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = app(environ, start_response)

        def chunks() -> Iterator[bytes]:
            with closing(answer):
                yield from answer

        return chunks()

    return served


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served, by threads of this process."""
    server = make_server("127.0.0.1", 0, _closing(app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def gangway(app: Flask, tmp_path: Path) -> Gangway:
    """A departure that boards; an officer's phone there sees nothing unless it is given a film."""
    return Gangway(app, tmp_path)
