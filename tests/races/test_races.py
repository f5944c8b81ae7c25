"""What may never happen though everything happens at once: real processes on one database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app import clock
from app.boarding.actions.scan import scan
from app.boarding.judgement import ScanAnswer, Showing
from app.boarding.models import Scan, Stage, Verdict
from app.booking.models import Booking, BookingState
from app.db import db
from app.seats.models import Allotment, LegLoad
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.factories import a_booking, a_gate, a_user, a_voyage, departure_of, tickets_of
from tests.processes import at_once
from tests.races.buyer import buy

pytestmark = pytest.mark.race

PROCESSES, TRIES, PLACES = 30, 10, 57


def test_300_buyers_from_30_processes_buy_exactly_the_57_places(app: Flask, database_url: str) -> None:
    a_user()
    voyage = a_voyage(places=PLACES)
    buyers = at_once(buy, database_url, [(voyage.id, TRIES)] * PROCESSES)
    answers = [line for buyer in buyers for line in buyer.rest()]
    confirmed = [line.removeprefix("confirmed ") for line in answers if line.startswith("confirmed")]
    assert len(answers) == PROCESSES * TRIES
    assert len(confirmed) == PLACES
    assert set(answers) - {f"confirmed {code}" for code in confirmed} == {"sold_out"}
    db.session.rollback()  # what was read before is not what stands there now
    codes = db.session.scalars(db.select(Booking.code).where(Booking.state == BookingState.CONFIRMED)).all()
    assert sorted(codes) == sorted(confirmed)
    allotment = db.session.scalars(db.select(Allotment)).one()
    assert (allotment.held, allotment.sold) == (0, PLACES)
    assert db.session.scalars(db.select(LegLoad)).one().promised == PLACES


def _at_once(
    app: Flask, shown: str, ids: tuple[int, int, int], scan_ids: list[str], said: dict[str, Any] | None = None
) -> list[ScanAnswer]:
    """Scan with each of these ids, all at the same moment."""

    def one(scan_id: str) -> ScanAnswer:
        with app.app_context():
            departure, gate, officer = ids
            return scan(
                Showing(scan_id, shown, departure, gate, officer, clock.now(), said or {}), app.extensions["keyring"]
            )

    with ThreadPoolExecutor(len(scan_ids)) as pool:
        return list(pool.map(one, scan_ids))


@pytest.fixture
def open_gate(app: Flask) -> tuple[str, tuple[int, int, int]]:
    """A paid ticket's code, and the ids of a departure that is boarding, its gate and an officer."""
    voyage = a_voyage(departs_at=clock.now() + timedelta(minutes=90))
    signed = tickets_of(a_booking(voyage))[0].signed
    return signed, (departure_of(voyage).id, a_gate().id, a_user().id)


def test_two_officers_with_the_same_code_at_the_same_moment_admit_it_once(
    app: Flask, open_gate: tuple[str, tuple[int, int, int]]
) -> None:
    signed, ids = open_gate
    answers = _at_once(app, signed, ids, [str(uuid4()) for _ in range(8)])
    assert sorted(a.reason for a in answers) == ["admitted"] + ["already_used"] * 7
    _one_soul_aboard()


def test_two_officers_who_compare_the_same_ticket_at_the_same_moment_admit_it_once(
    app: Flask, open_gate: tuple[str, tuple[int, int, int]]
) -> None:
    signed, ids = open_gate
    in_force(a_rule())
    answers = _at_once(app, signed, ids, [str(uuid4()) for _ in range(8)], {"person.health_app": True})
    assert sorted(a.reason for a in answers) == ["admitted"] + ["already_used"] * 7
    _one_soul_aboard()


def test_one_says_yes_and_another_no_and_whoever_was_first_decides(
    app: Flask, open_gate: tuple[str, tuple[int, int, int]]
) -> None:
    signed, ids = open_gate
    in_force(a_rule())
    with ThreadPoolExecutor(2) as pool:
        words = ({"person.health_app": yes} for yes in (True, False))
        said = [pool.submit(_at_once, app, signed, ids, [str(uuid4())], word) for word in words]
        reasons = {one.result()[0].reason for one in said}
    assert reasons in ({"admitted", "already_used"}, {"admitted", "rules_movable"})
    _one_soul_aboard()


def test_the_same_ticket_at_two_doors_of_the_terminal_enters_once_and_again(
    app: Flask, open_gate: tuple[str, tuple[int, int, int]]
) -> None:
    signed, (departure, _, officer) = open_gate
    ids = (departure, a_gate(stage=Stage.TERMINAL).id, officer)
    answers = _at_once(app, signed, ids, [str(uuid4()) for _ in range(8)])
    assert sorted(a.reason for a in answers) == ["entered"] + ["entered_again"] * 7
    assert db.session.scalars(db.select(LegLoad.aboard)).one() == 0


def test_the_same_scan_sent_eight_times_at_once_boards_once(
    app: Flask, open_gate: tuple[str, tuple[int, int, int]]
) -> None:
    signed, ids = open_gate
    answers = _at_once(app, signed, ids, [str(uuid4())] * 8)
    assert [a.reason for a in answers] == ["admitted"] * 8
    _one_soul_aboard()
    assert db.session.scalar(db.select(db.func.count(Scan.id))) == 1


def _one_soul_aboard() -> None:
    db.session.expire_all()
    assert db.session.scalars(db.select(LegLoad.aboard)).one() == 1
    passed = db.select(db.func.count(Scan.id)).where(Scan.verdict == Verdict.PASS)
    assert db.session.scalar(passed) == 1
