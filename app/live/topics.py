"""Topics to listen to: each keeps the state that all its listeners see, and says what has changed in it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marshmallow import Schema

from app import clock, config
from app.flow.departure_rows import DepartureRow
from app.flow.queries import Board, board_of_port, coming_departures
from app.flow.schemas import BoardOut, BoardRowOut, DepartureOut, NewsOut
from app.schedule.queries import find_port


@dataclass(frozen=True)
class Now:
    """The state of a topic at one moment.

    Never changed, so that one thread may make the next while others read this.
    """

    board: Board
    told: dict[int, dict[str, Any]]
    """Each row as it is told, by departure."""
    strangers: frozenset[int] = frozenset()
    """Departures of voyages with news that are not of this topic: no reason to load everything again."""


class Topic:
    """One kind of page. A row is put into its shape once when it changes, and a message once for all listeners.

    `load` and `take` ask the database or are handed its answer, in one thread; the rest is for the event loop.
    """

    def __init__(self, name: str, load: Callable[[], Board], head: Schema, row: Schema) -> None:
        self.name = name
        self._load, self._head, self._row = load, head, row
        self._now: Now | None = None
        self._encoded: tuple[Now | None, bytes] = (None, b"")

    def load(self) -> bytes | None:
        """Ask the database for everything; the news for those who listen already, None where nothing differs."""
        board, known = self._load(), self._now.told if self._now else {}
        self._now = Now(board, self._dump(board.rows))
        changed = [number for number, told in self._now.told.items() if known.get(number) != told]
        return self._encode(self._now, changed) if changed or len(known) != len(board.rows) else None

    def take(self, rows: Iterable[DepartureRow], as_of: datetime) -> bytes | None:
        """Take in the present rows of voyages that have news, and say what is to be told of them."""
        fresh, before = {row.departure_id: row for row in rows}, self._now
        if before is None or fresh.keys() - before.told.keys() - before.strangers:
            news = self.load()
            assert self._now is not None  # noqa: S101 - it was loaded just now
            self._now = replace(self._now, strangers=frozenset(fresh.keys() - self._now.told.keys()))
            return news
        # Its number among the calls comes from the whole season, which a single row does not know.
        merged = [
            replace(fresh[row.departure_id], call_number=row.call_number, calls=row.calls)
            if row.departure_id in fresh
            else row
            for row in before.board.rows
        ]
        told = self._dump(row for row in merged if row.departure_id in fresh)
        if not told:
            return None
        self._now = replace(before, board=replace(before.board, rows=merged, as_of=as_of), told={**before.told, **told})
        return self._encode(self._now, told)

    @property
    def as_of(self) -> datetime | None:
        """When the database was last asked for what it tells."""
        return self._now.board.as_of if self._now else None

    def due(self, since: datetime, until: datetime) -> set[int]:
        """The voyages of which a departure opens or closes boarding by the clock between these moments."""
        return {
            row.voyage_id
            for row in (self._now.board.rows if self._now else ())
            for moment in (row.boarding_from, row.boarding_until)
            if moment and since < moment <= until
        }

    def state(self) -> bytes:
        """All of it as one message, encoded when the first listener asks for it."""
        now = self._now
        if now is None:
            return b""
        if self._encoded[0] is not now:
            self._encoded = (now, self._encode(now, now.told))
        return self._encoded[1]

    def _dump(self, rows: Iterable[DepartureRow]) -> dict[int, dict[str, Any]]:
        return {row.departure_id: self._row.dump(row) for row in rows}

    def _encode(self, now: Now, departure_ids: Iterable[int]) -> bytes:
        told = {**self._head.dump(now.board), "departures": [now.told[number] for number in departure_ids]}
        return f"data: {json.dumps(told, separators=(',', ':'))}\n\n".encode()


def all_topics() -> dict[str, Topic]:
    """The public's and the official's, by name."""
    rows = ("departures",)
    return {
        "public": Topic("public", coming_departures, NewsOut(exclude=rows), DepartureOut()),
        "board": Topic("board", _board, BoardOut(exclude=rows), BoardRowOut()),
    }


def _board() -> Board:
    port = find_port(config.current().port_name)
    return board_of_port(port) if port else Board(None, [], clock.now())
