"""Let somebody aboard without a ticket, or ashore again."""

from sqlalchemy import update

from app import clock, outbox
from app.accounts.queries import get_user, require_port
from app.boarding.models import Departure, DepartureState, Gate, Stage
from app.boarding.queries import get_departure, get_gate
from app.booking.queries import list_leg_ids
from app.booking.walk_ons.models import WalkOn
from app.db import action, db, get_or_refuse
from app.errors import NotFound, Refusal
from app.events import AboardChanged
from app.seats import places


@action
def board_walk_on(walk_on: WalkOn, departure_id: int) -> WalkOn:
    """Let a person aboard who has no ticket, at the ship's side, on the word of an officer in charge.

    They are a soul under the ceiling, and never take the place of one who was promised a place. The same id again is
    the same person. Raises NotFound for an unknown departure, gate or call; Refusal `not_in_charge` for whoever may
    not exempt, `not_your_port`, `not_at_the_ship` at another gate, `not_boarding` while people do not board,
    `voyage_cancelled`, `no_room_without_ticket`.
    """
    if known := db.session.get(WalkOn, walk_on.id):
        return known
    _must_be_in_charge(walk_on.officer_id)
    departure, gate = get_departure(departure_id), get_gate(walk_on.gate_id)
    require_port(walk_on.officer_id, departure.call.port_id)
    _must_board(departure, gate)
    walk_on.from_call_id, walk_on.boarded_at = departure.call_id, clock.now()
    if places.let_aboard_without_ticket(_legs(departure, walk_on.to_call_id)) is None:
        raise Refusal("no_room_without_ticket")
    db.session.add(walk_on)
    _count(departure, 1)
    return walk_on


@action
def send_walk_on_ashore(walk_on_id: str, departure_id: int, officer_id: int) -> WalkOn:
    """Let them go ashore again before the ship leaves; a second time nothing more happens.

    Raises NotFound `walk_on_not_found`; Refusal `not_in_charge`, `not_your_port`, `departed`.
    """
    walk_on = get_or_refuse(WalkOn, walk_on_id, "walk_on_not_found", lock=True)
    departure = get_departure(departure_id)
    if walk_on.from_call_id != departure.call_id:
        raise NotFound("walk_on_not_found")
    _must_be_in_charge(officer_id)
    require_port(officer_id, departure.call.port_id)
    if walk_on.ashore_at is not None:
        return walk_on
    if left := departure.call.actual_departure:
        raise Refusal("departed", at=left.isoformat())
    walk_on.ashore_at, walk_on.ashore_by = clock.now(), officer_id
    places.go_ashore_without_ticket(_legs(departure, walk_on.to_call_id))
    _count(departure, -1)
    return walk_on


def _must_be_in_charge(officer_id: int) -> None:
    officer = get_user(officer_id)
    if not (officer.active and officer.may_exempt):
        raise Refusal("not_in_charge")


def _must_board(departure: Departure, gate: Gate) -> None:
    if gate.stage != Stage.GANGWAY or gate.port_id != departure.call.port_id:
        raise Refusal("not_at_the_ship")
    if departure.call.voyage.cancelled_at is not None:
        raise Refusal("voyage_cancelled")
    if departure.state(clock.now()) != DepartureState.BOARDING:
        raise Refusal("not_boarding")


def _legs(departure: Departure, to_call_id: int) -> list[int]:
    """The legs to that call. Raises NotFound `call_not_found` where the ship does not go there from here."""
    if legs := list_leg_ids(departure.call.voyage_id, departure.call_id, to_call_id):
        return legs
    raise NotFound("call_not_found", field="to_call_id")


def _count(departure: Departure, souls: int) -> None:
    db.session.execute(
        update(Departure).where(Departure.id == departure.id).values(boarded=Departure.boarded + souls),
        execution_options={"synchronize_session": False},
    )
    outbox.record(AboardChanged(departure.call.voyage_id))
