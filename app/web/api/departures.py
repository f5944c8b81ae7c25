"""Departures as they stand: for everybody, and in full for those who work here."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, jsonify
from flask_login import current_user
from marshmallow import Schema, fields, validate

from app import clock
from app.accounts.models import Role
from app.boarding import queries
from app.boarding.actions import departure
from app.boarding.actions import departure as departure_actions
from app.boarding.groups.actions import assign_groups
from app.boarding.models import DepartureStep, Stage, Step
from app.boarding.pack import read_pack
from app.boarding.pack_parts import VERSION_LETTERS, changed_parts
from app.boarding.queries import get_departure
from app.boarding.sequence_numbers.actions import number_tickets
from app.boarding.shares.actions import renew_share
from app.disruption.actions import confirmation
from app.errors import NotFound, Refusal
from app.flow.departure_rows import DepartureRow
from app.flow.queries import coming_departures, rows_of_voyages
from app.flow.schemas import DepartureOfficialOut, DepartureOut
from app.reasons import LONGEST
from app.schedule.queries import find_port
from app.schedule.schemas import DAYS_MAX, Number, a_port
from app.text import filled
from app.web.api.door import ID, Door, operation
from app.web.device_proof import asking_device, heard
from app.web.guard import only, public, user
from app.web.words import zone_name

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


STEPS = (Step.OPEN, Step.LEAVE, Step.UNDO_OPEN, Step.UNDO_LEAVE)
"""The steps that a second person is asked for at a departure."""


class RequestIn(LeavingIn):
    """A reason for an act that is out of the ordinary."""

    step = fields.String(required=True, validate=validate.OneOf([*STEPS]))
    reason = fields.String(required=True, validate=filled(LONGEST))


class RequestOut(Schema):
    """A step that waits for a second person, was done, or was declined."""

    id = fields.Integer(required=True)
    step = fields.String(required=True, validate=validate.OneOf([*STEPS]))
    at = fields.AwareDateTime(required=True, metadata={"description": "The moment that is claimed."})
    reason = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["waits", "done", "declined"]))
    asked_at = fields.AwareDateTime(required=True)


class RequestsOut(Schema):
    """The steps that wait, the oldest first."""

    requests = fields.List(fields.Nested(RequestOut), required=True)


class PackIn(Schema):
    """At which gate, and what the device has already."""

    gate_id = Number(required=True, validate=validate.Range(1, 2**31 - 1))
    version = fields.String(
        load_default="",
        validate=validate.Regexp(rf"^([0-9a-f]{{{VERSION_LETTERS}}})?$"),
        metadata={"description": "Of the pack that it has; without it everything is told."},
    )
    unsent = Number(
        load_default=0,
        validate=validate.Range(0, 100_000),
        metadata={"description": "People whom it let aboard since that pack: its next share is not below them."},
    )


class PackHeadOut(Schema):
    """A pack without its tickets and counts (docs/gate.md)."""

    departure_id = fields.Integer(required=True)
    gate_id = fields.Integer(required=True)
    gate = fields.String(required=True)
    stage = fields.String(required=True, validate=validate.OneOf([*Stage]))
    voyage = fields.Integer(required=True, metadata={"description": "As in a ticket's signed code; so `from_call`."})
    from_call = fields.Integer(required=True)
    port = fields.Dict(keys=fields.String(), required=True)
    times = fields.Dict(keys=fields.String(), required=True)
    rules = fields.Dict(
        keys=fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "Number and rules of the set in force that are judged at this stage; null without."},
    )
    facts = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "Facts that all tickets here share."}
    )
    called_group = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The boarding group that is called now."}
    )
    others = fields.List(
        fields.Dict(keys=fields.String()), required=True, metadata={"description": "Other departures from this port."}
    )
    devices = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        required=True,
        metadata={"description": "Name and public key of each device that may scan, by its id."},
    )
    gates = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "Those of the port."}
    )


class PackOut(Schema):
    """Everything by which a device judges the tickets of a departure without signal, or what of it has changed."""

    version = fields.String(required=True, metadata={"description": "Of head and parts: for the next request."})
    as_of = fields.AwareDateTime(required=True)
    # Not `load`, which is what a shape itself can do.
    souls = fields.Dict(
        keys=fields.String(), data_key="load", required=True, metadata={"description": "Souls aboard and ceilings."}
    )
    share = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "So many may this device let aboard by itself from now on; null at other stages."},
    )
    head = fields.Nested(PackHeadOut, required=True, allow_none=True, metadata={"description": "Null: unchanged."})
    parts = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict(keys=fields.String())),
        required=True,
        metadata={
            "description": "The changed ones of 64 parts, by number: the tickets of the whole voyage, void ones too, "
            "each with its fault or with its facts."
        },
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


UNKEPT = {"Cache-Control": {"schema": {"const": "no-store"}, "required": True}}


@bp.get(f"/departures/<{ID}:departure_id>/pack")
@bp.arguments(PackIn, location="query")
@bp.response(200, PackOut, headers=UNKEPT)
@operation(
    "Data gerbang tanpa sinyal · The pack of a gate without signal",
    *("departure_not_found", "gate_not_found", "not_your_port", "device_unknown", "device_revoked", "device_signature"),
)
@only(Role.OFFICER)
def show_pack(asked: dict[str, Any], departure_id: int) -> Response:
    """Everything by which a gate's device judges without signal, as of now. No identity number but its last digits.

    Only an enrolled device, which signs the request (`X-Device`), is given it.
    """
    device = asking_device()
    if device is None:
        raise Refusal("device_unknown")
    if device.revoked_at is not None:
        raise Refusal("device_revoked")
    number_tickets(departure_id)
    assign_groups(departure_id)
    pack = read_pack(departure_id, asked["gate_id"], user().id, clock.now())
    heard(device, gate_id=pack["gate_id"])
    pack["port"]["zone_name"] = zone_name(pack["port"]["zone"])
    boards = pack["stage"] == Stage.GANGWAY
    share = renew_share(device.id, departure_id, asked["unsent"]) if boards else None
    answer = jsonify({**changed_parts(pack, asked["version"]), "share": share})
    # A browser's own cache keeps files that anybody with the phone can read.
    answer.headers["Cache-Control"] = "no-store"
    return answer


OUT_OF_BOUNDS = ("departure_not_found", "not_your_port", "voyage_cancelled", "needs_second_person")


@bp.post(f"/departures/<{ID}:departure_id>/boarding")
@bp.response(200, DepartureOfficialOut)
@operation("Buka naik kapal lebih awal · Open boarding early", *OUT_OF_BOUNDS, "departed", "opening_too_early")
@only(Role.OFFICER)
def open_boarding(departure_id: int) -> dict[str, Any]:
    """Let people board from now on, ahead of the usual time. When boarding is open nothing more happens."""
    departure.open_boarding(departure_id, user().id)
    return _row(departure_id)


@bp.delete(f"/departures/<{ID}:departure_id>/boarding")
@bp.response(200, DepartureOfficialOut)
@operation("Batalkan pembukaan · Undo opening early", *OUT_OF_BOUNDS[:2], "nothing_to_undo", "needs_second_person")
@only(Role.OFFICER)
def undo_opening(departure_id: int) -> dict[str, Any]:
    """Take back what you opened or confirmed minutes ago; later a second person has to confirm it (see requests)."""
    departure_actions.undo(departure_id, Step.OPEN, user().id)
    return _row(departure_id)


@bp.post(f"/departures/<{ID}:departure_id>/leaving")
@bp.arguments(LeavingIn, required=False, example={"at": "2026-11-24T09:02:00+07:00"})
@bp.response(200, DepartureOfficialOut)
@operation(
    "Kapal berangkat · The ship has left", *OUT_OF_BOUNDS, "not_yet", "leaving_too_early", "left_at_another_time"
)
@only(Role.OFFICER, Role.OFFICIAL)
def record_leaving(when: dict[str, Any], departure_id: int) -> dict[str, Any]:
    """The ship has left, now or at an earlier moment around its time. A second time nothing more happens.

    A second time with another moment is refused, with the one that stands.
    """
    departure.depart(departure_id, user().id, when["at"])
    return _row(departure_id)


@bp.delete(f"/departures/<{ID}:departure_id>/leaving")
@bp.response(200, DepartureOfficialOut)
@operation("Kapal belum berangkat · Undo the leaving", *OUT_OF_BOUNDS[:2], "nothing_to_undo", "needs_second_person")
@only(Role.OFFICER, Role.OFFICIAL)
def undo_leaving(departure_id: int) -> dict[str, Any]:
    """Take back what you recorded or confirmed minutes ago; later a second person has to confirm it (see requests)."""
    departure_actions.undo(departure_id, Step.LEAVE, user().id)
    return _row(departure_id)


@bp.post(f"/departures/<{ID}:departure_id>/requests")
@bp.arguments(RequestIn, example={"step": "leave", "at": "2026-11-24T03:00:00+07:00", "reason": "Ombak naik"})
@bp.response(201, RequestOut)
@operation(
    "Minta orang kedua · Ask for a second person",
    *OUT_OF_BOUNDS[:3],
    *("departed", "not_yet", "leaving_too_early", "opening_too_early", "nothing_to_undo", "step_reason_missing"),
)
@only(Role.OFFICER, Role.OFFICIAL)
def ask_second_person(wanted: dict[str, Any], departure_id: int) -> DepartureStep:
    """Ask for what is out of the ordinary, with the reason; nothing happens until somebody else confirms it."""
    return departure_actions.ask_second_person(
        departure_id, Step(wanted["step"]), user().id, wanted["reason"], wanted["at"]
    )


@bp.get(f"/departures/<{ID}:departure_id>/requests")
@bp.response(200, RequestsOut)
@operation("Menunggu orang kedua · Waiting for a second person", "departure_not_found")
@only(Role.OFFICER, Role.OFFICIAL)
def list_requests(departure_id: int) -> dict[str, Any]:
    """List the steps that wait at this departure; each lapses after two hours."""
    return {"requests": queries.list_requests(get_departure(departure_id).id, clock.now())}


@bp.post(f"/departures/<{ID}:departure_id>/requests/<{ID}:request_id>/confirmation")
@bp.response(200, DepartureOfficialOut)
@operation(
    "Konfirmasi · Confirm",
    *OUT_OF_BOUNDS[:3],
    *("request_not_found", "request_gone", "second_person_same", "second_person_new", "second_person_made"),
    "second_person_maker",
    *("departed", "not_yet", "leaving_too_early", "opening_too_early", "nothing_to_undo"),
)
@only(Role.OFFICER, Role.OFFICIAL)
def confirm(departure_id: int, request_id: int) -> dict[str, Any]:
    """Confirm what somebody else asks for, and let it happen; it bears both names."""
    done = confirmation.settle(request_id, user().id, confirms=True, departure_id=departure_id)
    return _row(departure_id if done.departure_id is None else done.departure_id)


def _row(departure_id: int) -> dict[str, Any]:
    rows = rows_of_voyages([get_departure(departure_id).call.voyage_id])
    return _told(next(row for row in rows if row.departure_id == departure_id))


def _told(row: DepartureRow) -> dict[str, Any]:
    """Tell of the row what this visitor may see."""
    shape = DepartureOfficialOut if current_user.is_authenticated else DepartureOut
    return {name: getattr(row, name) for name in shape._declared_fields}
