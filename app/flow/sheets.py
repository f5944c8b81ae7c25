"""The schedule as sheets for a spreadsheet: which columns, how a cell is written and read, and every fault in it.

Pure: no database, no clock. One sheet each for ports, operators, ships, papers and voyages (a row per call). Hours
are those of the call's port. A cell that a spreadsheet would take for a formula gets an apostrophe in front, which
is taken off again when it is read.
"""

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.schedule.faults import Fault, TimetableFaults
from app.schedule.timetable import FIRST_YEAR, LAST_YEAR, lines_of, text_of

SHEETS: dict[str, tuple[str, ...]] = {
    "ports": ("code", "name", "harbour", "zone", "confirmed_by"),
    "operators": ("code", "name", "child_age"),
    "ships": ("name", "operator", "type", "imo", "source_url", "note"),
    "papers": ("ship", "kind", "persons", "valid_from", "valid_to", "letter", "source_url", "note"),
    "voyages": (
        "voyage",
        "operator",
        "ship",
        "position",
        "port",
        "day",
        "precision",
        "planned_arrival",
        "planned_departure",
        "tide_from",
        "tide_until",
        "revised_arrival",
        "revised_departure",
        "actual_arrival",
        "actual_departure",
        "cause",
        "reason",
        "source_url",
        "note",
        "shifted_days",
        "cancelled_at",
        "cancel_cause",
        "cancel_reason",
    ),
}
"""The columns of each sheet, in the order in which they are written; they may come in any order."""

MOMENTS = (
    "planned_arrival",
    "planned_departure",
    "tide_from",
    "tide_until",
    "revised_arrival",
    "revised_departure",
    "actual_arrival",
    "actual_departure",
)

NO_LETTER = "(tidak tercetak)"
"""Stands for the letter of a dispensation whose source prints none; an empty cell is an omission."""

BYTES_MAX = 8 * 1024 * 1024
"""Of all sheets together, unpacked: some ten thousand voyages."""

_FORMULA = ("=", "+", "-", "@", "'", "\t", "\r")
_FIRST = (1980, 1, 1, 0, 0, 0)


def armed(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def disarmed(cell: str) -> str:
    """The text that `armed` made the cell of; other cells as they are."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def write(sheet: str, rows: Iterable[Mapping[str, str]]) -> bytes:
    """The sheet as UTF-8 with a byte order mark and CRLF, as spreadsheets read it without being asked."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(SHEETS[sheet])
    for row in rows:
        writer.writerow([armed(row[column]) for column in SHEETS[sheet]])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def packed(sheets: Mapping[str, bytes]) -> bytes:
    """The sheets in one zip; the same sheets are the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in SHEETS:
            entry = zipfile.ZipInfo(f"{name}.csv", date_time=_FIRST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, sheets[name])
    return data.getvalue()


@dataclass
class Cells:
    """The cells of one line by column; every fault met while reading them goes to `faults`."""

    file: str
    line: int
    values: dict[str, str]
    faults: list[Fault] = field(repr=False)

    def fault(self, column: str, problem: str, value: str | None = None) -> None:
        """Something is wrong in that column."""
        shown = self.values.get(column, "") if value is None else value
        self.faults.append(Fault(self.line, column, shown, problem, self.file))

    def text(self, column: str, longest: int, *, required: bool = False) -> str:
        """The cell as it is."""
        text = self.values.get(column, "")
        if required and not text:
            self.fault(column, "required")
        elif len(text) > longest:
            self.fault(column, "too_long")
        elif any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            self.fault(column, "control_character")
        return text

    def whole(self, column: str, least: int = 0) -> int:
        """A whole number, 0 where the cell is empty and may be."""
        text = self.values.get(column, "")
        if re.fullmatch(r"-?[0-9]{1,5}", text) and int(text) >= least:
            return int(text)
        if text or least > 0:
            self.fault(column, "count" if text else "required")
        return 0

    def day(self, column: str, *, required: bool = False) -> dt.date | None:
        """A day as 2026-11-27."""
        text = self.values.get(column, "")
        if not text and not required:
            return None
        found = _day(text)
        if found is None:
            self.fault(column, "date" if text else "required")
        return found

    def moment(self, column: str) -> dt.datetime | None:
        """A moment on the port's own clock, as 2026-11-27 13:00; 24:00 is the end of that day."""
        text = self.values.get(column, "")
        if not text:
            return None
        match = re.fullmatch(r"([0-9-]{10}) ([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{6}))?)?", text, re.ASCII)
        day = _day(match[1]) if match else None
        if match and day:
            hour, minute, second, part = (int(match[n] or 0) for n in (2, 3, 4, 5))
            if (hour, minute, second, part) == (24, 0, 0, 0):
                return dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
            if hour < 24 and minute < 60 and second < 60:
                return dt.datetime.combine(day, dt.time(hour, minute, second, part))
        self.fault(column, "moment")
        return None

    def choice(self, column: str, choices: Sequence[str], otherwise: str) -> str:
        """One of a few words."""
        text = self.values.get(column, "") or otherwise
        if text not in choices:
            self.fault(column, "choice", f"{text} ({', '.join(c for c in choices if c)})")
        return text


def _day(text: str) -> dt.date | None:
    # The pattern first: fromisoformat also takes 20240407 and 2024-W14-7.
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII) and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            pass
    return None


def moment_cell(moment: dt.datetime | None, *, ends_day: bool = False) -> str:
    """How a moment on the port's clock is written; `ends_day`: midnight as 24:00 of the day before."""
    if moment is None:
        return ""
    if ends_day and moment.time() == dt.time():
        return f"{moment.date() - dt.timedelta(days=1)} 24:00"
    if moment.microsecond:
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


def unpacked(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The sheets among the files, by name: CSV files, and those in a zip. Raises TimetableFaults."""
    found: list[tuple[str, bytes]] = []
    for name, data in files:
        if data[:4] != b"PK\x03\x04":
            found.append((name, data))
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                entries = [e for e in archive.infolist() if e.filename.lower().endswith(".csv")]
                if sum(entry.file_size for entry in entries) > BYTES_MAX:
                    raise TimetableFaults([Fault(0, "", "", "too_large", name)])
                found += [(entry.filename, archive.read(entry)) for entry in entries]
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
            raise TimetableFaults([Fault(0, "", name, "unreadable", name)]) from None
    if sum(len(data) for _, data in found) > BYTES_MAX:
        raise TimetableFaults([Fault(0, "", "", "too_large", found[0][0])])
    return found


def read(files: Iterable[tuple[str, bytes]]) -> tuple[dict[str, list[Cells]], list[Fault]]:
    """The lines of all files by sheet, which each is known by its columns; and the faults of form.

    Raises TimetableFaults for files that cannot be read at all.
    """
    faults: list[Fault] = []
    sheets: dict[str, list[Cells]] = {name: [] for name in SHEETS}
    for name, data in unpacked(files):
        own: list[Fault] = []
        for sheet, cells in _lines(name, data, own):
            sheets[sheet].append(cells)
        # The lines of a file that share one list of faults with it; those of its cells come when they are asked for.
        faults += own
    return sheets, faults


def _lines(name: str, data: bytes, faults: list[Fault]) -> Iterator[tuple[str, Cells]]:
    try:
        lines = list(lines_of(text_of(io.BytesIO(data)), faults))
    except TimetableFaults as refused:
        faults += [Fault(f.line, f.column, f.value, f.problem, name) for f in refused.faults]
        return
    faults[:] = [Fault(f.line, f.column, f.value, f.problem, name) for f in faults]
    if not lines:
        faults.append(Fault(1, "", "", "empty", name))
        return
    (head_line, head), *body = lines
    sheet = max(SHEETS, key=lambda sheet: (len(set(head) & set(SHEETS[sheet])), -len(SHEETS[sheet])))
    if not set(head) & set(SHEETS[sheet]):
        faults.append(Fault(head_line, "", "", "not_a_sheet", name))
        return
    for column, times in Counter(head).items():
        if column not in SHEETS[sheet]:
            faults.append(Fault(head_line, column, column, "unknown_column", name))
        elif times > 1:
            faults.append(Fault(head_line, column, column, "duplicate_column", name))
    faults += [Fault(head_line, column, "", "missing_column", name) for column in SHEETS[sheet] if column not in head]
    for line, cells in body:
        if len(cells) != len(head):
            faults.append(Fault(line, "", str(len(cells)), "cell_count", name))
            continue
        yield sheet, Cells(name, line, dict(zip(head, map(disarmed, cells), strict=True)), [])
