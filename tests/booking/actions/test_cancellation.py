"""Passengers cancel, move and correct their names one by one; no place and no money is lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app.boarding.actions.departure import open_boarding
from app.boarding.actions.scan import scan
from app.boarding.judgement import ScanAnswer, Showing
from app.booking.actions.cancellation import cancel_passengers, correct_name, pay_refund
from app.booking.actions.documents import enter_document, say, withdraw_document
from app.booking.actions.move import move_passengers
from app.booking.actions.payment import confirm_payment, name_travelers
from app.booking.eligibility.passenger_facts import known_of
from app.booking.inventory.availability import list_places
from app.booking.models import Booking, BookingState, DocumentKind, PassengerState, PaymentMethod, Ticket
from app.booking.money.models import Refund
from app.booking.money.refunds import list_open_refunds, list_refunds
from app.booking.queries import find_ticket, get_booking
from app.booking.waitlist.actions import make_offers
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.errors import NotFound, Refusal
from app.fares.models import Tariff
from app.schedule.actions import revise_departure
from app.seats.models import Allotment
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait, cancel, states
from tests.conftest import Clock
from tests.factories import (
    a_booking,
    a_fare_class,
    a_gate,
    a_hold,
    a_nik,
    a_paid_booking,
    a_ship,
    a_traveler,
    a_user,
    a_voyage,
    departure_of,
    pay,
    pelni_fares,
    tickets_of,
)


@pytest.fixture
def pelni(app: Flask) -> Flask:
    """Ships of an operator whose terms are known, at known fares."""
    pelni_fares()
    return app


def move(app: Flask, booking: Booking, positions: list[int], voyage, **changes) -> Booking:
    kwargs = {"keyring": app.extensions["keyring"], "request_id": str(uuid4()), **changes}
    return move_passengers(booking.code, positions, WantedJourney(voyage.id, kwargs.pop("fare_class", 1)), **kwargs)


def show(app: Flask, shown: str, voyage) -> ScanAnswer:
    """The code or serial at the gangway of the voyage, which is boarding."""
    departure = departure_of(voyage)
    officer = a_user().id
    open_boarding(departure.id, officer)
    return scan(
        Showing(str(uuid4()), shown, departure.id, a_gate().id, officer, app_clock.now()), app.extensions["keyring"]
    )


def remaining(voyage) -> int:
    db.session.expire_all()
    return list_places([voyage])[voyage.id][0].remaining


def told(refused) -> str:
    return refused.value.code


def test_one_of_four_cancels_and_half_of_the_fare_is_owed(pelni: Flask) -> None:
    voyage = a_voyage(places=4)
    booking = a_paid_booking(voyage, adults=4)
    assert booking.amount_idr == 800_000
    code = booking.passengers[1].ticket.signed
    booking = cancel_passengers(booking.code, [1])
    assert (booking.state, booking.souls, booking.amount_idr) == (BookingState.CONFIRMED, 3, 600_000)
    assert remaining(voyage) == 1
    [refund] = list_refunds(booking.id).values()
    assert (refund.cause, refund.percent, refund.amount_idr, refund.paid_at) == ("cancelled", 50, 100_000, None)
    assert (show(pelni, code, voyage).verdict, show(pelni, code, voyage).reason) == ("refuse", "cancelled")


def test_cancelling_again_changes_nothing(pelni: Flask) -> None:
    booking = a_paid_booking(a_voyage(), adults=2, infants=1)
    for _ in range(2):
        cancel_passengers(booking.code, [0])
    assert get_booking(booking.code).souls == 2
    cancel_passengers(booking.code, [0, 1, 2])
    assert get_booking(booking.code).state == BookingState.CANCELLED
    owed = [refund.amount_idr for refund in db.session.scalars(db.select(Refund).order_by(Refund.passenger_id))]
    assert owed == [100_000, 100_000, 10_000]


def test_what_is_not_documented_is_left_to_the_counter(app: Flask) -> None:
    booking = a_paid_booking(a_voyage(), adults=2)
    booking = cancel_passengers(booking.code, [0])
    [refund] = list_open_refunds()
    assert (refund.percent, refund.amount_idr, booking.amount_idr) == (None, None, None)
    officer = a_user().id
    with pytest.raises(Refusal) as refused:
        pay_refund(refund.id, officer)
    assert told(refused) == "refund_amount"
    for _ in range(2):
        refund = pay_refund(refund.id, officer, 75_000)
        assert (refund.amount_idr, refund.paid_by) == (75_000, officer), "the second time nothing more happens"
    assert list_open_refunds() == []


def test_less_than_five_hours_before_nothing_comes_back_and_the_place_does(pelni: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2, departs_at=clock.moment + timedelta(hours=6))
    booking = a_paid_booking(voyage, adults=2)
    clock.forward(hours=1, minutes=1)
    cancel_passengers(booking.code, [0])
    [refund] = list_refunds(booking.id).values()
    assert (refund.percent, refund.amount_idr, remaining(voyage)) == (0, 0, 1)
    assert list_open_refunds() == []


def test_nobody_leaves_a_child_behind_online(app: Flask) -> None:
    voyage, later = a_voyage(), a_voyage()
    booking = get_booking(a_hold(voyage, 2).code)
    child = a_traveler("Anak Uji", document_kind=DocumentKind.KK)
    child = replace(child, birth_date=date(app_clock.now().year - 7, 1, 1), document_number="6202010101190001")
    name_travelers(booking.code, "+6281200000001", [a_traveler(), child], at_counter=True)
    pay(booking.code)
    keyring, to = app.extensions["keyring"], WantedJourney(later.id, 1)
    alone = [
        lambda: cancel_passengers(booking.code, [0]),
        lambda: move_passengers(booking.code, [0], to, keyring, str(uuid4())),
        lambda: move_passengers(booking.code, [1], to, keyring, str(uuid4())),
    ]
    for left in alone:
        with pytest.raises(Refusal) as refused:
            left()
        assert told(refused) == "child_alone"
    cancel_passengers(booking.code, [0], a_user().id)
    assert [p.name for p in get_booking(booking.code).passengers] == ["Anak Uji"], "an officer sees who is with it"


def test_a_refund_is_paid_once_and_not_below_what_is_written(pelni: Flask) -> None:
    booking = a_paid_booking(a_voyage(), adults=1)
    cancel_passengers(booking.code, [0])
    [refund], first, second = list_open_refunds(), a_user().id, a_user().id
    with pytest.raises(Refusal) as refused:
        pay_refund(refund.id, first, 99_999)
    assert told(refused) == "refund_amount"
    most = 100_001 * 100 // (refund.percent or 1)
    with pytest.raises(Refusal) as refused:
        pay_refund(refund.id, first, most + 1)
    assert told(refused) == "refund_amount", "nor above what was paid"
    paid_at = pay_refund(refund.id, first).paid_at
    again = pay_refund(refund.id, first)
    assert (again.paid_by, again.paid_at, again.amount_idr) == (first, paid_at, 100_000)
    for officer, amount in ((second, None), (first, 100_001)):
        with pytest.raises(Refusal) as refused:
            pay_refund(refund.id, officer, amount)
        assert told(refused) == "refund_paid"
    with pytest.raises(NotFound):
        pay_refund(refund.id + 1, first)


def test_the_cut_off_is_the_departure_as_best_known(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(departs_at=clock.moment + timedelta(hours=2))
    booking = a_booking(voyage, adults=3)
    clock.forward(minutes=60)
    for change in (
        lambda: cancel_passengers(booking.code, [0]),
        lambda: move(app, booking, [0], a_voyage()),
        lambda: correct_name(booking.code, 0, "PENUMPANG 2", app.extensions["keyring"]),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert told(refused) == "changes_closed"
    revise_departure(voyage.calls[0].id, clock.moment + timedelta(hours=3), "ombak", cause="weather")
    cancel_passengers(booking.code, [0])


def test_one_of_four_leaves_a_hold_and_the_others_have_less_to_pay(pelni: Flask) -> None:
    voyage = a_voyage(places=4)
    held = a_booking(voyage, adults=4, payment=PaymentMethod.COUNTER)
    for _ in range(2):
        held = cancel_passengers(held.code, [1])
    assert (held.state, held.souls, held.amount_idr) == (BookingState.HELD, 3, 600_000)
    assert remaining(voyage) == 1
    assert list_refunds(held.id) == {}, "nobody had paid"
    # Written anew, the names keep clear of the one who was cancelled.
    held = name_travelers(held.code, held.phone, [a_traveler(f"Nama {n}") for n in range(3)])
    assert [p.position for p in held.passengers] == [0, 2, 3]
    assert [p.position for p in held.former_passengers] == [1]
    paid = confirm_payment(held.code, a_user().id, pelni.extensions["keyring"])
    assert (paid.state, len(tickets_of(paid)), paid.amount_idr) == (BookingState.CONFIRMED, 3, 600_000)
    assert remaining(voyage) == 1


def test_all_who_leave_a_hold_give_it_back_and_an_infant_does_not_stay_alone(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=4)
    held = a_booking(voyage, adults=1, infants=1, payment=PaymentMethod.COUNTER)
    with pytest.raises(Refusal) as refused:
        cancel_passengers(held.code, [0])
    assert told(refused) == "infant_needs_adult"
    assert cancel_passengers(held.code, [0, 1]).state == BookingState.CANCELLED
    assert remaining(voyage) == 4
    late = a_booking(voyage, adults=2, payment=PaymentMethod.COUNTER)
    clock.moment = late.expires_at
    with pytest.raises(Refusal) as refused:
        cancel_passengers(late.code, [0])
    assert told(refused) == "no_longer_travels"


def test_a_place_left_in_an_offer_goes_to_the_next_and_a_whole_one_is_not_offered_again(app: Flask) -> None:
    voyage, sold = a_full_voyage(4)
    two, one = a_wait(voyage, places=2), a_wait(voyage)
    cancel([booking.id for booking in sold[:2]])
    make_offers([voyage.id])
    offer = two.booking
    name_travelers(offer.code, two.phone, [a_traveler("Satu"), a_traveler("Dua")])
    cancel_passengers(offer.code, [0])
    assert states(two, one) == ["offered", "offered"]
    cancel_passengers(offer.code, [1])
    assert states(two, one) == ["waiting", "offered"], "in this round the group is passed over"
    assert remaining(voyage) == 1


def test_nobody_moves_to_the_ship_of_another_operator(app: Flask) -> None:
    booking, other = a_paid_booking(a_voyage()), a_voyage(ship=a_ship("KM Lain", "PT Pelayaran Lain"))
    for officer_id in (None, a_user().id):
        with pytest.raises(Refusal) as refused:
            move(app, booking, [0], other, officer_id=officer_id)
        assert told(refused) == "other_operator"


def test_a_hold_is_neither_moved_nor_corrected_and_somebody_elses_passenger_is_not_changed(app: Flask) -> None:
    held = a_booking(a_voyage(), adults=2, payment=PaymentMethod.COUNTER)
    for change in (
        lambda: move(app, held, [0], a_voyage()),
        lambda: correct_name(held.code, 0, "PENUMPANG 2", app.extensions["keyring"]),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert told(refused) == "not_confirmed"
    for positions in ([2], [], [0, 7]):
        with pytest.raises(NotFound) as missing:
            cancel_passengers(held.code, positions)
        assert missing.value.code == "passenger_not_found"
    with pytest.raises(NotFound) as missing:
        cancel_passengers("ZZZZZZZZ", [0])
    assert missing.value.code == "booking_not_found"


def test_two_move_with_their_infant_and_one_stays(pelni: Flask, clock: Clock) -> None:
    old, new = a_voyage(places=9), a_voyage(places=9, departs_at=clock.moment + timedelta(days=1, hours=2))
    booking = a_paid_booking(old, adults=3, infants=1)
    code, number = booking.passengers[0].ticket.signed, booking.passengers[0].document_number
    moved = move(pelni, booking, [0, 1, 3], new)
    assert (moved.state, moved.moved_from_id, moved.souls, moved.amount_idr) == ("confirmed", booking.id, 3, 420_000)
    assert [(p.name, p.infant) for p in moved.passengers] == [
        ("Penumpang 1", False),
        ("Penumpang 2", False),
        ("Bayi 1", True),
    ]
    assert moved.passengers[0].document_number == number
    kept = get_booking(booking.code)
    assert ([p.position for p in kept.passengers], kept.amount_idr) == ([2], 200_000)
    assert {p.state for p in kept.former_passengers} == {PassengerState.MOVED}
    assert (remaining(old), remaining(new)) == (8, 6)
    assert db.session.scalars(db.select(Refund)).all() == []
    answer = show(pelni, code, old)
    assert (answer.verdict, answer.reason, answer.details["at"]) == (
        "refuse",
        "moved",
        new.calls[0].planned_departure.isoformat(),
    )
    assert show(pelni, moved.passengers[0].ticket.signed, new).reason == "admitted"


def test_papers_and_words_move_along_and_what_was_looked_at_does_not(pelni: Flask) -> None:
    app = pelni
    booking, officer = a_booking(adults=2), a_user().id
    first = booking.passengers[0].id
    say(first, {"person.doses": 1, "person.pregnant_weeks": 20})
    say(first, {"person.doses": 2, "baggage.kg": 41, "identity.name_matches": True}, officer)
    taken = app_clock.now() - timedelta(hours=3)
    kept = enter_document(first, "pcr", taken, result="negative", issuer="laboratory", entered_by=officer)
    gone = enter_document(first, "antigen", taken, result="positive")
    withdraw_document(gone.id, first)
    person = move(app, booking, [0], a_voyage(places=9)).passengers[0]
    known = known_of([person.id])
    said = {name: (one.value, one.said_by) for name, one in known.statements[person.id].items()}
    assert said == {"person.doses": (2, officer), "person.pregnant_weeks": (20, None)}
    [paper] = known.documents[person.id]
    assert (paper.kind, paper.result, paper.taken_at, paper.seen_by) == ("pcr", "negative", taken, officer)
    assert paper.id != kept.id


def test_the_same_request_moves_once(pelni: Flask) -> None:
    app = pelni
    booking, new, key = a_booking(adults=2), a_voyage(places=9), str(uuid4())
    codes = {move(app, booking, [0, 1], new, request_id=key).code for _ in range(2)}
    assert (len(codes), remaining(new)) == (1, 7)
    assert get_booking(booking.code).state == BookingState.CANCELLED
    with pytest.raises(Refusal) as refused:
        move(app, a_booking(), [0], new, request_id=key)
    assert told(refused) == "request_id_reused"
    with pytest.raises(Refusal) as refused:
        move(app, booking, [0], new)
    assert told(refused) == "no_longer_travels"


def test_where_there_is_no_place_everybody_keeps_the_old_one(app: Flask) -> None:
    old, full = a_voyage(places=2), a_voyage(places=1)
    booking = a_booking(old, adults=2)
    before = [ticket.serial for ticket in tickets_of(booking)]
    with pytest.raises(Refusal) as refused:
        move(app, booking, [0, 1], full)
    assert told(refused) == "sold_out"
    kept = get_booking(booking.code)
    assert [ticket.serial for ticket in tickets_of(kept)] == before
    assert (kept.state, remaining(old), remaining(full)) == (BookingState.CONFIRMED, 0, 1)


def test_a_dearer_journey_is_moved_to_at_the_counter_and_a_cheaper_one_owes_the_difference(
    pelni: Flask, clock: Clock
) -> None:
    tariff = db.session.scalars(db.select(Tariff).where(Tariff.passenger_type == "adult")).one()
    later = clock.moment + timedelta(days=20)
    columns = ("operator_id", "from_port_id", "to_port_id", "fare_class_id", "passenger_type", "source_url")
    dear = {name: getattr(tariff, name) for name in columns}
    db.session.add(Tariff(**dear, amount_idr=260_000, valid_from=later.date(), valid_to=None))
    tariff.valid_to = later.date() - timedelta(days=2)
    db.session.commit()
    now, then = a_voyage(places=9), a_voyage(places=9, departs_at=later)
    booking, officer = a_paid_booking(now, adults=2), a_user().id
    with pytest.raises(Refusal) as refused:
        move(pelni, booking, [0], then)
    assert told(refused) == "pay_at_counter"
    assert (get_booking(booking.code).souls, remaining(then)) == (2, 9)
    dearer = move(pelni, booking, [0], then, officer_id=officer)
    assert (dearer.amount_idr, dearer.confirmed_by, dearer.state) == (260_000, officer, BookingState.CONFIRMED)
    back = move(pelni, dearer, [0], now)
    assert back.amount_idr == 200_000
    [refund] = list_open_refunds()
    assert (refund.cause, refund.percent, refund.amount_idr) == ("moved", None, 60_000)
    assert refund.booking_id == dearer.id


def test_what_cannot_be_moved(app: Flask, clock: Clock) -> None:
    voyage, later = a_voyage(), a_voyage(departs_at=clock.moment + timedelta(days=500))
    booking = a_booking(voyage, adults=2, infants=1)
    for positions, to, code in (
        ([0], voyage, "same_journey"),
        ([2], later, "infant_needs_adult"),
        ([0, 2], later, "infant_too_old"),
        ([0], a_voyage(departs_at=clock.moment + timedelta(minutes=30)), "sale_closed"),
    ):
        with pytest.raises(Refusal) as refused:
            move(app, booking, positions, to)
        assert told(refused) == code
    taken = a_traveler(document_number=booking.passengers[0].document_number)
    other = name_travelers(a_hold(later).code, "+62811", [taken])
    confirm_payment(other.code, a_user().id, app.extensions["keyring"])
    with pytest.raises(Refusal) as refused:
        move(app, booking, [1, 0], a_voyage(departs_at=clock.moment + timedelta(days=500, hours=3)))
    assert (told(refused), refused.value.details) == ("already_travels", {"index": 0})


def test_on_a_full_ship_one_can_still_change_the_class(app: Flask) -> None:
    a_fare_class(2, "Kelas 1")
    voyage = a_voyage(places=2, ceiling=2)
    db.session.add(Allotment(leg_id=voyage.legs[0].id, fare_class_id=2, quota=1))
    db.session.commit()
    booking = a_booking(voyage, adults=2)
    moved = move(app, booking, [1], voyage, fare_class=2, officer_id=a_user().id)
    assert (moved.fare_class_id, moved.souls) == (2, 1)


def test_a_name_is_corrected_and_the_old_code_is_void_at_once(app: Flask) -> None:
    voyage, keyring = a_voyage(), app.extensions["keyring"]
    booking = name_travelers(a_hold(voyage).code, "+62811", [a_traveler("SITI RAMHA")])
    old = pay(booking.code).passengers[0].ticket
    for _ in range(2):
        booking = correct_name(booking.code, 0, "SITI RAHMA", keyring)
    new = get_booking(booking.code).passengers[0].ticket
    assert new.serial != old.serial
    assert db.session.scalar(db.select(db.func.count(Ticket.id))) == 2
    answer = show(app, old.signed, voyage)
    shown = f"{new.serial[:5]}-{new.serial[5:]}"
    assert (answer.verdict, answer.reason, answer.details) == ("hold", "replaced", {"serial": shown})
    assert answer.name == "SITI RAHMA"
    assert show(app, new.signed, voyage).reason == "admitted"
    assert show(app, old.signed, voyage).reason == "replaced"


def test_a_ticket_is_not_sold_on_by_correcting(app: Flask) -> None:
    keyring = app.extensions["keyring"]
    booking = name_travelers(a_hold(a_voyage()).code, "+62811", [a_traveler("SITI RAMHA")])
    pay(booking.code)
    with pytest.raises(Refusal) as refused:
        correct_name(booking.code, 0, "DEWI LESTARI", keyring)
    assert (told(refused), refused.value.field) == ("other_name", "name")
    correct_name(booking.code, 0, "SITI RAHMA", keyring)
    with pytest.raises(Refusal) as refused:
        correct_name(booking.code, 0, "SITI RAHMI", keyring)
    assert told(refused) == "corrected_before"
    assert correct_name(booking.code, 0, "SITI RAHMI", keyring, a_user().id).passengers[0].name == "SITI RAHMI"


def test_whoever_is_aboard_is_not_changed(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    booking = a_booking(voyage, adults=2)
    assert show(app, tickets_of(booking)[0].signed, voyage).reason == "admitted"
    for change in (
        lambda: cancel_passengers(booking.code, [0, 1]),
        lambda: move(app, booking, [0], a_voyage()),
        lambda: correct_name(booking.code, 0, "PENUMPANG 3", app.extensions["keyring"]),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert told(refused) == "already_aboard"
    cancel_passengers(booking.code, [1])
    assert get_booking(booking.code).passengers[0].boarded_at == clock.moment


def test_whoever_cancels_may_travel_elsewhere_at_that_time(app: Flask) -> None:
    booking = a_booking()
    number = booking.passengers[0].document_number
    cancel_passengers(booking.code, [0])
    name_travelers(a_hold(a_voyage()).code, "+62811", [a_traveler(document_number=number)])
    assert find_ticket(a_nik(1)) is None


@pytest.mark.race
@pytest.mark.parametrize("_again", range(4))
@pytest.mark.parametrize("change", ["cancel", "correct"])
def test_a_scan_and_a_change_at_once_do_not_both_win(app: Flask, change: str, _again: int) -> None:
    voyage, keyring = a_voyage(), app.extensions["keyring"]
    booking = a_booking(voyage, adults=1)
    signed, code = tickets_of(booking)[0].signed, booking.code
    departure, gate, officer = departure_of(voyage).id, a_gate().id, a_user().id
    open_boarding(departure, officer)

    def at_the_gate() -> str:
        with app.app_context():
            return scan(Showing(str(uuid4()), signed, departure, gate, officer, app_clock.now()), keyring).reason

    def at_home() -> str:
        with app.app_context():
            try:
                if change == "cancel":
                    cancel_passengers(code, [0])
                else:
                    correct_name(code, 0, "PENUMPANG 2", keyring)
            except Refusal as refusal:
                return refusal.code
            return "changed"

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(thing) for thing in (at_the_gate, at_home, at_home, at_the_gate)]
        first, one, two, second = (future.result() for future in futures)
    aboard = {first, second} & {"admitted"}
    if aboard:
        assert (sorted([first, second]), {one, two}) == (["admitted", "already_used"], {"already_aboard"})
    else:
        assert {first, second} == {"cancelled" if change == "cancel" else "replaced"}
        assert {one, two} == {"changed"}


@pytest.mark.race
def test_four_who_move_to_the_last_two_places_at_once(app: Flask) -> None:
    pelni_fares()
    old, new, keyring = a_voyage(places=4), a_voyage(places=2), app.extensions["keyring"]
    codes, target = [a_booking(old).code for _ in range(4)], WantedJourney(new.id, 1)
    db.session.rollback()

    def go(code: str) -> str:
        with app.app_context():
            try:
                move_passengers(code, [0], target, keyring, str(uuid4()))
            except Refusal as refusal:
                return refusal.code
            return "moved"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(go, codes))
    assert sorted(answers) == ["moved", "moved", "sold_out", "sold_out"]
    assert (remaining(old), remaining(new)) == (2, 0)


def test_an_order_that_nobody_travels_on_says_whether_it_was_moved_or_cancelled(pelni: Flask, clock: Clock) -> None:
    first, second = a_voyage(places=9), a_voyage(places=9, departs_at=clock.moment + timedelta(days=1, hours=2))
    left, gone = a_paid_booking(first, adults=1), a_paid_booking(first, adults=1)
    new = move(pelni, left, [0], second)
    cancel_passengers(gone.code, [0])
    for booking, code, details in (
        (left, "order_moved", {"moved_to": new.code}),
        (gone, "order_cancelled", {}),
    ):
        with pytest.raises(Refusal) as refusal:
            confirm_payment(booking.code, a_user().id, pelni.extensions["keyring"])
        assert (refusal.value.code, refusal.value.status, refusal.value.details) == (code, 410, details)
