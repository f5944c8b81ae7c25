"""The files in data/ are what they say: sourced, consistent, and true to the documented rows."""

import csv
import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.planning.timetable import COLUMNS
from app.rules.shipped import read_rules

DATA = Path(__file__).parents[1] / "data"
TIMETABLE = "timetables/sampit-2015-2024.csv"
SEASON = "seasons/lebaran-2024.csv"
SEASONS = sorted(str(path.relative_to(DATA)) for path in (DATA / "seasons").glob("*.csv"))
FACTS = ["operators.csv", "ships.csv", "capacities.csv", "fares.csv", TIMETABLE, *SEASONS]


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert all(None not in row and None not in row.values() for row in rows), f"{name}: a row of another length"
    return rows


def column(name: str, key: str) -> set[str]:
    return {row[key] for row in rows_of(name)}


def test_the_timetable_holds_the_107_documented_rows() -> None:
    rows = rows_of(TIMETABLE)
    assert len(rows) == 107
    assert tuple(rows[0]) == COLUMNS


def test_the_season_is_the_ten_departures_that_sum_to_the_official_9900_and_the_two_arrivals() -> None:
    rows = rows_of(SEASON)
    departures = [row for row in rows if row["origin"] == "Sampit"]
    arrivals = [row for row in rows if row["destination"] == "Sampit"]
    assert len(rows) == 12
    assert [len(departures), sum(int(row["passengers_on"]) for row in departures)] == [10, 9900]
    assert [len(arrivals), sum(int(row["passengers_off"]) for row in arrivals)] == [2, 593]


def test_the_season_is_all_that_is_documented_in_its_window() -> None:
    window = [row for row in rows_of(TIMETABLE) if "2024-03-26" <= row["date"] <= "2024-04-09"]
    assert rows_of(SEASON) == window


@pytest.mark.parametrize("name", SEASONS)
def test_every_row_of_a_season_is_a_row_of_the_timetable_to_the_letter(name: str) -> None:
    documented = (DATA / TIMETABLE).read_bytes().splitlines()
    assert set((DATA / name).read_bytes().splitlines()) <= set(documented)


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_names_its_source(name: str) -> None:
    assert all(row["source_url"] for row in rows_of(name))


def test_timetables_speak_of_known_operators_ships_and_cities() -> None:
    for row in rows_of(TIMETABLE):
        assert row["operator"] in column("operators.csv", "name")
        assert row["ship"] in column("ships.csv", "name") | {""}
        assert {row["origin"], row["destination"]} <= column("ports.csv", "city") | {""}


def test_ships_sail_for_known_operators_and_the_timetable_agrees() -> None:
    names = {row["code"]: row["name"] for row in rows_of("operators.csv")}
    sails_for = {row["name"]: names[row["operator"]] for row in rows_of("ships.csv")}
    assert all(sails_for[row["ship"]] == row["operator"] for row in rows_of(TIMETABLE) if row["ship"])


def test_capacities_are_of_known_ships_and_of_a_known_kind() -> None:
    rows = rows_of("capacities.csv")
    assert {row["ship"] for row in rows} <= column("ships.csv", "name")
    assert {row["kind"] for row in rows} == {"certificate", "dispensation"}
    assert all(0 < int(row["persons"]) < 10_000 for row in rows)
    assert all(row["valid_from"] or "undated" in row["note"] for row in rows)


def test_fares_are_of_known_operators_and_ports_and_say_one_thing() -> None:
    for row in rows_of("fares.csv"):
        assert row["operator"] in column("operators.csv", "code")
        assert {row["from"], row["to"]} <= column("ports.csv", "code")
        assert row["passenger_type"] in {"adult", "child", "infant"}
        filled = {"amount": "amount_idr", "percent_of_base": "percent"}[row["basis"]]
        assert [key for key in ("amount_idr", "percent") if row[key]] == [filled]
        assert int(row[filled]) > (0 if filled == "amount_idr" else -100)


def test_the_tiers_of_2024_stand_on_a_base_and_leave_no_day_of_the_season_out() -> None:
    for port in ("IDSRG", "IDSUB"):
        rows = [row for row in rows_of("fares.csv") if row["valid_from"] > "2024" and row["to"] == port]
        (base,) = (row for row in rows if row["basis"] == "amount")
        tiers = [row for row in rows if row["basis"] == "percent_of_base"]
        assert base["amount_idr"] == "290000"
        assert [int(tier["percent"]) for tier in tiers] == [10, -15, 30, 50, 0, 20]
        for tier, following in pairwise(tiers):
            next_day = date.fromisoformat(tier["valid_to"]) + timedelta(days=1)
            assert date.fromisoformat(following["valid_from"]) == next_day


def test_every_period_is_of_real_dates_in_order() -> None:
    for name in ("capacities.csv", "fares.csv"):
        for row in rows_of(name):
            days = [date.fromisoformat(row[key]) for key in ("valid_from", "valid_to") if row[key]]
            assert days == sorted(days)
    assert all(date.fromisoformat(row["date"]) for row in rows_of(TIMETABLE))


def test_every_port_has_a_zone_and_no_code_is_confirmed_without_a_source() -> None:
    for row in rows_of("ports.csv"):
        assert ZoneInfo(row["zone"])
        assert row["confirmed_by"] == ""
        assert "recalled" in row["note"]


@pytest.mark.parametrize(
    ("name", "key"),
    [("ports.csv", "code"), ("ports.csv", "city"), ("operators.csv", "code"), ("ships.csv", "name")],
)
def test_nothing_is_listed_twice(name: str, key: str) -> None:
    assert len(column(name, key)) == len(rows_of(name))


@pytest.mark.parametrize("code", ["name-matches", "number-matches"])
def test_the_source_of_an_identity_rule_can_be_read_by_a_person(code: str) -> None:
    source = next(rule["source"] for rule in read_rules("ordinary") if rule["code"] == code)
    assert "niaga.asia, 5 April 2024" in source, "the publisher and the day"
    assert "dadbeatdadsgame" not in source, "not where somebody kept a copy"
    assert not re.search(r"\bprokal [0-9]", source), "not a bare number"
