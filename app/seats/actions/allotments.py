"""Change allotments: other channels, stages, flow-back, and moving places between them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app import outbox
from app.db import action, db, get_or_refuse
from app.errors import NotFound, Refusal
from app.events import PlacesChanged
from app.named import find_by_name, must_be_new_name
from app.schedule.models import Leg
from app.schedule.queries import get_voyage
from app.seats.models import LAST_STANDARD, ONLINE, Allotment, Channel, ChannelKind, FareClass, LegLoad, ReleasePlan

Step = tuple[int | None, int]
"""Days before departure (None: at once), and per cent."""

STEP_DAYS_MAX = 365
FLOW_BACK_HOURS_MAX = 24 * STEP_DAYS_MAX


@action
def move_places(
    voyage_id: int,
    fare_class_id: int,
    from_channel_id: int,
    to_channel_id: int,
    places: int,
    leg_ids: Iterable[int] | None = None,
) -> list[Allotment]:
    """Move unsold places of a class from one channel to another on these legs (on all): on every one, or on none.

    Raises NotFound; Refusal `count_missing` for less than one, `same_channel`, `not_free` with what is `free` and the
    `leg_id` where there are fewer that are neither held nor sold.
    """
    legs = _legs(voyage_id, leg_ids)
    if places < 1:
        raise Refusal("count_missing", field="places")
    if from_channel_id == to_channel_id:
        raise Refusal("same_channel", field="to_channel_id")
    get_or_refuse(FareClass, fare_class_id, "fare_class_not_found")
    get_or_refuse(Channel, to_channel_id, "channel_not_found")
    locked = locked_allotments(legs)
    moved = []
    for leg_id in legs:
        source = locked.get((leg_id, fare_class_id, from_channel_id))
        free = source.quota - source.held - source.sold if source else 0
        if source is None or free < places:
            raise Refusal("not_free", field="places", free=free, leg_id=leg_id)
        source.quota -= places
        source.flowed = min(source.flowed, source.quota)
        target = locked.get((leg_id, fare_class_id, to_channel_id)) or add_empty(leg_id, fare_class_id, to_channel_id)
        target.quota += places
        moved.append(target)
    outbox.record(PlacesChanged(voyage_id))
    return moved


@action
def stage(
    voyage_id: int,
    fare_class_id: int,
    channel_id: int,
    release_plan_id: int | None,
    flow_back_minutes: int | None,
) -> list[Allotment]:
    """Let a channel's places of a class come on sale by a plan, and go to the online channel so long before departure.

    Where they are to flow back, the online channel gets an allotment on every leg, of no places yet. Raises NotFound;
    Refusal `flow_back_hours` (below none, or of the online channel itself).
    """
    legs = _legs(voyage_id, None)
    if release_plan_id is not None:
        get_or_refuse(ReleasePlan, release_plan_id, "plan_not_found")
    if flow_back_minutes is not None and (flow_back_minutes < 0 or channel_id == ONLINE):
        raise Refusal("flow_back_hours", field="hours")
    locked = locked_allotments(legs)
    found = [a for (_, kind, channel), a in locked.items() if (kind, channel) == (fare_class_id, channel_id)]
    if not found:
        raise NotFound("fare_class_not_found")
    for allotment in found:
        allotment.release_plan_id, allotment.flow_back_minutes = release_plan_id, flow_back_minutes
        if flow_back_minutes is not None and (allotment.leg_id, fare_class_id, ONLINE) not in locked:
            add_empty(allotment.leg_id, fare_class_id, ONLINE)
    outbox.record(PlacesChanged(voyage_id))
    return found


@action
def create_channel(kind: str, name: str, sponsor: str = "", *, as_typed: bool = False) -> Channel:
    """A new way of selling. A second time it is the same one.

    Raises Refusal `channel_kind`, `sponsor_missing` for a free programme without one, `name_taken`, `name_near` for
    what may be a slip of another channel's name, unless it is meant `as_typed`.
    """
    if kind not in set(ChannelKind) - {ChannelKind.ONLINE}:
        raise Refusal("channel_kind", field="kind")
    if kind == ChannelKind.FREE and not sponsor:
        raise Refusal("sponsor_missing", field="sponsor")
    sponsor = sponsor if kind == ChannelKind.FREE else ""
    before = find_by_name(Channel, name)
    if before is not None:
        if (before.kind, before.sponsor) != (kind, sponsor):
            raise Refusal("name_taken", field="name")
        return before
    must_be_new_name(Channel, name, as_typed=as_typed)
    channel = Channel(kind=kind, name=name, sponsor=sponsor)
    db.session.add(channel)
    return channel


@action
def change_channel(channel_id: int, name: str, sponsor: str = "", *, as_typed: bool = False) -> Channel:
    """Another name for a port's own channel, and for a free programme another sponsor; its kind stays.

    Raises NotFound; Refusal `channel_standard` for those that every port has, `sponsor_missing`, `name_taken`,
    `name_near` as for a new one.
    """
    channel = get_or_refuse(Channel, channel_id, "channel_not_found")
    if channel_id <= LAST_STANDARD:
        raise Refusal("channel_standard", field="name")
    if channel.kind == ChannelKind.FREE and not sponsor:
        raise Refusal("sponsor_missing", field="sponsor")
    must_be_new_name(Channel, name, channel, as_typed=as_typed)
    channel.name, channel.sponsor = name, sponsor if channel.kind == ChannelKind.FREE else ""
    return channel


@action
def save_plan(name: str, steps: Sequence[Step], plan_id: int | None = None, *, as_typed: bool = False) -> ReleasePlan:
    """A new release plan, or another content for one; allotments that go by it do so from now on.

    Raises NotFound; Refusal `steps_missing`, `step_percent` (1 to 100), `step_days` (0 to 365, each once) with the
    `index` of the step, `steps_over` when they are more than 100 per cent together, `name_taken`, `name_near`
    for what may be a slip of another plan's name, unless it is meant `as_typed`.
    """
    if not steps:
        raise Refusal("steps_missing", field="steps-0-percent")
    for index, (days, percent) in enumerate(steps):
        if not 1 <= percent <= 100:
            raise Refusal("step_percent", field=f"steps-{index}-percent", index=index)
        twice = days in [before for before, _ in steps[:index]]
        if twice or (days is not None and not 0 <= days <= STEP_DAYS_MAX):
            raise Refusal("step_days", field=f"steps-{index}-days", index=index)
    if (together := sum(percent for _, percent in steps)) > 100:
        raise Refusal("steps_over", field=f"steps-{len(steps) - 1}-percent", percent=together)
    named = find_by_name(ReleasePlan, name)
    plan = named or ReleasePlan(name=name)
    if plan_id is not None:
        plan = get_or_refuse(ReleasePlan, plan_id, "plan_not_found")
    written: list[list[int | None]] = [[days, percent] for days, percent in _in_order(steps)]
    if named is not None and (named is not plan or (plan_id is None and named.steps != written)):
        raise Refusal("name_taken", field="name")
    if named is None:
        must_be_new_name(ReleasePlan, name, plan if plan_id is not None else None, as_typed=as_typed)
    plan.name, plan.steps = name, written
    db.session.add(plan)
    on_it = select(Allotment.leg_id).where(Allotment.release_plan_id == plan.id)
    if plan_id is not None:
        for voyage_id in sorted(_voyages_of(db.session.scalars(on_it))):
            outbox.record(PlacesChanged(voyage_id))
    return plan


def _in_order(steps: Iterable[Step]) -> list[Step]:
    """Order steps: those on sale at once first, then from long before to the day itself."""
    return sorted(steps, key=lambda step: -1_000 if step[0] is None else -step[0])


def _voyages_of(leg_ids: Iterable[int]) -> set[int]:
    return set(db.session.scalars(select(Leg.voyage_id).where(Leg.id.in_(list(leg_ids)))))


def _legs(voyage_id: int, leg_ids: Iterable[int] | None) -> list[int]:
    known = [leg.id for leg in get_voyage(voyage_id).legs]
    wanted = known if leg_ids is None else sorted(set(leg_ids))
    if not wanted or not set(wanted) <= set(known):
        raise NotFound("leg_not_found")
    return wanted


def locked_allotments(leg_ids: Sequence[int]) -> dict[tuple[int, int, int], Allotment]:
    """The allotments of these legs, locked in the order in which everybody locks: allotments, then loads, by leg."""
    allotments = (
        select(Allotment)
        .where(Allotment.leg_id.in_(leg_ids))
        .order_by(Allotment.leg_id, Allotment.fare_class_id, Allotment.channel_id)
        .with_for_update(of=Allotment)
        .execution_options(populate_existing=True)
    )
    found = {(a.leg_id, a.fare_class_id, a.channel_id): a for a in db.session.scalars(allotments)}
    loads = select(LegLoad.leg_id).where(LegLoad.leg_id.in_(leg_ids)).order_by(LegLoad.leg_id)
    db.session.execute(loads.with_for_update()).all()
    return found


def add_empty(leg_id: int, fare_class_id: int, channel_id: int) -> Allotment:
    made = Allotment(
        leg_id=leg_id, fare_class_id=fare_class_id, channel_id=channel_id, quota=0, held=0, sold=0, flowed=0
    )
    db.session.add(made)
    return made
