"""Load reference data: ports, operators, ships, papers, fares and seasons."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.boarding.models import Gate
from app.db import action, db
from app.errors import Refusal
from app.named import find_by_name
from app.planning import reference
from app.planning.timetable import TimetableRow
from app.schedule.models import Port, Season
from app.text import name_key


@action
def found_season(
    name: str, port_name: str, feast_day: date, first_day: date, last_day: date, shifted_days: int = 0
) -> Season:
    """The season of that name; made, or its days set anew. Raises Refusal `unknown_port`."""
    port = find_by_name(Port, port_name)
    if port is None:
        raise Refusal("unknown_port", ports=port_name)
    season = find_by_name(Season, name) or Season(name=name)
    season.port, season.feast_day, season.shifted_days = port, feast_day, shifted_days
    season.first_day, season.last_day = first_day, last_day
    db.session.add(season)
    return season


@action
def load_reference(source: Path, shifted_days: int = 0, *, papers: bool = True, as_typed: bool = True) -> None:
    """Bring in ports, operators, ships, papers and fares from a folder or workbook; again changes only what differs.

    Raises TimetableFaults; Refusal `name_taken`, and `name_near` for a new name that may be a slip of a known one,
    unless the names are meant `as_typed`.
    """
    reference.load(source, shifted_days, papers=papers, as_typed=as_typed)


@action
def add_unknown_ports(rows: Sequence[TimetableRow], zone: str = "Asia/Jakarta") -> list[str]:
    """Make a port for every name in `rows` that has none, in `zone`, and return these names.

    For a replay only: a port for the public needs its real code and zone (`data/ports.csv`).
    """
    known = set(db.session.scalars(select(Port.name_key)))
    named = {name_key(name): name for row in rows for name in (row.origin, row.destination) if name}
    missing = sorted(name for key, name in named.items() if key not in known)
    for index, name in enumerate(missing, 1):
        port = Port(code=f"?{index}", name=name, zone=zone)
        port_gate = Gate(name=f"{name} · {reference.GATES_PER_PORT[0][0]}", port=port)
        db.session.add_all([port, port_gate])
    return missing
