"""Write the whole schedule to sheets."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import select

from app.db import db
from app.planning.sheets import cells
from app.planning.sheets.cells import MOMENTS, NO_LETTER, SHEETS, moment_cell
from app.planning.sheets.records import OperatorRecord, PaperRecord, PortRecord, ShipRecord, VoyageRecord
from app.planning.sheets.voyage_records import record_of
from app.schedule.models import Operator, Port, Ship, Voyage
from app.seats.models import CapacityCertificate, Dispensation


@dataclass
class Exchanged:
    """How many rows of each sheet were added, changed and left as they are."""

    added: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHEETS, 0))
    changed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHEETS, 0))
    left: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHEETS, 0))

    def count(self, sheet: str, before: Any, after: Any) -> bool:
        """Take a record in; whether there is something to do."""
        kind = self.added if before is None else self.left if before == after else self.changed
        kind[sheet] += 1
        return kind is not self.left


def export_schedule() -> dict[str, bytes]:
    """All sheets by name. The same schedule gives the same bytes on every engine."""
    return written(
        port_records().values(),
        operator_records().values(),
        ship_records().values(),
        paper_records().values(),
        voyage_records().values(),
    )


def written(
    ports: Iterable[PortRecord],
    operators: Iterable[OperatorRecord],
    ships: Iterable[ShipRecord],
    papers: Iterable[PaperRecord],
    voyages: Iterable[VoyageRecord],
) -> dict[str, bytes]:
    """These records as sheets, in the one order that they are written in."""
    rows: dict[str, Iterable[Mapping[str, str]]] = {
        "ports": (asdict(port) for port in sorted(ports, key=lambda port: port.code)),
        "operators": (_operator_row(one) for one in sorted(operators, key=lambda one: one.code)),
        "ships": (asdict(ship) for ship in sorted(ships, key=lambda ship: ship.name)),
        "papers": (_paper_row(paper) for paper in sorted(papers, key=paper_key)),
        "voyages": (row for voyage in sorted(voyages, key=lambda v: v.number) for row in _voyage_rows(voyage)),
    }
    return {sheet: cells.write(sheet, of_sheet) for sheet, of_sheet in rows.items()}


def port_records() -> dict[str, PortRecord]:
    return {
        p.code: PortRecord(p.code, p.name, p.harbour, p.zone, p.confirmed_by) for p in db.session.scalars(select(Port))
    }


def operator_records() -> dict[str, OperatorRecord]:
    return {o.code: OperatorRecord(o.code, o.name, o.child_age) for o in db.session.scalars(select(Operator))}


def _operator_row(record: OperatorRecord) -> dict[str, str]:
    return {"code": record.code, "name": record.name, "child_age": str(record.child_age or "")}


def ship_records() -> dict[str, ShipRecord]:
    return {
        s.name: ShipRecord(s.name, s.operator.code, s.type, s.imo or "", s.source_url, s.note)
        for s in db.session.scalars(select(Ship))
    }


PaperKey = tuple[str, str, Any, Any]


def paper_key(paper: PaperRecord) -> PaperKey:
    return paper.ship, paper.kind, paper.valid_from, paper.valid_to


def paper_records() -> dict[PaperKey, PaperRecord]:
    names = {ship.id: ship.name for ship in db.session.scalars(select(Ship))}
    found = [
        PaperRecord(names[p.ship_id], "certificate", p.persons, p.valid_from, p.valid_to, "", p.source_url, p.note)
        for p in db.session.scalars(select(CapacityCertificate))
    ]
    found += [
        PaperRecord(
            names[p.ship_id], "dispensation", p.persons, p.valid_from, p.valid_to, p.letter, p.source_url, p.note
        )
        for p in db.session.scalars(select(Dispensation))
    ]
    return {paper_key(paper): paper for paper in found}


def _paper_row(paper: PaperRecord) -> dict[str, str]:
    letter = paper.letter or (NO_LETTER if paper.kind == "dispensation" else "")
    return {name: str(value) for name, value in asdict(paper).items()} | {"letter": letter}


def voyage_records() -> dict[str, VoyageRecord]:
    return {voyage.number: record_of(voyage) for voyage in db.session.scalars(select(Voyage))}


def _voyage_rows(voyage: VoyageRecord) -> Iterable[dict[str, str]]:
    whole = {
        "voyage": voyage.number,
        "operator": voyage.operator,
        "ship": voyage.ship,
        "source_url": voyage.source_url,
        "note": voyage.note,
        "shifted_days": str(voyage.shifted_days),
        "cancelled_at": moment_cell(voyage.cancelled_at),
        "cancel_cause": voyage.cancel_cause,
        "cancel_reason": voyage.cancel_reason,
    }
    for position, call in enumerate(voyage.calls, 1):
        moments = {
            name: moment_cell(
                getattr(call, name),
                ends_day=call.precision == "day" and name.startswith("planned"),
            )
            for name in MOMENTS
        }
        said = {"position": str(position), "port": call.port, "day": str(call.day or ""), "precision": call.precision}
        yield {**whole, **said, **moments, "cause": call.cause, "reason": call.reason}
