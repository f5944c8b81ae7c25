"""The administrator's page of fares: read, write down and put right, with the source of each."""

import re

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.fares.queries import list_tariffs
from tests.factories import a_fare_class, a_port, a_ship, a_user
from tests.web.test_admin import send, told
from tests.web.test_gate import sign_in


@pytest.fixture
def typed(client: FlaskClient) -> dict[str, str]:
    """A good form, and an administrator who has signed in."""
    a_fare_class()
    sign_in(client, a_user(Role.ADMINISTRATOR))
    return {
        "operator_id": str(a_ship().operator_id), "from_port_id": str(a_port().id),
        "to_port_id": str(a_port("Semarang").id), "fare_class_id": "1", "passenger_type": "adult",
        "amount_idr": "290.000", "percent": "", "valid_from": "2030-01-01", "valid_to": "",
        "source_url": "https://example.org/tarif", "note": "",
    }  # fmt: skip


def test_a_fare_is_written_down_and_put_right(client: FlaskClient, typed: dict[str, str]) -> None:
    assert send(client, "/kelola/tarif/baru", typed).status_code == 303
    page = client.get("/kelola/tarif").text
    assert "Rp290.000" in page
    assert "https://example.org/tarif" in page
    [tariff] = list_tariffs()
    address = f"/kelola/tarif/{tariff.id}"
    seen = re.search(r'name="seen" value="(\w+)"', client.get(address).text)
    assert seen
    changed = {**typed, "amount_idr": "300000", "seen": seen[1]}
    assert send(client, address, changed).status_code == 303
    assert "290000 → 300000" in client.get(address).text
    stale = send(client, address, {**changed, "amount_idr": "1"})
    assert stale.status_code == 409
    assert "Orang lain mengubah tarif ini" in stale.text


def test_a_fare_far_from_the_present_one_is_asked_about_once(client: FlaskClient, typed: dict[str, str]) -> None:
    assert send(client, "/kelola/tarif/baru", typed).status_code == 303
    later = {**typed, "valid_from": "2030-02-01"}
    for slip in ("2.900.000", "29.000"):
        answer = send(client, "/kelola/tarif/baru", {**later, "amount_idr": slip})
        assert answer.status_code == 409
        assert "Maksud Anda sekitar Rp290.000?" in told(answer)["amount_idr"]
        assert 'name="as_typed"' in answer.text
    assert len(list_tariffs()) == 1
    meant = {**later, "amount_idr": "2.900.000", "as_typed": "1"}
    assert send(client, "/kelola/tarif/baru", meant).status_code == 303
    edge = {**typed, "valid_from": "2030-01-02", "amount_idr": "870.000"}
    assert send(client, "/kelola/tarif/baru", edge).status_code == 303


def test_a_fare_without_a_source_or_with_a_wrong_field_is_told_at_the_field(
    client: FlaskClient, typed: dict[str, str]
) -> None:
    for name, value in (
        ("source_url", ""), ("amount_idr", "banyak"), ("percent", "1,5"), ("valid_from", ""), ("operator_id", ""),
        ("to_port_id", typed["from_port_id"]), ("amount_idr", "0"),
    ):  # fmt: skip
        answer = send(client, "/kelola/tarif/baru", {**typed, name: value})
        assert answer.status_code == 422, name
        assert list(told(answer)) == [name]
    assert list_tariffs() == []


def test_only_administrators_see_and_write_fares(client: FlaskClient, typed: dict[str, str]) -> None:
    for role in (Role.OFFICER, Role.OFFICIAL):
        sign_in(client, a_user(role))
        for address in ("/kelola/tarif", "/kelola/tarif/baru"):
            assert client.get(address).status_code == 403


def test_fares_that_are_over_stand_behind_those_that_are_in_force(client: FlaskClient, typed: dict[str, str]) -> None:
    over = {**typed, "amount_idr": "111000", "valid_from": "2020-01-01", "valid_to": "2020-02-01"}
    for one in (over, {**typed, "amount_idr": "", "percent": "0"}):
        assert send(client, "/kelola/tarif/baru", one).status_code == 303
    page = client.get("/kelola/tarif").text
    assert page.index("tarif dasar") < page.index("1 tarif yang sudah lewat") < page.index("Rp111.000")
    assert 'href="https://example.org/tarif"' in page, "the source is a link"
