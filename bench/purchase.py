"""People buy on one voyage, each from the first question to the ticket: `python -m bench.purchase`; last line JSON.

gunicorn and the database as in production; through the API or the forms (--form), alone or as a family (--party 4), in
an empty port or after a season (--booked 100000), with fares and travel rules in force (--rules).
"""

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock
from app.accounts.models import Role
from app.booking.models import Booking, BookingState, Passenger, Ticket
from app.db import db
from app.flow.recount import recount
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from bench.buying import Sale
from bench.crowd import Visit, visits
from bench.figures import percentile
from bench.people import People
from bench.season import PER_VOYAGE, book, fill_past
from bench.serving import Meter, database, web
from bench.statements import count_statements
from bench.wire import ask_json, told
from bench.yardstick import yardstick
from tests import factories
from tests.conftest import running, settings_for

PLACES = 10_000_000
WARM_SECONDS = 3.0
COUNTED = 3
"""Purchases over which statements are counted."""


@dataclass(frozen=True)
class Sales:
    """What is to be measured."""

    clients: int = 8
    seconds: float = 20
    party: int = 1
    form: bool = False
    rules: bool = False
    booked: int = 0


def measure(url: str, wanted: Sales) -> dict[str, Any]:
    """One run."""
    with yardstick(wanted.clients) as hello, database(url) as at:
        with running(settings_for(at)):
            upgrade()
            sale = prepare(wanted)
            name = db.engine.dialect.name
        visit: Callable[[], Visit] = sale.buy_by_forms if wanted.form else sale.buy
        with web(at) as port:
            sale.token = sign_in(port, sale.officer)
            visits(port, wanted.clients, WARM_SECONDS, visit)
            meter = Meter()
            run = visits(port, wanted.clients, wanted.seconds, visit)
            used = meter.used() / len(run.took) * 1000
        statements = count_statements(at, visit, COUNTED)
        with running(settings_for(at)):
            oversold, lost = oversold_on(sale.voyage_id, PLACES), lost_of(sale)
    return {
        "purchases_per_s": round(len(run.took) / run.seconds, 2),
        **hello.figures(used),
        "statements": statements,
        "p50_ms": round(percentile(run.took, 0.5) * 1000, 1),
        "p99_ms": round(percentile(run.took, 0.99) * 1000, 1),
        "oversold": oversold,
        "lost": lost,
        "database": name,
        **vars(wanted),
        "crowd_cpu_ms": round(run.cpu_seconds / len(run.took) * 1000, 3),
        "answers": {str(status): number for status, number in sorted(run.statuses.items())},
    }


def prepare(wanted: Sales) -> Sale:
    """A voyage on sale, with what is to be there before."""
    voyage = factories.a_voyage(places=PLACES, departs_at=clock.now() + timedelta(days=1))
    if wanted.rules:
        factories.pelni_fares()
        load_shipped(read_sets())
    if wanted.booked:
        here = min(wanted.booked, PER_VOYAGE)
        book(voyage, here)
        fill_past(wanted.booked - here)
    start, end = voyage.calls[0], voyage.calls[-1]
    search = f"/cari?dari={start.port.code}&ke={end.port.code}&hari={start.day}"
    return Sale(voyage.id, search, factories.a_user(Role.OFFICER).username, People(wanted.party))


def sign_in(port: int, username: str) -> str:
    """The token of that user, whose password is that of the tests."""
    tokens: list[str] = []

    def visit() -> Visit:
        signing_in = {"username": username, "password": factories.PASSWORD}
        tokens.append(told((yield ask_json("POST", "/api/v1/sessions", signing_in)), 200, 201)["token"])

    visits(port, 1, 0, visit)
    return tokens[0]


def oversold_on(voyage_id: int, most: int) -> int:
    """Places sold or held beyond those there are, and by how much all counters differ from their rows."""
    taken = select(func.sum(Booking.places)).where(
        Booking.voyage_id == voyage_id, Booking.state.in_([BookingState.HELD, BookingState.CONFIRMED])
    )
    above = max(0, (db.session.scalar(taken) or 0) - most)
    return above + sum(abs(found.kept - found.counted) for found in recount())


def lost_of(sale: Sale) -> int:
    """Purchases that were answered with tickets, and have no confirmed booking with exactly these, signed."""
    rows = (
        select(Booking.code, Ticket.serial)
        .join(Passenger, Passenger.booking_id == Booking.id)
        .join(Ticket, Ticket.passenger_id == Passenger.id)
        .where(Booking.voyage_id == sale.voyage_id, Booking.state == BookingState.CONFIRMED)
        .where(Ticket.signed != "", Ticket.void_at.is_(None))
    )
    kept: dict[str, set[str]] = {}
    for code, serial in db.session.execute(rows):
        kept.setdefault(code, set()).add(serial)
    return sum(kept.get(code) != serials for code, serials in sale.bought.items())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--party", type=int, default=1, choices=range(1, 9), help="persons; of four one is an infant")
    parser.add_argument("--form", type=int, default=0, help="1: through the forms")
    parser.add_argument("--rules", type=int, default=0, help="1: with fares and the shipped travel rules in force")
    parser.add_argument("--booked", type=int, default=0, help="bookings that are in the tables before")
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    asked = parser.parse_args()
    wanted = Sales(asked.clients, asked.seconds, asked.party, bool(asked.form), bool(asked.rules), asked.booked)
    print(json.dumps(measure(asked.database, wanted)))


if __name__ == "__main__":
    main()
