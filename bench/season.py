"""Fill the tables with bookings as they stand after a season, many at a time, so that every counter stays right."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select, text, update

from app import clock
from app.accounts.models import Role, User
from app.boarding.models import Departure, Scan, Stage, Verdict
from app.booking.actions.journey_overlap import minutes_of
from app.booking.models import Booking, BookingState, Passenger, PaymentMethod, Ticket, new_booking_code
from app.booking.money.models import Receipt
from app.booking.tickets import code as ticket_code
from app.booking.tickets.signing import sign
from app.db import db
from app.schedule.models import Voyage
from app.seats.models import Allotment, LegLoad
from bench.people import FILLED_FROM, GROWN, new_id
from tests import factories

PER_VOYAGE = 1000
AT_ONCE = 5000

_persons = count(FILLED_FROM)


def fill_past(bookings: int) -> None:
    """So many bookings of one person each, on voyages of the past days, all of them scanned and aboard."""
    for number in range(0, bookings, PER_VOYAGE):
        wanted = min(PER_VOYAGE, bookings - number)
        left = clock.now() - timedelta(days=1 + number // PER_VOYAGE)
        book(factories.a_voyage(places=wanted, departs_at=left), wanted, aboard=True)
    if db.engine.dialect.name == "postgresql":
        # It does so by itself, some minutes later.
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def book(voyage: Voyage, bookings: int, persons: int = 1, aboard: bool = False) -> list[str]:
    """Confirmed bookings of so many grown persons each on the whole voyage; the signed text of every ticket.

    With `aboard` everybody was scanned at the gangway, and the tickets' texts are as long as signed ones only.
    """
    signed: list[str] = []
    for number in range(0, bookings, AT_ONCE):
        signed += _book(voyage, min(AT_ONCE, bookings - number), persons, aboard)
    return signed


def _book(voyage: Voyage, bookings: int, persons: int, aboard: bool) -> list[str]:
    now, departure = clock.now(), factories.departure_of(voyage)
    officer = _officer_id()
    first, person = _next_id(Booking), _next_id(Passenger)
    ids = range(first, first + bookings)
    orders = [_order(voyage, number, persons, officer, now) for number in ids]
    minutes = minutes_of(voyage.calls[0], voyage.calls[-1]) or (None, None)
    people: list[dict[str, Any]] = [
        {
            "id": person + index,
            "booking_id": first + index // persons,
            "position": index % persons,
            "name": "Siti Uji",
            "document_kind": "ktp",
            "document_number": factories.a_nik(next(_persons), GROWN),
            "birth_date": GROWN,
            "sex": "P",
            "boarded_at": now if aboard else None,
            "from_minute": minutes[0],
            "until_minute": minutes[1],
        }
        for index in range(bookings * persons)
    ]
    tickets = _tickets(voyage, people, aboard, now)
    receipts = [
        {"kind": "taken", "booking_id": number, "channel_id": 1, "officer_id": officer, "lines": [], "at": now}
        for number in ids
    ]
    _write(Booking, orders)
    _write(Passenger, people)
    _write(Ticket, tickets)
    db.session.execute(insert(Receipt), receipts)
    if aboard:
        _scan(departure, tickets, officer, now)
    _count(voyage, departure, len(people), aboard)
    db.session.commit()
    return [ticket["signed"] for ticket in tickets]


def _order(voyage: Voyage, number: int, persons: int, officer_id: int, now: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "code": new_booking_code(),
        "request_id": new_id(),
        "voyage_id": voyage.id,
        "from_call_id": voyage.calls[0].id,
        "to_call_id": voyage.calls[-1].id,
        "fare_class_id": 1,
        "places": persons,
        "state": BookingState.CONFIRMED,
        "payment": PaymentMethod.COUNTER,
        "phone": f"+62813{number:08}",
        "asker": f"asker {number}",
        "visitor": f"visitor {number}",
        "created_at": now,
        "confirmed_at": now,
        "confirmed_by": officer_id,
    }


def _tickets(voyage: Voyage, people: Sequence[dict[str, Any]], aboard: bool, now: datetime) -> list[dict[str, Any]]:
    """A ticket for each; signed by hand, for that is done with the booking's objects else."""
    keyring, first = current_app.extensions["keyring"], _next_id(Ticket)
    journey = Booking(voyage_id=voyage.id, fare_class_id=1, from_call=voyage.calls[0], to_call=voyage.calls[-1])
    tickets = []
    for index, told in enumerate(people):
        serial = ticket_code.new_serial()
        if aboard:
            text_of_it = f"DG1:{serial}".ljust(ticket_code.TEXT_LENGTH, "0")
        else:
            text_of_it = sign(journey, Passenger(name=told["name"], infant=False), Ticket(serial=serial), now, keyring)
        tickets.append(
            {"id": first + index, "serial": serial, "passenger_id": told["id"], "signed": text_of_it, "issued_at": now}
        )
    return tickets


def _scan(departure: Departure, tickets: Iterable[dict[str, Any]], officer_id: int, now: datetime) -> None:
    """All go aboard."""
    gate = factories.a_gate(departure.call.port)
    told = {"departure_id": departure.id, "gate_id": gate.id, "stage": Stage.GANGWAY, "officer_id": officer_id}
    told |= {"verdict": Verdict.PASS, "reason": "admitted", "details": {}, "scanned_at": now, "received_at": now}
    rows = [{"id": new_id(), "ticket_id": ticket["id"], "serial": ticket["serial"], **told} for ticket in tickets]
    db.session.execute(insert(Scan), rows)


def _count(voyage: Voyage, departure: Departure, souls: int, aboard: bool) -> None:
    """Add them to the counters."""
    legs = [leg.id for leg in voyage.legs]
    gone = souls if aboard else 0
    sold = update(Allotment).where(Allotment.leg_id.in_(legs), Allotment.channel_id == 1)
    db.session.execute(sold.values(sold=Allotment.sold + souls))
    load = update(LegLoad).where(LegLoad.leg_id.in_(legs))
    db.session.execute(load.values(promised=LegLoad.promised + souls, aboard=LegLoad.aboard + gone))
    db.session.execute(update(Departure).where(Departure.id == departure.id).values(boarded=Departure.boarded + gone))


def _officer_id() -> int:
    """Whoever has taken the money and scanned."""
    name = "petugas-dahulu"
    found = db.session.scalar(select(User.id).where(User.username == name))
    return found or factories.a_user(Role.OFFICER, name).id


def _next_id(kind: type[Any]) -> int:
    return (db.session.scalar(select(func.max(kind.id))) or 0) + 1


def _write(kind: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that have their ids; PostgreSQL goes on counting after them."""
    db.session.execute(insert(kind), rows)
    if db.engine.dialect.name == "postgresql":
        table = kind.__tablename__
        db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {rows[-1]['id']})"))
