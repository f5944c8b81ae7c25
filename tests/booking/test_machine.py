"""Anything in any order: see machine.py.

    MACHINE_EXAMPLES=500 [MACHINE_SHRINK=1] .venv/bin/python -m pytest -n 0 tests/booking/test_machine.py

looks for longer and at other examples every time; with MACHINE_SHRINK for the shortest way to a fault, which takes
minutes.
"""

import os

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event

from app.accounts.models import Role
from app.db import db
from tests.booking.machine import Port
from tests.conftest import Clock
from tests.factories import a_user

pytestmark = pytest.mark.long

EXAMPLES = {"sqlite": 18, "postgresql": 6}
"""On PostgreSQL fewer: every step commits, and the rules are the same."""
LONG = int(os.environ.get("MACHINE_EXAMPLES", "0"))
"""So many on each engine instead."""


def test_whatever_people_do_in_whatever_order_the_ledger_agrees(app: Flask, clock: Clock) -> None:
    class Here(Port):
        pass

    if db.engine.dialect.name == "sqlite":
        # Nobody pulls the plug here, and a disk that is busy would make a long wait of 2,000 commits.
        db.session.remove()
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    Here.app, Here.clock, Here.start = app, clock, clock.moment
    Here.officer_id = a_user(Role.OFFICER).id
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=LONG or EXAMPLES[db.engine.dialect.name],
            stateful_step_count=50 if LONG else 25,
            deadline=None,
            derandomize=not LONG,
            database=None,
            phases=[Phase.generate, Phase.shrink] if os.environ.get("MACHINE_SHRINK") else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
