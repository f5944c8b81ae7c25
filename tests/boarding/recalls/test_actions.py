"""People whom a device let aboard and the server did not accept, until each has an end."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.actions import set_ports
from app.accounts.models import User
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Scan, Stage, Verdict
from app.boarding.passenger_counts import Group, list_passengers
from app.boarding.recalls.actions import settle_recall
from app.boarding.recalls.models import RecallEnd
from app.boarding.recalls.queries import count_recalls, list_recalls
from app.booking.tickets.code import new_serial
from app.db import db
from app.errors import NotFound, Refusal
from app.seats.models import LegLoad
from tests.boarding.actions.test_scan import Pier
from tests.boarding.actions.test_upload import PASSED, kept_on_device, row, sound, upload
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_port, a_user, tickets_of

REASON = "Nama sudah dicocokkan pengawas"


@pytest.fixture
def pier(app: Flask, clock: Clock) -> Pier:
    return Pier(app, clock)


def too_early(pier: Pier, shown: str) -> Showing:
    """Somebody whom a device has let aboard a minute before boarding was open."""
    pier.open()
    pier.clock.forward(minutes=-1)
    showing = kept_on_device(pier, shown)
    pier.clock.forward(minutes=10)
    assert upload(pier, showing).reason == "too_early"
    return showing


def a_supervisor() -> User:
    supervisor = a_user()
    supervisor.may_exempt = True
    db.session.commit()
    return supervisor


def end(pier: Pier, showing: Showing, by: int, ended: RecallEnd, reason: str = "") -> None:
    settle_recall(showing.scan_id, pier.ids[0], by, ended, reason)


def refused(pier: Pier, showing: Showing, by: int, ended: RecallEnd, reason: str = "") -> str:
    with pytest.raises(Refusal) as found:
        end(pier, showing, by, ended, reason)
    return found.value.code


def test_a_copy_is_listed_with_both_places_and_times(pier: Pier) -> None:
    pier.open()
    ticket = tickets_of(a_booking(pier.voyage))[0]
    first = kept_on_device(pier, ticket.signed)
    pier.clock.forward(minutes=3)
    gate, officer = a_gate(pier.departure.call.port), a_user()
    second = kept_on_device(pier, ticket.signed, gate_id=gate.id, officer_id=officer.id)
    upload(pier, second)
    assert count_recalls(pier.ids[0]) == 0
    upload(pier, first)
    assert count_recalls(pier.ids[0]) == 1
    [copy] = list_recalls(pier.ids[0])
    assert copy.passed is not None
    aboard = (copy.scan.scanned_at, copy.scan.gate.id, copy.officer)
    assert aboard == (first.scanned_at, pier.gate.id, pier.officer.name)
    assert (copy.passed.moment, copy.passed.gate.id, copy.passed_by) == (second.scanned_at, gate.id, officer.name)
    assert refused(pier, first, a_supervisor().id, RecallEnd.ACCEPTED, REASON) == "recall_not_acceptable"
    end(pier, first, officer.id, RecallEnd.SAME_PERSON)
    assert count_recalls(pier.ids[0]) == 0
    sound(pier, 1)


def test_whoever_goes_ashore_is_off_the_list_and_counted_nowhere(pier: Pier) -> None:
    showing = too_early(pier, tickets_of(a_booking(pier.voyage))[0].signed)
    assert list_passengers(pier.ids[0], Group.TURNED_AWAY, 9) == [], "nobody turned this person away"
    assert refused(pier, showing, pier.officer.id, RecallEnd.SAME_PERSON) == "recall_not_aboard"
    end(pier, showing, pier.officer.id, RecallEnd.CALLED_OFF)
    end(pier, showing, pier.officer.id, RecallEnd.CALLED_OFF)
    [one] = list_recalls(pier.ids[0])
    assert one.settlement is not None
    assert (one.settlement.ended, one.settlement.settler.id) == ("called_off", pier.officer.id)
    assert refused(pier, showing, a_supervisor().id, RecallEnd.ACCEPTED, REASON) == "recall_settled"
    sound(pier, 0)


def test_a_supervisor_accepts_with_a_reason_and_the_soul_is_counted_once(pier: Pier) -> None:
    ticket = tickets_of(a_booking(pier.voyage))[0]
    showing, supervisor = too_early(pier, ticket.signed), a_supervisor()
    assert refused(pier, showing, pier.officer.id, RecallEnd.ACCEPTED, REASON) == "may_not_exempt"
    assert refused(pier, showing, supervisor.id, RecallEnd.ACCEPTED, "...") == "exemption_reason_missing"
    for _ in range(2):
        end(pier, showing, supervisor.id, RecallEnd.ACCEPTED, REASON)
        sound(pier, 1)
    [one] = list_recalls(pier.ids[0])
    assert one.passed is not None
    assert one.settlement is not None
    assert (one.passed.id, one.passed.reason) == (one.settlement.pass_id, "by_supervisor")
    assert (one.passed.moment, one.passed.received_at) == (showing.scanned_at, pier.clock.moment)
    assert (one.passed.officer_id, one.passed.device_verdict) == (supervisor.id, "pass")
    assert pier.scan(ticket.signed).reason == "already_used"
    assert upload(pier, showing).reason == "too_early", "the device is told what it was told"
    sound(pier, 1)


@pytest.mark.invented_counts
def test_never_above_the_ceiling_nor_with_a_ticket_that_is_none(pier: Pier) -> None:
    supervisor = a_supervisor()
    showing = too_early(pier, tickets_of(a_booking(pier.voyage))[0].signed)
    unknown = kept_on_device(pier, new_serial())
    upload(pier, unknown)
    assert refused(pier, unknown, supervisor.id, RecallEnd.ACCEPTED, REASON) == "recall_not_acceptable"
    load = db.session.scalars(db.select(LegLoad)).one()
    load.aboard = load.ceiling
    db.session.commit()
    assert refused(pier, showing, supervisor.id, RecallEnd.ACCEPTED, REASON) == "ship_full"
    assert count_recalls(pier.ids[0]) == 2


def test_only_who_was_let_aboard_alone_is_called_back_and_only_at_ones_own_port(pier: Pier) -> None:
    pier.open()
    tickets = tickets_of(a_booking(pier.voyage, adults=3))
    good = kept_on_device(pier, tickets[0].signed)
    held = kept_on_device(pier, tickets[1].signed, DeviceVerdict(Verdict.HOLD, "confirm"))
    at_terminal = kept_on_device(pier, new_serial(), gate_id=a_gate(pier.departure.call.port, Stage.TERMINAL).id)
    for showing in (good, held, at_terminal):
        upload(pier, showing)
        with pytest.raises(NotFound):
            end(pier, showing, pier.officer.id, RecallEnd.CALLED_OFF)
    assert list_recalls(pier.ids[0]) == []
    unknown = kept_on_device(pier, new_serial(), PASSED)
    upload(pier, unknown)
    stranger = a_user()
    set_ports(stranger.id, [a_port("Kumai").id])
    assert refused(pier, unknown, stranger.id, RecallEnd.CALLED_OFF) == "not_your_port"


def test_an_answer_that_the_device_never_heard_is_called_back_too(pier: Pier) -> None:
    asked = kept_on_device(pier, tickets_of(a_booking(pier.voyage))[0].signed)
    assert pier.scan(asked.shown, asked.scan_id).reason == "too_early"
    assert count_recalls(pier.ids[0]) == 0
    upload(pier, asked)
    assert count_recalls(pier.ids[0]) == 1


def test_the_ship_that_left_with_somebody_is_told_afterwards(pier: Pier) -> None:
    showing = too_early(pier, tickets_of(a_booking(pier.voyage))[0].signed)
    pier.departure.call.actual_departure = pier.clock.moment
    db.session.commit()
    pier.clock.forward(hours=2)
    end(pier, showing, a_supervisor().id, RecallEnd.ACCEPTED, REASON)
    sound(pier, 1)
    assert row(showing).verdict == Verdict.HOLD, "what was judged stays"
    assert db.session.query(Scan).count() == 2
    assert pier.clock.moment - showing.scanned_at > timedelta(hours=2)
