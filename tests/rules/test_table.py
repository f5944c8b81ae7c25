"""Rules as a table: what it writes is CertLogic that can be saved, and it opens nothing that it would change."""

from itertools import product
from typing import Any

import pytest

from app.rules import facts
from app.rules.certlogic import evaluate
from app.rules.shipped import FOLDER, read_rules
from app.rules.table import CHOICES, COMPANION, GOODS, NUMBERS, ONLY, TRUTHS, UNLESS, Row, Table, read, write
from app.rules.validation import faults_of
from app.rules.words import line
from tests.rules.making import a_rule

LOGICS = {
    rule["code"]: rule["logic"]
    for file in sorted(FOLDER.glob("*.json"))
    if file.stem != "sets"
    for rule in read_rules(file.stem)
}

PCR = Row("document:pcr", result="negative", minutes=4320)
ANTIGEN = Row("document:antigen", result="negative", minutes=1440)


def test_most_shipped_rules_open_in_the_table_and_are_written_back_as_they_were() -> None:
    opened = {code: table for code, logic in LOGICS.items() if (table := read(logic))}
    assert all(write(table) == LOGICS[code] for code, table in opened.items())
    assert len(opened) >= 0.8 * len(LOGICS), sorted(LOGICS.keys() - opened.keys())


def test_the_rule_of_dose_two_of_2022_reads_as_people_would_fill_it_in() -> None:
    assert read(LOGICS["se47-dose-2"]) == Table(
        rows=(
            Row("person.special_condition", UNLESS, "yes"),
            Row("person.doses", ONLY, "===", 2),
            ANTIGEN,
            PCR,
        ),
        age_from=18,
        every=False,
    )
    assert read(LOGICS["se47-under-6"]) == Table((Row("person.age_years", ONLY, "<", 6), Row(COMPANION)))
    assert read(LOGICS["goods-explosives"]) == Table((Row("goods", how="not_in", values=("explosives", "fireworks")),))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            Table((Row("voyage.minutes_to_departure", how=">=", number=30),)),
            "waktu sampai kapal berangkat paling sedikit 30 menit",
        ),
        (Table((PCR, Row("person.doses", how=">=", number=3)), every=False), "ada hasil tes PCR, "),
        (
            Table((Row("ticket.paid", how="yes"),), age_from=6, age_to=17),
            "umur pada hari berlayar di bawah 6 tahun, atau umur pada hari berlayar paling sedikit 18 tahun",
        ),
        (Table((Row(COMPANION, number=17),)), "ada teman seperjalanan: umurnya paling sedikit 17 tahun"),
        (
            Table((Row("identity.kind", how="not_in", values=("kk", "other")),)),
            "jenis identitas bukan Kartu Keluarga atau lainnya",
        ),
        (
            Table((Row("document:travel_letter", values=("village_head",), signed=True), Row("ticket.free", how="no"))),
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
    logic = write(Table((Row("ticket.paid", how="yes"),), age_from=6, age_to=17))
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
