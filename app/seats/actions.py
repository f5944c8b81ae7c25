"""What can be done about places."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app import outbox
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import PlacesChanged
from app.schedule.queries import get_voyage
from app.seats.models import Allotment, FareClass, LegLoad


@action
def set_quota(voyage_id: int, fare_class_id: int, quota: int) -> list[Allotment]:
    """Put `quota` places of a class on sale on every leg of a voyage; 0 takes the class off sale.

    Raises NotFound and Refusal as `set_quotas` does.
    """
    legs = get_voyage(voyage_id).legs
    return _allot(voyage_id, [leg.id for leg in legs], {(leg.id, fare_class_id): quota for leg in legs})


@action
def set_quotas(voyage_id: int, quotas: Mapping[tuple[int, int], int]) -> list[Allotment]:
    """Put places on sale by (leg id, fare class id), all of them or none; 0 takes a class off sale on that leg.

    Raises NotFound; Refusal `count` below zero, `not_on_sale` where no capacity is documented, `below_taken`
    with what is held or sold already, `over_ceiling` when the classes of a leg together would exceed the
    souls the ship may carry. Fewer places than before are allowed also above a ceiling that has sunk.
    A refusal names `leg_id` and `fare_class_id`.
    """
    return _allot(voyage_id, [leg.id for leg in get_voyage(voyage_id).legs], quotas)


def _allot(voyage_id: int, leg_ids: Sequence[int], quotas: Mapping[tuple[int, int], int]) -> list[Allotment]:
    known = set(db.session.scalars(select(FareClass.id)))
    if any(leg_id not in leg_ids or class_id not in known for leg_id, class_id in quotas):
        raise NotFound("fare_class_not_found")
    # The load's row is the lock: two administrators setting two classes cannot together pass the ceiling.
    loads = {
        load.leg_id: load
        for load in db.session.scalars(
            select(LegLoad).where(LegLoad.leg_id.in_(leg_ids)).order_by(LegLoad.leg_id).with_for_update()
        )
    }
    if not quotas or not loads or any(leg_id not in loads for leg_id, _ in quotas):
        raise Refusal("not_on_sale", field="quota")
    allotments = {
        (a.leg_id, a.fare_class_id): a
        for a in db.session.scalars(
            select(Allotment).where(Allotment.leg_id.in_(leg_ids)).order_by(Allotment.leg_id).with_for_update()
        )
    }
    present = {key: a.quota for key, a in allotments.items()}
    before, after = _sums(present), _sums({**present, **quotas})
    for (leg_id, fare_class_id), quota in quotas.items():
        where: dict[str, Any] = {"field": "quota", "leg_id": leg_id, "fare_class_id": fare_class_id}
        if quota < 0:
            raise Refusal("count", 422, **where)
        ceiling = loads[leg_id].ceiling
        if after[leg_id] > max(ceiling, before[leg_id]):
            raise Refusal("over_ceiling", 422, ceiling=ceiling, others=after[leg_id] - quota, **where)
        key = (leg_id, fare_class_id)
        if key not in allotments:
            allotments[key] = Allotment(leg_id=leg_id, fare_class_id=fare_class_id, held=0, sold=0)
            db.session.add(allotments[key])
        taken = allotments[key].held + allotments[key].sold
        if quota < taken:
            raise Refusal("below_taken", 409, taken=taken, **where)
        allotments[key].quota = quota
    outbox.record(PlacesChanged(voyage_id))
    return [allotments[key] for key in quotas]


def _sums(quotas: Mapping[tuple[int, int], int]) -> dict[int, int]:
    """The places of all classes together, by leg."""
    sums: dict[int, int] = defaultdict(int)
    for (leg_id, _), quota in quotas.items():
        sums[leg_id] += quota
    return sums
