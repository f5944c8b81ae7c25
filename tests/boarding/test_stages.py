"""Terminal, quay and gangway: a ticket passes once at each, and only the last one counts people."""

from uuid import uuid4

import pytest
from flask import Flask

from app.boarding import judgement
from app.boarding.actions import scan
from app.boarding.judgement import Showing
from app.boarding.models import Scan, Stage, Verdict
from app.boarding.no_shows import list_absent
from app.boarding.queries import count_scans, get_departure
from app.booking.models import Passenger
from app.booking.tickets.code import new_serial
from app.db import db
from tests.boarding.actions.test_scan import Pier
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, tickets_of


class Port(Pier):
    """A departure with a gate at every stage."""

    def at(self, stage: Stage, shown: str) -> judgement.ScanAnswer:
        gate = a_gate(stage=stage)
        return scan.scan(
            Showing(str(uuid4()), shown, self.ids[0], gate.id, self.ids[2], self.clock.moment),
            self.app.extensions["keyring"],
        )


@pytest.fixture
def port(app: Flask, clock: Clock) -> Port:
    return Port(app, clock)


def test_whoever_enters_the_terminal_is_not_aboard(port: Port) -> None:
    signed = tickets_of(a_booking(port.voyage))[0].signed
    port.open()
    answer = port.at(Stage.TERMINAL, signed)
    assert (answer.verdict, answer.reason, answer.aboard) == (Verdict.PASS, "entered", 0)
    departure = get_departure(port.ids[0])
    assert (departure.boarded, departure.refused) == (0, 0)
    assert db.session.scalars(db.select(Passenger.boarded_at)).one() is None
    assert [kept.stage for kept in db.session.scalars(db.select(Scan))] == ["terminal"]


def test_one_ticket_passes_terminal_quay_and_gangway_in_turn(port: Port) -> None:
    signed = tickets_of(a_booking(port.voyage))[0].signed
    port.open()
    answers = [port.at(stage, signed) for stage in (Stage.TERMINAL, Stage.QUAY, Stage.GANGWAY)]
    assert [answer.reason for answer in answers] == ["entered", "entered", "admitted"]
    assert port.aboard() == 1


def test_whoever_went_out_with_a_wristband_comes_in_again_and_the_officer_sees_since_when(port: Port) -> None:
    signed = tickets_of(a_booking(port.voyage))[0].signed
    port.open()
    port.at(Stage.TERMINAL, signed)
    first = port.clock.moment
    for _ in range(2):
        port.clock.forward(minutes=10)
        answer = port.at(Stage.TERMINAL, signed)
        assert (answer.verdict, answer.reason) == (Verdict.PASS, "entered_again")
        assert answer.details == {"at": first.isoformat(), "gate": "Sampit · Terminal"}


@pytest.mark.parametrize("stage", [Stage.TERMINAL, Stage.QUAY, Stage.GANGWAY])
def test_whoever_is_aboard_does_not_enter_anywhere_again(port: Port, stage: Stage) -> None:
    signed = tickets_of(a_booking(port.voyage))[0].signed
    port.open()
    port.at(Stage.TERMINAL, signed)
    port.at(Stage.GANGWAY, signed)
    answer = port.at(stage, signed)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSE, "already_used")


def test_a_refusal_in_the_terminal_is_in_no_sum_of_the_ship(port: Port) -> None:
    port.open()
    shown = new_serial()
    assert port.at(Stage.TERMINAL, shown).reason == "unknown_ticket"
    assert get_departure(port.ids[0]).refused == 0
    assert count_scans(port.ids[0]) == []
    assert port.at(Stage.GANGWAY, shown).reason == "unknown_ticket"
    db.session.expire_all()
    assert get_departure(port.ids[0]).refused == 1
    assert count_scans(port.ids[0]) == [("refer", "unknown_ticket", 1)]


def test_whoever_only_came_into_the_terminal_is_still_missing_at_the_cut_off(port: Port) -> None:
    signed = tickets_of(a_booking(port.voyage))[0].signed
    port.open()
    port.at(Stage.TERMINAL, signed)
    assert len(list_absent(get_departure(port.ids[0]))) == 1
