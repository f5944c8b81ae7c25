"""Everybody wants one voyage: `python -m bench.rush [--clients 64] [--seconds 20]`; the last line is JSON.

gunicorn and the database as in production, and thousands of different people who ask through the real HTTP
endpoint. The load generator runs on the same machine: one process, one thread, a kept connection for each client.
"""

import argparse
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock
from app.booking.models import Booking, BookingState
from app.config import ROOT
from app.db import db
from app.outbox import OutboxRow
from app.seats.models import Allotment
from bench.figures import children, cpu_seconds, percentile
from tests import factories
from tests import postgres as embedded
from tests.conftest import running, settings_for
from tests.server import free_ports

PEOPLE = 5000
"""Different addresses from which people ask, each within the limit."""

WARM_SECONDS = 2.0


class Connection:
    """One client: sends a request, reads its answer, and sends the next one."""

    def __init__(self, port: int, voyage_id: int, random: Random) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.voyage_id, self.random = voyage_id, random
        self.began = 0.0
        self.received = b""

    def ask(self) -> None:
        """Ask for one place, as somebody else than before."""
        person = self.random.randrange(PEOPLE)
        body = (
            f'{{"request_id":"{UUID(int=self.random.getrandbits(128), version=4)}","voyage_id":{self.voyage_id},'
            '"fare_class_id":1,"adults":1,"infants":0}'
        ).encode()
        head = (
            "POST /api/v1/bookings HTTP/1.1\r\nHost: dermaga\r\nContent-Type: application/json\r\n"
            f"X-Forwarded-For: 10.0.{person // 250}.{person % 250}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        self.received = b""
        self.began = time.perf_counter()
        self.socket.sendall(head + body)

    def answer(self) -> int:
        """The status, once the answer is complete; 0 while it is not. Raises where the server hung up."""
        came = self.socket.recv(65536)
        if not came:
            raise ConnectionError("the server hung up")
        self.received += came
        head, end, body = self.received.partition(b"\r\n\r\n")
        if not end:
            return 0
        at = head.lower().index(b"content-length:") + 15
        if len(body) < int(head[at : head.find(b"\r\n", at) if b"\r\n" in head[at:] else None]):
            return 0
        return int(head[9:12])


def load(port: int, voyage_id: int, clients: int, seconds: float) -> tuple[float, list[float], dict[int, int]]:
    """Ask with so many clients for so long: (seconds, latency of each answer in seconds, answers by status)."""
    random = Random(f"{clients} {seconds}")
    watch = selectors.DefaultSelector()
    connections = [Connection(port, voyage_id, random) for _ in range(clients)]
    for connection in connections:
        watch.register(connection.socket, selectors.EVENT_READ, connection)
    took: list[float] = []
    statuses: dict[int, int] = {}
    for connection in connections:
        connection.ask()
    began = now = time.perf_counter()
    while now - began < seconds:
        for key, _ in watch.select(1.0):
            connection = key.data
            if status := connection.answer():
                now = time.perf_counter()
                took.append(now - connection.began)
                statuses[status] = statuses.get(status, 0) + 1
                connection.ask()
        now = time.perf_counter()
    for connection in connections:
        connection.socket.close()
    return now - began, took, statuses


@contextmanager
def web(database_url: str, settings: dict[str, str]) -> Iterator[int]:
    """gunicorn alone, as in production; its port."""
    port = free_ports()[0]
    env = {**os.environ, "DATABASE_URL": database_url, "PORT": str(port), "TRUSTED_PROXIES": "1", **settings}
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "app/server.py", "wsgi:app"], cwd=ROOT, env=env)
    try:
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


@contextmanager
def database(url: str) -> Iterator[str]:
    """The database of `url`, a fresh PostgreSQL with fsync for "", a fresh SQLite file for "sqlite"."""
    if url == "sqlite":
        with tempfile.TemporaryDirectory(prefix="dermaga-rush-") as folder:
            yield f"sqlite:///{folder}/rush.db"
    elif url:
        yield url
    else:
        server = embedded.start(fsync=True)
        try:
            yield server.create_database("rush")
        finally:
            server.stop()


def measure(url: str, clients: int, seconds: float, places: int = 10_000_000) -> dict[str, Any]:
    """One run: how many holds were durable in a second, how long they took, and whether any was one too many."""
    with database(url) as at:
        with running(settings_for(at)):
            upgrade()
            voyage = factories.a_voyage(places=places, departs_at=clock.now() + timedelta(days=1))
            voyage_id, leg_id = voyage.id, voyage.legs[0].id
            name = db.engine.dialect.name
        with web(at, {"BOOKING_LIMIT": "1000000"}) as port:
            load(port, voyage_id, clients, WARM_SECONDS)
            pids = [pid for pid in children(os.getpid()) if pid != os.getpid()]
            before = cpu_seconds(pids)
            took_seconds, took, statuses = load(port, voyage_id, clients, seconds)
            used = cpu_seconds(pids) - before
        with running(settings_for(at)):
            held = db.session.scalar(
                select(func.sum(Booking.places)).where(
                    Booking.voyage_id == voyage_id, Booking.state == BookingState.HELD
                )
            )
            allotment = db.session.scalars(select(Allotment).where(Allotment.leg_id == leg_id)).one()
            batches = db.session.scalar(select(func.count(OutboxRow.id)))
            oversold = max(0, held - places) + abs(held - allotment.held)
    return {
        "holds_per_s": round(statuses.get(201, 0) / took_seconds),
        "p50_ms": round(percentile(took, 0.5) * 1000, 1),
        "p99_ms": round(percentile(took, 0.99) * 1000, 1),
        "oversold": oversold,
        "clients": clients,
        "database": name,
        "cpu_ms_per_hold": round(used / max(1, len(took)) * 1000, 2),
        "holds_per_commit": round(held / batches, 1),
        "answers": {str(status): count for status, count in sorted(statuses.items())},
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    parser.add_argument("--collapse", action="store_true", help="compare 512 clients with 32")
    arguments = parser.parse_args()
    if arguments.collapse:
        few, many = (measure(arguments.database, clients, arguments.seconds) for clients in (32, 512))
        told = {"holds_per_s_32": few["holds_per_s"], "holds_per_s_512": many["holds_per_s"]}
        told["ratio"] = round(many["holds_per_s"] / few["holds_per_s"], 2)
    else:
        told = measure(arguments.database, arguments.clients, arguments.seconds)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
