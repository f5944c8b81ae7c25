"""At the pier: choose gate and departure, look at tickets, open boarding, let the ship go."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from flask import Blueprint, current_app, g, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock, config
from app.accounts.models import Role
from app.accounts.queries import list_port_ids, require_port
from app.boarding.actions import scan as scan_actions
from app.boarding.gate_rules import asks
from app.boarding.groups.queries import find_group, last_group
from app.boarding.judgement import Showing
from app.boarding.models import Departure, DepartureState, Direction, Gate, Scan, Verdict
from app.boarding.queries import (
    find_load,
    get_departure,
    get_gate,
    get_scan,
    list_gates,
    list_passes_of_showing,
    list_scans,
)
from app.boarding.recalls.queries import count_recalls
from app.boarding.schemas import SHOWN_MAX
from app.booking.identity import mask
from app.booking.models import DocumentKind, Ticket
from app.booking.queries import get_ticket
from app.booking.tickets.code import is_mistyped
from app.errors import NotFound, Refusal
from app.flow.departure_rows import DepartureRow
from app.flow.queries import coming_departures
from app.schedule.days import local_day
from app.web import words
from app.web.document_kinds import BRINGS
from app.web.gate.device_says import device_says
from app.web.guard import only, user
from app.web.judging import verdicts
from app.web.judging.device_words import telling_words
from app.web.request_bounds import must_be_shallow

bp = Blueprint("gate", __name__, url_prefix="/gate")

FRESH = timedelta(minutes=2)
"""A verdict older than this is shown as history, so that a page found again admits nobody."""

OVER = (DepartureState.LEFT, DepartureState.CANCELLED)

SHOWING = "showing"
"""The cookie with the id of the showing that a page without JavaScript is about. The page with its verdict begins the
next one: a browser that never got that page still has the old one, and its next try is the same showing."""

ANSWER_MAX = 2000
"""Characters of what a button sends."""

LAST = 5
"""How many of the last scans an officer sees."""


@bp.get("")
@only(Role.OFFICER)
def choose() -> str:
    """Gate and departure, at the ports where this officer works; what was chosen last comes first."""
    ports = list_port_ids(user().id)
    gates = [gate for gate in list_gates() if not ports or gate.port_id in ports]
    gate = _chosen_gate(gates)
    rows = _departures(gate) if gate else []
    last = session.get("departure_id")
    return render_template(
        "gate/choose.html",
        gates=gates,
        gate=gate,
        last=next((r for r in rows if r.departure_id == last and r.state not in OVER), None),
        rows=rows,
    )


def _chosen_gate(gates: list[Gate]) -> Gate | None:
    """The gate asked for, else the officer's last one, else the first at the port of this house."""
    asked = request.args.get("gate", type=int) or session.get("gate_id")
    at_home = [g for g in gates if g.port.name == config.current().port_name]
    return next((g for g in gates if g.id == asked), next(iter(at_home or gates), None))


def _departures(gate: Gate) -> list[DepartureRow]:
    """Today's and coming departures of the gate's port, and older ones that have not left."""
    board = coming_departures(port_id=gate.port_id)
    today = local_day(board.as_of, gate.port.tz)
    return [r for r in board.rows if r.day is None or r.day >= today or r.state not in OVER]


@bp.get("/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>")
@only(Role.OFFICER)
def scan(departure_id: int, gate_id: int) -> str:
    """The page that looks at tickets: by camera, or by typed serial without JavaScript."""
    page = _scan_page(departure_id, gate_id)
    session["departure_id"], session["gate_id"] = departure_id, gate_id
    return page


@bp.post("/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>")
@only(Role.OFFICER)
def typed(departure_id: int, gate_id: int) -> str | tuple[str, int] | Response:
    """A serial typed without JavaScript: judged, kept, and shown on a page of its own."""
    shown = request.form.get("shown", "").strip()[:SHOWN_MAX]
    if not shown:
        return _scan_page(departure_id, gate_id, fault=_("Ketik nomor tiket dahulu.")), 422
    if is_mistyped(shown):
        return _scan_page(departure_id, gate_id, fault=_("Nomor tiketnya salah ketik. Ketik lagi."), typed=shown), 422
    answered = request.form.get("answer", "")[:ANSWER_MAX]
    out = request.form.get("direction") == Direction.OUT
    return judge(departure_id, gate_id, shown, answered, direction=Direction.OUT if out else Direction.IN)


def judge(
    departure_id: int,
    gate_id: int,
    shown: str,
    answered: str = "",
    told: str = "",
    direction: Direction = Direction.IN,
) -> Response:
    """Judge a ticket as the form of a page asks, and lead to the verdict; sent again it is the same scan.

    `answered` is what a button says, `told` whatever else makes one sending of this form differ from another.
    """
    told = f"{told} out" if direction == Direction.OUT else told
    said, seen = _answer(answered)
    sending = request.form.get("sending")
    showing = Showing(
        _scan_id(sending, departure_id, gate_id, user().id, shown, answered, told),
        shown,
        departure_id,
        gate_id,
        user().id,
        clock.now(),
        said,
        seen,
        str(read_uuid(request.form.get("showing")) or ""),
        direction=direction,
    )
    answer = scan_actions.scan(showing, current_app.extensions["keyring"])
    return see_other("gate.verdict", departure_id, gate_id, scan_id=answer.scan_id)


def _answer(text: str) -> tuple[dict[str, Any], list[int]]:
    """Read what an officer's button says: facts, and papers that were seen. Nothing for what is no button of ours."""
    if not text:
        return {}, []
    must_be_shallow(text.encode("utf-8", "surrogatepass"))
    try:
        told = json.loads(text)
        said, seen = told["said"], list(told["seen"])
    except (ValueError, TypeError, KeyError):
        raise Refusal("bad_request") from None
    if not isinstance(said, dict) or not all(type(number) is int and 0 < number < 2**31 for number in seen):
        raise Refusal("bad_request")
    return said, seen


def _scan_id(sending: str | None, *question: str | int) -> str:
    """The same form with the same question is the same scan; another serial in it (by the back button) is not."""
    form = read_uuid(sending)
    return str(uuid5(form, json.dumps(question)) if form else uuid4())


def read_uuid(text: str | None) -> UUID | None:
    """The id that was sent, None where it is none."""
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError):
        return None


def showing_now(*, begins: bool = False) -> str:
    """The id of the showing that this browser's forms are about; a new one `begins` when the last was answered."""
    g.showing = (None if begins else read_uuid(request.cookies.get(SHOWING))) or uuid4()
    return str(g.showing)


@bp.after_request
def _keep_showing(response: Response) -> Response:
    if showing := g.get("showing"):
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(SHOWING, str(showing), path="/gate", httponly=True, secure=secure, samesite="Lax")
    return response


@bp.get("/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/scans/<uuid:scan_id>")
@only(Role.OFFICER)
def verdict(departure_id: int, gate_id: int, scan_id: UUID) -> str:
    """One verdict on the whole screen, with the form for the next ticket below it."""
    kept = get_scan(str(scan_id), departure_id)
    head = head_of(departure_id, gate_id)
    passenger = kept.ticket.passenger if kept.ticket else None
    return render_template(
        "gate/verdict.html",
        **head,
        scan=kept,
        passenger=passenger,
        told=verdicts.put_scan(kept, head["port"]),
        compare=document_of(kept),
        waits_for=_waits_for(kept, head["departure"]),
        together=is_together(kept, head["departure"]),
        fresh=clock.now() - kept.received_at < FRESH,
        showing=showing_now(begins=kept.verdict in (Verdict.PASS, Verdict.REFUSE)),
    )


def _waits_for(kept: Scan, departure: Departure) -> int | None:
    """The boarding group of who has passed, where it is not called yet: the officer is told, and nobody is refused."""
    if kept.ticket is None or kept.verdict != Verdict.PASS or departure.called_group is None:
        return None
    group = find_group(kept.ticket.passenger.booking_id)
    return group if group is not None and group > departure.called_group else None


def get_ticket_here(departure_id: int, serial: str) -> Ticket:
    """A good ticket of this departure. Raises NotFound."""
    ticket, departure = get_ticket(serial), get_departure(departure_id)
    if ticket.void_at or ticket.passenger.booking.from_call_id != departure.call_id:
        raise NotFound("ticket_not_found")
    return ticket


def is_together(kept: Scan, departure: Departure) -> bool:
    """Whether others travel on the booking of a good ticket that was scanned."""
    if kept.ticket is None or kept.ticket.void_at:
        return False
    booking = kept.ticket.passenger.booking
    return booking.from_call_id == departure.call_id and booking.souls > 1


def document_of(kept: Scan) -> tuple[str, str] | None:
    """Tell what of the identity document is to be compared: its kind and the end of its number; None for nothing."""
    passenger = kept.ticket.passenger if kept.ticket else None
    if passenger is None or not any(fact.startswith("identity.") for fact in asks(kept.reasons or ())):
        return None
    return str(BRINGS[DocumentKind(passenger.document_kind)]), mask(passenger.document_number).lstrip("*")


@bp.get("/<int(max=2147483647):departure_id>/count")
@only(Role.OFFICER)
def count(departure_id: int) -> Response:
    """Souls on board now, for a page that stays open."""
    now = clock.now()
    departure = get_departure(departure_id)
    load = find_load(departure)
    return jsonify(
        aboard=load.aboard if load else 0,
        ceiling=load.ceiling if load else 0,
        state=departure.state(now),
        recalls=count_recalls(departure_id),
        per=words.hour(now, departure.call.port),
    )


def see_other(endpoint: str, departure_id: int, gate_id: int, **more: Any) -> Response:
    address = url_for(endpoint, departure_id=departure_id, gate_id=gate_id, **more)
    return redirect(address, 303)


def head_of(departure_id: int, gate_id: int) -> dict[str, Any]:
    """Load the head of every page at a gate.

    Raises NotFound, also for a gate at another port; Refusal `not_your_port` for an officer of another port.
    """
    departure, gate = get_departure(departure_id), get_gate(gate_id)
    require_port(user().id, departure.call.port_id)
    if gate.port_id != departure.call.port_id:
        raise NotFound("gate_not_found")
    load = find_load(departure)
    return {
        "departure": departure,
        "gate": gate,
        "port": gate.port,
        "ship": _ship(departure),
        "to_port": departure.call.voyage.calls[-1].port,
        "state": departure.state(clock.now()),
        "window": departure.boarding_window(),
        "aboard": load.aboard if load else 0,
        "ceiling": load.ceiling if load else 0,
        "recalls": count_recalls(departure_id),
    }


def _ship(departure: Departure) -> str:
    ship = departure.call.voyage.ship
    return ship.name if ship else _("Kapal belum disebut")


def _scan_page(departure_id: int, gate_id: int, fault: str = "", typed: str = "") -> str:
    head = head_of(departure_id, gate_id)
    port = head["port"]
    # A browser keeps this page to open it without a signal: nobody is named on that one, and no news is read by it.
    is_kept = "kept" in request.args
    last = [] if is_kept else [(kept, verdicts.put_scan(kept, port)) for kept in list_scans(departure_id, LAST)]
    showing = showing_now()
    return render_template(
        "gate/scan.html",
        **head,
        last=last,
        fault=fault,
        typed=typed,
        showing=showing,
        kept_page=is_kept,
        groups=max(last_group(departure_id), head["departure"].called_group or 0),
        device=_for_the_device(departure_id, head["gate"], "" if is_kept else showing),
    )


def _for_the_device(departure_id: int, gate: Gate, showing: str) -> dict[str, Any]:
    """Give the page's script all it needs but the pack; it asks for nothing else before the first scan."""
    gate_id, zone = gate.id, gate.port.zone
    return {
        "departure_id": departure_id,
        "gate_id": gate_id,
        "stage": gate.stage,
        "officer_id": user().id,
        "zone": zone,
        "zone_name": words.zone_name(zone),
        # Passes that another page of this browser asked for, and whose answer may not have arrived.
        "lost": {
            "showing_id": showing,
            "tickets": list_passes_of_showing(showing, departure_id, gate_id, user().id) if showing else [],
        },
        "scans": "/api/v1/scans",
        "uploads": "/api/v1/scans/uploads",
        "session": url_for("gate.session"),
        "worker": url_for("gate.worker"),
        "post": url_for("gate.post", departure_id=departure_id, gate_id=gate_id, serial="SERIAL"),
        "party": url_for("gate.party", departure_id=departure_id, gate_id=gate_id, serial="SERIAL"),
        "count": url_for("gate.count", departure_id=departure_id),
        "keys": current_app.extensions["keyring"].public_keys(),
        "words": verdicts.device_words(),
        "pack": url_for("departures.show_pack", departure_id=departure_id, gate_id=gate_id),
        "telling": telling_words(zone),
        "documents": {str(kind): str(word) for kind, word in BRINGS.items()},
        "says": device_says(),
        "last": LAST,
        "shown_max": SHOWN_MAX,
    }
