"""Keep a person to one place at a time, and a contact to a bounded number of people.

Only a confirmed journey takes its traveler's time: an unpaid claim is typed by anybody about anybody, so it blocks
nobody, and naming people tells nothing about their other journeys. Of two confirmed ones the tables refuse the second
(migration 0009), but a claim that no officer has seen gives way to one that an officer sees.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, text, update

from app import config
from app.accounts.limit_counts import count_limit
from app.accounts.models import Limit
from app.booking.inventory.offer_end import is_offer
from app.booking.inventory.unpaid_limits import is_nobody
from app.booking.models import BOOKED_SOULS, OPEN, Booking, BookingState, Passenger
from app.db import UtcDateTime, db, on_breach
from app.errors import Refusal
from app.schedule.models import PortCall
from app.seats.models import ONLINE

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The second in a race hears what tells least: the database does not say whose row it was.
on_breach("one_journey_at_a_time", lambda: _at_the_counter())


def minutes_of(start: PortCall, end: PortCall) -> tuple[int, int] | None:
    """The journey between two calls of a voyage in minutes since 1970 UTC; None where it has no departure at all.

    By the plan and not by revised times: a delay must never make a booking impossible that was possible before.
    Where no arrival is documented the journey lasts `passage_hours`, but not beyond the ship's own leaving from there.
    """
    departs = start.planned_departure or start.departs_at
    if departs is None:
        return None
    arrives = end.planned_arrival
    if arrives is None:
        arrives = departs + timedelta(hours=config.current().passage_hours)
        if end.planned_departure is not None:
            arrives = min(arrives, end.planned_departure)
    first = (departs - _EPOCH) // timedelta(minutes=1)
    return first, max(first + 1, (arrives - _EPOCH) // timedelta(minutes=1))


def must_differ(numbers: Sequence[str]) -> None:
    """Refuse a booking that names one person twice. Raises Refusal `document_twice` with the `index` of the second."""
    for index, number in enumerate(numbers):
        if number in numbers[:index]:
            raise Refusal("document_twice", field="document_number", index=index)


def take_time(numbers: Sequence[str], minutes: tuple[int, int] | None, booking: Booking, *, seen: bool) -> None:
    """Let nobody of these document numbers have another journey in that time, before it is written for `booking`.

    `seen`: an officer has the people or their money here. Then claims that no officer has seen lose their time to it,
    and the officer is told whose other journey stays: Refusal `already_travels` with the `index`. Anybody else hears
    `at_the_counter`, whoever it was: it tells nothing about others.
    """
    if minutes is None:
        return
    asked = {"numbers": list(numbers), "booking": booking.id, "begins": minutes[0], "ends": minutes[1]}
    others = db.session.connection().execute(_OTHERS[seen], asked).all()
    if weak := [other.id for other in others if other.gives_way]:
        db.session.execute(_GIVE_WAY[seen], {"weak": weak})
    taken = {other.document_number for other in others if not other.gives_way}
    if taken and not seen:
        raise _at_the_counter()
    for index, number in enumerate(numbers):
        if number in taken:
            raise Refusal("already_travels", field="document_number", index=index)


def _gives_way(seen: bool) -> ColumnElement[bool]:
    """Passengers whose claim to their time gives way: unpaid, or beside one whom an officer sees, seen by nobody."""
    unpaid = Booking.state != BookingState.CONFIRMED
    weak = or_(unpaid, Booking.confirmed_by.is_(None)) if seen else unpaid
    return and_(Passenger.boarded_at.is_(None), weak)


_OTHERS = {
    seen: select(Passenger.id, Passenger.document_number, _gives_way(seen).label("gives_way"))
    .join(Booking, Booking.id == Passenger.booking_id)
    .where(
        Passenger.document_number.in_(bindparam("numbers", expanding=True)),
        Passenger.booking_id != bindparam("booking"),
        Passenger.from_minute < bindparam("ends"),
        Passenger.until_minute > bindparam("begins"),
    )
    for seen in (False, True)
}
# What has been seen or paid since does not give way: the tables then refuse the second journey.
_GIVE_WAY = {
    seen: update(Passenger)
    .where(Passenger.id.in_(bindparam("weak", expanding=True)), Passenger.booking_id == Booking.id, _gives_way(seen))
    .values(from_minute=None, until_minute=None)
    .execution_options(synchronize_session=False)
    for seen in (False, True)
}


def _at_the_counter() -> Refusal:
    """The refusal that tells nothing of others; it is counted."""
    refusal = Refusal("at_the_counter")
    refusal.leaves = lambda: count_limit(Limit.AT_COUNTER)
    return refusal


def must_be_within_limit(booking: Booking, phone: str, now: datetime) -> None:
    """With `booking` this phone number has at most `contact_limit` persons on voyages that have not left.

    Only what everybody can buy counts: bookings of other channels (counter, agent, free programme, reserve) are made
    by staff for many people, often with the office's own number. Only the orders of the same browser count, paid or
    not: a number is typed by anybody, so a stranger's orders must not use up its holder's limit, and the answer must
    tell a stranger nothing of what its holder has booked. An offer of the waiting list has no browser; what keeps no
    cookie has only its address, which strangers share: it is bound when it asks for places (`bounds`), here by this
    order alone.
    Raises Refusal `contact_limit`.
    """
    if booking.channel_id != ONLINE and not booking.asker:
        return
    if db.engine.dialect.name == "postgresql":
        # Two requests of one number stand in line until the commit; SQLite has one writer anyway.
        db.session.connection().execute(_LINE_OF_PHONE, {"phone": phone})
    if booking.channel_id != ONLINE or is_offer(booking.request_id):
        return
    limit, others = config.current().contact_limit, 0
    if not is_nobody(booking):
        asked = {"phone": phone, "booking": booking.id, "visitor": booking.visitor, "now": now}
        others = db.session.connection().scalar(_PERSONS, asked) or 0
    if others + booking.souls > limit:
        raise Refusal("contact_limit", field="phone", limit=limit)


_LINE_OF_PHONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:phone, 0))")
_PERSONS = (
    select(func.coalesce(func.sum(BOOKED_SOULS), 0))
    .join(PortCall, PortCall.id == Booking.from_call_id)
    .where(Booking.phone == bindparam("phone"), Booking.id != bindparam("booking"), Booking.channel_id == ONLINE)
    .where(PortCall.actual_departure.is_(None))
    .where(func.coalesce(PortCall.revised_departure, PortCall.planned_departure) > bindparam("now", type_=UtcDateTime))
    .where(Booking.visitor == bindparam("visitor"))
    .where(
        (Booking.state == BookingState.CONFIRMED)
        | (Booking.state.in_(OPEN) & (Booking.expires_at > bindparam("now", type_=UtcDateTime)))
    )
)
