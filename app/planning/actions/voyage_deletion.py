"""Delete a voyage that was never booked, and keep who did it. One that was booked is called off instead."""

from sqlalchemy import delete, select

from app import clock, outbox
from app.boarding.models import Departure, DepartureStep, Step
from app.booking.models import Booking
from app.db import action, db
from app.errors import Refusal
from app.events import PlacesChanged
from app.planning.leg_capacity import remove_places, taken_on, used_calls, used_departures
from app.planning.models import DocumentedCount, VoyageDeletion
from app.schedule.models import Leg, PortCall, Voyage
from app.schedule.queries import get_voyage

LISTED = 20
"""So many deletions, the latest, are shown."""


def require_deletable(voyage: Voyage) -> None:
    """Refuse a voyage that others speak of: bookings, also ended ones, people who wait, scans, steps at a departure.

    Raises Refusal `voyage_was_booked` or `voyage_is_used`.
    """
    calls = [call.id for call in voyage.calls]
    if db.session.scalar(select(Booking.id).where(Booking.voyage_id == voyage.id).limit(1)):
        raise Refusal("voyage_was_booked")
    grave = DepartureStep.voyage_id == voyage.id, DepartureStep.step != Step.TIMES
    if any(taken_on(voyage).values()) or used_calls(calls) or used_departures(calls):
        raise Refusal("voyage_is_used")
    if db.session.scalar(select(DepartureStep.id).where(*grave).limit(1)):
        raise Refusal("voyage_is_used")


@action
def delete_voyage(voyage_id: int, user_id: int) -> VoyageDeletion:
    """Delete the voyage with its calls, legs, places and departures; what it was, who did it and when is kept.

    Raises NotFound `voyage_not_found`; Refusal as `require_deletable` does.
    """
    voyage = get_voyage(voyage_id)
    require_deletable(voyage)
    calls = [call.id for call in voyage.calls]
    trace = VoyageDeletion(
        number=voyage.number,
        ship_name=voyage.ship.name if voyage.ship else "",
        route=" → ".join(call.port.name for call in voyage.calls)[:400],
        day=voyage.calls[0].day if voyage.calls else None,
        deleted_at=clock.now(),
        deleted_by=user_id,
    )
    db.session.add(trace)
    remove_places([leg.id for leg in voyage.legs])
    for statement in (
        delete(DepartureStep).where(DepartureStep.voyage_id == voyage.id),
        delete(Departure).where(Departure.call_id.in_(calls)),
        delete(Leg).where(Leg.voyage_id == voyage.id),
        delete(PortCall).where(PortCall.voyage_id == voyage.id),
        delete(DocumentedCount).where(DocumentedCount.voyage_id == voyage.id),
        delete(Voyage).where(Voyage.id == voyage.id),
    ):
        db.session.execute(statement)
    db.session.expire_all()
    outbox.record(PlacesChanged(voyage_id))
    return trace


def list_deletions() -> list[VoyageDeletion]:
    """The voyages that were deleted last, the latest first, at most LISTED."""
    latest = select(VoyageDeletion).order_by(VoyageDeletion.deleted_at.desc(), VoyageDeletion.id.desc())
    return list(db.session.scalars(latest.limit(LISTED)))
