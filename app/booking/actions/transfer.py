"""Carry over what belongs to passengers who travel on another booking: names, statements and documents.

Facts that an officer has looked at for the old journey (baggage, goods, whether name and face agree) are looked at
anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from app.booking.actions.journey_overlap import minutes_of
from app.booking.booking_rows import write_booking
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.passenger_facts import known_of
from app.booking.eligibility.statements import LOOKED_AT
from app.booking.models import Booking, BookingState, Passenger, Ticket, new_booking_code
from app.booking.tickets import code as ticket_code
from app.booking.tickets.signing import sign
from app.booking.travelers import Traveler
from app.db import db
from app.keys import Keyring


def confirm_elsewhere(old: Booking, now: datetime, **row: Any) -> Booking:
    """Write a confirmed booking on another journey for people of an old one, with nobody on it yet.

    `row` says the journey, its places and what else differs; phone, payment and family card stay.
    """
    same = {name: getattr(old, name) for name in ("phone", "payment", "family_card")}
    sold = {"state": BookingState.CONFIRMED, "confirmed_at": now, "expires_at": None, "moved_from_id": old.id}
    return write_booking({"code": new_booking_code(), "created_at": now, **same, **row, **sold})


def give_tickets(
    new: Booking, people: Sequence[Passenger], positions: Iterable[int], keyring: Keyring, now: datetime
) -> None:
    """Write these people down on a booking that is kept already, each at a position, with a signed ticket of its own.

    Inside the running transaction; flushes.
    """
    minutes = minutes_of(new.from_call, new.to_call)
    for old, position in zip(people, positions, strict=False):
        person = _again(old, position, minutes, now)
        if person.ticket is not None:
            person.ticket.signed = sign(new, person, person.ticket, now, keyring)
        new.passengers.append(person)
    db.session.flush()
    _carry_over(list(zip(people, new.passengers, strict=True)))


def _again(person: Passenger, position: int, minutes: tuple[int, int] | None, now: datetime) -> Passenger:
    """The same person at that position of another booking, with a new ticket that is not signed yet.

    `minutes`: from when until when they are on that journey.
    """
    return Passenger(
        position=position,
        **{field.name: getattr(person, field.name) for field in fields(Traveler)},
        from_minute=minutes and minutes[0],
        until_minute=minutes and minutes[1],
        ticket=Ticket(serial=ticket_code.new_serial(), issued_at=now),
    )


def _carry_over(pairs: Sequence[tuple[Passenger, Passenger]]) -> None:
    """Copy statements and documents of the first of each pair to the second, who has an id; as they were written."""
    known = known_of(old.id for old, _ in pairs)
    for old, new in pairs:
        db.session.add_all(
            Statement(passenger_id=new.id, fact=said.fact, value=said.value, said_by=said.said_by, said_at=said.said_at)
            for said in known.statements.get(old.id, {}).values()
            if said.fact not in LOOKED_AT
        )
        db.session.add_all(
            ShownDocument(
                passenger_id=new.id,
                kind=paper.kind,
                issuer=paper.issuer,
                result=paper.result,
                taken_at=paper.taken_at,
                signed=paper.signed,
                letter=paper.letter,
                entered_by=paper.entered_by,
                entered_at=paper.entered_at,
                seen_by=paper.seen_by,
                seen_at=paper.seen_at,
            )
            for paper in known.documents.get(old.id, ())
        )
