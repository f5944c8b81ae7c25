"""Reference data: ports, operators, ships, their papers and fares, in the sheets of `data/` or of an office's workbook.

Runs inside an action. Loading again changes what differs and adds what is new; it removes nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from app.boarding.models import Gate, Stage
from app.db import Base, db
from app.fares.models import Tariff, TariffChange
from app.named import find_by_name, must_be_new_name
from app.planning.sheets import cells as sheet_cells
from app.planning.sheets import reference_sheets
from app.planning.sheets.file_faults import TimetableFaults
from app.schedule.models import UNSTATED_PORT, Operator, Port, Ship
from app.seats.models import CapacityCertificate, Dispensation, FareClass, PlaceKind
from app.text import name_key

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
"""Two gangways, as the port boards through separate lanes, and the terminal's door."""

M = TypeVar("M", bound=Base)
Row = dict[str, str]


def load(source: Path, shifted_days: int = 0, *, papers: bool = True, as_typed: bool = True) -> None:
    """Bring in everything of a folder or a workbook. `shifted_days` moves the dates of fares, for a demonstration.

    Without `papers` the ships' certificates and dispensations are left out: a replay goes by its own rows. Raises
    TimetableFaults with every fault before anything is written; Refusal `name_taken`, `name_near` (unless `as_typed`).
    """
    found = reference_sheets.read(source)
    if faults := reference_sheets.check(found, _known()):
        raise TimetableFaults(faults)
    rows = {name: [cells.values for cells in of_sheet] for name, of_sheet in found.items()}
    for code, (number, name, kind) in FARE_CLASSES.items():
        _put(FareClass, {"id": number}, code=code, name=name, kind=kind)
    _ports(rows["ports"], as_typed)
    for row in rows["operators"]:
        before = db.session.scalar(select(Operator).filter_by(code=row["code"]))
        must_be_new_name(Operator, row["name"], before, as_typed=as_typed)
        _put(Operator, {"code": row["code"]}, name=row["name"])
    db.session.flush()
    operators = {operator.code: operator for operator in db.session.scalars(select(Operator))}
    for row in rows["ships"]:
        own = find_by_name(Ship, row["name"])
        must_be_new_name(Ship, row["name"], own, as_typed=as_typed)
        _put(
            Ship,
            {"name": own.name if own else row["name"]},
            operator=operators[row["operator"]],
            type=row["type"],
            imo=row["imo"] or None,
            source_url=row["source_url"],
            note=row["note"],
        )
    db.session.flush()
    if papers:
        _papers(rows["capacities"])
    _fares(rows["fares"], operators, shifted_days)


def _known() -> dict[str, Iterable[str]]:
    """The codes and names that are there already, by sheet."""
    return {
        "ports": db.session.scalars(select(Port.code)).all(),
        "operators": db.session.scalars(select(Operator.code)).all(),
        "ships": db.session.scalars(select(Ship.name)).all(),
        "fare_classes": FARE_CLASSES,
    }


def _ports(rows: Iterable[Row], as_typed: bool) -> None:
    """Bring in the ports and their gates. A timetable calls a port by its town."""
    for row in rows:
        before = db.session.scalar(select(Port).filter_by(code=row["code"]))
        must_be_new_name(Port, row["city"], before, as_typed=as_typed)
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


def _papers(rows: Iterable[Row]) -> None:
    ships = {name_key(ship.name): ship for ship in db.session.scalars(select(Ship))}
    kinds: dict[str, type[CapacityCertificate] | type[Dispensation]] = {
        "certificate": CapacityCertificate,
        "dispensation": Dispensation,
    }
    for row in rows:
        if not (row["valid_from"] and row["valid_to"]):
            continue  # a figure without dates is known, but no day can be judged by it
        dates = {
            "ship_id": ships[name_key(row["ship"])].id,
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]),
        }
        kind = kinds[row["kind"]]
        # Where two sources contradict each other over the same days, the lower figure is the safe one.
        before = db.session.scalar(select(kind.persons).filter_by(**dates))
        if before is None or int(row["persons"]) < before:
            letter = {"letter": row["letter"]} if row["letter"] and kind is Dispensation else {}
            _put(kind, dates, persons=int(row["persons"]), source_url=row["source_url"], note=row["note"], **letter)


def _fares(rows: Iterable[Row], operators: dict[str, Operator], shifted_days: int) -> None:
    ports = {port.code: port for port in db.session.scalars(select(Port))}
    shift = timedelta(days=shifted_days)
    corrected = _as_shipped_before_corrections()
    for row in rows:
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
    """Recall fares before an administrator put them right: a file that still says so is not right again."""
    before = db.session.scalars(select(TariffChange.before).where(TariffChange.before.is_not(None)))
    return [_comparable(values) for values in before if values]


def _comparable(values: dict[str, Any]) -> dict[str, str]:
    """A fare as it was written down, without where it is known from."""
    return {name: str(value) for name, value in values.items() if name not in {"source_url", "note"}}


# Out


def written() -> dict[str, bytes]:
    """The reference data as a CSV of each sheet; what no table keeps is empty. `load` takes it back as it is."""
    rows: dict[str, Iterator[Row]] = {
        "ports": (_port_row(port) for port in _all(Port, Port.code) if port.code != UNSTATED_PORT),
        "operators": ({"code": one.code, "name": one.name} for one in _all(Operator, Operator.code)),
        "ships": (
            _own(ship, "name", "type", "imo", "source_url", "note") | {"operator": ship.operator.code}
            for ship in _all(Ship, Ship.name)
        ),
        "capacities": _paper_rows(),
        "fares": map(_fare_row, _all(Tariff, Tariff.id)),
    }
    return {
        name: sheet_cells.write_columns(reference_sheets.COLUMNS[name], of_sheet) for name, of_sheet in rows.items()
    }


def _all(kind: type[M], order: Any) -> Iterator[M]:
    return iter(db.session.scalars(select(kind).order_by(order)))


def _own(thing: Any, *columns: str) -> Row:
    return {column: "" if (value := getattr(thing, column)) is None else str(value) for column in columns}


def _port_row(port: Port) -> Row:
    return _own(port, "code", "zone", "confirmed_by") | {"name": port.harbour or port.name, "city": port.name}


def _paper_rows() -> Iterator[Row]:
    names = {ship.id: ship.name for ship in db.session.scalars(select(Ship))}
    papers: list[CapacityCertificate | Dispensation] = [
        *_all(CapacityCertificate, CapacityCertificate.id),
        *_all(Dispensation, Dispensation.id),
    ]
    for paper in papers:
        row = _own(paper, "persons", "valid_from", "valid_to", "source_url", "note")
        of_letter = {"kind": "dispensation", "letter": paper.letter} if isinstance(paper, Dispensation) else {}
        yield row | {"ship": names[paper.ship_id], "kind": "certificate"} | of_letter


def _fare_row(fare: Tariff) -> Row:
    codes = {number: code for code, (number, _name, _kind) in FARE_CLASSES.items()}
    own = _own(fare, "passenger_type", "amount_idr", "percent", "valid_from", "valid_to", "source_url", "note")
    return own | {
        "operator": fare.operator.code,
        "from": fare.from_port.code,
        "to": fare.to_port.code,
        "fare_class": codes[fare.fare_class_id],
        "basis": "percent_of_base" if fare.amount_idr is None else "amount",
    }


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
