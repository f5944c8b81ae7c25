"""A wrong digit is put right at the counter with the card in the hand, and no ticket is handed on that way."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app import clock as app_clock
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.document_correction import Document, correct_document
from app.booking.models import Booking, DocumentCorrection, DocumentKind, Ticket
from app.booking.money.pricing import bill_of
from app.booking.money.refunds import backs_of
from app.db import db
from app.disruption.actions.rebooking import rebook
from app.disruption.actions.voyage_changes import cancel_voyage
from app.errors import Refusal
from app.schedule.actions import revise_departure
from app.seats.models import ONLINE, FreeClaim, FreeProgramme
from tests.conftest import Clock
from tests.factories import a_booking, a_free_booking, a_nik, a_user, a_voyage, pelni_fares

BORN = date(1994, 3, 15)


def put_right(app: Flask, booking: Booking, number: str, born: date = BORN, sex: str = "P") -> Booking:
    right = Document(DocumentKind.KTP, number, born, sex)
    return correct_document(booking.code, 0, right, app.extensions["keyring"], a_user().id)


def with_other_digits(number: str, *digits: int) -> str:
    """The number with these of its last digits changed."""
    return "".join(str((int(c) + 1) % 10) if len(number) - i in digits else c for i, c in enumerate(number))


@pytest.mark.both_engines
def test_an_officer_puts_a_digit_right_and_what_stood_before_is_kept_masked(app: Flask) -> None:
    booking = a_booking(a_voyage())
    [person] = booking.passengers
    before, serial = person.document_number, person.ticket.serial
    right = with_other_digits(before, 1)
    for _ in range(2):
        booking = put_right(app, booking, right)
    assert booking.passengers[0].document_number == right
    [kept] = db.session.scalars(db.select(DocumentCorrection))
    assert (kept.masked_number, kept.birth_date, kept.sex) == ("*" * 12 + before[-4:], BORN, "P")
    old = db.session.scalars(db.select(Ticket).where(Ticket.serial == serial)).one()
    assert (old.void_reason, booking.passengers[0].ticket.serial != serial) == ("corrected", True)


@pytest.mark.both_engines
def test_a_ticket_is_not_handed_on_by_correcting_it(app: Flask) -> None:
    booking = a_booking(a_voyage())
    number = booking.passengers[0].document_number
    with pytest.raises(Refusal, match="other_person"):
        put_right(app, booking, a_nik(4711, date(1980, 1, 2)), date(1980, 1, 2))
    for digit in (1, 2):
        number = with_other_digits(number, digit)
        put_right(app, booking, number)
    with pytest.raises(Refusal, match="document_corrected_before"):
        put_right(app, booking, with_other_digits(number, 3))


def test_a_corrected_number_takes_nobody_elses_journey_and_keeps_the_free_place(app: Flask) -> None:
    voyage = a_voyage()
    booking, other = a_free_booking(voyage), a_booking(voyage)
    taken = other.passengers[0].document_number
    with pytest.raises(Refusal, match="already_travels"):
        put_right(app, booking, taken)
    right = with_other_digits(booking.passengers[0].document_number, 2)
    put_right(app, booking, right)
    assert db.session.scalars(db.select(FreeClaim.document_number)).all() == [right]


def test_an_infant_without_a_fare_leaves_the_rest_of_the_sum_in_sight(app: Flask) -> None:
    pelni_fares(infant=None)
    booking = a_booking(a_voyage(), 2, 1, payment=None)
    bill = bill_of(booking)
    assert (booking.amount_idr, bill.known_idr, bill.adults, bill.infants) == (None, 400_000, 0, 1)


@pytest.mark.parametrize(
    ("operator", "cause", "percent"),
    [("PELNI", "weather", 100), ("PELNI", "order", 100), ("PELNI", "technical", None), ("DLU", "tide", 100)],
)
def test_who_cancels_because_the_ship_leaves_on_another_day_has_not_changed_their_mind(
    app: Flask, clock: Clock, operator: str, cause: str, percent: int | None
) -> None:
    pelni_fares()
    booking = a_booking(a_voyage(departs_at=clock.moment + timedelta(days=3)))
    booking.voyage.operator.code = operator
    db.session.commit()
    ordinary = 50 if operator == "PELNI" else None
    assert backs_of(booking, clock.moment)[0].percent == ordinary
    call = booking.from_call
    for hours, told in ((5, ordinary), (24, percent), (-24, percent)):
        revise_departure(call.id, call.planned_departure + timedelta(hours=hours), "", cause=cause)
        assert backs_of(booking, clock.moment)[0].percent == told, hours


def test_a_ship_that_leaves_hours_later_on_the_day_that_was_sold_is_still_the_one_that_was_sold(
    app: Flask, clock: Clock
) -> None:
    pelni_fares()
    eight = (clock.moment + timedelta(days=3)).replace(hour=1, minute=0, second=0)  # 08.00 in Sampit
    booking = a_booking(a_voyage(departs_at=eight))
    booking.voyage.operator.code = "PELNI"
    db.session.commit()
    for hours, told in ((10, 50), (17, 100)):
        revise_departure(booking.from_call_id, eight + timedelta(hours=hours), "", cause="weather")
        assert backs_of(booking, clock.moment)[0].percent == told, hours


@pytest.mark.both_engines
def test_the_claim_of_a_displaced_free_booking_follows_it_onto_everybodys_places(app: Flask) -> None:
    voyage, later = a_voyage(), a_voyage(departs_at=app_clock.now() + timedelta(days=3))
    old = a_free_booking(voyage)
    programme = db.session.scalars(db.select(FreeProgramme)).one()
    cancel_voyage(voyage.id, "weather", "ombak tinggi")
    new = rebook(old.code, later.calls[0].id, later.calls[-1].id, app.extensions["keyring"])
    assert (new.channel_id, new.payment) == (ONLINE, "free")
    right = with_other_digits(new.passengers[0].document_number, 2)
    put_right(app, new, right)
    assert db.session.scalars(db.select(FreeClaim.document_number)).all() == [right]
    cancel_passengers(new.code, [0])
    db.session.expire_all()
    assert (db.session.query(FreeClaim).count(), programme.taken) == (0, 0)
