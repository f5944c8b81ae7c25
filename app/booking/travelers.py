"""Write down who travels on a booking that is not paid yet, and again after each correction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import delete, insert, update

from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.models import Booking, CodeReturn, DocumentKind, Passenger, PassengerState, Ticket
from app.booking.tickets import code as ticket_code
from app.db import as_loaded, db, loaded, update_row


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
    _forget([person for person in booking.passengers if person not in same])
    taken = {person.position for person in (*booking.former_passengers, *same) if person}
    free = (position for position in count() if position not in taken)
    positions, new = [], []
    for traveler, before in zip(travelers, same, strict=True):
        if before is None:
            new.append({"booking_id": booking.id, "position": next(free), **asdict(traveler)})
        elif changed := {name: value for name, value in asdict(traveler).items() if getattr(before, name) != value}:
            update_row(before, **changed)
        positions.append(before.position if before else new[-1]["position"])
    written = _write(new) if new else []
    people = {person.position: person for person in (*(one for one in same if one), *written)}
    for person in written:
        loaded(person, booking=booking)
    loaded(booking, passengers=[people[position] for position in sorted(people)])
    return [people[position] for position in positions]


def _write(new: Sequence[Mapping[str, Any]]) -> list[Passenger]:
    connection = db.session.connection()
    ids = {position: number for number, position in connection.execute(_NAME, new)}
    serials = {number: ticket_code.new_serial() for number in ids.values()}
    tickets = [{"passenger_id": number, "serial": serial} for number, serial in serials.items()]
    ticket_ids = {passenger_id: number for number, passenger_id in connection.execute(_TICKET, tickets)}
    people = []
    for row in new:
        number = ids[row["position"]]
        person = as_loaded(Passenger(id=number, **_NEW, **row))
        ticket = Ticket(id=ticket_ids[number], passenger_id=number, serial=serials[number], **_UNSIGNED)
        loaded(person, ticket=as_loaded(ticket))
        loaded(ticket, passenger=person)
        people.append(person)
    return people


_NEW = {"state": PassengerState.TRAVELS, **dict.fromkeys(("ended_at", "boarded_at", "from_minute", "until_minute"))}
_UNSIGNED = {"signed": "", "issued_at": None, "void_at": None, "void_reason": ""}
_NAME = insert(Passenger).returning(Passenger.id, Passenger.position)
_TICKET = insert(Ticket).returning(Ticket.id, Ticket.passenger_id)


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


def _forget(gone: Sequence[Passenger]) -> None:
    """Remove these passengers and everything about them, before others take their positions and numbers."""
    if not gone:
        return
    ids = [person.id for person in gone]
    for kept in (Statement, ShownDocument):
        db.session.execute(delete(kept).where(kept.passenger_id.in_(ids)))
    db.session.execute(update(CodeReturn).where(CodeReturn.passenger_id.in_(ids)).values(passenger_id=None))
    for person in gone:
        db.session.delete(person)  # its ticket goes along, and scans of that stay without one
    db.session.flush()
