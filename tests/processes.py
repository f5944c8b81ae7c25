"""Processes of our own on one database, forked from a server that has loaded everything: none loads it again."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from tests.conftest import running, settings_for

Work = Callable[..., Iterator[str]]
"""What a process does once it is let go, and what it tells meanwhile; a function of a module."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    [
        "tests.conftest",
        "tests.races.buyer",
        "tests.races.payer",
        "app.web.account",
        *(f"app.web.{door}" for door in ("traveler", "gate", "official", "admin", "api")),
    ]
)


def _run(line: Connection, work: Work, database_url: str, args: tuple[Any, ...]) -> None:
    with running(settings_for(database_url)):
        line.send("ready")
        line.recv()
        for told in work(*args):
            line.send(told)


class Process:
    """A process with an application of its own, which waits until it is let `go`."""

    def __init__(self, work: Work, database_url: str, *args: Any) -> None:
        self._line, theirs = _forks.Pipe()
        self._process = _forks.Process(target=_run, args=(theirs, work, database_url, args))
        self._process.start()
        theirs.close()

    def ready(self) -> "Process":
        """Wait until it is."""
        assert self._line.recv() == "ready"
        return self

    def go(self) -> None:
        """Let it begin."""
        self._line.send("go")

    def told(self) -> str:
        """The next that it tells. Raises EOFError when it has ended."""
        return str(self._line.recv())

    def rest(self) -> list[str]:
        """All that it still tells, until it has ended in good order."""
        told = []
        while True:
            try:
                told.append(self.told())
            except EOFError:
                break
        self._process.join(60)
        assert self._process.exitcode == 0
        return told


def at_once(work: Work, database_url: str, calls: Sequence[Sequence[Any]]) -> list[Process]:
    """A process for each of `calls`, the arguments of `work`; let go when all of them are ready."""
    processes = [Process(work, database_url, *args) for args in calls]
    for process in processes:
        process.ready()
    for process in processes:
        process.go()
    return processes
