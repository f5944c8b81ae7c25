"""Import a timetable.

A timetable touches the schedule, the places and the departures in one transaction, so its action lives
here, above all three (docs/decisions.md).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock, outbox
from app.boarding.models import Departure
from app.db import action, db
from app.errors import Refusal
from app.events import PlacesChanged, TimesChanged
from app.named import find_by_name
from app.planning.import_limits import require_no_less, require_same_time, require_within_papers
from app.planning.leg_capacity import taken_on
from app.planning.models import DocumentedCount
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.timetable import TimetableRow, is_departure, local_moment
from app.planning.timetable_names import known_names
from app.schedule.days import port_day
from app.schedule.models import UNSTATED_PORT, Leg, Operator, Port, PortCall, Ship, Voyage
from app.schedule.overlap import plan_of_call, require_free_ship
from app.schedule.queries import find_same_departure
from app.seats.models import ONLINE, Allotment, CapacityCertificate, Dispensation, LegLoad
from app.seats.queries import documented_capacity
from app.text import name_key

ECONOMY = 1
"""Id of the fare class that a timetable's places are sold in: no source splits them by class."""


@dataclass
class ImportReport:
    """The effect of an import, by the key of each voyage."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    changes: dict[str, list[str]] = field(default_factory=dict)
    """The fate of each changed voyage: which field, from what, to what."""
    left: list[str] = field(default_factory=list)
    home: str = ""
    """The port that the rows were read for."""
    on_sale: int = 0
    """Departures to come that sell places."""
    not_on_sale: list[str] = field(default_factory=list)
    """Departures to come that sell none: no row and no paper says how many persons the ship may carry."""
    arrivals: int = 0
    """Rows of ships that are to come."""
    past: int = 0
    """Rows of days that are over, in none of the three above."""
    new_ships: list[str] = field(default_factory=list)
    new_operators: list[str] = field(default_factory=list)
    other_operator: list[str] = field(default_factory=list)
    """Voyages of another operator than their ship's; they are sold in their own operator's name."""


@action
def import_timetable(
    rows: Sequence[TimetableRow],
    home: str,
    *,
    shifted_days: int = 0,
    count_is_capacity: bool = False,
    as_typed: bool = False,
) -> ImportReport:
    """Bring in the voyages of a timetable, all or none; the same rows again change nothing.

    `home` is the name of the port that the rows are about. A new voyage goes on sale with as many places as
    its capacity; without a documented one it is listed and not sold (`count_is_capacity`: the documented
    count stands for it, for a replay). Raises TimetableFaults as `known_names` does (`as_typed`: new names are no
    slips), and by line where the ship makes another voyage at that time, and where a voyage that is
    used would get another operator, other planned hours, a lower ceiling or a dispensation less, or any voyage more
    people than a paper of its ship allows; Refusal
    `below_aboard` where a ship already carries more than a new capacity.
    """
    ports = {port.name: port for port in db.session.scalars(select(Port))}
    home = next((port.name for port in ports.values() if port.name_key == name_key(home)), home)
    rows = known_names(rows, home, as_typed=as_typed)
    report = ImportReport(home=home)
    timed: list[tuple[TimetableRow, Voyage]] = []
    for row in rows:
        importer = _RowImporter(row, home, ports, shifted_days, count_is_capacity)
        became = importer.run()
        getattr(report, became).append(row.key)
        if became == "changed":
            report.changes[row.key] = importer.changes
        importer.tell(report)
        if importer.timed is not None:
            timed.append((row, importer.timed))
    for row, voyage in timed:
        _require_free_ship(row, voyage)
    return report


def _require_free_ship(row: TimetableRow, voyage: Voyage) -> None:
    """Refuse a departure of a ship under way. Asked last: the file may move the other voyage as well."""
    try:
        require_free_ship(
            voyage.ship_id, [plan_of_call(call) for call in voyage.calls], voyage.calls[0].port, voyage.id
        )
    except Refusal as refusal:
        fault = Fault(row.line, "time_local", refusal.details["voyage"], refusal.code)
        raise TimetableFaults([fault]) from None


class _RowImporter:
    """One row of a timetable becoming one voyage, inside the running transaction."""

    def __init__(
        self,
        row: TimetableRow,
        home: str,
        ports: dict[str, Port],
        shifted_days: int,
        count_is_capacity: bool,
    ) -> None:
        self.row = row
        self.leaves = is_departure(row, home)
        self.ports = ports
        self.shifted_days = shifted_days
        self.count_is_capacity = count_is_capacity
        self.touched = False
        self.changes: list[str] = []
        self.on_sale = False
        self.other_operator = False
        self.timed: Voyage | None = None
        """The voyage whose departure was set, so that its ship must be free then."""
        self.new_ships: list[str] = []
        self.new_operators: list[str] = []
        self.zone = next(port.tz for port in (ports.get(row.origin or ""), ports.get(row.destination or "")) if port)

    def run(self) -> str:
        """Bring the row in; `added`, `changed` or `left`."""
        voyage = db.session.scalar(select(Voyage).where(Voyage.number == self.row.key))
        new = voyage is None
        if voyage is None:
            voyage = self._add()
        self._describe(voyage)
        self._time(voyage.calls[0 if self.leaves else -1])
        db.session.flush()
        if self.leaves:
            self._open_for_sale(voyage)
        self._count(voyage)
        db.session.flush()
        if new:
            outbox.record(PlacesChanged(voyage.id))
        elif self.touched:
            outbox.record(TimesChanged(voyage.id))
        return "added" if new else "changed" if self.touched else "left"

    def tell(self, report: ImportReport) -> None:
        """Add to the report all that was made, taken for granted or left out for this row."""
        report.new_ships += self.new_ships
        report.new_operators += self.new_operators
        # Each row is one of the four, so that they add up to all rows.
        if self.row.day < port_day(clock.now(), self.zone):
            report.past += 1
        elif not self.leaves:
            report.arrivals += 1
        elif self.on_sale:
            report.on_sale += 1
        else:
            report.not_on_sale.append(self.row.key)
        if self.other_operator:
            report.other_operator.append(self.row.key)

    def _set(self, thing: Any, **values: Any) -> None:
        for name, value in values.items():
            before = getattr(thing, name)
            if before != value:
                self.changes.append(f"{name}: {self._shown(before)} → {self._shown(value)}")
                setattr(thing, name, value)
                self.touched = True

    def _shown(self, value: Any) -> str:
        if isinstance(value, datetime):
            return f"{value.astimezone(self.zone):%Y-%m-%d %H:%M}"
        return "–" if value in (None, "") else str(getattr(value, "name", value))

    def _add(self) -> Voyage:
        row = self.row
        operator = self._operator()
        voyage = Voyage(
            number=row.key,
            operator=operator,
            ship=self._ship(operator) if row.ship else None,
            shifted_days=self.shifted_days,
            source_url="",
            note="",
        )
        origin = self.ports[row.origin] if row.origin else None
        destination = self.ports[row.destination] if row.destination else None
        if self.leaves and destination is None:
            destination = _unstated_port(self.ports)
        voyage.calls = [
            PortCall(position=position, port=port)
            for position, port in enumerate(p for p in (origin, destination) if p is not None)
        ]
        db.session.add(voyage)
        db.session.flush()
        voyage.legs = [
            Leg(position=before.position, from_call_id=before.id, to_call_id=after.id)
            for before, after in zip(voyage.calls, voyage.calls[1:], strict=False)
        ]
        db.session.flush()
        return voyage

    def _operator(self) -> Operator:
        name = self.row.operator
        operator = find_by_name(Operator, name)
        if operator is None:
            operator = Operator(name=name, code=_free_code(name))
            db.session.add(operator)
            db.session.flush()
            self.new_operators.append(name)
        return operator

    def _ship(self, operator: Operator) -> Ship:
        name = self.row.ship or ""
        ship = find_by_name(Ship, name)
        if ship is None:
            ship = Ship(name=name, operator=operator)
            db.session.add(ship)
            db.session.flush()
            self.new_ships.append(name)
        return ship

    def _describe(self, voyage: Voyage) -> None:
        self._set(voyage, source_url=self.row.source_url, note=self.row.note)
        operator = self._operator()
        if voyage.operator is not operator:
            if any(taken_on(voyage).values()):
                raise TimetableFaults([Fault(self.row.line, "operator", voyage.operator.name, "operator_sold")])
            self._set(voyage, operator=operator)
        self.other_operator = voyage.ship is not None and voyage.ship.operator is not operator

    def _time(self, call: PortCall) -> None:
        moment, precision = local_moment(self.row, call.port.zone)
        kind = "planned_departure" if self.leaves else "planned_arrival"
        ship_id = call.voyage.ship_id
        if self.leaves and ship_id and precision == "minute":
            other = find_same_departure(ship_id, call.port_id, moment, call.voyage_id)
            if other is not None:
                raise TimetableFaults([Fault(self.row.line, "ship", other.number, "ship_leaves_then")])
        before = getattr(call, kind)
        if (before, call.precision) != (moment, precision):
            if before is not None:
                require_same_time(self.row, call, self.leaves)
            if self.leaves and call.voyage.cancelled_at is None:
                self.timed = call.voyage
        self._set(call, precision=precision, **{kind: moment})
        if call.revised_departure is None:
            self._set(call, day=port_day(moment, call.port.tz))

    def _open_for_sale(self, voyage: Voyage) -> None:
        call, leg = voyage.calls[0], voyage.legs[0]
        if db.session.scalar(select(Departure.id).where(Departure.call_id == call.id)) is None:
            db.session.add(Departure(call_id=call.id))
        row = self.row
        if voyage.ship_id:
            require_within_papers(row, voyage.ship_id, db.session.get(LegLoad, leg.id) is not None)
            self._papers(voyage.ship_id)
        certificate, dispensation = row.capacity_standard, row.capacity_dispensation
        if certificate is None and dispensation is None and voyage.ship_id and not self.count_is_capacity:
            papers = documented_capacity(voyage.ship_id, row.day)
            certificate, dispensation = papers.certificate, papers.dispensation
        ceiling = dispensation or certificate
        if ceiling is None and self.count_is_capacity:
            ceiling = row.passengers_on
        if ceiling is None:
            self.on_sale = db.session.get(LegLoad, leg.id) is not None
            return
        self.on_sale = True
        load = db.session.get(LegLoad, leg.id)
        if load is None:
            load = LegLoad(leg_id=leg.id, ceiling=ceiling, certificate=certificate, dispensation=dispensation)
            db.session.add(load)
            db.session.add(Allotment(leg_id=leg.id, fare_class_id=ECONOMY, quota=ceiling))
            return
        if load.aboard > ceiling:
            raise Refusal("below_aboard", line=row.line, aboard=load.aboard)
        require_no_less(row, voyage, load, ceiling, dispensation)
        before = load.ceiling
        over = max(0, load.promised - ceiling)
        self._set(load, ceiling=ceiling, certificate=certificate, dispensation=dispensation, over_promised=over)
        allotment = db.session.scalar(
            select(Allotment).where(
                Allotment.leg_id == leg.id, Allotment.fare_class_id == ECONOMY, Allotment.channel_id == ONLINE
            )
        )
        # A quota that an administrator set stays; one that followed the ceiling follows it, not below sales.
        if allotment is not None and before != ceiling and allotment.quota in (before, max(before, ceiling)):
            self._set(allotment, quota=max(ceiling, allotment.held + allotment.sold))

    def _papers(self, ship_id: int) -> None:
        """The capacities in the row are the ship's papers on that day."""
        day = self.row.day
        for kind, persons in (
            (CapacityCertificate, self.row.capacity_standard),
            (Dispensation, self.row.capacity_dispensation),
        ):
            if persons is None:
                continue
            dates = {"ship_id": ship_id, "valid_from": day, "valid_to": day}
            paper = db.session.scalar(select(kind).filter_by(**dates))
            if paper is None:
                db.session.add(kind(**dates, persons=persons, source_url=self.row.source_url))
            else:
                self._set(paper, persons=persons, source_url=self.row.source_url)

    def _count(self, voyage: Voyage) -> None:
        count = db.session.get(DocumentedCount, voyage.id)
        if count is None:
            count = DocumentedCount(voyage_id=voyage.id, source_url="", note="")
            db.session.add(count)
        names = ("passengers_on", "passengers_off", "vehicles_4w", "motorcycles", "tickets_remaining")
        self._set(
            count,
            source_url=self.row.source_url,
            note=self.row.note,
            **{name: getattr(self.row, name) for name in names},
        )


def _free_code(name: str) -> str:
    """A short code for an operator that the reference data do not know."""
    letters = "".join(word[0] for word in re.findall(r"[A-Za-z]+", name)).upper()[:7] or "X"
    taken = set(db.session.scalars(select(Operator.code)))
    return next(c for n in range(1000) if (c := f"{letters}{n or ''}") not in taken)


def _unstated_port(ports: dict[str, Port]) -> Port:
    """Stands where a source does not say where the ship went."""
    for port in ports.values():
        if port.code == UNSTATED_PORT:
            return port
    port = Port(code=UNSTATED_PORT, name="(tidak disebut)")
    db.session.add(port)
    ports[port.name] = port
    return port
