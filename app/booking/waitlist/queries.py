"""Questions about the waiting list: where a group stands, and how likely a place is. Nothing here writes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from app import clock, config
from app.booking.eligibility.decrees import shares_of
from app.booking.inventory.lock import runs_of
from app.booking.inventory.offer_end import OFFERS_MAX, entry_of, is_offer
from app.booking.inventory.unpaid_limits import KEPT_WHERE_WAITED
from app.booking.inventory.waiting_share import is_beyond_share, most_free, most_wanted, set_aside, share
from app.booking.models import Booking, BookingState, Passenger, PassengerState
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db
from app.errors import or_refuse
from app.schedule.models import PortCall, Voyage
from app.seats.models import FareClass
from app.seats.places import seen_room
from app.seats.stocks import restrict

LAST = 20
"""So many departed voyages a chance is told from, at most."""


@dataclass(frozen=True)
class Standing:
    """How a group stands for one of its choices.

    `groups` and `persons` (infants counted) come before it. On `enough` of the `voyages` that left last (same
    operator and ports, as far as Dermaga sold them) enough places came back after they had been sold; no voyages
    means that nothing can be said.
    """

    choice: WaitingChoice
    groups: int
    persons: int
    enough: int
    voyages: int
    open: bool
    """Whether places of it can still be given to them."""
    passed_over: bool = False
    """Whether the next is asked before them now: with them, their address would keep more than its share unpaid."""


def find_entry(code: str) -> WaitingEntry | None:
    """The entry of that code with its choices and what it was offered, or None."""
    return db.session.scalar(
        select(WaitingEntry).where(WaitingEntry.code == code).options(joinedload(WaitingEntry.booking))
    )


def list_entries_by_code(codes: Sequence[str]) -> list[WaitingEntry]:
    """The entries of these codes with what they were offered, in no order; unknown codes are left out."""
    statement = select(WaitingEntry).where(WaitingEntry.code.in_(codes)).options(joinedload(WaitingEntry.booking))
    return list(db.session.scalars(statement))


def get_entry(code: str) -> WaitingEntry:
    """The entry of that code. Raises NotFound `waiting_not_found`."""
    return or_refuse(find_entry(code), "waiting_not_found")


def find_entry_of_offer(booking: Booking) -> WaitingEntry | None:
    """The entry that this booking was or is an offer to, also after the offer has ended; None for any other."""
    if not is_offer(booking.request_id):
        return None
    return db.session.get(WaitingEntry, entry_of(booking.request_id), options=[joinedload(WaitingEntry.booking)])


def find_entry_by_request(request_id: str) -> WaitingEntry | None:
    """The entry that was made by this request, or None."""
    return db.session.scalar(select(WaitingEntry).where(WaitingEntry.request_id == request_id))


def state_at(entry: WaitingEntry, now: datetime) -> WaitingState:
    """The state as it is true at `now`: an offer past its end is over, whoever has noticed it."""
    if entry.state == WaitingState.OFFERED and entry.booking and entry.booking.state_at(now) != BookingState.HELD:
        return WaitingState.LAPSED if entry.offers >= OFFERS_MAX else WaitingState.WAITING
    return WaitingState(entry.state)


Calls = tuple[Voyage, PortCall, PortCall, FareClass]


def list_calls(*entries: WaitingEntry) -> dict[int, Calls]:
    """By choice: its voyage, the calls where one gets on and off, and the class."""
    start, end = aliased(PortCall), aliased(PortCall)
    rows = db.session.execute(
        select(WaitingChoice.id, Voyage, start, end, FareClass)
        .join(Voyage, Voyage.id == WaitingChoice.voyage_id)
        .join(start, start.id == WaitingChoice.from_call_id)
        .join(end, end.id == WaitingChoice.to_call_id)
        .join(FareClass, FareClass.id == WaitingChoice.fare_class_id)
        .where(WaitingChoice.entry_id.in_([entry.id for entry in entries]))
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def list_entries(voyage_id: int) -> list[WaitingEntry]:
    """Those who wait for this voyage or have an offer, in their order, those who stand by at the port first."""
    here = select(WaitingChoice.entry_id).where(WaitingChoice.voyage_id == voyage_id)
    statement = (
        select(WaitingEntry)
        .where(WaitingEntry.id.in_(here), WaitingEntry.state.in_([WaitingState.WAITING, WaitingState.OFFERED]))
        .options(joinedload(WaitingEntry.booking))
        .order_by(WaitingEntry.standby.desc(), WaitingEntry.turn, WaitingEntry.id)
    )
    return list(db.session.scalars(statement))


def standings(entry: WaitingEntry) -> list[Standing]:
    """How the group stands for each of its choices, in their order.

    Four queries (eight for a group with an address), however many choices.
    """
    before, chances = _before(entry), _chances(entry)
    closed, passed_over = _closed_choices(entry), _passed_over(entry)
    answer = []
    for choice in entry.choices:
        groups, persons, places = before.get(choice.id, (0, 0, 0))
        back = chances.get(choice.id, [])
        enough = sum(number >= places + entry.places for number in back)
        is_open, is_passed = choice.id not in closed, choice.id in passed_over
        answer.append(Standing(choice, groups, persons, enough, len(back), is_open, is_passed))
    return answer


def _passed_over(entry: WaitingEntry) -> set[int]:
    """The choices for which the group is passed over now, as whoever offers what is free would find it."""
    if not entry.asker:
        return set()
    now = clock.now()
    wishes = (
        select(WaitingChoice.id, WaitingEntry.partial, WaitingEntry.places, WaitingEntry.asker, KEPT_WHERE_WAITED)
        .add_columns(WaitingChoice.voyage_id, WaitingChoice.from_call_id, WaitingChoice.to_call_id)
        .add_columns(WaitingChoice.fare_class_id)
        .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
        .where(WaitingChoice.entry_id == entry.id)
        .order_by(WaitingChoice.id)
    )
    found = db.session.execute(wishes, {"now": now}).all()
    runs = runs_of({wish.voyage_id for wish in found})
    room = seen_room({leg_id: run.sets_out for run in runs.values() for leg_id in run.leg_ids}, now)
    return {wish.id for wish in found if is_beyond_share(wish, runs[wish.voyage_id], room)}


def _before(entry: WaitingEntry) -> dict[int, tuple[int, int, int]]:
    """By choice: the groups, persons and places that wait for the same class on one of its legs, and came before."""
    mine, theirs, other = aliased(WaitingChoice), aliased(WaitingChoice), aliased(WaitingEntry)
    my_start, my_end, start, end = (aliased(PortCall) for _ in range(4))
    pairs = (
        select(mine.id.label("mine"), other.id.label("entry"), other.places, other.infants)
        .select_from(mine)
        .join(theirs, (theirs.voyage_id == mine.voyage_id) & (theirs.fare_class_id == mine.fare_class_id))
        .join(other, other.id == theirs.entry_id)
        .join(my_start, my_start.id == mine.from_call_id)
        .join(my_end, my_end.id == mine.to_call_id)
        .join(start, start.id == theirs.from_call_id)
        .join(end, end.id == theirs.to_call_id)
        .where(mine.entry_id == entry.id, other.state == WaitingState.WAITING)
        .where(or_(other.turn < entry.turn, and_(other.turn == entry.turn, other.id < entry.id)))
        .where(start.position < my_end.position, my_start.position < end.position)
        .distinct()
        .subquery()
    )
    counted = select(
        pairs.c.mine,
        func.count(),
        func.sum(pairs.c.places + pairs.c.infants),
        func.sum(pairs.c.places),
    ).group_by(pairs.c.mine)
    return {choice: (groups, persons, places) for choice, groups, persons, places in db.session.execute(counted)}


def _chances(entry: WaitingEntry) -> dict[int, list[int]]:
    """By choice: how many places came back on each of the last voyages that left on its route, after being sold."""
    start, end = aliased(PortCall), aliased(PortCall)
    routes = {
        row.id: (row.operator_id, row.start, row.end)
        for row in db.session.execute(
            select(WaitingChoice.id, Voyage.operator_id, start.port_id.label("start"), end.port_id.label("end"))
            .join(Voyage, Voyage.id == WaitingChoice.voyage_id)
            .join(start, start.id == WaitingChoice.from_call_id)
            .join(end, end.id == WaitingChoice.to_call_id)
            .where(WaitingChoice.entry_id == entry.id)
        )
    }
    by_class: dict[tuple[int, Any], list[int]] = defaultdict(list)
    for row in db.session.execute(_last_voyages(set(routes.values()), {c.fare_class_id for c in entry.choices})):
        by_class[row.fare_class_id, (row.operator_id, row.start_port, row.end_port)].append(row.back)
    return {choice.id: by_class.get((choice.fare_class_id, routes[choice.id]), []) for choice in entry.choices}


def _last_voyages(routes: set[tuple[int, int, int]], classes: set[int]) -> Any:
    """The last voyages that left on these routes, with the places of each class that came back on all of the way."""
    now = clock.now()
    start, end, first, last = (aliased(PortCall) for _ in range(4))
    left_at = func.coalesce(start.actual_departure, start.revised_departure, start.planned_departure)
    sold = select(Booking.id).where(Booking.voyage_id == start.voyage_id, Booking.confirmed_at.is_not(None)).exists()
    ranked = (
        select(
            start.voyage_id,
            Voyage.operator_id,
            start.port_id.label("start_port"),
            end.port_id.label("end_port"),
            start.position.label("start_position"),
            end.position.label("end_position"),
            func.row_number()
            .over(partition_by=(Voyage.operator_id, start.port_id, end.port_id), order_by=(left_at.desc(), start.id))
            .label("age"),
        )
        .join(Voyage, Voyage.id == start.voyage_id)
        .join(end, (end.voyage_id == start.voyage_id) & (end.position > start.position))
        .where(tuple_(Voyage.operator_id, start.port_id, end.port_id).in_(sorted(routes)))
        .where(Voyage.cancelled_at.is_(None), left_at <= now, sold)
        .subquery()
    )
    gone = [PassengerState.CANCELLED, PassengerState.MOVED, PassengerState.NO_SHOW]
    came_back = or_(
        Booking.confirmed_at.is_not(None) & Passenger.state.in_(gone),
        # Named, perhaps to be paid at the counter, and never paid.
        Booking.state == BookingState.EXPIRED,
    )
    rides = (first.position <= ranked.c.start_position) & (last.position >= ranked.c.end_position)
    return (
        select(
            ranked.c.voyage_id,
            ranked.c.operator_id,
            ranked.c.start_port,
            ranked.c.end_port,
            Booking.fare_class_id,
            func.sum(case((came_back & Passenger.infant.is_(False) & rides, 1), else_=0)).label("back"),
        )
        .join(Booking, Booking.voyage_id == ranked.c.voyage_id)
        .join(Passenger, Passenger.booking_id == Booking.id)
        .join(first, first.id == Booking.from_call_id)
        .join(last, last.id == Booking.to_call_id)
        .where(ranked.c.age <= LAST, Booking.fare_class_id.in_(sorted(classes)))
        .group_by(
            ranked.c.voyage_id,
            ranked.c.operator_id,
            ranked.c.start_port,
            ranked.c.end_port,
            ranked.c.start_position,
            ranked.c.end_position,
            Booking.fare_class_id,
        )
    )


def _open(now: datetime, call: Any, standby: Any) -> ColumnElement[bool]:
    """Whether a voyage (joined) can still be given to somebody who waits for it from `call`."""
    departs_at = func.coalesce(call.revised_departure, call.planned_departure)
    closes = now + timedelta(minutes=config.current().sale_closes_minutes)
    return and_(
        Voyage.cancelled_at.is_(None),
        call.actual_departure.is_(None),
        or_(departs_at > closes, and_(standby, departs_at > now)),
    )


def _closed_choices(entry: WaitingEntry) -> set[int]:
    call = aliased(PortCall)
    statement = (
        select(WaitingChoice.id)
        .join(Voyage, Voyage.id == WaitingChoice.voyage_id)
        .join(call, call.id == WaitingChoice.from_call_id)
        .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
        .where(WaitingChoice.entry_id == entry.id, _open(clock.now(), call, WaitingEntry.standby))
    )
    open_ones = set(db.session.scalars(statement))
    return {choice.id for choice in entry.choices} - open_ones


def closed_entries(now: datetime) -> list[int]:
    """Those who wait, and for whom no voyage is left that they would take."""
    call = aliased(PortCall)
    still = (
        select(WaitingChoice.id)
        .join(Voyage, Voyage.id == WaitingChoice.voyage_id)
        .join(call, call.id == WaitingChoice.from_call_id)
        .where(WaitingChoice.entry_id == WaitingEntry.id, _open(now, call, WaitingEntry.standby))
        .exists()
    )
    return list(
        db.session.scalars(
            select(WaitingEntry.id).where(WaitingEntry.state == WaitingState.WAITING, ~still).order_by(WaitingEntry.id)
        )
    )


def voyages_with_offers_due(voyage_ids: Sequence[int] | None = None) -> list[int]:
    """Of these voyages, or of all, those on which something is free that somebody who waits would take."""
    now = clock.now()
    waited = (
        select(WaitingChoice.voyage_id)
        .join(WaitingEntry, WaitingEntry.id == WaitingChoice.entry_id)
        .where(WaitingEntry.state == WaitingState.WAITING)
        .distinct()
    )
    if voyage_ids is not None:
        waited = waited.where(WaitingChoice.voyage_id.in_(voyage_ids))
    runs = runs_of(asked) if (asked := list(db.session.scalars(waited))) else {}
    room = seen_room({leg_id: run.sets_out for run in runs.values() for leg_id in run.leg_ids}, now)
    restrict(room.stocks, shares_of(room.levels))
    free = {run.id: n for run in runs.values() if (n := most_free(run, room))}
    if not free:
        return []
    wishes = (
        select(WaitingEntry.standby, WaitingEntry.partial, WaitingEntry.places, WaitingEntry.infants)
        .add_columns(WaitingEntry.aside_until, WaitingEntry.asker, KEPT_WHERE_WAITED)
        .add_columns(WaitingChoice.voyage_id, WaitingChoice.from_call_id, WaitingChoice.to_call_id)
        .add_columns(WaitingChoice.fare_class_id)
        .join(WaitingChoice, WaitingChoice.entry_id == WaitingEntry.id)
        .where(WaitingEntry.state == WaitingState.WAITING, WaitingChoice.voyage_id.in_(free))
        .where(or_(WaitingEntry.partial, WaitingEntry.places <= most_wanted(free.values())))
        .order_by(WaitingEntry.turn, WaitingEntry.id, WaitingChoice.rank)
    )
    due = set()
    for wish in db.session.execute(wishes, {"now": now}):
        run = runs[wish.voyage_id]
        if is_beyond_share(wish, run, room):
            continue
        # What is set aside for the first is written down once; then nobody has anything of it.
        if share(wish, run, room, now) or (set_aside(wish, run, room, now) and wish.aside_until is None):
            due.add(wish.voyage_id)
    return sorted(due)
