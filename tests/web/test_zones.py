"""Today is the day at the port concerned: not Jakarta's, and not that of UTC."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from app import config
from app.accounts.models import Role
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.booking.fields import BirthDate
from app.booking.search import PAST_DAYS, find_passengers
from app.db import db
from app.flow.queries import coming_departures
from app.schedule.days import earliest_day, latest_day, local_day
from app.schedule.models import Port, Voyage
from tests import factories
from tests.conftest import Clock
from tests.web.program import API
from tests.web.test_gate import sign_in
from tests.web.test_traveler import SITI, Traveler, people

TODAY = date(2026, 12, 16)
ONE_DAY = timedelta(days=1)
ZONES = {"Sampit": "Asia/Jakarta", "Makassar": "Asia/Makassar", "Jayapura": "Asia/Jayapura"}


class Place:
    """A port, where a clock shows half past midnight or half past eleven in the evening of TODAY."""

    def __init__(self, clock: Clock, name: str, hour: str) -> None:
        self.port: Port = factories.a_port(name, ZONES[name])
        self.clock = clock
        clock.moment = self.at(hour)

    def at(self, hour: str, day: date = TODAY) -> datetime:
        return datetime.combine(day, time.fromisoformat(hour), self.port.tz)

    def voyage(self, hour: str, day: date = TODAY) -> Voyage:
        return factories.a_voyage(self.port.name, "Surabaya", departs_at=self.at(hour, day))


@pytest.fixture(params=[(port, hour) for port in ZONES for hour in ("00:30", "23:30")], ids=" ".join)
def place(app: Flask, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Place]:
    settings = config.current()
    found = Place(clock, *request.param)
    object.__setattr__(settings, "port_name", found.port.name)
    yield found
    object.__setattr__(settings, "port_name", "Sampit")


def test_search_takes_today_and_refuses_yesterday(client: FlaskClient, place: Place) -> None:
    voyage = place.voyage("23:45")
    asked = {"dari": place.port.code, "ke": "IDSUB"}
    found = client.get("/cari", query_string={**asked, "hari": TODAY})
    assert found.status_code == 200
    assert f"/pelayaran/{voyage.id}" in found.text
    assert f'min="{TODAY}"' in found.text
    assert "sudah lewat" in client.get("/cari", query_string={**asked, "hari": TODAY - ONE_DAY}).text
    assert f'min="{TODAY}"' in client.get("/").text


@pytest.mark.parametrize("named", [True, False])
def test_the_api_lists_what_leaves_today_at_its_port(client: FlaskClient, place: Place, named: bool) -> None:
    for day in (TODAY - ONE_DAY, TODAY, TODAY + ONE_DAY):
        place.voyage("23:45", day)
    asked = {"days": 1, **({"from": place.port.code} if named else {})}
    found = client.get(f"{API}/voyages", query_string=asked).json["voyages"]
    assert [each["journeys"][0]["day"] for each in found] == [str(TODAY)]


def test_the_api_asked_without_a_port_goes_by_the_day_of_each(client: FlaskClient, clock: Clock) -> None:
    # Half past midnight in Jayapura on Wednesday, half past ten in the evening in Sampit on Tuesday.
    east, west = Place(clock, "Jayapura", "00:30"), Place(clock, "Sampit", "22:30")
    clock.moment = east.at("00:30")
    for one in (east, west):
        for day in (TODAY - ONE_DAY, TODAY):
            one.voyage("23:45", day)
    found = client.get(f"{API}/voyages", query_string={"days": 1}).json["voyages"]
    told = {(each["journeys"][0]["from_port"]["name"], each["journeys"][0]["day"]) for each in found}
    assert told == {("Sampit", str(TODAY - ONE_DAY)), ("Jayapura", str(TODAY))}


def test_the_boards_show_yesterday_and_today_and_no_day_before(place: Place) -> None:
    for days in (2, 1, 0):
        place.voyage("12:00", TODAY - days * ONE_DAY)
    place.voyage("12:00", TODAY + 14 * ONE_DAY)
    place.voyage("12:00", TODAY + 15 * ONE_DAY)
    shown = [TODAY - ONE_DAY, TODAY, TODAY + 14 * ONE_DAY]
    assert [row.day for row in coming_departures(port_id=place.port.id).rows] == shown
    assert [row.day for row in coming_departures().rows] == shown


def test_the_counter_sells_what_leaves_today_at_its_port(client: FlaskClient, place: Place) -> None:
    voyage = place.voyage("23:59")
    sign_in(client, factories.a_user(Role.OFFICER))
    page = client.get("/loket/jual")
    assert f'min="{TODAY}"' in page.text
    if place.clock() < place.at("20:00"):
        # In the evening its sale is over.
        assert f"/loket/jual/{voyage.id}" in page.text
        yesterday = client.get("/loket/jual", query_string={"hari": TODAY - ONE_DAY})
        assert f"/loket/jual/{voyage.id}" in yesterday.text, "a day that is over is read as today"
    assert f'max="{TODAY}"' in client.get("/loket/kas").text


def test_the_gate_lists_who_leaves_today_and_no_ship_that_left_yesterday(client: FlaskClient, place: Place) -> None:
    gone, next_one = place.voyage("12:00", TODAY - ONE_DAY), place.voyage("23:50")
    factories.departure_of(gone).call.actual_departure = place.at("12:00", TODAY - ONE_DAY)
    db.session.commit()
    sign_in(client, factories.a_user(Role.OFFICER))
    page = client.get("/gate", follow_redirects=True, query_string={"gate": factories.a_gate(place.port).id}).text
    assert f"/gate/{factories.departure_of(next_one).id}/" in page
    assert f"/gate/{factories.departure_of(gone).id}/" not in page


def test_who_is_sold_a_ticket_after_midnight_travels_and_boards_that_night(client: FlaskClient, place: Place) -> None:
    voyage = place.voyage("03:00", TODAY if place.clock() < place.at("12:00") else TODAY + ONE_DAY)
    day = voyage.calls[0].day
    place.clock.forward(hours=-1)
    traveler = Traveler(client, voyage)
    address = traveler.hold()
    traveler.send(f"{address}/penumpang", people(SITI))
    traveler.send(f"{address}/bayar", {"method": "counter"})
    booking = factories.pay(address)
    assert client.get(f"{API}/voyages/{voyage.id}").json["journeys"][0]["day"] == str(day)
    place.clock.moment = voyage.calls[0].planned_departure - timedelta(hours=1)
    departure = factories.departure_of(voyage)
    ticket = factories.tickets_of(booking)[0]
    gate, officer = factories.a_gate(place.port), factories.a_user()
    answer = scan(
        Showing(str(uuid4()), ticket.serial, departure.id, gate.id, officer.id, place.clock()),
        current_app.extensions["keyring"],
    )
    assert str(answer.verdict) in {"pass", "hold"}, answer


def test_the_office_reads_its_own_day(client: FlaskClient, place: Place) -> None:
    for days in (-2, -1, 0, 30, 31):
        place.voyage("12:00", TODAY + days * ONE_DAY)
    voyage = place.voyage("23:00")
    sign_in(client, factories.a_user(Role.ADMINISTRATOR))
    assert "4 pelayaran sampai Jum, 15 Jan 2027" in client.get("/kelola/pelayaran").text
    asked = {"dari": place.port.code}
    assert "4 pelayaran sampai Jum, 15 Jan 2027" in client.get("/kelola/pelayaran", query_string=asked).text
    assert f'min="{TODAY}"' in client.get(f"/kelola/pelayaran/{voyage.id}/salin").text
    assert "Rab, 16 Des 2026" in client.get("/kelola/kapal").text


def test_people_are_found_for_as_many_days_after_their_ship(place: Place) -> None:
    voyage = place.voyage("20:00", TODAY + ONE_DAY)
    factories.a_booking(voyage)
    place.clock.moment += timedelta(days=1 + PAST_DAYS)
    assert find_passengers("Penumpang 1")


@pytest.mark.parametrize(("utc", "west", "east"), [(14, 16, 16), (15, 16, 17), (16, 16, 17), (17, 17, 17)])
def test_the_bounds_of_a_day_without_a_port(utc: int, west: int, east: int) -> None:
    moment = datetime.fromisoformat(f"2026-12-16T{utc:02}:00Z")
    assert (earliest_day(moment).day, latest_day(moment).day) == (west, east)
    assert local_day(moment, UTC) == TODAY


def test_a_child_born_today_in_the_east_has_a_birth_date(app: Flask, clock: Clock) -> None:
    place = Place(clock, "Jayapura", "00:30")
    assert place.clock().astimezone(UTC).date() == TODAY - ONE_DAY
    assert BirthDate().deserialize(str(TODAY)) == TODAY
