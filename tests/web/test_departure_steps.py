"""Out of the ordinary at a departure, on the pages: asked for with a reason, confirmed by a colleague, undone."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app import config
from app.accounts.models import Role
from app.boarding.models import DepartureStep
from app.db import db
from tests.conftest import Clock
from tests.factories import a_port, a_user
from tests.web.test_gate import Pier, hidden, sign_in


@pytest.fixture
def pier(client: FlaskClient, clock: Clock) -> Pier:
    config.use(replace(config.current(), leave_early_minutes=60, leave_late_hours=24))
    return Pier(client, clock)


def has_left(pier: Pier) -> bool:
    db.session.expire_all()
    return pier.departure.call.actual_departure is not None


def test_letting_a_ship_go_early_is_asked_for_and_confirmed_by_an_official(pier: Pier) -> None:
    ask = pier.client.get(f"{pier.page}/leaving").text
    assert "perlu dua orang" in ask
    assert "kapal berangkat sekarang" not in ask
    alone = pier.client.post(f"{pier.page}/leaving", data=hidden(ask))
    assert alone.status_code == 409
    asked = pier.client.post(
        f"{pier.page}/leaving", data={**hidden(ask), "reason": "Ombak naik"}, follow_redirects=True
    ).text
    assert "Menunggu orang kedua" in asked
    assert not has_left(pier)
    sign_in(pier.client, a_user(Role.OFFICIAL))
    page = pier.client.get(f"/papan/{pier.departure.id}").text
    assert "Ombak naik" in page
    confirm = pier.client.post(
        f"/papan/{pier.departure.id}/permintaan/1", data={**hidden(page), "answer": "confirm"}, follow_redirects=True
    ).text
    assert has_left(pier)
    assert "Dikonfirmasi" in confirm


@pytest.mark.parametrize(("mine", "told"), [(True, "Permintaan Anda ditarik kembali"), (False, "Permintaan ditolak")])
def test_a_request_is_withdrawn_by_its_asker_and_declined_by_a_colleague(pier: Pier, mine: bool, told: str) -> None:
    ask = pier.client.get(f"{pier.page}/leaving").text
    pier.client.post(f"{pier.page}/leaving", data={**hidden(ask), "reason": "Ombak naik"})
    if not mine:
        sign_in(pier.client, a_user())
    page = pier.client.get(pier.page).text
    answer = {**hidden(page), "answer": "decline"}
    assert told in pier.client.post(f"{pier.page}/requests/1", data=answer, follow_redirects=True).text
    assert not has_left(pier)


def test_the_second_person_at_the_gate_sees_that_an_undo_waits_and_confirms_it_there(pier: Pier) -> None:
    pier.clock.forward(minutes=80)
    address = f"{pier.page}/leaving"
    pier.client.post(address, data=hidden(pier.client.get(address).text))
    pier.clock.forward(minutes=config.current().undo_minutes + 1)
    page = pier.client.get(address).text
    pier.client.post(f"{pier.page}/undo/leave", data={**hidden(page), "reason": "Salah kapal"})
    assert "Menunggu orang kedua." in pier.client.get(address).text
    sign_in(pier.client, a_user(days=0.1))
    page = pier.client.get(address).text
    assert "Salah kapal" in page
    assert "Minta rekan dengan akun yang lebih lama" in page, "who can, where it is not the reader"
    assert 'value="confirm"' not in page
    sign_in(pier.client, a_user())
    page = pier.client.get(address).text
    assert "perlu dua orang" not in page, "to be confirmed, and not asked for again"
    assert has_left(pier)
    (confirm,) = re.findall(r'action="([^"]*/requests/\d+)"', page)
    pier.client.post(confirm, data={**hidden(page), "answer": "confirm"})
    assert not has_left(pier)


def test_what_waits_about_the_whole_voyage_is_told_at_the_gate_with_who_confirms_it(pier: Pier) -> None:
    asker = a_user(Role.OFFICIAL)
    voyage_id = pier.departure.call.voyage_id
    waits = DepartureStep(step="times", voyage_id=voyage_id, asked_by=asker.id, reason="Jam tiba salah")
    waits.state, waits.at, waits.asked_at, waits.details = "waits", pier.clock(), pier.clock(), {}
    waits.alone = False
    db.session.add(waits)
    db.session.commit()
    page = pier.client.get(f"{pier.page}/leaving").text
    assert "Jam tiba salah" in page
    assert "Pejabat pelabuhan atau administrator dapat mengonfirmasinya" in page
    assert 'value="confirm"' not in page


def test_a_button_takes_back_for_minutes_what_was_recorded(pier: Pier) -> None:
    pier.clock.forward(minutes=80)
    ask = pier.client.get(f"{pier.page}/leaving").text
    left = pier.client.post(f"{pier.page}/leaving", data=hidden(ask), follow_redirects=True).text
    assert "Kapal belum berangkat: batalkan" in left
    assert has_left(pier)
    back = pier.client.post(f"{pier.page}/undo/leave", data=hidden(left), follow_redirects=True).text
    assert "kembali seperti sebelumnya" in back
    assert not has_left(pier)
    pier.client.post(f"{pier.page}/leaving", data=hidden(ask))
    pier.clock.forward(minutes=11)
    later = pier.client.get(f"{pier.page}/leaving").text
    assert "Minta konfirmasi bahwa kapal belum berangkat" in later
    assert pier.client.post(f"{pier.page}/undo/leave", data=hidden(later)).status_code == 409
    assert has_left(pier)


def test_an_administrator_says_at_which_ports_somebody_works(pier: Pier) -> None:
    elsewhere = a_port("Kumai")
    sign_in(pier.client, a_user(Role.ADMINISTRATOR))
    place = f"/kelola/pengguna/{pier.officer.id}"
    sent = {**hidden(pier.client.get(place).text), "ports": [str(elsewhere.id)]}
    page = pier.client.post(f"{place}/pelabuhan", data=sent, follow_redirects=True).text
    assert f'value="{elsewhere.id}" checked' in page
    assert "pelabuhan diubah" in page
    pier.clock.forward(minutes=80)
    sign_in(pier.client, pier.officer)
    refused = pier.client.get(f"{pier.page}/leaving")
    assert refused.status_code == 403
    sent = hidden(pier.client.get("/akun").text)
    assert pier.client.post(f"{pier.page}/leaving", data=sent).status_code == 403
    assert "tidak bekerja di pelabuhan ini" in refused.text


def test_programs_ask_confirm_and_undo_as_well(pier: Pier) -> None:
    address = f"/api/v1/departures/{pier.departure.id}"
    token = {"X-CSRFToken": hidden(pier.client.get(pier.page).text)["csrf_token"]}
    early = pier.client.post(f"{address}/leaving", headers=token)
    assert (early.status_code, early.json["code"]) == (409, "needs_second_person")
    body = {"step": "leave", "reason": "Ombak naik", "at": (pier.clock() - timedelta(minutes=1)).isoformat()}
    asked = pier.client.post(f"{address}/requests", json=body, headers=token)
    assert (asked.status_code, asked.json["state"]) == (201, "waits")
    listed = pier.client.get(f"{address}/requests").json["requests"]
    assert [one["id"] for one in listed] == [asked.json["id"]]
    confirmation = f"{address}/requests/{asked.json['id']}/confirmation"
    assert pier.client.post(confirmation, headers=token).json["code"] == "second_person_same"
    sign_in(pier.client, a_user())
    token = {"X-CSRFToken": hidden(pier.client.get(pier.page).text)["csrf_token"]}
    assert pier.client.post(confirmation, headers=token).json["state"] == "left"
    assert "Kapal belum berangkat: batalkan" in pier.client.get(f"{pier.page}/leaving").text, (
        "who confirmed takes it back"
    )
    assert pier.client.delete(f"{address}/leaving", headers=token).json["state"] != "left"
