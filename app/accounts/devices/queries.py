"""Questions about devices."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.devices.models import Device
from app.db import db


def find_device(device_id: int) -> Device | None:
    """The device of that number, also a revoked one, or None."""
    return db.session.get(Device, device_id)


def list_devices() -> list[Device]:
    """All devices with who uses them and who let them in, those not revoked first, the last heard of first."""
    statement = (
        select(Device)
        .options(joinedload(Device.officer), joinedload(Device.guarantor))
        .order_by(Device.revoked_at.is_not(None), Device.seen_at.desc(), Device.id)
        .limit(500)
    )
    return list(db.session.scalars(statement))


KEYS_MAX = 200


def list_keys() -> list[Device]:
    """Those that may scan, the last heard of first, at most KEYS_MAX: what they sign other devices can prove."""
    statement = (
        select(Device).where(Device.revoked_at.is_(None)).order_by(Device.seen_at.desc(), Device.id).limit(KEYS_MAX)
    )
    return list(db.session.scalars(statement))
