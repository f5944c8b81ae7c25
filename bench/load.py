"""Many at once against the real servers: reads, whole purchases, and scans at a gate."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial

from flask_migrate import upgrade

from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from bench import purchase, scanning
from bench.buying import Sale
from bench.crowd import Visit, visits
from bench.figures import children, cpu_seconds, percentile, tell
from bench.season import fill_past
from bench.wire import ask
from tests import postgres as embedded
from tests.conftest import running, settings_for
from tests.server import Server, serving

CLIENTS = (1, 8, 32)
READERS = 8
WARM_SECONDS, SECONDS = 1.0, 4.0
TICKETS = 12_000
PARTY = 8
SEASON = 10_000
"""Scans that the port has kept from before."""


def engines() -> Iterator[tuple[str, str, Callable[[], list[int]]]]:
    """(name, address of a migrated database, the processes of its server): SQLite, and PostgreSQL with fsync."""
    with tempfile.TemporaryDirectory(prefix="dermaga-bench-") as folder:
        url = f"sqlite:///{folder}/bench.db"
        _migrate(url)
        yield "sqlite", url, list
    server = embedded.start(fsync=True)
    try:
        url = server.create_database("bench")
        _migrate(url)
        yield "postgresql", url, lambda: children(server.pid)
    finally:
        server.stop()


def _migrate(url: str) -> None:
    with running(settings_for(url)):
        upgrade()


def measure() -> None:
    """Every figure of this module, on both databases."""
    for engine, url, database in engines():
        with running(settings_for(url)):
            sale, pier = purchase.prepare(purchase.Sales()), scanning.prepare(TICKETS, PARTY, max(CLIENTS))
            fill_past(SEASON)
        with serving(url, TRUSTED_PROXIES="1") as web:
            sale.token = purchase.sign_in(web.port, sale.officer)
            pier.token = purchase.sign_in(web.port, pier.officer)
            measured = partial(run, web, database)
            _measure(engine, sale, measured)
            for clients in CLIENTS:
                measured(f"scan.{engine}", clients, pier.scan)
            with running(settings_for(url)):
                load_shipped(read_sets())
            for clients in CLIENTS:
                measured(f"scan_by_rules.{engine}", clients, pier.scan)


def _measure(engine: str, sale: Sale, measured: Callable[[str, int, Callable[[], Visit | None]], None]) -> None:
    measured(f"search.{engine}", READERS, partial(_get, sale.search))
    measured(f"availability.{engine}", READERS, partial(_get, f"/api/v1/voyages/{sale.voyage_id}/availability"))
    for clients in CLIENTS:
        measured(f"booking.{engine}", clients, sale.buy)


def _get(path: str) -> Visit:
    answer = yield ask("GET", path)
    assert answer.status == 200


def run(
    web: Server, database: Callable[[], list[int]], name: str, clients: int, visit: Callable[[], Visit | None]
) -> None:
    """One visit after the other by so many clients; tells rate, latency and the servers' CPU for each."""
    visits(web.port, clients, WARM_SECONDS, visit)
    before = cpu_seconds(web.pids() + database())
    told = visits(web.port, clients, SECONDS, visit)
    used = cpu_seconds(web.pids() + database()) - before
    kind = f"{name}.clients{clients}"
    tell(f"{kind}.rate", len(told.took) / told.seconds, "1/s")
    tell(f"{kind}.p50", percentile(told.took, 0.5) * 1000, "ms")
    tell(f"{kind}.p95", percentile(told.took, 0.95) * 1000, "ms")
    tell(f"{kind}.cpu", used / len(told.took) * 1000, "CPU-ms")
