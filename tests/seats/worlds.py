"""An oracle's voyage in the tables, and an oracle's wish as the application is asked."""

from datetime import timedelta
from random import Random
from uuid import UUID

from app.booking.holding import Wish
from app.db import db
from app.schedule.models import Voyage
from app.seats.models import Allotment, LegLoad, PlaceKind, ReleasePlan
from tests.conftest import Clock
from tests.factories import a_fare_class, a_voyage
from tests.seats.oracle import VEHICLE, Oracle, Sale

CLASSES = {1: "Ekonomi", 2: "Kelas 1", 3: "Non-seat", 4: "Golongan IV"}


def in_tables(world: Oracle, clock: Clock) -> Voyage:
    """The same voyage in the database at hand."""
    for number, kind in world.classes.items():
        a_fare_class(number, CLASSES[number], PlaceKind(kind))
    stops = [f"Pelabuhan {n}" for n in range(len(world.ceilings) + 1)]
    # On sale for long enough: only the planned departure from the first call counts for plans.
    voyage = a_voyage(*stops, departs_at=clock.moment + timedelta(days=60))
    voyage.calls[0].planned_departure = world.sets_out
    voyage.calls[0].revised_departure = clock.moment + timedelta(days=60)
    legs = [leg.id for leg in voyage.legs]
    for allotment in db.session.scalars(db.select(Allotment).where(Allotment.leg_id.in_(legs))):
        db.session.delete(allotment)
    db.session.flush()
    for (leg, kind, channel), shelf in world.shelves.items():
        plan = None if shelf.steps is None else _plan(shelf.steps)
        db.session.add(
            Allotment(
                leg_id=legs[leg],
                fare_class_id=kind,
                channel_id=channel,
                quota=shelf.quota,
                release_plan_id=plan,
                flow_back_minutes=shelf.leaves_minutes_before,
            )
        )
    for load in db.session.scalars(db.select(LegLoad).where(LegLoad.leg_id.in_(legs))):
        load.set_ceiling(world.ceilings[legs.index(load.leg_id)], None)
    db.session.commit()
    return voyage


def _plan(steps: list[list[int | None]]) -> int:
    name = str(steps)
    found = db.session.scalar(db.select(ReleasePlan).where(ReleasePlan.name == name))
    if found is None:
        found = ReleasePlan(name=name, steps=steps)
        db.session.add(found)
        db.session.flush()
    return found.id


def asked(random: Random, voyage: Voyage, world: Oracle, wish: Sale) -> Wish:
    vehicle = world.classes[wish.kind] == VEHICLE and any(
        (leg, wish.kind, channel) in world.shelves for leg in range(wish.first, wish.last) for channel in world.channels
    )
    adults = (wish.souls + 1) // 2 if world.classes[wish.kind] == VEHICLE else wish.places
    return Wish(
        str(UUID(int=random.getrandbits(128), version=4)),
        voyage.id,
        wish.kind,
        adults,
        wish.souls - adults,
        voyage.calls[wish.first].id,
        voyage.calls[wish.last].id,
        channel_id=wish.channel,
        vehicle_plate="KH 1234 AB" if vehicle else "",
    )
