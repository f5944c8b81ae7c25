"""All of one booking at the gate: from any of its tickets, together or one by one, each by the rules of one."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.boarding.models import Scan
from app.booking.eligibility.models import Statement
from app.booking.models import Booking
from app.db import db
from app.seats.models import LegLoad
from tests import factories
from tests.boarding.test_gate_rules import in_force
from tests.conftest import Clock
from tests.queries import queries_counted
from tests.web.test_gate import Pier, hidden
from tests.web.test_gate_rules import NAMES, named


class Family(Pier):
    """A booking of several at a gate that boards."""

    def __init__(self, client: FlaskClient, clock: Clock, adults: int = 5, infants: int = 1) -> None:
        super().__init__(client, clock)
        clock.forward(hours=-2)
        self.booking: Booking = factories.a_booking(self.voyage, adults, infants)
        self.serials = [ticket.serial for ticket in factories.tickets_of(self.booking)]
        clock.forward(hours=2)
        self.path = f"{self.page}/rombongan/{self.serials[-1]}"

    def send(self, **data: object) -> TestResponse:
        page = self.client.get(self.path).text
        said = re.findall(r'name="said" value="([^"]+)"', page)
        return self.client.post(self.path, data={**hidden(page), "said": said, **data}, follow_redirects=True)

    def reasons(self) -> list[str]:
        db.session.expire_all()
        return sorted(scan.reason for scan in db.session.query(Scan))


@pytest.fixture
def family(client: FlaskClient, clock: Clock) -> Family:
    return Family(client, clock)


def test_any_ticket_of_a_booking_leads_to_all_of_it_and_one_tap_lets_all_aboard(family: Family) -> None:
    in_force(*(named(n, fact) for n, fact in enumerate(NAMES, 1)))
    assert f"{family.page}/rombongan/{family.serials[0]}" in family.show(family.serials[0]).text
    page = family.client.get(family.path).text
    numbers = [person.document_number for person in family.booking.passengers]
    assert all(f"<b>{number[-4:]}</b>" in page for number in numbers)
    assert not any(number in page for number in numbers)
    assert "Anda menyatakan: Nama dan nomor cocok." in page
    page = family.send(who=family.serials).text
    assert "6 dari 6 sudah lewat sini." in page
    assert family.reasons() == ["admitted"] * 6 + ["confirm"]
    assert db.session.query(Statement).count() == 12
    assert factories.departure_of(family.voyage).boarded == 6


def test_each_is_a_scan_of_its_own_within_the_ceiling_and_used_once(family: Family) -> None:
    family.show(family.serials[0])
    db.session.query(LegLoad).one().set_ceiling(3, None)
    db.session.commit()
    assert "Di kapal tinggal tempat untuk 2 orang." in family.client.get(family.path).text
    page = family.send(who=family.serials).text
    assert "3 dari 6 sudah lewat sini." in page
    assert "Kapal penuh" in page
    assert family.reasons() == ["admitted"] * 3 + ["ship_full"] * 3
    departure = factories.departure_of(family.voyage)
    assert (departure.boarded, departure.refused) == (3, 3)


def test_one_by_one_and_sent_twice_boards_one(family: Family) -> None:
    form = hidden(family.client.get(family.path).text)
    for _ in range(2):
        family.client.post(family.path, data={**form, "one": family.serials[1], "who": family.serials})
    assert family.reasons() == ["admitted"]
    assert "1 dari 6 sudah lewat sini." in family.client.get(family.path).text


def test_others_are_not_let_aboard_through_a_booking(family: Family) -> None:
    other = family.a_serial()
    family.send(who=[other, "0000000000", "x"])
    assert family.reasons() == []


def test_who_is_asked_more_stays_and_the_others_go(family: Family) -> None:
    logic = {"if": [{"<": [{"var": "person.age_years"}, 6]}, True, {"===": [{"var": "person.doses"}, 3]}]}
    in_force({**named(1, "person.doses"), "logic": logic})
    page = family.send(who=family.serials).text
    assert family.reasons() == ["admitted"] + ["confirm"] * 5
    assert "1 dari 6 sudah lewat sini." in page


def test_a_party_costs_few_statements_more_than_one_person(client: FlaskClient, clock: Clock) -> None:
    in_force(*(named(n, fact) for n, fact in enumerate(NAMES, 1)))
    counts = []
    for adults in (1, 7):
        family = Family(client, clock, adults, infants=0)
        family.path = f"{family.page}/rombongan/{family.serials[0]}"
        form = {**hidden(client.get(family.path).text), "said": list(NAMES), "who": family.serials}
        with queries_counted() as counted:
            client.post(family.path, data=form)
        counts.append(counted.count)
    assert (counts[1] - counts[0]) / 6 <= 8, counts
