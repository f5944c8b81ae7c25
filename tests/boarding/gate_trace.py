"""Tickets of chance, judged by a gate's device and by the server: `python -m tests.boarding.gate_trace [--scans N]`.

Each scan is judged by the browser's code in node from the last pack and from what it did since, and by the action that
the server runs, at the same moment with the same things said. The last line is JSON: how many `scans` there were, in
how many the two were `different` in the verdict or in a word of it, how many were `lost` (no row after they were sent,
and sent again), and how many souls were `counted_twice`. The exit status is 1 when any of the last three is not 0.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Self
from uuid import UUID

from flask import Flask
from flask_babel import force_locale
from flask_migrate import upgrade

from app import clock as app_clock
from app.boarding.actions.scan import scan
from app.boarding.judgement import ScanAnswer, Showing
from app.boarding.models import ADMITS, Direction, Scan, Stage, Verdict
from app.boarding.pack import read_pack
from app.boarding.schemas import ScanOut
from app.boarding.step_offs.models import StepOff
from app.booking.tickets.code import new_serial
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.web.judging.device_words import telling_words
from app.web.judging.verdicts import tell
from app.web.words.language import forget_language
from tests import node
from tests.boarding.gate_worlds import ROUTINE, SAYINGS, Maker, World
from tests.conftest import Clock, running, settings_for

SCRIPT = Path(__file__).with_name("gate_trace.mjs")
SCANS_OF_A_WORLD = 150
JUDGED = (
    "verdict",
    "reason",
    "outcome",
    "rule_set",
    "details",
    "reasons",
    "asks",
    "denied",
    "aboard",
    "ceiling",
    "serial",
)
WHO = ("name", "fare_class", "infant", "vehicle_plate", "party", "document_kind", "document_number")
WORDS = ("word", "look", "sentence", "next_step", "more", "answers", "unrecorded")
_OUT = ScanOut()


class Device:
    """A gate's device: the browser's code in node, asked line by line."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            [node.executable(), str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.close()
        self._node.wait(timeout=10)
        self._node.stdout.close()

    def ask(self, **line: Any) -> dict[str, Any]:
        """What it answers to this line."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(line) + "\n")
        self._node.stdin.flush()
        told: dict[str, Any] = json.loads(self._node.stdout.readline())
        return told


class Trace:
    """Runs through worlds of chance and counts where device and server differ."""

    def __init__(self, app: Flask, clock: Clock, device: Device, seed: int) -> None:
        self.app, self.clock, self.device, self.r = app, clock, device, Random(seed)
        self.maker = Maker(app, clock, self.r)
        self.words = {}
        self.counts: Counter[str] = Counter(scans=0, different=0, lost=0, counted_twice=0)
        self.verdicts: Counter[str] = Counter()
        self.told: list[str] = []
        self.pending: dict[str, list[dict[str, Any]]] = {}
        self.aboard: set[str] = set()
        """Serials of tickets that passed at the ship's side, the last time that they were shown there."""
        clock.moment = datetime(2013, 1, 1, tzinfo=UTC)
        load_shipped(read_sets())

    def run(self, scans: int) -> dict[str, int]:
        """Judge so many scans."""
        while self.counts["scans"] < scans:
            world = self.maker.world()
            self.pending.clear()
            self.aboard.clear()
            self._tell_words(world.zone)
            self._at(world, min(SCANS_OF_A_WORLD, scans - self.counts["scans"]))
        return dict(self.counts)

    def _tell_words(self, zone: str) -> None:
        if zone not in self.words:
            self.words[zone] = {}
            for language in ("id", "en"):
                with self._speaking(language):
                    self.words[zone][language] = telling_words(zone)
        self.device.ask(words=self.words[zone], zone=zone, keys=self.app.extensions["keyring"].public_keys())

    @contextmanager
    def _speaking(self, language: str) -> Iterator[None]:
        with self.app.test_request_context(), force_locale(language):
            forget_language()
            yield
        forget_language()

    def _at(self, world: World, scans: int) -> None:
        r = self.r
        minutes = sorted([*(r.randrange(-200, -120) for _ in range(2)), *(r.randrange(-120, 12) for _ in range(6))])
        ids: list[str] = []
        while len(ids) < scans:
            if minutes:
                if len(minutes) == 8:
                    self.maker.sell_late(world)
                self.clock.moment = max(
                    self.clock.moment, world.leaves + timedelta(minutes=minutes.pop(0), seconds=r.randrange(60))
                )
            for _ in range(r.randrange(4)):
                self.maker.happen(world)
            gate = world.gates[r.choice((0, 1, 2, 2, 2))]
            pack = read_pack(world.departure.id, gate.id, world.officer.id, self.clock.moment)
            self.device.ask(pack=json.loads(json.dumps(pack)))
            for _ in range(min(r.randrange(5, 45), scans - len(ids))):
                self.clock.forward(seconds=r.randrange(1, 40))
                ids.append(self._scan(world, gate.id))
        self._count(world, ids)

    def _scan(self, world: World, gate_id: int) -> str:
        r = self.r
        serial, shown, foreign = self._shown(world)
        said, seen = self._said(serial)
        scan_id = str(UUID(int=r.getrandbits(128)))
        departure_id, officer_id = world.departure.id, world.officer.id
        direction = self._direction(world, gate_id, serial)
        where = (departure_id, gate_id, officer_id, self.clock.moment)
        showing = Showing(scan_id, shown, *where, said, seen, direction=direction)
        now = int(self.clock.moment.timestamp() * 1000)
        language, out = r.choice(("id", "en")), direction == Direction.OUT
        theirs = self.device.ask(shown=shown, now=now, said=said, seen=seen, out=out, language=language)
        answer = scan(showing, self.app.extensions["keyring"])
        with self._speaking(language):
            told = tell(answer)
            ours = {**_OUT.dump(told), "outcome": answer.outcome, "denied": answer.denied, "reasons": answer.reasons}
        self.pending[serial] = ours["answers"]
        if answer.stage == Stage.GANGWAY and answer.verdict == Verdict.PASS:
            (self.aboard.discard if out else self.aboard.add)(serial)
        if r.random() < 0.05:
            scan(showing, self.app.extensions["keyring"])
        self.counts["scans"] += 1
        self.verdicts[f"{answer.verdict} {answer.reason}"] += 1
        if slips := self._slips(answer, json.loads(json.dumps(ours)), theirs, foreign):
            self.counts["different"] += 1
            if len(self.told) < 20:
                self.told.append(f"{shown[:14]} {said} {seen} {self.clock.moment} {slips}")
        return scan_id

    def _direction(self, world: World, gate_id: int, serial: str) -> Direction:
        """Off the ship now and then, at its side: most of those who are aboard, and a few who are not."""
        if gate_id != world.gates[2].id:
            return Direction.IN
        often = 0.5 if serial in self.aboard else 0.03
        return Direction.OUT if self.r.random() < often else Direction.IN

    def _shown(self, world: World) -> tuple[str, str, bool]:
        """A serial, how it is shown, and whether the device cannot know the ticket."""
        r = self.r
        serial, signed = r.choice(world.tickets)
        aboard = [one for one in world.tickets if one[0] in self.aboard]
        asked = [one for one in world.tickets if self.pending.get(one[0])]
        fresh = [one for one in world.tickets if one[0] not in self.pending]
        for some in (aboard, asked, fresh):
            if some and r.random() < 0.4:
                serial, signed = r.choice(some)
        kind = r.random()
        if kind < 0.55:
            return serial, signed or serial, False
        if kind < 0.85:
            return serial, r.choice((serial, f" {serial[:5].lower()}-{serial[5:]}", serial.lower())), False
        if kind < 0.92:
            serial, signed = r.choice(world.strangers)
            return serial, signed, False
        if kind < 0.94:
            return serial, r.choice(world.strangers)[0], True
        if kind < 0.96 and signed:
            at = r.randrange(120, 150)
            return serial, f"{signed[:at]}{'A' if signed[at] != 'A' else 'B'}{signed[at + 1 :]}", False
        if kind < 0.98:
            return serial, r.choice((new_serial(), "halo", "https://example.org/x", "DG1:ABC")), False
        return serial, f"{serial[:9]}{'2' if serial[9] != '2' else '3'}", False

    def _said(self, serial: str) -> tuple[dict[str, Any], list[int]]:
        """What the officer says: the answer of a button, what is routine, anything, or nothing."""
        r = self.r
        buttons, kind = self.pending.get(serial) or [], r.random()
        if buttons and kind < 0.8:
            button = buttons[0] if r.random() < 0.6 else r.choice(buttons)
            return button["said"], button["seen"]
        if kind < 0.65:
            return {**ROUTINE, "person.doses": r.choice((1, 2, 3, 3))}, []
        if kind < 0.8:
            return {fact: r.choice(values) for fact, values in r.sample(SAYINGS, r.randrange(1, 4))}, []
        return {}, []

    def _slips(self, answer: ScanAnswer, ours: dict[str, Any], theirs: dict[str, Any], foreign: bool) -> dict[str, Any]:
        judged, told = theirs["judged"], theirs["told"]
        if foreign:
            # A number that was typed says nothing of its voyage: nobody passes on either side, in other words.
            same = answer.verdict != "pass" and (judged["verdict"], judged["reason"]) == ("refer", "unknown_ticket")
            return {} if same else {"foreign": judged["reason"]}
        names = (*JUDGED, *(WHO if judged["certainty"] == "verified" else ()))
        slips = {name: (ours[name], judged[name]) for name in names if ours[name] != judged[name]}
        return slips | {name: (ours[name], told[name]) for name in WORDS if ours[name] != told[name]}

    def _count(self, world: World, ids: list[str]) -> None:
        db.session.expire_all()
        kept = set(db.session.scalars(db.select(Scan.id).where(Scan.id.in_(ids))))
        self.counts["lost"] += len(set(ids) - kept)
        boarded = select_tickets(world, db.text(ADMITS))
        ashore = set(db.session.scalars(db.select(StepOff.ticket_id).where(StepOff.returned_id.is_(None))))
        self.counts["counted_twice"] += len(boarded) - len(set(boarded))
        self.counts["counted_twice"] += abs(world.departure.boarded - len(set(boarded) - ashore))


def select_tickets(world: World, condition: Any) -> list[int | None]:
    """The tickets of the scans at the ship's side there of which that is true."""
    here = db.select(Scan.ticket_id).where(Scan.departure_id == world.departure.id, Scan.stage == "gangway")
    return list(db.session.scalars(here.where(condition)))


def compare(app: Flask, clock: Clock, scans: int, seed: int) -> Trace:
    """The trace, run over so many scans."""
    with Device() as device:
        trace = Trace(app, clock, device, seed)
        trace.run(scans)
    return trace


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    clock = Clock(datetime(2013, 1, 1, tzinfo=UTC))
    with (
        tempfile.TemporaryDirectory() as folder,
        app_clock.set_to(clock),
        running(settings_for(f"sqlite:///{folder}/gate.db")) as app,
    ):
        upgrade()
        trace = compare(app, clock, given.scans, given.seed)
    print(*trace.told, sep="\n", file=sys.stderr)  # noqa: T201
    print(json.dumps({**trace.counts, "seed": given.seed, "verdicts": dict(trace.verdicts.most_common())}))  # noqa: T201
    sys.exit(any(trace.counts[name] for name in ("different", "lost", "counted_twice")))


if __name__ == "__main__":
    main()
