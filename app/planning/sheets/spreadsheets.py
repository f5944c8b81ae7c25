"""Files as offices send them, read into lines of text cells: CSV in any coding, `.xlsx`, `.ods`.

Cells of dates and hours come out as the CSV writes them: 2026-12-15, 07:00, 24:00, 2026-12-15 07:00.
"""

import csv
import datetime as dt
import io
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from app.planning.sheets import workbook_reader
from app.planning.sheets.archives import is_archive, names_in
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.text import clean

TIMEOUT_SECONDS = 60
"""The reader's own bound is on the time of its processor; this is for one that waits."""
HEAD_WITHIN = 20
"""So many lines of titles may stand above the names of the columns."""

_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_DURATION = re.compile(r"PT(\d{1,4})H(\d{1,2})M[\d.]+S")
Lines = list[tuple[int, list[str]]]


def is_workbook(data: bytes) -> bool:
    """Whether it is a workbook (.xlsx, .ods, .xls) by its content. Raises TimetableFaults for an immodest archive."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return True
    return bool({"xl/workbook.xml", "xl/workbook.bin", "content.xml"} & names_in(data))


def sheets_of(data: bytes, faults: list[Fault]) -> list[tuple[str, Lines]]:
    """The lines that hold something, by the name of their sheet; one sheet without a name for a CSV.

    Raises TimetableFaults for what cannot be read at all.
    """
    if not is_workbook(data):
        if is_archive(data):
            raise TimetableFaults([Fault(0, "", "", "no_sheet")])
        return [("", list(csv_lines(decoded(data), faults)))]
    return [(name, lines) for name, rows in _read_apart(data) if (lines := _book_lines(rows))]


def _read_apart(data: bytes) -> list[tuple[str, list[list[Any]]]]:
    """The cells of each sheet, read by a process with bounds of its own; what stops it is too large for a timetable."""
    try:
        reader = subprocess.run(
            [sys.executable, workbook_reader.__file__], input=data, capture_output=True, timeout=TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise TimetableFaults([Fault(0, "", "", "too_large")]) from None
    if reader.returncode:
        unreadable = reader.returncode == workbook_reader.UNREADABLE
        raise TimetableFaults([Fault(0, "", "", "unreadable_book" if unreadable else "too_large")])
    return list(pickle.loads(reader.stdout))  # noqa: S301 - written by our own reader just now


def _book_lines(rows: Sequence[Sequence[Any]]) -> Lines:
    told = []
    for line, row in enumerate(rows, 1):
        cells = [cell_text(value) for value in row]
        if any(cells):
            told.append((line, cells))
    return told


def cell_text(value: Any) -> str:
    """Write a workbook's cell as a CSV would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.timedelta):
        return _hour_of(value)
    if isinstance(value, dt.datetime):
        # An hour without a day counts from the spreadsheet's own day 0.
        if value.year < 1901:
            return _hour_of(value - (_DAY_ZERO if value.year == 1899 else _DAY_ZERO + dt.timedelta(days=1)))
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        # Where the reader did not see that an hour is shown: 24.00 is one day after the spreadsheet's own day 0.
        if value.year == 1900:
            return cell_text(dt.datetime.combine(value, dt.time()))
        return value.isoformat()
    text = clean(str(value)).strip()
    # LibreOffice's hours come as a duration: PT07H00M00S.
    if duration := _DURATION.fullmatch(text):
        hours, minutes = duration.groups()
        return f"{int(hours):02}:{int(minutes):02}"
    return text


def _hour_of(duration: dt.timedelta) -> str:
    hours, minutes = divmod(round(duration.total_seconds() / 60), 60)
    return f"{hours:02}:{minutes:02}"


OTHER_TEXTS = ("%PDF", "<")
"""How texts begin that are no sheet: a PDF, and the pages that some systems call .xls."""


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or Windows-1252, without a byte order mark. Raises TimetableFaults for no text at all."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (len(data) > 3 and data[1:4:2] == b"\0\0"):
        codes = ["utf-16" if data[0] in (0xFE, 0xFF) else "utf-16-le"]
    else:
        codes = ["utf-8-sig", "cp1252"]
    at = 0
    for code in codes:
        try:
            text = data.decode(code)
        except UnicodeDecodeError as error:
            at = at or error.object.count(b"\n", 0, error.start) + 1
        else:
            if code != "cp1252" or not any(char < " " and char not in "\r\n\t" for char in text):
                text = text.removeprefix("\ufeff")
                if text.lstrip().startswith(OTHER_TEXTS):
                    break
                return text
    raise TimetableFaults([Fault(at, "", "", "not_text")])


def csv_lines(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, as (line number, cells without the blanks around them).

    The separator is the one of comma, semicolon and tab that the first lines hold most of one kind; `sep=;` is heard.
    """
    text = text.removeprefix("\ufeff")
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [clean(cell).strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error:
            faults.append(Fault(line, "", "", "quoting"))
            continue
        if any(cells) and not (line == 1 and cells[0].lower().startswith("sep=")):
            yield line, cells


def _separator(text: str) -> str:
    lines = text.lstrip().split("\n", HEAD_WITHIN)[:HEAD_WITHIN]
    return max(",;\t", key=lambda one: max((line.count(one) for line in lines), default=0))


def without_titles(lines: Lines, columns: set[str]) -> Lines:
    """The lines from the names of the columns on, without columns at the edges that hold nothing.

    Names of columns may be written in capitals and with spaces. Lines without any of them stay as they are.
    """
    at = next((place for place, (_, cells) in enumerate(lines[:HEAD_WITHIN]) if _named(cells, columns) >= 2), 0)
    if not lines or not _named(lines[at][1], columns):
        return lines
    line, head = lines[at]
    head = [_column(name, columns) for name in head]
    keep = [place for place, name in enumerate(head) if name]
    told = [(line, [head[place] for place in keep])]
    for number, cells in lines[at + 1 :]:
        # What stands beside the named columns, or is missing before their end, is told as a fault of its line.
        beside = [cell for place, cell in enumerate(cells) if cell and not (place < len(head) and head[place])]
        own = [cells[place] for place in keep if place < len(cells)]
        told.append((number, own + beside if len(own) == len(keep) else own))
    return told


def _named(cells: Sequence[str], columns: set[str]) -> int:
    return sum(_column(cell, columns) in columns for cell in cells)


def _column(name: str, columns: set[str]) -> str:
    plain = "_".join(name.lower().split())
    return plain if plain in columns else name
