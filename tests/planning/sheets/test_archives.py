"""Archives are looked at before they are unpacked: bombs of every kind are refused, and honest files are not."""

import io
import struct
import zipfile
from contextlib import suppress
from datetime import date
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest

from app.planning import timetable
from app.planning.sheets import archives, cells
from app.planning.sheets.archives import FILE_MAX, PARTS_MAX, RATIO_MAX, must_be_modest
from app.planning.sheets.file_faults import TimetableFaults
from app.planning.sheets.spreadsheets import sheets_of
from app.planning.timetable import COLUMNS
from tests.planning.sheets.test_spreadsheets import line, xlsx


def a_zip(parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def problem(read: Any, *given: Any) -> tuple[str, str, str]:
    with pytest.raises(TimetableFaults) as told:
        read(*given)
    (fault,) = told.value.faults
    assert fault.message
    return fault.problem, fault.value, fault.file


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (a_zip({str(n): b"" for n in range(PARTS_MAX + 1)}), ("archive_parts", str(PARTS_MAX))),
        (a_zip({"a.csv": b"x", "b.csv": bytes(65 * 1024 * 1024)}), ("archive_large", "b.csv")),
        (a_zip({"a.csv": b"x", "b.csv": bytes(2 * 1024 * 1024)}), ("archive_tight", "b.csv")),
        (a_zip({"b.csv": bytes(2 * 1024 * 1024)}, zipfile.ZIP_LZMA), ("archive_tight", "b.csv")),
        (b"PK\x03\x04" + bytes(100), ("archive_damaged", "")),
        (b"PK\x05\x06", ("archive_damaged", "")),
    ],
    ids=["parts", "large", "tight", "another method", "damaged", "cut"],
)
def test_an_archive_that_unfolds_is_refused_unopened(data: bytes, wanted: tuple[str, str]) -> None:
    before = getrusage(RUSAGE_SELF).ru_maxrss
    assert problem(must_be_modest, data)[:2] == wanted
    assert problem(cells.read, [("kiriman.zip", data)]) == (*wanted, "kiriman.zip")
    assert problem(sheets_of, data, [])[:2] == wanted
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 20_000, "kilobytes"


def test_an_archive_that_lies_about_its_sizes_unfolds_no_further() -> None:
    data = bytearray(a_zip({"ports.csv": b"a\n" * 3_000_000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        data[data.index(mark) + at : data.index(mark) + at + 4] = struct.pack("<I", 1_000)
    assert problem(cells.read, [("kiriman.zip", bytes(data))]) == ("archive_damaged", "", "kiriman.zip")


def test_a_workbook_that_lies_about_its_sizes_harms_only_its_reader() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx(list(COLUMNS), line()))) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = next(name for name in parts if name.endswith("sheet1.xml"))
    parts[sheet] = parts[sheet].replace(b"<sheetData>", b"<sheetData>" + b"<row r='1'/>" * 2_000_000)
    data = bytearray(a_zip(parts))
    entry = data.index(sheet.encode(), data.index(b"PK\x01\x02")) - 46
    data[entry + 24 : entry + 28] = struct.pack("<I", 1_000)
    before = getrusage(RUSAGE_SELF).ru_maxrss
    with suppress(TimetableFaults):
        sheets_of(bytes(data), [])
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 50_000, "kilobytes"


def test_a_zip_in_a_zip_is_not_unpacked() -> None:
    inner = a_zip({"ports.csv": b"code,name\n"})
    assert problem(sheets_of, inner, [])[0] == "no_sheet"
    _, faults = cells.read([("luar.zip", a_zip({"dalam.zip": inner}))])
    assert [(fault.problem, fault.file) for fault in faults] == [("no_sheet", "dalam.zip")]


def test_the_reader_of_workbooks_is_not_asked_again_once_it_was_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def stopped(data: bytes, faults: list[Any]) -> Any:
        asked.append(data)
        raise TimetableFaults([cells.Fault(0, "", "", "too_large")])

    monkeypatch.setattr(cells, "sheets_of", stopped)
    cells.read([(f"{n}.xlsx", b"x") for n in range(10)])
    assert len(asked) == 1


def test_a_season_of_five_thousand_rows_is_far_from_every_bound() -> None:
    rows = [line(date=date(2026, 12, 1 + n % 28), note=f"baris {n}") for n in range(5_000)]
    data = xlsx(list(COLUMNS), *rows)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        ratio = max(part.file_size / max(part.compress_size, 1) for part in book.infolist())
    assert ratio < RATIO_MAX / 2
    must_be_modest(data)
    assert len(data) < FILE_MAX / 4


def test_no_more_of_a_file_is_read_than_any_timetable_needs(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timetable, "FILE_MAX", 1_000)
    path = tmp_path / "jadwal.csv"
    path.write_bytes(b"a" * 1_001)
    for source in (path, io.BytesIO(b"a" * 1_001), io.StringIO("a" * 1_001)):
        assert problem(timetable.bytes_of, source)[0] == "too_large"
    assert timetable.bytes_of(io.BytesIO(b"a" * 1_000)) == b"a" * 1_000
    assert archives.FILE_MAX > 400 * 1024
