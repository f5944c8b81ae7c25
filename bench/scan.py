"""Tickets are shown at a gate under the ordinary travel rules: `python -m bench.scan`; the last line is JSON.

gunicorn and the database as in production. First each ticket admits somebody; then used ones are shown again, and
numbers of no ticket, each in a run of its own.
"""

import argparse
import json
import os
from collections.abc import Callable
from typing import Any

from flask_migrate import upgrade

from app.db import db
from app.flow.recount import recount
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from bench.crowd import Run, Visit, visits
from bench.figures import percentile
from bench.purchase import sign_in
from bench.scanning import Pier, prepare
from bench.season import fill_past
from bench.serving import Meter, database, web
from bench.statements import count_statements
from bench.yardstick import yardstick
from tests.conftest import running, settings_for

WARM_SECONDS = 3.0
REFUSED_SECONDS = 5.0
MOST_PER_SECOND = 700
"""So many tickets are made for each second; when all are used, a run ends early."""
COUNTED = 8


def measure(url: str, clients: int, seconds: float, party: int, booked: int) -> dict[str, Any]:
    """One run."""
    with yardstick(clients) as hello, database(url) as at:
        with running(settings_for(at)):
            upgrade()
            load_shipped(read_sets())
            pier = prepare(int((seconds + WARM_SECONDS) * MOST_PER_SECOND), party, clients)
            fill_past(booked)
            name = db.engine.dialect.name
        with web(at) as port:
            pier.token = sign_in(port, pier.officer)
            kept = [pier.waiting.pop() for _ in range(COUNTED + 1)]
            visits(port, clients, WARM_SECONDS, pier.scan)
            run, used = _metered(port, clients, seconds, pier.scan)
            refused = {
                kind: _metered(port, clients, REFUSED_SECONDS, visit)[1]
                for kind, visit in (("used", pier.scan_used), ("unknown", pier.scan_unknown))
            }
        pier.waiting.extend(kept)
        statements = {kind: count_statements(at, visit, COUNTED) for kind, visit in _kinds(pier).items()}
        with running(settings_for(at)):
            wrong = len(recount())
    refused_hellos = {kind: hello.of(cost) for kind, cost in refused.items()}
    return {
        "scans_per_s": round(len(run.took) / run.seconds, 1),
        **hello.figures(used),
        "statements": statements["pass"],
        "p50_ms": round(percentile(run.took, 0.5) * 1000, 1),
        "p99_ms": round(percentile(run.took, 0.99) * 1000, 1),
        "refused_hellos": max(refused_hellos.values()),
        "refused_statements": max(statements["used"], statements["unknown"]),
        "refused": {kind: {"hellos": refused_hellos[kind], "statements": statements[kind]} for kind in refused},
        "wrong_counters": wrong,
        "party": party,
        "clients": clients,
        "booked": booked,
        "database": name,
        "crowd_cpu_ms": round(run.cpu_seconds / len(run.took) * 1000, 3),
    }


def _kinds(pier: Pier) -> dict[str, Callable[[], Visit | None]]:
    return {"pass": pier.scan, "used": pier.scan_used, "unknown": pier.scan_unknown}


def _metered(port: int, clients: int, seconds: float, visit: Callable[[], Visit | None]) -> tuple[Run, float]:
    """The run, and the CPU-ms of all servers for each visit."""
    meter = Meter()
    run = visits(port, clients, seconds, visit)
    return run, meter.used() / len(run.took) * 1000


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--party", type=int, default=8, choices=range(1, 9))
    parser.add_argument("--booked", type=int, default=0, help="bookings and scans that are in the tables before")
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    asked = parser.parse_args()
    print(json.dumps(measure(asked.database, asked.clients, asked.seconds, asked.party, asked.booked)))


if __name__ == "__main__":
    main()
