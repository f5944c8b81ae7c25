"""Stepping off and coming back: aboard is in minus out, and a ticket is aboard or it is not."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.boarding.actions import departure as departure_actions
from app.boarding.actions import scan as scan_actions
from app.boarding.judgement import DeviceVerdict, ScanAnswer, Showing
from app.boarding.models import Direction, Scan, Stage, Verdict
from app.boarding.no_shows import list_absent
from app.boarding.queries import get_departure
from app.boarding.recalls.queries import count_recalls
from app.boarding.step_offs.models import StepOff
from app.booking.actions.hold import hold
from app.booking.actions.payment import name_travelers
from app.booking.models import Passenger
from app.db import db
from app.errors import Refusal
from app.flow.recount import recount
from app.seats.models import LegLoad
from tests.boarding.actions.test_scan import Pier
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_traveler, departure_of, pay, tickets_of

ALONE = DeviceVerdict(Verdict.PASS, "admitted")


class Ship(Pier):
    """A ship at Sampit, with a gate at its side where people go aboard and ashore."""

    def shows(self, shown: str, direction: Direction = Direction.IN, **other: object) -> ScanAnswer:
        departure, gate, officer = self.ids
        told: dict[str, object] = {"departure_id": departure, "gate_id": gate, "scanned_at": self.clock.moment, **other}
        showing = Showing(str(uuid4()), shown, officer_id=officer, direction=direction, **told)  # type: ignore[arg-type]
        return scan_actions.scan(showing, self.app.extensions["keyring"])

    def goes_out(self, shown: str, **other: object) -> ScanAnswer:
        return self.shows(shown, Direction.OUT, **other)

    def souls(self) -> list[int]:
        """Aboard leg by leg; every other count agrees."""
        db.session.expire_all()
        assert recount() == []
        return list(db.session.scalars(db.select(LegLoad.aboard).order_by(LegLoad.leg_id)))


@pytest.fixture
def ship(app: Flask, clock: Clock) -> Ship:
    ship = Ship(app, clock)
    ship.open()
    return ship


@pytest.fixture
def through(app: Flask, clock: Clock) -> Ship:
    """One that calls at Semarang on its way to Surabaya."""
    ship = Ship(app, clock, "Sampit", "Semarang", "Surabaya")
    ship.open()
    return ship


def a_ticket(ship: Ship) -> str:
    return tickets_of(a_booking(ship.voyage))[0].signed


def a_ticket_to(ship: Ship, position: int) -> str:
    """From the first call to the one at that position."""
    calls = ship.voyage.calls
    held = hold(str(uuid4()), ship.voyage.id, 1, 1, 0, from_call_id=calls[0].id, to_call_id=calls[position].id)
    named = name_travelers(held.code, "+6281200000001", [a_traveler()], at_counter=True)
    return tickets_of(pay(named.code))[0].signed


def test_who_steps_off_is_not_aboard_and_comes_back_on_the_same_ticket(ship: Ship) -> None:
    signed = a_ticket(ship)
    ship.shows(signed)
    for _ in range(2):
        ship.clock.forward(minutes=5)
        off = ship.goes_out(signed)
        assert (off.verdict, off.reason, off.aboard) == (Verdict.PASS, "stepped_off", 0)
        assert ship.souls() == [0]
        left = ship.clock.moment
        ship.clock.forward(minutes=5)
        back = ship.shows(signed)
        assert (back.verdict, back.reason, back.aboard) == (Verdict.PASS, "came_back", 1)
        assert back.details == {"at": left.isoformat()}
        assert ship.souls() == [1]
    assert get_departure(ship.ids[0]).boarded == 1
    again = ship.shows(signed)
    assert (again.verdict, again.reason) == (Verdict.REFUSE, "already_used")
    assert again.details["at"] == ship.clock.moment.isoformat()


def test_nobody_steps_off_twice_or_without_having_come_aboard(ship: Ship) -> None:
    first, second = (ticket.signed for ticket in tickets_of(a_booking(ship.voyage, 2)))
    unseen = ship.goes_out(first)
    assert (unseen.verdict, unseen.reason, unseen.details) == (Verdict.REFER, "not_aboard", {})
    ship.shows(second)
    ship.goes_out(second)
    twice = ship.goes_out(second)
    assert (twice.verdict, twice.reason) == (Verdict.REFER, "not_aboard")
    assert twice.details == {"at": ship.clock.moment.isoformat()}
    assert ship.souls() == [0]
    assert get_departure(ship.ids[0]).refused == 0


def test_an_infant_is_a_soul_that_steps_off_like_any_other(ship: Ship) -> None:
    tickets = tickets_of(a_booking(ship.voyage, 1, 1))
    for ticket in tickets:
        ship.shows(ticket.signed)
    assert ship.souls() == [2]
    infant = next(ticket for ticket in tickets if ticket.passenger.infant)
    assert ship.goes_out(infant.signed).infant
    assert ship.souls() == [1]


def test_whoever_stepped_off_is_no_no_show_and_enters_the_terminal_again(ship: Ship) -> None:
    signed = a_ticket(ship)
    terminal = a_gate(stage=Stage.TERMINAL)
    ship.shows(signed, gate_id=terminal.id)
    ship.shows(signed)
    ship.goes_out(signed)
    assert db.session.scalars(db.select(Passenger.boarded_at)).one() is None
    assert list_absent(get_departure(ship.ids[0])) == []
    assert ship.shows(signed, gate_id=terminal.id).reason == "entered_again"
    assert ship.shows(signed).reason == "came_back"


def test_a_ticket_goes_out_at_the_ships_side_alone(ship: Ship) -> None:
    signed = a_ticket(ship)
    ship.shows(signed)
    with pytest.raises(Refusal, match="not_at_the_ship"):
        ship.goes_out(signed, gate_id=a_gate(stage=Stage.QUAY).id)
    assert ship.souls() == [1]


def test_after_the_ship_has_left_nobody_steps_off_or_comes_back(ship: Ship) -> None:
    first, second = (ticket.signed for ticket in tickets_of(a_booking(ship.voyage, 2)))
    ship.shows(first)
    ship.shows(second)
    ship.goes_out(second)
    ship.clock.forward(hours=3)
    departure_actions.depart(ship.ids[0], ship.ids[2])
    assert ship.goes_out(first).reason == "departed"
    assert ship.shows(second).reason == "departed"
    assert ship.souls() == [1]


def test_at_a_call_on_the_way_one_alights_and_another_steps_off_and_comes_back(through: Ship) -> None:
    ends, goes_on = a_ticket_to(through, 1), a_ticket_to(through, 2)
    for signed in (ends, goes_on):
        assert through.shows(signed).reason == "admitted"
    assert through.souls() == [2, 1]
    through.clock.forward(hours=3)
    departure_actions.depart(through.ids[0], through.ids[2])
    call = departure_of(through.voyage, 1)
    here = {"departure_id": call.id, "gate_id": a_gate(call.call.port).id}
    through.clock.moment = call.call.planned_departure - timedelta(hours=1)
    assert through.goes_out(ends, **here).reason == "alighted"
    assert through.goes_out(goes_on, **here).reason == "stepped_off"
    assert through.souls() == [2, 0]
    assert through.shows(ends, **here).reason == "wrong_port"
    back = through.shows(goes_on, **here)
    assert (back.reason, back.aboard) == ("came_back", 1)
    assert through.souls() == [2, 1]
    db.session.expire_all()
    assert (get_departure(through.ids[0]).boarded, get_departure(call.id).boarded) == (2, 0)


def test_what_phones_tell_late_makes_the_same_in_whatever_order_it_comes(ship: Ship) -> None:
    began = ship.clock.moment
    story = [(0, Direction.IN), (10, Direction.OUT), (20, Direction.IN), (30, Direction.OUT), (40, Direction.IN)]
    for length, aboard, step in ((2, 0, 1), (3, 1, 1), (4, 0, 5), (5, 1, 29)):
        for order in list(permutations(story[:length]))[::step]:
            signed = a_ticket(ship)
            before = ship.souls()[0]
            ship.clock.moment = began + timedelta(minutes=45)
            for minutes, direction in order:
                at = began + timedelta(minutes=minutes)
                ship.shows(signed, direction, scanned_at=at, device=ALONE)
            assert (ship.souls()[0] - before, order) == (aboard, order)
            assert (count_recalls(ship.ids[0]), order) == (0, order)
            for _ in range(aboard):
                ship.goes_out(signed)


def test_a_copy_among_late_crossings_is_called_back_in_whatever_order_they_come(ship: Ship) -> None:
    began = ship.clock.moment
    story = [(0, Direction.IN), (5, Direction.IN), (10, Direction.OUT), (20, Direction.IN)]
    for number, order in enumerate(list(permutations(story))[::4], 1):
        signed = a_ticket(ship)
        before = ship.souls()[0]
        ship.clock.moment = began + timedelta(minutes=45)
        for minutes, direction in order:
            ship.shows(signed, direction, scanned_at=began + timedelta(minutes=minutes), device=ALONE)
        assert (ship.souls()[0] - before, order) == (1, order)
        assert (count_recalls(ship.ids[0]), order) == (number, order)


@pytest.fixture
def ashore(ship: Ship) -> Iterator[StepOff]:
    signed = a_ticket(ship)
    ship.shows(signed)
    ship.goes_out(signed)
    yield db.session.scalars(db.select(StepOff)).one()
    db.session.rollback()


def test_the_tables_let_no_ticket_step_off_twice_before_it_came_back(ashore: StepOff) -> None:
    other = db.session.scalars(db.select(Scan.id).where(Scan.direction == "in")).one()
    same = {"ticket_id": ashore.ticket_id, "departure_id": ashore.departure_id, "at": ashore.at}
    db.session.add(StepOff(scan_id=other, **same))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_tables_let_no_ticket_be_admitted_again_but_by_coming_back(ashore: StepOff) -> None:
    first = db.session.scalars(db.select(Scan).where(Scan.direction == "in")).one()
    columns = {column.name: getattr(first, column.name) for column in Scan.__table__.columns}
    db.session.add(Scan(**{**columns, "id": str(uuid4())}))
    with pytest.raises(IntegrityError):
        db.session.flush()
