"""The real thing as a process of its own: gunicorn's web and live processes, to be used, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.config import ROOT
from tests.conftest import UNBOUND_ENVIRONMENT

START_SECONDS = 30


def free_ports() -> tuple[int, int]:
    """Two neighbouring ports on which nobody listens now."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port, port + 1


@dataclass
class Server:
    """Dermaga on a database of its own, as `deploy/serve.py` starts it; no limits on how often it is called."""

    database_url: str
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.port, self.live_port = free_ports()

    @property
    def url(self) -> str:
        """Where the web process answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_url(self) -> str:
        """Where the live process answers."""
        return f"http://127.0.0.1:{self.live_port}"

    def start(self) -> None:
        """Start it and wait until both processes answer."""
        ports = {"PORT": str(self.port), "LIVE_PORT": str(self.live_port)}
        env = {**os.environ, **UNBOUND_ENVIRONMENT, "DATABASE_URL": self.database_url, **ports, **self.environment}
        self._process = subprocess.Popen([sys.executable, "deploy/serve.py"], cwd=ROOT, env=env, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not (self._answers(f"{self.url}/healthz") and self._answers(f"{self.live_url}/healthz")):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.05)

    def pids(self) -> list[int]:
        """Every process of it: the supervisor, both gunicorns and their workers."""
        if self._process is None:
            return []
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
            waiting += [int(child) for child in listed.stdout.split()]
        return found

    def kill9(self) -> None:
        """All its processes are gone at once, in the middle of whatever they did."""
        for pid in self.pids():
            os.kill(pid, signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """Stop it in good order; again does nothing."""
        if self._process is not None:
            self._process.terminate()
            self._wait()

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait(20)
            self._process = None
        # The port is free when the last worker is gone.
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.02)

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def serving(database_url: str, **environment: str) -> Iterator[Server]:
    """A server that runs for as long as the block."""
    server = Server(database_url, environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()
