"""Gates, and the tickets that are shown there."""

from typing import Any

from flask import current_app

from app import clock
from app.accounts.models import Role
from app.boarding.actions import scan
from app.boarding.judgement import Showing
from app.boarding.queries import list_gates
from app.boarding.schemas import GatesOut, ScanIn, ScanOut
from app.web.api.door import Door, operation
from app.web.guard import only, user
from app.web.judging.verdicts import tell

bp = Door("scans", __name__, "Pindai tiket di gerbang · Tickets shown at a gate")


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
    "request_id_reused",
)
@only(Role.OFFICER)
def scan_ticket(shown: dict[str, Any]) -> dict[str, Any]:
    """Judge what was shown, and keep the scan. Whatever is wrong with a ticket is an answer, not an error.

    The same `id` again gets the first answer and counts nothing twice: after a broken line, send it again with the
    same question, unchanged but for `scanned_at`. Another question under a used `id` is refused. Where an answer `asks`
    something, compare, and send the ticket with a new `id` and what you have `said`.
    """
    showing = Showing(
        str(shown["id"]),
        shown["shown"],
        shown["departure_id"],
        shown["gate_id"],
        user().id,
        shown["scanned_at"] or clock.now(),
        shown["said"] or {},
        shown["seen"],
        str(shown["showing_id"] or ""),
    )
    answer = scan.scan(showing, current_app.extensions["keyring"])
    return tell(answer)
