"""Many at once against the real servers: reads, whole purchases, and scans at a gate."""

import http.client
import json
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any
from uuid import UUID

from flask_migrate import upgrade
from sqlalchemy import insert

from app import clock
from app.accounts.models import Role
from app.boarding.models import Scan, Stage, Verdict
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.schedule.models import Voyage
from bench.figures import children, cpu_seconds, percentile, tell
from tests import factories
from tests import postgres as embedded
from tests.conftest import running, settings_for
from tests.server import Server, serving

CLIENTS = (1, 8, 32)
READERS = 8
SECONDS = 4.0
TICKETS = 4000
PARTY = 8
SEASON = 10_000
"""Scans that the port has kept from before."""
COMPARED = {"identity.name_matches": True, "identity.number_matches": True}


class Client:
    """One visitor: a connection that is kept, and numbers of its own."""

    def __init__(self, port: int, seed: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.random = random.Random(seed)
        self.headers: dict[str, str] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The JSON of the answer, or its bytes; raises where it is a refusal."""
        sent = {"Content-Type": "application/json", **self.headers, **headers} if body is not None else headers
        self.connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return json.loads(content) if answer.headers.get_content_type() == "application/json" else content

    def new_id(self) -> str:
        """An id as a form or a device makes one."""
        return str(UUID(int=self.random.getrandbits(128), version=4))


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


@dataclass(frozen=True)
class Pier:
    """A voyage on sale, and another that boards: its gate, officer, and tickets that wait to be shown."""

    voyage_id: int
    day: str
    at: dict[str, int]
    officer: str
    shown: "SimpleQueue[str]"


def measure() -> None:
    """Every figure of this module, on both databases."""
    for engine, url, database in engines():
        pier = _prepare(url)
        with serving(url) as web:
            _measure(engine, url, pier, web, partial(_all_processes, web, database))


def _prepare(url: str) -> Pier:
    with running(settings_for(url)):
        voyage = factories.a_voyage(places=1_000_000, departs_at=clock.now() + timedelta(days=1))
        boards = factories.a_voyage(places=1_000_000, departs_at=clock.now() + timedelta(minutes=90))
        departure = factories.departure_of(boards)
        at = {"departure_id": departure.id, "gate_id": factories.a_gate(departure.call.port).id}
        officer = factories.a_user(Role.OFFICER)
        _scan_a_season(officer.id, at)
        return Pier(voyage.id, str(voyage.calls[0].day), at, officer.username, _tickets(boards))


def _scan_a_season(officer_id: int, at: dict[str, int]) -> None:
    then = clock.now() - timedelta(days=1)
    told = {"officer_id": officer_id, "stage": Stage.TERMINAL, "verdict": Verdict.REFER, "reason": "unreadable"}
    scans = [{"id": str(UUID(int=number)), **at, **told} for number in range(SEASON)]
    db.session.execute(insert(Scan).values(scanned_at=then, received_at=then), scans)
    db.session.commit()


def _all_processes(web: Server, database: Callable[[], list[int]]) -> list[int]:
    return web.pids() + database()


def _measure(engine: str, url: str, pier: Pier, web: Server, processes: Callable[[], list[int]]) -> None:
    search = f"/cari?dari=IDSMQ&ke=IDSRG&hari={pier.day}"
    availability = f"/api/v1/voyages/{pier.voyage_id}/availability"
    run(f"search.{engine}", READERS, web, processes, lambda client: client.ask("GET", search))
    run(f"availability.{engine}", READERS, web, processes, lambda client: client.ask("GET", availability))
    signing_in = {"username": pier.officer, "password": factories.PASSWORD}
    token = Client(web.port, 0).ask("POST", "/api/v1/sessions", signing_in)["token"]
    for clients in CLIENTS:
        run(f"booking.{engine}", clients, web, processes, lambda client: _buy(client, pier.voyage_id, token))
    for clients in CLIENTS:
        run(f"scan.{engine}", clients, web, processes, lambda client: _scan(client, pier, token))
    with running(settings_for(url)):
        load_shipped(read_sets())
    for clients in CLIENTS:
        run(f"scan_by_rules.{engine}", clients, web, processes, lambda client: _scan(client, pier, token, COMPARED))


def run(
    name: str, clients: int, web: Server, processes: Callable[[], list[int]], operation: Callable[[Client], Any]
) -> None:
    """`clients` doing `operation` over and over for SECONDS; tells rate, latency and the servers' CPU for each."""
    took: list[float] = []
    faults: list[BaseException] = []
    start = threading.Barrier(clients + 1)
    stop = threading.Event()

    def work(number: int) -> None:
        client = Client(web.port, hash((name, clients, number)))
        client.connection.connect()
        mine: list[float] = []
        try:
            operation(client)  # once beforehand: what a process does only once is not what is measured
            start.wait()
            while not stop.is_set():
                began = time.perf_counter()
                operation(client)
                mine.append(time.perf_counter() - began)
        except Empty:
            pass
        except Exception as error:
            faults.append(error)
            start.abort()
        took.extend(mine)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    pids = processes()
    before = cpu_seconds(pids)
    start.wait()
    began = time.perf_counter()
    stop.wait(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    used = cpu_seconds(processes()) - before
    if faults:
        raise faults[0]
    kind = f"{name}.clients{clients}"
    tell(f"{kind}.rate", len(took) / seconds, "1/s")
    tell(f"{kind}.p50", percentile(took, 0.5) * 1000, "ms")
    tell(f"{kind}.p95", percentile(took, 0.95) * 1000, "ms")
    tell(f"{kind}.cpu", used / len(took) * 1000, "CPU-ms")


def _buy(client: Client, voyage_id: int, token: str) -> None:
    """One place, from the hold to the ticket: four requests."""
    key = client.new_id()
    hold = {"request_id": key, "voyage_id": voyage_id, "fare_class_id": 1, "adults": 1, "infants": 0}
    booking = f"/api/v1/bookings/{client.ask('POST', '/api/v1/bookings', hold)['code']}"
    person = {
        "name": "Siti Uji",
        "document_kind": "ktp",
        "document_number": factories.a_nik(client.random.randrange(10**8 - 10**4)),
        "birth_date": "1994-03-15",
        "sex": "P",
    }
    proof = {"X-Booking-Key": key}
    client.ask("PUT", f"{booking}/passengers", {"phone": "081200000001", "passengers": [person]}, **proof)
    client.ask("POST", f"{booking}/confirmation", Authorization=f"Bearer {token}")
    if len(client.ask("GET", f"{booking}/tickets", **proof)["tickets"]) != 1:
        raise RuntimeError("no ticket")


def _scan(client: Client, pier: Pier, token: str, said: dict[str, bool] | None = None) -> None:
    """The next passenger of the queue, with what the officer has compared."""
    scan = {"id": client.new_id(), "shown": pier.shown.get_nowait(), "said": said or {}, **pier.at}
    answer = client.ask("POST", "/api/v1/scans", scan, Authorization=f"Bearer {token}")
    if answer["verdict"] != "pass":
        raise RuntimeError(answer)


def _tickets(voyage: Voyage) -> "SimpleQueue[str]":
    """Signed tickets of a voyage that boards now."""
    queue: SimpleQueue[str] = SimpleQueue()
    for _ in range(TICKETS // PARTY):
        for ticket in factories.tickets_of(factories.a_booking(voyage, PARTY)):
            queue.put(ticket.signed)
    return queue
