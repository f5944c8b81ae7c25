"""The one place that knows the time, so that a test or a replay can set it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_read: Callable[[], datetime] | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _read() if _read else datetime.now(UTC)


@contextmanager
def set_to(read: Callable[[], datetime]) -> Iterator[None]:
    """Let `read` say what time it is for as long as the block runs (one process, all threads)."""
    global _read
    before, _read = _read, read
    try:
        yield
    finally:
        _read = before
