"""Read the cells of a workbook in a process of its own: `python workbook_reader.py < book > cells`, pickled.

A library builds the whole grid up to the last cell, and a file of 1.4 KB can name a cell in the last row and column.
So memory and time end with this process and not with the server's; it imports nothing of the application, to be quick.
"""

import datetime as dt
import io
import pickle
import posixpath
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

MEMORY_MAX = 512 * 1024 * 1024
SECONDS_MAX = 30
LINES_MAX, CELLS_MAX = 100_000, 200
"""Of one sheet."""
UNREADABLE, TOO_LARGE = 3, 4
"""Exit statuses; any other than 0 is a reader that was stopped."""


def main() -> int:
    """Write `[(sheet, rows of cells)]` to the standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX, MEMORY_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    data = sys.stdin.buffer.read()
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = [
                (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
            ]
    except (CalamineError, ValueError, OSError):
        return UNREADABLE
    if any(len(rows) > LINES_MAX for _, rows in sheets):
        return TOO_LARGE
    for name, rows in sheets:
        _give_midnights_their_hour(data, name, rows)
    pickle.dump([(name, [row[:CELLS_MAX] for row in rows]) for name, rows in sheets], sys.stdout.buffer)
    return 0


_HOURS_BUILT_IN = {18, 19, 20, 21, 22, 45, 46, 47}
"""Excel's own formats with an hour; a file names them by number only."""
_NOT_SHOWN_AS_HOUR = re.compile(r'"[^"]*"|\\.|\[\$[^\]]*\]')


def _give_midnights_their_hour(data: bytes, sheet: str, rows: list[list[Any]]) -> None:
    """Let whole days be moments at midnight where the cell shows an hour.

    To the library a whole number is a day, whatever its format: `2026-12-10 00:00` and 24.00 lose their hour.
    """
    if not any(type(value) is dt.date for row in rows for value in row):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for line, column in _cells_with_hour(book, sheet):
                value = rows[line][column] if 0 <= line < len(rows) and 0 <= column < len(rows[line]) else None
                if type(value) is dt.date:
                    rows[line][column] = dt.datetime.combine(value, dt.time())
    except (zipfile.BadZipFile, KeyError, ValueError, ElementTree.ParseError):
        return  # .ods, .xls, .xlsb: their cells are as the library tells them


def _cells_with_hour(book: zipfile.ZipFile, sheet: str) -> Iterator[tuple[int, int]]:
    """Line and column, from 0, of the cells whose format shows an hour."""
    hours = _formats_with_hour(book)
    with book.open(_part_of(book, sheet)) as part:
        line = column = -1
        for event, element in ElementTree.iterparse(part, ("start", "end")):  # noqa: S314 - this process has bounds
            tag = _local(element.tag)
            if event == "start" and tag == "row":
                line, column = int(element.get("r", line + 2)) - 1, -1
            elif event == "start" and tag == "c":
                column = _column(element.get("r", "")) if element.get("r") else column + 1
                if int(element.get("s", 0)) in hours:
                    yield line, column
            elif event == "end" and tag == "row":
                element.clear()


def _formats_with_hour(book: zipfile.ZipFile) -> set[int]:
    """The places in the list of styles whose format shows an hour."""
    styles, hours = _xml(book, "xl/styles.xml"), set(_HOURS_BUILT_IN)
    for element in styles.iter():
        if _local(element.tag) == "numFmt":
            shown = _NOT_SHOWN_AS_HOUR.sub("", element.get("formatCode", ""))
            (hours.add if "h" in shown.lower() else hours.discard)(int(element.get("numFmtId", -1)))
    used = next((element for element in styles if _local(element.tag) == "cellXfs"), ())
    return {place for place, style in enumerate(used) if int(style.get("numFmtId", 0)) in hours}


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """The file of the sheet of that name. Raises KeyError."""
    relations = {one.get("Id"): one.get("Target", "") for one in _xml(book, "xl/_rels/workbook.xml.rels")}
    for element in _xml(book, "xl/workbook.xml").iter():
        if _local(element.tag) == "sheet" and element.get("name") == sheet:
            known = next((value for name, value in element.attrib.items() if _local(name) == "id"), None)
            return posixpath.join("/xl", relations[known]).lstrip("/")
    raise KeyError(sheet)


def _xml(book: zipfile.ZipFile, part: str) -> ElementTree.Element:
    return ElementTree.fromstring(book.read(part))  # noqa: S314 - this process has bounds


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1


if __name__ == "__main__":
    sys.exit(main())
