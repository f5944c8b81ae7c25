"""Let a device in by a code, note what it tells of itself, and revoke it."""

import secrets
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update

from app import clock
from app.accounts.devices.models import Device, EnrolmentCode
from app.accounts.devices.proof import read_key
from app.accounts.models import Role
from app.accounts.queries import get_user
from app.db import action, db, get_or_refuse
from app.errors import Refusal

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_MINUTES = 10

NOTED_EVERY = timedelta(minutes=1)


@action
def make_enrolment_code(user_id: int) -> str:
    """A new code that lets one device in within CODE_MINUTES; ended codes are forgotten.

    Raises Refusal `not_in_charge` for an officer who may not exempt, and for officials.
    """
    user, now = get_user(user_id), clock.now()
    if not user.active or not (user.role == Role.ADMINISTRATOR or (user.role == Role.OFFICER and user.may_exempt)):
        raise Refusal("not_in_charge")
    db.session.execute(delete(EnrolmentCode).where(EnrolmentCode.until < now - timedelta(days=1)))
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    until = now + timedelta(minutes=CODE_MINUTES)
    db.session.add(EnrolmentCode(digest=_digest(code), made_by=user.id, until=until))
    return code


@action
def enrol(code: str, name: str, public_key: str, officer_id: int) -> Device:
    """Let the device with this key in, by a code that is used up with it; the same key again is the same device.

    Raises Refusal `enrolment_code` for a code that is unknown, used or ended, `device_key` for what is no key,
    `device_revoked` for the key of a device that was revoked.
    """
    try:
        read_key(public_key)
    except ValueError:
        raise Refusal("device_key", field="public_key") from None
    if known := db.session.scalar(select(Device).where(Device.public_key == public_key)):
        if known.revoked_at is not None:
            raise Refusal("device_revoked")
        return known
    now = clock.now()
    found = db.session.get(EnrolmentCode, _digest(code), with_for_update=True)
    if found is None or found.used_at is not None or now >= found.until:
        raise Refusal("enrolment_code", field="code")
    found.used_at = now
    device = Device(
        name=name, public_key=public_key, officer_id=officer_id, let_in_by=found.made_by, enrolled_at=now, seen_at=now,
        unsent=0,
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    return device


@action
def revoke_device(device_id: int, by_id: int) -> Device:
    """Let the device in no more; a second time nothing more happens. Raises NotFound `device_not_found`."""
    device = get_or_refuse(Device, device_id, "device_not_found", lock=True)
    if device.revoked_at is None:
        device.revoked_at, device.revoked_by = clock.now(), by_id
    return device


@action
def hear_of_device(device_id: int, unsent: int | None = None, gate_id: int | None = None) -> None:
    """Note that it asked now, how many scans it says not to have sent, and the gate whose pack it was given."""
    now = clock.now()
    told = {"unsent": unsent, "gate_id": gate_id, "pack_as_of": now if gate_id is not None else None}
    values = {name: value for name, value in told.items() if value is not None}
    db.session.execute(update(Device).where(Device.id == device_id).values(seen_at=now, **values))


def _digest(code: str) -> str:
    # O, I, 0 and 1 are in no code, so whoever reads one out need not say which it is.
    plain = "".join(char for char in code.upper() if char.isalnum())
    return sha256(f"enrolment {plain}".encode()).hexdigest()
