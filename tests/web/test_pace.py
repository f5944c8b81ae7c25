"""Above the pace of an address each order asks for a little work or a turn, and no neighbour is closed out."""

import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.booking.models import Booking
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from app.schedule.models import Voyage
from tests import factories
from tests.conftest import Clock, running, settings_for
from tests.queries import queries_counted
from tests.web.program import API
from tests.web.test_traveler import Traveler, hidden

PACE = 3


@pytest.fixture
def app(database_url: str, clock: Clock) -> Iterator[Flask]:
    """An application in which an address has a small pace."""
    with running(settings_for(database_url, address_pace=PACE, booking_limit=6)) as app:
        yield app


@pytest.fixture
def voyage(app: Flask, clock: Clock) -> Voyage:
    """A voyage with room for all."""
    return factories.a_voyage(places=500, departs_at=clock.moment + timedelta(days=9))


def ask(client: FlaskClient, voyage: Voyage, address: str = "127.0.0.1", **more: str) -> Any:
    """Ask for one place through the API."""
    wanted = {"request_id": str(uuid4()), "voyage_id": voyage.id, "fare_class_id": 1, "adults": 1, **more}
    return client.post(f"{API}/bookings", json=wanted, environ_overrides={"REMOTE_ADDR": address})


def a_program(app: Flask) -> FlaskClient:
    """Somebody who keeps no cookie."""
    return app.test_client(use_cookies=False)


def solved(work: dict[str, Any]) -> str:
    """What a program sends back."""
    numbers = []
    for puzzle in range(work["puzzles"]):
        number = 0
        while int.from_bytes(sha256(f"{work['seed']}:{puzzle}:{number}".encode()).digest()) >> 256 - work["zero_bits"]:
            number += 1
        numbers.append(str(number))
    return f"{work['challenge']}~{','.join(numbers)}"


def fill(app: Flask, voyage: Voyage, orders: int = PACE) -> None:
    """Order so often from the address."""
    for _ in range(orders):
        assert ask(a_program(app), voyage).status_code == 201


def anew(traveler: Traveler) -> Any:
    """Order once more in the same browser."""
    traveler.form["request_id"] = str(uuid4())
    return traveler.send_hold()


def asked_work(page: str) -> dict[str, Any]:
    """The work that a page asks."""
    [challenge] = re.findall(r'data-work="([^"]+)"', page)
    [puzzles] = re.findall(r'data-puzzles="(\d+)"', page)
    [bits] = re.findall(r'data-zero-bits="(\d+)"', page)
    seed = challenge.split(".")[0]
    return {"challenge": challenge, "seed": seed, "puzzles": int(puzzles), "zero_bits": int(bits)}


def test_a_program_does_a_little_work_above_the_pace_of_its_address(app: Flask, voyage: Voyage) -> None:
    fill(app, voyage)
    answer = ask(a_program(app), voyage)
    assert (answer.status_code, answer.json["code"]) == (429, "proof_of_work")
    assert answer.headers["Retry-After"] == str(answer.json["work"]["turn_seconds"]) == "20"
    done = solved(answer.json["work"])
    assert ask(a_program(app), voyage, address="10.0.0.9").status_code == 201, "another address is not asked"
    key = str(uuid4())
    assert ask(a_program(app), voyage, work=done, request_id=key).status_code == 201
    assert ask(a_program(app), voyage, work=done, request_id=key).status_code == 200, "asked again it is the same"
    assert ask(a_program(app), voyage, work=done).json["code"] == "proof_of_work", "work counts once"


@pytest.mark.parametrize("spoil", ["other numbers", "other text", "too late", "nothing", "other address", "fewer"])
def test_work_that_was_not_done_is_none(app: Flask, voyage: Voyage, clock: Clock, spoil: str) -> None:
    fill(app, voyage)
    work = ask(a_program(app), voyage).json["work"]
    done, address = solved(work), "127.0.0.1"
    if spoil == "other numbers":
        done = work["challenge"] + "~" + ",".join(["1"] * work["puzzles"])
    elif spoil == "other text":
        done = done.replace(f".{work['zero_bits']}.", ".1.")
    elif spoil == "too late":
        clock.forward(minutes=5, seconds=1)
        fill(app, voyage, 0)
    elif spoil == "nothing":
        done = "x" * 400
    elif spoil == "fewer":
        done = done.rpartition(",")[0]
    else:
        address = "10.0.0.9"
        for _ in range(PACE):
            ask(a_program(app), voyage, address)
    assert ask(a_program(app), voyage, address, work=done).json["code"] == "proof_of_work"


def test_the_work_grows_with_the_pace_to_what_a_cheap_phone_does_in_two_seconds(app: Flask, voyage: Voyage) -> None:
    asked = [ask(a_program(app), voyage).json for _ in range(PACE * 12)]
    bits = [answer["work"]["zero_bits"] for answer in asked[PACE:]]
    assert bits == [10] * 2 + [11] * 6 + [12] * 12 + [13] * 13
    cheap = {**asked[PACE]["work"]}
    assert ask(a_program(app), voyage, work=solved(cheap)).json["code"] == "proof_of_work", "none is kept for later"


def test_a_program_that_changes_its_cookies_pays_as_one_that_has_none(app: Flask, voyage: Voyage) -> None:
    answers = []
    for _ in range(PACE * 4):
        traveler = Traveler(app.test_client(), voyage)
        answers.append(traveler.send_hold().status_code)
    assert answers == [303] * PACE + [429] * PACE * 3
    assert db.session.query(Booking).count() == PACE


def test_neighbours_of_a_program_are_not_closed_out(app: Flask, voyage: Voyage) -> None:
    neighbour = Traveler(app.test_client(), voyage)
    for _ in range(PACE * 20):
        ask(a_program(app), voyage)
    answer = neighbour.send_hold()
    assert answer.status_code == 429
    done = solved(asked_work(answer.text))
    assert neighbour.client.post(neighbour.page, data={**hidden(answer.text), "work": done}).status_code == 303


def test_a_browser_that_keeps_its_cookie_is_refused_beyond_its_own_limit(app: Flask, voyage: Voyage) -> None:
    traveler, told = Traveler(app.test_client(), voyage), []
    for _ in range(8):
        answer = anew(traveler)
        told.append("Tunggu" in answer.text and "data-work" in answer.text)
    assert told == [False] * 3 + [True] * 3 + [False] * 2
    assert "Terlalu sering" in answer.text


def test_without_a_script_the_page_tells_the_wait_and_goes_on_with_all_that_was_typed(
    app: Flask, voyage: Voyage, clock: Clock
) -> None:
    fill(app, voyage)
    traveler = Traveler(app.test_client(), voyage)
    answer = traveler.client.post(traveler.page, data={**traveler.form, "fare_class_id": "1", "adults": "3"})
    assert answer.status_code == 429
    assert "banyak pesanan datang dari jaringan" in answer.text
    assert "Tunggu 20 detik" in answer.text
    again = hidden(answer.text)
    clock.forward(seconds=15)
    early = traveler.client.post(traveler.page, data=again)
    assert "Tunggu 5 detik" in early.text, "pressed too early the turn is not lost"
    assert hidden(early.text)["work"] == again["work"]
    clock.forward(seconds=5)
    done = traveler.client.post(traveler.page, data=hidden(early.text))
    assert done.status_code == 303
    assert db.session.scalars(db.select(Booking).order_by(Booking.id.desc())).first().places == 3
    assert traveler.client.post(traveler.page, data={**again, "request_id": str(uuid4())}).status_code == 429, "once"


def test_the_slower_lane_has_room_for_as_many_orders_again_and_tells_when_it_has_more(
    app: Flask, voyage: Voyage, clock: Clock
) -> None:
    fill(app, voyage)
    clients = [Traveler(app.test_client(), voyage) for _ in range(PACE + 1)]
    pages = [hidden(each.send_hold().text) for each in clients]
    clock.forward(seconds=20)
    answers = [each.client.post(each.page, data=page) for each, page in zip(clients, pages, strict=True)]
    assert [answer.status_code for answer in answers] == [303] * PACE + [429]
    assert "Tunggu 600 detik" in answers[-1].text
    clock.forward(seconds=600)
    assert clients[-1].client.post(clients[-1].page, data=hidden(answers[-1].text)).status_code == 303


def test_a_browser_whose_order_an_officer_has_seen_is_not_asked(app: Flask, voyage: Voyage) -> None:
    traveler = Traveler(app.test_client(), voyage)
    traveler.hold(1)
    booking = db.session.scalars(db.select(Booking)).one()
    fill(app, voyage, PACE - 1)
    assert anew(traveler).status_code == 429
    booking.confirmed_by = factories.a_user().id
    db.session.commit()
    assert anew(traveler).status_code == 303


def test_a_turn_is_asked_for_the_waiting_list_and_for_holding_again_too(
    app: Flask, voyage: Voyage, clock: Clock
) -> None:
    full = factories.a_voyage(places=1, departs_at=clock.moment + timedelta(days=8))
    traveler = Traveler(app.test_client(), voyage)
    address = traveler.hold(2)
    factories.a_hold(full, 1)
    fill(app, voyage, PACE - 1)
    group = {"request_id": str(uuid4()), "phone": "081234567890", "adults": 1,
             "choices": [{"voyage_id": full.id, "fare_class_id": 1}]}  # fmt: skip
    refused = a_program(app).post(f"{API}/waiting", json=group)
    assert refused.json["code"] == "proof_of_work"
    joined = a_program(app).post(f"{API}/waiting", json={**group, "work": solved(refused.json["work"])})
    assert joined.status_code == 200, joined.text
    assert db.session.query(WaitingEntry).count() == 1
    clock.forward(minutes=16)
    fill(app, voyage)
    page = traveler.client.post(f"{address}/tahan-lagi", data=hidden(traveler.client.get(address).text))
    assert page.status_code == 429
    done = {**hidden(page.text), "work": solved(asked_work(page.text))}
    assert traveler.client.post(f"{address}/tahan-lagi", data=done).status_code == 303


def test_work_is_spent_with_the_order_only(app: Flask, voyage: Voyage, clock: Clock) -> None:
    full = factories.a_voyage(places=1, departs_at=clock.moment + timedelta(days=8))
    factories.a_hold(full, 1)
    fill(app, voyage)
    done = solved(ask(a_program(app), voyage).json["work"])
    assert ask(a_program(app), full, work=done).json["code"] == "sold_out"
    group = {"phone": "081234567890", "adults": 1, "work": done}
    for refused, code in ((voyage, "book_at_once"), (full, "group_too_large")):
        wanted = {**group, "choices": [{"voyage_id": refused.id, "fare_class_id": 1}], "request_id": str(uuid4())}
        answer = a_program(app).post(f"{API}/waiting", json={**wanted, "adults": 1 + (refused is full)})
        assert answer.json["code"] == code
    assert a_program(app).post(f"{API}/waiting", json={**wanted, "adults": 1}).status_code == 200
    assert ask(a_program(app), voyage, work=done).json["code"] == "proof_of_work", "spent with the join"


def test_a_form_that_is_refused_keeps_the_work_that_was_done_for_it(app: Flask, voyage: Voyage, clock: Clock) -> None:
    fill(app, voyage)
    browser = app.test_client()
    page = f"/pelayaran/{voyage.id}/tunggu"
    typed = {**hidden(browser.get(page).text), "fare_class_id": "1", "adults": "1", "infants": "0", "fewer": "false",
             "phone": "0812 3456 7890"}  # fmt: skip
    asked = browser.post(page, data=typed)
    assert asked.status_code == 429
    done = solved(asked_work(asked.text))
    refused = browser.post(page, data={**hidden(asked.text), "work": done})
    assert refused.status_code == 409
    assert hidden(refused.text)["work"] == done


def test_below_the_pace_an_order_costs_no_statement_more(app: Flask, voyage: Voyage) -> None:
    client = a_program(app)
    ask(client, voyage)
    with queries_counted() as within:
        assert ask(client, voyage).status_code == 201
    assert len([text for text in within.statements if "rate_count" in text]) == 1
