"""The recount finds every counter that does not say what its rows say."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Update

from app import clock
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import Departure
from app.booking.models import Passenger, PaymentMethod, Ticket
from app.db import db
from app.flow.recount import recount
from app.seats.models import Allotment, LegLoad
from tests.factories import a_booking, a_gate, a_hold, a_user, a_voyage, departure_of, tickets_of


def a_busy_voyage(app: Flask) -> None:
    """Held, sold, unpaid, aboard and refused, with an infant among them, over two legs."""
    voyage = a_voyage("Sampit", "Semarang", "Kumai", departs_at=clock.now() + timedelta(minutes=90))
    a_hold(voyage, 2, 1)
    a_booking(voyage, 1, payment=PaymentMethod.COUNTER)
    shown = [ticket.signed for ticket in tickets_of(a_booking(voyage, 2, 2))]
    ids = (departure_of(voyage).id, a_gate().id, a_user().id)
    for signed in (shown[0], shown[0], shown[2], "0000000000"):
        scan(Showing(str(uuid4()), signed, *ids, clock.now()), app.extensions["keyring"])


def test_what_really_happened_adds_up(app: Flask) -> None:
    a_busy_voyage(app)
    assert recount() == []


def test_a_voyage_that_was_never_planned_but_has_a_time_adds_up(app: Flask) -> None:
    voyage = a_voyage()
    call = voyage.calls[0]
    call.planned_departure, call.revised_departure = None, call.planned_departure
    db.session.commit()
    a_booking(voyage)
    assert recount() == []


@pytest.mark.parametrize(
    ("tampered", "told"),
    [
        (db.update(Allotment).values(held=Allotment.held + 1), "held"),
        (db.update(Allotment).values(sold=Allotment.sold - 1), "sold"),
        (db.update(LegLoad).values(promised=LegLoad.promised + 2), "promised"),
        (db.update(LegLoad).values(aboard=LegLoad.aboard - 1), "aboard"),
        (db.update(Departure).where(Departure.boarded > 0).values(boarded=Departure.boarded + 1), "boarded"),
        (db.update(Departure).where(Departure.refused > 0).values(refused=0), "refused"),
        (
            db.update(Ticket).where(Ticket.passenger_id.in_(db.select(db.func.max(Passenger.id)))).values(signed=""),
            "tickets",
        ),
    ],
)
@pytest.mark.invented_counts
def test_a_counter_that_lies_is_named(app: Flask, tampered: Update, told: str) -> None:
    a_busy_voyage(app)
    with db.engine.begin() as connection:
        connection.execute(tampered)
    found = [str(difference) for difference in recount()]
    assert found
    assert all(told in difference for difference in found), found
    result = app.test_cli_runner().invoke(args=["recount"])
    assert result.exit_code == 1
    assert found[0] in result.output
