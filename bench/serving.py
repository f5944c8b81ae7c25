"""The web process and the database that a benchmark measures, as in production, and what they have computed."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from app.config import ROOT
from bench.figures import children, cpu_seconds
from tests import postgres as embedded
from tests.conftest import UNBOUND_ENVIRONMENT
from tests.server import free_ports

START_SECONDS = 120

BOOT_SECONDS = 2.0
"""How much longer the last worker may need than the first."""

PAUSE_SECONDS = 1.0
"""Between two crowds, so that the server has seen the first one hang up."""


@contextmanager
def web(database_url: str, settings: dict[str, str] = UNBOUND_ENVIRONMENT, app: str = "wsgi:app") -> Iterator[int]:
    """gunicorn alone, as in production, with people behind one proxy; its port."""
    port = free_ports()[0]
    env = {**os.environ, "DATABASE_URL": database_url, "PORT": str(port), "TRUSTED_PROXIES": "1", **settings}
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "app/server.py", app], cwd=ROOT, env=env)
    try:
        deadline = time.monotonic() + START_SECONDS
        # The port is open before a worker has loaded; after the first, the others need a moment more.
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        time.sleep(BOOT_SECONDS)
        yield port
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def database(url: str, commit_delay_ms: float = 0) -> Iterator[str]:
    """The database of `url`, a fresh PostgreSQL with fsync for "", a fresh SQLite file for "sqlite".

    With `commit_delay_ms` every commit on PostgreSQL takes so much longer, as on a slow disk.
    """
    if url == "sqlite":
        if commit_delay_ms:
            raise SystemExit("bench: only PostgreSQL can delay its commits")
        with tempfile.TemporaryDirectory(prefix="dermaga-bench-") as folder:
            yield f"sqlite:///{folder}/bench.db"
    elif url:
        yield _delayed(url, commit_delay_ms)
    else:
        server = embedded.start(fsync=True)
        try:
            yield _delayed(server.create_database("bench"), commit_delay_ms)
        finally:
            server.stop()


def _delayed(url: str, commit_delay_ms: float) -> str:
    """The address whose every session waits before it flushes a commit, whether or not another is at work."""
    if not commit_delay_ms:
        return url
    options = f"-c commit_delay={round(commit_delay_ms * 1000)} -c commit_siblings=0"
    return make_url(url).update_query_dict({"options": options}).render_as_string(hide_password=False)


class Meter:
    """What all that this process has started, web and database, computes from now on."""

    def __init__(self) -> None:
        self._before = _computed()

    def used(self) -> float:
        """So far, in seconds."""
        return _computed() - self._before


def _computed() -> float:
    return cpu_seconds(pid for pid in children(os.getpid()) if pid != os.getpid())
