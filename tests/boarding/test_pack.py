"""The pack of a departure: what a device is told, and what it is never told."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.devices.actions import revoke_device
from app.boarding.actions.departure import open_boarding
from app.boarding.models import Stage
from app.boarding.pack import read_pack
from app.boarding.pack_parts import PARTS, VERSION_LETTERS, changed_parts, part_of
from app.boarding.sequence_numbers.actions import number_tickets
from app.booking.actions.cancellation import cancel_passengers, correct_name
from app.booking.actions.documents import enter_document, say
from app.booking.models import DocumentKind, PaymentMethod
from app.db import db
from app.errors import NotFound
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from tests.boarding.test_gate_rules import Post
from tests.conftest import Clock
from tests.enrolled import a_phone
from tests.factories import (
    a_booking,
    a_gate,
    a_port,
    departure_of,
    tickets_of,
)
from tests.queries import queries_counted


@pytest.fixture
def post(app: Flask, clock: Clock) -> Post:
    return Post(app, clock)


def pack_of(post: Post, stage: Stage = Stage.GANGWAY) -> dict[str, Any]:
    db.session.expire_all()
    departure, gate = departure_of(post.voyage), a_gate(stage=stage)
    return read_pack(departure.id, gate.id, post.officer.id, post.clock())


def by_serial(pack: dict[str, Any]) -> dict[str, Any]:
    return {ticket["serial"]: ticket for ticket in pack["tickets"]}


def test_a_pack_holds_no_identity_number_no_phone_and_no_birth_date(post: Post) -> None:
    load_shipped(read_sets())
    booking = post.people({}, {"birth_date": date(2019, 5, 6), "document_kind": DocumentKind.KIA}, {"infant": True})
    text = json.dumps(pack_of(post))
    for person in booking.passengers:
        assert person.name in text
        assert person.document_number not in text
        assert person.birth_date.isoformat() not in text
        assert person.document_number[-4:] in text
    assert booking.phone not in text
    assert booking.phone.removeprefix("+62") not in text


def test_a_pack_tells_of_each_ticket_what_is_wrong_with_it(post: Post) -> None:
    good = a_booking(post.voyage)
    gone = a_booking(post.voyage, 2)
    [cancelled, _] = [one.serial for one in tickets_of(gone)]
    cancel_passengers(gone.code, [0], officer_id=post.officer.id)
    post.boarding()
    unpaid = a_booking(post.voyage, payment=PaymentMethod.COUNTER)
    [ticket], [waits] = tickets_of(good), tickets_of(unpaid)
    post.scan(ticket.serial)
    told = by_serial(pack_of(post))
    assert told[ticket.serial]["fault"]["reason"] == "already_used"
    assert told[ticket.serial]["passed"]
    assert told[waits.serial]["fault"] == {
        "verdict": "hold", "reason": "unpaid", "details": {"booking": unpaid.code}
    }  # fmt: skip
    assert told[waits.serial]["unpaid_until"]
    assert told[cancelled]["fault"]["reason"] == "cancelled"
    assert by_serial(pack_of(post, Stage.QUAY))[ticket.serial]["passed"] is False


def test_a_device_is_sent_only_what_has_changed_since_the_pack_that_it_has(post: Post) -> None:
    serials = [tickets_of(post.people({}))[0].serial for _ in range(3)]
    post.boarding(minutes_before=150)
    before = changed_parts(pack_of(post))
    open_boarding(post.departure.id, post.officer.id)
    opened = changed_parts(pack_of(post), before["version"])
    assert (opened["head"]["times"]["opened_at"] is not None, opened["parts"]) == (True, {})
    assert opened["head"]["times"]["ends"] == post.departure.call.voyage.calls[-1].planned_arrival.isoformat()
    first = changed_parts(pack_of(post))
    assert (len(first["version"]), len(first["parts"])) == (VERSION_LETTERS, PARTS)
    assert sorted(ticket["serial"] for part in first["parts"].values() for ticket in part) == sorted(serials)
    post.clock.forward(minutes=5)
    again = changed_parts(pack_of(post), first["version"])
    assert again == {**first, "as_of": again["as_of"], "head": None, "parts": {}}
    assert again["as_of"] > first["as_of"]
    post.scan(serials[0])
    after = changed_parts(pack_of(post), first["version"])
    assert (after["head"], after["load"]["aboard"]) == (None, 1)
    [(number, tickets)] = after["parts"].items()
    assert number == str(part_of(serials[0]))
    assert [one["passed"] for one in tickets if one["serial"] == serials[0]] == [True]


def test_a_pack_says_what_is_known_of_people_and_who_answers_for_whom(post: Post) -> None:
    load_shipped(read_sets())
    booking = post.people({}, {"infant": True})
    adult, infant = tickets_of(booking)
    say(adult.passenger_id, {"identity.name_matches": True}, post.officer.id)
    say(adult.passenger_id, {"person.doses": 3}, None)
    paper = enter_document(adult.passenger_id, "pcr", post.clock() - timedelta(hours=1), result="negative")
    paper_id, serial, its = paper.id, adult.serial, infant.serial
    post.boarding()
    told = by_serial(pack_of(post))
    assert told[serial]["facts"]["identity"]["name_matches"] is True
    assert told[serial]["doses"] == 3
    assert "doses" not in told[serial]["facts"]["person"]
    [entered] = told[serial]["papers"]
    assert (entered["id"], entered["fact"]["kind"], "documents" in told[serial]["facts"]) == (paper_id, "pcr", False)
    assert told[its]["needs_adult"]
    assert told[its]["companions"] == [
        {"age_years": told[its]["companions"][0]["age_years"], "carer": True, "serial": serial}
    ]


def test_a_ticket_that_was_replaced_or_is_of_another_call_is_known_as_such(app: Flask, clock: Clock) -> None:
    post = Post(app, clock)
    booking = post.people({})
    old = tickets_of(booking)[0].serial
    correct_name(booking.code, 0, "Penumpanq 1", app.extensions["keyring"], post.officer.id)
    post.boarding()
    assert by_serial(pack_of(post))[old]["fault"]["reason"] == "replaced"


def test_a_pack_is_for_officers_of_the_port_and_for_a_gate_there(post: Post) -> None:
    departure = departure_of(post.voyage)
    with pytest.raises(NotFound, match="gate_not_found"):
        read_pack(departure.id, a_gate(a_port("Semarang")).id, post.officer.id, post.clock())
    with pytest.raises(NotFound, match="departure_not_found"):
        read_pack(departure.id + 99, a_gate().id, post.officer.id, post.clock())


def test_a_pack_is_as_many_statements_for_many_as_for_few(post: Post) -> None:
    load_shipped(read_sets())
    counts = []
    for _ in range(2):
        booking = a_booking(post.voyage, 2, 1)
        cancel_passengers(booking.code, [1], officer_id=post.officer.id)
        say(booking.passengers[0].id, {"person.doses": 3}, None)
        other = post.people({})
        correct_name(other.code, 0, "Penumpanq 1", post.app.extensions["keyring"], post.officer.id)
        pack_of(post)
        db.session.remove()
        with queries_counted() as asked:
            pack_of(post)
        counts.append(asked.count)
    assert counts[0] == counts[1]


def test_a_pack_numbers_the_tickets_and_names_the_devices_and_gates_of_other_phones(post: Post) -> None:
    [one, other] = [ticket.serial for ticket in tickets_of(a_booking(post.voyage, 2))]
    lost, phone = a_phone(name="HP hilang"), a_phone(name="HP tangga 2")
    assert lost.device is not None
    assert phone.device is not None
    revoke_device(lost.device.id, post.officer.id)
    number_tickets(post.departure.id)
    pack = pack_of(post)
    told = by_serial(pack)
    assert (told[one]["number"], told[other]["number"]) == (0, 1)
    assert pack["devices"] == {str(phone.device.id): {"name": "HP tangga 2", "public_key": phone.public_key}}
    assert pack["gates"][str(pack["gate_id"])] == pack["gate"]
