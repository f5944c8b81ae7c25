"""Set the quotas of a voyage."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app import outbox
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import PlacesChanged
from app.schedule.queries import get_voyage
from app.seats.models import ONLINE, Allotment, Channel, FareClass, LegLoad, PlaceKind

Place = tuple[int, int, int]
"""Leg id, fare class id, channel id."""


@action
def set_quota(voyage_id: int, fare_class_id: int, quota: int, channel_id: int = ONLINE) -> list[Allotment]:
    """Put `quota` places of a class on sale on every leg of a voyage; 0 takes the class off sale.

    Raises NotFound and Refusal as `set_quota_table` does.
    """
    legs = get_voyage(voyage_id).legs
    wanted = {(leg.id, fare_class_id, channel_id): quota for leg in legs}
    return _allot(voyage_id, [leg.id for leg in legs], wanted)


@action
def set_quota_table(voyage_id: int, quotas: Mapping[Place, int], seen: Mapping[Place, int]) -> list[Allotment]:
    """Put places on sale on several legs, in several classes and channels: all that differ from `seen`, or none.

    A difference is written only where the quota still is what was seen; what was left as it was is not written, so that
    nobody else's change is undone; 0 takes a class off sale.

    Raises NotFound; Refusal `count` below zero, `not_on_sale` where no capacity is documented, `below_taken`
    with what is held or sold already, `over_ceiling` when the beds of a leg together, or the places of another
    kind of person alone, would exceed the souls the ship may carry, `quota_changed` with the `quota` that somebody
    else has set meanwhile. Fewer places than before are allowed also above a ceiling that has sunk. Vehicles have a
    deck of their own and no ceiling. A refusal names `leg_id`, `fare_class_id` and `channel_id`.
    """
    wanted = {place: quota for place, quota in quotas.items() if quota != seen.get(place)}
    if not wanted:
        return []
    return _allot(voyage_id, [leg.id for leg in get_voyage(voyage_id).legs], wanted, seen)


def _allot(
    voyage_id: int, leg_ids: Sequence[int], wanted: Mapping[Place, int], seen: Mapping[Place, int] | None = None
) -> list[Allotment]:
    kinds = {kind.id: kind.kind for kind in db.session.scalars(select(FareClass))}
    if any(leg_id not in leg_ids or class_id not in kinds for leg_id, class_id, _ in wanted):
        raise NotFound("fare_class_not_found")
    channels = {channel_id for _, _, channel_id in wanted}
    if channels - set(db.session.scalars(select(Channel.id).where(Channel.id.in_(channels)))):
        raise NotFound("channel_not_found")
    _lock_allotments(leg_ids)
    # The load's row is the lock: two administrators setting two classes cannot together pass the ceiling.
    loads = {
        load.leg_id: load
        for load in db.session.scalars(
            select(LegLoad).where(LegLoad.leg_id.in_(leg_ids)).order_by(LegLoad.leg_id).with_for_update()
        )
    }
    if not wanted or not loads or any(leg_id not in loads for leg_id, _, _ in wanted):
        raise Refusal("not_on_sale", field="quota")
    # Read only now: an allotment that somebody else has just made is among them.
    allotments = {
        (a.leg_id, a.fare_class_id, a.channel_id): a
        for a in db.session.scalars(select(Allotment).where(Allotment.leg_id.in_(leg_ids)))
    }
    present = {key: a.quota for key, a in allotments.items()}
    before, after = _sums(present, kinds), _sums({**present, **wanted}, kinds)
    for key, quota in wanted.items():
        leg_id, fare_class_id, channel_id = key
        where: dict[str, Any] = {
            "field": "quota", "leg_id": leg_id, "fare_class_id": fare_class_id, "channel_id": channel_id,
        }  # fmt: skip
        if seen is not None and present.get(key) != seen.get(key):
            raise Refusal("quota_changed", quota=present.get(key, 0), **where)
        if quota < 0:
            raise Refusal("count", **where)
        ceiling, kind = loads[leg_id].ceiling, kinds[fare_class_id]
        total = after[leg_id, kind]
        if kind != PlaceKind.VEHICLE and total > max(ceiling, before[leg_id, kind]):
            raise Refusal("over_ceiling", ceiling=ceiling, others=total - quota, **where)
        if key not in allotments:
            allotments[key] = Allotment(
                leg_id=leg_id, fare_class_id=fare_class_id, channel_id=channel_id, held=0, sold=0, flowed=0
            )
            db.session.add(allotments[key])
        taken = allotments[key].held + allotments[key].sold
        if quota < taken:
            raise Refusal("below_taken", taken=taken, **where)
        allotments[key].quota = quota
        allotments[key].flowed = min(allotments[key].flowed, quota)
    outbox.record(PlacesChanged(voyage_id))
    return [allotments[key] for key in wanted]


def _lock_allotments(leg_ids: Sequence[int]) -> None:
    """In the order in which everybody locks: allotments before loads, each by leg."""
    ordered = (
        select(Allotment.id)
        .where(Allotment.leg_id.in_(leg_ids))
        .order_by(Allotment.leg_id, Allotment.fare_class_id, Allotment.channel_id)
    )
    db.session.execute(ordered.with_for_update()).all()


def _sums(quotas: Mapping[Place, int], kinds: Mapping[int, str]) -> dict[tuple[int, str], int]:
    """The places of all classes of a kind together, by (leg, kind)."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for (leg_id, fare_class_id, _), quota in quotas.items():
        sums[leg_id, kinds[fare_class_id]] += quota
    return sums
