"""Verbs of fares: write one down with its dates and source, and put it right."""

from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from app import clock
from app.db import action, db, get_or_refuse
from app.errors import Refusal
from app.fares.models import PASSENGER_TYPES, PERCENT_LEAST, Tariff, TariffChange, least_amount
from app.schedule.models import Operator, Port
from app.seats.models import FareClass

PERCENT_MOST = 300

UNUSUAL = 3
"""A fare of more than so many times the present one, or of less than that part of it, is asked about once."""

AMOUNT_MAX = 100_000_000
"""Rupiah; no place on a ship costs more."""


@dataclass(frozen=True)
class TariffValues:
    """The values of a fare: either an amount, or a percentage added to the operator's amount."""

    operator_id: int
    from_port_id: int
    to_port_id: int
    fare_class_id: int
    passenger_type: str
    amount_idr: int | None
    percent: int | None
    valid_from: date
    valid_to: date | None
    source_url: str
    note: str = ""


KEY = ("operator_id", "from_port_id", "to_port_id", "fare_class_id", "passenger_type", "valid_from")


def values_of(tariff: Tariff) -> TariffValues:
    """Read the values of the row now."""
    return TariffValues(**{name: getattr(tariff, name) for name in TariffValues.__dataclass_fields__})


def mark_of(tariff: Tariff) -> str:
    """A short digest of what the row says, so that a form knows what it was filled with."""
    return sha256(repr(values_of(tariff)).encode()).hexdigest()[:16]


@action
def save_tariff(
    user_id: int, given: TariffValues, tariff_id: int | None = None, seen: str = "", *, as_typed: bool = False
) -> Tariff:
    """Write a fare down, or put the one of `tariff_id` right; the same again changes nothing. All changes are kept.

    `seen` is the `mark_of` what the form was filled with. Raises NotFound `tariff_not_found`, `operator_not_found`,
    `port_not_found` or `fare_class_not_found`; Refusal `amount_or_percent`, `tariff_amount`, `tariff_free`,
    `tariff_percent`, `passenger_type`, `same_ports`, `valid_to`, `tariff_twice` (the same journey, class and person
    from the same day), `tariff_changed` where somebody else was quicker, or `tariff_unusual` with the `usual` fare
    for an amount far from the present one, unless it is meant `as_typed`.
    """
    _check(given)
    tariff = None
    if tariff_id is not None:
        tariff = get_or_refuse(Tariff, tariff_id, "tariff_not_found", lock=True)
        if values_of(tariff) == given:
            return tariff
        if mark_of(tariff) != seen:
            raise Refusal("tariff_changed")
    for other in _like(given, tariff_id):
        if tariff is None and values_of(other) == given:
            return other
        raise Refusal("tariff_twice", field="valid_from")
    if not as_typed:
        _ask_about_unusual(given)
    before = None if tariff is None else _as_json(values_of(tariff))
    tariff = tariff or Tariff()
    for name, value in asdict(given).items():
        setattr(tariff, name, value)
    db.session.add(tariff)
    db.session.flush()
    change = TariffChange(
        tariff_id=tariff.id, changed_by=user_id, changed_at=clock.now(), before=before, after=_as_json(given)
    )
    db.session.add(change)
    return tariff


def _ask_about_unusual(given: TariffValues) -> None:
    """Raise Refusal `tariff_unusual` for a slip of a digit: more than UNUSUAL times the present fare, or less."""
    same = [getattr(Tariff, name) == getattr(given, name) for name in KEY if name != "valid_from"]
    present = select(Tariff.amount_idr).where(*same, Tariff.amount_idr > 0)
    # The one that is in force when the new one begins; before the first of all, that first one.
    begun = Tariff.valid_from <= given.valid_from
    usual = db.session.scalar(present.where(begun).order_by(Tariff.valid_from.desc(), Tariff.id.desc()).limit(1))
    usual = usual or db.session.scalar(present.order_by(Tariff.valid_from, Tariff.id).limit(1))
    if usual and given.amount_idr and not usual <= given.amount_idr * UNUSUAL <= usual * UNUSUAL**2:
        raise Refusal("tariff_unusual", field="amount_idr", usual=usual)


def _like(given: TariffValues, but: int | None) -> list[Tariff]:
    """Fares of the same kind for the same journey, class and person from the same day."""
    same = [getattr(Tariff, name) == getattr(given, name) for name in KEY]
    kind = Tariff.percent.is_(None) if given.percent is None else Tariff.percent.is_not(None)
    found = db.session.scalars(select(Tariff).where(*same, kind))
    return [tariff for tariff in found if tariff.id != but]


def _check(given: TariffValues) -> None:
    for kind, number, code, field in (
        (Operator, given.operator_id, "operator_not_found", "operator_id"),
        (Port, given.from_port_id, "port_not_found", "from_port_id"),
        (Port, given.to_port_id, "port_not_found", "to_port_id"),
        (FareClass, given.fare_class_id, "fare_class_not_found", "fare_class_id"),
    ):
        get_or_refuse(kind, number, code, field=field)
    if given.passenger_type not in PASSENGER_TYPES:
        raise Refusal("passenger_type", field="passenger_type")
    if given.from_port_id == given.to_port_id:
        raise Refusal("same_ports", field="to_port_id")
    if (given.amount_idr is None) == (given.percent is None):
        raise Refusal("amount_or_percent", field="amount_idr")
    if given.amount_idr is not None and not 0 <= given.amount_idr <= AMOUNT_MAX:
        raise Refusal("tariff_amount", field="amount_idr")
    if given.percent is not None and not PERCENT_LEAST <= given.percent <= PERCENT_MOST:
        raise Refusal("tariff_percent", field="percent")
    if given.amount_idr is not None and given.amount_idr < least_amount(given.passenger_type):
        raise Refusal("tariff_free", field="amount_idr")
    if given.valid_to is not None and given.valid_to < given.valid_from:
        raise Refusal("valid_to", field="valid_to")


def _as_json(values: TariffValues) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, date) else value for name, value in asdict(values).items()}
