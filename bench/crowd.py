"""A crowd of clients on kept connections, as cheap as it can be: it shares the two cores with what it measures.

One process, one thread. A client asks again only when the whole answer to its last question is there. What a client
wants is a visit: a generator that yields its questions and is sent the answers. Whoever has finished one begins the
next; when the time is over, all finish what they have begun.
"""

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_NO_BODY = {204, 304}

LAST_SECONDS = 60.0
"""So long after the time is over the last answers may come."""


class Answer(NamedTuple):
    """What came back: the status, and all bytes, head and body."""

    status: int
    received: bytes


Visit = Generator[bytes, Answer, Any]
"""Questions, in their order, each asked when the last one was answered."""


@dataclass
class Run:
    """What came of it."""

    seconds: float
    took: list[float] = field(default_factory=list)
    """How long each visit took that was finished, in seconds."""
    statuses: Counter[int] = field(default_factory=Counter)
    """Of all answers."""
    cpu_seconds: float = 0.0
    """What the crowd itself has computed."""

    def per_second(self, *statuses: int) -> float:
        """How many answers of these statuses came in a second."""
        return sum(self.statuses[status] for status in statuses) / self.seconds


class _Client:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.received = b""
        self.visit: Visit | None = None

    def begin(self, visit: Visit) -> None:
        """Ask the first question of a visit."""
        self.visit, self.began = visit, time.perf_counter()
        self.socket.sendall(next(visit))


def visits(port: int, clients: int, seconds: float, new_visit: Callable[[], Visit | None]) -> Run:
    """One visit after the other for so long, by each client; `new_visit` may have no more.

    Raises ConnectionError where the server hung up, and what a visit raises.
    """
    watch = select.epoll()
    crowd: dict[int, _Client] = {}
    for _ in range(clients):
        client = _Client(port)
        crowd[client.socket.fileno()] = client
        watch.register(client.socket, select.EPOLLIN)
    run, computed, began = Run(seconds), time.process_time(), time.perf_counter()
    at_work = sum(_next(client, new_visit) for client in crowd.values())
    until = began + seconds
    while at_work and time.perf_counter() < until + LAST_SECONDS:
        for number, _ in watch.poll(1.0):
            client = crowd[number]
            came = client.socket.recv(262_144)
            if not came:
                raise ConnectionError("the server hung up")
            client.received += came
            if status := _complete(client.received):
                at_work -= _heard(client, status, run, new_visit if time.perf_counter() < until else None)
    run.seconds = time.perf_counter() - began
    run.cpu_seconds = time.process_time() - computed
    for client in crowd.values():
        client.socket.close()
    watch.close()
    return run


def _next(client: _Client, new_visit: Callable[[], Visit | None]) -> bool:
    if visit := new_visit():
        client.begin(visit)
    return visit is not None


def _heard(client: _Client, status: int, run: Run, new_visit: Callable[[], Visit | None] | None) -> bool:
    """Go on with the visit, or begin the next; whether this client is through."""
    answer, client.received = Answer(status, client.received), b""
    run.statuses[status] += 1
    assert client.visit is not None
    try:
        question = client.visit.send(answer)
    except StopIteration:
        run.took.append(time.perf_counter() - client.began)
        return new_visit is None or not _next(client, new_visit)
    client.socket.sendall(question)
    return False


def load(
    port: int,
    clients: int,
    seconds: float,
    question: Callable[[], bytes],
    heard: Callable[[float, int, bytes], None] | None = None,
) -> Run:
    """One question after the other for so long, by each client.

    `heard` is told of each answer: when it was asked for, its status, and all its bytes. Raises as `visits` does.
    """

    def visit() -> Visit:
        began = time.perf_counter()
        answer = yield question()
        if heard:
            heard(began, *answer)

    return visits(port, clients, seconds, visit)


def _complete(received: bytes) -> int:
    """The status of the answer, once it is there to its last byte; 0 before."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return 0
    status = int(received[9:12])
    if status in _NO_BODY:
        return status
    length = _LENGTH.search(received, 0, end + 2)
    if length is None:
        raise ConnectionError("an answer without a length")
    return status if len(received) >= end + 4 + int(length[1]) else 0
