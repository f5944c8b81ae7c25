"""What each page costs on the demonstration: `python -m bench.page_costs`; a line of JSON for each, memory last.

gunicorn and the database as in production; eight visitors ask for the same page over and over, of tickets for many.
"""

import argparse
import json
import os
from collections.abc import Callable
from itertools import cycle

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock
from app.boarding.models import Departure
from app.cli.demonstration import DEMO_USERS, demo
from app.config import current
from app.db import db
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import find_port
from bench import memory
from bench.buying import Sale
from bench.crowd import Run, Visit, visits
from bench.figures import percentile
from bench.people import People
from bench.purchase import sign_in
from bench.serving import Meter, database, web
from bench.statements import count_statements
from bench.wire import Browser, ask
from bench.yardstick import Yardstick, yardstick
from tests import factories
from tests.conftest import UNBOUND_ENVIRONMENT, running, settings_for

CLIENTS = 8
WARM_SECONDS = 1.0
TICKETS = 40
DEPARTURES = 10
"""On the board of the demonstration."""
COUNTED = 4


def measure(url: str, seconds: float, requests: int) -> None:
    """Every page, and then memory; tells each."""
    with yardstick(CLIENTS) as hello, database(url) as at:
        with running(settings_for(at)) as app:
            upgrade()
            sale, departures = _demonstration(app)
            name = db.engine.dialect.name
            assert departures == DEPARTURES
        with web(at, {**UNBOUND_ENVIRONMENT, "TRUSTED_PROXIES": "0"}) as port:  # others are not shown a demonstration
            pages = _pages(port, sale)
            costs = {page: _cost(port, asking, seconds) for page, asking in pages.items()}
        statements = {page: count_statements(at, _visits(asking), COUNTED, proxies=0) for page, asking in pages.items()}
        told = memory.measure(at, list(pages.values()), requests)
    for page, cost in costs.items():
        print(json.dumps({"page": page, **_figures(hello, cost), "statements": statements[page], "database": name}))
    print(json.dumps({"page": "memory", **told, "second_start_s": memory.second_start(), "database": name}))


def _demonstration(app: Flask) -> tuple[Sale, int]:
    """The demonstration, its second ship on sale, and how many departures the board has."""
    for username, _, role in DEMO_USERS:
        # Those whom it makes itself would get passwords in a file of this installation.
        factories.a_user(role, username)
    told = app.test_cli_runner().invoke(demo)
    assert told.exit_code == 0, told.output
    home = find_port(current().port_name)
    assert home is not None
    leaving = select(PortCall).join(Voyage).where(PortCall.port_id == home.id, PortCall.planned_departure.is_not(None))
    calls = list(db.session.scalars(leaving.order_by(PortCall.planned_departure, PortCall.id)))
    on_sale = [call for call in calls if call.departs_at and (call.departs_at - clock.now()).total_seconds() > 86_400]
    start = on_sale[0]
    end = start.voyage.calls[start.position + 1]
    search = f"/cari?dari={home.code}&ke={end.port.code}&hari={start.day}"
    departures = select(func.count(Departure.id)).join(PortCall).where(PortCall.port_id == home.id)
    return Sale(start.voyage_id, search, "petugas", People(1)), db.session.scalar(departures) or 0


Asking = Callable[[], bytes]


def _pages(port: int, sale: Sale) -> dict[str, Asking]:
    """Each page as somebody asks for it who may see it."""
    sale.token = sign_in(port, sale.officer)
    browsers: list[Browser] = []
    official = Browser("10.255.255.2")

    def buying() -> Visit:
        browsers.append((yield from sale.buy_by_forms()))

    def signing_in() -> Visit:
        yield from official.open("/masuk")
        yield from official.send({"username": "pejabat", "password": factories.PASSWORD})

    visits(port, 1, 0, signing_in)
    for _ in range(TICKETS):
        visits(port, 1, 0, buying)
    tickets = cycle([browser.asking(browser.path) for browser in browsers])
    board = official.asking("/papan")
    return {
        "search": lambda: ask("GET", sale.search),
        "voyage": lambda: ask("GET", f"/pelayaran/{sale.voyage_id}"),
        "ticket": lambda: next(tickets),
        "board": lambda: board,
        "availability": lambda: ask("GET", f"/api/v1/voyages/{sale.voyage_id}/availability"),
    }


def _visits(asking: Asking) -> Callable[[], Visit]:
    def visit() -> Visit:
        answer = yield asking()
        assert answer.status == 200, answer.received[:400]

    return visit


def _cost(port: int, asking: Asking, seconds: float) -> tuple[Run, float]:
    """A run of it, and its CPU-ms."""
    visit = _visits(asking)
    visits(port, CLIENTS, WARM_SECONDS, visit)
    meter = Meter()
    run = visits(port, CLIENTS, seconds, visit)
    return run, meter.used() / len(run.took) * 1000


def _figures(hello: Yardstick, told: tuple[Run, float]) -> dict[str, float]:
    run, cpu_ms = told
    return {
        **hello.figures(cpu_ms),
        "per_s": round(len(run.took) / run.seconds, 1),
        "p50_ms": round(percentile(run.took, 0.5) * 1000, 1),
        "p99_ms": round(percentile(run.took, 0.99) * 1000, 1),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=10, help="of each page")
    parser.add_argument("--requests", type=int, default=memory.REQUESTS, help="mixed ones, before memory is read again")
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    asked = parser.parse_args()
    measure(asked.database, asked.seconds, asked.requests)


if __name__ == "__main__":
    main()
