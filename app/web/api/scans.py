"""Gates, and the tickets that are shown there."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from flask import current_app
from marshmallow import Schema, fields, validate
from sqlalchemy.exc import StatementError

from app import clock
from app.accounts.devices.models import Device
from app.accounts.models import Role
from app.boarding.actions import scan
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Verdict
from app.boarding.queries import list_gates
from app.boarding.schemas import GatesOut, ScanIn, ScanOut
from app.errors import Refusal
from app.refusals import status_of
from app.web.api.door import Door, EachByItself, Faulty, operation
from app.web.device_proof import asking_device, heard
from app.web.errors import refusal_of_fault
from app.web.guard import only, user
from app.web.judging.verdicts import tell

bp = Door("scans", __name__, "Pindai tiket di gerbang · Tickets shown at a gate")

UPLOADED_MAX = 200
"""Scans that a device may send together."""

UPLOAD_SECONDS = 10
"""After so long the rest of an upload is left for the next one: a line that is slow enough to cut it would get none."""


FAULTS = 500
"""The status from which on a code tells of the server and not of what was asked."""


@bp.get("/gates")
@bp.response(200, GatesOut)
@operation("Daftar gerbang · List the gates")
@only(Role.OFFICER)
def list_all_gates() -> dict[str, Any]:
    """The gates that an officer can scan at."""
    return {"gates": list_gates()}


@bp.post("/scans")
@bp.arguments(
    ScanIn,
    example={
        "id": "0b0c5a3e-6a7b-4c8d-9e0f-1a2b3c4d5e6f",
        "shown": "0000000000",
        "departure_id": 1,
        "gate_id": 1,
        "scanned_at": "2026-11-24T05:30:00+07:00",
    },
)
@bp.response(200, ScanOut)
@operation(
    "Pindai satu tiket · Scan a ticket",
    "departure_not_found",
    "gate_not_found",
    "not_your_port",
    "fact_unknown",
    "fact_value",
    "not_at_the_ship",
    "request_id_reused",
)
@only(Role.OFFICER)
def scan_ticket(shown: dict[str, Any]) -> dict[str, Any]:
    """Judge what was shown, and keep the scan. Whatever is wrong with a ticket is an answer, not an error.

    The same `id` again gets the first answer and counts nothing twice: after a broken line, send it again with the
    same question, unchanged but for `scanned_at`. Another question under a used `id` is refused. Where an answer `asks`
    something, compare, and send the ticket with a new `id` and what you have `said`.
    """
    return tell(scan.scan(_showing(shown), current_app.extensions["keyring"]))


class UploadedScanIn(ScanIn):
    """One scan that a device has judged alone, and kept."""

    scanned_at = fields.AwareDateTime(
        format="iso",
        required=True,
        validate=validate.Range(min=datetime(1970, 1, 1, tzinfo=UTC), max=datetime(2200, 1, 1, tzinfo=UTC)),
        metadata={
            "description": "By the device's clock, with its zone. A `pass` is judged by this moment, where it lies "
            "at most 72 hours back and 5 minutes ahead; else by the server's clock."
        },
    )
    device_verdict = fields.Enum(
        Verdict,
        by_value=True,
        required=True,
        metadata={"description": "As the device told the officer. Only a `pass` can board."},
    )
    device_reason = fields.String(
        required=True,
        validate=validate.Regexp("^[a-z_]{1,30}$"),
        metadata={"description": "Its reason, as `reason` of an answer."},
    )


class UploadsIn(Schema):
    """Scans that a device has kept; a device that is enrolled signs them (`X-Device`)."""

    unsent = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(min=0, max=1_000_000),
        metadata={"description": "How many the device still keeps, with these."},
    )
    scans = EachByItself(UploadedScanIn, required=True, validate=validate.Length(min=1, max=UPLOADED_MAX))


class UploadedOut(Schema):
    """The result of one of them."""

    id = fields.String(required=True, metadata={"description": "As it was sent; empty where it cannot be told."})
    answer = fields.Nested(ScanOut, required=True, allow_none=True)
    code = fields.String(
        required=True,
        metadata={
            "description": "Empty with an answer. `invalid`: something in it has another shape. `broken`: a fault of "
            "the server. Those of `POST /scans`. With `busy`, `database_away`, `not_migrated`, `storage_full`, "
            "`storage_read_only` and `storage_failed` come with `again`."
        },
    )
    again = fields.Boolean(
        required=True, metadata={"description": "Whether the server has kept nothing of it, and may the next time."}
    )


class UploadsOut(Schema):
    """The result of each of the scans, in their order."""

    results = fields.List(fields.Nested(UploadedOut), required=True)
    as_of = fields.AwareDateTime(required=True, metadata={"description": "The server's clock."})


@bp.post("/scans/uploads")
@bp.arguments(
    UploadsIn,
    example={
        "scans": [
            {
                "id": "0b0c5a3e-6a7b-4c8d-9e0f-1a2b3c4d5e6f",
                "shown": "0000000000",
                "departure_id": 1,
                "gate_id": 1,
                "scanned_at": "2026-11-24T05:30:00+07:00",
                "device_verdict": "pass",
                "device_reason": "admitted",
            }
        ]
    },
)
@bp.response(200, UploadsOut)
@operation("Kirim pindaian yang disimpan perangkat · Upload the scans that a device has kept")
@only(Role.OFFICER)
def upload_scans(sent: dict[str, Any]) -> dict[str, Any]:
    """Judge and keep what a device has judged alone: one result for each, in their order, whatever is wrong with one.

    A scan that the device did not let pass boards nobody, and is kept as the officer was told. One that it let pass is
    judged as at `scanned_at`; where the answer is no `pass`, somebody was let aboard whom the server does not accept,
    and is to be called back. Sent again, each gets the same answer, and nothing is counted twice.
    """
    scans, device = sent["scans"], asking_device()
    if device is not None:
        heard(device, sent["unsent"])
    began, results = monotonic(), [dict[str, Any]() for _ in scans]
    # Those who came first are judged first: a ticket that passed on two devices boards the first of them.
    for number, one in sorted(enumerate(scans), key=_moment_of):
        answer, code = _answer(one, device) if monotonic() - began < UPLOAD_SECONDS else (None, "busy")
        again = bool(code) and status_of(code) >= FAULTS
        results[number] = {"id": _id_of(one), "answer": answer, "code": code, "again": again}
    return {"results": results, "as_of": clock.now()}


def _moment_of(numbered: tuple[int, Faulty | Mapping[str, Any]]) -> datetime:
    one = numbered[1]
    return datetime.max.replace(tzinfo=UTC) if isinstance(one, Faulty) else one["scanned_at"]


def _id_of(one: Faulty | Mapping[str, Any]) -> str:
    return one.id if isinstance(one, Faulty) else str(one["id"])


def _answer(one: Faulty | Mapping[str, Any], device: Device | None) -> tuple[dict[str, Any] | None, str]:
    """The answer to one scan, or the code of the refusal."""
    if isinstance(one, Faulty):
        return None, "invalid"
    try:
        known = (device.id, device.revoked_at) if device is not None else ()
        told = DeviceVerdict(one["device_verdict"], one["device_reason"], *known)
        return tell(scan.scan(_showing(one, told), current_app.extensions["keyring"])), ""
    except Refusal as refusal:
        return None, refusal.code
    except StatementError as fault:
        return None, refusal_of_fault(fault).code
    except Exception:
        # A fault of ours at one scan must not keep the others on the device for ever.
        current_app.log_exception(sys.exc_info())
        return None, "broken"


def _showing(shown: Mapping[str, Any], told: DeviceVerdict | None = None) -> Showing:
    return Showing(
        str(shown["id"]),
        shown["shown"],
        shown["departure_id"],
        shown["gate_id"],
        user().id,
        shown["scanned_at"] or clock.now(),
        shown["said"] or {},
        shown["seen"],
        str(shown["showing_id"] or ""),
        told,
        shown["direction"],
    )
