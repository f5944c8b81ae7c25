"""Numbers of facts in words: in what each is counted, in Indonesian and in English."""

UNITS: dict[str, tuple[str, str, str]] = {
    "voyage.child_age": ("tahun", "year", "years"),
    "voyage.share_percent": ("persen", "per cent", "per cent"),
    "voyage.souls_aboard": ("orang", "person", "persons"),
    "voyage.ceiling": ("orang", "person", "persons"),
    "person.age_years": ("tahun", "year", "years"),
    "person.age_months": ("bulan", "month", "months"),
    "person.pregnant_weeks": ("minggu", "week", "weeks"),
    "person.doses": ("dosis", "dose", "doses"),
    "companions[].age_years": ("tahun", "year", "years"),
    "travel.companions": ("orang", "person", "persons"),
    "ticket.party": ("orang", "person", "persons"),
    "baggage.kg": ("kg", "kg", "kg"),
    "baggage.cm3": ("cm³", "cm³", "cm³"),
    "season.day": ("hari", "day", "days"),
}
"""In what a number is counted: in Indonesian, one in English, several in English."""

MINUTES = ("voyage.minutes_to_departure", "documents[].minutes")
"""Told as hours and days where they are whole ones."""


def number_word(value: int, language: str) -> str:
    """`1.418`, in English `1,418`."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "id" else text


def amount(value: int, fact: str, language: str) -> str:
    """A number in the unit of its fact; minutes as hours or days where they are whole ones."""
    if fact in MINUTES:
        for minutes, words in ((1440, ("hari", "day", "days")), (60, ("jam", "hour", "hours"))):
            if value and value % minutes == 0 and (minutes == 60 or abs(value) > 3 * minutes):
                return _counted(value // minutes, words, language)
        return _counted(value, ("menit", "minute", "minutes"), language)
    units = UNITS.get(fact)
    return _counted(value, units, language) if units else number_word(value, language)


def unit_word(fact: str, language: str) -> str:
    """In what the numbers of a fact are counted, or nothing."""
    units = ("menit", "minute", "minutes") if fact in MINUTES else UNITS.get(fact)
    return units[0 if language == "id" else 2] if units else ""


def _counted(value: int, words: tuple[str, str, str], language: str) -> str:
    unit = words[0] if language == "id" else words[1] if abs(value) == 1 else words[2]
    return f"{number_word(value, language)} {unit}"
