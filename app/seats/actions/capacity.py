"""A ship's papers, and the ceilings that follow from them.

They stand on this floor because a ceiling may never sink below who is aboard.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal, TypeVar

from sqlalchemy import select

from app import outbox
from app.db import action, db, get_or_refuse
from app.errors import Refusal
from app.events import AboardChanged
from app.schedule.models import Leg, PortCall, Ship, Voyage
from app.seats.models import CapacityCertificate, Dispensation, LegLoad
from app.seats.queries import Capacity, documented_capacity

Paper = TypeVar("Paper", CapacityCertificate, Dispensation)
PaperKind = Literal["certificate", "dispensation"]

KINDS: dict[str, type[CapacityCertificate] | type[Dispensation]] = {
    "certificate": CapacityCertificate,
    "dispensation": Dispensation,
}


@action
def record_capacity(
    ship_id: int,
    *,
    valid_from: date,
    valid_to: date,
    certificate: int | None = None,
    dispensation: int | None = None,
    letter: str = "",
    source_url: str = "",
) -> list[int]:
    """Enter a certificate or a dispensation (or both) of a ship, and set the ceilings of its voyages by it.

    Returns the ids of the voyages whose ceiling changed; one that had none can be put on sale now. Places
    already sold stay sold: where they are more than the new ceiling, the gate stops at the ceiling. Raises
    NotFound `ship_not_found`; Refusal `valid_to` (ends before it begins), `persons`, `below_aboard` when more
    souls are aboard already.
    """
    get_or_refuse(Ship, ship_id, "ship_not_found")
    _check(valid_from, valid_to)
    dates = {"ship_id": ship_id, "valid_from": valid_from, "valid_to": valid_to}
    if certificate is not None:
        _paper(CapacityCertificate, dates, certificate, source_url)
    if dispensation is not None:
        _paper(Dispensation, dates, dispensation, source_url).letter = letter
    db.session.flush()
    if certificate or dispensation:
        add_loads(ship_id, valid_from, valid_to)
    return set_ceilings(ship_id, valid_from, valid_to)


@action
def correct_paper(
    kind: PaperKind,
    paper_id: int,
    *,
    persons: int,
    valid_from: date,
    valid_to: date,
    letter: str = "",
    source_url: str = "",
) -> list[int]:
    """Put a paper right, and set the ceilings of all days anew that it was or is valid on.

    Returns the ids of the voyages whose ceiling changed; where no paper says anything any more, nobody may sail.
    Raises NotFound `paper_not_found`; Refusal as `record_capacity` does, `letter` for a dispensation without one,
    and `paper_twice` when the ship has another paper of that kind for the same days.
    """
    paper = get_or_refuse(KINDS[kind], paper_id, "paper_not_found")
    _check(valid_from, valid_to)
    if persons < 1:
        raise Refusal("persons", field="persons")
    if isinstance(paper, Dispensation):
        if not letter.strip():
            raise Refusal("letter", field="letter")
        paper.letter = letter.strip()
    table = KINDS[kind]
    twice = select(table.id).where(
        table.ship_id == paper.ship_id,
        table.valid_from == valid_from,
        table.valid_to == valid_to,
        table.id != paper_id,
    )
    with db.session.no_autoflush:
        if db.session.scalar(twice) is not None:
            raise Refusal("paper_twice", field="valid_from")
    first, last = min(paper.valid_from, valid_from), max(paper.valid_to, valid_to)
    paper.persons, paper.valid_from, paper.valid_to, paper.source_url = persons, valid_from, valid_to, source_url
    db.session.flush()
    add_loads(paper.ship_id, valid_from, valid_to)
    return set_ceilings(paper.ship_id, first, last)


@action
def remove_paper(kind: PaperKind, paper_id: int) -> list[int]:
    """Take a paper away, and set the ceilings of its days anew by what is left.

    Returns the ids of the voyages whose ceiling changed; where nothing is left, nobody may sail. Raises NotFound
    `paper_not_found`; Refusal `below_aboard`.
    """
    paper = get_or_refuse(KINDS[kind], paper_id, "paper_not_found")
    db.session.delete(paper)
    db.session.flush()
    return set_ceilings(paper.ship_id, paper.valid_from, paper.valid_to)


def _check(valid_from: date, valid_to: date) -> None:
    if valid_to < valid_from:
        raise Refusal("valid_to", field="valid_to")


def _paper(kind: type[Paper], dates: dict[str, Any], persons: int, source_url: str) -> Paper:
    """The ship's paper of that kind and time, made or brought up to date."""
    if persons < 1:
        raise Refusal("persons", field="persons")
    paper = db.session.scalar(select(kind).filter_by(**dates)) or kind(**dates)
    paper.persons, paper.source_url = persons, source_url
    db.session.add(paper)
    return paper


def set_ceilings(
    ship_id: int, first: date, last: date, may_be: Callable[[int, LegLoad, Capacity], None] | None = None
) -> list[int]:
    """Set the ceilings of the ship's legs that set out in these days anew; the voyages they changed on.

    Joins the caller's transaction. A leg whose ceiling came from no paper keeps it; one whose papers are gone has
    none left. `may_be` is asked of each voyage, load and its new papers, and raises for what may not be. Raises
    Refusal `below_aboard`.
    """
    statement = (
        select(LegLoad, PortCall)
        .join(Leg, LegLoad.leg_id == Leg.id)
        .join(PortCall, Leg.from_call_id == PortCall.id)
        .join(Voyage, Leg.voyage_id == Voyage.id)
        .where(Voyage.ship_id == ship_id, PortCall.day.between(first, last))
        .order_by(LegLoad.leg_id)
        .with_for_update(of=LegLoad)
    )
    changed = []
    for load, call in db.session.execute(statement).all():
        assert call.day is not None  # noqa: S101 - the statement asks for days
        capacity = documented_capacity(ship_id, call.day)
        papers = (capacity.certificate, capacity.dispensation)
        if (load.certificate, load.dispensation) == papers and load.ceiling == (capacity.ceiling or load.ceiling):
            continue
        ceiling = capacity.ceiling or 0
        if load.aboard > ceiling:
            raise Refusal("below_aboard", field="persons", aboard=load.aboard)
        if may_be is not None:
            may_be(call.voyage_id, load, capacity)
        load.set_ceiling(*papers)
        outbox.record(AboardChanged(call.voyage_id))
        changed.append(call.voyage_id)
    return changed


def add_loads(ship_id: int, first: date, last: date) -> None:
    """Give the ship's legs in these days that had no capacity one, so that places on them can be sold.

    Joins the caller's transaction, and needs `set_ceilings` after it.
    """
    statement = (
        select(Leg.id)
        .join(PortCall, Leg.from_call_id == PortCall.id)
        .join(Voyage, Leg.voyage_id == Voyage.id)
        .outerjoin(LegLoad, LegLoad.leg_id == Leg.id)
        .where(Voyage.ship_id == ship_id, PortCall.day.between(first, last), LegLoad.leg_id.is_(None))
    )
    # A ceiling of nobody until `set_ceilings` reads the papers.
    db.session.add_all([LegLoad(leg_id=leg_id, ceiling=0) for leg_id in db.session.scalars(statement)])
    db.session.flush()
