"""Anything in any order: see machine.py."""

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app.accounts.models import Role
from app.db import db
from tests.booking.machine import Port
from tests.conftest import Clock
from tests.factories import a_user

EXAMPLES = {"sqlite": 20, "postgresql": 5}
"""On PostgreSQL fewer: every step commits, and the rules are the same."""


def test_whatever_people_do_in_whatever_order_the_oracle_agrees(app: Flask, clock: Clock) -> None:
    class Here(Port):
        pass

    Here.app, Here.clock, Here.start = app, clock, clock.moment
    Here.officer_id = a_user(Role.OFFICER).id
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=EXAMPLES[db.engine.dialect.name],
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            # To look for the shortest way to a fault takes minutes: add Phase.shrink where there is one.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
