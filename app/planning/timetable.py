"""Reading a timetable file: what the cells say, or every fault in them; no database, no clock.

A timetable is a CSV of the departures and arrivals of one port, in the columns that `data/seasons/README.md`
describes. Real files have edges (24:00, no origin, one ship twice on a day); those are read, not refused.
"""

import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal
from zoneinfo import ZoneInfo

from app.planning.sheets.archives import FILE_MAX
from app.planning.sheets.cells import Cells, cells_of
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.sheets.spreadsheets import Lines, sheets_of, without_titles
from app.text import name_key

COLUMNS = (
    "date",
    "time_local",
    "ship",
    "operator",
    "origin",
    "destination",
    "capacity_standard",
    "capacity_dispensation",
    "passengers_on",
    "passengers_off",
    "vehicles_4w",
    "motorcycles",
    "tickets_remaining",
    "lebaran_day",
    "source_url",
    "note",
)

LONGEST = {"ship": 60, "operator": 80, "origin": 60, "destination": 60, "source_url": 400, "note": 600}
"""Most characters of a text cell: those of the column that it goes to."""


@dataclass(frozen=True)
class TimetableRow:
    """One documented or planned departure or arrival, as its row says; what the row leaves open is None."""

    line: int
    day: dt.date
    time: dt.time | None
    ends_day: bool
    """The row says 24:00: midnight at the end of `day`, which it counts to."""
    ship: str | None
    operator: str
    origin: str | None
    destination: str | None
    capacity_standard: int | None
    capacity_dispensation: int | None
    passengers_on: int | None
    passengers_off: int | None
    vehicles_4w: int | None
    motorcycles: int | None
    tickets_remaining: int | None
    lebaran_day: str
    source_url: str
    note: str
    nth: int = 1
    """1 for the first row of this ship, day and route in the file, 2 for the next."""

    @property
    def capacity(self) -> int | None:
        """Persons the ship may carry by this row: the dispensation if given, else the standard, else None."""
        return self.capacity_standard if self.capacity_dispensation is None else self.capacity_dispensation

    @property
    def route(self) -> str:
        """Day, ship (or operator) and ports in one text; rows that share it are told apart by `nth`."""
        return f"{self.day}/{self.ship or self.operator}/{self.origin or '-'}/{self.destination or '-'}"

    @property
    def key(self) -> str:
        """The voyage's identity in words; unique within a file and the same at every reading of it."""
        return f"{self.route}/{self.nth}"

    @property
    def planned(self) -> bool:
        """The source announced it; whether it sailed is not documented."""
        return self.note.startswith("PLANNED")


def read_timetable(source: str | os.PathLike[str] | IO[str] | IO[bytes]) -> list[TimetableRow]:
    """Every row of the CSV at a path or in an open stream, at least one, in the order of the file.

    A CSV (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab) or the first sheet of a workbook (.xlsx, .ods)
    that names such columns, in any order; titles above them, blank lines and empty columns at the edges are skipped.
    Counts may exceed capacities.
    Raises TimetableFaults with every fault of the file, and nothing else whatever the file holds.
    """
    faults: list[Fault] = []
    lines = _lines(source, faults)
    if not lines:
        raise TimetableFaults(faults or [Fault(1, "", "", "empty")])
    head_line, head = lines[0]
    if not set(head) & set(COLUMNS):
        raise TimetableFaults([*faults, Fault(head_line, "", "", "not_a_timetable")])
    rows: list[TimetableRow] = []
    first_line: dict[tuple[str, ...], int] = {}
    runs: Counter[str] = Counter()
    for cells in cells_of("", lines, COLUMNS, faults):
        earlier = first_line.setdefault(tuple(cells.values.values()), cells.line)
        if earlier != cells.line:
            faults.append(Fault(cells.line, "", str(earlier), "repeated_row"))
            continue
        row = _row(cells)
        faults += cells.faults
        runs[row.route] += 1
        rows.append(replace(row, nth=runs[row.route]))
    if len(lines) == 1:
        faults.append(Fault(head_line, "", "", "no_rows"))
    if faults:
        raise TimetableFaults(sorted(faults, key=lambda fault: fault.line))
    return rows


def home_port(rows: Iterable[TimetableRow], here: str = "") -> str:
    """The port that most rows name as an end; on a tie `here`, where it is one of them.

    Raises TimetableFaults where that does not tell one port: nobody guesses by the order of the rows.
    """
    ports: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for name in (port for row in rows for port in (row.origin, row.destination) if port):
        ports[name_key(name)] += 1
        spelled.setdefault(name_key(name), name)
    most = [key for key in ports if ports[key] == max(ports.values())]
    if name_key(here) in most:
        return spelled[name_key(here)]
    if len(most) != 1:
        raise TimetableFaults([Fault(0, "", ", ".join(sorted(spelled.values())), "home_port")])
    return spelled[most[0]]


def is_departure(row: TimetableRow, home: str) -> bool:
    """The row leaves `home`; so does a row that only says it goes somewhere else."""
    return row.origin == home or (row.origin is None and row.destination != home)


def is_arrival(row: TimetableRow, home: str) -> bool:
    """The row comes to `home`; so does a row that only says it comes from somewhere else."""
    return row.destination == home or (row.destination is None and row.origin != home)


def lebaran_offset(text: str) -> int | None:
    """Days from the feast day H: "H-11" is -11, "H" is 0, "H+4" is 4; None for anything else."""
    found = re.fullmatch(r"H([+-][0-9]{1,3})?", text)
    return int(found[1] or 0) if found else None


def local_moment(row: TimetableRow, zone: str) -> tuple[dt.datetime, Literal["minute", "day"]]:
    """The row's moment in UTC, read in the IANA `zone`, and how exact it is.

    24:00 and a row without a time are midnight at the end of the row's day; the latter is exact to the "day"
    only. Raises zoneinfo.ZoneInfoNotFoundError for a zone that does not exist.
    """
    if row.time is None or row.ends_day:
        local = dt.datetime.combine(row.day + dt.timedelta(days=1), dt.time(), ZoneInfo(zone))
    else:
        local = dt.datetime.combine(row.day, row.time, ZoneInfo(zone))
    return local.astimezone(dt.UTC), "day" if row.time is None else "minute"


def shift(rows: Iterable[TimetableRow], days: int) -> list[TimetableRow]:
    """The same rows moved by whole days (later when positive); nothing else in them changes."""
    return [replace(row, day=row.day + dt.timedelta(days=days)) for row in rows]


def bytes_of(source: str | os.PathLike[str] | IO[str] | IO[bytes]) -> bytes:
    """Read a path or an open stream, no more of it than FILE_MAX. Raises TimetableFaults."""
    try:
        if isinstance(source, str | os.PathLike):
            with Path(source).open("rb") as file:
                data: str | bytes = file.read(FILE_MAX + 1)
        else:
            data = source.read(FILE_MAX + 1)
    except UnicodeDecodeError:
        raise TimetableFaults([Fault(0, "", "", "not_text")]) from None
    except (OSError, ValueError):  # ValueError: a path that no system takes, such as one with a NUL
        raise TimetableFaults([Fault(0, "", str(source), "unreadable")]) from None
    if len(data) > FILE_MAX:
        raise TimetableFaults([Fault(0, "", "", "too_large")])
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def _lines(source: str | os.PathLike[str] | IO[str] | IO[bytes], faults: list[Fault]) -> Lines:
    """The lines of the first sheet that names columns of a timetable, else of the first."""
    columns = set(COLUMNS)
    sheets = [without_titles(lines, columns) for _, lines in sheets_of(bytes_of(source), faults)]
    named = (lines for lines in sheets if lines and set(lines[0][1]) & columns)
    return next(named, sheets[0] if sheets else [])


def _row(cells: Cells) -> TimetableRow:
    """The row, with stand-ins where a cell is at fault (the file is refused then anyway)."""

    def text(column: str, *, required: bool = False) -> str:
        # A column that is missing is told once, not on every line.
        return cells.text(column, LONGEST[column], required=required and column in cells.values)

    time, ends_day = cells.hour("time_local")
    origin, destination = text("origin"), text("destination")
    if {"origin", "destination"} <= cells.values.keys():
        if not origin and not destination:
            cells.fault("origin", "no_port")
        elif origin == destination:
            cells.fault("destination", "same_port")
    lebaran_day = cells.values.get("lebaran_day", "")
    if lebaran_day and lebaran_offset(lebaran_day) is None:
        cells.fault("lebaran_day", "lebaran_day")
    return TimetableRow(
        line=cells.line,
        day=cells.day("date", required="date" in cells.values) or dt.date.min,
        time=time,
        ends_day=ends_day,
        ship=text("ship") or None,
        operator=text("operator", required=True),
        origin=origin or None,
        destination=destination or None,
        capacity_standard=cells.count("capacity_standard"),
        capacity_dispensation=cells.count("capacity_dispensation"),
        passengers_on=cells.count("passengers_on"),
        passengers_off=cells.count("passengers_off"),
        vehicles_4w=cells.count("vehicles_4w"),
        motorcycles=cells.count("motorcycles"),
        tickets_remaining=cells.count("tickets_remaining"),
        lebaran_day=lebaran_day,
        source_url=text("source_url", required=True),
        note=text("note"),
    )
