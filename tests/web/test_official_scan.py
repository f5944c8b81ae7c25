"""The evidence of a scan, as an official reads it, and the exceptions that only an official may grant."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import Role, User
from app.boarding.models import Scan, Stage
from app.booking.actions.documents import enter_document, say
from app.booking.queries import find_ticket
from app.booking.tickets.code import new_serial
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.models import Exemption
from app.rules.shipped import read_sets
from tests import factories
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.conftest import Clock
from tests.queries import queries_counted
from tests.web.test_gate import Pier, hidden, sign_in

BUDGET = 16


class Office:
    """An official who looks at what an officer has scanned."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.pier = Pier(app.test_client(), clock)
        self.client = app.test_client()
        self.official: User = factories.a_user(Role.OFFICIAL)
        sign_in(self.client, self.official)

    def scan(self, serial: str, gate_id: int = 0) -> Scan:
        """Show the ticket to the officer; the scan that is kept of it."""
        self.pier.clock.forward(seconds=1)
        page = f"/gate/{self.pier.departure.id}/{gate_id or self.pier.gate.id}"
        form = hidden(self.pier.client.get(page).text)
        self.pier.client.post(page, data={**form, "shown": serial})
        return db.session.scalars(db.select(Scan).order_by(Scan.received_at.desc())).first()

    def place(self, kept: Scan) -> str:
        return f"/papan/{kept.departure_id}/pindai/{kept.id}"


@pytest.fixture
def office(app: Flask, clock: Clock) -> Office:
    return Office(app, clock)


def test_the_evidence_of_a_scan_is_its_set_its_facts_and_its_reasons_without_who_it_was(office: Office) -> None:
    load_shipped(read_sets())
    office.pier.clock.forward(hours=-2)
    serial = factories.tickets_of(factories.a_free_booking(office.pier.voyage))[0].serial
    office.pier.clock.forward(hours=2)
    ticket = find_ticket(serial)
    assert ticket is not None
    person = ticket.passenger
    say(person.id, {"baggage.kg": 38, "identity.name_matches": True}, office.pier.officer.id)
    enter_document(person.id, "antigen", office.pier.clock() - timedelta(hours=1), result="negative",
                   entered_by=office.pier.officer.id)  # fmt: skip
    kept = office.scan(serial)
    board = office.client.get(f"/papan/{kept.departure_id}").text
    assert f'href="{office.place(kept)}"' in board
    db.session.remove()
    with queries_counted() as asked:
        page = office.client.get(office.place(kept)).text
    assert asked.count <= BUDGET, asked
    kept = db.session.get_one(Scan, kept.id)
    assert kept.rule_set is not None
    assert f'href="/kelola/aturan/{kept.rule_set_id}">Paket {kept.rule_set.number}: Aturan biasa' in page
    for fact, value in (
        ("Berat bagasi", "38 kg"),
        ("Nama di tiket sama dengan di dokumen", "Ya"),
        ("Tahap pemeriksaan", "Tangga kapal"),
        ("Jenis identitas", "KTP"),
    ):
        assert f"<dt>{fact}</dt><dd>{value}</dd>" in page
    assert "Jenisnya: Hasil tes antigen; Hasilnya: Negatif" in page
    assert "hasilnya sama" in page
    assert "number-matches" in page
    # Of what nobody has looked at a rule's own words would tell that it has failed.
    assert "free-ticket-name" in page
    assert "Tiket gratis dengan nama atau nomor lain" not in page
    assert "P••• 1•••" in page
    assert person.name not in page
    assert not re.search(r"\b\d{16}\b", page)


def test_a_result_that_would_be_another_today_is_said(office: Office) -> None:
    in_force(a_rule(logic={"var": "person.health_app"}))
    kept = office.scan(office.pier.a_serial())
    kept.facts = {**(kept.facts or {}), "person": {"health_app": True}}
    db.session.commit()
    assert "hasilnya lain" in office.client.get(office.place(kept)).text


def test_every_scan_of_a_ticket_leads_to_the_others_and_each_stage_has_its_list(office: Office) -> None:
    load_shipped(read_sets())
    serial = office.pier.a_serial()
    quay = factories.a_gate(office.pier.departure.call.port, Stage.QUAY)
    before, at_the_ship = office.scan(serial, quay.id), office.scan(serial)
    page = office.client.get(office.place(at_the_ship)).text
    assert office.place(before) in page
    board = f"/papan/{before.departure_id}"
    assert office.place(before) not in office.client.get(board).text
    assert office.place(before) in office.client.get(f"{board}?putusan=sebelumnya").text


def test_a_ticket_that_no_rule_judged_has_evidence_too(office: Office) -> None:
    kept = office.scan(new_serial())
    page = office.client.get(office.place(kept)).text
    assert "RUJUK" in page
    assert "Paket aturan" not in page
    assert office.client.get(f"/papan/{kept.departure_id + 1}/pindai/{kept.id}").status_code == 404


def test_what_only_an_official_may_except_from_is_granted_where_the_scan_is_looked_at(office: Office) -> None:
    by_official = a_rule("nama", logic={"var": "identity.name_matches"}, exemption={"by": ["official"]})
    in_force(by_official)
    serial = office.pier.a_serial()
    ticket = find_ticket(serial)
    assert ticket is not None
    say(ticket.passenger_id, {"identity.name_matches": False}, office.pier.officer.id)
    kept = office.scan(serial)
    assert kept.verdict == "refuse"
    place = office.place(kept)
    page = office.client.get(place).text
    assert "Kecualikan dari aturan" not in page, "this official has not the right"
    given = {
        **hidden(office.client.get("/akun").text),
        "rule": "nama",
        "reason": "Nama adat di KTP",
        "exemption_letter": "B-9/KSOP",
    }
    assert office.client.post(f"{place}/pengecualian", data=given).status_code == 403
    db.session.get_one(User, office.official.id).may_exempt = True
    db.session.commit()
    assert "Kecualikan dari aturan" in office.client.get(place).text
    lacking = office.client.post(f"{place}/pengecualian", data={**given, "reason": " "})
    assert (lacking.status_code, 'id="reason-error"' in lacking.text) == (422, True)
    done = office.client.post(f"{place}/pengecualian", data=given, follow_redirects=True).text
    assert "B-9/KSOP" in done
    assert "Minta petugas memindai tiketnya lagi" in done
    again = office.scan(serial)
    assert again.verdict == "pass"
    reason = (again.reasons or [])[0]
    assert reason["exemption"] == {"letter": "B-9/KSOP", "officer": office.official.name, "reason": "Nama adat di KTP"}
    told = f"Dikecualikan oleh {office.official.name}, surat B-9/KSOP: Nama adat di KTP."
    assert told in office.client.get(office.place(again)).text
    assert told not in office.client.get(place).text, "the evidence of before stays as it was"
    assert db.session.query(Exemption).count() == 1


def test_nobody_is_excepted_once_the_ship_has_left_and_no_administrator_excepts(office: Office, app: Flask) -> None:
    in_force(a_rule("nama", logic={"var": "identity.name_matches"}, exemption={"by": ["official"]}))
    kept = office.scan(office.pier.a_serial())
    place = office.place(kept)
    db.session.get_one(User, office.official.id).may_exempt = True
    office.pier.departure.call.actual_departure = office.pier.clock()
    db.session.commit()
    assert "Kecualikan dari aturan" not in office.client.get(place).text
    admin: FlaskClient = app.test_client()
    sign_in(admin, factories.a_user(Role.ADMINISTRATOR))
    page = admin.get(place)
    assert page.status_code == 200
    assert admin.post(f"{place}/pengecualian", data=hidden(admin.get("/akun").text)).status_code == 403
    assert office.pier.client.get(place).status_code == 403
