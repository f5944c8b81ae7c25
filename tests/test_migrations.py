"""The migrations build the schema that the models speak of, on both databases."""

import runpy
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Inspector, inspect

from app import clock as app_clock
from app import config, models
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.booking.actions.hold import expire_holds
from app.booking.actions.payment import release
from app.booking.models import Booking, Displacement, PaymentMethod
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage, swap_ship
from app.flow.recount import recount
from app.seats.actions.capacity import record_capacity
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_hold, a_ship, a_user, a_voyage, departure_of, tickets_of


def test_migrations_build_the_same_tables_columns_and_indexes_as_the_models(app: Flask) -> None:
    context = MigrationContext.configure(db.session.connection(), opts={"compare_type": True})
    assert compare_metadata(context, models.metadata) == []


def test_migrations_build_the_same_checks_as_the_models(app: Flask) -> None:
    found: Inspector = inspect(db.engine)
    for table in models.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        assert {c["name"] for c in found.get_check_constraints(table.name)} == wanted, table.name


def test_one_can_go_back_and_forth(app: Flask) -> None:
    downgrade(revision="base")
    db.session.remove()
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == {*models.metadata.tables, "alembic_version"}


@pytest.mark.parametrize(
    "statement", ["UPDATE allotment SET sold = quota + 1", "UPDATE leg_load SET aboard = ceiling + 1"]
)
def test_the_tables_themselves_refuse_one_too_many(app: Flask, statement: str) -> None:
    from sqlalchemy.exc import IntegrityError

    from tests.factories import a_voyage

    a_voyage()
    with pytest.raises(IntegrityError):
        db.session.execute(db.text(statement))
    db.session.rollback()


KEPT = ("voyage", "port_call", "leg", "booking", "passenger", "ticket", "scan", "allotment", "leg_load", "departure")

NOT_TO_BE_MADE_AGAIN = {"question"}
"""Columns that an earlier schema cannot give back: a digest of what was asked and is not kept."""


def _rows(columns: dict[str, list[str]] | None = None) -> dict[str, Any]:
    """Every row of the tables that matter, by table; only these columns where they are given."""
    db.session.remove()
    found = inspect(db.engine)
    there = {t: [c["name"] for c in found.get_columns(t) if c["name"] not in NOT_TO_BE_MADE_AGAIN] for t in KEPT}
    told: dict[str, Any] = {"columns": columns or there}
    with db.engine.connect() as connection:
        for table, names in told["columns"].items():
            # A reserved name is a name all the same.
            wanted = ", ".join(f'"{name}"' for name in names)
            rows = connection.exec_driver_sql(f"SELECT {wanted} FROM {table}").all()
            told[table] = sorted(map(repr, rows))
    return told


def test_a_port_that_has_been_selling_keeps_every_booking_ticket_and_counter(app: Flask, clock: Clock) -> None:
    _sell_of_every_kind(app, clock)
    at_head = _rows()
    downgrade(revision="0002")
    before = _rows()
    assert min(len(before[table]) for table in KEPT) > 0
    for _ in range(2):
        upgrade()
        assert _rows(before["columns"]) == before
        assert [str(difference) for difference in recount()] == []
        downgrade(revision="0002")
        assert _rows() == before
    upgrade()
    assert _rows(at_head["columns"]) == at_head, "also what no table knew before"
    # And what it sold before can be gone on with.
    a_booking(a_voyage(places=2))
    clock.forward(days=1)
    expire_holds()


def test_phones_that_were_read_wrong_are_put_right_where_they_can_mean_nothing_else(app: Flask) -> None:
    booking = a_hold(a_voyage())
    [file] = (config.ROOT / "migrations" / "versions").glob("*_phones_dialled_from_abroad.py")
    migration = runpy.run_path(str(file))
    for kept, right in (
        ("+62628123456789", "+628123456789"),
        ("+6281234567890", "+6281234567890"),
        ("+6262812345678", "+6262812345678"),
        ("+6561234567", "+6561234567"),
        ("", ""),
    ):
        db.session.execute(db.update(Booking).values(phone=kept))
        db.session.commit()
        with db.engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
            migration["upgrade"]()
        db.session.expire_all()
        assert db.session.get(Booking, booking.id).phone == right


def _sell_of_every_kind(app: Flask, clock: Clock) -> None:
    """Held, sold, unpaid, given back, ended, aboard and refused, with infants, over one leg and two."""
    voyage = a_voyage("Sampit", "Semarang", "Kumai", departs_at=clock.moment + timedelta(minutes=90))
    a_hold(a_voyage())
    clock.forward(minutes=16)
    expire_holds()
    a_hold(voyage, 2, 1)
    release(a_hold(voyage).code)
    a_booking(voyage, 1, payment=PaymentMethod.COUNTER)
    shown = [ticket.signed for ticket in tickets_of(a_booking(voyage, 2, 2))]
    ids = (departure_of(voyage).id, a_gate().id, a_user().id)
    for signed in (shown[0], shown[0], shown[2], "0000000000"):
        scan(Showing(str(uuid4()), signed, *ids, app_clock.now()), app.extensions["keyring"])


def test_who_lost_a_place_before_gets_the_ship_that_the_voyage_still_knows(app: Flask, clock: Clock) -> None:
    voyage, small = a_voyage(places=10), a_ship("KM Kecil")
    booked = voyage.ship.name if voyage.ship else ""
    record_capacity(small.id, certificate=1, valid_from=date(2020, 1, 1), valid_to=date(2090, 1, 1))
    a_booking(voyage), a_booking(voyage)
    swap_ship(voyage.id, small.id, "naik docking")
    clock.forward(minutes=1)
    cancel_voyage(voyage.id, "weather", "ombak tinggi")
    db.session.execute(db.text("UPDATE displacement SET ship_name = ''"))
    known = runpy.run_path("migrations/versions/0054_ship_of_displacements.py")["KNOWN"]
    db.session.execute(db.text(known))
    names = db.session.scalars(db.select(Displacement.ship_name).order_by(Displacement.id)).all()
    assert names == [booked, "KM Kecil"]
