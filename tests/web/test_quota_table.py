"""The quotas of a voyage in one table: seen with their sums, and changed without undoing what others did."""

import re

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.db import db
from app.schedule.models import Voyage
from app.seats.actions.quotas import set_quota, set_quota_table
from app.seats.models import Allotment
from tests.factories import a_booking, a_fare_class, a_user, a_voyage
from tests.web.test_admin import send, told
from tests.web.test_gate import sign_in

COUNTER = 2


@pytest.fixture
def admin(client: FlaskClient) -> User:
    somebody = a_user(Role.ADMINISTRATOR)
    sign_in(client, somebody)
    return somebody


def quotas() -> dict[tuple[int, int, int], int]:
    db.session.expire_all()
    return {(a.leg_id, a.fare_class_id, a.channel_id): a.quota for a in db.session.scalars(db.select(Allotment))}


def opened(client: FlaskClient, voyage: Voyage) -> tuple[str, dict[str, str]]:
    """The address of the table, and what its form was filled with."""
    address = f"/kelola/pelayaran/{voyage.id}/kuota"
    page = client.get(address).text
    return address, dict(re.findall(r'name="((?:quota_|seen)[^"]*)" value="([^"]*)"', page))


def test_classes_channels_and_legs_are_one_form_with_their_sums(client: FlaskClient, admin: User) -> None:
    a_fare_class(2, "Kelas 1")
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=50, ceiling=90)
    address, typed = opened(client, voyage)
    first, second = (leg.id for leg in voyage.legs)
    assert typed[f"quota_{first}_1_1"] == "50"
    changed = {
        **typed,
        f"quota_{first}_1_1": "40",
        f"quota_{first}_1_{COUNTER}": "25",
        f"quota_{second}_1_{COUNTER}": "7",
    }
    assert send(client, address, changed).status_code == 303
    assert quotas() == {(first, 1, 1): 40, (first, 1, COUNTER): 25, (second, 1, 1): 50, (second, 1, COUNTER): 7}
    page = client.get(address).text
    assert "<b>65</b>" in page
    assert "<b>57</b>" in page


def test_a_table_sent_as_it_was_says_that_nothing_changed(client: FlaskClient, admin: User) -> None:
    address, typed = opened(client, a_voyage(places=50))
    send(client, address, typed)
    page = client.get(address).text
    assert "Tidak ada angka yang diubah." in page
    assert "Kuota sudah disimpan." not in page


def test_too_many_places_blame_no_other_class_where_it_is_another_channel(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50, ceiling=60)
    address, typed = opened(client, voyage)
    field = f"quota_{voyage.legs[0].id}_1_{COUNTER}"
    message = told(send(client, address, {**typed, field: "11"}))[field]
    assert "Semua kelas dan saluran bersama tidak boleh melebihi 60 orang" in message
    assert "yang lain sudah memakai 50" in message


def test_a_table_that_is_no_longer_true_overwrites_nothing_in_silence(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50)
    leg = voyage.legs[0].id
    address, typed = opened(client, voyage)
    set_quota(voyage.id, 1, 30)
    answer = send(client, address, {**typed, f"quota_{leg}_1_1": "45"})
    assert answer.status_code == 409
    assert "menjadi 30" in told(answer)[f"quota_{leg}_1_1"]
    assert quotas() == {(leg, 1, 1): 30}
    again = dict(re.findall(r'name="((?:quota_|seen)[^"]*)" value="([^"]*)"', answer.text))
    assert again[f"quota_{leg}_1_1"] == "45", "what was typed stays"
    assert send(client, address, again).status_code == 303
    assert quotas() == {(leg, 1, 1): 45}


def test_what_was_not_touched_leaves_what_others_changed(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50, ceiling=90)
    leg = voyage.legs[0].id
    address, typed = opened(client, voyage)
    set_quota(voyage.id, 1, 30)
    assert send(client, address, {**typed, f"quota_{leg}_1_{COUNTER}": "10"}).status_code == 303
    assert quotas() == {(leg, 1, 1): 30, (leg, 1, COUNTER): 10}


def test_what_may_not_be_is_told_at_its_field_and_nothing_is_saved(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50)
    a_booking(voyage, 4)
    leg = voyage.legs[0].id
    address, typed = opened(client, voyage)
    for field, value, status in (
        (f"quota_{leg}_1_1", "3", 409),
        (f"quota_{leg}_1_{COUNTER}", "1", 422),
        (f"quota_{leg}_1_1", "x", 422),
    ):
        answer = send(client, address, {**typed, field: value})
        assert answer.status_code == status
        assert list(told(answer)) == [field]
    assert quotas() == {(leg, 1, 1): 50}
    assert set_quota_table(voyage.id, {(leg, 1, 1): 50}, {(leg, 1, 1): 50}) == []


def test_only_administrators_enter(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage()
    sign_in(client, a_user(Role.OFFICIAL))
    assert client.get(f"/kelola/pelayaran/{voyage.id}/kuota").status_code == 403


def test_one_number_for_all_legs_is_typed_once(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=10, ceiling=50)
    first, second = (leg.id for leg in voyage.legs)
    address, typed = opened(client, voyage)
    assert "Pakai angka ruas pertama ini di semua ruas" in client.get(address).text
    everywhere = {**typed, f"quota_{first}_1_1": "40", f"quota_{first}_1_{COUNTER}": "5", "all_legs": "true"}
    assert send(client, address, everywhere).status_code == 303
    assert quotas() == {(leg, 1, channel): n for leg in (first, second) for channel, n in ((1, 40), (COUNTER, 5))}
    _, typed = opened(client, voyage)
    refused = send(client, address, {**typed, f"quota_{first}_1_1": "60", "all_legs": "true"})
    assert f"quota_{first}_1_1" in told(refused)
    assert quotas()[second, 1, 1] == 40


def test_every_way_to_a_quota_leads_to_the_table(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50)
    leg = voyage.legs[0].id
    address, _ = opened(client, voyage)
    page = client.get(f"/kelola/pelayaran/{voyage.id}/jatah").text
    assert f'href="{address}#quota_{leg}_1_1"' in page
    assert f'id="quota_{leg}_1_1"' in client.get(address).text


def test_a_number_may_be_typed_as_the_page_shows_it(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=100, ceiling=2000)
    name = f"quota_{voyage.legs[0].id}_1_1"
    address, typed = opened(client, voyage)
    assert send(client, address, {**typed, name: "1.418"}).status_code == 303
    _, typed = opened(client, voyage)
    assert typed[name] == "1418"
    assert "angka saja" in send(client, address, {**typed, name: "1.41"}).text
    assert "tidak boleh melebihi 2.000 orang" in send(client, address, {**typed, name: "2.500"}).text
    assert list(quotas().values()) == [1418]
