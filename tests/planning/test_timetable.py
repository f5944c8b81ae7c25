"""What a timetable file says, and what is said of a file that is wrong."""

import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.planning.sheets.fault_sentences import SENTENCES
from app.planning.sheets.file_faults import Fault, TimetableFaults
from app.planning.timetable import (
    COLUMNS,
    TimetableRow,
    home_port,
    is_arrival,
    is_departure,
    lebaran_offset,
    local_moment,
    read_timetable,
    shift,
)

DATA = Path(__file__).parents[2] / "data"
HEAD = ",".join(COLUMNS)
GOOD = {
    "date": "2024-04-07",
    "time_local": "13:00",
    "ship": "KM Kirana III",
    "operator": "PT Dharma Lautan Utama",
    "origin": "Sampit",
    "destination": "Surabaya",
    "source_url": "https://example.org/1",
    "note": "ACTUAL",
}


def line(**cells: str) -> str:
    return ",".join({**GOOD, **cells}.get(column, "") for column in COLUMNS)


def read(*lines: str, head: str = HEAD) -> list[TimetableRow]:
    return read_timetable(io.StringIO("\n".join([head, *lines]) + "\n"))


def faults_of(text: str | bytes) -> list[Fault]:
    with pytest.raises(TimetableFaults) as caught:
        read_timetable(io.StringIO(text, newline="") if isinstance(text, str) else io.BytesIO(text))
    return caught.value.faults


def problems(*lines: str, head: str = HEAD) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.column, fault.problem) for fault in faults_of("\n".join([head, *lines]))]


def test_the_107_documented_rows_are_read_without_a_fault_and_keep_distinct_keys() -> None:
    rows = read_timetable(DATA / "timetables" / "sampit-2015-2024.csv")
    assert len(rows) == len({row.key for row in rows}) == 107
    assert home_port(rows) == "Sampit"
    assert sum(is_departure(row, "Sampit") for row in rows) == 75
    assert sum(is_arrival(row, "Sampit") for row in rows) == 32


def test_a_season_can_be_told_in_its_own_figures() -> None:
    rows = read_timetable(DATA / "seasons" / "lebaran-2024.csv")
    departures = [row for row in rows if is_departure(row, home_port(rows))]
    assert sum(row.passengers_on or 0 for row in departures) == 9900
    assert departures[0] == TimetableRow(
        line=3,
        day=dt.date(2024, 3, 30),
        time=dt.time(7),
        ends_day=False,
        ship="KM Kirana III",
        operator="PT Dharma Lautan Utama",
        origin="Sampit",
        destination="Surabaya",
        capacity_standard=None,
        capacity_dispensation=768,
        passengers_on=768,
        passengers_off=None,
        vehicles_4w=None,
        motorcycles=None,
        tickets_remaining=None,
        lebaran_day="H-11",
        source_url=departures[0].source_url,
        note=departures[0].note,
    )
    assert departures[0].key == "2024-03-30/KM Kirana III/Sampit/Surabaya/1"


def test_24_00_is_midnight_at_the_end_of_its_day_and_counts_to_that_day() -> None:
    (row,) = read(line(time_local="24:00"))
    assert (row.day, row.time, row.ends_day) == (dt.date(2024, 4, 7), dt.time(0), True)
    assert local_moment(row, "Asia/Jakarta") == (dt.datetime(2024, 4, 7, 17, tzinfo=dt.UTC), "minute")


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Jakarta", 6), ("Asia/Makassar", 5), ("Asia/Jayapura", 4)])
def test_a_time_is_read_in_the_zone_of_the_port(zone: str, hour: int) -> None:
    (row,) = read(line())
    assert local_moment(row, zone) == (dt.datetime(2024, 4, 7, hour, tzinfo=dt.UTC), "minute")


def test_a_row_without_a_time_is_exact_to_the_day_only() -> None:
    (row,) = read(line(time_local=""))
    assert row.time is None
    assert local_moment(row, "Asia/Jakarta") == (dt.datetime(2024, 4, 7, 17, tzinfo=dt.UTC), "day")


def test_the_first_and_the_last_possible_day_have_a_moment_in_every_zone() -> None:
    rows = read(line(date="1900-01-01", time_local="00:00"), line(date="2199-12-31", time_local="24:00"))
    assert all(local_moment(row, zone)[0] for row in rows for zone in ("Pacific/Kiritimati", "Etc/GMT+12"))


def test_the_capacity_is_the_dispensation_else_the_standard_else_unknown() -> None:
    both, standard, none, zero = read(
        line(capacity_standard="912", capacity_dispensation="1418"),
        line(capacity_standard="912"),
        line(),
        line(capacity_standard="912", capacity_dispensation="0"),
    )
    assert [row.capacity for row in (both, standard, none, zero)] == [1418, 912, None, 0]


def test_one_ship_twice_on_a_day_is_two_voyages() -> None:
    rows = read(line(time_local="07:00"), line(time_local="19:00"), line(origin="Surabaya", destination="Sampit"))
    assert [row.nth for row in rows] == [1, 2, 1]
    assert len({row.key for row in rows}) == 3


def test_a_ship_without_a_name_is_known_by_its_operator() -> None:
    (row,) = read(line(ship="", destination=""))
    assert row.key == "2024-04-07/PT Dharma Lautan Utama/Sampit/-/1"


def test_a_planned_row_says_so() -> None:
    assert [row.planned for row in read(line(), line(note="PLANNED; sold out"))] == [False, True]


def test_a_row_that_names_one_end_only_still_leaves_or_comes() -> None:
    rows = read(line(destination=""), line(origin=""), line(origin="", destination="Sampit"))
    assert [is_departure(row, "Sampit") for row in rows] == [True, True, False]
    assert [is_arrival(row, "Sampit") for row in rows] == [False, False, True]


def test_a_row_between_two_other_ports_neither_leaves_nor_comes() -> None:
    (row,) = read(line(origin="Semarang"))
    assert not is_departure(row, "Sampit")
    assert not is_arrival(row, "Sampit")


def test_the_home_port_of_a_tie_is_the_port_here_and_else_nobody_guesses() -> None:
    tied = read(line(origin="Semarang", destination="Sampit"))
    assert home_port(tied, "SAMPIT") == "Sampit"
    for here in ("", "Kumai"):
        with pytest.raises(TimetableFaults) as asked:
            home_port(tied, here)
        assert asked.value.faults == [Fault(0, "", "Sampit, Semarang", "home_port")]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("H-11", -11),
        ("H", 0),
        ("H+4", 4),
        ("H-0", 0),
        ("", None),
        ("H-", None),
        ("h-1", None),
        ("H-1111", None),
    ],
)
def test_a_lebaran_day_is_so_many_days_from_the_feast(text: str, offset: int | None) -> None:
    assert lebaran_offset(text) == offset


def test_shifting_moves_the_day_and_nothing_else() -> None:
    (row,) = read(line(time_local="24:00", lebaran_day="H-3"))
    (moved,) = shift([row], 30)
    assert moved.day == dt.date(2024, 5, 7)
    assert shift([moved], -30) == [row]


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: text.replace("\n", "\n\n,,,,\n  \n"),
        lambda text: text.replace(",", " , "),
    ],
    ids=["byte order mark", "CRLF", "CR", "semicolons", "tabs", "blank lines", "spaces"],
)
def test_a_file_as_spreadsheets_write_it_is_read_the_same(rewrite) -> None:  # type: ignore[no-untyped-def]
    text = "\n".join([HEAD, line(), line(date="2024-04-08")])
    (first, second) = read_timetable(io.StringIO(rewrite(text), newline=""))
    assert [first.day.day, second.day.day] == [7, 8]
    assert first.key == read(line())[0].key


def test_columns_may_come_in_any_order() -> None:
    backwards = ",".join(reversed(HEAD.split(",")))
    assert read(",".join(reversed(line().split(","))), head=backwards) == read(line())


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"date": ""}, "date", "required"),
        ({"date": "2023-02-29"}, "date", "date"),
        ({"date": "20240407"}, "date", "date"),
        ({"date": "31/4/2024"}, "date", "date"),
        ({"date": "0001-01-01"}, "date", "date"),
        ({"date": "٢٠٢٤-٠٤-٠٧"}, "date", "date"),
        ({"time_local": "24:01"}, "time_local", "time"),
        ({"time_local": "7"}, "time_local", "time"),
        ({"time_local": "25.00"}, "time_local", "time"),
        ({"passengers_on": "1.404"}, "passengers_on", "count"),
        ({"passengers_on": "about 350"}, "passengers_on", "count"),
        ({"passengers_off": "-1"}, "passengers_off", "count"),
        ({"motorcycles": "100000"}, "motorcycles", "count"),
        ({"capacity_standard": "٩١٢"}, "capacity_standard", "count"),
        ({"operator": " "}, "operator", "required"),
        ({"source_url": ""}, "source_url", "required"),
        ({"origin": "", "destination": ""}, "origin", "no_port"),
        ({"destination": "Sampit"}, "destination", "same_port"),
        ({"lebaran_day": "H 3"}, "lebaran_day", "lebaran_day"),
        ({"ship": "K" * 81}, "ship", "too_long"),
        ({"ship": "KM\x00Lawit"}, "ship", "control_character"),
        ({"note": '"ACTUAL\nmore"'}, "note", "control_character"),
    ],
)
def test_a_cell_that_cannot_be_is_named_by_line_and_column(cells: dict[str, str], column: str, problem: str) -> None:
    assert problems(line(), line(**cells)) == [(3, column, problem)]


def test_all_faults_of_a_file_are_named_in_one_pass() -> None:
    head = HEAD.replace("motorcycles", "motor").replace("note", "ship")
    assert problems(line(date="?", time_local="?"), line() + ",lebih", line(passengers_on="x"), head=head) == [
        (1, "ship", "duplicate_column"),
        (1, "motor", "unknown_column"),
        (1, "motorcycles", "missing_column"),
        (1, "note", "missing_column"),
        (2, "time_local", "time"),
        (2, "date", "date"),
        (3, "", "cell_count"),
        (4, "passengers_on", "count"),
    ]


def test_a_row_that_repeats_another_is_named_with_that_other() -> None:
    (fault,) = faults_of("\n".join([HEAD, line(), line(ship="KM Lawit"), line()]))
    assert fault.message == "Baris 4 mengulang baris 2. Hapus salah satunya."


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    assert problems("", line(note='"a, b"'), "", line(date="?")) == [(5, "date", "date")]


def test_a_count_above_the_capacity_is_not_a_fault() -> None:
    (row,) = read(line(capacity_standard="238", passengers_on="285"))
    assert row.passengers_on == 285


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("\n \n", "empty"),
        (HEAD, "no_rows"),
        ("nama,umur\nSiti,30\n", "not_a_timetable"),
        (f"{HEAD}\n{line(note='x' * 200_000)}", "quoting"),
        (f"{HEAD}\n{line(note=chr(34) + 'never closed')}", "quoting"),
        (HEAD.encode("utf-16"), "no_rows"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", "not_text"),
        (b"\x00\x01\x02\n\x03", "not_a_timetable"),
    ],
    ids=["nothing", "blanks", "head only", "not a head", "huge", "open quote", "utf-16", "picture", "binary"],
)
def test_a_file_that_is_no_timetable_is_refused_by_name(text: str | bytes, problem: str) -> None:
    assert problem in {fault.problem for fault in faults_of(text)}


def test_a_byte_that_no_spreadsheet_writes_is_found_by_its_line() -> None:
    assert faults_of(f"{HEAD}\n{line()}\n".encode() + b"caf\x81")[0] == Fault(3, "", "", "not_text")


def test_a_path_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, "nul\0byte"):
        with pytest.raises(TimetableFaults) as caught:
            read_timetable(path)
        assert caught.value.faults[0].problem == "unreadable"


def test_every_problem_has_a_sentence() -> None:
    for problem in SENTENCES:
        fault = Fault(3, "date", "x\x1b[31m" + "{line}" * 50, problem)
        assert "\x1b" not in fault.message
        assert len(fault.message) < 250


CELLS = st.one_of(st.sampled_from([*GOOD.values(), "", "24:00", "1404", '"', "\0", "H-3"]), st.text(max_size=8))
LIKELY = st.lists(st.lists(CELLS, min_size=16, max_size=16).map(",".join), max_size=5).map(
    lambda lines: "\n".join([HEAD, *lines])
)


@given(st.one_of(st.text(), st.binary(), LIKELY))
@example("\ud800")
@example(f'{HEAD}\n"a"b')
def test_any_content_gives_rows_or_faults_and_nothing_else(content: str | bytes) -> None:
    stream = io.StringIO(content, newline="") if isinstance(content, str) else io.BytesIO(content)
    rows: list[TimetableRow] = []
    faults: list[Fault] = []
    try:
        rows = read_timetable(stream)
    except TimetableFaults as refused:
        faults = refused.faults
    assert bool(rows) != bool(faults)
    assert all(fault.message for fault in faults)
    assert len({row.key for row in rows}) == len(rows)
    assert all(row.source_url.encode() and local_moment(row, "Asia/Jakarta") for row in rows)
