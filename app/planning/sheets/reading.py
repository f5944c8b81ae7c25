"""Sheets coming in: their records by key, and every fault that can be told before anything is written. No database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from app.errors import Refusal
from app.planning.sheets import cells as sheet_cells
from app.planning.sheets.cells import Cells
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.sheets.records import (
    OperatorRecord,
    PaperRecord,
    PortRecord,
    ShipRecord,
    VoyageRecord,
    call_of,
    operator_of,
    paper_of,
    port_of,
    ship_of,
    voyage_of,
)
from app.planning.sheets.voyage_records import plan_call
from app.schedule.plans import check_order
from app.text import name_key, nearest

FIELDS = {"port": "port", "arrives": "planned_arrival", "departs": "planned_departure", "calls": "position"}
"""The column of what a refusal names."""


class Arriving:
    """The records that files bring (sheets or zips, any number, in any order); reading and checking add to `faults`."""

    def __init__(self, files: Iterable[tuple[str, bytes]], *, as_typed: bool = False) -> None:
        self.as_typed = as_typed
        """New names are no slips of known ones."""
        lines, self.faults = sheet_cells.read(files)
        self.line_of: dict[Any, tuple[str, int]] = {}
        self.ports: dict[str, PortRecord] = {}
        self.operators: dict[str, OperatorRecord] = {}
        self.ships: dict[str, ShipRecord] = {}
        self.papers: dict[tuple[str, str, Any, Any], PaperRecord] = {}
        self.voyages: dict[str, VoyageRecord] = {}
        self._cells: dict[Any, Cells] = {}
        self._calls: dict[str, list[Cells]] = {}
        self._unclear: set[str] = set()
        """Voyages with a line that cannot be read: the order of their times would be judged by what is not there."""
        for cells in lines["ports"]:
            port = port_of(cells)
            self._keep(self.ports, port.code, port, cells, "code")
        for cells in lines["operators"]:
            operator = operator_of(cells)
            self._keep(self.operators, operator.code, operator, cells, "code")
        for cells in lines["ships"]:
            ship = ship_of(cells)
            self._keep(self.ships, ship.name, ship, cells, "name")
        for cells in lines["papers"]:
            paper = paper_of(cells)
            key = (paper.ship, paper.kind, paper.valid_from, paper.valid_to)
            self._keep(self.papers, key, paper, cells, "valid_from")
        self._read_voyages(lines["voyages"])
        for of_sheet in lines.values():
            for cells in of_sheet:
                self.faults += cells.faults
                cells.faults = self.faults

    def _keep(self, where: dict[Any, Any], key: Any, record: Any, cells: Cells, column: str) -> None:
        if key in where:
            cells.fault(column, "twice")
        where[key] = record
        self._cells[id(where), key] = cells
        self.line_of[key] = (cells.file, cells.line)

    def _read_voyages(self, lines: Iterable[Cells]) -> None:
        by_number: dict[str, list[Cells]] = defaultdict(list)
        for cells in lines:
            number = cells.text("voyage", 160, required=True)
            by_number[number].append(cells)
        for number, of_voyage in by_number.items():
            placed: dict[int, Cells] = {}
            for cells in of_voyage:
                position = cells.count("position", 1) or 0
                if position in placed:
                    cells.fault("position", "position_twice")
                placed.setdefault(position, cells)
            ordered = [placed[position] for position in sorted(placed)]
            for wanted, position in enumerate(sorted(placed), 1):
                if 0 not in placed and position != wanted:
                    placed[position].fault("position", "position_gap")
                    break
            self._calls[number] = ordered
            self.voyages[number] = voyage_of(ordered, [call_of(cells) for cells in ordered])
            if any(cells.faults for cells in of_voyage):
                self._unclear.add(number)

    def cells_of(self, number: str, place: int) -> Cells:
        """The line of the call at that place (from 0) of the voyage."""
        return self._calls[number][place]

    def _at(self, where: dict[Any, Any], key: Any) -> Cells:
        return self._cells[id(where), key]

    def check(
        self,
        ports: Mapping[str, PortRecord],
        operators: Mapping[str, OperatorRecord],
        ships: Mapping[str, ShipRecord],
        voyages: Mapping[str, VoyageRecord],
    ) -> None:
        """Every fault against what is there already; what has not changed is not judged."""
        self._spell_ships_as_known(ships)
        for here, there in ((self.ports, ports), (self.operators, operators), (self.ships, ships)):
            self._ask_about_slips(here, there)
        self._only_once(self.ports, ports, lambda port: name_key(port.name), "name")
        self._only_once(self.operators, operators, lambda operator: name_key(operator.name), "name")
        self._only_once(self.ships, ships, lambda ship: ship.imo, "imo")
        for ship in self.ships.values():
            if ship.operator and ship.operator not in self.operators.keys() | operators.keys():
                self._at(self.ships, ship.name).fault("operator", "unknown_operator")
        all_ports = {**ports, **self.ports}
        known_ships = self.ships.keys() | ships.keys()
        for key, paper in self.papers.items():
            if paper.ship and paper.ship not in known_ships:
                self._at(self.papers, key).fault("ship", "unknown_ship")
        for number, record in self.voyages.items():
            if voyages.get(number) == record:
                continue
            first = self._calls[number][0]
            if record.operator and record.operator not in self.operators.keys() | operators.keys():
                first.fault("operator", "unknown_operator")
            if record.ship and record.ship not in known_ships:
                first.fault("ship", "unknown_ship")
            was = voyages.get(number)
            if was and was.cancelled_at != record.cancelled_at:
                first.fault("cancelled_at", "cancel_here")
            for call, cells in zip(record.calls, self._calls[number], strict=True):
                if call.port and call.port not in all_ports:
                    cells.fault("port", "unknown_port")
            if number not in self._unclear and all(call.port in all_ports for call in record.calls):
                self._check_order(number, record, all_ports)

    def refuse_faults(self) -> None:
        """Raise TimetableFaults with all that was found, by file and line, if there is any."""
        if self.faults:
            raise TimetableFaults(sorted(self.faults, key=lambda fault: (fault.file, fault.line)))

    def _spell_ships_as_known(self, ships: Mapping[str, ShipRecord]) -> None:
        """Ships in another spelling are those that are there, else the first of the file."""
        known = {name_key(name): name for name in ships}
        for name in self.ships:
            known.setdefault(name_key(name), name)

        def spelled(name: str) -> str:
            return known.get(name_key(name), name)

        self._rekey(self.ships, lambda ship: replace(ship, name=spelled(ship.name)), lambda ship: ship.name)
        self._rekey(
            self.papers,
            lambda paper: replace(paper, ship=spelled(paper.ship)),
            lambda paper: (paper.ship, paper.kind, paper.valid_from, paper.valid_to),
        )
        for number, record in self.voyages.items():
            self.voyages[number] = replace(record, ship=spelled(record.ship))

    def _rekey(self, where: dict[Any, Any], change: Callable[[Any], Any], key_of: Callable[[Any], Any]) -> None:
        """Let `change` be made of each record, and keep it by its new key."""
        for key in list(where):
            record = change(where[key])
            new = key_of(record)
            if new == key:
                continue
            cells = self._cells[id(where), key]
            if new in where:
                cells.fault("name" if "name" in cells.values else "ship", "twice")
                continue
            del where[key]
            self._keep(where, new, record, cells, "name")

    def _ask_about_slips(self, here: Mapping[str, Any], there: Mapping[str, Any]) -> None:
        """Ask about a new name that is almost a known one."""
        names = {name_key(record.name): record.name for record in there.values()}
        for key, record in here.items():
            if self.as_typed or key in there or name_key(record.name) in names:
                continue
            if near := nearest(record.name, names.values()):
                cells = self._at(here, key)  # type: ignore[arg-type]
                self.faults.append(Fault(cells.line, "name", record.name, "near_name", cells.file, near))

    def _check_order(self, number: str, record: VoyageRecord, ports: Mapping[str, PortRecord]) -> None:
        ids = {code: place for place, code in enumerate(ports)}
        calls = [plan_call(call, ids[call.port], ZoneInfo(ports[call.port].zone)) for call in record.calls]
        try:
            check_order(calls, {place: code for code, place in ids.items()})
        except Refusal as refusal:
            self._calls[number][0].faults += self.refused(number, refusal).faults

    def _only_once(self, here: dict[str, Any], there: Mapping[str, Any], of: Any, column: str) -> None:
        """No two of a kind share that value."""
        all_of_them = {**there, **here}
        owner: dict[str, str] = {}
        for key, record in sorted(all_of_them.items(), key=lambda pair: pair[0] in here):
            value = of(record)
            if value and owner.setdefault(value, key) != key:
                self._at(here, key).fault(column, "taken")

    def refused(self, number: str, refusal: Refusal) -> TimetableFaults:
        """Turn a refusal of the tables into a fault at the voyage's line."""
        lines = self._calls[number]
        call = refusal.details.get("call") or 0
        cells = lines[min(call, len(lines) - 1)]
        column = FIELDS.get(refusal.field or "", refusal.field or "")
        problem = {
            "same_port": "same_port_again",
            "tide_window": "tide_window",
            "times_backwards": "backwards",
            "arrival_backwards": "backwards",
            "departure_backwards": "backwards",
            "sold_on_leg": "sold_on_leg",
            "ship_is_sold": "ship_is_sold",
            "call_is_used": "call_is_used",
            "below_aboard": "below_aboard",
            "too_many_calls": "too_many_calls",
            "ship_leaves_then": "ship_leaves_then",
            "ship_sails_then": "ship_sails_then",
            "departs_outside_tide": "departs_outside_tide",
        }.get(refusal.code, "refused")
        value = refusal.code if problem == "refused" else cells.values.get(column, "")
        value = refusal.details.get("voyage", value)
        if problem == "departs_outside_tide":
            value = "{departs}, {tide_from}-{tide_until}".format(**refusal.details)
        return TimetableFaults([Fault(cells.line, column, value, problem, cells.file)])
