"""Bookings found by what their holders know where the code is lost: a phone number, a name, a document."""

import re
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app import clock
from app.booking.models import Booking, Passenger
from app.db import db
from app.phones import normal_phone
from app.schedule.days import earliest_day
from app.schedule.models import PortCall
from app.schedule.queries import voyages_calling_at

SHOWN = 30
"""People in one list; who is not among them is looked for with more letters."""

NAME_MIN = 3
"""Letters that a name must be looked for with."""

PAST_DAYS = 2
"""Departures of so many days ago are found without being named."""


def find_passengers(text: str, call_id: int | None = None, port_ids: Collection[int] = ()) -> list[Passenger]:
    """People by their phone, document number or a part of their name, on one departure or on the coming ones.

    With a departure alone all of its people; with `port_ids` only those on voyages that call there. At most SHOWN + 1,
    by name, with booking, calls and ticket. Raises ValueError for fewer than NAME_MIN letters.
    """
    start = aliased(PortCall)
    statement = (
        select(Passenger)
        .join(Passenger.booking)
        .join(start, Booking.from_call_id == start.id)
        .options(
            contains_eager(Passenger.booking).options(joinedload(Booking.from_call), joinedload(Booking.to_call)),
            joinedload(Passenger.ticket),
        )
        .order_by(Passenger.name, Passenger.id)
        .limit(SHOWN + 1)
    )
    if port_ids:
        statement = statement.where(Booking.voyage_id.in_(voyages_calling_at(port_ids)))
    if call_id is not None:
        statement = statement.where(Booking.from_call_id == call_id)
    else:
        statement = statement.where(start.day >= earliest_day(clock.now()) - timedelta(days=PAST_DAYS))
    if text or call_id is None:
        statement = statement.where(_matches(text))
    return list(db.session.scalars(statement))


def _matches(text: str) -> ColumnElement[bool]:
    plain = re.sub(r"[\s.()/-]", "", text)
    found: list[ColumnElement[bool]] = []
    if sum(char.isdecimal() for char in plain) >= 6:
        found.append(Passenger.document_number == plain.upper())
        if phone := _phone(text):
            found.append(Booking.phone == phone)
    elif sum(char.isalpha() for char in plain) >= NAME_MIN:
        part = re.sub(r"([%_\\])", r"\\\1", " ".join(text.upper().split()))
        found.append(func.upper(Passenger.name).like(f"%{part}%", escape="\\"))
    if not found:
        raise ValueError("too short")
    return or_(*found)


def _phone(text: str) -> str:
    try:
        return normal_phone(text)
    except ValueError:
        return ""
