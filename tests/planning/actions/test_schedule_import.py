"""The schedule out to sheets and back, without loss; and every fault with its line, column and remedy."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.boarding.actions.departure import depart
from app.boarding.models import Departure
from app.config import ROOT
from app.db import db
from app.planning.actions.copies import copy_voyage, first_day
from app.planning.actions.reference_import import load_reference
from app.planning.actions.schedule_import import import_schedule
from app.planning.actions.timetable_import import import_timetable
from app.planning.actions.voyages import make_voyage
from app.planning.import_limits import TOLD
from app.planning.sheets.cells import SHEETS, armed, disarmed, packed
from app.planning.sheets.export import export_schedule, written
from app.planning.sheets.file_faults import TimetableFaults
from app.planning.sheets.reading import Arriving
from app.planning.sheets.records import CallRecord, OperatorRecord, PaperRecord, PortRecord, ShipRecord, VoyageRecord
from app.planning.timetable import home_port, read_timetable
from app.schedule.actions import CallTimes, revise_departure, set_times
from app.schedule.models import Leg, Port, Voyage
from app.seats.actions.capacity import record_capacity
from app.seats.models import LegLoad
from app.text import clean, name_key
from tests.conftest import Clock
from tests.factories import a_booking, a_port, a_ship, a_user, a_voyage, departure_of
from tests.planning.actions.test_voyages import LAWIT, a_plan

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Pontianak")


def bring(sheets: dict[str, bytes]):  # type: ignore[no-untyped-def]
    return import_schedule(Arriving([(f"{name}.csv", data) for name, data in sheets.items()]))


def empty() -> None:
    """Throw everything away."""
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        if table.name not in {"channel", "alembic_version", "user_change", "app_user"}:
            db.session.execute(table.delete())
    db.session.commit()
    db.session.expunge_all()


# What anybody may have typed.

words = st.one_of(
    st.sampled_from(["", "=1+1", "+62 812", "-", "@SUM(A1)", "'kutip", "''=", 'a "b", c; d', "KM Lawit", "Ω≈ç"]),
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12).map(lambda text: clean(text).strip()),
)
# A name of signs alone names no gate of its own.
names = words.filter(lambda name: name_key(name).isalnum())


def some_names(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Names that nobody takes for one another."""
    return st.lists(names, min_size=least, max_size=most, unique_by=name_key)


days = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@st.composite
def calls_of(draw, codes):  # type: ignore[no-untyped-def]
    """Calls in the order of time, each at another port than the one before it."""
    moment = datetime.combine(draw(days), datetime.min.time())
    found: list[CallRecord] = []
    for place in range(draw(st.integers(1, 6))):
        code = draw(st.sampled_from([code for code in codes if not found or found[-1].port != code]))
        by_day = draw(st.booleans())

        def later(exact: bool = not by_day) -> datetime:
            nonlocal moment
            moment += timedelta(days=2, seconds=draw(st.integers(1, 9_000)) if exact else 0)
            if not exact:
                moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
            return moment

        def came(planned: datetime) -> datetime:
            return planned + timedelta(microseconds=draw(st.integers(0, 10**9)))

        arrives = later() if place and draw(st.booleans()) else None
        departs = later() if draw(st.booleans()) or not arrives else None
        planned = departs or arrives
        revised = planned + timedelta(hours=draw(st.integers(1, 30))) if draw(st.booleans()) else None
        tide = planned if draw(st.booleans()) else None
        # Midnight ends the day that it counts to.
        day = ((revised if revised and departs else planned) - timedelta(minutes=1)).date()
        found.append(
            CallRecord(
                port=code,
                day=day,
                precision="day" if by_day else "minute",
                planned_arrival=arrives,
                planned_departure=departs,
                tide_from=tide,
                tide_until=tide + timedelta(hours=2) if tide else None,
                revised_arrival=None,
                revised_departure=revised if departs else None,
                actual_arrival=came(arrives) if arrives and arrives.year < 2026 else None,
                actual_departure=None,
                cause="tide" if revised else "",
                reason=draw(words) if revised else "",
            )
        )
    return tuple(found)


@st.composite
def schedules(draw):  # type: ignore[no-untyped-def]
    """Everything that sheets can say."""
    codes = draw(st.lists(st.sampled_from(["IDSMQ", "IDSRG", "IDKUM", "?1", "?22", "-"]), min_size=2, unique=True))
    port_names = draw(some_names(len(codes), len(codes)))
    ports = [
        PortRecord(code, name, draw(words), draw(st.sampled_from(ZONES)), draw(words))
        for code, name in zip(codes, port_names, strict=True)
    ]
    operators = [
        OperatorRecord(code, name, draw(st.none() | st.integers(1, 18)))
        for code, name in zip(["PELNI", "DLU"], draw(some_names(2, 2)), strict=True)
    ]
    ships = [
        ShipRecord(name, draw(st.sampled_from(["PELNI", "DLU"])), draw(words), imo, draw(words), draw(words))
        for name, imo in zip(draw(some_names(1, 2)), ["9074729", ""], strict=False)
    ]
    papers = {}
    for _ in range(draw(st.integers(0, 4))):
        ship, kind = draw(st.sampled_from(ships)).name, draw(st.sampled_from(["certificate", "dispensation"]))
        first = draw(days)
        last = first + timedelta(days=draw(st.integers(0, 900)))
        letter = draw(words) if kind == "dispensation" else ""
        papers[ship, kind, first, last] = PaperRecord(
            ship, kind, draw(st.integers(1, 99_999)), first, last, letter, draw(words), draw(words)
        )
    voyages = [
        VoyageRecord(
            number=number,
            operator=draw(st.sampled_from(["PELNI", "DLU"])),
            ship=draw(st.sampled_from(["", *(ship.name for ship in ships)])),
            source_url=draw(words),
            note=draw(words),
            shifted_days=draw(st.integers(-400, 400)),
            cancelled_at=draw(st.sampled_from([None, datetime.fromisoformat("2026-11-27 13:05:07")])),
            cancel_cause="weather",
            cancel_reason=draw(words),
            calls=draw(calls_of(codes)),
        )
        for number in draw(st.lists(names, max_size=3, unique=True))
    ]
    return ports, operators, ships, papers.values(), list(_with_a_ship_each(voyages))


def _with_a_ship_each(voyages: list[VoyageRecord]) -> Iterator[VoyageRecord]:
    """Those that ask no ship for a second voyage in the same years."""
    years: dict[str, set[int]] = {}
    for voyage in voyages:
        of_ship = years.setdefault(voyage.ship, set())
        own = {moment.year for c in voyage.calls for moment in (c.planned_arrival, c.planned_departure) if moment}
        if not voyage.ship or not own & of_ship:
            of_ship |= own
            yield voyage


@pytest.mark.invented_counts
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(schedule=schedules())
def test_any_schedule_comes_in_and_goes_out_as_the_same_bytes_and_again_changes_nothing(app: Flask, schedule) -> None:  # type: ignore[no-untyped-def]
    empty()
    sheets = written(*schedule)
    first = bring(sheets)
    assert sum(first.changed.values()) == sum(first.left.values()) == 0
    assert export_schedule() == sheets
    again = bring(export_schedule())
    assert sum(again.added.values()) == sum(again.changed.values()) == 0
    assert export_schedule() == sheets


@given(text=st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str) -> None:
    assert disarmed(armed(text)) == text
    assert not armed(text).startswith(("=", "+", "-", "@"))


def a_schedule(clock: Clock) -> None:
    """Reference data, a real season, a voyage of eleven calls with all that can be said of its times, and a copy."""
    load_reference(ROOT / "data")
    rows = read_timetable(ROOT / "data" / "seasons" / "lebaran-2024.csv")
    import_timetable(rows, home_port(rows))
    record_capacity(
        a_ship("KM Lawit").id,
        valid_from=clock.moment.date(),
        valid_to=clock.moment.date() + timedelta(days=90),
        dispensation=1418,
        letter="AL.820/1/7/KSOP",
    )
    voyage = make_voyage(a_plan(*LAWIT, clock=clock, note="=HYPERLINK(1)"))
    copy_voyage(voyage.id, [first_day(voyage) + timedelta(days=14)])
    call = voyage.calls[0]
    set_times(
        call.id,
        CallTimes(
            tide_from=call.planned_departure,
            tide_until=call.planned_departure + timedelta(hours=2),
            revised_departure=call.planned_departure + timedelta(hours=1),
            cause="tide",
            reason="-air surut",
        ),
    )
    clock.forward(days=4, microseconds=123456)
    depart(departure_of(voyage).id, a_user().id)


def test_a_real_schedule_survives_the_way_out_and_back_into_an_empty_database(app: Flask, clock: Clock) -> None:
    a_schedule(clock)
    sheets = export_schedule()
    legs, departures, loads = (db.session.query(kind).count() for kind in (Leg, Departure, LegLoad))
    again = bring(sheets)
    assert sum(again.added.values()) + sum(again.changed.values()) == 0
    assert again.left["voyages"] == db.session.query(Voyage).count()
    empty()
    import_schedule(Arriving([("jadwal.zip", packed(sheets))]))
    assert export_schedule() == sheets
    assert packed(export_schedule()) == packed(sheets)
    assert (db.session.query(Leg).count(), db.session.query(Departure).count()) == (legs, departures)
    assert db.session.query(LegLoad).count() == loads


def test_what_somebody_changes_in_the_sheet_is_changed_and_nothing_else(app: Flask, clock: Clock) -> None:
    a_schedule(clock)
    voyage = db.session.scalars(db.select(Voyage).order_by(Voyage.id.desc())).first()
    ids = [call.id for call in voyage.calls]
    rows = rows_of(export_schedule()["voyages"])
    mine = [row for row in rows if row["voyage"] == voyage.number]
    mine[3]["revised_departure"] = f"{datetime.fromisoformat(mine[3]['planned_departure']) + timedelta(hours=3)}"[:16]
    mine[3]["cause"] = "order"
    del mine[4]
    for position, row in enumerate(mine, 1):
        row["position"] = str(position)
    # Semarang twice in a row is no route: the call after Kumai goes as well.
    del mine[4]
    for position, row in enumerate(mine, 1):
        row["position"] = str(position)
    report = bring({"voyages": sheet("voyages", mine)})
    assert (report.changed["voyages"], report.added["voyages"], report.left["voyages"]) == (1, 0, 0)
    db.session.expire_all()
    assert [call.id for call in voyage.calls] == [*ids[:4], *ids[6:]]
    assert (voyage.calls[3].cause, voyage.calls[3].change) == ("order", "late")
    assert len(voyage.legs) == 8


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(name: str, rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, SHEETS[name])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def a_row(**changes: str) -> dict[str, str]:
    base = dict.fromkeys(SHEETS["voyages"], "")
    return {**base, "voyage": "V-1", "operator": "UJI", "ship": "KM Uji", "position": "1", "port": "IDSMQ",
            "planned_departure": "2026-12-01 13:00", **changes}  # fmt: skip


SECOND = {"position": "2", "port": "IDSRG", "planned_departure": "", "planned_arrival": "2026-12-02 13:00"}


def known() -> None:
    """A port, an operator and a ship for the rows above."""
    a_port("Sampit")
    a_port("Semarang")
    ship = a_ship("KM Uji")
    ship.operator.code = "UJI"
    db.session.commit()


@pytest.mark.parametrize(
    ("rows", "line", "column", "problem"),
    [
        ([a_row(ship="KM Tidak Ada"), a_row(ship="", **SECOND)], 2, "ship", "unknown_ship"),
        ([a_row(), a_row(**{**SECOND, "port": "XXXXX"})], 3, "port", "unknown_port"),
        ([a_row(operator="LAIN"), a_row(operator="", **SECOND)], 2, "operator", "unknown_operator"),
        ([a_row(), a_row(**{**SECOND, "planned_arrival": "2026-12-01 13:00"})], 3, "planned_arrival", "backwards"),
        ([a_row(planned_arrival="2026-12-01 14:00"), a_row(**SECOND)], 2, "planned_departure", "backwards"),
        ([a_row(), a_row(**{**SECOND, "port": "IDSMQ"})], 3, "port", "same_port_again"),
        ([a_row(), a_row(**{**SECOND, "position": "1"})], 3, "position", "position_twice"),
        ([a_row(), a_row(**{**SECOND, "position": "3"})], 3, "position", "position_gap"),
        ([a_row(), a_row(**{**SECOND, "position": "dua"})], 3, "position", "count"),
        ([a_row(planned_departure="32/12/2026 13.00"), a_row(**SECOND)], 2, "planned_departure", "moment"),
        ([a_row(day="2026-12-05"), a_row(**SECOND)], 2, "day", "day_differs"),
        ([a_row(tide_from="2026-12-01 13:00"), a_row(**SECOND)], 2, "tide_until", "tide_window"),
        ([a_row(revised_departure="2026-12-01 15:00"), a_row(**SECOND)], 2, "cause", "cause_missing"),
        ([a_row(cause="angin"), a_row(**SECOND)], 2, "cause", "choice"),
        ([a_row(), a_row(note="lain", **SECOND)], 3, "note", "differs_from_first"),
        ([a_row(voyage=""), a_row(**{**SECOND, "position": "1"})], 2, "voyage", "required"),
    ],
)
def test_a_fault_in_a_voyage_names_its_line_and_column_and_changes_nothing(
    app: Flask, rows: list[dict[str, str]], line: int, column: str, problem: str
) -> None:
    known()
    before = export_schedule()
    good = [a_row(voyage="V-0"), a_row(voyage="V-0", **SECOND)]
    with pytest.raises(TimetableFaults) as refused:
        bring({"voyages": sheet("voyages", rows + good)})
    found = refused.value.faults[0]
    assert (found.file, found.line, found.column, found.problem) == ("voyages.csv", line, column, problem)
    assert str(line) in found.message
    db.session.rollback()
    assert export_schedule() == before
    bring({"voyages": sheet("voyages", good)})
    assert db.session.query(Voyage).count() == 1


PAPER = {
    "ship": "KM Uji",
    "kind": "dispensation",
    "persons": "90",
    "valid_from": "2026-12-01",
    "valid_to": "2026-12-09",
    "letter": "L-1",
    "source_url": "",
    "note": "",
}


@pytest.mark.parametrize(
    ("name", "row", "column", "problem"),
    [
        ("papers", {**PAPER, "letter": ""}, "letter", "letter"),
        ("papers", {**PAPER, "ship": "KM Lain"}, "ship", "unknown_ship"),
        ("papers", {**PAPER, "persons": "0"}, "persons", "persons"),
        ("papers", {**PAPER, "kind": "surat"}, "kind", "choice"),
        ("papers", {**PAPER, "valid_to": "2026-11-30"}, "valid_to", "ends_before"),
        ("papers", {**PAPER, "valid_from": "1 Des"}, "valid_from", "date"),
        ("ports", {"code": "IDXXX", "name": "Sampit", "zone": "WIB"}, "name", "taken"),
        ("ports", {"code": "idx", "name": "Lain", "zone": "WIB"}, "code", "port_code"),
        ("ports", {"code": "IDXXX", "name": "Lain", "zone": "Bulan"}, "zone", "zone"),
        ("ships", {"name": "KM Baru", "operator": "LAIN"}, "operator", "unknown_operator"),
        ("ships", {"name": "KM Baru", "operator": "UJI", "imo": "9074728"}, "imo", "imo"),
        ("operators", {"code": "BARU", "name": ""}, "name", "required"),
        ("operators", {"code": "BARU", "name": "Baru", "child_age": "19"}, "child_age", "child_age"),
        ("operators", {"code": "BARU", "name": "Baru", "child_age": "dua"}, "child_age", "count"),
    ],
)
def test_a_fault_in_another_sheet_names_its_column(
    app: Flask, name: str, row: dict[str, str], column: str, problem: str
) -> None:
    known()
    before = export_schedule()
    with pytest.raises(TimetableFaults) as refused:
        bring({name: sheet(name, [row])})
    found = refused.value.faults[0]
    assert (found.line, found.column, found.problem) == (2, column, problem)
    db.session.rollback()
    assert export_schedule() == before


def test_every_fault_of_all_files_is_told_at_once(app: Flask) -> None:
    known()
    with pytest.raises(TimetableFaults) as refused:
        bring({
            "voyages": sheet("voyages", [a_row(ship="KM Tidak Ada"), a_row(ship="", **{**SECOND, "port": "XXXXX"})]),
            "papers": sheet("papers", [{**PAPER, "letter": ""}, PAPER | {"letter": "a"}]),
            "catatan": b"halo,dunia\n1,2\n",
        })  # fmt: skip
    assert [(f.file, f.line, f.problem) for f in refused.value.faults] == [
        ("catatan.csv", 1, "not_a_sheet"),
        ("papers.csv", 2, "letter"),
        ("papers.csv", 3, "twice"),
        ("voyages.csv", 2, "unknown_ship"),
        ("voyages.csv", 3, "unknown_port"),
    ]


def test_a_port_of_the_same_import_is_known_and_its_zone_read_by_its_short_name(app: Flask) -> None:
    known()
    rows = [a_row(), a_row(**{**SECOND, "port": "?7"})]
    bring({
        "voyages": sheet("voyages", rows),
        "ports": sheet("ports", [{"code": "?7", "name": "Makassar", "zone": "wita"}]),
    })  # fmt: skip
    port = db.session.scalars(db.select(Port).where(Port.code == "?7")).one()
    assert port.tz == ZoneInfo("Asia/Makassar")
    voyage = db.session.scalars(db.select(Voyage)).one()
    assert voyage.calls[1].planned_arrival == datetime(2026, 12, 2, 5, tzinfo=UTC)
    assert voyage.calls[1].day == date(2026, 12, 2)


def test_two_ports_and_two_ships_may_exchange_what_only_one_can_have(app: Flask) -> None:
    known()
    first, second = a_ship("KM Uji"), a_ship("KM Lain")
    first.imo = "9074729"
    db.session.commit()
    sheets = export_schedule()
    swapped = sheets["ports"].replace(b"Sampit", b"@").replace(b"Semarang", b"Sampit").replace(b"@", b"Semarang")
    ships = rows_of(sheets["ships"])
    for row in ships:
        row["imo"] = "9074729" if row["name"] == "KM Lain" else ""
    bring({"ports": swapped, "ships": sheet("ships", ships)})
    db.session.expire_all()
    assert db.session.scalars(db.select(Port.name).order_by(Port.code)).all() == ["Semarang", "Sampit"]
    assert (first.imo, second.imo) == (None, "9074729")


def test_what_is_sold_is_neither_moved_nor_called_off_by_file(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    a_booking(voyage)
    rows = rows_of(export_schedule()["voyages"])
    moved = [{**rows[0], "planned_departure": "2026-01-01 13:00", "day": ""}, rows[1]]
    with pytest.raises(TimetableFaults) as refused:
        bring({"voyages": sheet("voyages", moved)})
    assert (refused.value.faults[0].line, refused.value.faults[0].problem) == (2, "sold_on_leg")
    with pytest.raises(TimetableFaults) as refused:
        bring(
            {
                "voyages": sheet(
                    "voyages", [{**rows[0], "cancelled_at": "2026-01-01 13:00", "cancel_cause": "tide"}, rows[1]]
                )
            }
        )
    assert refused.value.faults[0].problem == "cancel_here"


def test_a_sheet_brings_no_voyage_of_a_ship_under_way(app: Flask, clock: Clock) -> None:
    plan = a_plan("Sampit", "Semarang", clock=clock)
    first = make_voyage(plan)
    rows = [{**row, "voyage": "V-2"} for row in rows_of(export_schedule()["voyages"])]
    rows[0]["planned_departure"] = rows[0]["planned_departure"].replace(":00", ":20")
    with pytest.raises(TimetableFaults) as refused:
        bring({"voyages": sheet("voyages", rows)})
    [fault] = refused.value.faults
    assert (fault.line, fault.column, fault.problem) == (2, "planned_departure", "ship_sails_then")
    assert fault.value == first.number
    assert fault.value in fault.message


def problems_of(rows: list[dict[str, str]]) -> list[tuple[int, str, str]]:
    before = export_schedule()
    with pytest.raises(TimetableFaults) as refused:
        bring({"voyages": sheet("voyages", rows)})
    db.session.rollback()
    assert export_schedule() == before
    return [(fault.line, fault.column, fault.problem) for fault in refused.value.faults]


@pytest.mark.parametrize(
    "changes",
    [
        {"actual_departure": "2000-01-01 07:00"},
        {"actual_departure": "2026-01-01 07:00"},
        {"revised_departure": "2026-12-31 13:00"},
        {"cause": "technical"},
        {"reason": "lain"},
        {"revised_departure": "", "cause": "", "reason": ""},
        {"tide_from": "2026-12-31 13:00", "tide_until": "2026-12-31 15:00"},
    ],
)
def test_what_was_told_of_a_booked_ship_is_not_changed_by_file(
    app: Flask, clock: Clock, changes: dict[str, str]
) -> None:
    clock.moment = clock.moment.replace(hour=1, minute=0)  # in the morning: an hour's delay stays on its day
    voyage = a_voyage()
    a_booking(voyage)
    call = voyage.calls[0]
    revise_departure(call.id, call.planned_departure + timedelta(hours=1), cause="weather", reason="ombak")
    rows = rows_of(export_schedule()["voyages"])
    assert bring({"voyages": sheet("voyages", rows)}).changed["voyages"] == 0
    note = [{**row, "note": "dermaga 2"} for row in rows]
    assert bring({"voyages": sheet("voyages", note)}).changed["voyages"] == 1
    expected = [(2, column, "told_at_pier") for column in changes]
    assert problems_of([{**note[0], **changes}, note[1]]) == sorted(expected, key=lambda one: TOLD.index(one[1]))
    other = [{**row, "operator": "LAIN"} for row in note]
    operators = sheet("operators", [{"code": "LAIN", "name": "PT Lain", "child_age": ""}])
    with pytest.raises(TimetableFaults) as refused:
        bring({"voyages": sheet("voyages", other), "operators": operators})
    assert [fault.problem for fault in refused.value.faults] == ["operator_sold"]


def test_a_ship_that_left_is_not_brought_back_by_file(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    clock.moment = voyage.calls[0].planned_departure
    depart(departure_of(voyage).id, a_user().id)
    rows = rows_of(export_schedule()["voyages"])
    assert problems_of([{**rows[0], "actual_departure": ""}, rows[1]]) == [(2, "actual_departure", "told_at_pier")]


def test_the_file_tells_the_past_of_ships_that_nobody_booked_and_never_the_future(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    rows = rows_of(export_schedule()["voyages"])
    to_come = f"{(clock.moment + timedelta(days=2)).replace(tzinfo=None)}"[:16]
    future = [{**rows[0], "actual_departure": to_come}, rows[1]]
    assert problems_of(future) == [(2, "actual_departure", "actual_to_come")]
    assert problems_of([{**row, "voyage": "V-9", "ship": ""} for row in future]) == [
        (2, "actual_departure", "actual_to_come")
    ]
    past = [{**rows[0], "actual_departure": "2000-01-01 07:00"}, rows[1]]
    assert bring({"voyages": sheet("voyages", past)}).changed["voyages"] == 1
    db.session.expire_all()
    assert voyage.calls[0].actual_departure == datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.invented_counts
def test_a_paper_below_who_is_aboard_is_refused_at_its_line(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(ceiling=50, places=50)
    day = str(voyage.calls[0].day)
    load = db.session.scalars(db.select(LegLoad)).one()
    row = {**PAPER, "ship": "KM Uji Coba", "persons": "40", "valid_from": day, "valid_to": day}
    load.aboard = 45
    db.session.commit()
    with pytest.raises(TimetableFaults) as refused:
        bring({"papers": sheet("papers", [row])})
    assert (refused.value.faults[0].line, refused.value.faults[0].problem) == (2, "below_aboard")
    load.aboard = 40
    db.session.commit()
    bring({"papers": sheet("papers", [row])})
    db.session.expire_all()
    assert load.ceiling == 40


@pytest.mark.invented_counts
def test_a_paper_in_a_sheet_takes_nothing_from_what_was_sold_under(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(ceiling=50, places=50)
    day = str(voyage.calls[0].day)
    paper = {**PAPER, "ship": "KM Uji Coba", "kind": "certificate", "letter": "", "valid_from": day, "valid_to": day}
    bring({"papers": sheet("papers", [{**paper, "persons": "50"}])})
    a_booking(voyage)
    with pytest.raises(TimetableFaults) as refused:
        bring({"papers": sheet("papers", [{**paper, "persons": "40"}])})
    assert [(f.line, f.column, f.value, f.problem) for f in refused.value.faults] == [
        (2, "persons", "50", "capacity_is_sold")
    ]
    db.session.rollback()
    db.session.expire_all()
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == 50
    bring({"papers": sheet("papers", [{**paper, "persons": "60"}])})
    db.session.expire_all()
    assert db.session.scalars(db.select(LegLoad.ceiling)).one() == 60


def test_a_ship_in_another_spelling_is_no_second_ship_in_the_sheets_either(app: Flask) -> None:
    load_reference(ROOT / "data")
    ships = export_schedule()["ships"].decode("utf-8-sig").replace("KM Kirana I,", "km. kirana\xa0i,")
    report = bring({"ships": ships.encode()})
    assert (report.added["ships"], report.changed["ships"]) == (0, 0)
    slip = ships.replace("km. kirana\xa0i,", "KM Kirano I,").encode()
    with pytest.raises(TimetableFaults) as asked:
        bring({"ships": slip})
    assert [(f.column, f.problem, f.near) for f in asked.value.faults] == [("name", "near_name", "KM Kirana I")]
    assert import_schedule(Arriving([("ships.csv", slip)], as_typed=True)).added["ships"] == 1
