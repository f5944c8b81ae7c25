"""Record that a ship has come, and who left it."""

from sqlalchemy import select

from app import clock, outbox
from app.accounts.queries import require_port
from app.boarding.actions.departure import depart as depart
from app.boarding.actions.departure import open_boarding as open_boarding
from app.boarding.models import Arrival
from app.db import action, db, get_or_refuse
from app.errors import Refusal
from app.events import TimesChanged
from app.schedule.around_plan import call_before, left_before, may_have_come
from app.schedule.models import PortCall
from app.seats.actions.capacity import record_capacity as record_capacity


@action
def record_arrival(call_id: int, passengers_off: int, *, source_url: str = "", user_id: int | None = None) -> Arrival:
    """The ship has come in and so many souls have left it. Recorded again, the newer figure stands.

    Raises NotFound `call_not_found`; Refusal `count` for a negative figure, `arrival_backwards` before it has left the
    last port; by a user `not_your_port`, and `needs_second_person` far from the plan (`change_times` asks for one).
    """
    if passengers_off < 0:
        raise Refusal("count", field="passengers_off")
    call = get_or_refuse(PortCall, call_id, "call_not_found")
    if call.actual_arrival is None:
        _require_arrival(call, user_id)
    arrival = db.session.scalar(select(Arrival).where(Arrival.call_id == call_id)) or Arrival(call_id=call_id)
    arrival.passengers_off, arrival.source_url = passengers_off, source_url
    arrival.recorded_by, arrival.recorded_at = user_id, clock.now()
    call.actual_arrival = call.actual_arrival or clock.now()
    db.session.add(arrival)
    outbox.record(TimesChanged(call.voyage_id))
    return arrival


def _require_arrival(call: PortCall, user_id: int | None) -> None:
    """Refuse a ship that comes before it has left, and by one person one that comes far from its plan."""
    now, before, left = clock.now(), call_before(call), left_before(call)
    if before and left and now <= left:
        raise Refusal("arrival_backwards", port=before.port.name)
    if user_id is not None:
        require_port(user_id, call.port_id)
        if not may_have_come(call, now):
            raise Refusal("needs_second_person")
