"""Questions about capacity."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from app.db import db, get_or_refuse
from app.errors import NotFound
from app.seats.models import (
    Allotment,
    CapacityCertificate,
    Channel,
    Dispensation,
    FareClass,
    LegLoad,
    ReleasePlan,
)

Paper = TypeVar("Paper", CapacityCertificate, Dispensation)


@dataclass(frozen=True)
class Capacity:
    """Persons a ship may carry on a day, as documented; None where no document says so."""

    certificate: int | None
    dispensation: int | None

    @property
    def ceiling(self) -> int | None:
        """The dispensation where one is valid, else the certificate."""
        return self.dispensation or self.certificate


def documented_capacity(ship_id: int, day: date, *, of_one_day: bool = False) -> Capacity:
    """Read the ship's papers for `day`. Of several, the one begun last counts, then the one ending first.

    `of_one_day`: only those that are for that day alone.
    """
    first, last = (day, day) if of_one_day else (date.min, date.max)
    found: list[int | None] = []
    for kind in (CapacityCertificate, Dispensation):
        statement = (
            select(kind.persons)
            .where(kind.ship_id == ship_id, kind.valid_from.between(first, day), kind.valid_to.between(day, last))
            .order_by(kind.valid_from.desc(), kind.valid_to)
            .limit(1)
        )
        found.append(db.session.scalar(statement))
    return Capacity(*found)


def list_fare_classes() -> list[FareClass]:
    """All fare classes in the order of their ids."""
    return list(db.session.scalars(select(FareClass).order_by(FareClass.id)))


@dataclass(frozen=True)
class Papers:
    """All certificates and dispensations of a ship that are known, the newest first."""

    certificates: list[CapacityCertificate]
    dispensations: list[Dispensation]

    def on(self, day: date) -> Capacity:
        """Read the papers for `day`, as `documented_capacity` does; for many days without asking again."""
        kinds: tuple[list[CapacityCertificate] | list[Dispensation], ...] = (self.certificates, self.dispensations)
        valid = [next((p.persons for p in kind if p.valid_from <= day <= p.valid_to), None) for kind in kinds]
        return Capacity(*valid)


def papers_of(ship_id: int) -> Papers:
    """The papers of a ship, also those that have ended."""
    return Papers(_papers(CapacityCertificate, ship_id), _papers(Dispensation, ship_id))


def get_paper(ship_id: int, kind: str, paper_id: int) -> CapacityCertificate | Dispensation:
    """The certificate or dispensation of that ship. Raises NotFound `paper_not_found`."""
    papers = papers_of(ship_id)
    of_kind = papers.dispensations if kind == "dispensation" else papers.certificates
    found = next((paper for paper in of_kind if paper.id == paper_id), None)
    if found is None:
        raise NotFound("paper_not_found")
    return found


def _papers(kind: type[Paper], ship_id: int) -> list[Paper]:
    statement = select(kind).where(kind.ship_id == ship_id).order_by(kind.valid_from.desc(), kind.valid_to)
    return list(db.session.scalars(statement))


def documented_capacities(day: date) -> dict[int, Capacity]:
    """Read the papers of all ships for `day`, by ship id; a ship without a valid paper is not in it."""
    certificates, dispensations = _valid(CapacityCertificate, day), _valid(Dispensation, day)
    ships = certificates.keys() | dispensations.keys()
    return {ship_id: Capacity(certificates.get(ship_id), dispensations.get(ship_id)) for ship_id in ships}


def _valid(kind: type[Paper], day: date) -> dict[int, int]:
    statement = select(kind.ship_id, kind.persons).where(kind.valid_from <= day, kind.valid_to >= day)
    # The last one counts, as in `documented_capacity`.
    ordered = statement.order_by(kind.valid_from, kind.valid_to.desc())
    return {row.ship_id: row.persons for row in db.session.execute(ordered)}


def list_channels() -> list[Channel]:
    """All channels in the order of their ids; the online one is the first."""
    return list(db.session.scalars(select(Channel).order_by(Channel.id)))


def list_plans() -> list[ReleasePlan]:
    """All release plans by name."""
    return list(db.session.scalars(select(ReleasePlan).order_by(ReleasePlan.name)))


def get_plan(plan_id: int) -> ReleasePlan:
    """The release plan. Raises NotFound `plan_not_found`."""
    return get_or_refuse(ReleasePlan, plan_id, "plan_not_found")


def list_all_allotments(leg_ids: Iterable[int]) -> list[Allotment]:
    """The allotments of these legs in all channels, by leg, class and channel."""
    statement = (
        select(Allotment)
        .where(Allotment.leg_id.in_(leg_ids))
        .order_by(Allotment.leg_id, Allotment.fare_class_id, Allotment.channel_id)
    )
    return list(db.session.scalars(statement))


def list_loads(leg_ids: Iterable[int]) -> dict[int, LegLoad]:
    """The souls on these legs by leg id; a leg without a documented capacity is not in it."""
    return {load.leg_id: load for load in db.session.scalars(select(LegLoad).where(LegLoad.leg_id.in_(leg_ids)))}
