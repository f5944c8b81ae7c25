"""Moments of CertLogic: milliseconds since 1970 in UTC. Twin of static/js/gate/moments.mjs.

Reckoned with whole numbers only, so that no library's idea of a date comes between the twins.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from app.rules.engine.rule_error import RuleError

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
AMOUNT_MAX = 100_000_000
"""More hours than lie between the first and the last year."""

UNITS = ("year", "month", "day", "hour")

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:Z|([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?"
)


@dataclass(frozen=True)
class Moment:
    """A date or date-time, which only `plusTime` and `dccDateOfBirth` make."""

    ms: int


def read(text: str) -> Moment:
    """The moment that a text of an allowed form says; a year or a month is its last day. Raises RuleError."""
    if partial := _PARTIAL.fullmatch(text):
        year, month = int(partial[1]), int(partial[2] or 12)
        if not 1 <= month <= 12:
            _refuse()
        return _made(_days(year, month, days_in(year, month)), 0)
    if whole := _DAY.fullmatch(text):
        return _made(_day(whole), 0)
    if not (found := _TIME.fullmatch(text)):
        _refuse()
    hour, minute, second = (int(found[group]) for group in (4, 5, 6))
    ahead_hours, ahead_minutes = int(found[9] or 0), int(found[10] or 0)
    if hour > 23 or minute > 59 or second > 59 or ahead_hours > 23 or ahead_minutes > 59:
        _refuse()
    ahead = (ahead_hours * 60 + ahead_minutes) * (-1 if found[8] == "-" else 1)
    thousandths = int((found[7] or "")[:3].ljust(3, "0"))
    return _made(_day(found), ((hour * 60 + minute - ahead) * 60 + second) * 1000 + thousandths)


def read_birth(text: str) -> Moment:
    """A date of birth, whole or only its year or month. Raises RuleError."""
    if not (_PARTIAL.fullmatch(text) or _DAY.fullmatch(text)):
        _refuse()
    return read(text)


def plus(moment: Moment, amount: int, unit: str) -> Moment:
    """The moment so many units later; a month without that day ends with its last one. Raises RuleError."""
    if abs(amount) > AMOUNT_MAX:
        _refuse()
    days, rest = divmod(moment.ms, DAY_MS)
    if unit == "hour":
        return _made(days, rest + amount * HOUR_MS)
    if unit == "day":
        return _made(days + amount, rest)
    year, month, day = civil(days)
    months = year * 12 + month - 1 + (amount * 12 if unit == "year" else amount)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        _refuse()
    return _made(_days(year, month, min(day, days_in(year, month))), rest)


def shown(moment: Moment) -> str:
    """`2021-12-31T23:59:59.999Z`."""
    days, rest = divmod(moment.ms, DAY_MS)
    year, month, day = civil(days)
    seconds, ms = divmod(rest, 1000)
    return f"{year:04}-{month:02}-{day:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}Z"


def days_in(year: int, month: int) -> int:
    """How many days that month has."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def civil(days: int) -> tuple[int, int, int]:
    """Year, month and day of so many days after 1970-01-01 (Gregorian)."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    shifted = (5 * of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def _days(year: int, month: int, day: int) -> int:
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _day(found: re.Match[str]) -> int:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not (1 <= month <= 12 and 1 <= day <= days_in(year, month)):
        _refuse()
    return _days(year, month, day)


FIRST, LAST = _days(1, 1, 1), _days(9999, 12, 31)


def _made(days: int, ms: int) -> Moment:
    moment = days * DAY_MS + ms
    if not FIRST * DAY_MS <= moment < (LAST + 1) * DAY_MS:
        _refuse()
    return Moment(moment)


def _refuse() -> NoReturn:
    raise RuleError("moment")
