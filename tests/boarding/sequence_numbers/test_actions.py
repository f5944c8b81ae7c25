"""Sequence numbers: one for each ticket of a voyage, kept whatever becomes of it."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.boarding.sequence_numbers.actions import number_tickets
from app.boarding.sequence_numbers.models import SequenceNumber
from app.boarding.sequence_numbers.queries import list_numbers
from app.booking.actions.cancellation import cancel_passengers
from app.booking.models import PaymentMethod
from app.db import db
from tests.factories import a_booking, a_voyage, departure_of, tickets_of


def test_each_paid_ticket_has_one_number_and_later_ones_go_on_behind_them(app: Flask) -> None:
    voyage = a_voyage()
    departure = departure_of(voyage)
    first = [one.id for one in tickets_of(a_booking(voyage, 3))]
    [unpaid] = tickets_of(a_booking(voyage, payment=PaymentMethod.COUNTER))
    assert number_tickets(departure.id) == 3
    assert list_numbers(voyage.id) == dict(zip(first, range(3), strict=True))
    [late] = [one.id for one in tickets_of(a_booking(voyage))]
    assert (number_tickets(departure.id), number_tickets(departure.id)) == (1, 0)
    assert list_numbers(voyage.id) == {**dict(zip(first, range(3), strict=True)), late: 3}
    assert unpaid.id not in list_numbers(voyage.id)


def test_a_number_is_never_given_again(app: Flask) -> None:
    voyage = a_voyage()
    departure, gone = departure_of(voyage), a_booking(voyage)
    [void] = [one.id for one in tickets_of(gone)]
    number_tickets(departure.id)
    cancel_passengers(gone.code, [0])
    [late] = [one.id for one in tickets_of(a_booking(voyage))]
    number_tickets(departure.id)
    assert list_numbers(voyage.id) == {void: 0, late: 1}


def test_another_voyage_counts_from_nought(app: Flask) -> None:
    for voyage in (a_voyage(), a_voyage()):
        a_booking(voyage, 2)
        number_tickets(departure_of(voyage).id)
        assert sorted(list_numbers(voyage.id).values()) == [0, 1]


@pytest.mark.parametrize("again", ["number", "ticket_id"])
def test_the_table_refuses_a_number_or_a_ticket_twice(app: Flask, again: str) -> None:
    voyage = a_voyage()
    one, other = tickets_of(a_booking(voyage, 2))
    row = {"voyage_id": voyage.id, "number": 5, "ticket_id": one.id}
    db.session.add(SequenceNumber(**row))
    db.session.flush()
    row |= {"ticket_id": other.id} if again == "number" else {"number": 6}
    db.session.add(SequenceNumber(**row))
    with pytest.raises(IntegrityError):
        db.session.flush()
