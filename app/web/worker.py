"""gunicorn's worker with threads, in which requests that a desk serves together share one thread.

In a rush a thread for each request costs more than the request: it is woken, waits for the interpreter, waits for its
batch, and is woken again. Here the requests for places that are there at the same moment sit at one `Table`
(app/batching.py): one thread reads them all, asks once, and answers them all. The same for those who ask what is
left. Everything else goes through gunicorn's threads as ever, and so does a request that is not there to its last byte:
who sends slowly keeps no table waiting.
"""

import re
import selectors
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from mmap import mmap
from socket import MSG_DONTWAIT, MSG_PEEK, socket
from time import monotonic, sleep
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

TABLE_SIZE = 64
"""So many sit at one table; it is the size of a desk's batch."""

GATHER_SECONDS = 0.004
"""So long at most a table waits until about as many have come as sat there before."""

ALIVE_SECONDS = 2.5
"""Whoever has told nothing for so long takes no connections; gunicorn's loop turns once a second at least."""

YIELD_SECONDS, YIELDS_MAX = 0.001, 50
"""So long, and so many times, a new connection is left to a worker that has fewer."""

_PEEKED_BYTES = 8192

_HOLD = re.compile(rb"POST /api/v1/bookings(?:\?[^ ]*)? HTTP/1\.1\r\n")
_LOOK = re.compile(rb"GET /api/v1/voyages/[0-9]+/availability(?:\?[^ ]*)? HTTP/1\.1\r\n")
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]{1,5})\r\n", re.IGNORECASE)


def kind_of(connection: socket) -> str:
    """`hold` or `look` for a request that is served with others and is there as a whole, "" for any other."""
    try:
        here = connection.recv(_PEEKED_BYTES, MSG_PEEK | MSG_DONTWAIT)
    except OSError:
        return ""
    end = here.find(b"\r\n\r\n")
    if end < 0:
        return ""
    length = _LENGTH.search(here, 0, end + 2)
    if _HOLD.match(here):
        return "hold" if length and len(here) >= end + 4 + int(length[1]) else ""
    return "look" if _LOOK.match(here) and length is None else ""


_SLOTS = 64
_shared = memoryview(mmap(-1, _SLOTS * 16)).cast("d")
"""Of each worker: when it last told, and how many connections it has. Made before the workers are, so it is theirs."""


class _Fullness:
    """Lets new connections go to the worker that has fewest.

    Who listens to the same port does not get the same number: whoever is awake takes them all, and of two workers one
    had 54 of 64. It then works alone on a core, while the other serves small batches.
    """

    def __init__(self, age: int) -> None:
        self._at = age % _SLOTS * 2
        self._yields = 0
        self._takes_all_until = 0.0

    def tell(self, connections: int) -> None:
        """So many this worker has now."""
        _shared[self._at + 1] = connections
        _shared[self._at] = monotonic()

    def is_for_another(self, connections: int) -> bool:
        """Whether another worker that lives has fewer; not for long, though, if it does not come for it."""
        now = monotonic()
        alive = [at for at in range(0, _SLOTS * 2, 2) if at != self._at and _shared[at] > now - ALIVE_SECONDS]
        if now < self._takes_all_until or not any(_shared[at + 1] < connections for at in alive):
            self._yields = 0
            return False
        self._yields += 1
        if self._yields > YIELDS_MAX:
            self._takes_all_until = now + 0.25
            return False
        return True


class _Sitting:
    """The requests of one kind: those who wait for the table, and how many sat at it last."""

    def __init__(self) -> None:
        self.waiting: list[TConn] = []
        self.since = 0.0
        """When the first of them came."""
        self.served = 1
        self.taken = False

    def wait_seconds(self) -> float | None:
        """How long the table still gathers; None when nobody waits for it or it is taken."""
        if self.taken or not self.waiting:
            return None
        if len(self.waiting) >= min(self.served - 1, TABLE_SIZE):
            return 0.0
        return max(0.0, self.since + GATHER_SECONDS - monotonic())


class Worker(ThreadWorker):
    """gunicorn's threaded worker with a table for each kind of request that is served together."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sittings = {"hold": _Sitting(), "look": _Sitting()}
        self._tables: ThreadPoolExecutor
        self._fullness = _Fullness(self.age)

    def init_process(self) -> None:
        """Begin, in the new process. Tables have threads of their own: who sends slowly can take all the others."""
        self._tables = ThreadPoolExecutor(len(self._sittings), "table")
        super().init_process()

    def accept(self, listener: socket) -> None:
        """Take a new connection; it waits without a thread for what it has to say."""
        if self._fullness.is_for_another(self.nr_conns):
            sleep(YIELD_SECONDS)
            return
        try:
            connection, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.nr_conns += 1
        conn = TConn(self.cfg, connection, address, listener.getsockname())
        conn.set_timeout()
        self.pending_conns.append(conn)
        self.poller.register(connection, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def enqueue_req(self, conn: TConn) -> None:
        """A connection has something to say: to a thread, or to those with whom it will share one."""
        sitting = self._sittings.get(kind_of(conn.sock))
        if sitting is None:
            super().enqueue_req(conn)
            return
        if not sitting.waiting:
            sitting.since = monotonic()
        sitting.waiting.append(conn)

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """One turn of gunicorn's loop; then whoever has gathered is seated."""
        self._fullness.tell(self.nr_conns)
        waits = [wait for sitting in self._sittings.values() if (wait := sitting.wait_seconds()) is not None]
        super().wait_for_and_dispatch_events(min([timeout, *waits]))
        for sitting in self._sittings.values():
            if sitting.wait_seconds() == 0.0:
                self._seat(sitting)

    def _seat(self, sitting: _Sitting) -> None:
        conns, sitting.waiting = sitting.waiting[:TABLE_SIZE], sitting.waiting[TABLE_SIZE:]
        sitting.served, sitting.taken = len(conns), True
        told = [_Told() for _ in conns]
        done = self._tables.submit(self._serve, list(zip(conns, told, strict=True)))
        done.add_done_callback(lambda _: self.method_queue.defer(self._stand_up, sitting, conns, told))

    def _serve(self, guests: list[tuple[TConn, "_Told"]]) -> None:
        # Here and not above: what gunicorn's first process has loaded, it does not load anew for new workers.
        from app.batching import Table

        def work(conn: TConn, told: _Told) -> Callable[[], None]:
            return lambda: told.keep(self._handle_in_one_piece(conn))

        Table().seat(work(conn, told) for conn, told in guests)

    def _handle_in_one_piece(self, conn: TConn) -> Any:
        """What `handle` says, with the head and the body of the answer sent as one: whoever waits wakes once."""
        line = conn.sock
        conn.sock = gathered = _OnePiece(line)
        try:
            result = self.handle(conn)
            gathered.send_all_of_it()
        except OSError:
            return False  # whoever asked is gone
        finally:
            conn.sock = line
        return result

    def _stand_up(self, sitting: _Sitting, conns: list[TConn], told: list["_Told"]) -> None:
        sitting.taken, sitting.since = False, monotonic()
        for conn, result in zip(conns, told, strict=True):
            self.finish_request(conn, result)


class _OnePiece:
    """A connection that keeps what is sent until the end, and is otherwise itself."""

    def __init__(self, line: socket) -> None:
        self._line = line
        self._kept: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        self._kept.append(data)

    def send_all_of_it(self) -> None:
        if self._kept:
            self._line.sendall(b"".join(self._kept))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


class _Told:
    """What handling a connection said of its future, in the form in which gunicorn asks for it."""

    def __init__(self) -> None:
        self._keeps: Any = False

    def keep(self, result: Any) -> None:
        self._keeps = result

    def cancelled(self) -> bool:
        return False

    def result(self, timeout: float | None = None) -> Any:
        return self._keeps
