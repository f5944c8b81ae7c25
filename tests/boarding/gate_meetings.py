"""Phones at a gate without a signal that meet: `python -m tests.boarding.gate_meetings [--phones N] [--orders N]`.

The modules of the gate's page run in node, a store in memory for each phone. People come aboard in an order of chance,
some on a ticket that is shown at a second or third phone as well, while phones meet now and then; clocks are up to two
minutes off, the last one's nine. Then each two meet. At last every scan is sent to the server, in an order of chance.

The last line is JSON: `copies`, tickets that more than one phone let aboard; `flagged_after_exchange`, those that then
stand on every phone's list; `flagged_before_seal`, those whose second boarding stands among the people to be called
back, so before the manifest is closed; `order_differences`, how many of so many orders of the same meetings left a
phone with another list. The exit status is 1 when a copy was flagged nowhere, an order made a difference, a ticket was
flagged that was no copy (`flagged_wrongly`), a phone still let somebody aboard (`passed_after_exchange`), or the ship
counts another number than the tickets that were let aboard (`miscounted`).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from flask_migrate import upgrade

from app import clock as app_clock
from app.accounts.devices.actions import enrol, make_enrolment_code
from app.accounts.models import Role
from app.boarding.actions.departure import open_boarding
from app.boarding.actions.scan import scan
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Stage, Verdict
from app.boarding.pack import read_pack
from app.boarding.queries import find_load, get_departure
from app.boarding.recalls.queries import list_recalls
from app.boarding.sequence_numbers.actions import number_tickets
from app.booking.tickets.signing import Keyring
from app.db import db
from tests import factories, node
from tests.conftest import Clock, running, settings_for
from tests.enrolled import a_guarantor

SCRIPT = Path(__file__).with_name("gate_meetings.mjs")
PARTY, MINUTES, GATES = 8, 50, 2


class Phones:
    """So many phones in node, at the gangways of a ship that boards."""

    def __init__(self, keyring: Keyring, clock: Clock, number: int, people: int, seed: int) -> None:
        self.keyring, self.clock, self.r = keyring, clock, Random(seed)
        parties = -(-people // PARTY)
        voyage = factories.a_voyage(places=parties * PARTY, departs_at=clock() + timedelta(hours=3))
        self.departure = factories.departure_of(voyage)
        self.gates = [factories.a_gate(self.departure.call.port, stage=Stage.GANGWAY) for _ in range(GATES)]
        self.officer, self.guarantor = factories.a_user(Role.OFFICER), a_guarantor()
        open_boarding(self.departure.id, self.officer.id)
        for _ in range(parties):
            factories.a_booking(voyage, adults=PARTY)
        number_tickets(self.departure.id)
        self.number, self.seed = number, seed

    def run(self, orders: int) -> dict[str, Any]:
        """Board, meet and send; the counts, and the scans under `scans`."""
        with subprocess.Popen(
            [node.executable(), str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            [keys] = _ask(process, phones=self.number, seed=self.seed, orders=orders).values()
            devices = [self._enrolled(key, at) for at, key in enumerate(keys)]
            self.clock.forward(minutes=15)  # so far may a phone's clock be behind
            pack = read_pack(self.departure.id, self.gates[0].id, self.officer.id, self.clock())
            since = int(self.clock().timestamp() * 1000)
            told = _ask(process, pack=pack, devices=devices, since=since, minutes=MINUTES)
            assert process.stdin is not None
            process.stdin.close()
        self.clock.forward(minutes=MINUTES + 15)
        return told

    def _enrolled(self, key: str, at: int) -> dict[str, int]:
        device = enrol(make_enrolment_code(self.guarantor.id), f"HP {at + 1}", key, self.officer.id)
        return {"id": device.id, "gate_id": self.gates[at % GATES].id}

    def send(self, scans: list[dict[str, Any]]) -> None:
        """Tell the server every scan, those of each phone in their order, the phones in an order of chance."""
        queues = [[one for one in scans if one["device"] == device] for device in {one["device"] for one in scans}]
        while queues := [queue for queue in queues if queue]:
            told = self.r.choice(queues).pop(0)
            scan(self._showing(told), self.keyring)

    def _showing(self, told: dict[str, Any]) -> Showing:
        return Showing(
            str(UUID(int=self.r.getrandbits(128), version=4)),
            told["serial"],
            self.departure.id,
            told["gate_id"],
            self.officer.id,
            datetime.fromtimestamp(told["at"] / 1000, UTC),
            device=DeviceVerdict(Verdict(told["verdict"]), told["reason"]),
        )

    def flagged(self, copied: list[str]) -> int:
        """How many of these tickets stand among the people to be called back, with their other boarding."""
        db.session.rollback()
        found = {one.scan.serial for one in list_recalls(self.departure.id) if one.passed is not None}
        return len(found & set(copied))

    def aboard(self) -> int:
        """How many the server counts aboard."""
        load = find_load(get_departure(self.departure.id))
        return load.aboard or 0 if load else 0


def _ask(process: "subprocess.Popen[str]", **line: Any) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(line) + "\n")
    process.stdin.flush()
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


def meet(keyring: Keyring, clock: Clock, phones: int, orders: int, people: int, seed: int) -> dict[str, Any]:
    """One run on an empty database: the counts."""
    ship = Phones(keyring, clock, phones, people, seed)
    told = ship.run(orders)
    scans, copied = told.pop("scans"), told.pop("copied")
    ship.send(scans)
    let_in = {one["serial"] for one in scans if one["verdict"] == "pass"}
    counts = {name: told.pop(name) for name in ("copies", "flagged_after_exchange")}
    return {
        **counts,
        "flagged_before_seal": ship.flagged(copied),
        "order_differences": told.pop("order_differences"),
        **told,
        "miscounted": abs(ship.aboard() - len(let_in)),
    }


def is_wrong(counts: dict[str, Any]) -> bool:
    """Whether a copy was flagged nowhere, or anything else that must be 0 is not."""
    flagged = counts["copies"] == counts["flagged_after_exchange"] == counts["flagged_before_seal"]
    none = ("order_differences", "flagged_wrongly", "passed_after_exchange", "miscounted")
    return not flagged or any(counts[name] for name in none)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--phones", type=int, default=6)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    clock = Clock(datetime(2026, 11, 30, tzinfo=UTC))
    with (
        tempfile.TemporaryDirectory() as folder,
        app_clock.set_to(clock),
        running(settings_for(f"sqlite:///{folder}/gate.db")) as app,
    ):
        upgrade()
        counts = meet(app.extensions["keyring"], clock, given.phones, given.orders, given.people, given.seed)
    told = {**counts, "phones": given.phones, "orders": given.orders, "seed": given.seed}
    print(json.dumps({**told, "seconds": round(time.monotonic() - began)}))  # noqa: T201 - a command line speaks
    sys.exit(is_wrong(counts))


if __name__ == "__main__":
    main()
