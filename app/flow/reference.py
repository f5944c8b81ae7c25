"""Reference data: ports, operators, ships, their papers and fares, read from the CSV files of `data/`.

Runs inside an action. Loading again changes what differs and adds what is new; it removes nothing.
"""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from app.boarding.models import Gate, Stage
from app.db import Base, db
from app.fares.models import Tariff, TariffChange
from app.schedule.models import Operator, Port, Ship
from app.seats.models import CapacityCertificate, Dispensation, FareClass, PlaceKind

FARE_CLASSES = {
    "ekonomi": (1, "Ekonomi", PlaceKind.BED),
    "kelas 1": (2, "Kelas 1", PlaceKind.BED),
    "kelas 2": (3, "Kelas 2", PlaceKind.BED),
    "perintis": (4, "Perintis", PlaceKind.BED),
    "non-seat": (5, "Non-seat", PlaceKind.NON_SEAT),
    "kendaraan roda dua": (6, "Kendaraan roda dua", PlaceKind.VEHICLE),
    "minibus pribadi": (7, "Minibus pribadi", PlaceKind.VEHICLE),
}
"""Code -> (id in the ticket's code, name, what it sells). The classes that sources name; not all have a fare."""

GATES_PER_PORT = (
    ("Tangga kapal A", Stage.GANGWAY),
    ("Tangga kapal B", Stage.GANGWAY),
    ("Pintu terminal", Stage.TERMINAL),
)
"""Two gangways, as the port boards through separate lanes, and the terminal's door (process.md, part 3)."""

M = TypeVar("M", bound=Base)


def load(folder: Path, shifted_days: int = 0, papers: bool = True) -> None:
    """Bring in everything. `shifted_days` moves the dates of fares, for a demonstration.

    Without `papers` the ships' certificates and dispensations are left out: a replay goes by its own rows.
    """
    for code, (number, name, kind) in FARE_CLASSES.items():
        _put(FareClass, {"id": number}, code=code, name=name, kind=kind)
    ports(folder)
    operators = {
        row["code"]: _put(Operator, {"code": row["code"]}, name=row["name"]) for row in _rows(folder / "operators.csv")
    }
    ships = {
        row["name"]: _put(
            Ship,
            {"name": row["name"]},
            operator=operators[row["operator"]],
            type=row["type"],
            imo=row["imo"] or None,
            source_url=row["source_url"],
            note=row["note"],
        )
        for row in _rows(folder / "ships.csv")
    }
    db.session.flush()
    if papers:
        _papers(folder, ships)
    _fares(folder, operators, shifted_days)


def ports(folder: Path) -> None:
    """Bring in the ports and their gates. A timetable calls a port by its town."""
    for row in _rows(folder / "ports.csv"):
        port = _put(
            Port,
            {"code": row["code"]},
            name=row["city"],
            harbour=row["name"] if row["name"] != row["city"] else "",
            zone=row["zone"],
            confirmed_by=row["confirmed_by"],
        )
        db.session.flush()
        for gate, stage in GATES_PER_PORT:
            _put(Gate, {"name": f"{port.name} · {gate}"}, port_id=port.id, stage=stage)


def _papers(folder: Path, ships: dict[str, Ship]) -> None:
    kinds: dict[str, type[CapacityCertificate] | type[Dispensation]] = {
        "certificate": CapacityCertificate,
        "dispensation": Dispensation,
    }
    for row in _rows(folder / "capacities.csv"):
        if not (row["valid_from"] and row["valid_to"]):
            continue  # a figure without dates is known, but no day can be judged by it
        dates = {
            "ship_id": ships[row["ship"]].id,
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]),
        }
        kind = kinds[row["kind"]]
        # Where two sources contradict each other over the same days, the lower figure is the safe one.
        before = db.session.scalar(select(kind.persons).filter_by(**dates))
        if before is None or int(row["persons"]) < before:
            _put(kind, dates, persons=int(row["persons"]), source_url=row["source_url"], note=row["note"])


def _fares(folder: Path, operators: dict[str, Operator], shifted_days: int) -> None:
    ports = {port.code: port for port in db.session.scalars(select(Port))}
    shift = timedelta(days=shifted_days)
    corrected = _as_shipped_before_corrections()
    for row in _rows(folder / "fares.csv"):
        key = {
            "operator_id": operators[row["operator"]].id,
            "from_port_id": ports[row["from"]].id,
            "to_port_id": ports[row["to"]].id,
            "fare_class_id": FARE_CLASSES[row["fare_class"]][0],
            "passenger_type": row["passenger_type"],
            "amount_idr": int(row["amount_idr"]) if row["basis"] == "amount" else None,
            "percent": int(row["percent"]) if row["basis"] != "amount" else None,
            "valid_from": date.fromisoformat(row["valid_from"]) + shift,
            "valid_to": date.fromisoformat(row["valid_to"]) + shift if row["valid_to"] else None,
        }
        if _comparable(key) not in corrected:
            _put(Tariff, key, source_url=row["source_url"], note=row["note"])


def _as_shipped_before_corrections() -> list[dict[str, str]]:
    """What fares said before an administrator put them right: a file that still says so is not right again."""
    before = db.session.scalars(select(TariffChange.before).where(TariffChange.before.is_not(None)))
    return [_comparable(values) for values in before if values]


def _comparable(values: dict[str, Any]) -> dict[str, str]:
    """A fare as it was written down, without where it is known from."""
    return {name: str(value) for name, value in values.items() if name not in {"source_url", "note"}}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _put(kind: type[M], key: dict[str, Any], /, **values: Any) -> M:
    """The row with this key, made or brought up to date."""
    found = db.session.scalar(select(kind).filter_by(**key))
    if found is None:
        found = kind(**key, **values)
        db.session.add(found)
        return found
    for name, value in values.items():
        setattr(found, name, value)
    return found
