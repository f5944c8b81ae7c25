"""Write down who travels on a booking that is not paid yet, and again after each correction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count

from sqlalchemy import delete, update

from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.models import Booking, CodeReturn, DocumentKind, Passenger, Ticket
from app.booking.tickets import code as ticket_code
from app.db import db


@dataclass(frozen=True)
class Traveler:
    """A person as typed on a booking; `document_number` as `identity.check_document` returned it."""

    name: str
    document_kind: DocumentKind
    document_number: str
    birth_date: date
    sex: str
    infant: bool

    def __repr__(self) -> str:
        return "<Traveler>"  # no name and no number may reach a log


def write_down(booking: Booking, travelers: Sequence[Traveler]) -> list[Passenger]:
    """Let exactly these travel on the booking, each with a ticket; the passengers in the order of `travelers`.

    A person who was named before stays the same passenger, with what was said and shown ahead: by the number of the
    document, or by name and birth date where the number is corrected. Of whoever does not travel after all nothing is
    kept.
    """
    same = _same(booking.passengers, travelers)
    _forget(booking, [person for person in booking.passengers if person not in same])
    kept = {person.position for person in (*booking.former_passengers, *booking.passengers)}
    positions = (position for position in count() if position not in kept)
    people = []
    for traveler, before in zip(travelers, same, strict=True):
        person = before or Passenger(position=next(positions), ticket=Ticket(serial=ticket_code.new_serial()))
        for name, value in asdict(traveler).items():
            setattr(person, name, value)
        people.append(person)
    booking.passengers = sorted(people, key=lambda person: person.position)
    db.session.flush()
    return people


def _same(named: Sequence[Passenger], travelers: Sequence[Traveler]) -> list[Passenger | None]:
    """Match each traveler with one of those named before; None for a new person."""
    left = list(named)
    found: dict[int, Passenger] = {}
    for attributes in (("document_number",), ("name", "birth_date")):
        for index, traveler in enumerate(travelers):
            wanted = [getattr(traveler, name) for name in attributes]
            person = next((p for p in left if [getattr(p, name) for name in attributes] == wanted), None)
            if index not in found and person is not None:
                found[index] = person
                left.remove(person)
    return [found.get(index) for index in range(len(travelers))]


def _forget(booking: Booking, gone: Sequence[Passenger]) -> None:
    """Remove these passengers and everything about them, before others take their positions and numbers."""
    ids = [person.id for person in gone]
    for kept in (Statement, ShownDocument) if ids else ():
        db.session.execute(delete(kept).where(kept.passenger_id.in_(ids)))
    if ids:
        db.session.execute(update(CodeReturn).where(CodeReturn.passenger_id.in_(ids)).values(passenger_id=None))
    for person in gone:
        booking.passengers.remove(person)
    db.session.flush()
