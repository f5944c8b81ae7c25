"""Scans that a device has judged alone: who boards by them, and by which moment."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from flask import Flask

from app.boarding.actions import departure as departure_actions
from app.boarding.actions import scan as scan_actions
from app.boarding.judgement import DeviceVerdict, ScanAnswer, Showing
from app.boarding.models import Scan, Stage, Verdict
from app.boarding.queries import get_departure, list_used
from app.booking.actions.cancellation import cancel_passengers
from app.booking.models import Passenger
from app.db import db
from app.errors import Refusal
from app.flow.recount import recount
from tests.boarding.actions.test_scan import Pier
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_user, tickets_of

PASSED = DeviceVerdict(Verdict.PASS, "admitted")


@pytest.fixture
def pier(app: Flask, clock: Clock) -> Pier:
    return Pier(app, clock)


def kept_on_device(pier: Pier, shown: str, told: DeviceVerdict = PASSED, **other: object) -> Showing:
    """A scan that a device has just judged alone."""
    departure, gate, officer = pier.ids
    showing = Showing(str(uuid4()), shown, departure, gate, officer, pier.clock.moment, device=told)
    return replace(showing, **other)


def upload(pier: Pier, showing: Showing) -> ScanAnswer:
    return scan_actions.scan(showing, pier.app.extensions["keyring"])


def row(showing: Showing) -> Scan:
    db.session.expire_all()
    return db.session.get_one(Scan, showing.scan_id)


def sound(pier: Pier, aboard: int) -> None:
    """So many are aboard, and every sum agrees."""
    db.session.expire_all()
    assert pier.aboard() == aboard
    assert get_departure(pier.ids[0]).boarded == aboard
    assert db.session.query(Passenger).filter(Passenger.boarded_at.is_not(None)).count() == aboard
    assert recount() == []


def test_a_pass_of_a_device_boards_at_the_moment_when_it_was_made(pier: Pier) -> None:
    pier.open()
    showing = kept_on_device(pier, tickets_of(a_booking(pier.voyage))[0].signed)
    pier.clock.forward(hours=20)
    answer = upload(pier, showing)
    assert (answer.verdict, answer.reason) == (Verdict.PASS, "admitted")
    kept = row(showing)
    assert (kept.scanned_at, kept.decided_at, kept.received_at) == (
        showing.scanned_at,
        showing.scanned_at,
        pier.clock.moment,
    )
    assert (kept.device_verdict, kept.device_reason) == ("pass", "admitted")
    assert kept.ticket is not None
    assert kept.ticket.passenger.boarded_at == showing.scanned_at
    sound(pier, 1)


def test_a_scan_before_the_ship_left_is_not_too_late_because_it_arrives_afterwards(pier: Pier) -> None:
    first, second, third = (t.signed for t in tickets_of(a_booking(pier.voyage, adults=3)))
    early = kept_on_device(pier, third)
    pier.open()
    before = kept_on_device(pier, first)
    pier.clock.forward(minutes=130)
    departure_actions.depart(pier.ids[0], pier.officer.id)
    pier.clock.forward(minutes=1)
    after = kept_on_device(pier, second)
    pier.clock.forward(hours=5)
    assert upload(pier, before).reason == "admitted"
    assert upload(pier, after).reason == "departed"
    assert upload(pier, early).reason == "too_early"
    assert pier.scan(second).reason == "departed", "asked now, it is over"
    sound(pier, 1)


@pytest.mark.parametrize(
    ("off", "decided"),
    [
        (timedelta(hours=-72), timedelta(hours=-72)),
        (timedelta(hours=-72, seconds=-1), None),
        (timedelta(minutes=5), timedelta(0)),
        (timedelta(minutes=5, seconds=1), None),
        (timedelta(days=-20_000), None),
    ],
)
def test_a_clock_far_off_is_not_believed(pier: Pier, off: timedelta, decided: timedelta | None) -> None:
    pier.clock.forward(hours=1)
    departure_actions.open_boarding(pier.ids[0], pier.officer.id)
    now = pier.clock.moment
    showing = kept_on_device(pier, tickets_of(a_booking(pier.voyage))[0].signed, scanned_at=now + off)
    answer = upload(pier, showing)
    assert answer.reason == ("too_early" if off == timedelta(hours=-72) else "admitted")
    assert row(showing).decided_at == (now + decided if decided is not None else None)
    assert (row(showing).scanned_at, row(showing).received_at) == (now + off, now)


@pytest.mark.parametrize("verdict", [Verdict.HOLD, Verdict.REFUSE, Verdict.REFER])
def test_what_a_device_did_not_let_pass_never_boards(pier: Pier, verdict: Verdict) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    showing = kept_on_device(pier, signed, DeviceVerdict(verdict, "ship_full"))
    answer = upload(pier, showing)
    assert (answer.verdict, answer.reason, answer.details) == (verdict, "ship_full", {"alone": True})
    kept = row(showing)
    assert (kept.verdict, kept.reason) == (kept.device_verdict, kept.device_reason) == (verdict, "ship_full")
    assert get_departure(pier.ids[0]).refused == 1
    sound(pier, 0)
    assert pier.scan(signed, showing.scan_id).verdict == verdict, "the same scan asked again, late"
    sound(pier, 0)
    assert pier.scan(signed).reason == "admitted", "another showing is another scan"
    sound(pier, 1)


@pytest.mark.parametrize("reason", ["confirm", "provisional_confirm", "mistyped"])
def test_where_nothing_was_decided_nobody_was_refused(pier: Pier, reason: str) -> None:
    showing = kept_on_device(pier, tickets_of(a_booking(pier.voyage))[0].signed, DeviceVerdict(Verdict.HOLD, reason))
    upload(pier, showing)
    assert get_departure(pier.ids[0]).refused == 0
    assert (row(showing).reason, row(showing).device_reason) == (reason.removeprefix("provisional_"), reason)
    sound(pier, 0)


def test_what_an_officer_has_looked_at_is_kept_also_where_nobody_passed(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    said = {"identity.name_matches": False}
    upload(pier, kept_on_device(pier, signed, DeviceVerdict(Verdict.REFER, "rules_refer"), said=said))
    from app.booking.eligibility.models import Statement

    [statement] = db.session.scalars(db.select(Statement))
    assert (statement.fact, statement.value, statement.said_at) == ("identity.name_matches", False, pier.clock.moment)


def test_uploaded_again_it_is_the_same_answer_and_counts_nothing(pier: Pier) -> None:
    pier.open()
    tickets = tickets_of(a_booking(pier.voyage, adults=2))
    passed = kept_on_device(pier, tickets[0].signed)
    refused = kept_on_device(pier, tickets[1].signed, DeviceVerdict(Verdict.REFUSE, "already_used"))
    first = [upload(pier, passed), upload(pier, refused)]
    pier.clock.forward(hours=30)
    assert [upload(pier, passed), upload(pier, refused)] == first
    assert get_departure(pier.ids[0]).refused == 1
    sound(pier, 1)
    with pytest.raises(Refusal, match="request_id_reused"):
        upload(pier, replace(passed, shown=tickets[1].signed))
    sound(pier, 1)


def test_two_devices_with_the_same_ticket_board_one_soul_and_the_other_is_kept(pier: Pier) -> None:
    pier.open()
    ticket = tickets_of(a_booking(pier.voyage))[0]
    first = kept_on_device(pier, ticket.signed)
    pier.clock.forward(minutes=4)
    other_gate = a_gate(pier.departure.call.port)
    second = kept_on_device(pier, ticket.serial, gate_id=other_gate.id, officer_id=a_user().id)
    pier.clock.forward(hours=2)
    assert upload(pier, second).reason == "admitted", "whichever meets the server first"
    answer = upload(pier, first)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSE, "already_used")
    assert answer.details == {"at": second.scanned_at.isoformat(), "gate": other_gate.name}
    assert row(first).device_verdict == "pass"
    sound(pier, 1)


def test_in_whichever_order_they_come_no_soul_is_counted_twice_or_lost(pier: Pier) -> None:
    for number, order in enumerate(permutations(range(4))):
        if number % 6:
            continue
        pier.clock.forward(seconds=1)
        one = Pier(pier.app, pier.clock)
        one.open()
        a, b = (ticket.signed for ticket in tickets_of(a_booking(one.voyage, adults=2)))
        scans = [
            kept_on_device(one, a),
            kept_on_device(one, a),
            kept_on_device(one, b),
            kept_on_device(one, b, DeviceVerdict(Verdict.HOLD, "confirm")),
        ]
        one.clock.forward(hours=1)
        answers = {at: upload(one, scans[at]) for at in order}
        passed = [answers[at].verdict == Verdict.PASS for at in range(4)]
        assert passed[0] != passed[1], "one of the two"
        assert passed[2:] == [True, False]
        assert one.aboard() == 2
        one.clock.moment = pier.clock.moment
    assert recount() == []


def test_an_answer_that_the_device_never_heard_is_kept_with_what_it_told(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    asked = kept_on_device(pier, signed)
    assert pier.scan(signed, asked.scan_id).reason == "too_early"
    answer = upload(pier, asked)
    assert (answer.verdict, answer.reason) == (Verdict.HOLD, "too_early")
    assert (row(asked).device_verdict, row(asked).decided_at) == ("pass", None)
    upload(pier, replace(asked, device=DeviceVerdict(Verdict.HOLD, "confirm")))
    assert row(asked).device_verdict == "pass", "the first time counts"


def test_a_ticket_that_was_cancelled_meanwhile_boards_nobody(pier: Pier) -> None:
    booking = a_booking(pier.voyage, adults=2)
    showing = kept_on_device(pier, tickets_of(booking)[0].signed)
    cancel_passengers(booking.code, [0])
    pier.clock.forward(hours=4)
    answer = upload(pier, replace(showing, scanned_at=pier.clock.moment - timedelta(hours=1)))
    assert (answer.verdict, answer.reason) == (Verdict.REFUSE, "cancelled")
    sound(pier, 0)


def test_who_has_passed_by_then_is_told_by_the_moments_of_the_scans(pier: Pier) -> None:
    ticket = tickets_of(a_booking(pier.voyage))[0]
    pier.open()
    showing = kept_on_device(pier, ticket.signed)
    pier.clock.forward(hours=1)
    upload(pier, showing)
    at: datetime = showing.scanned_at
    assert list_used([ticket.id], Stage.GANGWAY, at) == {ticket.id}
    assert list_used([ticket.id], Stage.GANGWAY, at - timedelta(seconds=1)) == set()
