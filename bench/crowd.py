"""A crowd of clients on kept connections, as cheap as it can be: it shares the two cores with what it measures.

One process, one thread. A client asks again only when the whole answer to its last question is there.
"""

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_NO_BODY = {204, 304}


@dataclass
class Run:
    """What came of it."""

    seconds: float
    took: list[float] = field(default_factory=list)
    """How long each answer took, in seconds."""
    statuses: Counter[int] = field(default_factory=Counter)
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


def load(
    port: int,
    clients: int,
    seconds: float,
    question: Callable[[], bytes],
    heard: Callable[[float, int, bytes], None] | None = None,
) -> Run:
    """Ask for so long; `heard` is told of each answer: when it was asked for, its status, and all its bytes.

    Raises ConnectionError where the server hung up.
    """
    watch = select.epoll()
    crowd: dict[int, _Client] = {}
    for _ in range(clients):
        client = _Client(port)
        crowd[client.socket.fileno()] = client
        watch.register(client.socket, select.EPOLLIN)
    run = Run(seconds)
    clock, computed = time.perf_counter, time.process_time()
    began = now = clock()
    for client in crowd.values():
        client.began = clock()
        client.socket.sendall(question())
    while now - began < seconds:
        for number, _ in watch.poll(1.0):
            client = crowd[number]
            came = client.socket.recv(65536)
            if not came:
                raise ConnectionError("the server hung up")
            client.received += came
            if (status := _complete(client.received)) == 0:
                continue
            now = clock()
            run.took.append(now - client.began)
            run.statuses[status] += 1
            if heard:
                heard(client.began, status, client.received)
            client.received, client.began = b"", now
            client.socket.sendall(question())
        now = clock()
    run.seconds = now - began
    run.cpu_seconds = time.process_time() - computed
    for client in crowd.values():
        client.socket.close()
    watch.close()
    return run


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
