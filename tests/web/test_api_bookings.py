"""The doors for programs: from held places to tickets, for whoever made the booking."""

from uuid import uuid4

from flask.testing import FlaskClient

from app.accounts.models import Role
from tests import factories
from tests.conftest import Clock, running, settings_for
from tests.web.program import API, NAMED, SITI, Booked, a_hold, bearer, refused


def test_payment_at_the_counter_is_confirmed_by_an_officer_only(client: FlaskClient) -> None:
    booked = Booked(client, factories.a_voyage().id, "counter")
    confirmation = f"{booked.address}/confirmation"
    assert refused(client.post(confirmation, headers=booked.proof), "sign_in_first")
    assert refused(client.post(confirmation, headers=bearer(client, Role.OFFICIAL)), "not_allowed")
    officer = bearer(client)
    assert client.post(confirmation, headers=officer).json["state"] == "confirmed"
    assert client.post(confirmation, headers=officer).json["state"] == "confirmed"
    assert client.get(booked.address, headers=officer).json["code"] == booked.code


def test_an_unproved_asker_hears_that_there_is_no_such_booking(client: FlaskClient) -> None:
    voyage = factories.a_voyage()
    booked, other = Booked(client, voyage.id, "counter"), Booked(client, voyage.id)
    wrong: list[dict[str, str]] = [
        {},
        other.proof,
        {"X-Booking-Key": "none"},
        {"X-Booking-Key": str(uuid4())},
        {"X-Booking-Phone": "0812 3456 7891"},
        {"X-Booking-Phone": ""},
        bearer(client, Role.OFFICIAL),
    ]
    answers = [client.get(booked.address, headers=headers) for headers in wrong]
    answers += [client.get(other.address, headers={"X-Booking-Phone": ""})]
    answers += [client.get(f"{API}/bookings/{code}") for code in ("AAAAAAAA", "x", "%00", "A" * 300)]
    answers += [client.delete(f"{booked.address}/hold"), client.put(f"{booked.address}/passengers", json=NAMED)]
    answers += [client.post(f"{booked.address}/payment", json={"method": "counter"}, headers=bearer(client))]
    assert all(refused(answer, "booking_not_found") for answer in answers)
    assert len({answer.data for answer in answers}) == 1
    for proof in (booked.proof, {"X-Booking-Phone": "+62 812-3456-7890"}, bearer(client)):
        assert client.get(booked.address.lower(), headers=proof).status_code == 200


def test_no_answer_holds_an_identity_number(client: FlaskClient) -> None:
    booked = Booked(client, factories.a_voyage().id, "paid")
    officer = bearer(client)
    [ticket] = client.get(f"{booked.address}/tickets", headers=booked.proof).json["tickets"]
    gate, departure = factories.a_gate(), factories.departure_of(factories.a_voyage())
    scan = {"id": str(uuid4()), "shown": ticket["serial"], "departure_id": departure.id, "gate_id": gate.id}
    answers = [
        client.get(booked.address, headers=booked.proof),
        client.get(f"{booked.address}/tickets", headers=booked.proof),
        client.get(f"{API}/tickets/{ticket['serial']}", headers=officer),
        client.post(f"{API}/scans", json=scan, headers=officer),
        client.put(f"{booked.address}/passengers", json=NAMED, headers=booked.proof),
    ]
    assert not [a.text for a in answers if "620201550394" in a.text]


def test_a_released_hold_gives_its_places_back(client: FlaskClient) -> None:
    voyage = factories.a_voyage(places=1)
    booked = Booked(client, voyage.id)
    assert refused(client.post(f"{API}/bookings", json=a_hold(voyage.id)), "sold_out")
    for _ in range(2):
        assert client.delete(f"{booked.address}/hold", headers=booked.proof).json["state"] == "cancelled"
    assert client.post(f"{API}/bookings", json=a_hold(voyage.id)).status_code == 201


def test_an_expired_hold_says_so(client: FlaskClient, clock: Clock) -> None:
    booked = Booked(client, factories.a_voyage().id)
    clock.forward(minutes=16)
    assert client.get(booked.address, headers=booked.proof).json["state"] == "expired"
    assert refused(client.put(f"{booked.address}/passengers", json=NAMED, headers=booked.proof), "hold_expired")


def test_faults_in_a_form_are_told_by_dashed_names_in_both_languages(client: FlaskClient) -> None:
    booked = Booked(client, factories.a_voyage().id)
    wrong = {**NAMED, "passengers": [{**SITI, "document_number": "6202011503940001", "surprise": 1}]}
    answer = client.put(f"{booked.address}/passengers", json=wrong, headers=booked.proof)
    assert refused(answer, "invalid")
    assert set(answer.json["errors"]) == {"passengers-0-sex", "passengers-0-surprise"}
    english = client.put(f"{booked.address}/passengers?lang=en", json=wrong, headers=booked.proof)
    assert set(english.json["errors"]) == set(answer.json["errors"])


def test_an_infant_who_is_too_old_is_told_at_the_passenger(client: FlaskClient) -> None:
    asked = a_hold(factories.a_voyage().id, infants=1)
    address = f"{API}/bookings/{client.post(f'{API}/bookings', json=asked).json['code']}/passengers"
    child = {**SITI, "document_number": "6202015503940002", "infant": True}
    named = {**NAMED, "passengers": [SITI, child]}
    answer = client.put(address, json=named, headers={"X-Booking-Key": asked["request_id"]})
    assert refused(answer, "infant_too_old")
    assert list(answer.json["errors"]) == ["passengers-1-birth_date"]


def test_attempts_are_limited_but_not_those_of_whoever_has_the_key(database_url: str, clock: Clock) -> None:
    few = settings_for(database_url, search_limit=2, address_pace=3, sign_in_limit=1)
    with running(few) as app:
        client = app.test_client()
        voyage = factories.a_voyage()
        booked = Booked(client, voyage.id, "counter")
        for _ in range(2):
            assert refused(client.get(booked.address), "booking_not_found")
        answer = client.get(booked.address, headers={"X-Booking-Phone": "081234567890"})
        assert refused(answer, "too_many")
        assert int(answer.headers["Retry-After"]) > 0
        assert client.get(booked.address, headers=booked.proof).status_code == 200
        for _ in range(2):
            client.post(f"{API}/bookings", json=a_hold(voyage.id))
        assert client.post(f"{API}/bookings", json=a_hold(voyage.id)).json["code"] == "proof_of_work"
        for code in ("sign_in_failed", "too_many"):
            nobody = {"username": "nobody", "password": "x"}
            assert refused(client.post(f"{API}/sessions", json=nobody), code)


def test_an_officer_is_told_that_an_order_is_unknown_and_of_one_that_nobody_is_named_on(client: FlaskClient) -> None:
    officer = bearer(client)
    assert client.get(f"{API}/bookings/ABCDEFGH/tickets", headers=officer).status_code == 404
    unnamed = factories.a_hold(factories.a_voyage()).code
    answer = client.get(f"{API}/bookings/{unnamed}/tickets", headers=officer)
    assert (answer.status_code, answer.json) == (200, {"tickets": []})
