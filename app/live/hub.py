"""The one reader for all listeners: looks for news, asks once what is true now, and tells it to all who listen."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.accounts.queries import is_session_live
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.no_shows import departures_past_cut_off
from app.booking.actions.hold import expire_holds
from app.booking.queries import has_expired_holds
from app.booking.waitlist.actions import lapse_closed, make_offers
from app.booking.waitlist.queries import closed_entries, voyages_with_offers_due
from app.disruption.actions.confirmation import do_what_is_due, list_due
from app.errors import Refusal
from app.flow.queries import rows_of_voyages
from app.live.actions import sweep
from app.live.inbox import Inbox
from app.live.reader import Reader
from app.live.topics import Topic, all_topics
from app.retention.actions import delete_noted, has_noted_to_delete

T = TypeVar("T")

log = logging.getLogger(__name__)

TICK_SECONDS = 0.2
"""News of this long is told together: a crowd at the gate is five messages a second, not fifty."""

CHORES_SECONDS = 1.0
LOAD_SECONDS = 60.0
"""How often everything is loaded anew, for what no news tells: another day, another season."""

LAPSE_SECONDS = 20.0
"""How often it is looked whether a voyage on the waiting list has closed, or a cut-off for no-shows has come."""

SWEEP_SECONDS = 3600.0
AGAIN_SECONDS = 1.0
"""After the database was not to be had."""

STALE_SECONDS = 5.0
"""Without a good look for so long, the process says that it is not well."""

AWAY = (SQLAlchemyError, sqlite3.Error)


class Hub:
    """The state of each topic, and who listens to it. All its methods belong to the event loop.

    Work on the database runs in threads: one reads the news, another does the chores. Apart from each other,
    for a chore writes, and on SQLite a writer waits for every other writer while news must not.
    """

    def __init__(
        self,
        context: Callable[[], AbstractContextManager[Any]],
        *,
        load_seconds: float = LOAD_SECONDS,
        again_seconds: float = AGAIN_SECONDS,
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        """`context` makes what a question to the database runs in (the application's `app_context`)."""
        self.topics = all_topics()
        self.as_of: datetime | None = None
        """When the database was last seen to say what the topics say; None before the first time."""
        self._context = context
        self._load_seconds, self._again_seconds, self._stale_seconds = load_seconds, again_seconds, stale_seconds
        self._reader = Reader()
        self._listeners: dict[str, set[Inbox]] = {name: set() for name in self.topics}
        self._reading = ThreadPoolExecutor(1, "read")
        self._chores = ThreadPoolExecutor(1, "chores")
        self._good_until = 0.0
        self._load_at = 0.0
        self._looked_at = clock.now()

    @property
    def well(self) -> bool:
        """Whether what the topics say is at most some seconds old."""
        return time.monotonic() < self._good_until

    @property
    def listening(self) -> int:
        """How many listen, to all topics together."""
        return sum(map(len, self._listeners.values()))

    @contextmanager
    def listener(self, topic: Topic) -> Iterator[Inbox]:
        """An inbox that news of the topic is put into, for as long as the block."""
        inbox = Inbox()
        self._listeners[topic.name].add(inbox)
        try:
            yield inbox
        finally:
            self._listeners[topic.name].discard(inbox)

    async def session_lives(self, session_id: int) -> bool:
        """Whether that session still opens the board; not while the database is away."""
        try:
            return await self._in(self._chores, lambda: is_session_live(session_id))
        except AWAY:
            return False

    async def run(self) -> None:
        """Read and tell, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell())
            tasks.create_task(self._work(CHORES_SECONDS, self._give_back))
            tasks.create_task(self._work(CHORES_SECONDS, self._offer))
            tasks.create_task(self._work(LAPSE_SECONDS, self._lapse))
            tasks.create_task(self._work(LAPSE_SECONDS, self._let_standby_come))
            tasks.create_task(self._work(LAPSE_SECONDS, self._clear))
            tasks.create_task(self._work(LAPSE_SECONDS, self._do_what_is_due))
            tasks.create_task(self._work(SWEEP_SECONDS, sweep))

    def close(self) -> None:
        """Send everybody home, and let go of the database."""
        for listeners in self._listeners.values():
            for inbox in listeners:
                inbox.close()
        self._reading.submit(self._reader.forget)
        for pool in (self._reading, self._chores):
            pool.shutdown(wait=False)

    def wait_closed(self) -> None:
        """Until the last question has been answered; not for the event loop."""
        for pool in (self._reading, self._chores):
            pool.shutdown()

    async def _tell(self) -> None:
        away = False
        while True:
            try:
                news = await self._in(self._reading, self._look)
            except Exception as fault:  # whatever it is, pages that stay open are worth another try
                if not away:
                    unknown = not isinstance(fault, AWAY)
                    log.error("no news from the database, trying again: %s", type(fault).__name__, exc_info=unknown)
                away, self._load_at = True, 0.0
                await asyncio.sleep(self._again_seconds)
                continue
            if away:
                log.warning("news from the database again")
                away = False
                # What was being told when it went away was not told to the end.
                news = {name: topic.state() for name, topic in self.topics.items()}
            self._good_until = time.monotonic() + self._stale_seconds
            for name, message in news.items():
                for inbox in self._listeners[name]:
                    inbox.put(message)
            await asyncio.sleep(TICK_SECONDS if news else self._reader.look_seconds)

    def _look(self) -> dict[str, bytes]:
        """Ask what is to be told now, by topic."""
        try:
            now = clock.now()
            news = self._load() if time.monotonic() >= self._load_at else self._changes(now)
            self._looked_at = self.as_of = now
        except Exception:
            self._reader.forget()
            raise
        return {name: message for name, message in news.items() if message}

    def _load(self) -> dict[str, bytes | None]:
        self._reader.begin()
        news = {name: topic.load() for name, topic in self.topics.items()}
        self._load_at = time.monotonic() + self._load_seconds
        return news

    def _changes(self, now: datetime) -> dict[str, bytes | None]:
        voyages = self._reader.look().union(*(t.due(self._looked_at, now) for t in self.topics.values()))
        if not voyages:
            return {}
        rows = rows_of_voyages(voyages)
        return {name: topic.take(rows, now) for name, topic in self.topics.items()}

    async def _work(self, seconds: float, chore: Callable[[], None]) -> None:
        while True:
            try:
                await self._in(self._chores, chore)
            except AWAY:
                pass  # `_tell` says it, and the next time will do
            except Exception:
                log.exception("a chore failed")
            await asyncio.sleep(seconds)

    @staticmethod
    def _give_back() -> None:
        # Looked for first: only where there is something does it take the lock that buyers wait for.
        if has_expired_holds():
            expire_holds()

    @staticmethod
    def _offer() -> None:
        if due := voyages_with_offers_due():
            make_offers(due)

    @staticmethod
    def _lapse() -> None:
        if closed_entries(clock.now()):
            lapse_closed()

    @staticmethod
    def _clear() -> None:
        if has_noted_to_delete():
            delete_noted()

    @staticmethod
    def _do_what_is_due() -> None:
        if list_due():
            do_what_is_due()

    @staticmethod
    def _let_standby_come() -> None:
        for departure_id in departures_past_cut_off():
            with suppress(Refusal):  # somebody was first, or the ship has left
                release_no_shows(departure_id)

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        def run() -> T:
            with self._context():
                return work()

        return await asyncio.get_running_loop().run_in_executor(pool, run)
