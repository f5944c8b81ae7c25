"""The officer's doors, as a browser without JavaScript meets them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import config
from app.accounts.actions import begin_session, set_ports
from app.accounts.models import Role, User
from app.boarding.actions import scan as scan_actions
from app.boarding.gate_rules import VERDICTS
from app.boarding.judgement import ScanAnswer, Showing
from app.boarding.models import CAME_BACK, STEPPED_OFF, UNDECIDED, Departure, Gate, Scan, Verdict
from app.boarding.schemas import ScanIn, ScanOut
from app.booking.actions.hold import hold
from app.booking.actions.payment import name_travelers
from app.booking.models import BookingState, PaymentMethod
from app.db import db
from app.schedule.models import PortCall
from app.seats.models import LegLoad
from app.web.judging import verdicts
from tests import factories
from tests.conftest import Clock


class Pier:
    """A voyage that boards now, its gate, and an officer who has signed in."""

    def __init__(self, client: FlaskClient, clock: Clock) -> None:
        self.client, self.clock = client, clock
        self.voyage = factories.a_voyage(departs_at=clock() + timedelta(hours=1.5))
        self.departure: Departure = factories.departure_of(self.voyage)
        self.gate: Gate = factories.a_gate(self.departure.call.port)
        self.officer = factories.a_user(Role.OFFICER)
        sign_in(client, self.officer)

    @property
    def page(self) -> str:
        return f"/gate/{self.departure.id}/{self.gate.id}"

    def a_serial(self) -> str:
        """Of a ticket that may board; the sale was closed half an hour ago, so it was bought before."""
        self.clock.forward(hours=-2)
        serial = factories.tickets_of(factories.a_booking(self.voyage))[0].serial
        self.clock.forward(hours=2)
        return serial

    def show(self, text: str) -> TestResponse:
        """Type `text` into the form of the page and follow it to the verdict."""
        page = self.client.get(self.page).text
        return self.client.post(self.page, data={**hidden(page), "shown": text}, follow_redirects=True)


def sign_in(client: FlaskClient, user: User) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = begin_session(user.id).key
        session["_fresh"] = True


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', page))


@pytest.fixture
def pier(client: FlaskClient, clock: Clock) -> Pier:
    return Pier(client, clock)


def test_a_typed_serial_boards_its_passenger_and_says_so_on_a_page_of_its_own(pier: Pier) -> None:
    answer = pier.show(pier.a_serial().lower())
    assert answer.status_code == 200
    assert "NAIK" in answer.text
    assert "Penumpang 1" in answer.text
    assert "Ekonomi" in answer.text
    assert ">1</span> / " in answer.text


def test_a_serial_typed_again_is_refused_with_time_and_gate_of_the_first_time(pier: Pier) -> None:
    serial = pier.a_serial()
    pier.show(serial)
    first = pier.clock().astimezone(pier.gate.port.tz)
    pier.clock.forward(minutes=7)
    answer = pier.show(serial)
    assert "TOLAK" in answer.text
    assert f"Sudah dipakai {verdicts.words.at(first, pier.gate.port)} di {pier.gate.name}" in answer.text


def test_the_same_form_sent_twice_is_one_scan_but_another_serial_in_it_is_another(pier: Pier) -> None:
    one, other = pier.a_serial(), pier.a_serial()
    form = hidden(pier.client.get(pier.page).text)
    places = [pier.client.post(pier.page, data={**form, "shown": s}).location for s in (one, one, other)]
    assert places[0] == places[1] != places[2]
    assert db.session.query(Scan).filter_by(verdict="pass").count() == 2


def test_an_old_verdict_is_shown_as_history_and_not_as_a_permission(pier: Pier) -> None:
    place = pier.show(pier.a_serial()).request.path
    pier.clock.forward(minutes=3)
    page = pier.client.get(place).text
    assert 'data-verdict="past"' in page
    assert "bukan izin naik" in page


def test_an_empty_serial_is_told_at_its_field(pier: Pier) -> None:
    answer = pier.show(" ")
    assert answer.status_code == 422
    assert "Ketik nomor tiket dahulu." in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_nonsense_is_referred_and_kept(pier: Pier) -> None:
    assert "RUJUK" in pier.show("https://example.org/").text
    assert db.session.query(Scan).one().reason == "unreadable"


def test_a_mistyped_serial_is_typed_again_and_no_scan_is_kept(pier: Pier) -> None:
    answer = pier.show("ABCDE-FGHJK")
    assert answer.status_code == 422
    assert "Ketik lagi" in answer.text
    assert 'value="ABCDE-FGHJK"' in answer.text
    assert db.session.query(Scan).count() == 0


def test_a_wrong_ship_is_told_as_one_with_the_right_ship_and_hour(client: FlaskClient, clock: Clock) -> None:
    clock.moment = clock.moment.replace(hour=1, minute=0)  # in the morning, in every zone of Indonesia
    pier = Pier(client, clock)

    def shown(hours: int) -> tuple[str, str]:
        right = factories.a_voyage(departs_at=clock() + timedelta(hours=hours), ship=factories.a_ship("KM Kirana III"))
        serial = factories.tickets_of(factories.a_booking(right))[0].serial
        return serial, pier.show(serial).text

    serial, page = shown(6)
    assert "TOLAK" in page
    assert "Salah kapal" in page
    assert f"Arahkan ke KM Kirana III, {verdicts.words.hour(clock() + timedelta(hours=6), pier.gate.port)}." in page
    assert "Belum harinya" in shown(30)[1]
    for call in db.session.scalars(db.select(PortCall).where(PortCall.voyage_id != pier.voyage.id)):
        call.actual_departure = call.planned_departure and clock.moment
    db.session.commit()
    assert "Kapal itu sudah berangkat. Arahkan ke loket." in pier.show(serial).text


def test_the_last_scans_are_on_the_page_with_their_words(pier: Pier) -> None:
    pier.show(pier.a_serial())
    for _ in range(6):
        pier.clock.forward(seconds=1)
        pier.show("https://example.org/")
    rows = re.findall(r'<li class="gate-row" data-verdict="(\w+)"', pier.client.get(pier.page).text)
    assert rows == ["refer"] * 5


def test_the_page_gives_the_device_the_public_keys_and_no_secret(pier: Pier) -> None:
    page = pier.client.get(pier.page).text
    keyring = current_app.extensions["keyring"]
    assert keyring.public_keys()[keyring.current_id] in page
    assert "AAECAwQFBgc" not in page  # the private seed of the tests begins so


def test_the_count_is_told_to_a_page_that_stays_open(pier: Pier) -> None:
    pier.show(pier.a_serial())
    told = pier.client.get(f"/gate/{pier.departure.id}/count").json
    assert (told["aboard"], told["ceiling"], told["state"]) == (1, 100, "boarding")
    assert told["per"].endswith("WIB")


def test_a_gate_of_another_port_is_not_a_gate_of_this_departure(pier: Pier) -> None:
    elsewhere = factories.a_gate(factories.a_port("Semarang"))
    assert pier.client.get(f"/gate/{pier.departure.id}/{elsewhere.id}").status_code == 404


def test_the_choice_shows_departures_and_remembers_the_last_one(pier: Pier) -> None:
    page = pier.client.get("/gate").text
    assert "KM Uji Coba" in page
    assert "Lanjutkan" not in page
    pier.client.get(pier.page)
    assert "Lanjutkan: KM Uji Coba" in pier.client.get("/gate").text


def test_the_choice_without_any_departure_says_what_to_do(client: FlaskClient) -> None:
    sign_in(client, factories.a_user(Role.OFFICER))
    assert "Belum ada gerbang" in client.get("/gate").text
    factories.a_port()
    assert "Tidak ada keberangkatan dari Sampit" in client.get("/gate").text


def test_boarding_is_opened_early_after_a_page_that_says_what_it_means(client: FlaskClient, clock: Clock) -> None:
    pier = Pier(client, clock)
    voyage = factories.a_voyage()
    pier.departure = factories.departure_of(voyage)
    assert "Buka naik kapal sekarang" in client.get(pier.page).text
    ask = client.get(f"{pier.page}/boarding")
    assert pier.departure.opened_at is None
    assert client.post(f"{pier.page}/boarding", data=hidden(ask.text)).status_code == 303
    db.session.expire_all()
    assert factories.departure_of(voyage).state(clock()) == "boarding"
    assert "Batalkan pembukaan naik kapal" in client.get(f"{pier.page}/boarding").text


def test_boarding_is_offered_early_only_where_one_may_open_it(client: FlaskClient, clock: Clock) -> None:
    config.use(replace(config.current(), open_early_minutes=60, boarding_opens_minutes=120))
    pier = Pier(client, clock)
    voyage = factories.a_voyage(departs_at=clock.moment + timedelta(days=3))
    pier.departure = factories.departure_of(voyage)
    for hours, offered, asked in ((1, False, False), (66, False, True), (2, True, False)):
        clock.forward(hours=hours)
        sign_in(client, factories.a_user(Role.OFFICER))
        page = client.get(pier.page).text
        assert ("Buka naik kapal sekarang" in page) is offered
        assert ("Paling cepat dibuka" in page) is not offered
        assert ("Perlu lebih awal?" in page) is asked


def test_the_ship_leaves_after_a_page_with_the_count_on_board(pier: Pier) -> None:
    late = pier.a_serial()
    pier.show(pier.a_serial())
    ask = pier.client.get(f"{pier.page}/leaving").text
    assert '<span class="big-number">1</span>' in ask
    answer = pier.client.post(f"{pier.page}/leaving", data=hidden(ask), follow_redirects=True)
    assert "Kapal sudah berangkat" in answer.text
    assert "dengan 1 orang" in answer.text
    assert "Sudah tercatat" in pier.client.get(f"{pier.page}/leaving").text
    assert "TOLAK" in pier.show(late).text


def test_forms_without_their_token_do_nothing(pier: Pier) -> None:
    for path in ("", "/boarding", "/leaving"):
        assert pier.client.post(pier.page + path, data={"shown": "x"}).status_code == 400
    assert db.session.query(Scan).count() == 0


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.ADMINISTRATOR])
def test_an_official_or_administrator_may_not_do_an_officers_work(client: FlaskClient, role: Role) -> None:
    sign_in(client, factories.a_user(role))
    for path in ("/gate", "/gate/1/1", "/gate/1/count", "/loket", "/loket/ABCDEFGH"):
        assert client.get(path).status_code == 403


def test_the_counter_finds_a_booking_takes_the_money_once_and_prints(client: FlaskClient, clock: Clock) -> None:
    sign_in(client, factories.a_user(Role.OFFICER))
    booking = factories.a_booking(adults=2, infants=1, payment=PaymentMethod.COUNTER)
    found = client.get(f"/loket?code= {booking.code[:4].lower()}-{booking.code[4:]}", follow_redirects=True)
    assert found.status_code == 200
    for told in ("Penumpang 1", "Penumpang 2", "Bayi 1", "Belum dibayar", "Uang diterima, konfirmasi"):
        assert told in found.text
    assert client.get(f"/loket/{booking.code}/print").status_code == 404
    for _ in range(2):
        paid = client.post(f"/loket/{booking.code}/payment", data=hidden(found.text), follow_redirects=True)
        assert paid.status_code == 200
        assert "Lunas" in paid.text
    printed = client.get(f"/loket/{booking.code}/print").text
    assert printed.count('<div class="gate-paper-code"><svg') == 3
    db.session.expire_all()
    assert db.get_or_404(type(booking), booking.id).state == BookingState.CONFIRMED


def test_the_counter_takes_no_money_for_a_hold_that_has_ended(client: FlaskClient, clock: Clock) -> None:
    sign_in(client, factories.a_user(Role.OFFICER))
    booking = factories.a_booking(payment=PaymentMethod.COUNTER)
    form = hidden(client.get(f"/loket/{booking.code}").text)
    clock.forward(hours=config.current().counter_hours + 1)
    assert "Jangan terima uang" in client.get(f"/loket/{booking.code}").text
    late = client.post(f"/loket/{booking.code}/payment", data=form)
    assert late.status_code == 410
    assert "Waktunya habis" in late.text


def test_the_counter_waits_for_the_names_of_the_travelers(client: FlaskClient) -> None:
    sign_in(client, factories.a_user(Role.OFFICER))
    booking = factories.a_hold(factories.a_voyage())
    page = client.get(f"/loket/{booking.code}").text
    assert "Data penumpang belum lengkap" in page
    assert f"/pesanan/{booking.code}/penumpang" in page, "an officer may write them down from the cards"
    assert "Uang diterima" not in page


@pytest.mark.parametrize(("typed", "told"), [("ABC", "8 huruf dan angka"), ("ABCDEFGH", "Tidak ada pesanan")])
def test_a_wrong_booking_code_is_told_at_its_field_and_kept(client: FlaskClient, typed: str, told: str) -> None:
    sign_in(client, factories.a_user(Role.OFFICER))
    answer = client.get("/loket", query_string={"code": typed})
    assert answer.status_code == 404
    assert told in answer.text
    assert f'value="{typed}"' in answer.text


# Words


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    """A page is being made: sentences know their language."""
    with app.test_request_context():
        yield


def _reasons() -> set[str]:
    """Every reason that the code of boarding and tickets can give."""
    found = {"admitted", "recorded", STEPPED_OFF, CAME_BACK}
    places = ("boarding/actions/scan", "boarding/judgement", "boarding/step_offs/stepping")
    for name, call, position in (
        *((name, "Judgement", 1) for name in places),
        ("booking/tickets/code", "BadTicket", 0),
    ):
        tree = ast.parse((Path(config.ROOT) / "app" / f"{name}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == call:
                argument = node.args[position]
                found |= {argument.value} if isinstance(argument, ast.Constant) else set()
    return found


def test_every_verdict_and_every_reason_has_its_words_and_no_others_have(app: Flask) -> None:
    assert set(verdicts.WORDS) == set(Verdict)
    by_rules = {reason for _, reason in VERDICTS.values()} | {UNDECIDED}
    assert set(verdicts.BY_RULES) == by_rules
    assert set(verdicts.REASONS) == _reasons() | by_rules
    assert len(_reasons()) > 10


def test_a_ticket_of_another_port_says_where_its_gate_is(page: None) -> None:
    told = verdicts.put("refuse", "wrong_port", {"port": "Semarang", "ship": "KM Uji"}, factories.a_port())
    assert told.next_step.startswith("Gerbangnya di Semarang.")


def test_the_words_of_the_button_for_a_booking_keep_their_spaces(pier: Pier) -> None:
    # In a flexible row each piece of text stands by itself, and its spaces are gone: they are one piece.
    page = pier.client.get(pier.page).text
    assert '<span>Satu pesanan: <span data-field="party"></span> orang</span></a>' in page


@pytest.mark.parametrize("details", [{}, {"at": "2024-04-07T06:00:00+00:00"}])
def test_every_reason_is_a_full_sentence_with_and_without_a_time(
    page: None, details: dict[str, str], subtests: pytest.Subtests
) -> None:
    port = factories.a_port()
    more = {
        "gate": "Tangga kapal A",
        "port": "Sampit",
        "booking": "ABCDEFGH",
        "reason": "badai",
        "officer": "Siti",
        **details,
    }
    more["serial"] = "00000-00000"
    for reason, (sentence, _) in verdicts.REASONS.items():
        with subtests.test(reason):
            told = verdicts.put("refuse", reason, more, port)
            for text in (told.sentence, told.next_step):
                assert text.endswith(".")
                assert "%" not in text
            if details and "%(at)s" in str(sentence):
                assert "Min, 7 Apr 2024 13.00 WIB" in told.sentence
            elif reason not in {"already_used", "entered_again", "too_late"}:  # these always have their time
                assert "  " not in told.sentence
                assert " ." not in told.sentence


def test_no_word_of_the_device_alone_ever_admits(page: None) -> None:
    assert all(told["verdict"] != "pass" for told in verdicts.device_words().values())


def test_an_answer_with_its_words_fits_the_shape_that_goes_out(pier: Pier, page: None) -> None:
    serial = pier.a_serial()
    answer = scan_actions.scan(
        Showing(str(uuid4()), serial, pier.departure.id, pier.gate.id, pier.officer.id, pier.clock()),
        current_app.extensions["keyring"],
    )
    assert isinstance(answer, ScanAnswer)
    told = ScanOut().dump(verdicts.tell(answer))
    assert set(told) == set(ScanOut().fields)
    assert (told["verdict"], told["word"], told["aboard"]) == ("pass", "NAIK", 1)


@pytest.mark.parametrize(
    ("changes", "at_fault"),
    [
        ({}, set()),
        ({"scanned_at": None}, set()),
        ({"id": "7"}, {"id"}),
        ({"shown": ""}, {"shown"}),
        ({"shown": "x" * 401}, {"shown"}),
        ({"gate_id": "1"}, {"gate_id"}),
        ({"scanned_at": "2024-04-07T13:00:00"}, {"scanned_at"}),
        ({"scanned_at": "0001-01-01T00:00:00+14:00"}, {"scanned_at"}),
    ],
)
def test_a_scan_comes_in_whole_or_its_fault_is_named(changes: dict[str, object], at_fault: set[str]) -> None:
    scan = {"id": str(uuid4()), "shown": "x", "departure_id": 1, "gate_id": 1}
    scan["scanned_at"] = "2024-04-07T13:00:00+07:00"
    assert set(ScanIn().validate({**scan, **changes})) == at_fault


def test_the_gate_is_told_the_plate_of_the_vehicle_that_the_passenger_comes_in(pier: Pier) -> None:
    pier.clock.forward(hours=-2)
    db.session.get_one(LegLoad, pier.voyage.legs[0].id).ceiling = 120
    factories.on_sale(pier.voyage, factories.a_motorcycle_class(), 2)
    code = hold(str(uuid4()), pier.voyage.id, 6, 1, vehicle_plate="KH 1234 AB").code
    name_travelers(code, "+6281200000001", [factories.a_traveler()])
    booking = factories.pay(code)
    serial = factories.tickets_of(booking)[0].serial
    pier.clock.forward(hours=2)
    page = pier.show(serial).text
    assert "Kendaraan roda dua" in page
    assert "KH 1234 AB" in page
    answer = scan_actions.scan(
        Showing(str(uuid4()), serial, pier.departure.id, pier.gate.id, pier.officer.id, pier.clock()),
        current_app.extensions["keyring"],
    )
    assert answer.vehicle_plate == "KH 1234 AB"
    assert "KH 1234" not in repr(answer)


def test_a_voyage_called_off_is_in_the_list_of_the_gate_and_lets_nobody_begin_there(pier: Pier) -> None:
    pier.voyage.cancelled_at, pier.voyage.cancel_cause = pier.clock(), "tide"
    db.session.commit()
    page = pier.client.get("/gate").text
    assert "Pelayaran ini dibatalkan; tidak ada yang naik." in page
    assert "Pindai tiket<span" not in page


def test_an_officer_of_a_port_chooses_among_its_gates_and_departures_only(pier: Pier) -> None:
    elsewhere = factories.departure_of(factories.a_voyage("Kumai", "Semarang"))
    there, here = f"/gate/{elsewhere.id}/", f"/gate/{pier.departure.id}/"
    gate = factories.a_gate(elsewhere.call.port)
    assert gate.name in pier.client.get("/gate").text
    assert there in pier.client.get(f"/gate?gate={gate.id}").text
    set_ports(pier.officer.id, [pier.departure.call.port_id], None)
    for address in ("/gate", f"/gate?gate={gate.id}"):
        page = pier.client.get(address).text
        assert gate.name not in page
        assert there not in page
        assert here in page


def test_without_javascript_a_ticket_is_shown_on_the_way_off_and_on_the_way_back(pier: Pier) -> None:
    serial = pier.a_serial()
    pier.show(serial)
    page = pier.client.get(pier.page).text
    off = pier.client.post(
        pier.page, data={**hidden(page), "shown": serial, "direction": "out"}, follow_redirects=True
    ).text
    assert ">TURUN<" in off
    assert 'value="out" checked' in off
    back = pier.client.post(pier.page, data={**hidden(off), "shown": serial, "direction": "in"}, follow_redirects=True)
    assert "Bukan pemakaian kedua" in back.text


def test_before_the_ship_leaves_the_officer_reads_who_went_ashore_and_is_not_back(pier: Pier) -> None:
    serial = pier.a_serial()
    pier.show(serial)
    page = pier.client.get(pier.page).text
    assert "belum kembali" not in pier.client.get(f"{pier.page}/leaving").text
    pier.client.post(pier.page, data={**hidden(page), "shown": serial, "direction": "out"})
    told = pier.client.get(f"{pier.page}/leaving").text
    assert "Turun dan belum kembali: 1 orang." in told
    assert "Penumpang 1, turun" in told
    pier.show(serial)
    assert "belum kembali" not in pier.client.get(f"{pier.page}/leaving").text
