"""Questions about fares."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import joinedload

from app.db import db, get_or_refuse
from app.fares.models import Tariff, TariffChange


@dataclass(frozen=True)
class Price:
    """Rupiah for one person of one class; None where no source gives it."""

    adult: int | None
    infant: int | None
    published: date | None
    """First day of the tariff when its last day is before the day of travel: the newest one published."""
    source_url: str


Route = tuple[int, int, int]
"""operator id, id of the port of departure, id of the port of arrival"""


def price_lists(trips: Iterable[tuple[Route, date]]) -> dict[tuple[Route, date], dict[int, Price]]:
    """Prices by fare class id, for each route and day asked for, in one query."""
    wanted = set(trips)
    routes = {route for route, _ in wanted}
    if not routes:
        return {}
    tariffs: dict[Route, list[Any]] = defaultdict(list)
    for tariff in db.session.execute(_TARIFFS, {"routes": sorted(routes)}):
        tariffs[(tariff.operator_id, tariff.from_port_id, tariff.to_port_id)].append(tariff)
    return {(route, day): _prices(tariffs[route], day) for route, day in wanted}


_TARIFFS = (
    select(
        Tariff.operator_id,
        Tariff.from_port_id,
        Tariff.to_port_id,
        Tariff.fare_class_id,
        Tariff.passenger_type,
        Tariff.amount_idr,
        Tariff.percent,
        Tariff.valid_from,
        Tariff.valid_to,
        Tariff.source_url,
    )
    .where(tuple_(Tariff.operator_id, Tariff.from_port_id, Tariff.to_port_id).in_(bindparam("routes", expanding=True)))
    .order_by(Tariff.valid_from)
)


def list_tariffs() -> list[Tariff]:
    """All fares by operator, journey, class and person, the one that begins last first."""
    named = (Tariff.operator, Tariff.from_port, Tariff.to_port)
    statement = select(Tariff).options(*(joinedload(one) for one in named))
    found = db.session.scalars(statement.order_by(Tariff.valid_from.desc(), Tariff.id))
    return sorted(
        found,
        key=lambda t: (t.operator.name, t.from_port.name, t.to_port.name, t.fare_class_id, t.passenger_type),
    )


def get_tariff(tariff_id: int) -> Tariff:
    """The fare. Raises NotFound `tariff_not_found`."""
    return get_or_refuse(Tariff, tariff_id, "tariff_not_found")


def list_tariff_changes(tariff_id: int) -> list[TariffChange]:
    """List the changes of a fare, the latest first."""
    statement = select(TariffChange).where(TariffChange.tariff_id == tariff_id)
    return list(db.session.scalars(statement.order_by(TariffChange.id.desc())))


def _prices(tariffs: Sequence[Any], day: date) -> dict[int, Price]:
    return {
        fare_class: price
        for fare_class in {t.fare_class_id for t in tariffs}
        if (price := _price([t for t in tariffs if t.fare_class_id == fare_class], day))
    }


def _price(tariffs: Sequence[Any], day: date) -> Price | None:
    adult = _newest(tariffs, "adult", day)
    if adult is None or adult.amount_idr is None:
        return None
    infant = _newest(tariffs, "infant", day)
    if infant is not None and infant.valid_from < adult.valid_from:
        infant = None
    return Price(
        adult=_with_percent(adult, tariffs, day),
        infant=infant.amount_idr if infant else None,
        published=adult.valid_from if adult.valid_to and adult.valid_to < day else None,
        source_url=adult.source_url,
    )


def _newest(tariffs: Sequence[Any], passenger_type: str, day: date) -> Any:
    """The amount in force on `day`, of several the one for the shortest time; else the last one published."""
    begun = [
        t for t in tariffs if t.passenger_type == passenger_type and t.amount_idr is not None and t.valid_from <= day
    ]
    in_force = [t for t in begun if t.valid_to is None or t.valid_to >= day]
    if in_force:
        return min(in_force, key=lambda t: ((t.valid_to or date.max) - t.valid_from, -t.valid_from.toordinal()))
    return begun[-1] if begun else None


def _with_percent(base: Any, tariffs: Sequence[Any], day: date) -> int:
    """The base amount with the tier of that day (DLU's `tarif bertingkat`, radarsampit 2024)."""
    amount: int = base.amount_idr  # `_newest` only returns amounts
    for t in tariffs:
        tier = t.percent is not None and t.passenger_type == "adult" and t.valid_from >= base.valid_from
        if tier and t.valid_from <= day <= (t.valid_to or day):
            return max(1, amount * (100 + (t.percent or 0)) // 100)
    return amount
