"""Telephone numbers: one reading of everything that people type, for every form and every search."""

import re
import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from app.text import one_line

HOME = "ID"
_NEW_MOBILE = re.compile(r"8[0-9]{8,11}")
"""A mobile number whose first digits may be given out later than the library's list."""


def normal_phone(text: str) -> str:
    """A phone number as it is kept: `+62...` for Indonesian ones however typed, `+...` for others.

    Spaces, dots, hyphens, slashes and brackets part it; `00` is `+`; without either it is Indonesian, with or without
    its `62`. Raises ValueError for what cannot be a phone number.
    """
    plain = unicodedata.normalize("NFKC", one_line(text))
    if not re.fullmatch(r"[ (]*\+?[0-9 ()./\-\u2010-\u2015]+", plain):
        raise ValueError("phone")
    digits = re.sub(r"[^0-9]", "", plain)
    abroad = "+" in plain or digits.startswith("00")
    try:
        number = phonenumbers.parse(f"+{digits.removeprefix('00')}" if abroad else digits, HOME)
    except NumberParseException:
        raise ValueError("phone") from None
    home = number.country_code == phonenumbers.country_code_for_region(HOME)
    if phonenumbers.is_valid_number(number) or (home and _NEW_MOBILE.fullmatch(str(number.national_number))):
        return str(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    raise ValueError("phone")


def spoken_phone(kept: str) -> str:
    """`+62 812-3456-7890`: a kept number as people read it, to see that it was understood."""
    try:
        return str(phonenumbers.format_number(phonenumbers.parse(kept), PhoneNumberFormat.INTERNATIONAL))
    except NumberParseException:
        return kept
