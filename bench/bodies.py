"""What large texts of strangers cost: `python -m bench.bodies`; a line of JSON for each, the real web process.

Each is sent five times to `POST /api/v1/bookings`; told are the slowest answer, its size, and the memory of the largest
worker before and after. The last is as large as the door takes (16 KB) with as many keys as fit in.
"""

import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from flask_migrate import upgrade

from app.web.request_bounds import BODY_MAX
from bench.figures import children
from tests import factories
from tests.conftest import running, settings_for
from tests.server import Server, serving

TIMES = 5


def keys(size: int) -> bytes:
    """An object of unknown keys, about that large."""
    return json.dumps({f"k{number:06}": number for number in range(size // 18)}).encode()


def _texts() -> Iterator[tuple[str, bytes]]:
    yield "535 KB of unknown keys", keys(535_000)
    yield "1.9 MB of unknown keys", keys(1_900_000)
    yield "1.9 MB of brackets", b"[" * 1_900_000
    yield "16 KB of unknown keys", keys(BODY_MAX - 500)
    yield "16 KB of brackets", b"[" * (BODY_MAX - 500)


def _memory_mb(web: Server) -> float:
    """Resident memory of the largest process (Linux)."""
    told = (Path(f"/proc/{pid}/statm").read_text().split()[1] for root in web.pids()[:1] for pid in children(root))
    return max(map(int, told)) * 4096 / 1024 / 1024


def send(web: Server, text: bytes) -> tuple[int, int, float]:
    """Its status, the size of its answer, and how long that took."""
    began = time.perf_counter()
    asked = urllib.request.Request(  # noqa: S310 - our own address
        f"{web.url}/api/v1/bookings", data=text, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=120) as answer:  # noqa: S310
            status, told = answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        status, told = refused.code, refused.read()
    except urllib.error.URLError:
        status, told = 0, b""  # the answer was given while the text was still on its way, and the line closed
    return status, len(told), time.perf_counter() - began


def main() -> None:
    """Measure, a line for each text."""
    with tempfile.TemporaryDirectory(prefix="dermaga-bench-") as folder:
        url = f"sqlite:///{folder}/bodies.db"
        with running(settings_for(url)):
            upgrade()
            factories.a_voyage(places=100)
        with serving(url, WEB_CONCURRENCY="1") as web:
            send(web, b"{}")
            for name, text in _texts():
                before = _memory_mb(web)
                told = [send(web, text) for _ in range(TIMES)]
                figures = {
                    "text": name,
                    "bytes": len(text),
                    "status": sorted({status for status, _, _ in told}),
                    "answer_bytes": max(size for _, size, _ in told),
                    "slowest_ms": round(max(seconds for _, _, seconds in told) * 1000, 1),
                    "worker_mb_before": round(before, 1),
                    "worker_mb_after": round(_memory_mb(web), 1),
                }
                print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
