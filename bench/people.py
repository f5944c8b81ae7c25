"""Invented people who buy, each from an address of their own, with a phone and numbers of documents of their own."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from random import Random
from uuid import UUID

from app import clock
from tests import factories

GROWN, CHILD_DAYS, INFANT_DAYS = date(1994, 3, 15), 3000, 280

FILLED_FROM = 50_000_000
"""From this number on people are those who have booked before (bench/season.py)."""

DRAWN = Random("people")


@dataclass(frozen=True)
class Party:
    """Persons who travel together, as they are typed."""

    address: str
    phone: str
    passengers: list[dict[str, str | bool]]
    request_id: str

    @property
    def infants(self) -> int:
        """On laps."""
        return sum(bool(person["infant"]) for person in self.passengers)

    @property
    def places(self) -> int:
        """Adults and children."""
        return len(self.passengers) - self.infants


def new_id() -> str:
    """An id as a form or a device makes one."""
    return str(UUID(int=DRAWN.getrandbits(128), version=4))


def address_of(number: int) -> str:
    """Where the visitor of that number comes from: sixteen million are all different."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class People:
    """As many parties of one size as are wanted, all different."""

    def __init__(self, persons: int) -> None:
        today = clock.now().date()
        child, infant = (today - timedelta(days=days) for days in (CHILD_DAYS, INFANT_DAYS))
        births = [GROWN] * min(persons, 2) + [child] * (persons - 3 if persons > 3 else persons - 2)
        self._births = births + [infant] * (persons > 3)
        self._infant = infant
        self._parties, self._persons = count(1), count(1)

    def party(self) -> Party:
        """Up to two adults, then children, of four and more the last one an infant."""
        number = next(self._parties)
        return Party(address_of(number), f"0812{number:08}", [self._person(born) for born in self._births], new_id())

    def _person(self, born: date) -> dict[str, str | bool]:
        number = next(self._persons)
        return {
            "name": f"Siti Uji {_letters(number)}",
            "document_kind": "ktp" if born == GROWN else "kk",
            "document_number": factories.a_nik(number, born),
            "birth_date": born.isoformat(),
            "sex": "P",
            "infant": born == self._infant,
        }


def _letters(number: int) -> str:
    """Names have no figures."""
    return "".join(chr(ord("A") + int(figure)) for figure in str(number))
