"""Quotas: what an administrator may put on sale."""

import pytest
from flask import Flask

from app.booking.inventory.availability import list_places
from app.db import db
from app.errors import NotFound, Refusal
from app.seats.actions.quotas import set_quota, set_quota_table
from app.seats.models import ONLINE, Allotment, LegLoad
from tests.factories import a_booking, a_fare_class, a_hold, a_voyage


def quotas() -> dict[int, int]:
    db.session.expire_all()
    return {a.fare_class_id: a.quota for a in db.session.scalars(db.select(Allotment))}


def test_a_class_is_put_on_sale_beside_another_within_the_ceiling(app: Flask) -> None:
    voyage = a_voyage(places=60, ceiling=100)
    a_fare_class(2, "Kelas 1")
    set_quota(voyage.id, 2, 40)
    assert quotas() == {1: 60, 2: 40}
    with pytest.raises(Refusal) as refusal:
        set_quota(voyage.id, 2, 41)
    assert refusal.value.code == "over_ceiling"
    assert refusal.value.details.items() >= {"ceiling": 100, "others": 60}.items()
    assert quotas() == {1: 60, 2: 40}


def test_a_quota_never_falls_below_what_is_held_and_sold(app: Flask) -> None:
    voyage = a_voyage(places=10)
    a_hold(voyage, adults=2)
    a_booking(voyage, adults=3)
    with pytest.raises(Refusal) as refusal:
        set_quota(voyage.id, 1, 4)
    assert (refusal.value.code, refusal.value.details["taken"]) == ("below_taken", 5)
    set_quota(voyage.id, 1, 5)
    assert list_places([voyage])[voyage.id][0].remaining == 0


def test_a_negative_quota_and_unknown_things_are_refused(app: Flask) -> None:
    voyage = a_voyage()
    with pytest.raises(Refusal):
        set_quota(voyage.id, 1, -1)
    with pytest.raises(NotFound):
        set_quota(voyage.id, 99, 1)
    with pytest.raises(NotFound):
        set_quota(voyage.id + 1, 1, 1)


def test_quotas_are_set_by_class_and_leg_all_of_them_or_none(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Kumai", places=60, ceiling=100)
    a_fare_class(2, "Kelas 1")
    first, second = (leg.id for leg in voyage.legs)

    def by_leg() -> dict[tuple[int, int], int]:
        db.session.expire_all()
        return {(a.leg_id, a.fare_class_id): a.quota for a in db.session.scalars(db.select(Allotment))}

    # Places move from one class to the other in one step, though no order of single steps would allow it.
    seen = {(first, 1, ONLINE): 60, (second, 1, ONLINE): 60}
    set_quota_table(voyage.id, {(first, 2, ONLINE): 70, (first, 1, ONLINE): 30}, seen)
    assert by_leg() == {(first, 1): 30, (first, 2): 70, (second, 1): 60}
    with pytest.raises(Refusal) as refusal:
        set_quota_table(voyage.id, {(first, 1, ONLINE): 20, (second, 2, ONLINE): 41}, {(first, 1, ONLINE): 30})
    assert refusal.value.code == "over_ceiling"
    assert (refusal.value.details["leg_id"], refusal.value.details["fare_class_id"]) == (second, 2)
    assert by_leg() == {(first, 1): 30, (first, 2): 70, (second, 1): 60}


def test_under_a_ceiling_that_has_sunk_a_quota_may_fall_and_stay_but_not_rise(app: Flask) -> None:
    voyage = a_voyage(places=100)
    a_hold(voyage, adults=8)
    db.session.execute(db.update(LegLoad).values(ceiling=5, over_promised=LegLoad.promised - 5))
    db.session.commit()
    set_quota(voyage.id, 1, 100)
    set_quota(voyage.id, 1, 8)
    with pytest.raises(Refusal) as refusal:
        set_quota(voyage.id, 1, 9)
    assert refusal.value.code == "over_ceiling"


def test_a_leg_of_another_voyage_is_not_found(app: Flask) -> None:
    voyage, other = a_voyage(), a_voyage()
    with pytest.raises(NotFound):
        set_quota_table(voyage.id, {(other.legs[0].id, 1, ONLINE): 5}, {})
