"""What can be done about the schedule."""

from datetime import datetime

from app import clock, outbox
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import TimesChanged
from app.schedule.models import PortCall


@action
def revise_departure(call_id: int, departs_at: datetime, reason: str) -> PortCall:
    """Give a call a new time of departure, with its reason (tide, weather, technical, order).

    The day that the call counts to moves along. Raises NotFound `call_not_found`; Refusal `departed`,
    `reason_missing`, `in_the_past`, `times_backwards` when the ship would leave before it came.
    """
    call = db.session.get(PortCall, call_id)
    if call is None:
        raise NotFound("call_not_found")
    if call.actual_departure:
        raise Refusal("departed")
    if not reason.strip():
        raise Refusal("reason_missing", 422, field="reason")
    if departs_at <= clock.now():
        raise Refusal("in_the_past", 422, field="departs_at")
    if call.planned_arrival and departs_at <= call.planned_arrival:
        raise Refusal("times_backwards", 422, field="departs_at")
    call.revised_departure, call.reason = departs_at, reason.strip()
    call.day = departs_at.astimezone(call.port.tz).date()
    outbox.record(TimesChanged(call.voyage_id))
    return call
