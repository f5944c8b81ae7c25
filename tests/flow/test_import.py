"""A timetable comes in: all or nothing, again without effect, and says what it did."""

import io
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.booking.queries import list_places
from app.config import ROOT
from app.db import db
from app.errors import Refusal
from app.flow.actions import ImportReport, import_timetable, load_reference
from app.schedule.models import PortCall, Voyage
from app.schedule.timetable import COLUMNS, TimetableRow, read_timetable
from app.seats.actions import set_quota
from app.seats.models import Allotment, CapacityCertificate, LegLoad

DATA = ROOT / "data"


@pytest.fixture(autouse=True)
def reference(app: Flask) -> None:
    load_reference(DATA)


def rows(*lines: dict[str, object]) -> list[TimetableRow]:
    """Rows of a timetable; by default KM Uji from Sampit to Semarang."""
    text = ",".join(COLUMNS)
    for line in lines:
        cells: dict[str, object] = {
            "date": "2031-04-01",
            "time_local": "07:00",
            "ship": "KM Uji",
            "operator": "PT Pelni",
            "origin": "Sampit",
            "destination": "Semarang",
            "source_url": "https://example.org/jadwal",
            **line,
        }
        text += "\n" + ",".join(str(cells.get(column, "")) for column in COLUMNS)
    return read_timetable(io.StringIO(text + "\n"))


def bring(lines: Iterable[TimetableRow]) -> ImportReport:
    return import_timetable(list(lines), "Sampit")


def told(report: ImportReport) -> tuple[int, int, int]:
    return len(report.added), len(report.changed), len(report.left)


def only_call() -> PortCall:
    return db.session.scalars(db.select(Voyage)).one().calls[0]


def test_the_documented_timetable_comes_in_and_a_second_time_changes_nothing(app: Flask) -> None:
    timetable = read_timetable(DATA / "timetables" / "sampit-2015-2024.csv")
    assert told(bring(timetable)) == (107, 0, 0)
    db.session.expire_all()
    assert told(bring(timetable)) == (0, 0, 107)


def test_a_new_voyage_goes_on_sale_with_the_places_of_its_capacity(app: Flask) -> None:
    bring(rows({"capacity_standard": 912, "capacity_dispensation": 1418}))
    voyage = db.session.scalars(db.select(Voyage)).one()
    assert list_places([voyage])[voyage.id][0].remaining == 1418
    load = db.session.scalars(db.select(LegLoad)).one()
    assert (load.certificate, load.dispensation, load.ceiling) == (912, 1418, 1418)
    paper = db.session.scalars(
        db.select(CapacityCertificate).where(CapacityCertificate.ship_id == voyage.ship_id)
    ).one()
    assert (paper.persons, paper.valid_from, paper.valid_to) == (912, date(2031, 4, 1), date(2031, 4, 1))


def test_without_a_documented_capacity_nothing_is_sold(app: Flask) -> None:
    bring(rows({"passengers_on": 500}))
    assert db.session.scalars(db.select(Allotment)).all() == []


def test_a_changed_time_is_one_change_and_keeps_what_was_sold(app: Flask) -> None:
    bring(rows({"capacity_standard": 100}))
    db.session.expire_all()
    assert told(bring(rows({"capacity_standard": 100, "time_local": "09:30"}))) == (0, 1, 0)
    db.session.expire_all()
    assert f"{only_call().planned_departure:%H:%M}" == "02:30"  # 09:30 WIB


def test_a_quota_that_an_administrator_set_survives_another_import(app: Flask) -> None:
    bring(rows({"capacity_standard": 100}))
    set_quota(db.session.scalars(db.select(Voyage.id)).one(), 1, 40)
    bring(rows({"capacity_standard": 120}))
    db.session.expire_all()
    assert db.session.scalars(db.select(Allotment.quota)).one() == 40
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == 120


def test_midnight_at_the_end_of_a_day_counts_to_that_day(app: Flask) -> None:
    bring(rows({"time_local": "24:00"}))
    call = only_call()
    assert call.day == date(2031, 4, 1)
    assert call.planned_departure.isoformat() == "2031-04-01T17:00:00+00:00"  # 2 April, 00:00 WIB


def test_a_row_without_a_time_has_the_whole_day(app: Flask) -> None:
    bring(rows({"time_local": ""}))
    call = only_call()
    assert (call.precision, call.time_known, call.day) == ("day", False, date(2031, 4, 1))
    assert call.planned_departure.astimezone(call.port.tz).date() == date(2031, 4, 1) + timedelta(days=1)


def test_rows_without_ship_origin_or_destination_come_in_as_they_are(app: Flask) -> None:
    bring(rows({"ship": ""}, {"destination": ""}, {"origin": "", "destination": "Sampit"}))
    unnamed, unstated, arriving = db.session.scalars(db.select(Voyage).order_by(Voyage.id))
    assert unnamed.ship is None
    assert unstated.calls[1].port.code == "-"
    assert [call.port.name for call in arriving.calls] == ["Sampit"]
    assert arriving.legs == []


def test_one_ship_may_leave_twice_on_one_day(app: Flask) -> None:
    report = bring(rows({"time_local": "07:00"}, {"time_local": "19:00"}))
    assert told(report) == (2, 0, 0)


def test_an_unknown_port_stops_the_whole_file(app: Flask) -> None:
    with pytest.raises(Refusal) as refusal:
        bring(rows({}, {"date": "2031-04-02", "destination": "Atlantis"}))
    assert (refusal.value.code, refusal.value.details) == ("unknown_port", {"ports": "Atlantis"})
    assert db.session.scalars(db.select(Voyage)).all() == []


def test_reference_data_may_be_loaded_again(app: Flask) -> None:
    before = db.session.scalar(db.text("SELECT count(*) FROM tariff"))
    load_reference(DATA)
    assert before
    assert db.session.scalar(db.text("SELECT count(*) FROM tariff")) == before
