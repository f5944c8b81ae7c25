"""Identity documents: whether a number can be what it claims to be; nothing is looked up anywhere.

An identity number never leaves this module in an exception or a repr.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app import clock
from app.errors import Refusal
from app.schedule.days import latest_day

Sex = Literal["L", "P"]
"""As on the KTP: L laki-laki (male), P perempuan (female)."""

DOCUMENT_KINDS = ("ktp", "kk", "sim", "passport", "kia", "birth")

_LAST_OF_ISLAND = {"1": 9, "2": 1, "3": 6, "5": 3, "6": 5, "7": 6, "8": 2, "9": 6}
PROVINCE_CODES = frozenset(f"{island}{n}" for island, last in _LAST_OF_ISLAND.items() for n in range(1, last + 1))
"""The 38 provinces by the codes of the Ministry of Home Affairs, which the NIK uses: Kepmendagri 300.2.2-2138
of 2025 (before it 100.1.1-6117 of 2022, with the four new Papua provinces as 93 to 96), as listed in the
public data set fityannugroho/idn-area-data, `data/provinces.csv`. The statistics office numbers Papua
differently, up to 97; that is not a NIK code."""


class DocumentFault(Refusal):
    """A document number that cannot be right; `code` says why, nothing says the number."""

    def __init__(self, code: str) -> None:
        super().__init__(code)


class NikFault(DocumentFault):
    """A NIK that cannot be right: nik_digits, nik_length, nik_province, nik_birth_date or nik_serial."""


@dataclass(frozen=True, repr=False)
class Nik:
    """The facts that a NIK tells of its holder; its two-digit year can mean one or two `birth_dates`."""

    number: str
    birth_dates: tuple[date, ...]
    sex: Sex
    province_code: str

    def __repr__(self) -> str:
        return "Nik(...)"  # the parts together are most of the number


def check_nik(text: str) -> Nik:
    """The NIK typed as `text`, spaces, dots and hyphens between its digits ignored. Raises NikFault.

    16 digits (PP 37/2007, article 37): 6 for province, regency and district, 6 for the birth date as DDMMYY
    with 40 added to the day of a woman, 4 for a serial that starts at 0001. `birth_dates` holds the days of
    19YY and 20YY that exist and are not in the future, the later one last.
    """
    number = _plain(text)
    if number and not re.fullmatch(r"[0-9]+", number):
        raise NikFault("nik_digits")
    if len(number) != 16:
        raise NikFault("nik_length")
    if number[:2] not in PROVINCE_CODES:
        raise NikFault("nik_province")
    day, month, year = int(number[6:8]), int(number[8:10]), int(number[10:12])
    sex: Sex = "P" if day > 40 else "L"
    birth_dates = _days_not_in_the_future(day - 40 if sex == "P" else day, month, (1900 + year, 2000 + year))
    if not birth_dates:
        raise NikFault("nik_birth_date")
    if number[12:] == "0000":
        raise NikFault("nik_serial")
    return Nik(number, birth_dates, sex, number[:2])


def may_be_a_card(nik: Nik, birth_date: date) -> bool:
    """Whether the number looks like a family card's, which has the card's day of issue where a NIK has the birth.

    The two cannot be told apart by themselves: it is a guess from day, month and year that all differ, and none of
    them with its 40 of a woman.
    """
    told = nik.birth_dates[0]
    differs = (told.day != birth_date.day, told.month != birth_date.month, told.year % 100 != birth_date.year % 100)
    return nik.sex == "L" and all(differs)


def matches(nik: Nik, birth_date: date, sex: str) -> list[str]:
    """Compare the typed birth date and sex with the NIK: nik_birth_date_mismatch, nik_sex_mismatch.

    Years are compared by their last two digits. A mismatch is to be told, but does not prove the NIK wrong:
    it never changes, even when the birth date is corrected later (PP 40/2019, article 30, as Dukcapil
    explains it).
    """
    told = nik.birth_dates[0]
    codes = []
    if (told.day, told.month, told.year % 100) != (birth_date.day, birth_date.month, birth_date.year % 100):
        codes.append("nik_birth_date_mismatch")
    if nik.sex != sex:
        codes.append("nik_sex_mismatch")
    return codes


def check_document(kind: str, number: str) -> str:
    """The number in its stored form: capitals, no spaces, dots or hyphens. Raises DocumentFault.

    ktp, kia: a NIK. kk: for somebody without a KTP, usually a child, the holder's own NIK as printed in the family
    card; not the card's number, which a whole family shares, while the gate matches one person to one number
    (confirmed for KAI; for Pelni and DLU it is Dermaga's choice). sim: 8 to 20 letters and digits, lenient
    because no source gave the form of the older numbers; since July 2024 it is the NIK. passport: 6 to 9
    letters and digits, nine being the room in the machine-readable zone (ICAO Doc 9303). birth: the letter about the
    birth, of a hospital or a midwife, as each writes it: 3 to 20 letters and digits with strokes, at least one digit.
    """
    if kind in {"ktp", "kk", "kia"}:
        return check_nik(number).number
    if kind not in DOCUMENT_KINDS:
        raise DocumentFault("document_kind")
    plain = _plain(number).upper()
    if not re.fullmatch(_FORMS[kind], plain):
        raise DocumentFault(f"{kind}_number")
    return plain


_FORMS = {"sim": r"[A-Z0-9]{8,20}", "passport": r"[A-Z0-9]{6,9}", "birth": r"(?=.*[0-9])[A-Z0-9/]{3,20}"}


def check_family_card(text: str) -> str:
    """The family card's own number, in its stored form. Raises DocumentFault `family_card`.

    Sixteen digits that begin with a province, like a NIK: nothing in them tells the two apart.
    """
    number = _plain(text)
    if not re.fullmatch(r"[0-9]{16}", number) or number[:2] not in PROVINCE_CODES:
        raise DocumentFault("family_card")
    return number


def mask(number: str) -> str:
    """The number as a screen may show it: its last four characters, and never more than half of it."""
    shown = min(4, len(number) // 2)
    return "*" * (len(number) - shown) + number[len(number) - shown :]


def _plain(text: str) -> str:
    return re.sub(r"[\s.-]", "", text)


def _days_not_in_the_future(day: int, month: int, years: tuple[int, ...]) -> tuple[date, ...]:
    # Where the day begins first: a child may travel on its first day.
    today = latest_day(clock.now())
    days = []
    for year in years:
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return tuple(found for found in days if found <= today)
