"""Everybody asks what is left while somebody buys: `python -m bench.reads [--clients 64] [--seconds 20]`.

The last line is JSON. Every answer is held against what had been committed before it was asked for: `stale_ms_max` is
the age of the oldest hold that was confirmed to its buyer, and missing in an answer that was asked for later.
"""

import argparse
import json
import os
import re
import socket
import threading
import time
from bisect import bisect_right
from datetime import timedelta
from random import Random
from typing import Any

from flask_migrate import upgrade

from app import clock
from app.db import db
from bench.crowd import load
from bench.figures import percentile
from bench.holding import asking
from bench.rush import WARM_SECONDS
from bench.serving import PAUSE_SECONDS, Meter, database, web
from tests import factories
from tests.conftest import running, settings_for

PLACES = 10_000_000
WRITES_PER_SECOND = 50
"""So many places are sold in a second meanwhile, each in a transaction of its own."""

_REMAINING = re.compile(rb'"remaining":([0-9]+)')


class Buyer(threading.Thread):
    """Sells places, one after the other, and remembers when each was confirmed."""

    def __init__(self, port: int, voyage_id: int) -> None:
        super().__init__(daemon=True)
        self._line = socket.create_connection(("127.0.0.1", port))
        self._ask = asking(voyage_id, Random("buyer"))
        self.confirmed: list[float] = []
        """The moment at which the buyer had the answer, of each hold in order; it was committed before."""
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(1 / WRITES_PER_SECOND):
            self._line.sendall(self._ask())
            received = b""
            while b'"voyage_id"' not in received:
                received += self._line.recv(65536)
            if not received.startswith(b"HTTP/1.1 201"):
                raise RuntimeError(received)
            self.confirmed.append(time.perf_counter())
        self._line.close()


def measure(url: str, clients: int, seconds: float) -> dict[str, Any]:
    """One run: answers in a second, how long they took, and how far the oldest was behind."""
    with database(url) as at:
        with running(settings_for(at)):
            upgrade()
            voyage_id = factories.a_voyage(places=PLACES, departs_at=clock.now() + timedelta(days=1)).id
            name = db.engine.dialect.name
        question = f"GET /api/v1/voyages/{voyage_id}/availability HTTP/1.1\r\nHost: dermaga\r\n\r\n".encode()
        seen: list[tuple[float, int]] = []

        def heard(began: float, status: int, answer: bytes) -> None:
            if status == 200 and (left := _REMAINING.search(answer)):
                seen.append((began, PLACES - int(left[1])))

        with web(at) as port:
            load(port, clients, WARM_SECONDS, lambda: question)
            buyer = Buyer(port, voyage_id)
            buyer.start()
            time.sleep(PAUSE_SECONDS)
            meter = Meter()
            run = load(port, clients, seconds, lambda: question, heard)
            used = meter.used()
            buyer.stop.set()
            buyer.join()
    return {
        "reads_per_s": round(run.per_second(200)),
        "p50_ms": round(percentile(run.took, 0.5) * 1000, 1),
        "p99_ms": round(percentile(run.took, 0.99) * 1000, 1),
        "stale_ms_max": round(stale_seconds(seen, buyer.confirmed) * 1000, 1),
        "clients": clients,
        "database": name,
        "sold_meanwhile": len(buyer.confirmed),
        "cpu_ms_per_read": round(used / max(1, len(run.took)) * 1000, 3),
        "crowd_cpu_ms": round(run.cpu_seconds / max(1, len(run.took)) * 1000, 3),
        "answers": {str(status): count for status, count in sorted(run.statuses.items())},
    }


def stale_seconds(seen: list[tuple[float, int]], confirmed: list[float]) -> float:
    """Over all answers (asked when, sold so far by its count): how old the first hold was that one did not know of."""
    worst = 0.0
    for began, sold in seen:
        if sold < bisect_right(confirmed, began):
            worst = max(worst, began - confirmed[sold])
    return worst


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.database, arguments.clients, arguments.seconds)))


if __name__ == "__main__":
    main()
