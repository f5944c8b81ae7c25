"""The supervisor of `make run` starts and stops the web and the live process together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.config import ROOT

pytestmark = pytest.mark.race


def web(environ, start_response):
    """A web application of one sentence."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"up"]


async def live(scope, receive, send):
    """A stream that never ends by itself."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"hello\n", "more_body": True})
    await receive()
    while (await receive())["type"] != "http.disconnect":
        pass


def free_ports() -> tuple[int, int]:
    """Two ports in a row on which nobody listens."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port, port + 1


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition, seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


@contextmanager
def supervisor(port: int, live_app: str = "tests.test_serve:live") -> Iterator[subprocess.Popen[str]]:
    env = os.environ | {"PORT": str(port), "LIVE_PORT": "", "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "deploy/serve.py", "--web", "tests.test_serve:web", "--live", live_app]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_one_signal_stops_both_processes_even_with_a_stream_open(number):
    port, live_port = free_ports()
    with supervisor(port) as process:
        assert process.stderr.readline() == "\n"
        assert process.stderr.readline() == f"Dermaga is at http://127.0.0.1:{port}\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{live_port}/") as stream:
            assert stream.readline() == b"hello\n"
            began = time.monotonic()
            process.send_signal(number)
            process.wait(timeout=10)
            assert until(lambda: not listening(port) and not listening(live_port))
            assert time.monotonic() - began < (5 if number != signal.SIGKILL else 13)
    assert process.returncode == (0 if number != signal.SIGKILL else -signal.SIGKILL)


def test_when_one_process_ends_the_other_is_stopped_and_a_sentence_says_so():
    port, live_port = free_ports()
    with supervisor(port, live_app="tests.test_serve:absent") as process:
        said = process.stderr.read()
    assert process.returncode == 1
    assert said.splitlines()[-1] == (
        "Dermaga: The live process ended by itself; what it said is above. Both are stopped."
    )
    assert not listening(port)
    assert not listening(live_port)


def test_a_taken_port_is_one_sentence_with_the_remedy():
    port, live_port = free_ports()
    with socket.create_server(("127.0.0.1", live_port)), supervisor(port) as process:
        said = process.stderr.read()
    assert process.returncode == 1
    assert said.startswith(f"Dermaga: Port {live_port} is taken: ")
    assert said.count("\n") == 1
