"""People buy while their ship is swapped for a smaller one: nobody is oversold, and nobody is lost."""

from datetime import date

import pytest
from flask import Flask

from app.booking.actions.hold import expire_holds
from app.booking.models import Booking, BookingState, Displacement
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage, swap_ship
from app.errors import Refusal
from app.schedule.models import Voyage
from app.seats.actions.capacity import record_capacity
from app.seats.models import Allotment, LegLoad
from tests.factories import a_ship, a_user, a_voyage
from tests.processes import at_once
from tests.races.buyer import buy

pytestmark = pytest.mark.race

PROCESSES, TRIES, PLACES, FEWER = 6, 15, 60, 25


@pytest.mark.parametrize("cancelled", [False, True], ids=["swapped", "called off"])
def test_whoever_bought_while_the_ship_was_swapped_travels_or_is_in_the_list(
    app: Flask, database_url: str, cancelled: bool
) -> None:
    a_user()
    voyage = a_voyage(places=PLACES)
    small = a_ship("KM Kecil")
    record_capacity(small.id, certificate=FEWER, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    buyers = at_once(buy, database_url, [(voyage.id, TRIES)] * PROCESSES)
    # In the middle of the sale, as soon as more are sold than the smaller ship carries.
    early = [buyers[0].told() for _ in range(6)]
    for _ in range(50):
        try:
            if cancelled:
                cancel_voyage(voyage.id, "weather", "ombak tinggi")
            else:
                swap_ship(voyage.id, small.id, "docking tahunan")
            break
        except Refusal as refusal:
            if refusal.code != "affected_changed":
                raise
    answers = early + [line for buyer in buyers for line in buyer.rest()]
    bought = {line.removeprefix("confirmed ") for line in answers if line.startswith("confirmed")}
    refused = {line for line in answers if not line.startswith("confirmed")}
    assert refused <= {"sold_out", "ship_full", "hold_expired", "places_taken_back", "voyage_cancelled"}
    expire_holds()
    db.session.expire_all()
    assert (db.session.get(Voyage, voyage.id).cancelled_at is not None) == cancelled
    codes = db.select(Booking.code)
    travel = set(db.session.scalars(codes.where(Booking.state == BookingState.CONFIRMED)))
    listed = set(db.session.scalars(codes.join(Displacement, Displacement.booking_id == Booking.id)))
    assert bought <= travel | listed
    assert travel & listed == set()
    load = db.session.scalars(db.select(LegLoad)).one()
    allotment = db.session.scalars(db.select(Allotment)).one()
    if cancelled:
        assert (travel, load.promised) == (set(), 0)
    else:
        assert len(travel) == FEWER, "the smaller ship is sold out, and no more"
        assert (load.ceiling, load.promised, load.over_promised, allotment.quota) == (FEWER, FEWER, 0, FEWER)
