"""The administrator's page about decrees, and what others see of them."""

import pytest
from flask.testing import FlaskClient

from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.seats.models import Decree
from tests.factories import a_voyage
from tests.queries import queries_counted
from tests.web.test_admin import admin, send, told  # noqa: F401 - a fixture

PAGE = "/kelola/pembatasan"


@pytest.mark.usefixtures("admin")
def test_a_decree_is_entered_shown_on_every_page_of_places_and_withdrawn(client: FlaskClient) -> None:
    load_shipped(read_sets())
    voyage = a_voyage(places=10)
    call = voyage.calls[0]
    assert "semua tempat boleh dijual" in client.get(PAGE).text
    typed = {"level": 3, "port_id": call.port_id, "valid_from": call.day, "letter": "SE Uji 1/2026"}
    answer = send(client, PAGE, typed)
    assert answer.status_code == 303
    assert "Tempatnya dihitung ulang di 1 pelayaran." in client.get(PAGE).text
    assert send(client, PAGE, typed).status_code == 303
    assert "70 persen" in client.get(PAGE).text
    [decree] = db.session.scalars(db.select(Decree))
    for page in ("kuota", "jatah"):
        assert "paling banyak 70 persen tempat" in client.get(f"/kelola/pelayaran/{voyage.id}/{page}").text
    assert "dibatasi aturan: 3" in client.get(f"/kelola/pelayaran/{voyage.id}/jatah").text
    explained = client.get(f"/kelola/pelayaran/{voyage.id}/penjelasan").text
    assert "Dibatasi aturan" in explained
    assert "Dihitung ulang" in explained
    [leg] = client.get(f"/api/v1/voyages/{voyage.id}/explanation").json["legs"]
    assert {t["part"]: t["amount"] for t in leg["terms"]}["restricted"] == -3
    [economy] = client.get(f"/api/v1/voyages/{voyage.id}/availability").json["classes"]
    assert (economy["quota"], economy["remaining"], economy["restricted"]) == (10, 7, 3)
    assert send(client, PAGE, {}, f"{PAGE}/{decree.id}/cabut").status_code == 303
    assert "dicabut" in client.get(PAGE).text
    [economy] = client.get(f"/api/v1/voyages/{voyage.id}/availability").json["classes"]
    assert (economy["remaining"], economy["restricted"]) == (10, 0)


@pytest.mark.usefixtures("admin")
def test_what_is_wrong_with_a_decree_is_told_at_its_field(client: FlaskClient) -> None:
    answer = send(client, PAGE, {"level": 7, "valid_from": "", "letter": ""})
    assert answer.status_code == 422
    assert set(told(answer)) == {"level", "valid_from", "letter"}
    answer = send(client, PAGE, {"level": 3, "valid_from": "2026-12-02", "valid_to": "2026-12-01", "letter": "SE Uji"})
    assert set(told(answer)) == {"valid_to"}
    answer = send(client, PAGE, {"level": 3, "valid_from": "2026-12-02", "port_id": 999, "letter": "SE Uji"})
    assert set(told(answer)) == {"port_id"}
    assert send(client, PAGE, {}, f"{PAGE}/9/cabut").status_code == 404


@pytest.mark.usefixtures("admin")
def test_the_page_asks_little_however_many_decrees_there_are(client: FlaskClient) -> None:
    voyage = a_voyage()
    call = voyage.calls[0]
    for number in range(3):
        send(client, PAGE, {"level": 2, "port_id": call.port_id, "valid_from": call.day, "letter": f"SE {number}"})
    client.get(PAGE)
    with queries_counted() as asked:
        client.get(PAGE)
    assert asked.count <= 12, asked
