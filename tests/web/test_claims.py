"""Claims about people, at the doors: no answer before the counter tells who travels."""

from flask.testing import FlaskClient

from tests.factories import a_booking, a_nik, a_voyage
from tests.web.program import API, SITI, a_hold


def test_an_order_with_somebody_who_travels_is_answered_like_any_other(client: FlaskClient) -> None:
    travels, voyage = a_booking().passengers[0].document_number, a_voyage()
    answers = []
    for number in (travels, a_nik(501)):
        asked = a_hold(voyage.id)
        headers = {"X-Booking-Key": asked["request_id"]}
        address = f"{API}/bookings/{client.post(f'{API}/bookings', json=asked).json['code']}"
        named = {"phone": "081234567890", "passengers": [{**SITI, "document_number": number}]}
        told = [
            client.put(f"{address}/passengers", json=named, headers=headers),
            client.post(f"{address}/payment", json={"method": "counter"}, headers=headers),
        ]
        answers.append([(answer.status_code, set(answer.json), answer.json["state"]) for answer in told])
    assert answers[0] == answers[1]
    assert [status for status, _, _ in answers[0]] == [200, 200]


def test_a_number_is_neither_yes_nor_no(client: FlaskClient) -> None:
    asked = a_hold(a_voyage().id)
    headers = {"X-Booking-Key": asked["request_id"]}
    address = f"{API}/bookings/{client.post(f'{API}/bookings', json=asked).json['code']}"
    named = {"phone": "081234567890", "passengers": [{**SITI, "as_on_document": 0}]}
    assert client.put(f"{address}/passengers", json=named, headers=headers).status_code == 422
