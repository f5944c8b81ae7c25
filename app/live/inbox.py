"""The inbox of one listener: short, and never in the way of the others."""

import asyncio
from collections import deque
from collections.abc import Callable

INBOX_MAX = 16
"""News that may wait for one listener; one that is slower gets the whole state instead of all that it missed."""


class Inbox:
    """News on its way to one listener. States, not steps: what is skipped does no harm."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._something = asyncio.Event()
        self.behind = False
        """So much was missed that only the whole state helps."""
        self.closed = False

    def put(self, news: bytes) -> None:
        """Leave news here; returns at once, however slow the listener is."""
        if self.behind:
            return
        self._waiting.append(news)
        if len(self._waiting) > INBOX_MAX:
            self._waiting.clear()
            self.behind = True
        self._something.set()

    def close(self) -> None:
        """There is nobody any more who listens, or nobody who speaks."""
        self.closed = True
        self._something.set()

    async def wait(self, seconds: float) -> bool:
        """Until there is something to take; False when nothing came within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._something.wait()
        except TimeoutError:
            return False
        return True

    def take(self, state: Callable[[], bytes]) -> bytes:
        """Everything that waits as one piece; the whole `state` for a listener that was too slow."""
        self._something.clear()
        news = state() if self.behind else b"".join(self._waiting)
        self._waiting.clear()
        self.behind = False
        return news
