"""Everybody wants one voyage: `python -m bench.rush [--clients 64] [--seconds 20]`; the last line is JSON.

gunicorn and the database as in production, and thousands of different people who ask through the real HTTP
endpoint. The load generator (bench/crowd.py) runs on the same machine.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock
from app.booking.models import Booking, BookingState
from app.db import db
from app.outbox import OutboxRow
from app.schedule.models import Leg
from app.seats.models import Allotment
from bench import purchase
from bench.buying import Sale
from bench.crowd import Run, Visit, load, visits
from bench.figures import percentile
from bench.holding import asking, asking_by_form
from bench.serving import PAUSE_SECONDS, Meter, database, web
from bench.yardstick import yardstick
from tests import factories
from tests.conftest import running, settings_for

WARM_SECONDS = 2.0

PLACES = purchase.PLACES

FEW_PLACES = 200
"""So many places has the voyage on which the answers of a sold-out one are measured."""

SOLD_OUT_SECONDS = 5.0

HELD = (201, 303)
"""How the API and the form answer who has a place."""


@dataclass(frozen=True)
class Rush:
    """What is to be measured."""

    clients: int = 64
    seconds: float = 20
    commit_delay_ms: float = 0
    form: bool = False
    purchases: bool = True
    """Also whole purchases on one voyage."""


def measure(url: str, wanted: Rush) -> dict[str, Any]:
    """One run: how many holds were durable in a second, how long they took, and whether any was one too many.

    Then the same on a voyage with few places: how many a second hear that it is sold out, and how long they wait. At
    last as many buyers hold, name, pay and fetch the ticket on one voyage.
    """
    with yardstick(wanted.clients) as hello, database(url, wanted.commit_delay_ms) as at:
        with running(settings_for(at)):
            upgrade()
            tomorrow = clock.now() + timedelta(days=1)
            many, few = (factories.a_voyage(places=places, departs_at=tomorrow) for places in (PLACES, FEW_PLACES))
            places = {many.id: PLACES, few.id: FEW_PLACES}
            sale = purchase.prepare(purchase.Sales())
            name = db.engine.dialect.name
        many_id, _ = places
        with web(at) as port:
            held = _holds(port, wanted, *places)
            bought = _purchases(port, wanted, sale) if wanted.purchases else {}
        with running(settings_for(at)):
            oversold = sum(_wrong(voyage_id, most) for voyage_id, most in places.items())
            lost = max(0, held.durable - _held(many_id))
            batches = db.session.scalar(select(func.count(OutboxRow.id)).where(OutboxRow.voyage_id == many_id)) or 1
            per_commit = _held(many_id) / batches
            if bought:
                oversold, lost = oversold + purchase.oversold_on(sale.voyage_id, PLACES), lost + purchase.lost_of(sale)
    run, refused = held.run, held.refused
    if bought:
        bought["purchase_hellos"] = hello.of(bought["purchase_cpu_ms"])
    return {
        "holds_per_s": round(run.per_second(*HELD)),
        "p50_ms": _ms(run, 0.5),
        "p99_ms": _ms(run, 0.99),
        "oversold": oversold,
        "clients": wanted.clients,
        "database": name,
        "commit_delay_ms": wanted.commit_delay_ms,
        "lost": lost,
        **hello.figures(held.cpu_ms),
        "sold_out_per_s": round(refused.per_second(409)),
        "sold_out_p99_ms": _ms(refused, 0.99),
        "sold_out_hellos": hello.of(held.refused_cpu_ms),
        "form": wanted.form,
        **bought,
        "crowd_cpu_ms": round(run.cpu_seconds / max(1, len(run.took)) * 1000, 3),
        "holds_per_commit": round(per_commit, 1),
        "answers": {str(status): count for status, count in sorted(run.statuses.items())},
    }


@dataclass
class _Held:
    """What the two crowds were told who wanted places, and what an answer cost."""

    run: Run
    refused: Run
    durable: int
    """Holds that were answered with a booking."""
    cpu_ms: float
    refused_cpu_ms: float


def _holds(port: int, wanted: Rush, many_id: int, few_id: int) -> _Held:
    def asking_on(voyage_id: int) -> Callable[[], bytes]:
        random = Random(f"{wanted} {voyage_id}")
        return asking_by_form(port, voyage_id, random) if wanted.form else asking(voyage_id, random)

    clients, few_seconds = wanted.clients, min(wanted.seconds, SOLD_OUT_SECONDS)
    ask_many, ask_few = asking_on(many_id), asking_on(few_id)  # no form is shown any more where all is sold
    warm = load(port, clients, WARM_SECONDS, ask_many)
    run, cpu_ms = _metered(port, clients, wanted.seconds, ask_many)
    while not load(port, clients, WARM_SECONDS, ask_few).statuses[409]:
        pass
    refused, refused_cpu_ms = _metered(port, clients, few_seconds, ask_few)
    durable = sum(told.statuses[status] for told in (run, warm) for status in HELD)
    return _Held(run, refused, durable, cpu_ms, refused_cpu_ms)


def _metered(port: int, clients: int, seconds: float, question: Callable[[], bytes]) -> tuple[Run, float]:
    """The run, and the CPU-ms of all servers for each answer."""
    time.sleep(PAUSE_SECONDS)
    meter = Meter()
    run = load(port, clients, seconds, question)
    return run, meter.used() / max(1, len(run.took)) * 1000


def _purchases(port: int, wanted: Rush, sale: Sale) -> dict[str, float]:
    sale.token = purchase.sign_in(port, sale.officer)
    visit: Callable[[], Visit] = sale.buy_by_forms if wanted.form else sale.buy
    visits(port, wanted.clients, WARM_SECONDS, visit)
    time.sleep(PAUSE_SECONDS)
    meter = Meter()
    run = visits(port, wanted.clients, wanted.seconds, visit)
    return {
        "purchases_per_s": round(len(run.took) / run.seconds, 2),
        "purchase_p99_ms": _ms(run, 0.99),
        "purchase_cpu_ms": round(meter.used() / len(run.took) * 1000, 2),
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


def collapse(url: str, wanted: Rush) -> dict[str, Any]:
    """The holds of 512 clients, beside those of 32."""
    few, many = (measure(url, replace(wanted, clients=clients, purchases=False)) for clients in (32, 512))
    return {
        "holds_per_s_32": few["holds_per_s"],
        "holds_per_s_512": many["holds_per_s"],
        "ratio": round(many["holds_per_s"] / few["holds_per_s"], 2),
        "oversold": few["oversold"] + many["oversold"],
        "p99_ms_512": many["p99_ms"],
        "database": many["database"],
        "lost": few["lost"] + many["lost"],
        "hello_cpu_ms": many["hello_cpu_ms"],
        "hellos": many["hellos"],
        "hellos_32": few["hellos"],
        "form": wanted.form,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    parser.add_argument("--commit-delay-ms", type=float, default=0, help="PostgreSQL only")
    parser.add_argument("--form", type=int, default=0, help="1: through the traveler's form")
    parser.add_argument("--collapse", action="store_true", help="compare 512 clients with 32")
    asked = parser.parse_args()
    wanted = Rush(asked.clients, asked.seconds, asked.commit_delay_ms, bool(asked.form))
    print(json.dumps((collapse if asked.collapse else measure)(asked.database, wanted)))


if __name__ == "__main__":
    main()
