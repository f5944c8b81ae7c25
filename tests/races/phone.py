"""A phone of the race tests, that asks about scans while it has signal, or uploads what it has judged alone."""

import os
import signal
from collections.abc import Iterator, Sequence
from typing import Any

from flask import current_app

from app import clock
from app.boarding.actions import scan
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Direction, Verdict

Shown = tuple[str, str]
"""The id of a scan, and the serial that was shown."""


def asks(place: tuple[int, int, int], shown: Sequence[Shown]) -> Iterator[str]:
    """Ask the server about each; tells the reason of its answer."""
    yield from (_judged(place, one, None) for one in shown)


def uploads(place: tuple[int, int, int], shown: Sequence[Shown]) -> Iterator[str]:
    """Upload each as a pass of its own; tells the reason of the answer."""
    yield from (_judged(place, one, DeviceVerdict(Verdict.PASS, "admitted")) for one in shown)


def uploads_and_dies(place: tuple[int, int, int], shown: Sequence[Shown], after: int) -> Iterator[str]:
    """The same, killed once so many are committed and before the last of them is told."""
    for number, one in enumerate(shown, 1):
        told = next(uploads(place, [one]))
        if number == after:
            os.kill(os.getpid(), signal.SIGKILL)
        yield told


def steps_off(place: tuple[int, int, int], shown: Sequence[Shown]) -> Iterator[str]:
    """Ask the server about each on the way off; tells the reason of its answer."""
    yield from (_judged(place, one, None, Direction.OUT) for one in shown)


def _judged(
    place: tuple[int, int, int], shown: Shown, told: DeviceVerdict | None, direction: Direction = Direction.IN
) -> str:
    showing: Any = Showing(*shown, *place, clock.now(), device=told, direction=direction)
    return scan.scan(showing, current_app.extensions["keyring"]).reason
