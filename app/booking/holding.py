"""Holding places: what many ask for in the same moment is answered in one transaction, each by itself.

A transaction for each request makes every buyer of the same voyage wait for the commit of the one before. Here
those who wait are served together: the counters are locked and read once, the requests are judged one after the
other in the order in which they came, and what was granted is written once. A single request is a batch of one.

Locks are taken in one order by everybody: bookings, then allotments, then loads, each by leg.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app import clock, config, outbox
from app.accounts import allowances
from app.booking.desk import Desk
from app.booking.models import PERSONS_MAX, Booking, BookingState, new_booking_code, sale_ends
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import PlacesChanged
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.places import Room, locked_room


@dataclass(frozen=True)
class Wish:
    """Places for `adults` (and children), and souls for `infants` too. Without calls, on the whole voyage."""

    request_id: str
    voyage_id: int
    fare_class_id: int
    adults: int
    infants: int = 0
    from_call_id: int | None = None
    to_call_id: int | None = None
    asker: str = ""
    """Under which name the attempt is counted, and refused beyond `booking_limit`; empty: it is not counted."""


@dataclass(frozen=True)
class Held:
    """What a wish was granted. `new` is False for a request that was granted before, whatever became of it."""

    code: str
    voyage_id: int
    from_call_id: int
    to_call_id: int
    fare_class_id: int
    places: int
    infants: int
    state: BookingState
    expires_at: datetime | None
    new: bool


@dataclass(frozen=True)
class _Call:
    """A call as a wish needs to know it, with the leg that starts there; the last call has none."""

    id: int
    position: int
    leg_id: int | None
    closes_at: datetime | None
    left: bool


@action
def hold_all(wishes: Sequence[Wish]) -> list[Held | Refusal]:
    """Hold what is wished until `hold_minutes` from now; the answers, in the order of the wishes.

    The same `request_id` gets the same answer and takes nothing more. A refusal stands in its place and undoes
    no neighbour: NotFound `voyage_not_found`; Refusal `too_many`, `party_size`, `sale_closed`, `not_on_sale`;
    SoldOut `sold_out` or `ship_full`.
    """
    now = clock.now()
    refused = _too_many(wishes)
    known = _known({wish.request_id for wish in wishes})
    fresh = [wish for wish in wishes if wish.request_id not in known]
    voyages = _voyages({wish.voyage_id for wish in fresh})
    room, _ = _room(voyages, now)
    rows: list[dict[str, Any]] = []
    answers: list[Held | Refusal] = []
    for place, wish in enumerate(wishes):
        if place in refused:
            answers.append(refused[place])
            continue
        answer = known.get(wish.request_id)
        if answer is None:
            try:
                row = _granted(wish, voyages.get(wish.voyage_id), room, now)
            except Refusal as refusal:
                answers.append(refusal)
                continue
            rows.append(row)
            answer = _held(row, new=True)
            known[wish.request_id] = _held(row, new=False)
        answers.append(answer)
    room.write()
    if rows:
        db.session.connection().execute(_INSERT, rows)
    for voyage_id in sorted({row["voyage_id"] for row in rows}):
        outbox.record(PlacesChanged(voyage_id))
    return answers


@action
def expire_holds(limit: int = 500) -> int:
    """Give back the places of up to `limit` holds past their end, and say how many there were.

    Nothing depends on it: whoever asks for places counts such holds as free, and whoever buys takes them
    back first. It is for the screens that wait for news.
    """
    now = clock.now()
    over = select(Booking.voyage_id).where(_OVER).order_by(Booking.expires_at).limit(limit)
    voyages = _voyages(set(db.session.scalars(over, {"now": now})))
    room, expired = _room(voyages, now)
    room.write()
    for voyage_id in sorted(voyages):
        outbox.record(PlacesChanged(voyage_id))
    return expired


def _room(voyages: dict[int, list[_Call]], now: datetime) -> tuple[Room, int]:
    """The locked counters of these voyages with what expired holds give back, and how many those were."""
    expired = db.session.connection().execute(_EXPIRE, {"now": now, "voyages": sorted(voyages)}).all()
    room = locked_room([call.leg_id for calls in voyages.values() for call in calls if call.leg_id])
    for voyage_id, start, end, fare_class_id, places, infants in expired:
        room.give_back(_legs(voyages[voyage_id], start, end), fare_class_id, places, places + infants)
    return room, len(expired)


_OVER = (Booking.state == BookingState.HELD) & (Booking.expires_at <= bindparam("now"))
_EXPIRE = (
    update(Booking)
    # In one order, so that two who do this at the same time wait for each other and never in a circle.
    .where(
        Booking.id.in_(
            select(Booking.id)
            .where(_OVER, Booking.voyage_id.in_(bindparam("voyages", expanding=True)))
            .order_by(Booking.id)
            .with_for_update()
        )
    )
    .values(state=BookingState.EXPIRED)
    .returning(
        Booking.voyage_id,
        Booking.from_call_id,
        Booking.to_call_id,
        Booking.fare_class_id,
        Booking.places,
        Booking.infants,
    )
)
# With RETURNING, though nobody reads it, all rows go in one statement.
_INSERT = insert(Booking).returning(Booking.id)


def _too_many(wishes: Sequence[Wish]) -> dict[int, Refusal]:
    """The refusals of those who ask too often, by the place of the wish."""
    counted = allowances.count(Counter(wish.asker for wish in wishes if wish.asker))
    limit = config.current().booking_limit
    refused: dict[int, Refusal] = {}
    for place in reversed(range(len(wishes))):
        asker = wishes[place].asker
        if asker and counted[asker][0] > limit:
            spent, until = counted[asker]
            counted[asker] = (spent - 1, until)
            refused[place] = allowances.TooMany(until)
    return refused


def _granted(wish: Wish, calls: list[_Call] | None, room: Room, now: datetime) -> dict[str, Any]:
    """The row of the booking, its places taken from `room`. Raises Refusal, and then nothing is taken."""
    adults, infants = wish.adults, wish.infants
    if adults < 1 or not 0 <= infants <= adults or adults + infants > PERSONS_MAX:
        raise Refusal("party_size", 422, field="adults", maximum=PERSONS_MAX)
    if calls is None:
        raise NotFound("voyage_not_found")
    start = wish.from_call_id or (calls[0].id if calls else 0)
    end = wish.to_call_id or (calls[-1].id if calls else 0)
    legs = _legs(calls, start, end)
    if not legs:
        raise Refusal("not_on_sale", 409, field="voyage_id")
    call = next(call for call in calls if call.id == start)
    if call.closes_at is None or call.closes_at <= now or call.left:
        raise Refusal("sale_closed", 409, closed_at=call.closes_at)
    room.take(legs, wish.fare_class_id, adults, adults + infants)
    return {
        "code": new_booking_code(),
        "request_id": wish.request_id,
        "voyage_id": wish.voyage_id,
        "from_call_id": start,
        "to_call_id": end,
        "fare_class_id": wish.fare_class_id,
        "places": adults,
        "infants": infants,
        "state": BookingState.HELD,
        "created_at": now,
        "expires_at": min(now + timedelta(minutes=config.current().hold_minutes), call.closes_at),
    }


def _held(row: Any, *, new: bool) -> Held:
    return Held(**{**{name: row[name] for name in _HELD}, "state": BookingState(row["state"])}, new=new)


_HELD = ("code", "voyage_id", "from_call_id", "to_call_id", "fare_class_id", "places", "infants", "state", "expires_at")
_KNOWN = select(Booking.request_id, *(getattr(Booking, name) for name in _HELD)).where(
    Booking.request_id.in_(bindparam("ids", expanding=True))
)


def _known(request_ids: Iterable[str]) -> dict[str, Held]:
    """What was granted before, by request."""
    rows = db.session.connection().execute(_KNOWN, {"ids": sorted(request_ids)}).mappings()
    return {row["request_id"]: _held(row, new=False) for row in rows}


_CALLS = (
    select(
        Voyage.id, PortCall.id, PortCall.position, Leg.id, PortCall.actual_departure,
        PortCall.revised_departure, PortCall.planned_departure,
    )
    .outerjoin(PortCall, PortCall.voyage_id == Voyage.id)
    .outerjoin(Leg, Leg.from_call_id == PortCall.id)
    .where(Voyage.id.in_(bindparam("ids", expanding=True)))
    .order_by(Voyage.id, PortCall.position)
)  # fmt: skip


def _voyages(voyage_ids: Iterable[int]) -> dict[int, list[_Call]]:
    """The calls of each voyage that there is, in order."""
    found: dict[int, list[_Call]] = defaultdict(list)
    for voyage_id, call_id, position, leg_id, actual, revised, planned in db.session.connection().execute(
        _CALLS, {"ids": sorted(voyage_ids)}
    ):
        calls = found[voyage_id]
        if call_id is not None:
            departs_at = actual or revised or planned
            calls.append(_Call(call_id, position, leg_id, sale_ends(departs_at), actual is not None))
    return dict(found)


def _legs(calls: Sequence[_Call], from_call_id: int, to_call_id: int) -> list[int]:
    """The legs between two calls in order; empty when the second does not come after the first."""
    positions = {call.id: call.position for call in calls}
    start, end = positions.get(from_call_id), positions.get(to_call_id)
    if start is None or end is None:
        return []
    return [call.leg_id for call in calls if call.leg_id is not None and start <= call.position < end]


_desk: Desk[Wish, Held | Refusal] = Desk(hold_all)


def hold(
    request_id: str,
    voyage_id: int,
    fare_class_id: int,
    adults: int,
    infants: int = 0,
    *,
    from_call_id: int | None = None,
    to_call_id: int | None = None,
    asker: str = "",
) -> Held:
    """Hold places, together with whoever else asks this process in the same moment.

    Raises what `hold_all` puts in its place as a Refusal.
    """
    wish = Wish(request_id, voyage_id, fare_class_id, adults, infants, from_call_id, to_call_id, asker)
    # End the reading that came before: whoever waits needs no connection, and reads what is true afterwards.
    db.session.rollback()
    answer = _desk.ask(wish)
    if isinstance(answer, Refusal):
        raise answer
    return answer
