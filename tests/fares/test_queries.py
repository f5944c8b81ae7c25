"""Prices as published, by day."""

from datetime import date

import pytest
from flask import Flask

from app.config import ROOT
from app.fares.queries import Price, price_lists
from app.planning.actions.reference_import import load_reference
from app.schedule.models import Operator
from app.schedule.queries import find_port

ECONOMY, CLASS_1 = 1, 2


@pytest.fixture(autouse=True)
def reference(app: Flask) -> None:
    load_reference(ROOT / "data")


def prices(operator: str, day: date, to: str = "Semarang") -> dict[int, Price]:
    from app.db import db

    operator_id = db.session.scalars(db.select(Operator.id).where(Operator.code == operator)).one()
    route = (operator_id, find_port("Sampit").id, find_port(to).id)
    return price_lists([(route, day)])[route, day]


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2024, 3, 5), 319_000),  # H-40..H-30: +10 %
        (date(2024, 3, 15), 246_500),  # H-29..H-23: -15 %
        (date(2024, 3, 30), 377_000),  # H-22..H-11: +30 %
        (date(2024, 4, 7), 435_000),  # H-10..H-2: +50 %
        (date(2024, 4, 9), 290_000),  # H-1: the base
        (date(2024, 4, 15), 348_000),  # H+1..H+7: +20 %
        (date(2024, 6, 1), 290_000),
    ],
)
def test_dlu_charges_by_the_window_around_lebaran(app: Flask, day: date, amount: int) -> None:
    price = prices("DLU", day)[ECONOMY]
    assert (price.adult, price.infant, price.published) == (amount, None, None)


@pytest.mark.parametrize(
    ("day", "amount"),
    [
        (date(2022, 2, 1), 245_000),
        (date(2022, 4, 5), 210_000),
        (date(2022, 4, 28), 340_000),
        (date(2022, 9, 1), 245_000),
    ],
)
def test_the_amount_for_the_shortest_time_holds_on_its_days_only(app: Flask, day: date, amount: int) -> None:
    assert prices("DLU", day)[ECONOMY].adult == amount


def test_pelni_shows_the_last_fares_that_were_published_and_says_when(app: Flask) -> None:
    price = prices("PELNI", date(2024, 4, 5))
    assert (price[ECONOMY].adult, price[ECONOMY].infant) == (206_500, 27_000)
    assert (price[CLASS_1].adult, price[CLASS_1].infant) == (641_000, 70_000)
    assert price[ECONOMY].published.year == 2019


def test_before_the_first_published_fare_there_is_no_price(app: Flask) -> None:
    assert prices("PELNI", date(2018, 1, 1)) == {}
    assert prices("PELNI", date(2024, 4, 5), to="Kumai") == {}
