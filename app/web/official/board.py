"""The official's board: a season's departures as they stand, what waits for a decision, and the rows of each number."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.models import NOT_DECIDED, Departure, DepartureStep, Stage, Verdict
from app.boarding.queries import at_ports_of, count_scans, get_departure, list_all_waiting, list_scans, list_steps
from app.boarding.recalls.queries import list_recalls
from app.booking.inventory.availability import list_places_between
from app.errors import or_refuse
from app.flow.decisions import list_decisions
from app.flow.departure_rows import DepartureRow
from app.flow.queries import Board, board_of_port, find_port_with_seasons, rows_of_voyages
from app.flow.schemas import BoardOut
from app.schedule.models import Port
from app.seats.models import PlaceKind
from app.web import departure_steps
from app.web.guard import only, user
from app.web.judging import verdicts
from app.web.official import door
from app.web.official.departure_words import ALONE, REASONS, STATES, told_needs
from app.web.official.door import bp
from app.web.own_ports import desk

SCANS = 100
"""How many scans a departure's page shows at once."""

SIDE, BEFORE = (Stage.GANGWAY,), (Stage.TERMINAL, Stage.QUAY)

ASKED: dict[str, tuple[bool | None, tuple[Stage, ...]]] = {
    "": (None, SIDE), "naik": (True, SIDE), "ditolak": (False, SIDE), "sebelumnya": (None, BEFORE),
}  # fmt: skip
"""Parts of a departure's scans that an address may ask for: admitted or not, and at which stages."""


@bp.get("/papan")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def board() -> str:
    """Every departure of the season: what needs a decision, what boards, what comes, what has left."""
    port, whole, waiting = _board()
    operator, destination = request.args.get("operator", ""), request.args.get("tujuan", "")
    rows = [r for r in whole.rows if operator in ("", r.operator) and _goes_to(r, destination)]
    return render_template(
        "official/board.html",
        whole=whole,
        board=replace(whole, rows=rows),
        port=port,
        sections=door.sections(rows),
        order={row.departure_id: n for n, row in enumerate(whole.rows)},
        chosen=operator or destination,
        destination=destination,
        states=STATES,
        script=door.for_the_script("board", url_for("official.board_news"), port),
        **_decisions(whole, waiting),
    )


def _goes_to(row: DepartureRow, port: str) -> bool:
    """Whether somebody aboard goes to that port, or the ship does."""
    return port in ("", row.to_port.name) or any(name == port for name, _ in row.destinations)


@bp.get("/papan/keputusan")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def decisions() -> str:
    """The list of decisions alone, for a page that is open already."""
    _, told, waiting = _board()
    return render_template("official/_decisions.html", as_of=told.as_of, **_decisions(told, waiting))


def _decisions(told: Board, steps: Sequence[DepartureStep]) -> dict[str, Any]:
    waiting = at_ports_of(user().id, steps)
    decisions = list_decisions(told.rows, user(), waiting)
    return {"decisions": decisions, "requests": len(waiting), "needs": told_needs(), "role": user().role}


@bp.get("/papan.json")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def board_news() -> Response:
    """The board's state for a page that hears no stream, with a fresh address to hear it again."""
    return jsonify({**BoardOut().dump(_board()[1]), "stream": door.stream_url("board")})


@bp.get("/papan/<int(max=2147483647):departure_id>")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def departure(departure_id: int) -> str:
    """One departure: its times, its counts, and the showings of tickets behind them."""
    found = get_departure(departure_id)
    port = found.call.port
    asked = request.args.get("putusan", "")
    asked = asked if asked in ASKED else ""
    page = max(0, request.args.get("halaman", 0, int))
    scans = list_scans(departure_id, SCANS + 1, *ASKED[asked], skipped=page * SCANS)
    ahead = found.call.voyage.ahead_of(found.call)
    return render_template(
        "official/departure.html",
        row=_row(found),
        call=found.call,
        called=found if found.called_group else None,
        port=port,
        as_of=clock.now(),
        ahead=ahead,
        places_to=list_places_between([(found.call.voyage, found.call, call) for call in ahead]),
        vehicle=PlaceKind.VEHICLE,
        refusals=[
            (REASONS.get(reason, ALONE), n)
            for verdict, reason, n in count_scans(departure_id)
            if verdict != Verdict.PASS and reason not in NOT_DECIDED
        ],
        asked=asked,
        scans=[(kept, verdicts.put_scan(kept, port)) for kept in scans[:SCANS]],
        page=page,
        more=len(scans) > SCANS,
        states=STATES,
        needs=told_needs(),
        steps=list_steps(found),
        recalls=[
            (one, verdicts.put_scan(one.scan, port)) for one in list_recalls(departure_id) if one.settlement is None
        ],
    )


@bp.post("/papan/<int(max=2147483647):departure_id>/permintaan/<int(min=1, max=2147483647):request_id>")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def settle(departure_id: int, request_id: int) -> Response:
    """Confirm or decline, as the second person, what somebody asks for at this departure."""
    departure_steps.settle(request_id, departure_id)
    return redirect(url_for("official.departure", departure_id=departure_id), 303)


def _board() -> tuple[Port, Board, list[DepartureStep]]:
    """The port where this official works, its board, and all that waits for a second person; each is read once.

    Raises NotFound while the port is not in the tables.
    """
    port, seasons = or_refuse(find_port_with_seasons(desk()), "port_not_found")
    waiting = list_all_waiting(clock.now())
    return port, board_of_port(port, seasons, waiting), waiting


def _row(found: Departure) -> DepartureRow:
    """The departure's counts; its number in the season is that of the board."""
    rows = rows_of_voyages([found.call.voyage_id])
    return next(row for row in rows if row.departure_id == found.id)
