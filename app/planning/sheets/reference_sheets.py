"""Reference data as sheets: ports, operators, ships, capacities and fares, in CSV files or workbooks.

The columns are those of `data/README.md`. A folder holds a file of each name (.csv, .xlsx or .ods), a workbook a tab of
each name. Every fault is told with its file, line, column and remedy before anything is written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from app.fares.models import PERCENT_LEAST, least_amount
from app.planning.sheets.cells import Cells, cells_of
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.sheets.spreadsheets import is_workbook, sheets_of, without_titles
from app.planning.timetable import bytes_of
from app.schedule.models import ZONES, is_imo_number

COLUMNS: dict[str, tuple[str, ...]] = {
    "ports": ("code", "name", "city", "zone", "confirmed_by", "note"),
    "operators": ("code", "name", "source_url", "note"),
    "ships": ("name", "operator", "type", "ro_ro", "imo", "first_seen", "last_seen", "source_url", "note"),
    "capacities": ("ship", "kind", "persons", "valid_from", "valid_to", "letter", "source_url", "note"),
    "fares": (
        "operator",
        "from",
        "to",
        "fare_class",
        "passenger_type",
        "basis",
        "amount_idr",
        "percent",
        "valid_from",
        "valid_to",
        "source_url",
        "note",
    ),
}
KINDS = (".csv", ".xlsx", ".ods")
LONGEST = {"code": 10, "name": 80, "city": 60, "type": 120, "source_url": 400, "note": 600, "letter": 120}
CHOICES = {
    "kind": ("certificate", "dispensation"),
    "passenger_type": ("adult", "child", "infant"),
    "basis": ("amount", "percent_of_base"),
}
_NEEDED = {
    "ports": ("code", "name", "city", "zone"),
    "operators": ("code", "name"),
    "ships": ("name", "operator"),
    "capacities": ("ship", "kind", "persons"),
    "fares": ("operator", "from", "to", "fare_class", "passenger_type", "basis", "valid_from"),
}
Rows = dict[str, list[Cells]]


def read(source: Path) -> Rows:
    """The rows of a folder, a workbook or one CSV named after its sheet. Raises TimetableFaults for faults of form."""
    paths = [source]
    if source.is_dir():
        found = [path for name in COLUMNS for kind in KINDS if (path := source / f"{name}{kind}").exists()]
        paths = list({path.stem: path for path in reversed(found)}.values())
    rows: Rows = {name: [] for name in COLUMNS}
    faults: list[Fault] = []
    for path in paths:
        own: list[Fault] = []
        try:
            data = bytes_of(path)
            parts = [(name.casefold() if is_workbook(data) else "", lines) for name, lines in sheets_of(data, own)]
            known = [(name if name in COLUMNS else path.stem, lines) for name, lines in parts]
            known = [(name, lines) for name, lines in known if name in COLUMNS]
            if not known:
                own.append(Fault(0, "", " ".join(COLUMNS), "no_reference"))
            for name, lines in known:
                told = [(line, row) for line, row in without_titles(lines, set(COLUMNS[name])) if row]
                rows[name] += cells_of(f"{path.name} [{name}]", told, COLUMNS[name], own) if told else []
        except TimetableFaults as refused:
            own += refused.faults
        faults += [replace(fault, file=path.name) for fault in own]
    if not paths:
        faults.append(Fault(0, "", " ".join(COLUMNS), "no_reference", source.name))
    if faults:
        raise TimetableFaults(faults)
    return rows


def check(rows: Rows, known: Mapping[str, Iterable[str]]) -> list[Fault]:
    """Every fault in the cells; `known`: the codes and names that are there already, by sheet, and the fare classes."""
    names = {
        "ports": {*known["ports"], *(cells.values["code"] for cells in rows["ports"])},
        "operators": {*known["operators"], *(cells.values["code"] for cells in rows["operators"])},
        "ships": {*known["ships"], *(cells.values["name"] for cells in rows["ships"])},
    }
    for name, of_sheet in rows.items():
        for cells in of_sheet:
            for column in COLUMNS[name]:
                cells.text(column, LONGEST.get(column, 200), required=column in _NEEDED[name])
            _check_cells(name, cells, names, set(known["fare_classes"]))
    return [fault for of_sheet in rows.values() for cells in of_sheet for fault in cells.faults]


def _check_cells(name: str, cells: Cells, names: Mapping[str, set[str]], classes: set[str]) -> None:
    values = cells.values
    for column, choices in CHOICES.items():
        if values.get(column):
            cells.choice(column, choices, "")
    for column, sheet in (("operator", "operators"), ("ship", "ships"), ("from", "ports"), ("to", "ports")):
        if values.get(column) and values[column] not in names[sheet]:
            cells.fault(column, f"unknown_{sheet[:-1]}")
    for column in ("valid_from", "valid_to"):
        # A figure without dates is known, but no day can be judged by it.
        if day := cells.day(column) if column in values else None:
            values[column] = day.isoformat()
    if values.get("valid_to", "") and values.get("valid_to", "") < values.get("valid_from", ""):
        cells.fault("valid_to", "ends_before")
    if name == "ports" and values["zone"]:
        values["zone"] = ZONES.get(values["zone"].upper(), values["zone"])
        if values["zone"] not in ZONES.values():
            cells.fault("zone", "zone")
    if name == "ports" and values["code"] and not re.fullmatch(r"[A-Z0-9]{2,5}|\?[0-9]{1,4}", values["code"]):
        cells.fault("code", "port_code")
    if name == "ships" and values["imo"] and not is_imo_number(values["imo"]):
        cells.fault("imo", "imo")
    if name == "capacities" and values["persons"]:
        cells.count("persons", 1)
    if name == "fares":
        column, digits = ("amount_idr", r"[0-9]{1,9}") if values["basis"] == "amount" else ("percent", r"-?[0-9]{1,3}")
        if not re.fullmatch(digits, values[column]):
            cells.fault(column, "count" if values[column] else "required")
        elif int(values[column]) < (PERCENT_LEAST if column == "percent" else least_amount(values["passenger_type"])):
            cells.fault(column, "fare_free")
        if values["fare_class"] and values["fare_class"] not in classes:
            cells.fault("fare_class", "choice", f"{values['fare_class']} ({', '.join(sorted(classes))})")
