"""The shapes in which an order comes in: what is accepted, how it is kept, and where a fault is told."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import Schema, ValidationError

from app import clock
from app.booking.fields import PLATE_MAX, normal_code
from app.booking.models import DocumentKind, PaymentMethod
from app.booking.schemas import FindIn, HoldIn, PassengerIn, PaymentIn, TravelersIn
from app.booking.travelers import Traveler

pytestmark = pytest.mark.one_engine

SITI = {
    "name": "Siti Contoh",
    "document_kind": "ktp",
    "document_number": "6202015503940001",
    "birth_date": "1994-03-15",
    "sex": "P",
}
BUDI = {**SITI, "name": "Budi Contoh", "document_number": "6202011503940001", "sex": "L"}


def told(shape: Schema, given: Any) -> Any:
    """The codes told for `given`, each at its place; nothing when it is accepted."""
    try:
        shape.load(given)
    except ValidationError as error:
        return error.normalized_messages()
    return {}


def persons(count: int) -> list[dict[str, Any]]:
    """So many different persons."""
    return [{**SITI, "document_number": f"620201550394{n + 1:04}"} for n in range(count)]


def test_a_passenger_is_kept_as_the_action_wants_it() -> None:
    typed = {**SITI, "name": "  Siti   Contoh ", "document_number": "6202.0155-0394 0001"}
    kept = PassengerIn().load(typed)
    assert Traveler(**kept) == Traveler(
        "Siti Contoh", DocumentKind.KTP, "6202015503940001", date(1994, 3, 15), "P", infant=False
    )


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("620201550394000", "nik_length"),
        ("62020155039400011", "nik_length"),
        ("6202O15503940001", "nik_digits"),
        ("٦٢٠٢٠١٥٥٠٣٩٤٠٠٠١", "nik_digits"),
        ("0002015503940001", "nik_province"),
        ("9702015503940001", "nik_province"),
        ("6202013202940001", "nik_birth_date"),
        ("6202013102940001", "nik_birth_date"),
        ("6202017202940001", "nik_birth_date"),
        ("6202015503940000", "nik_serial"),
        ("", "required"),
        ("   ", "required"),
        (None, "required"),
        ("6" * 41, "too_long"),
        (6202015503940001, "invalid"),
    ],
)
@pytest.mark.parametrize("kind", ["ktp", "kk"])
def test_a_number_that_cannot_be_a_nik_is_told_at_the_number(kind: str, number: Any, code: str) -> None:
    assert told(PassengerIn(), {**SITI, "document_kind": kind, "document_number": number}) == {
        "document_number": [code]
    }


@pytest.mark.parametrize("province", ["11", "62", "91", "92", "96"])
def test_a_nik_of_any_province_is_accepted(province: str) -> None:
    assert not told(PassengerIn(), {**SITI, "document_number": f"{province}02015503940001"})


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"birth_date": "1994-03-16"}, {"birth_date": ["nik_birth_date_mismatch"]}),
        ({"sex": "L"}, {"sex": ["nik_sex_mismatch"]}),
        (
            {"birth_date": "1995-03-15", "sex": "L"},
            {"birth_date": ["nik_birth_date_mismatch"], "sex": ["nik_sex_mismatch"]},
        ),
    ],
)
def test_what_differs_from_the_nik_is_told_at_its_field_and_accepted_as_it_stands_on_the_document(
    changes: dict[str, str], places: dict[str, list[str]]
) -> None:
    assert told(PassengerIn(), {**SITI, **changes}) == places
    kept = PassengerIn().load({**SITI, **changes, "as_on_document": True})
    assert "as_on_document" not in kept


def test_as_on_document_does_not_excuse_a_number_that_cannot_be() -> None:
    wrong = {**SITI, "document_number": "6202015503940000", "as_on_document": True}
    assert told(PassengerIn(), wrong) == {"document_number": ["nik_serial"]}


def test_a_missing_birth_date_is_told_once_and_the_rest_is_still_compared() -> None:
    given = {name: value for name, value in SITI.items() if name != "birth_date"}
    assert told(PassengerIn(), given) == {"birth_date": ["required"]}
    assert told(PassengerIn(), {**given, "sex": "L"}) == {"birth_date": ["required"], "sex": ["nik_sex_mismatch"]}


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("passport", "X 123-4567", None),
        ("passport", "X1234", "passport_number"),
        ("passport", "X123456789", "passport_number"),
        ("sim", "1234-5678", None),
        ("sim", "1234567", "sim_number"),
    ],
)
def test_other_documents_have_their_own_lengths_and_tell_nothing_of_birth_and_sex(
    kind: str, number: str, code: str | None
) -> None:
    given = {**SITI, "document_kind": kind, "document_number": number, "sex": "L", "birth_date": "1960-01-01"}
    assert told(PassengerIn(), given) == ({"document_number": [code]} if code else {})


def test_no_message_repeats_an_identity_number() -> None:
    wrong = {**SITI, "document_number": "6202015503940000", "name": ""}
    assert "620201550394" not in str(told(PassengerIn(), wrong))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1994-03-15", None),
        ("15/3/1994", None),
        ("15-03-1994", None),
        ("15 03 1994", None),
        (" 15.3.1994 ", None),
        ("1994-02-30", "birth_date"),
        ("30/2/1994", "birth_date"),
        ("15/3/94", "birth_date"),
        ("kemarin", "birth_date"),
        ("", "required"),
        ("1800-03-15", "birth_date_impossible"),
        (19940315, "birth_date"),
    ],
)
def test_a_birth_date_is_read_as_people_write_it(typed: Any, code: str | None) -> None:
    assert told(PassengerIn(), {**SITI, "birth_date": typed}) == ({"birth_date": [code]} if code else {})


def test_a_child_born_today_may_travel_and_one_born_later_may_not() -> None:
    today = (clock.now() + timedelta(hours=9)).date()
    child = {**SITI, "document_kind": "passport", "document_number": "X1234567", "infant": True}
    assert not told(PassengerIn(), {**child, "birth_date": today.isoformat()})
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert told(PassengerIn(), {**child, "birth_date": tomorrow}) == {"birth_date": ["birth_date_impossible"]}


def test_an_infant_on_a_lap_is_a_person_with_a_number_of_its_own_in_the_family_card() -> None:
    born = (clock.now() - timedelta(days=280)).date()
    infant = {
        **SITI,
        "document_kind": "kk",
        "document_number": f"620201{born.day + 40:02}{born:%m%y}0001",
        "birth_date": born.isoformat(),
        "infant": True,
    }
    kept = TravelersIn().load({"phone": "0812 3456 7890", "passengers": [SITI, infant]})
    assert [person["infant"] for person in kept["passengers"]] == [False, True]


@pytest.mark.parametrize(
    ("count", "faults"), [(0, True), (1, False), (8, False), (9, True)], ids=["nobody", "one", "eight", "nine"]
)
def test_one_to_eight_persons_travel_together(count: int, faults: bool) -> None:
    given = {"phone": "081234567890", "passengers": persons(count)}
    assert told(TravelersIn(), given) == ({"passengers": ["party_size"]} if faults else {})


def test_a_number_stands_for_one_person_however_it_is_typed() -> None:
    again = {**SITI, "document_number": "6202 0155 0394 0001"}
    given = {"phone": "081234567890", "passengers": [SITI, BUDI, again]}
    assert told(TravelersIn(), given) == {"passengers": {2: {"document_number": ["document_twice"]}}}


def test_every_fault_of_everybody_is_told_at_once() -> None:
    given = {"phone": "12", "passengers": [{**SITI, "name": " "}, {**BUDI, "sex": "X"}]}
    assert told(TravelersIn(), given) == {
        "phone": ["phone"],
        "passengers": {0: {"name": ["required"]}, 1: {"sex": ["sex"]}},
    }


@pytest.mark.parametrize(
    "wrong",
    [None, "siti", [], {}, {"phone": None, "passengers": None}, {"phone": 8, "passengers": {}}]
    + [{"phone": "081234567890", "passengers": [one]} for one in (None, "siti", 5, [])],
)
def test_what_is_no_list_of_persons_is_refused_without_breaking(wrong: Any) -> None:
    assert told(TravelersIn(), wrong)


def test_names_that_the_shape_does_not_have_are_refused() -> None:
    assert told(PassengerIn(), {**SITI, "nationality": "ID"}) == {"nationality": ["unknown_field"]}


@pytest.mark.parametrize("name", ["\u200b", "\u2060\xad", "Siti\x00", "Siti \ue000"])
def test_a_name_is_one_printable_line(name: str) -> None:
    assert told(PassengerIn(), {**SITI, "name": name})["name"] in (["invalid"], ["required"])


@pytest.mark.parametrize(
    "name", ["Siti\nContoh", "\u202eSiti Contoh", "Siti\xa0Contoh", "Si\u200bti\u3000Con\xadtoh\ufe0f"]
)
def test_what_cannot_be_seen_in_a_name_is_dropped_before_it_is_judged(name: str) -> None:
    assert PassengerIn().load({**SITI, "name": name})["name"] == "Siti Contoh"


def test_a_phone_number_is_read_and_what_is_none_is_told_at_its_field() -> None:
    schema = TravelersIn(only=("phone",))
    assert schema.load({"phone": "0062 812 345 6789"}) == {"phone": "+628123456789"}
    for typed, code in (("0812345", "phone"), ("telepon", "phone"), ("", "required")):
        assert told(schema, {"phone": typed}) == {"phone": [code]}


def test_a_hold_wants_whole_numbers_within_bounds_and_also_takes_their_digits() -> None:
    given: dict[str, Any] = {"request_id": str(uuid4()), "voyage_id": "7", "fare_class_id": 1, "adults": "2"}
    kept = HoldIn().load(given)
    assert (kept["voyage_id"], kept["adults"], kept["infants"], kept["from_call_id"]) == (7, 2, 0, None)
    assert kept["request_id"] == str(UUID(given["request_id"]))
    for name, value, code in (
        ("adults", 0, "party_size"),
        ("adults", 9, "party_size"),
        ("adults", 1.5, "whole_number"),
        ("adults", True, "whole_number"),
        ("adults", "", "required"),
        ("adults", None, "required"),
        ("adults", "٢", "whole_number"),
        ("infants", -1, "party_size"),
        ("voyage_id", 2**31, "invalid"),
        ("fare_class_id", 0, "fare_class_not_found"),
        ("request_id", "x", "request_id"),
        ("request_id", None, "required"),
    ):
        assert told(HoldIn(), {**given, name: value}) == {name: [code]}, (name, value)


def test_a_way_to_pay_is_one_of_two() -> None:
    assert PaymentIn().load({"method": "counter"}) == {"method": PaymentMethod.COUNTER}
    assert told(PaymentIn(), {"method": "cash"}) == {"method": ["payment_method"]}
    assert told(PaymentIn(), {}) == {"method": ["required"]}


def test_a_booking_is_found_by_code_and_phone_however_they_are_typed() -> None:
    kept = FindIn().load({"code": " k7m2-qx9a ", "phone": "0812 3456 7890"})
    assert kept == {"code": "K7M2QX9A", "phone": "+6281234567890"}
    assert normal_code("k7m2 qx9a") == "K7M2QX9A"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("kh 1234 ab", "KH 1234 AB"),
        ("KH1234AB", "KH 1234 AB"),
        (" b-1-rfs ", "B 1 RFS"),
        ("L.1234.XY", "L 1234 XY"),
        ("RI 1", "RI 1"),
        ("12345-00", "12345 00"),
        ("1234-III", "1234 III"),
        ("CD 12 34", "CD 12 34"),
        ("QAB 1234 C", "QAB 1234 C"),
        ("ABC-123-XYZ9", "ABC 123 XYZ9"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_a_plate_is_kept_in_one_form_and_foreign_and_military_ones_are_taken(typed: str, kept: str) -> None:
    asked = {"request_id": str(uuid4()), "voyage_id": 1, "fare_class_id": 1, "adults": 1, "vehicle_plate": typed}
    loaded = HoldIn().load(asked)
    assert loaded["vehicle_plate"] == kept
    assert len(kept) <= PLATE_MAX


@pytest.mark.parametrize("typed", ["KH", "?", "KH 1234 ABCDEFG", "KH 1234 ÄB", "<b>1</b>", "१२३"])
def test_what_can_be_no_plate_is_refused(typed: str) -> None:
    asked = {"request_id": str(uuid4()), "voyage_id": 1, "fare_class_id": 1, "adults": 1, "vehicle_plate": typed}
    with pytest.raises(ValidationError) as fault:
        HoldIn().load(asked)
    assert fault.value.messages == {"vehicle_plate": ["vehicle_plate"]}
