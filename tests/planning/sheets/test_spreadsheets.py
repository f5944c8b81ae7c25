"""Files as offices send them: workbooks, other codings, titles, empty edges; what brings nothing is a fault."""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest
from xlsxwriter import Workbook

from app.planning.sheets import cells as sheet_cells
from app.planning.sheets.fault_sentences import SENTENCES
from app.planning.sheets.file_faults import TimetableFaults
from app.planning.sheets.spreadsheets import cell_text, sheets_of
from app.planning.sheets.written_days import read_day, read_hour
from app.planning.timetable import COLUMNS, read_timetable

ROW: dict[str, Any] = {
    "date": date(2026, 12, 15),
    "time_local": time(7, 0),
    "ship": "KM Kirana I",
    "operator": "PT Dharma Lautan Utama",
    "origin": "Sampit",
    "destination": "Semarang",
    "capacity_standard": 500,
    "source_url": "https://example.org/jadwal",
}


def xlsx(*lines: list[Any], more: tuple[str, ...] = ()) -> bytes:
    """A workbook with these lines in its last tab, days and hours as cells of their kind."""
    data = io.BytesIO()
    with Workbook(data) as book:
        kinds = {date: book.add_format({"num_format": "dd/mm/yyyy"}), time: book.add_format({"num_format": "hh.mm"})}
        long = book.add_format({"num_format": "[hh]:mm"})
        for name in more:
            book.add_worksheet(name).write(0, 0, "Petunjuk")
        tab = book.add_worksheet("Jadwal")
        for number, cells in enumerate(lines):
            for place, value in enumerate(cells):
                if isinstance(value, timedelta):
                    tab.write_datetime(number, place, value, long)
                elif type(value) in kinds:
                    tab.write_datetime(number, place, value, kinds[type(value)])
                elif value != "":
                    tab.write(number, place, value)
    return data.getvalue()


def line(**cells: Any) -> list[Any]:
    return [{**ROW, **cells}.get(column, "") for column in COLUMNS]


def the_row(data: bytes) -> tuple[Any, ...]:
    (row,) = read_timetable(io.BytesIO(data))
    return row.day, row.time, row.ends_day, row.ship, row.capacity_standard


GOOD = (date(2026, 12, 15), time(7, 0), False, "KM Kirana I", 500)


def test_a_workbook_reads_as_the_same_rows_as_its_csv() -> None:
    assert the_row(xlsx(list(COLUMNS), line())) == GOOD


def test_titles_other_tabs_and_empty_columns_at_the_edges_are_passed_over() -> None:
    head = ["", *(name.upper().replace("_", " ") for name in COLUMNS), "", ""]
    book = xlsx(["", "Jadwal kapal Desember 2026"], [], head, ["", *line(), "", " "], more=("Baca dahulu",))
    assert the_row(book) == GOOD


@pytest.mark.parametrize(
    ("day", "hour", "ends"),
    [
        ("15/12/2026", "07.00", False),
        ("15-Des-26", "7:00", False),
        ("15 Desember 2026", "7.00", False),
        ("15.12.2026", "07:00:00", False),
        (date(2026, 12, 15), timedelta(hours=7), False),
        (date(2026, 12, 15), "24.00", True),
        (date(2026, 12, 15), timedelta(hours=24), True),
    ],
)
def test_days_and_hours_read_as_spreadsheets_write_them(day: Any, hour: Any, ends: bool) -> None:
    assert the_row(xlsx(list(COLUMNS), line(date=day, time_local=hour)))[:3] == (
        date(2026, 12, 15),
        time(0) if ends else time(7),
        ends,
    )


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (datetime(2026, 12, 10), "yyyy-mm-dd hh:mm", "2026-12-10 00:00"),  # noqa: DTZ001 - as a sheet has it
        (datetime(2026, 12, 10), "m/d/yy h:mm", "2026-12-10 00:00"),  # noqa: DTZ001 - built in, without a code
        (datetime(2026, 12, 10), "[$-421]dd mmmm yyyy", "2026-12-10"),  # noqa: DTZ001
        (datetime(2026, 12, 10), 'dd mmm yyyy "hari"', "2026-12-10"),  # noqa: DTZ001
        (1.0, "hh.mm", "24:00"),
        (1.0, "[h]:mm", "24:00"),
        (1.0, "General", "1"),
        (0.0, "hh.mm", "00:00"),
    ],
)
def test_a_whole_day_that_is_shown_with_an_hour_keeps_it(value: Any, shown_as: str, text: str) -> None:
    data = io.BytesIO()
    with Workbook(data) as book:
        book.add_worksheet("Petunjuk")
        tab = book.add_worksheet("Singgah & jam")
        write = tab.write_datetime if isinstance(value, datetime) else tab.write_number
        write(3, 28, value, book.add_format({"num_format": shown_as}))
    ((_, ((_, cells),)),) = sheets_of(data.getvalue(), [])
    assert cells[28] == text


@pytest.mark.parametrize("text", ["31/4/2026", "2026-13-01", "15/12", "12 Foo 2026", "45000", "15/12/1899", ""])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize("text", ["24:01", "7", "25.00", "07:60", "pagi", ""])
def test_what_is_no_hour_is_none(text: str) -> None:
    assert read_hour(text) is None


CSV = ";".join(COLUMNS) + "\r\n" + ";".join(map(cell_text, line(note="caf\xe9 \u2013 tetap"))) + ";;\r\n"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_csv_reads_in_every_coding_that_spreadsheets_write(coding: str) -> None:
    (row,) = read_timetable(io.BytesIO(("sep=;\r\n" + CSV).encode(coding)))
    assert (row.day, row.note) == (date(2026, 12, 15), "caf\xe9 \u2013 tetap")


def zipped(**files: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def problems(data: bytes, name: str = "kiriman.zip") -> list[str]:
    try:
        _, faults = sheet_cells.read([(name, data)])
    except TimetableFaults as refused:
        faults = refused.faults
    return [fault.problem for fault in faults]


PORTS = b"code,name,harbour,zone,confirmed_by\r\nIDSMQ,Sampit,,WIB,\r\n"


def test_system_junk_in_an_archive_is_passed_over() -> None:
    junk = {"__MACOSX/._ports.csv": b"\x00\x05", ".DS_Store": b"\x00\x01", "data/Thumbs.db": b"\xd0", "~$a.xlsx": b"x"}
    data = zipped(**junk, **{"data/ports.csv": PORTS})
    found, faults = sheet_cells.read([("kiriman.zip", data)])
    assert (len(found["ports"]), faults) == (1, [])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (zipped(), "no_sheet"),
        (zipped(**{"__MACOSX/._a.csv": b"x"}), "no_sheet"),
        (zipped(**{"foto.jpg": b"\xff\xd8\xff\x00\x81"}), "not_text"),
        (b"%PDF-1.4\n1 0 obj\n<< >>\n", "not_text"),
        (b"\xef\xbb\xbf\r\n<html><table><tr><td>date</td></tr></table></html>", "not_text"),
        (xlsx(), "empty"),
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unreadable_book"),
        (xlsx(["Nama", "Umur"], ["Siti", 30]), "not_a_sheet"),
    ],
)
def test_a_file_that_brings_nothing_is_a_fault(data: bytes, problem: str) -> None:
    assert problems(data) == [problem]


def test_the_sheets_as_a_workbook_come_back_as_they_were() -> None:
    out = {name: sheet_cells.write(name, []) for name in sheet_cells.SHEETS} | {"ports": b"\xef\xbb\xbf" + PORTS}
    found, faults = sheet_cells.read([("jadwal.xlsx", sheet_cells.workbook(out))])
    assert faults == []
    assert [cells.values["name"] for cells in found["ports"]] == ["Sampit"]
    assert sheet_cells.workbook(out) == sheet_cells.workbook(out)


def test_advice_never_points_to_a_file_of_the_repository() -> None:
    for sentence in SENTENCES.values():
        assert "data/" not in sentence
        assert not any(name in sentence for name in ("ports.csv", "operators.csv", "README"))


FAR_CELL = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Target="xl/workbook.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Target="worksheets/sheet1.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
    "xl/worksheets/sheet1.xml": '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    "</sheetData></worksheet>",
}
OPEN_DOCUMENT = {
    "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
}


def ods(rows: str) -> dict[str, str]:
    """The parts of a workbook of LibreOffice with these rows."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Jadwal">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return {**OPEN_DOCUMENT, "content.xml": content}


def packed(parts: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return data.getvalue()


MANY_CELLS = ods(
    '<table:table-row table:number-rows-repeated="900"><table:table-cell office:value-type="float" office:value="1" '
    'table:number-columns-repeated="16000"><text:p>1</text:p></table:table-cell></table:table-row>'
)


def test_a_workbook_of_libreoffice_reads_as_its_csv() -> None:
    cells = (
        '<table:table-cell office:value-type="string"><text:p>KM Kirana I</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2026-12-15"><text:p>15/12/26</text:p>'
        '</table:table-cell><table:table-cell office:value-type="time" office:time-value="PT24H00M00S">'
        '<text:p>24.00</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="500">'
        "<text:p>500</text:p></table:table-cell>"
    )
    cells += (
        '<table:table-cell office:value-type="date" office:date-value="2026-12-15T00:00:00"><text:p>15/12/26 00.00'
        "</text:p></table:table-cell>"
    )
    book = packed(ods(f"<table:table-row>{cells}</table:table-row>"))
    told = ["KM Kirana I", "2026-12-15", "24:00", "500", "2026-12-15 00:00"]
    assert sheets_of(book, []) == [("Jadwal", [(1, told)])]


@pytest.mark.parametrize("parts", [FAR_CELL, MANY_CELLS], ids=["xlsx", "ods"])
def test_a_small_workbook_that_unfolds_into_a_vast_sheet_harms_only_its_reader(parts: dict[str, str]) -> None:
    data = packed(parts)
    assert len(data) < 2_000
    before = getrusage(RUSAGE_SELF).ru_maxrss
    with pytest.raises(TimetableFaults) as told:
        sheets_of(data, [])
    assert [fault.problem for fault in told.value.faults] == ["too_large"]
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes"
