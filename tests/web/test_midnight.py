"""The day on which people come to the port: one rule in search, lists, page, ticket, board and API."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from app.booking.actions.payment import confirm_payment
from app.booking.models import Booking
from app.db import db
from app.schedule.actions import revise_departure
from app.schedule.days import port_day
from app.schedule.models import Voyage
from app.web import words
from tests import factories
from tests.conftest import Clock
from tests.web.test_traveler import SITI, Traveler, people

ZONES = {"Sampit": "Asia/Jakarta", "Makassar": "Asia/Makassar", "Jayapura": "Asia/Jayapura"}
WEDNESDAY = date(2026, 12, 16)


def midnight_after(day: date, port: str) -> datetime:
    """24.00 of that day at the port."""
    return datetime(day.year, day.month, day.day, tzinfo=factories.a_port(port, ZONES[port]).tz) + timedelta(days=1)


def read(client: FlaskClient, address: str, **asked: object) -> str:
    """The words of a page, without its marks."""
    answer = client.get(address, query_string=asked, follow_redirects=True)
    assert answer.status_code == 200, address
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1])))


@pytest.mark.parametrize("port", ZONES)
def test_midnight_counts_to_the_day_that_ends_and_a_minute_later_to_the_next(app: Flask, port: str) -> None:
    zone, moment = factories.a_port(port, ZONES[port]).tz, midnight_after(WEDNESDAY, port)
    assert [port_day(moment + timedelta(minutes=n), zone) for n in (-1, 0, 1)] == [
        WEDNESDAY, WEDNESDAY, WEDNESDAY + timedelta(days=1),
    ]  # fmt: skip


@pytest.mark.parametrize(("port", "zone"), [("Sampit", "WIB"), ("Makassar", "WITA"), ("Jayapura", "WIT")])
def test_a_ship_of_24_00_is_on_one_day_in_search_list_page_ticket_board_and_api(
    client: FlaskClient, clock: Clock, port: str, zone: str
) -> None:
    clock.moment = midnight_after(WEDNESDAY - timedelta(days=1), port)
    voyage = factories.a_voyage(port, "Surabaya", departs_at=midnight_after(WEDNESDAY, port))
    code = voyage.calls[0].port.code
    whole = f"Rabu malam, 16 Des 2026, pukul 24.00 {zone} (Kamis 00.00)"
    beside = f"24.00 {zone} (Kamis 00.00)"

    found = read(client, "/cari", dari=code, ke="IDSUB", hari=WEDNESDAY)
    assert beside in found
    assert "Tidak ada kapal" in read(client, "/cari", dari=code, ke="IDSUB", hari=WEDNESDAY + timedelta(days=1))
    assert whole in read(client, f"/pelayaran/{voyage.id}")
    board = read(client, "/keberangkatan")
    assert re.search(rf"Rab, 16 Des 2026 24\.00 {zone} Kamis 00\.00", board)
    assert "17 Des" not in board

    traveler = Traveler(client, voyage)
    address = traveler.hold()
    assert whole in read(client, f"{address}/penumpang")
    traveler.send(f"{address}/penumpang", people(SITI))
    booking = db.session.scalars(db.select(Booking)).one()
    traveler.send(f"{address}/bayar", {"method": "counter"})
    confirm_payment(booking.code, factories.a_user().id, current_app.extensions["keyring"])
    assert whole in read(client, address)
    assert whole in read(client, "/pesanan")

    told = client.get("/api/v1/departures").json["departures"][0]
    assert (told["day"], told["departs_at"]) == ("2026-12-16", voyage.calls[0].departs_at.astimezone(UTC).isoformat())
    api = client.get("/api/v1/voyages", query_string={"from": code, "day": "2026-12-16", "days": 1}).json
    assert [found["journeys"][0]["day"] for found in api["voyages"]] == ["2026-12-16"]


def test_the_front_page_says_the_day_and_the_night(client: FlaskClient, clock: Clock) -> None:
    clock.moment = midnight_after(WEDNESDAY - timedelta(days=1), "Sampit")
    factories.a_voyage(departs_at=midnight_after(WEDNESDAY, "Sampit"))
    assert "Rab, 16 Des 2026 24.00 WIB (Kamis 00.00)" in read(client, "/")


def test_a_ship_of_the_small_hours_is_on_its_day_and_says_which_night(client: FlaskClient, clock: Clock) -> None:
    clock.moment = midnight_after(WEDNESDAY - timedelta(days=1), "Sampit")
    voyage = factories.a_voyage(departs_at=midnight_after(WEDNESDAY, "Sampit") + timedelta(hours=2))
    told = "02.00 WIB (Rabu malam menuju Kamis)"
    assert f"Kam, 17 Des 2026 {told}" in read(client, f"/pelayaran/{voyage.id}")
    assert told in read(client, "/cari", dari="IDSMQ", ke="IDSRG", hari=WEDNESDAY + timedelta(days=1))
    client.get("/?lang=en")
    assert "02:00 WIB (the night from Wednesday to Thursday)" in read(client, f"/pelayaran/{voyage.id}")


def test_a_delay_to_midnight_counts_to_the_day_that_ends(client: FlaskClient, clock: Clock) -> None:
    midnight = midnight_after(WEDNESDAY, "Sampit")
    clock.moment = midnight - timedelta(days=1)
    voyage = factories.a_voyage(departs_at=midnight - timedelta(hours=10))
    delay(voyage, midnight)
    assert voyage.calls[0].day == WEDNESDAY
    assert "Rabu malam, 16 Des 2026, pukul 24.00 WIB (Kamis 00.00)" in read(client, f"/pelayaran/{voyage.id}")


def test_a_window_that_ends_at_midnight_stays_on_its_day(app: Flask) -> None:
    end = midnight_after(WEDNESDAY, "Sampit")
    with app.test_request_context():
        port = factories.a_port("Sampit")
        assert words.window(end - timedelta(hours=3), end, port, WEDNESDAY) == "21.00–24.00 WIB"


def delay(voyage: Voyage, until: datetime) -> None:
    """The first departure is moved to then."""
    revise_departure(voyage.calls[0].id, until, cause="weather")
    db.session.expire_all()
