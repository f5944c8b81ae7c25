"""Facts that a rule may look at, in one table; and how days and times become plain numbers for it.

docs/rules.md shows the same table. A fact that is not known is null (or left out), and every rule says what that means.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.schedule.days import local_day

INTEGER, TEXT, TRUTH, DAY, LIST, TEXTS = "integer", "text", "truth", "date", "list", "list of texts"


@dataclass(frozen=True)
class Fact:
    """One thing that a rule may look at. `choices`: all the texts that it may be, where they are fixed."""

    name: str
    type: str
    unit: str
    source: str
    choices: tuple[str, ...] = ()


STAGES = ("sale", "terminal", "quay", "gangway")
SERVICES = ("ordinary", "pioneer", "3tp", "limited")
IDENTITY_KINDS = ("ktp", "sim", "passport", "kk", "kia", "birth", "other")
DOCUMENT_KINDS = ("pcr", "antigen", "genose", "doctor_letter", "travel_letter", "reduction_letter", "photo_document")
ISSUERS = (
    "government_hospital", "other_doctor", "laboratory", "echelon_2", "company_head", "village_head", "school", "other",
)  # fmt: skip
RESULTS = ("negative", "positive", "unclear")
VERDICTS = ("pass", "note", "hold", "refer", "refuse_movable", "refuse_void")
PURPOSES = (
    "homecoming", "other", "logistics", "duty", "sick_family", "family_death", "pregnancy", "childbirth",
)  # fmt: skip
REDUCTIONS = ("none", "senior", "veteran", "pensioner", "duty")
TICKET_STATES = ("confirmed", "held", "cancelled", "expired")
GOODS = (
    "household", "explosives", "fireworks", "firearms", "ammunition", "sharp_weapons", "narcotics", "chemicals",
    "liquor", "wildlife",
)  # fmt: skip

FACTS: tuple[Fact, ...] = (
    Fact("stage", TEXT, "", "where it is judged", STAGES),
    Fact("voyage.day", DAY, "day on the clock of the port of departure", "port call"),
    Fact("voyage.port", TEXT, "port code", "port call of departure"),
    Fact("voyage.to_port", TEXT, "port code", "port call of arrival"),
    Fact("voyage.route", TEXT, "two port codes with a dash", "port calls"),
    Fact("voyage.operator", TEXT, "operator code", "voyage"),
    Fact("voyage.ship", TEXT, "ship's name", "voyage"),
    Fact("voyage.ship_type", TEXT, "ship's type", "ship"),
    Fact("voyage.service", TEXT, "", "voyage", SERVICES),
    Fact("voyage.class", TEXT, "fare class code", "booking"),
    Fact("voyage.minutes_to_departure", INTEGER, "whole minutes, as best known, rounded down", "port call, clock"),
    Fact("voyage.terminal_opened", TRUTH, "an officer opened the terminal ahead of its time", "departure"),
    Fact("voyage.child_age", INTEGER, "years: younger ones need an adult aboard", "operator's terms"),
    Fact("voyage.ppkm_level", INTEGER, "1-4; empty without a decree", "decree"),
    Fact(
        "voyage.share_percent",
        INTEGER,
        "per cent taken of its kind on the fullest leg, rounded up",
        "allotments",
    ),
    Fact("voyage.souls_aboard", INTEGER, "persons, infants counted", "leg load"),
    Fact("voyage.ceiling", INTEGER, "persons by certificate and dispensation", "leg load"),
    Fact("person.age_years", INTEGER, "whole years on the day of sailing", "passenger"),
    Fact("person.age_months", INTEGER, "whole months on the day of sailing", "passenger"),
    Fact("person.infant", TRUTH, "booked without a place of its own", "passenger"),
    Fact("person.named", TRUTH, "named in the manifest", "passenger"),
    Fact("person.pregnant_weeks", INTEGER, "weeks, 0 for not pregnant", "declared"),
    Fact("person.unwell", TRUTH, "", "declared or seen by an officer"),
    Fact("person.doses", INTEGER, "vaccinations against COVID-19, boosters counted", "vaccination record"),
    Fact("person.special_condition", TRUTH, "cannot be vaccinated, or comorbid", "declared"),
    Fact("person.from_abroad", TRUTH, "has come from abroad, of whatever nationality", "declared"),
    Fact("person.foreigner_from_abroad", TRUTH, "", "declared"),
    Fact("person.health_app", TRUTH, "checked in with PeduliLindungi or SATUSEHAT", "officer"),
    Fact("identity.kind", TEXT, "", "passenger", IDENTITY_KINDS),
    Fact("identity.name_matches", TRUTH, "ticket's name is the document's", "officer"),
    Fact("identity.number_matches", TRUTH, "ticket's number is the document's", "officer"),
    Fact("identity.person_matches", TRUTH, "the person is the one of the document", "officer"),
    Fact("adult.same_voyage", TRUTH, "the adult of this child is booked on the same voyage", "booking"),
    Fact("adult.verdict", TEXT, "", "judge", VERDICTS),
    Fact("companions", LIST, "who travels along on the same voyage", "booking"),
    Fact("companions[].age_years", INTEGER, "whole years on the day of sailing", "passenger"),
    Fact("companions[].carer", TRUTH, "answers for this person", "booking"),
    Fact("companions[].verdict", TEXT, "", "judge", VERDICTS),
    Fact("documents", LIST, "papers shown; empty: asked, none shown", "officer or traveler"),
    Fact("documents[].kind", TEXT, "", "paper", DOCUMENT_KINDS),
    Fact("documents[].issuer", TEXT, "", "paper", ISSUERS),
    Fact("documents[].result", TEXT, "", "paper", RESULTS),
    Fact("documents[].minutes", INTEGER, "from sample or issue to scheduled departure, rounded up", "paper, port call"),
    Fact("documents[].signed", TRUTH, "signed by hand or electronically", "officer"),
    Fact("travel.purpose", TEXT, "", "declared", PURPOSES),
    Fact("travel.companions", INTEGER, "persons who go along on the same exception", "declared"),
    Fact("ticket.exists", TRUTH, "", "ticket"),
    Fact("ticket.state", TEXT, "", "booking", TICKET_STATES),
    Fact("ticket.paid", TRUTH, "", "payment"),
    Fact("ticket.this_voyage", TRUTH, "", "ticket"),
    Fact("ticket.this_port", TRUTH, "begins at this port", "ticket"),
    Fact("ticket.used_here", TRUTH, "admitted at this stage before", "scans"),
    Fact("ticket.exchanged", TRUTH, "receipt exchanged for a boarding pass", "officer"),
    Fact("ticket.free", TRUTH, "of a free programme", "channel or payment"),
    Fact("ticket.discounted", TRUTH, "with a government discount", "booking"),
    Fact("ticket.reduction", TEXT, "", "booking", REDUCTIONS),
    Fact("ticket.party", INTEGER, "persons in the booking", "booking"),
    Fact("baggage.kg", INTEGER, "kilograms, rounded up", "scales"),
    Fact("baggage.cm3", INTEGER, "cubic centimetres, rounded up", "measure"),
    Fact("goods", TEXTS, "forbidden things found", "bag check", GOODS),
    Fact("season.name", TEXT, "of the port of departure", "season"),
    Fact("season.day", INTEGER, "days from the feast day H, as the port counts", "season"),
)

BY_NAME = {fact.name: fact for fact in FACTS}


def age_years(birth: date, day: date) -> int:
    """Whole years on `day`; whoever was born on 29 February is a year older on 1 March of a common year."""
    return age_months(birth, day) // 12


def age_months(birth: date, day: date) -> int:
    """Whole months on `day`."""
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


def day_at(departure: datetime, zone: str) -> date:
    """The day of a departure on the clock of its port."""
    return local_day(departure, ZoneInfo(zone))


def minutes_before(taken: datetime, departure: datetime) -> int:
    """Minutes from a sample or an issue to the departure, rounded up: a second too many is too many."""
    return -((taken - departure) // timedelta(minutes=1))


def minutes_to(departure: datetime, now: datetime) -> int:
    """Minutes left until the departure, rounded down."""
    return (departure - now) // timedelta(minutes=1)


def percent_of(part: int, whole: int) -> int:
    """Rounded up: 70.1 per cent is more than 70."""
    return -(-part * 100 // whole)


def slips(facts: Mapping[str, Any]) -> list[str]:
    """The names of what is in no table or of another type: a slip of whoever gathers the facts."""
    return [name for name, value in _flat(facts) if not _fits(BY_NAME.get(name), value)]


def _flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in facts.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
            continue
        yield name, value
        if isinstance(value, list):
            for item in value:
                if isinstance(item, Mapping):
                    yield from _flat(item, f"{name}[].")


def _fits(fact: Fact | None, value: Any) -> bool:
    if fact is None:
        return False
    if value is None:
        return True
    if fact.type in (LIST, TEXTS):
        kind: type = dict if fact.type == LIST else str
        return isinstance(value, list) and all(
            isinstance(item, kind) and (not fact.choices or item in fact.choices) for item in value
        )
    if fact.type == TRUTH:
        return isinstance(value, bool)
    if fact.type == INTEGER:
        return isinstance(value, int) and not isinstance(value, bool)
    if fact.type == DAY:
        return isinstance(value, str) and is_day(value)
    return isinstance(value, str) and (not fact.choices or value in fact.choices)


def is_day(text: str) -> bool:
    """Whether it is a day that exists, as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def table() -> str:
    """The table as docs/rules.md shows it."""
    rows = ["| fact | type | unit or values | source |", "|---|---|---|---|"]
    for fact in FACTS:
        said = "; ".join(filter(None, (fact.unit, ", ".join(fact.choices))))
        rows.append(f"| `{fact.name}` | {fact.type} | {said} | {fact.source} |")
    return "\n".join(rows)
