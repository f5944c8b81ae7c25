"""5,000 addresses open the public board at once: who still gets an answer? `python -m bench.live_rush`; last line JSON.

The real web and live processes on a database of their own. Each visitor comes from an address of its own (127.x.y.z,
Linux), opens a stream and keeps it; then one address opens as many as it gets, and an official asks for the board.
"""

import argparse
import asyncio
import json
import os
import resource
import tempfile
import time
import urllib.request
from collections import Counter

from flask_migrate import upgrade

from app.accounts.actions import begin_session
from app.accounts.models import Role
from app.live.tokens import new_token
from bench.figures import percentile
from tests import factories
from tests.conftest import running, settings_for
from tests.server import Server, serving

AT_ONCE = 200
"""Connections that are opened in the same moment; more would measure this machine's queue of new ones."""
PAGES = 50
GREEDY = 800
"""Streams that a single address asks for."""


class Visitor:
    """One open stream, or the status with which it was refused."""

    def __init__(self) -> None:
        self.status = 0
        self.seconds = 0.0
        self._writer: asyncio.StreamWriter | None = None

    async def come(self, port: int, topic: str, address: str) -> "Visitor":
        """Ask for the stream and read until its first event."""
        began = time.perf_counter()
        try:
            reader, self._writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            self._writer.write(f"GET /stream?{topic} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            self.status = int((await asyncio.wait_for(reader.readline(), 30)).split()[1])
            if self.status == 200:
                while not (await asyncio.wait_for(reader.readline(), 30)).startswith(b"data: "):
                    pass
        except (OSError, TimeoutError, IndexError):
            self.status = 0
        self.seconds = time.perf_counter() - began
        return self

    def go(self) -> None:
        """Leave."""
        if self._writer is not None:
            self._writer.close()


async def _crowd(port: int, addresses: list[str]) -> list[Visitor]:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(address: str) -> Visitor:
        async with gate:
            return await Visitor().come(port, "topic=public", address)

    return list(await asyncio.gather(*map(one, addresses)))


def _page(web: Server) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(f"{web.url}/keberangkatan", timeout=10) as answer:  # noqa: S310 - our own address
        answer.read()
    return time.perf_counter() - began


async def _rush(web: Server, visitors: int, session_id: int) -> dict[str, object]:
    addresses = [f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}" for number in range(visitors)]
    began = time.perf_counter()
    crowd = await _crowd(web.live_port, addresses)
    took = time.perf_counter() - began
    greedy = await _crowd(web.live_port, ["127.9.9.9"] * GREEDY)
    pages = [await asyncio.to_thread(_page, web) for _ in range(PAGES)]
    token = new_token(os.environ["SECRET_KEY"], "board", session_id)
    boards = [await Visitor().come(web.live_port, f"topic=board&token={token}", "127.0.0.1") for _ in range(10)]
    told = Counter(visitor.status for visitor in crowd)
    for visitor in (*crowd, *greedy, *boards):
        visitor.go()
    return {
        "addresses": visitors,
        "streams": told[200],
        "told_to_poll": told[503],
        "unanswered": told[0],
        "crowd_seconds": round(took, 1),
        "one_address_asked": GREEDY,
        "one_address_streams": sum(visitor.status == 200 for visitor in greedy),
        "page_p50_ms": round(percentile(pages, 0.5) * 1000, 1),
        "page_max_ms": round(max(pages) * 1000, 1),
        "boards_asked": len(boards),
        "boards_streamed": sum(visitor.status == 200 for visitor in boards),
        "board_max_ms": round(max(visitor.seconds for visitor in boards) * 1000, 1),
    }


def main() -> None:
    """Measure, and tell it as the last line."""
    parser = argparse.ArgumentParser(description="Many addresses open the public board at once.")
    parser.add_argument("--addresses", type=int, default=5000)
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.environ.setdefault("SECRET_KEY", "only for benchmarks")
    with tempfile.TemporaryDirectory(prefix="dermaga-bench-") as folder:
        url = f"sqlite:///{folder}/rush.db"
        with running(settings_for(url)):
            upgrade()
            factories.a_voyage(places=1000)
            session_id = begin_session(factories.a_user(Role.OFFICIAL).id).id
        with serving(url) as web:
            print(json.dumps(asyncio.run(_rush(web, asked.addresses, session_id))), flush=True)


if __name__ == "__main__":
    main()
