"""Bounds on the part of a ship that unpaid and unproved orders keep from others.

Telephone, name and number are typed by anybody, so a program can invent endless people. Beyond the bounds nobody is
turned away: the order is `noted`, its places stay on sale, and it becomes a ticket by being paid while there are any.
So a hoard ends where it keeps no more places, and its neighbours behind the same address go on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal, or_, select

from app import config
from app.booking.inventory.offer_end import is_offer
from app.booking.models import PERSONS_MAX, Booking, BookingState, Passenger, PassengerState, PaymentMethod
from app.booking.travelers import Traveler
from app.booking.waitlist.models import WaitingChoice, WaitingEntry
from app.db import db
from app.seats.models import PlaceKind
from app.seats.places import Room

FAMILY = 4
"""So many places one address may always keep, however small the ship is."""


@dataclass
class Kept:
    """The places that strangers keep from others now, and the visitors who have let theirs end unused."""

    by_address: Counter[tuple[int, str]] = field(default_factory=Counter)
    """Places by voyage and address."""
    by_visitor: Counter[tuple[int, str]] = field(default_factory=Counter)
    everywhere: Counter[str] = field(default_factory=Counter)
    """Places by visitor, on all voyages."""
    orders: Counter[str] = field(default_factory=Counter)
    """Orders that keep them."""
    unused: Counter[str] = field(default_factory=Counter)
    """Holds that ended unused within the pause, by visitor."""

    def may_keep(self, wish: Any, room: Room, leg_ids: Sequence[int], places: int) -> bool:
        """Whether so many places more may be kept for this visitor's wish; if so, they are counted."""
        settings, address = config.current(), (wish.voyage_id, wish.asker)
        visitor = (wish.voyage_id, wish.visitor)
        fits = (
            self.unused[wish.visitor] < settings.unused_holds
            and (not is_nobody(wish) or self._may_nobody(wish.visitor, places))
            and self.by_visitor[visitor] + places <= max(PERSONS_MAX, settings.address_places // 2)
            and self.by_address[address] + places <= address_share(room, leg_ids, wish.fare_class_id, wish.channel_id)
            and unpaid_left(room, leg_ids, wish.fare_class_id, wish.channel_id) >= places
        )
        if fits:
            self.by_address[address] += places
            self.by_visitor[visitor] += places
            self.everywhere[wish.visitor] += places
            self.orders[wish.visitor] += 1
        return fits

    def _may_nobody(self, visitor: str, places: int) -> bool:
        """Whether what keeps no cookie may keep so many more: as if one phone and one person were on all of it.

        So the limits of a phone and of a person hold for programs too, and the answer depends on no number that is
        typed: it tells nobody who else has ordered with it.
        """
        settings = config.current()
        within = self.everywhere[visitor] + places <= settings.contact_limit
        return within and self.orders[visitor] < settings.person_limit


def is_nobody(who: Any) -> bool:
    """Whether an order (or a wish) came without a cookie: then its address is all that is known as its visitor."""
    return bool(who.asker) and who.visitor == who.asker


def address_share(room: Room, leg_ids: Sequence[int], fare_class_id: int, channel_id: int) -> int:
    """Places of a voyage that one address may keep unpaid at a moment: its per cent, or one whole booking.

    Of a small ship that booking is a tenth at most, but a family's; of a deck it is one vehicle.
    """
    settings, kind = config.current(), room.kind(leg_ids, fare_class_id)
    on_sale: Counter[int] = Counter()
    for (leg_id, _, channel), stock in room.stocks.items():
        if channel == channel_id and stock.kind == kind and leg_id in leg_ids:
            on_sale[leg_id] += stock.quota
    all_places = min(on_sale.values(), default=0)
    whole = 1 if kind == PlaceKind.VEHICLE else min(PERSONS_MAX, max(FAMILY, all_places // 10))
    return max(whole, min(settings.address_places, all_places * settings.address_percent // 100))


def unpaid_left(room: Room, leg_ids: Sequence[int], fare_class_id: int, channel_id: int) -> int:
    """Places of a class that may still be held unpaid: of what is not sold, the share that the settings allow."""
    percent = config.current().unpaid_percent
    stocks = [room.stocks.get((leg_id, fare_class_id, channel_id)) for leg_id in leg_ids]
    return min(((s.held + s.on_sale) * percent // 100 - s.held if s else 0 for s in stocks), default=0)


def fullness(room: Room, leg_ids: Sequence[int], fare_class_id: int, channel_id: int) -> float:
    """How much of the class is taken on the fullest of these legs, 0 to 1."""
    stocks = [room.stocks.get((leg_id, fare_class_id, channel_id)) for leg_id in leg_ids]
    return max(((s.held + s.sold) / s.quota for s in stocks if s and s.quota), default=0.0)


def hold_time(full: float) -> timedelta:
    """How long places stay held while the details are typed: shorter from half full on."""
    settings = config.current()
    return _between(timedelta(minutes=settings.hold_minutes), timedelta(minutes=settings.hold_minutes_full), full)


def counter_time(full: float) -> timedelta:
    """How long places stay held for the counter: shorter from half full on."""
    settings = config.current()
    return _between(timedelta(hours=settings.counter_hours), timedelta(hours=settings.counter_hours_full), full)


def _between(most: timedelta, least: timedelta, full: float) -> timedelta:
    over = min(1.0, max(0.0, full * 2 - 1))
    minutes = round((most - (most - min(most, least)) * over).total_seconds() / 60)
    return timedelta(minutes=minutes)


def kept_by(wishes: Iterable[Any], now: datetime) -> Kept:
    """Count what the addresses of these wishes keep and their visitors let end; one query where any is known."""
    askers = sorted({wish.asker for wish in wishes if wish.asker})
    kept = Kept()
    if not askers:
        return kept
    settings = config.current()
    asked = {
        "askers": askers,
        "now": now,
        "since": now - timedelta(hours=max(settings.counter_hours, settings.pause_minutes / 60) + 1),
        "pause": now - timedelta(minutes=settings.pause_minutes),
    }
    for voyage_id, asker, visitor, places, orders, unused in db.session.connection().execute(_KEPT, asked):
        kept.by_address[voyage_id, asker] += places
        kept.by_visitor[voyage_id, visitor] += places
        kept.everywhere[visitor] += places
        kept.orders[visitor] += orders
        kept.unused[visitor] += unused
    return kept


_KEEPS = and_(Booking.state == BookingState.HELD, Booking.expires_at > bindparam("now"), Booking.proved.is_(False))
_UNUSED = and_(
    or_(
        Booking.state.in_([BookingState.EXPIRED, BookingState.CANCELLED]),
        and_(Booking.state == BookingState.HELD, Booking.expires_at <= bindparam("now")),
    ),
    Booking.confirmed_at.is_(None),
    Booking.created_at > bindparam("pause"),
)
_KEPT = (
    select(
        Booking.voyage_id,
        Booking.asker,
        Booking.visitor,
        func.coalesce(func.sum(case((_KEEPS, Booking.places), else_=0)), 0),
        func.coalesce(func.sum(case((_KEEPS, 1), else_=0)), 0),
        func.coalesce(func.sum(case((_UNUSED, 1), else_=0)), 0),
    )
    .where(Booking.asker.in_(bindparam("askers", expanding=True)), Booking.created_at > bindparam("since"))
    .where(or_(_KEEPS, _UNUSED))
    .group_by(Booking.voyage_id, Booking.asker, Booking.visitor)
)


KEPT_WHERE_WAITED = (
    select(func.coalesce(func.sum(Booking.places), 0))
    .where(_KEEPS, Booking.voyage_id == WaitingChoice.voyage_id)
    .where(Booking.asker == WaitingEntry.asker, WaitingEntry.asker != "")
    .correlate(WaitingChoice, WaitingEntry)
    .scalar_subquery()
    .label("kept")
)
"""Count what the address of a waiting group keeps on the voyage of a choice, at `now`."""


def is_within_bounds(booking: Booking, room: Room, leg_ids: Sequence[int], now: datetime) -> bool:
    """Whether a hold that counts as a stranger's from now on may go on, itself counted; asked behind the lock."""
    what = (room, leg_ids, booking.fare_class_id, booking.channel_id)
    kept = kept_by([booking], now).by_address[booking.voyage_id, booking.asker]
    return (
        kept <= address_share(*what)
        and (is_offer(booking.request_id) or unpaid_left(*what) >= 0)
        and (booking.payment is None or counter_left(booking, room, leg_ids) >= booking.places)
    )


def counter_left(booking: Booking, room: Room, leg_ids: Sequence[int]) -> int:
    """Places of the booking's class on its voyage that may still wait for the counter; asked behind the lock."""
    waiting = select(func.coalesce(func.sum(Booking.places), 0)).where(
        Booking.voyage_id == booking.voyage_id,
        Booking.fare_class_id == booking.fare_class_id,
        Booking.state == BookingState.HELD,
        Booking.payment.is_not(None),
        Booking.channel_id == booking.channel_id,
        Booking.proved.is_(False),
        Booking.id != booking.id,
    )
    stocks = [room.stocks.get((leg_id, booking.fare_class_id, booking.channel_id)) for leg_id in leg_ids]
    share = min((s.quota if s else 0 for s in stocks), default=0) * config.current().counter_percent // 100
    return share - (db.session.scalar(waiting) or 0)


def is_named_too_often(booking: Booking, numbers: Sequence[str], now: datetime) -> bool:
    """Whether one of these persons is on `person_limit` other unpaid orders of this browser that keep places.

    Of this browser only: the answer is seen by whoever asks, and must tell nothing of what others have ordered.
    """
    often = (
        select(Passenger.document_number)
        .join(Booking, Booking.id == Passenger.booking_id)
        .where(Passenger.document_number.in_(numbers), Booking.id != booking.id)
        .where(Booking.visitor == booking.visitor)
        .where(Booking.state == BookingState.HELD, Booking.expires_at > now, Booking.proved.is_(False))
        .group_by(Passenger.document_number)
        .having(func.count() >= config.current().person_limit)
    )
    return db.session.scalar(often.limit(1)) is not None


def is_proved(booking: Booking, phone: str, travelers: Sequence[Traveler], now: datetime) -> bool:
    """Whether the order of these people is exempt from the bounds: half of them at least, infants aside, are known.

    Known is whom an officer has had money from, or seen, on a booking of this telephone before; not who has cancelled
    since, unless the officer looked at the cards of a free programme. They exempt one order at a moment: not while
    another that is unpaid keeps places as theirs. Asked behind the lock of the phone number.
    """
    numbers = {traveler.document_number for traveler in travelers if not traveler.infant}
    connection, theirs = db.session.connection(), {"phone": phone, "numbers": sorted(numbers), "booking": booking.id}
    known = set(connection.scalars(_KNOWN, theirs))
    if not known or len(known) * 2 < len(numbers):
        return False
    return connection.scalar(_EXEMPT, {**theirs, "numbers": sorted(known), "now": now}) is None


_KNOWN = (
    select(Passenger.document_number)
    .join(Booking, Booking.id == Passenger.booking_id)
    .where(Booking.phone == bindparam("phone"), Booking.confirmed_by.is_not(None))
    .where(Passenger.document_number.in_(bindparam("numbers", expanding=True)))
    .where(or_(Passenger.state != PassengerState.CANCELLED, Booking.payment == PaymentMethod.FREE))
)
_EXEMPT = (
    select(literal(1))
    .select_from(Booking)
    .where(Booking.state == BookingState.HELD, Booking.expires_at > bindparam("now"), Booking.proved)
    .where(Booking.asker != "", Booking.id != bindparam("booking"))
    .where(
        or_(
            Booking.phone == bindparam("phone"),
            Booking.id.in_(
                select(Passenger.booking_id).where(Passenger.document_number.in_(bindparam("numbers", expanding=True)))
            ),
        )
    )
    .limit(1)
)
