"""The doors for programs: departures, gates and scans, and who may use them."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import current_app
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import clock
from app.accounts.actions import begin_session, set_ports
from app.accounts.devices.actions import revoke_device
from app.accounts.models import Role
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.actions.scan import scan_party
from app.boarding.judgement import Showing
from app.boarding.models import Stage
from app.booking.tickets.code import new_serial
from app.errors import Refusal
from tests import factories
from tests.conftest import Clock
from tests.enrolled import a_phone
from tests.web.program import API, bearer, refused


def test_everybody_sees_departures_and_those_who_work_here_see_the_counts(client: FlaskClient) -> None:
    voyage = factories.a_voyage(places=9)
    departure = factories.departure_of(voyage)
    factories.a_booking(voyage)
    [public] = client.get(f"{API}/departures?port=Sampit").json["departures"]
    assert (public["departure_id"], public["state"], public["remaining"]) == (departure.id, "open", 8)
    assert not {"sold", "held", "boarded", "refused", "aboard", "ceiling"} & set(public)
    for role in Role:
        [full] = client.get(f"{API}/departures", headers=bearer(client, role)).json["departures"]
        assert (full["sold"], full["ceiling"], full["boarded"]) == (1, 9, 0)
        assert client.get(f"{API}/departures/{departure.id}", headers=bearer(client, role)).json == full
    assert client.get(f"{API}/departures/{departure.id}").json == public
    assert client.get(f"{API}/departures?port=Semarang").json["departures"] == []
    assert refused(client.get(f"{API}/departures?port=Atlantis"), "port_not_found")


def test_an_officer_opens_boarding_early_and_lets_the_ship_go(client: FlaskClient, clock: Clock) -> None:
    address = f"{API}/departures/{factories.departure_of(factories.a_voyage()).id}"
    officer = bearer(client)
    assert refused(client.post(f"{address}/boarding"), "sign_in_first")
    assert refused(client.post(f"{address}/boarding", headers=bearer(client, Role.OFFICIAL)), "not_allowed")
    assert client.post(f"{address}/boarding", headers=officer).json["state"] == "boarding"
    tomorrow = (clock() + timedelta(days=1)).isoformat()
    assert refused(client.post(f"{address}/leaving", json={"at": tomorrow}, headers=officer), "not_yet")
    for body in ({"at": "0001-01-01T00:00:00+14:00"}, {"at": "2026-01-01T00:00:00"}, {"at": 5}, {"when": None}):
        assert refused(client.post(f"{address}/leaving", json=body, headers=officer), "invalid")
    left = client.post(f"{address}/leaving", headers=bearer(client, Role.OFFICIAL))
    assert (left.status_code, left.json["state"]) == (200, "left")
    assert client.post(f"{address}/leaving", json={}, headers=officer).json["departs_at"] == left.json["departs_at"]
    stands = left.json["departs_at"]
    assert client.post(f"{address}/leaving", json={"at": stands}, headers=officer).json["departs_at"] == stands
    clock.forward(minutes=2)
    other = (clock() - timedelta(minutes=1)).isoformat()
    told = client.post(f"{address}/leaving", json={"at": other}, headers=officer)
    assert refused(told, "left_at_another_time")
    assert told.status_code == 409
    assert datetime.fromisoformat(stands).astimezone(ZoneInfo("Asia/Jakarta")).strftime("%H.%M") in told.json["message"]
    assert refused(client.post(f"{address}/boarding", headers=officer), "departed")


def test_an_officer_of_another_port_scans_nothing(client: FlaskClient) -> None:
    departure, officer = factories.departure_of(factories.a_voyage()), factories.a_user()
    here = departure.call.port_id
    gate = factories.a_gate()
    keys = {"username": officer.username, "password": factories.PASSWORD}
    header = {"Authorization": f"Bearer {client.post(f'{API}/sessions', json=keys).json['token']}"}
    shown = {"shown": "0000000001", "departure_id": departure.id, "gate_id": gate.id}
    set_ports(officer.id, [factories.a_port("Kumai").id])
    told = client.post(f"{API}/scans", json={"id": str(uuid4()), **shown}, headers=header)
    assert refused(told, "not_your_port")
    assert told.status_code == 403
    showing = Showing(str(uuid4()), "0000000001", departure.id, gate.id, officer.id, clock.now())
    for act in (
        lambda: scan_party([showing], current_app.extensions["keyring"]),
        lambda: release_no_shows(departure.id, officer.id),
    ):
        with pytest.raises(Refusal, match="not_your_port"):
            act()
    with client.session_transaction() as session:
        session["_user_id"] = begin_session(officer.id).key
    page = client.get(f"/gate/{departure.id}/{gate.id}")
    assert page.status_code == 403
    assert "tidak bekerja di pelabuhan ini" in page.text
    set_ports(officer.id, [here])
    told = client.post(f"{API}/scans", json={"id": str(uuid4()), **shown}, headers=header)
    assert told.json["reason"] == "mistyped"


def test_an_officer_sees_the_gates_and_others_do_not(client: FlaskClient) -> None:
    gate = factories.a_gate()
    gates = client.get(f"{API}/gates", headers=bearer(client)).json["gates"]
    assert gates[0] == {
        "id": gate.id,
        "name": gate.name,
        "stage": "gangway",
        "port": {"code": "IDSMQ", "name": "Sampit"},
    }
    assert refused(client.get(f"{API}/gates"), "sign_in_first")


def test_whatever_is_wrong_with_a_ticket_is_an_answer_and_a_wrong_gate_is_not(client: FlaskClient) -> None:
    departure, officer = factories.departure_of(factories.a_voyage()), bearer(client)
    gate = factories.a_gate(departure.call.port)
    for shown in (new_serial(), "DG1:ABC", "-", "halo", "DG1:" + "A" * 150):
        scan = {"id": str(uuid4()), "shown": shown, "departure_id": departure.id, "gate_id": gate.id}
        answer = client.post(f"{API}/scans", json=scan, headers=officer)
        assert (answer.status_code, answer.json["verdict"]) == (200, "refer"), shown
    empty = client.post(f"{API}/scans", json={**scan, "shown": "\u202e"}, headers=officer)
    assert empty.json["errors"] == {"shown": ["Bagian ini belum diisi. Isi dahulu."]}, "nothing in it can be seen"
    scan["id"] = str(uuid4())
    assert refused(client.post(f"{API}/scans", json={**scan, "gate_id": 999}, headers=officer), "gate_not_found")
    assert refused(
        client.post(f"{API}/scans", json={**scan, "departure_id": 999}, headers=officer), "departure_not_found"
    )
    assert refused(client.get(f"{API}/tickets/0000000001", headers=officer), "ticket_not_found")
    assert refused(client.get(f"{API}/tickets/%00", headers=officer), "ticket_not_found")


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client: FlaskClient) -> None:
    user = factories.a_user()
    wrong = [{"username": user.username, "password": "not this one"}, {"username": "nobody", "password": "x"}]
    answers = [client.post(f"{API}/sessions", json=one) for one in wrong]
    assert all(refused(answer, "sign_in_failed") for answer in answers)
    assert answers[0].data == answers[1].data
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


def test_a_browser_session_changes_something_only_with_its_token(client: FlaskClient) -> None:
    user, departure = factories.a_user(), factories.departure_of(factories.a_voyage())
    with client.session_transaction() as session:
        session["_user_id"] = begin_session(user.id).key
        session["_fresh"] = True
    assert client.get(f"{API}/tickets/0000000001").status_code == 404
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert refused(client.post(f"{API}/departures/{departure.id}/boarding"), "form_expired")


def test_a_token_outranks_the_session_of_a_browser(client: FlaskClient) -> None:
    officer, voyage = factories.a_user(Role.OFFICER), factories.a_voyage()
    address = f"{API}/departures/{factories.departure_of(voyage).id}/boarding"
    official = bearer(client, Role.OFFICIAL)
    with client.session_transaction() as session:
        session["_user_id"] = begin_session(officer.id).key
        session["_fresh"] = True
    assert refused(client.post(address, headers=official), "not_allowed")
    assert refused(client.post(address, headers={"Authorization": "Bearer nonsense"}), "sign_in_first")
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert refused(client.post(address, headers={"Authorization": "Basic eDp5"}), "form_expired")


def test_a_device_fetches_the_pack_of_a_departure_once_and_then_only_what_has_changed(
    client: FlaskClient, clock: Clock
) -> None:
    voyage = factories.a_voyage(departs_at=clock() + timedelta(hours=3))
    departure, gate = factories.departure_of(voyage), factories.a_gate()
    [ticket] = factories.tickets_of(factories.a_booking(voyage))
    serial, officer = ticket.serial, factories.a_user()
    clock.forward(hours=2)
    bearing, phone = bearer(client), a_phone()
    address = f"{API}/departures/{departure.id}/pack?gate_id={gate.id}"

    def ask(address: str, bearing: dict[str, str] = bearing, **more: str) -> TestResponse:
        return client.get(address, headers={**bearing, **phone.header("GET", address), **more})

    assert refused(client.get(address, headers=bearing), "device_unknown")
    told = ask(address)
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store")
    assert [one["serial"] for part in told.json["parts"].values() for one in part] == [serial]
    assert told.json["head"]["port"] == {
        "code": "IDSMQ", "name": "Sampit", "zone": "Asia/Jakarta", "zone_name": "WIB"
    }  # fmt: skip
    assert told.json["share"] == told.json["load"]["ceiling"]
    clock.forward(minutes=1)
    since = f"{address}&version={told.json['version']}"
    again = ask(since)
    assert (again.json["head"], again.json["parts"], again.json["as_of"]) == (None, {}, clock().isoformat())
    scan_party(
        [Showing(str(uuid4()), serial, departure.id, gate.id, officer.id, clock())], current_app.extensions["keyring"]
    )
    changed = ask(since)
    assert (changed.json["load"]["aboard"], len(changed.json["parts"])) == (1, 1)
    terminal = factories.a_gate(stage=Stage.TERMINAL)
    assert ask(f"{API}/departures/{departure.id}/pack?gate_id={terminal.id}").json["share"] is None
    elsewhere = factories.a_gate(factories.a_port("Semarang"))
    refusals = {
        f"{API}/departures/{departure.id}/pack?gate_id={elsewhere.id}": "gate_not_found",
        f"{API}/departures/{departure.id + 99}/pack?gate_id={gate.id}": "departure_not_found",
        f"{API}/departures/{departure.id}/pack": "invalid",
        f"{address}&version=0123": "invalid",
    }
    for asked, code in refusals.items():
        assert refused(ask(asked), code)
    set_ports(officer.id, [elsewhere.port_id], factories.a_user(Role.ADMINISTRATOR).id)
    token = client.post(f"{API}/sessions", json={"username": officer.username, "password": factories.PASSWORD}).json
    theirs = {"Authorization": f"Bearer {token['token']}"}
    assert refused(ask(address, theirs), "not_your_port")
    assert phone.device is not None
    assert phone.device.pack_as_of == clock()
    revoke_device(phone.device.id, officer.id)
    assert refused(ask(address), "device_revoked")
    stolen = {**phone.header("GET", address), **bearing}
    assert refused(client.get(f"{address}&lang=en", headers={**stolen, "X-Device": "1 2 3"}), "device_signature")
    clock.forward(minutes=11)
    assert refused(client.get(address, headers=stolen), "device_signature")
