"""Lock the counters of some voyages, with everything given back that has ended: every change begins here.

Locks are taken in one order by everybody: bookings, then allotments, then loads, each by leg.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import joinedload, selectinload

from app.booking.eligibility.decrees import shares_of
from app.booking.eligibility.sale_closing import closing_rule
from app.booking.eligibility.voyage_facts import Sailing, sailing_in, with_sailing
from app.booking.inventory.offer_end import end_unused, is_offer
from app.booking.models import BOOKED_SOULS, Booking, BookingState, Passenger, sale_ends
from app.booking.queries import find_booking
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db
from app.errors import Refusal, or_refuse
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import LegLoad
from app.seats.places import LOADS_ON_SALE, Room, locked, locked_room
from app.seats.stocks import restrict


@dataclass(frozen=True)
class LockedCall:
    """A call as a booking needs to know it, with the leg that starts there; the last call has none."""

    id: int
    position: int
    leg_id: int | None
    planned_departure: datetime | None
    left: bool
    sailing: Sailing

    @property
    def departs_at(self) -> datetime | None:
        """As best known."""
        return self.sailing.departs_at

    @property
    def closes_at(self) -> datetime | None:
        """When the sale of journeys from here ends; None where the departure is not known at all."""
        return sale_ends(self.departs_at)


@dataclass(frozen=True)
class Run:
    """A voyage as a booking needs to know it: its calls in order, and whether it was called off."""

    id: int
    cancelled: bool
    calls: tuple[LockedCall, ...]
    paused: bool = False
    """Whether its sale pauses; known behind the lock."""
    _closed: dict[Any, Mapping[str, Any] | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def leg_ids(self) -> list[int]:
        """All its legs, in order."""
        return [call.leg_id for call in self.calls if call.leg_id is not None]

    @property
    def sets_out(self) -> datetime | None:
        """The planned departure from its first call."""
        return self.calls[0].planned_departure if self.calls else None

    def require_sold(self, field: str | None = None) -> None:
        """Raise Refusal `voyage_cancelled` for one that was called off, `sale_paused` while that is being decided."""
        if self.cancelled or self.paused:
            raise Refusal("voyage_cancelled" if self.cancelled else "sale_paused", field=field)

    def call(self, call_id: int) -> LockedCall:
        """The call of that id, which is one of its own."""
        return next(call for call in self.calls if call.id == call_id)

    def journey(self, from_call_id: int, to_call_id: int) -> list[int]:
        """The legs between two calls in order; empty when the second does not come after the first."""
        positions = {call.id: call.position for call in self.calls}
        start, end = positions.get(from_call_id), positions.get(to_call_id)
        if start is None or end is None:
            return []
        return [call.leg_id for call in self.calls if call.leg_id is not None and start <= call.position < end]

    def closing_rule(
        self, from_call_id: int, to_call_id: int, fare_class_id: int, party: int, room: Room, now: datetime
    ) -> Mapping[str, Any] | None:
        """The rule that refuses to sell this journey to so many, or None; judged once for all who ask the same.

        A run is as of one moment, that of its counters, and so are the answers.
        """
        asked = (from_call_id, to_call_id, fare_class_id, party)
        if asked not in self._closed:
            call = self.call(from_call_id)
            known = {"class": room.codes.get(fare_class_id), "ppkm_level": room.levels.get(call.leg_id or 0)}
            to_port = self.call(to_call_id).sailing.port
            self._closed[asked] = closing_rule(call.sailing, to_port, now, known, party)
        return self._closed[asked]


@dataclass(frozen=True)
class Counters:
    """The voyages asked for that there are, their locked room, and how many holds past their end it has taken in.

    `unused` are the entries of the waiting list whose offer was among those holds.
    """

    runs: dict[int, Run]
    room: Room
    expired: int
    unused: frozenset[int] = frozenset()

    @property
    def waited_for(self) -> set[int]:
        """The voyages for which somebody may wait, as it was when they were locked."""
        return {run.id for run in self.runs.values() if self.room.waited_for.intersection(run.leg_ids)}

    def let_wait(self) -> None:
        """Note that somebody waits for all of them from now on."""
        self.room.waited_for.update(leg_id for run in self.runs.values() for leg_id in run.leg_ids)


OVER = (Booking.state == BookingState.HELD) & (Booking.expires_at <= bindparam("now"))
"""A hold past its end at the moment `now`."""


def _calls(*more: Any) -> Any:
    """The rows of a run's calls; `more` stands before what a Sailing is made of."""
    return with_sailing(
        select(
            Voyage.id, Voyage.cancelled_at, PortCall.id, PortCall.position, Leg.id, PortCall.planned_departure,
            PortCall.actual_departure, *more,
        )
        .select_from(PortCall)
        .outerjoin(Leg, Leg.from_call_id == PortCall.id)
        .where(PortCall.voyage_id.in_(bindparam("ids", expanding=True)))
        .order_by(Voyage.id, PortCall.position)
    )  # fmt: skip


_CALLS = _calls()
_CALLS_TO_LOCK = _calls(exists().where(OVER, Booking.voyage_id == PortCall.voyage_id).label("over"))
_WAITED_FOR = (
    exists()
    .where(WaitingChoice.voyage_id == Voyage.id, WaitingChoice.entry_id == WaitingEntry.id)
    .where(WaitingEntry.state == WaitingState.WAITING)
    .label("waited_for")
)
_LOADS = locked(LOADS_ON_SALE.add_columns(_WAITED_FOR), LegLoad)


def locked_booking(code: str, *, people: bool = True) -> Booking:
    """Lock the booking of that code, as `locked_bookings` does. Raises NotFound `booking_not_found`.

    Without `people` its passengers are not locked: before a booking is paid, no gate looks at them.
    """
    code = code.strip().upper()
    if db.engine.dialect.name != "sqlite":  # which has one writer, and that is this one
        # Statements of their own: one that has waited for a lock sees other rows as they were before.
        booking_id = db.session.connection().scalar(_LOCK, {"code": code})
        if people and booking_id is not None:
            db.session.connection().execute(_LOCK_PEOPLE, {"bookings": [booking_id]})
    return or_refuse(find_booking(code, anew=True), "booking_not_found")


def locked_bookings(booking_ids: Iterable[int], *, skip_locked: bool = False) -> list[Booking]:
    """Lock these bookings, with passengers and tickets loaded, in the order in which everybody locks them.

    Ask for them before the counters of their voyages; whoever has the counters already must not wait for a booking,
    and skips those that somebody else has locked.
    """
    with_people = selectinload(Booking.passengers).joinedload(Passenger.ticket)
    fresh = select(Booking).execution_options(populate_existing=True)
    statement = (
        fresh.where(Booking.id.in_(sorted(booking_ids)))
        .options(joinedload(Booking.from_call))
        .order_by(Booking.id)
        .with_for_update(of=Booking, skip_locked=skip_locked)
    )
    bookings = list(db.session.scalars(statement))
    if bookings:
        ids = [booking.id for booking in bookings]
        # A gate locks the passenger whom it judges: read them once nobody judges them any more.
        db.session.connection().execute(_LOCK_PEOPLE, {"bookings": ids})
        db.session.scalars(fresh.where(Booking.id.in_(ids)).options(with_people)).all()
    return bookings


_LOCK = select(Booking.id).where(Booking.code == bindparam("code")).with_for_update()
_LOCK_PEOPLE = (
    select(Passenger.id)
    .where(Passenger.booking_id.in_(bindparam("bookings", expanding=True)))
    .order_by(Passenger.id)
    .with_for_update(key_share=True)
)


def runs_of(voyage_ids: Iterable[int]) -> dict[int, Run]:
    """The voyages of these ids that there are, in one query."""
    return _runs(db.session.connection().execute(_CALLS, {"ids": sorted(voyage_ids)}).all())


def _runs(rows: Iterable[Any]) -> dict[int, Run]:
    calls: dict[int, list[LockedCall]] = defaultdict(list)
    cancelled: dict[int, bool] = {}
    for row in rows:
        voyage_id, cancelled_at, call_id, position, leg_id, planned, actual = row[:7]
        cancelled[voyage_id] = cancelled_at is not None
        calls[voyage_id].append(
            LockedCall(call_id, position, leg_id, planned, actual is not None, sailing_in(row, None))
        )
    return {voyage_id: Run(voyage_id, off, tuple(calls[voyage_id])) for voyage_id, off in cancelled.items()}


def lock(voyage_ids: Iterable[int], now: datetime) -> Counters:
    """The counters of these voyages, which nobody else changes before the running transaction ends.

    Holds past their end are expired and their places free; what other channels left unsold at their moment is the
    online channel's; what a decree withholds cannot be taken. Nothing of it is written before `room.write()`, which
    whoever calls must do. Groups whose offer ended so wait again.
    """
    connection = db.session.connection()
    calls = connection.execute(_CALLS_TO_LOCK, {"ids": sorted(voyage_ids), "now": now}).all()
    runs = _runs(calls)
    over = sorted({call[0] for call in calls if call.over})
    expired = connection.execute(_EXPIRE, {"now": now, "voyages": over}).all() if over else ()
    unused = end_unused((row.id for row in expired if is_offer(row.request_id)), now)
    room = locked_room({leg_id: run.sets_out for run in runs.values() for leg_id in run.leg_ids}, now, _LOADS)
    for run in runs.values():
        cancelled, paused = room.unsold.get(next(iter(run.leg_ids), 0), (run.cancelled, run.paused))
        runs[run.id] = replace(run, cancelled=cancelled, paused=paused)
    for row in expired:
        legs = runs[row.voyage_id].journey(row.from_call_id, row.to_call_id)
        room.give_back(legs, row.fare_class_id, row.places, row.souls, row.channel_id)
    room.flow_back()
    restrict(room.stocks, shares_of(room.levels))
    return Counters(runs, room, len(expired), frozenset(unused))


_EXPIRE = (
    update(Booking)
    # In one order, so that two who do this at the same time wait for each other and never in a circle.
    .where(
        Booking.id.in_(
            select(Booking.id)
            .where(OVER, Booking.voyage_id.in_(bindparam("voyages", expanding=True)))
            .order_by(Booking.id)
            .with_for_update()
        )
    )
    .values(state=BookingState.EXPIRED)
    .returning(
        Booking.id,
        Booking.request_id,
        Booking.voyage_id,
        Booking.from_call_id,
        Booking.to_call_id,
        Booking.fare_class_id,
        Booking.channel_id,
        Booking.places,
        BOOKED_SOULS.label("souls"),
    )
)


def journey_of(booking: Booking, runs: dict[int, Run]) -> Sequence[int]:
    """The legs that a booking of one of these voyages rides, in order."""
    return runs[booking.voyage_id].journey(booking.from_call_id, booking.to_call_id)
