"""What can be told of an identity number, and that it is never told on."""

import traceback
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.booking.identity import (
    DOCUMENT_KINDS,
    PROVINCE_CODES,
    DocumentFault,
    Nik,
    NikFault,
    check_document,
    check_nik,
    mask,
    matches,
)

MAN = "6202051211870001"  # 12 November 1987
WOMAN = "6202055211870001"  # the same day, 40 added


def nik_of(born: date, sex: str, region: str = "620205", serial: int = 1) -> str:
    return f"{region}{born.day + (40 if sex == 'P' else 0):02}{born:%m%y}{serial:04}"


@pytest.fixture(autouse=True)
def _november_2026():  # type: ignore[no-untyped-def]
    with clock.set_to(lambda: datetime(2026, 11, 24, 12, tzinfo=UTC)):
        yield


def test_a_nik_tells_day_sex_and_province() -> None:
    assert check_nik(MAN) == Nik(MAN, (date(1987, 11, 12),), "L", "62")
    assert check_nik(WOMAN) == Nik(WOMAN, (date(1987, 11, 12),), "P", "62")


@pytest.mark.parametrize("text", ["6202 0512 1187 0001", "620205.121187.0001", " 6202-0512-1187-0001\n"])
def test_what_people_type_between_the_digits_is_ignored(text: str) -> None:
    assert check_nik(text).number == MAN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nik_length"),
        ("62020512118700", "nik_length"),
        (MAN + "1", "nik_length"),
        ("620205121187000O", "nik_digits"),
        ("٦٢٠٢٠٥١٢١١٨٧٠٠٠١", "nik_digits"),
        ("0002051211870001", "nik_province"),
        ("5402051211870001", "nik_province"),
        ("9702051211870001", "nik_province"),
        ("6202050011870001", "nik_birth_date"),
        ("6202053211870001", "nik_birth_date"),
        ("6202054011870001", "nik_birth_date"),
        ("6202057211870001", "nik_birth_date"),
        ("6202051213870001", "nik_birth_date"),
        ("6202052902870001", "nik_birth_date"),
        ("6202051211870000", "nik_serial"),
    ],
)
def test_a_number_that_no_office_can_have_issued_is_refused_by_its_part(text: str, code: str) -> None:
    with pytest.raises(NikFault) as caught:
        check_nik(text)
    assert caught.value.code == code


def test_a_year_of_two_digits_means_every_day_that_is_not_in_the_future() -> None:
    assert check_nik(nik_of(date(2019, 5, 2), "L")).birth_dates == (date(1919, 5, 2), date(2019, 5, 2))
    assert check_nik(nik_of(date(2027, 1, 1), "L")).birth_dates == (date(1927, 1, 1),)


def test_the_leap_day_of_2000_is_a_birth_date_though_1900_had_none() -> None:
    assert check_nik(nik_of(date(2000, 2, 29), "P")).birth_dates == (date(2000, 2, 29),)


def test_a_child_may_have_been_born_today_in_the_east_while_utc_is_a_day_behind() -> None:
    with clock.set_to(lambda: datetime(2026, 11, 23, 16, tzinfo=UTC)):
        assert check_nik(nik_of(date(2026, 11, 24), "L")).birth_dates[-1] == date(2026, 11, 24)


def test_there_are_38_provinces_and_the_new_ones_of_papua_are_among_them() -> None:
    assert len(PROVINCE_CODES) == 38
    assert {"91", "92", "93", "94", "95", "96"} <= PROVINCE_CODES
    assert "97" not in PROVINCE_CODES


@pytest.mark.parametrize(
    ("born", "sex", "codes"),
    [
        (date(1987, 11, 12), "P", []),
        (date(1987, 11, 13), "P", ["nik_birth_date_mismatch"]),
        (date(1987, 12, 12), "P", ["nik_birth_date_mismatch"]),
        (date(1988, 11, 12), "P", ["nik_birth_date_mismatch"]),
        (date(1987, 11, 12), "L", ["nik_sex_mismatch"]),
        (date(1990, 1, 1), "L", ["nik_birth_date_mismatch", "nik_sex_mismatch"]),
    ],
)
def test_what_differs_from_the_form_is_told(born: date, sex: str, codes: list[str]) -> None:
    assert matches(check_nik(WOMAN), born, sex) == codes


@given(
    born=st.dates(date(1930, 1, 1), date(2026, 11, 24)),
    sex=st.sampled_from("LP"),
    province=st.sampled_from(sorted(PROVINCE_CODES)),
    district=st.integers(0, 9999),
    serial=st.integers(1, 9999),
)
def test_every_nik_that_is_made_by_the_rule_is_read_back(
    born: date, sex: str, province: str, district: int, serial: int
) -> None:
    nik = check_nik(nik_of(born, sex, f"{province}{district:04}", serial))
    assert born in nik.birth_dates
    assert nik.province_code == province
    assert matches(nik, born, sex) == []
    assert matches(nik, born + timedelta(days=1), sex) == ["nik_birth_date_mismatch"]


@given(st.text() | st.text("0123456789 .-", max_size=24), st.sampled_from(DOCUMENT_KINDS))
def test_any_text_is_a_document_number_or_a_fault_that_does_not_repeat_it(text: str, kind: str) -> None:
    try:
        stored = check_document(kind, text)
    except DocumentFault as fault:
        told, expected = [str(fault), fault.details], [fault.code, {}]
    else:
        told, expected = [check_document(kind, stored)], [stored]
    assert told == expected


@pytest.mark.parametrize(
    ("kind", "number", "stored"),
    [
        ("ktp", "6202 0512 1187 0001", MAN),
        ("kk", WOMAN, WOMAN),
        ("sim", "1234-5678-901234", "12345678901234"),
        ("sim", MAN, MAN),
        ("passport", "x1234567", "X1234567"),
    ],
)
def test_a_number_is_kept_in_one_form(kind: str, number: str, stored: str) -> None:
    assert check_document(kind, number) == stored


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("ktp", "123", "nik_length"),
        ("kk", "6202051211870000", "nik_serial"),
        ("sim", "1234567", "sim_number"),
        ("sim", "1" * 21, "sim_number"),
        ("passport", "A1234", "passport_number"),
        ("passport", "A123456789", "passport_number"),
        ("passport", "A12345é", "passport_number"),
        ("npwp", MAN, "document_kind"),
    ],
)
def test_a_number_that_its_document_cannot_have_is_refused(kind: str, number: str, code: str) -> None:
    with pytest.raises(DocumentFault) as caught:
        check_document(kind, number)
    assert caught.value.code == code


def test_no_number_is_in_a_repr_or_in_the_text_of_an_exception() -> None:
    nik = check_nik(MAN)
    assert not any(character.isdigit() for character in f"{nik}{nik!r}")
    for bad in ("6202053211870001", MAN + "9", "6202051211870000", MAN[:-1] + "x"):
        with pytest.raises(NikFault) as caught:
            check_nik(bad)
        told = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value)
        assert not any(character.isdigit() for character in told)
        assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [(MAN, "************0001"), ("X1234567", "****4567"), ("A12345", "***345"), ("1", "*"), ("", "")],
)
def test_a_screen_sees_the_end_of_a_number_and_never_more_than_half(number: str, shown: str) -> None:
    assert mask(number) == shown
