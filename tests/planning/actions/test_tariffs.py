"""Fares are written down with their source, put right by one person at a time, and every change is kept."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.config import ROOT
from app.db import db
from app.errors import NotFound, Refusal
from app.fares.models import Tariff
from app.fares.queries import list_tariff_changes, list_tariffs, price_lists
from app.planning.actions.reference_import import load_reference
from app.planning.actions.tariffs import TariffValues, mark_of, save_tariff, values_of
from tests.factories import a_fare_class, a_port, a_ship, a_user


@pytest.fixture
def given(app: Flask) -> TariffValues:
    """A fare that is good."""
    a_fare_class()
    return TariffValues(
        a_ship().operator_id, a_port().id, a_port("Semarang").id, 1, "adult", 123_000, None, date(2030, 1, 1), None,
        "https://example.org/1",
    )  # fmt: skip


@pytest.fixture
def clerk(app: Flask) -> int:
    return a_user().id


def test_a_fare_is_what_a_place_costs_from_its_day_on(given: TariffValues, clerk: int) -> None:
    made = save_tariff(clerk, given)
    assert save_tariff(clerk, given).id == made.id, "the same form sent twice is one fare"
    route = (given.operator_id, given.from_port_id, given.to_port_id)
    found = price_lists([(route, date(2029, 12, 31)), (route, date(2030, 1, 1))])
    assert found[route, date(2029, 12, 31)] == {}
    assert found[route, date(2030, 1, 1)][1].adult == 123_000


def test_each_change_is_kept_with_who_made_it(given: TariffValues, clerk: int) -> None:
    made = save_tariff(clerk, given)
    other = a_user().id
    save_tariff(other, replace(given, amount_idr=130_000), made.id, mark_of(made))
    last, first = list_tariff_changes(made.id)
    assert (first.before, first.changed_by, last.changed_by) == (None, clerk, other)
    assert last.before
    assert (last.before["amount_idr"], last.after["amount_idr"]) == (123_000, 130_000)


def test_a_form_that_is_no_longer_true_overwrites_nothing(given: TariffValues, clerk: int) -> None:
    made = save_tariff(clerk, given)
    seen = mark_of(made)
    save_tariff(clerk, replace(given, amount_idr=130_000), made.id, seen)
    with pytest.raises(Refusal, match=r"^tariff_changed$"):
        save_tariff(clerk, replace(given, amount_idr=99_000), made.id, seen)
    assert [tariff.amount_idr for tariff in list_tariffs()] == [130_000]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"percent": 10}, "amount_or_percent"),
        ({"amount_idr": None}, "amount_or_percent"),
        ({"amount_idr": -1}, "tariff_amount"),
        ({"amount_idr": None, "percent": 301}, "tariff_percent"),
        ({"amount_idr": 0}, "tariff_free"),
        ({"amount_idr": 0, "passenger_type": "child"}, "tariff_free"),
        ({"amount_idr": None, "percent": -100}, "tariff_percent"),
        ({"passenger_type": "pet"}, "passenger_type"),
        ({"valid_to": date(2029, 12, 31)}, "valid_to"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    given: TariffValues, clerk: int, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal, match=f"^{code}$") as refused:
        save_tariff(clerk, replace(given, **changes))
    assert refused.value.field
    assert list_tariffs() == []


def test_a_journey_has_one_amount_from_a_day_on(given: TariffValues, clerk: int) -> None:
    save_tariff(clerk, given)
    with pytest.raises(Refusal, match=r"^tariff_twice$"):
        save_tariff(clerk, replace(given, amount_idr=1_000))
    save_tariff(clerk, replace(given, amount_idr=None, percent=30))
    with pytest.raises(Refusal, match=r"^same_ports$"):
        save_tariff(clerk, replace(given, to_port_id=given.from_port_id))
    for name in ("operator_id", "from_port_id", "fare_class_id"):
        with pytest.raises(NotFound):
            save_tariff(clerk, replace(given, **{name: 99_999}))
    with pytest.raises(NotFound):
        save_tariff(clerk, given, 99_999)


def test_a_shipped_fare_that_was_put_right_is_not_added_again_by_loading_the_files(app: Flask, clerk: int) -> None:
    load_reference(ROOT / "data")
    shipped = list_tariffs()
    values = values_of(shipped[0])
    save_tariff(clerk, replace(values, valid_to=date(2031, 12, 31)), shipped[0].id, mark_of(shipped[0]))
    load_reference(ROOT / "data")
    again = list_tariffs()
    assert len(again) == len(shipped)
    assert [one.valid_to for one in again if one.id == shipped[0].id] == [date(2031, 12, 31)]


def test_only_an_infant_travels_for_nothing_whoever_writes(given: TariffValues, clerk: int) -> None:
    assert save_tariff(clerk, replace(given, amount_idr=0, passenger_type="infant")).amount_idr == 0
    for free in ({"amount_idr": 0}, {"amount_idr": None, "percent": -100}):
        db.session.add(Tariff(**asdict(replace(given, **free))))
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_no_percentage_makes_a_fare_nothing(given: TariffValues, clerk: int) -> None:
    save_tariff(clerk, replace(given, amount_idr=10))
    save_tariff(clerk, replace(given, amount_idr=None, percent=-99))
    trip = (given.operator_id, given.from_port_id, given.to_port_id), given.valid_from
    assert price_lists([trip])[trip][given.fare_class_id].adult == 1
