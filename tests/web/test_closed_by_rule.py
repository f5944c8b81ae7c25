"""A voyage that a rule of the sale closes: on the page before anything is typed, at the counter, and in the API."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.schedule.models import Voyage
from tests import factories
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.booking.eligibility.test_sale_closing import HOUR, an_asdp_voyage
from tests.conftest import Clock
from tests.factories import a_fare_class, a_voyage, on_sale
from tests.web.program import bearer
from tests.web.test_counter_sale import Counter
from tests.web.test_traveler import BUDI, SITI, Traveler, people

API = "/api/v1"
SENTENCE = "Tiket Ferizy dibeli paling lambat 5 jam sebelumnya. Pilih pelayaran lain."
ENGLISH = "Ferizy tickets are bought 5 hours before at the latest. Choose another voyage."


@pytest.fixture
def closed(app: Flask, clock: Clock) -> Voyage:
    """A ship of ASDP that leaves in four hours."""
    load_shipped(read_sets())
    return an_asdp_voyage(leaves_in=4 * HOUR, clock=clock)


def test_the_page_says_so_before_anything_is_typed_and_offers_other_ships(client: FlaskClient, closed: Voyage) -> None:
    page = client.get(f"/pelayaran/{closed.id}").text
    assert "Tidak dijual sekarang." in page
    assert page.count(SENTENCE) == 1
    assert "Lihat kapal lain di rute ini" in page
    assert 'name="fare_class_id"' not in page
    assert "Masuk daftar tunggu" not in page
    client.get("/?lang=en")
    assert ENGLISH in client.get(f"/pelayaran/{closed.id}").text


def test_the_lists_do_not_offer_it(client: FlaskClient, closed: Voyage) -> None:
    asked = {"dari": "IDSMQ", "ke": "IDSRG", "hari": str(closed.calls[0].day)}
    for page in (client.get("/").text, client.get("/cari", query_string=asked).text):
        assert "Tidak dijual sekarang" in page
        assert "Pilih kapal ini" not in page
        assert "Sisa 100" not in page


def test_who_had_the_form_open_is_told_the_rule_when_sending_it(app: Flask, client: FlaskClient, clock: Clock) -> None:
    load_shipped(read_sets())
    traveler = Traveler(client, an_asdp_voyage(leaves_in=6 * HOUR, clock=clock))
    clock.forward(hours=2)
    answer = traveler.send_hold()
    assert answer.status_code == 409
    assert f"Tidak dijual sekarang. {SENTENCE}" in answer.text


def test_the_counter_does_not_sell_it_either(client: FlaskClient, clock: Clock) -> None:
    load_shipped(read_sets())
    counter = Counter(client)
    voyage = an_asdp_voyage(leaves_in=4 * HOUR, clock=clock)
    assert "Tidak dijual sekarang" in counter.client.get("/loket/jual").text
    page = counter.client.get(f"/loket/jual/{voyage.id}").text
    assert SENTENCE in page
    assert 'name="fare_class_id"' not in page
    ends = {"from_call_id": voyage.calls[0].id, "to_call_id": voyage.calls[1].id}
    answer = counter.client.post(f"/loket/jual/{voyage.id}", data={**counter.order(), **ends})
    assert answer.status_code == 409
    assert SENTENCE in answer.text


def test_the_api_answers_with_its_code_and_the_rule_s_sentence(client: FlaskClient, closed: Voyage) -> None:
    wish = {"request_id": str(uuid4()), "voyage_id": closed.id, "fare_class_id": 1, "adults": 1}
    for headers in ({}, bearer(client)):
        answer = client.post(f"{API}/bookings", json=wish, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (409, "closed_by_rule")
        assert answer.json["message"] == f"Tidak dijual sekarang. {SENTENCE}"
    english = client.post(f"{API}/bookings?lang=en", json=wish).json["message"]
    assert english == f"Not on sale now. {ENGLISH}"
    shown = client.get(f"{API}/voyages/{closed.id}").json
    told = {
        "rule": "latest-purchase-asdp",
        "sentence": {"id": SENTENCE.split(". ")[0] + ".", "en": ENGLISH.split(". ")[0] + "."},
    }
    for part in (shown, shown["journeys"][0]):
        [found] = part["classes"]
        assert {key: found["closed_by"][key] for key in told} == told
        leaves = closed.calls[0].planned_departure
        assert leaves is not None
        assert part["sale_closes_at"] == (leaves - 5 * HOUR).isoformat()
    [failure] = client.get(f"{API}/voyages/{closed.id}/requirements").json["failures"]
    assert failure["rule"] == "latest-purchase-asdp"


def test_where_only_a_class_is_closed_the_others_are_sold(client: FlaskClient, clock: Clock) -> None:
    words = {"id": "Kelas ini ditutup.", "en": "This class is closed."}
    in_force(a_rule(where={"stage": ["sale"], "class": ["kelas-1"]}, logic=False, traveler=words))
    voyage = an_asdp_voyage(leaves_in=timedelta(days=1), clock=clock)
    on_sale(voyage, a_fare_class(2, "kelas-1"), 7)
    page = client.get(f"/pelayaran/{voyage.id}").text
    assert "Kelas ini ditutup." in page
    assert page.count("disabled") == 1
    assert "Sisa 100" in page, "not those of the closed class"
    traveler = Traveler(client, voyage)
    assert traveler.send_hold().status_code == 303


def test_a_person_to_whom_a_rule_sells_nothing_is_told_at_the_card_and_may_be_put_right(
    client: FlaskClient, clock: Clock
) -> None:
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    words = {"id": "Hanya untuk yang lahir sesudah 1990.", "en": "Only for those born after 1990."}
    logic: dict[str, Any] = {"<": [{"var": "person.age_years"}, 30]}
    in_force(a_rule(where={"stage": ["sale"]}, logic=logic, traveler=words))
    traveler = Traveler(client, a_voyage())
    address = traveler.hold()
    old = {**SITI, "birth_date": "1974-03-15", "document_number": "6202015503740001"}
    answer = traveler.send(f"{address}/penumpang", people(old))
    assert answer.status_code == 409
    assert "Untuk orang ini tidak dijual. Hanya untuk yang lahir" in answer.text
    assert 'id="passengers-0-name-error"' in answer.text
    young = {**SITI, "birth_date": "1999-03-15", "document_number": "6202015503990001"}
    assert traveler.send(f"{address}/penumpang", people(young)).location == f"{address}/bayar"


def test_a_rule_on_free_tickets_refuses_the_free_programme_and_not_the_counter(app: Flask, client: FlaskClient) -> None:
    words = {"id": "Paling banyak satu tiket gratis.", "en": "One free ticket at most."}
    logic = {"if": [{"var": "ticket.free"}, {"<=": [{"var": "ticket.party"}, 1]}, True]}
    in_force(a_rule(where={"stage": ["sale"]}, logic=logic, traveler=words))
    voyage = a_voyage()
    channel_id = factories.a_programme(voyage).channel_id
    free = Traveler(client, voyage, f"?channel_id={channel_id}")
    answer = free.send(f"{free.hold(2)}/penumpang", {**people(SITI, BUDI), "family_card": "6202010101200001"})
    assert answer.status_code == 409
    assert "Paling banyak satu tiket gratis." in answer.text
    traveler = Traveler(client, voyage)
    address = traveler.hold(2)
    assert traveler.send(f"{address}/penumpang", people(SITI, BUDI)).location == f"{address}/bayar"
    assert traveler.send(f"{address}/bayar", {"method": "counter"}).status_code == 303
