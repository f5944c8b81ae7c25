"""A gate's phone that dies again and again: `python -m tests.journeys.gate_kill [--kills N] [--seed S]`.

A real Chromium with a profile of its own, enrolled at a gate whose line is mostly cut, is shown tickets by their typed
numbers. All its processes are killed at once at moments of chance: between the press and the verdict, while the verdict
is shown, and between two scans; then it is started again on the same profile, and goes on. When all is sent, what was
on the screen is held against the server's rows. The last line is JSON: `kills`; `shown`, verdicts that were on the
screen; `forgotten`, those among them that the server never hears; `doubled`, whatever counts twice: two scans of one
press or none, two passes of a ticket on the screen or at the server, a soul too many. The exit status is 1 when one of
the last two is not 0. Besides: `told_again`, passes that nobody had seen and that were told after the next start;
`unseen`, passes that nobody had seen and whose ticket was then called used.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import BrowserContext, Error, Page

from app import clock
from app.accounts.models import Role
from app.boarding.actions.departure import open_boarding
from app.boarding.models import Scan
from app.boarding.queries import find_load, get_departure
from app.db import db
from app.flow.recount import recount
from tests import chromium, factories
from tests.conftest import SECRET, running, settings_for
from tests.enrolled import a_guarantor
from tests.journeys.cookies import session_cookie
from tests.journeys.gangway import begin_duty, enrol, install
from tests.server import serving

PARTY = 8
SCANS_OF_A_KILL = 3
VERDICT_SECONDS = 8
AGAIN_WORDS = "Sudah tercatat tadi"
PRESSED, SHOWN, BETWEEN = "between press and verdict", "while the verdict is shown", "between scans"
SHOWN_SECONDS, BETWEEN_SECONDS = (0.01, 0.1), 0.5
"""So long after the verdict's first moment, and after a scan, the browser is killed at the latest."""
FIRST_SECONDS, NEXT_SECONDS = 0.5, 0.05
"""So long after the press: the first verdict of a page that has just been opened takes longer than the next."""

# Tells the test of each verdict in the task in which the page puts it on the screen; the page knows nothing of it.
WATCH = """
  new MutationObserver((changes) => {
    const panel = document.getElementById("verdict-panel");
    if (!panel || panel.hidden || !changes.some(({ target }) => target === panel)) return;
    toldOnScreen({ look: panel.dataset.verdict, words: panel.textContent, at: Date.now() });
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["hidden"] });
"""

WAITING = """async () => new Promise((resolve, reject) => {
  const opening = indexedDB.open("dermaga gate");
  opening.onerror = reject;
  opening.onsuccess = () => {
    const all = opening.result.transaction("scans").objectStore("scans").getAll();
    all.onsuccess = () => {
      opening.result.close();
      resolve(all.result.filter(({ answered }) => !answered).length);
    };
  };
})"""


@dataclass
class Press:
    """A ticket that was typed: from when until when it was judged, and what the screen said of it, if anything."""

    serial: str
    since_ms: float
    until_ms: float = 0
    look: str = ""
    words: str = ""

    @property
    def is_again(self) -> bool:
        """Whether it was told a pass that an earlier page had kept."""
        return AGAIN_WORDS in self.words


class Ship:
    """A ship that boards now, with so many tickets, its gate, and an officer's phone there."""

    def __init__(self, tickets: int) -> None:
        parties = -(-tickets // PARTY)
        voyage = factories.a_voyage(places=parties * PARTY, departs_at=clock.now() + timedelta(hours=3))
        departure = factories.departure_of(voyage)
        self.departure_id, gate = departure.id, factories.a_gate(departure.call.port)
        self.officer, self.supervisor_id = factories.a_user(Role.OFFICER), a_guarantor().id
        open_boarding(departure.id, self.officer.id)
        bookings = [factories.a_booking(voyage, adults=PARTY) for _ in range(parties)]
        self.serials = [ticket.serial for booking in bookings for ticket in factories.tickets_of(booking)]
        self.path = f"/gate/{departure.id}/{gate.id}"
        db.session.commit()


class Phone:
    """The officer's browser on its profile: started, killed, and started again."""

    def __init__(self, profile: Path, address: str, cookie: dict[str, Any]) -> None:
        self.profile, self.address, self.cookie = profile, address, cookie
        self.context: BrowserContext
        self.page: Page
        self.group = 0
        self.told: dict[str, Any] | None = None
        self.on_told = lambda: None

    def start(self, path: str = "", *, cut: bool = False) -> None:
        """Start the browser; with a `path`, at that page, and ready to scan."""
        self.context = chromium.start_on(self.profile, viewport={"width": 360, "height": 740})
        [main] = [pid for pid, command in self._processes() if b"--type=" not in command]
        self.group = os.getpgid(main)
        if self.group == os.getpgrp():
            raise RuntimeError("the browser is in the test's own group of processes")
        self.context.add_cookies([self.cookie])
        self.context.expose_binding("toldOnScreen", lambda _source, told: self._tell(told))
        self.context.add_init_script(WATCH)
        self.context.set_offline(cut)
        self.page = self.context.pages[0]
        install(self.page, self.address)
        if path:
            self.page.goto(self.address + path)
            begin_duty(self.page)
            self.page.wait_for_selector("#data:has-text('data pukul')")

    def keep_session(self) -> None:
        """Keep the session for the next starts, as a phone's browser does and a killed headless one does not."""
        [self.cookie] = [one for one in self.context.cookies() if one["name"] == "session"]

    def _tell(self, told: dict[str, Any]) -> None:
        self.told = told
        self.on_told()

    def kill(self) -> None:
        """End every process of the browser at once, in the middle of whatever it does."""
        os.killpg(self.group, signal.SIGKILL)

    def gone(self) -> None:
        """Wait until nothing of it is left."""
        deadline = time.monotonic() + 10
        while left := self._processes():
            if time.monotonic() > deadline:
                raise RuntimeError(f"still there: {left}")
            time.sleep(0.01)
        with suppress(Error):
            self.context.close()

    def _processes(self) -> list[tuple[int, bytes]]:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
            except OSError:
                continue
            if f"--user-data-dir={self.profile}".encode() in command:
                found.append((int(entry.name), command))
        return found


class Boarding:
    """One run: scans and kills, and what was seen of them."""

    def __init__(self, phone: Phone, ship: Ship, seed: int) -> None:
        self.phone, self.ship, self.r = phone, ship, Random(seed)
        self.fresh = list(ship.serials)
        self.presses: list[Press] = []
        self.kills: Counter[str] = Counter()
        self.offline_starts = 0

    def run(self, kills: int) -> None:
        """Scan and be killed so many times; at the end everything is sent."""
        self.phone.start()
        enrol(self.phone.page, self.phone.address, self.ship.supervisor_id)
        self.phone.page.goto(self.phone.address + self.ship.path)
        begin_duty(self.phone.page)
        self.phone.keep_session()
        self.phone.page.wait_for_selector("#data:has-text('data pukul')")
        kept = "async () => (await caches.keys()).some((name) => name.startsWith('gate pages '))"
        while not self.phone.page.evaluate(kept):
            time.sleep(0.1)
        for _ in range(kills):
            self._live_and_die()
            cut = self.r.random() < 0.7
            self.offline_starts += cut
            self.phone.start(self.ship.path, cut=cut)
        self.phone.context.set_offline(False)
        self.phone.page.reload()
        deadline = time.monotonic() + 60
        while self.phone.page.evaluate(WAITING):
            if time.monotonic() > deadline:
                break  # what is still kept is told as forgotten
            time.sleep(0.2)
        self.phone.context.close()

    def _live_and_die(self) -> None:
        before = self.r.randrange(SCANS_OF_A_KILL)
        for _ in range(before):
            if self.r.random() < 0.3:
                self.phone.context.set_offline(self.r.random() < 0.7)
            self._scan()
        how = self.r.choice((PRESSED, SHOWN, BETWEEN))
        if how == BETWEEN:
            time.sleep(self.r.uniform(0, BETWEEN_SECONDS))
            self.phone.kill()
        elif how == SHOWN:
            self._scan(how, self.r.uniform(0, self.r.choice(SHOWN_SECONDS)))
        else:
            self._scan(how, self.r.uniform(0, NEXT_SECONDS if before else FIRST_SECONDS))
        self.kills[how] += 1
        self.phone.gone()

    def _scan(self, how: str = "", after: float = 0) -> None:
        """Type a ticket and wait for its verdict, or for the death that comes so many seconds `after` it."""
        phone, death = self.phone, threading.Timer(after, self.phone.kill)
        phone.told, phone.on_told = None, death.start if how == SHOWN else lambda: None
        phone.page.fill("#shown", serial := self._next())
        press = Press(serial, time.time() * 1000)
        self.presses.append(press)
        try:
            if how == PRESSED:
                death.start()
            phone.page.press("#shown", "Enter")
            deadline = time.monotonic() + VERDICT_SECONDS
            while not phone.told or how:
                phone.page.wait_for_timeout(5)
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{serial} got no verdict, or the browser outlived its death")
        except Error:
            if not how:
                raise
            death.join()
        press.until_ms = phone.told["at"] if phone.told else time.time() * 1000
        if phone.told:
            press.look, press.words = phone.told["look"], phone.told["words"]

    def _next(self) -> str:
        """The same ticket again, as a copy is, and more often one that got no verdict; else a new one."""
        last = self.presses[-1] if self.presses else None
        if last and self.r.random() < (0.3 if last.look else 0.8):
            return last.serial
        return self.fresh.pop()

    def count(self) -> dict[str, Any]:
        """What the screen said, held against what the server has."""
        db.session.rollback()
        db.session.expire_all()
        rows = list(db.session.scalars(db.select(Scan)))
        shown = [press for press in self.presses if press.look]
        heard = {id(press): [row for row in rows if _is_of(row, press)] for press in self.presses}
        forgotten = [press for press in shown if not press.is_again and not _says(heard[id(press)], press.look)]
        passes = Counter(press.serial for press in shown if press.look == "pass")
        aboard = Counter(row.serial for row in rows if row.verdict == "pass")
        let_in = Counter(row.serial for row in rows if (row.device_verdict or row.verdict) == "pass")
        doubled = [
            *(
                f"{len(heard[id(press)])} scans of one press: {press}"
                for press in self.presses
                if len(heard[id(press)]) > 1
            ),
            *(f"passed again {where}: {serial}" for where, serial in _again(screen=passes, ship=aboard, device=let_in)),
            *(
                f"a scan of no press: {row.serial}"
                for row in rows
                if not any(_is_of(row, press) for press in self.presses)
            ),
            *(f"a wrong sum: {difference}" for difference in recount()),
        ]
        departure = get_departure(self.ship.departure_id)
        load = find_load(departure)
        if not load or not load.aboard == departure.boarded == len(aboard):
            doubled.append(f"{load and load.aboard} and {departure.boarded} counted, {len(aboard)} aboard")
        never_seen = {press.serial for press in shown} - set(passes)
        return {
            "kills": self.kills.total(),
            "shown": len(shown),
            "forgotten": len(forgotten),
            "doubled": len(doubled),
            "presses": len(self.presses),
            "passes": len(passes),
            "told_again": sum(press.is_again for press in shown),
            "unseen": len(never_seen & set(aboard)),
            "scans": len(rows),
            "killed": dict(self.kills),
            "offline_starts": self.offline_starts,
            "found": [*(f"forgotten: {press}" for press in forgotten), *doubled],
        }


def _is_of(row: Scan, press: Press) -> bool:
    at = row.scanned_at.timestamp() * 1000
    return row.serial == press.serial and press.since_ms - 1 <= at <= press.until_ms + 1


def _says(rows: list[Scan], look: str) -> bool:
    return any((row.device_verdict or row.verdict) == look for row in rows)


def _again(**seen: Counter[str]) -> Iterator[tuple[str, str]]:
    """Where which ticket passed more than once."""
    return ((where, serial) for where, times in seen.items() for serial in times if times[serial] > 1)


def board(app: Flask, database_url: str, folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """One run of so many kills on that empty database: the counts, and under `found` what is wrong."""
    ship = Ship(kills * SCANS_OF_A_KILL)
    with serving(database_url, SECRET_KEY=SECRET) as server:
        phone = Phone(folder / "profile", server.url, session_cookie(app, ship.officer, server.url))
        boarding = Boarding(phone, ship, seed)
        boarding.run(kills)
    return boarding.count()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        url = f"sqlite:///{folder}/gate.db"
        with running(settings_for(url)) as app:
            upgrade()
            counts = board(app, url, Path(folder), given.kills, given.seed)
        chromium.stop()
    print(*counts.pop("found"), sep="\n", file=sys.stderr)  # noqa: T201 - a command line speaks
    print(json.dumps({**counts, "seed": given.seed, "seconds": round(time.monotonic() - began)}))  # noqa: T201
    sys.exit(bool(counts["forgotten"] or counts["doubled"]))


if __name__ == "__main__":
    main()
