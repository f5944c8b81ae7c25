"""Make and change voyages by hand, with any number of calls.

A voyage touches the schedule, the departures and the places in one transaction, so its actions live here, as those
of a timetable do (docs/decisions.md).
"""

from dataclasses import replace
from datetime import datetime
from itertools import count, pairwise

from sqlalchemy import delete, select

from app import outbox
from app.boarding.models import Departure
from app.db import action, db, get_or_refuse
from app.errors import NotFound, Refusal
from app.events import PlacesChanged, TimesChanged
from app.planning.leg_capacity import Inherited, remove_places, set_loads, taken_on, used_calls
from app.planning.leg_capacity import inherited as _inherited
from app.schedule.models import Leg, Operator, Port, PortCall, Ship, Voyage
from app.schedule.overlap import certain_span, plan_of_call, require_free_ship
from app.schedule.plans import NUMBER_MAX, CallPlan, VoyagePlan, check_complete, check_order
from app.schedule.queries import find_same_departure

POSITION_ASIDE = 1_000
"""Added to positions while calls change places, so that no two have the same one meanwhile."""

CALLS_MAX = 40
"""More than any route has; KM Lawit's has eleven."""


@action
def make_voyage(plan: VoyagePlan) -> Voyage:
    """Make the voyage with its legs, departures and the ceilings of its ship's papers; the same plan again is the same.

    It sells nothing until places are put on sale. Raises NotFound; Refusal `number_taken` by another voyage,
    `too_many_calls`, `departs_outside_tide`, `ship_sails_then` for a ship that is under way on another voyage, and
    what `check_complete` and `check_order` say.
    """
    return build(plan)


@action
def change_voyage(voyage_id: int, plan: VoyagePlan) -> Voyage:
    """Let this be the plan of the voyage. Calls that it names by `call_id` stay, in its order; others are made or go.

    Raises NotFound; what `make_voyage` does; Refusal `sold_on_leg` where somebody holds or has a place on a leg
    that would be another one or leave at another planned time (its new time is a revision, with a cause), and
    `ship_is_sold` for another ship then; `call_is_used` for a call that others speak of, such as an old booking.
    """
    voyage = get_or_refuse(Voyage, voyage_id, "voyage_not_found")
    return rebuild(voyage, plan)


def build(
    plan: VoyagePlan, *, complete: bool = True, cancelled_at: datetime | None = None, cancel_cause: str = ""
) -> Voyage:
    """As `make_voyage`, in the caller's transaction; a plan that is not `complete` may leave departures open.

    Of such a plan the caller asks `require_free_ship`, once all of its file is in. One that comes in called off
    keeps its ship from no other voyage.
    """
    ports = _check(plan, complete)
    _require_tides(plan, ports, {})
    number = plan.number or _number(plan, ports)
    for nth in count(1):
        named = number if plan.number else f"{number}/{nth}"
        before = db.session.scalar(select(Voyage).where(Voyage.number == named))
        if before is None:
            break
        if _same(before, plan):
            return before
        if plan.number:
            raise Refusal("number_taken", field="number")
    if cancelled_at is None:
        if complete:
            require_free_ship(plan.ship_id, plan.calls, ports[plan.calls[0].port_id])
        _refuse_second_departure(plan)
    voyage = Voyage(number=named, source_url=plan.source_url, note=plan.note)
    voyage.cancelled_at, voyage.cancel_cause = cancelled_at, cancel_cause
    voyage.operator_id, voyage.ship_id = plan.operator_id, plan.ship_id
    db.session.add(voyage)
    db.session.flush()
    _arrange(voyage, plan, {}, ports)
    _fit(voyage, set())
    outbox.record(PlacesChanged(voyage.id))
    return voyage


def rebuild(voyage: Voyage, plan: VoyagePlan, *, complete: bool = True) -> Voyage:
    """As `change_voyage`, in the caller's transaction; a plan that is not `complete` may leave departures open."""
    ports = _check(plan, complete)
    number = plan.number or voyage.number
    other = db.session.scalar(select(Voyage.id).where(Voyage.number == number))
    if other is not None and other != voyage.id:
        raise Refusal("number_taken", field="number")
    calls = {call.id: call for call in voyage.calls}
    if any(call.call_id is not None and call.call_id not in calls for call in plan.calls):
        raise NotFound("call_not_found")
    # A call at another port is another call: whoever booked the old one must not find a new name on the ticket.
    kept = tuple(
        replace(c, call_id=None) if c.call_id and calls[c.call_id].port_id != c.port_id else c for c in plan.calls
    )
    plan = replace(plan, calls=kept)
    _require_tides(plan, ports, calls)
    another_ship = plan.ship_id != voyage.ship_id
    if voyage.cancelled_at is None:
        if complete and (another_ship or _keeps(plan) != _keeps(plan_of(voyage))):
            require_free_ship(plan.ship_id, plan.calls, ports[plan.calls[0].port_id], voyage.id)
        _refuse_second_departure(plan, voyage.id)
    taken = taken_on(voyage)
    moved = {c.call_id for c in plan.calls if c.call_id and not _same_times(calls[c.call_id], c)}
    _refuse_what_is_sold(voyage, plan, taken, moved)
    pairs = _pairs(plan)
    gone = [leg for leg in voyage.legs if (leg.from_call_id, leg.to_call_id) not in pairs]
    places = remove_places([leg.id for leg in (voyage.legs if another_ship else gone)])
    inherited = {} if another_ship else _inherited(gone, places)
    voyage.number, voyage.operator_id, voyage.ship_id = number, plan.operator_id, plan.ship_id
    voyage.source_url, voyage.note = plan.source_url, plan.note
    for leg in gone:
        db.session.delete(leg)
    db.session.flush()
    _arrange(voyage, plan, calls, ports)
    _fit(voyage, moved, inherited)
    outbox.record(TimesChanged(voyage.id))
    outbox.record(PlacesChanged(voyage.id))
    return voyage


def plan_of(voyage: Voyage) -> VoyagePlan:
    """The plan that the voyage follows."""
    calls = tuple(plan_of_call(call) for call in voyage.calls)
    return VoyagePlan(
        voyage.operator_id, voyage.ship_id, calls, voyage.number, source_url=voyage.source_url, note=voyage.note
    )


def _check(plan: VoyagePlan, complete: bool) -> dict[int, Port]:
    """The ports of the plan by id, once it can be."""
    if len(plan.calls) > CALLS_MAX:
        raise Refusal("too_many_calls", field="calls", maximum=CALLS_MAX)
    get_or_refuse(Operator, plan.operator_id, "operator_not_found")
    if plan.ship_id is not None:
        get_or_refuse(Ship, plan.ship_id, "ship_not_found")
    ids = {call.port_id for call in plan.calls}
    ports = {port.id: port for port in db.session.scalars(select(Port).where(Port.id.in_(ids)))}
    if ids - ports.keys():
        raise NotFound("port_not_found")
    if complete:
        check_complete(plan.calls)
    check_order(plan.calls, {port.id: port.name for port in ports.values()})
    return ports


def _keeps(plan: VoyagePlan) -> tuple[object, ...]:
    """Gather the values that decide which other voyages the ship cannot make."""
    return certain_span(plan.calls), [call.port_id for call in plan.calls], [call.arrives_at for call in plan.calls]


def _require_tides(plan: VoyagePlan, ports: dict[int, Port], calls: dict[int, PortCall]) -> None:
    """Refuse a departure outside of its own tide window, unless the call stands so: a change of times may say it."""
    for place, call in enumerate(plan.calls):
        stands = calls.get(call.call_id) if call.call_id else None
        said = (call.departs_at, call.tide_from, call.tide_until)
        if not call.misses_tide or (stands and (stands.planned_departure, stands.tide_from, stands.tide_until) == said):
            continue
        at, begins, ends = (f"{moment.astimezone(ports[call.port_id].tz):%H.%M}" for moment in said if moment)
        raise Refusal(
            "departs_outside_tide", field="departs", call=place, departs=at, tide_from=begins, tide_until=ends
        )


def _refuse_second_departure(plan: VoyagePlan, voyage_id: int | None = None) -> None:
    """One ship leaves one port once in a minute, also in another operator's name."""
    for place, call in enumerate(plan.calls):
        if plan.ship_id is None or call.departs_at is None or call.precision != "minute":
            continue
        other = find_same_departure(plan.ship_id, call.port_id, call.departs_at, voyage_id)
        if other is not None:
            raise Refusal("ship_leaves_then", field="departs", call=place, voyage=other.number)


def _number(plan: VoyagePlan, ports: dict[int, Port]) -> str:
    """Day, ship (or operator) and ports, as a timetable's key is made."""
    named = db.session.get(Ship, plan.ship_id) if plan.ship_id else db.session.get(Operator, plan.operator_id)
    first, last = ports[plan.calls[0].port_id], ports[plan.calls[-1].port_id]
    name = named.name if named else ""
    return f"{plan.calls[0].day(first.tz)}/{name}/{first.name}/{last.name}"[: NUMBER_MAX - 6]


def _same(voyage: Voyage, plan: VoyagePlan) -> bool:
    said = (voyage.operator_id, voyage.ship_id, voyage.source_url, voyage.note)
    return (
        said == (plan.operator_id, plan.ship_id, plan.source_url, plan.note)
        and len(voyage.calls) == len(plan.calls)
        and all(
            (call.port_id, call.tide_from, call.tide_until) == (c.port_id, c.tide_from, c.tide_until)
            and _same_times(call, c)
            for call, c in zip(voyage.calls, plan.calls, strict=True)
        )
    )


def _same_times(call: PortCall, plan: CallPlan) -> bool:
    return (call.planned_arrival, call.planned_departure, call.precision) == (
        plan.arrives_at,
        plan.departs_at,
        plan.precision,
    )


def _pairs(plan: VoyagePlan) -> set[tuple[int | None, int | None]]:
    return {(before.call_id, after.call_id) for before, after in pairwise(plan.calls)}


def _refuse_what_is_sold(voyage: Voyage, plan: VoyagePlan, taken: dict[int, int], moved: set[int]) -> None:
    """Refuse a change that would silently make a sold journey another one."""
    if plan.ship_id != voyage.ship_id and any(taken.values()):
        raise Refusal("ship_is_sold", field="ship_id")
    pairs, names = _pairs(plan), {call.id: call.port.name for call in voyage.calls}
    places = {call.call_id: place for place, call in enumerate(plan.calls) if call.call_id}
    for leg in voyage.legs:
        ends = (leg.from_call_id, leg.to_call_id)
        if taken[leg.id] and (ends not in pairs or moved & set(ends)):
            at = next((places[end] for end in ends if end in moved and end in places), places.get(ends[0], 0))
            start, end = (names[call_id] for call_id in ends)
            raise Refusal("sold_on_leg", field="port", call=at, start=start, end=end, taken=taken[leg.id])
    gone = {call.id: call for call in voyage.calls if call.id not in places}
    if used := used_calls(list(gone)):
        raise Refusal("call_is_used", field="calls", port=gone[used[0]].port.name)


def _arrange(voyage: Voyage, plan: VoyagePlan, calls: dict[int, PortCall], ports: dict[int, Port]) -> None:
    """Put the calls into the plan's order: those that stay, new ones, and none besides."""
    stay = {call.call_id for call in plan.calls}
    gone = [call_id for call_id in calls if call_id not in stay]
    if gone:
        db.session.execute(delete(Departure).where(Departure.call_id.in_(gone)))
        db.session.execute(delete(PortCall).where(PortCall.id.in_(gone)))
    for aside, call in enumerate(c for c in calls.values() if c.id in stay):
        call.position = POSITION_ASIDE + aside
    db.session.flush()
    for position, planned in enumerate(plan.calls):
        call = calls[planned.call_id] if planned.call_id else PortCall(voyage_id=voyage.id, port_id=planned.port_id)
        same = planned.call_id is not None and planned.counts_to is None and _same_times(call, planned)
        call.position, call.precision = position, planned.precision
        call.planned_arrival, call.planned_departure = planned.arrives_at, planned.departs_at
        call.tide_from, call.tide_until = planned.tide_from, planned.tide_until
        if not (same or call.revised_departure or call.revised_arrival):
            call.day = planned.day(ports[planned.port_id].tz)
        db.session.add(call)
    db.session.flush()
    db.session.expire(voyage)


def _fit(voyage: Voyage, moved: set[int], inherited: Inherited | None = None) -> None:
    """Give the calls their legs and departures, and the legs their ceilings, where these are missing or moved."""
    legs = {(leg.from_call_id, leg.to_call_id): leg for leg in voyage.legs}
    for leg in legs.values():
        leg.position += POSITION_ASIDE
    db.session.flush()
    for before, after in pairwise(voyage.calls):
        leg = legs.get((before.id, after.id)) or Leg(
            voyage_id=voyage.id, from_call_id=before.id, to_call_id=after.id, position=before.position
        )
        leg.position = before.position
        db.session.add(leg)
    leaving = {call.id for call in voyage.calls[:-1] if call.planned_departure}
    have = {d.call_id: d for d in db.session.scalars(select(Departure).where(Departure.call_id.in_(
        [call.id for call in voyage.calls])))}  # fmt: skip
    db.session.add_all([Departure(call_id=call.id) for call in voyage.calls if call.id in leaving - have.keys()])
    for call_id in have.keys() - leaving:
        db.session.delete(have[call_id])
    db.session.flush()
    db.session.expire(voyage, ["legs"])
    set_loads(voyage, moved, inherited or {})
