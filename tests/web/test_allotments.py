"""Allotments by channel, stages, flow-back and moving places, as an administrator sets them without JavaScript."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app import clock
from app.accounts.models import Role, User
from app.db import db
from app.errors import NotFound, Refusal
from app.seats.actions.allotments import change_channel, create_channel, move_places, save_plan, stage
from app.seats.models import ONLINE, Allotment, Channel, ReleasePlan
from tests.conftest import Clock
from tests.factories import a_booking, a_ship, a_user, a_voyage
from tests.web.test_admin import send, told
from tests.web.test_gate import sign_in

COUNTER = 2


@pytest.fixture
def admin(client: FlaskClient) -> User:
    somebody = a_user(Role.ADMINISTRATOR)
    sign_in(client, somebody)
    return somebody


def quotas() -> dict[int, int]:
    db.session.expire_all()
    return {a.channel_id: a.quota for a in db.session.scalars(db.select(Allotment))}


def test_places_move_to_the_counter_and_the_page_tells_all(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50)
    a_booking(voyage, 4)
    page = f"/kelola/pelayaran/{voyage.id}/jatah"
    typed = {"fare_class_id": "1", "from_channel_id": "1", "to_channel_id": "2", "places": "20", "leg": ""}
    answer = send(client, page, typed, f"{page}/pindah")
    assert answer.location == page
    assert quotas() == {ONLINE: 30, COUNTER: 20}
    shown = client.get(page).text
    for words in ("20 tempat sudah dipindahkan", "Loket", "Ekonomi", ">30<", ">20<", ">4<"):
        assert words in shown


@pytest.mark.parametrize(
    ("changes", "at", "sentence"),
    [
        ({"places": "47"}, "places", "Hanya 46 tempat"),
        ({"places": ""}, "places", "Isi "),
        ({"places": "0"}, "places", "paling sedikit 1"),
        ({"places": "dua"}, "places", "angka saja"),
        ({"to_channel_id": ""}, "to_channel_id", "Pilih salah satu"),
        ({"to_channel_id": "1"}, "to_channel_id", "saluran yang lain"),
        ({"to_channel_id": "99"}, "to_channel_id", "tidak ada"),
        ({"fare_class_id": "99"}, "fare_class_id", "Kelas ini tidak ada"),
        ({"leg": "999999"}, "leg", "Ruas ini tidak ada"),
    ],
)
def test_what_cannot_be_moved_is_told_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, admin: User, changes: dict[str, str], at: str, sentence: str
) -> None:
    voyage = a_voyage(places=50)
    a_booking(voyage, 4)
    page = f"/kelola/pelayaran/{voyage.id}/jatah"
    typed = {"fare_class_id": "1", "from_channel_id": "1", "to_channel_id": "2", "places": "5", "leg": "", **changes}
    answer = send(client, page, typed, f"{page}/pindah")
    assert answer.status_code in {404, 409, 422}
    assert sentence in told(answer)[at]
    assert f'href="#{at}"' in answer.text
    if at != "places":
        assert 'value="5"' in answer.text
    assert quotas() == {ONLINE: 50}


def test_a_stage_and_a_flow_back_are_set_for_all_legs(client: FlaskClient, admin: User, clock: Clock) -> None:
    voyage = a_voyage(places=100, departs_at=clock.moment + timedelta(days=20))
    plan = save_plan("Lebaran", [(None, 30), (14, 30)])
    page = f"/kelola/pelayaran/{voyage.id}/jatah"
    send(client, page, {"place": "1-1", "plan": str(plan.id), "hours": ""}, f"{page}/tahap")
    shown = client.get(page).text
    assert ">30 <" in shown.replace("\n", "")
    move = {"fare_class_id": "1", "from_channel_id": "1", "to_channel_id": "2", "places": "10", "leg": ""}
    send(client, page, move, f"{page}/pindah")
    send(client, page, {"place": "1-2", "plan": "", "hours": "48"}, f"{page}/tahap")
    kept = db.session.scalars(db.select(Allotment).where(Allotment.channel_id == COUNTER)).one()
    assert kept.flow_back_minutes == 48 * 60
    clock.forward(days=19)
    assert "sudah waktunya" in client.get(page).text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"place": "1-1", "plan": "", "hours": "5"}, "hours"),
        ({"place": "1-2", "plan": "", "hours": "99999"}, "hours"),
        ({"place": "1-1", "plan": "77", "hours": ""}, "plan"),
        ({"place": "1-3", "plan": "", "hours": ""}, "place"),
        ({"place": "x", "plan": "", "hours": ""}, "place"),
        ({"plan": "", "hours": ""}, "place"),
    ],
)
def test_a_stage_that_cannot_be_is_told_at_its_field(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str
) -> None:
    voyage = a_voyage()
    page = f"/kelola/pelayaran/{voyage.id}/jatah"
    answer = send(client, page, typed, f"{page}/tahap")
    assert answer.status_code in {404, 422}
    assert list(told(answer)) == [at]


def test_a_free_programme_has_its_sponsor(client: FlaskClient, admin: User) -> None:
    typed = {"kind": "free", "name": "Mudik Bersama", "sponsor": ""}
    assert "perlu sponsor" in told(send(client, "/kelola/saluran", typed))["sponsor"]
    typed["sponsor"] = "PT Sponsor Uji"
    for _ in range(2):
        assert send(client, "/kelola/saluran", typed).location == "/kelola/saluran"
    made = db.session.scalars(db.select(Channel).where(Channel.kind == "free")).one()
    assert (made.name, made.sponsor) == ("Mudik Bersama", "PT Sponsor Uji")
    assert "PT Sponsor Uji" in client.get("/kelola/saluran").text
    assert "sudah dipakai" in told(send(client, "/kelola/saluran", {"kind": "agent", "name": "Mudik Bersama"}))["name"]


def test_a_plan_is_made_and_changed(client: FlaskClient, admin: User) -> None:
    typed = {"name": "Lebaran", "steps-0-percent": "30", "steps-1-days": "14", "steps-1-percent": "30"}
    assert send(client, "/kelola/rencana", typed).location == "/kelola/saluran"
    plan = db.session.scalars(db.select(ReleasePlan).where(ReleasePlan.name == "Lebaran")).one()
    assert plan.steps == [[None, 30], [14, 30]]
    shown = client.get("/kelola/saluran").text
    assert "30% langsung, 30% pada H-14, 40% tetap disimpan" in shown
    page = f"/kelola/rencana/{plan.id}"
    assert 'value="14"' in client.get(page).text
    answer = send(client, page, {**typed, "steps-3-days": "2", "steps-3-percent": "50"})
    assert "110 persen" in told(answer)["steps-3-percent"]
    assert "angka saja" in told(send(client, page, {**typed, "steps-2-percent": "x"}))["steps-2-percent"]
    assert "persen 1 sampai 100" in told(send(client, page, {**typed, "steps-2-days": "5"}))["steps-2-percent"]
    assert send(client, page, {**typed, "steps-3-days": "2", "steps-3-percent": "40"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(ReleasePlan, plan.id).steps == [[None, 30], [14, 30], [2, 40]]


def test_a_page_with_many_channels_is_one_table(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=50)
    create_channel("agent", "Agen Uji")
    stage(voyage.id, 1, ONLINE, None, None)
    assert client.get(f"/kelola/pelayaran/{voyage.id}/jatah").text.count("<tr>") == 3


# The port's own channels


def test_a_channel_takes_another_name_and_sponsor_but_stays_what_it_is(client: FlaskClient, admin: User) -> None:
    made = create_channel("free", "Mudik Gratis", "Pemkab")
    page = f"/kelola/saluran/{made.id}"
    assert page in client.get("/kelola/saluran").text
    assert send(client, page, {"name": "Mudik Bersama", "sponsor": "Pemprov"}).location == "/kelola/saluran"
    db.session.expire_all()
    changed = db.session.get_one(Channel, made.id)
    assert (changed.name, changed.sponsor, changed.kind) == ("Mudik Bersama", "Pemprov", "free")
    assert "Mudik Bersama" in client.get("/kelola/saluran").text


@pytest.mark.parametrize(
    ("typed", "at", "sentence"),
    [
        ({"name": "Loket", "sponsor": "Pemkab"}, "name", "sudah dipakai"),
        ({"name": "", "sponsor": "Pemkab"}, "name", "Isi "),
        ({"name": "Mudik Gratis", "sponsor": ""}, "sponsor", "sponsor"),
    ],
)
def test_a_name_that_cannot_be_is_told_at_its_field(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str, sentence: str
) -> None:
    made = create_channel("free", "Mudik Gratis", "Pemkab")
    page = send(client, f"/kelola/saluran/{made.id}", typed)
    assert page.status_code in (409, 422)
    assert sentence in told(page)[at]
    db.session.expire_all()
    assert db.session.get_one(Channel, made.id).name == "Mudik Gratis"


def test_the_channels_that_every_port_has_keep_their_names(client: FlaskClient, admin: User) -> None:
    assert "/kelola/saluran/2" not in client.get("/kelola/saluran").text
    assert client.get("/kelola/saluran/2").status_code == 404
    with pytest.raises(Refusal) as refused:
        change_channel(COUNTER, "Kasir")
    assert refused.value.code == "channel_standard"
    with pytest.raises(NotFound):
        change_channel(999, "Kasir")


# What a clerk types and reads


def test_the_page_of_a_voyage_counts_all_channels_together(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage(places=50)
    a_booking(voyage, 4)
    move_places(voyage.id, 1, ONLINE, COUNTER, 20)
    page = client.get(f"/kelola/pelayaran/{voyage.id}").text
    assert "semua saluran bersama" in page
    assert '<td class="num" data-label="Kuota">50</td>' in page
    assert f"/kelola/pelayaran/{voyage.id}/penjelasan" in page


# One scheme for many voyages


def test_the_scheme_of_a_voyage_is_shown_and_then_taken_by_those_that_are_ticked(
    client: FlaskClient, admin: User
) -> None:
    ship = a_ship()
    first = a_voyage(places=60, ceiling=100, ship=ship)
    move_places(first.id, 1, ONLINE, COUNTER, 20)
    later = [a_voyage(places=100, ship=ship, departs_at=clock.now() + timedelta(days=7 * n)) for n in (1, 2, 3)]
    page = f"/kelola/pelayaran/{first.id}/jatah/terapkan"
    assert page in client.get(f"/kelola/pelayaran/{first.id}/jatah").text
    shown = client.get(page).text
    assert shown.count("Ekonomi · Online: 100 → 40") == shown.count("Ekonomi · Loket: 0 → 20") == 3
    assert shown.count(" checked") == 3
    answer = send(client, page, {"to": [str(later[0].id), str(later[2].id)]})
    assert answer.location == f"/kelola/pelayaran/{first.id}/jatah"
    assert "2 pelayaran sudah disamakan" in client.get(answer.location).text
    shown = client.get(page).text
    assert shown.count("Jatahnya sudah sama") == 2
    assert shown.count("Ekonomi · Online: 100 → 40") == 1


def test_a_scheme_for_nobody_or_of_nothing_is_told(client: FlaskClient, admin: User) -> None:
    ship = a_ship()
    first = a_voyage(places=60, ship=ship)
    page = f"/kelola/pelayaran/{first.id}/jatah/terapkan"
    assert "Tidak ada pelayaran lain" in client.get(page).text
    a_voyage(places=50, ship=ship)
    assert "Tidak muat: batas hari itu 50 orang" in client.get(page).text
    answer = send(client, page, {"to": []})
    assert answer.status_code == 422
    assert "sedikitnya satu" in told(answer)["to"]
    db.session.execute(db.update(Allotment).values(quota=0))
    db.session.commit()
    nothing = client.get(page)
    assert nothing.status_code == 422
    assert "belum ada contohnya" in nothing.text


def test_a_voyage_that_sells_nothing_yet_says_what_to_do(client: FlaskClient, admin: User) -> None:
    voyage = a_voyage()
    db.session.execute(db.delete(Allotment))
    db.session.commit()
    page = client.get(f"/kelola/pelayaran/{voyage.id}").text
    assert "Belum ada tempat yang dijual" in page
    assert "Turunkan kuota" not in page
