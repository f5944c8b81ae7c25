"""Devices: let in by a code that is good once and for minutes, known by their key, revoked for good."""

import pytest
from flask import Flask

from app.accounts.devices.actions import CODE_MINUTES, enrol, make_enrolment_code, revoke_device
from app.accounts.devices.proof import is_signed, message_of
from app.accounts.devices.queries import list_devices
from app.accounts.models import Role, User
from app.db import db
from app.errors import Refusal
from tests import factories
from tests.conftest import Clock
from tests.enrolled import Phone, a_guarantor, a_phone, base64url


@pytest.fixture
def in_charge(app: Flask) -> User:
    return a_guarantor()


def test_a_code_lets_one_device_in_and_no_second_one(in_charge: User) -> None:
    code, officer = make_enrolment_code(in_charge.id), factories.a_user(Role.OFFICER)
    phone = Phone()
    # However it is read out.
    device = enrol(f" {code[:4].lower()}-{code[4:]}", "HP 1", phone.public_key, officer.id)
    assert (device.let_in_by, device.officer_id) == (in_charge.id, officer.id)
    assert enrol("whatever", "HP 1", phone.public_key, officer.id).id == device.id, "the same key is the same device"
    with pytest.raises(Refusal, match="enrolment_code"):
        enrol(code, "HP 2", Phone().public_key, officer.id)
    assert [one.name for one in list_devices()] == ["HP 1"]


def test_a_code_ends_after_minutes(in_charge: User, clock: Clock) -> None:
    code = make_enrolment_code(in_charge.id)
    clock.forward(minutes=CODE_MINUTES)
    with pytest.raises(Refusal, match="enrolment_code"):
        enrol(code, "HP", Phone().public_key, in_charge.id)


def test_only_a_supervisor_or_administrator_makes_codes(app: Flask) -> None:
    for role in (Role.OFFICER, Role.OFFICIAL):
        with pytest.raises(Refusal, match="not_in_charge"):
            make_enrolment_code(factories.a_user(role).id)
    assert make_enrolment_code(factories.a_user(Role.ADMINISTRATOR).id)


@pytest.mark.parametrize("key", ["", "A" * 87, "é" * 87, base64url(b"\x04" + bytes(64))])
def test_what_is_no_key_is_refused_and_uses_no_code_up(in_charge: User, key: str) -> None:
    code = make_enrolment_code(in_charge.id)
    with pytest.raises(Refusal, match="device_key"):
        enrol(code, "HP", key, in_charge.id)
    assert enrol(code, "HP", Phone().public_key, in_charge.id)


def test_a_revoked_device_stays_out_and_on_the_list(in_charge: User) -> None:
    phone = a_phone(guarantor=in_charge)
    device = phone.device
    assert device is not None
    revoked = revoke_device(device.id, in_charge.id).revoked_at
    assert revoke_device(device.id, in_charge.id).revoked_at == revoked
    with pytest.raises(Refusal, match="device_revoked"):
        enrol(make_enrolment_code(in_charge.id), "HP", phone.public_key, in_charge.id)
    assert [one.revoked_by for one in list_devices()] == [in_charge.id]


def test_a_signature_is_good_for_that_request_alone() -> None:
    phone, other = Phone(), Phone()
    message = message_of(7, 1_800_000_000, "POST", "/api/v1/scans/uploads", b"{}")
    signature = phone.sign(message)
    assert is_signed(phone.public_key, signature, message)
    assert not is_signed(other.public_key, signature, message)
    for changed in (
        message_of(8, 1_800_000_000, "POST", "/api/v1/scans/uploads", b"{}"),
        message_of(7, 1_800_000_001, "POST", "/api/v1/scans/uploads", b"{}"),
        message_of(7, 1_800_000_000, "GET", "/api/v1/scans/uploads", b"{}"),
        message_of(7, 1_800_000_000, "POST", "/api/v1/scans/uploads", b"{ }"),
    ):
        assert not is_signed(phone.public_key, signature, changed)
    for broken in ("", "!", signature[:-2], signature + "AA", "A" * 86):
        assert not is_signed(phone.public_key, broken, message)


def test_ended_codes_are_forgotten(in_charge: User, clock: Clock) -> None:
    make_enrolment_code(in_charge.id)
    clock.forward(hours=48)
    make_enrolment_code(in_charge.id)
    assert db.session.scalar(db.text("SELECT count(*) FROM enrolment_code")) == 1
