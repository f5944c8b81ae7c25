"""What can be done about places."""

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

    Raises NotFound; Refusal `not_on_sale` where no capacity is documented, `below_taken` with what is held
    or sold already, `over_ceiling` when the classes together would exceed the souls the ship may carry.
    """
    voyage = get_voyage(voyage_id)
    if db.session.get(FareClass, fare_class_id) is None:
        raise NotFound("fare_class_not_found")
    leg_ids = [leg.id for leg in voyage.legs]
    # The load's row is the lock: two administrators setting two classes cannot together pass the ceiling.
    loads = db.session.scalars(
        select(LegLoad).where(LegLoad.leg_id.in_(leg_ids)).order_by(LegLoad.leg_id).with_for_update()
    ).all()
    if not loads:
        raise Refusal("not_on_sale", field="quota")
    allotments = db.session.scalars(
        select(Allotment).where(Allotment.leg_id.in_(leg_ids)).order_by(Allotment.leg_id).with_for_update()
    ).all()
    changed = []
    for load in loads:
        others = sum(
            a.quota for a in allotments if a.leg_id == load.leg_id and a.fare_class_id != fare_class_id
        )
        if quota < 0 or quota + others > load.ceiling:
            raise Refusal("over_ceiling", 422, field="quota", ceiling=load.ceiling, others=others)
        allotment = next(
            (a for a in allotments if (a.leg_id, a.fare_class_id) == (load.leg_id, fare_class_id)), None
        ) or Allotment(leg_id=load.leg_id, fare_class_id=fare_class_id, held=0, sold=0)
        if quota < allotment.held + allotment.sold:
            raise Refusal("below_taken", 409, field="quota", taken=allotment.held + allotment.sold)
        allotment.quota = quota
        db.session.add(allotment)
        changed.append(allotment)
    outbox.record(PlacesChanged(voyage_id))
    return changed
