"""Measure what an empty request costs on this machine now (bench/hello.py): the unit in which costs are told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.crowd import load
from bench.serving import Meter, web

WARM_SECONDS, SECONDS = 1.0, 4.0

DIFFER = 0.25
"""A machine whose empty request changes by more than this share during a run is too restless to be believed."""

_QUESTION = b"GET /healthz HTTP/1.1\r\nHost: dermaga\r\n\r\n"


@dataclass
class Yardstick:
    """The empty request, measured before and after; both are known only when the run is over."""

    first_ms: float
    last_ms: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """What the server computes for one, in milliseconds."""
        return (self.first_ms + (self.last_ms or self.first_ms)) / 2

    def figures(self, cpu_ms: float) -> dict[str, float]:
        """The three figures of something that costs so much."""
        return {"cpu_ms": round(cpu_ms, 3), "hello_cpu_ms": round(self.cpu_ms, 3), "hellos": self.of(cpu_ms)}

    def of(self, cpu_ms: float) -> float:
        """So many empty requests cost the same."""
        return round(cpu_ms / self.cpu_ms, 2)


@contextmanager
def yardstick(clients: int) -> Iterator[Yardstick]:
    """Measure the empty request before and after the block, with as many clients; warns where it has changed."""
    held = Yardstick(hello_cpu_ms(clients))
    yield held
    held.last_ms = hello_cpu_ms(clients)
    if abs(held.last_ms - held.first_ms) > DIFFER * min(held.first_ms, held.last_ms):
        print(
            f"bench: an empty request cost {held.first_ms:.3f} CPU-ms before and {held.last_ms:.3f} after: "
            "other work disturbs this machine, measure again",
            file=sys.stderr,
        )


def hello_cpu_ms(clients: int) -> float:
    """What one empty request costs, on the same gunicorn, settings and worker as ours."""
    with web("", {}, "bench.hello:app") as port:
        load(port, clients, WARM_SECONDS, lambda: _QUESTION)
        meter = Meter()
        run = load(port, clients, SECONDS, lambda: _QUESTION)
        used = meter.used()
    return used / len(run.took) * 1000
