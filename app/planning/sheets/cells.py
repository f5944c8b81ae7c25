"""Cells of the schedule's sheets: which columns, how a cell is written and read, and every fault in it.

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
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xlsxwriter import Workbook

from app.planning.sheets.archives import is_archive, must_be_modest
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.sheets.spreadsheets import Lines, is_workbook, sheets_of, without_titles
from app.planning.sheets.written_days import read_day, read_hour

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
        *MOMENTS,
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
    """The sheet as a CSV of its columns."""
    return write_columns(SHEETS[sheet], rows)


def write_columns(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV in UTF-8 with a byte order mark and CRLF, as spreadsheets read it without being asked."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([armed(row.get(column, "")) for column in columns])
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


def workbook(sheets: Mapping[str, bytes]) -> bytes:
    """The same sheets as one .xlsx, a tab each; every cell is text, so that nothing becomes a formula or a number."""
    data = io.BytesIO()
    with Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": dt.datetime(*_FIRST, tzinfo=dt.UTC)})
        bold = book.add_format({"bold": True})
        for name in sheets:
            tab = book.add_worksheet(name)
            tab.freeze_panes(1, 0)
            rows = csv.reader(io.StringIO(sheets[name].decode("utf-8-sig"), newline=""))
            for line, cells in enumerate(rows):
                for place, cell in enumerate(cells):
                    tab.write_string(line, place, cell, None if line else bold)
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

    def count(self, column: str, least: int = 0, problem: str = "count") -> int | None:
        """A whole number, None where the cell is empty and may be, or at fault."""
        text = self.values.get(column, "")
        if re.fullmatch(r"-?[0-9]{1,5}" if least < 0 else r"[0-9]{1,5}", text) and int(text) >= least:
            return int(text)
        if text or least > 0:
            self.fault(column, problem if text else "required")
        return None

    def day(self, column: str, *, required: bool = False) -> dt.date | None:
        """A day as 2026-11-27."""
        text = self.values.get(column, "")
        if not text and not required:
            return None
        found = read_day(text)
        if found is None:
            self.fault(column, "date" if text else "required")
        return found

    def hour(self, column: str) -> tuple[dt.time | None, bool]:
        """An hour as 07:00, and whether it is 24:00, the end of the day."""
        text = self.values.get(column, "")
        found = read_hour(text)
        if text and found is None:
            self.fault(column, "time")
        return found or (None, False)

    def moment(self, column: str) -> dt.datetime | None:
        """A moment on the port's own clock, as 2026-11-27 13:00; 24:00 is the end of that day."""
        text = self.values.get(column, "")
        if not text:
            return None
        match = re.fullmatch(r"(.*[^ ]) +([0-9]{1,2}[:.][0-9]{2})(?:[:.]([0-9]{2})(?:\.([0-9]{6}))?)?", text, re.ASCII)
        day, hour = (read_day(match[1]), read_hour(match[2])) if match else (read_day(text), None)
        if match and day and hour:
            second, part = int(match[3] or 0), int(match[4] or 0)
            if hour[1] and (second or part):
                hour = None
            elif second < 60:
                return dt.datetime.combine(
                    day + dt.timedelta(days=hour[1]), hour[0].replace(second=second, microsecond=part)
                )
        self.fault(column, "moment")
        return None

    def choice(self, column: str, choices: Sequence[str], otherwise: str) -> str:
        """One of a few words."""
        text = self.values.get(column, "") or otherwise
        if text not in choices:
            self.fault(column, "choice", f"{text} ({', '.join(c for c in choices if c)})")
        return text


def moment_cell(moment: dt.datetime | None, *, ends_day: bool = False) -> str:
    """How a moment on the port's clock is written; `ends_day`: midnight as 24:00 of the day before."""
    if moment is None:
        return ""
    if ends_day and moment.time() == dt.time():
        return f"{moment.date() - dt.timedelta(days=1)} 24:00"
    if moment.microsecond:
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


_JUNK = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
"""Files that systems leave in archives beside what was put there."""


def unpacked(files: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The sheets and workbooks among the files, by name, also those in a zip. Raises TimetableFaults."""
    found: list[tuple[str, bytes]] = []
    for name, data in files:
        try:
            found += [(name, data)] if not is_archive(data) or is_workbook(data) else _inside(data)
        except TimetableFaults as refused:
            raise TimetableFaults([replace(fault, file=name) for fault in refused.faults]) from None
    if not found:
        raise TimetableFaults([Fault(0, "", "", "no_sheet")])
    if sum(len(data) for _, data in found) > BYTES_MAX:
        raise TimetableFaults([Fault(0, "", "", "too_large", found[0][0])])
    return found


def _inside(data: bytes) -> list[tuple[str, bytes]]:
    """Unpack the files of a zip. Raises TimetableFaults."""
    must_be_modest(data, BYTES_MAX)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not (e.is_dir() or _JUNK.search(e.filename))]
            inside = [(entry.filename, archive.read(entry)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        raise TimetableFaults([Fault(0, "", "", "archive_damaged")]) from None
    if not inside:
        raise TimetableFaults([Fault(0, "", "", "no_sheet")])
    return inside


def read(files: Iterable[tuple[str, bytes]]) -> tuple[dict[str, list[Cells]], list[Fault]]:
    """The lines of all files by sheet, which each is known by its columns; and the faults of form.

    Raises TimetableFaults for files that cannot be read at all.
    """
    faults: list[Fault] = []
    sheets: dict[str, list[Cells]] = {name: [] for name in SHEETS}
    for name, data in unpacked(files):
        own: list[Fault] = []
        try:
            parts = sheets_of(data, own)
        except TimetableFaults as refused:
            faults += [replace(fault, file=name) for fault in refused.faults]
            if any(fault.problem == "too_large" for fault in refused.faults):
                break  # the reader has worked as long as it may, and might do so again for each of the others
            continue
        faults += [replace(fault, file=name) for fault in own]
        if not parts and not own:
            faults.append(Fault(1, "", "", "empty", name))
        for part, lines in parts:
            of_part: list[Fault] = []
            sheet, found = _lines(f"{name} [{part}]" if part else name, lines, of_part)
            sheets[sheet] += found
            # The lines of a part share one list of faults; those of their cells come when they are asked for.
            faults += of_part
    return sheets, faults


ALL_COLUMNS = {column for columns in SHEETS.values() for column in columns}


def _lines(name: str, lines: Lines, faults: list[Fault]) -> tuple[str, list[Cells]]:
    if not lines:
        faults.append(Fault(1, "", "", "empty", name))
        return "ports", []
    lines = without_titles(lines, ALL_COLUMNS)
    head_line, head = lines[0]
    sheet = max(SHEETS, key=lambda sheet: (len(set(head) & set(SHEETS[sheet])), -len(SHEETS[sheet])))
    if not set(head) & set(SHEETS[sheet]):
        faults.append(Fault(head_line, "", "", "not_a_sheet", name))
        return sheet, []
    return sheet, cells_of(name, lines, SHEETS[sheet], faults)


def cells_of(file: str, lines: Lines, columns: Sequence[str], faults: list[Fault]) -> list[Cells]:
    """The lines below the names of the columns, in any order of these; what is wrong with their form is a fault."""
    (head_line, head), *body = lines
    for column, times in Counter(head).items():
        if column not in columns:
            faults.append(Fault(head_line, column, column, "unknown_column", file))
        elif times > 1:
            faults.append(Fault(head_line, column, column, "duplicate_column", file))
    faults += [Fault(head_line, column, "", "missing_column", file) for column in columns if column not in head]
    faults += [Fault(line, "", str(len(row)), "cell_count", file) for line, row in body if len(row) != len(head)]
    whole = [(line, map(disarmed, row)) for line, row in body if len(row) == len(head)]
    return [Cells(file, line, dict(zip(head, row, strict=True)), []) for line, row in whole]
