"""Papers put right and taken away, and the ceilings that follow from them, on both engines."""

from datetime import timedelta

import pytest
from flask import Flask

from app.db import db
from app.errors import NotFound, Refusal
from app.seats.actions.capacity import correct_paper, record_capacity, remove_paper
from app.seats.models import CapacityCertificate, Dispensation, LegLoad
from tests.conftest import Clock
from tests.factories import a_booking, a_voyage


def ceilings() -> list[tuple[int | None, int | None, int]]:
    db.session.expire_all()
    rows = db.session.scalars(db.select(LegLoad).order_by(LegLoad.leg_id))
    return [(load.certificate, load.dispensation, load.ceiling) for load in rows]


def test_a_corrected_paper_moves_the_ceilings_of_its_old_and_its_new_days(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya")
    first, second = (call.day for call in voyage.calls[:2])
    record_capacity(voyage.ship_id, valid_from=first, valid_to=second, certificate=80)
    record_capacity(voyage.ship_id, valid_from=first, valid_to=first, dispensation=120, letter="L-1")
    assert ceilings() == [(80, 120, 120), (80, None, 80)]
    paper = db.session.scalars(db.select(Dispensation)).one()
    changed = correct_paper("dispensation", paper.id, persons=110, valid_from=second, valid_to=second, letter="L-1")
    assert changed == [voyage.id, voyage.id]
    assert ceilings() == [(80, None, 80), (80, 110, 110)]


def test_where_no_paper_is_left_nobody_may_sail_and_what_is_sold_is_kept_in_mind(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    day = voyage.calls[0].day
    record_capacity(voyage.ship_id, valid_from=day, valid_to=day, certificate=80)
    a_booking(voyage, adults=3)
    paper = db.session.scalars(db.select(CapacityCertificate)).one().id
    assert remove_paper("certificate", paper) == [voyage.id]
    assert ceilings() == [(None, None, 0)]
    load = db.session.scalars(db.select(LegLoad)).one()
    assert (load.promised, load.over_promised) == (3, 3)
    with pytest.raises(NotFound):
        remove_paper("certificate", paper)


@pytest.mark.invented_counts
def test_a_paper_stays_while_it_carries_people(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    day = voyage.calls[0].day
    record_capacity(voyage.ship_id, valid_from=day, valid_to=day, certificate=80)
    paper = db.session.scalars(db.select(CapacityCertificate)).one().id
    db.session.scalars(db.select(LegLoad)).one().aboard = 50
    db.session.commit()
    for change in (
        lambda: remove_paper("certificate", paper),
        lambda: correct_paper("certificate", paper, persons=49, valid_from=day, valid_to=day),
        lambda: correct_paper(
            "certificate", paper, persons=80, valid_from=day + timedelta(days=1), valid_to=day + timedelta(days=1)
        ),
    ):
        with pytest.raises(Refusal) as refusal:
            change()
        assert refusal.value.code == "below_aboard"
        db.session.rollback()
        assert ceilings() == [(80, None, 80)]
    assert db.session.query(CapacityCertificate).count() == 1
