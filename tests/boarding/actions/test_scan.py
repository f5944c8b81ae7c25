"""The gate: who may pass, and what may never happen there."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.boarding import judgement
from app.boarding.actions import arrival
from app.boarding.actions import departure as departure_actions
from app.boarding.actions import scan as scan_actions
from app.boarding.judgement import Showing
from app.boarding.models import DepartureState, Gate, Scan, Verdict
from app.boarding.queries import find_load, get_departure
from app.booking.actions.payment import give_code_back, name_travelers
from app.booking.models import CodeReturn, PaymentMethod
from app.db import db
from app.errors import NotFound, Refusal
from app.seats.actions import capacity
from app.seats.actions.quotas import set_quota
from app.seats.models import Allotment, LegLoad
from tests.conftest import Clock
from tests.factories import (
    a_booking,
    a_gate,
    a_hold,
    a_port,
    a_ship,
    a_traveler,
    a_user,
    a_voyage,
    departure_of,
    pay,
    tickets_of,
)


class Pier:
    """A departure with its gate open, and an officer at it."""

    def __init__(self, app: Flask, clock: Clock, *stops: str, **voyage: object) -> None:
        self.app, self.clock = app, clock
        self.voyage = a_voyage(*stops, departs_at=clock.moment + timedelta(hours=5), **voyage)
        self.departure = departure_of(self.voyage)
        self.gate, self.officer = a_gate(), a_user()
        self.ids = (self.departure.id, self.gate.id, self.officer.id)

    def open(self) -> None:
        self.clock.forward(hours=3)

    def scan(self, shown: str, scan_id: str = "", departure_id: int = 0) -> judgement.ScanAnswer:
        departure, gate, officer = self.ids
        return scan_actions.scan(
            Showing(scan_id or str(uuid4()), shown, departure_id or departure, gate, officer, self.clock.moment),
            self.app.extensions["keyring"],
        )

    def aboard(self) -> int:
        db.session.expire_all()
        load = find_load(get_departure(self.ids[0]))
        return load.aboard if load else -1


@pytest.fixture
def pier(app: Flask, clock: Clock) -> Pier:
    return Pier(app, clock)


def test_a_good_ticket_passes_and_is_counted(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    answer = pier.scan(signed)
    assert (answer.verdict, answer.name, answer.fare_class) == (Verdict.PASS, "Penumpang 1", "Ekonomi")
    assert (answer.aboard, answer.ceiling) == (1, 100)
    assert pier.aboard() == 1


def test_a_typed_serial_passes_like_its_code(pier: Pier) -> None:
    serial = tickets_of(a_booking(pier.voyage))[0].serial
    pier.open()
    assert pier.scan(f"{serial[:5].lower()}-{serial[5:]}").verdict == Verdict.PASS


def test_a_used_ticket_is_refused_with_the_time_and_the_gate(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    pier.scan(signed)
    used_at = pier.clock.moment
    pier.clock.forward(minutes=3)
    answer = pier.scan(signed)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSE, "already_used")
    assert answer.details == {"at": used_at.isoformat(), "gate": "Sampit · Tangga kapal A"}
    assert pier.aboard() == 1


def test_the_same_scan_sent_again_has_the_same_answer_and_no_second_effect(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    scan_id = str(uuid4())
    assert pier.scan(signed, scan_id) == pier.scan(signed, scan_id)
    assert pier.aboard() == 1
    assert db.session.scalar(db.select(db.func.count(Scan.id))) == 1


def test_an_unpaid_ticket_is_held_until_it_is_paid(pier: Pier) -> None:
    booking = a_booking(pier.voyage, payment=PaymentMethod.COUNTER)
    pier.open()
    answer = pier.scan(tickets_of(booking)[0].serial)
    assert (answer.verdict, answer.reason) == (Verdict.HOLD, "unpaid")


def test_who_was_shown_unpaid_can_be_named_anew_and_the_scan_stays(pier: Pier) -> None:
    pier.open()
    booking = a_booking(pier.voyage, payment=None)
    [ticket] = tickets_of(booking)
    serial, passenger_id = ticket.serial, ticket.passenger_id
    pier.scan(serial)
    give_code_back(passenger_id, pier.officer.id)
    name_travelers(booking.code, booking.phone, [a_traveler("Orang Lain")])
    [kept] = db.session.scalars(db.select(Scan))
    assert (kept.serial, kept.ticket_id) == (serial, None)
    assert db.session.scalar(db.select(CodeReturn.passenger_id)) is None


def test_an_expired_booking_is_void(pier: Pier) -> None:
    booking = a_booking(pier.voyage, payment=None)
    pier.open()
    answer = pier.scan(tickets_of(booking)[0].serial)
    assert (answer.verdict, answer.reason) == (Verdict.REFUSE, "void")


def test_a_ticket_for_another_voyage_is_refused_and_says_where_it_is_good(pier: Pier) -> None:
    other = a_voyage(departs_at=pier.clock.moment + timedelta(days=1), ship=a_ship("KM Lain"))
    signed = tickets_of(a_booking(other))[0].signed
    pier.open()
    answer = pier.scan(signed)
    assert (answer.verdict, answer.reason, answer.details["ship"]) == (Verdict.REFUSE, "wrong_voyage", "KM Lain")


def test_a_ticket_from_a_later_port_is_refused_here(app: Flask, clock: Clock) -> None:
    pier = Pier(app, clock)
    voyage = a_voyage("Sampit", "Semarang", "Kumai", departs_at=clock.moment + timedelta(hours=5))
    from app.booking.actions.hold import hold
    from app.booking.actions.payment import name_travelers
    from tests.factories import a_traveler

    booking = hold(str(uuid4()), voyage.id, 1, 1, from_call_id=voyage.calls[1].id)
    name_travelers(booking.code, "+628", [a_traveler()])
    booking = pay(booking.code)
    signed, departure = tickets_of(booking)[0].signed, departure_of(voyage).id
    pier.open()
    answer = pier.scan(signed, departure_id=departure)
    assert (answer.reason, answer.details["port"]) == ("wrong_port", "Semarang")


def test_a_gate_of_another_port_admits_nobody(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    elsewhere = a_gate(a_port("Semarang")).id
    pier.open()
    pier.ids = (pier.ids[0], elsewhere, pier.ids[2])
    assert pier.scan(signed).reason == "wrong_port"


def test_boarding_runs_from_two_hours_before_until_departure(pier: Pier) -> None:
    tickets = [t.signed for t in tickets_of(a_booking(pier.voyage, adults=3))]
    pier.clock.forward(hours=2, minutes=59)
    early = pier.scan(tickets[0])
    assert (early.verdict, early.reason) == (Verdict.HOLD, "too_early")
    pier.clock.forward(minutes=1)
    assert pier.scan(tickets[0]).verdict == Verdict.PASS
    pier.clock.forward(minutes=119)
    assert pier.scan(tickets[1]).verdict == Verdict.PASS
    pier.clock.forward(minutes=1)
    assert pier.scan(tickets[2]).reason == "too_late"


def test_an_officer_may_open_boarding_early(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    departure, officer = pier.ids[0], pier.ids[2]
    departure_actions.open_boarding(departure, officer)
    assert pier.scan(signed).verdict == Verdict.PASS


def test_nobody_boards_a_ship_that_has_left(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    departure = departure_actions.depart(pier.ids[0], pier.ids[2])
    assert departure.state(pier.clock.moment) == DepartureState.LEFT
    assert pier.scan(signed).reason == "departed"
    with pytest.raises(Refusal):
        departure_actions.open_boarding(pier.ids[0], pier.ids[2])


def test_a_departure_is_not_recorded_ahead_of_time_and_only_once(pier: Pier) -> None:
    with pytest.raises(Refusal):
        departure_actions.depart(pier.ids[0], pier.ids[2], pier.clock.moment + timedelta(minutes=1))
    first = departure_actions.depart(pier.ids[0], pier.ids[2], pier.clock.moment).call.actual_departure
    pier.clock.forward(minutes=5)
    assert departure_actions.depart(pier.ids[0], pier.ids[2]).call.actual_departure == first


@pytest.mark.parametrize(
    ("shown", "reason"),
    [("DG1:XYZ", "unreadable"), ("halo", "unreadable"), ("", "unreadable"), ("https://a.example/22222", "unreadable")],
)
def test_what_is_no_ticket_is_referred(pier: Pier, shown: str, reason: str) -> None:
    pier.open()
    answer = pier.scan(shown)
    assert (answer.verdict, answer.reason) == (Verdict.REFER, reason)


def test_a_forged_code_is_refused_and_kept(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    forged = signed[:-5] + ("A" if signed[-5] != "A" else "B") + signed[-4:]
    assert pier.scan(forged).verdict in {Verdict.REFUSE, Verdict.REFER}
    kept = db.session.scalars(db.select(Scan)).one()
    assert kept.verdict != Verdict.PASS
    assert pier.aboard() == 0


def test_infants_are_souls_and_the_ceiling_stops_the_last_one(app: Flask, clock: Clock) -> None:
    pier = Pier(app, clock, places=4, ceiling=6)
    tickets = [t.signed for t in tickets_of(a_booking(pier.voyage, adults=3, infants=2))]
    voyage_ship, day = pier.voyage.ship_id, pier.voyage.calls[0].day
    changed = capacity.record_capacity(voyage_ship, valid_from=day, valid_to=day, certificate=4)
    assert changed == [pier.voyage.id]
    pier.open()
    verdicts = [pier.scan(signed).reason for signed in tickets]
    assert verdicts == ["admitted"] * 4 + ["ship_full"]
    assert pier.aboard() == 4


def test_a_ceiling_on_a_later_leg_stops_whoever_goes_on_there_and_counts_nobody(app: Flask, clock: Clock) -> None:
    pier = Pier(app, clock, "Sampit", "Kumai", "Semarang", places=4)
    tickets = [t.signed for t in tickets_of(a_booking(pier.voyage, adults=2))]
    later = db.session.get(LegLoad, pier.voyage.legs[1].id)
    assert later is not None
    later.set_ceiling(1, None)
    db.session.commit()
    pier.open()
    assert [pier.scan(signed).reason for signed in tickets] == ["admitted", "ship_full"]
    db.session.expire_all()
    assert [load.aboard for load in db.session.scalars(db.select(LegLoad).order_by(LegLoad.leg_id))] == [1, 1]


def test_a_valid_dispensation_raises_the_ceiling_and_only_on_its_days(app: Flask, clock: Clock) -> None:
    pier = Pier(app, clock, places=1)
    ship, day = pier.voyage.ship_id, pier.voyage.calls[0].day
    capacity.record_capacity(ship, valid_from=day, valid_to=day, certificate=1)
    after = day + timedelta(days=1)
    assert capacity.record_capacity(ship, valid_from=after, valid_to=after, dispensation=9, letter="L-1") == []
    capacity.record_capacity(ship, valid_from=day, valid_to=day, dispensation=2, letter="L-2")
    load = db.session.scalars(db.select(LegLoad)).one()
    assert (load.certificate, load.dispensation, load.ceiling) == (1, 2, 2)


def test_a_voyage_without_a_documented_capacity_can_be_put_on_sale_once_its_ship_has_a_paper(
    app: Flask, clock: Clock
) -> None:
    voyage = a_voyage()
    day = voyage.calls[0].day
    db.session.execute(db.delete(Allotment))
    db.session.execute(db.delete(LegLoad))
    db.session.commit()
    with pytest.raises(Refusal) as refusal:
        set_quota(voyage.id, 1, 10)
    assert refusal.value.code == "not_on_sale"
    changed = capacity.record_capacity(voyage.ship_id, valid_from=day, valid_to=day, certificate=80)
    assert changed == [voyage.id]
    set_quota(voyage.id, 1, 80)
    load = db.session.scalars(db.select(LegLoad)).one()
    assert (load.certificate, load.ceiling, load.aboard) == (80, 80, 0)


def test_the_ceiling_never_falls_below_who_is_aboard(app: Flask, clock: Clock) -> None:
    pier = Pier(app, clock, places=3)
    tickets = [t.signed for t in tickets_of(a_booking(pier.voyage, adults=2))]
    ship, day = pier.voyage.ship_id, pier.voyage.calls[0].day
    pier.open()
    for signed in tickets:
        pier.scan(signed)
    with pytest.raises(Refusal) as refusal:
        capacity.record_capacity(ship, valid_from=day, valid_to=day, certificate=1)
    assert refusal.value.code == "below_aboard"
    assert db.session.scalars(db.select(LegLoad)).one().ceiling == 3


def test_boarded_and_refused_are_counted_with_the_departure(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    for shown in (signed, signed, "DG1:XYZ"):
        pier.scan(shown)
    db.session.expire_all()
    departure = get_departure(pier.ids[0])
    assert (departure.boarded, departure.refused) == (1, 2)


def test_a_scan_needs_a_known_departure_and_gate(pier: Pier) -> None:
    with pytest.raises(NotFound):
        pier.scan("x", departure_id=10_000)
    pier.ids = (pier.ids[0], 10_000, pier.ids[2])
    with pytest.raises(NotFound):
        pier.scan("x")


def test_an_arrival_is_recorded_and_corrected(pier: Pier) -> None:
    call = pier.voyage.calls[1].id
    pier.clock.forward(hours=30)
    arrival.record_arrival(call, 100)
    assert arrival.record_arrival(call, 99).passengers_off == 99
    with pytest.raises(Refusal):
        arrival.record_arrival(call, -1)


def test_a_held_place_boards_nobody(pier: Pier) -> None:
    booking = a_hold(pier.voyage)
    pier.open()
    answer = pier.scan(booking.code)
    assert (answer.verdict, answer.reason) == (Verdict.HOLD, "mistyped"), "a booking's code is no ticket's number"
    assert pier.aboard() == 0


def test_a_showing_whose_pass_was_lost_is_told_it_again_and_nobody_else_is(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    departure, gate, officer = pier.ids
    showing = str(uuid4())

    def show(showing_id: str, gate_id: int = gate, officer_id: int = officer) -> judgement.ScanAnswer:
        keyring = pier.app.extensions["keyring"]
        now = pier.clock.moment
        return scan_actions.scan(
            Showing(str(uuid4()), signed, departure, gate_id, officer_id, now, showing_id=showing_id), keyring
        )

    first = show(showing)
    again = show(showing)
    assert (again.verdict, again.reason, again.scan_id) == (Verdict.PASS, "recorded", first.scan_id)
    other_gate = next(g.id for g in db.session.query(Gate) if g.id != gate and g.port_id == pier.gate.port_id)
    for answer in (
        show(""),
        show(str(uuid4())),
        show(showing, gate_id=other_gate),
        show(showing, officer_id=a_user().id),
    ):
        assert (answer.verdict, answer.reason) == (Verdict.REFUSE, "already_used")
    assert pier.aboard() == 1
    db.session.expire_all()
    assert get_departure(departure).boarded == 1


def test_caps_lock_of_a_hand_scanner_makes_no_forgery(pier: Pier) -> None:
    signed = tickets_of(a_booking(pier.voyage))[0].signed
    pier.open()
    assert pier.scan(signed.swapcase()).verdict == Verdict.PASS


def test_a_mistyped_serial_is_asked_for_again_and_counts_as_no_refusal(pier: Pier) -> None:
    pier.open()
    answer = pier.scan("ABCDE-FGHJK")
    assert (answer.verdict, answer.reason) == (Verdict.HOLD, "mistyped")
    assert pier.scan("https://example.org/").reason == "unreadable"
    db.session.expire_all()
    assert get_departure(pier.ids[0]).refused == 1
