"""A program that talks to the API: how it signs in, books, and hears a refusal."""

from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import Role
from app.refusals import status_of
from app.web.api.door import PREFIX as API
from tests import factories

SITI = {
    "name": "Siti Contoh",
    "document_kind": "ktp",
    "document_number": "6202015503940001",
    "birth_date": "1994-03-15",
    "sex": "P",
}
NAMED = {"phone": "0812 3456 7890", "passengers": [SITI]}


def a_hold(voyage_id: int, **changes: object) -> dict[str, Any]:
    """What asks for a place."""
    return {"request_id": str(uuid4()), "voyage_id": voyage_id, "fare_class_id": 1, "adults": 1, **changes}


def bearer(client: FlaskClient, role: Role = Role.OFFICER) -> dict[str, str]:
    """The header of somebody who has signed in."""
    user = factories.a_user(role)
    answer = client.post(f"{API}/sessions", json={"username": user.username, "password": factories.PASSWORD})
    assert answer.status_code == 201, answer.json
    return {"Authorization": f"Bearer {answer.json['token']}"}


class Booked:
    """A booking made through the API, and the proof of having made it; `paid` or to be paid at the `counter`."""

    def __init__(self, client: FlaskClient, voyage_id: int, method: str = "") -> None:
        asked = a_hold(voyage_id)
        answer = client.post(f"{API}/bookings", json=asked)
        assert answer.status_code == 201, answer.json
        self.code = answer.json["code"]
        self.proof = {"X-Booking-Key": asked["request_id"]}
        self.address = f"{API}/bookings/{self.code}"
        if method:
            client.put(f"{self.address}/passengers", json=NAMED, headers=self.proof)
            client.post(f"{self.address}/payment", json={"method": "counter"}, headers=self.proof)
        if method == "paid":
            factories.pay(self.code)


def refused(answer: TestResponse, code: str) -> bool:
    """Whether it is this refusal, in the one form and with its documented status."""
    assert set(answer.json) == {"code", "message", "errors"}
    assert (answer.json["code"], answer.status_code) == (code, status_of(code))
    return True
