"""People as they are: names in letters, documents of their age, children with somebody, twins with one mother."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from marshmallow import ValidationError

from app.booking import identity
from app.booking.actions.payment import name_travelers
from app.booking.models import DocumentKind, Passenger
from app.booking.person_names import is_a_name, meant_name
from app.booking.schemas import PassengerIn
from app.db import db
from app.errors import Refusal, Told
from app.schedule.models import Voyage
from tests.factories import a_hold, a_nik, a_traveler, a_voyage

PHONE = "+6281200000001"
SITI = {
    "name": "Siti Contoh",
    "document_kind": "ktp",
    "document_number": "6202015503940001",
    "birth_date": "1994-03-15",
    "sex": "P",
}


def refused(deed: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refusal) as told:
        deed()
    return told.value.code, told.value.details


def faults(**changes: object) -> dict[str, list[str]]:
    try:
        PassengerIn().load({**SITI, **changes})
    except ValidationError as error:
        return dict(error.messages)
    return {}


@pytest.mark.parametrize("name", ["-", ".-", "...", "'", "/.A"])
def test_signs_alone_are_no_name(name: str) -> None:
    assert not is_a_name(name)
    assert faults(name=name) == {"name": ["name_letters"]}


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("123456", "1 2 3 4 5"),
        ("12 A", "1 2"),
        ("(?)", "( ? )"),
        ("M1234", "1 2 3 4"),
        ("<script>", "< >"),
        ("Siti & Budi", "&"),
        ("Siti 🙂", "🙂"),
        ("siti@contoh", "@"),
        ("Budi 2", "2"),
        ("Ali ٣", "٣"),
    ],
)
def test_what_stands_in_no_name_is_told_sign_by_sign(name: str, signs: str) -> None:
    told = faults(name=name)["name"][0]
    assert told == "name_signs"
    assert isinstance(told, Told)
    assert told.details == {"signs": signs}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("0mar", "Omar"),
        ("R0SA", "ROSA"),
        ("Rosa Ind0", "Rosa Indo"),
        ("S1ti", "Siti"),
        ("1MAM", "IMAM"),
        ("Penumpang 1", "Penumpang I"),
    ],
)
def test_a_nought_or_a_one_among_letters_is_asked_for(name: str, meant: str) -> None:
    assert meant_name(name) == meant
    assert [str(told) for told in faults(name=name)["name"]] == ["name_meant"]


@pytest.mark.parametrize(
    "name",
    [
        "Suharto",
        "A",
        "Y.",
        "M. A. S.",
        "Nur'aini",
        "Ma’ruf",
        "D’Arc-Uji",
        "Hj. St. Rahmah, S.Pd.",
        "Åsa Ñandú",
        "李小龍",
        "สมชาย ใจดี",
        "अमित शर्मा",
        "Muhammad Ali II",
        "Rajan a/l Kumar",
    ],
)
def test_real_names_are_names(name: str) -> None:
    assert faults(name=name) == {}


@pytest.fixture
def voyage(app: Flask) -> Voyage:
    return a_voyage()


def aged(years: float, voyage: Voyage, **changes: object) -> Any:
    """Somebody of that age on the day of sailing."""
    day = voyage.calls[0].day
    born = date(day.year - int(years), day.month, 1) if years >= 1 else day - timedelta(days=int(years * 365))
    nik = a_nik(9000 + int(years * 100), born)
    told = {"document_kind": DocumentKind.KK, "document_number": nik, "birth_date": born}
    return a_traveler(**{**told, **changes})


@pytest.mark.both_engines
def test_a_child_has_no_card_of_adults_and_the_counter_may_look(voyage: Voyage) -> None:
    adult = a_traveler()
    for kind, number in ((DocumentKind.KTP, None), (DocumentKind.SIM, "850712345678")):
        child = aged(7, voyage, document_kind=kind, **({"document_number": number} if number else {}))
        code = a_hold(voyage, 2).code
        told = refused(partial(name_travelers, code, PHONE, [adult, child]))
        assert told == ("document_of_adults", {"index": 1, "years": 17})
        assert name_travelers(code, PHONE, [adult, child], at_counter=True).passengers[1].document_kind == kind
    for kind in (DocumentKind.KK, DocumentKind.KIA):
        code = a_hold(voyage, 2).code
        assert name_travelers(code, PHONE, [adult, aged(7, voyage, document_kind=kind)]).passengers
    young = aged(17, voyage, document_kind=DocumentKind.KTP)
    assert name_travelers(a_hold(voyage).code, PHONE, [young]).passengers


def test_a_child_alone_is_sold_at_the_counter_only(voyage: Voyage) -> None:
    code = a_hold(voyage, 2).code
    children = [aged(16, voyage), aged(7, voyage)]
    told = refused(lambda: name_travelers(code, PHONE, children))
    assert told == ("child_alone", {"index": 1, "years": 12})
    assert len(name_travelers(code, PHONE, children, at_counter=True).passengers) == 2
    student = a_hold(voyage).code
    assert name_travelers(student, PHONE, [aged(15, voyage)]).passengers, "on the way home from school"
    voyage.operator.child_age = 16
    db.session.commit()
    assert refused(lambda: name_travelers(student, PHONE, [aged(15, voyage)]))[0] == "child_alone"


@pytest.mark.both_engines
def test_a_newborn_is_named_by_the_letter_about_its_birth(voyage: Voyage) -> None:
    number = identity.check_document("birth", "474.1 / 023-RSUD / 2026")
    assert number == "4741/023RSUD/2026"
    letter = {"document_kind": DocumentKind.BIRTH, "document_number": number}
    code = a_hold(voyage, 1, 1).code
    mother, baby = a_traveler(), aged(0.01, voyage, infant=True, **letter)
    assert name_travelers(code, PHONE, [mother, baby]).passengers[1].document_kind == "birth"
    assert db.session.scalar(db.select(Passenger.document_kind).where(Passenger.infant)) == "birth"
    grown = aged(3, voyage, **letter)
    told = refused(lambda: name_travelers(a_hold(voyage, 2).code, PHONE, [mother, grown]))
    assert told == ("document_of_infants", {"index": 1, "months": 24})
    for wrong in ("RSUD", "1", "4741?"):
        with pytest.raises(identity.DocumentFault, match="birth_number"):
            identity.check_document("birth", wrong)


def test_a_mother_of_twins_is_told_the_way_and_it_works(voyage: Voyage) -> None:
    assert refused(lambda: a_hold(voyage, 1, 2))[0] == "infants_on_laps"
    code = a_hold(voyage, 2, 1).code
    twins = [aged(0.5, voyage, document_number=a_nik(n, aged(0.5, voyage).birth_date)) for n in (1, 2)]
    on_lap = a_traveler(
        **{**vars(twins[1]), "infant": True}  # the other has a place of its own
    )
    booking = name_travelers(code, PHONE, [a_traveler(), twins[0], on_lap])
    assert [person.infant for person in booking.passengers] == [False, False, True]


def test_the_number_of_a_family_card_is_told_from_a_nik_where_the_birth_date_says_so() -> None:
    card = "6202011205150003"  # of a card made on 12 May 2015
    assert faults(document_number=card) == {
        "document_number": ["nik_of_a_card"],
        "birth_date": ["nik_birth_date_mismatch"],
    }
    assert faults(document_number=card, as_on_document=True) == {}, "a birth date can have been corrected since"
    assert faults(document_number="6202011403940003", sex="L") == {"birth_date": ["nik_birth_date_mismatch"]}
