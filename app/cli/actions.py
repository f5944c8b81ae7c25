"""Change the demonstration so that all of it can be tried."""

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.db import action, db
from app.schedule.models import DEPARTS_AT, Leg, PortCall, Voyage
from app.schedule.timing import CallTimes, say_times
from app.seats.models import LegLoad

BOARDING_FOR = timedelta(minutes=119)
"""Boarding opens two hours before a ship leaves, and its sale ends one hour before."""


@action
def let_a_ship_board() -> None:
    """Let the next ship be boarded now and sold for an hour: at any other hour nobody could try the gate."""
    now = clock.now()
    setting_out = (
        select(PortCall)
        .join(Voyage, Voyage.id == PortCall.voyage_id)
        .join(Leg, Leg.from_call_id == PortCall.id)
        .join(LegLoad, LegLoad.leg_id == Leg.id)
        .where(Voyage.cancelled_at.is_(None), PortCall.actual_departure.is_(None), now < DEPARTS_AT)
        .order_by(DEPARTS_AT, PortCall.id)
    )
    call = db.session.scalar(setting_out.limit(1))
    leaves = (now + BOARDING_FOR).replace(second=0, microsecond=0)
    if call and call.departs_at and call.departs_at > leaves:
        told = CallTimes(revised_departure=leaves, cause="order", reason="Untuk peragaan: kapal ini naik sekarang")
        say_times(call, told, later_too=True, confirmed=True)
        call.cause = ""  # no authority said so
