"""The desk where the requests of one process queue: whoever finds it free serves everybody who waits.

No thread of its own. While one batch commits, the next gathers by itself: a quiet day has batches of one and a rush
has large ones. In a rush those who have just been answered come back in a moment, so whoever serves next lets about
as many gather as were served before him; on a quiet day there is nobody to wait for.

Threads that wait and wake each other cost more than what they wait for. So requests may also share one: at a `Table`
each runs until it wants something of a desk, and then the table asks for all of them at once.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import Event, Lock, local
from time import monotonic, sleep
from typing import Any, Generic, TypeVar

from greenlet import getcurrent, greenlet
from sqlalchemy.exc import OperationalError

from app.errors import Refusal

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")

BATCH_MAX = 64
"""So many are served by one transaction; beyond this the gain is small and the wait is long."""

GATHER_SECONDS = 0.004
"""So long at most the next batch gathers after a batch of more than one."""


class _Place(Generic[Wish, Answer]):
    """A place in the queue: what is wished, and what came of it."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.answer: Answer | BaseException | None = None


class _Party(Generic[Wish, Answer]):
    """Places that came together, and wait and are served together."""

    def __init__(self, places: Sequence[_Place[Wish, Answer]]) -> None:
        self.places = places
        self.turn = Event()
        """Set when the answers are there, or when it is this one's turn to serve."""
        self.served = False


class Desk(Generic[Wish, Answer]):
    """Serves wishes in batches: `serve` takes some and gives an answer for each, in the same order."""

    def __init__(self, serve: Callable[[Sequence[Wish]], list[Answer]]) -> None:
        self._serve = serve
        self._lock = Lock()
        self._queue: list[_Party[Wish, Answer]] = []
        self._busy = False
        self._served = 1
        """How many were served last."""

    def ask(self, wish: Wish) -> Answer:
        """The answer to `wish`, once it is durable. Raises what `serve` raises for this wish alone.

        `serve` began after this was called: what it read is not older than the question.
        """
        place: _Place[Wish, Answer] = _Place(wish)
        table: Table | None = getattr(_here, "table", None)
        if table is None:
            self._come([place])
        else:
            table.wait(self, place)
        try:
            if isinstance(place.answer, BaseException):
                raise place.answer
            assert place.answer is not None  # noqa: S101 - it was served just now
            return place.answer
        finally:
            # What was raised knows this frame: were the frame to know it too, they would stay until swept up.
            del place

    def _come(self, places: Sequence[_Place[Wish, Answer]]) -> None:
        """Queue with these places until all of them have their answer."""
        party = _Party(places)
        with self._lock:
            self._queue.append(party)
            serves, self._busy = not self._busy, True
        if not serves:
            party.turn.wait()
        if not party.served:
            self._serve_some()

    def _serve_some(self) -> None:
        """Serve those at the head of the queue, then let the next in it do the same."""
        parties: list[_Party[Wish, Answer]] = []
        try:
            self._gather()
            with self._lock:
                parties = self._from_the_head()
            batch = [place for party in parties for place in party.places]
            self._served = len(batch)
            self._answer(batch)
        finally:
            with self._lock:
                follower = self._queue[0] if self._queue else None
                self._busy = follower is not None
            for party in parties:
                party.served = True
            if follower:
                follower.turn.set()
            for party in parties:
                party.turn.set()

    def _from_the_head(self) -> list[_Party[Wish, Answer]]:
        """Take whole parties off the queue: one at least, and as many as one batch serves."""
        size = 0
        for taken, party in enumerate(self._queue):
            size += len(party.places)
            if taken and size > BATCH_MAX:
                break
        else:
            taken = len(self._queue)
        parties, self._queue = self._queue[:taken], self._queue[taken:]
        return parties

    def _gather(self) -> None:
        if len(self._queue[0].places) > 1:
            return  # a table has gathered already
        until = monotonic() + GATHER_SECONDS
        while len(self._queue) < self._served - 1 and monotonic() < until:
            sleep(GATHER_SECONDS / 8)

    def _answer(self, batch: Sequence[_Place[Wish, Answer]]) -> None:
        try:
            for place, answer in zip(batch, self._serve([place.wish for place in batch]), strict=True):
                place.answer = answer
        except BaseException as fault:
            # Busy, away or shutting down is the same for all of them, and asking for each would only take longer.
            if len(batch) == 1 or isinstance(fault, Refusal | OperationalError) or not isinstance(fault, Exception):
                for place in batch:
                    place.answer = fault
                return
            # One of them cannot be served at all: its neighbours must not suffer for it.
            for place in batch:
                self._answer([place])


_here = local()


class Table:
    """Requests that share one thread: each runs until it wants something of a desk, and then all ask together.

    They are greenlets, and take turns only while they wait for a desk: that must not be inside a transaction.
    """

    def __init__(self) -> None:
        self._waiting: list[_Guest] = []

    def seat(self, works: Iterable[Callable[[], None]]) -> None:
        """Do all these to their end."""
        _here.table = self
        try:
            for work in works:
                greenlet(work).switch()
            while self._waiting:
                guests, self._waiting = self._waiting, []
                for guest, _, _ in guests:
                    guest.switch(guests)
        finally:
            del _here.table

    def wait(self, desk: Desk[Any, Any], place: _Place[Any, Any]) -> None:
        """Let the others say what they want, until this place has its answer from the desk."""
        guest = getcurrent()
        self._waiting.append((guest, desk, place))
        guests: list[_Guest] = guest.parent.switch()
        if place.answer is None:
            # The first of them asks for all, from within its own request.
            desk._come([other for _, wanted, other in guests if wanted is desk])


_Guest = tuple[greenlet, Desk[Any, Any], _Place[Any, Any]]
