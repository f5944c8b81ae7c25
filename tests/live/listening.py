"""A hub that runs in this process, and an ear at its stream: for tests of what listeners hear."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from flask import Flask

from app.live.hub import Hub
from app.live.inbox import Inbox

PATIENCE_SECONDS = 5


class Ear:
    """Hears one topic, and remembers the departures as the last message about each told them."""

    def __init__(self, hub: Hub, topic: str, inbox: Inbox) -> None:
        self._topic, self._inbox = hub.topics[topic], inbox
        self.messages = 0
        self.rows: dict[int, dict[str, Any]] = {}
        self.last: dict[str, Any] = {}
        self._hear(self._topic.state())

    def _hear(self, text: bytes) -> None:
        for message in text.split(b"\n\n"):
            if message:
                self.last = json.loads(message.removeprefix(b"data: "))
                self.messages += 1
                self.rows |= {row["departure_id"]: row for row in self.last["departures"]}

    async def until(self, true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
        """Listen until it is true; how many seconds that took. Raises TimeoutError."""
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(seconds):
            while not true():
                if await self._inbox.wait(seconds):
                    self._hear(self._inbox.take(self._topic.state))
        return asyncio.get_running_loop().time() - began


@asynccontextmanager
async def a_hub(app: Flask, **seconds: float) -> AsyncIterator[Hub]:
    """A hub that has seen the database and goes on looking."""
    hub = Hub(app.app_context, **seconds)
    running = asyncio.create_task(hub.run())
    try:
        await until(lambda: hub.well)
        yield hub
    finally:
        running.cancel()
        hub.close()
        await asyncio.to_thread(hub.wait_closed)


async def until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it is true. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)
