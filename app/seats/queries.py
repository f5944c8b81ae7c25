"""Questions about capacity."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.db import db
from app.seats.models import CapacityCertificate, Dispensation, FareClass


@dataclass(frozen=True)
class Capacity:
    """Persons a ship may carry on a day, as documented; None where no document says so."""

    certificate: int | None
    dispensation: int | None

    @property
    def ceiling(self) -> int | None:
        """The dispensation where one is valid, else the certificate."""
        return self.dispensation or self.certificate


def documented_capacity(ship_id: int, day: date) -> Capacity:
    """What the ship's papers say for `day`. Of several, the one begun last counts, then the one ending first."""
    found: list[int | None] = []
    for kind in (CapacityCertificate, Dispensation):
        statement = (
            select(kind.persons)
            .where(kind.ship_id == ship_id, kind.valid_from <= day, kind.valid_to >= day)
            .order_by(kind.valid_from.desc(), kind.valid_to)
            .limit(1)
        )
        found.append(db.session.scalar(statement))
    return Capacity(*found)


def list_fare_classes() -> list[FareClass]:
    """All fare classes in the order of their ids."""
    return list(db.session.scalars(select(FareClass).order_by(FareClass.id)))
