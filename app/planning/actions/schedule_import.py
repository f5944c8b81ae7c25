"""Bring the whole schedule in from spreadsheets, without loss.

Records that come in are compared with what is there; only what differs is checked and written, all of it or none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.db import action, db
from app.errors import Refusal
from app.planning.actions.catalogue import add_gates
from app.planning.import_limits import check_told, require_papers_no_less
from app.planning.sheets.export import (
    Exchanged,
    PaperKey,
    operator_records,
    paper_key,
    paper_records,
    port_records,
    ship_records,
    voyage_records,
)
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.sheets.reading import Arriving
from app.planning.sheets.records import OperatorRecord, PaperRecord, PortRecord, ShipRecord, VoyageRecord
from app.planning.sheets.voyage_records import bring_in
from app.schedule.models import UNSTATED_PORT, Operator, Port, Ship, Voyage
from app.schedule.overlap import plan_of_call, require_free_ship
from app.seats.actions.capacity import add_loads, set_ceilings
from app.seats.models import CapacityCertificate, Dispensation

# Out


# In


@action
def import_schedule(arriving: Arriving) -> Exchanged:
    """Bring in these files, all of it or none.

    Rows are known by their code, name, number or days; what the files do not name stays. Times and changes told of a
    voyage in use are changed on its page only, and nothing has happened in the future. Raises TimetableFaults with
    every fault, each with its file, line, column and remedy.
    """
    before = _Before(port_records(), operator_records(), ship_records(), paper_records(), voyage_records())
    arriving.check(before.ports, before.operators, before.ships, before.voyages)
    arriving.refuse_faults()
    all_ports = {**before.ports, **arriving.ports}
    check_told(arriving, before.voyages, {code: ZoneInfo(port.zone) for code, port in all_ports.items()})
    arriving.refuse_faults()
    report = Exchanged()
    ports = _bring_ports(arriving.ports.values(), before.ports, report)
    operators = _bring_operators(arriving.operators, before.operators, report)
    ships = _bring_ships(arriving.ships.values(), before.ships, operators, report)
    _bring_papers(arriving.papers.values(), before.papers, ships, report, arriving.line_of)
    brought: dict[str, Voyage] = {}
    for number, record in arriving.voyages.items():
        was = before.voyages.get(number)
        if not report.count("voyages", was, record):
            continue
        try:
            brought[number] = bring_in(
                record,
                ports,
                operators[record.operator].id,
                ships[record.ship].id if record.ship else None,
            )
        except Refusal as refusal:
            raise arriving.refused(number, refusal) from None
    _require_free_ships(arriving, brought)
    return report


def _require_free_ships(arriving: Arriving, brought: Mapping[str, Voyage]) -> None:
    """Refuse voyages that a ship would make at once. Asked last: the file may move the other one as well."""
    for number, voyage in brought.items():
        calls = [plan_of_call(call) for call in voyage.calls]
        if voyage.cancelled_at is None and calls:
            try:
                require_free_ship(voyage.ship_id, calls, voyage.calls[0].port, voyage.id)
            except Refusal as refusal:
                raise arriving.refused(number, refusal) from None


@dataclass(frozen=True)
class _Before:
    ports: Mapping[str, PortRecord]
    operators: Mapping[str, OperatorRecord]
    ships: Mapping[str, ShipRecord]
    papers: Mapping[PaperKey, PaperRecord]
    voyages: Mapping[str, VoyageRecord]


def _bring_ports(records: Iterable[PortRecord], before: Mapping[str, PortRecord], report: Exchanged) -> dict[str, Port]:
    ports = {port.code: port for port in db.session.scalars(select(Port))}
    records = list(records)
    _set_aside([ports[r.code] for r in records if r.code in ports and ports[r.code].name != r.name], "name")
    fresh = []
    for record in records:
        if report.count("ports", before.get(record.code), record):
            port = ports.setdefault(record.code, Port())
            fresh.append(_filled(port, record))
    db.session.add_all(fresh)
    db.session.flush()
    for port in fresh:
        if port.code != UNSTATED_PORT:
            add_gates(port)
    return ports


def _bring_operators(
    records: Mapping[str, OperatorRecord], before: Mapping[str, OperatorRecord], report: Exchanged
) -> dict[str, Operator]:
    operators = {operator.code: operator for operator in db.session.scalars(select(Operator))}
    _set_aside([operators[c] for c, r in records.items() if c in operators and operators[c].name != r.name], "name")
    for code, record in records.items():
        if report.count("operators", before.get(code), record):
            operator = operators.setdefault(code, Operator(code=code))
            operator.name, operator.child_age = record.name, record.child_age
            db.session.add(operator)
    db.session.flush()
    return operators


def _bring_ships(
    records: Iterable[ShipRecord],
    before: Mapping[str, ShipRecord],
    operators: Mapping[str, Operator],
    report: Exchanged,
) -> dict[str, Ship]:
    ships = {ship.name: ship for ship in db.session.scalars(select(Ship))}
    records = list(records)
    _set_aside([ships[r.name] for r in records if r.name in ships and ships[r.name].imo != (r.imo or None)], "imo")
    for record in records:
        if report.count("ships", before.get(record.name), record):
            ship = ships.setdefault(record.name, Ship(name=record.name))
            ship.operator_id, ship.type, ship.imo = operators[record.operator].id, record.type, record.imo or None
            ship.source_url, ship.note = record.source_url, record.note
            db.session.add(ship)
    db.session.flush()
    return ships


def _bring_papers(
    records: Iterable[PaperRecord],
    before: Mapping[PaperKey, PaperRecord],
    ships: Mapping[str, Ship],
    report: Exchanged,
    line_of: Mapping[Any, tuple[str, int]],
) -> None:
    touched = []
    for record in records:
        if not report.count("papers", before.get(paper_key(record)), record):
            continue
        ship_id = ships[record.ship].id
        dates = {"ship_id": ship_id, "valid_from": record.valid_from, "valid_to": record.valid_to}
        kind = Dispensation if record.kind == "dispensation" else CapacityCertificate
        paper: CapacityCertificate | Dispensation
        paper = db.session.scalar(select(kind).filter_by(**dates)) or kind(**dates)
        paper.persons, paper.source_url, paper.note = record.persons, record.source_url, record.note
        if isinstance(paper, Dispensation):
            paper.letter = record.letter
        db.session.add(paper)
        touched.append((ship_id, record))
    db.session.flush()
    for ship_id, record in touched:
        add_loads(ship_id, record.valid_from, record.valid_to)
        try:
            set_ceilings(ship_id, record.valid_from, record.valid_to, require_papers_no_less)
        except Refusal as refusal:
            file, line = line_of[paper_key(record)]
            aboard, sold_under = refusal.details.get("aboard"), refusal.details.get("ceiling")
            value = str(sold_under) if aboard is None else f"{record.persons} < {aboard}"
            raise TimetableFaults([Fault(line, "persons", value, refusal.code, file)]) from None


def _set_aside(things: list[Any], name: str) -> None:
    """Let go of names (or IMO numbers) that will change, so that two may exchange theirs."""
    for thing in things:
        setattr(thing, name, None if name == "imo" else f"~{thing.id}")
    db.session.flush()


def _filled(port: Port, record: PortRecord) -> Port:
    for item in fields(record):
        setattr(port, item.name, getattr(record, item.name))
    return port
