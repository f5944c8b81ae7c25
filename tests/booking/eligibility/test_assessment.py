"""An assessment reads once, and never answers from what has been written, undone or committed by others since."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask

from app import clock as app_clock
from app.booking.actions.cancellation import CORRECTED
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.statements import record
from app.booking.models import Booking, Passenger, Ticket
from app.booking.queries import get_booking
from app.booking.tickets.code import new_serial
from app.booking.travelers import write_down
from app.db import action, db
from app.rules.models import Exemption, RuleSet
from app.schedule.models import PortCall
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.conftest import Clock
from tests.factories import a_booking, a_traveler, a_user, a_voyage
from tests.queries import queries_counted

DAY = timedelta(days=1)


@pytest.fixture
def booking(app: Flask, clock: Clock) -> Booking:
    in_force(a_rule())
    code = a_booking(a_voyage(departs_at=clock() + 2 * DAY), 2, payment=None).code
    db.session.remove()
    return get_booking(code)


def read(booking: Booking) -> Assessment:
    """An assessment that has read everything."""
    assessment = Assessment(booking, app_clock.now())
    assert assessment.requirements() is not None
    return assessment


def test_all_answers_and_all_assessments_of_a_booking_stand_on_one_reading(booking: Booking) -> None:
    with queries_counted() as first:
        read(booking)
    with queries_counted() as again:
        assessment = read(booking)
        assert assessment.payable_until()
        assessment.must_be_sold_to_all(booking.passengers)
    assert (first.count, again.count) == (4, 0), again


def test_another_booking_is_read_for_itself(booking: Booking) -> None:
    other = get_booking(a_booking(booking.voyage, payment=None).code)
    assert [len(read(one).party) for one in (booking, other, booking)] == [2, 1, 2]


def other_people(booking: Booking) -> None:
    write_down(booking, [a_traveler("Orang Lain"), a_traveler("Orang Baru")])


def somebody_gone(booking: Booking) -> None:
    booking.passengers.pop()  # still to be flushed


def something_said(booking: Booking) -> None:
    record(booking.passengers[0], {"person.doses": 2}, None, app_clock.now())


def what_was_said_taken_away(booking: Booking) -> None:
    db.session.execute(db.delete(Statement))


def a_paper(booking: Booking) -> None:
    now = app_clock.now()
    shown = {"kind": "antigen", "result": "negative", "taken_at": now, "entered_at": now}
    db.session.add(ShownDocument(passenger_id=booking.passengers[0].id, **shown))


def a_paper_withdrawn(booking: Booking) -> None:
    db.session.scalars(db.select(ShownDocument)).one().withdrawn_at = app_clock.now()


def another_ticket(booking: Booking) -> None:
    person = booking.passengers[0]
    assert person.ticket
    person.ticket.void_at, person.ticket.void_reason = app_clock.now(), CORRECTED
    db.session.flush()
    db.session.expire(person, ["ticket"])
    db.session.add(Ticket(serial=new_serial(), passenger_id=person.id))


def an_exemption(booking: Booking) -> None:
    ticket = booking.passengers[0].ticket
    assert ticket
    in_force_now = db.session.scalar(db.select(RuleSet.id))
    by = {"officer_id": a_user().id, "granted_at": app_clock.now(), "rule_set_id": in_force_now}
    db.session.add(Exemption(ticket_id=ticket.id, rule="uji", reason="Surat", letter="B-1", **by))


def a_later_ship(booking: Booking) -> None:
    call = db.session.get_one(PortCall, booking.from_call_id)
    assert call.planned_departure
    call.revised_departure = call.planned_departure + DAY


def seen(assessment: Assessment) -> dict[str, Any]:
    """Its rows, as plain values."""
    known = assessment.known
    return {
        "people": [(person.name, person.ticket and person.ticket.serial) for person in assessment.party],
        "said": {n: {fact: one.value for fact, one in said.items()} for n, said in known.statements.items() if said},
        "papers": {n: len(papers) for n, papers in known.documents.items() if papers},
        "exempt": {n: len(granted) for n, granted in assessment.exemptions.items() if granted},
        "leaves": assessment.sailing.departs_at,
        "payable": assessment.payable_until(),
    }


CHANGES = [
    (None, other_people, "people"),
    (None, somebody_gone, "people"),
    (None, something_said, "said"),
    (something_said, what_was_said_taken_away, "said"),
    (None, a_paper, "papers"),
    (a_paper, a_paper_withdrawn, "papers"),
    (None, another_ticket, "people"),
    (None, an_exemption, "exempt"),
    (None, a_later_ship, "payable"),
]


@pytest.mark.parametrize(("before", "change", "what"), CHANGES, ids=[change.__name__ for _, change, _ in CHANGES])
def test_no_answer_stands_on_rows_that_were_written_or_undone_since(
    booking: Booking, before: Callable[[Booking], None] | None, change: Callable[[Booking], None], what: str
) -> None:
    if before:
        before(booking)
        db.session.commit()
    assessment = read(booking)
    first = seen(assessment)
    change(booking)
    then = seen(assessment)
    assert then[what] != first[what], "by the assessment that has read before"
    assert then == seen(Assessment(booking, app_clock.now())), "and by a new one"
    db.session.rollback()
    assert seen(assessment) == first, "what is undone has not been"


def test_an_action_looks_anew_at_what_others_have_committed_before_it_began(app: Flask, booking: Booking) -> None:
    assert read(booking).party[0].name != "Nama Lain"

    def somebody_elsewhere() -> None:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(db.delete(Ticket).where(Ticket.passenger_id == booking.passengers[1].id))
            connection.execute(db.delete(Passenger).where(Passenger.id == booking.passengers[1].id))

    db.session.commit()
    elsewhere = Thread(target=somebody_elsewhere)
    elsewhere.start()
    elsewhere.join()

    @action
    def look() -> int:
        return len(Assessment(booking, app_clock.now()).party)

    assert look() == 1
