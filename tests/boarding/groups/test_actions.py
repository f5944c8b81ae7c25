"""Boarding groups: by the order of booking, families never parted, and called one after the other."""

from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.actions import set_ports
from app.boarding.actions.departure import depart
from app.boarding.groups.actions import assign_groups, call_group
from app.boarding.groups.models import GROUP_SOULS, BoardingGroup, letter_of
from app.boarding.groups.queries import find_called, groups_by_booking, last_group
from app.boarding.models import Departure
from app.booking.actions.cancellation import cancel_passengers
from app.booking.models import PaymentMethod
from app.db import db
from app.errors import NotFound, Refusal
from tests import factories
from tests.conftest import Clock


@pytest.fixture
def departure(app: Flask, clock: Clock) -> Departure:
    return factories.departure_of(factories.a_voyage(departs_at=clock.moment + timedelta(hours=5)))


def numbers(departure: Departure) -> list[int]:
    """The groups of the orders, in the order of booking."""
    assign_groups(departure.id)
    found, _ = groups_by_booking(departure.id)
    return [found[booking] for booking in sorted(found)]


def test_orders_fill_a_group_in_the_order_of_booking_and_no_family_is_parted(departure: Departure) -> None:
    voyage = departure.call.voyage
    for adults, infants in ((8, 0), (7, 1), (8, 0), (5, 2), (1, 0)):
        factories.a_booking(voyage, adults, infants)
    assert numbers(departure) == [1, 1, 1, 2, 2]
    sums = (
        db.session.execute(db.select(db.func.sum(BoardingGroup.souls)).group_by(BoardingGroup.number)).scalars().all()
    )
    assert max(sums) <= GROUP_SOULS


def test_a_group_that_was_given_stays_whatever_happens_to_others(departure: Departure) -> None:
    voyage = departure.call.voyage
    first = factories.a_booking(voyage, 8)
    later = [factories.a_booking(voyage, 8) for _ in range(3)]
    unpaid = factories.a_booking(voyage, 2, payment=PaymentMethod.COUNTER)
    assert numbers(departure) == [1, 1, 1, 2]
    cancel_passengers(first.code, list(range(8)))
    factories.pay(unpaid.code)
    assert numbers(departure) == [1, 1, 1, 2, 2]
    assert later[2].id in groups_by_booking(departure.id)[0]


def test_a_group_is_called_once_and_can_be_called_back(departure: Departure, clock: Clock) -> None:
    for _ in range(4):
        factories.a_booking(departure.call.voyage, 8)
    officer = factories.a_user()
    called = call_group(departure.id, 1, officer.id)
    at = clock.moment
    clock.forward(minutes=5)
    again = call_group(departure.id, 1, officer.id)
    assert (called.called_group, again.called_at, again.called_by) == (1, at, officer.id)
    assert call_group(departure.id, 2, officer.id).called_at == clock.moment
    assert call_group(departure.id, 1, officer.id).called_group == 1
    assert groups_by_booking(departure.id)[1] == 1
    assert find_called(departure.call_id) is not None
    assert last_group(departure.id) == 2


def test_no_group_is_called_that_is_not_there_or_at_another_port_or_after_the_ship_has_left(
    departure: Departure, clock: Clock
) -> None:
    factories.a_booking(departure.call.voyage)
    officer, elsewhere = factories.a_user(), factories.a_user()
    set_ports(elsewhere.id, [factories.a_port("Kumai").id], None)
    for number in (0, 2):
        with pytest.raises(NotFound, match="group_not_found"):
            call_group(departure.id, number, officer.id)
    with pytest.raises(Refusal, match="not_your_port"):
        call_group(departure.id, 1, elsewhere.id)
    call_group(departure.id, 1, officer.id)
    clock.forward(hours=5)
    depart(departure.id, officer.id)
    with pytest.raises(Refusal, match="departed"):
        call_group(departure.id, 1, officer.id)
    assert find_called(departure.call_id) is None


def test_a_group_is_told_as_a_letter() -> None:
    assert [letter_of(number) for number in (1, 2, 26, 27, 52, 703)] == ["A", "B", "Z", "AA", "AZ", "AAA"]
