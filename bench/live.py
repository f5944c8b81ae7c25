"""How long it takes from a buyer's request until 200 open boards show the change."""

import asyncio
import http.client
import json
import os
import re
import time

from app.accounts.actions import begin_session
from app.accounts.models import Role
from app.live.tokens import new_token
from bench.figures import cpu_seconds, percentile, tell
from bench.load import engines
from bench.people import new_id
from tests import factories
from tests.conftest import running, settings_for
from tests.server import Server, serving

BOARDS = 200
CHANGES = 30
PAUSE_SECONDS = 0.4


def measure() -> None:
    """Lag on both databases, over every board and every change."""
    for engine, url, database in engines():
        with running(settings_for(url)):
            voyage_id = factories.a_voyage(places=1000).id
            session_id = begin_session(factories.a_user(Role.OFFICIAL).id).id
        with serving(url) as web:
            before = cpu_seconds([*web.pids(), *database()])
            lags = asyncio.run(_watch(web, voyage_id, session_id))
            used = cpu_seconds([*web.pids(), *database()]) - before
        kind = f"live_lag.{engine}.boards{BOARDS}"
        for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
            tell(f"{kind}.{name}", percentile(lags, share) * 1000, "ms")
        tell(f"live_cpu.{engine}.boards{BOARDS}.change", used / CHANGES * 1000, "CPU-ms")


async def _watch(web: Server, voyage_id: int, session_id: int) -> list[float]:
    """The lag of each change at each board, in seconds, from before the request was sent."""
    token = new_token(os.environ["SECRET_KEY"], "board", session_id)
    began: dict[int, float] = {}
    lags: list[float] = []
    ready = asyncio.Semaphore(0)
    boards = [asyncio.create_task(_board(web.live_port, token, began, lags, ready)) for _ in range(BOARDS)]
    for _ in boards:
        await ready.acquire()
    buyer = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    for change in range(1, CHANGES + 1):
        hold = {"request_id": new_id(), "voyage_id": voyage_id, "fare_class_id": 1, "adults": 1, "infants": 0}
        began[change] = time.perf_counter()
        await asyncio.to_thread(_hold, buyer, hold)
        await asyncio.sleep(PAUSE_SECONDS)
    await asyncio.wait_for(asyncio.gather(*boards), 30)
    return lags


def _hold(buyer: http.client.HTTPConnection, wanted: dict[str, object]) -> None:
    buyer.request("POST", "/api/v1/bookings", json.dumps(wanted), {"Content-Type": "application/json"})
    answer = buyer.getresponse()
    told = answer.read()
    if answer.status != 201:
        raise RuntimeError(told)


async def _board(port: int, token: str, began: dict[int, float], lags: list[float], ready: asyncio.Semaphore) -> None:
    """One open board: reads the stream until it has seen every change."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /stream?topic=board&token={token} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    seen = 0
    while seen < CHANGES:
        line = await reader.readline()
        if not line:
            raise RuntimeError("the stream ended")
        arrived = time.perf_counter()
        if (held := re.search(rb'"held":(\d+)', line)) is None:
            continue
        if not began:
            ready.release()
        for change in range(seen + 1, int(held[1]) + 1):
            lags.append(arrived - began[change])
        seen = max(seen, int(held[1]))
    writer.close()
    await writer.wait_closed()
