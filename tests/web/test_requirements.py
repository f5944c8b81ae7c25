"""What the gate will ask, on every page before and after paying, in the API, and what is entered ahead."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.booking.eligibility.models import ShownDocument, Statement
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.schedule.models import Voyage
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.conftest import Clock
from tests.factories import a_ship, a_voyage, pay
from tests.queries import queries_counted
from tests.web.test_traveler import BUDI, SITI, Traveler, hidden, people

SE_47 = datetime(2022, 4, 27, 5, tzinfo=UTC)
API = "/api/v1"


@pytest.fixture
def ordinary(app: Flask) -> Voyage:
    load_shipped(read_sets())
    a_ship().operator.code = "PELNI"
    return a_voyage()


@pytest.fixture
def restricted(app: Flask, clock: Clock) -> Voyage:
    """A voyage under SE 47/2022."""
    load_shipped(read_sets())
    a_ship().operator.code = "PELNI"
    clock.moment = SE_47 - timedelta(days=2)
    return a_voyage(departs_at=SE_47)


def named(client: FlaskClient, voyage: Voyage, *passengers: dict[str, str]) -> str:
    """The address of a booking whose passengers are named; what fails is read and confirmed."""
    traveler = Traveler(client, voyage)
    address = traveler.hold(len(passengers))
    answer = traveler.send(f"{address}/penumpang", people(*passengers))
    assert answer.status_code == 303
    return address


def test_every_page_of_an_order_tells_what_the_gate_asks(client: FlaskClient, ordinary: Voyage) -> None:
    page = client.get(f"/pelayaran/{ordinary.id}").text
    for told in ("Nama di tiket harus sama", "Bawa KTP, SIM, paspor", "Bayi tanpa tempat sendiri naik bersama"):
        assert told in page
    assert "Confirmed for KAI" not in page
    assert "Siapa yang terlambat ditinggal kapal; tiket Pelni" in page
    address = named(client, ordinary, SITI, {**BUDI, "document_kind": "sim", "document_number": "850712345678"})
    check = client.get(f"{address}/bayar").text
    assert "Bawa: <b>KTP</b>" in check
    assert "Bawa: <b>SIM</b>" in check
    assert "Nama di tiket harus sama" in check
    assert "Isi vaksin" not in check
    assert client.get(f"{address}/dokumen").status_code == 303, "the ordinary rules ask for nothing of the kind"
    pay(address)
    ticket = client.get(address).text
    assert "Bawa: <b>KTP</b>" in ticket
    assert 'href="/aturan/15">Baca semua aturannya' in ticket
    assert "Bawa: <b>SIM</b>" in client.get(f"{address}?cetak=a4").text


def test_english_tells_it_in_english(client: FlaskClient, ordinary: Voyage) -> None:
    client.get("/?lang=en")
    page = client.get(f"/pelayaran/{ordinary.id}").text
    assert "Bring your KTP, driving licence, passport" in page
    assert "Nama di tiket" not in page


def test_what_will_certainly_fail_is_said_at_the_card_and_once_more_before_paying(
    client: FlaskClient, ordinary: Voyage
) -> None:
    traveler = Traveler(client, ordinary)
    address = traveler.hold(2)
    typed = people(SITI, {**BUDI, "document_kind": "kk"})
    answer = traveler.send(f"{address}/penumpang", typed)
    assert answer.location == f"{address}/penumpang?periksa=1"
    page = client.get(answer.location).text
    card = page.split("Penumpang 2</h2>")[1]
    assert "Bawa KTP, SIM, paspor" in card
    assert "Tunjukkan kartu identitas asli Anda" in card
    assert 'href="/aturan/15#identity-kind-pelni"' in card
    assert "Bawa KTP, SIM, paspor" not in page.split("Penumpang 2</h2>")[0].split("Penumpang 1</h2>")[1]
    assert "Saya mengerti" in page
    told = dict([part.split('" value="') for part in page.split('name="')[1:] if part.startswith("told")][:1])
    word = told["told"].split('"')[0]
    answer = traveler.send(f"{address}/penumpang", {**typed, "told": word})
    assert answer.location == f"{address}/bayar"
    assert "Tunjukkan kartu identitas asli Anda" in client.get(f"{address}/bayar").text
    # Put right, nothing is said any more.
    answer = traveler.send(f"{address}/penumpang", people(SITI, BUDI))
    assert answer.location == f"{address}/bayar"
    page = client.get(f"{address}/bayar").text
    assert "Tunjukkan kartu identitas asli Anda" not in page
    # One line says which card to bring; the rule that any of several is enough would only confuse.
    assert "Bawa: <b>KTP</b>" in page
    assert "Bawa KTP, SIM, paspor" not in page


def test_doses_and_tests_are_entered_ahead_where_the_rules_ask_for_them(
    client: FlaskClient, restricted: Voyage
) -> None:
    address = named(client, restricted, SITI)
    assert "Isi vaksin, tes dan surat lebih dulu" in client.get(f"{address}/bayar").text
    page = client.get(f"{address}/dokumen").text
    assert "Vaksinasi COVID-19 (dosis)" in page
    form = hidden(page)
    answer = client.post(f"{address}/dokumen/0", data={**form, "0-person_doses": "2", "0-person_health_app": "true"})
    assert answer.status_code == 303
    paper = {"0-kind": "antigen", "0-result": "negative", "0-taken_at": "2022-04-25T06:00", "0-issuer": "laboratory"}
    answer = client.post(f"{address}/dokumen/0/surat", data={**form, **paper})
    assert answer.status_code == 303, answer.text
    page = client.get(f"{address}/dokumen").text
    assert "Yang diisi sampai sekarang belum cukup." in page
    assert "Tes antigen atau vaksin booster di pos kesehatan pelabuhan, lalu kembali." in page
    assert 'value="2"' in page
    [entered] = db.session.scalars(db.select(ShownDocument))
    assert (entered.seen_at, entered.taken_at) == (None, datetime(2022, 4, 24, 23, tzinfo=UTC))
    client.post(f"{address}/dokumen/0/surat/{entered.id}/tarik", data=form)
    assert "belum cukup" not in client.get(f"{address}/dokumen").text
    answer = client.post(f"{address}/dokumen/0", data={**form, "0-person_doses": "0"})
    assert "Vaksin dahulu, lalu naik kapal berikutnya" in client.get(f"{address}/bayar").text


def test_a_name_is_put_right_after_doses_were_entered_and_they_stay(client: FlaskClient, restricted: Voyage) -> None:
    address = named(client, restricted, SITI)
    form = hidden(client.get(f"{address}/dokumen").text)
    client.post(f"{address}/dokumen/0", data={**form, "0-person_doses": "0"})
    assert "Vaksin dahulu" in client.get(f"{address}/bayar").text
    corrected = {**form, **people({**SITI, "name": "Siti Betul"})}
    answer = client.post(f"{address}/penumpang", data=corrected)
    assert answer.location == f"{address}/penumpang?periksa=1", answer.text
    card = client.get(answer.location).text
    assert "Vaksin dahulu" in card
    assert "Siti Betul" in card


def test_what_is_wrong_with_what_is_entered_is_told_at_its_field(client: FlaskClient, restricted: Voyage) -> None:
    address = named(client, restricted, SITI)
    form = hidden(client.get(f"{address}/dokumen").text)
    answer = client.post(f"{address}/dokumen/0", data={**form, "0-person_doses": "dua"})
    assert answer.status_code == 422
    assert 'id="0-person_doses-error"' in answer.text
    for typed, at in (
        ({"0-kind": "genose", "0-result": "negative", "0-taken_at": "2022-04-25T06:00"}, "0-kind"),
        ({"0-kind": "pcr", "0-taken_at": "2022-04-25T06:00"}, "0-result"),
        ({"0-kind": "pcr", "0-result": "negative", "0-taken_at": "kemarin"}, "0-taken_at"),
        ({"0-kind": "pcr", "0-result": "negative", "0-taken_at": "2022-04-28T06:00"}, "0-taken_at"),
    ):
        answer = client.post(f"{address}/dokumen/0/surat", data={**form, **typed})
        assert answer.status_code == 422
        assert f'id="{at}-error"' in answer.text
    assert client.post(f"{address}/dokumen/7", data=form).status_code == 404
    assert db.session.scalar(db.select(db.func.count()).select_from(Statement)) == 0


def test_nobody_else_reads_or_enters_it(app: Flask, client: FlaskClient, restricted: Voyage) -> None:
    address = named(client, restricted, SITI)
    stranger = app.test_client()
    assert "/pesanan?kode=" in stranger.get(f"{address}/dokumen").location
    form = hidden(stranger.get("/pesanan").text)
    for path in ("0", "0/surat", "0/surat/1/tarik"):
        assert "/pesanan?kode=" in stranger.post(f"{address}/dokumen/{path}", data=form).location
    code = address.rsplit("/", 1)[1]
    assert stranger.get(f"{API}/bookings/{code}/requirements").status_code == 404


def test_the_api_tells_the_same(client: FlaskClient, restricted: Voyage) -> None:
    asked = client.get(f"{API}/voyages/{restricted.id}/requirements").json
    assert "name-matches" in [line["rule"] for line in asked["common"]]
    assert "se47-dose-2" in [line["rule"] for line in asked["grown"]]
    key = "7f9c2ba4-e88f-4a5b-9c1d-2f3e4d5c6b7a"
    order = {"request_id": key, "voyage_id": restricted.id, "fare_class_id": 1, "adults": 1}
    code = client.post(f"{API}/bookings", json=order).json["code"]
    headers = {"X-Booking-Key": key}
    party = {"phone": "0812 3456 7890", "passengers": [{**SITI, "infant": False}]}
    assert client.put(f"{API}/bookings/{code}/passengers", json=party, headers=headers).status_code == 200
    door = f"{API}/bookings/{code}/passengers/0"
    [person] = client.get(f"{API}/bookings/{code}/requirements", headers=headers).json["passengers"]
    assert person["may_enter"] == ["pcr", "antigen", "doctor_letter"]
    assert person["failures"] == []
    told = client.put(f"{door}/facts", json={"facts": {"person.doses": 0}}, headers=headers).json
    [person] = told["passengers"]
    assert [(f["rule"], f["outcome"]) for f in person["failures"]] == [("se47-dose-0", "refuse_movable")]
    assert person["said"] == {"person.doses": 0}
    assert "identity" not in str(person["said"])
    for facts, code_ in (
        ({"travel.purpose": "duty"}, "not_asked"),
        ({"identity.name_matches": True}, "fact_for_officers"),
        ({"person.doses": "dua"}, "fact_value"),
        ({"nonsense": 1}, "fact_unknown"),
    ):
        answer = client.put(f"{door}/facts", json={"facts": facts}, headers=headers)
        assert answer.json["code"] == code_
    paper = {"kind": "antigen", "taken_at": "2022-04-25T06:00:00+07:00", "result": "negative"}
    answer = client.post(f"{door}/documents", json=paper, headers=headers)
    assert answer.status_code == 201
    [kept] = answer.json["passengers"][0]["documents"]
    assert (kept["kind"], kept["seen"]) == ("antigen", False)
    refused = client.post(f"{door}/documents", json={**paper, "kind": "travel_letter"}, headers=headers)
    assert refused.json["code"] == "not_asked"
    answer = client.delete(f"{door}/documents/{kept['id']}", headers=headers)
    assert answer.json["passengers"][0]["documents"] == []
    assert client.delete(f"{door}/documents/{kept['id']}", headers=headers).json["code"] == "paper_gone"


def test_the_api_tells_of_a_part_of_a_voyage_what_its_own_port_and_day_ask(client: FlaskClient, app: Flask) -> None:
    load_shipped(read_sets())
    a_ship().operator.code = "PELNI"
    voyage = a_voyage("Kumai", "Sampit", "Semarang", "Sampit", "Surabaya")
    door = f"{API}/voyages/{voyage.id}/requirements"
    calls = [call.id for call in voyage.calls]

    def told(query: str) -> set[str]:
        answer = client.get(f"{door}{query}")
        assert answer.status_code == 200, answer.json
        return {line["rule"] for line in answer.json["common"]}

    at_sampit = {"person-matches", "terminal-opens"}
    assert told("").isdisjoint(at_sampit), "it begins at Kumai"
    assert told("?from=IDKUM&to=IDSRG").isdisjoint(at_sampit)
    for query in ("?from=IDSMQ&to=idsrg", "?from=Sampit", "?to=IDSUB&from=IDSMQ", f"?from_call_id={calls[3]}"):
        assert at_sampit <= told(query), query
    assert at_sampit <= told(f"?from_call_id={calls[1]}&to_call_id={calls[2]}")
    for query, code in (
        ("?from=IDSUB&to=IDKUM", "journey_not_found"),
        (f"?from_call_id={calls[2]}&to_call_id={calls[1]}", "journey_not_found"),
        ("?from_call_id=999999", "journey_not_found"),
        ("?from=XXXXX", "port_not_found"),
    ):
        answer = client.get(f"{door}{query}")
        assert (answer.status_code, answer.json["code"]) == (404, code), query
    assert client.get(f"{door}?from_call_id=x").status_code == 422


@pytest.mark.parametrize("size", [1, 8])
def test_the_pages_ask_the_database_no_more_for_eight(client: FlaskClient, restricted: Voyage, size: int) -> None:
    party = [{**SITI, "document_number": f"620201550394{n:04}"} for n in range(1, size + 1)]
    address = named(client, restricted, *party)
    pages = {f"/pelayaran/{restricted.id}": 11, f"{address}/bayar": 11, f"{address}/dokumen": 9}
    for page, budget in pages.items():
        client.get(page)
        db.session.expire_all()
        with queries_counted() as asked:
            assert client.get(page).status_code == 200
        assert asked.count <= budget, (page, asked)


def test_what_is_told_costs_the_line_little(client: FlaskClient, ordinary: Voyage) -> None:
    address = named(client, ordinary, SITI)
    for page, most in ((f"/pelayaran/{ordinary.id}", 5_500), (f"{address}/bayar", 5_500)):
        assert len(gzip.compress(client.get(page).data)) < most, page


def test_what_a_rule_must_know_to_sell_is_asked_told_and_entered_before_paying(app: Flask, client: FlaskClient) -> None:
    doses = {">=": [{"var": "person.doses"}, 1]}
    refuses = {"sale": "refuse_movable", "gate": "hold"}
    title = {"id": "Vaksin sebelum membeli", "en": "Vaccination before buying"}
    told = {"id": "Paling sedikit satu dosis.", "en": "One dose at least."}
    in_force(a_rule(where={"stage": ["sale"]}, logic=doses, missing=refuses, title=title, traveler=told))
    voyage = a_voyage()
    assert "Paling sedikit satu dosis." in client.get(f"/pelayaran/{voyage.id}").text
    traveler = Traveler(client, voyage)
    address = traveler.hold(1)
    answer = traveler.send(f"{address}/penumpang", people(SITI))
    assert answer.location == f"{address}/penumpang?periksa=1"
    page = client.get(answer.location).text
    assert "Vaksin sebelum membeli (Tolak)" in page
    assert "Belum diketahui: " in page
    assert "akan ditahan" not in page
    check = client.get(f"{address}/bayar").text
    assert "Isi dahulu di halaman pesanan" in check
    answer = client.post(f"{address}/bayar", data={**hidden(check), "method": "counter"})
    assert answer.status_code == 409
    assert "Untuk orang ini tidak dijual. Belum diketahui: " in answer.text
    form = hidden(client.get(f"{address}/dokumen").text)
    assert client.post(f"{address}/dokumen/0", data={**form, "0-person_doses": "1"}).status_code == 303
    check = client.get(f"{address}/bayar").text
    assert "Belum diketahui" not in check
    assert client.post(f"{address}/bayar", data={**hidden(check), "method": "counter"}).status_code == 303
    assert "Paling sedikit satu dosis." not in client.get(address).text, "no gate asks for it"
