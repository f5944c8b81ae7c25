"""A ticket and a voyage in a calendar: on the day on which people come to the port, at its clock, without names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from app.booking.actions.cancellation import cancel_passengers
from app.db import db
from app.schedule.actions import revise_departure
from app.schedule.models import Voyage
from tests import factories
from tests.conftest import Clock
from tests.web.test_midnight import WEDNESDAY, ZONES, midnight_after
from tests.web.test_traveler import SITI, Traveler, people


def entry(answer: TestResponse) -> Event:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.data).walk("VEVENT")
    return event


def of_voyage(client: FlaskClient, voyage: Voyage) -> Event:
    return entry(client.get(f"/pelayaran/{voyage.id}/kalender.ics"))


@pytest.mark.parametrize("port", ZONES)
def test_a_ship_of_24_00_is_in_the_calendar_on_the_evening_on_which_people_come(
    client: FlaskClient, clock: Clock, port: str
) -> None:
    leaves = midnight_after(WEDNESDAY, port)
    clock.moment = leaves - timedelta(days=1)
    voyage = factories.a_voyage(port, "Surabaya", departs_at=leaves)
    answer = client.get(f"/pelayaran/{voyage.id}/kalender.ics")
    event = entry(answer)
    starts, ends = event["DTSTART"].dt, event["DTEND"].dt
    assert (starts.date(), starts.hour, ends) == (WEDNESDAY, 22, leaves)
    assert event["DTSTART"].params["TZID"] == ZONES[port]
    offset = {"Sampit": "+0700", "Makassar": "+0800", "Jayapura": "+0900"}[port]
    assert f"TZOFFSETTO:{offset}" in answer.text, "the calendar brings the port's zone along"
    assert "Rabu malam\\, 16 Des 2026\\, pukul 24.00" in answer.text.replace("\r\n ", "")


def test_a_ticket_has_an_entry_that_follows_the_booking_and_tells_nobody(client: FlaskClient, clock: Clock) -> None:
    voyage = factories.a_voyage()
    traveler = Traveler(client, voyage)
    address = traveler.hold()
    traveler.send(f"{address}/penumpang", people(SITI))
    traveler.send(f"{address}/bayar", {"method": "counter"})
    booking = factories.pay(address)
    page = client.get(address).text
    assert f'href="{address}/kalender.ics"' in page
    answer = client.get(f"{address}/kalender.ics")
    first = entry(answer)
    assert (str(first["STATUS"]), first["DTEND"].dt) == ("CONFIRMED", voyage.calls[0].departs_at)
    for secret in (SITI["document_number"], "Siti", "812", SITI["birth_date"]):
        assert secret not in answer.text
    later = voyage.calls[0].departs_at + timedelta(hours=5)
    revise_departure(voyage.calls[0].id, later, cause="weather")
    db.session.expire_all()
    moved = entry(client.get(f"{address}/kalender.ics"))
    assert (moved["UID"], moved["DTEND"].dt) == (first["UID"], later)
    cancel_passengers(booking.code, [0])
    assert str(entry(client.get(f"{address}/kalender.ics"))["STATUS"]) == "CANCELLED"


def test_a_stranger_gets_no_entry_of_a_booking(client: FlaskClient) -> None:
    booking = factories.a_booking()
    answer = client.get(f"/pesanan/{booking.code}/kalender.ics")
    assert "BEGIN:VCALENDAR" not in answer.text


def test_a_departure_whose_hour_is_not_known_fills_its_day(client: FlaskClient, clock: Clock) -> None:
    voyage = factories.a_voyage()
    call = voyage.calls[0]
    call.precision, call.planned_departure, call.day = "day", datetime(2026, 12, 16, 17, tzinfo=UTC), WEDNESDAY
    db.session.commit()
    event = of_voyage(client, voyage)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (WEDNESDAY, date(2026, 12, 17))


def test_a_journey_that_the_ship_does_not_make_has_no_entry(client: FlaskClient) -> None:
    voyage = factories.a_voyage("Sampit", "Semarang", "Surabaya")
    first, second, _ = (call.id for call in voyage.calls)
    page = f"/pelayaran/{voyage.id}/kalender.ics"
    assert client.get(page, query_string={"from_call_id": first, "to_call_id": second}).status_code == 200
    for wrong in ({"from_call_id": second, "to_call_id": first}, {"from_call_id": 99}, {"to_call_id": "x"}):
        assert client.get(page, query_string=wrong).status_code == 404
    assert client.get("/pelayaran/99/kalender.ics").status_code == 404
