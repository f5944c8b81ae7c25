"""Questions about people aboard without a ticket."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from app.booking.walk_ons.models import WalkOn
from app.db import db
from app.schedule.models import Leg, PortCall

T = TypeVar("T")

_START, _END = aliased(PortCall), aliased(PortCall)
_ABOARD = WalkOn.ashore_at.is_(None)


def list_walk_ons(call_id: int) -> list[WalkOn]:
    """Everybody who was let aboard at this call without a ticket, the last first, also who went ashore again."""
    statement = (
        select(WalkOn)
        .where(WalkOn.from_call_id == call_id)
        .options(joinedload(WalkOn.to_call), joinedload(WalkOn.officer))
        .order_by(WalkOn.boarded_at.desc(), WalkOn.id)
    )
    return list(db.session.scalars(statement))


def list_riding(call: PortCall) -> list[WalkOn]:
    """Those without a ticket who ride the leg that begins at this call, wherever they came aboard."""
    statement = _riding(select(WalkOn), call).where(_ABOARD).options(joinedload(WalkOn.to_call))
    return list(db.session.scalars(statement.order_by(WalkOn.boarded_at, WalkOn.id)))


def count_riding(call: PortCall, at: datetime) -> int:
    """How many of them were aboard by then."""
    aboard = _riding(select(func.count(WalkOn.id)), call).where(WalkOn.boarded_at <= at)
    return db.session.scalar(aboard.where(_ABOARD | (WalkOn.ashore_at > at))) or 0


def count_by_leg(voyage_ids: Collection[int] | None = None) -> Counter[int]:
    """How many of them ride each leg, of these voyages or of all."""
    rides = (Leg.voyage_id == _START.voyage_id) & (Leg.position >= _START.position) & (Leg.position < _END.position)
    statement = (
        select(Leg.id, func.count(WalkOn.id))
        .select_from(WalkOn)
        .join(_START, _START.id == WalkOn.from_call_id)
        .join(_END, _END.id == WalkOn.to_call_id)
        .join(Leg, rides)
        .where(_ABOARD)
        .group_by(Leg.id)
    )
    if voyage_ids is not None:
        statement = statement.where(Leg.voyage_id.in_(voyage_ids))
    return Counter({row[0]: row[1] for row in db.session.execute(statement)})


def _riding(statement: Select[T], call: PortCall) -> Select[T]:
    return (
        statement.join(_START, _START.id == WalkOn.from_call_id)
        .join(_END, _END.id == WalkOn.to_call_id)
        .where(_START.voyage_id == call.voyage_id)
        .where(_START.position <= call.position, _END.position > call.position)
    )
