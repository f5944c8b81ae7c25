"""People buy while their ship is swapped for a smaller one: nobody is oversold, and nobody is lost."""

import subprocess
import sys
from datetime import date

import pytest
from flask import Flask

from app.booking.actions.hold import expire_holds
from app.booking.models import Booking, BookingState, Displacement
from app.config import ROOT
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage, swap_ship
from app.errors import Refusal
from app.schedule.models import Voyage
from app.seats.actions.capacity import record_capacity
from app.seats.models import Allotment, LegLoad
from tests.factories import a_ship, a_user, a_voyage

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
    command = [sys.executable, "-m", "tests.races.buyer", database_url, str(voyage.id), str(TRIES)]
    buyers = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for buyer in buyers:
        assert buyer.stdout is not None
        assert buyer.stdout.readline() == "ready\n"
    for buyer in buyers:
        assert buyer.stdin is not None
        buyer.stdin.write("go\n")
        buyer.stdin.flush()
    # In the middle of the sale, as soon as more are sold than the smaller ship carries.
    assert buyers[0].stdout is not None
    early = [buyers[0].stdout.readline() for _ in range(6)]
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
    answers = [line.strip() for line in early]
    answers += [line for buyer in buyers for line in buyer.communicate(timeout=240)[0].split("\n") if line]
    assert [buyer.returncode for buyer in buyers] == [0] * PROCESSES
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
