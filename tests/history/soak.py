"""A long sale with everything killed in the middle: `python -m tests.history.soak [--ops 1000000] [--seed 1]`.

Clients hold, repeat, name, pay, give back, look, and hang up halfway, while workers, the whole server and the database
are killed and the servers' clocks jump. The sale goes in rounds of some voyages each: when a round is over, time
passes until every hold has ended, and checker.py proves from what everybody was told, and from the tables, that nothing
went wrong. The last line is JSON; the exit status is 1 when anything did.
"""

import argparse
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import select
from tqdm import tqdm

from app import clock as app_clock
from app.booking.actions.hold import expire_holds
from app.booking.models import BOOKED_SOULS, Booking, Passenger, Ticket
from app.db import db
from app.flow.recount import recount
from app.seats.models import Allotment, LegLoad, PlaceKind
from tests.conftest import running, settings_for
from tests.factories import a_fare_class, a_user, a_voyage
from tests.history.checker import Violation, check
from tests.history.crowd import Crowd
from tests.history.records import Facts, Record, Row, Spot, Tables
from tests.history.stage import Stage

CLIENTS = 64
ROUND_OPERATIONS = 25_000
VOYAGES = 12
KILLS_PER_ROUND = 2
JUMPS_PER_ROUND = 5
CLASSES = {1: "bed", 2: "bed", 9: "non_seat", 20: "vehicle"}
JUMPS_SECONDS = (-600, -90, -5, 30, 300, 930, 930, 1800)
"""Back and forth; two of them let whatever is held end."""
BEYOND_EVERY_HOLD = 25 * 3600
COUNTED = {"oversold": "oversold", "lost": "lost", "leaked": "leaked"}
TOLD_MAX = 40


class Soak:
    """One run on one stage."""

    def __init__(self, stage: Stage, operations: int, seed: int, per_round: int = ROUND_OPERATIONS) -> None:
        self.stage, self.operations, self.per_round = stage, operations, min(per_round, operations)
        self.random = Random(seed)
        self.offset = 0.0
        self.kills: Counter[str] = Counter()
        self.next_kill = cycle(("worker", "database" if stage.database else "server", "worker", "server"))
        self.jumps = self.rounds = 0
        self.found: Counter[str] = Counter()
        self.told: list[str] = []
        self.records: list[Record] = []
        self.file = (stage.folder / "history.jsonl").open("w")
        self.crowd = Crowd(stage.port, CLIENTS, Random(seed + 1), self._note)

    def close(self) -> None:
        """Hang up, and close the history."""
        self.crowd.close()
        self.file.close()

    def _note(self, record: Record) -> None:
        """Kept on disk for the whole run, and in memory for the round."""
        self.file.write(json.dumps(record) + "\n")
        self.records.append(record)

    def run(self, progress: Callable[[int], None]) -> dict[str, Any]:
        """Round after round until so many operations are done."""
        with running(settings_for(self.stage.url)):
            upgrade()
            a_user()
        self.stage.start()
        began = time.monotonic()
        while self.crowd.operations < self.operations:
            with self._database():
                voyages = [_on_sale(self.random) for _ in range(VOYAGES)]
            self._round(voyages, progress)
        seconds = time.monotonic() - began
        with self._database():
            for difference in recount():
                self._found(Violation("leaked", str(difference)))
        counts = {name: self.found[name] for name in COUNTED}
        return {
            "operations": self.crowd.operations,
            "kills": sum(self.kills.values()),
            **counts,
            "violations": sum(self.found.values()) - sum(counts.values()),
            "killed": dict(self.kills),
            "jumps": self.jumps,
            "rounds": self.rounds,
            "answers": dict(sorted(self.crowd.answers.items())),
            "seconds": round(seconds),
            "per_second": round(self.crowd.operations / max(seconds, 0.001)),
            "database": self.stage.engine,
        }

    def _round(self, voyages: list[Facts], progress: Callable[[int], None]) -> None:
        first = self.crowd.operations
        last = min(first + self.per_round, self.operations)
        self.records = []
        self.crowd.begin(voyages)
        self._set_off(self.offset)
        at = sorted(self.random.randrange(first, last) for _ in range(KILLS_PER_ROUND + JUMPS_PER_ROUND))
        what = [self._kill] * KILLS_PER_ROUND + [self._jump] * JUMPS_PER_ROUND
        self.random.shuffle(what)
        planned = list(zip(at, what, strict=True))
        shown = first
        while self.crowd.operations < last:
            while planned and planned[0][0] <= self.crowd.operations:
                planned.pop(0)[1]()
            self.crowd.step(ask=True)
            progress(self.crowd.operations - shown)
            shown = self.crowd.operations
        while self.crowd.step(ask=False):
            pass
        progress(self.crowd.operations - shown)
        self.rounds += 1
        self.stage.ready()
        self._set_off(self.offset + BEYOND_EVERY_HOLD)
        with self._database():
            while expire_holds(limit=5000):
                pass
            tables = _tables(voyages)
        for violation in check(self.records, voyages, tables):
            self._found(violation)

    def _kill(self) -> None:
        what = next(self.next_kill)
        self.stage.ready()
        self._note({"op": "kill", "at": time.time(), "what": what})
        self.stage.kill(what)
        self.kills[what] += 1

    def _jump(self) -> None:
        self.jumps += 1
        self._set_off(self.offset + self.random.choice(JUMPS_SECONDS))

    def _set_off(self, seconds: float) -> None:
        """Noted before and after: what is answered in between may have seen either."""
        self.offset = seconds
        self.crowd.jump(seconds)
        self.stage.set_off(seconds)

    def _found(self, violation: Violation) -> None:
        self.found[violation.kind] += 1
        if len(self.told) < TOLD_MAX:
            self.told.append(str(violation))

    @contextmanager
    def _database(self) -> Iterator[None]:
        """The application in this process, on the servers' clock."""
        with (
            app_clock.set_to(lambda: datetime.now(UTC) + timedelta(seconds=self.offset)),
            running(settings_for(self.stage.url)),
        ):
            # Beside the sweeper, whoever reads first and then wants to write would be told that it is locked.
            db.engine.update_execution_options(writes=True)
            yield


def _on_sale(random: Random) -> Facts:
    """A voyage of one to six legs, with beds of two classes, places without one, and a deck, in three channels."""
    for number, kind in CLASSES.items():
        a_fare_class(number, f"Kelas uji {number}", PlaceKind(kind))
    stops = [f"Pelabuhan {n}" for n in range(random.randint(2, 7))]
    voyage = a_voyage(*stops, departs_at=app_clock.now() + timedelta(days=60))
    legs = [leg.id for leg in voyage.legs]
    for allotment in db.session.scalars(select(Allotment).where(Allotment.leg_id.in_(legs))):
        db.session.delete(allotment)
    db.session.flush()
    size = random.choice((20, 60, 150))
    quotas: dict[Spot, int] = {}
    for kind in CLASSES:
        for channel in (1, 2, 3):
            places = random.randint(1, size if channel == 1 else size // 3)
            for leg in range(len(legs)):
                quotas[leg, kind, channel] = max(1, places + random.randint(-2, 2))
    ceilings = []
    for leg, leg_id in enumerate(legs):
        beds = sum(number for (at, kind, _), number in quotas.items() if at == leg and CLASSES[kind] == "bed")
        ceilings.append(beds + random.randint(0, size))
        load = db.session.get(LegLoad, leg_id)
        assert load is not None
        load.set_ceiling(ceilings[-1], None)
    for (leg, kind, channel), quota in quotas.items():
        db.session.add(Allotment(leg_id=legs[leg], fare_class_id=kind, channel_id=channel, quota=quota))
    db.session.commit()
    return Facts(voyage.id, [call.id for call in voyage.calls], legs, quotas, ceilings, CLASSES)


def _tables(voyages: Sequence[Facts]) -> Tables:
    """What the tables say of these voyages now."""
    tables = Tables()
    facts = {fact.voyage_id: fact for fact in voyages}
    tickets: dict[int, list[str]] = {}
    for booking_id, serial in db.session.execute(
        select(Passenger.booking_id, Ticket.serial)
        .join(Ticket, Ticket.passenger_id == Passenger.id)
        .join(Booking, Booking.id == Passenger.booking_id)
        .where(Booking.voyage_id.in_(facts), Ticket.signed != "", Ticket.void_at.is_(None))
    ):
        tickets.setdefault(booking_id, []).append(serial)
    for b, souls in db.session.execute(select(Booking, BOOKED_SOULS).where(Booking.voyage_id.in_(facts))):
        calls = facts[b.voyage_id].calls
        tables.rows.append(
            Row(
                b.request_id,
                b.code,
                b.voyage_id,
                calls.index(b.from_call_id),
                calls.index(b.to_call_id),
                b.fare_class_id,
                b.channel_id,
                b.places,
                souls,
                b.state,
                tuple(sorted(tickets.get(b.id, ()))),
            )
        )
    for fact in voyages:
        legs = {leg_id: leg for leg, leg_id in enumerate(fact.legs)}
        tables.counters[fact.voyage_id] = {
            (legs[a.leg_id], a.fare_class_id, a.channel_id): (a.held, a.sold)
            for a in db.session.scalars(select(Allotment).where(Allotment.leg_id.in_(legs)))
        }
        promised = select(LegLoad.leg_id, LegLoad.promised).where(LegLoad.leg_id.in_(legs))
        loads = {row.leg_id: row.promised for row in db.session.execute(promised)}
        tables.promised[fact.voyage_id] = [loads[leg_id] for leg_id in fact.legs]
    db.session.rollback()
    return tables


def soak(stage: Stage, operations: int, seed: int, per_round: int = ROUND_OPERATIONS) -> tuple[dict[str, Any], Soak]:
    """One run with a progress bar on stderr: the figures, and the run with what it found."""
    run = Soak(stage, operations, seed, per_round)
    with tqdm(total=operations, unit="op", disable=None, file=sys.stderr) as bar:
        try:
            return run.run(bar.update), run
        finally:
            run.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--ops", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), help="a URL, or sqlite")
    arguments = parser.parse_args()
    stage = Stage(arguments.database, sqlite=arguments.database == "sqlite")
    try:
        figures, run = soak(stage, arguments.ops, arguments.seed)
    finally:
        stage.stop()
    bad = any(figures[name] for name in ("oversold", "lost", "leaked", "violations"))
    if bad:
        print(*run.told, f"The history is in {stage.folder}", sep="\n", file=sys.stderr)  # noqa: T201 - a command line speaks
    else:
        shutil.rmtree(stage.folder, ignore_errors=True)
    print(json.dumps(figures))  # noqa: T201
    sys.exit(bad)


if __name__ == "__main__":
    main()
