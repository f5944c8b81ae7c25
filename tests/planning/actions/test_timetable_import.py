"""A timetable comes in: all or nothing, again without effect, and says what it did."""

import io
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.booking.inventory.availability import list_places
from app.config import ROOT
from app.db import db
from app.planning.actions.reference_import import load_reference
from app.planning.actions.timetable_import import ImportReport, import_timetable
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.timetable import COLUMNS, TimetableRow, read_timetable
from app.schedule.models import PortCall, Voyage
from app.seats.actions.capacity import PaperKind, correct_paper
from app.seats.actions.quotas import set_quota
from app.seats.models import Allotment, CapacityCertificate, Dispensation, LegLoad
from tests.factories import a_booking

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
    bring(rows({"capacity_standard": 80}))
    db.session.expire_all()
    assert db.session.scalars(db.select(Allotment.quota)).one() == 40
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == 80


@pytest.mark.parametrize("kind", ["certificate", "dispensation"])
def test_no_timetable_lets_more_people_aboard_than_a_corrected_paper(app: Flask, kind: PaperKind) -> None:
    bring(rows(FULL))
    table = CapacityCertificate if kind == "certificate" else Dispensation
    paper = db.session.scalars(db.select(table).order_by(table.id.desc())).first()
    first, last = paper.valid_from, paper.valid_to
    correct_paper(kind, paper.id, persons=500, valid_from=first, valid_to=last, letter="UM.1", source_url="")
    db.session.expire_all()
    before = db.session.scalars(db.select(LegLoad.ceiling)).one()
    column = "capacity_standard" if kind == "certificate" else "capacity_dispensation"
    for line in (FULL, {**FULL, "destination": "Surabaya", "time_local": "18:00"}):
        with pytest.raises(TimetableFaults) as refused:
            bring(rows(line))
        assert [(f.column, f.value, f.problem) for f in refused.value.faults] == [(column, "500", "above_paper")]
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == before


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
    with pytest.raises(TimetableFaults) as refused:
        bring(rows({}, {"date": "2031-04-02", "destination": "Atlantis"}))
    assert refused.value.faults == [Fault(3, "destination", "Atlantis", "unknown_port_name")]
    assert db.session.scalars(db.select(Voyage)).all() == []


def test_reference_data_may_be_loaded_again(app: Flask) -> None:
    before = db.session.scalar(db.text("SELECT count(*) FROM tariff"))
    load_reference(DATA)
    assert before
    assert db.session.scalar(db.text("SELECT count(*) FROM tariff")) == before


def faults_of(*lines: dict[str, object], **how: bool) -> list[tuple[int, str, str, str]]:
    with pytest.raises(TimetableFaults) as refused:
        import_timetable(rows(*lines), "Sampit", **how)
    assert db.session.scalars(db.select(Voyage)).all() == []
    return [(f.line, f.column, f.problem, f.near) for f in refused.value.faults]


def test_a_ship_in_another_spelling_is_the_ship_that_is_there_and_one_sailing_is_one_voyage(app: Flask) -> None:
    full = {"capacity_standard": 500}
    bring(rows({"ship": "KM Kirana I", **full}))
    again = bring(rows({"ship": "KM.\xa0KIRANA I\u200b", "destination": "SEMARANG", **full}))
    assert told(again) == (0, 0, 1)
    assert db.session.scalar(db.select(db.func.sum(Allotment.quota))) == 500
    assert faults_of_second({"ship": "KM Kirana I"}, {"ship": "km kirana i.", "operator": "PT Uji"}) == ["ship_twice"]


def faults_of_second(*lines: dict[str, object]) -> list[str]:
    with pytest.raises(TimetableFaults) as refused:
        bring(rows(*lines))
    return [fault.problem for fault in refused.value.faults]


def test_a_near_miss_is_asked_by_line_and_can_be_confirmed(app: Flask) -> None:
    slip = {"ship": "KM Kirano I"}
    assert faults_of({"ship": "KM Kirana III"}, slip) == [(3, "ship", "near_name", "KM Kirana I")]
    assert faults_of({"operator": "PT Pelnii"}) == [(2, "operator", "near_name", "PT Pelni")]
    assert faults_of({"destination": "Semarnag"}) == [(2, "destination", "near_port", "Semarang")]
    report = import_timetable(rows(slip), "Sampit", as_typed=True)
    assert report.new_ships == ["KM Kirano I"]


def test_a_ship_cannot_leave_one_port_twice_in_a_minute_also_for_another_operator(app: Flask) -> None:
    bring(rows({"ship": "KM Lawit"}))
    other = {"ship": "KM Lawit", "operator": "PT Uji Laut", "destination": "Surabaya"}
    assert faults_of_second(other) == ["ship_leaves_then"]
    with pytest.raises(TimetableFaults) as refused:
        bring(rows({**other, "time_local": "07:20"}))
    [fault] = refused.value.faults
    assert (fault.line, fault.problem, fault.value) == (2, "ship_sails_then", "2031-04-01/KM Lawit/Sampit/Semarang/1")
    assert told(bring(rows({**other, "time_local": "07:30"}))) == (1, 0, 0)


def test_a_file_may_move_two_voyages_of_a_ship_at_once(app: Flask) -> None:
    first, back = {"ship": "KM Lawit"}, {"ship": "KM Lawit", "destination": "Surabaya", "time_local": "07:30"}
    bring(rows(first, back))
    later = rows({**first, "time_local": "07:20"}, {**back, "time_local": "07:50"})
    assert told(bring(later)) == (0, 2, 0)


def test_another_operator_is_told_or_taken_and_never_dropped(app: Flask) -> None:
    charter = {"ship": "KM Lawit", "operator": "PT Dharma Lautan Utama"}
    report = bring(rows(charter))
    assert report.other_operator == report.added
    assert told(bring(rows({**charter, "operator": "PT Pelni"}))) == (0, 1, 0)
    assert only_call().voyage.operator.name == "PT Pelni"


def test_a_timetable_that_begins_with_an_arrival_sells_its_departures_and_says_what_it_did(app: Flask) -> None:
    timetable = rows(
        {"origin": "Semarang", "destination": "Sampit", "capacity_standard": 100},
        {"date": "2031-04-02", "capacity_standard": 100},
        {"date": "2031-04-03", "ship": "KM Tanpa Surat"},
    )
    report = import_timetable(timetable, "SAMPIT")
    assert (report.home, report.on_sale, report.arrivals, report.past) == ("Sampit", 1, 1, 0)
    assert report.not_on_sale == ["2031-04-03/KM Tanpa Surat/Sampit/Semarang/1"]
    assert report.new_ships == ["KM Uji", "KM Tanpa Surat"]


def test_each_row_of_a_timetable_is_one_of_past_arrival_on_sale_and_not_on_sale(app: Flask) -> None:
    full = {"capacity_standard": 100}
    timetable = rows(
        {"date": "2020-04-01", **full},
        {"date": "2020-04-02", "origin": "Semarang", "destination": "Sampit"},
        {"date": "2020-04-03", "ship": "KM Tanpa Surat"},
        {"origin": "Semarang", "destination": "Sampit"},
        {"date": "2031-04-02", **full},
        {"date": "2031-04-03", "ship": "KM Tanpa Surat"},
    )
    report = import_timetable(timetable, "Sampit")
    assert (report.past, report.arrivals, report.on_sale, len(report.not_on_sale)) == (3, 1, 1, 1)


def test_a_row_of_other_ports_is_told_by_line(app: Flask) -> None:
    assert faults_of({"origin": "Semarang", "destination": "Surabaya"}) == [(2, "origin", "not_of_home", "")]


FULL = {"capacity_standard": 912, "capacity_dispensation": 1418}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"time_local": "02:00"}, ("time_local", "time_is_sold")),
        ({"time_local": ""}, ("time_local", "time_is_sold")),
        ({"capacity_standard": 3, "capacity_dispensation": ""}, ("capacity_dispensation", "capacity_is_sold")),
        ({"capacity_dispensation": ""}, ("capacity_dispensation", "capacity_is_sold")),
        ({"capacity_dispensation": 1000}, ("capacity_dispensation", "capacity_is_sold")),
    ],
)
def test_a_timetable_changes_nothing_that_somebody_booked(
    app: Flask, changes: dict[str, object], fault: tuple[str, str]
) -> None:
    bring(rows(FULL))
    a_booking(only_call().voyage)
    db.session.commit()
    assert told(bring(rows(FULL))) == (0, 0, 1)
    assert told(bring(rows({**FULL, "note": "dermaga 2"}))) == (0, 1, 0)

    def all_of_it() -> tuple[object, ...]:
        load = db.session.scalars(db.select(LegLoad)).one()
        papers = db.session.scalars(db.select(CapacityCertificate.persons).order_by(CapacityCertificate.id)).all()
        return only_call().planned_departure, load.ceiling, load.dispensation, tuple(papers)

    before = all_of_it()
    with pytest.raises(TimetableFaults) as refused:
        bring(rows({"date": "2031-05-01", **FULL}, {**FULL, **changes}))
    assert [(f.line, f.column, f.problem) for f in refused.value.faults] == [(3, *fault)]
    db.session.rollback()
    db.session.expire_all()
    assert all_of_it() == before


def test_a_standard_capacity_below_what_was_sold_under_is_told_at_its_column(app: Flask) -> None:
    bring(rows({"capacity_standard": 718}))
    a_booking(only_call().voyage)
    db.session.commit()
    with pytest.raises(TimetableFaults) as refused:
        bring(rows({"capacity_standard": 3}))
    assert [(f.column, f.value, f.problem) for f in refused.value.faults] == [
        ("capacity_standard", "718", "capacity_is_sold")
    ]


def test_the_report_says_what_became_of_what_nobody_booked(app: Flask) -> None:
    bring(rows({"capacity_standard": 718}))
    db.session.expire_all()
    report = bring(rows({"capacity_standard": 100, "time_local": "09:30"}))
    changes = report.changes[report.changed[0]]
    assert "planned_departure: 2031-04-01 07:00 → 2031-04-01 09:30" in changes
    assert {"ceiling: 718 → 100", "quota: 718 → 100"} <= set(changes)
