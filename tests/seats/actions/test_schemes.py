"""One voyage's allotments on many others: what they take, what stands in the way, and that it is all or none."""

from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.db import db
from app.errors import Refusal
from app.schedule.models import Ship, Voyage
from app.seats.actions.allotments import move_places, save_plan, stage
from app.seats.actions.quotas import set_quota
from app.seats.actions.schemes import Fit, apply_scheme, list_targets
from app.seats.models import ONLINE, Allotment, FareClass, LegLoad
from tests.factories import a_booking, a_fare_class, a_ship, a_voyage

COUNTER = 2

STOPS = ("Sampit", "Semarang", "Surabaya")


def fleet(count: int = 2, ship: Ship | None = None) -> tuple[Voyage, list[Voyage]]:
    """A voyage whose places are shared with the counter, and later ones of the same ship that sell all online."""
    ship = ship or a_ship()
    first = a_voyage(*STOPS, places=60, ceiling=100, ship=ship)
    move_places(first.id, 1, ONLINE, COUNTER, 20)
    later = [
        a_voyage(*STOPS, places=100, ship=ship, departs_at=clock.now() + timedelta(days=7 * (n + 1)))
        for n in range(count)
    ]
    return first, later


def terms(voyage: Voyage) -> list[tuple[int, int, int | None, int | None]]:
    """Channel, quota, plan and flow-back, leg by leg."""
    db.session.expire_all()
    legs = [leg.id for leg in voyage.legs]
    rows = db.session.scalars(
        db.select(Allotment)
        .where(Allotment.leg_id.in_(legs), Allotment.quota > 0)
        .order_by(Allotment.leg_id, Allotment.channel_id)
    )
    return [(a.channel_id, a.quota, a.release_plan_id, a.flow_back_minutes) for a in rows]


def test_others_take_quotas_plans_and_flow_back_on_every_leg_and_twice_is_once(app: Flask) -> None:
    first, later = fleet(3)
    plan = save_plan("Bertahap", [(None, 30), (14, 30), (2, 30)])
    stage(first.id, 1, ONLINE, plan.id, None)
    stage(first.id, 1, COUNTER, None, 360)
    wanted = terms(first)
    ids = [voyage.id for voyage in later]
    assert [target.fit for target in list_targets(first.id)] == [Fit.CHANGES] * 3
    assert [voyage.id for voyage in apply_scheme(first.id, ids)] == ids
    assert [terms(voyage) for voyage in later] == [wanted] * 3
    assert wanted[:2] == [(ONLINE, 40, plan.id, None), (COUNTER, 20, None, 360)]
    assert apply_scheme(first.id, ids) == []
    assert [target.fit for target in list_targets(first.id)] == [Fit.SAME] * 3


def test_a_class_that_the_scheme_does_not_sell_is_no_longer_sold(app: Flask) -> None:
    first, [other] = fleet(1)
    set_quota(other.id, 1, 50)
    a_fare_class(2, "Kelas 1")
    set_quota(other.id, 2, 10)
    apply_scheme(first.id, [other.id])
    db.session.expire_all()
    kept = db.session.scalars(
        db.select(Allotment).where(Allotment.fare_class_id == 2, Allotment.leg_id == other.legs[0].id)
    ).one()
    assert kept.quota == 0


def test_what_is_sold_stays_and_stands_in_the_way_of_less(app: Flask) -> None:
    first, [full, other] = fleet(2)
    for _ in range(6):
        a_booking(full, 7)
    before = terms(full), terms(other)
    [told, fits] = list_targets(first.id)
    assert (told.fit, told.limit, fits.fit) == (Fit.BELOW_TAKEN, 42, Fit.CHANGES)
    with pytest.raises(Refusal) as refused:
        apply_scheme(first.id, [full.id, other.id])
    assert (refused.value.code, refused.value.details["number"]) == ("scheme_unfit", full.number)
    assert (terms(full), terms(other)) == before
    assert apply_scheme(first.id, [other.id])


def test_a_ceiling_or_no_paper_or_a_flow_back_stands_in_the_way(app: Flask) -> None:
    first, [small, unknown, flowed] = fleet(3)
    set_quota(small.id, 1, 50)
    db.session.get_one(LegLoad, small.legs[1].id).set_ceiling(59, None)
    for leg in unknown.legs:
        db.session.execute(db.delete(LegLoad).where(LegLoad.leg_id == leg.id))
    db.session.execute(db.update(Allotment).where(Allotment.leg_id == flowed.legs[0].id).values(flowed=5))
    db.session.commit()
    found = list_targets(first.id)
    assert [(t.fit, t.limit) for t in found] == [(Fit.OVER_CEILING, 59), (Fit.NOT_ON_SALE, 0), (Fit.FLOWED, 0)]
    for voyage in (small, unknown, flowed):
        with pytest.raises(Refusal, match="scheme_unfit"):
            apply_scheme(first.id, [voyage.id])


def test_only_coming_voyages_of_the_ship_on_the_route_take_it(app: Flask) -> None:
    ship = a_ship()
    first, [coming, off] = fleet(2, ship)
    off.cancelled_at, off.cancel_cause, off.cancel_reason = clock.now(), "weather", "ombak"
    others = [
        a_voyage(*STOPS, ship=a_ship("KM Lain")),
        a_voyage("Sampit", "Semarang", ship=ship),
        a_voyage(*STOPS, ship=ship, departs_at=clock.now() - timedelta(hours=3)),
        off,
    ]
    db.session.commit()
    assert [target.voyage.id for target in list_targets(first.id)] == [coming.id]
    for voyage in [*others, first]:
        with pytest.raises(Refusal, match="scheme_nobody"):
            apply_scheme(first.id, [voyage.id])
    with pytest.raises(Refusal, match="scheme_nobody"):
        apply_scheme(first.id, [])


def test_a_voyage_without_places_or_with_places_flowed_back_is_no_pattern(app: Flask) -> None:
    first, [other] = fleet(1)
    db.session.execute(db.update(Allotment).where(Allotment.leg_id == first.legs[0].id).values(flowed=1))
    db.session.commit()
    with pytest.raises(Refusal, match="scheme_flowed"):
        apply_scheme(first.id, [other.id])
    for leg in first.legs:
        db.session.execute(db.delete(Allotment).where(Allotment.leg_id == leg.id))
    db.session.commit()
    with pytest.raises(Refusal, match="scheme_empty"):
        list_targets(first.id)
    assert db.session.get(FareClass, 1)
