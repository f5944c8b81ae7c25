"""The whole schedule out to spreadsheets and back in, without loss.

What comes in is compared with what is there; only what differs is checked and written, all of it or none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.boarding.papers import add_loads, set_ceilings
from app.db import action, db
from app.errors import Refusal
from app.flow import sheets
from app.flow.arriving import Arriving
from app.flow.catalogue import add_gates
from app.flow.records import OperatorRecord, PaperRecord, PortRecord, ShipRecord, VoyageRecord
from app.flow.sheets import MOMENTS, NO_LETTER, SHEETS, moment_cell
from app.flow.spoken import check_told, require_papers_no_less
from app.flow.voyage_records import bring_in, record_of
from app.schedule.faults import Fault, TimetableFaults
from app.schedule.models import UNSTATED_PORT, Operator, Port, Ship, Voyage
from app.schedule.overlap import plan_of_call, require_free_ship
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


# Out


def export_schedule() -> dict[str, bytes]:
    """All sheets by name. The same schedule gives the same bytes on every engine."""
    return written(_ports().values(), _operators().values(), _ships().values(), _papers().values(), _voyages().values())


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
        "papers": (_paper_row(paper) for paper in sorted(papers, key=_paper_key)),
        "voyages": (row for voyage in sorted(voyages, key=lambda v: v.number) for row in _voyage_rows(voyage)),
    }
    return {sheet: sheets.write(sheet, of_sheet) for sheet, of_sheet in rows.items()}


def _ports() -> dict[str, PortRecord]:
    return {
        p.code: PortRecord(p.code, p.name, p.harbour, p.zone, p.confirmed_by) for p in db.session.scalars(select(Port))
    }


def _operators() -> dict[str, OperatorRecord]:
    return {o.code: OperatorRecord(o.code, o.name, o.child_age) for o in db.session.scalars(select(Operator))}


def _operator_row(record: OperatorRecord) -> dict[str, str]:
    return {"code": record.code, "name": record.name, "child_age": str(record.child_age or "")}


def _ships() -> dict[str, ShipRecord]:
    return {
        s.name: ShipRecord(s.name, s.operator.code, s.type, s.imo or "", s.source_url, s.note)
        for s in db.session.scalars(select(Ship))
    }


PaperKey = tuple[str, str, Any, Any]


def _paper_key(paper: PaperRecord) -> PaperKey:
    return paper.ship, paper.kind, paper.valid_from, paper.valid_to


def _papers() -> dict[PaperKey, PaperRecord]:
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
    return {_paper_key(paper): paper for paper in found}


def _paper_row(paper: PaperRecord) -> dict[str, str]:
    letter = paper.letter or (NO_LETTER if paper.kind == "dispensation" else "")
    return {name: str(value) for name, value in asdict(paper).items()} | {"letter": letter}


def _voyages() -> dict[str, VoyageRecord]:
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


# In


@action
def import_schedule(arriving: Arriving) -> Exchanged:
    """Bring in these files, all of it or none.

    Rows are known by their code, name, number or days; what the files do not name stays. What was
    told of a voyage that is used is changed on its page only, and nothing has happened in the future. Raises
    TimetableFaults with every fault, each with its file, line, column and remedy.
    """
    before = _Before(_ports(), _operators(), _ships(), _papers(), _voyages())
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
        if not report.count("papers", before.get(_paper_key(record)), record):
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
            file, line = line_of[_paper_key(record)]
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
