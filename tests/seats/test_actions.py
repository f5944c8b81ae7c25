"""Quotas: what an administrator may put on sale."""

import pytest
from flask import Flask

from app.booking.queries import list_places
from app.db import db
from app.errors import NotFound, Refusal
from app.seats.actions import set_quota
from app.seats.models import Allotment
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
    assert (refusal.value.code, refusal.value.details) == ("over_ceiling", {"ceiling": 100, "others": 60})
    assert quotas() == {1: 60, 2: 40}


def test_a_quota_never_falls_below_what_is_held_and_sold(app: Flask) -> None:
    voyage = a_voyage(places=10)
    a_hold(voyage, adults=2)
    a_booking(voyage, adults=3)
    with pytest.raises(Refusal) as refusal:
        set_quota(voyage.id, 1, 4)
    assert (refusal.value.code, refusal.value.details) == ("below_taken", {"taken": 5})
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
