"""Days, ages and times become plain numbers in one place, and the table is the page's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app import config
from app.rules import facts


def test_the_page_shows_the_table() -> None:
    assert facts.table() in (config.ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("birth", "day", "years", "months"),
    [
        ("2016-04-20", "2022-04-19", 5, 71),
        ("2016-04-20", "2022-04-20", 6, 72),
        ("2016-02-29", "2022-02-28", 5, 71),
        ("2016-02-29", "2022-03-01", 6, 72),
        ("2020-04-20", "2022-04-19", 1, 23),
        ("2020-04-20", "2022-04-20", 2, 24),
        ("2022-04-20", "2022-04-20", 0, 0),
        ("2004-12-31", "2022-12-31", 18, 216),
    ],
)
def test_one_is_a_year_older_on_the_birthday(birth: str, day: str, years: int, months: int) -> None:
    born, on = date.fromisoformat(birth), date.fromisoformat(day)
    assert (facts.age_years(born, on), facts.age_months(born, on)) == (years, months)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Asia/Jakarta", "2022-04-20"), ("Asia/Makassar", "2022-04-21"), ("Asia/Jayapura", "2022-04-21")],
)
def test_the_day_is_that_of_the_port(zone: str, day: str) -> None:
    assert facts.day_at(datetime(2022, 4, 20, 16, 30, tzinfo=UTC), zone).isoformat() == day


@pytest.mark.parametrize(
    ("utc", "zone", "day"),
    [
        ("2022-04-19T16:59:59", "Asia/Jakarta", "2022-04-19"),
        ("2022-04-19T17:00:00", "Asia/Jakarta", "2022-04-20"),
        ("2022-04-19T15:59:59", "Asia/Makassar", "2022-04-19"),
        ("2022-04-19T16:00:00", "Asia/Makassar", "2022-04-20"),
        ("2022-04-19T14:59:59", "Asia/Jayapura", "2022-04-19"),
        ("2022-04-19T15:00:00", "Asia/Jayapura", "2022-04-20"),
    ],
)
def test_a_day_begins_at_midnight_in_wib_wita_and_wit(utc: str, zone: str, day: str) -> None:
    assert facts.day_at(datetime.fromisoformat(utc).replace(tzinfo=UTC), zone).isoformat() == day


def test_a_sample_a_second_too_old_is_a_minute_too_old() -> None:
    departure = datetime(2022, 4, 20, 2, tzinfo=UTC)
    assert facts.minutes_before(departure - timedelta(hours=24), departure) == 1440
    assert facts.minutes_before(departure - timedelta(hours=24, seconds=1), departure) == 1441
    assert facts.minutes_before(departure - timedelta(hours=24) + timedelta(seconds=1), departure) == 1440
    assert facts.minutes_before(departure + timedelta(minutes=5), departure) == -5


def test_minutes_left_are_rounded_down() -> None:
    departure = datetime(2022, 4, 20, 2, tzinfo=UTC)
    assert facts.minutes_to(departure, departure - timedelta(seconds=59)) == 0
    assert facts.minutes_to(departure, departure + timedelta(seconds=1)) == -1


def test_a_person_more_than_seventy_per_cent_is_more_than_seventy_per_cent() -> None:
    assert [facts.percent_of(n, 1000) for n in (699, 700, 701)] == [70, 70, 71]


def test_a_slip_of_who_gathers_the_facts_is_named() -> None:
    good = {"stage": "quay", "voyage": {"day": "2022-04-20", "port": None}, "goods": ["liquor"], "companions": []}
    assert facts.slips(good) == []
    bad = {
        "stage": "deck",
        "voyage": {"day": "2022-02-30", "prot": "IDSMQ"},
        "person": {"age_years": True, "infant": 1},
        "goods": ["gold"],
        "documents": [{"kind": "pcr", "minutes": "5"}],
    }
    assert facts.slips(bad) == [
        "stage", "voyage.day", "voyage.prot", "person.age_years", "person.infant", "goods", "documents[].minutes",
    ]  # fmt: skip
