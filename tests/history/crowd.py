"""Those who ask: an event loop of connections, each with one request at a time, and what they do next by chance."""

import json
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.history.records import Facts, Record, ServerClock

PATIENCE_SECONDS = 30
RETRY_SECONDS = 0.1
BUSY_SECONDS = 0.4
LOOK_AROUND_SECONDS = 0.02
BUYERS = 40
"""So many at a time go on with their bookings; who comes too late for it has only held places."""
CUT_PERCENT = 2
"""So many hang up as soon as they have asked."""


class Known:
    """A request for places as its maker remembers it."""

    def __init__(self, wish: Record) -> None:
        self.wish = wish
        self.code = ""
        self.named = False


class Link:
    """One connection with the request that is on its way."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.record: Record | None = None
        self.known: Known | None = None
        self.received = b""
        self.again_at = 0.0
        """Whoever was refused a connection waits so long."""


class Crowd:
    """Asks until told to stop; everything is written down by `note`."""

    def __init__(self, port: int, clients: int, random: Random, note: Callable[[Record], None]) -> None:
        self.port, self.random, self.note = port, random, note
        self.watch = selectors.DefaultSelector()
        self.links = [Link() for _ in range(clients)]
        self.clock = ServerClock()
        self.operations = self.people = 0
        self._look_around_at = 0.0
        self.answers: Counter[str] = Counter()
        self.voyages: list[Facts] = []
        self.known: deque[Known] = deque(maxlen=4000)
        self.buyers: deque[Known] = deque(maxlen=BUYERS)
        self.carried: list[tuple[Record, str]] = []
        """Requests of voyages that are done with, and their booking codes: asked again now and then."""

    def begin(self, voyages: list[Facts]) -> None:
        """Go for these voyages, and remember a few of the requests before."""
        old = [(k.wish, k.code) for k in self.known if k.code]
        self.carried = (self.random.sample(old, min(60, len(old))) + self.carried)[:200]
        self.voyages, self.known, self.buyers = voyages, deque(maxlen=4000), deque(maxlen=BUYERS)

    def step(self, ask: bool) -> int:
        """Let everybody who is free ask, if they shall, and take what is answered; 0 once nothing is on its way."""
        now = time.time()
        if now >= self._look_around_at or not ask:
            self._look_around_at = now + LOOK_AROUND_SECONDS
            for link in self.links:
                if link.record is None and ask and link.again_at <= now:
                    self._ask(link)
                elif link.record is not None and now - link.record["sent"] > PATIENCE_SECONDS:
                    self._fail(link)
        for key, _ in self.watch.select(LOOK_AROUND_SECONDS):
            link = key.data
            self._hear(link)
            if ask and link.record is None and link.again_at <= now:
                self._ask(link)
        return sum(link.record is not None for link in self.links) if not ask else len(self.links)

    def jump(self, offset: float) -> None:
        """Note that the servers' clocks are set off by so much from now on."""
        now = time.time()
        self.clock.jump(now, offset)
        self.note({"op": "jump", "at": now, "offset": offset})

    def close(self) -> None:
        """Hang up everywhere."""
        for link in self.links:
            if link.record is not None:
                self._fail(link)
            self._hang_up(link)

    # Asking

    def _ask(self, link: Link) -> None:
        record, known, method, path, body = self._choose()
        head = f"{method} {path} HTTP/1.1\r\nHost: dermaga\r\n"
        if known is not None and not path.endswith("/holds"):
            head += f"X-Booking-Key: {known.wish['rid']}\r\n"
        if body is not None:
            content = json.dumps(body)
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n{content}"
        else:
            head += "\r\n"
        try:
            if link.socket is None:
                link.socket = socket.create_connection(("127.0.0.1", self.port), timeout=5)
                link.socket.setblocking(False)
                self.watch.register(link.socket, selectors.EVENT_READ, link)
            link.record, link.known, link.received = record, known, b""
            record["sent"] = time.time()
            link.socket.sendall(head.encode())
        except OSError:
            if link.record is not None:
                self._fail(link)
            self._hang_up(link)
            link.again_at = time.time() + RETRY_SECONDS
            return
        if method != "GET" and self.random.randrange(100) < CUT_PERCENT:
            self.operations += 1
            self.answers["cut"] += 1
            self._fail(link)

    def _choose(self) -> tuple[Record, Known | None, str, str, Any]:
        """The record to fill in, whose booking it is about, and the request: method, path and body."""
        chance = self.random.random()
        if chance < 0.16 and self.known:
            if self.carried and chance < 0.01:
                wish, code = self.random.choice(self.carried)
                return {**wish, "carried": code}, Known(wish), *_hold(wish)
            known = self.random.choice(self.known)
            return dict(known.wish), known, *_hold(known.wish)
        if chance < 0.23 and self.buyers:
            named = [known for known in self.buyers if known.named]
            return self._go_on(self.random.choice(named if named and chance < 0.2 else self.buyers))
        if chance < 0.28:
            fact = self.random.choice(self.voyages)
            return {"op": "read", "voyage": fact.voyage_id}, None, "GET", _availability(fact), None
        known = Known(self._wish())
        self.known.append(known)
        return dict(known.wish), known, *_hold(known.wish)

    def _wish(self) -> Record:
        random, fact = self.random, self.random.choice(self.voyages)
        first, last = sorted(random.sample(range(len(fact.calls)), 2))
        kind = random.choice(sorted(fact.kinds))
        adults = random.choice((1, 1, 1, 2, 2, 3, 4))
        infants = random.choice((0, 0, 0, 1))
        vehicle = fact.kinds[kind] == "vehicle"
        return {
            "op": "hold",
            "rid": str(UUID(int=random.getrandbits(128), version=4)),
            "voyage": fact.voyage_id,
            "first": first,
            "last": last,
            "class": kind,
            "channel": random.choice((1, 1, 1, 2, 3)),
            "places": 1 if vehicle else adults,
            "souls": adults + infants,
            "adults": adults,
            "calls": (fact.calls[first], fact.calls[last]),
            "plate": f"KH {random.randint(1, 9999)} AB" if vehicle else "",
        }

    def _go_on(self, known: Known) -> tuple[Record, Known | None, str, str, Any]:
        random, path = self.random, f"/api/v1/bookings/{known.code}"
        record: Record = {"rid": known.wish["rid"], "code": known.code}
        chance = random.random()
        if not known.named and chance < 0.8:
            return {**record, "op": "name"}, known, "PUT", f"{path}/passengers", self._people(known.wish)
        if chance < 0.88:
            if random.random() < 0.8:
                return {**record, "op": "pay", "method": "paid"}, known, "POST", f"/soak/payments/{known.code}", {}
            method = {"method": "counter"}
            return {**record, "op": "pay", **method}, known, "POST", f"{path}/payment", method
        if chance < 0.95:
            return {**record, "op": "tickets"}, known, "GET", f"{path}/tickets", None
        return {**record, "op": "release"}, known, "DELETE", f"{path}/hold", None

    def _people(self, wish: Record) -> Record:
        """All of them with identity numbers that nobody else has."""
        passengers = []
        for number in range(wish["souls"]):
            infant = number >= wish["adults"]
            self.people += 1
            born = date(1950, 1, 1) + timedelta(days=self.people // 9000)
            if infant:
                born = datetime.now().astimezone().date() - timedelta(days=30)
            nik = f"{620201 + self.people % 7}{born.day + 40:02}{born:%m%y}{self.people % 9000 + 1:04}"
            passengers.append(
                {
                    "name": "Siti Uji",
                    "document_kind": "kk" if infant else "ktp",
                    "document_number": nik,
                    "birth_date": str(born),
                    "sex": "P",
                    "infant": infant,
                }
            )
        # Each of them a contact of their own: how many people one may bring is bounded.
        return {"phone": f"0812{self.people:08}", "passengers": passengers}

    # Hearing

    def _hear(self, link: Link) -> None:
        try:
            came = link.socket.recv(65536) if link.socket else b""
        except OSError:
            came = b""
        if not came:
            if link.record is not None:
                self._fail(link)
            self._hang_up(link)
            return
        link.received += came
        head, end, body = link.received.partition(b"\r\n\r\n")
        if not end:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) >= length:
            self._answered(link, int(head[9:12]), body)
            if b"connection: close" in lower:
                self._hang_up(link)

    def _answered(self, link: Link, status: int, body: bytes) -> None:
        record, known = link.record, link.known
        link.record = link.known = None
        if record is None:
            return
        record["got"], record["status"] = time.time(), status
        self.answers[str(status)] += 1
        if status >= 500:
            # Not now, as while the database starts again: no answer, and no operation.
            link.again_at = record["got"] + BUSY_SECONDS
        else:
            self.operations += 1
        if body[:1] == b"{":
            _take_over(record, status, json.loads(body))
        self._note(record)
        if known is not None and "carried" not in record:
            self._remember(known, record)

    def _remember(self, known: Known, record: Record) -> None:
        if record["op"] == "hold" and record["status"] in (200, 201) and not known.code:
            known.code = record["code"]
            self.buyers.append(known)
        elif record["op"] == "name" and record["status"] == 200:
            known.named = True
            self.buyers.append(known)  # once more: who is named mostly pays

    def _fail(self, link: Link) -> None:
        """Nobody knows what became of it; if it was for places, somebody asks again."""
        record = link.record
        link.record = link.known = None
        self._hang_up(link)
        if record is not None:
            record["got"], record["status"] = None, None
            self._note(record)

    def _note(self, record: Record) -> None:
        if record["got"] is not None:
            record["lo"], record["hi"] = self.clock.span(record["sent"], record["got"])
        self.note(record)

    def _hang_up(self, link: Link) -> None:
        if link.socket is not None:
            self.watch.unregister(link.socket)
            link.socket.close()
            link.socket = None


def _hold(wish: Record) -> tuple[str, str, Any]:
    start, end = wish["calls"]
    body: Record = {
        "request_id": wish["rid"],
        "voyage_id": wish["voyage"],
        "fare_class_id": wish["class"],
        "adults": wish["adults"],
        "infants": wish["souls"] - wish["adults"],
        "from_call_id": start,
        "to_call_id": end,
    }
    if wish["channel"] == 1 and not wish["plate"]:
        return "POST", "/api/v1/bookings", body
    return "POST", "/soak/holds", {**body, "channel_id": wish["channel"], "vehicle_plate": wish["plate"]}


def _availability(fact: Facts) -> str:
    return f"/api/v1/voyages/{fact.voyage_id}/availability"


def _take_over(record: Record, status: int, told: Any) -> None:
    """What of an answer the checker wants to know."""
    if status >= 400:
        record["refusal"] = told.get("code", "")
    elif record["op"] == "read":
        record["left"] = {str(c["fare_class_id"]): c["remaining"] for c in told["classes"]}
    elif record["op"] == "tickets":
        record["serials"] = [t["serial"] for t in told["tickets"] if t["signed"]]
        if not record["serials"]:
            record["status"] = 0  # nothing was claimed
    else:
        ends = told.get("expires_at")
        record["code"], record["state"] = told["code"], told["state"]
        record["until"] = datetime.fromisoformat(ends).timestamp() if ends else None
