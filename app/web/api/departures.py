"""Departures as they stand: for everybody, and in full for those who work here."""

from datetime import UTC, datetime
from typing import Any

from flask_login import current_user
from marshmallow import Schema, fields, validate

from app.accounts.models import Role
from app.boarding import actions
from app.boarding.queries import get_departure
from app.errors import NotFound
from app.flow.queries import DepartureRow, coming_departures, rows_of_voyages
from app.flow.schemas import DepartureOfficialOut, DepartureOut
from app.schedule.queries import find_port
from app.schedule.schemas import DAYS_MAX, Number, a_port
from app.web.api.door import ID, Door, operation
from app.web.guard import only, public, user

bp = Door("departures", __name__, "Keberangkatan · Departures")


class DepartureSearchIn(Schema):
    """From which port, and how far ahead."""

    port = a_port("port", "Pelabuhan asal (port of departure)")
    days = Number(
        load_default=14,
        validate=validate.Range(0, DAYS_MAX),
        metadata={"description": "Days after today."},
    )


class DeparturesOut(Schema):
    """Departures from yesterday on, the earliest first, as they were at `as_of`."""

    as_of = fields.AwareDateTime(required=True)
    departures = fields.List(fields.Nested(DepartureOfficialOut), required=True)


class LeavingIn(Schema):
    """When the ship cast off."""

    at = fields.AwareDateTime(
        format="iso",
        load_default=None,
        allow_none=True,
        validate=validate.Range(datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)),
        metadata={"description": "With its zone, not in the future; now where not given."},
    )


@bp.get("/departures")
@bp.arguments(DepartureSearchIn, location="query")
@bp.response(200, DeparturesOut)
@operation("Daftar keberangkatan · List departures", "port_not_found", more_by_token=True)
@public
def list_departures(wanted: dict[str, Any]) -> dict[str, Any]:
    """Departures with times, state and remaining places; those who work here see the counts as well."""
    port = find_port(wanted["port"]) if wanted["port"] else None
    if wanted["port"] and port is None:
        raise NotFound("port_not_found", field="port")
    board = coming_departures(wanted["days"], port.id if port else None)
    return {"as_of": board.as_of, "departures": [_told(row) for row in board.rows]}


@bp.get(f"/departures/<{ID}:departure_id>")
@bp.response(200, DepartureOfficialOut)
@operation("Satu keberangkatan · One departure", "departure_not_found", more_by_token=True)
@public
def show_departure(departure_id: int) -> dict[str, Any]:
    """The departure as it stands now; those who work here see the counts as well."""
    return _row(departure_id)


@bp.post(f"/departures/<{ID}:departure_id>/boarding")
@bp.response(200, DepartureOfficialOut)
@operation("Buka naik kapal lebih awal · Open boarding early", "departure_not_found", "departed", "voyage_cancelled")
@only(Role.OFFICER)
def open_boarding(departure_id: int) -> dict[str, Any]:
    """Let people board from now on, ahead of the usual time. When boarding is open nothing more happens."""
    actions.open_boarding(departure_id, user().id)
    return _row(departure_id)


@bp.post(f"/departures/<{ID}:departure_id>/leaving")
@bp.arguments(LeavingIn, required=False, example={"at": "2026-11-24T09:02:00+07:00"})
@bp.response(200, DepartureOfficialOut)
@operation("Kapal berangkat · The ship has left", "departure_not_found", "not_yet", "voyage_cancelled")
@only(Role.OFFICER, Role.OFFICIAL)
def record_leaving(when: dict[str, Any], departure_id: int) -> dict[str, Any]:
    """The ship has left, now or at an earlier moment. A second time nothing more happens."""
    actions.depart(departure_id, user().id, when["at"])
    return _row(departure_id)


def _row(departure_id: int) -> dict[str, Any]:
    rows = rows_of_voyages([get_departure(departure_id).call.voyage_id])
    return _told(next(row for row in rows if row.departure_id == departure_id))


def _told(row: DepartureRow) -> dict[str, Any]:
    """What this visitor may see of the row."""
    shape = DepartureOfficialOut if current_user.is_authenticated else DepartureOut
    return {name: getattr(row, name) for name in shape._declared_fields}
