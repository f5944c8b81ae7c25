"""Batches: the first of those who wait serves all that wait by then, in one transaction.

No thread of its own. While one batch commits, the next gathers by itself: a quiet day has batches of one and a rush
has large ones. In a rush those who have just been answered come back in a moment, so whoever serves next lets about
as many gather as were served before; on a quiet day there is nobody to wait for.
"""

from collections.abc import Callable, Sequence
from threading import Event, Lock
from time import monotonic, sleep
from typing import Generic, TypeVar

from sqlalchemy.exc import OperationalError

from app.errors import Refusal

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")

BATCH_MAX = 64
"""So many are served by one transaction; beyond this the gain is small and the wait is long."""

GATHER_SECONDS = 0.004
"""So long at most the next batch gathers after a batch of more than one."""


class _Waiting(Generic[Wish, Answer]):
    """A place in the queue: what is wished, and what came of it."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.answer: Answer | BaseException | None = None
        self.turn = Event()
        """Set when the answer is there, or when it is this one's turn to serve."""
        self.served = False


class Batcher(Generic[Wish, Answer]):
    """Serves wishes in batches: `serve` takes some and gives an answer for each, in the same order."""

    def __init__(self, serve: Callable[[Sequence[Wish]], list[Answer]]) -> None:
        self._serve = serve
        self._lock = Lock()
        self._queue: list[_Waiting[Wish, Answer]] = []
        self._busy = False
        self._served = 1
        """How many were served last."""

    def ask(self, wish: Wish) -> Answer:
        """Answer `wish`, once the answer is durable. Raises what `serve` raises for this wish alone.

        `serve` began after this was called: what it read is not older than the question.
        """
        mine: _Waiting[Wish, Answer] = _Waiting(wish)
        with self._lock:
            self._queue.append(mine)
            serves, self._busy = not self._busy, True
        if not serves:
            mine.turn.wait()
        if not mine.served:
            self._serve_some()
        try:
            if isinstance(mine.answer, BaseException):
                raise mine.answer
            assert mine.answer is not None  # noqa: S101 - it was served just now
            return mine.answer
        finally:
            # What was raised knows this frame: were the frame to know it too, they would stay until swept up.
            del mine

    def _serve_some(self) -> None:
        """Serve those at the head of the queue, then let the next in it do the same."""
        batch: list[_Waiting[Wish, Answer]] = []
        try:
            self._gather()
            with self._lock:
                batch, self._queue = self._queue[:BATCH_MAX], self._queue[BATCH_MAX:]
            self._served = len(batch)
            self._answer(batch)
        finally:
            with self._lock:
                follower = self._queue[0] if self._queue else None
                self._busy = follower is not None
            for waiting in batch:
                waiting.served = True
            if follower:
                follower.turn.set()
            for waiting in batch:
                waiting.turn.set()

    def _gather(self) -> None:
        until = monotonic() + GATHER_SECONDS
        while len(self._queue) < self._served - 1 and monotonic() < until:
            sleep(GATHER_SECONDS / 8)

    def _answer(self, batch: Sequence[_Waiting[Wish, Answer]]) -> None:
        try:
            for waiting, answer in zip(batch, self._serve([waiting.wish for waiting in batch]), strict=True):
                waiting.answer = answer
        except BaseException as fault:
            # Busy, away or shutting down is the same for all of them, and asking for each would only take longer.
            if len(batch) == 1 or isinstance(fault, Refusal | OperationalError) or not isinstance(fault, Exception):
                for waiting in batch:
                    waiting.answer = fault
                return
            # One of them cannot be served at all: its neighbours must not suffer for it.
            for waiting in batch:
                self._answer([waiting])
