"""Claims about people, at the doors: no answer tells who travels, and trying people out is counted."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.claims import CLAIMS_REFUSED
from tests.factories import a_booking, a_nik, a_paid_booking, a_voyage

KEY = "7f9c2ba4-e88f-4a5b-9c1d-{:012}"


@pytest.fixture
def ask(client: FlaskClient):
    """Choose the free programme for one person on a new order; the answer's status and code."""
    voyage, numbers = a_voyage(), iter(range(100))

    def run(nik: str, address: str = "10.0.0.1") -> tuple[int, str, str]:
        key = KEY.format(next(numbers))
        headers = {"X-Booking-Key": key}
        frame = {"headers": headers, "environ_base": {"REMOTE_ADDR": address}}
        held = client.post(
            "/api/v1/bookings",
            json={"request_id": key, "voyage_id": voyage.id, "fare_class_id": 1, "adults": 1, "infants": 0},
            **frame,
        )
        path = f"/api/v1/bookings/{held.json['code']}"
        person = {
            "name": "Siti Uji",
            "document_kind": "ktp",
            "document_number": nik,
            "birth_date": "1994-03-15",
            "sex": "P",
            "infant": False,
        }
        named = client.put(f"{path}/passengers", json={"phone": "081234567890", "passengers": [person]}, **frame)
        assert named.status_code == 200
        paid = client.post(f"{path}/payment", json={"method": "free"}, **frame)
        return paid.status_code, paid.json.get("code", ""), str(paid.json.get("errors"))

    return run


def test_an_answer_about_somebody_elses_journey_names_nobody(app: Flask, ask) -> None:
    number = a_paid_booking().passengers[0].document_number
    assert ask(number) == (409, "at_the_counter", "{}")


def test_trying_people_out_ends_in_one_answer_for_all_of_them(app: Flask, ask) -> None:
    number = a_booking().passengers[0].document_number
    answers = [ask(number)[:2] for _ in range(CLAIMS_REFUSED)]
    assert set(answers) == {(409, "at_the_counter")}
    assert ask(a_nik(501))[:2] == (409, "at_the_counter"), "who travels nowhere is answered alike"
    assert ask(a_nik(502), "10.0.0.2")[0] == 200, "and other addresses go on"
