"""A season replayed through the real actions comes out at its documented counts."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import config
from app.booking.actions import payment
from app.booking.models import Booking
from app.booking.queries import get_booking
from app.errors import Refusal
from app.planning.timetable import COLUMNS
from tests.conftest import settings_for

HEADER = ",".join(COLUMNS)
pytestmark = [pytest.mark.one_engine, pytest.mark.long]  # a replay makes its own SQLite database

SOURCE = "https://example.org/berita"


def replayed(app: Flask, path: Path, seed: int = 1) -> tuple[Result, dict[str, object]]:
    config.use(settings_for("sqlite://"))
    result = app.test_cli_runner().invoke(args=["replay", str(path), "--seed", str(seed)])
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout.strip().splitlines()[-1])
    summary.pop("seconds")
    return result, summary


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """A small season with every edge that real data have."""
    lines = [
        # day, time, ship, operator, origin, destination, certificate, dispensation, on, off, rest
        f"2031-04-01,07:00,KM Satu,PT Pelni,Sampit,Semarang,100,120,110,,,,,H-9,{SOURCE},ACTUAL",
        f"2031-04-01,24:00,KM Dua,PT Pelni,Sampit,Surabaya,60,,60,,,,,H-9,{SOURCE},ACTUAL; full",
        f"2031-04-02,,KM Satu,PT Pelni,,Sampit,,,,45,,,,H-8,{SOURCE},ACTUAL; no origin and no time",
        f"2031-04-02,,KM Satu,PT Pelni,Sampit,Semarang,40,,50,,,,,H-8,{SOURCE},ACTUAL; above its capacity",
        f"2031-04-03,09:00,KM Tiga,PT Uji,Sampit,,,,30,,,,,H-7,{SOURCE},ACTUAL; nothing about capacity",
        f"2031-04-04,09:00,KM Dua,PT Pelni,Sampit,Kumai,60,,,,,,,H-6,{SOURCE},PLANNED; no count",
        f"2031-04-05,08:00,KM Dua,PT Pelni,Sampit,Batulicin,60,,20,,,,,H-5,{SOURCE},a port nobody knows",
        f"2031-04-05,20:00,KM Dua,PT Pelni,Sampit,Batulicin,60,,21,,,,,H-5,{SOURCE},twice on one day",
        f"2031-04-06,,,PT Pelni,Sampit,Semarang,,,,,,,,H-4,{SOURCE},PLANNED; ship not named",
    ]
    path = tmp_path / "season.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def test_every_documented_count_is_met_and_a_count_above_the_capacity_is_a_difference(app: Flask, season: Path) -> None:
    result, summary = replayed(app, season)
    assert summary["calls"] == 6
    assert summary["departing"] == 110 + 60 + 40 + 30 + 20 + 21
    assert summary["arriving"] == 45
    assert (summary["peak_day"], summary["peak_sum"]) == ("2031-04-01", 170)
    (difference,) = summary["differences"]
    assert (difference["expected"], difference["got"]) == (50, 40)
    assert "capacity of 40" in difference["cause"]
    assert summary["refused"]["ship_full"] >= 10
    assert {"already_used", "forged", "too_late", "wrong_voyage"} <= set(summary["refused"])
    assert summary["expired"] > 0
    assert "the count is taken as the ceiling" in result.stdout


def test_ages_are_reckoned_from_the_sailing_however_long_the_file_is(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "years.csv"
    lines = [
        f"{day},,KM Satu,PT Pelni,Sampit,Semarang,100,,60,,,,,,{SOURCE},ACTUAL" for day in ("2024-04-08", "2025-03-26")
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    _, summary = replayed(app, path)
    assert (summary["calls"], summary["departing"], summary["differences"]) == (2, 120, [])


def test_the_same_seed_gives_the_same_season_and_another_seed_other_people(app: Flask, season: Path) -> None:
    first, again, other = (replayed(app, season, seed)[1] for seed in (7, 7, 8))
    assert first == again
    assert (other["departing"], other["calls"]) == (first["departing"], first["calls"])
    assert other["held"] != first["held"]


def test_a_faulty_season_names_every_line_and_column_and_runs_nothing(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(
        f"{HEADER}\n2031-04-31,25:00,KM X,PT Pelni,Sampit,Semarang,,,sekitar 50,,,,,H-9,{SOURCE},\n", encoding="utf-8"
    )
    result = app.test_cli_runner().invoke(args=["replay", str(path)])
    assert result.exit_code == 1
    for column in ("date", "time_local", "passengers_on"):
        assert f"Baris 2, kolom {column}" in result.stderr


def test_a_refusal_in_the_middle_of_a_file_is_a_line_with_its_row_and_the_rest_runs(
    app: Flask, season: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm, third = payment.confirm_payment, date(2031, 4, 3)

    def refusing(code: str, *rest: object) -> Booking:
        if get_booking(code).from_call.day == third:
            raise Refusal("infant_too_old")
        return confirm(code, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(payment, "confirm_payment", refusing)
    result, summary = replayed(app, season)
    assert "line 6: refused (infant_too_old)" in result.stdout
    causes = {each["call"]: each["cause"] for each in summary["differences"]}
    (cause,) = [cause for call, cause in causes.items() if call.startswith("2031-04-03")]
    assert "line 6: refused (infant_too_old)" in cause
    assert (len(causes), summary["departing"]) == (2, 110 + 60 + 40 + 20 + 21)


def test_a_row_that_cannot_come_in_is_refused_by_its_line_before_anything_runs(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    row = "2031-04-01,07:00,KM Satu,{},Sampit,{},100,,10,,,,,,{},ACTUAL"
    lines = [row.format("PT Pelni", "Semarang", SOURCE), row.format("PT Pelni", "Surabaya", SOURCE)]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["replay", str(path)])
    assert result.exit_code == 1
    assert "Baris 3" in result.stderr
    assert "Traceback" not in result.output
