"""Reference data comes in and goes out as CSV and as workbooks, without loss; what is wrong is told by its line."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from xlsxwriter import Workbook

from app.config import ROOT
from app.errors import Refusal
from app.planning import reference
from app.planning.actions.reference_import import load_reference
from app.planning.sheets import reference_sheets
from app.planning.sheets.cells import workbook
from app.planning.sheets.file_faults import TimetableFaults

PORT: dict[str, Any] = {"code": "IDSMQ", "name": "Sampit", "city": "Sampit", "zone": "WIB"}
OPERATOR = {"code": "UJI", "name": "PT Uji Bahari"}
SHIP = {"name": "KM Kirana I", "operator": "UJI", "imo": ""}
CAPACITY = {
    "ship": "KM Kirana I",
    "kind": "certificate",
    "persons": 500,
    "valid_from": "1/12/2026",
    "valid_to": "2026-12-31",
}
FARE = {
    "operator": "UJI",
    "from": "IDSMQ",
    "to": "IDSRG",
    "fare_class": "ekonomi",
    "passenger_type": "adult",
    "basis": "amount",
    "amount_idr": 245000,
    "valid_from": "2026-12-01",
}


def a_book(folder: Path, **rows: list[dict[str, Any]]) -> Path:
    """A workbook with a tab for each sheet; numbers are cells of numbers."""
    path = folder / "acuan.xlsx"
    with Workbook(path) as book:
        for name, of_sheet in rows.items():
            tab = book.add_worksheet(name)
            tab.write_row(0, 0, reference_sheets.COLUMNS[name])
            for line, row in enumerate(of_sheet, 1):
                tab.write_row(line, 0, [row.get(column, "") for column in reference_sheets.COLUMNS[name]])
    return path


def everything(**changes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    other = {**PORT, "code": "IDSRG", "name": "Tanjung Emas", "city": "Semarang"}
    whole: dict[str, list[dict[str, Any]]] = {
        "ports": [PORT, other],
        "operators": [OPERATOR],
        "ships": [SHIP],
        "capacities": [CAPACITY],
        "fares": [FARE],
    }
    return whole | changes


def test_what_goes_out_comes_back_the_same_from_csv_and_from_a_workbook(app: Flask, tmp_path: Path) -> None:
    load_reference(ROOT / "data")
    before = reference.written()
    assert all(data.count(b"\r\n") > 1 for data in before.values())
    book = tmp_path / "acuan.xlsx"
    book.write_bytes(workbook(before))
    for name, data in before.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    for source in (book, tmp_path):
        load_reference(source)
        assert reference.written() == before


def test_an_empty_house_is_filled_from_a_workbook(app: Flask, tmp_path: Path) -> None:
    load_reference(a_book(tmp_path, **everything()))
    out = {name: data.decode("utf-8-sig").splitlines()[1:] for name, data in reference.written().items()}
    assert out["ports"] == ["IDSMQ,Sampit,Sampit,Asia/Jakarta,,", "IDSRG,Tanjung Emas,Semarang,Asia/Jakarta,,"]
    assert out["capacities"] == ["KM Kirana I,certificate,500,2026-12-01,2026-12-31,,,"]
    assert out["fares"] == ["UJI,IDSMQ,IDSRG,ekonomi,adult,amount,245000,,2026-12-01,,,"]


@pytest.mark.parametrize(
    ("sheet", "row", "told"),
    [
        ("ports", {**PORT, "zone": "WOB"}, ("zone", "zone")),
        ("ports", {**PORT, "code": "terlalu-panjang"}, ("code", "too_long")),
        ("operators", {"code": "UJI", "name": ""}, ("name", "required")),
        ("ships", {**SHIP, "operator": "LAIN"}, ("operator", "unknown_operator")),
        ("ships", {**SHIP, "imo": "1234568"}, ("imo", "imo")),
        ("capacities", {**CAPACITY, "persons": "sekitar 900"}, ("persons", "count")),
        ("capacities", {**CAPACITY, "valid_to": "31/13/2026"}, ("valid_to", "date")),
        ("capacities", {**CAPACITY, "valid_to": "2026-11-01"}, ("valid_to", "ends_before")),
        ("fares", {**FARE, "to": "IDXXX"}, ("to", "unknown_port")),
        ("fares", {**FARE, "amount_idr": "Rp245.000"}, ("amount_idr", "count")),
        ("fares", {**FARE, "amount_idr": "0"}, ("amount_idr", "fare_free")),
        ("fares", {**FARE, "basis": "percent_of_base", "percent": "-100"}, ("percent", "fare_free")),
        ("fares", {**FARE, "fare_class": "mewah"}, ("fare_class", "choice")),
        ("fares", {**FARE, "basis": "kira-kira"}, ("basis", "choice")),
    ],
)
def test_every_fault_is_told_by_its_file_line_and_column(
    app: Flask, tmp_path: Path, sheet: str, row: dict[str, Any], told: tuple[str, str]
) -> None:
    wanted = everything(**{sheet: [row]}) if sheet != "ports" else everything(ports=[row])
    with pytest.raises(TimetableFaults) as refused:
        load_reference(a_book(tmp_path, **wanted))
    own = [fault for fault in refused.value.faults if (fault.column, fault.problem) == told]
    assert [(fault.file, fault.line) for fault in own] == [(f"acuan.xlsx [{sheet}]", 2)]
    assert all(b"\r\n" in data and data.count(b"\r\n") == 1 for data in reference.written().values()), (
        "nothing is written"
    )


@pytest.mark.parametrize("name", ["ports.csv", "lain.csv", "acuan.xlsx"])
def test_a_file_that_is_no_reference_is_refused(app: Flask, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    data = io.BytesIO()
    with Workbook(data) as book:
        book.add_worksheet("Daftar").write(0, 0, "Nama")
    path.write_bytes(data.getvalue() if name.endswith("xlsx") else b"Nama,Umur\r\nSiti,30\r\n")
    with pytest.raises(TimetableFaults):
        load_reference(path)


def test_an_empty_folder_is_told(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["import-reference", str(tmp_path)])
    assert result.exit_code == 1
    assert "ports operators ships capacities fares" in result.output


def test_a_near_miss_is_asked_and_a_taken_name_refused(app: Flask, tmp_path: Path) -> None:
    load_reference(a_book(tmp_path, **everything()))
    slip = a_book(tmp_path, ships=[{**SHIP, "name": "KM Kirano I"}])
    with pytest.raises(Refusal, match="name_near"):
        load_reference(slip, as_typed=False)
    load_reference(slip)
    with pytest.raises(Refusal, match="name_taken"):
        load_reference(a_book(tmp_path, ports=[{**PORT, "code": "IDXXX", "city": "SAMPIT."}]))


def test_the_commands_write_and_read_a_workbook(app: Flask, tmp_path: Path) -> None:
    load_reference(a_book(tmp_path, **everything()))
    before = reference.written()
    run = app.test_cli_runner().invoke
    for target in ("keluar.xlsx", "keluar"):
        assert run(args=["export-reference", str(tmp_path / target)]).exit_code == 0
        assert run(args=["import-reference", str(tmp_path / target)]).exit_code == 0
        assert reference.written() == before
