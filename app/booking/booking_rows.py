"""Write new rows of the table of bookings: nothing else adds one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.booking.models import Booking
from app.db import db
from app.together import Write, insert_many, write_together


def write_bookings(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write these bookings in one statement."""
    write_together(write_of(rows))


def write_of(rows: Sequence[Mapping[str, Any]]) -> Write:
    """The write of these bookings, to be sent together with others.

    A column that a row does not name gets its default, or stays empty.
    """
    return _INSERT, [{f"new_{name}": value for name, value in {**_DEFAULTS, **row}.items()} for row in rows]


def write_booking(row: Mapping[str, Any]) -> Booking:
    """Write one booking, with nobody on it yet, and load it."""
    write_bookings([row])
    return db.session.scalars(_WRITTEN, {"request_id": row["request_id"]}).one()


_COLUMNS = [column for column in Booking.__table__.columns if not column.primary_key]
_DEFAULTS = {
    column.name: column.default.arg if column.default is not None and column.default.is_scalar else None
    for column in _COLUMNS
}
_INSERT = insert_many(Booking, *_DEFAULTS, prefix="new_")
_WRITTEN = select(Booking).where(Booking.request_id == bindparam("request_id"))
