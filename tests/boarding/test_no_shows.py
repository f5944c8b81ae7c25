"""No-shows: passengers not at the gate at the cut-off give their places to those who are."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app

from app.boarding.actions.departure import depart
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.actions.scan import scan
from app.boarding.judgement import ScanAnswer, Showing
from app.boarding.models import Departure
from app.boarding.no_shows import departures_past_cut_off, list_absent
from app.booking.actions import payment
from app.booking.actions.hold import hold
from app.booking.models import Booking, Passenger, PassengerState, PaymentMethod
from app.booking.money.models import Refund
from app.booking.queries import get_booking
from app.booking.waitlist.actions import lapse_closed
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.schedule.models import Voyage
from app.seats.models import Allotment, LegLoad
from tests.booking.waitlist.test_actions import a_wait, refusal, states
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_traveler, a_user, a_voyage, departure_of, pay, tickets_of


class Pier:
    """A voyage with all its places sold that leaves in two hours, and an officer at its gate."""

    def __init__(self, clock: Clock, places: int = 4) -> None:
        self.clock = clock
        self.voyage: Voyage = a_voyage(places=places, departs_at=clock() + timedelta(hours=2))
        self.bookings = [a_booking(self.voyage) for _ in range(places)]
        self.departure: Departure = departure_of(self.voyage)
        self.officer, self.gate = a_user(), a_gate()

    def show(self, booking: Booking, place: int = 0) -> ScanAnswer:
        ticket = tickets_of(booking)[place] if booking.passengers else None
        signed = ticket.signed if ticket else ""
        return self.show_text(signed)

    def show_text(self, text: str) -> ScanAnswer:
        ids = (self.departure.id, self.gate.id, self.officer.id)
        return scan(Showing(str(uuid4()), text, *ids, self.clock()), current_app.extensions["keyring"])

    def until(self, minutes: int) -> None:
        """Go to so many minutes before the planned departure."""
        leaves = self.voyage.calls[0].planned_departure
        assert leaves is not None
        self.clock.moment = leaves - timedelta(minutes=minutes)


@pytest.fixture
def pier(app: Flask, clock: Clock) -> Pier:
    return Pier(clock)


def places() -> tuple[int, int, int]:
    """(held, sold, promised) of the only leg."""
    db.session.rollback()
    db.session.expire_all()
    allotment = db.session.scalars(db.select(Allotment)).one()
    return allotment.held, allotment.sold, db.session.scalars(db.select(LegLoad)).one().promised


def test_at_the_cut_off_the_places_of_no_shows_go_to_standby_first(pier: Pier) -> None:
    waits, standby = a_wait(pier.voyage), a_wait(pier.voyage, places=2, standby=True)
    pier.until(40)
    assert pier.show(pier.bookings[0]).reason == "admitted"
    pier.until(30)
    assert [p.booking_id for p in list_absent(pier.departure)] == [b.id for b in pier.bookings[1:]]
    released = release_no_shows(pier.departure.id, pier.officer.id)
    assert (released.persons, released.offered) == (3, True)
    assert set(released.codes) == {b.code for b in pier.bookings[1:]}
    assert states(waits, standby) == ["waiting", "offered"]
    assert places() == (2, 1, 3)
    assert standby.booking is not None
    assert standby.booking.expires_at == pier.clock() + timedelta(minutes=30)
    assert release_no_shows(pier.departure.id).persons == 0
    lapse_closed()


def test_a_no_show_who_comes_late_is_refused_with_the_reason(pier: Pier) -> None:
    pier.until(60)
    pier.show(pier.bookings[0])
    text = tickets_of(pier.bookings[1])[0].signed
    pier.until(30)
    release_no_shows(pier.departure.id)
    answer = pier.show_text(text)
    assert answer.verdict == "refuse"
    assert answer.reason == "no_show"


def test_standby_pays_boards_and_is_no_no_show_itself(pier: Pier) -> None:
    standby = a_wait(pier.voyage, standby=True)
    pier.until(60)
    pier.show(pier.bookings[0])
    pier.until(30)
    release_no_shows(pier.departure.id)
    assert states(standby) == ["offered"]
    offer = standby.booking
    assert offer is not None
    payment.name_travelers(offer.code, standby.phone, [a_traveler()])
    paid = pay(offer.code)
    pier.clock.forward(minutes=5)
    assert departures_past_cut_off() == []
    assert release_no_shows(pier.departure.id).persons == 0
    assert pier.show(paid).reason == "admitted"
    assert states(standby) == ["served"]


def test_it_waits_for_the_cut_off_for_a_scan_and_for_a_known_minute(pier: Pier) -> None:
    release = lambda: release_no_shows(pier.departure.id)  # noqa: E731
    pier.until(31)
    with refusal("before_cut_off"):
        release()
    pier.until(30)
    with refusal("nobody_boarded"):
        release()
    pier.show(pier.bookings[0])
    call = pier.departure.call
    call.precision = "day"
    db.session.commit()
    with refusal("cut_off_unknown"):
        release()
    call.precision = "minute"
    call.revised_departure, call.cause = call.departs_at + timedelta(hours=3), "tide"  # type: ignore[operator]
    db.session.commit()
    # A delay moves the cut-off: it goes by the time as best known.
    with refusal("before_cut_off"):
        release()
    assert departures_past_cut_off() == []
    call.revised_departure, call.cause = None, ""
    db.session.commit()
    assert departures_past_cut_off() == [pier.departure.id]
    depart(pier.departure.id, pier.officer.id)
    assert departures_past_cut_off() == []
    with refusal("departed"):
        release()


def test_only_those_of_a_group_who_did_not_come_lose_their_places(app: Flask, clock: Clock) -> None:
    pier = Pier(clock, 1)
    voyage = a_voyage(places=6, departs_at=clock() + timedelta(hours=2))
    pier.voyage, pier.departure = voyage, departure_of(voyage)
    group = a_booking(voyage, 3, 1)
    pier.until(50)
    for place in (0, 3):
        assert pier.show(group, place).reason == "admitted"
    pier.until(30)
    assert release_no_shows(pier.departure.id).persons == 2
    db.session.expire_all()
    people = db.select(Passenger).where(Passenger.booking_id == group.id).order_by(Passenger.position)
    assert [p.state for p in db.session.scalars(people)] == [
        "travels",
        "no_show",
        "no_show",
        "travels",
    ]
    assert (group.state, group.places, group.infants) == ("confirmed", 1, 1)


def test_an_infant_aboard_keeps_its_booking_for_an_officer_to_look_at(app: Flask, clock: Clock) -> None:
    pier = Pier(clock, 1)
    voyage = a_voyage(places=6, departs_at=clock() + timedelta(hours=2))
    pier.voyage, pier.departure = voyage, departure_of(voyage)
    family = a_booking(voyage, 1, 1)
    pier.until(50)
    assert pier.show(family, 1).reason == "admitted"
    pier.until(30)
    assert release_no_shows(pier.departure.id).persons == 0


def test_whole_journeys_are_given_back_and_those_from_other_calls_stay(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=3, departs_at=clock() + timedelta(hours=2))
    pier = Pier(clock, 1)
    pier.voyage, pier.departure = voyage, departure_of(voyage)
    here, absent = a_booking(voyage), a_booking(voyage)
    later = get_booking(hold(str(uuid4()), voyage.id, 1, 1, from_call_id=voyage.calls[1].id).code)
    payment.name_travelers(later.code, "+6281200000002", [a_traveler()])
    pay(later.code)
    pier.until(50)
    pier.show(here)
    pier.until(30)
    assert release_no_shows(pier.departure.id).codes == (absent.code,)
    db.session.expire_all()
    of_voyage = Allotment.leg_id.in_([leg.id for leg in voyage.legs])
    sold = db.session.scalars(db.select(Allotment).where(of_voyage).order_by(Allotment.leg_id))
    assert [allotment.sold for allotment in sold] == [1, 2]


def test_what_was_paid_waits_for_the_operators_counter(app: Flask, clock: Clock) -> None:
    pier = Pier(clock, 2)
    paid = pier.bookings[1]
    paid.payment = PaymentMethod.COUNTER
    db.session.commit()
    pier.until(50)
    pier.show(pier.bookings[0])
    pier.until(30)
    release_no_shows(pier.departure.id)
    refund = db.session.scalars(db.select(Refund)).one()
    assert (refund.cause, refund.percent, refund.amount_idr) == (PassengerState.NO_SHOW, None, None)


def test_at_the_cut_off_standby_goes_before_who_waits_at_a_later_call(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=2, departs_at=clock() + timedelta(hours=2))
    first, middle, last = voyage.calls
    came, _ = a_booking(voyage), a_booking(voyage)
    later = a_wait(choices=[WantedJourney(voyage.id, 1, middle.id, last.id)])
    standby = a_wait(choices=[WantedJourney(voyage.id, 1, first.id, last.id)], standby=True)
    clock.forward(minutes=90)
    departure, officer = departure_of(voyage), a_user()
    [ticket] = tickets_of(came)
    keyring = current_app.extensions["keyring"]
    scan(Showing(str(uuid4()), ticket.signed, departure.id, a_gate().id, officer.id, clock()), keyring)
    assert release_no_shows(departure.id).offered
    assert states(later, standby) == ["waiting", "offered"]
