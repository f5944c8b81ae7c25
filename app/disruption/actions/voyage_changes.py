"""Call a voyage off, give it another ship, or lower its quota: who is affected, and doing it.

`preview` answers without writing; each action works the same out again under the locks, and refuses
`affected_changed` when it would take the places of somebody whom the preview did not name. By a user it is done at
once, in some minutes, or once a second person has confirmed it (`app/disruption/approval.py`): then the plan `waits`.
Without a user (the command line) it is done at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app import clock, outbox
from app.boarding.requests import ask, note_done, require_port_of
from app.booking.inventory.availability import count_places
from app.booking.inventory.lock import Counters, lock, locked_bookings
from app.booking.inventory.release import let_go, owe
from app.booking.models import Booking, BookingState, Displacement, PassengerState
from app.booking.money.pricing import paid_by_passenger
from app.booking.waitlist.offers import offer_freed
from app.db import action, db
from app.disruption.approval import Bound, bound_of, details_of, step_of
from app.disruption.plan import REASON_MAX, Cancellation, Change, Lowering, Plan, Swap, plan_of, riders_of
from app.errors import Refusal, or_refuse
from app.events import AboardChanged, PlacesChanged, TimesChanged
from app.reasons import required_reason
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.models import LegLoad
from app.seats.places import locked_room
from app.seats.queries import Capacity
from app.seats.stocks import Key


def preview(voyage_id: int, change: Change) -> Plan:
    """Work out what `change` would do now, without writing. Raises what its action raises."""
    change, voyage = _with_reason(change), get_voyage(voyage_id)
    stocks = count_places([voyage_id]).stocks
    return plan_of(voyage, change, stocks, riders_of(voyage, clock.now()))


@action
def cancel_voyage(
    voyage_id: int, cause: str, reason: str, user_id: int | None = None, seen: Collection[int] | None = None
) -> Plan:
    """Call the voyage off: every hold and booking loses its places, what was paid is owed back whole.

    `seen` are the bookings that the preview named; None takes whoever is there. A second time nothing more happens.
    Raises NotFound; Refusal `cause_missing`, `reason_missing`, `departed`, `affected_changed`.
    """
    return _decide(voyage_id, Cancellation(cause, reason), user_id, seen)


@action
def swap_ship(
    voyage_id: int,
    ship_id: int,
    reason: str,
    user_id: int | None = None,
    given: Mapping[Key, int] | None = None,
    seen: Collection[int] | None = None,
) -> Plan:
    """Let another ship sail: ceilings from its papers, quotas `given` by (leg, class, channel) or fitted.

    Bookings that do not fit any more give way as `who_gives_way` says; a larger ship displaces none. Raises NotFound;
    Refusal `same_ship`, `ship_sails_then`, `no_papers` with ship and day, `below_aboard`, `over_ceiling`, `count`,
    `reason_missing`, `departed`, `voyage_cancelled`, `affected_changed`.
    """
    return _decide(voyage_id, Swap(ship_id, reason, given or {}), user_id, seen)


@action
def lower_quota(
    voyage_id: int,
    given: Mapping[Key, int],
    reason: str,
    user_id: int | None = None,
    seen: Collection[int] | None = None,
) -> Plan:
    """Sell fewer places by (leg, class, channel), also fewer than are sold.

    Raises NotFound; Refusal `count`, `quota_not_lower`, `below_aboard`, `reason_missing`, `departed`,
    `voyage_cancelled`, `affected_changed`.
    """
    return _decide(voyage_id, Lowering(given, reason), user_id, seen)


def _decide(voyage_id: int, change: Change, user_id: int | None, seen: Collection[int] | None) -> Plan:
    """Do at once what this user may, else let it wait for its moment or for a second person."""
    change = _with_reason(change)
    if user_id is None:
        return carry_out(voyage_id, change, None, seen)
    now, voyage = clock.now(), _locked(voyage_id)
    require_port_of(voyage, user_id)
    if isinstance(change, Cancellation) and voyage.cancelled_at:
        return Plan((), {}, {})
    stocks = count_places([voyage_id]).stocks
    plan = plan_of(voyage, change, stocks, riders_of(voyage, now))
    bound = bound_of(voyage, change, plan.souls, now)
    if bound == Bound.AT_ONCE:
        done = carry_out(voyage_id, change, user_id, seen)
        note_done(voyage, step_of(change), user_id, now, change.reason, details_of(change))
        return done
    if seen is not None and not plan.seen <= set(seen):
        raise Refusal("affected_changed", bookings=len(plan.seen - set(seen)))
    alone, reason = bound == Bound.IN_MINUTES, change.reason
    asked = ask(voyage, step_of(change), user_id, now, reason, details_of(change), alone=alone)
    return replace(plan, waits=asked)


def _with_reason(change: Change) -> Change:
    """The change with its reason on one line; a step that waits already was asked for with one."""
    return replace(change, reason=required_reason(change.reason, "reason_missing", REASON_MAX))


def _locked(voyage_id: int) -> Voyage:
    """The voyage. Two changes of one voyage wait for each other here; who books does not change the voyage's key."""
    known = select(Voyage).where(Voyage.id == voyage_id).with_for_update(of=Voyage, key_share=True)
    return or_refuse(db.session.scalar(known), "voyage_not_found")


def carry_out(voyage_id: int, change: Change, user_id: int | None, seen: Collection[int] | None = None) -> Plan:
    """Do it, in the caller's transaction, whoever is affected now (`seen`: nobody else than these)."""
    now, voyage = clock.now(), _locked(voyage_id)
    if isinstance(change, Cancellation) and voyage.cancelled_at:
        return Plan((), {}, {})
    ids = {rider.id for rider in riders_of(voyage, now)} if seen is None else seen
    bookings = {booking.id: booking for booking in locked_bookings(ids)}
    counters = lock([voyage_id], now)
    plan = plan_of(voyage, change, counters.room.stocks, riders_of(voyage, now))
    bookings |= _come_meanwhile(plan, bookings.keys(), seen)
    _displace([bookings[rider.id] for rider in plan.affected], change, counters, user_id, now)
    for key, quota in plan.quotas.items():
        stock = counters.room.stocks[key]
        stock.quota, stock.flowed = quota, min(stock.flowed, quota)
    counters.room.write()
    _take_papers(plan.papers)
    if not isinstance(change, Cancellation):
        _offer_what_is_left(counters, now)
    if isinstance(change, Cancellation):
        voyage.cancelled_at, voyage.cancel_cause = now, change.cause
        voyage.cancel_reason = change.reason
    elif isinstance(change, Swap):
        voyage.ship_before, voyage.ship_swapped_at = voyage.ship.name if voyage.ship else "", now
        voyage.ship_swap_reason = change.reason
        voyage.ship_id = change.ship_id
        outbox.record(AboardChanged(voyage_id))
    if not isinstance(change, Lowering):
        outbox.record(TimesChanged(voyage_id))
    outbox.record(PlacesChanged(voyage_id))
    return plan


def _come_meanwhile(plan: Plan, locked: Collection[int], seen: Collection[int] | None) -> dict[int, Booking]:
    """The affected bookings made since the look before the locks. Raises `affected_changed` for what nobody saw.

    They are not waited for: whoever holds one may be waiting for the counters, which are ours.
    """
    fresh = plan.seen - set(locked)
    if not fresh:
        return {}
    found = {b.id: b for b in locked_bookings(fresh, skip_locked=True)} if seen is None else {}
    if found.keys() != fresh:
        raise Refusal("affected_changed", bookings=len(fresh - found.keys()))
    return found


def _displace(
    bookings: Sequence[Booking], change: Change, counters: Counters, user_id: int | None, now: datetime
) -> None:
    fares = paid_by_passenger(bookings)
    for booking in bookings:
        leaving, held = list(booking.passengers), booking.state == BookingState.HELD
        places, souls = booking.places, booking.souls
        let_go(booking, leaving, PassengerState.DISPLACED, counters, now)
        owe(booking, leaving, change.called, 100, fares, now)
        db.session.add(
            Displacement(
                booking_id=booking.id,
                voyage_id=booking.voyage_id,
                cause=change.called,
                reason=change.reason,
                places=places,
                souls=souls,
                ship_name=booking.voyage.ship.name if booking.voyage.ship else "",
                at=now,
                decided_by=user_id,
                way_out="none_needed" if held else "",
                settled_at=now if held else None,
            )
        )


def _offer_what_is_left(counters: Counters, now: datetime) -> None:
    """Let those who wait have what the change left free, and what ended meanwhile, before anybody else is asked."""
    db.session.flush()
    sets_out = {leg_id: run.sets_out for run in counters.runs.values() for leg_id in run.leg_ids}
    # The same rows, locked already, read again: ceilings and quotas are other ones now.
    room = locked_room(sets_out, now)
    offer_freed(replace(counters, room=room), now)
    room.write()


def _take_papers(papers: Mapping[int, Capacity]) -> None:
    """Let the ceilings of these legs be what the papers say."""
    statement = select(LegLoad).where(LegLoad.leg_id.in_(papers)).order_by(LegLoad.leg_id)
    loads = db.session.scalars(statement.execution_options(populate_existing=True)) if papers else ()
    known = {load.leg_id: load for load in loads}
    for leg_id, capacity in papers.items():
        load = known.get(leg_id) or LegLoad(leg_id=leg_id, promised=0, aboard=0)
        load.set_ceiling(capacity.certificate, capacity.dispensation)
        db.session.add(load)
