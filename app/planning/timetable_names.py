"""Match names in a timetable's rows with those in the tables. Reads, and writes nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.db import db
from app.named import Named
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.timetable import TimetableRow, is_arrival, is_departure
from app.schedule.models import Operator, Port, Ship
from app.text import name_key, nearest

_COLUMNS: dict[str, type[Named]] = {"ship": Ship, "operator": Operator, "origin": Port, "destination": Port}


def known_names(
    rows: Sequence[TimetableRow], home: str, *, as_typed: bool = False, ports_too: bool = False
) -> list[TimetableRow]:
    """The same rows with each ship, operator and port named as in the tables, else as first in the file.

    Raises TimetableFaults by line: a port that is not in the tables (unless `ports_too`), a new name that may be a
    slip of a known one (unless it is meant `as_typed`), a ship that leaves one port twice in a minute, a row that
    neither leaves nor comes to `home`.
    """
    faults: list[Fault] = []
    names: dict[type[Named], dict[str, str]] = {kind: _names(kind) for kind in (Ship, Operator, Port)}
    known = {kind: dict(of_kind) for kind, of_kind in names.items()}
    told = []
    for row in rows:
        changes: dict[str, Any] = {}
        for column, kind in _COLUMNS.items():
            typed = getattr(row, column)
            if typed is None:
                continue
            key = name_key(typed)
            if key not in known[kind]:
                near = nearest(typed, names[kind].values())
                if kind is Port and not ports_too:
                    problem = "near_port" if near else "unknown_port_name"
                    faults.append(Fault(row.line, column, typed, problem, near=near or ""))
                elif near and not as_typed:
                    faults.append(Fault(row.line, column, typed, "near_name", near=near))
            changes[column] = known[kind].setdefault(key, typed)
        told.append(replace(row, **changes))
    faults += _impossible(told, home)
    if faults:
        raise TimetableFaults(sorted(faults, key=lambda fault: fault.line))
    return _numbered(told)


def _names(kind: type[Named]) -> dict[str, str]:
    found = db.session.execute(select(kind.name_key, kind.name))  # type: ignore[attr-defined]
    return {key or name_key(name): name for key, name in found}


def _impossible(rows: Iterable[TimetableRow], home: str) -> Iterable[Fault]:
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        if row.origin and row.origin == row.destination:
            yield Fault(row.line, "destination", row.destination or "", "same_port")
        elif not (is_departure(row, home) or is_arrival(row, home)):
            yield Fault(row.line, "origin", home, "not_of_home")
        if row.ship and row.time is not None:
            moment = (row.day, row.time, row.ends_day, row.ship)
            port = ("from", row.origin) if row.origin else ("to", row.destination)
            earlier = first.setdefault((*moment, *port), row.line)
            if earlier != row.line:
                yield Fault(row.line, "ship", str(earlier), "ship_twice")


def _numbered(rows: Iterable[TimetableRow]) -> list[TimetableRow]:
    runs: Counter[str] = Counter()
    numbered = []
    for row in rows:
        runs[row.route] += 1
        numbered.append(replace(row, nth=runs[row.route]))
    return numbered
