"""Everybody wants one voyage: `python -m bench.rush [--clients 64] [--seconds 20]`; the last line is JSON.

gunicorn and the database as in production, and thousands of different people who ask through the real HTTP
endpoint. The load generator (bench/crowd.py) runs on the same machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, make_url, select

from app import clock
from app.booking.models import Booking, BookingState
from app.config import ROOT
from app.db import db
from app.outbox import OutboxRow
from app.schedule.models import Leg
from app.seats.models import Allotment
from bench.crowd import Run, load
from bench.figures import children, cpu_seconds, percentile
from tests import factories
from tests import postgres as embedded
from tests.conftest import UNBOUND_ENVIRONMENT, running, settings_for
from tests.server import free_ports

PEOPLE = 5000
"""Different addresses from which people ask, each within the limit."""

WARM_SECONDS = 2.0

BOOT_SECONDS = 2.0
"""How much longer the last worker may need than the first."""

PAUSE_SECONDS = 1.0
"""Between two crowds, so that the server has seen the first one hang up."""

FEW_PLACES = 200
"""So many places has the voyage on which the answers of a sold-out one are measured."""

SOLD_OUT_SECONDS = 5.0


def asking(voyage_id: int, random: Random) -> Callable[[], bytes]:
    """The requests of people who each want one place on this voyage, every time somebody else."""
    rest = f'","voyage_id":{voyage_id},"fare_class_id":1,"adults":1,"infants":0}}'.encode()
    head = (
        b"POST /api/v1/bookings HTTP/1.1\r\nHost: dermaga\r\nContent-Type: application/json\r\n"
        b"X-Forwarded-For: 10.0.%d.%d\r\nContent-Length: "
    ) + b'%d\r\n\r\n{"request_id":"' % (36 + len('{"request_id":"') + len(rest))

    def question() -> bytes:
        person, key = random.randrange(PEOPLE), b"%032x" % random.getrandbits(128)
        request_id = b"-".join((key[:8], key[8:12], b"4" + key[13:16], b"8" + key[17:20], key[20:]))
        return head % (person // 250, person % 250) + request_id + rest

    return question


@contextmanager
def web(database_url: str, settings: dict[str, str]) -> Iterator[int]:
    """gunicorn alone, as in production; its port."""
    port = free_ports()[0]
    env = {**os.environ, "DATABASE_URL": database_url, "PORT": str(port), "TRUSTED_PROXIES": "1", **settings}
    server = subprocess.Popen([sys.executable, "-m", "gunicorn", "-c", "app/server.py", "wsgi:app"], cwd=ROOT, env=env)
    try:
        deadline = time.monotonic() + 60
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
        with tempfile.TemporaryDirectory(prefix="dermaga-rush-") as folder:
            yield f"sqlite:///{folder}/rush.db"
    elif url:
        yield _delayed(url, commit_delay_ms)
    else:
        server = embedded.start(fsync=True)
        try:
            yield _delayed(server.create_database("rush"), commit_delay_ms)
        finally:
            server.stop()


def _delayed(url: str, commit_delay_ms: float) -> str:
    """The address whose every session waits before it flushes a commit, whether or not another is at work."""
    if not commit_delay_ms:
        return url
    options = f"-c commit_delay={round(commit_delay_ms * 1000)} -c commit_siblings=0"
    return make_url(url).update_query_dict({"options": options}).render_as_string(hide_password=False)


def measure(url: str, clients: int, seconds: float, commit_delay_ms: float = 0) -> dict[str, Any]:
    """One run: how many holds were durable in a second, how long they took, and whether any was one too many.

    Then the same on a voyage with few places: how many a second hear that it is sold out, and how long they wait.
    """
    with database(url, commit_delay_ms) as at:
        with running(settings_for(at)):
            upgrade()
            tomorrow = clock.now() + timedelta(days=1)
            many, few = (factories.a_voyage(places=places, departs_at=tomorrow) for places in (10_000_000, FEW_PLACES))
            places = {many.id: 10_000_000, few.id: FEW_PLACES}
            name = db.engine.dialect.name
        many_id, few_id = places
        with web(at, UNBOUND_ENVIRONMENT) as port:
            warm = load(port, clients, WARM_SECONDS, asking(many_id, Random("warm")))
            pids = [pid for pid in children(os.getpid()) if pid != os.getpid()]
            before = cpu_seconds(pids)
            time.sleep(PAUSE_SECONDS)
            run = load(port, clients, seconds, asking(many_id, Random(f"{clients} {seconds}")))
            used = cpu_seconds(pids) - before
            load(port, clients, WARM_SECONDS, asking(few_id, Random("warm few")))
            time.sleep(PAUSE_SECONDS)
            refused = load(port, clients, min(seconds, SOLD_OUT_SECONDS), asking(few_id, Random("few")))
        with running(settings_for(at)):
            oversold = sum(_wrong(voyage_id, most) for voyage_id, most in places.items())
            lost = max(0, run.statuses[201] + warm.statuses[201] - _held(many_id))
            batches = db.session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.voyage_id == many_id)) or 1
            per_commit = _held(many_id) / batches
    return {
        "holds_per_s": round(run.per_second(201)),
        "p50_ms": _ms(run, 0.5),
        "p99_ms": _ms(run, 0.99),
        "oversold": oversold,
        "clients": clients,
        "database": name,
        "commit_delay_ms": commit_delay_ms,
        "lost": lost,
        "sold_out_per_s": round(refused.per_second(409)),
        "sold_out_p99_ms": _ms(refused, 0.99),
        "cpu_ms_per_hold": round(used / max(1, len(run.took)) * 1000, 2),
        "crowd_cpu_ms": round(run.cpu_seconds / max(1, len(run.took)) * 1000, 3),
        "holds_per_commit": round(per_commit, 1),
        "answers": {str(status): count for status, count in sorted(run.statuses.items())},
    }


def _ms(run: Run, share: float) -> float:
    return round(percentile(run.took, share) * 1000, 1)


def _held(voyage_id: int) -> int:
    held = select(func.sum(Booking.places)).where(Booking.voyage_id == voyage_id, Booking.state == BookingState.HELD)
    return db.session.scalar(held) or 0


def _wrong(voyage_id: int, most: int) -> int:
    """Places held beyond those there are, and those by which the counter differs from the rows."""
    held, legs = _held(voyage_id), select(Leg.id).where(Leg.voyage_id == voyage_id)
    counted = db.session.scalar(select(func.sum(Allotment.held)).where(Allotment.leg_id.in_(legs))) or 0
    return max(0, held - most) + abs(held - counted)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    parser.add_argument("--commit-delay-ms", type=float, default=0, help="PostgreSQL only")
    parser.add_argument("--collapse", action="store_true", help="compare 512 clients with 32")
    arguments = parser.parse_args()
    if arguments.collapse:
        few, many = (
            measure(arguments.database, clients, arguments.seconds, arguments.commit_delay_ms) for clients in (32, 512)
        )
        told = {"holds_per_s_32": few["holds_per_s"], "holds_per_s_512": many["holds_per_s"]}
        told["ratio"] = round(many["holds_per_s"] / few["holds_per_s"], 2)
        told["oversold"] = few["oversold"] + many["oversold"]
        told["p99_ms_512"], told["database"] = many["p99_ms"], many["database"]
    else:
        told = measure(arguments.database, arguments.clients, arguments.seconds, arguments.commit_delay_ms)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
