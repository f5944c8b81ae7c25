"""People without a ticket: souls under the ceiling, on the list, and never in the place of one who has a ticket."""

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app.accounts.actions import set_ports
from app.accounts.models import Role, User
from app.boarding.actions.departure import depart, open_boarding
from app.boarding.actions.walk_on import board_walk_on, send_walk_on_ashore
from app.boarding.models import Stage
from app.boarding.passenger_counts import Group, count_people
from app.booking.walk_ons.models import WalkOn
from app.booking.walk_ons.queries import list_riding, list_walk_ons
from app.db import db
from app.errors import Refusal
from app.flow.recount import recount
from app.seats.models import LegLoad
from tests import factories
from tests.conftest import Clock


class Quay:
    """A ship that boards at Sampit for Semarang and Surabaya, and an officer in charge."""

    def __init__(self, places: int = 3, ceiling: int = 3) -> None:
        stops, leaves = ("Sampit", "Semarang", "Surabaya"), app_clock.now() + timedelta(hours=2)
        self.voyage = factories.a_voyage(*stops, places=places, ceiling=ceiling, departs_at=leaves)
        self.departure = factories.departure_of(self.voyage)
        self.gate = factories.a_gate(self.departure.call.port)
        self.officer = in_charge()
        open_boarding(self.departure.id, self.officer.id)

    def let(self, to: int = 1, **changes: object) -> WalkOn:
        """Somebody to the call of that number."""
        values: dict[str, object] = {
            "id": str(uuid4()),
            "gate_id": self.gate.id,
            "to_call_id": self.voyage.calls[to].id,
            "name": "Budi Uji",
            "description": "",
            "age_band": "adult",
            "reason": "Anak buah kapal yang menyusul",
            "officer_id": self.officer.id,
        }
        return board_walk_on(WalkOn(**{**values, **changes}), self.departure.id)

    def souls(self) -> list[tuple[int, int]]:
        """Promised and aboard, leg by leg."""
        rows = db.session.execute(db.select(LegLoad.promised, LegLoad.aboard).order_by(LegLoad.leg_id))
        return [(promised, aboard) for promised, aboard in rows]


def in_charge() -> User:
    officer = factories.a_user(Role.OFFICER)
    officer.may_exempt = True
    db.session.commit()
    return officer


@pytest.fixture
def quay(app: Flask, clock: Clock) -> Quay:
    return Quay()


def test_a_person_without_a_ticket_is_a_soul_on_each_leg_and_has_a_line(quay: Quay) -> None:
    quay.let(to=2)
    quay.let(to=1, name="", description="Baju merah, tas hitam", age_band="child")
    assert quay.souls() == [(2, 2), (1, 1)]
    lines = {(one.name, one.description) for one in list_walk_ons(quay.departure.call_id)}
    assert lines == {("Budi Uji", ""), ("", "Baju merah, tas hitam")}
    counts = count_people([quay.departure.id], [quay.departure.call_id]).passengers[quay.departure.id]
    assert counts.groups[Group.BOARDED] == 2
    assert counts.destinations == {"Semarang": 1, "Surabaya": 1}
    db.session.expire_all()
    assert quay.departure.boarded == 2
    assert len(list_riding(quay.departure.call)) == 2
    assert recount() == []


def test_sent_twice_it_is_one_person(quay: Quay) -> None:
    first = quay.let()
    assert quay.let(id=first.id).id == first.id
    assert quay.souls() == [(1, 1), (0, 0)]
    assert recount() == []


def test_nobody_with_a_ticket_stays_behind_for_one_without(quay: Quay) -> None:
    factories.a_booking(quay.voyage, 2)
    quay.let(to=2)
    with pytest.raises(Refusal, match="no_room_without_ticket"):
        quay.let(to=2)
    assert quay.souls() == [(3, 1), (3, 1)]
    assert recount() == []


def test_who_goes_ashore_again_is_counted_no_more_and_stays_on_record(clock: Clock, quay: Quay) -> None:
    one = quay.let(to=2)
    for _ in range(2):
        send_walk_on_ashore(one.id, quay.departure.id, quay.officer.id)
    assert quay.souls() == [(0, 0), (0, 0)]
    assert [one.ashore_by for one in list_walk_ons(quay.departure.call_id)] == [quay.officer.id]
    assert recount() == []
    gone = quay.let()
    clock.forward(hours=2)
    depart(quay.departure.id, quay.officer.id)
    with pytest.raises(Refusal, match="departed"):
        send_walk_on_ashore(gone.id, quay.departure.id, quay.officer.id)
    with pytest.raises(Refusal, match="not_boarding"):
        quay.let()


def test_only_an_officer_in_charge_at_that_port_lets_somebody_aboard_at_the_ships_side(quay: Quay) -> None:
    with pytest.raises(Refusal, match="not_in_charge"):
        quay.let(officer_id=factories.a_user(Role.OFFICER).id)
    elsewhere = in_charge()
    set_ports(elsewhere.id, [factories.a_port("Kumai").id], None)
    with pytest.raises(Refusal, match="not_your_port"):
        quay.let(officer_id=elsewhere.id)
    terminal = factories.a_gate(quay.departure.call.port, stage=Stage.TERMINAL)
    with pytest.raises(Refusal, match="not_at_the_ship"):
        quay.let(gate_id=terminal.id)
    with pytest.raises(Refusal, match="call_not_found"):
        quay.let(to=0)
    assert quay.souls() == [(0, 0), (0, 0)]
