"""The memory of all processes, at rest and after many requests, bad ones among them, and how soon they start again."""

import os
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any

from app.config import ROOT
from app.web.request_bounds import BODY_MAX
from bench.bodies import keys, send
from bench.crowd import Visit, visits
from bench.wire import ask, ask_json
from tests.server import Server, free_ports, serving

REQUESTS = 20_000
CLIENTS = 8
LARGE_EVERY = 1000
"""After so many requests a few come with bodies as no form has them."""
LARGE = (keys(535_000), keys(1_900_000), b"[" * 1_900_000)
REST_SECONDS = 2.0
START_SECONDS = 600
MB = 1024 * 1024


def measure(database_url: str, pages: list[Callable[[], bytes]], requests: int) -> dict[str, Any]:
    """Web and live process on that database: RSS of all at rest, after so many of `pages` and of bad requests."""
    with serving(database_url) as web:
        time.sleep(REST_SECONDS)
        before, before_pss = _by_kind(web), _pss_mb(web)
        questions = cycle(chain(pages * 4, map(_always, _bad())))
        done = 0
        while done < requests:
            done += _some(web, islice(questions, min(LARGE_EVERY, requests - done)))
            for text in LARGE:
                send(web, text)
        time.sleep(REST_SECONDS)
        after, after_pss = _by_kind(web), _pss_mb(web)
    return {
        "rest_mb": round(sum(map(sum, before.values())), 1),
        "after_mb": round(sum(map(sum, after.values())), 1),
        "rest_pss_mb": before_pss,
        "after_pss_mb": after_pss,
        "requests": done,
        "rest_mb_of": before,
        "after_mb_of": after,
    }


def _always(question: bytes) -> Callable[[], bytes]:
    return lambda: question


def _bad() -> Iterator[bytes]:
    """What nobody should send."""
    bookings = "/api/v1/bookings"
    yield ask("GET", "/tidak/ada")
    yield ask("GET", "/cari?dari=XX&ke=" + "Y" * 2000)
    yield ask("GET", "/pelayaran/999999")
    yield ask("GET", "/pesanan/AAAAAAAA")
    yield ask("POST", "/masuk", b"username=admin&password=salah", Content_Type="application/x-www-form-urlencoded")
    yield ask("POST", bookings, b"{", Content_Type="application/json")
    yield ask("POST", bookings, b"[" * (BODY_MAX - 500), Content_Type="application/json")
    yield ask("POST", bookings, keys(BODY_MAX - 500), Content_Type="application/json")
    yield ask_json("POST", bookings, {"request_id": "x", "voyage_id": -1, "adults": 99})
    yield ask_json("POST", "/api/v1/scans", {}, Authorization="Bearer x")


def _some(web: Server, questions: Iterable[Callable[[], bytes]]) -> int:
    """Ask all of them; how many."""
    left = iter(questions)

    def visit() -> Visit | None:
        asking = next(left, None)
        return _one(asking) if asking else None

    return len(visits(web.port, CLIENTS, START_SECONDS, visit).took)


def _one(asking: Callable[[], bytes]) -> Visit:
    answer = yield asking()
    assert answer.status < 500, answer.received[:400]


def _by_kind(web: Server) -> dict[str, list[float]]:
    """Megabytes of each process that serves (Linux): of `web`, of `live`, and of the `supervisor` of both."""
    told: dict[str, list[float]] = {"web": [], "live": [], "supervisor": []}
    for pid in web.pids():
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text()
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
        kind = "web" if "wsgi:app" in command else "live" if "app.live" in command else "supervisor"
        told[kind].append(round(pages * os.sysconf("SC_PAGE_SIZE") / MB, 1))
    return told


def _pss_mb(web: Server) -> float:
    """Megabytes of all together, where what several share counts once (Linux)."""
    kilobytes = 0
    for pid in web.pids():
        try:
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:"))
    return round(kilobytes / 1024, 1)


def second_start() -> float:
    """How many seconds after `make run` Dermaga answers, where it has run before; on SQLite."""
    with tempfile.TemporaryDirectory(prefix="dermaga-bench-") as folder:
        _seconds_to_start(f"sqlite:///{folder}/start.db")
        return round(_seconds_to_start(f"sqlite:///{folder}/start.db"), 2)


def _seconds_to_start(database_url: str) -> float:
    port, live_port = free_ports()
    env = {**os.environ, "DATABASE_URL": database_url, "PORT": str(port), "LIVE_PORT": str(live_port)}
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > began + START_SECONDS:
                raise RuntimeError(process.stderr and process.stderr.read().decode())
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
