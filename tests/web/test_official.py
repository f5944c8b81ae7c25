"""The official's board and its departures, as a browser without JavaScript meets them."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.boarding.actions import departure as departure_actions
from app.boarding.actions import scan as scan_actions
from app.boarding.judgement import Showing
from app.boarding.models import Departure
from app.booking.tickets.code import new_serial
from app.config import ROOT
from app.db import db
from app.flow.departure_rows import Need
from app.flow.queries import board_of_port
from app.planning.actions.reference_import import found_season
from app.schedule.models import Voyage
from app.seats.models import LegLoad
from app.web.judging import verdicts
from app.web.official import departure_words
from app.web.official.door import COMING, countdown
from tests import factories
from tests.conftest import Clock
from tests.queries import queries_counted
from tests.web.test_gate import sign_in

BOARD_BUDGET = 6
DEPARTURE_BUDGET = 14


class Port:
    """Sampit in its season, with an official who has signed in."""

    def __init__(self, client: FlaskClient, clock: Clock) -> None:
        self.client, self.clock = client, clock
        self.port = factories.a_port("Sampit")
        today = clock().date()
        days = timedelta(days=20)
        self.season = found_season("Lebaran Uji", "Sampit", today + days, today - days, today + days)
        self.gate = factories.a_gate(self.port)
        self.officer = factories.a_user(Role.OFFICER)
        sign_in(client, factories.a_user(Role.OFFICIAL))

    def voyage(self, *stops: str, hours: float = 24, **options: object) -> Voyage:
        return factories.a_voyage(*stops, departs_at=self.clock() + timedelta(hours=hours), **options)

    def boards(self, voyage: Voyage, adults: int = 1, *, times: int = 1) -> Departure:
        """Passengers with tickets are scanned `times` times, at a gate that was opened for them."""
        tickets = factories.tickets_of(factories.a_booking(voyage, adults))
        departure = factories.departure_of(voyage)
        departure_actions.open_boarding(departure.id, self.officer.id)
        for _ in range(times):
            for ticket in tickets:
                self.clock.forward(seconds=1)
                self.scan(departure, ticket.serial)
        return departure

    def scan(self, departure: Departure, shown: str) -> None:
        keyring = current_app.extensions["keyring"]
        scan_actions.scan(
            Showing(str(uuid4()), shown, departure.id, self.gate.id, self.officer.id, self.clock()), keyring
        )

    def season_of(self, departures: int) -> None:
        """Many departures, the older half already gone."""
        ships = [factories.a_ship(f"KM Uji {n}", f"PT Uji {n % 4}") for n in range(6)]
        for n in range(departures):
            hours, end = 6 * (n - departures / 2), ("Semarang", "Surabaya")[n % 2]
            voyage = self.voyage("Sampit", end, hours=hours, ship=ships[n % 6])
            if hours < 0:
                departure_actions.depart(factories.departure_of(voyage).id, self.officer.id)

    def page(self, path: str = "/papan") -> str:
        db.session.expire_all()  # a request of its own would not know what this test has read before
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def port(client: FlaskClient, clock: Clock) -> Port:
    return Port(client, clock)


def row_of(page: str, departure: Departure) -> str:
    """The part of the page that is about this departure."""
    found = re.search(rf'<tr data-departure="{departure.id}".*?</tr>', page, re.S)
    assert found, "the departure is not on the page"
    return found[0]


def field(text: str, name: str) -> str:
    """What stands in the field of that name."""
    found = re.search(rf'data-field="{name}"[^>]*>([^<]*)<', text)
    assert found, name
    return found[1]


def section_of(page: str, departure: Departure) -> str:
    """Where on the board the departure stands."""
    before = page.split(f'<tr data-departure="{departure.id}"')[0]
    return re.findall(r'data-section="(\w+)"', before)[-1]


def test_officials_and_administrators_enter_others_do_not(client: FlaskClient, clock: Clock) -> None:
    departure = factories.departure_of(factories.a_voyage())
    paths = ("/papan", "/papan.json", f"/papan/{departure.id}")
    for path in paths:
        assert client.get(path).status_code == 302, "a stranger is asked to sign in"
    for role, status in ((Role.OFFICER, 403), (Role.OFFICIAL, 200), (Role.ADMINISTRATOR, 200)):
        sign_in(client, factories.a_user(role))
        assert [client.get(path).status_code for path in paths] == [status] * 3, role


def test_the_numbers_of_a_departure_are_those_of_the_database(port: Port) -> None:
    voyage = port.voyage(places=50, ceiling=40)
    factories.a_hold(voyage, adults=3)
    departure = port.boards(voyage, adults=4, times=2)
    db.session.expire_all()
    leg = voyage.legs[0].id
    load = db.session.get_one(LegLoad, leg)
    row = row_of(port.page(), departure)
    names = ("sold", "held", "kept", "remaining", "boarded", "turned_away", "taken", "aboard", "ceiling")
    assert {name: field(row, name) for name in names} == {
        "sold": "4", "held": "3", "kept": "10", "remaining": "33", "boarded": "4", "turned_away": "0",
        "taken": "7", "aboard": str(load.aboard), "ceiling": "40",
    }  # fmt: skip
    assert field(row, "taken_percent") == "18%"
    assert field(row, "certificate") == "40"
    assert "tidak ada" in field(row, "dispensation")
    assert '<b data-number="call_number">1</b> dari <span data-number="season_calls">1</span>' in row


def test_the_sums_are_those_of_the_rows_shown_and_the_shares_those_of_all(port: Port) -> None:
    other = factories.a_ship("KM Lain", "PT Lain")
    port.boards(port.voyage(), adults=3)
    port.boards(port.voyage("Sampit", "Surabaya", ship=other), adults=1)
    for path, shown, boarded in (
        ("/papan", 2, "4"),
        ("/papan?operator=PT+Lain", 1, "1"),
        ("/papan?tujuan=Semarang", 1, "3"),
    ):
        page = port.page(path)
        assert page.count("<tr data-departure=") == shown
        sums = re.search(r"data-sums>.*?</dl>", page, re.S)[0]
        assert (field(sums, "boarded"), field(sums, "calls")) == (boarded, str(shown))
        operators = re.search(r'data-shares="operator">.*?</tbody>', page, re.S)[0]
        assert re.findall(r'data-field="percent">(\d+)%', operators) == ["75", "25"]
    destinations = re.search(r'data-shares="tujuan">.*?</tbody>', page, re.S)[0]
    assert re.findall(r'data-share="(\w+)"', destinations) == ["Semarang", "Surabaya"]


def decisions_of(page: str) -> str:
    """The list of decisions."""
    found = re.search(r'<section class="board-decisions.*?</section>', page, re.S)
    assert found
    return found[0]


def test_what_needs_a_person_stands_first_and_says_why(port: Port) -> None:
    calm, overdue, late = port.voyage(hours=30), port.voyage(hours=-1), port.voyage(hours=50)
    late.calls[0].revised_departure = late.calls[0].planned_departure + timedelta(hours=3)
    late.calls[0].reason = "air pasang"
    full = port.voyage(places=5, ceiling=2, hours=10)
    promised = port.voyage(hours=20)
    factories.a_booking(promised, 3)
    db.session.get_one(LegLoad, promised.legs[0].id).set_ceiling(2, None)
    db.session.commit()
    port.boards(full, adults=2)
    page = port.page()
    expected = {
        calm: ("coming", ""), overdue: ("now", "belum tercatat berangkat"), late: ("coming", "Terlambat"),
        full: ("now", "Kapal penuh"), promised: ("coming", "melebihi batas"),
    }  # fmt: skip
    for voyage, (section, told) in expected.items():
        departure = factories.departure_of(voyage)
        assert section_of(page, departure) == section, told
        assert told in row_of(page, departure)
    assert "air pasang" in row_of(page, factories.departure_of(late))
    for _, told in expected.values():
        assert told in decisions_of(page)
    assert field(page, "decisions") == "4"
    assert decisions_of(page).count("<li ") == 4
    assert decisions_of(page) == port.page("/papan/keputusan").strip(), "the same list alone, for a page that is open"
    assert page.index("Perlu keputusan") < page.index("Sedang embarkasi") < page.index("Berikutnya")


def test_a_departure_moves_from_coming_to_boarding_to_left(port: Port) -> None:
    voyage = port.voyage(hours=5)
    departure = factories.departure_of(voyage)
    assert section_of(port.page(), departure) == "coming"
    port.clock.forward(hours=3.5)
    page = port.page()
    assert section_of(page, departure) == "now"
    assert field(row_of(page, departure), "state") == "Sedang naik"
    departure_actions.depart(departure.id, port.officer.id)
    assert section_of(port.page(), departure) == "left"
    assert field(row_of(port.page(), departure), "state") == "Sudah berangkat"


def test_the_page_says_as_of_which_second_in_the_ports_zone(port: Port) -> None:
    now = port.clock().astimezone(port.port.tz)
    assert field(port.page(), "as_of") == f"{now:%H.%M.%S} WIB"
    assert field(port.client.get("/papan?lang=en", follow_redirects=True).text, "as_of") == f"{now:%H:%M:%S} WIB"


def test_120_departures_are_one_page_of_few_questions_with_the_rest_folded(port: Port) -> None:
    port.season_of(120)
    db.session.remove()
    with queries_counted() as asked:
        page = port.page()
    assert asked.count <= BOARD_BUDGET, asked
    assert page.count("<tr data-departure=") == 120
    folded = re.findall(r"<details.*?</details>", page, re.S)
    assert sum(part.count("<tr data-departure=") for part in folded) >= 120 - COMING - 5
    assert '<b data-number="call_number">120</b> dari <span data-number="season_calls">120</span>' in page
    with queries_counted() as asked:
        port.page("/papan.json")
    assert asked.count <= BOARD_BUDGET, asked


def test_a_departures_page_shows_the_rows_behind_its_numbers_without_whole_names(port: Port) -> None:
    voyage = port.voyage()
    departure = port.boards(voyage, adults=2, times=2)
    port.scan(departure, new_serial())
    place = f"/papan/{departure.id}"
    db.session.remove()
    with queries_counted() as asked:
        page = port.page(place)
    assert asked.count <= DEPARTURE_BUDGET, asked
    assert page.count("NAIK") == 2
    assert page.count("TOLAK") == 2
    assert "P••• 1•••" in page
    assert "Penumpang 1" not in page
    assert not re.search(r"\b\d{16}\b", page), "no identity number"
    assert "2 sudah dipakai" in page
    assert "1 tiket tidak dikenal" in page
    only = port.page(f"{place}?putusan=ditolak")
    assert ("NAIK" in only, only.count("TOLAK")) == (False, 2)


def test_a_departure_that_is_not_there_is_not_found(port: Port) -> None:
    assert port.client.get("/papan/999999").status_code == 404


def test_the_json_of_the_board_has_the_same_numbers_and_a_fresh_address_of_the_stream(port: Port) -> None:
    departure = port.boards(port.voyage(), adults=2)
    told = json.loads(port.page("/papan.json"))
    row = next(r for r in told["departures"] if r["departure_id"] == departure.id)
    assert (row["boarded"], row["sold"], row["state"], row["needs"]) == (2, 2, "boarding", [])
    assert (told["boarded"], told["calls"], told["left"]) == (2, 1, 0)
    assert told["operators"] == [{"name": "PT Pelayaran Uji", "boarded": 2, "percent": 100}]
    assert told["version"] == board_of_port(port.port).version
    assert "/stream?topic=board&token=" in told["stream"]


def test_where_nothing_is_sold_the_pages_say_so(port: Port) -> None:
    voyage = port.voyage()
    db.session.execute(db.text("DELETE FROM allotment"))
    db.session.delete(db.session.get_one(LegLoad, voyage.legs[0].id))
    db.session.commit()
    row = row_of(port.page(), factories.departure_of(voyage))
    assert "Belum dijual" in row
    assert "belum ada surat kapal" in row
    assert "Belum dijual" in port.page("/keberangkatan")


def test_an_empty_house_has_an_empty_board(client: FlaskClient) -> None:
    factories.a_port("Sampit")
    sign_in(client, factories.a_user(Role.OFFICIAL))
    assert "Belum ada keberangkatan dari Sampit" in client.get("/papan").text
    assert "Tidak ada keberangkatan" in client.get("/keberangkatan").text


def test_the_page_has_every_need_and_the_script_words_for_every_state(port: Port) -> None:
    departure = port.boards(port.voyage())
    page = port.page()
    row = page.split(f'data-departure="{departure.id}"')[1].split("</tr>")[0]
    assert set(re.findall(r'data-need="(\w+)"', row)) == set(Need)
    script = json.loads(re.search(r'id="script">(.*?)</script>', page, re.S)[1])
    assert set(script["states"]) == {"open", "boarding", "closed", "left", "cancelled"}
    assert set(departure_words.REASONS) == set(verdicts.REASONS)


def test_nothing_on_the_pages_is_styled_or_scripted_inline(port: Port) -> None:
    departure = port.boards(port.voyage())
    for path in ("/papan", f"/papan/{departure.id}", "/keberangkatan"):
        page = port.page(path)
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page), path


def test_the_countdown_is_said_as_the_golden_book_does(app: Flask, clock: Clock) -> None:
    cases = json.loads((ROOT / "tests" / "golden" / "countdown.json").read_text())
    with app.test_request_context():
        for seconds, said in cases:
            assert countdown(clock() + timedelta(seconds=seconds), clock()) == said, seconds
