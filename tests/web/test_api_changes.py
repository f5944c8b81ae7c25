"""The doors for programs: one passenger cancels, moves, or has the name put right."""

from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from app.booking.actions.payment import confirm_payment
from tests import factories
from tests.web.program import API, NAMED, SITI, Booked, bearer, refused

SECOND = {**SITI, "name": "Budi Contoh", "document_number": "6202015503940002"}


def booked(client: FlaskClient, persons: int = 2, method: str = "paid") -> Booked:
    """Two persons with tickets."""
    voyage = factories.a_voyage(places=9)
    made = Booked.__new__(Booked)
    asked = {"request_id": str(uuid4()), "voyage_id": voyage.id, "fare_class_id": 1, "adults": persons}
    made.code = client.post(f"{API}/bookings", json=asked).json["code"]
    made.proof, made.address = {"X-Booking-Key": asked["request_id"]}, f"{API}/bookings/{made.code}"
    named = {**NAMED, "passengers": [SITI, SECOND][:persons]}
    assert client.put(f"{made.address}/passengers", json=named, headers=made.proof).status_code == 200
    assert client.post(f"{made.address}/payment", json={"method": "counter"}, headers=made.proof).status_code == 200
    if method == "paid":
        factories.pay(made.code)
    return made


def test_one_of_two_cancels(client: FlaskClient) -> None:
    made = booked(client)
    address = f"{made.address}/passengers/0/cancellation"
    assert refused(client.post(address), "booking_not_found")
    assert refused(client.post(address.replace("/0/", "/7/"), headers=made.proof), "passenger_not_found")
    for _ in range(2):
        told = client.post(address, headers=made.proof).json
        assert [(p["position"], p["name"]) for p in told["passengers"]] == [(1, "Budi Contoh")]
    [former] = told["former_passengers"]
    refund = {"percent": None, "amount_idr": None, "paid_at": None}
    assert (former["position"], former["state"], former["refund"]) == (0, "cancelled", refund)
    assert former["ended_at"]
    [ticket] = client.get(f"{made.address}/tickets", headers=made.proof).json["tickets"]
    assert ticket["name"] == "Budi Contoh"
    assert client.post(f"{made.address}/passengers/1/cancellation", headers=made.proof).json["state"] == "cancelled"
    assert refused(
        client.post(f"{made.address}/passengers/1/name", json={"name": "Budi"}, headers=made.proof),
        "no_longer_travels",
    )


def test_what_was_paid_is_owed(app: Flask, client: FlaskClient) -> None:
    made = booked(client, method="counter")
    address = f"{made.address}/passengers/0/cancellation"
    wanted = {"request_id": str(uuid4()), "voyage_id": factories.a_voyage(places=9).id, "fare_class_id": 1}
    unpaid = client.post(f"{made.address}/passengers/0/move", json=wanted, headers=made.proof)
    assert refused(unpaid, "not_confirmed")
    confirm_payment(made.code, factories.a_user().id, app.extensions["keyring"])
    [former] = client.post(address, headers=made.proof).json["former_passengers"]
    assert former["refund"] == {"percent": None, "amount_idr": None, "paid_at": None}, "this operator's counter decides"


def test_two_move_together_and_the_move_proves_the_new_booking(client: FlaskClient) -> None:
    factories.pelni_fares()
    made, other = booked(client), factories.a_voyage(places=9)
    wanted = {"request_id": str(uuid4()), "voyage_id": other.id, "fare_class_id": 1, "with": [1]}
    answers = [client.post(f"{made.address}/passengers/0/move", json=wanted, headers=made.proof) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    new = answers[0].json
    assert (new["voyage_id"], new["state"], len(new["passengers"])) == (other.id, "confirmed", 2)
    assert answers[1].json["code"] == new["code"]
    proof = {"X-Booking-Key": wanted["request_id"]}
    assert len(client.get(f"{API}/bookings/{new['code']}/tickets", headers=proof).json["tickets"]) == 2
    old = client.get(made.address, headers=made.proof).json
    assert (old["state"], [p["state"] for p in old["former_passengers"]]) == ("cancelled", ["moved", "moved"])


def test_a_move_is_refused_by_name(client: FlaskClient) -> None:
    made = booked(client)
    address = f"{made.address}/passengers/0/move"
    wanted = {"request_id": str(uuid4()), "voyage_id": factories.a_voyage(places=1).id, "fare_class_id": 1}
    both = {**wanted, "with": [1]}
    assert refused(client.post(address, json=both, headers=made.proof), "sold_out")
    assert refused(client.post(address, json={**wanted, "voyage_id": 999_999}, headers=made.proof), "voyage_not_found")
    assert refused(client.post(address, json={**wanted, "with": ["x"]}, headers=made.proof), "invalid")
    assert refused(client.post(address, json={**wanted, "request_id": "x"}, headers=made.proof), "invalid")
    assert len(client.get(made.address, headers=made.proof).json["passengers"]) == 2


def test_a_name_is_put_right_and_the_old_ticket_is_void(client: FlaskClient) -> None:
    made = booked(client, 1)
    [before] = client.get(f"{made.address}/tickets", headers=made.proof).json["tickets"]
    address = f"{made.address}/passengers/0/name"
    assert refused(client.post(address, json={"name": "Dewi Lestari"}, headers=made.proof), "other_name")
    meant = client.post(address, json={"name": "S1ti Contoh"}, headers=made.proof)
    assert "Siti Contoh" in meant.json["errors"]["name"][0]
    told = client.post(address, json={"name": "Siti Kontoh"}, headers=made.proof).json
    assert told["passengers"][0]["name"] == "Siti Kontoh"
    assert told["passengers"][0]["document_number"] == "************0001"
    [after] = client.get(f"{made.address}/tickets", headers=made.proof).json["tickets"]
    assert after["serial"] != before["serial"]
    officer = bearer(client)
    old = client.get(f"{API}/tickets/{before['serial']}", headers=officer).json
    assert (old["state"], old["serial"]) == ("void", before["serial"])
    assert refused(client.post(address, json={"name": "Siti Contoh"}, headers=made.proof), "corrected_before")


def test_an_officer_puts_a_document_right_and_nobody_else_does(client: FlaskClient) -> None:
    made = booked(client, persons=1)
    address = f"{made.address}/passengers/0/document"
    card = {name: SITI[name] for name in ("document_kind", "document_number", "birth_date", "sex")}
    right = {**card, "document_number": card["document_number"][:-1] + "7"}
    assert client.post(address, json=right, headers=made.proof).status_code in {401, 403}
    before = client.get(f"{made.address}/tickets", headers=made.proof).json["tickets"][0]["serial"]
    officer = bearer(client)
    for _ in range(2):
        answer = client.post(address, json=right, headers=officer)
        assert (answer.status_code, right["document_number"] in answer.text) == (200, False)
    after = client.get(f"{made.address}/tickets", headers=made.proof).json["tickets"][0]["serial"]
    assert after != before
    stranger = {**card, "document_number": "6202014202800001", "birth_date": "1980-02-02"}
    assert refused(client.post(address, json=stranger, headers=officer), "other_person")
    assert refused(client.post(address.replace("/0/", "/7/"), json=right, headers=officer), "passenger_not_found")
    again = {**right, "document_number": right["document_number"][:-1] + "8"}
    assert client.post(address, json=again, headers=officer).status_code == 200
    third = {**right, "document_number": right["document_number"][:-1] + "9"}
    assert refused(client.post(address, json=third, headers=officer), "document_corrected_before")
