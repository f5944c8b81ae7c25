"""The waiting list. The group proves with the same headers as for a booking that it joined."""

import hmac
from typing import Any

from flask import request
from marshmallow import Schema, fields

from app import clock, config
from app.booking.schemas import WaitingIn
from app.booking.waitlist import actions as lists
from app.booking.waitlist.models import WaitingEntry, WaitingState
from app.booking.waitlist.queries import Standing, find_entry_by_request, get_entry, standings, state_at
from app.errors import NotFound
from app.web.api.door import Door, operation
from app.web.api.proof import CODE, PROOF, asked_key, asked_phone, clean_code
from app.web.guard import allow, is_officer, public
from app.web.pace import counted_asker

bp = Door("waiting", __name__, "Daftar tunggu · Waiting list")


class StandingOut(Schema):
    """How the group stands for one of its choices."""

    voyage_id = fields.Integer(required=True, attribute="choice.voyage_id")
    from_call_id = fields.Integer(required=True, attribute="choice.from_call_id")
    to_call_id = fields.Integer(required=True, attribute="choice.to_call_id")
    fare_class_id = fields.Integer(required=True, attribute="choice.fare_class_id")
    open = fields.Boolean(required=True, metadata={"description": "Whether places on it can still be offered."})
    groups_before = fields.Integer(required=True, attribute="groups")
    persons_before = fields.Integer(required=True, attribute="persons")
    chance_enough = fields.Integer(
        required=True,
        attribute="enough",
        metadata={"description": "On so many of `chance_voyages` enough places came back after being sold."},
    )
    chance_voyages = fields.Integer(
        required=True,
        attribute="voyages",
        metadata={"description": "The last voyages that left, same operator and ports; 0: nothing can be said."},
    )


class OfferOut(Schema):
    """Places held for the group. The booking of that `code` is claimed like any other, by naming who travels."""

    code = fields.String(required=True, metadata={"example": "K7M2QX9A"})
    voyage_id = fields.Integer(required=True)
    fare_class_id = fields.Integer(required=True)
    adults = fields.Integer(required=True, attribute="places")
    infants = fields.Integer(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True)


class WaitingOut(Schema):
    """A group on the waiting list."""

    code = fields.String(required=True, metadata={"example": "K7M2QX9A"})
    state = fields.Enum(WaitingState, by_value=True, required=True)
    adults = fields.Integer(required=True)
    infants = fields.Integer(required=True)
    fewer = fields.Boolean(required=True)
    as_of = fields.AwareDateTime(required=True)
    choices = fields.List(fields.Nested(StandingOut), required=True)
    offer = fields.Nested(OfferOut, required=True, allow_none=True)


@bp.post("/waiting")
@bp.arguments(
    WaitingIn(),
    example={
        "request_id": "7f9c2ba4-e88f-4a5b-9c1d-2f3e4d5c6b7a",
        "phone": "081234567890",
        "adults": 2,
        "infants": 0,
        "fewer": False,
        "choices": [{"voyage_id": 1, "fare_class_id": 1}],
    },
)
@bp.response(200, WaitingOut, description="On the list, or there already by the same `request_id`.")
@operation(
    "Masuk daftar tunggu · Join the waiting list",
    "request_id_reused",
    "voyage_not_found",
    "voyage_cancelled",
    "not_on_sale",
    "no_list_for_vehicles",
    "group_too_large",
    "group_above_share",
    "sale_closed",
    "sale_paused",
    "closed_by_rule",
    "book_at_once",
    "already_waiting",
    "party_size",
    "infants_on_laps",
    "too_many",
    "proof_of_work",
)
@public
def join_waiting_list(wanted: dict[str, Any]) -> dict[str, Any]:
    """Wait for places on full voyages, up to five of them, the dearest wish first. One phone waits once for each.

    Freed places are offered in the order of joining, before anybody can buy them. Keep `request_id` to yourself: it
    proves later that the entry is yours.
    """
    with counted_asker(wanted["request_id"], wanted.pop("work")) as asker:
        return _told(lists.join(**wanted, asker=asker))


@bp.get("/waiting/<code>", parameters=[CODE, *PROOF])
@bp.response(200, WaitingOut)
@operation("Satu daftar tunggu · One entry", "waiting_not_found", "too_many", more_by_token=True)
@public
def show_waiting(code: str) -> dict[str, Any]:
    """How the group stands now, and what is offered to it. Officers need no proof."""
    return _told(_entry_of_asker(code))


@bp.delete("/waiting/<code>", parameters=[CODE, *PROOF])
@bp.response(200, WaitingOut)
@operation("Keluar dari daftar tunggu · Wait no more", "waiting_not_found", "too_many", "already_confirmed")
@public
def leave_waiting_list(code: str) -> dict[str, Any]:
    """Wait no more; what was offered goes to the next. A second time nothing more happens."""
    return _told(lists.withdraw(_entry_of_asker(code).code))


def _entry_of_asker(typed: str) -> WaitingEntry:
    """The entry, for whoever proves to have made it; officers may look. Others are told that there is none."""
    code = clean_code(typed, "waiting_not_found")
    if (key := asked_key()) and (entry := find_entry_by_request(key)) and entry.code == code:
        return get_entry(code)
    if request.method == "GET" and is_officer():
        return get_entry(code)
    allow("search", config.current().search_limit)
    entry = get_entry(code)
    if not hmac.compare_digest(entry.phone, asked_phone()):
        raise NotFound("waiting_not_found")
    return entry


def _told(entry: WaitingEntry) -> dict[str, Any]:
    now = clock.now()
    state = state_at(entry, now)
    stands: list[Standing] = standings(entry)
    return {
        "code": entry.code,
        "state": state,
        "adults": entry.places,
        "infants": entry.infants,
        "fewer": entry.partial,
        "as_of": now,
        "choices": stands,
        "offer": entry.booking if state in {WaitingState.OFFERED, WaitingState.SERVED} else None,
    }
