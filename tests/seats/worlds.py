"""An oracle's voyage in the tables, and an oracle's wish as the application is asked."""

from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

from app import clock as app_clock
from app.booking.actions.hold import Wish
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import ShippedSet
from app.schedule.models import Voyage
from app.seats.models import Allotment, Decree, LegLoad, PlaceKind, ReleasePlan
from tests.conftest import Clock
from tests.factories import a_fare_class, a_ship, a_user, a_voyage
from tests.rules.making import BOTH, a_rule
from tests.seats.oracle import VEHICLE, Oracle, Sale

CLASSES = {1: "Ekonomi", 2: "Kelas 1", 3: "Non-seat", 4: "Golongan IV"}


_worlds = count(1)


def in_tables(world: Oracle, clock: Clock) -> Voyage:
    """The same voyage in the database at hand."""
    for number, kind in world.classes.items():
        a_fare_class(number, CLASSES[number], PlaceKind(kind))
    stops = [f"Pelabuhan {n}" for n in range(len(world.ceilings) + 1)]
    # On sale for long enough: only the planned departure from the first call counts for plans.
    ship = a_ship(f"KM Dunia {next(_worlds)}")
    voyage = a_voyage(*stops, departs_at=clock.moment + timedelta(days=60), ship=ship)
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
    _decree(world, voyage)
    return voyage


LEVELS = {99: 1, 70: 2, 33: 3, 0: 4}
"""Which level of these tests leaves so many per cent."""


def _decree(world: Oracle, voyage: Voyage) -> None:
    """Decrees and a rule by which the shares of the oracle hold on this voyage, and no others."""
    db.session.execute(db.delete(Decree))
    if world.shares:
        user = a_user()
        allowed: object = 100
        for share, level in LEVELS.items():
            allowed = {"if": [{"===": [{"var": "voyage.ppkm_level"}, level]}, share, allowed]}
        logic = {"<=": [{"var": "voyage.share_percent"}, allowed]}
        rule = a_rule(code="share", logic=logic, where={"stage": ["sale"]}, outcome="refuse_movable")
        load_shipped([ShippedSet(BOTH, datetime(2020, 1, 1, tzinfo=UTC), [rule])])
    for leg, share in world.shares.items():
        call = voyage.calls[leg]
        db.session.add(
            Decree(
                level=LEVELS[share],
                port_id=call.port_id,
                valid_from=call.day,
                valid_to=call.day,
                letter="SE Uji",
                entered_by=user.id,
                entered_at=app_clock.now(),
            )
        )
    db.session.commit()


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
