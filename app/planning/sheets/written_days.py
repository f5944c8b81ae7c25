"""Days and hours as people and spreadsheets write them in Indonesia. Pure."""

import datetime as dt
import re

# Far enough for any real file, and no zone arithmetic can leave the calendar.
FIRST_YEAR, LAST_YEAR = 1900, 2199

_NAMES = (
    "jan", "feb peb", "mar", "apr", "mei may", "jun", "jul", "agu ags agt aug", "sep", "okt oct", "nov nop", "des dec",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def read_day(text: str) -> dt.date | None:
    """The day, or None: 2026-12-15, 15/12/2026, 15.12.26, 15-Des-26, 15 Desember 2026; the day before the month."""
    text = text.strip().removesuffix(" 00:00").strip()
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text, re.ASCII):
        year, month, day = (int(part) for part in match.groups())
    elif match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})", text, re.ASCII):
        day, month, year = int(match[1]), int(match[2]), _year(match[3])
    elif match := re.fullmatch(r"([0-9]{1,2})[-/. ]([A-Za-z]{3,9})\.?[-/. ]([0-9]{4}|[0-9]{2})", text, re.ASCII):
        day, month, year = int(match[1]), _MONTHS.get(match[2][:3].lower(), 0), _year(match[3])
    else:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def read_hour(text: str) -> tuple[dt.time, bool] | None:
    """The hour and whether it ends its day (24:00), or None: 07:00, 7:00, 07.00, 7.00, 07:00:00, 24.00."""
    match = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]00)?", text.strip(), re.ASCII)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return dt.time(), True
    return (dt.time(hour, minute), False) if hour < 24 and minute < 60 else None
