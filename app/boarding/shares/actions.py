"""Share out the places left below a ship's ceiling among the devices at its side."""

from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from app import clock
from app.accounts.devices.models import Device
from app.boarding.models import Departure, Gate, Stage
from app.boarding.shares.models import BoardingShare
from app.db import action, db, get_or_refuse
from app.schedule.models import Leg, PortCall
from app.seats.models import LegLoad

AT_WORK = timedelta(minutes=5)
"""A device that was given a share within that time asks again before long: what it holds is parted anew then."""

EXPECTED = timedelta(minutes=30)
"""A device that was heard of within that time, and is at no other ship, will ask for a share here."""


@action
def renew_share(device_id: int, departure_id: int, unsent: int = 0) -> int:
    """Give the device the souls that it may let aboard by itself from now on, those `unsent` that it let in included.

    All shares together are never more than may still come aboard: what another device holds it may have filled, so it
    is handed out anew only when that one asks again or is revoked. Of what is left each device at work gets as much,
    and as much stays for each that is about to begin here.
    Raises NotFound `departure_not_found`.
    """
    departure = get_or_refuse(Departure, departure_id, "departure_not_found", lock=True)
    now = clock.now()
    shares = _shares_of(departure_id)
    own = shares.pop(device_id, None)
    others = shares.values()
    at_work = [share.places for share in others if share.granted_at > now - AT_WORK]
    held = sum(share.places for share in others)
    left = _left(departure.call)
    silent = held - sum(at_work)
    expected = _count_expected(departure, {device_id, *shares}, now - EXPECTED)
    fair = (left - silent) // (1 + len(at_work) + expected)
    places = max(0, min(left - held, max(fair, unsent, 1)))
    if own is None:
        own = BoardingShare(departure_id=departure_id, device_id=device_id)
        db.session.add(own)
    own.places, own.granted_at = places, now
    return places


def _shares_of(departure_id: int) -> dict[int, BoardingShare]:
    """The shares of that departure by their device, but for those of revoked ones."""
    found = db.session.scalars(
        select(BoardingShare)
        .join(Device, Device.id == BoardingShare.device_id)
        .where(BoardingShare.departure_id == departure_id, Device.revoked_at.is_(None))
    )
    return {share.device_id: share for share in found}


def _count_expected(departure: Departure, known: Set[int], since: datetime) -> int:
    """Devices that will ask here: heard of since then, at this ship's side or at no gate yet, and at no other ship."""
    elsewhere = select(BoardingShare.device_id).where(
        BoardingShare.granted_at > since, BoardingShare.departure_id != departure.id
    )
    here = and_(Gate.stage == Stage.GANGWAY, Gate.port_id == departure.call.port_id)
    found = db.session.scalars(
        select(Device.id)
        .outerjoin(Gate, Gate.id == Device.gate_id)
        .where(Device.revoked_at.is_(None), Device.seen_at > since, or_(Device.gate_id.is_(None), here))
        .where(Device.id.not_in(elsewhere))
    )
    return len(set(found) - known)


def _left(call: PortCall) -> int:
    """Souls who may still come aboard here, on the fullest leg from this call on."""
    loads = db.session.execute(
        select(LegLoad.ceiling, LegLoad.aboard)
        .join(Leg, Leg.id == LegLoad.leg_id)
        .join(PortCall, PortCall.id == Leg.from_call_id)
        .where(Leg.voyage_id == call.voyage_id, PortCall.position >= call.position)
    )
    return max(0, min((ceiling - aboard for ceiling, aboard in loads), default=0))
