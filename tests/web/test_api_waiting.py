"""The doors for programs: the waiting list."""

from uuid import uuid4

from flask.testing import FlaskClient

from app.booking.waitlist.actions import make_offers
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait, cancel
from tests.factories import pay
from tests.web.program import API, NAMED, bearer, refused


def a_wish(*voyage_ids: int, **changes: object) -> dict[str, object]:
    """What joins the list."""
    choices = [{"voyage_id": voyage_id, "fare_class_id": 1} for voyage_id in voyage_ids]
    return {"request_id": str(uuid4()), "phone": "0812 3456 7890", "adults": 1, "choices": choices, **changes}


def test_a_program_joins_waits_and_claims_what_is_offered(client: FlaskClient) -> None:
    voyage, sold = a_full_voyage()
    a_wait(voyage, places=2, infants=1)
    wish = a_wish(voyage.id)
    joined = client.post(f"{API}/waiting", json=wish)
    assert joined.status_code == 200, joined.json
    assert client.post(f"{API}/waiting", json=wish).json["code"] == joined.json["code"]
    address, proof = f"{API}/waiting/{joined.json['code']}", {"X-Booking-Key": str(wish["request_id"])}
    told = client.get(address, headers=proof).json
    assert (told["state"], told["offer"]) == ("waiting", None)
    [stand] = told["choices"]
    assert (stand["groups_before"], stand["persons_before"], stand["chance_voyages"]) == (1, 3, 0)
    cancel([sold[0].id])
    make_offers([voyage.id])
    told = client.get(address, headers={"X-Booking-Phone": "081234567890"}).json
    assert told["state"] == "offered"
    booking, phone = f"{API}/bookings/{told['offer']['code']}", {"X-Booking-Phone": "081234567890"}
    assert client.put(f"{booking}/passengers", json=NAMED, headers=phone).status_code == 200
    assert client.post(f"{booking}/payment", json={"method": "counter"}, headers=phone).json["state"] == "held"
    pay(booking)
    assert client.get(address, headers=bearer(client)).json["state"] == "served"
    assert refused(client.delete(address, headers=proof), "already_confirmed")


def test_an_unproved_asker_hears_that_there_is_no_such_entry(client: FlaskClient) -> None:
    voyage, _ = a_full_voyage()
    wish = a_wish(voyage.id)
    code = client.post(f"{API}/waiting", json=wish).json["code"]
    for headers in ({}, {"X-Booking-Key": str(uuid4())}, {"X-Booking-Phone": "0812 3456 7891"}):
        assert refused(client.get(f"{API}/waiting/{code}", headers=headers), "waiting_not_found")
        assert refused(client.delete(f"{API}/waiting/{code}", headers=headers), "waiting_not_found")
    assert refused(client.delete(f"{API}/waiting/{code}", headers=bearer(client)), "waiting_not_found")
    assert refused(client.get(f"{API}/waiting/x"), "waiting_not_found")


def test_leaving_twice_is_leaving_once(client: FlaskClient) -> None:
    voyage, _ = a_full_voyage()
    wish = a_wish(voyage.id)
    code = client.post(f"{API}/waiting", json=wish).json["code"]
    for _ in range(2):
        answer = client.delete(f"{API}/waiting/{code}", headers={"X-Booking-Key": str(wish["request_id"])})
        assert answer.json["state"] == "withdrawn"


def test_what_cannot_be_waited_for_is_refused_with_its_code(client: FlaskClient) -> None:
    (voyage, sold), (other, _) = a_full_voyage(), a_full_voyage()
    assert client.post(f"{API}/waiting", json=a_wish(voyage.id, other.id)).status_code == 200
    assert refused(client.post(f"{API}/waiting", json=a_wish(other.id)), "already_waiting")
    assert refused(client.post(f"{API}/waiting", json=a_wish(99_999)), "voyage_not_found")
    assert refused(client.post(f"{API}/waiting", json=a_wish()), "invalid")
    assert refused(client.post(f"{API}/waiting", json=a_wish(*range(1, 7))), "invalid")
    cancel([sold[0].id, sold[1].id])
    assert refused(client.post(f"{API}/waiting", json=a_wish(voyage.id, phone="081200000001")), "book_at_once")
