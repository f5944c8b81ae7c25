"""Every place explained, as officials and administrators read it, and as their programs do."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Role
from app.db import db
from app.seats.models import Allotment, Dispensation, LegLoad
from tests.factories import a_booking, a_hold, a_user, a_voyage
from tests.queries import queries_counted
from tests.web.test_gate import sign_in


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.ADMINISTRATOR])
def test_the_page_shows_each_step_and_that_the_recount_agrees(client: FlaskClient, role: Role) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=10, ceiling=14)
    a_booking(voyage, 3, 2)
    a_hold(voyage, 2)
    sign_in(client, a_user(role))
    page = client.get(f"/kelola/pelayaran/{voyage.id}/penjelasan").text
    for words in ("Sertifikat", "Tidak masuk kelas", "Saluran lain", "Tertutup batas kapal", "Sisa online", "cocok."):
        assert words in page
    assert page.count("Sampit → Semarang") >= 2
    assert '<b data-number="remaining">5</b>' in page
    assert "WIB" in page


def test_a_counter_that_differs_is_said(client: FlaskClient) -> None:
    voyage = a_voyage()
    sign_in(client, a_user(Role.OFFICIAL))
    db.session.execute(db.update(Allotment).values(held=3))
    db.session.commit()
    page = client.get(f"/kelola/pelayaran/{voyage.id}/penjelasan").text
    assert "ada yang tidak cocok" in page
    assert "held: 3 is kept, 0 is counted" in page
    db.session.execute(db.update(Allotment).values(held=0))
    db.session.commit()


def test_officials_see_the_rows_with_masked_names_and_administrators_whole_ones(client: FlaskClient) -> None:
    voyage = a_voyage()
    booking, held = a_booking(voyage, 2), a_hold(voyage)
    address = f"/kelola/pelayaran/{voyage.id}/penjelasan/{voyage.legs[0].id}"
    sign_in(client, a_user(Role.OFFICIAL))
    page = client.get(address).text
    assert "P••• 1•••" in page
    assert "Penumpang 1" not in page
    assert booking.code not in page, "with code and phone one could open the booking"
    sign_in(client, a_user(Role.ADMINISTRATOR))
    assert "Penumpang 1, Penumpang 2" in client.get(f"{address}?bagian=terjual").text
    assert held.code not in client.get(f"{address}?bagian=terjual").text
    assert held.code in client.get(f"{address}?bagian=belum-dibayar").text
    assert "Tidak ada pesanan" in client.get(f"{address}?bagian=bayi").text
    assert client.get(f"/kelola/pelayaran/{voyage.id}/penjelasan/999999").status_code == 404


def test_the_page_asks_a_fixed_number_of_questions(client: FlaskClient) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", "Kumai")
    for _ in range(6):
        a_booking(voyage, 2)
    sign_in(client, a_user(Role.OFFICIAL))
    with queries_counted() as asked:
        client.get(f"/kelola/pelayaran/{voyage.id}/penjelasan")
    assert asked.count <= 24, asked


def test_programs_of_officials_read_the_same_sums(client: FlaskClient) -> None:
    voyage = a_voyage(places=10, ceiling=14)
    a_booking(voyage, 3)
    assert client.get(f"/api/v1/voyages/{voyage.id}/explanation").status_code == 401
    sign_in(client, a_user(Role.OFFICIAL))
    [leg] = client.get(f"/api/v1/voyages/{voyage.id}/explanation").json["legs"]
    assert (leg["remaining"], leg["classes"][0]["remaining"], leg["souls"]["free"]) == (7, 7, 11)
    assert sum(term["amount"] for term in leg["terms"]) == 7
    assert client.get("/api/v1/voyages/999999/explanation").status_code == 404


def test_a_paper_that_is_not_there_is_said_and_only_those_of_the_day_are_listed(client: FlaskClient) -> None:
    voyage = a_voyage(places=10, ceiling=14)
    load = db.session.get_one(LegLoad, voyage.legs[0].id)
    load.certificate, load.dispensation = None, 14
    day = voyage.calls[0].day
    assert day is not None
    assert voyage.ship_id is not None
    for persons, first in ((14, day), (2_222, day - timedelta(days=400))):
        paper = Dispensation(ship_id=voyage.ship_id, persons=persons, valid_from=first, valid_to=first, letter="UM.1")
        db.session.add(paper)
    db.session.commit()
    sign_in(client, a_user(Role.OFFICIAL))
    page = client.get(f"/kelola/pelayaran/{voyage.id}/penjelasan").text
    assert "tidak ada surat tercatat untuk hari berangkatnya" in page
    assert "suratnya mengizinkan 14 orang" in page
    others = page.index("Surat untuk hari lain")
    assert page.index("<b>14 orang</b>") < others < page.index("<b>2.222 orang</b>")


def test_the_board_opens_the_sum_behind_what_is_left(client: FlaskClient) -> None:
    voyage = a_voyage()
    sign_in(client, a_user(Role.OFFICIAL))
    address = f'href="/kelola/pelayaran/{voyage.id}/penjelasan#sisa-{voyage.legs[0].id}"'
    assert address in client.get("/papan").text
