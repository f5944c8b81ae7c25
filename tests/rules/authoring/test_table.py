"""Rules as a table: what it writes is CertLogic that can be saved, and it opens nothing that it would change."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules import facts
from app.rules.authoring.table import (
    CHOICES,
    COMPANION,
    COMPARED,
    GOODS,
    JOINED,
    NO,
    NONE_OF,
    NUMBERS,
    ONE_OF,
    ONLY,
    PAPERS,
    ROLES,
    TRUTHS,
    UNLESS,
    YES,
    Table,
    TableRow,
    write,
)
from app.rules.authoring.table_reading import CASES, DEEPER, ITEMS, NOTHING, RECKONS, TWO_FACTS, read, why_no_table
from app.rules.authoring.validation import faults_of
from app.rules.engine.certlogic import evaluate
from app.rules.shipped import FOLDER, read_rules
from app.rules.wording.conditions import line
from tests.rules.making import a_rule

LOGICS = {
    rule["code"]: rule["logic"]
    for file in sorted(FOLDER.glob("*.json"))
    if file.stem != "sets"
    for rule in read_rules(file.stem)
}

PCR = TableRow("document:pcr", result="negative", minutes=4320)
ANTIGEN = TableRow("document:antigen", result="negative", minutes=1440)


NO_TABLE = {
    "ceiling": TWO_FACTS,
    "child-adult": TWO_FACTS,
    "goods-checked": DEEPER,
    "satgas13-companions": CASES,
    "satgas13-before-companions": CASES,
    "satgas13-after-companions": CASES,
    "satgas13-before-letter": CASES,
    "satgas13-after-letter": CASES,
    "satgas13-quarantine": NOTHING,
    "se78-dose-0": DEEPER,
    "se78-special": DEEPER,
    "se83-special": CASES,
}


def test_most_shipped_rules_open_in_the_table_and_the_others_say_why_they_do_not() -> None:
    opened = {code: table for code, logic in LOGICS.items() if (table := read(logic))}
    assert all(write(table) == LOGICS[code] for code, table in opened.items())
    assert {code: why_no_table(LOGICS[code]) for code in LOGICS.keys() - opened.keys()} == NO_TABLE


def test_the_rule_of_dose_two_of_2022_reads_as_people_would_fill_it_in() -> None:
    assert read(LOGICS["se47-dose-2"]) == Table(
        rows=(TableRow("person.doses", ONLY, "===", 2), ANTIGEN, PCR), age_from=18, every=False
    )
    assert read(LOGICS["se47-dose-0"]) == Table(
        rows=(TableRow("person.special_condition", UNLESS, "yes"), TableRow("person.doses", how=">=", number=1)),
        age_from=6,
    )
    assert read(LOGICS["se47-under-6"]) == Table((TableRow("person.age_years", ONLY, "<", 6), TableRow(COMPANION)))
    assert read(LOGICS["goods-explosives"]) == Table(
        (TableRow("goods", how="not_in", values=("explosives", "fireworks")),)
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            Table((TableRow("voyage.minutes_to_departure", how=">=", number=30),)),
            "waktu sampai kapal berangkat paling sedikit 30 menit",
        ),
        (Table((PCR, TableRow("person.doses", how=">=", number=3)), every=False), "ada hasil tes PCR, "),
        (
            Table((TableRow("ticket.paid", how="yes"),), age_from=6, age_to=17),
            "umur pada hari berlayar di bawah 6 tahun, atau umur pada hari berlayar paling sedikit 18 tahun",
        ),
        (Table((TableRow(COMPANION, number=17),)), "ada teman seperjalanan: umurnya paling sedikit 17 tahun"),
        (
            Table((TableRow("identity.kind", how="not_in", values=("kk", "other")),)),
            "jenis identitas bukan Kartu Keluarga atau lainnya",
        ),
        (
            Table(
                (
                    TableRow("document:travel_letter", values=("village_head",), signed=True),
                    TableRow("ticket.free", how="no"),
                )
            ),
            "ada surat izin perjalanan, penerbitnya adalah kepala desa atau lurah, ditandatangani",
        ),
    ],
)
def test_what_the_table_writes_can_be_saved_read_and_opened_again(table: Table, words: str) -> None:
    logic = write(table)
    assert list(faults_of(a_rule(logic=logic))) == []
    assert line(logic, "id").startswith(words)
    assert read(logic) == table


def test_an_age_band_holds_on_both_its_edges() -> None:
    logic = write(Table((TableRow("ticket.paid", how="yes"),), age_from=6, age_to=17))
    judged = [evaluate(logic, {"person": {"age_years": age}, "ticket": {"paid": False}}) for age in (5, 6, 17, 18)]
    assert judged == [True, False, False, True]


def test_one_of_two_papers_is_enough_and_each_has_its_own_age() -> None:
    logic = write(Table((PCR, ANTIGEN), every=False))
    for kind, minutes in product(("pcr", "antigen"), (1440, 1441, 4320, 4321)):
        paper = {"kind": kind, "result": "negative", "minutes": minutes}
        assert evaluate(logic, {"documents": [paper]}) == (minutes <= (4320 if kind == "pcr" else 1440))


def test_every_fact_that_is_no_place_has_its_row() -> None:
    rows = {*NUMBERS, *TRUTHS, *CHOICES, GOODS, "documents", "companions"}
    known = {f.name for f in facts.FACTS if "[]" not in f.name}
    assert known - rows == {
        "voyage.day", "voyage.port", "voyage.to_port", "voyage.route", "voyage.operator", "voyage.ship",
        "voyage.ship_type", "voyage.class", "season.name",
    }  # fmt: skip


@pytest.mark.parametrize(
    "logic",
    [
        True, None, [], {}, "text", {"var": "companions"}, {"and": []}, {"if": []}, {"if": [1, 2, 3]},
        {"+": [1, 2]}, {"reduce": [{"var": "documents"}, {"var": "current"}, False]}, {"!": []},
        {"<": [{"var": "person.age_years"}, {"var": "voyage.child_age"}]},
        {"if": [{"var": "ticket.paid"}, {"var": "ticket.free"}, {"var": "ticket.exists"}]},
        {"reduce": [{"var": "companions"}, {"if": [{"var": "accumulator"}, True, {"and": [3]}]}, False]},
        {">=": [6, {"var": "person.age_years"}]},
        {"===": [{"var": "identity.kind"}, None]},
    ],
)  # fmt: skip
def test_anything_else_does_not_open(logic: Any) -> None:
    assert read(logic) is None


# The shape of the circulars: alternatives of combinations

CIRCULAR = Table(
    rows=(
        TableRow("person.doses", how="===", number=2),
        replace(ANTIGEN, role=JOINED),
        TableRow("person.doses", how="===", number=1),
        replace(PCR, role=JOINED),
        TableRow("document:doctor_letter", values=("government_hospital",)),
    ),
    age_from=6,
    every=False,
)


def test_alternatives_of_combinations_are_judged_as_they_read() -> None:
    logic = write(CIRCULAR)
    assert list(faults_of(a_rule(logic=logic))) == []
    assert read(logic) == CIRCULAR
    antigen, pcr = ({"kind": kind, "result": "negative", "minutes": 1440} for kind in ("antigen", "pcr"))
    letter = {"kind": "doctor_letter", "issuer": "government_hospital"}
    for age, doses, papers, met in (
        (5, 0, [], True), (6, 0, [], False), (30, 2, [antigen], True), (30, 2, [pcr], False), (30, 1, [antigen], False),
        (30, 1, [pcr], True), (30, 0, [antigen, pcr], False), (30, 0, [letter], True),
    ):  # fmt: skip
        known = {"person": {"age_years": age, "doses": doses}, "documents": papers}
        assert evaluate(logic, known) is met, known
    assert line(logic, "id") == (
        "umur pada hari berlayar di bawah 6 tahun, atau (vaksinasi COVID-19 tepat 2 dosis, dan ada hasil tes antigen, "
        "hasilnya adalah negatif, diambil atau terbit paling lama 24 jam sebelum jadwal berangkat), atau "
        "(vaksinasi COVID-19 tepat 1 dosis, dan ada hasil tes PCR, hasilnya adalah negatif, diambil atau terbit paling "
        "lama 72 jam sebelum jadwal berangkat), atau ada surat dokter, penerbitnya adalah rumah sakit pemerintah"
    )


def test_where_all_is_asked_one_of_a_group_is_enough() -> None:
    app, tests = TableRow("person.health_app", how=YES), (PCR, replace(ANTIGEN, role=JOINED))
    table = Table((*tests, app))
    logic = write(table)
    assert read(logic) == table
    antigen = {"kind": "antigen", "result": "negative", "minutes": 1440}
    for papers, checked_in, met in (([antigen], True, True), ([antigen], False, False), ([], True, False)):
        assert evaluate(logic, {"documents": papers, "person": {"health_app": checked_in}}) is met


def test_the_rule_of_special_conditions_of_2022_opens_as_a_table() -> None:
    assert read(LOGICS["se47-special"]) == Table(
        rows=(
            TableRow("person.special_condition", ONLY, YES),
            TableRow("person.doses", ONLY, "===", 0),
            PCR,
            TableRow("document:doctor_letter", values=("government_hospital",)),
        ),
        age_from=6,
    )
    assert read(LOGICS["capacity-ppkm"]) == Table(
        (
            TableRow("voyage.ppkm_level", ONLY, ONE_OF, values=("3", "4")),
            TableRow("voyage.share_percent", how="<=", number=70),
        )
    )


def chosen(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


HOW_OF = st.sampled_from((ONE_OF, NONE_OF))
NUMBER = st.integers(-3, 200)
ANY_ROW = st.one_of(
    st.builds(TableRow, st.sampled_from(NUMBERS), how=st.sampled_from(COMPARED), number=NUMBER),
    st.builds(
        TableRow,
        st.sampled_from(NUMBERS),
        how=HOW_OF,
        values=st.lists(NUMBER.map(str), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    st.builds(TableRow, st.sampled_from(TRUTHS), how=st.sampled_from((YES, NO))),
    *(st.builds(TableRow, st.just(name), how=HOW_OF, values=chosen(facts.BY_NAME[name].choices)) for name in CHOICES),
    st.builds(
        TableRow,
        st.sampled_from(PAPERS),
        values=st.just(()) | chosen(facts.ISSUERS),
        result=st.sampled_from(("", *facts.RESULTS)),
        minutes=st.none() | st.integers(0, 9000),
        signed=st.booleans(),
    ),
    st.builds(TableRow, st.sampled_from(PAPERS), result=st.sampled_from(("", *facts.RESULTS)), before=st.just(True)),
    st.builds(TableRow, st.just(COMPANION), number=st.none() | st.integers(0, 90)),
    st.builds(TableRow, st.just(GOODS), how=st.just(NONE_OF), values=chosen(facts.GOODS)),
)
AGE_ROW = st.builds(
    TableRow, st.just("person.age_years"), how=st.sampled_from(("<", ">=")), number=st.integers(0, 70)
)  # as at the edges of an age band


@st.composite
def any_table(draw: st.DrawFn) -> Table:
    """Whatever can be typed into the form."""
    rows = draw(st.lists(ANY_ROW | AGE_ROW, min_size=1, max_size=8))
    roles = [draw(st.sampled_from(ROLES)) for _ in rows]
    if roles[0] == JOINED:
        roles[0] = "asked"
    if "asked" not in roles:
        roles[draw(st.integers(0, len(roles) - 1))] = "asked"
    rows = [replace(row, role=role) for row, role in zip(rows, roles, strict=True)]
    ages = draw(st.tuples(*[st.none() | st.integers(0, 70)] * 2))
    return Table(tuple(rows), *ages, draw(st.booleans()))


@settings(max_examples=600, deadline=None)
@given(any_table())
def test_whatever_is_typed_opens_again_and_is_written_back_as_it_was(table: Table) -> None:
    logic = write(table)
    assert list(faults_of(a_rule(logic=logic))) == []
    again = read(logic)
    assert again is not None
    assert json.dumps(write(again)) == json.dumps(logic)
    assert read(write(again)) == again
    # What was asked of each row stays, whatever its place.
    assert {replace(row, role="") for row in again.rows} <= {replace(row, role="") for row in _told(table)}


def _told(table: Table) -> list[TableRow]:
    """The rows, each as it may also be told: an age of the band as a row, one of several numbers as that number."""
    rows = list(table.rows)
    rows += [TableRow("person.age_years", how="<", number=age) for age in [table.age_from] if age is not None]
    rows += [TableRow("person.age_years", how=">=", number=age + 1) for age in [table.age_to] if age is not None]
    for row in table.rows:
        if row.what in NUMBERS and row.how == ONE_OF and len(row.values) == 1:
            rows.append(TableRow(row.what, how="===", number=int(row.values[0])))
    return rows


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        ({"after": [{"var": "voyage.day"}, "2022-04-19"]}, RECKONS),
        ({"===": [{"+": [{"var": "person.doses"}, 1]}, 3]}, RECKONS),
        ({"if": [{"var": "ticket.free"}, {"var": "ticket.paid"}, {"var": "ticket.exists"}]}, CASES),
        ({"and": [{"and": [{"var": "ticket.paid"}, {"var": "ticket.free"}]}, {"var": "ticket.exists"}]}, DEEPER),
        (
            {"reduce": [{"var": "documents"}, {"+": [{"var": "accumulator"}, 1]}, 0]},
            ITEMS,
        ),
    ],
)
def test_a_logic_that_is_no_table_says_the_simplest_reason(logic: Any, reason: str) -> None:
    assert read(logic) is None
    assert why_no_table(logic) == reason
